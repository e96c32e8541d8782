//! Words by which threads' own maps are used.

use super::words::{LibraryNames, is_free};
use crate::facts::roles::Roles;
use crate::model::items::{CrateId, FnDef};
use crate::model::words::Words;
use crate::syntax::{Name, StaticKind};
use rustc_hash::{FxHashMap, FxHashSet};

/// Names through which a thread's own map is used.
#[derive(Default)]
pub(super) struct LocalMaps {
    statics: FxHashSet<Name>,
    /// Functions of types, methods and others.
    users: FxHashSet<Name>,
    /// Functions of modules: no word after a dot is one.
    free_users: FxHashSet<Name>,
}

impl LocalMaps {
    /// Whether the words name such a map, or a function that uses one.
    pub(super) fn are_used(&self, words: &Words<'_>) -> bool {
        let in_path =
            |it: &Name| [&self.statics, &self.users, &self.free_users].iter().any(|names| names.contains(it));
        words.idents().any(in_path) || words.methods().any(|it| self.users.contains(it))
    }
}

/// The `thread_local!` maps of each crate and the functions whose words name one.
pub(super) fn local_maps(roles: Roles<'_>, library: &LibraryNames) -> FxHashMap<CrateId, LocalMaps> {
    let model = roles.model;
    let mut found: FxHashMap<CrateId, LocalMaps> = FxHashMap::default();
    for it in &model.statics {
        if it.kind == Some(StaticKind::ThreadLocal)
            && roles.is_or_wraps_map(&it.ty)
            && let Some(krate) = model.crate_of(it.module)
        {
            found.entry(krate).or_default().statics.insert(it.name);
        }
    }
    if found.is_empty() {
        return found;
    }
    // Those that use one, and those that call them.
    for _ in 0..2 {
        let user = |def: &FnDef| {
            let krate = model.crate_of(def.module)?;
            let (names, words) = (found.get(&krate)?, model.words_of(def)?);
            // Under-approximates: a name that libraries' functions have as well would make every body a seed.
            (names.are_used(&words) && !library.has_like(def)).then_some((krate, is_free(def), def.name))
        };
        let users: Vec<(CrateId, bool, Name)> = model.fns.iter().filter_map(user).collect();
        for (krate, is_free, name) in users {
            let names = found.entry(krate).or_default();
            let of_kind = if is_free { &mut names.free_users } else { &mut names.users };
            of_kind.insert(name);
        }
    }
    found
}
