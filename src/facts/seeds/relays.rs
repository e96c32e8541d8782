//! Functions that hand on to one that checks or writes a shared map: `fn has(&self, id: u64) -> bool { self.table.has(id) }`. Whoever
//! calls them checks or writes it as well, one call further away.

use super::Seeds;
use super::halves::{Halves, Naming, gives_map};
use super::pairs::ways;
use super::words::is_free;
use crate::facts::RELAY_DEPTH;
use crate::facts::roles::Roles;
use crate::model::items::CrateId;
use crate::model::types::{FnId, Type};
use crate::syntax::Name;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

/// Different words of a function that does little more than to hand on, at most. Under-approximates: whatever does more is a function that
/// works with maps rather than another name for one, and there are too many of them to look into each.
const MAX_WORDS: usize = 16;

impl Seeds {
    /// Whether a function may hand on to one that checks, writes or copies a shared map.
    pub fn hands_on(&self, id: FnId) -> bool {
        self.relays.contains(&id)
    }

    /// Finds the functions that hand on, and notes them as halves of pairs.
    pub(super) fn add_relays(&mut self, roles: Roles<'_>, naming: &Naming<'_>) {
        for _ in 0..RELAY_DEPTH {
            let all = (0..roles.model.fns.len()).into_par_iter().map(|n| FnId(n as u32));
            let open = all.filter(|it| !self.relays.contains(it));
            let found: Vec<(FnId, CrateId, Halves)> =
                open.filter_map(|it| self.handed_on(roles, naming, it)).collect();
            if found.is_empty() {
                break;
            }
            let n_types = self.pairs.by_type.len();
            for (id, krate, halves) in found {
                self.relays.insert(id);
                let Some(words) = roles.model.words_of(roles.model.fn_def(id)) else { continue };
                self.pairs.note(roles, naming, (id, krate), &words, halves);
            }
            self.pairs.lend(roles);
            if self.pairs.by_type.len() != n_types {
                self.ways = ways(roles, &self.pairs.by_type);
            }
        }
    }

    /// The halves that a function hands on to, by its words.
    fn handed_on(&self, roles: Roles<'_>, naming: &Naming<'_>, id: FnId) -> Option<(FnId, CrateId, Halves)> {
        let def = roles.model.fn_def(id);
        let krate = roles.model.crate_of(def.module)?;
        let is_half = def.self_param.is_some() || is_free(def) && !naming.is_common(krate, def);
        if !is_half || def.test {
            return None;
        }
        let words = roles.model.words_of(def)?;
        if words.all().nth(MAX_WORDS).is_some() {
            return None;
        }
        let mut halves = Halves::default();
        for (adt, own) in self.types_named(roles, id, krate, &words) {
            let Some(pairs) = self.pairs.by_type.get(&adt) else { continue };
            let named = |of: &FxHashSet<Name>| words.methods().any(|it| Some(*it) != own && of.contains(it));
            halves.checks |= named(&pairs.checks);
            halves.acts |= named(&pairs.acts);
            halves.copies |= named(&pairs.copies);
        }
        for name in words.idents().filter(|it| **it != def.name) {
            let of_free = self.pairs.by_crate.of_free(krate, *name);
            halves.checks |= of_free.checks;
            halves.acts |= of_free.acts;
            halves.copies |= of_free.copies;
        }
        let ret = &roles.model.sig(id).ret;
        halves.checks &= *ret != Type::unit();
        halves.copies &= is_free(def) || gives_map(roles, ret);
        (halves != Halves::default()).then_some((id, krate, halves))
    }
}
