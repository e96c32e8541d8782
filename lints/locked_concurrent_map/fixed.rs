//! Locks around a handle of a map that nobody ever exchanges: what the lock guards does not change.
//!
//! `Arc<Mutex<Arc<Table>>>` has its purpose where a writer puts another table in. Where every guard only looks, the lock keeps readers
//! apart for nothing. Silent where a guard of the same type is used for more in a place that is not known.

use super::reaches_map;
use hazmap::prelude::*;
use std::collections::HashMap;

/// What is done with the locks of fields of that shape.
pub(super) struct Fixed {
    /// By field: whether every guard of it only looks.
    fields: HashMap<(AdtId, Name), bool>,
    /// Types of locks that are changed through in places that are not known.
    changed: Vec<Type>,
}

impl Fixed {
    /// Asks all guards.
    pub(super) fn new(pass: &Pass<'_>) -> Fixed {
        let mut fixed = Fixed { fields: HashMap::new(), changed: Vec::new() };
        for life in pass.guards() {
            let taken = &life.guard.acquisition;
            let Some(lock) = lock_of_handle(pass, &taken.lock) else { continue };
            let only_looks = life.only_looks();
            match taken.class.as_ref().and_then(|it| it.field) {
                Some(field) => {
                    let all_look = fixed.fields.entry(field).or_insert(true);
                    *all_look &= only_looks;
                }
                None if !only_looks => fixed.changed.push(lock),
                None => {}
            }
        }
        fixed
    }

    /// Whether a field is such a lock, behind a handle: others have it only by that, and none of them exchanges what is in it.
    pub(super) fn has(&self, pass: &Pass<'_>, adt: AdtId, name: Name, ty: &Type) -> bool {
        let lock = pass.roles().is_handle(ty).then(|| lock_of_handle(pass, ty)).flatten();
        lock.is_some_and(|it| !self.changed.contains(&it)) && self.fields.get(&(adt, name)) == Some(&true)
    }
}

/// What a lock guards, where that is a handle of a map.
fn lock_of_handle(pass: &Pass<'_>, ty: &Type) -> Option<Type> {
    let roles = pass.roles();
    let (lock, inner) = roles.lock_of(ty)?;
    let guards_handle = lock.kind != WaitKind::Cell && roles.is_handle(&inner) && reaches_map(pass, &inner);
    guards_handle.then_some(inner)
}
