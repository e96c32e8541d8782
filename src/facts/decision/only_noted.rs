//! A check that decides nothing but whether a key goes into a set: `if !seen.read().contains(&k) { seen.write().insert(k); }`.
//!
//! To put a key into a set that has it already changes nothing, so whoever comes in between, the set is the same in the end.

use super::depends::{branches_on, operand_depends, result_is_used};
use super::harmless::noted_key;
use crate::facts::Facts;
use crate::facts::defs::{Defs, whole_local};
use crate::facts::event::{MapOp, steps_of};
use crate::facts::knowledge::Reads;
use crate::model::body::{LocalId, LocalKind, Operand, Place, Rvalue, Step, StepKind};
use crate::model::typing::Callee;
use rustc_hash::FxHashSet;

/// Whether a write to a set is all that a check decides. `found` are the locals that depend on what the check found.
pub(super) fn is_all_that_is_decided(
    facts: &Facts<'_>,
    defs: &Defs<'_>,
    (read, write): (&MapOp, &MapOp),
    found: &FxHashSet<LocalId>,
) -> bool {
    let Some(key) = noted_key(defs, write).filter(|_| read.reads == Some(Reads::Key)) else { return false };
    let [(branch, _)] = *branches_on(defs.body, found).as_slice() else { return false };
    let decided = || steps_of(defs.body).filter(|(at, _)| defs.graph().controlled_by(at.block, branch));
    let begun = decided().filter_map(|(_, step)| match step.kind {
        StepKind::Live(local) => Some(local),
        _ => None,
    });
    let look = Look { facts, defs, begun: begun.collect(), key: forms_of(defs, key) };
    decided().all(|(at, step)| at == write.point || look.leads_to_write(step))
        && !result_is_used(defs, write.point)
        && !is_told(defs, found)
}

/// Whether anybody else gets to know what was found.
fn is_told(defs: &Defs<'_>, found: &FxHashSet<LocalId>) -> bool {
    found.contains(&LocalId(0))
        || steps_of(defs.body).any(|(_, step)| match &step.kind {
            StepKind::Call { args, .. } => args.iter().any(|it| operand_depends(it, found)),
            _ => false,
        })
}

struct Look<'a> {
    facts: &'a Facts<'a>,
    defs: &'a Defs<'a>,
    /// The variables that begin where the branch has decided.
    begun: FxHashSet<LocalId>,
    /// What the key is made of, form by form.
    key: FxHashSet<LocalId>,
}

/// The locals that an operand is another form of, by calls of one argument, itself included.
fn forms_of(defs: &Defs<'_>, operand: &Operand) -> FxHashSet<LocalId> {
    let mut found = FxHashSet::default();
    let mut next = Some(operand);
    while let Some(local) = next.and_then(Operand::place).and_then(whole_local)
        && found.insert(local)
    {
        next = defs.through(local);
    }
    found
}

impl Look<'_> {
    /// Whether a step only takes the lock, copies the key, or ends a value: nothing is seen of it elsewhere.
    fn leads_to_write(&self, step: &Step) -> bool {
        match &step.kind {
            StepKind::Assign(_, Rvalue::Use(Operand::Unit)) => true,
            StepKind::Assign(dest, _) => self.is_own(dest),
            StepKind::Call { dest, callee, .. } => {
                self.is_own(dest) && (self.is_quiet(callee) || self.is_form_of_key(dest))
            }
            StepKind::Await { dest, future, .. } => {
                self.is_own(dest) && self.defs.future_call(future).is_some_and(|it| self.is_quiet(it.0))
            }
            StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) => true,
            StepKind::Opaque { .. } => false,
        }
    }

    fn is_quiet(&self, callee: &Callee) -> bool {
        let Callee::Api(api) = callee else { return false };
        let effects = self.facts.knowledge.effects(*api);
        effects.takes.is_some()
            || effects.same.is_some()
            || effects.copies.is_some()
            || effects.expects.is_some()
    }

    fn is_form_of_key(&self, place: &Place) -> bool {
        whole_local(place).is_some_and(|it| self.key.contains(&it))
    }

    /// Whether only what the branch has decided knows of a place.
    fn is_own(&self, place: &Place) -> bool {
        whole_local(place).is_some_and(|it| {
            let kind = self.defs.body.locals.get(it.0 as usize).map(|it| it.kind);
            kind == Some(LocalKind::Temporary) || self.begun.contains(&it)
        })
    }
}
