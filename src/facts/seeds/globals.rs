//! Words by which global maps are used.

use super::words::{LibraryNames, NamesIn, is_free, owner};
use crate::facts::roles::Roles;
use crate::model::items::{CrateId, FnDef};
use crate::model::words::Words;
use crate::syntax::Name;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// By crate: names through which a global map is used.
#[derive(Default)]
pub(super) struct Globals {
    /// Statics and functions.
    names: NamesIn<CrateId>,
    /// Functions of modules that are named as libraries' methods are: no word after a dot is one.
    free_users: NamesIn<CrateId>,
    /// Functions of types, by the types' names, that are named as libraries' functions are: `Registry::shared`.
    of_types: FxHashMap<(CrateId, Name), Vec<Name>>,
}

impl Globals {
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether the words name one.
    pub(super) fn are_named(&self, krate: CrateId, words: &Words<'_>) -> bool {
        let of_type = |it: &Name| {
            let own = self.of_types.get(&(krate, *it));
            own.is_some_and(|own| words.idents().any(|it| own.contains(it)))
        };
        words.all().any(|it| self.names.contains(&(krate, *it)))
            || (!self.free_users.is_empty()
                && words.idents().any(|it| self.free_users.contains(&(krate, *it))))
            || (!self.of_types.is_empty() && words.idents().any(of_type))
    }
}

/// By crate: the names of global maps, and those of functions that use one, by at most one call more.
pub(super) fn global_maps(roles: Roles<'_>, library: &LibraryNames) -> Globals {
    let model = roles.model;
    let global =
        model.statics.iter().filter(|it| it.is_shared_by_threads() && roles.holds_shared_map(&it.ty));
    let names = global.filter_map(|it| Some((model.crate_of(it.module)?, it.name))).collect();
    let mut found = Globals { names, ..Globals::default() };
    if found.is_empty() {
        return found;
    }
    for _ in 0..2 {
        let is_user = |def: &&FnDef| {
            let words = model.crate_of(def.module).zip(model.words_of(def));
            words.is_some_and(|(krate, words)| found.are_named(krate, &words))
        };
        let users: Vec<&FnDef> = model.fns.par_iter().filter(is_user).collect();
        for def in users {
            let Some(krate) = model.crate_of(def.module) else { continue };
            let (owner, name) = (owner(model, def), def.name);
            if !library.all.contains(&name) {
                found.names.insert((krate, name));
            } else if is_free(def) {
                // Under-approximates: one that is named as a function of a library would make every body name it.
                if !library.has_like(def) {
                    found.free_users.insert((krate, name));
                }
            } else if let Some(adt) = owner {
                let own = found.of_types.entry((krate, model.adt(adt).name)).or_default();
                if !own.contains(&name) {
                    own.push(name);
                }
            }
        }
    }
    found
}
