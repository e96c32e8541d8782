//! The fields of `self` that a function changes in place.

use crate::facts::event::steps_of;
use crate::facts::values::Values;
use crate::model::body::{LocalId, LocalKind, Operand, Place, PlaceBase, Proj, StepKind};
use crate::model::items::SelfKind;
use crate::model::types::{Mutability, Type};
use crate::model::typing::Callee;
use crate::syntax::Name;

/// The fields of `self` that a function which has it by `&mut` changes in place.
pub(in crate::facts) fn changed_fields(values: &Values<'_>) -> Vec<Name> {
    let body = values.body();
    let of_self = |place: &Place| match place.proj.as_slice() {
        [Proj::Deref, Proj::Field(name), ..] if place.base == PlaceBase::Local(LocalId(1)) => Some(*name),
        _ => None,
    };
    let is_self = body
        .locals
        .get(1)
        .is_some_and(|it| it.kind == LocalKind::Param && matches!(it.ty, Type::Ref(Mutability::Mut, _)));
    if !is_self || body.closure.is_some() {
        return Vec::new();
    }
    let lent = |it: &Operand| {
        let place = values.defs.pointee(it)?;
        let given = it.place()?;
        let by_mut = matches!(values.ty(given), Type::Ref(Mutability::Mut, _));
        by_mut.then(|| of_self(place)).flatten()
    };
    let mut found: Vec<Name> = steps_of(body)
        .filter_map(|(_, step)| match &step.kind {
            StepKind::Assign(dest, _) => of_self(dest),
            // A function that is lent a field by `&mut` changes it.
            StepKind::Call { callee: Callee::Fn(_), args, .. } => args.iter().find_map(lent),
            StepKind::Call { callee: Callee::Api(api), args, .. } => {
                let row = values.model.library.api(*api);
                let receiver = args.first()?;
                let place = values.defs.pointee(receiver)?;
                let by_mut = row.recv == Some(SelfKind::RefMut);
                let ty = values.ty(place);
                let changes = by_mut && (values.roles().is_collection(&ty) || matches!(ty, Type::Prim(_)));
                changes.then(|| of_self(place)).flatten()
            }
            _ => None,
        })
        .collect();
    found.sort();
    found.dedup();
    found
}
