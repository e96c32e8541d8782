//! What is known of libraries: rows of TOML, ours and the user's, as types, signatures, roles and effects.
//!
//! **Invariant:** no code outside this folder names a library's types or functions; whoever needs to know something of one asks here.
//!
//! What it does not know: which version of a library is used. Rows that hold for some versions say so in their effects.

mod check;
mod effects;
mod load;
mod roles;
mod schema;
mod signature;

pub use effects::{ArgRef, Effects, MapsGuard, Mode, Reads, Stores, Takes, When, Writes};
pub use load::{load, load_builtin};
pub use roles::{GuardRole, LockRole, LockShape, MapKind, RecursiveRead, TypeRole, WaitKind};

use crate::model::library::ApiId;
use crate::syntax::Name;
use rustc_hash::{FxHashMap, FxHashSet};

/// Roles of types and effects of functions.
#[derive(Debug, Default)]
pub struct Knowledge {
    /// Roles by the types' canonical paths; types without a role are absent.
    pub types: FxHashMap<Name, TypeRole>,
    /// Effects by [`ApiId`].
    pub effects: Vec<Effects>,
    /// Names of functions that take a lock, for the prefilter.
    pub acquiring: FxHashSet<Name>,
}

impl Knowledge {
    /// The role of a library type.
    pub fn role(&self, path: Name) -> Option<&TypeRole> {
        self.types.get(&path)
    }

    /// The effects of a library function.
    pub fn effects(&self, api: ApiId) -> &Effects {
        &self.effects[api.0 as usize]
    }
}

/// A row, or a file of rows, that cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnowledgeProblem {
    /// Which file.
    pub origin: String,
    /// The line in it, from 1.
    pub line: u32,
    /// What is wrong.
    pub message: String,
}

/// The files that come with hazmap: name and text. Sorted by name.
const BUILTIN: &[(&str, &str)] = &[
    ("std_core.toml", include_str!("std_core.toml")),
];

#[cfg(test)]
mod tests;
