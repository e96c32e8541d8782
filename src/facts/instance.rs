//! What generic functions are about where they are called: a lock of `T` guards a map in one call and a number in the next.

use super::Facts;
use super::event::{Acquisition, What};
use super::roles::Roles;
use crate::model::Subst;
use crate::model::items::FnOwner;
use crate::model::types::{FnId, Type};
use crate::syntax::Name;

/// Dereferences that are followed from an argument to its parameter.
const MAX_DEREFS: usize = 6;

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
            let pattern = pattern.peel_refs();
            let passed = self.roles().coerces_to(ty.peel_refs());
            let fits = |it: &&Type| pattern.match_against(&params, it, &mut subst.clone());
            let ty = passed.iter().find(fits).unwrap_or(ty);
            pattern.match_against(&params, ty.peel_refs(), &mut subst);
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

impl Roles<'_> {
    /// What a reference to a value can be passed as a reference to: the value, and what it dereferences to (`&Arc<Mutex<T>>` where a
    /// `&Mutex<T>` is wanted).
    fn coerces_to(self, ty: &Type) -> Vec<Type> {
        let mut all = vec![ty.clone()];
        while let Some(next) = all.last().filter(|_| all.len() < MAX_DEREFS).and_then(|it| self.deref_of(it))
        {
            all.push(next);
        }
        all
    }

    fn deref_of(self, ty: &Type) -> Option<Type> {
        match ty {
            Type::Lib(_, args) if self.is_handle(ty) || self.owns_its_target(ty) => {
                args.first().map(|it| it.peel_refs().clone())
            }
            Type::Adt(id, args) if args.is_empty() => self.model.deref_target(*id),
            _ => None,
        }
    }
}

impl Acquisition {
    /// Puts types in for the parameters of the function that takes the lock.
    pub(super) fn instantiate(&mut self, roles: Roles<'_>, subst: &Subst) {
        // What was `Self::Map` in a trait is a type of its impl now.
        let lock = roles.model.normalize_closed(&self.lock.substitute(subst));
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
