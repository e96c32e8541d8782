//! Operators of types that are no primitives (`deadline + step`, `price *= two`) are calls, and arithmetic steps all the same.

use super::values::Values;
use crate::model::body::{Operand, Place};
use crate::model::typing::Callee;

/// The traits' methods by which an operator makes one value of another. Those of compound assignment have `_assign` behind them.
const STEPS: [&str; 10] = ["add", "sub", "mul", "div", "rem", "bitand", "bitor", "bitxor", "shl", "shr"];

/// The value on which a call of an operator is a step: one of the same type comes out. (`later - earlier` gives a time span, which is no later.)
pub(super) fn step_on<'b>(
    values: &Values<'_>,
    callee: &Callee,
    args: &'b [Operand],
    dest: &Place,
) -> Option<&'b Operand> {
    let left = args.first()?;
    let made = values.ty(dest);
    let is_step = STEPS.contains(&operator(values, callee)?);
    (is_step && values.ty(left.place()?) == made).then_some(left)
}

/// Whether a call is a compound assignment: it changes what its first argument points to.
pub(super) fn assigns(values: &Values<'_>, callee: &Callee) -> bool {
    operator(values, callee).and_then(|it| it.strip_suffix("_assign")).is_some_and(|it| STEPS.contains(&it))
}

/// The name of the function where it may be an operator's: one of a trait's, or one of which no more is known than that name.
fn operator(values: &Values<'_>, callee: &Callee) -> Option<&'static str> {
    match callee {
        Callee::Unknown(name) => Some(name.as_str()),
        Callee::Api(api) => {
            let row = values.model.library.api(*api);
            row.owner.is_some().then(|| row.name.as_str())
        }
        Callee::Fn(_) | Callee::TraitFn { .. } | Callee::Ctor(_) | Callee::Value => None,
    }
}
