//! What functions do to maps of their callers, and what they lend to closures.

use super::defs::Defs;
use super::summary::MapEffect;
use super::{BodyFacts, Facts, RETURN_DEPTH, decision, lent_ops, seeds};
use crate::model::types::FnId;

/// Functions that hand a closure on before one runs it.
const MAX_HANDED_ON: usize = 3;

impl Facts<'_> {
    /// What a function reads and writes of shared maps in its own body.
    pub(super) fn own_map_effects(&self, id: FnId, defs: &Defs<'_>, facts: &BodyFacts) -> Vec<MapEffect> {
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
    pub(super) fn entrusted(&self, id: FnId) -> &[MapEffect] {
        if self.stored.is_plain(id) {
            return &[];
        }
        self.own(id).map_or(&[][..], |it| &it.entrusted)
    }

    /// Whether a function is given something that it may have run.
    pub(super) fn may_lend(&self, id: FnId) -> bool {
        seeds::takes_callable(self.model, id) && !self.stored.is_plain(id)
    }

    /// How a function has a closure run that it is given, as its own body says.
    pub(super) fn lending(&self, id: FnId) -> Option<&lent_ops::Lending> {
        if !self.may_lend(id) {
            return None;
        }
        let lending = || {
            let body = self.kept.take(id).or_else(|| self.lowered(id))?;
            let facts = self.analyse(&body, None, Vec::new(), RETURN_DEPTH);
            let returns = |id: FnId| self.returns(id);
            let defs = Defs::new(self.model, self.knowledge, &body, None, Vec::new(), &returns);
            let lending = lent_ops::lending(&defs, &facts);
            self.kept.keep(id, body);
            lending
        };
        self.lending.get(id.0 as usize)?.get_or_init(lending).as_ref()
    }

    /// What a closure is lent that a function is given, by whichever function runs it under its lock.
    pub(super) fn lends(&self, id: FnId) -> Option<lent_ops::Lends> {
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
}
