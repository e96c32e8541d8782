//! Reads the signatures and types of rows: a small part of Rust's syntax, without `syn`, since thousands are read at each start.

use crate::model::items::SelfKind;
use crate::model::types::{Bound, CallTrait, FnKind, Mutability, OpaqueKind, TraitRef, Type};
use crate::syntax::Name;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// How deep types may nest in a row; deeper is an error of the row.
const MAX_DEPTH: u32 = 48;

/// Traits without methods or types that inference could use.
const MARKERS: [&str; 7] = ["Send", "Sync", "Sized", "Unpin", "UnwindSafe", "RefUnwindSafe", "Freeze"];

/// Primitive types by name.
const PRIMS: [&str; 17] = [
    "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
    "isize", "f32", "f64",
];

/// What names mean in one file of rows.
pub(super) struct Names<'a> {
    /// The file's own names: `use` list and types.
    pub(super) file: FxHashMap<&'a str, &'a str>,
    /// Names known in every file.
    pub(super) predeclared: &'a FxHashMap<&'a str, &'a str>,
    /// Makes a library type of a canonical path and arguments: aliases expanded, defaults filled.
    pub(super) make_type: &'a (dyn Fn(Name, Vec<Type>) -> Type + Sync),
}

/// What `Self` and single letters mean in one signature.
#[derive(Clone, Default)]
pub(super) struct Params {
    /// Generic parameters in scope.
    pub(super) names: Vec<Name>,
    /// Constant parameters in scope, which say nothing about types.
    pub(super) consts: Vec<Name>,
    /// What `Self` is.
    pub(super) self_ty: Option<Type>,
    /// The trait whose method it is: `Self::Item` is an associated type of it.
    pub(super) of_trait: Option<Name>,
    /// An unknown single capital letter declares itself as a parameter (in `for = "Vec<T>"`).
    pub(super) open: bool,
}

/// A signature as read.
#[derive(Debug)]
pub(super) struct Signature {
    pub(super) name: Name,
    pub(super) params: Vec<Name>,
    pub(super) bounds: Vec<(Type, Bound)>,
    pub(super) recv: Option<SelfKind>,
    pub(super) recv_ty: Option<Type>,
    pub(super) args: Vec<Type>,
    pub(super) ret: Type,
    pub(super) is_async: bool,
}

/// Reads `fn name<A>(…) -> R where …`.
pub(super) fn read_fn(text: &str, names: &Names<'_>, params: Params) -> Result<Signature, String> {
    let mut reader = Reader::new(text, names, params);
    let signature = reader.signature()?;
    reader.end()?;
    Ok(signature)
}

/// Reads one type. Gives back the parameters too, to which an open reader may have added.
pub(super) fn read_type(text: &str, names: &Names<'_>, params: Params) -> Result<(Type, Params), String> {
    let mut reader = Reader::new(text, names, params);
    let ty = reader.ty()?;
    reader.end()?;
    Ok((ty, reader.params))
}

/// Reads one trait bound (`Iterator<Item = T>`). Gives back the parameters too.
pub(super) fn read_bound(text: &str, names: &Names<'_>, params: Params) -> Result<(Bound, Params), String> {
    let mut reader = Reader::new(text, names, params);
    let bound = reader.trait_bound()?;
    reader.end()?;
    Ok((bound, reader.params))
}

/// Reads what stands after `where`.
pub(super) fn read_where(
    text: &str,
    names: &Names<'_>,
    params: Params,
) -> Result<Vec<(Type, Bound)>, String> {
    let mut reader = Reader::new(text, names, params);
    reader.where_clauses()?;
    reader.end()?;
    Ok(reader.bounds)
}

/// Reads a path with arguments without asking what its name means (`std::io::Result<T>` in a declaration): the path, the arguments' texts.
pub(super) fn split_declaration(text: &str) -> (&str, Vec<&str>) {
    match text.split_once('<') {
        Some((path, rest)) => {
            let inner = rest.trim_end().strip_suffix('>').unwrap_or(rest);
            (path.trim(), inner.split(',').map(str::trim).filter(|p| !p.is_empty()).collect())
        }
        None => (text.trim(), Vec::new()),
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Token<'t> {
    Word(&'t str),
    Lifetime,
    Number,
    Arrow,
    Colons,
    Punct(u8),
    End,
}

struct Reader<'t, 'n> {
    text: &'t str,
    at: usize,
    token: Token<'t>,
    names: &'n Names<'n>,
    params: Params,
    bounds: Vec<(Type, Bound)>,
    depth: u32,
}

type Read<T> = Result<T, String>;

/// Generic arguments: types, and associated types by name.
type Args = (Vec<Type>, Vec<(Name, Type)>);

impl<'t, 'n> Reader<'t, 'n> {
    fn new(text: &'t str, names: &'n Names<'n>, params: Params) -> Self {
        let mut reader =
            Reader { text, at: 0, token: Token::End, names, params, bounds: Vec::new(), depth: 0 };
        reader.bump();
        reader
    }

    /// Moves on to the next token, which starts at or after `at`.
    fn bump(&mut self) {
        let bytes = self.text.as_bytes();
        let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        let mut i = self.at;
        while bytes.get(i).is_some_and(u8::is_ascii_whitespace) {
            i += 1;
        }
        let start = i;
        let Some(&first) = bytes.get(i) else {
            self.at = i;
            self.token = Token::End;
            return;
        };
        i += 1;
        let next = bytes.get(i).copied();
        self.token = match (first, next) {
            (b'-', Some(b'>')) => {
                i += 1;
                Token::Arrow
            }
            (b':', Some(b':')) => {
                i += 1;
                Token::Colons
            }
            (b'\'', _) | (b'0'..=b'9', _) => {
                while bytes.get(i).copied().is_some_and(is_word) {
                    i += 1;
                }
                if first == b'\'' { Token::Lifetime } else { Token::Number }
            }
            _ if is_word(first) => {
                while bytes.get(i).copied().is_some_and(is_word) {
                    i += 1;
                }
                Token::Word(self.text.get(start..i).unwrap_or(""))
            }
            _ => Token::Punct(first),
        };
        self.at = i;
    }

    fn error<T>(&self, what: &str) -> Read<T> {
        let rest = self.text.get(self.at..).unwrap_or("");
        let seen = match self.token {
            Token::Word(word) => format!("`{word}`"),
            Token::Lifetime => "a lifetime".to_owned(),
            Token::Number => "a number".to_owned(),
            Token::Arrow => "`->`".to_owned(),
            Token::Colons => "`::`".to_owned(),
            Token::Punct(byte) => format!("`{}`", char::from(byte)),
            Token::End => "the end".to_owned(),
        };
        Err(format!("expected {what}, found {seen} before `{rest}`"))
    }

    fn is(&self, byte: u8) -> bool {
        self.token == Token::Punct(byte)
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.is(byte);
        if found {
            self.bump();
        }
        found
    }

    fn expect(&mut self, byte: u8) -> Read<()> {
        if self.eat(byte) { Ok(()) } else { self.error(&format!("`{}`", char::from(byte))) }
    }

    fn is_word(&self, word: &str) -> bool {
        self.token == Token::Word(word)
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.bump();
        }
        found
    }

    fn word(&mut self) -> Read<&'t str> {
        match self.token {
            Token::Word(word) => {
                self.bump();
                Ok(word)
            }
            _ => self.error("a name"),
        }
    }

    fn end(&self) -> Read<()> {
        if self.token == Token::End { Ok(()) } else { self.error("the end of the signature") }
    }

    /// Tries to read on; takes the reader back if `read` gives `None`.
    fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let (at, token) = (self.at, self.token);
        let result = read(self);
        if result.is_none() {
            self.at = at;
            self.token = token;
        }
        result
    }

    fn signature(&mut self) -> Read<Signature> {
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
    fn generics(&mut self) -> Read<()> {
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
    fn declare_generics(&mut self) {
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

    fn skip_lifetime_bounds(&mut self) {
        if self.eat(b':') {
            while self.token == Token::Lifetime || self.is(b'+') {
                self.bump();
            }
        }
    }

    fn where_clauses(&mut self) -> Read<()> {
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

    fn skip_for_lifetimes(&mut self) -> Read<()> {
        if self.eat_word("for") {
            self.expect(b'<')?;
            while self.token == Token::Lifetime || self.is(b',') {
                self.bump();
            }
            self.expect(b'>')?;
        }
        Ok(())
    }

    fn bounds_of(&mut self, ty: &Type) -> Read<()> {
        for bound in self.bound_list()? {
            self.bounds.push((ty.clone(), bound));
        }
        Ok(())
    }

    /// Reads `A + ?Sized + 'a + B`, markers and lifetimes left out.
    fn bound_list(&mut self) -> Read<Vec<Bound>> {
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

    fn bound_or_marker(&mut self) -> Read<Option<Bound>> {
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

    fn trait_bound(&mut self) -> Read<Bound> {
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
    fn result_type(&mut self) -> Read<Type> {
        if self.token == Token::Arrow {
            self.bump();
            self.ty()
        } else {
            Ok(Type::unit())
        }
    }

    fn receiver(&mut self) -> Read<(Option<SelfKind>, Option<Type>)> {
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
    fn argument(&mut self) -> Read<Type> {
        self.attempt(|reader| {
            reader.eat_word("mut");
            let named = matches!(reader.token, Token::Word(_));
            reader.bump();
            (named && reader.eat(b':')).then_some(())
        });
        self.ty()
    }

    fn list_until(&mut self, close: u8) -> Read<Vec<Type>> {
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
    fn generic_args(&mut self) -> Read<Args> {
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

    fn deeper(&mut self) -> Read<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err("types nest too deep".to_owned()) } else { Ok(()) }
    }

    fn ty(&mut self) -> Read<Type> {
        self.deeper()?;
        let ty = self.ty_at_depth()?;
        self.depth -= 1;
        Ok(ty)
    }

    fn ty_at_depth(&mut self) -> Read<Type> {
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

    fn tuple(&mut self) -> Read<Type> {
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

    fn slice(&mut self) -> Read<Type> {
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
    fn qualified(&mut self) -> Read<Type> {
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
    fn assoc(&mut self, ty: Type, trait_: Option<TraitRef>, name: Name) -> Type {
        Type::Assoc(Arc::new(ty), trait_, name)
    }

    fn opaque(&mut self, kind: OpaqueKind) -> Read<Type> {
        self.bump();
        let bounds = self.bound_list()?;
        if let [bound] = bounds.as_slice()
            && let Some(callable) = callable(kind, bound)
        {
            return Ok(callable);
        }
        Ok(Type::Opaque(kind, bounds.into()))
    }

    fn fn_pointer(&mut self) -> Read<Type> {
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

    fn path_text(&mut self) -> Read<String> {
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

    fn named(&mut self) -> Read<Type> {
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
    fn type_variable(&self, name: &str) -> Option<Type> {
        if name == "Self" {
            return self.params.self_ty.clone();
        }
        let is_it = |param: &&Name| param.as_str() == name;
        let constant = || self.params.consts.iter().find(is_it).map(|_| Type::Unknown);
        self.params.names.iter().find(is_it).map(|param| Type::Param(*param)).or_else(constant)
    }

    /// The canonical path of a type or trait as a row writes it.
    fn canonical(&self, text: &str) -> Read<Name> {
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
