//! Which bodies have a function's name among their words.

use crate::model::Model;
use crate::model::types::FnId;
use crate::syntax::Name;
use rustc_hash::{FxHashMap, FxHashSet};

/// For each name of a function: the functions whose bodies name it, in the order of their ids.
pub(super) struct Named(FxHashMap<Name, Vec<FnId>>);

impl Named {
    /// Reads the words of all bodies; the copies of a text that two targets reach count once.
    pub(super) fn new(model: &Model) -> Named {
        let names: FxHashSet<Name> = model.fns.iter().map(|it| it.name).collect();
        let mut found: FxHashMap<Name, Vec<FnId>> = FxHashMap::default();
        for (def, n) in model.fns.iter().zip(0..) {
            let Some(words) = model.words_of(def).filter(|_| !def.duplicate) else { continue };
            for name in words.all().filter(|it| names.contains(it)) {
                let of = found.entry(*name).or_default();
                if of.last() != Some(&FnId(n)) {
                    of.push(FnId(n));
                }
            }
        }
        Named(found)
    }

    /// The functions whose bodies name a function.
    pub(super) fn by(&self, name: Name) -> &[FnId] {
        self.0.get(&name).map_or(&[], Vec::as_slice)
    }
}
