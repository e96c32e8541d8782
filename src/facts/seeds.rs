//! Which bodies are lowered at all: those whose words say that they may touch a lock, a guard or a concurrent map.
//!
//! The words come from the tokenizer ([`Words`]); a body that is not a seed is lowered only when a seed's facts ask for it.

use super::knowledge::{Effects, Knowledge, MapKind};
use super::own_stores::OwnStores;
use super::reach::Reach;
use super::roles::Roles;
use crate::model::Model;
use crate::model::items::{CrateId, ExternCrate, FnDef, FnOwner, ModuleId, SelfKind};
use crate::model::library::Api;
use crate::model::types::{AdtId, FnId, Mutability, Type};
use crate::model::words::Words;
use crate::syntax::{MUT_POINTER, Name, Shape, StaticKind, Vis};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

/// Functions through which something callable is handed on to the one that runs it.
const MAX_HANDED_ON: usize = 3;

/// From so many functions of libraries on, a name is common.
const COMMON: u32 = 3;

/// Names, each with what it is declared in.
type NamesIn<Of> = FxHashSet<(Of, Name)>;

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
    /// By crate: functions that look into a shared map and answer, and functions that write one.
    pairs: FxHashMap<CrateId, Pairs>,
    /// The same by type, whatever the methods' names: only bodies that name a way to a value of the type are seeds by them.
    own_pairs: FxHashMap<AdtId, Pairs>,
    /// Such types by their names.
    own_types: FxHashMap<Name, Vec<AdtId>>,
    /// Fields, statics and methods through which a value of such a type is reached.
    ways: FxHashMap<Name, Vec<(Word, AdtId)>>,
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

/// Names of methods of locks. `file.read(&mut buffer)` is none of a lock.
#[derive(Default)]
struct Acquiring {
    /// Those that have no arguments.
    bare: FxHashSet<Name>,
    /// Those that have some.
    full: FxHashSet<Name>,
}

impl Acquiring {
    /// The methods called in a body that may be of a lock.
    fn called_in<'w>(&'w self, words: &'w Words<'_>) -> impl Iterator<Item = &'w Name> {
        let bare = words.bare_methods().filter(|it| self.bare.contains(*it));
        bare.chain(words.methods().filter(|it| self.full.contains(*it)))
    }
}

/// Words by which type stores are used: the functions and fields of libraries that are about nothing else, and the types, with
/// the libraries that they are of. The names that the analysed code has for a store stand by crate.
#[derive(Default)]
struct StoreWords {
    /// Methods, with the libraries that they are of.
    methods: FxHashMap<Name, Vec<Name>>,
    /// Functions that are no methods, and fields, likewise.
    fns: FxHashMap<Name, Vec<Name>>,
    types: FxHashMap<Name, Vec<Name>>,
    own: FxHashSet<(CrateId, Name)>,
    /// Types that are stores, or have a method that shows one.
    shown_by: FxHashSet<Name>,
    /// By type: its methods that give out what they take out of a store, or make a context of another.
    own_takers: FxHashSet<(AdtId, Name)>,
    /// The types that have such methods, by their names.
    own_taker_types: FxHashMap<Name, Vec<AdtId>>,
    /// By crate: functions that give out a store, and those that do what such methods do.
    accessors: FxHashSet<(CrateId, Name)>,
    /// By crate: functions with such words. Two of them may put into one store.
    users: FxHashSet<(CrateId, Name)>,
    libraries: Vec<FxHashSet<Name>>,
}

/// A declared name that makes a body a seed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Word {
    /// Where it is declared.
    krate: CrateId,
    /// Other crates can name it.
    public: bool,
    /// It can be called as a method. A field cannot: `.map(..)` is never the field `map`.
    method: bool,
}

impl Word {
    /// Whether code of a crate can name it.
    fn is_seen(&self, reach: &Reach, krate: CrateId) -> bool {
        self.krate == krate || (self.public && reach.sees(krate, self.krate))
    }
}

/// Names of functions that may be the two halves of a check-then-act.
#[derive(Default)]
struct Pairs {
    checks: FxHashSet<Name>,
    acts: FxHashSet<Name>,
    /// Those that give out a plain map: a copy of the shared one.
    copies: FxHashSet<Name>,
    /// Those that may run what they are given under a lock, or hand it on to one that does: `with`.
    runs: FxHashSet<Name>,
}

/// By crate: names through which a global map is used.
#[derive(Default)]
struct Globals {
    /// Statics and functions.
    names: NamesIn<CrateId>,
    /// Functions of types, by the types' names, that are named as libraries' functions are: `Registry::shared`.
    of_types: FxHashMap<(CrateId, Name), Vec<Name>>,
}

impl Globals {
    fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether the words name one.
    fn are_named(&self, krate: CrateId, words: &Words<'_>) -> bool {
        let of_type = |it: &Name| {
            let own = self.of_types.get(&(krate, *it));
            own.is_some_and(|own| words.idents().any(|it| own.contains(it)))
        };
        words.all().any(|it| self.names.contains(&(krate, *it)))
            || (!self.of_types.is_empty() && words.idents().any(of_type))
    }
}

/// Names through which a thread's own map is used.
#[derive(Default)]
struct LocalMaps {
    statics: FxHashSet<Name>,
    /// Functions of types, methods and others.
    users: FxHashSet<Name>,
    /// Functions of modules: no word after a dot is one.
    free_users: FxHashSet<Name>,
}

impl LocalMaps {
    /// Whether the words name a function that uses one.
    fn calls_user(&self, words: &Words<'_>) -> bool {
        words.idents().any(|it| self.users.contains(it) || self.free_users.contains(it))
            || words.methods().any(|it| self.users.contains(it))
    }
}

/// Names of functions of libraries: of those that belong to no type, and of all.
struct LibraryNames {
    free: FxHashSet<Name>,
    all: FxHashSet<Name>,
}

impl LibraryNames {
    fn new(model: &Model) -> LibraryNames {
        let apis = || model.library.apis.iter();
        let free = apis().filter(|it| it.recv.is_none() && it.owner.is_none());
        LibraryNames { free: free.map(|it| it.name).collect(), all: apis().map(|it| it.name).collect() }
    }

    /// Whether a function of a library is called by the same word as one of the analysed code.
    fn has_like(&self, def: &FnDef) -> bool {
        let names = if is_free(def) { &self.free } else { &self.all };
        names.contains(&def.name)
    }
}

/// Whether a function belongs to no type.
fn is_free(def: &FnDef) -> bool {
    def.owner == FnOwner::Free
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
            pairs: FxHashMap::default(),
            own_pairs: FxHashMap::default(),
            own_types: FxHashMap::default(),
            ways: FxHashMap::default(),
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
                if reaches_concurrent_map(roles, &field.ty) {
                    seeds.add(model, adt.module, field.vis, field.name, false);
                    if variant.shape == Shape::Tuple {
                        // Patterns name the variant only: `let Registry(map) = registry;`.
                        seeds.add(model, adt.module, field.vis, variant.name, false);
                    }
                }
            }
        }
        for it in &model.statics {
            if reaches_concurrent_map(roles, &it.ty) {
                seeds.add(model, it.module, it.vis, it.name, false);
            }
        }
        let giving = |n: &usize| {
            let sig = model.sig(FnId(*n as u32));
            roles.guard_role(&sig.ret).is_some() || reaches_concurrent_map(roles, &sig.ret)
        };
        let giving: Vec<usize> = (0..model.fns.len()).into_par_iter().filter(giving).collect();
        for n in giving {
            let Some(def) = model.fns.get(n) else { continue };
            let name = called_by(model, FnId(n as u32));
            seeds.add(model, def.module, def.vis, name, def.self_param.is_some());
        }
        seeds.add_takers_of_two(roles, &library);
        let common_runners = seeds.add_runners(model, &library);
        (seeds.pairs, seeds.own_pairs) = seeds.find_pairs(roles, &library);
        for (adt, name) in common_runners {
            seeds.own_pairs.entry(adt).or_default().runs.insert(name);
        }
        seeds.ways = ways(roles, &seeds.own_pairs);
        seeds.writers = seeds.find_writers(roles, &library);
        seeds.partings = seeds.find_partings(roles);
        seeds.stores.add_own(model, own_stores);
        seeds.stores.users = seeds.find_users_of_stores(model, &library);
        let takers;
        (seeds.stores.own_takers, takers) = seeds.find_takers_of_stores(roles, &library);
        seeds.stores.accessors.extend(takers);
        seeds.stores.own_taker_types = by_name(model, seeds.stores.own_takers.iter().map(|it| it.0));
        seeds.own_types = by_name(model, seeds.own_pairs.keys().copied());
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

    /// Functions that may run what they are given under a lock: those with something callable among their parameters that are
    /// seeds themselves, or hand it on to one. What is given runs under that lock, whatever words the giver has. Gives the methods that
    /// are named as libraries' functions are: only a way to a value of the type makes a body a seed by them.
    fn add_runners(&mut self, model: &Model, library: &LibraryNames) -> Vec<(AdtId, Name)> {
        let mut common = Vec::new();
        let takes_callable = |n: &usize| takes_callable(model, FnId(*n as u32));
        let mut open: Vec<usize> = (0..model.fns.len()).filter(takes_callable).collect();
        for _ in 0..MAX_HANDED_ON {
            let is_runner = |n: &usize| {
                let Some(def) = model.fns.get(*n) else { return false };
                let krate = model.crate_of(def.module);
                krate.zip(model.words_of(def)).is_some_and(|(krate, words)| self.is_seed(krate, &words))
            };
            let (runners, rest): (Vec<usize>, Vec<usize>) = open.into_iter().partition(is_runner);
            for n in &runners {
                let Some(def) = model.fns.get(*n) else { continue };
                let name = called_by(model, FnId(*n as u32));
                // A name that libraries' functions have as well would make every body a seed.
                if library.all.contains(&name) {
                    common.extend(owner(model, def).map(|it| (it, name)));
                } else {
                    self.add(model, def.module, def.vis, name, def.self_param.is_some());
                }
            }
            open = rest;
            if runners.is_empty() {
                break;
            }
        }
        common
    }

    /// The functions of each crate whose words name a type store and a function that puts into it or shows it.
    fn find_users_of_stores(&self, model: &Model, library: &LibraryNames) -> FxHashSet<(CrateId, Name)> {
        let user = |(def, n): (&FnDef, u32)| {
            let krate = model.crate_of(def.module)?;
            let words = model.words_of(def)?;
            let uses = !library.has_like(def) && self.uses_store(krate, &words);
            let takes = || model.sig(FnId(n)).params.iter().any(|it| self.stores.is_or_shows(it));
            (uses && takes()).then_some((krate, def.name))
        };
        model.fns.iter().zip(0..).filter_map(user).collect()
    }

    /// The functions of each crate that may give out a reference to a map's owner, or a handle to it, that they take out of a store; and
    /// those that make a context of another.
    fn find_takers_of_stores(
        &self,
        roles: Roles<'_>,
        library: &LibraryNames,
    ) -> (NamesIn<AdtId>, NamesIn<CrateId>) {
        let model = roles.model;
        let deriving = names_of(model, roles.knowledge, |api, effects| {
            effects.puts.is_some() && api.recv == Some(SelfKind::Ref)
        });
        let (mut own, mut all) = (FxHashSet::default(), FxHashSet::default());
        for (def, n) in model.fns.iter().zip(0..) {
            let Some(krate) = model.crate_of(def.module) else { continue };
            let Some(words) = model.words_of(def) else { continue };
            let gives = || roles.bears_map(&model.sig(FnId(n)).ret);
            let rebuilds = words.methods().any(|it| deriving.contains(it));
            if !self.uses_store(krate, &words) || !(rebuilds || gives()) {
                continue;
            }
            own.extend(owner(model, def).map(|it| (it, def.name)));
            // A name that functions of libraries have as well would make every body a seed.
            all.extend((!library.all.contains(&def.name)).then_some((krate, def.name)));
        }
        (own, all)
    }

    /// The functions of each crate that are seeds and whose words name a read or a write of a map.
    fn find_pairs(
        &self,
        roles: Roles<'_>,
        library: &LibraryNames,
    ) -> (FxHashMap<CrateId, Pairs>, FxHashMap<AdtId, Pairs>) {
        let model = roles.model;
        let (mut reads, mut writes) = (FxHashSet::default(), FxHashSet::default());
        for (api, effects) in model.library.apis.iter().zip(&roles.knowledge.effects) {
            if effects.reads.is_some() {
                reads.insert(api.name);
            }
            if effects.writes.is_some() {
                writes.insert(api.name);
            }
        }
        let mut n_named: FxHashMap<(CrateId, Name), u32> = FxHashMap::default();
        for def in &model.fns {
            if let Some(module) = model.modules.get(def.module.0 as usize) {
                *n_named.entry((module.krate, def.name)).or_default() += 1;
            }
        }
        let mut pairs: FxHashMap<CrateId, Pairs> = FxHashMap::default();
        let mut own_pairs: FxHashMap<AdtId, Pairs> = FxHashMap::default();
        for (n, def) in model.fns.iter().enumerate() {
            let Some(words) = model.words_of(def) else { continue };
            let Some(module) = model.modules.get(def.module.0 as usize) else { continue };
            // Under-approximates: a wrapper that is named as many functions are (`get`, `insert`, `new`) would make every body a seed.
            let common = library.all.contains(&def.name)
                || n_named.get(&(module.krate, def.name)).is_none_or(|it| *it > 2);
            if def.self_param.is_none() || !self.is_seed(module.krate, &words) {
                continue;
            }
            let checks =
                words.methods().any(|it| reads.contains(it)) && model.sig(FnId(n as u32)).ret != Type::unit();
            let acts = words.methods().any(|it| writes.contains(it));
            let note = |names: &mut Pairs| {
                names.checks.extend(checks.then_some(def.name));
                names.acts.extend(acts.then_some(def.name));
            };
            if let Some(adt) = owner(model, def) {
                let own = own_pairs.entry(adt).or_default();
                note(own);
                let ret = &model.sig(FnId(n as u32)).ret;
                let gives_map = matches!(ret, Type::Lib(..))
                    && roles.map_kind(ret).is_some_and(|it| it != MapKind::Concurrent);
                own.copies.extend(gives_map.then_some(def.name));
            }
            if !common {
                note(pairs.entry(module.krate).or_default());
            }
        }
        (pairs, own_pairs)
    }

    /// The functions of each crate, no methods, that may write a shared map among their parameters: those whose words name a write and
    /// make them seeds, or whose signature does.
    fn find_writers(&self, roles: Roles<'_>, library: &LibraryNames) -> FxHashSet<(CrateId, Name)> {
        let model = roles.model;
        let apis = model.library.apis.iter().zip(&roles.knowledge.effects);
        let writes: FxHashSet<Name> =
            apis.filter(|(_, effects)| effects.writes.is_some()).map(|(api, _)| api.name).collect();
        let writer = |(def, n): (&FnDef, u32)| {
            if !is_free(def) || library.has_like(def) {
                return None;
            }
            let krate = model.crate_of(def.module)?;
            let words = model.words_of(def)?;
            let params = || &model.sig(FnId(n)).params;
            let is_writer = words.methods().any(|it| writes.contains(it))
                && (self.is_seed(krate, &words) || self.takes_guard(roles, params()))
                && params().iter().any(|it| roles.bears_map(it));
            is_writer.then_some((krate, def.name))
        };
        model.fns.iter().zip(0..).filter_map(writer).collect()
    }

    /// The methods of each crate that give out a handle to a plain map, and those that part one.
    fn find_partings(&self, roles: Roles<'_>) -> FxHashMap<CrateId, Pairs> {
        let model = roles.model;
        let mut found: FxHashMap<CrateId, Pairs> = FxHashMap::default();
        for (n, def) in model.fns.iter().enumerate() {
            let Some(words) = model.words_of(def).filter(|_| def.self_param.is_some()) else { continue };
            let Some(module) = model.modules.get(def.module.0 as usize) else { continue };
            let gives = || {
                let ret = &model.sig(FnId(n as u32)).ret;
                roles.is_handle(ret) && is_plain_map(roles, ret)
            };
            if self.may_part(&words) {
                found.entry(module.krate).or_default().acts.insert(def.name);
            } else if gives() {
                found.entry(module.krate).or_default().checks.insert(def.name);
            }
        }
        found
    }

    /// Whether the words name a function that decodes a value.
    pub fn may_decode(&self, words: &Words<'_>) -> bool {
        words.all().any(|it| self.decoding.contains(it))
    }

    /// Whether the words name a function by which a handle is parted from its other owners.
    pub fn may_part(&self, words: &Words<'_>) -> bool {
        words.idents().any(|it| self.parting.contains(it))
    }

    /// Whether the words name a method that gives out a handle to a plain map, and one that parts such a handle.
    fn calls_a_parting(&self, krate: CrateId, words: &Words<'_>) -> bool {
        let Some(names) = self.partings.get(&krate) else { return false };
        let named = |names: &FxHashSet<Name>| words.methods().any(|it| names.contains(it));
        named(&names.checks) && named(&names.acts)
    }

    /// Whether a function's words name a method that checks a map and another that writes one, both of one type: the function's own, one
    /// of its parameters', or one that a field, static or method leads to that it names. Or one that writes a map of which a clone is
    /// made, one that gives out a copy of a map, or one that runs what it is given under the lock of a map.
    pub fn calls_pair_of_type(&self, roles: Roles<'_>, id: FnId, krate: CrateId, words: &Words<'_>) -> bool {
        if self.own_pairs.is_empty() {
            return false;
        }
        let def = roles.model.fn_def(id);
        let calls = |adt: &AdtId, but: Option<Name>| {
            let Some(pairs) = self.own_pairs.get(adt) else { return false };
            let named =
                |names: &FxHashSet<Name>| words.methods().any(|it| Some(*it) != but && names.contains(it));
            named(&pairs.acts) && (named(&pairs.checks) || self.clones_type(roles, *adt, words))
                || named(&pairs.copies)
                || named(&pairs.runs)
        };
        let params = || roles.model.sig(id).params.iter().filter_map(|it| pointed_at(roles, it));
        let leads = |name: &Name, by_method: bool| {
            let to = self.ways.get(name).map(Vec::as_slice).unwrap_or_default();
            to.iter().any(|(word, adt)| {
                word.method == by_method && word.is_seen(&self.reach, krate) && calls(adt, None)
            })
        };
        owner(roles.model, def).is_some_and(|it| calls(&it, Some(def.name)))
            || params().any(|it| calls(&it, None))
            || words.idents().any(|it| leads(it, false))
            || words.methods().any(|it| leads(it, true))
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

    /// Whether the words say that a type store is used.
    pub fn wants_store(&self, krate: CrateId, words: &Words<'_>) -> bool {
        self.uses_store(krate, words) || self.calls_users_of_stores(krate, words)
    }

    /// Whether the words name two functions that use stores.
    fn calls_users_of_stores(&self, krate: CrateId, words: &Words<'_>) -> bool {
        let users = &self.stores.users;
        let mut named = words.all().filter(|it| users.contains(&(krate, **it)));
        !users.is_empty() && named.next().is_some_and(|first| named.any(|it| it != first))
    }

    fn uses_store(&self, krate: CrateId, words: &Words<'_>) -> bool {
        let stores = &self.stores;
        let is_type = |name: &Name| {
            let known = stores.libraries.get(krate.0 as usize);
            let of = stores.types.get(name).map(Vec::as_slice).unwrap_or_default();
            known.is_some_and(|known| of.iter().any(|it| known.contains(it)))
        };
        let is_accessor = |it: &Name| stores.accessors.contains(&(krate, *it));
        let is_of = |names: &FxHashMap<Name, Vec<Name>>, it: &Name| {
            names.get(it).is_some_and(|of| of.iter().any(|it| self.reach.has_library(krate, *it)))
        };
        words.methods().any(|it| is_of(&stores.methods, it) || is_accessor(it))
            || words.idents().any(|it| {
                is_of(&stores.fns, it) || is_type(it) || is_accessor(it) || stores.own.contains(&(krate, *it))
            })
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

    /// Whether a method's words name one of its own type that takes something out of a store, or makes a context of another.
    pub fn calls_own_taker(&self, model: &Model, def: &FnDef, words: &Words<'_>) -> bool {
        let takers = &self.stores.own_takers;
        let Some(krate) = model.crate_of(def.module) else { return false };
        let is_own = |it| words.methods().any(|name| *name != def.name && takers.contains(&(it, *name)));
        // `Timings::of(request)`, whatever libraries call so.
        let is_of = |it: &AdtId| words.idents().any(|name| takers.contains(&(*it, *name)));
        let sees = |it: &&AdtId| {
            let of = model.crate_of(model.adt(**it).module);
            of.is_some_and(|of| self.reach.sees(krate, of))
        };
        let types = || words.idents().filter_map(|it| self.stores.own_taker_types.get(it)).flatten();
        let named = || types().filter(sees).any(is_of);
        !takers.is_empty() && (owner(model, def).is_some_and(is_own) || named())
    }

    /// Whether a function is given a type store, or what comes out of one.
    pub fn takes_store(&self, roles: Roles<'_>, params: &[Type]) -> bool {
        params.iter().any(|it| is_store(roles, it.peel_refs()))
    }

    /// Whether the words clone something and name a type whose clones share a map, and a method of it that writes the map.
    pub fn copies_named_type(&self, roles: Roles<'_>, words: &Words<'_>) -> bool {
        let writes = |adt: &&AdtId| {
            let acts = self.own_pairs.get(*adt).map(|it| &it.acts);
            acts.is_some_and(|acts| words.methods().any(|it| acts.contains(it)))
        };
        let mut named = words.idents().filter_map(|it| self.own_types.get(it)).flatten();
        named.any(|it| writes(&it) && self.clones_type(roles, *it, words))
    }

    /// Whether a type derives `Clone` and the words clone something.
    fn clones_type(&self, roles: Roles<'_>, adt: AdtId, words: &Words<'_>) -> bool {
        let derived = roles.model.adt(adt).derives.iter().any(|it| it.as_str() == "Clone");
        derived && words.methods().any(|it| self.cloning.contains(it))
    }

    /// Whether any crate has a map for each thread.
    pub fn has_local_maps(&self) -> bool {
        !self.local_maps.is_empty()
    }

    /// Whether the words name such a map, or a function that uses one.
    pub fn uses_local_map(&self, krate: CrateId, words: &Words<'_>) -> bool {
        let Some(names) = self.local_maps.get(&krate) else { return false };
        words.idents().any(|it| names.statics.contains(it)) || names.calls_user(words)
    }

    /// Whether the words copy something, and name a plain map or a function that writes a shared one: what becomes of the copy is
    /// looked at.
    fn may_copy(&self, krate: CrateId, words: &Words<'_>) -> bool {
        if self.may_part(words) || self.calls_a_parting(krate, words) {
            return true;
        }
        // `Arc::clone(&it)` is no method call.
        let clones = words.all().any(|it| self.cloning.contains(it));
        if !clones && !words.methods().any(|it| self.copying.contains(it)) {
            return false;
        }
        let acts = self.pairs.get(&krate).map(|it| &it.acts);
        if words.idents().any(|it| self.writers.contains(&(krate, *it))) {
            return true;
        }
        words.methods().any(|it| acts.is_some_and(|acts| acts.contains(it)))
            || self.copies_from_plain_map(words)
                && words.idents().any(|it| is_named_in(&self.plain_maps, &self.reach, krate, *it, |_| true))
    }

    /// Whether the words may copy something out of a plain map, or a whole one to another thread. Under-approximates: `clone` alone is in
    /// every third body.
    fn copies_from_plain_map(&self, words: &Words<'_>) -> bool {
        let has = |names: &FxHashSet<Name>| words.methods().any(|it| names.contains(it));
        let spawns = || words.all().any(|it| self.spawning.contains(it));
        has(&self.copying) || has(&self.cloning) && spawns()
    }

    /// Whether a signature and the words of a body say that it may copy a map, or something in one, that it is given.
    fn may_copy_param(&self, roles: Roles<'_>, params: &[Type], words: Option<&Words<'_>>) -> bool {
        words.is_none_or(|it| self.copies_from_plain_map(it))
            && params.iter().any(|it| is_plain_map(roles, it))
    }

    /// Whether the words name a function that checks a map and another that writes one.
    fn calls_a_pair(&self, krate: CrateId, words: &Words<'_>) -> bool {
        let Some(pairs) = self.pairs.get(&krate) else { return false };
        let named = |names: &FxHashSet<Name>| words.all().any(|it| names.contains(it));
        named(&pairs.checks) && named(&pairs.acts)
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

fn add_word(
    names: &mut FxHashMap<Name, Vec<Word>>,
    model: &Model,
    module: ModuleId,
    vis: Vis,
    name: Name,
    method: bool,
) {
    let Some(module) = model.modules.get(module.0 as usize) else { return };
    let word = Word { krate: module.krate, public: vis == Vis::Public, method };
    let words = names.entry(name).or_default();
    if !words.contains(&word) {
        words.push(word);
    }
}

fn is_named_in(
    names: &FxHashMap<Name, Vec<Word>>,
    reach: &Reach,
    krate: CrateId,
    name: Name,
    fits: impl Fn(&Word) -> bool,
) -> bool {
    names.get(&name).is_some_and(|words| words.iter().any(|it| fits(it) && it.is_seen(reach, krate)))
}

fn names_of(model: &Model, knowledge: &Knowledge, fits: impl Fn(&Api, &Effects) -> bool) -> FxHashSet<Name> {
    let apis = model.library.apis.iter().zip(&knowledge.effects);
    apis.filter(|(api, effects)| fits(api, effects)).map(|(api, _)| api.name).collect()
}

/// Whether a function gives a mutable reference to what a handle leads to, and makes it the handle's own for that.
pub(super) fn parts_owners(roles: Roles<'_>, api: &Api, effects: &Effects) -> bool {
    let Some(Type::Ref(Mutability::Mut, handle)) = api.args.first() else { return false };
    let handle = match (handle.as_ref(), &api.self_ty) {
        (Type::Param(_), Some(own)) => own,
        (other, _) => other,
    };
    api.recv.is_none()
        && effects.same.is_some()
        && matches!(api.ret, Type::Ref(Mutability::Mut, _))
        && roles.is_handle(handle)
}

/// Whether a function makes values of references: `Option<&T>` to `Option<T>`.
fn gives_values(api: &Api) -> bool {
    let lends =
        |ty: &Type| matches!(ty, Type::Lib(_, args) if args.iter().any(|it| matches!(it, Type::Ref(..))));
    api.self_ty.as_ref().is_some_and(lends) && !lends(&api.ret)
}

/// Whether the type is a map that does not lock itself, or a reference, handle or lock of one.
fn is_plain_map(roles: Roles<'_>, ty: &Type) -> bool {
    match ty {
        Type::Ref(_, inner) => is_plain_map(roles, inner),
        Type::Lib(_, args) => match roles.map_kind(ty) {
            Some(kind) => kind != MapKind::Concurrent,
            None => roles.is_handle(ty) && args.first().is_some_and(|it| is_plain_map(roles, it)),
        },
        _ => false,
    }
}

/// Words by which a shared reference is made one that can be written through.
fn forcing(roles: Roles<'_>) -> FxHashSet<Name> {
    let apis = roles.model.library.apis.iter().zip(&roles.knowledge.effects);
    let forcing = apis.filter(|(_, effects)| effects.forces.is_some()).map(|(api, _)| api.name);
    forcing.chain([Name::from(MUT_POINTER)]).collect()
}

/// By crate: the names of global maps, and those of functions that use one, by at most one call more.
fn global_maps(roles: Roles<'_>, library: &LibraryNames) -> Globals {
    let model = roles.model;
    let global =
        model.statics.iter().filter(|it| it.is_shared_by_threads() && roles.holds_shared_map(&it.ty));
    let names = global.filter_map(|it| Some((model.crate_of(it.module)?, it.name))).collect();
    let mut found = Globals { names, of_types: FxHashMap::default() };
    if found.is_empty() {
        return found;
    }
    for _ in 0..2 {
        let user = |def: &FnDef| {
            let krate = model.crate_of(def.module)?;
            let words = model.words_of(def)?;
            found.are_named(krate, &words).then_some((krate, owner(model, def), def.name))
        };
        let users: Vec<(CrateId, Option<AdtId>, Name)> = model.fns.par_iter().filter_map(user).collect();
        for (krate, owner, name) in users {
            if !library.all.contains(&name) {
                found.names.insert((krate, name));
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

impl StoreWords {
    /// Functions that put into a type store that their own crate defines, or take out of it. Other crates see it by its rows.
    fn add_own(&mut self, model: &Model, own_stores: &OwnStores) {
        for def in own_stores.functions(model) {
            self.accessors.extend(model.crate_of(def.module).map(|krate| (krate, def.name)));
        }
    }

    fn new(roles: Roles<'_>) -> StoreWords {
        let (model, library) = (roles.model, &roles.model.library);
        let mut words = StoreWords::default();
        // A name that many functions of libraries have (`insert`, `new`) would make every body a seed.
        let mut others: FxHashMap<Name, u32> = FxHashMap::default();
        for (api, effects) in library.apis.iter().zip(&roles.knowledge.effects) {
            // What builds a store step by step gives itself out again each time, and puts nothing in.
            let builds =
                || api.owner.is_some_and(|it| roles.knowledge.role(it).is_some_and(|it| it.store.is_some()));
            let of_store =
                effects.puts.is_some() || effects.gives || (reaches_store(roles, &api.ret) && !builds());
            if of_store {
                let of_kind = if api.recv.is_some() { &mut words.methods } else { &mut words.fns };
                add_of_library(of_kind, api.name, api.path);
            } else {
                *others.entry(api.name).or_default() += 1;
            }
            words.shown_by.extend(api.owner.filter(|_| of_store));
        }
        let is_rare = |it: &Name| others.get(it).is_none_or(|n| *n < COMMON);
        words.fns.retain(|it, _| is_rare(it));
        words.methods.retain(|it, _| is_rare(it));
        for (path, role) in &roles.knowledge.types {
            if role.store.is_some() {
                words.add_type(*path);
            }
        }
        for (from, to) in &library.aliases {
            if roles.knowledge.role(*to).is_some_and(|it| it.store.is_some()) {
                words.add_type(*from);
            }
        }
        for (path, ty) in &library.types {
            for (name, _) in ty.fields.iter().filter(|(_, ty)| is_store(roles, ty)) {
                add_of_library(&mut words.fns, *name, *path);
            }
        }
        for adt in &model.adts {
            let fields =
                adt.variants.iter().flat_map(|it| &it.fields).filter(|it| reaches_store(roles, &it.ty));
            words.own.extend(fields.filter_map(|it| Some((model.crate_of(adt.module)?, it.name))));
        }
        // A name that functions of libraries have as well (`get`) would make every body a seed.
        let gives_store = |(def, n): (&FnDef, u32)| {
            let name = (model.crate_of(def.module)?, def.name);
            let is_rare = !others.contains_key(&def.name);
            (is_rare && reaches_store(roles, &model.sig(FnId(n)).ret)).then_some(name)
        };
        words.accessors = model.fns.iter().zip(0..).filter_map(gives_store).collect();
        for it in model.statics.iter().filter(|it| it.kind == Some(StaticKind::TaskLocal)) {
            words.own.extend(model.crate_of(it.module).map(|krate| (krate, it.name)));
        }
        let libraries = |externs: &[(Name, ExternCrate)]| {
            let one = |(_, it): &(Name, ExternCrate)| match it {
                ExternCrate::Lib(name) => Some(*name),
                ExternCrate::Local(_) => None,
            };
            externs.iter().filter_map(one).collect()
        };
        words.libraries = model.crates.iter().map(|it| libraries(&it.externs)).collect();
        words
    }

    /// Whether a parameter's type is a store, or something of a library that shows one (a request).
    fn is_or_shows(&self, ty: &Type) -> bool {
        matches!(ty.peel_refs(), Type::Lib(path, _) if self.shown_by.contains(path))
    }

    fn add_type(&mut self, path: Name) {
        if let Some(last) = path.rsplit("::").next() {
            add_of_library(&mut self.types, Name::from(last), path);
        }
    }
}

/// Adds a name with the library that a path begins with.
fn add_of_library(names: &mut FxHashMap<Name, Vec<Name>>, name: Name, path: Name) {
    let Some(library) = path.split("::").next().map(Name::from) else { return };
    let of = names.entry(name).or_default();
    if !of.contains(&library) {
        of.push(library);
    }
}

/// Whether a type is a type store, or carries the value of one.
fn is_store(roles: Roles<'_>, ty: &Type) -> bool {
    matches!(ty, Type::Lib(path, _) if roles.knowledge.role(*path).is_some_and(|it| it.store.is_some()))
}

/// Whether a type is a type store, or a reference, guard or option of one.
fn reaches_store(roles: Roles<'_>, ty: &Type) -> bool {
    match ty {
        Type::Lib(_, args) => is_store(roles, ty) || args.iter().any(|it| reaches_store(roles, it)),
        Type::Ref(_, inner) => reaches_store(roles, inner),
        _ => false,
    }
}

/// The `thread_local!` maps of each crate and the functions whose words name one.
fn local_maps(roles: Roles<'_>, library: &LibraryNames) -> FxHashMap<CrateId, LocalMaps> {
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
            let uses = words.idents().any(|it| names.statics.contains(it)) || names.calls_user(&words);
            // Under-approximates: a name that libraries' functions have as well would make every body a seed.
            (uses && !library.has_like(def)).then_some((krate, is_free(def), def.name))
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

/// Whether a function of the analysed code has a parameter that can be called.
pub(super) fn takes_callable(model: &Model, id: FnId) -> bool {
    let sig = model.sig(id);
    let is_bound = |ty: &Type| {
        sig.generics.bounds.iter().any(|(of, bound)| of == ty && bound.trait_.call_trait().is_some())
    };
    sig.params.iter().any(|ty| match ty.peel_refs() {
        Type::Fn(..) => true,
        Type::Lib(_, args) => matches!(args.first(), Some(Type::Fn(..))),
        ty @ Type::Param(_) => is_bound(ty),
        _ => false,
    })
}

/// The name by which code calls a function: `new` alone says nothing, so a constructor goes by its type's name.
fn called_by(model: &Model, id: FnId) -> Name {
    let def = model.fn_def(id);
    if def.self_param.is_some() || def.owner == FnOwner::Free {
        return def.name;
    }
    let own = match def.owner {
        FnOwner::Impl(id) => &model.impl_(id).self_ty,
        FnOwner::Free | FnOwner::Trait(_) => &model.sig(id).ret,
    };
    match (own, &model.sig(id).ret) {
        (_, Type::Adt(id, _)) | (Type::Adt(id, _), _) => model.adt(*id).name,
        _ => def.name,
    }
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

/// Fields, statics and methods that lead to a value of one of the types.
fn ways(roles: Roles<'_>, types: &FxHashMap<AdtId, Pairs>) -> FxHashMap<Name, Vec<(Word, AdtId)>> {
    let model = roles.model;
    let mut found: FxHashMap<Name, Vec<(Word, AdtId)>> = FxHashMap::default();
    let mut add = |module: ModuleId, vis: Vis, name: Name, ty: &Type, method: bool| {
        let Some(adt) = pointed_at(roles, ty).filter(|it| types.contains_key(it)) else { return };
        let Some(module) = model.modules.get(module.0 as usize) else { return };
        let way = (Word { krate: module.krate, public: vis == Vis::Public, method }, adt);
        let ways = found.entry(name).or_default();
        if !ways.contains(&way) {
            ways.push(way);
        }
    };
    if types.is_empty() {
        return FxHashMap::default();
    }
    for adt in &model.adts {
        for field in adt.variants.iter().flat_map(|it| &it.fields) {
            add(adt.module, field.vis, field.name, &field.ty, false);
        }
    }
    for it in &model.statics {
        add(it.module, it.vis, it.name, &it.ty, false);
    }
    for (n, def) in model.fns.iter().enumerate().filter(|(_, it)| it.self_param.is_some()) {
        add(def.module, def.vis, def.name, &model.sig(FnId(n as u32)).ret, true);
    }
    found
}

/// Types by their names.
fn by_name(model: &Model, types: impl Iterator<Item = AdtId>) -> FxHashMap<Name, Vec<AdtId>> {
    let mut found: FxHashMap<Name, Vec<AdtId>> = FxHashMap::default();
    for it in types {
        let same = found.entry(model.adt(it).name).or_default();
        if !same.contains(&it) {
            same.push(it);
        }
    }
    found
}

/// Whether a function is given two locks of maps.
fn takes_two_locks(roles: Roles<'_>, params: &[Type]) -> bool {
    params.iter().filter(|it| roles.is_lock_of_map(it.peel_refs())).count() > 1
}

/// The type of the analysed code that a value is of or points to.
fn pointed_at(roles: Roles<'_>, ty: &Type) -> Option<AdtId> {
    let mut ty = ty.peel_refs();
    for _ in 0..4 {
        match ty {
            Type::Adt(adt, _) => return Some(*adt),
            Type::Lib(_, args) if roles.is_handle(ty) || roles.owns_its_target(ty) => {
                ty = args.first()?.peel_refs();
            }
            _ => return None,
        }
    }
    None
}

/// The type that a function is a method of.
fn owner(model: &Model, def: &FnDef) -> Option<AdtId> {
    let FnOwner::Impl(id) = def.owner else { return None };
    match &model.impl_(id).self_ty {
        Type::Adt(adt, _) => Some(*adt),
        _ => None,
    }
}

/// Names of methods of locks that give a guard or run a closure under it. What is taken and given back within a call can only
/// matter under a guard, and that one is a seed of its own.
fn acquiring(model: &Model, knowledge: &Knowledge) -> Acquiring {
    let of_lock =
        |owner: Name| knowledge.role(owner).is_some_and(|it| it.lock.is_some() || it.lazy || it.handle);
    let mut names = Acquiring::default();
    for (api, effects) in model.library.apis.iter().zip(&knowledge.effects) {
        let takes = effects.takes.is_some_and(|it| !it.momentary || it.while_calling);
        if takes && api.owner.is_some_and(of_lock) {
            let of_kind = if api.args.is_empty() { &mut names.bare } else { &mut names.full };
            of_kind.insert(api.name);
        }
    }
    names
}

/// Whether the type is a concurrent map, or a reference, handle, option or collection of one.
fn reaches_concurrent_map(roles: Roles<'_>, ty: &Type) -> bool {
    match ty {
        Type::Lib(_, args) => {
            roles.map_kind(ty) == Some(MapKind::Concurrent)
                || args.iter().any(|it| reaches_concurrent_map(roles, it))
        }
        Type::Ref(_, inner) | Type::Array(inner) | Type::Slice(inner) => reaches_concurrent_map(roles, inner),
        Type::Tuple(parts) => parts.iter().any(|it| reaches_concurrent_map(roles, it)),
        _ => false,
    }
}
