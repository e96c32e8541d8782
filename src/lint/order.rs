//! The order in which locks are taken, over all that is reported on.

use super::diagnostic::Certainty;
use super::pass::{Analysed, Pass};
use super::views::{Critical, HeldGuard, View};
use crate::facts::event::{Acquisition, What};
use crate::facts::given_handles::one_locks;
use crate::facts::lock_class::LockClass;
use crate::facts::lock_order::{self, OrderEdge};
use crate::facts::{self, BodyFacts, GuardId};
use crate::source::Span;
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// One place of a cycle in the order of locks: one is held, the other is waited for.
#[derive(Clone)]
pub struct OrderStep<'a> {
    /// The acquisition that waits.
    pub critical: Critical<'a>,
    /// The guard that is held.
    pub held: HeldGuard<'a>,
    /// The lock that is taken.
    pub taken: &'a Acquisition,
    /// The classes of the lock that is held and of the one that is taken.
    pub classes: (LockClass, LockClass),
    /// The lock that is held, by its class: `Books.table`.
    pub from: String,
    /// The lock that is taken, by its class.
    pub to: String,
    /// The call that gives both locks, where they are parameters of the function.
    pub given: Option<Span>,
    /// The locks by the types through which they are taken here, where those are other ones (`Observer.table`): the one that is held and
    /// the one that is taken, each with where it is given the lock of the class that is said; for a variable, where the field is given it.
    pub other_names: [Option<(String, Span)>; 2],
    /// How sure it is.
    pub certainty: Certainty,
}

impl<'a> Pass<'a> {
    /// The code whose order of locks counts: that is no test.
    fn ordered(&self) -> Vec<&'a Analysed> {
        self.analysed.iter().filter(|it| !self.facts.model.fn_def(it.func).test).collect()
    }

    /// The view `workspace`: where a lock is taken while another is held, of code that is no test, by the two locks.
    pub fn lock_order(&self) -> Vec<OrderStep<'a>> {
        let ordered = self.ordered();
        let bodies: Vec<&BodyFacts> = ordered.iter().map(|it| &*it.facts).collect();
        let graph = lock_order::graph(self.facts.roles(), &bodies, &one_locks(self.facts, &bodies));
        let edges = graph.values().flat_map(|it| it.values()).flatten();
        edges.filter_map(|edge| self.order_step(ordered.get(edge.body)?, edge)).collect()
    }

    /// The view `workspace`: cycles in the order in which locks are taken, of code that is no test. Each begins with the place that
    /// stands first, by file and line.
    pub fn lock_cycles(&self) -> Vec<Vec<OrderStep<'a>>> {
        let reported = self.ordered();
        let bodies: Vec<&BodyFacts> = reported.iter().map(|it| &*it.facts).collect();
        let step = |edge: &OrderEdge| self.order_step(reported.get(edge.body)?, edge);
        let mut all = Vec::new();
        let asked: RefCell<FxHashMap<(usize, usize, GuardId), bool>> = RefCell::default();
        let is_alone = |edge: &OrderEdge| {
            let own = reported.get(edge.body).filter(|_| edge.closure.is_none());
            let Some(analysed) = own else { return false };
            let key = (edge.body, edge.event, edge.guard);
            let known = asked.borrow().get(&key).copied();
            let found = known.unwrap_or_else(|| self.is_alone(analysed, edge));
            asked.borrow_mut().insert(key, found);
            found
        };
        let one_locks = one_locks(self.facts, &bodies);
        for cycle in lock_order::cycles(self.facts.roles(), &bodies, &one_locks, &is_alone) {
            let Some(mut steps) = cycle.iter().map(step).collect::<Option<Vec<OrderStep<'a>>>>() else {
                continue;
            };
            let place = |it: &OrderStep<'_>| {
                let span = it.critical.event.span;
                (self.files.path(span.file), span.range.lo)
            };
            let first = (0..steps.len()).min_by_key(|n| steps.get(*n).map(place)).unwrap_or(0);
            steps.rotate_left(first);
            name_by_types(&mut steps);
            all.push(steps);
        }
        all
    }

    /// Whether nobody else has one of the two locks of an edge yet, or only tests run it.
    fn is_alone(&self, analysed: &Analysed, edge: &OrderEdge) -> bool {
        let Some(event) = analysed.facts.events.get(edge.event) else { return false };
        let held = analysed.facts.guard(edge.guard).map(|it| &it.acquisition);
        let taken = match &event.what {
            What::Acquire(taken) => Some(taken),
            _ => None,
        };
        let is = |it: &Acquisition| self.is_unshared_at(analysed.func, it, event.point);
        held.into_iter().chain(taken).any(is) || facts::only_tests_run(self.facts, analysed.func)
    }

    fn order_step(&self, analysed: &'a Analysed, edge: &OrderEdge) -> Option<OrderStep<'a>> {
        let facts = analysed.facts.each().into_iter().find(|it| it.closure == edge.closure)?;
        let event = facts.events.get(edge.event)?;
        let What::Acquire(taken) = &event.what else { return None };
        let held = event.held.iter().find(|it| it.guard == edge.guard)?;
        let words = |class: &LockClass| class.words(self.facts.model, &analysed.facts);
        Some(OrderStep {
            critical: Critical { view: View { analysed, facts }, event },
            held: HeldGuard { held, guard: facts.guard(edge.guard)? },
            taken,
            classes: (edge.from.clone(), edge.to.clone()),
            from: words(&edge.from),
            to: words(&edge.to),
            given: edge.given,
            other_names: edge
                .other_names
                .each_ref()
                .map(|it| it.as_ref().map(|(class, given)| (words(class), *given))),
            certainty: if edge.surely { Certainty::Definite } else { Certainty::Possible },
        })
    }
}

/// Names a lock by the type through which the whole circle takes it: that it has another name elsewhere is no news there.
fn name_by_types(cycle: &mut [OrderStep<'_>]) {
    let mut by_types: FxHashMap<String, Option<String>> = FxHashMap::default();
    for step in cycle.iter() {
        for (name, other) in [&step.from, &step.to].into_iter().zip(&step.other_names) {
            let other = other.as_ref().map(|(other, _)| other.clone());
            by_types
                .entry(name.clone())
                .and_modify(|it| *it = it.take().filter(|it| Some(it) == other.as_ref()))
                .or_insert(other);
        }
    }
    for step in cycle {
        for (name, other) in [&mut step.from, &mut step.to].into_iter().zip(&mut step.other_names) {
            if let Some(Some(one)) = by_types.get(name) {
                *name = one.clone();
                *other = None;
            }
        }
    }
}
