//! Which functions of the analysed code run where the steps do not name them: impls of a trait's method, destructors.

use super::Facts;
use crate::model::body::BodyOwner;
use crate::model::dispatch::Caller;
use crate::model::drop_fns::DropWhen;
use crate::model::items::FnOwner;
use crate::model::scope::TypeHead;
use crate::model::types::{FnId, Type};
use std::sync::atomic::Ordering;

/// Impls of one trait's method beyond which a call of it is not followed: of so many, one says nothing of the call.
const MAX_TARGETS: usize = 8;

/// A destructor that runs when a value is dropped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Destructor {
    /// Its `drop`.
    pub func: FnId,
    /// It runs whenever such a value is dropped: it is not that of an element, of a variant or of what a handle may be the last of.
    pub surely: bool,
    /// It runs where a handle that is dropped was the last to something shared.
    pub last: bool,
    /// It is that of the value itself, not that of a part of it.
    pub whole: bool,
}

impl Facts<'_> {
    /// The functions that a call of a trait's method on a value of a type may run, as far as they are analysed; none when they are
    /// too many to say anything.
    pub(super) fn targets(&self, owner: BodyOwner, func: FnId, receiver: &Type) -> Vec<FnId> {
        let BodyOwner::Fn(caller) = owner else { return Vec::new() };
        if TypeHead::of(receiver).is_none_or(|head| matches!(head, TypeHead::Dyn(_))) {
            self.note_open(owner);
        }
        let bounds = self.model.bounds_in(caller);
        let caller = Caller { bounds: &bounds, test: self.model.fn_def(caller).test };
        let targets = self.model.targets(func, receiver, caller);
        if targets.len() > MAX_TARGETS { Vec::new() } else { targets }
    }

    /// Notes of a function that crates which it knows nothing of decide what it does, where that is asked for.
    pub(super) fn note_open(&self, owner: BodyOwner) {
        if let (Some(open), BodyOwner::Fn(id)) = (&self.open, owner)
            && let Some(flag) = open.get(id.0 as usize)
        {
            flag.store(true, Ordering::Relaxed);
        }
    }

    /// Whether that was noted of a function.
    pub(super) fn is_open(&self, id: FnId) -> bool {
        let flag = self.open.as_ref().and_then(|it| it.get(id.0 as usize));
        flag.is_some_and(|it| it.load(Ordering::Relaxed))
    }

    /// The destructors of the analysed code that dropping a value of a type runs in a body.
    pub(super) fn destructors_of(&self, owner: BodyOwner, ty: &Type) -> Vec<Destructor> {
        if self.open.is_some() && self.model.drops_objects(ty) {
            self.note_open(owner);
        }
        let destructor = |it: &crate::model::drop_fns::DropFn| Destructor {
            func: it.func,
            surely: it.when == DropWhen::Always,
            last: it.when == DropWhen::LastOwner,
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
