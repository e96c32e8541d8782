//! Calls that go through an iterator whose elements are waited for: `rx.iter().filter(f).count()`, `rows.extend(rx.iter())`.

use super::Flow;
use crate::facts::sources;
use crate::facts::state::State;
use crate::model::body::{Operand, Place};
use crate::model::items::SelfKind;
use crate::model::library::{Api, ApiId};
use crate::model::types::{TraitRef, Type};
use crate::syntax::Name;

const ITERATOR: &str = "std::iter::Iterator";
const INTO_ITERATOR: &str = "std::iter::IntoIterator";

impl<'a, 'f> Flow<'a, 'f> {
    /// What a call waits for that goes through the elements of one of its arguments. An adapter waits for nothing.
    pub(super) fn waits_for_elements(
        &self,
        api: ApiId,
        args: &[Operand],
        dest: &Place,
        state: &State,
    ) -> Option<Name> {
        if self.out.is_none() || state.is_free() {
            return None;
        }
        let row = self.facts.model.library.api(api);
        let advanced = args.iter().enumerate().filter(|(n, _)| is_gone_through(row, *n)).map(|(_, it)| it);
        let words = advanced
            .map(|it| self.defs.pointee_ty(it))
            .find_map(|it| sources::waits_when_iterated(self.roles, &it))?;
        let made = self.roles.model.place_ty_in(self.body, dest);
        (!self.roles.is_iterator(made.peel_refs()) && made != Type::Unknown).then_some(words)
    }
}

/// Whether a function goes through the elements of an argument, its receiver first: the iterator that it is a method of, or one that it takes
/// as any iterator. (`size_hint` asks for none of them.)
fn is_gone_through(row: &Api, arg: usize) -> bool {
    let given = match row.recv {
        Some(_) if arg == 0 => {
            return row.owner.is_some_and(|it| it.as_str() == ITERATOR) && row.recv != Some(SelfKind::Ref);
        }
        Some(_) => arg - 1,
        None => arg,
    };
    let Some(param @ Type::Param(_)) = row.args.get(given) else { return false };
    let is_iterator = |it: &TraitRef| matches!(it, TraitRef::Lib(name) if matches!(name.as_str(), ITERATOR | INTO_ITERATOR));
    row.bounds.iter().any(|(of, bound)| of == param && is_iterator(&bound.trait_))
}
