//! What functions do with a map that is a field of a struct and is not shared.
//!
//! Every place that names the field must be the receiver of a known map operation; whatever else is done with it rules it out.

use super::super::Facts;
use super::super::defs::whole_local;
use super::super::event::steps_of;
use super::super::knowledge::{Reads, Writes};
use super::super::lock_class::ClassRoot;
use super::{Candidate, lets_go};
use crate::model::body::{Aggregate, Body, LocalId, Operand, Place, PlaceBase, Proj, Rvalue, StepKind};
use crate::model::library::ApiId;
use crate::model::types::{AdtId, FnId, Type};
use crate::model::typing::{Callee, Res};
use crate::source::Span;
use crate::syntax::BinOp;

/// Notes what a function that names a candidate does with it. `may_shrink`: it has a word by which an entry may take itself out.
pub(super) fn look(facts: &Facts<'_>, id: FnId, may_shrink: bool, candidate: &mut Candidate) {
    match facts.lowered(id) {
        Some(body) => {
            let look = Look { facts, may_shrink, test: facts.model.fn_def(id).test };
            look.at(&body, candidate);
        }
        None => candidate.ruled_out = true,
    }
}

/// A function that is looked at.
struct Look<'a> {
    facts: &'a Facts<'a>,
    may_shrink: bool,
    test: bool,
}

/// Whether a function may name a candidate, or make a value with it: not when all that has its name is of other types.
pub(super) fn may_name(facts: &Facts<'_>, id: FnId, candidate: &Candidate) -> bool {
    let ClassRoot::Type(adt) = candidate.root else { return true };
    facts.lowered(id).is_none_or(|body| may_name_in(facts, &body, adt, candidate))
}

fn may_name_in(facts: &Facts<'_>, body: &Body, adt: AdtId, candidate: &Candidate) -> bool {
    let is_it = |place: &Place| names(facts, body, place, candidate);
    let makes = |res: &Res| matches!(res, Res::Struct(id) | Res::Variant(id, _) if *id == adt);
    let by_step = |kind: &StepKind| match kind {
        StepKind::Opaque { words } => words.contains(&candidate.name),
        StepKind::Assign(_, Rvalue::Aggregate(Aggregate::Adt(res, _), _)) if makes(res) => true,
        kind => kind.places().any(is_it),
    };
    body.cut
        || steps_of(body).any(|(_, step)| by_step(&step.kind))
        || body.children.iter().flat_map(|it| &it.captures).any(|it| is_it(&it.place))
        || body.children.iter().any(|it| may_name_in(facts, it, adt, candidate))
}

/// Whether a function gives the map to others, by another handle to it or by the field's own value, or looks at a size as at a limit.
pub(super) fn is_kept_small(facts: &Facts<'_>, id: FnId, candidate: &Candidate) -> bool {
    facts.lowered(id).is_none_or(|body| is_kept_small_in(facts, &body, candidate))
}

fn is_kept_small_in(facts: &Facts<'_>, body: &Body, candidate: &Candidate) -> bool {
    let is_it = |place: &Place| names(facts, body, place, candidate);
    let references: Vec<LocalId> = steps_of(body)
        .filter_map(|(_, step)| match &step.kind {
            StepKind::Assign(dest, Rvalue::Ref(_, place)) if is_it(place) => whole_local(dest),
            _ => None,
        })
        .collect();
    let refers = |it: &Operand| it.place().and_then(whole_local).is_some_and(|it| references.contains(&it));
    let mut sizes: Vec<LocalId> = Vec::new();
    for (_, step) in steps_of(body) {
        match &step.kind {
            StepKind::Call { dest, callee: Callee::Api(api), args, .. } => {
                let effects = facts.knowledge.effects(*api);
                let another = facts.roles().is_handle(&facts.model.place_ty_in(body, dest));
                if another && args.iter().any(refers) {
                    return true;
                }
                sizes.extend(whole_local(dest).filter(|_| effects.reads == Some(Reads::Len)));
            }
            StepKind::Assign(_, Rvalue::Use(Operand::Move(place))) if is_it(place) => return true,
            StepKind::Assign(_, Rvalue::Binary(op, left, right)) if is_order(*op) => {
                let is_size =
                    |it: &Operand| it.place().and_then(whole_local).is_some_and(|it| sizes.contains(&it));
                if is_size(left) || is_size(right) {
                    return true;
                }
            }
            _ => {}
        }
    }
    body.children.iter().any(|it| is_kept_small_in(facts, it, candidate))
}

/// What a function does with a plain map that it is lent: where it grows, if it does; `None` when that is not understood, or something may
/// go. A size that is looked at may be a limit.
pub(super) fn lent(facts: &Facts<'_>, id: FnId, param: u32, may_shrink: bool) -> Option<Option<Span>> {
    let body = facts.lowered(id).filter(|it| !it.cut)?;
    let map = LocalId(param + 1);
    let captured = body.children.iter().flat_map(|it| &it.captures).any(|it| is_of(&it.place, map));
    let mut grows = None;
    for (_, step) in steps_of(&body) {
        let through = match &step.kind {
            StepKind::Assign(
                dest,
                Rvalue::Ref(_, place) | Rvalue::Use(Operand::Move(place) | Operand::Copy(place)),
            ) if is_of(place, map) => whole_local(dest)?,
            StepKind::Call { callee: Callee::Api(api), .. } if reads_size(facts, *api) => return None,
            StepKind::Call { args, .. }
                if args.iter().filter_map(Operand::place).any(|it| is_of(it, map)) =>
            {
                map
            }
            StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) => continue,
            StepKind::Opaque { .. } => return None,
            kind if kind.places().any(|it| is_of(it, map)) => return None,
            _ => continue,
        };
        let used =
            if through == map { use_by(facts, &step.kind, map) } else { use_of(facts, &body, through) };
        match used? {
            Use::Looks => {}
            Use::Enters if may_shrink => return None,
            Use::Enters | Use::Grows => grows = grows.or(Some(step.range.of(body.file))),
        }
    }
    (!captured && !may_shrink).then_some(grows)
}

fn reads_size(facts: &Facts<'_>, api: ApiId) -> bool {
    facts.knowledge.effects(api).reads == Some(Reads::Len)
}

fn is_order(op: BinOp) -> bool {
    matches!(op, BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge | BinOp::Eq | BinOp::Ne)
}

impl Look<'_> {
    fn at(&self, body: &Body, candidate: &mut Candidate) {
        let facts = self.facts;
        candidate.ruled_out |= body.cut;
        for (_, step) in steps_of(body) {
            if candidate.ruled_out {
                return;
            }
            match &step.kind {
                StepKind::Assign(dest, Rvalue::Ref(_, place)) if names(facts, body, place, candidate) => {
                    match whole_local(dest).and_then(|it| use_of(facts, body, it)) {
                        // What `entry` gives may be taken out again.
                        Some(Use::Enters) if self.may_shrink => candidate.ruled_out = true,
                        None => candidate.ruled_out = true,
                        Some(Use::Looks) => {}
                        Some(Use::Grows | Use::Enters) => {
                            if candidate.grows.is_none() && (candidate.test || !self.test) {
                                candidate.grows = Some(step.range.of(body.file));
                            }
                        }
                    }
                }
                StepKind::Opaque { words } => candidate.ruled_out |= words.contains(&candidate.name),
                kind => candidate.ruled_out |= kind.places().any(|it| names(facts, body, it, candidate)),
            }
        }
        // What a closure takes along is used there by another name.
        let captured = body.children.iter().flat_map(|it| &it.captures);
        candidate.ruled_out |= captured.into_iter().any(|it| names(facts, body, &it.place, candidate));
        for child in &body.children {
            self.at(child, candidate);
        }
    }
}

/// What is done with the map through a reference to it.
enum Use {
    Looks,
    Grows,
    Enters,
}

/// The one use of a reference, when it is understood and nothing can go by it.
fn use_of(facts: &Facts<'_>, body: &Body, reference: LocalId) -> Option<Use> {
    let is =
        |it: &Operand| matches!(it, Operand::Copy(place) | Operand::Move(place) if is_of(place, reference));
    let mut uses = steps_of(body).filter(|(_, step)| match &step.kind {
        StepKind::Call { args, .. } => args.iter().any(is),
        kind => kind.places().any(|it| is_of(it, reference) && !is_given(kind, reference)),
    });
    let (Some((_, step)), None) = (uses.next(), uses.next()) else { return None };
    use_by(facts, &step.kind, reference)
}

/// What a call does with the map that its receiver refers to.
fn use_by(facts: &Facts<'_>, kind: &StepKind, reference: LocalId) -> Option<Use> {
    let is =
        |it: &Operand| matches!(it, Operand::Copy(place) | Operand::Move(place) if is_of(place, reference));
    let StepKind::Call { callee: Callee::Api(api), args, .. } = kind else { return None };
    if args.iter().skip(1).any(is) {
        return None;
    }
    let effects = facts.knowledge.effects(*api);
    match effects.writes {
        None => effects.reads.map(|_| Use::Looks),
        Some(Writes::All) if !lets_go(effects) => Some(Use::Looks),
        Some(Writes::Update) => Some(Use::Looks),
        Some(Writes::Insert) => Some(Use::Grows),
        Some(Writes::Entry) => Some(Use::Enters),
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
