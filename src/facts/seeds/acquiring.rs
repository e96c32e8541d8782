//! Methods of locks, as the bodies that call them have them among their words.

use crate::facts::knowledge::Knowledge;
use crate::model::Model;
use crate::model::words::Words;
use crate::syntax::Name;
use rustc_hash::FxHashSet;

/// Names of methods of locks. `file.read(&mut buffer)` is none of a lock.
#[derive(Default)]
pub(super) struct Acquiring {
    /// Those that have no arguments.
    bare: FxHashSet<Name>,
    /// Those that have some.
    full: FxHashSet<Name>,
    /// The locks' own names, for calls by path: `RwLock::read(&self.peers)`.
    locks: FxHashSet<Name>,
}

impl Acquiring {
    /// The methods called in a body that may be of a lock.
    pub(super) fn called_in<'w>(&'w self, words: &'w Words<'_>) -> impl Iterator<Item = &'w Name> {
        let bare = words.bare_methods().filter(|it| self.bare.contains(*it));
        let full = words.methods().filter(|it| self.full.contains(*it));
        bare.chain(full).chain(self.called_by_path_in(words))
    }

    /// The names of such methods in a body that names a lock as well.
    fn called_by_path_in<'w>(&'w self, words: &'w Words<'_>) -> impl Iterator<Item = &'w Name> {
        let names_lock = words.idents().any(|it| self.locks.contains(it));
        let named = names_lock.then(|| words.idents()).into_iter().flatten();
        named.filter(|it| self.bare.contains(*it) || self.full.contains(*it))
    }
}

/// Names of methods of locks that give a guard or run a closure under it. What is taken and given back within a call can only
/// matter under a guard, and that one is a seed of its own.
pub(super) fn acquiring(model: &Model, knowledge: &Knowledge) -> Acquiring {
    let of_lock =
        |owner: Name| knowledge.role(owner).is_some_and(|it| it.lock.is_some() || it.lazy || it.handle);
    let mut names = Acquiring::default();
    for (api, effects) in model.library.apis.iter().zip(&knowledge.effects) {
        let takes = effects.takes.is_some_and(|it| !it.momentary || it.while_calling);
        if takes && api.owner.is_some_and(of_lock) {
            let of_kind = if api.args.is_empty() { &mut names.bare } else { &mut names.full };
            of_kind.insert(api.name);
            let is_lock = |it: &Name| knowledge.role(*it).is_some_and(|it| it.lock.is_some());
            let last = |it: Name| it.as_str().rsplit("::").next().map(Name::from);
            names.locks.extend(api.owner.filter(is_lock).and_then(last));
        }
    }
    names
}
