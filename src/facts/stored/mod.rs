//! What functions of a package do, in a form that can be kept in a file: who depends on the package need not look into its bodies.
//!
//! A file speaks of one package's library. It begins with marks of all that was looked at for it: the format, hazmap's version, what is
//! known of libraries, and the text of each file of the library and of the libraries that it depends on (`marks`). While all of them
//! are the same, functions, statics and types can be told by their file and the place of their name (`world`), and spans, numbers of
//! locals and of closures are what they were.
//!
//! **Early cut-off.** Bodies of a library may change, and what others know of it stay the same. Each file has a mark of what its library
//! does, and marks of what those did that it depends on. Where the file of one of these was written anew, and its mark has not changed,
//! the files above are as good as before, and nothing above is computed again. Places are told by the body that they lie in and the
//! offset in it (`segments`), so that no other body moves them.
//!
//! **Invariants.** A summary is written whole or not at all, and read whole or not at all: a function that is not in a file is looked
//! into as if there were none. What other crates decide is never written: a function that calls, or drops, whatever has some trait does
//! what the impls in sight do, and those are others where the file is read.
//!
//! Of crates out of a registry only the files that the analysed code names are read. A file of facts about one may know more.

mod form;
mod marks;
mod read;
mod segments;
#[cfg(test)]
mod tests;
mod world;
mod write;

pub use marks::knowledge_mark;
pub use world::World;
pub use write::{Written, write};

use super::summary::{Effect, MapEffect, Returned};
use crate::model::types::FnId;
use crate::syntax::Name;
use rustc_hash::FxHashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// The form of the files. Whoever changes what is written, or what it means, counts it up.
pub const FORMAT: u32 = 6;

/// What is known of some functions without a look at their bodies.
#[derive(Debug, Default)]
pub struct StoredFns {
    by_fn: FxHashMap<FnId, Stored>,
    /// The libraries that are told of.
    summaries: marks::SummaryMarks,
}

/// What is known of one function.
#[derive(Clone, Debug)]
struct Stored {
    effects: Arc<[Effect]>,
    /// What it returns, by how many calls deep that is asked; of one that asks nobody, once.
    returned: Vec<Returned>,
    /// What it does with shared maps, where that is known, by how many calls deep that is asked; of one that hands on to nobody, once.
    map_effects: Option<Vec<Vec<MapEffect>>>,
    work_on_params: Vec<(u32, Name)>,
    /// It gives out no copies of maps and nothing that it has decoded, lends no map to a closure, changes nothing through `make_mut`, and
    /// does nothing to maps whose lock is its caller's.
    plain: bool,
}

/// Puts what there is into another form: the outer `None` where it has none.
fn maybe<T, U>(it: Option<T>, form: impl FnOnce(T) -> Option<U>) -> Option<Option<U>> {
    match it {
        Some(it) => form(it).map(Some),
        None => Some(None),
    }
}

/// Why a file is not used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    /// In words that fit "… is not used: it …".
    pub why: String,
    /// The folder of the package that it should be written in again, where that is known.
    pub dir: Option<PathBuf>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl StoredFns {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_fn.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_fn.is_empty()
    }

    pub(super) fn effects(&self, id: FnId) -> Option<&Arc<[Effect]>> {
        self.by_fn.get(&id).map(|it| &it.effects)
    }

    /// What a function returns, `level` calls deep.
    pub(super) fn returned(&self, id: FnId, level: u32) -> Option<&Returned> {
        match self.by_fn.get(&id)?.returned.as_slice() {
            [settled] if settled.settled => Some(settled),
            levels => levels.get(level as usize),
        }
    }

    /// What a function does with shared maps, `depth` calls deep.
    pub(super) fn map_effects(&self, id: FnId, depth: u32) -> Option<&[MapEffect]> {
        let levels = self.by_fn.get(&id)?.map_effects.as_ref()?;
        levels.get(depth as usize).or_else(|| levels.last()).map(Vec::as_slice)
    }

    pub(super) fn work_on_params(&self, id: FnId) -> Option<&[(u32, Name)]> {
        self.by_fn.get(&id).map(|it| it.work_on_params.as_slice())
    }

    pub(super) fn is_plain(&self, id: FnId) -> bool {
        self.by_fn.get(&id).is_some_and(|it| it.plain)
    }
}
