//! A body looked into by itself, its closures first.

use super::defs::Defs;
use super::event::Point;
use super::path::LockPath;
use super::{
    BodyFacts, Call, Facts, NamedLocal, RETURN_DEPTH, accessor, control, costs, event, flow, forced,
    lazy_fill, local_maps, needs, path, stores,
};
use crate::model::body::{Body, LocalId, StepKind};
use crate::model::types::FnId;
use crate::model::typing::Callee;
use crate::syntax::Name;
use rustc_hash::FxHashSet;

impl Facts<'_> {
    /// Analyses a body, its closures first.
    pub(super) fn analyse(
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
        let mut result = flow::run(self, &defs, &children, depth);
        lazy_fill::mark(&defs, &mut result.events, &mut result.guards);
        let graph = control::Graph::new(body);
        let always = graph.always();
        let (costs, given) = match depth {
            RETURN_DEPTH => {
                let around = costs::Around::new(self, &defs, &result, &children);
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
                let splits = local_maps::splits(self, &defs, &uses, &children);
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
            RETURN_DEPTH => (stores::collect(self, &defs), forced::collect(self, &defs)),
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
            futures: result.futures,
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
        facts.futures.iter().flat_map(|it| &it.args).for_each(&mut want);
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

/// What a closure's parameters are, where the call that runs it lends a place to it (`LocalKey::with`, `Option::map`).
pub(super) fn closure_params(defs: &Defs<'_>, child: &Body) -> Vec<Option<LockPath>> {
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
