//! Work on many entries while their guard lives.

use super::Work;
use super::around::Around;
use super::freed::is_map_or_struct_of_one;
use crate::facts::control::Loop;
use crate::facts::defs::{Def, whole_local};
use crate::facts::event::{Held, Point};
use crate::facts::knowledge::{Looks, Reads, When, Writes};
use crate::facts::path::{LockPath, PathStep, Root};
use crate::facts::{BodyFacts, GuardId};
use crate::model::body::{BodyFlavor, LocalId, Operand, Place, Rvalue, Step, StepKind, Terminator, Test};
use crate::model::types::Type;
use crate::model::typing::Callee;
use crate::source::Span;
use crate::syntax::{Cfg, Name};

/// Whose map a path leads to, a guard's or a parameter's, and how many steps of the path lead there.
type Over<'o, H> = &'o dyn Fn(&LockPath) -> Option<(H, usize)>;

/// The same at each point.
type OverAt<'o, H> = &'o dyn Fn(Point, &LockPath) -> Option<(H, usize)>;

/// Work on many entries of a map.
pub(super) struct OnMany<H> {
    /// Where.
    pub span: Span,
    /// The point.
    pub at: Point,
    /// What is done.
    pub what: Name,
    /// The loop or the call that does it for each entry.
    pub each: Option<Span>,
    /// Whose map it is.
    pub of: H,
    /// Under which configuration.
    pub cfg: Cfg,
}

/// The work of a body on many entries of a map whose guard lives.
pub(super) fn find(around: &Around<'_, '_>) -> Vec<Work> {
    if around.flow.held_at.is_empty() {
        return Vec::new();
    }
    let over = |point: Point, path: &LockPath| {
        let held = around.guard_over(point, path)?;
        Some((held, path.steps.len() - around.steps_inside(held, path).len()))
    };
    let on_many = over_many(around, &over).into_iter();
    let mut found: Vec<Work> = on_many.map(|it| work(it.span, it.of, it.what, it.each, &it.cfg)).collect();
    for (point, step) in around.steps() {
        let span = around.span(step);
        if found.iter().all(|it| it.span != span)
            && let Some((held, what, each)) = decoded(around, point, step)
        {
            found.push(work(span, held, what, each, &step.cfg));
        }
    }
    found
}

fn work(span: Span, held: &Held, what: Name, each: Option<Span>, cfg: &Cfg) -> Work {
    Work { span, guard: held.guard, surely: held.surely, what, each, cfg: cfg.clone() }
}

/// The work of a body on many entries of the maps that `over` knows.
pub(super) fn over_many<H: Clone>(around: &Around<'_, '_>, over: OverAt<'_, H>) -> Vec<OnMany<H>> {
    let mut found = Vec::new();
    for (point, step) in around.steps() {
        let over = |path: &LockPath| over(point, path);
        let (span, cfg) = (around.span(step), &step.cfg);
        if let Some(what) = work_of(around, step)
            && let Some((of, each)) = on_many(around, &over, point, step, what)
        {
            found.push(OnMany { span, at: point, what, each, of, cfg: cfg.clone() });
        }
        for child in run_for_each(around, step) {
            let Some(of) = entries_of(around, &over, step) else { continue };
            let work = child.costs.work_each.iter();
            found.extend(work.map(|(inner, what)| OnMany {
                span: *inner,
                at: point,
                what: *what,
                each: Some(span),
                of: of.clone(),
                cfg: cfg.clone(),
            }));
        }
    }
    found
}

/// The work of a function on all entries of maps that it is lent, by parameter.
pub(super) fn on_params(around: &Around<'_, '_>) -> Vec<(u32, Name)> {
    let params = around.map_params();
    if params.is_empty() {
        return Vec::new();
    }
    let over = |_: Point, path: &LockPath| match path.root {
        Root::Param(n) if params.contains(&n) => Some((n, 0)),
        _ => None,
    };
    over_many(around, &over).into_iter().map(|it| (it.of, it.what)).collect()
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
            args.iter().any(|it| it.base_local().is_some() && it.base_local() == dest.base_local())
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
fn on_many<'a, H: Clone>(
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
        let whole = whole_map(around, over, operand);
        let whole =
            whole.or_else(|| struct_of_map(around, over, operand).filter(|_| what.as_str() == "serialising"));
        if let Some(held) = whole {
            return Some((held, None));
        }
    }
    let lists = match what.as_str() {
        "sorting" => operands.get(..1).unwrap_or_default(),
        "formatting" => operands.as_slice(),
        _ => &[],
    };
    let mut lists = lists.iter().filter(|it| what.as_str() == "sorting" || is_whole(around, it));
    if let Some(held) = lists.find_map(|it| collected(around, over, it)) {
        return Some((held, None));
    }
    let turns = around.loops.iter().filter(|it| it.contains(point.block));
    let over_entries = |it: &Loop| through_map(around, over, it).or_else(|| through_list(around, over, it));
    let mut through = turns.filter_map(|it| Some((over_entries(it)?, around.loop_span(it))));
    through.next()
}

/// The guard of a map under which another whole map is decoded, or what goes into that map on each turn of a loop; what that is, and
/// the loop.
fn decoded<'a>(
    around: &Around<'a, '_>,
    point: Point,
    step: &'a Step,
) -> Option<(&'a Held, Name, Option<Span>)> {
    let (_, effects, _) = around.api_call(step).filter(|(_, it, _)| it.decodes)?;
    let StepKind::Call { dest, .. } = &step.kind else { return None };
    let what = effects.work?;
    let Type::Lib(_, parts) = around.facts.model.place_ty_in(around.defs.body, dest) else { return None };
    let held = around.flow.held_at.get(&point)?;
    if around.plain_map(parts.first()?).is_some() {
        let held = held.iter().find(|it| !it.stale && around.is_waited_for(it))?;
        return Some((held, what, None));
    }
    let value = around.defs.path(dest);
    let turns = around.loops.iter().filter(|it| it.contains(point.block));
    turns.into_iter().find_map(|turn| {
        let into = puts_each(around, turn, &value)?;
        let held = held.iter().find(|it| !it.stale && it.guard == into)?;
        Some((held, what, around.loop_span(turn)))
    })
}

/// The guard, taken before a loop, over the map into which each of its turns puts a value.
fn puts_each(around: &Around<'_, '_>, turn: &Loop, value: &LockPath) -> Option<GuardId> {
    around.steps().filter(|(at, _)| turn.contains(at.block)).find_map(|(at, step)| {
        let (_, effects, args) = around.api_call(step)?;
        let (map, rest) = args.split_first().filter(|_| effects.writes == Some(Writes::Insert))?;
        let is_it = |path: LockPath| path.begins_with(value);
        if !rest.iter().any(|it| around.defs.operand_path(it).is_some_and(is_it)) {
            return None;
        }
        let held = around.guard_over(at, &around.defs.operand_path(map)?)?;
        around.guard(held.guard).filter(|it| !turn.contains(it.point.block)).map(|_| held.guard)
    })
}

/// The guard over the map that an operand is, or refers to, as a whole.
fn whole_map<'a, H: Clone>(around: &Around<'a, '_>, over: Over<'_, H>, operand: &Operand) -> Option<H> {
    around.plain_map(&around.defs.pointee_ty(operand))?;
    let path = around.defs.operand_path(operand)?;
    let (held, n) = over(&path)?;
    path.steps.iter().skip(n).all(|it| matches!(it, PathStep::Field(_))).then_some(held)
}

/// The guard over the struct, one with a map for a field, that an operand is, or refers to, as a whole.
fn struct_of_map<H: Clone>(around: &Around<'_, '_>, over: Over<'_, H>, operand: &Operand) -> Option<H> {
    let ty = around.defs.pointee_ty(operand);
    let ty = match around.facts.roles().guard_part(&ty) {
        Some((_, Type::Lib(_, args))) => args.last()?.clone(),
        _ => ty.peel_refs().clone(),
    };
    if !matches!(ty, Type::Adt(..)) || !is_map_or_struct_of_one(around, &ty) {
        return None;
    }
    let path = around.defs.operand_path(operand)?;
    let (held, n) = over(&path)?;
    (path.steps.len() == n).then_some(held)
}

/// Whether an operand is, or refers to, all of a variable or temporary.
fn is_whole(around: &Around<'_, '_>, operand: &Operand) -> bool {
    let place = around.defs.pointee(operand).or(operand.place());
    place.is_some_and(|it| whole_local(it).is_some())
}

/// The guard over the map from which the list behind an operand was collected, or whose entries the iterator there gives.
fn collected<'a, H: Clone>(around: &Around<'a, '_>, over: Over<'_, H>, operand: &'a Operand) -> Option<H> {
    let mut place = around.defs.pointee(operand);
    if place.is_none()
        && let Some(local) = operand.base_local()
        && let Def::Assign(Rvalue::LibDeref(_, inner) | Rvalue::Ref(_, inner)) = around.defs.def(local)
    {
        place = Some(inner);
    }
    collected_in(around, over, place?.base_local()?)
}

/// The guard over the map from which the list in a local was collected, or whose entries the iterator there gives.
fn collected_in<'a, H: Clone>(around: &Around<'a, '_>, over: Over<'_, H>, list: LocalId) -> Option<H> {
    let mut local = list;
    // Through derefs and moves to the call that collected.
    for _ in 0..8 {
        match around.defs.def(local) {
            Def::Assign(Rvalue::LibDeref(_, inner) | Rvalue::Ref(_, inner)) => {
                local = inner.base_local()?;
            }
            Def::Assign(Rvalue::Use(inner)) => local = inner.base_local()?,
            Def::Call(Callee::Api(api), args, _) if around.facts.knowledge.effects(*api).gathers => {
                return from_map(around, over, args.first()?);
            }
            Def::Call(Callee::Api(api), ..)
                if around.facts.knowledge.effects(*api).reads == Some(Reads::All) =>
            {
                return from_map(around, over, &Operand::Copy(Place::local(local)));
            }
            _ => return filled(around, over, local),
        }
    }
    None
}

/// The guard over the map from which a loop fills the list in a local: `for name in map.keys() { all.push(..) }`.
fn filled<'a, H: Clone>(around: &Around<'a, '_>, over: Over<'_, H>, list: LocalId) -> Option<H> {
    around.steps().find_map(|(at, step)| {
        let (_, effects, args) = around.api_call(step)?;
        let into = args.first().filter(|_| effects.stores.is_some())?;
        let pushed = around.defs.pointee(into).and_then(Place::base_local) == Some(list);
        let mut turns = around.loops.iter().filter(|it| pushed && it.contains(at.block));
        turns.find_map(|it| through_map(around, over, it))
    })
}

/// The guard over the map that an iterator goes through, perhaps with entries left out.
fn from_map<'a, H: Clone>(around: &Around<'a, '_>, over: Over<'_, H>, iterator: &'a Operand) -> Option<H> {
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
fn through_map<'a, H: Clone>(around: &Around<'a, '_>, over: Over<'_, H>, turn: &Loop) -> Option<H> {
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

/// The guard over the map from which the list was collected that a loop goes through.
fn through_list<'a, H: Clone>(around: &Around<'a, '_>, over: Over<'_, H>, turn: &Loop) -> Option<H> {
    let end = around.defs.body.blocks.get(turn.header.0 as usize)?.end.as_ref()?;
    let Terminator::Switch { tests, .. } = end else { return None };
    tests.iter().find_map(|(test, _)| {
        let Test::Next(place) = test else { return None };
        let mut local = place.base_local()?;
        // Through adapters that keep every element.
        for _ in 0..8 {
            match around.defs.def(local) {
                Def::Call(Callee::Api(api), args, _)
                    if around.facts.knowledge.effects(*api).looks == Some(Looks::On) =>
                {
                    let list = args.first()?;
                    local = around.defs.pointee(list).or(list.place())?.base_local()?;
                }
                Def::Assign(Rvalue::Use(inner)) => local = inner.base_local()?,
                _ => return collected_in(around, over, local),
            }
        }
        None
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
fn entries_of<'a, H: Clone>(around: &Around<'a, '_>, over: Over<'_, H>, step: &'a Step) -> Option<H> {
    let (_, _, args) = around.api_call(step)?;
    from_map(around, over, args.first()?)
}
