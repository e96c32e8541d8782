//! Functions, their generics and what is asked of types.

use super::Signature;
use super::tokens::{Read, Reader, Token};
use crate::model::items::SelfKind;
use crate::model::types::{Bound, Mutability, TraitRef, Type};
use crate::syntax::Name;
use std::sync::Arc;

/// Traits without methods or types that inference could use.
const MARKERS: [&str; 7] = ["Send", "Sync", "Sized", "Unpin", "UnwindSafe", "RefUnwindSafe", "Freeze"];

impl Reader<'_, '_> {
    pub(super) fn signature(&mut self) -> Read<Signature> {
        let mut is_async = false;
        loop {
            match self.token {
                Token::Word("async") => is_async = true,
                Token::Word("pub" | "const" | "unsafe") => {}
                _ => break,
            }
            self.bump();
        }
        if !self.eat_word("fn") {
            return self.error("`fn`");
        }
        let name = Name::from(self.word()?);
        let n_outer = self.params.names.len();
        if self.eat(b'<') {
            self.generics()?;
        }
        self.expect(b'(')?;
        let (recv, recv_ty) = self.receiver()?;
        let mut args = Vec::new();
        while !self.is(b')') {
            args.push(self.argument()?);
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(b')')?;
        let ret = if self.token == Token::Arrow {
            self.bump();
            self.ty()?
        } else {
            Type::unit()
        };
        if self.eat_word("where") {
            self.where_clauses()?;
        }
        let params = self.params.names.get(n_outer..).unwrap_or(&[]).to_vec();
        Ok(Signature {
            name,
            params,
            bounds: std::mem::take(&mut self.bounds),
            recv,
            recv_ty,
            args,
            ret,
            is_async,
        })
    }

    /// Reads the generic parameters after `<`. Bounds may name parameters that come later, so names are collected first.
    pub(super) fn generics(&mut self) -> Read<()> {
        self.declare_generics();
        while !self.is(b'>') {
            if self.token == Token::Lifetime {
                self.bump();
                self.skip_lifetime_bounds();
            } else if self.eat_word("const") {
                let name = Name::from(self.word()?);
                self.params.consts.push(name);
                self.expect(b':')?;
                self.ty()?;
            } else {
                let param = Type::Param(Name::from(self.word()?));
                if self.eat(b':') {
                    self.bounds_of(&param)?;
                }
                if self.eat(b'=') {
                    self.ty()?;
                }
            }
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(b'>')
    }

    /// Looks ahead and declares the parameters of a list that starts here.
    pub(super) fn declare_generics(&mut self) {
        let (at, token) = (self.at, self.token);
        let (mut depth, mut at_start) = (0i32, true);
        loop {
            match self.token {
                Token::End => break,
                Token::Punct(b'>') if depth == 0 => break,
                Token::Punct(b'<' | b'(' | b'[') => depth += 1,
                Token::Punct(b'>' | b')' | b']') => depth -= 1,
                Token::Punct(b',') if depth == 0 => {
                    at_start = true;
                    self.bump();
                    continue;
                }
                Token::Word("const") if at_start => {}
                Token::Word(name) if at_start => self.params.names.push(Name::from(name)),
                _ => {}
            }
            at_start = false;
            self.bump();
        }
        self.at = at;
        self.token = token;
    }

    pub(super) fn skip_lifetime_bounds(&mut self) {
        if self.eat(b':') {
            while self.token == Token::Lifetime || self.is(b'+') {
                self.bump();
            }
        }
    }

    pub(super) fn where_clauses(&mut self) -> Read<()> {
        while self.token != Token::End {
            if self.token == Token::Lifetime {
                self.bump();
                self.skip_lifetime_bounds();
            } else {
                self.skip_for_lifetimes()?;
                let ty = self.ty()?;
                self.expect(b':')?;
                self.bounds_of(&ty)?;
            }
            if !self.eat(b',') {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn skip_for_lifetimes(&mut self) -> Read<()> {
        if self.eat_word("for") {
            self.expect(b'<')?;
            while self.token == Token::Lifetime || self.is(b',') {
                self.bump();
            }
            self.expect(b'>')?;
        }
        Ok(())
    }

    pub(super) fn bounds_of(&mut self, ty: &Type) -> Read<()> {
        for bound in self.bound_list()? {
            self.bounds.push((ty.clone(), bound));
        }
        Ok(())
    }

    /// Reads `A + ?Sized + 'a + B`, markers and lifetimes left out.
    pub(super) fn bound_list(&mut self) -> Read<Vec<Bound>> {
        let mut list = Vec::new();
        loop {
            match self.token {
                Token::Lifetime => self.bump(),
                Token::Word(_) | Token::Punct(b'?' | b'(' | b'~' | b'[') => {
                    let paren = self.eat(b'(');
                    if self.eat(b'?') {
                        self.path_text()?;
                    } else if let Some(bound) = self.bound_or_marker()? {
                        list.push(bound);
                    }
                    if paren {
                        self.expect(b')')?;
                    }
                }
                // `T:` and `T: A +` are allowed.
                _ => break,
            }
            if !self.eat(b'+') {
                break;
            }
        }
        Ok(list)
    }

    pub(super) fn bound_or_marker(&mut self) -> Read<Option<Bound>> {
        if let Token::Word(word) = self.token
            && MARKERS.contains(&word)
        {
            self.bump();
            return Ok(None);
        }
        let bound = self.trait_bound()?;
        let TraitRef::Lib(path) = bound.trait_ else { return Ok(Some(bound)) };
        let last = path.as_str().rsplit("::").next().unwrap_or("");
        Ok((!MARKERS.contains(&last)).then_some(bound))
    }

    pub(super) fn trait_bound(&mut self) -> Read<Bound> {
        self.deeper()?;
        self.skip_for_lifetimes()?;
        let text = self.path_text()?;
        let path = self.canonical(&text)?;
        let mut bound = Bound { trait_: TraitRef::Lib(path), args: Arc::from([]), assoc: Arc::from([]) };
        if self.eat(b'(') {
            bound.args = self.list_until(b')')?.into();
            let output = self.result_type()?;
            bound.assoc = Arc::from([(Name::from("Output"), output)]);
        } else if self.eat(b'<') {
            let (args, assoc) = self.generic_args()?;
            bound.args = args.into();
            bound.assoc = assoc.into();
        }
        self.depth -= 1;
        Ok(bound)
    }

    /// Reads `-> T`, or nothing, which is `()`.
    pub(super) fn result_type(&mut self) -> Read<Type> {
        if self.token == Token::Arrow {
            self.bump();
            self.ty()
        } else {
            Ok(Type::unit())
        }
    }

    pub(super) fn receiver(&mut self) -> Read<(Option<SelfKind>, Option<Type>)> {
        let kind = self.attempt(|reader| {
            let mut kind = SelfKind::Value;
            if reader.eat(b'&') {
                kind = SelfKind::Ref;
                if reader.token == Token::Lifetime {
                    reader.bump();
                }
            }
            if reader.eat_word("mut") && kind == SelfKind::Ref {
                kind = SelfKind::RefMut;
            }
            // `&self::Type` is not a receiver, nor does a row write it.
            reader.eat_word("self").then_some(kind)
        });
        let Some(mut kind) = kind else { return Ok((None, None)) };
        let mut recv_ty = None;
        if self.eat(b':') {
            let ty = self.ty()?;
            kind = match (&ty, &self.params.self_ty) {
                (Type::Ref(Mutability::Shared, inner), Some(self_ty)) if **inner == *self_ty => SelfKind::Ref,
                (Type::Ref(Mutability::Mut, inner), Some(self_ty)) if **inner == *self_ty => SelfKind::RefMut,
                (ty, Some(self_ty)) if ty == self_ty => SelfKind::Value,
                _ => {
                    recv_ty = Some(ty);
                    SelfKind::Typed
                }
            };
        }
        if !self.is(b')') {
            self.expect(b',')?;
        }
        Ok((Some(kind), recv_ty))
    }

    /// Reads `name: Type`, `mut name: Type` or `Type`.
    pub(super) fn argument(&mut self) -> Read<Type> {
        self.attempt(|reader| {
            reader.eat_word("mut");
            let named = matches!(reader.token, Token::Word(_));
            reader.bump();
            (named && reader.eat(b':')).then_some(())
        });
        self.ty()
    }
}
