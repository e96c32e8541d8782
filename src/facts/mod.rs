//! What happens in bodies: guards, what is held at each event, the reads and writes of shared maps.
//!
//! A body is lowered and analysed when somebody asks for its facts. A caller sees a callee only through its summary
//! ([`Facts::returned`], [`Facts::effects_of`]).
//!
//! Invariants: facts are immutable and the same whatever the order of questions; a guard knows where it was taken; unknown calls
//! end what is known of guards given to them by value, and nothing else.

pub mod control;
pub mod decision;
pub mod defs;
pub mod event;
mod flow;
pub mod knowledge;
pub mod line;
pub mod path;
pub mod reach;
pub mod roles;
pub mod seeds;
mod state;
pub mod summary;
pub mod words;

pub use state::GuardId;

use crate::model::Model;
use crate::model::body::{Body, BodyFlavor, BodyOwner, StepKind};
use crate::model::types::{ClosureId, FnId, Type};
use crate::model::typing::Typing;
use crate::source::{Files, Span};
use crate::syntax::{self, BodyTree, Cfg};
use defs::{Defs, argument};
use event::{Event, Guard, Held, MapOp, Point, TraceStep};
use knowledge::Knowledge;
use path::LockPath;
use roles::{Holds, Roles};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use summary::{Effect, MapEffect, Returned};

/// How many calls deep it is asked what functions return.
const RETURN_DEPTH: u32 = 2;

/// How many calls deep it is asked what functions do while a guard is held.
const EFFECT_DEPTH: u32 = 4;

/// Effects of one function beyond which no more are collected.
const MAX_EFFECTS: usize = 64;

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
    lowered: Vec<OnceLock<Option<Arc<Body>>>>,
    bodies: Vec<OnceLock<Option<Arc<BodyFacts>>>>,
    own: Vec<OnceLock<Option<Arc<BodyFacts>>>>,
    returned: [Vec<OnceLock<Option<Returned>>>; RETURN_DEPTH as usize],
    effects: [Vec<OnceLock<Arc<Vec<Effect>>>>; EFFECT_DEPTH as usize],
    map_effects: Vec<OnceLock<Arc<Vec<MapEffect>>>>,
    watching: bool,
    /// Figures of the run.
    pub stats: FactStats,
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

/// A call of a function of the analysed code.
#[derive(Clone, Debug)]
pub struct Call {
    /// The function.
    pub callee: FnId,
    /// Paths of the arguments, the receiver first.
    pub args: Vec<Option<LockPath>>,
    /// The point.
    pub point: Point,
    /// The name of the call.
    pub span: Span,
    /// Under which configuration.
    pub cfg: Cfg,
}

/// What is held around one step of a body.
#[derive(Clone, Debug)]
pub struct Watched {
    /// The step.
    pub point: Point,
    /// What is held just before it.
    pub before: Vec<Held>,
    /// What is held just after it.
    pub after: Vec<Held>,
}

/// The facts of one function, closure or async block.
#[derive(Debug)]
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
    /// The place that the result is or points to.
    pub returned_path: Option<LockPath>,
    /// By block: it runs on every path that leaves the body.
    pub always: Vec<bool>,
    /// Checks of a map and the writes that they decide.
    pub decisions: Vec<decision::Decision>,
    /// What is held around each step; empty unless the facts are [watching](Facts::watching).
    pub watched: Vec<Watched>,
    /// Facts of the closures and async blocks written in it.
    pub children: Vec<BodyFacts>,
    /// The body went over a bound: what is said of it may be incomplete.
    pub cut: bool,
}

impl BodyFacts {
    /// The guard of an id.
    pub fn guard(&self, id: GuardId) -> Option<&Guard> {
        self.guards.get(id.0 as usize)
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
        Facts {
            model,
            knowledge,
            files,
            seeds: seeds::Seeds::new(model, knowledge),
            lowered: cells(n),
            bodies: cells(n),
            own: cells(n),
            returned: std::array::from_fn(|_| cells(n)),
            effects: std::array::from_fn(|_| cells(n)),
            map_effects: cells(n),
            watching: false,
            stats: FactStats::default(),
        }
    }

    /// Facts that also keep what is held around each step: for those who look at single lines.
    pub fn watching(model: &'f Model, knowledge: &'f Knowledge, files: &'f Files) -> Facts<'f> {
        Facts { watching: true, ..Facts::new(model, knowledge, files) }
    }

    /// Questions about types.
    pub fn roles(&self) -> Roles<'f> {
        Roles { model: self.model, knowledge: self.knowledge }
    }

    /// The steps of a function; `None` when it has no body.
    pub fn lowered(&self, id: FnId) -> Option<Arc<Body>> {
        self.lowered.get(id.0 as usize)?.get_or_init(|| self.lower(id).map(Arc::new)).clone()
    }

    /// The tree of a function's body and what its expressions mean; made anew each time. `None` when it has no body.
    pub fn typed(&self, id: FnId) -> Option<(BodyTree, Typing)> {
        let def = self.model.fn_def(id);
        let file = def.span.file;
        let text = self.files.text(file);
        let (tree, _) = syntax::lower_body(&text, file, def.body.as_ref()?);
        let typing = crate::model::infer::infer_body(self.model, BodyOwner::Fn(id), &tree);
        Some((tree, typing))
    }

    fn lower(&self, id: FnId) -> Option<Body> {
        let source = self.model.fn_def(id).body.as_ref()?;
        let owner = BodyOwner::Fn(id);
        let (tree, typing) = self.typed(id)?;
        let stats = &self.stats;
        stats.n_lowered.fetch_add(1, Ordering::Relaxed);
        stats.lowered_bytes.fetch_add(u64::from(source.body.hi - source.body.lo), Ordering::Relaxed);
        stats.n_opaque.fetch_add(u64::from(tree.n_opaque), Ordering::Relaxed);
        stats.receivers.fetch_add(u64::from(typing.n_receivers.0), Ordering::Relaxed);
        stats.typed_receivers.fetch_add(u64::from(typing.n_receivers.1), Ordering::Relaxed);
        let body = crate::model::lower::lower_body(self.model, owner, &tree, &typing);
        if body.cut {
            stats.n_cut.fetch_add(1, Ordering::Relaxed);
        }
        Some(body)
    }

    /// The facts of a function; `None` when it has no body.
    pub fn body(&self, id: FnId) -> Option<Arc<BodyFacts>> {
        let cell = self.bodies.get(id.0 as usize)?;
        cell.get_or_init(|| {
            let body = self.lowered(id)?;
            Some(Arc::new(self.analyse(&body, None, Vec::new(), RETURN_DEPTH)))
        })
        .clone()
    }

    /// The facts of a function that its summary is made of: without what its callees do.
    fn own_facts(&self, id: FnId) -> Option<Arc<BodyFacts>> {
        let cell = self.own.get(id.0 as usize)?;
        cell.get_or_init(|| {
            let body = self.lowered(id)?;
            Some(Arc::new(self.analyse(&body, None, Vec::new(), 1)))
        })
        .clone()
    }

    /// What a function returns, as far as `depth` calls show; `None` when nothing is known or it cannot be of interest.
    pub fn returned(&self, id: FnId, depth: u32) -> Option<Returned> {
        let level = depth.checked_sub(1)?;
        let ret = &self.model.sig(id).ret;
        if !self.can_matter(ret) {
            return None;
        }
        let cell = self.returned.get(level as usize)?.get(id.0 as usize)?;
        cell.get_or_init(|| {
            let body = self.lowered(id)?;
            let facts = self.analyse(&body, None, Vec::new(), level);
            Some(self.summarise_result(&facts))
        })
        .clone()
    }

    /// Whether a result can be a guard, or point to a lock.
    fn can_matter(&self, ret: &Type) -> bool {
        let roles = self.roles();
        matches!(ret, Type::Ref(..)) || roles.is_handle(ret) || roles.holds_guard(ret) != Holds::No
    }

    fn summarise_result(&self, facts: &BodyFacts) -> Returned {
        let mut returned = Returned { path: facts.returned_path.clone(), ..Returned::default() };
        for &id in &facts.returned_guards {
            let Some(guard) = facts.guard(id) else { continue };
            match guard.param {
                Some(param) if !returned.params.contains(&param) => returned.params.push(param),
                Some(_) => {}
                None => returned.guards.push(guard.acquisition.clone()),
            }
        }
        returned.guards.truncate(4);
        returned
    }

    /// What a function does that matters to a caller who holds something.
    pub fn effects_of(&self, id: FnId) -> Arc<Vec<Effect>> {
        self.effects_at(id, EFFECT_DEPTH)
    }

    fn effects_at(&self, id: FnId, depth: u32) -> Arc<Vec<Effect>> {
        let cell = depth
            .checked_sub(1)
            .and_then(|level| self.effects.get(level as usize))
            .and_then(|level| level.get(id.0 as usize));
        match cell {
            Some(cell) => cell.get_or_init(|| Arc::new(self.collect_effects(id, depth))).clone(),
            None => Arc::default(),
        }
    }

    fn collect_effects(&self, id: FnId, depth: u32) -> Vec<Effect> {
        // Own events only: what callees do is added below, one level less deep.
        let Some(facts) = self.own_facts(id) else { return Vec::new() };
        let mut effects: Vec<Effect> = facts
            .events
            .iter()
            .filter(|event| event.trace.is_empty())
            .map(|event| Effect {
                what: event.what.clone(),
                span: event.inner.unwrap_or(event.span),
                surely: event.surely && facts.runs_always(event.point),
                cfg: event.cfg.clone(),
                trace: Vec::new(),
                held_params: facts.held_params(event),
            })
            .collect();
        for call in &facts.calls {
            for inner in self.effects_at(call.callee, depth - 1).iter() {
                let mut trace =
                    vec![TraceStep { span: call.span, name: self.model.fn_def(call.callee).name }];
                trace.extend(inner.trace.iter().cloned());
                effects.push(Effect {
                    what: inner.what.in_caller(&call.args),
                    span: inner.span,
                    surely: inner.surely && facts.runs_always(call.point),
                    cfg: call.cfg.clone(),
                    trace,
                    held_params: Vec::new(),
                });
            }
        }
        effects.truncate(MAX_EFFECTS);
        effects
    }

    /// What a function reads and writes of shared maps in its own body, when it may.
    pub fn map_effects(&self, id: FnId) -> Arc<Vec<MapEffect>> {
        let Some(cell) = self.map_effects.get(id.0 as usize) else { return Arc::default() };
        cell.get_or_init(|| {
            if !self.may_touch_map(id) {
                return Arc::default();
            }
            let Some(body) = self.lowered(id) else { return Arc::default() };
            let returns = |id: FnId| self.returned(id, 1);
            let defs = Defs::new(self.model, self.knowledge, &body, None, Vec::new(), &returns);
            let Some(facts) = self.own_facts(id) else { return Arc::default() };
            Arc::new(decision::map_effects(&defs, &facts))
        })
        .clone()
    }

    /// Whether checks and writes of maps are looked for in what a body calls: where its words say that there may be a pair of them, so
    /// that the answer does not depend on which bodies are lowered.
    fn looks_for_pairs(&self, owner: BodyOwner) -> bool {
        match owner {
            BodyOwner::Fn(id) => self.may_touch_map(id),
            BodyOwner::Static(_) => false,
        }
    }

    /// The crate of a function.
    pub fn crate_of(&self, id: FnId) -> crate::model::items::CrateId {
        let module = self.model.fn_def(id).module;
        self.model.modules.get(module.0 as usize).map_or(crate::model::items::CrateId(0), |it| it.krate)
    }

    /// Whether the words of a function's body say that it takes a lock or uses a concurrent map: only then it is lowered for its map
    /// operations.
    fn may_touch_map(&self, id: FnId) -> bool {
        seeds::words(self.model, self.model.fn_def(id))
            .is_none_or(|it| self.seeds.wants(self.crate_of(id), it))
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
        let children: Vec<BodyFacts> = body
            .children
            .iter()
            .map(|child| {
                let params = closure_params(self, &defs, child);
                self.analyse(child, Some(&defs), params, depth)
            })
            .collect();
        let result = flow::run(self, &defs, &children, depth);
        let graph = control::Graph::new(body);
        let always = graph.always();
        // Who waits while a thread is about to panic has other troubles.
        let doomed = control::Graph::doomed(body);
        let mut events = result.events;
        events.retain(|it| {
            !matches!(it.what, event::What::Block(_))
                || !doomed.get(it.point.block.0 as usize).copied().unwrap_or(false)
        });
        let mut facts = BodyFacts {
            owner: body.owner,
            closure: body.closure,
            kind: body.kind,
            span: body.range.of(body.file),
            guards: result.guards,
            events,
            ops: result.ops,
            uses: result.uses,
            calls: result.calls,
            returned_guards: result.returned_guards,
            returned_path: Some(defs.local_path(crate::model::body::LocalId(0))),
            always,
            decisions: Vec::new(),
            watched: result.watched,
            children,
            cut: result.cut,
        };
        if depth == RETURN_DEPTH && !facts.ops.is_empty() {
            facts.decisions = decision::find(self, &defs, &graph, &facts, &result.reached);
        }
        facts
    }
}

impl BodyFacts {
    /// Whether a point runs on every path through the body.
    pub fn runs_always(&self, point: Point) -> bool {
        self.always.get(point.block.0 as usize).copied().unwrap_or(false)
    }

    /// Parameters whose guards are held at an event.
    fn held_params(&self, event: &Event) -> Vec<u32> {
        event.held.iter().filter_map(|held| self.guard(held.guard)?.param).collect()
    }
}

/// What a closure's parameters are, where the call that runs it lends a place to it (`LocalKey::with`, `Option::map`).
fn closure_params(facts: &Facts<'_>, defs: &Defs<'_>, child: &Body) -> Vec<Option<LockPath>> {
    for step in defs.body.blocks.iter().flat_map(|it| &it.steps) {
        let StepKind::Call { callee: crate::model::typing::Callee::Api(api), args, .. } = &step.kind else {
            continue;
        };
        if !args.iter().any(|it| defs.closure_of(it) == child.closure) {
            continue;
        }
        let Some(lent) = facts.knowledge.effects(*api).lends else { return Vec::new() };
        let path = argument(facts.model, *api, args, lent).and_then(|it| defs.operand_path(it));
        let takes = facts.knowledge.effects(*api).takes.is_some();
        return vec![path.map(|it| if takes { it.then(path::PathStep::Guarded) } else { it })];
    }
    Vec::new()
}
