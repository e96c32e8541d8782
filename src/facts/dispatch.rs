//! Which functions of the analysed code run where the steps do not name them: impls of a trait's method, destructors.

use super::Facts;
use crate::model::Model;
use crate::model::types::{FnId, Type};
use std::sync::Arc;

/// A destructor that runs when a value is dropped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Destructor {
    /// Its `drop`.
    pub func: FnId,
    /// It runs whenever such a value is dropped: it is not that of an element, of a variant or of what a handle may be the last of.
    pub surely: bool,
    /// It is that of the value itself, not that of a part of it.
    pub whole: bool,
}

/// Destructors by type, found once each.
#[derive(Debug)]
pub(super) struct Destructors {
    any: bool,
}

impl Destructors {
    pub(super) fn new(_model: &Model) -> Destructors {
        Destructors { any: false }
    }
}

impl Facts<'_> {
    /// The functions that a call of a trait's method may run, as far as they are analysed.
    pub(super) fn impls_of(&self, _func: FnId) -> Vec<FnId> {
        Vec::new()
    }

    /// Whether the analysed code has destructors at all.
    pub(super) fn has_destructors(&self) -> bool {
        self.destructors.any
    }

    /// The destructors that dropping a value of a type runs.
    pub(super) fn destructors_of(&self, _ty: &Type) -> Arc<[Destructor]> {
        Arc::from([])
    }
}
