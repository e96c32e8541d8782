//! Functions that give out the guard or the place of a map: `fn peers(&self) -> MutexGuard<HashMap<..>> { self.peers.lock() }`. What those
//! do that call them counts as if they named the map.

use super::super::callers::{may_call, names};
use super::super::{BodyFacts, Facts};
use super::{Candidate, Look};
use crate::model::types::FnId;
use crate::syntax::Name;
use rustc_hash::{FxHashMap, FxHashSet};

/// Accessors that a map may have, at most: also those by which others give it on.
const MAX_ACCESSORS: usize = 8;

/// Looks at all that call the accessors of a candidate. One that code outside can call rules it out.
pub(super) fn look(
    facts: &Facts<'_>,
    bodies: &FxHashMap<FnId, &BodyFacts>,
    shrinking: &FxHashSet<Name>,
    candidate: &mut Candidate,
) {
    let mut at = 0;
    while let Some(&accessor) = candidate.accessors.get(at) {
        at += 1;
        let callers = may_call(facts, accessor).filter(|_| at <= MAX_ACCESSORS);
        let Some(callers) = callers else {
            candidate.ruled_out = true;
            return;
        };
        for &id in callers.iter().filter(|it| **it != accessor) {
            let look = Look { facts, bodies, shrinking, id };
            if !look.at(candidate) && facts.lowered(id).is_none_or(|body| names(facts, &body, accessor)) {
                candidate.ruled_out = true;
            }
            if candidate.ruled_out {
                return;
            }
        }
    }
}
