//! `for item in &collection`, where what is gone along is no reference: a concurrent map's own `iter`, which the loop calls unseen, takes
//! the map's lock and keeps it for the loop.

use super::Builder;
use crate::model::Subst;
use crate::model::body::{Operand, Place, StepKind};
use crate::model::library::{ApiId, Library};
use crate::model::types::{Mutability, Type};
use crate::source::TextRange;
use crate::syntax::{ExprId, Name};

impl Builder<'_> {
    /// The type of what a loop over a value of this type goes along, and the function of a library that makes it.
    pub(super) fn lent_iterator(&self, head: &Type) -> Option<(Type, ApiId)> {
        lent_iterator(&self.model.library, head)
    }

    /// Calls the function that makes the iterator of a loop: nothing in the text names it.
    pub(super) fn lend(&mut self, dest: Place, iter: ApiId, head: ExprId, of: Operand, range: TextRange) {
        let callee = crate::model::typing::Callee::Api(iter);
        let kind = StepKind::Call {
            dest,
            callee,
            func: None,
            args: vec![of],
            expr: head,
            call_range: range,
            substs: Vec::new(),
        };
        self.push(kind, range);
    }
}

/// Only items that own something (a guard) matter: loops over references into a collection need no call.
fn lent_iterator(library: &Library, head: &Type) -> Option<(Type, ApiId)> {
    let Type::Ref(Mutability::Shared, of) = head else { return None };
    let Type::Lib(path, _) = &**of else { return None };
    let [_, Some(Type::Lib(..)), _] = &library.types.get(path)?.into_iter else { return None };
    let [iter] = library.methods_of(*path, Name::from("iter")) else { return None };
    let row = library.api(*iter);
    let mut subst = Subst::default();
    let is_of = row.self_ty.as_ref()?.match_against(&row.params, of, &mut subst);
    is_of.then(|| (row.ret.substitute(&subst), *iter))
}
