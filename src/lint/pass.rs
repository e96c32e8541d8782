//! What a lint may ask, and where it reports.

use super::diagnostic::Diagnostic;
use super::knobs::Knobs;
use super::views::{Critical, Decided, GuardLife, Stored, View};
use crate::facts::clones::{CloneHazard, CloneUse};
use crate::facts::copies::LostCopy;
use crate::facts::costs::{Costs, LoopLock};
use crate::facts::event::{Acquisition, Event, Guard, MapOp, Point};
use crate::facts::forced;
use crate::facts::growth::{self, GrowingMap};
use crate::facts::line::spell;
use crate::facts::local_maps::SplitUse;
use crate::facts::parted::{self, PartedField};
use crate::facts::path::{LockPath, Root};
use crate::facts::price::Price;
use crate::facts::rewrites::Rewrite;
use crate::facts::roles::Roles;
use crate::facts::test_maps::{self, TestClash};
use crate::facts::{self, BodyFacts, Facts, GuardId, words};
use crate::model::Model;
use crate::model::items::{Adt, FieldDef, FnDef, FnOwner, Impl, Static, StaticId};
use crate::model::types::{AdtId, FnId, Type};
use crate::source::{Files, Span};
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
    pub(super) files: &'a Files,
    pub(super) facts: &'a Facts<'a>,
    pub(super) analysed: &'a [Analysed],
    // A lint may walk bodies in parallel, so reports come from several threads; they are sorted once, at the end.
    found: Mutex<Vec<Diagnostic>>,
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

    /// Whether whoever runs a body holds another lock meanwhile, which keeps everybody else out of it.
    pub fn is_gated(&self, view: View<'_>) -> bool {
        view.facts.closure.is_none() && facts::is_gated(self.facts, view.analysed.func)
    }

    /// Whether nobody else has a lock yet when an event of a body happens: the value that it lies in is still being made.
    pub fn is_unshared(&self, view: View<'_>, taken: &Acquisition, event: &Event) -> bool {
        view.facts.closure.is_none() && self.is_unshared_at(view.analysed.func, taken, event.point)
    }

    /// Whether nobody else has a lock yet when a guard of it is taken.
    pub fn is_unshared_guard(&self, life: &GuardLife<'_>) -> bool {
        let (guard, func) = (life.guard, life.view.analysed.func);
        life.view.facts.closure.is_none() && self.is_unshared_at(func, &guard.acquisition, guard.point)
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

    /// Whether a body is that of a test, which is run each time.
    pub fn is_run_as_test(&self, view: View<'_>) -> bool {
        self.facts.model.fn_def(view.analysed.func).is_run_as_test()
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

    pub(super) fn is_unshared_at(&self, func: FnId, taken: &Acquisition, at: Point) -> bool {
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
