//! What closures are given that a library's function runs on what it got out of a map: `rows.get(&id).cloned().map(|mut row| ..)`.

use super::defs::argument;
use super::event::steps_of;
use super::knowledge::ArgRef;
use super::values::{Origin, Relation, Values};
use crate::model::body::{Body, StepKind};
use crate::model::typing::Callee;

/// For each parameter of a closure of a body: the copy out of a map that it is, as far as that is known.
pub(super) fn of_closure(values: &Values<'_>, child: &Body) -> Vec<Option<Origin>> {
    // The closure itself, and what it is given.
    if child.n_params != 2 {
        return Vec::new();
    }
    let given = steps_of(values.body()).find_map(|(_, step)| {
        let StepKind::Call { callee: Callee::Api(api), args, .. } = &step.kind else { return None };
        let of = |it| argument(values.model, *api, args, it);
        let is_run =
            args.iter().any(|it| values.defs.closure_of(it).is_some_and(|it| child.closure == Some(it)));
        let effects = values.knowledge.effects(*api);
        let source = effects.lends.or(effects.value_of).filter(|it| is_run && *it == ArgRef::SelfArg)?;
        values.of_operand(of(source)?)
    });
    vec![given.filter(|it| it.relation == Relation::Copied)]
}
