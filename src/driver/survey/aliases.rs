//! Fields that are no maps of their own: a `Weak` keeps no lock, it leads to one that another field keeps.
//!
//! Which one that is the types tell where just one field or static has a lock of that very type. Otherwise the weak handle stands for
//! itself: several handles may lead to one lock or to many, and nothing is guessed.

use crate::facts::Facts;
use crate::facts::roles::Roles;
use crate::facts::shared_maps::{MapId, SharedMap};
use crate::model::Model;
use crate::model::types::Type;
use std::collections::BTreeMap;

const WEAK: [&str; 2] = ["std::sync::Weak", "std::rc::Weak"];
const OPTION: &str = "std::option::Option";

/// Weak handles, each with the only map that it can lead to.
pub(super) fn of_weak(facts: &Facts<'_>, declared: &[SharedMap]) -> BTreeMap<MapId, MapId> {
    let typed: Vec<(&MapId, Type)> =
        declared.iter().filter_map(|it| Some((&it.id, declared_type(facts.model, &it.id)?))).collect();
    let roles = facts.roles();
    let only_owner = |lock: &Type| {
        let mut owners = typed.iter().filter(|(_, ty)| behind_weak(ty).is_none() && kept(roles, ty) == lock);
        owners.next().filter(|_| owners.next().is_none()).map(|(id, _)| (*id).clone())
    };
    let leads = |(id, ty): &(&MapId, Type)| Some(((*id).clone(), only_owner(kept(roles, behind_weak(ty)?))?));
    typed.iter().filter_map(leads).collect()
}

/// The type of a field or static.
pub(super) fn declared_type(model: &Model, id: &MapId) -> Option<Type> {
    match id {
        MapId::Field(adt, name) => {
            let mut fields = model.adt(*adt).variants.iter().flat_map(|it| &it.fields);
            fields.find(|it| it.name == *name).map(|it| it.ty.clone())
        }
        MapId::Static(id) => Some(model.static_value_ty(*id)),
        MapId::Variable(..) => None,
    }
}

/// The lock that a field keeps, alone or with others: what references, handles and an `Option` lead to.
fn kept<'t>(roles: Roles<'_>, ty: &'t Type) -> &'t Type {
    let ty = roles.through_handles(ty);
    optional(ty).map_or(ty, |inner| roles.through_handles(inner))
}

/// What a weak handle leads to.
fn behind_weak(ty: &Type) -> Option<&Type> {
    let ty = ty.peel_refs();
    let ty = optional(ty).unwrap_or(ty);
    match ty {
        Type::Lib(path, args) if WEAK.contains(&path.as_str()) => args.first(),
        _ => None,
    }
}

fn optional(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Lib(path, args) if path.as_str() == OPTION => args.first(),
        _ => None,
    }
}
