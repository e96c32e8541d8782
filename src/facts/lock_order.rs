//! The order in which locks are taken: which are taken while which are held, and cycles in that.
//!
//! An edge goes from a lock class to the one that is waited for while a guard of the first lives (Havender, "Avoiding deadlock in
//! multitasking systems", 1968). A cycle is a hazard when threads can stand on all its edges at once: the modes conflict where two
//! edges meet, no lock is held around two of them that keeps the threads apart, and nobody owns one of the locks alone. Where both only
//! read, a writer that queues between them makes the second wait (`Queues`).
//!
//! Bounds: `MAX_EDGES` edges a pair of classes, cycles of `MAX_LENGTH` classes, `MAX_STEPS` steps of the search.

use super::BodyFacts;
use super::event::{Acquisition, Event, Held, Point, RunBy, What};
use super::given_handles::OneLock;
use super::knowledge::{Mode, WaitKind};
use super::lock_class::{self, ClassRoot, Classed, LockClass};
use super::path::{LockPath, Root};
use super::queues::Queues;
use super::roles::Roles;
use super::state::GuardId;
use crate::model::body::BodyOwner;
use crate::model::types::{ClosureId, FnId};
use crate::source::Span;
use crate::syntax::Cfg;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};

/// Edges kept for each pair of classes: those that are told best.
const MAX_EDGES: usize = 8;

/// Classes of a cycle.
const MAX_LENGTH: usize = 5;

/// Steps of the search for cycles.
const MAX_STEPS: usize = 100_000;

/// One place where a lock is waited for while another is held.
#[derive(Clone, Debug)]
pub struct OrderEdge {
    /// The lock that is held.
    pub from: LockClass,
    /// The lock that is taken.
    pub to: LockClass,
    /// Which of the bodies it stands in.
    pub body: usize,
    /// The closure of that body in which it stands.
    pub closure: Option<ClosureId>,
    /// The number of the event in that part's events.
    pub event: usize,
    /// The guard of the lock that is held.
    pub guard: GuardId,
    /// It happens so whenever the point runs.
    pub surely: bool,
    /// The call that gives the locks to the function, where it is its caller that says which they are.
    pub given: Option<Span>,
    /// The classes that the two have by the types through which they are taken here, where those are other ones: of the lock that is held
    /// and of the one that is taken, each with where it is given the lock of the class that is said.
    pub other_names: [Option<(LockClass, Span)>; 2],
    from_mode: Mode,
    to_mode: Mode,
    /// Readers of the lock that is taken pass writers that wait for it.
    passes_writers: bool,
    /// The lock that is taken is a parameter, or reached from one.
    of_param: bool,
    /// All that is surely held then.
    around: Vec<(LockClass, Mode)>,
    cfg: Cfg,
    n_calls: usize,
    point: Point,
}

/// Edges by the lock that is held, then by the one that is taken.
pub type Graph = BTreeMap<LockClass, BTreeMap<LockClass, Vec<OrderEdge>>>;

/// Edges of a cycle, each from the lock that the one before it goes to.
pub type Cycle = Vec<OrderEdge>;

/// Whether no other thread can be in the way of one on an edge: it has one of the two locks to itself, or is a test's.
pub type IsAlone<'a> = &'a dyn Fn(&OrderEdge) -> bool;

/// Classes that are others as well.
pub type OneLocks = BTreeMap<LockClass, OneLock>;

/// The edges among the bodies by the locks that they go from and to: of each two locks those that are told best.
pub fn graph(roles: Roles<'_>, bodies: &[&BodyFacts], one_locks: &OneLocks) -> Graph {
    graph_by(&Names::new(bodies, one_locks), roles, bodies)
}

fn graph_by(names: &Names, roles: Roles<'_>, bodies: &[&BodyFacts]) -> Graph {
    let mut graph = Graph::new();
    let own: Vec<Vec<OrderEdge>> = bodies.iter().zip(0..).map(|(body, n)| edges_of(roles, n, body)).collect();
    let given = edges_of_calls(roles, bodies, &own);
    for mut edge in own.into_iter().flatten().chain(given) {
        names.unify(&mut edge);
        if edge.from == edge.to {
            continue;
        }
        let of_from = graph.entry(edge.from.clone()).or_default();
        of_from.entry(edge.to.clone()).or_default().push(edge);
    }
    for edges in graph.values_mut().flat_map(BTreeMap::values_mut) {
        edges.sort_by_key(|it| (!it.surely, it.n_calls, it.body, it.point, it.event));
        edges.truncate(MAX_EDGES);
    }
    graph
}

/// The cycles among the bodies, each once, those of two locks first.
pub fn cycles(
    roles: Roles<'_>,
    bodies: &[&BodyFacts],
    one_locks: &OneLocks,
    is_alone: IsAlone<'_>,
) -> Vec<Cycle> {
    let names = Names::new(bodies, one_locks);
    let graph = graph_by(&names, roles, bodies);
    let queues = Queues::new(roles.model, bodies, &|class| names.short(class));
    let (found, pairs) = (Vec::new(), FxHashSet::default());
    let mut search = Search { graph: &graph, queues: &queues, is_alone, steps: 0, found, pairs };
    for length in 2..=MAX_LENGTH {
        for start in graph.keys() {
            search.extend(&mut vec![start], length);
        }
    }
    search.found
}

/// Classes by which one lock goes in different functions: `Books.table` in the methods of `Books`, `Shop.books.table` in those of `Shop`.
struct Names {
    /// By the longer class: the one that starts at the type which declares the lock.
    shorter: BTreeMap<LockClass, LockClass>,
    /// Where a class that is named anew is given its lock, with the class that its type has; for a variable, with that of the field.
    given: BTreeMap<LockClass, (LockClass, Span)>,
}

impl Names {
    /// Under-approximates: where there are two longer ones, it may be the lock of either that a method of the type takes.
    fn new(bodies: &[&BodyFacts], one_locks: &OneLocks) -> Names {
        let others: BTreeSet<&LockClass> = one_locks.values().map(|it| &it.class).collect();
        let mut given = BTreeMap::new();
        let mut renamed = BTreeMap::new();
        let mut longer: BTreeMap<LockClass, BTreeSet<LockClass>> = BTreeMap::new();
        for part in bodies.iter().flat_map(|it| it.each()) {
            for Classed { class, declared, .. } in
                lock_class::acquisitions(part).filter_map(|it| it.class.as_ref())
            {
                let Some(declared) = declared.as_ref() else { continue };
                if let Some(one) = one_locks.get(declared) {
                    renamed.insert(class.clone(), one.class.clone());
                    given.insert(class.clone(), (declared.clone(), one.given));
                } else if others.contains(declared) {
                    renamed.insert(class.clone(), declared.clone());
                } else if declared != class {
                    longer.entry(declared.clone()).or_default().insert(class.clone());
                }
            }
        }
        let only = |(declared, longer): (LockClass, BTreeSet<LockClass>)| match longer
            .into_iter()
            .collect::<Vec<_>>()
            .as_slice()
        {
            [one] => Some((one.clone(), declared)),
            _ => None,
        };
        // Variables are declared by no type.
        for (class, one) in one_locks.iter().filter(|(it, _)| matches!(it.root, ClassRoot::Local(..))) {
            renamed.insert(class.clone(), one.class.clone());
            given.insert(class.clone(), (one.class.clone(), one.given));
        }
        Names { shorter: longer.into_iter().filter_map(only).chain(renamed).collect(), given }
    }

    /// The class by which a lock goes everywhere.
    fn short(&self, class: &LockClass) -> LockClass {
        self.shorter.get(class).unwrap_or(class).clone()
    }

    fn unify(&self, edge: &mut OrderEdge) {
        edge.other_names = [&edge.from, &edge.to].map(|it| self.given.get(it).cloned());
        let around = edge.around.iter_mut().map(|(class, _)| class);
        for class in around.chain([&mut edge.from, &mut edge.to]) {
            *class = self.short(class);
        }
    }
}

/// The edges of a body and of the closures in it.
fn edges_of(roles: Roles<'_>, n: usize, body: &BodyFacts) -> Vec<OrderEdge> {
    let of_part = |part: &BodyFacts| -> Vec<OrderEdge> {
        part.events.iter().enumerate().flat_map(|(at, event)| edges(roles, n, part, at, event)).collect()
    };
    body.each().into_iter().flat_map(of_part).collect()
}

/// The edges of functions between locks that they are given, as those that a caller gives: `link(&self.names, &self.ids)`.
fn edges_of_calls(roles: Roles<'_>, bodies: &[&BodyFacts], own: &[Vec<OrderEdge>]) -> Vec<OrderEdge> {
    let is_given = |it: &OrderEdge| [&it.from, &it.to].into_iter().any(|class| param_of(class).is_some());
    let mut of_params: FxHashMap<FnId, Vec<&OrderEdge>> = FxHashMap::default();
    for (body, edges) in bodies.iter().zip(own) {
        if let BodyOwner::Fn(id) = body.owner {
            let given: Vec<&OrderEdge> = edges.iter().filter(|it| is_given(it)).collect();
            if !given.is_empty() {
                of_params.insert(id, given);
            }
        }
    }
    let mut found = Vec::new();
    if of_params.is_empty() {
        return found;
    }
    for body in bodies {
        for part in body.each() {
            for call in &part.calls {
                let edges = call.callees.iter().filter_map(|it| of_params.get(it)).flatten();
                let given = Given { args: &call.args, span: call.span, cfg: &call.cfg };
                found.extend(edges.filter_map(|edge| edge.given_by(roles, body, &given)));
            }
            for made in &part.futures {
                let edges = of_params.get(&made.func).into_iter().flatten();
                let given = Given { args: &made.args, span: made.span, cfg: &made.cfg };
                found.extend(edges.filter_map(|edge| edge.given_by(roles, body, &given)));
            }
        }
    }
    found
}

/// What a function is given, where it is called or its future is made.
struct Given<'a> {
    args: &'a [Option<LockPath>],
    span: Span,
    cfg: &'a Cfg,
}

/// The parameter that a class is, of the function in which it is locked.
fn param_of(class: &LockClass) -> Option<usize> {
    match class {
        LockClass { root: ClassRoot::Local(_, None, local), fields } if fields.is_empty() => {
            (local.0 as usize).checked_sub(1)
        }
        _ => None,
    }
}

impl OrderEdge {
    /// The edge between the locks that a call gives to the function in which it stands.
    fn given_by(&self, roles: Roles<'_>, caller: &BodyFacts, call: &Given<'_>) -> Option<OrderEdge> {
        // Who owns a lock, or has it by an exclusive reference, is alone with it.
        let given = |class: &LockClass| match param_of(class) {
            Some(n) => {
                let path = call.args.get(n)?.as_ref()?;
                lock_class::class_of(roles, caller, path).filter(|it| !it.exclusive).map(|it| it.class)
            }
            None => Some(class.clone()),
        };
        let (from, to) = (given(&self.from)?, given(&self.to)?);
        let around = self.around.iter().filter_map(|(class, mode)| Some((given(class)?, *mode))).collect();
        let cfg = self.cfg.and(call.cfg);
        let is_edge = from != to && self.cfg.is_compatible(call.cfg);
        is_edge.then(|| OrderEdge { from, to, around, cfg, given: Some(call.span), ..self.clone() })
    }
}

/// Whether two may be one lock by two ways which its holder can take again: whoever has it waits for nobody at the other.
fn may_be_taken_twice(roles: Roles<'_>, held: &Acquisition, taken: &Acquisition) -> bool {
    held.reentrant
        && taken.reentrant
        && roles.through_handles(&held.lock) == roles.through_handles(&taken.lock)
}

/// The edges of one acquisition: from each lock that is held.
fn edges(roles: Roles<'_>, body: usize, part: &BodyFacts, at: usize, event: &Event) -> Vec<OrderEdge> {
    let What::Acquire(taken) = &event.what else { return Vec::new() };
    // Mostly another handle is left, and which one goes last cannot be seen.
    if event.trace.steps.iter().any(|it| it.by == RunBy::LastOwner) {
        return Vec::new();
    }
    let Some(to) = contended(part, taken).filter(|_| !taken.try_) else { return Vec::new() };
    let same_field = |it: &Acquisition| {
        let (Some(held), Some(taken)) = (&it.class, &taken.class) else { return false };
        held.field.is_some() && held.field == taken.field && !held.is_apart_from(taken)
    };
    // A thread that takes what it holds already waits for itself first, whatever else it holds.
    if event
        .held
        .iter()
        .any(|held| held.surely && part.guard(held.guard).is_some_and(|it| same_field(&it.acquisition)))
    {
        return Vec::new();
    }
    let held: Vec<(&Held, LockClass)> = event
        .held
        .iter()
        .filter_map(|held| {
            let guard = part.guard(held.guard)?;
            let class = contended(part, &guard.acquisition).filter(|_| {
                !same_field(&guard.acquisition) && !may_be_taken_twice(roles, &guard.acquisition, taken)
            })?;
            guard.cfg.is_compatible(&event.cfg).then_some((held, class))
        })
        .collect();
    let around: Vec<(LockClass, Mode)> =
        held.iter().filter(|(held, _)| held.surely).map(|(held, class)| (class.clone(), held.mode)).collect();
    let edge = |(held, from): &(&Held, LockClass)| OrderEdge {
        from: from.clone(),
        to: to.clone(),
        body,
        closure: part.closure,
        event: at,
        guard: held.guard,
        surely: held.surely && event.surely,
        given: None,
        other_names: [None, None],
        from_mode: held.mode,
        to_mode: taken.mode,
        passes_writers: taken.passes_writers,
        of_param: taken.path.as_ref().is_some_and(|it| matches!(it.root, Root::Param(_))),
        around: around.clone(),
        cfg: event.cfg.clone(),
        n_calls: event.trace.len(),
        point: event.point,
    };
    held.iter().filter(|(_, from)| *from != to).map(edge).collect()
}

/// The class of a lock for which threads can meet.
pub(super) fn contended(part: &BodyFacts, taken: &Acquisition) -> Option<LockClass> {
    let classed = taken.class.as_ref()?;
    // What is owned here and seen by a closure may be on another thread.
    let captured = match &taken.path {
        Some(path) => matches!(path.root, Root::Local(closure, _) if closure != part.closure),
        None => false,
    };
    let alone = classed.exclusive && !captured;
    (!alone && taken.wait != WaitKind::Cell).then(|| classed.class.clone())
}

pub(super) fn conflict(a: Mode, b: Mode) -> bool {
    a == Mode::Exclusive || b == Mode::Exclusive
}

/// Whether the locks of the cycle that are variables can be the same ones on all edges: each run of a function has its own, which only
/// a closure of it sees as well. Parameters are the caller's.
fn shares_locals(cycle: &Cycle) -> bool {
    cycle.iter().all(|edge| {
        if !matches!(edge.to.root, ClassRoot::Local(..)) {
            return true;
        }
        edge.of_param || cycle.iter().any(|other| other.from == edge.to && other.closure != edge.closure)
    })
}

/// Whether two edges of the cycle meet where one excludes the other by itself: not all of it waits for writers that happen to queue.
fn has_conflict(cycle: &Cycle) -> bool {
    let next = cycle.iter().cycle().skip(1);
    cycle.iter().zip(next).any(|(waits, holds)| conflict(waits.to_mode, holds.from_mode))
}

/// Whether threads can stand on both edges at once: what one holds does not keep the other out.
fn concurrent(a: &OrderEdge, b: &OrderEdge) -> bool {
    let apart = |(class, mode): &(LockClass, Mode)| {
        b.around.iter().any(|(other, other_mode)| class == other && conflict(*mode, *other_mode))
    };
    !a.around.iter().any(apart) && a.cfg.is_compatible(&b.cfg)
}

/// The search for cycles, shortest first.
struct Search<'g> {
    graph: &'g Graph,
    queues: &'g Queues,
    is_alone: IsAlone<'g>,
    steps: usize,
    found: Vec<Cycle>,
    /// Classes next to each other in a cycle that is told: a longer cycle over the same two says nothing new.
    pairs: FxHashSet<(LockClass, LockClass)>,
}

impl<'g> Search<'g> {
    /// Cycles of `length` classes that begin as the path does. The first class is the least of its cycle, so that each is found once.
    fn extend(&mut self, path: &mut Vec<&'g LockClass>, length: usize) {
        self.steps += 1;
        let (Some(&first), Some(&last)) = (path.first(), path.last()) else { return };
        if self.steps > MAX_STEPS {
            return;
        }
        let Some(next) = self.graph.get(last) else { return };
        if path.len() == length {
            if next.contains_key(first) {
                self.close(path);
            }
            return;
        }
        for class in next.keys().filter(|it| *it > first) {
            if !path.contains(&class) {
                path.push(class);
                self.extend(path, length);
                path.pop();
            }
        }
    }

    fn close(&mut self, path: &[&'g LockClass]) {
        let ring = || path.iter().zip(path.iter().cycle().skip(1));
        if path.len() > 2 && ring().any(|(from, to)| self.is_told(from, to)) {
            return;
        }
        let mut chosen: Cycle = Vec::new();
        // Edges that exclude each other by themselves say it best.
        let found = [false, true].into_iter().any(|queued| self.choose(path, queued, &mut chosen));
        if found {
            for (from, to) in ring() {
                self.pairs.insert(((*from).clone(), (*to).clone()));
            }
            self.found.push(chosen);
        }
    }

    fn is_told(&self, from: &LockClass, to: &LockClass) -> bool {
        self.pairs.contains(&(from.clone(), to.clone()))
    }

    /// Whether a thread on the first edge waits for the lock that one on the second holds; behind a writer that queues for it, too, where
    /// `queued` says so.
    fn meet(&self, waits: &OrderEdge, holds: &OrderEdge, queued: bool) -> bool {
        let behind_a_writer =
            || self.queues.has_writer(&waits.to, &[&waits.around, &holds.around]) && !waits.passes_writers;
        conflict(waits.to_mode, holds.from_mode) || queued && behind_a_writer()
    }

    /// Chooses an edge for each step of a cycle, such that threads can stand on all of them at once.
    /// `queued` says whether readers may wait behind writers.
    fn choose(&self, path: &[&'g LockClass], queued: bool, chosen: &mut Cycle) -> bool {
        let n = chosen.len();
        let (Some(from), Some(to)) = (path.get(n), path.get((n + 1) % path.len())) else {
            return match (chosen.last(), chosen.first()) {
                (Some(last), Some(first)) => {
                    self.meet(last, first, queued) && shares_locals(chosen) && has_conflict(chosen)
                }
                _ => false,
            };
        };
        let edges = self.graph.get(*from).and_then(|it| it.get(*to));
        for edge in edges.into_iter().flatten() {
            let meets = chosen.last().is_none_or(|before| self.meet(before, edge, queued));
            let concurrent = || chosen.iter().all(|other| concurrent(other, edge));
            if meets && concurrent() && !(self.is_alone)(edge) {
                chosen.push(edge.clone());
                if self.choose(path, queued, chosen) {
                    return true;
                }
                chosen.pop();
            }
        }
        false
    }
}
