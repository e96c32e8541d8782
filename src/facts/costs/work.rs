//! Work on many entries while their guard lives.

use super::Work;
use super::around::{Around, base, operand_base};
use crate::facts::BodyFacts;
use crate::facts::control::Loop;
use crate::facts::defs::{Def, whole_local};
use crate::facts::event::{Held, Point};
use crate::facts::knowledge::{Looks, Reads, When};
use crate::facts::path::{LockPath, PathStep, Root};
use crate::model::body::{BodyFlavor, LocalId, Operand, Place, Rvalue, Step, StepKind, Terminator, Test};
use crate::model::types::Type;
use crate::model::typing::Callee;
use crate::source::Span;
use crate::syntax::{Cfg, Name};

/// Whose map a path leads to, a guard's or a parameter's, and how many steps of the path lead there.
type Over<'o, H> = &'o dyn Fn(&LockPath) -> Option<(H, usize)>;

/// The work of a body on many entries of a map whose guard lives.
pub(super) fn find(around: &Around<'_, '_>) -> Vec<Work> {
    if around.flow.held_at.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (point, step) in around.steps() {
        let over = |path: &LockPath| {
            let held = around.guard_over(point, path)?;
            Some((held, path.steps.len() - around.steps_inside(held, path).len()))
        };
        if let Some(what) = work_of(around, step)
            && let Some((held, each)) =
                on_many(around, &over, point, step, what).or_else(|| decoded(around, point, step))
        {
            found.push(work(around.span(step), held, what, each, &step.cfg));
        }
        for child in run_for_each(around, step) {
            let Some(held) = entries_of(around, &over, step) else { continue };
            let each = Some(around.span(step));
            found.extend(
                child.costs.work_each.iter().map(|(span, what)| work(*span, held, *what, each, &step.cfg)),
            );
        }
    }
    found
}

fn work(span: Span, held: &Held, what: Name, each: Option<Span>, cfg: &Cfg) -> Work {
    Work { span, guard: held.guard, surely: held.surely, what, each, cfg: cfg.clone() }
}

/// The work of a function on all entries of maps that it is lent, by parameter.
pub(super) fn on_params(around: &Around<'_, '_>) -> Vec<(u32, Name)> {
    let params = around.map_params();
    if params.is_empty() {
        return Vec::new();
    }
    let over = |path: &LockPath| match path.root {
        Root::Param(n) if params.contains(&n) => Some((n, 0)),
        _ => None,
    };
    let mut found = Vec::new();
    for (point, step) in around.steps() {
        let here =
            work_of(around, step).and_then(|what| Some((on_many(around, &over, point, step, what)?.0, what)));
        let each = run_for_each(around, step).into_iter().flat_map(|it| &it.costs.work_each);
        let each = each.filter_map(|(_, what)| Some((entries_of(around, &over, step)?, *what)));
        found.extend(here.into_iter().chain(each));
    }
    found
}

/// The work that a closure does each time that it is called.
pub(super) fn each(around: &Around<'_, '_>) -> Vec<(Span, Name)> {
    if around.defs.body.kind != BodyFlavor::Closure {
        return Vec::new();
    }
    around.steps().filter_map(|(_, step)| Some((around.span(step), work_of(around, step)?))).collect()
}

/// What a step does that takes long for many entries.
fn work_of(around: &Around<'_, '_>, step: &Step) -> Option<Name> {
    match &step.kind {
        StepKind::Call { callee: Callee::Api(api), .. } => around.facts.knowledge.effects(*api).work,
        StepKind::Assign(dest, Rvalue::FormatArgs(args)) if !args.is_empty() => {
            is_formatted(around, step, dest).then(|| Name::from("formatting"))
        }
        _ => None,
    }
}

/// Whether a formatting macro does its work whenever it is reached: `format!` and `write!` give their arguments to a call, std's printing
/// macros print; what logs does so at its level only.
fn is_formatted(around: &Around<'_, '_>, step: &Step, dest: &Place) -> bool {
    let given = |step: &Step| match &step.kind {
        StepKind::Call { args, .. } => {
            args.iter().any(|it| operand_base(it).is_some() && operand_base(it) == base(dest))
        }
        _ => false,
    };
    if around.steps().any(|(_, it)| given(it)) {
        return true;
    }
    let (file, range) = (around.defs.body.file, step.range);
    let text = around.facts.files.text(file);
    let name = text.get(range.lo as usize..).unwrap_or_default();
    let name = name.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
    matches!(name, "print" | "println" | "eprint" | "eprintln")
}

/// The guard under which a step works on all entries of a map: on the map itself, on what was collected from it, or on each turn of a
/// loop through it.
fn on_many<'a, H: Copy>(
    around: &Around<'a, '_>,
    over: Over<'_, H>,
    point: Point,
    step: &'a Step,
    what: Name,
) -> Option<(H, Option<Span>)> {
    let operands: Vec<&Operand> = match &step.kind {
        StepKind::Call { args, .. } => args.iter().collect(),
        StepKind::Assign(_, value) => value.operands().collect(),
        _ => return None,
    };
    for operand in &operands {
        if let Some(held) = whole_map(around, over, operand) {
            return Some((held, None));
        }
    }
    if what.as_str() == "sorting"
        && let Some(held) = operands.first().and_then(|it| collected(around, over, it))
    {
        return Some((held, None));
    }
    let turns = around.loops.iter().filter(|it| it.contains(point.block));
    let mut through = turns.filter_map(|it| Some((through_map(around, over, it)?, around.loop_span(it))));
    through.next()
}

/// The guard of a map under which another whole map is decoded.
fn decoded<'a>(around: &Around<'a, '_>, point: Point, step: &'a Step) -> Option<(&'a Held, Option<Span>)> {
    let (_, effects, _) = around.api_call(step).filter(|(_, it, _)| it.decodes)?;
    let StepKind::Call { dest, .. } = &step.kind else { return None };
    effects.work?;
    let Type::Lib(_, parts) = around.facts.model.place_ty_in(around.defs.body, dest) else { return None };
    around.plain_map(parts.first()?)?;
    let held = around.flow.held_at.get(&point)?.iter().find(|it| !it.stale && around.is_waited_for(it))?;
    Some((held, None))
}

/// The guard over the map that an operand is, or refers to, as a whole.
fn whole_map<'a, H: Copy>(around: &Around<'a, '_>, over: Over<'_, H>, operand: &Operand) -> Option<H> {
    around.plain_map(&around.pointee_ty(operand))?;
    let path = around.defs.operand_path(operand)?;
    let (held, n) = over(&path)?;
    path.steps.iter().skip(n).all(|it| matches!(it, PathStep::Field(_))).then_some(held)
}

/// The guard over the map from which the list behind an operand was collected.
fn collected<'a, H: Copy>(around: &Around<'a, '_>, over: Over<'_, H>, operand: &'a Operand) -> Option<H> {
    let mut place = around.defs.pointee(operand);
    if place.is_none()
        && let Some(local) = operand_base(operand)
        && let Def::Assign(Rvalue::LibDeref(_, inner) | Rvalue::Ref(_, inner)) = around.defs.def(local)
    {
        place = Some(inner);
    }
    let mut local = operand_base(&Operand::Copy(place?.clone()))?;
    // Through derefs and moves to the call that collected.
    for _ in 0..8 {
        match around.defs.def(local) {
            Def::Assign(Rvalue::LibDeref(_, inner) | Rvalue::Ref(_, inner)) => {
                local = operand_base(&Operand::Copy(inner.clone()))?;
            }
            Def::Assign(Rvalue::Use(inner)) => local = operand_base(inner)?,
            Def::Call(Callee::Api(api), args, _) if around.facts.knowledge.effects(*api).gathers => {
                return from_map(around, over, args.first()?);
            }
            _ => return filled(around, over, local),
        }
    }
    None
}

/// The guard over the map from which a loop fills the list in a local: `for name in map.keys() { all.push(..) }`.
fn filled<'a, H: Copy>(around: &Around<'a, '_>, over: Over<'_, H>, list: LocalId) -> Option<H> {
    around.steps().find_map(|(at, step)| {
        let (_, effects, args) = around.api_call(step)?;
        let into = args.first().filter(|_| effects.stores.is_some())?;
        let pushed = around.defs.pointee(into).and_then(base) == Some(list);
        let mut turns = around.loops.iter().filter(|it| pushed && it.contains(at.block));
        turns.find_map(|it| through_map(around, over, it))
    })
}

/// The guard over the map that an iterator goes through, perhaps with entries left out.
fn from_map<'a, H: Copy>(around: &Around<'a, '_>, over: Over<'_, H>, iterator: &'a Operand) -> Option<H> {
    let (Operand::Copy(place) | Operand::Move(place)) = iterator else { return None };
    let mut place = place;
    for _ in 0..8 {
        let Def::Call(Callee::Api(api), args, _) = around.defs.def(whole_local(place)?) else { return None };
        let effects = around.facts.knowledge.effects(*api);
        let receiver = args.first()?;
        if (effects.reads == Some(Reads::All) || effects.looks == Some(Looks::On))
            && let Some(held) = whole_map(around, over, receiver)
        {
            return Some(held);
        }
        let (Operand::Copy(next) | Operand::Move(next)) = receiver else { return None };
        // `find` and the like take the iterator by reference.
        place = around.defs.pointee(receiver).unwrap_or(next);
    }
    None
}

/// The guard over the map that a loop goes through, entry by entry.
fn through_map<'a, H: Copy>(around: &Around<'a, '_>, over: Over<'_, H>, turn: &Loop) -> Option<H> {
    let end = around.defs.body.blocks.get(turn.header.0 as usize)?.end.as_ref()?;
    let Terminator::Switch { tests, .. } = end else { return None };
    tests.iter().find_map(|(test, _)| {
        let Test::Next(place) = test else { return None };
        let path = around.defs.path(place);
        let (held, n) = over(&path)?;
        // The map's own entries: `&map`, or an iterator over it; not what one entry holds.
        let keys = path.steps.iter().skip(n).filter(|it| matches!(it, PathStep::Key(_))).count();
        let of_map =
            keys == 1 || around.plain_map(&around.facts.model.place_ty_in(around.defs.body, place)).is_some();
        of_map.then_some(held)
    })
}

/// Closures that a step runs for each element of an iterator.
fn run_for_each<'a>(around: &Around<'a, '_>, step: &'a Step) -> Vec<&'a BodyFacts> {
    let Some((api, effects, args)) = around.api_call(step) else { return Vec::new() };
    let row = around.facts.model.library.api(api);
    let of_iterator = row.owner.is_some_and(|it| it.as_str() == "std::iter::Iterator");
    if !of_iterator {
        return Vec::new();
    }
    let closures = args
        .iter()
        .enumerate()
        .skip(1)
        .filter(|(n, _)| matches!(effects.when(*n as u32 - 1), When::Now | When::Iterated));
    let ids: Vec<_> = closures.filter_map(|(_, it)| around.defs.closure_of(it)).collect();
    around.children.iter().filter(|it| it.closure.is_some_and(|it| ids.contains(&it))).collect()
}

/// The guard over the map whose entries the receiver of a call gives.
fn entries_of<'a, H: Copy>(around: &Around<'a, '_>, over: Over<'_, H>, step: &'a Step) -> Option<H> {
    let (_, _, args) = around.api_call(step)?;
    from_map(around, over, args.first()?)
}
