//! Tables of names: what each module's names mean, and which of two meanings wins.

use super::items::{Def, ModuleId};
use crate::syntax::{Cfg, Name, Vis};
use rustc_hash::FxHashMap;

/// A namespace. (Macros have their own, which we do not need.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ns {
    /// Modules, types, traits.
    Types,
    /// Functions, statics, constructors.
    Values,
}

impl Ns {
    pub(super) const BOTH: [Ns; 2] = [Ns::Types, Ns::Values];
}

/// Decides which of several declarations of one name is taken: the least.
///
/// In order: declared before glob-imported, certain before uncertain, other code before test code, an ordinary build before one
/// for a model checker, first before later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank(u64);

const GLOB: u64 = 1 << 63;
const UNCERTAIN: u64 = 1 << 62;
const TEST: u64 = 1 << 61;
const UNLIKELY: u64 = 1 << 60;

impl Rank {
    pub(super) fn new(order: u32, test: bool, cfg: &Cfg) -> Rank {
        let mut rank = u64::from(order);
        if test {
            rank |= TEST;
        }
        if is_unlikely(cfg) {
            rank |= UNLIKELY;
        }
        Rank(rank)
    }

    pub(super) fn glob(self) -> Rank {
        Rank(self.0 | GLOB)
    }

    /// The name may not exist in this namespace: what a library has in it is not known.
    pub(super) fn uncertain(self) -> Rank {
        Rank(self.0 | UNCERTAIN)
    }

    /// This rank, made worse by what is bad about `other` besides its place.
    pub(super) fn through(self, other: Rank) -> Rank {
        Rank(self.0 | (other.0 & (UNCERTAIN | TEST | UNLIKELY)))
    }
}

/// Returns whether a build condition holds only in builds that nobody ships: those of model checkers, fuzzers and documentation.
fn is_unlikely(cfg: &Cfg) -> bool {
    const RARE: [&str; 9] = [
        "loom",
        "shuttle",
        "miri",
        "kani",
        "fuzzing",
        "docsrs",
        "doc",
        "rust_analyzer",
        "feature = \"loom\"",
    ];
    let rare = |text: &str| RARE.contains(&text) || (text.contains("wasm") && !text.ends_with(')'));
    cfg.literals.iter().any(|(text, holds)| *holds && rare(text.as_str()))
}

/// What a name of a module means in one namespace.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Binding {
    /// The meaning; `None` when the name is declared, but not known what it is: it hides other meanings all the same.
    pub(super) def: Option<Def>,
    /// Against other declarations.
    pub(super) rank: Rank,
    /// Who may see it.
    pub(super) vis: Vis,
}

/// The meanings of one name.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Slot {
    types: Option<Binding>,
    values: Option<Binding>,
}

impl Slot {
    pub(super) fn get(&self, ns: Ns) -> Option<Binding> {
        match ns {
            Ns::Types => self.types,
            Ns::Values => self.values,
        }
    }

    fn get_mut(&mut self, ns: Ns) -> &mut Option<Binding> {
        match ns {
            Ns::Types => &mut self.types,
            Ns::Values => &mut self.values,
        }
    }
}

/// The names of one module.
#[derive(Debug, Default)]
pub(super) struct Names {
    slots: FxHashMap<Name, Slot>,
}

impl Names {
    pub(super) fn get(&self, name: Name, ns: Ns) -> Option<Binding> {
        self.slots.get(&name).and_then(|slot| slot.get(ns))
    }

    /// Adds a meaning, unless there is a better one. Returns whether it was taken.
    pub(super) fn bind(&mut self, name: Name, ns: Ns, binding: Binding) -> bool {
        let place = self.slots.entry(name).or_default().get_mut(ns);
        match place {
            Some(old) if old.rank <= binding.rank => false,
            _ => {
                *place = Some(binding);
                true
            }
        }
    }

    /// Returns the names of types, traits and modules with their meanings, in no order.
    pub(super) fn types(&self) -> impl Iterator<Item = (Name, Binding)> {
        self.slots.iter().filter_map(|(name, slot)| Some((*name, slot.types?)))
    }

    /// Returns all meanings, in no order.
    pub(super) fn all(&self) -> impl Iterator<Item = Binding> {
        self.slots.values().flat_map(|slot| slot.types.into_iter().chain(slot.values))
    }

    /// Returns all names with their meanings, in a fixed order.
    pub(super) fn sorted(&self) -> Vec<(Name, Slot)> {
        let mut all: Vec<(Name, Slot)> = self.slots.iter().map(|(name, slot)| (*name, *slot)).collect();
        all.sort_unstable_by(|(a, _), (b, _)| a.as_str().cmp(b.as_str()));
        all
    }
}

/// A name declared in a module.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The module.
    pub(super) module: ModuleId,
    /// The name.
    pub(super) name: Name,
    /// The namespace.
    pub(super) ns: Ns,
}

/// Returns the narrower of two visibilities.
pub(super) fn narrower(a: Vis, b: Vis) -> Vis {
    match (a, b) {
        (Vis::Private, _) | (_, Vis::Private) => Vis::Private,
        (Vis::Crate, _) | (_, Vis::Crate) => Vis::Crate,
        (Vis::Public, Vis::Public) => Vis::Public,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_order_declarations() {
        let plain = Cfg::default();
        let loom = Cfg { literals: vec![(Name::from("loom"), true)] };
        let not_loom = Cfg { literals: vec![(Name::from("loom"), false)] };
        let first = Rank::new(1, false, &plain);
        assert!(first < Rank::new(2, false, &plain));
        assert!(Rank::new(9, false, &not_loom) < Rank::new(1, false, &loom));
        assert!(Rank::new(9, false, &plain) < Rank::new(1, true, &plain));
        assert!(Rank::new(9, true, &plain) < first.glob());
        assert!(first.glob() < first.glob().uncertain());
    }
}
