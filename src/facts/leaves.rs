//! What values of a type are made of: the fields of a literal, down into values that are made for it, and the places that fill them.

use super::Facts;
use super::defs::{Def, Defs, whole_local};
use super::event::steps_of;
use super::path::LockPath;
use super::summary::Returned;
use crate::model::body::{Aggregate, Body, Operand, Place, Proj, Rvalue, StepKind};
use crate::model::types::{AdtId, FnId, Type};
use crate::model::typing::Res;
use crate::source::Span;
use crate::syntax::Name;

/// How deep values are made inside one another.
const MAX_DEPTH: u32 = 3;

/// A value that a body makes by a literal.
pub(super) struct Made {
    /// The literal.
    pub span: Span,
    /// The fields that lead to what fills them.
    pub leaves: Vec<(Vec<Name>, LockPath)>,
}

/// The values of a type that a body makes, those of its closures left out.
pub(super) fn made_in(facts: &Facts<'_>, body: &Body, owner: AdtId) -> Vec<Made> {
    let returns = |id: FnId| built_from(facts, id);
    let defs = Defs::new(facts.model, facts.knowledge, body, None, Vec::new(), &returns);
    let mut found = Vec::new();
    for (_, step) in steps_of(body) {
        if let StepKind::Assign(dest, Rvalue::Aggregate(Aggregate::Adt(Res::Struct(_), names), operands)) =
            &step.kind
            && matches!(facts.model.place_ty_in(body, dest), Type::Adt(id, _) if id == owner)
        {
            let mut leaves = Vec::new();
            gather(&defs, names, operands, &mut Vec::new(), MAX_DEPTH, &mut leaves);
            found.push(Made { span: step.range.of(body.file), leaves });
        }
    }
    found
}

/// Which of its arguments a function puts into which field of the value that it gives.
fn built_from(facts: &Facts<'_>, id: FnId) -> Option<Returned> {
    let body = facts.lowered(id)?;
    let nothing = |_: FnId| None;
    let defs = Defs::new(facts.model, facts.knowledge, &body, None, Vec::new(), &nothing);
    Some(Returned { parts: defs.result_parts(), ..Returned::default() })
}

/// The fields of a value that is made, down into values made for it, and the places that fill them.
fn gather(
    defs: &Defs<'_>,
    names: &[Name],
    operands: &[Operand],
    before: &mut Vec<Name>,
    depth: u32,
    found: &mut Vec<(Vec<Name>, LockPath)>,
) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for (name, operand) in names.iter().zip(operands) {
        before.push(*name);
        if let Operand::Copy(place) | Operand::Move(place) = operand {
            match made_by(defs, place) {
                Some((names, operands)) => gather(defs, names, operands, before, depth, found),
                None => {
                    // What a constructor puts where: `Worker::new(routes.clone())`.
                    let parts = whole_local(place).map(|it| defs.parts_of(it)).unwrap_or_default();
                    found.extend(
                        parts.into_iter().map(|(name, path)| ([&before[..], &[name]].concat(), path)),
                    );
                    found.push((before.clone(), defs.path(place)));
                }
            }
        }
        before.pop();
    }
}

/// The fields that a value is made of, when it is made by a struct literal; through moves.
fn made_by<'a>(defs: &Defs<'a>, place: &Place) -> Option<(&'a [Name], &'a [Operand])> {
    let mut local = whole_local(place)?;
    for _ in 0..8 {
        match defs.def(local) {
            Def::Assign(Rvalue::Aggregate(Aggregate::Adt(Res::Struct(_), names), operands)) => {
                return Some((names, operands));
            }
            Def::Assign(Rvalue::Use(Operand::Move(from))) => local = whole_local(from)?,
            _ => return None,
        }
    }
    None
}

/// The type that is reached through fields of a type.
pub(super) fn holder(facts: &Facts<'_>, from: AdtId, fields: &[Name]) -> Option<AdtId> {
    fields.iter().try_fold(from, |at, name| {
        let mut all = facts.model.adt(at).variants.iter().flat_map(|it| &it.fields);
        match all.find(|it| it.name == *name)?.ty.peel_refs() {
            Type::Adt(id, _) => Some(*id),
            _ => None,
        }
    })
}

/// Whether a body may assign to a field of a type.
pub(super) fn is_given_anew(facts: &Facts<'_>, body: &Body, holder: Option<AdtId>, field: Name) -> bool {
    let is = |dest: &Place| {
        let Some((Proj::Field(name), before)) = dest.proj.split_last() else { return false };
        let owner = Place { proj: before.to_vec(), ..dest.clone() };
        *name == field
            && match facts.model.place_ty_in(body, &owner).peel_refs() {
                Type::Adt(id, _) => holder.is_none_or(|it| it == *id),
                _ => true,
            }
    };
    steps_of(body).any(|(_, step)| match &step.kind {
        StepKind::Assign(dest, _) | StepKind::Call { dest, .. } | StepKind::Await { dest, .. } => is(dest),
        _ => false,
    }) || body.children.iter().any(|it| is_given_anew(facts, it, holder, field))
}
