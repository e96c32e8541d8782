//! What closures do with maps that whoever runs them may hold locked: found in the closure, told where one runs it under the guard.
//!
//! `table.with(|rows| rows.clear())`: the closure takes no lock and knows of none. It notes as events of its own what would cost those
//! who wait ([`in_closure`]); these reach the body that gives the closure away like all that happens in it, with what is held around,
//! by a library's call or by a function of the analysed code. There they become costs ([`tell`]).

use super::around::{Around, is_inside};
use super::panics::{is_of_entry, is_poisoned, panic_over, retain_innermost};
use super::{Freed, FreedBy, PanicWhy, Panics, Work, freed, work};
use crate::facts::event::{Event, Held, Point, Trace, What};
use crate::facts::knowledge::{Mode, WaitKind};
use crate::facts::path::{LockPath, PathStep, Root};
use crate::facts::{BodyFacts, Facts};
use crate::model::body::{BodyFlavor, Step};
use crate::model::types::Type;
use crate::source::Span;
use crate::syntax::Name;
use std::sync::Arc;

/// What a closure does that costs those who wait for the lock over a place.
#[derive(Clone, Debug)]
pub struct Cost {
    /// The map that is worked on or freed, or what is looked up in it.
    pub place: Option<LockPath>,
    /// What is done.
    pub kind: CostKind,
}

/// Kinds of costs.
#[derive(Clone, Debug)]
pub enum CostKind {
    /// Work on many entries, and the loop or call that does it for each.
    Work(Name, Option<Span>),
    /// It may panic.
    Panics(PanicWhy),
    /// All entries are freed: how, and the type of the map.
    Freed(FreedBy, Type),
}

/// What a closure does to maps for which it holds no guard itself.
pub(in crate::facts) fn in_closure(around: &Around<'_, '_>) -> Vec<Event> {
    if around.defs.body.kind != BodyFlavor::Closure {
        return Vec::new();
    }
    let mut found: Vec<(Span, Point, LockPath, CostKind)> = Vec::new();
    let over = |point: Point, path: &LockPath| Some((path.clone(), lent(around, point, path)?));
    for it in work::over_many(around, &over) {
        found.push((it.span, it.at, it.of, CostKind::Work(it.what, it.each)));
    }
    let mut panics = Vec::new();
    for (point, step) in around.steps() {
        let over = |path: &LockPath| {
            let n = lent(around, point, path)?;
            Some((path.clone(), is_of_entry(path.steps.get(n..).unwrap_or_default())))
        };
        if let Some((path, why)) = panic_over(around, &over, step) {
            panics.push((around.span(step), point, path, CostKind::Panics(why)));
        }
        if let Some(it) = freed::frees(around, step)
            && lent(around, point, &it.place).is_some()
        {
            found.push((around.span(step), point, it.place, CostKind::Freed(it.by, it.map)));
        }
    }
    retain_innermost(&mut panics, |it| it.0);
    found.extend(panics);
    let event = |(span, point, place, kind)| {
        Some(Event {
            what: What::Cost(Box::new(Cost { place: Some(place), kind })),
            span,
            point,
            held: Vec::new(),
            surely: true,
            cfg: around.step_at(point).map(|it: &Step| it.cfg.clone())?,
            always: true,
            trace: Trace::default(),
            inner: None,
            in_closure: false,
        })
    };
    found.into_iter().filter_map(event).collect()
}

/// Of the steps of a path, how many lead to something that was lent to the closure, or that a lock around it guards; `None` where it is
/// the closure's own, or under a guard of its own.
fn lent(around: &Around<'_, '_>, point: Point, path: &LockPath) -> Option<usize> {
    if around.guard_over(point, path).is_some() {
        return None;
    }
    if let Some(n) = path.steps.iter().rposition(|it| *it == PathStep::Guarded) {
        return Some(n + 1);
    }
    let body = around.defs.body;
    // Local 1 of a closure is the closure itself.
    let is_param = |n: u32| (2..=body.n_params).contains(&n);
    matches!(&path.root, Root::Local(of, local) if *of == body.closure && is_param(local.0)).then_some(0)
}

/// Adds to the costs of a body what closures do under the guards of those who run them.
pub(in crate::facts) fn tell(facts: &Facts<'_>, body: &mut Arc<BodyFacts>) {
    let told = |part: &BodyFacts| {
        let costs = Told::by(facts, part);
        (!costs.is_empty()).then_some((part.closure, costs))
    };
    let added: Vec<_> = body.each().into_iter().filter_map(told).collect();
    for (closure, told) in added {
        if let Some(part) = Arc::make_mut(body).part_mut(closure) {
            part.costs.work.extend(told.work);
            part.costs.freed.extend(told.freed);
            part.costs.panics.extend(told.panics);
        }
    }
}

/// What closures cost those who wait for a guard of the body around them.
#[derive(Default)]
struct Told {
    work: Vec<Work>,
    freed: Vec<Freed>,
    panics: Vec<Panics>,
}

impl Told {
    fn by(facts: &Facts<'_>, body: &BodyFacts) -> Told {
        let mut told = Told::default();
        for event in &body.events {
            if let What::Cost(cost) = &event.what {
                told.add(facts, body, event, cost);
            }
        }
        told
    }

    fn is_empty(&self) -> bool {
        self.work.is_empty() && self.freed.is_empty() && self.panics.is_empty()
    }

    fn add(&mut self, facts: &Facts<'_>, body: &BodyFacts, event: &Event, cost: &Cost) {
        let Some(place) = &cost.place else { return };
        let mut around = event.held.iter().filter_map(|held| Some((held, inside(body, held, place)?)));
        let Some((held, inside)) = around.next() else { return };
        let (span, guard, surely, cfg) =
            (event.span, held.guard, held.surely && event.surely, event.cfg.clone());
        let is_whole = inside.iter().all(|it| matches!(it, PathStep::Field(_)));
        match &cost.kind {
            CostKind::Work(what, each) if is_whole => {
                let is_known = |of: &[Work]| of.iter().any(|it| it.span == span);
                if !is_known(&body.costs.work) && !is_known(&self.work) {
                    self.work.push(Work { span, guard, surely, what: *what, each: *each, cfg });
                }
            }
            CostKind::Freed(by, map) if is_whole => {
                self.freed.push(Freed { span, guard, surely, by: *by, map: map.clone(), cfg });
            }
            CostKind::Panics(why) if may_poison(facts, body, held) && is_reached(*why, inside) => {
                self.panics.push(Panics { span, guard, surely, why: *why, cfg });
            }
            CostKind::Work(..) | CostKind::Freed(..) | CostKind::Panics(_) => {}
        }
    }
}

/// The steps of a place inside of what a held guard guards. Nobody waits for a `RefCell`; a concurrent map's own guards are not meant.
fn inside<'p>(body: &BodyFacts, held: &Held, place: &'p LockPath) -> Option<&'p [PathStep]> {
    let lock = &body.guard(held.guard)?.acquisition;
    let is_over = !held.stale && !lock.shard && lock.wait != WaitKind::Cell && is_inside(&lock.path, place);
    let n = lock.path.as_ref().map_or(0, |it| it.steps.len() + 1);
    if is_over { place.steps.get(n..) } else { None }
}

fn may_poison(facts: &Facts<'_>, body: &BodyFacts, held: &Held) -> bool {
    let guard = body.guard(held.guard);
    held.mode == Mode::Exclusive && guard.is_some_and(|it| is_poisoned(facts.roles(), &it.acquisition))
}

/// Whether what panics for a reason does so because of what is in the map.
fn is_reached(why: PanicWhy, inside: &[PathStep]) -> bool {
    match why {
        PanicWhy::NoEntry | PanicWhy::Unwrapped => true,
        PanicWhy::Arithmetic | PanicWhy::OutOfBounds => is_of_entry(inside),
    }
}
