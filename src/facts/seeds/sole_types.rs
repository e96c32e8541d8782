//! Values behind a trait that one type only has: `Arc<dyn Store>`, `store: S` where `S: Store`. What a call of its methods runs is known, as
//! if the type were named.

use crate::facts::roles::Roles;
use crate::model::Model;
use crate::model::items::FnOwner;
use crate::model::types::{AdtId, Bound, FnId, TraitId, TraitRef, Type};

/// The type that is alone in having a trait, but for those of test code.
fn sole_type(model: &Model, id: TraitId) -> Option<AdtId> {
    let known =
        model.trait_(id).impls.iter().map(|it| model.impl_(*it)).filter(|it| !it.negative && !it.test);
    let mut types = known.map(|it| &it.self_ty);
    match (types.next(), types.next()) {
        (Some(Type::Adt(adt, _)), None) => Some(*adt),
        _ => None,
    }
}

fn of_bound(model: &Model, bound: &Bound) -> Option<AdtId> {
    match bound.trait_ {
        TraitRef::Local(id) => sole_type(model, id),
        TraitRef::Lib(_) => None,
    }
}

/// The type behind a trait object, or behind a pointer to one.
pub(super) fn behind_object(roles: Roles<'_>, ty: &Type) -> Option<AdtId> {
    let mut ty = ty.peel_refs();
    for _ in 0..4 {
        match ty {
            Type::Opaque(_, bounds) => return bounds.iter().find_map(|it| of_bound(roles.model, it)),
            Type::Lib(_, args) if roles.is_handle(ty) || roles.owns_its_target(ty) => {
                ty = args.first()?.peel_refs();
            }
            _ => return None,
        }
    }
    None
}

/// The types behind the type parameters of a function and of its impl.
pub(super) fn behind_params(model: &Model, id: FnId) -> impl Iterator<Item = AdtId> + '_ {
    let of_impl = match model.fn_def(id).owner {
        FnOwner::Impl(owner) => model.impl_(owner).generics.bounds.as_slice(),
        FnOwner::Free | FnOwner::Trait(_) => &[],
    };
    let bounds = model.sig(id).generics.bounds.iter().chain(of_impl);
    bounds.filter_map(move |(_, bound)| of_bound(model, bound))
}
