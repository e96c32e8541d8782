//! What the two halves of a check-then-act are called: functions that check a map, and functions that write one.

use super::reaches_concurrent_map;
use super::trait_pairs::{lend_to_types, trait_of};
use super::words::{LibraryNames, owner, pointed_at};
use crate::facts::knowledge::MapKind;
use crate::facts::roles::Roles;
use crate::model::items::{CrateId, FnDef, Static};
use crate::model::types::{AdtId, FnId, TraitId, Type};
use crate::model::words::Words;
use crate::syntax::Name;
use rustc_hash::{FxHashMap, FxHashSet};

/// Names of functions that may be the two halves of a check-then-act.
#[derive(Clone, Default)]
pub(super) struct Pairs {
    pub(super) checks: FxHashSet<Name>,
    pub(super) acts: FxHashSet<Name>,
    /// Those that give out a plain map: a copy of the shared one.
    pub(super) copies: FxHashSet<Name>,
    /// Those that may run what they are given under a lock, or hand it on to one that does: `with`.
    pub(super) runs: FxHashSet<Name>,
}

/// By crate: names of functions that may be the two halves of a check-then-act.
#[derive(Default)]
pub(super) struct CratePairs {
    pub(super) methods: FxHashMap<CrateId, Pairs>,
    /// Those of functions that belong to no type.
    free: FxHashMap<(CrateId, Name), FreeHalf>,
}

/// A function of no type that may be a half.
struct FreeHalf {
    halves: Halves,
    /// What it may be about.
    about: Vec<About>,
}

/// What a function of no type has its map from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    /// A value of this type, which it is given.
    Type(AdtId),
    /// A lock of a map, which it is given.
    Lock,
    /// A static.
    Static(Name),
}

impl CratePairs {
    /// The halves that a function of no type may be.
    pub(super) fn of_free(&self, krate: CrateId, name: Name) -> Halves {
        self.free.get(&(krate, name)).map_or_else(Halves::default, |it| it.halves)
    }

    /// Whether words name two functions of no type that are a check and a write about the same.
    pub(super) fn are_named(&self, krate: CrateId, words: &Words<'_>) -> bool {
        if self.free.is_empty() {
            return false;
        }
        let halves: Vec<(&Name, &FreeHalf)> =
            words.idents().filter_map(|it| Some((it, self.free.get(&(krate, *it))?))).collect();
        let fits = |(name, check): &(&Name, &FreeHalf)| {
            let about = |act: &FreeHalf| act.about.iter().any(|it| check.about.contains(it));
            check.halves.checks
                && halves.iter().any(|(other, act)| other != name && act.halves.acts && about(act))
        };
        halves.iter().any(fits)
    }
}

/// What a function of no type may have its map from.
fn about(roles: Roles<'_>, params: &[Type], words: &Words<'_>, statics: &FxHashSet<Name>) -> Vec<About> {
    let of_param = |ty: &Type| match pointed_at(roles, ty) {
        Some(adt) => Some(About::Type(adt)),
        None => roles.is_lock_of_map(ty).then_some(About::Lock),
    };
    let named = words.idents().filter(|it| statics.contains(*it)).map(|it| About::Static(*it));
    params.iter().filter_map(of_param).chain(named).collect()
}

impl Pairs {
    fn note(&mut self, name: Name, halves: Halves) {
        self.checks.extend(halves.checks.then_some(name));
        self.acts.extend(halves.acts.then_some(name));
        self.copies.extend(halves.copies.then_some(name));
    }

    pub(super) fn add(&mut self, names: &Pairs) {
        self.checks.extend(&names.checks);
        self.acts.extend(&names.acts);
        self.copies.extend(&names.copies);
        self.runs.extend(&names.runs);
    }
}

/// The names by which functions are found, by what they belong to.
#[derive(Default)]
pub(super) struct FoundPairs {
    /// Those that few functions of a crate have.
    pub(super) by_crate: CratePairs,
    /// Methods, by their type.
    pub(super) by_type: FxHashMap<AdtId, Pairs>,
    /// Default methods, by their trait.
    pub(super) by_trait: FxHashMap<TraitId, Pairs>,
}

/// Gives the names of a type to those that dereference to it: their methods call them on `self`.
fn lend_to_wrappers(roles: Roles<'_>, pairs: &mut FxHashMap<AdtId, Pairs>) {
    let model = roles.model;
    let wrapper = |n: usize| {
        let id = AdtId(n as u32);
        let target = pointed_at(roles, &model.deref_target(id)?).filter(|it| pairs.contains_key(it))?;
        Some((id, target))
    };
    let wrappers: Vec<(AdtId, AdtId)> = (0..model.adts.len()).filter_map(wrapper).collect();
    for (id, target) in wrappers {
        let Some(names) = pairs.get(&target).cloned() else { continue };
        pairs.entry(id).or_default().add(&names);
    }
}

/// Which halves a function may be.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Halves {
    pub(super) checks: bool,
    pub(super) acts: bool,
    /// It gives out a copy: a plain map, or what was in one where it belongs to no type.
    pub(super) copies: bool,
}

impl Halves {
    /// What a function may be by its words and what it gives out.
    pub(super) fn of(roles: Roles<'_>, id: FnId, words: &Words<'_>, reads: &Names, writes: &Names) -> Halves {
        let ret = &roles.model.sig(id).ret;
        Halves {
            checks: *ret != Type::unit() && words.methods().any(|it| reads.contains(it)),
            acts: words.methods().any(|it| writes.contains(it)),
            copies: gives_map(roles, ret),
        }
    }
}

type Names = FxHashSet<Name>;

/// Whether what a function gives out is a map that does not lock itself.
pub(super) fn gives_map(roles: Roles<'_>, ret: &Type) -> bool {
    matches!(ret, Type::Lib(..)) && roles.map_kind(ret).is_some_and(|it| it != MapKind::Concurrent)
}

/// What is known of all functions' names when halves are noted.
pub(super) struct Naming<'m> {
    library: &'m LibraryNames,
    /// How many functions of a crate have a name.
    n_named: FxHashMap<(CrateId, Name), u32>,
    /// Statics that are shared maps.
    statics: Names,
}

impl<'m> Naming<'m> {
    pub(super) fn new(roles: Roles<'_>, library: &'m LibraryNames) -> Naming<'m> {
        let model = roles.model;
        let mut n_named: FxHashMap<(CrateId, Name), u32> = FxHashMap::default();
        for def in &model.fns {
            if let Some(krate) = model.crate_of(def.module) {
                *n_named.entry((krate, def.name)).or_default() += 1;
            }
        }
        let shared = |it: &&Static| roles.is_lock_of_map(&it.ty) || reaches_concurrent_map(roles, &it.ty);
        let statics = model.statics.iter().filter(shared).map(|it| it.name).collect();
        Naming { library, n_named, statics }
    }

    /// Whether a function is named as many are (`get`, `insert`, `new`). Under-approximates: by such names every body would be a seed.
    pub(super) fn is_common(&self, krate: CrateId, def: &FnDef) -> bool {
        self.library.has_like(def) || self.n_named.get(&(krate, def.name)).is_none_or(|it| *it > 2)
    }
}

impl FoundPairs {
    /// Notes that a function may be some halves.
    pub(super) fn note(
        &mut self,
        roles: Roles<'_>,
        naming: &Naming<'_>,
        (id, krate): (FnId, CrateId),
        words: &Words<'_>,
        halves: Halves,
    ) {
        let def = roles.model.fn_def(id);
        if let Some(adt) = owner(roles.model, def) {
            self.by_type.entry(adt).or_default().note(def.name, halves);
        }
        let is_half = Halves { copies: false, ..halves };
        if let Some(id) = trait_of(def) {
            self.by_trait.entry(id).or_default().note(def.name, is_half);
        }
        if naming.is_common(krate, def) {
            return;
        }
        if def.self_param.is_some() {
            self.by_crate.methods.entry(krate).or_default().note(def.name, is_half);
        } else if halves != Halves::default() {
            let about = about(roles, &roles.model.sig(id).params, words, &naming.statics);
            self.by_crate.free.insert((krate, def.name), FreeHalf { halves, about });
        }
    }

    /// Gives the names of traits to the types that have them, and those of types to others that dereference to them.
    pub(super) fn lend(&mut self, roles: Roles<'_>) {
        lend_to_types(roles.model, &self.by_trait, &mut self.by_type);
        lend_to_wrappers(roles, &mut self.by_type);
    }
}
