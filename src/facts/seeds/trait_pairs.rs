//! Checks and writes that a trait has for all its types: default methods over an accessor that each of them gives
//! (`fn has(&self, id: u64) -> bool { self.rows().lock().contains_key(&id) }`).

use super::halves::Pairs;
use crate::model::Model;
use crate::model::items::{FnDef, FnOwner};
use crate::model::types::{AdtId, TraitId, Type};
use rustc_hash::FxHashMap;

/// The trait whose default method a function is.
pub(super) fn trait_of(def: &FnDef) -> Option<TraitId> {
    match def.owner {
        FnOwner::Trait(id) => Some(id),
        FnOwner::Free | FnOwner::Impl(_) => None,
    }
}

/// Gives the names of a trait to the types that have it: their methods call them on `self`.
pub(super) fn lend_to_types(
    model: &Model,
    of_traits: &FxHashMap<TraitId, Pairs>,
    of_types: &mut FxHashMap<AdtId, Pairs>,
) {
    for (id, names) in of_traits {
        for known in &model.trait_(*id).impls {
            if let Type::Adt(adt, _) = &model.impl_(*known).self_ty {
                of_types.entry(*adt).or_default().add(names);
            }
        }
    }
}
