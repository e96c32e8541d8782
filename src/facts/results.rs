//! What functions return: guards, and paths that lead to locks.

use super::event::Acquisition;
use super::knowledge::Mode;
use super::needs::Need;
use super::summary::Returned;
use super::{BodyFacts, Facts, RETURN_DEPTH};
use crate::model::body::{Body, Step, StepKind};
use crate::model::types::{FnId, Type};
use crate::model::typing::Callee;

impl Facts<'_> {
    /// What a function returns, as far as it is asked at all.
    pub(super) fn returns(&self, id: FnId) -> Option<Returned> {
        self.returned(id, RETURN_DEPTH)
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
