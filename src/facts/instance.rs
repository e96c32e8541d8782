//! What generic functions are about where they are called: a lock of `T` guards a map in one call and a number in the next.

use super::Facts;
use super::event::{Acquisition, What};
use super::roles::Roles;
use crate::model::Subst;
use crate::model::items::FnOwner;
use crate::model::types::{FnId, Type};
use crate::syntax::Name;

impl Facts<'_> {
    /// Whether what a function does may differ by the types that it is called with.
    pub(super) fn is_generic(&self, id: FnId) -> bool {
        !self.type_params(id).is_empty()
    }

    /// What the type parameters of a function stand for in a call with arguments of these types, the receiver first, as far as those
    /// show it.
    pub(super) fn instance(&self, id: FnId, args: &[Type]) -> Subst {
        let mut subst = Subst::default();
        if args.is_empty() {
            return subst;
        }
        let params = self.type_params(id);
        let sig = self.model.sig(id);
        for (pattern, ty) in sig.self_ty.iter().chain(&sig.params).zip(args) {
            pattern.peel_refs().match_against(&params, ty.peel_refs(), &mut subst);
        }
        subst
    }

    /// The type parameters of a function, with those of its impl or trait.
    fn type_params(&self, id: FnId) -> Vec<Name> {
        let outer: Vec<Name> = match self.model.fn_def(id).owner {
            FnOwner::Free => Vec::new(),
            FnOwner::Impl(of) => self.model.impl_(of).generics.params.clone(),
            FnOwner::Trait(of) => {
                let own = &self.model.trait_(of).generics.params;
                own.iter().copied().chain([Name::from("Self")]).collect()
            }
        };
        outer.into_iter().chain(self.model.sig(id).generics.params.iter().copied()).collect()
    }
}

impl Acquisition {
    /// Puts types in for the parameters of the function that takes the lock.
    pub(super) fn instantiate(&mut self, roles: Roles<'_>, subst: &Subst) {
        let lock = self.lock.substitute(subst);
        if lock != self.lock {
            self.on_map |= roles.is_lock_of_map(&lock);
            self.lock = lock;
        }
    }
}

impl What {
    /// Puts types in for the parameters of the function in which it happens.
    pub(super) fn instantiate(&mut self, roles: Roles<'_>, subst: &Subst) {
        match self {
            What::Acquire(taken) => taken.instantiate(roles, subst),
            What::Callback(call) => {
                call.under.iter_mut().for_each(|it| it.acquisition.instantiate(roles, subst));
            }
            What::Await(_) | What::Block(..) | What::Cost(_) => {}
        }
    }
}
