//! Types.

use super::tokens::{Read, Reader, Token};
use crate::model::types::{Bound, CallTrait, FnKind, Mutability, OpaqueKind, TraitRef, Type};
use crate::syntax::Name;
use std::sync::Arc;

/// How deep types may nest in a row; deeper is an error of the row.
const MAX_DEPTH: u32 = 48;

/// Primitive types by name.
const PRIMS: [&str; 17] = [
    "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
    "isize", "f32", "f64",
];

/// Generic arguments: types, and associated types by name.
pub(super) type Args = (Vec<Type>, Vec<(Name, Type)>);

impl Reader<'_, '_> {
    pub(super) fn list_until(&mut self, close: u8) -> Read<Vec<Type>> {
        let mut list = Vec::new();
        while !self.is(close) {
            list.push(self.ty()?);
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(close)?;
        Ok(list)
    }

    /// Reads generic arguments after `<` up to and with `>`.
    pub(super) fn generic_args(&mut self) -> Read<Args> {
        let (mut args, mut assoc) = (Vec::new(), Vec::new());
        while !self.is(b'>') {
            let name = self.attempt(|reader| {
                let Token::Word(word) = reader.token else { return None };
                reader.bump();
                reader.eat(b'=').then_some(word)
            });
            match (name, self.token) {
                (Some(name), _) => assoc.push((Name::from(name), self.ty()?)),
                (None, Token::Lifetime) => self.bump(),
                // A constant argument says nothing about types, but keeps its place.
                (None, Token::Number) => {
                    self.bump();
                    args.push(Type::Unknown);
                }
                (None, _) => args.push(self.ty()?),
            }
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(b'>')?;
        Ok((args, assoc))
    }

    pub(super) fn deeper(&mut self) -> Read<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err("types nest too deep".to_owned()) } else { Ok(()) }
    }

    pub(super) fn ty(&mut self) -> Read<Type> {
        self.deeper()?;
        let ty = self.ty_at_depth()?;
        self.depth -= 1;
        Ok(ty)
    }

    pub(super) fn ty_at_depth(&mut self) -> Read<Type> {
        match self.token {
            Token::Punct(b'&') => {
                self.bump();
                if self.token == Token::Lifetime {
                    self.bump();
                }
                let mutability = if self.eat_word("mut") { Mutability::Mut } else { Mutability::Shared };
                Ok(Type::reference(mutability, self.ty()?))
            }
            Token::Punct(b'*') => {
                self.bump();
                let mutability = if self.eat_word("mut") { Mutability::Mut } else { Mutability::Shared };
                self.eat_word("const");
                Ok(Type::Ptr(mutability, Arc::new(self.ty()?)))
            }
            Token::Punct(b'!') => {
                self.bump();
                Ok(Type::Never)
            }
            Token::Punct(b'(') => self.tuple(),
            Token::Punct(b'[') => self.slice(),
            Token::Punct(b'<') => self.qualified(),
            Token::Word("impl") => self.opaque(OpaqueKind::Impl),
            Token::Word("dyn") => self.opaque(OpaqueKind::Dyn),
            Token::Word("for" | "unsafe" | "extern" | "fn") => self.fn_pointer(),
            Token::Word("_") => {
                self.bump();
                Ok(Type::Unknown)
            }
            Token::Word(_) => self.named(),
            Token::Lifetime | Token::Number | Token::Arrow | Token::Colons | Token::Punct(_) | Token::End => {
                self.error("a type")
            }
        }
    }

    pub(super) fn tuple(&mut self) -> Read<Type> {
        self.expect(b'(')?;
        let mut parts = Vec::new();
        let mut comma = false;
        while !self.is(b')') {
            parts.push(self.ty()?);
            comma = self.eat(b',');
            if !comma {
                break;
            }
        }
        self.expect(b')')?;
        match (parts.len(), comma) {
            // `(T)` is `T`.
            (1, false) => parts.pop().map_or_else(|| self.error("a type"), Ok),
            _ => Ok(Type::Tuple(parts.into())),
        }
    }

    pub(super) fn slice(&mut self) -> Read<Type> {
        self.expect(b'[')?;
        let inner = Arc::new(self.ty()?);
        let mut ty = Type::Slice(inner.clone());
        if self.eat(b';') {
            while !self.is(b']') && self.token != Token::End {
                self.bump();
            }
            ty = Type::Array(inner);
        }
        self.expect(b']')?;
        Ok(ty)
    }

    /// Reads `<T as Trait>::Name`.
    pub(super) fn qualified(&mut self) -> Read<Type> {
        self.expect(b'<')?;
        let ty = self.ty()?;
        let trait_ = if self.eat_word("as") { Some(self.trait_bound()?.trait_) } else { None };
        self.expect(b'>')?;
        if self.token != Token::Colons {
            return self.error("`::`");
        }
        self.bump();
        let name = Name::from(self.word()?);
        Ok(self.assoc(ty, trait_, name))
    }

    /// An associated type, and those of it.
    pub(super) fn assoc(&mut self, ty: Type, trait_: Option<TraitRef>, name: Name) -> Type {
        Type::Assoc(Arc::new(ty), trait_, name)
    }

    pub(super) fn opaque(&mut self, kind: OpaqueKind) -> Read<Type> {
        self.bump();
        let bounds = self.bound_list()?;
        if let [bound] = bounds.as_slice()
            && let Some(callable) = callable(kind, bound)
        {
            return Ok(callable);
        }
        Ok(Type::Opaque(kind, bounds.into()))
    }

    pub(super) fn fn_pointer(&mut self) -> Read<Type> {
        self.skip_for_lifetimes()?;
        self.eat_word("unsafe");
        self.eat_word("extern");
        if !self.eat_word("fn") {
            return self.error("`fn`");
        }
        self.expect(b'(')?;
        let mut parts = Vec::new();
        while !self.is(b')') {
            parts.push(self.argument()?);
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(b')')?;
        parts.push(self.result_type()?);
        Ok(Type::Fn(FnKind::Pointer, parts.into()))
    }

    pub(super) fn path_text(&mut self) -> Read<String> {
        let mut path = self.word()?.to_owned();
        while self.token == Token::Colons {
            let more = self.attempt(|reader| {
                reader.bump();
                match reader.token {
                    Token::Word(word) => {
                        reader.bump();
                        Some(word)
                    }
                    _ => None,
                }
            });
            let Some(word) = more else { break };
            path.push_str("::");
            path.push_str(word);
        }
        Ok(path)
    }

    pub(super) fn named(&mut self) -> Read<Type> {
        let Token::Word(first) = self.token else { return self.error("a type") };
        if let Some(base) = self.type_variable(first) {
            self.bump();
            let mut ty = base;
            let mut owner = if first == "Self" { self.params.of_trait.map(TraitRef::Lib) } else { None };
            while self.token == Token::Colons {
                self.bump();
                let name = Name::from(self.word()?);
                ty = self.assoc(ty, owner.take(), name);
            }
            return Ok(ty);
        }
        let text = self.path_text()?;
        if !text.contains("::") && PRIMS.contains(&text.as_str()) {
            return Ok(Type::prim(&text));
        }
        // `Vec::<T>` is allowed too.
        if self.token == Token::Colons {
            self.bump();
        }
        let path = match self.canonical(&text) {
            Ok(path) => path,
            Err(_) if self.params.open && is_parameter_like(&text) => {
                let name = Name::from(&text);
                self.params.names.push(name);
                return Ok(Type::Param(name));
            }
            Err(error) => return Err(error),
        };
        let args = if self.eat(b'<') { self.generic_args()?.0 } else { Vec::new() };
        Ok((self.names.make_type)(path, args))
    }

    /// What a name that is a parameter or `Self` stands for.
    pub(super) fn type_variable(&self, name: &str) -> Option<Type> {
        if name == "Self" {
            return self.params.self_ty.clone();
        }
        let is_it = |param: &&Name| param.as_str() == name;
        let constant = || self.params.consts.iter().find(is_it).map(|_| Type::Unknown);
        self.params.names.iter().find(is_it).map(|param| Type::Param(*param)).or_else(constant)
    }

    /// The canonical path of a type or trait as a row writes it.
    pub(super) fn canonical(&self, text: &str) -> Read<Name> {
        let (first, rest) = match text.find("::") {
            Some(i) => text.split_at(i),
            None => (text, ""),
        };
        match self.names.file.get(first).or_else(|| self.names.predeclared.get(first)) {
            Some(path) if rest.is_empty() => Ok(Name::from(path)),
            Some(path) => Ok(Name::from(&format!("{path}{rest}"))),
            // A path with several segments starts at its crate.
            None if !rest.is_empty() => Ok(Name::from(text)),
            None => Err(format!("the name `{text}` is not declared: add its path to `use`")),
        }
    }
}

/// `K`, `T2`: what may declare itself as a parameter.
fn is_parameter_like(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_uppercase()) && chars.all(|c| c.is_ascii_digit())
}

/// `impl Fn(A) -> B` and `dyn Fn(A) -> B` as a callable type.
fn callable(kind: OpaqueKind, bound: &Bound) -> Option<Type> {
    if bound.trait_.call_trait() != Some(CallTrait::Fn) {
        return None;
    }
    let output = bound.assoc.first().map_or_else(Type::unit, |(_, ty)| ty.clone());
    let parts = bound.args.iter().cloned().chain([output]).collect();
    let kind = match kind {
        OpaqueKind::Impl => FnKind::Impl,
        OpaqueKind::Dyn => FnKind::Dyn,
    };
    Some(Type::Fn(kind, parts))
}
