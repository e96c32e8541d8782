//! The one function that a call can run: the one it names, or that of a trait's method for which the types have one body in all.

use crate::model::Model;
use crate::model::types::FnId;
use crate::model::typing::Callee;

/// The function that a call runs, where only one comes into question.
pub(super) fn only_body(model: &Model, callee: &Callee) -> Option<FnId> {
    match callee {
        Callee::Fn(id) => Some(*id),
        // Not all impls of a trait from elsewhere are read.
        Callee::TraitFn { trait_, .. } if model.is_foreign(model.trait_(*trait_).module) => None,
        Callee::TraitFn { func, .. } => match model.impls_of(*func) {
            [] => model.fn_def(*func).body.is_some().then_some(*func),
            [only] => Some(*only),
            [..] => None,
        },
        _ => None,
    }
}
