//! What is told of a function once it is known what its callees do: decisions, copies that are lost, clones.

use super::analysed::closure_params;
use super::defs::Defs;
use super::path::LockPath;
use super::values::{CopyOut, Values};
use super::{
    BodyFacts, Facts, NamedLocal, clones, copies, decision, decoded, entrusted, field_rewrites, given_copies,
    lent_ops, path, rewrites, stores, traced, values, written_back,
};
use crate::model::body::{Body, BodyOwner, LocalId};
use crate::model::types::FnId;
use std::sync::Arc;

impl Facts<'_> {
    /// Finds the checks and the writes that they decide, in a function and the closures in it.
    pub(super) fn decide(&self, id: FnId, facts: &mut Arc<BodyFacts>) {
        let has_effects = |it: &FnId| !self.map_effects(*it).is_empty();
        let mut calls = facts.each().into_iter().flat_map(|it| &it.calls);
        if self.looks_for_pairs(facts.owner) && calls.any(|it| it.callees.iter().any(has_effects)) {
            decision::add_callees(self, &|id| self.map_effects(id), Arc::make_mut(facts));
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
    pub(super) fn own_copies(&self, defs: &Defs<'_>, facts: &mut BodyFacts) -> (Option<CopyOut>, bool) {
        let body = defs.body;
        let nothing = |_: FnId| None;
        let lends = |id: FnId| self.lends(id);
        let values = Values::new(self.model, self.knowledge, defs, None, Vec::new(), &nothing);
        let values = values.through_lenders(&lends);
        facts.changed_fields = clones::changed_fields(&values);
        facts.parts = clones::partings(&values);
        let copy_out = self.given_out(&values);
        // Any callee may give out a copy.
        let something = |_: FnId| Some(CopyOut::anything());
        (copy_out, self.may_lose(body, None, &something))
    }

    /// The copy that a body gives out.
    pub(super) fn given_out(&self, values: &Values<'_>) -> Option<CopyOut> {
        let ret = values.defs.body.locals.first();
        let is_guard = || ret.is_some_and(|it| self.roles().guard_role(&it.ty).is_some());
        let given = values
            .origin(LocalId(0))
            .filter(|it| it.relation == values::Relation::Copied || it.key.is_some() && is_guard());
        let step = || Some(CopyOut::of(traced::step_given_out(values)?, true));
        given.map(|it| CopyOut::of(it, false)).or_else(step)
    }

    fn may_lose(&self, body: &Body, outer: Option<&Values<'_>>, copies_out: values::CopiesOut<'_>) -> bool {
        let nothing = |_: FnId| None;
        let outer_defs = outer.map(|it| it.defs);
        let defs = Defs::new(self.model, self.knowledge, body, outer_defs, Vec::new(), &nothing);
        let given = outer.map_or_else(Vec::new, |it| given_copies::of_closure(it, body));
        let values = Values::new(self.model, self.knowledge, &defs, outer, given, copies_out);
        !copies::lost(&values).is_empty()
            || rewrites::may_replace_map(&values)
            || field_rewrites::may_be(&values)
            || clones::has_clones(&values)
            || body.children.iter().any(|child| self.may_lose(child, Some(&values), copies_out))
    }

    /// Whether a function gives out what it has decoded, as far as its own body shows.
    pub(super) fn gives_decoded(&self, id: FnId) -> bool {
        let words = self.model.words_of(self.model.fn_def(id));
        let may = words.is_some_and(|it| self.seeds.may_decode(&it));
        may && !self.stored.is_plain(id) && self.own(id).is_some_and(|it| it.gives_decoded)
    }

    /// Whether a function gives what a parameter of it leads to on to another one, as far as its own body shows.
    fn hands_on(&self, id: FnId, param: u32) -> bool {
        let leads_there = |it: &LockPath| matches!(it.root, path::Root::Param(n) if n == param);
        self.own(id).is_none_or(|own| {
            let parts = own.facts.each().into_iter();
            parts.flat_map(|it| &it.calls).flat_map(|it| &it.args).flatten().any(leads_there)
        })
    }

    /// The places in which a function of the same crate puts what it is given as a parameter, over its parameters.
    fn puts(&self, caller: BodyOwner, id: FnId, param: u32) -> Vec<LockPath> {
        let is_near = matches!(caller, BodyOwner::Fn(it) if self.crate_of(it) == self.crate_of(id));
        let Some(body) = is_near.then(|| self.lowered(id)).flatten() else { return Vec::new() };
        let nothing = |_: FnId| None;
        clones::puts(&Defs::new(self.model, self.knowledge, &body, None, Vec::new(), &nothing), param)
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
        let returns = |id: FnId| self.returns(id);
        let copies_out = |id: FnId| self.copy_out(id);
        let outer_defs = outer.map(|it| it.defs);
        let defs = Defs::new(self.model, self.knowledge, body, outer_defs, params, &returns);
        let lends = |id: FnId| self.lends(id);
        let given = outer.map_or_else(Vec::new, |it| given_copies::of_closure(it, body));
        let values = Values::new(self.model, self.knowledge, &defs, outer, given, &copies_out);
        let values = values.through_lenders(&lends);
        for (child, facts) in body.children.iter().zip(&mut facts.children) {
            self.decide_in(child, Some(&values), closure_params(&defs, child), facts);
        }
        facts.lost_copies = copies::lost(&values);
        lent_ops::add(self, &defs, facts);
        if facts.stores.iter().any(|it| it.call.is_some() && it.holds_store) {
            stores::grow_by_calls(self, &defs, &mut facts.stores);
        }
        if facts.stores.len() > 1 {
            facts.replaced = stores::replaced(defs.graph(), &facts.stores);
        }
        if !facts.ops.is_empty() || !facts.guards.is_empty() || clones::has_clones(&values) {
            facts.decisions = decision::find(self, &defs, facts);
            decision::find_in_closures(self, &defs, facts);
            facts.decoded = decoded::find(self, &defs, facts);
            let (parts_in, hands_on) = (|id| self.parts_in(id), |id, n| self.hands_on(id, n));
            let puts = |id, n| self.puts(body.owner, id, n);
            let asked = clones::Asked { parts_in: &parts_in, hands_on: &hands_on, puts: &puts };
            facts.clone_uses = clones::find(&values, facts, asked);
            facts.rewrites = rewrites::find(&values, facts);
            facts.rewrites.extend(field_rewrites::find(&values, facts));
            name_roots(body, facts);
            // A read that supplies the value written is no mere check.
            let rewritten: Vec<usize> = facts.rewrites.iter().filter_map(|it| it.act).collect();
            let decisions = std::mem::take(&mut facts.decisions).into_iter();
            let decides = |it: &decision::Decision| {
                !rewritten.contains(&it.act) && !written_back::is_unchanged(&values, facts, it)
            };
            facts.decisions = decisions.filter(decides).collect();
        }
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
