//! What a lint may ask, and where it reports.

use super::diagnostic::{Certainty, Diagnostic};
use super::knobs::Knobs;
use crate::facts::clones::{CloneHazard, CloneUse};
use crate::facts::copies::LostCopy;
use crate::facts::costs::{Costs, LoopLock};
use crate::facts::decision::Decision;
use crate::facts::event::{Acquisition, Event, Guard, Held, MapOp, Point, RunBy, What};
use crate::facts::forced;
use crate::facts::growth::{self, GrowingMap};
use crate::facts::knowledge::Mode;
use crate::facts::line::spell;
use crate::facts::local_maps::SplitUse;
use crate::facts::lock_class::LockClass;
use crate::facts::lock_order::{self, OrderEdge};
use crate::facts::parted::{self, PartedField};
use crate::facts::path::{LockPath, PathStep, Root};
use crate::facts::price::Price;
use crate::facts::rewrites::Rewrite;
use crate::facts::roles::Roles;
use crate::facts::stores::StoreOp;
use crate::facts::test_maps::{self, TestClash};
use crate::facts::{self, BodyFacts, Call, Facts, GuardId, GuardUse, UseKind, words};
use crate::model::Model;
use crate::model::body::Lives;
use crate::model::items::{Adt, FieldDef, FnDef, FnOwner, Impl, Static, StaticId};
use crate::model::types::{AdtId, FnId, Type};
use crate::source::{Files, Span};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};

/// Which locks the lock lints look at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ScopeFilter {
    /// Locks that guard a map-bearing type.
    #[default]
    Maps,
    /// Every lock.
    All,
}

/// The facts of one function that is reported on, as all lints see them.
pub struct Analysed {
    /// The function.
    pub func: FnId,
    /// Its facts.
    pub facts: Arc<BodyFacts>,
}

/// One run of one lint: the facts that it may ask, and the place that it reports to.
pub struct Pass<'a> {
    scope: ScopeFilter,
    knobs: &'a Knobs,
    files: &'a Files,
    facts: &'a Facts<'a>,
    analysed: &'a [Analysed],
    // A lint may walk bodies in parallel, so reports come from several threads; they are sorted once, at the end.
    found: Mutex<Vec<Diagnostic>>,
}

/// A function, closure or async block whose facts a lint looks at.
#[derive(Clone, Copy)]
pub struct View<'a> {
    analysed: &'a Analysed,
    /// The facts: of the function, or of a closure in it.
    pub facts: &'a BodyFacts,
}

/// An event with something held.
#[derive(Clone, Copy)]
pub struct Critical<'a> {
    /// The body in which it happens.
    pub view: View<'a>,
    /// The event.
    pub event: &'a Event,
}

/// A guard held at an event.
#[derive(Clone, Copy)]
pub struct HeldGuard<'a> {
    /// How it is held.
    pub held: &'a Held,
    /// What it is.
    pub guard: &'a Guard,
}

/// One guard life.
#[derive(Clone, Copy)]
pub struct GuardLife<'a> {
    /// The body in which it is taken.
    pub view: View<'a>,
    /// The guard.
    pub guard: &'a Guard,
    /// Its number in the body.
    pub id: GuardId,
}

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
    /// How sure it is.
    pub certainty: Certainty,
}

/// A value that goes into a type store, or comes out.
#[derive(Clone, Copy)]
pub struct Stored<'a> {
    /// The body.
    pub view: View<'a>,
    /// What happens.
    pub op: &'a StoreOp,
}

/// A check of a map and a write that it decides.
#[derive(Clone, Copy)]
pub struct Decided<'a> {
    /// The body.
    pub view: View<'a>,
    /// The decision.
    pub decision: &'a Decision,
    /// The read.
    pub check: &'a MapOp,
    /// The write.
    pub act: &'a MapOp,
}

impl<'a> Pass<'a> {
    /// A pass in which nothing is reported yet.
    pub fn new(
        files: &'a Files,
        facts: &'a Facts<'a>,
        analysed: &'a [Analysed],
        scope: ScopeFilter,
        knobs: &'a Knobs,
    ) -> Pass<'a> {
        Pass { scope, knobs, files, facts, analysed, found: Mutex::default() }
    }

    /// Which locks to look at.
    pub fn scope(&self) -> ScopeFilter {
        self.scope
    }

    /// What is set about single lints.
    pub fn knobs(&self) -> &'a Knobs {
        self.knobs
    }

    /// Whether the lock lints look at a lock.
    pub fn in_scope(&self, acquisition: &Acquisition) -> bool {
        self.scope == ScopeFilter::All || acquisition.on_map
    }

    /// Whether a lock that is looked at is what stands before a map; a map with a lock of its own is kept by that one.
    pub fn stands_before_map(&self, acquisition: &Acquisition) -> bool {
        self.scope == ScopeFilter::All
            || (acquisition.on_map && self.roles().stands_before_map(&acquisition.lock))
    }

    /// The view `items`: types as written, statics, impls, with their spans.
    pub fn items(&self) -> &'a Model {
        self.facts.model
    }

    /// Questions about types.
    pub fn roles(&self) -> Roles<'a> {
        self.facts.roles()
    }

    /// The functions that are reported on, and the closures and async blocks in them.
    pub fn bodies(&self) -> impl Iterator<Item = View<'a>> {
        let analysed: &'a [Analysed] = self.analysed;
        analysed
            .iter()
            .flat_map(|it| it.facts.each().into_iter().map(move |facts| View { analysed: it, facts }))
    }

    /// The view `events`: what happens while something is held, in each body.
    pub fn events(&self) -> impl Iterator<Item = Critical<'a>> {
        self.bodies().flat_map(|view| {
            view.facts
                .events
                .iter()
                .filter(|it| !it.held.is_empty())
                .map(move |event| Critical { view, event })
        })
    }

    /// The view `guards`: each guard that a body takes.
    pub fn guards(&self) -> impl Iterator<Item = GuardLife<'a>> {
        self.bodies().flat_map(View::guards)
    }

    /// The guards of one function, those that it is given included.
    pub fn guards_of(&self, func: FnId) -> impl Iterator<Item = GuardLife<'a>> {
        self.bodies().filter(move |it| it.analysed.func == func).flat_map(View::guards)
    }

    /// The view `costs`: what each body does that costs those who wait for its guards.
    pub fn costs(&self) -> impl Iterator<Item = (View<'a>, &'a Costs)> {
        self.bodies().map(|view| (view, &view.facts.costs))
    }

    /// Locks that the lock lints look at and that a loop takes on each turn, with the guard's life.
    pub fn loop_locks(&self) -> impl Iterator<Item = (GuardLife<'a>, &'a LoopLock)> {
        self.costs().flat_map(move |(view, costs)| {
            let life = move |found: &'a LoopLock| Some((self.life(view, found.guard)?, found));
            costs
                .loop_locks
                .iter()
                .filter_map(life)
                .filter(|(life, _)| self.in_scope(&life.guard.acquisition))
        })
    }

    /// Uses of a thread's own map with a suspension between them.
    pub fn split_uses(&self) -> impl Iterator<Item = (View<'a>, &'a SplitUse)> {
        self.bodies().flat_map(|view| view.facts.splits.iter().map(move |it| (view, it)))
    }

    /// Shared maps of the analysed code that only ever grow.
    pub fn growing_maps(&self) -> Vec<GrowingMap> {
        let bodies: Vec<(FnId, &BodyFacts)> = self.analysed.iter().map(|it| (it.func, &*it.facts)).collect();
        growth::growing_maps(self.facts, &bodies)
    }

    /// The life of a guard of a body.
    pub fn life(&self, view: View<'a>, id: GuardId) -> Option<GuardLife<'a>> {
        Some(GuardLife { view, guard: view.facts.guard(id)?, id })
    }

    /// What a copy of a value of a type costs, at the least.
    pub fn price(&self, ty: &Type) -> Price {
        self.roles().price(ty)
    }

    /// The view `decisions`: checks of a map and the writes in another critical section that they decide.
    pub fn decisions(&self) -> impl Iterator<Item = Decided<'a>> {
        self.bodies().flat_map(|view| {
            view.facts.decisions.iter().filter_map(move |decision| {
                let check = view.facts.ops.get(decision.check)?;
                let act = view.facts.ops.get(decision.act)?;
                Some(Decided { view, decision, check, act })
            })
        })
    }

    /// What goes into type stores and comes out of them, where it is written.
    pub fn stored(&self) -> impl Iterator<Item = Stored<'a>> {
        self.stored_by_calls().filter(|it| it.op.call.is_none())
    }

    /// The same, with what called functions put and take there.
    pub fn stored_by_calls(&self) -> impl Iterator<Item = Stored<'a>> {
        self.bodies().flat_map(|view| view.facts.stores.iter().map(move |op| Stored { view, op }))
    }

    /// The `task_local!`s with a map in them that is changed by those who look into them, and the first write.
    pub fn changed_task_locals(&self) -> Vec<(&'a Static, &'a MapOp)> {
        let statics = self.facts.model.statics.iter().zip(0..);
        let task_locals = statics.filter(|(it, _)| it.is_task_local() && !it.duplicate);
        let changed = |(it, n): (&'a Static, u32)| {
            let place = LockPath::root(Root::Static(StaticId(n)));
            let ops = self.analysed.iter().flat_map(|it| it.facts.each()).flat_map(|it| &it.ops);
            let write = ops
                .filter(|op| op.writes.is_some() && op.is_shared_inside(&place))
                .min_by_key(|op| op.span)?;
            Some((it, write))
        };
        task_locals.filter_map(changed).collect()
    }

    /// Two values of one type of which the second goes in over the first.
    pub fn replaced(&self) -> impl Iterator<Item = (Stored<'a>, Stored<'a>)> {
        self.bodies().flat_map(|view| {
            let stored = move |n: usize| Some(Stored { view, op: view.facts.stores.get(n)? });
            view.facts.replaced.iter().filter_map(move |(a, b)| Some((stored(*a)?, stored(*b)?)))
        })
    }

    /// The view `flows`, of copies: those that are changed without anything seeing the change.
    pub fn lost_copies(&self) -> impl Iterator<Item = (View<'a>, &'a LostCopy)> {
        self.bodies().flat_map(|view| view.facts.lost_copies.iter().map(move |it| (view, it)))
    }

    /// The view `flows`, of clones: those of which two owners do not see what they should. Those of decoded values are told of by
    /// `deserialized_map_alias`.
    pub fn clone_uses(&self, hazard: CloneHazard) -> impl Iterator<Item = (View<'a>, &'a CloneUse)> {
        self.bodies().flat_map(move |view| {
            let uses = view.facts.clone_uses.iter();
            let is_decoded =
                move |it: &CloneUse| view.facts.decoded.iter().any(|alias| alias.clone == it.clone);
            uses.filter(move |it| it.hazard == hazard && !is_decoded(it)).map(move |it| (view, it))
        })
    }

    /// Handles that `make_mut` parts from another one in the same value, with the function that does.
    pub fn parted_fields(&self) -> Vec<(View<'a>, PartedField)> {
        let bodies: Vec<(FnId, &BodyFacts)> = self.analysed.iter().map(|it| (it.func, &*it.facts)).collect();
        let view = |(id, found): (FnId, PartedField)| {
            let analysed = self.analysed.iter().find(|it| it.func == id)?;
            Some((View { analysed, facts: &analysed.facts }, found))
        };
        parted::find(self.facts, &bodies).into_iter().filter_map(view).collect()
    }

    /// The fields of types that functions which have the value by `&mut` change in place, by type.
    pub fn changed_fields(&self) -> Vec<(&'a Adt, &'a FieldDef)> {
        let model = self.facts.model;
        let of = |it: &Analysed| -> Vec<(AdtId, usize)> {
            let FnOwner::Impl(id) = model.fn_def(it.func).owner else { return Vec::new() };
            let Type::Adt(adt, _) = &model.impl_(id).self_ty else { return Vec::new() };
            let fields = model.adt(*adt).variants.iter().flat_map(|it| &it.fields).enumerate();
            let changed = fields.filter(|(_, field)| it.facts.changed_fields.contains(&field.name));
            changed.map(|(n, _)| (*adt, n)).collect()
        };
        let mut all: Vec<(AdtId, usize)> = self.analysed.iter().flat_map(of).collect();
        all.sort();
        all.dedup();
        let field = |(id, n): (AdtId, usize)| {
            let adt = model.adt(id);
            adt.variants.iter().flat_map(|it| &it.fields).nth(n).map(|field| (adt, field))
        };
        all.into_iter().filter_map(field).collect()
    }

    /// The view `flows`, of values read in one critical section and written back, changed, in another.
    pub fn rewrites(&self) -> impl Iterator<Item = (View<'a>, &'a Rewrite)> {
        self.bodies().flat_map(|view| view.facts.rewrites.iter().map(move |it| (view, it)))
    }

    /// The code whose order of locks counts: that is no test.
    fn ordered(&self) -> Vec<&'a Analysed> {
        self.analysed.iter().filter(|it| !self.facts.model.fn_def(it.func).test).collect()
    }

    /// The view `workspace`: where a lock is taken while another is held, of code that is no test, by the two locks.
    pub fn lock_order(&self) -> Vec<OrderStep<'a>> {
        let ordered = self.ordered();
        let bodies: Vec<&BodyFacts> = ordered.iter().map(|it| &*it.facts).collect();
        let graph = lock_order::graph(self.facts.roles(), &bodies);
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
        for cycle in lock_order::cycles(self.facts.roles(), &bodies, &is_alone) {
            let Some(mut steps) = cycle.iter().map(step).collect::<Option<Vec<OrderStep<'a>>>>() else {
                continue;
            };
            let place = |it: &OrderStep<'_>| {
                let span = it.critical.event.span;
                (self.files.path(span.file), span.range.lo)
            };
            let first = (0..steps.len()).min_by_key(|n| steps.get(*n).map(place)).unwrap_or(0);
            steps.rotate_left(first);
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
            certainty: if edge.surely { Certainty::Definite } else { Certainty::Possible },
        })
    }

    /// Whether whoever runs a body holds another lock meanwhile, which keeps everybody else out of it.
    pub fn is_gated(&self, view: View<'_>) -> bool {
        view.facts.closure.is_none() && facts::is_gated(self.facts, view.analysed.func)
    }

    /// Whether nobody else has a lock yet when an event of a body happens: the value that it lies in is still being made.
    pub fn is_unshared(&self, view: View<'_>, taken: &Acquisition, event: &Event) -> bool {
        view.facts.closure.is_none() && self.is_unshared_at(view.analysed.func, taken, event.point)
    }

    /// Whether a lock lies behind an `Rc`: nobody waits for it but the thread that holds it.
    pub fn is_of_one_thread(&self, view: View<'_>, taken: &Acquisition) -> bool {
        let of_rc = |ty: &Type| self.roles().is_of_one_thread(ty);
        match taken.path.as_ref().map(|it| &it.root) {
            Some(Root::Local(closure, local)) => {
                view.analysed.facts.local(*closure, *local).is_some_and(|it| of_rc(&it.ty))
            }
            Some(Root::Param(n)) => {
                let sig = self.facts.model.sig(view.analysed.func);
                sig.self_ty.iter().chain(&sig.params).nth(*n as usize).is_some_and(of_rc)
            }
            _ => false,
        }
    }

    /// Whether a body is a test that is there to see a panic.
    pub fn is_to_panic(&self, view: View<'_>) -> bool {
        let attrs = &self.facts.model.fn_def(view.analysed.func).attrs;
        attrs.iter().any(|it| it.as_str() == "should_panic")
    }

    /// Whether clippy's lint of guards across awaits is permitted where a guard is taken.
    pub fn is_allowed_by_clippy(&self, guard: &Guard) -> bool {
        self.facts.is_allowed_by_clippy(guard.span, &guard.acquisition)
    }

    /// Whether nobody else has a map yet when it is read or written.
    pub fn is_unshared_map(&self, view: View<'_>, op: &MapOp) -> bool {
        let func = view.analysed.func;
        if op.path.as_ref().is_some_and(|it| facts::is_exclusive_to_callers(self.facts, func, it)) {
            return true;
        }
        let guard = op.under.first().and_then(|it| view.facts.guard(*it));
        view.facts.closure.is_none()
            && match (guard, &op.path) {
                (Some(guard), _) => self.is_unshared_at(func, &guard.acquisition, op.point),
                (None, Some(path)) => facts::is_unshared(self.facts, func, path, &op.map, op.point),
                (None, None) => false,
            }
    }

    fn is_unshared_at(&self, func: FnId, taken: &Acquisition, at: Point) -> bool {
        taken.path.as_ref().is_some_and(|path| facts::is_unshared(self.facts, func, path, &taken.lock, at))
    }

    /// A lock's place in words: `self.peers`.
    pub fn place_words(&self, view: View<'_>, path: &LockPath) -> String {
        words::path_words(self.facts.model, Some(&view.analysed.facts), path)
    }

    /// What a lock is called in a message: its place, or `the lock`.
    pub fn lock_words(&self, view: View<'_>, acquisition: &Acquisition) -> String {
        match &acquisition.path {
            Some(path) => self.place_words(view, path),
            None => String::from("the lock"),
        }
    }

    /// The text that stands at `span`, for suggestions that keep a part of it; empty when the span lies outside its file.
    pub fn text(&self, span: Span) -> String {
        let text = self.files.text(span.file);
        text.get(span.range.lo as usize..span.range.hi as usize).unwrap_or_default().to_owned()
    }

    /// The text of a file before a span, and the text behind it: for suggestions that take in a whole statement.
    pub fn around(&self, span: Span) -> (String, String) {
        let text = self.files.text(span.file);
        let before = text.get(..span.range.lo as usize).unwrap_or_default();
        let after = text.get(span.range.hi as usize..).unwrap_or_default();
        (before.to_owned(), after.to_owned())
    }

    /// The types that are part of a public interface: those that other crates can name.
    pub fn public_adts(&self) -> impl Iterator<Item = &'a Adt> {
        let (model, exports) = (self.facts.model, self.facts.exports());
        let adts = model.adts.iter().zip(0..);
        adts.filter(move |(it, n)| !it.duplicate && exports.has_adt(AdtId(*n))).map(|(it, _)| it)
    }

    /// The functions that are part of a public interface: those that other crates can name, in no trait's impl, and the methods of
    /// traits that they can name.
    pub fn public_fns(&self) -> impl Iterator<Item = (FnId, &'a FnDef)> {
        let (model, exports) = (self.facts.model, self.facts.exports());
        let public_type = move |id| match (&model.impl_(id).trait_, &model.impl_(id).self_ty) {
            (None, Type::Adt(id, _)) => exports.has_adt(*id),
            _ => false,
        };
        model.fns.iter().zip(0..).map(|(def, n)| (FnId(n), def)).filter(move |(id, def)| {
            let is_public = match def.owner {
                FnOwner::Free => exports.has(model, *id),
                FnOwner::Impl(owner) => def.is_public() && public_type(owner),
                FnOwner::Trait(id) => exports.has_trait(id),
            };
            is_public && def.in_fn.is_none() && !def.duplicate
        })
    }

    /// Global maps that two tests of one binary change under each other's feet, one a map.
    pub fn test_clashes(&self) -> Vec<TestClash> {
        let bodies: Vec<(FnId, &BodyFacts)> = self.analysed.iter().map(|it| (it.func, &*it.facts)).collect();
        test_maps::clashes(self.facts, &bodies)
    }

    /// The `unsafe impl`s that let threads share a map that no lock keeps them apart in.
    pub fn forced_impls(&self) -> Vec<&'a Impl> {
        forced::impls(self.facts.roles())
    }

    /// Hands a finding of a body over.
    pub fn report_in(&self, view: View<'_>, diagnostic: Diagnostic) {
        let model = self.facts.model;
        let def = model.fn_def(view.analysed.func);
        let mut diagnostic = diagnostic.fn_range(view.analysed.facts.span);
        diagnostic.in_test_code = def.test;
        diagnostic.item = Some(spell::function(model, view.analysed.func));
        self.report(diagnostic);
    }

    /// Hands a finding about an item over.
    pub fn report_item(&self, test: bool, mut diagnostic: Diagnostic) {
        diagnostic.in_test_code = test;
        self.report(diagnostic);
    }

    /// Hands a finding over.
    pub fn report(&self, diagnostic: Diagnostic) {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).push(diagnostic);
    }

    /// Ends the pass and returns what was reported: one finding a place, the surest, told in the shortest way. (A place can be
    /// found more than once: a body's steps may stand for one expression on several paths, and a callee may do a thing twice.)
    pub fn finish(self) -> Vec<Diagnostic> {
        let mut found = self.found.into_inner().unwrap_or_else(PoisonError::into_inner);
        found.sort_by_key(|it| {
            (it.span, std::cmp::Reverse(it.certainty), it.labels.len(), it.message.clone())
        });
        found.dedup_by(|later, first| later.span.is_some() && later.span == first.span);
        found
    }
}

impl<'a> View<'a> {
    /// The writes of shared maps in the function and the closures in it.
    pub fn writes(&self) -> impl Iterator<Item = &'a MapOp> + use<'a> {
        self.analysed.facts.each().into_iter().flat_map(|it| &it.ops).filter(|it| it.writes.is_some())
    }
}

impl<'a> Stored<'a> {
    /// A write of a shared map inside what is taken out: in this function, or in one that it calls.
    pub fn write_inside(&self) -> Option<&'a MapOp> {
        let place = self.op.gives.as_ref()?;
        self.view.writes().find(|it| it.is_shared_inside(place))
    }
}

impl<'a> Critical<'a> {
    /// The guards held just before.
    pub fn held(&self) -> impl Iterator<Item = HeldGuard<'a>> + use<'a> {
        let facts = self.view.facts;
        let event: &'a Event = self.event;
        event
            .held
            .iter()
            .filter_map(|held| Some(HeldGuard { held, guard: facts.guard(held.guard)? }))
            .filter(|it| it.guard.cfg.is_compatible(&event.cfg))
    }

    /// Whether it happens in a destructor that runs here.
    pub fn in_destructor(&self) -> bool {
        self.event.trace.steps.iter().any(|it| it.by == RunBy::Drop)
    }

    /// How sure it is that the event happens with this guard held.
    pub fn certainty(&self, held: &HeldGuard<'_>) -> Certainty {
        if held.held.surely && self.event.surely { Certainty::Definite } else { Certainty::Possible }
    }
}

impl HeldGuard<'_> {
    /// Whether an acquisition is of the lock that this guard holds.
    pub fn same_lock(&self, again: &Acquisition) -> bool {
        match (&self.guard.acquisition.path, &again.path) {
            (Some(held), Some(again)) => !self.held.stale && held.same_as(again),
            _ => false,
        }
    }

    /// Whether an acquisition is of a lock that lies in what this guard's lock guards.
    pub fn leads_to(&self, inner: &Acquisition) -> bool {
        let (Some(outer), Some(inner)) = (&self.guard.acquisition.path, &inner.path) else { return false };
        !self.held.stale
            && outer.root == inner.root
            && inner.steps.len() > outer.steps.len()
            && inner.steps.starts_with(&outer.steps)
    }

    /// Whether an acquisition in a closure is of a lock that the closure is lent out of what this guard's lock guards: it belongs to
    /// the closure, and its type is of a part of what is guarded.
    pub fn lends_to(&self, inner: &Acquisition, roles: Roles<'_>) -> bool {
        let lent = inner.path.as_ref().is_some_and(|it| {
            matches!(it.root, Root::Local(Some(_), _)) && !it.steps.contains(&PathStep::Guarded)
        });
        lent && !self.held.stale && roles.lies_in(inner.lock.peel_refs(), &self.guard.acquisition.lock)
    }

    /// Whether the guard is a temporary of the expression in which an event happens.
    pub fn is_of_expression(&self, event: &Event) -> bool {
        match self.held.lives {
            Lives::Statement | Lives::Condition | Lives::Tail | Lives::Extended => true,
            // The scrutinee itself, not the arms.
            Lives::Match | Lives::IfLet | Lives::WhileLet | Lives::For => {
                self.guard.point.block == event.point.block
            }
            Lives::Scope => false,
        }
    }

    /// Whether an acquisition in a destructor may be of the lock that this guard holds: of the same class, reached through a handle
    /// in the value that dies.
    pub fn same_by_the_way_back(&self, again: &Acquisition) -> bool {
        match (&self.guard.acquisition.class, &again.class) {
            (Some(held), Some(again)) => again.by_handle && !held.exclusive && held.class == again.class,
            _ => false,
        }
    }

    /// What to say where the guard is taken.
    pub fn taken_words(&self) -> &'static str {
        match self.held.mode {
            Mode::Shared => "the read guard is taken here",
            Mode::Exclusive => "the guard is taken here",
        }
    }

    /// Why the guard is still alive.
    pub fn life_words(&self, pass: &Pass<'_>) -> String {
        if let Some(holder) = self.guard.holder {
            let name = pass.items().fn_def(holder).name;
            return format!("`{name}` holds the guard while it runs what it is given");
        }
        let holder = match self.guard.name {
            Some(name) => format!("`{name}`"),
            None => String::from("the guard"),
        };
        let why = match self.held.lives {
            Lives::Scope => {
                return format!(
                    "{holder} lives to the end of its block, unless it is dropped or moved before"
                );
            }
            Lives::Statement => "to the end of the statement",
            Lives::Match => "to the end of the `match`, whose scrutinee it is a temporary of",
            Lives::IfLet => "to the end of the `if let`, whose scrutinee it is a temporary of",
            Lives::WhileLet => "to the end of each turn of the loop, whose condition it is a temporary of",
            Lives::For => "to the end of the `for` loop, whose head it is a temporary of",
            Lives::Condition => "to the end of the condition",
            Lives::Tail => "past the end of the block, whose last expression it is a temporary of",
            Lives::Extended => "to the end of the block: it is a temporary that the `let` extends",
        };
        format!("the guard is a temporary and lives {why}")
    }
}

impl<'a> View<'a> {
    /// The guards of the body.
    fn guards(self) -> impl Iterator<Item = GuardLife<'a>> {
        let numbered = self.facts.guards.iter().enumerate();
        numbered.map(move |(n, guard)| GuardLife { view: self, guard, id: GuardId(n as u8) })
    }
}

impl<'a> GuardLife<'a> {
    /// Every event during the guard's life.
    pub fn events(&self) -> impl Iterator<Item = (Critical<'a>, HeldGuard<'a>)> + use<'a> {
        let (view, id) = (self.view, self.id);
        view.facts.events.iter().filter_map(move |event| {
            let critical = Critical { view, event };
            let guard = view.facts.guard(id)?;
            let held = event.held.iter().find(|it| it.guard == id)?;
            guard.cfg.is_compatible(&event.cfg).then_some((critical, HeldGuard { held, guard }))
        })
    }

    /// Every use of the guard.
    pub fn uses(&self) -> impl Iterator<Item = &'a GuardUse> + use<'a> {
        let id = self.id;
        self.view.facts.uses.iter().filter(move |it| it.guard == id)
    }

    /// Whether every use of the guard looks through it for `&self`, and there is one. A function that it is given to may write.
    pub fn only_looks(&self) -> bool {
        let given = |it: &Call| it.passed.iter().any(|(_, guards)| guards.contains(&self.id));
        !self.view.facts.cut
            && !self.view.facts.calls.iter().any(given)
            && !self.view.facts.returned_guards.contains(&self.id)
            && self.uses().next().is_some()
            && self.uses().all(|it| it.kind == UseKind::Shared)
    }
}
