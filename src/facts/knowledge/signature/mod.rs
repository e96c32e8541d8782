//! Reads the signatures and types of rows: a small part of Rust's syntax, without `syn`, since thousands are read at each start.

mod functions;
mod tokens;
mod types;

use crate::model::items::SelfKind;
use crate::model::types::{Bound, Type};
use crate::syntax::Name;
use rustc_hash::FxHashMap;
use tokens::Reader;

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
