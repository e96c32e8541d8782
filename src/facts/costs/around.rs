//! A body with all that its analysis has found, for those who look at its steps again.

use crate::facts::control::Loop;
use crate::facts::defs::Defs;
use crate::facts::event::{Guard, Held, Point, steps_of};
use crate::facts::flow::FlowResult;
use crate::facts::knowledge::{Effects, MapKind, WaitKind};
use crate::facts::path::{LockPath, PathStep};
use crate::facts::{BodyFacts, Facts, GuardId};
use crate::model::body::{BlockIdx, BodyFlavor, LocalId, LocalKind, Operand, Step, StepKind};
use crate::model::library::ApiId;
use crate::model::types::Type;
use crate::model::typing::Callee;
use crate::source::Span;

/// A body and what is known of it.
pub(in crate::facts) struct Around<'a, 'f> {
    pub facts: &'a Facts<'f>,
    pub defs: &'a Defs<'a>,
    pub flow: &'a FlowResult,
    pub children: &'a [BodyFacts],
    pub loops: Vec<Loop>,
}

impl<'a, 'f> Around<'a, 'f> {
    pub(in crate::facts) fn new(
        facts: &'a Facts<'f>,
        defs: &'a Defs<'a>,
        flow: &'a FlowResult,
        children: &'a [BodyFacts],
    ) -> Around<'a, 'f> {
        let mut around = Around { facts, defs, flow, children, loops: Vec::new() };
        let is_closure = defs.body.kind == BodyFlavor::Closure;
        if !flow.guards.is_empty() || is_closure || !around.map_params().is_empty() {
            around.loops = defs.graph().loops();
        }
        around
    }

    /// The parameters that lend a map to the function.
    pub fn map_params(&self) -> Vec<u32> {
        let body = self.defs.body;
        let lends = |n: &u32| {
            let ty = body.locals.get(*n as usize + 1).map(|it| &it.ty);
            ty.is_some_and(|it| matches!(it, Type::Ref(..)) && self.plain_map(it).is_some())
        };
        let n_params = if body.closure.is_none() { body.n_params } else { 0 };
        (0..n_params).filter(lends).collect()
    }

    /// The steps of the body that can be reached, with their points.
    pub fn steps(&self) -> impl Iterator<Item = (Point, &'a Step)> + use<'a, 'f> {
        let reached = &self.flow.reached;
        let is_reached = move |it: Point| reached.get(it.block.0 as usize).copied().unwrap_or(false);
        steps_of(self.defs.body).filter(move |(point, _)| is_reached(*point))
    }

    /// The step at a point.
    pub fn step_at(&self, point: Point) -> Option<&'a Step> {
        point.step_of(self.defs.body)
    }

    /// Whether a local is a variable of the text, or a parameter.
    pub fn is_variable(&self, local: LocalId) -> bool {
        let kind = self.defs.body.locals.get(local.0 as usize).map(|it| it.kind);
        matches!(kind, Some(LocalKind::Variable | LocalKind::Param))
    }

    /// A library call, with its effects.
    pub fn api_call(&self, step: &'a Step) -> Option<(ApiId, &'f Effects, &'a [Operand])> {
        match &step.kind {
            StepKind::Call { callee: Callee::Api(api), args, .. } => {
                Some((*api, self.facts.knowledge.effects(*api), args))
            }
            _ => None,
        }
    }

    /// Whether a call is `value[index]`.
    pub fn is_index(&self, api: ApiId) -> bool {
        let owner = self.facts.model.library.api(api).owner;
        owner.is_some_and(|it| matches!(it.as_str(), "std::ops::Index" | "std::ops::IndexMut"))
    }

    pub fn span(&self, step: &Step) -> Span {
        step.range.of(self.defs.body.file)
    }

    pub fn guard(&self, id: GuardId) -> Option<&'a Guard> {
        self.flow.guards.get(id.0 as usize)
    }

    /// The guard, held just before a point, whose lock guards what a path leads to. Nobody waits for a `RefCell`; a concurrent map's own
    /// guards are not meant.
    pub fn guard_over(&self, point: Point, path: &LockPath) -> Option<&'a Held> {
        let held = self.flow.held_at.get(&point)?;
        let is_over =
            |held: &Held| self.guard(held.guard).is_some_and(|it| is_inside(&it.acquisition.path, path));
        held.iter().find(|held| !held.stale && self.is_waited_for(held) && is_over(held))
    }

    /// Whether other threads may wait for a guard: it is not one of a `RefCell`, nor a concurrent map's own.
    pub fn is_waited_for(&self, held: &Held) -> bool {
        self.guard(held.guard)
            .is_some_and(|it| !it.acquisition.shard && it.acquisition.wait != WaitKind::Cell)
    }

    /// What of a guarded value a path leads to: the steps from there.
    pub fn steps_inside<'p>(&self, held: &Held, path: &'p LockPath) -> &'p [PathStep] {
        let lock = self.guard(held.guard).and_then(|it| it.acquisition.path.as_ref());
        lock.and_then(|lock| path.steps.get(lock.steps.len() + 1..)).unwrap_or_default()
    }

    /// The map that a guard's pointee or a reference is, when it needs a lock to be shared.
    pub fn plain_map(&self, ty: &Type) -> Option<Type> {
        let roles = self.facts.roles();
        let ty = ty.peel_refs();
        if roles.map_kind(ty) == Some(MapKind::Plain) {
            return Some(ty.clone());
        }
        roles.guarded_map(ty).filter(|it| roles.map_kind(it) == Some(MapKind::Plain)).cloned()
    }

    /// The innermost loop around a block.
    pub fn loop_of(&self, block: BlockIdx) -> Option<&Loop> {
        self.loops.iter().filter(|it| it.contains(block)).min_by_key(|it| it.len())
    }

    /// Where a loop is written: its head.
    pub fn loop_span(&self, it: &Loop) -> Option<Span> {
        use crate::model::body::Terminator;
        let body = self.defs.body;
        let header = body.blocks.get(it.header.0 as usize)?;
        let range = match &header.end {
            Some(Terminator::Switch { range, .. }) => Some(*range),
            _ => header.steps.first().map(|step| step.range),
        };
        let first = |block: &BlockIdx| Some(body.blocks.get(block.0 as usize)?.steps.first()?.range);
        range.or_else(|| it.blocks().find_map(|block| first(&block))).map(|it| it.of(body.file))
    }
}

/// Whether a path leads into what the lock at another guards.
pub(super) fn is_inside(lock: &Option<LockPath>, path: &LockPath) -> bool {
    let Some(lock) = lock else { return false };
    let n = lock.steps.len();
    path.begins_with(lock) && path.steps.get(n) == Some(&PathStep::Guarded) && path.is_stable_root()
}
