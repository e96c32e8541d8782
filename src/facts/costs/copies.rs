//! Copies of whole maps under their guards, and what becomes of them.

use super::around::Around;
use super::loops::stays_the_same;
use super::{CopiedBy, MapCopy, changed, tuples};
use crate::facts::control::Loop;
use crate::facts::defs::{Def, whole_local};
use crate::facts::event::{Event, Held, Point, What};
use crate::facts::knowledge::{ArgRef, Looks, MapKind, Reads};
use crate::facts::path::PathStep;
use crate::facts::state::GuardId;
use crate::model::body::{
    BlockIdx, LocalId, LocalKind, Operand, Place, PlaceBase, Proj, Rvalue, Step, StepKind, Terminator, Test,
};
use crate::model::items::SelfKind;
use crate::model::types::Type;
use crate::model::typing::Callee;
use crate::source::Span;
use crate::syntax::Name;
use rustc_hash::FxHashSet;

/// Calls of an iterator chain that are followed from its end to the map, or to its copy.
pub(super) const MAX_CHAIN: usize = 8;

/// The copies of a body.
pub(super) fn find(around: &Around<'_, '_>) -> Vec<MapCopy> {
    if around.flow.held_at.is_empty() {
        return Vec::new();
    }
    around.steps().filter_map(|(point, step)| copy_at(around, point, step)).collect()
}

/// The copy that a step makes, when it is one that need not have been.
fn copy_at(around: &Around<'_, '_>, point: Point, step: &Step) -> Option<MapCopy> {
    let (held, how, map, entry) = copied(around, point, step)?;
    let StepKind::Call { dest, .. } = &step.kind else { return None };
    if changed::is_meanwhile(around, held.guard, whole_local(dest)?) {
        return None;
    }
    let turn = around.loop_of(point.block).filter(|it| it.always_passes(point.block) && !waits(around, it));
    // Another map on each turn is copied once.
    let turn =
        turn.filter(|it| around.guard(held.guard).is_some_and(|guard| stays_the_same(around, guard, it)));
    let each_turn = turn.and_then(|it| around.loop_span(it));
    let uses = Uses::of(around, whole_local(dest)?);
    // Looked into again and again once the guard is gone, the one copy stands for as many times that the lock is not taken.
    let often = uses.looks.iter().any(|(look, _)| {
        is_repeated_after(around, look.block, point.block) && !is_held(around, held.guard, *look)
    });
    let only_looked = !uses.escapes
        && !uses.whole
        && !uses.looks.is_empty()
        && !often
        && !changed::owner_is(around, held.guard, uses.looks.iter().map(|(at, _)| *at));
    let each_turn = each_turn.filter(|_| !uses.escapes);
    if !only_looked && each_turn.is_none() {
        return None;
    }
    let span = around.span(step);
    Some(MapCopy {
        span,
        guard: held.guard,
        surely: held.surely,
        how,
        map,
        entry,
        looks: uses.looks.into_iter().map(|(_, span)| span).collect(),
        each_turn,
    })
}

fn is_held(around: &Around<'_, '_>, guard: GuardId, at: Point) -> bool {
    around.flow.held_at.get(&at).is_some_and(|held| held.iter().any(|it| it.guard == guard))
}

/// Whether a block runs on each turn of a loop that another does not lie in.
fn is_repeated_after(around: &Around<'_, '_>, block: BlockIdx, once: BlockIdx) -> bool {
    around.loops.iter().any(|it| it.contains(block) && !it.contains(once))
}

/// Whether a turn of a loop waits for something else than a lock: what it copies is little against that.
fn waits(around: &Around<'_, '_>, turn: &Loop) -> bool {
    let flow = &around.flow;
    let blocks = |it: &Event| turn.contains(it.point.block) && matches!(it.what, What::Block(..));
    let awaits = |(point, step): (Point, &Step)| {
        turn.contains(point.block)
            && matches!(step.kind, StepKind::Await { .. })
            && flow.guards.iter().all(|it| it.point != point)
    };
    flow.events.iter().any(blocks) || around.steps().any(awaits)
}

/// Which guarded map a step copies, how, and what an entry of the copy is.
fn copied<'a>(
    around: &Around<'a, '_>,
    point: Point,
    step: &'a Step,
) -> Option<(&'a Held, CopiedBy, Type, Type)> {
    let (api, effects, args) = around.api_call(step)?;
    let guarded = |operand: &Operand| {
        let map = around.plain_map(&around.defs.pointee_ty(operand))?;
        let path = around.defs.operand_path(operand)?;
        let held = around.guard_over(point, &path)?;
        // The map itself, or in the struct that is locked: not one that is a value of another map.
        let fields = around.steps_inside(held, &path).iter().all(|it| matches!(it, PathStep::Field(_)));
        fields.then_some((held, map))
    };
    if effects.copies.is_some() {
        let (held, map) = guarded(args.first()?)?;
        let entry = entry_of(around, &map);
        return Some((held, CopiedBy::Clone, map, entry));
    }
    if let Some(work) = effects.work
        && work.as_str() == "serialising"
    {
        // What is written somewhere is sent.
        let [value] = args else { return None };
        let (held, map) = guarded(value)?;
        let entry = entry_of(around, &map);
        return Some((held, CopiedBy::Serialise, map, entry));
    }
    if effects.gathers && around.facts.model.library.api(api).recv == Some(SelfKind::Value) {
        let source = chain_source(around, args.first()?)?;
        let (held, map) = guarded(source)?;
        let StepKind::Call { dest, .. } = &step.kind else { return None };
        let copy = around.facts.model.place_ty_in(around.defs.body, dest);
        return Some((held, CopiedBy::Collect, map, entry_of(around, &copy)));
    }
    None
}

/// The map that an iterator goes through entry by entry, with nothing left out.
fn chain_source<'a>(around: &Around<'a, '_>, iterator: &'a Operand) -> Option<&'a Operand> {
    let mut operand = iterator;
    for _ in 0..MAX_CHAIN {
        let (Operand::Copy(place) | Operand::Move(place)) = operand else { return None };
        let Def::Call(Callee::Api(api), args, _) = around.defs.def(whole_local(place)?) else { return None };
        let effects = around.facts.knowledge.effects(*api);
        let receiver = args.first()?;
        if effects.reads == Some(Reads::All) {
            // Not `range`: it leaves entries out.
            return (effects.looks != Some(Looks::Part)).then_some(receiver);
        }
        // `(&map).into_iter()`, adapters that keep every element.
        if effects.looks != Some(Looks::On) {
            return None;
        }
        if around.plain_map(&around.defs.pointee_ty(receiver)).is_some() {
            return Some(receiver);
        }
        operand = receiver;
    }
    None
}

/// What an entry of a collection is.
fn entry_of(around: &Around<'_, '_>, ty: &Type) -> Type {
    let Type::Lib(_, args) = ty else { return Type::Unknown };
    let is_map = around.facts.roles().map_kind(ty) == Some(MapKind::Plain);
    let n = around.facts.roles().entry_params(ty);
    match (is_map, args.as_ref()) {
        (true, [key, value, ..]) if n == 2 => Type::Tuple([key.clone(), value.clone()].into()),
        (_, [item, ..]) => item.clone(),
        (_, []) => Type::Unknown,
    }
}

/// What becomes of a value.
#[derive(Default)]
struct Uses {
    /// Looks at parts of it.
    looks: Vec<(Point, Span)>,
    /// All of it is used here.
    whole: bool,
    /// It goes elsewhere: returned, stored, sent, or given to something that may do so.
    escapes: bool,
}

impl Uses {
    /// Follows a value through moves, borrows and iterators.
    fn of(around: &Around<'_, '_>, local: LocalId) -> Uses {
        let mut known: FxHashSet<LocalId> = FxHashSet::from_iter([local]);
        loop {
            let before = known.len();
            let mut uses = Uses::default();
            for (point, step) in around.steps() {
                uses.step(around, point, step, &mut known);
            }
            for block in &around.defs.body.blocks {
                uses.branch(block.end.as_ref(), &known);
            }
            if known.len() == before {
                return uses;
            }
        }
    }

    fn branch(&mut self, end: Option<&Terminator>, known: &FxHashSet<LocalId>) {
        let Some(Terminator::Switch { tests, .. }) = end else { return };
        for (test, _) in tests {
            match test {
                Test::Next(place) => self.whole |= place.base_local().is_some_and(|it| known.contains(&it)),
                Test::True(_)
                | Test::False(_)
                | Test::Variant(..)
                | Test::Equals(..)
                | Test::Within(_)
                | Test::Maybe => {}
            }
        }
    }

    fn step(&mut self, around: &Around<'_, '_>, point: Point, step: &Step, known: &mut FxHashSet<LocalId>) {
        match &step.kind {
            StepKind::Assign(dest, value) => self.assign(around, dest, value, known),
            StepKind::Call { dest, callee, args, .. } => {
                self.call(around, (point, around.span(step)), dest, callee, args, known);
            }
            StepKind::Await { future, .. } => {
                self.escapes |= future.base_local().is_some_and(|it| known.contains(&it));
            }
            StepKind::Opaque { words } => {
                let named = |local: &LocalId| {
                    let name = around.defs.body.locals.get(local.0 as usize).and_then(|it| it.name);
                    name.is_some_and(|it| words.contains(&it))
                };
                self.escapes |= known.iter().any(named);
            }
            StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) => {}
        }
    }

    fn assign(
        &mut self,
        around: &Around<'_, '_>,
        dest: &Place,
        value: &Rvalue,
        known: &mut FxHashSet<LocalId>,
    ) {
        let is_known = |operand: &Operand| is_of(operand, known);
        let is_in_tuple = |it: &Place| tuples::stands_in(around, it).is_some_and(is_known);
        match value {
            Rvalue::Ref(_, place) | Rvalue::RawRef(place) | Rvalue::LibDeref(_, place)
                if place.base_local().is_some_and(|it| known.contains(&it)) || is_in_tuple(place) =>
            {
                self.goes_on(around, dest, known);
            }
            Rvalue::Use(operand) | Rvalue::Cast(operand)
                if is_known(operand) || operand.place().is_some_and(is_in_tuple) =>
            {
                self.goes_on(around, dest, known);
            }
            made if tuples::is_taken_apart(around, dest, made) => {}
            Rvalue::NextOf(place) => self.whole |= place.base_local().is_some_and(|it| known.contains(&it)),
            Rvalue::FormatArgs(all) => self.whole |= all.iter().any(is_known),
            // Into a struct or a closure: it lives on there.
            other => self.escapes |= other.operands().any(is_known),
        }
    }

    fn goes_on(&mut self, around: &Around<'_, '_>, dest: &Place, known: &mut FxHashSet<LocalId>) {
        let local = match dest.base {
            PlaceBase::Local(local) if !dest.proj.contains(&Proj::Deref) => local,
            _ => return self.escapes = true,
        };
        let kind = around.defs.body.locals.get(local.0 as usize).map(|it| it.kind);
        match kind {
            Some(LocalKind::Variable | LocalKind::Temporary) if dest.proj.is_empty() => {
                known.insert(local);
            }
            _ => self.escapes = true,
        }
    }

    fn call(
        &mut self,
        around: &Around<'_, '_>,
        at: (Point, Span),
        dest: &Place,
        callee: &Callee,
        args: &[Operand],
        known: &mut FxHashSet<LocalId>,
    ) {
        let is_known = |operand: &Operand| is_of(operand, known);
        if !args.iter().any(is_known) {
            return;
        }
        let by_value = args.iter().any(|it| is_known(it) && !is_reference(around, it));
        let Callee::Api(api) = callee else {
            self.escapes |= by_value;
            self.whole = true;
            return;
        };
        let effects = around.facts.knowledge.effects(*api);
        let receiver = args.first().is_some_and(is_known);
        if effects.drops.is_some() {
            return;
        }
        if !receiver {
            // An argument: looked at whole when it is lent, gone when it is given.
            self.escapes |= by_value;
            self.whole = true;
            return;
        }
        // `copied.unwrap_or_default()`: what the option or result has.
        let unwraps = || {
            effects.value_of == Some(ArgRef::SelfArg)
                && matches!(args, [only] if may_be_absent(&around.defs.pointee_ty(only)))
        };
        let keeps = effects.expects.is_some()
            || unwraps()
            || effects.same.is_some()
            || effects.same_variant
            || effects.looks == Some(Looks::On)
            || (effects.reads == Some(Reads::All) && effects.part_of.is_some());
        let part = effects.looks == Some(Looks::Part)
            || around.is_index(*api)
            || matches!(effects.reads, Some(Reads::Key | Reads::Len));
        if part && !runs_unknown(around, args) {
            self.looks.push(at);
        } else if keeps {
            self.goes_on(around, dest, known);
        } else {
            self.whole = true;
            let made = around.facts.model.place_ty_in(around.defs.body, dest);
            if around.facts.roles().is_iterator(&made) {
                return self.goes_on(around, dest, known);
            }
            // A result that may hold it: `copy.into_iter().collect()`. No number does, nor does nothing.
            let holds = !matches!(made, Type::Prim(_)) && made != Type::unit();
            self.escapes |= by_value && !effects.gathers && holds;
        }
    }
}

/// Whether a type is there or not there: an option or a result.
fn may_be_absent(ty: &Type) -> bool {
    ty.is_option() || matches!(ty, Type::Lib(path, _) if path.as_str() == "std::result::Result")
}

/// Whether a closure among the arguments calls something that it got: `copy.iter().filter(|it| send(it))` does more than ask. So does one
/// that makes something else of each entry by a function of the analysed code: `copy.into_iter().filter_map(|it| probe(it))`.
fn runs_unknown(around: &Around<'_, '_>, args: &[Operand]) -> bool {
    let mut closures = args.iter().filter_map(|it| around.defs.closure_body(it));
    closures.any(|it| {
        let asks = it.locals.first().is_some_and(|it| it.ty == Type::Prim(Name::from("bool")));
        it.blocks.iter().flat_map(|it| &it.steps).any(|step| match &step.kind {
            StepKind::Call { callee: Callee::Value, .. } => true,
            StepKind::Call {
                callee: Callee::Fn(_) | Callee::TraitFn { .. } | Callee::Unknown(_), ..
            } => !asks,
            _ => false,
        })
    })
}

/// Whether an operand is one of the values, or a part of one: not the error that came in its place.
fn is_of(operand: &Operand, known: &FxHashSet<LocalId>) -> bool {
    let place = match operand {
        Operand::Copy(place) | Operand::Move(place) => place,
        Operand::Lit(_) | Operand::Item(_) | Operand::Unit => return false,
    };
    let is_error = |it: &Proj| matches!(it, Proj::Variant(name) if matches!(name.as_str(), "Err" | "None"));
    place.base_local().is_some_and(|it| known.contains(&it)) && !place.proj.iter().any(is_error)
}

fn is_reference(around: &Around<'_, '_>, operand: &Operand) -> bool {
    match operand {
        Operand::Copy(_) => true,
        Operand::Move(place) => {
            let ty = around.facts.model.place_ty_in(around.defs.body, place);
            matches!(ty, Type::Ref(..)) || around.defs.pointee(operand).is_some()
        }
        Operand::Lit(_) | Operand::Item(_) | Operand::Unit => true,
    }
}
