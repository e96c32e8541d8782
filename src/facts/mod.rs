//! What happens in bodies: guards, what is held at each event, the reads and writes of shared maps.
//!
//! A body is lowered and analysed once, by itself; only what its callees return is asked for ([`Facts::returned`]). What they do is
//! added afterwards, from summaries that are made leaves first over the calls that matter (`fixpoint`). A caller sees a callee only
//! through its summary.
//!
//! Invariants: facts are immutable and the same whatever the order of questions; a guard knows where it was taken; unknown calls
//! end what is known of guards given to them by value, and nothing else.

mod absence;
mod accessor;
mod analysed;
mod body_facts;
mod bounded;
mod branch_flags;
mod callers;
mod changed_part;
mod clippy_allows;
pub mod clones;
pub mod control;
pub mod copies;
pub mod costs;
mod decided;
pub mod decision;
pub mod decoded;
pub mod defs;
mod dispatch;
mod entrusted;
pub mod event;
mod exclusive;
mod field_rewrites;
mod fixpoint;
mod flow;
pub mod forced;
mod fresh_key;
mod gate;
mod given_copies;
pub mod given_handles;
pub mod growth;
mod instance;
mod iterated;
mod kept;
pub mod knowledge;
mod lazy_fill;
mod leaves;
mod lent_ops;
mod lent_place;
pub mod line;
pub mod lives;
pub mod local_maps;
pub mod lock_class;
pub mod lock_order;
mod locked_map;
mod map_effects;
mod map_op;
mod mentions;
mod named;
pub mod needs;
mod one_handle;
mod only_body;
mod only_reply;
mod operators;
mod own_resource;
mod own_stores;
pub mod parted;
mod parts;
pub mod path;
pub mod price;
mod queues;
pub mod reach;
mod relayed;
mod results;
pub mod rewrites;
pub mod roles;
mod same_use;
mod same_variable;
pub mod seeds;
pub mod shared_maps;
mod slot_closures;
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
mod wanted;
pub mod words;
mod written_back;

pub use crate::syntax::Name;
pub use body_facts::{BodyFacts, Call, Given, GuardUse, MadeFuture, NamedLocal, UseKind, Watched};
pub(crate) use exclusive::is_exclusive_to_callers;
pub(crate) use gate::is_gated;
pub(crate) use one_handle::made_one;
pub use state::GuardId;
pub(crate) use unshared::{is_unshared, only_tests_run};

use crate::model::Model;
use crate::model::body::{Body, BodyOwner};
use crate::model::exports::Exports;
use crate::model::types::FnId;
use crate::model::typing::Typing;
use crate::source::Files;
use crate::syntax::BodyTree;
use defs::Defs;
use fixpoint::Summaries;
use knowledge::Knowledge;
use rayon::prelude::*;
use roles::Roles;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use summary::{MapEffect, Returned};
use values::CopyOut;
use wanted::Wanted;

/// How many calls deep it is asked what functions return.
const RETURN_DEPTH: u32 = 3;

/// Functions from one that hands on to the one that reads, writes or copies a map, at most.
const RELAY_DEPTH: u32 = 2;

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
    /// What functions do that hand on, by how many calls deep that is asked.
    relayed: [Vec<OnceLock<relayed::Relayed>>; RELAY_DEPTH as usize],
    returned: [Vec<OnceLock<Option<Returned>>>; RETURN_DEPTH as usize],
    kept: kept::Kept,
    lowered_once: Vec<AtomicBool>,
    wanted: Vec<OnceLock<Wanted>>,
    test_bodies: TestBodies,
    exports: OnceLock<Exports>,
    named: OnceLock<named::Named>,
    bounded_fields: OnceLock<bounded::BoundedFields>,
    one_handles: one_handle::OneHandles,
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
            relayed: std::array::from_fn(|_| cells(n)),
            returned: std::array::from_fn(|_| cells(n)),
            kept: kept::Kept::default(),
            lowered_once: (0..n).map(|_| AtomicBool::new(false)).collect(),
            wanted: cells(n),
            test_bodies: TestBodies::All,
            exports: OnceLock::new(),
            named: OnceLock::new(),
            bounded_fields: OnceLock::new(),
            one_handles: one_handle::OneHandles::default(),
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
        let cell = self.own.get(id.0 as usize)?;
        cell.get_or_init(|| {
            let body = self.kept.take(id).or_else(|| self.lowered(id))?;
            let mut facts = self.analyse(&body, None, Vec::new(), RETURN_DEPTH);
            lock_class::classify(self.roles(), &mut facts);
            let returns = |id: FnId| self.returns(id);
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
            self.keep_to_decide(id, &own, body);
            Some(Arc::new(own))
        })
        .as_ref()
    }

    /// Keeps a body for [`Facts::decide`] if that will ask for it.
    fn keep_to_decide(&self, id: FnId, own: &Own, body: Body) {
        let has_pair = |it: &BodyFacts| !it.ops.is_empty() || !it.stores.is_empty();
        let is_asked = || own.has_copies || own.facts.each().into_iter().any(has_pair);
        if self.is_chosen(id) && is_asked() && !self.is_quiet_test(id) {
            self.kept.keep(id, body);
        }
    }

    /// The facts of functions, with what their callees do, in the order of the ids. `done` is called once a function.
    pub fn bodies(&self, ids: &[FnId], done: &(dyn Fn() + Sync)) -> Vec<(FnId, Arc<BodyFacts>)> {
        ids.par_iter().for_each(|&id| {
            self.own(id);
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

    /// The crate of a function.
    pub fn crate_of(&self, id: FnId) -> crate::model::items::CrateId {
        let module = self.model.fn_def(id).module;
        self.model.crate_of(module).unwrap_or(crate::model::items::CrateId(0))
    }
}
