//! A cache of what is not there: on a miss the function finds nothing, notes that, and gives the same "nothing" out; a later hit gives it
//! out at once. To note it twice changes nothing.
//!
//! `if missing.contains(&k) { return None } .. let Some(it) = search(&k) else { missing.insert(k); return None };`, and the same with a
//! map of options.

use super::control::Graph;
use super::decision::value_operand;
use super::defs::{Def, Defs, whole_local};
use super::event::{MapOp, Point, steps_of};
use crate::model::body::{BlockIdx, LocalId, Operand, Rvalue, StepKind};
use crate::model::typing::Res;
use crate::syntax::Lit;

/// A value that is the same wherever it is written.
#[derive(Clone, PartialEq)]
enum Constant<'b> {
    Lit(&'b Lit),
    Item(&'b Res),
}

/// Whether a write stores a "nothing" (`None`), and the function gives that out after it. A literal may be a state to start with.
pub(super) fn gives_what_it_stores(defs: &Defs<'_>, write: &MapOp) -> bool {
    let stored = value_operand(defs, write).and_then(|it| constant(defs, it));
    let Some(stored @ Constant::Item(Res::LibVariant(..))) = stored else { return false };
    let mut after = results(defs).filter(|(at, _)| is_after(defs.graph(), write.point, *at)).peekable();
    after.peek().is_some() && after.all(|(_, it)| it.as_ref() == Some(&stored))
}

/// Whether a write to a set notes the constant that a hit and a miss give out alike, while the function gives out other things elsewhere.
/// `hits` are the blocks that run on a hit alone.
pub(super) fn gives_what_a_hit_gives(
    defs: &Defs<'_>,
    write: &MapOp,
    hits: &dyn Fn(BlockIdx) -> bool,
) -> bool {
    let mut after = results(defs).filter(|(at, _)| is_after(defs.graph(), write.point, *at)).map(|it| it.1);
    let Some(Some(noted)) = after.next() else { return false };
    let is_noted = |it: Option<Constant<'_>>| it.as_ref() == Some(&noted);
    after.all(is_noted)
        && results(defs).any(|(at, it)| hits(at.block) && is_noted(it))
        && results(defs).all(|(at, it)| !hits(at.block) || is_noted(it))
        && results(defs).any(|(_, it)| !is_noted(it))
}

/// Where the function's result is set, and to which constant.
fn results<'b>(defs: &Defs<'b>) -> impl Iterator<Item = (Point, Option<Constant<'b>>)> {
    steps_of(defs.body).filter_map(|(at, step)| match &step.kind {
        StepKind::Assign(dest, value) if whole_local(dest) == Some(LocalId(0)) => {
            let given = match value {
                Rvalue::Use(it) => constant(defs, it),
                _ => None,
            };
            Some((at, given))
        }
        StepKind::Call { dest, .. } | StepKind::Await { dest, .. }
            if whole_local(dest) == Some(LocalId(0)) =>
        {
            Some((at, None))
        }
        _ => None,
    })
}

/// The constant that an operand is, through moves; `()` says nothing.
fn constant<'b>(defs: &Defs<'b>, operand: &'b Operand) -> Option<Constant<'b>> {
    let mut operand = operand;
    for _ in 0..8 {
        match operand {
            Operand::Lit(it) => return Some(Constant::Lit(it)),
            Operand::Item(it @ (Res::LibVariant(..) | Res::Variant(..))) => return Some(Constant::Item(it)),
            Operand::Item(_) | Operand::Unit => return None,
            Operand::Copy(place) | Operand::Move(place) => match defs.def(whole_local(place)?) {
                Def::Assign(Rvalue::Use(it)) => operand = it,
                _ => return None,
            },
        }
    }
    None
}

fn is_after(graph: &Graph, from: Point, at: Point) -> bool {
    at.block == from.block && at.step > from.step || graph.leads_to(from.block, at.block)
}
