//! How many handles lead to what an entry leads to: `map.get(&k).is_some_and(|it| Arc::strong_count(&it) == 1)`.
//!
//! The count decides that nobody else has it any more. Only under the map's lock nobody else can get it.

use super::depends::{Through, depending, depending_in, operand_depends};
use crate::facts::Facts;
use crate::facts::defs::{Defs, whole_local};
use crate::facts::event::steps_of;
use crate::model::body::{Body, LocalId, Operand, Step, StepKind};
use crate::model::typing::Callee;
use rustc_hash::FxHashSet;

/// Locals that depend on how many handles lead to what one of the given ones leads to.
pub(super) fn counted(
    facts: &Facts<'_>,
    defs: &Defs<'_>,
    handles: &FxHashSet<LocalId>,
) -> FxHashSet<LocalId> {
    let counts_in_closure =
        |it: &Operand| defs.closure_body(it).is_some_and(|it| counts_parameter(facts, it));
    let count = |step: &Step| match &step.kind {
        StepKind::Call { dest, args, .. } if of_first(args, handles) => {
            let counts = counts(facts, step) || args.iter().any(counts_in_closure);
            whole_local(dest).filter(|_| counts)
        }
        _ => None,
    };
    depending(defs, steps_of(defs.body).filter_map(|(_, it)| count(it)).collect(), Through::Known)
}

/// Whether a closure counts the owners of what it is given.
fn counts_parameter(facts: &Facts<'_>, closure: &Body) -> bool {
    let given = depending_in(closure, (1..=closure.n_params).map(LocalId).collect(), Through::Known);
    steps_of(closure).any(|(_, step)| match &step.kind {
        StepKind::Call { args, .. } => of_first(args, &given) && counts(facts, step),
        _ => false,
    })
}

fn of_first(args: &[Operand], handles: &FxHashSet<LocalId>) -> bool {
    args.first().is_some_and(|it| operand_depends(it, handles))
}

/// Whether a step asks for the number of handles.
fn counts(facts: &Facts<'_>, step: &Step) -> bool {
    matches!(&step.kind, StepKind::Call { callee: Callee::Api(api), .. } if facts.knowledge.effects(*api).counts_owners)
}
