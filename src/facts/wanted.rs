//! Which bodies are worth looking into, by what their words and signatures say.

use super::Facts;
use crate::model::body::BodyOwner;
use crate::model::types::FnId;

/// What the words of a function's body, and its signature, say of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    /// The body is worth looking into.
    pub(super) chosen: bool,
    /// It may take a lock or use a concurrent map.
    pub(super) map: bool,
    /// It may use a type store.
    pub(super) store: bool,
    /// A test that may use a global map.
    pub(super) global_test: bool,
}

impl Facts<'_> {
    /// Whether checks and writes of maps are looked for in what a body calls: where its words say that there may be a pair of them, so
    /// that the answer does not depend on which bodies are lowered.
    pub(super) fn looks_for_pairs(&self, owner: BodyOwner) -> bool {
        match owner {
            BodyOwner::Fn(id) => self.may_touch_map(id),
            BodyOwner::Static(_) => false,
        }
    }

    /// Whether it is asked which keys a body passes to what it calls.
    pub(super) fn notes_keys(&self, owner: BodyOwner) -> bool {
        let hands_on = |id: FnId| self.seeds.hands_on(id) || self.wanted(id).global_test;
        self.looks_for_pairs(owner) || matches!(owner, BodyOwner::Fn(id) if hands_on(id))
    }

    /// Whether the words and the signature of a function say that its body is worth looking into.
    pub fn is_chosen(&self, id: FnId) -> bool {
        self.wanted(id).chosen
    }

    /// Whether the words of a function's body say that it takes a lock or uses a concurrent map: only then it is lowered for its map
    /// operations.
    pub(super) fn may_touch_map(&self, id: FnId) -> bool {
        self.wanted(id).map
    }

    /// Whether the words of a function's body say that it uses a type store.
    pub(super) fn may_touch_store(&self, id: FnId) -> bool {
        self.wanted(id).store
    }

    /// Whether the words of a function's body name a global map, or a function that uses one.
    pub(super) fn names_global_map(&self, id: FnId) -> bool {
        let words = self.model.words_of(self.model.fn_def(id));
        words.is_none_or(|it| self.seeds.names_global(self.crate_of(id), &it))
    }

    pub(super) fn wanted(&self, id: FnId) -> Wanted {
        let make = || self.find_wanted(id);
        self.wanted.get(id.0 as usize).map_or_else(make, |it| *it.get_or_init(make))
    }

    fn find_wanted(&self, id: FnId) -> Wanted {
        let def = self.model.fn_def(id);
        let words = self.model.words_of(def);
        let words = words.as_ref();
        let krate = self.crate_of(id);
        let params = &self.model.sig(id).params;
        let takes_store = self.seeds.takes_store(self.roles(), params)
            || words.is_some_and(|it| self.seeds.calls_own_taker(self.model, def, it));
        // What is given to a function is changed in it, or in one that it calls, whatever its own words are.
        let map = takes_store
            || self.seeds.takes_guard(self.roles(), params)
            || words.is_none_or(|it| {
                self.seeds.wants(krate, it)
                    || self.seeds.calls_pair_of_type(self.roles(), id, krate, it)
                    || self.seeds.copies_named_type(self.roles(), it)
            });
        let by_words = if self.is_quiet_test(id) {
            words.is_none_or(|it| self.seeds.wants_in_quiet_test(krate, it))
                || self.seeds.takes_guard(self.roles(), params)
        } else {
            map || self.seeds.wants_signature(self.roles(), params, words)
        };
        let global_test = words.is_some_and(|it| self.seeds.wants_test(krate, def, it));
        Wanted {
            chosen: by_words || global_test || takes_store,
            global_test,
            map,
            store: def.body.is_some()
                && (takes_store || words.is_none_or(|it| self.seeds.wants_store(krate, it))),
        }
    }
}
