//! Replies: a channel's end that came in a message, for the one answer that is sent through it.
//!
//! `Message::Get { key, reply }` has a channel made for it, whose other end waits for just that: with room for one, or with somebody who
//! waits, sending does not. So it is with an end that a body moves out of a value of the analysed code and sends through once.
//! Over-approximates: the same end may have been cloned, and used by others, before it was put into the message.

use super::defs::{Def, Defs};
use super::event::{Point, steps_of};
use crate::model::body::{Body, LocalId, LocalKind, Operand, Place, PlaceBase, Proj, Rvalue, StepKind};
use crate::model::types::Type;

/// Whether what is sent through at a point came in a message, and nothing else is sent through it.
pub(super) fn is_only_reply(defs: &Defs<'_>, at: Point, sender: &Operand) -> bool {
    let Some(local) = defs.pointee(sender).and_then(super::defs::whole_local) else { return false };
    is_variable(defs.body, local)
        && is_from_message(defs, local)
        && n_mentions(defs.body, local) == 2
        && !is_captured(defs.body, local)
        && is_sent_each_turn_anew(defs, at, local)
}

fn is_variable(body: &Body, local: LocalId) -> bool {
    let local = body.locals.get(local.0 as usize);
    local.is_some_and(|it| it.kind == LocalKind::Variable && matches!(it.ty, Type::Lib(..)))
}

/// Whether a local is moved out of a struct or an enum of the analysed code.
fn is_from_message(defs: &Defs<'_>, local: LocalId) -> bool {
    let Def::Assign(Rvalue::Use(Operand::Move(from))) = defs.def(local) else { return false };
    let Some(at) = from.proj.iter().rposition(|it| matches!(it, Proj::Field(_))) else { return false };
    let owner = from.proj.iter().take(at).filter(|it| !matches!(it, Proj::Variant(_))).cloned().collect();
    let owner = Place { base: from.base, proj: owner };
    matches!(from.base, PlaceBase::Local(_))
        && matches!(defs.model().place_ty_in(defs.body, &owner), Type::Adt(..))
}

/// The steps that name a local, but for those with which it begins and ends.
fn n_mentions(body: &Body, local: LocalId) -> usize {
    let names = |kind: &StepKind| match kind {
        StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) => false,
        // What it makes of it is not known.
        StepKind::Opaque { words } => {
            body.locals.get(local.0 as usize).and_then(|it| it.name).is_some_and(|it| words.contains(&it))
        }
        other => other.places().any(|it| it.base_local() == Some(local)),
    };
    steps_of(body).filter(|(_, step)| names(&step.kind)).count()
}

fn is_captured(body: &Body, local: LocalId) -> bool {
    body.children.iter().flat_map(|it| &it.captures).any(|it| it.place.base_local() == Some(local))
}

/// Whether each loop around the sending is one around the variable's beginning, too.
fn is_sent_each_turn_anew(defs: &Defs<'_>, at: Point, local: LocalId) -> bool {
    let begins = steps_of(defs.body).find(|(_, step)| matches!(step.kind, StepKind::Live(it) if it == local));
    let Some((begins, _)) = begins else { return false };
    defs.graph().loops().iter().all(|it| !it.contains(at.block) || it.contains(begins.block))
}
