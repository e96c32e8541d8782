//! The one function that a call can run: the one it names, or a default method of a trait for which no type has another body.

use crate::model::Model;
use crate::model::types::FnId;
use crate::model::typing::Callee;

/// The function that a call runs, where only one comes into question.
pub(super) fn only_body(model: &Model, callee: &Callee) -> Option<FnId> {
    match callee {
        Callee::Fn(id) => Some(*id),
        Callee::TraitFn { func, .. } => {
            let has_body = model.fn_def(*func).body.is_some();
            (has_body && model.impls_of(*func).iter().all(|it| it == func)).then_some(*func)
        }
        _ => None,
    }
}
