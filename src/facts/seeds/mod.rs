//! Which bodies are lowered at all: those whose words say that they may touch a lock, a guard or a concurrent map.
//!
//! The words come from the tokenizer ([`Words`]); a body that is not a seed is lowered only when a seed's facts ask for it.

mod acquiring;
mod copies;
mod globals;
mod halves;
mod local_maps;
mod pairs;
mod relays;
mod runners;
mod sole_types;
mod stores;
mod trait_pairs;
mod words;

pub(super) use copies::parts_owners;
pub(super) use runners::takes_callable;

use super::knowledge::{Knowledge, MapKind};
use super::own_stores::OwnStores;
use super::reach::Reach;
use super::roles::Roles;
use crate::model::Model;
use crate::model::items::{CrateId, FnDef, ModuleId};
use crate::model::types::{AdtId, FnId, OpaqueKind, TraitRef, Type};
use crate::model::words::Words;
use crate::syntax::{MUT_POINTER, Name, Shape, Vis};
use acquiring::{Acquiring, acquiring};
use copies::{gives_values, is_plain_map};
use globals::{Globals, global_maps};
use halves::{FoundPairs, Naming, Pairs};
use local_maps::{LocalMaps, local_maps};
use pairs::ways;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use stores::StoreWords;
use words::{
    LibraryNames, Word, add_of_library, add_word, by_name, called_by, is_named_in, names_of, pointed_at,
};

/// Words that make a body a seed.
pub struct Seeds {
    /// Methods that take a lock and give a guard, or run a closure under it.
    acquiring: Acquiring,
    /// Fields, statics, functions and types through which a concurrent map or a guard is reached.
    names: FxHashMap<Name, Vec<Word>>,
    /// Last segments of libraries' concurrent maps, with the crates that they can be of.
    lib_types: FxHashMap<Name, Vec<Name>>,
    /// By crate: what its code can name of other crates.
    reach: Reach,
    /// Functions of libraries that copy what they are given: `clone`.
    cloning: FxHashSet<Name>,
    /// Functions of libraries that copy what is in what they are given: `cloned`.
    copying: FxHashSet<Name>,
    /// Functions of libraries that decode values: `from_str`.
    decoding: FxHashSet<Name>,
    /// Functions of libraries that part a handle from its other owners: `make_mut`.
    parting: FxHashSet<Name>,
    /// By crate: functions that give out a handle to a plain map, and functions that part one from its other owners.
    partings: FxHashMap<CrateId, Pairs>,
    /// Functions of libraries that run something elsewhere.
    spawning: FxHashSet<Name>,
    /// Fields and statics that are plain maps, or point to one.
    plain_maps: FxHashMap<Name, Vec<Word>>,
    /// Functions that look into a shared map and answer, and functions that write one.
    pairs: FoundPairs,
    /// Types of which there are such methods, by their names.
    own_types: FxHashMap<Name, Vec<AdtId>>,
    /// Fields, statics and methods through which a value of such a type is reached.
    ways: FxHashMap<Name, Vec<(Word, AdtId)>>,
    /// Functions that hand on to a check or a write.
    relays: FxHashSet<FnId>,
    /// By crate: functions that are no methods and may write a shared map that they are given.
    writers: FxHashSet<(CrateId, Name)>,
    /// Words by which type stores are used.
    stores: StoreWords,
    /// Words by which a shared reference is made one that can be written through.
    forcing: FxHashSet<Name>,
    /// By crate: global maps, and functions that use one, by at most one call more.
    globals: Globals,
    /// By crate: names of `thread_local!` maps, and of functions that use them.
    local_maps: FxHashMap<CrateId, LocalMaps>,
}

impl Seeds {
    /// Collects the words from rows and from declared types.
    pub(super) fn new(model: &Model, knowledge: &Knowledge, own_stores: &OwnStores) -> Seeds {
        let roles = Roles { model, knowledge };
        let lib_types = lib_types(roles);
        let library = LibraryNames::new(model);
        let mut seeds = Seeds {
            acquiring: acquiring(model, knowledge),
            names: FxHashMap::default(),
            reach: Reach::new(model, &lib_types),
            lib_types,
            cloning: names_of(model, knowledge, |_, effects| effects.copies.is_some()),
            copying: names_of(model, knowledge, |api, effects| {
                effects.value_of.is_some() && gives_values(api)
            }),
            decoding: names_of(model, knowledge, |_, effects| effects.decodes),
            parting: names_of(model, knowledge, |api, effects| parts_owners(roles, api, effects)),
            partings: FxHashMap::default(),
            spawning: names_of(model, knowledge, |_, effects| effects.spawns.is_some()),
            plain_maps: FxHashMap::default(),
            pairs: FoundPairs::default(),
            own_types: FxHashMap::default(),
            ways: FxHashMap::default(),
            relays: FxHashSet::default(),
            writers: FxHashSet::default(),
            stores: StoreWords::new(roles),
            forcing: forcing(roles),
            globals: global_maps(roles, &library),
            local_maps: local_maps(roles, &library),
        };
        for (module, name, vis, path) in model.names_of_library_items() {
            if reaches_concurrent_map(roles, &model.library.make_type(path, &[])) {
                seeds.add(model, module, vis, name, false);
            }
        }
        for adt in &model.adts {
            for (variant, field) in
                adt.variants.iter().flat_map(|it| it.fields.iter().map(move |field| (it, field)))
            {
                if is_plain_map(roles, &field.ty) {
                    seeds.add_plain_map(model, adt.module, field.vis, field.name);
                }
                if shows_concurrent_map(roles, &field.ty) {
                    seeds.add(model, adt.module, field.vis, field.name, false);
                    if variant.shape == Shape::Tuple {
                        // Patterns name the variant only: `let Registry(map) = registry;`.
                        seeds.add(model, adt.module, field.vis, variant.name, false);
                    }
                }
            }
        }
        for it in &model.statics {
            if shows_concurrent_map(roles, &it.ty) {
                seeds.add(model, it.module, it.vis, it.name, false);
            }
        }
        let giving = |n: &usize| {
            let sig = model.sig(FnId(*n as u32));
            roles.guard_role(&sig.ret).is_some()
                || is_opaque_pointer(&sig.ret)
                || reaches_concurrent_map(roles, &sig.ret)
        };
        let giving: Vec<usize> = (0..model.fns.len()).into_par_iter().filter(giving).collect();
        for n in giving {
            let Some(def) = model.fns.get(n) else { continue };
            let name = called_by(model, FnId(n as u32));
            seeds.add(model, def.module, def.vis, name, def.self_param.is_some());
        }
        seeds.add_takers_of_two(roles, &library);
        let common_runners = seeds.add_runners(roles, &library);
        let naming = Naming::new(roles, &library);
        seeds.pairs = seeds.find_pairs(roles, &naming);
        for (adt, name) in common_runners {
            seeds.pairs.by_type.entry(adt).or_default().runs.insert(name);
        }
        seeds.ways = ways(roles, &seeds.pairs.by_type);
        seeds.add_relays(roles, &naming);
        seeds.writers = seeds.find_writers(roles, &library);
        seeds.partings = seeds.find_partings(roles);
        seeds.add_users_of_stores(roles, own_stores, &library);
        seeds.own_types = by_name(model, seeds.pairs.by_type.keys().copied());
        seeds
    }

    /// Functions that are given two locks of maps and take some: whoever calls them says which are taken in which order.
    fn add_takers_of_two(&mut self, roles: Roles<'_>, library: &LibraryNames) {
        let model = roles.model;
        for (def, n) in model.fns.iter().zip(0..) {
            // Under-approximates: a name that functions of libraries have as well would make every body a seed.
            let takes = takes_two_locks(roles, &model.sig(FnId(n)).params)
                && !library.has_like(def)
                && model.words_of(def).is_some_and(|it| self.acquiring.called_in(&it).next().is_some());
            if takes {
                let name = called_by(model, FnId(n));
                self.add(model, def.module, def.vis, name, def.self_param.is_some());
            }
        }
    }

    /// Whether the words name a function that decodes a value.
    pub fn may_decode(&self, words: &Words<'_>) -> bool {
        words.all().any(|it| self.decoding.contains(it))
    }

    fn add(&mut self, model: &Model, module: ModuleId, vis: Vis, name: Name, method: bool) {
        add_word(&mut self.names, model, module, vis, name, method);
    }

    fn add_plain_map(&mut self, model: &Model, module: ModuleId, vis: Vis, name: Name) {
        add_word(&mut self.plain_maps, model, module, vis, name, false);
    }

    /// Whether a body of a crate with these words is lowered.
    pub fn wants(&self, krate: CrateId, words: &Words<'_>) -> bool {
        self.is_seed(krate, words)
            || self.calls_a_pair(krate, words)
            || self.calls_for_copy(krate, words)
            || self.wants_store(krate, words)
            || self.uses_local_map(krate, words)
            || self.may_copy(krate, words)
            || self.forces(words)
    }

    /// Whether such a body of test code is lowered where only guards, stores and global maps matter.
    pub fn wants_in_quiet_test(&self, krate: CrateId, words: &Words<'_>) -> bool {
        self.is_seed(krate, words) || self.wants_store(krate, words) || self.forces(words)
    }

    /// Whether the words may make a shared reference one that can be written through.
    fn forces(&self, words: &Words<'_>) -> bool {
        words.all().any(|it| self.forcing.contains(it))
    }

    /// Whether a test's words say that it uses a global map.
    pub fn wants_test(&self, krate: CrateId, def: &FnDef, words: &Words<'_>) -> bool {
        let is_test = |it: &Name| it.as_str() == "test" || it.as_str().ends_with("::test");
        !self.globals.is_empty() && def.attrs.iter().any(is_test) && self.names_global(krate, words)
    }

    /// Whether the words of a function name a global map, or a function that uses one.
    pub fn names_global(&self, krate: CrateId, words: &Words<'_>) -> bool {
        self.globals.are_named(krate, words)
    }

    /// Whether any crate has a map for each thread.
    pub fn has_local_maps(&self) -> bool {
        !self.local_maps.is_empty()
    }

    /// Whether the words name such a map, or a function that uses one.
    pub fn uses_local_map(&self, krate: CrateId, words: &Words<'_>) -> bool {
        self.local_maps.get(&krate).is_some_and(|it| it.are_used(words))
    }

    fn is_seed(&self, krate: CrateId, words: &Words<'_>) -> bool {
        self.found_in(krate, words).next().is_some()
    }

    /// The words of a body for which it is lowered; none where only a pair of called functions is the reason.
    pub fn found_in<'w>(&'w self, krate: CrateId, words: &'w Words<'_>) -> impl Iterator<Item = Name> + 'w {
        let acquiring = self.acquiring.called_in(words);
        let methods = words.methods().filter(move |it| self.is_named(krate, **it, |word| word.method));
        let idents = words
            .idents()
            .filter(move |it| self.is_named(krate, **it, |_| true) || self.is_lib_type(krate, **it));
        acquiring.chain(methods).chain(idents).copied()
    }

    /// Whether a name may mean, in a crate, one of the declared ones: its own, or a public one of a crate that it depends on.
    fn is_named(&self, krate: CrateId, name: Name, fits: impl Fn(&Word) -> bool) -> bool {
        is_named_in(&self.names, &self.reach, krate, name, fits)
    }

    /// Whether a name may end a path to a library's concurrent map: `HashMap` does in a crate that writes `scc::HashMap`.
    fn is_lib_type(&self, krate: CrateId, name: Name) -> bool {
        self.lib_types.get(&name).is_some_and(|of| of.iter().any(|it| self.reach.names_library(krate, *it)))
    }

    /// Whether a signature makes its function a seed: it takes a concurrent map or a guard, or a map that the body may copy.
    pub fn wants_signature(&self, roles: Roles<'_>, params: &[Type], words: Option<&Words<'_>>) -> bool {
        self.may_copy_param(roles, params, words) || self.takes_guard(roles, params)
    }

    /// Whether a function takes a concurrent map or a guard.
    pub fn takes_guard(&self, roles: Roles<'_>, params: &[Type]) -> bool {
        params.iter().any(|it| reaches_concurrent_map(roles, it) || roles.guard_role(it).is_some())
    }
}

/// Words by which a shared reference is made one that can be written through.
fn forcing(roles: Roles<'_>) -> FxHashSet<Name> {
    let apis = roles.model.library.apis.iter().zip(&roles.knowledge.effects);
    let forcing = apis.filter(|(_, effects)| effects.forces.is_some()).map(|(api, _)| api.name);
    forcing.chain([Name::from(MUT_POINTER)]).collect()
}

/// The names of the libraries' concurrent maps, with the libraries.
fn lib_types(roles: Roles<'_>) -> FxHashMap<Name, Vec<Name>> {
    let library = &roles.model.library;
    let is_map =
        |path: Name| roles.knowledge.role(path).is_some_and(|it| it.map == Some(MapKind::Concurrent));
    let types = roles.knowledge.types.keys().filter(|path| is_map(**path));
    let others = library.aliases.iter().filter(|(_, to)| is_map(**to)).map(|(from, _)| from);
    let aliases = library
        .type_aliases
        .iter()
        .filter(|(_, it)| reaches_concurrent_map(roles, &it.ty))
        .map(|(path, _)| path);
    let mut found: FxHashMap<Name, Vec<Name>> = FxHashMap::default();
    for path in types.chain(others).chain(aliases) {
        if let Some(last) = path.rsplit("::").next() {
            add_of_library(&mut found, Name::from(last), *path);
        }
    }
    found
}

/// Whether all that a signature says is that its function gives out something that dereferences, as guards do: `impl DerefMut<Target = ..>`.
fn is_opaque_pointer(ty: &Type) -> bool {
    let derefs = |it: &TraitRef| matches!(it, TraitRef::Lib(path) if matches!(path.as_str(), "std::ops::Deref" | "std::ops::DerefMut"));
    matches!(ty, Type::Opaque(OpaqueKind::Impl, bounds) if bounds.iter().any(|it| derefs(&it.trait_)))
}

/// Whether a function is given two locks of maps.
fn takes_two_locks(roles: Roles<'_>, params: &[Type]) -> bool {
    params.iter().filter(|it| roles.is_lock_of_map(it.peel_refs())).count() > 1
}

/// Whether the type is a concurrent map, or a reference, handle, option or collection of one, or has one's methods by `Deref`.
fn reaches_concurrent_map(roles: Roles<'_>, ty: &Type) -> bool {
    leads_to_concurrent_map(roles, ty, true)
}

fn leads_to_concurrent_map(roles: Roles<'_>, ty: &Type, by_deref: bool) -> bool {
    let leads = |it: &Type| leads_to_concurrent_map(roles, it, by_deref);
    match ty {
        Type::Lib(_, args) => roles.map_kind(ty) == Some(MapKind::Concurrent) || args.iter().any(leads),
        Type::Ref(_, inner) | Type::Array(inner) | Type::Slice(inner) => leads(inner),
        Type::Tuple(parts) => parts.iter().any(leads),
        Type::Adt(id, _) if by_deref => {
            roles.model.deref_target(*id).is_some_and(|it| leads_to_concurrent_map(roles, &it, false))
        }
        _ => false,
    }
}

/// The same, and whether it is or points to a type of the analysed code that dereferences to one: `self.peers.get(..)`.
fn shows_concurrent_map(roles: Roles<'_>, ty: &Type) -> bool {
    let derefs =
        |adt: AdtId| roles.model.deref_target(adt).is_some_and(|it| reaches_concurrent_map(roles, &it));
    reaches_concurrent_map(roles, ty) || pointed_at(roles, ty).is_some_and(derefs)
}
