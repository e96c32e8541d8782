//! What happens in bodies: guards, what is held at each event, the reads and writes of shared maps.
//!
//! A body is lowered and analysed once, by itself; only what its callees return is asked for ([`Facts::returned`]). What they do is
//! added afterwards, from summaries that are made leaves first over the calls that matter ([`fixpoint`]). A caller sees a callee only
//! through its summary.
//!
//! Invariants: facts are immutable and the same whatever the order of questions; a guard knows where it was taken; unknown calls
//! end what is known of guards given to them by value, and nothing else.

mod absence;
mod accessor;
mod bounded;
mod built_key;
mod changed_part;
pub mod clones;
pub mod control;
pub mod copies;
pub mod costs;
pub mod decision;
pub mod decoded;
pub mod defs;
mod dispatch;
mod entrusted;
pub mod event;
mod exclusive;
mod fixpoint;
mod flow;
pub mod forced;
pub mod growth;
mod instance;
mod iterated;
mod kept;
pub mod knowledge;
mod lent_ops;
pub mod line;
pub mod lives;
pub mod local_maps;
pub mod lock_class;
pub mod lock_order;
mod map_op;
mod mentions;
mod named;
pub mod needs;
mod own_resource;
mod own_stores;
pub mod parted;
mod parts;
pub mod path;
pub mod price;
mod queues;
pub mod reach;
pub mod rewrites;
pub mod roles;
mod same_use;
mod same_variable;
pub mod seeds;
pub mod shared_maps;
mod sources;
mod state;
pub mod stored;
pub mod stores;
pub mod summary;
pub mod test_maps;
mod traced;
mod unshared;
mod upsert;
pub mod values;
pub mod words;

pub use crate::syntax::Name;
pub(crate) use exclusive::is_exclusive;
pub use state::GuardId;
pub(crate) use unshared::{is_unshared, only_tests_run};

use crate::model::Model;
use crate::model::body::{Body, BodyFlavor, BodyOwner, LocalId, Step, StepKind};
use crate::model::exports::Exports;
use crate::model::types::{ClosureId, FnId, Type};
use crate::model::typing::{Callee, Typing};
use crate::source::{Files, Span, TextRange};
use crate::syntax::{BodyTree, Cfg};
use defs::{Defs, KeyValue};
use event::{Acquisition, Event, Guard, Held, MapOp, Point, RunBy};
use fixpoint::Summaries;
use knowledge::{Knowledge, Mode};
use needs::Need;
use path::LockPath;
use rayon::prelude::*;
use roles::Roles;
use rustc_hash::FxHashSet;
use std::cell::LazyCell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use summary::{MapEffect, Returned};
use values::{CopyOut, Values};

/// How many calls deep it is asked what functions return.
const RETURN_DEPTH: u32 = 3;

/// Functions that hand a closure on before one runs it.
const MAX_HANDED_ON: usize = 3;

/// All facts of a run, made when they are asked for.
pub struct Facts<'f> {
    /// The program.
    pub model: &'f Model,
    /// The rows.
    pub knowledge: &'f Knowledge,
    /// The texts.
    pub files: &'f Files,
    /// Which bodies may touch a lock.
    pub seeds: seeds::Seeds,
    /// Type stores of the analysed code itself.
    own_stores: own_stores::OwnStores,
    own: Vec<OnceLock<Option<Arc<Own>>>>,
    /// How functions have closures run that they are given: told of their bodies alone, so that a body may ask it of what it calls.
    lending: Vec<OnceLock<Option<lent_ops::Lending>>>,
    returned: [Vec<OnceLock<Option<Returned>>>; RETURN_DEPTH as usize],
    kept: kept::Kept,
    lowered_once: Vec<AtomicBool>,
    wanted: Vec<OnceLock<Wanted>>,
    test_bodies: TestBodies,
    exports: OnceLock<Exports>,
    named: OnceLock<named::Named>,
    bounded_fields: OnceLock<bounded::BoundedFields>,
    watching: bool,
    stored: stored::StoredFns,
    /// By function, where that is asked for: what it does is for crates to say that do not belong to what it is written with.
    open: Option<Vec<AtomicBool>>,
    /// Figures of the run.
    pub stats: FactStats,
}

/// Which bodies of test code are looked into.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TestBodies {
    /// Those that other code would be looked into for.
    #[default]
    All,
    /// Those that may hold a guard, use a type store or a global map, or write through a shared reference: copies, clones and checks
    /// that decide writes are told of by nobody there. A file with permissions is looked into as other code, to see which are of use.
    Guards,
}

/// Figures of a run.
#[derive(Debug, Default)]
pub struct FactStats {
    /// Bodies lowered.
    pub n_lowered: AtomicU64,
    /// Their bytes.
    pub lowered_bytes: AtomicU64,
    /// Bodies that went over a bound.
    pub n_cut: AtomicU64,
    /// Macro calls and constructs that were not understood in lowered bodies.
    pub n_opaque: AtomicU64,
    /// Calls of macros of the analysed code that were expanded.
    pub n_expanded: AtomicU64,
    /// Calls of such macros that could not be.
    pub n_refused: AtomicU64,
    /// Receivers of lock and map operations seen, and those of known type.
    pub receivers: AtomicU64,
    /// Receivers whose type is known.
    pub typed_receivers: AtomicU64,
}

/// What a guard is used for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UseKind {
    /// Looked through, for `&self`.
    Shared,
    /// Looked through, for `&mut self`.
    Exclusive,
    /// Given away by value.
    Moved,
}

/// One use of a guard.
#[derive(Clone, Debug)]
pub struct GuardUse {
    /// Which guard.
    pub guard: GuardId,
    /// How.
    pub kind: UseKind,
    /// Where.
    pub span: Span,
    /// The point.
    pub point: Point,
}

/// What an argument brings that can be called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Given {
    /// A closure of the body.
    Closure(ClosureId),
    /// A function of the analysed code.
    Fn(FnId),
    /// What a parameter of the function brought.
    Param(u32),
    /// Nothing that is known.
    Other,
}

/// A call of functions of the analysed code, or of a destructor.
#[derive(Clone, Debug)]
pub struct Call {
    /// The functions: of several, one is called, and which one cannot be said.
    pub callees: Vec<FnId>,
    /// How it is run.
    pub by: RunBy,
    /// It is called whenever the point runs.
    pub surely: bool,
    /// Paths of the arguments, the receiver first.
    pub args: Vec<Option<LockPath>>,
    /// Arguments as keys; empty where checks and writes of maps are not looked for.
    pub keys: Vec<KeyValue>,
    /// What of the arguments can be called.
    pub given: Vec<Given>,
    /// What the arguments are known to be.
    pub known: Vec<needs::Known>,
    /// Types of the arguments, where a callee may do something else by them.
    pub types: Vec<Type>,
    /// Guards given away, by argument.
    pub passed: Vec<(u32, Vec<GuardId>)>,
    /// What is held just before.
    pub held: Vec<Held>,
    /// The point.
    pub point: Point,
    /// The name of the call.
    pub span: Span,
    /// Where it really happens, when not there.
    pub inner: Option<Span>,
    /// It happens in a closure that runs at the point.
    pub in_closure: bool,
    /// It happens on every path through that closure.
    pub always: bool,
    /// It is given up after a while: locks in it are only tried.
    pub limited: bool,
    /// The thread is about to panic there.
    pub doomed: bool,
    /// Under which configuration.
    pub cfg: Cfg,
}

/// What is held around one step of a body.
#[derive(Clone, Debug)]
pub struct Watched {
    /// The step.
    pub point: Point,
    /// Where what it does is written, a call to its end; `None` where nothing is: at the ends of lives.
    pub written: Option<TextRange>,
    /// What is given to it runs elsewhere: it spawns a thread or a task.
    pub spawns: bool,
    /// What is held just before it.
    pub before: Vec<Held>,
    /// What is held just after it.
    pub after: Vec<Held>,
}

/// A local of a body, as far as messages and lock classes need it.
#[derive(Clone, Debug)]
pub struct NamedLocal {
    /// Which.
    pub local: LocalId,
    /// Its name, for a variable.
    pub name: Option<Name>,
    /// Its type.
    pub ty: Type,
}

/// What the words of a function's body, and its signature, say of it.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    /// The body is worth looking into.
    chosen: bool,
    /// It may take a lock or use a concurrent map.
    map: bool,
    /// It may use a type store.
    store: bool,
    /// A test that may use a global map.
    global_test: bool,
}

/// What is known of a function by itself.
#[derive(Debug)]
struct Own {
    /// Shared with [`Facts::bodies`] where callees add nothing.
    facts: Arc<BodyFacts>,
    map_effects: Vec<MapEffect>,
    /// What it does to maps whose lock is its caller's.
    entrusted: Vec<MapEffect>,
    /// The copy of a map, or of something in one, that it gives out.
    copy_out: Option<CopyOut>,
    /// It gives out what it has decoded.
    gives_decoded: bool,
    /// What becomes of copies in it is worth a second look, which knows what its callees give out.
    has_copies: bool,
}

/// The facts of one function, closure or async block.
#[derive(Clone, Debug)]
pub struct BodyFacts {
    /// The function or static that it belongs to.
    pub owner: BodyOwner,
    /// The closure or async block of the owner; `None` for the owner itself.
    pub closure: Option<ClosureId>,
    /// What runs it.
    pub kind: BodyFlavor,
    /// The text of it.
    pub span: Span,
    /// Guards, by [`GuardId`].
    pub guards: Vec<Guard>,
    /// Events, those of closures that run here and of callees included.
    pub events: Vec<Event>,
    /// Reads and writes of shared maps.
    pub ops: Vec<MapOp>,
    /// Uses of guards.
    pub uses: Vec<GuardUse>,
    /// Calls of functions of the analysed code.
    pub calls: Vec<Call>,
    /// Guards in the result.
    pub returned_guards: Vec<GuardId>,
    /// The async block in it that the result is.
    pub returned_future: Option<ClosureId>,
    /// The place that the result is or points to.
    pub returned_path: Option<LockPath>,
    /// Fields of the result, and the place outside that each is or points to.
    pub returned_parts: Vec<(Name, LockPath)>,
    /// Fields of values that are made here and given to functions, and the place that each is or points to.
    pub made_parts: Vec<(LocalId, Name, LockPath)>,
    /// By block: it runs on every path that leaves the body.
    pub always: Vec<bool>,
    /// Checks of a map and the writes that they decide.
    pub decisions: Vec<decision::Decision>,
    /// What goes into type stores and comes out of them.
    pub stores: Vec<stores::StoreOp>,
    /// Of those, by number: what goes in over another of its type.
    pub replaced: Vec<(usize, usize)>,
    /// Clones of decoded values that lead to the same map.
    pub decoded: Vec<decoded::DecodedAlias>,
    /// Where a map behind a shared reference is made one that can be written.
    pub forced: Vec<Span>,
    /// Clones of which two owners do not see what they should.
    pub clone_uses: Vec<clones::CloneUse>,
    /// Places that it changes through `make_mut`.
    pub parts: Vec<clones::Parting>,
    /// Fields of `self` that a function which has it by `&mut` changes in place.
    pub changed_fields: Vec<Name>,
    /// Copies that are changed without anything seeing the change.
    pub lost_copies: Vec<copies::LostCopy>,
    /// Values that are read in one critical section and written back, changed, in another.
    pub rewrites: Vec<rewrites::Rewrite>,
    /// Blocks that can be reached.
    pub reached: Vec<bool>,
    /// By block: what parameters must be for it to run; empty for a closure.
    pub needs: Vec<Vec<needs::Need>>,
    /// Names and types of the locals that paths start at.
    pub locals: Vec<NamedLocal>,
    /// What it costs those who wait.
    pub costs: costs::Costs,
    /// Uses of threads' own maps.
    pub local_maps: Vec<local_maps::LocalMapUse>,
    /// Those with a suspension between them.
    pub splits: Vec<local_maps::SplitUse>,
    /// What is held around each step; empty unless the facts are [watching](Facts::watching).
    pub watched: Vec<Watched>,
    /// Facts of the closures and async blocks written in it.
    pub children: Vec<BodyFacts>,
    /// The body went over a bound: what is said of it may be incomplete.
    pub cut: bool,
    /// It does something that other threads could notice.
    noticed: bool,
}

impl BodyFacts {
    /// The name and type of a local that a path of this body, or of a closure in it, starts at.
    pub fn local(&self, closure: Option<ClosureId>, local: LocalId) -> Option<&NamedLocal> {
        let body = self.each().into_iter().find(|it| it.closure == closure)?;
        body.locals.iter().find(|it| it.local == local)
    }

    /// The guard of an id.
    pub fn guard(&self, id: GuardId) -> Option<&Guard> {
        self.guards.get(id.0 as usize)
    }

    /// The part of a closure written in it, or itself for `None`.
    fn part_mut(&mut self, closure: Option<ClosureId>) -> Option<&mut BodyFacts> {
        if self.closure == closure {
            return Some(self);
        }
        self.children.iter_mut().find_map(|it| it.part_mut(closure))
    }

    /// This body and all those written in it.
    pub fn each(&self) -> Vec<&BodyFacts> {
        let mut all = vec![self];
        let mut next = 0;
        while let Some(body) = all.get(next).copied() {
            all.extend(&body.children);
            next += 1;
        }
        all
    }
}

fn cells<T>(n: usize) -> Vec<OnceLock<T>> {
    (0..n).map(|_| OnceLock::new()).collect()
}

impl<'f> Facts<'f> {
    /// Facts of which none is made yet.
    pub fn new(model: &'f Model, knowledge: &'f Knowledge, files: &'f Files) -> Facts<'f> {
        let n = model.fns.len();
        let own_stores = own_stores::OwnStores::new(model, knowledge);
        Facts {
            model,
            knowledge,
            files,
            seeds: seeds::Seeds::new(model, knowledge, &own_stores),
            own_stores,
            own: cells(n),
            lending: cells(n),
            returned: std::array::from_fn(|_| cells(n)),
            kept: kept::Kept::default(),
            lowered_once: (0..n).map(|_| AtomicBool::new(false)).collect(),
            wanted: cells(n),
            test_bodies: TestBodies::All,
            exports: OnceLock::new(),
            named: OnceLock::new(),
            bounded_fields: OnceLock::new(),
            watching: false,
            stored: stored::StoredFns::default(),
            open: None,
            stats: FactStats::default(),
        }
    }

    /// Facts that also keep what is held around each step: for those who look at single lines.
    pub fn watching(model: &'f Model, knowledge: &'f Knowledge, files: &'f Files) -> Facts<'f> {
        Facts { watching: true, ..Facts::new(model, knowledge, files) }
    }

    /// The same facts, with less of test code.
    pub fn with_test_bodies(self, test_bodies: TestBodies) -> Facts<'f> {
        Facts { test_bodies, ..self }
    }

    /// The same facts, with what is known of some functions already.
    pub fn with_stored(self, stored: stored::StoredFns) -> Facts<'f> {
        Facts { stored, ..self }
    }

    /// The same facts, which note what [`stored::write`] must leave out.
    pub fn to_be_stored(self) -> Facts<'f> {
        let open = (0..self.model.fns.len()).map(|_| AtomicBool::new(false)).collect();
        Facts { open: Some(open), ..self }
    }

    /// Whether only guards, stores and global maps matter in a function.
    fn is_quiet_test(&self, id: FnId) -> bool {
        let def = self.model.fn_def(id);
        let has_permissions =
            || self.model.tree(def.span.file).is_some_and(|tree| !tree.directives.is_empty());
        self.test_bodies == TestBodies::Guards && def.test && !has_permissions()
    }

    /// What code outside can name.
    pub fn exports(&self) -> &Exports {
        self.exports.get_or_init(|| Exports::new(self.model))
    }

    /// Which bodies name which functions.
    fn named(&self) -> &named::Named {
        self.named.get_or_init(|| named::Named::new(self.model))
    }

    /// Questions about types.
    pub fn roles(&self) -> Roles<'f> {
        Roles { model: self.model, knowledge: self.knowledge }
    }

    /// The tree of a function's body and what its expressions mean; made anew each time. `None` when it has no body.
    pub fn typed(&self, id: FnId) -> Option<(BodyTree, Typing)> {
        let def = self.model.fn_def(id);
        let file = def.span.file;
        let text = self.files.text(file);
        let tree = self.model.body_tree(&text, file, def.body.as_ref()?);
        let typing = crate::model::infer::infer_body(self.model, BodyOwner::Fn(id), &tree);
        Some((tree, typing))
    }

    /// The steps of a function, made anew each time: bodies are not kept. `None` when it has no body.
    pub fn lowered(&self, id: FnId) -> Option<Body> {
        let source = self.model.fn_def(id).body.as_ref()?;
        let owner = BodyOwner::Fn(id);
        let (tree, typing) = self.typed(id)?;
        let body = crate::model::lower::lower_body(self.model, owner, &tree, &typing);
        if self.lowered_once.get(id.0 as usize)?.swap(true, Ordering::Relaxed) {
            return Some(body);
        }
        let stats = &self.stats;
        stats.n_lowered.fetch_add(1, Ordering::Relaxed);
        stats.lowered_bytes.fetch_add(u64::from(source.body.hi - source.body.lo), Ordering::Relaxed);
        stats.n_opaque.fetch_add(u64::from(tree.n_opaque), Ordering::Relaxed);
        stats.n_expanded.fetch_add(u64::from(tree.n_expanded), Ordering::Relaxed);
        stats.n_refused.fetch_add(u64::from(tree.n_refused), Ordering::Relaxed);
        stats.receivers.fetch_add(u64::from(typing.n_receivers.0), Ordering::Relaxed);
        stats.typed_receivers.fetch_add(u64::from(typing.n_receivers.1), Ordering::Relaxed);
        if body.cut {
            stats.n_cut.fetch_add(1, Ordering::Relaxed);
        }
        Some(body)
    }

    /// What is known of a function by itself; `None` when it has no body.
    fn own(&self, id: FnId) -> Option<&Arc<Own>> {
        self.own_and(id, |_, _| ())
    }

    /// The same, and keeps its body for [`Facts::decide`] if that will ask for it.
    fn own_to_decide(&self, id: FnId) {
        self.own_and(id, |own, body| {
            let has_pair = |it: &BodyFacts| !it.ops.is_empty() || !it.stores.is_empty();
            let is_asked = own.has_copies || own.facts.each().into_iter().any(has_pair);
            if is_asked && !self.is_quiet_test(id) {
                self.kept.keep(id, body);
            }
        });
    }

    fn own_and(&self, id: FnId, then: impl FnOnce(&Own, Body)) -> Option<&Arc<Own>> {
        let cell = self.own.get(id.0 as usize)?;
        cell.get_or_init(|| {
            let body = self.kept.take(id).or_else(|| self.lowered(id))?;
            let mut facts = self.analyse(&body, None, Vec::new(), RETURN_DEPTH);
            lock_class::classify(self.roles(), &mut facts);
            let returns = |id: FnId| self.returned(id, 1);
            let defs = Defs::new(self.model, self.knowledge, &body, None, Vec::new(), &returns);
            // Whoever asks on the way what this function lends must not wait for its own end.
            if let Some(lending) = self.lending.get(id.0 as usize).filter(|_| self.may_lend(id)) {
                lending.get_or_init(|| lent_ops::lending(&defs, &facts));
            }
            let map_effects = self.own_map_effects(id, &defs, &facts);
            let entrusted = entrusted::effects(self, &defs, &mut facts);
            let (copy_out, has_copies) = self.own_copies(&defs, &mut facts);
            let nothing = |_: FnId| None;
            let defs = Defs::new(self.model, self.knowledge, &body, None, Vec::new(), &nothing);
            let gives_decoded = decoded::gives_decoded(self.knowledge, &defs);
            let facts = Arc::new(facts);
            let own = Own { facts, map_effects, entrusted, copy_out, gives_decoded, has_copies };
            then(&own, body);
            Some(Arc::new(own))
        })
        .as_ref()
    }

    /// The facts of functions, with what their callees do, in the order of the ids. `done` is called once a function.
    pub fn bodies(&self, ids: &[FnId], done: &(dyn Fn() + Sync)) -> Vec<(FnId, Arc<BodyFacts>)> {
        ids.par_iter().for_each(|&id| {
            self.own_to_decide(id);
            done();
        });
        let summaries = Summaries::new(self, ids);
        self.stats.n_cut.fetch_add(summaries.n_cut, Ordering::Relaxed);
        ids.par_iter()
            .filter_map(|&id| {
                let mut facts = Arc::clone(&self.own(id)?.facts);
                summaries.expand(self, &mut facts);
                costs::tell(self, &mut facts);
                self.decide(id, &mut facts);
                costs::add_callees(self, &mut facts);
                Some((id, facts))
            })
            .collect()
    }

    /// The facts of one function; `None` when it has no body.
    pub fn body(&self, id: FnId) -> Option<Arc<BodyFacts>> {
        self.bodies(&[id], &|| ()).pop().map(|(_, facts)| facts)
    }

    /// What a function returns, as far as `depth` calls show; `None` when nothing is known or it cannot be of interest.
    pub fn returned(&self, id: FnId, depth: u32) -> Option<Returned> {
        let level = depth.checked_sub(1)?;
        if !self.can_matter(id) {
            return None;
        }
        if let Some(known) = self.stored.returned(id, level) {
            return Some(known.clone());
        }
        let cell = self.returned.get(level as usize)?.get(id.0 as usize)?;
        cell.get_or_init(|| {
            // Most functions return the same however deep their callees are asked: they are lowered and analysed once.
            if level > 0
                && let Some(own) = self.returned(id, 1)
                && own.settled
            {
                return Some(own);
            }
            let body = self.kept.take(id).or_else(|| self.lowered(id))?;
            let facts = self.analyse(&body, None, Vec::new(), level);
            let returned = Returned { settled: !self.asks_callees(&body), ..self.summarise_result(&facts) };
            self.kept.keep(id, body);
            Some(returned)
        })
        .clone()
    }

    /// Whether what is known of a body can depend on what its callees return.
    fn asks_callees(&self, body: &Body) -> bool {
        let asks = |step: &Step| match &step.kind {
            StepKind::Call { callee: Callee::Fn(id), .. } => self.can_matter(*id),
            _ => false,
        };
        body.blocks.iter().flat_map(|it| &it.steps).any(asks)
            || body.children.iter().any(|it| self.asks_callees(it))
    }

    /// Whether a function's result can be a guard, point to a lock or be a key, or keep a pointer to a lock that the function is given.
    fn can_matter(&self, id: FnId) -> bool {
        let roles = self.roles();
        let sig = self.model.sig(id);
        let ret = &sig.ret;
        matches!(ret, Type::Ref(..))
            || roles.is_handle(ret)
            || roles.may_give_guard(ret)
            || ((sig.self_ty.is_some() || !sig.params.is_empty()) && roles.keeps_handle(ret))
    }

    fn summarise_result(&self, facts: &BodyFacts) -> Returned {
        let mut returned = Returned {
            path: facts.returned_path.clone(),
            parts: facts.returned_parts.clone(),
            ..Returned::default()
        };
        for &id in &facts.returned_guards {
            let Some(guard) = facts.guard(id) else { continue };
            match guard.param {
                Some(param) if !returned.params.contains(&param) => returned.params.push(param),
                Some(_) => {}
                None => {
                    let needs = [guard.needs.clone(), facts.needs_at(guard.point)].concat();
                    add_guard(&mut returned.guards, &guard.acquisition, needs);
                }
            }
        }
        returned.guards.truncate(4);
        returned
    }

    /// What a function reads and writes of shared maps in its own body.
    fn own_map_effects(&self, id: FnId, defs: &Defs<'_>, facts: &BodyFacts) -> Vec<MapEffect> {
        if !self.may_touch_map(id) {
            return Vec::new();
        }
        let lent = lent_ops::of_lent_closures(self, defs, facts);
        if lent.is_empty() {
            return if facts.ops.is_empty() { Vec::new() } else { decision::map_effects(defs, facts) };
        }
        let mut all = facts.clone();
        all.ops.extend(lent.iter().map(|it| it.op.clone()));
        all.ops.sort_by_key(|it| it.point);
        let mut effects = decision::map_effects(defs, &all);
        for effect in effects.iter_mut().filter(|it| it.op.in_callee && it.op.writes.is_some()) {
            let same =
                lent.iter().find(|it| it.op.point == effect.op.point && it.op.inner == effect.op.inner);
            effect.value_param = effect.value_param.or(same.and_then(|it| it.value_param));
        }
        effects
    }

    /// What a method does to maps whose lock is its caller's, which holds it then.
    fn entrusted(&self, id: FnId) -> &[MapEffect] {
        if self.stored.is_plain(id) {
            return &[];
        }
        self.own(id).map_or(&[][..], |it| &it.entrusted)
    }

    /// Whether a function is given something that it may have run.
    fn may_lend(&self, id: FnId) -> bool {
        seeds::takes_callable(self.model, id) && !self.stored.is_plain(id)
    }

    /// How a function has a closure run that it is given, as its own body says.
    fn lending(&self, id: FnId) -> Option<&lent_ops::Lending> {
        if !self.may_lend(id) {
            return None;
        }
        let lending = || {
            let body = self.kept.take(id).or_else(|| self.lowered(id))?;
            let facts = self.analyse(&body, None, Vec::new(), RETURN_DEPTH);
            let returns = |id: FnId| self.returned(id, 1);
            let defs = Defs::new(self.model, self.knowledge, &body, None, Vec::new(), &returns);
            let lending = lent_ops::lending(&defs, &facts);
            self.kept.keep(id, body);
            lending
        };
        self.lending.get(id.0 as usize)?.get_or_init(lending).as_ref()
    }

    /// What a closure is lent that a function is given, by whichever function runs it under its lock.
    fn lends(&self, id: FnId) -> Option<lent_ops::Lends> {
        let mut through: Vec<&lent_ops::HandedOn> = Vec::new();
        let mut at = id;
        while through.len() <= MAX_HANDED_ON {
            match self.lending(at)? {
                lent_ops::Lending::Runs(lends) => {
                    return through.iter().rev().try_fold(lends.clone(), |lends, on| on.seen_through(&lends));
                }
                lent_ops::Lending::HandsOn(on) => {
                    at = on.to;
                    through.push(on);
                }
            }
        }
        None
    }

    /// What a function reads and writes of shared maps in its own body, when it may.
    pub fn map_effects(&self, id: FnId) -> &[MapEffect] {
        if !self.may_touch_map(id) {
            return &[];
        }
        let own = || self.own(id).map_or(&[][..], |it| &it.map_effects);
        self.stored.map_effects(id).unwrap_or_else(own)
    }

    /// Finds the checks and the writes that they decide, in a function and the closures in it.
    fn decide(&self, id: FnId, facts: &mut Arc<BodyFacts>) {
        let has_effects = |it: &FnId| !self.map_effects(*it).is_empty();
        let mut calls = facts.each().into_iter().flat_map(|it| &it.calls);
        if self.looks_for_pairs(facts.owner) && calls.any(|it| it.callees.iter().any(has_effects)) {
            decision::add_callees(self, Arc::make_mut(facts));
        }
        if self.looks_for_pairs(facts.owner) {
            entrusted::add(self, facts);
        }
        if self.may_touch_store(id) {
            stores::add_callees(self, Arc::make_mut(facts));
        }
        let has_stores = |it: &&BodyFacts| {
            it.stores.len() > 1 || it.stores.iter().any(|it| it.call.is_some() && it.holds_store)
        };
        if self.is_quiet_test(id) && !facts.each().iter().any(has_stores) {
            return;
        }
        // The same whichever bodies are lowered.
        let has_copies = self.is_chosen(id) && self.own(id).is_some_and(|it| it.has_copies);
        let words = || self.model.words_of(self.model.fn_def(id));
        let decodes = facts.each().iter().any(|it| !it.guards.is_empty())
            && words().is_none_or(|it| self.seeds.may_decode(&it));
        let lent = |it: &BodyFacts| {
            !it.children.is_empty()
                && it
                    .calls
                    .iter()
                    .any(|it| matches!(it.callees.as_slice(), [one] if self.lends(*one).is_some()))
        };
        let is_asked = |it: &&BodyFacts| !it.ops.is_empty() || decodes || has_stores(it) || lent(it);
        if !has_copies && !facts.each().iter().any(is_asked) {
            return;
        }
        let Some(body) = self.kept.take(id).or_else(|| self.lowered(id)) else { return };
        self.decide_in(&body, None, Vec::new(), Arc::make_mut(facts));
    }

    /// The copy that a function gives out, and whether it, or a closure in it, may change a copy in vain.
    fn own_copies(&self, defs: &Defs<'_>, facts: &mut BodyFacts) -> (Option<CopyOut>, bool) {
        let body = defs.body;
        let nothing = |_: FnId| None;
        let lends = |id: FnId| self.lends(id);
        let values = Values::new(self.model, self.knowledge, defs, None, Vec::new(), &nothing);
        let values = values.through_lenders(&lends);
        facts.changed_fields = clones::changed_fields(&values);
        facts.parts = clones::partings(&values);
        let is_guard = || body.locals.first().is_some_and(|it| self.roles().guard_role(&it.ty).is_some());
        let given = values
            .origin(LocalId(0))
            .filter(|it| it.relation == values::Relation::Copied || it.key.is_some() && is_guard());
        let step = || Some(CopyOut::of(traced::step_given_out(&values)?, true));
        let copy_out = given.map(|it| CopyOut::of(it, false)).or_else(step);
        // Any callee may give out a copy.
        let something = |_: FnId| Some(CopyOut::anything());
        (copy_out, self.may_lose(body, None, &something))
    }

    fn may_lose(&self, body: &Body, outer: Option<&Values<'_>>, copies_out: values::CopiesOut<'_>) -> bool {
        let nothing = |_: FnId| None;
        let outer_defs = outer.map(|it| it.defs);
        let defs = Defs::new(self.model, self.knowledge, body, outer_defs, Vec::new(), &nothing);
        let values = Values::new(self.model, self.knowledge, &defs, outer, Vec::new(), copies_out);
        !copies::lost(&values).is_empty()
            || rewrites::may_replace_map(&values)
            || clones::has_clones(&values)
            || body.children.iter().any(|child| self.may_lose(child, Some(&values), copies_out))
    }

    /// The copy of a map, or of something in one, that a function gives out, as far as its own body shows.
    fn copy_out(&self, id: FnId) -> Option<CopyOut> {
        if !self.may_touch_map(id) || self.stored.is_plain(id) {
            return None;
        }
        self.own(id)?.copy_out.clone()
    }

    /// Whether a function gives out what it has decoded, as far as its own body shows.
    fn gives_decoded(&self, id: FnId) -> bool {
        let words = self.model.words_of(self.model.fn_def(id));
        let may = words.is_some_and(|it| self.seeds.may_decode(&it));
        may && !self.stored.is_plain(id) && self.own(id).is_some_and(|it| it.gives_decoded)
    }

    /// What a function changes through `make_mut`, as far as its own body shows.
    fn parts_in(&self, id: FnId) -> Vec<clones::Parting> {
        let def = self.model.fn_def(id);
        let may = self.model.words_of(def).is_some_and(|it| self.seeds.may_part(&it));
        if may && !self.stored.is_plain(id) {
            self.own(id).map(|it| it.facts.parts.clone()).unwrap_or_default()
        } else {
            Vec::new()
        }
    }

    fn decide_in(
        &self,
        body: &Body,
        outer: Option<&Values<'_>>,
        params: Vec<Option<LockPath>>,
        facts: &mut BodyFacts,
    ) {
        let returns = |id: FnId| self.returned(id, RETURN_DEPTH);
        let copies_out = |id: FnId| self.copy_out(id);
        let outer_defs = outer.map(|it| it.defs);
        let defs = Defs::new(self.model, self.knowledge, body, outer_defs, params, &returns);
        let lends = |id: FnId| self.lends(id);
        let values = Values::new(self.model, self.knowledge, &defs, outer, Vec::new(), &copies_out);
        let values = values.through_lenders(&lends);
        for (child, facts) in body.children.iter().zip(&mut facts.children) {
            self.decide_in(child, Some(&values), closure_params(&defs, child), facts);
        }
        facts.lost_copies = copies::lost(&values);
        lent_ops::add(self, &defs, facts);
        let graph = LazyCell::new(|| control::Graph::new(body));
        if facts.stores.iter().any(|it| it.call.is_some() && it.holds_store) {
            stores::grow_by_calls(self, &defs, &graph, &mut facts.stores);
        }
        if facts.stores.len() > 1 {
            facts.replaced = stores::replaced(&graph, &facts.stores);
        }
        if !facts.ops.is_empty() || !facts.guards.is_empty() || clones::has_clones(&values) {
            facts.decisions = decision::find(self, &defs, &graph, facts);
            decision::find_in_closures(self, &defs, &graph, facts);
            facts.decoded = decoded::find(self, &defs, &graph, facts);
            facts.clone_uses = clones::find(&values, &graph, facts, &|id| self.parts_in(id));
            facts.rewrites = rewrites::find(&values, &graph, facts);
            name_roots(body, facts);
            // A read that supplies the value written is no mere check.
            let rewritten: Vec<usize> = facts.rewrites.iter().filter_map(|it| it.act).collect();
            facts.decisions.retain(|it| !rewritten.contains(&it.act));
        }
    }

    /// Whether checks and writes of maps are looked for in what a body calls: where its words say that there may be a pair of them, so
    /// that the answer does not depend on which bodies are lowered.
    fn looks_for_pairs(&self, owner: BodyOwner) -> bool {
        match owner {
            BodyOwner::Fn(id) => self.may_touch_map(id),
            BodyOwner::Static(_) => false,
        }
    }

    /// Whether it is asked which keys a body passes to what it calls.
    fn notes_keys(&self, owner: BodyOwner) -> bool {
        let is_test = || matches!(owner, BodyOwner::Fn(id) if self.wanted(id).global_test);
        self.looks_for_pairs(owner) || is_test()
    }

    /// The crate of a function.
    pub fn crate_of(&self, id: FnId) -> crate::model::items::CrateId {
        let module = self.model.fn_def(id).module;
        self.model.crate_of(module).unwrap_or(crate::model::items::CrateId(0))
    }

    /// Whether the words and the signature of a function say that its body is worth looking into.
    pub fn is_chosen(&self, id: FnId) -> bool {
        self.wanted(id).chosen
    }

    /// Whether the words of a function's body say that it takes a lock or uses a concurrent map: only then it is lowered for its map
    /// operations.
    fn may_touch_map(&self, id: FnId) -> bool {
        self.wanted(id).map
    }

    /// Whether the words of a function's body say that it uses a type store.
    fn may_touch_store(&self, id: FnId) -> bool {
        self.wanted(id).store
    }

    /// Whether the words of a function's body name a global map, or a function that uses one.
    fn names_global_map(&self, id: FnId) -> bool {
        let words = self.model.words_of(self.model.fn_def(id));
        words.is_none_or(|it| self.seeds.names_global(self.crate_of(id), &it))
    }

    fn wanted(&self, id: FnId) -> Wanted {
        let make = || self.find_wanted(id);
        self.wanted.get(id.0 as usize).map_or_else(make, |it| *it.get_or_init(make))
    }

    fn find_wanted(&self, id: FnId) -> Wanted {
        let def = self.model.fn_def(id);
        let words = self.model.words_of(def);
        let words = words.as_ref();
        let krate = self.crate_of(id);
        let params = &self.model.sig(id).params;
        let takes_store = self.seeds.takes_store(self.roles(), params)
            || words.is_some_and(|it| self.seeds.calls_own_taker(self.model, def, it));
        // What is given to a function is changed in it, or in one that it calls, whatever its own words are.
        let map = takes_store
            || self.seeds.takes_guard(self.roles(), params)
            || words.is_none_or(|it| {
                self.seeds.wants(krate, it)
                    || self.seeds.calls_pair_of_type(self.roles(), id, krate, it)
                    || self.seeds.copies_named_type(self.roles(), it)
            });
        let by_words = if self.is_quiet_test(id) {
            words.is_none_or(|it| self.seeds.wants_in_quiet_test(krate, it))
                || self.seeds.takes_guard(self.roles(), params)
        } else {
            map || self.seeds.wants_signature(self.roles(), params, words)
        };
        let global_test = words.is_some_and(|it| self.seeds.wants_test(krate, def, it));
        Wanted {
            chosen: by_words || global_test || takes_store,
            global_test,
            map,
            store: def.body.is_some()
                && (takes_store || words.is_none_or(|it| self.seeds.wants_store(krate, it))),
        }
    }

    /// Analyses a body, its closures first.
    fn analyse(
        &self,
        body: &Body,
        outer: Option<&Defs<'_>>,
        params: Vec<Option<LockPath>>,
        depth: u32,
    ) -> BodyFacts {
        let returns = |id: FnId| self.returned(id, depth);
        let defs = Defs::new(self.model, self.knowledge, body, outer, params, &returns);
        let mut children: Vec<BodyFacts> = body
            .children
            .iter()
            .map(|child| {
                let params = closure_params(&defs, child);
                self.analyse(child, Some(&defs), params, depth)
            })
            .collect();
        let result = flow::run(self, &defs, &children, depth);
        let graph = control::Graph::new(body);
        let always = graph.always();
        let (costs, given) = match depth {
            RETURN_DEPTH => {
                let around = costs::Around::new(self, &defs, &graph, &result, &children);
                let (costs, given) = (costs::collect(&around), costs::in_closure(&around));
                costs::mark_children(self, &defs, &mut children);
                local_maps::forget_those_that_stay(self, &defs, &mut children);
                (costs, given)
            }
            _ => Default::default(),
        };
        let (local_maps, splits) = match depth {
            RETURN_DEPTH => {
                let uses = local_maps::uses_in(self, &defs);
                let splits = local_maps::splits(self, &defs, &graph, &uses, &children);
                (uses, splits)
            }
            _ => (Vec::new(), Vec::new()),
        };
        // Who waits while a thread is about to panic has other troubles.
        let doomed = control::Graph::doomed(body);
        let is_doomed = |point: Point| doomed.get(point.block.0 as usize).copied().unwrap_or(false);
        let (mut events, mut calls) = (result.events, result.calls);
        events.retain(|it| !matches!(it.what, event::What::Block(..)) || !is_doomed(it.point));
        calls.iter_mut().for_each(|it| it.doomed |= is_doomed(it.point));
        events.extend(given);
        // What only lints look at is not asked for where a result is all that matters.
        let (stores, forced) = match depth {
            RETURN_DEPTH => (stores::collect(self, &defs, &graph), forced::collect(self, &defs)),
            _ => (Vec::new(), Vec::new()),
        };
        let made_parts = made_parts(&defs, calls.iter().chain(children.iter().flat_map(|it| &it.calls)));
        let mut facts = BodyFacts {
            owner: body.owner,
            closure: body.closure,
            kind: body.kind,
            span: body.range.of(body.file),
            guards: result.guards,
            events,
            ops: result.ops,
            uses: result.uses,
            calls,
            returned_guards: result.returned_guards,
            returned_future: defs.returned_closure(),
            returned_path: accessor::by_variant(&defs).or_else(|| Some(defs.local_path(LocalId(0)))),
            returned_parts: defs.result_parts(),
            made_parts,
            always,
            decisions: Vec::new(),
            stores,
            replaced: Vec::new(),
            forced,
            decoded: Vec::new(),
            lost_copies: Vec::new(),
            clone_uses: Vec::new(),
            changed_fields: Vec::new(),
            parts: Vec::new(),
            rewrites: Vec::new(),
            reached: result.reached,
            needs: if body.closure.is_none() { needs::of_blocks(&defs) } else { Vec::new() },
            locals: Vec::new(),
            costs,
            local_maps,
            splits,
            watched: result.watched,
            children,
            cut: result.cut,
            noticed: result.noticed,
        };
        facts.locals = named_locals(body, &facts);
        facts
    }
}

/// Adds the locals that places of clones and of values written back start at.
fn name_roots(body: &Body, facts: &mut BodyFacts) {
    let places =
        facts.clone_uses.iter().map(|it| &it.original).chain(facts.rewrites.iter().map(|it| &it.map));
    let roots: Vec<LocalId> = places
        .filter_map(|it| match it.root {
            path::Root::Local(closure, local) if closure == body.closure => Some(local),
            _ => None,
        })
        .collect();
    for id in roots {
        if let Some(local) =
            body.locals.get(id.0 as usize).filter(|_| facts.locals.iter().all(|it| it.local != id))
        {
            facts.locals.push(NamedLocal { local: id, name: local.name, ty: local.ty.clone() });
        }
    }
}

/// The locals of a body with a name, and those that paths start at.
fn named_locals(body: &Body, facts: &BodyFacts) -> Vec<NamedLocal> {
    let mut wanted: FxHashSet<LocalId> = FxHashSet::default();
    let mut want = |path: &Option<LockPath>| {
        if let Some(LockPath { root: path::Root::Local(closure, local), .. }) = path
            && *closure == body.closure
        {
            wanted.insert(*local);
        }
    };
    for facts in facts.each() {
        facts.guards.iter().for_each(|it| want(&it.acquisition.path));
        facts.calls.iter().flat_map(|it| &it.args).for_each(&mut want);
        facts.ops.iter().for_each(|it| want(&it.path));
        for event in &facts.events {
            if let event::What::Acquire(taken) = &event.what {
                want(&taken.path);
            }
        }
    }
    // Parameters are the roots of most paths.
    wanted.extend((1..=body.n_params).map(LocalId));
    let named = |(n, local): (usize, &crate::model::body::Local)| {
        let id = LocalId(n as u32);
        wanted.contains(&id).then(|| NamedLocal { local: id, name: local.name, ty: local.ty.clone() })
    };
    body.locals.iter().enumerate().filter_map(named).collect()
}

impl BodyFacts {
    /// The async block that the function gives out.
    fn future(&self) -> Option<&BodyFacts> {
        let id = self.returned_future?;
        self.children.iter().find(|it| it.closure == Some(id) && it.kind == BodyFlavor::AsyncBlock)
    }

    /// Whether a point runs on every path through the body.
    pub fn runs_always(&self, point: Point) -> bool {
        self.always.get(point.block.0 as usize).copied().unwrap_or(false)
    }

    /// What parameters must be for a point to run.
    fn needs_at(&self, point: Point) -> Vec<needs::Need> {
        self.needs.get(point.block.0 as usize).cloned().unwrap_or_default()
    }

    /// Parameters whose guards are among those held.
    fn held_params(&self, held: &[Held]) -> Vec<u32> {
        held.iter().filter_map(|held| self.guard(held.guard)?.param).collect()
    }
}

/// The fields of the values that a body makes and calls something on, or gives to it.
fn made_parts<'c>(defs: &Defs<'_>, calls: impl Iterator<Item = &'c Call>) -> Vec<(LocalId, Name, LockPath)> {
    let mut locals: Vec<LocalId> = calls
        .flat_map(|it| it.args.iter().flatten())
        .filter_map(|path| match path.root {
            path::Root::Local(closure, local) if closure == defs.body.closure => Some(local),
            _ => None,
        })
        .collect();
    locals.sort_unstable();
    locals.dedup();
    let parts =
        |local: LocalId| defs.parts_of(local).into_iter().map(move |(name, path)| (local, name, path));
    locals.into_iter().flat_map(parts).collect()
}

/// Adds a guard that a function gives out. Two guards of one lock are given out by different ways through the function (a read guard
/// in one, a write guard that was downgraded in the other): only the weaker can be counted on.
fn add_guard(guards: &mut Vec<(Acquisition, Vec<Need>)>, new: &Acquisition, needs: Vec<Need>) {
    let same = guards.iter_mut().find(|(it, _)| it.path.is_some() && it.path == new.path);
    match same {
        Some((known, known_needs)) => {
            known_needs.retain(|it| needs.contains(it));
            if new.mode == Mode::Shared {
                known.mode = Mode::Shared;
            }
        }
        None => guards.push((new.clone(), needs)),
    }
}

/// What a closure's parameters are, where the call that runs it lends a place to it (`LocalKey::with`, `Option::map`).
fn closure_params(defs: &Defs<'_>, child: &Body) -> Vec<Option<LockPath>> {
    for step in defs.body.blocks.iter().flat_map(|it| &it.steps) {
        let StepKind::Call { callee: Callee::Api(api), args, .. } = &step.kind else {
            continue;
        };
        if !args.iter().any(|it| defs.closure_of(it) == child.closure) {
            continue;
        }
        return vec![defs.lent(*api, args)];
    }
    Vec::new()
}
