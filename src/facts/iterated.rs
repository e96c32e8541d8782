//! Where closures run that are given to lazy iterators: `xs.iter().map(f)` runs nothing, `collect`, `sum` or a `for` loop over it runs `f`.
//! (Documentation of `std::iter`, "Laziness".)

use super::defs::whole_local;
use super::event::{Point, steps_of};
use super::knowledge::{Knowledge, When};
use super::roles::Roles;
use crate::model::Model;
use crate::model::body::{Body, LocalId, Operand, Place, PlaceBase, Rvalue, Step, StepKind};
use crate::model::typing::Callee;
use rustc_hash::FxHashMap;

/// Moves and adapters through which an iterator is followed to where it is advanced.
const MAX_MOVES: usize = 16;

/// The lazy calls whose closures run at a step.
pub(super) type Consumers = FxHashMap<Point, Vec<Point>>;

/// By step that advances iterators: the calls that gave those iterators their closures.
pub(super) fn consumers(model: &Model, knowledge: &Knowledge, body: &Body) -> Consumers {
    let mut found = Consumers::default();
    let lazy: Vec<(Point, LocalId)> =
        steps_of(body).filter_map(|(point, step)| Some((point, lazy_result(knowledge, step)?))).collect();
    if lazy.is_empty() {
        return found;
    }
    let uses = Uses::new(model, knowledge, body);
    for (call, iterator) in lazy {
        for consumer in uses.advanced_at(iterator) {
            found.entry(consumer).or_default().push(call);
        }
    }
    found
}

/// The iterator that a call makes which keeps a closure for the time when it is advanced.
fn lazy_result(knowledge: &Knowledge, step: &Step) -> Option<LocalId> {
    let StepKind::Call { dest, callee: Callee::Api(api), .. } = &step.kind else { return None };
    let lazy = knowledge.effects(*api).calls.iter().any(|(_, when)| *when == When::Iterated);
    if lazy { whole_local(dest) } else { None }
}

/// A step that uses a local.
struct Use<'b> {
    at: Point,
    step: &'b Step,
}

struct Uses<'b> {
    roles: Roles<'b>,
    body: &'b Body,
    by_local: FxHashMap<LocalId, Vec<Use<'b>>>,
}

impl<'b> Uses<'b> {
    fn new(model: &'b Model, knowledge: &'b Knowledge, body: &'b Body) -> Uses<'b> {
        let mut by_local: FxHashMap<LocalId, Vec<Use<'b>>> = FxHashMap::default();
        for (at, step) in steps_of(body) {
            for local in used(step) {
                by_local.entry(local).or_default().push(Use { at, step });
            }
        }
        Uses { roles: Roles { model, knowledge }, body, by_local }
    }

    /// The steps that advance the iterator in a local, through moves, borrows and the adapters around it.
    fn advanced_at(&self, iterator: LocalId) -> Vec<Point> {
        let mut todo = vec![iterator];
        let mut points = Vec::new();
        let mut next = 0;
        while let Some(local) = todo.get(next).copied().filter(|_| next < MAX_MOVES) {
            next += 1;
            for Use { at, step } in self.by_local.get(&local).into_iter().flatten() {
                match self.after(step) {
                    Next::In(dest) if !todo.contains(&dest) => todo.push(dest),
                    Next::Advanced if !points.contains(at) => points.push(*at),
                    Next::In(_) | Next::Advanced | Next::Gone => {}
                }
            }
        }
        points
    }

    /// What a step does with an iterator that it uses.
    fn after(&self, step: &Step) -> Next {
        let passed = |dest: &Place| whole_local(dest).map_or(Next::Gone, Next::In);
        match &step.kind {
            StepKind::Assign(dest, value) => match value {
                Rvalue::Use(_) | Rvalue::Cast(_) | Rvalue::Ref(..) | Rvalue::LibDeref(..) => passed(dest),
                Rvalue::NextOf(_) => Next::Advanced,
                // Who has it then is not followed.
                Rvalue::Aggregate(..)
                | Rvalue::Closure(..)
                | Rvalue::RawRef(_)
                | Rvalue::Binary(..)
                | Rvalue::Unary(..)
                | Rvalue::FormatArgs(_)
                | Rvalue::Unknown => Next::Gone,
            },
            StepKind::Call { dest, callee: Callee::Api(_), .. } => {
                let ty =
                    whole_local(dest).and_then(|it| self.body.locals.get(it.0 as usize)).map(|it| &it.ty);
                match ty {
                    Some(ty) if self.roles.is_iterator(ty.peel_refs()) => passed(dest),
                    _ => Next::Advanced,
                }
            }
            StepKind::Call { .. } | StepKind::Await { .. } => Next::Advanced,
            StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => Next::Gone,
        }
    }
}

/// What becomes of an iterator in a step.
enum Next {
    /// It is there now, not advanced.
    In(LocalId),
    /// It is advanced.
    Advanced,
    /// It is not followed further.
    Gone,
}

/// The locals that a step takes values from or borrows.
fn used(step: &Step) -> Vec<LocalId> {
    let of_operand = |operand: &Operand| match operand {
        Operand::Copy(place) | Operand::Move(place) => local_in(place),
        Operand::Lit(_) | Operand::Item(_) | Operand::Unit => None,
    };
    match &step.kind {
        StepKind::Assign(_, Rvalue::Ref(_, place) | Rvalue::LibDeref(_, place) | Rvalue::NextOf(place)) => {
            local_in(place).into_iter().collect()
        }
        StepKind::Assign(_, value) => value.operands().filter_map(of_operand).collect(),
        StepKind::Call { args, func, .. } => args.iter().chain(func).filter_map(of_operand).collect(),
        StepKind::Await { future, .. } => local_in(future).into_iter().collect(),
        StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => Vec::new(),
    }
}

fn local_in(place: &Place) -> Option<LocalId> {
    match place.base {
        PlaceBase::Local(local) => Some(local),
        PlaceBase::Static(_) | PlaceBase::Lib(_) => None,
    }
}
