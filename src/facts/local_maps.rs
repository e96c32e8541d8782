//! Maps of one thread (`thread_local!`) that an `async` body uses before and after it may have changed threads.

use super::control::{Graph, Loop};
use super::defs::Defs;
use super::event::{Point, steps_of};
use super::knowledge::When;
use super::{BodyFacts, Facts};
use crate::model::body::{Body, BodyFlavor, BodyOwner, Operand, PlaceBase, StepKind};
use crate::model::items::{FnOwner, StaticId};
use crate::model::types::{ClosureId, FnId, Type};
use crate::model::typing::{Callee, Res};
use crate::source::Span;
use crate::syntax::{Name, StaticKind};

/// How many calls more a called function is looked into.
const CALLS: u32 = 1;

/// A use of a thread's own map.
#[derive(Clone, Debug)]
pub struct LocalMapUse {
    /// The `thread_local!` static.
    pub key: StaticId,
    /// Where.
    pub point: Point,
    /// The call.
    pub span: Span,
    /// It notes something in a struct around the map, and tells nothing: who comes after an await misses nothing by it.
    pub notes: bool,
}

/// Two uses of a thread's own map with a suspension between them.
#[derive(Clone, Debug)]
pub struct SplitUse {
    /// The `thread_local!` static.
    pub key: Name,
    /// The first use.
    pub before: Span,
    /// What suspends.
    pub suspended: Span,
    /// The second use.
    pub after: Span,
}

impl Facts<'_> {
    /// Whether a static is a map that each thread has one of.
    fn is_local_map(&self, id: StaticId) -> bool {
        let it = self.model.static_(id);
        it.kind == Some(StaticKind::ThreadLocal) && self.roles().is_or_wraps_map(&it.ty)
    }

    /// The threads' own maps that a function uses itself, or by so many calls more; and whether it only notes something in them.
    fn local_maps_of(&self, id: FnId, calls_left: u32) -> Vec<(StaticId, bool)> {
        let def = self.model.fn_def(id);
        let words = self.model.words_of(def);
        if def.is_async || words.is_some_and(|it| !self.seeds.uses_local_map(self.crate_of(id), &it)) {
            return Vec::new();
        }
        let Some(body) = self.lowered(id) else { return Vec::new() };
        let none = |_: FnId| None;
        let defs = Defs::new(self.model, self.knowledge, &body, None, Vec::new(), &none);
        let mut used: Vec<(StaticId, bool)> =
            uses_in(self, &defs).into_iter().map(|it| (it.key, it.notes)).collect();
        if let Some(left) = calls_left.checked_sub(1) {
            let called = calls(&body).filter_map(|(_, _, callee, _)| match callee {
                Callee::Fn(id) => Some(*id),
                _ => None,
            });
            used.extend(called.flat_map(|it| self.local_maps_of(it, left)));
        }
        if self.model.sig(id).ret == Type::unit() {
            used.iter_mut().for_each(|(key, notes)| *notes |= !self.is_just_map(*key));
        }
        used
    }

    /// Whether a static is a map, or a cell around one, and not a struct with a map in it.
    fn is_just_map(&self, id: StaticId) -> bool {
        let (roles, ty) = (self.roles(), &self.model.static_(id).ty);
        roles.map_kind(ty).is_some()
            || roles.lock_of(ty).is_some_and(|(_, inner)| roles.map_kind(&inner).is_some())
    }
}

/// The uses of threads' own maps that stand in a body.
pub(super) fn uses_in(facts: &Facts<'_>, defs: &Defs<'_>) -> Vec<LocalMapUse> {
    if !facts.seeds.has_local_maps() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (point, range, callee, args) in calls(defs.body) {
        let Callee::Api(_) = callee else { continue };
        if let Some(key) = args.first().and_then(|it| static_of(defs, it))
            && facts.is_local_map(key)
        {
            found.push(LocalMapUse { key, point, span: range.of(defs.body.file), notes: false });
        }
    }
    found
}

/// The static that an operand refers to: not what a closure is lent of it.
fn static_of(defs: &Defs<'_>, operand: &Operand) -> Option<StaticId> {
    let place = match operand {
        Operand::Item(Res::Static(id)) => return Some(*id),
        Operand::Copy(place) | Operand::Move(place) => defs.pointee(operand).unwrap_or(place),
        Operand::Item(_) | Operand::Lit(_) | Operand::Unit => return None,
    };
    match place.base {
        PlaceBase::Static(id) if place.proj.is_empty() => Some(id),
        _ => None,
    }
}

/// The split uses of an `async` body. `own` are the uses that stand in it.
pub(super) fn splits(
    facts: &Facts<'_>,
    defs: &Defs<'_>,
    own: &[LocalMapUse],
    children: &[BodyFacts],
) -> Vec<SplitUse> {
    let is_async =
        matches!(defs.body.kind, BodyFlavor::AsyncFn | BodyFlavor::AsyncBlock | BodyFlavor::AsyncClosure);
    if !facts.seeds.has_local_maps() || !is_async || stays(facts, defs.body) {
        return Vec::new();
    }
    let awaits = awaits(defs.body);
    if awaits.is_empty() {
        return Vec::new();
    }
    let mut uses = own.to_vec();
    uses.extend(through_calls(facts, defs, children));
    uses.sort_by_key(|it| it.point);
    let order = Order { graph: defs.graph(), loops: defs.graph().loops() };
    let mut found: Vec<SplitUse> = Vec::new();
    for after in uses.iter().filter(|it| !it.notes) {
        let between = uses.iter().filter(|it| it.key == after.key).find_map(|before| {
            let suspended = awaits
                .iter()
                .find(|(at, _)| order.before(before.point, *at) && order.before(*at, after.point));
            suspended.map(|(_, suspended)| (before.span, *suspended))
        });
        if let Some((before, suspended)) = between
            && found.iter().all(|it| it.after != after.span)
        {
            let key = facts.model.static_(after.key).name;
            found.push(SplitUse { key, before, suspended, after: after.span });
        }
    }
    found
}

/// The uses in functions that a body calls, and in closures that run in a call: told at the call, or in the closure.
fn through_calls(facts: &Facts<'_>, defs: &Defs<'_>, children: &[BodyFacts]) -> Vec<LocalMapUse> {
    let mut found = Vec::new();
    for (point, range, callee, args) in calls(defs.body) {
        match callee {
            Callee::Fn(id) => {
                let span = range.of(defs.body.file);
                let used = facts.local_maps_of(*id, CALLS).into_iter();
                found.extend(used.map(|(key, notes)| LocalMapUse { key, point, span, notes }));
            }
            Callee::Api(api) => {
                let effects = facts.knowledge.effects(*api);
                let skipped = usize::from(facts.model.library.api(*api).recv.is_some());
                let run = args.iter().enumerate().filter(|(n, _)| {
                    n.checked_sub(skipped)
                        .is_some_and(|it| matches!(effects.when(it as u32), When::Now | When::Iterated))
                });
                for id in run.filter_map(|(_, it)| defs.closure_of(it)) {
                    let child = children.iter().find(|it| it.closure == Some(id));
                    let inside = child
                        .filter(|it| it.kind == BodyFlavor::Closure)
                        .into_iter()
                        .flat_map(|it| &it.local_maps);
                    found.extend(inside.map(|it| LocalMapUse { point, ..it.clone() }));
                }
            }
            _ => {}
        }
    }
    found
}

type CallAt<'a> = (Point, crate::source::TextRange, &'a Callee, &'a [Operand]);

fn calls(body: &Body) -> impl Iterator<Item = CallAt<'_>> {
    steps_of(body).filter_map(|(point, step)| match &step.kind {
        StepKind::Call { callee, args, .. } => Some((point, step.range, callee, args.as_slice())),
        _ => None,
    })
}

fn awaits(body: &Body) -> Vec<(Point, Span)> {
    steps_of(body)
        .filter(|(_, step)| matches!(step.kind, StepKind::Await { .. }))
        .map(|(point, step)| (point, step.range.of(body.file)))
        .collect()
}

/// Whether the body never changes threads: `main` and tests are run to their end by the thread that starts them.
fn stays(facts: &Facts<'_>, body: &Body) -> bool {
    let (BodyOwner::Fn(id), None) = (body.owner, body.closure) else { return false };
    let def = facts.model.fn_def(id);
    def.test || (def.owner == FnOwner::Free && def.name.as_str() == "main")
}

/// Takes back what is said of async blocks that the call which they are given to keeps on one thread.
pub(super) fn forget_those_that_stay(facts: &Facts<'_>, defs: &Defs<'_>, children: &mut [BodyFacts]) {
    if children.iter().all(|it| it.splits.is_empty()) {
        return;
    }
    for (_, _, callee, args) in calls(defs.body) {
        let Callee::Api(api) = callee else { continue };
        if !facts.knowledge.effects(*api).one_thread {
            continue;
        }
        let given: Vec<ClosureId> = args.iter().filter_map(|it| defs.closure_of(it)).collect();
        for child in children.iter_mut().filter(|it| it.closure.is_some_and(|it| given.contains(&it))) {
            child.splits.clear();
        }
    }
}

/// What comes before what in one turn of every loop.
struct Order<'a> {
    graph: &'a Graph,
    loops: Vec<Loop>,
}

impl Order<'_> {
    fn before(&self, first: Point, then: Point) -> bool {
        if first.block == then.block {
            return first.step < then.step;
        }
        let mut seen = Vec::new();
        let mut work = vec![first.block];
        while let Some(block) = work.pop() {
            for next in self.graph.next(block) {
                let back = self.loops.iter().any(|it| it.header == next && it.contains(block));
                if back || seen.contains(&next) {
                    continue;
                }
                if next == then.block {
                    return true;
                }
                seen.push(next);
                work.push(next);
            }
        }
        false
    }
}
