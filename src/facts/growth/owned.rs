//! What functions do with a map that is a field of a struct and is not shared.
//!
//! Every place that names the field must be the receiver of a known map operation; whatever else is done with it rules it out.

use super::super::Facts;
use super::super::defs::whole_local;
use super::super::knowledge::Writes;
use super::super::lock_class::ClassRoot;
use super::super::values::steps;
use super::Candidate;
use crate::model::body::{Body, LocalId, Operand, Place, PlaceBase, Proj, Rvalue, StepKind};
use crate::model::types::{FnId, Type};
use crate::model::typing::Callee;

/// Notes what a function that names a candidate does with it.
pub(super) fn look(facts: &Facts<'_>, id: FnId, candidate: &mut Candidate) {
    match facts.lowered(id) {
        Some(body) => look_in(facts, &body, facts.model.fn_def(id).test, candidate),
        None => candidate.ruled_out = true,
    }
}

fn look_in(facts: &Facts<'_>, body: &Body, test: bool, candidate: &mut Candidate) {
    candidate.ruled_out |= body.cut;
    for (_, step) in steps(body) {
        if candidate.ruled_out {
            return;
        }
        match &step.kind {
            StepKind::Assign(dest, Rvalue::Ref(_, place)) if names(facts, body, place, candidate) => {
                match whole_local(dest).map(|it| use_of(facts, body, it)) {
                    Some(Some(Use::Grows)) if candidate.grows.is_none() && (candidate.test || !test) => {
                        candidate.grows = Some(step.range.of(body.file));
                    }
                    Some(Some(Use::Grows | Use::Looks)) => {}
                    Some(None) | None => candidate.ruled_out = true,
                }
            }
            StepKind::Opaque { words } => candidate.ruled_out |= words.contains(&candidate.name),
            kind => candidate.ruled_out |= places(kind).any(|it| names(facts, body, it, candidate)),
        }
    }
    // What a closure takes along is used there by another name.
    let captured = body.children.iter().flat_map(|it| &it.captures);
    candidate.ruled_out |= captured.into_iter().any(|it| names(facts, body, &it.place, candidate));
    for child in &body.children {
        look_in(facts, child, test, candidate);
    }
}

/// What is done with the map through a reference to it.
enum Use {
    Looks,
    Grows,
}

/// The one use of a reference, when it is understood and nothing can go by it.
fn use_of(facts: &Facts<'_>, body: &Body, reference: LocalId) -> Option<Use> {
    let is =
        |it: &Operand| matches!(it, Operand::Copy(place) | Operand::Move(place) if is_of(place, reference));
    let mut uses = steps(body).filter(|(_, step)| match &step.kind {
        StepKind::Call { args, .. } => args.iter().any(is),
        kind => places(kind).any(|it| is_of(it, reference) && !is_given(kind, reference)),
    });
    let (Some((_, step)), None) = (uses.next(), uses.next()) else { return None };
    let StepKind::Call { callee: Callee::Api(api), args, .. } = &step.kind else { return None };
    if args.iter().skip(1).any(is) {
        return None;
    }
    let effects = facts.knowledge.effects(*api);
    match effects.writes {
        None => effects.reads.map(|_| Use::Looks),
        Some(Writes::Update) => Some(Use::Looks),
        Some(Writes::Insert | Writes::Entry) => Some(Use::Grows),
        Some(Writes::Remove | Writes::Clear | Writes::All) => None,
    }
}

/// Whether a step only gives a local its value.
fn is_given(kind: &StepKind, local: LocalId) -> bool {
    matches!(kind, StepKind::Assign(dest, value)
        if whole_local(dest) == Some(local) && !value.operands().any(|it| matches!(it, Operand::Copy(place) | Operand::Move(place) if is_of(place, local))))
}

fn is_of(place: &Place, local: LocalId) -> bool {
    place.base == PlaceBase::Local(local)
}

/// Whether a place is the candidate, or in it.
fn names(facts: &Facts<'_>, body: &Body, place: &Place, candidate: &Candidate) -> bool {
    let ClassRoot::Type(adt) = candidate.root else { return false };
    let fields = place.proj.iter().enumerate().filter(|(_, it)| **it == Proj::Field(candidate.name));
    fields.into_iter().any(|(n, _)| {
        let owner = Place { proj: place.proj.iter().take(n).cloned().collect(), ..place.clone() };
        match facts.model.place_ty_in(body, &owner).peel_refs() {
            Type::Adt(id, _) => *id == adt,
            // It may be the candidate's type.
            Type::Unknown => true,
            _ => false,
        }
    })
}

/// The places that a step names.
fn places(kind: &StepKind) -> impl Iterator<Item = &Place> {
    fn of(operand: &Operand) -> Option<&Place> {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => Some(place),
            Operand::Lit(_) | Operand::Item(_) | Operand::Unit => None,
        }
    }
    let found: Vec<&Place> = match kind {
        StepKind::Assign(dest, value) => match value {
            Rvalue::Ref(_, it) | Rvalue::RawRef(it) | Rvalue::LibDeref(_, it) | Rvalue::NextOf(it) => {
                vec![dest, it]
            }
            other => std::iter::once(dest).chain(other.operands().filter_map(of)).collect(),
        },
        StepKind::Call { dest, args, .. } => {
            std::iter::once(dest).chain(args.iter().filter_map(of)).collect()
        }
        StepKind::Await { dest, future, .. } => vec![dest, future],
        StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => Vec::new(),
    };
    found.into_iter()
}
