//! Which functions of the analysed code run where the steps do not name them: impls of a trait's method, destructors.

use super::Facts;
use crate::model::body::BodyOwner;
use crate::model::dispatch::Caller;
use crate::model::drop_fns::DropWhen;
use crate::model::items::FnOwner;
use crate::model::types::{FnId, Type};

/// Impls of one trait's method beyond which a call of it is not followed: of so many, one says nothing of the call.
const MAX_TARGETS: usize = 8;

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

impl Facts<'_> {
    /// The functions that a call of a trait's method on a value of a type may run, as far as they are analysed; none when they are
    /// too many to say anything.
    pub(super) fn targets(&self, owner: BodyOwner, func: FnId, receiver: &Type) -> Vec<FnId> {
        let BodyOwner::Fn(caller) = owner else { return Vec::new() };
        let bounds = self.model.bounds_in(caller);
        let caller = Caller { bounds: &bounds, test: self.model.fn_def(caller).test };
        let targets = self.model.targets(func, receiver, caller);
        if targets.len() > MAX_TARGETS { Vec::new() } else { targets }
    }

    /// The destructors of the analysed code that dropping a value of a type runs.
    pub(super) fn destructors_of(&self, ty: &Type) -> Vec<Destructor> {
        let destructor = |it: &crate::model::drop_fns::DropFn| Destructor {
            func: it.func,
            surely: it.when == DropWhen::Always,
            whole: self.is_destructor_of(it.func, ty),
        };
        self.model.drop_fns(ty).iter().map(destructor).collect()
    }

    fn is_destructor_of(&self, func: FnId, ty: &Type) -> bool {
        match (self.model.fn_def(func).owner, ty) {
            (FnOwner::Impl(id), Type::Adt(adt, _)) => {
                matches!(&self.model.impl_(id).self_ty, Type::Adt(of, _) if of == adt)
            }
            _ => false,
        }
    }
}
