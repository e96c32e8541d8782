//! What is done to shared maps by functions that hand on to those that do it: `fn has(&self, id: u64) -> bool { self.table.has(id) }`.
//!
//! A caller sees what a function does in its own body. One that does nothing there may be another name for one that does
//! ([`Seeds::hands_on`](super::seeds::Seeds::hands_on)): it is seen to do the same, so many calls deep.

use super::defs::Defs;
use super::summary::MapEffect;
use super::values::{CopyOut, Values};
use super::{BodyFacts, Call, Facts, RELAY_DEPTH, decision};
use crate::model::types::FnId;

/// What a function does that hands on.
#[derive(Debug, Default)]
pub(super) struct Relayed {
    effects: Vec<MapEffect>,
    copy_out: Option<CopyOut>,
}

impl Facts<'_> {
    /// Whether a function may read or write shared maps, or hand on to one that does.
    pub(super) fn may_have_map_effects(&self, id: FnId) -> bool {
        self.may_touch_map(id) || self.seeds.hands_on(id)
    }

    /// What a function reads and writes of shared maps, when it may: in its own body, or in what it hands on to.
    pub fn map_effects(&self, id: FnId) -> &[MapEffect] {
        self.map_effects_within(id, RELAY_DEPTH)
    }

    /// The same, asked of those only that are so many calls away.
    pub(super) fn map_effects_within(&self, id: FnId, depth: u32) -> &[MapEffect] {
        if !self.may_have_map_effects(id) {
            return &[];
        }
        if let Some(stored) = self.stored.map_effects(id, depth) {
            return stored;
        }
        let own = if self.may_touch_map(id) { self.own(id) } else { None };
        match own.map_or(&[][..], |it| &it.map_effects) {
            [] => self.relayed(id, depth).map_or(&[], |it| &it.effects),
            own => own,
        }
    }

    /// The copy of a map, or of something in one, that a function gives out: as its own body shows, or from one that it hands on to.
    pub(super) fn copy_out(&self, id: FnId) -> Option<CopyOut> {
        self.copy_out_within(id, RELAY_DEPTH)
    }

    fn copy_out_within(&self, id: FnId, depth: u32) -> Option<CopyOut> {
        if !self.may_have_map_effects(id) || self.stored.is_plain(id) {
            return None;
        }
        let own = || self.own(id)?.copy_out.clone();
        self.may_touch_map(id).then(own).flatten().or_else(|| self.relayed(id, depth)?.copy_out.clone())
    }

    fn relayed(&self, id: FnId, depth: u32) -> Option<&Relayed> {
        let depth = depth.checked_sub(1).filter(|_| self.seeds.hands_on(id))?;
        let cell = self.relayed.get(depth as usize)?.get(id.0 as usize)?;
        Some(cell.get_or_init(|| self.find_relayed(id, depth).unwrap_or_default()))
    }

    /// What those do that a function calls, which are asked so many calls deep.
    fn find_relayed(&self, id: FnId, depth: u32) -> Option<Relayed> {
        let own = self.own(id)?;
        let nearer = |callee: FnId| self.map_effects_within(callee, depth);
        let copies = |callee: FnId| self.copy_out_within(callee, depth);
        let matters = |it: &FnId| !nearer(*it).is_empty() || copies(*it).is_some();
        let is_relay = |it: &Call| it.callees.iter().any(matters);
        if !own.facts.calls.iter().any(is_relay) {
            return None;
        }
        let body = self.kept.take(id).or_else(|| self.lowered(id))?;
        let mut facts = BodyFacts::clone(&own.facts);
        decision::add_callees(self, &nearer, &mut facts);
        let returns = |id: FnId| self.returns(id);
        let defs = Defs::new(self.model, self.knowledge, &body, None, Vec::new(), &returns);
        let effects = decision::map_effects(&defs, &facts);
        let values = Values::new(self.model, self.knowledge, &defs, None, Vec::new(), &copies);
        let copy_out = self.given_out(&values);
        self.kept.keep(id, body);
        Some(Relayed { effects, copy_out })
    }
}
