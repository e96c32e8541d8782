//! Words by which type stores are used.

use super::Seeds;
use super::words::{LibraryNames, NamesIn, add_of_library, by_name, names_of, owner};
use crate::facts::own_stores::OwnStores;
use crate::facts::roles::Roles;
use crate::model::Model;
use crate::model::items::{CrateId, ExternCrate, FnDef, SelfKind};
use crate::model::types::{AdtId, FnId, Type};
use crate::model::words::Words;
use crate::syntax::{Name, StaticKind};
use rustc_hash::{FxHashMap, FxHashSet};

/// From so many functions of libraries on, a name is common.
const COMMON: u32 = 3;

/// Words by which type stores are used: the functions and fields of libraries that are about nothing else, and the types, with
/// the libraries that they are of. The names that the analysed code has for a store stand by crate.
#[derive(Default)]
pub(super) struct StoreWords {
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

impl StoreWords {
    /// Functions that put into a type store that their own crate defines, or take out of it. Other crates see it by its rows.
    fn add_own(&mut self, model: &Model, own_stores: &OwnStores) {
        for def in own_stores.functions(model) {
            self.accessors.extend(model.crate_of(def.module).map(|krate| (krate, def.name)));
        }
    }

    pub(super) fn new(roles: Roles<'_>) -> StoreWords {
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

impl Seeds {
    /// Adds the functions of the analysed code that use stores.
    pub(super) fn add_users_of_stores(
        &mut self,
        roles: Roles<'_>,
        own_stores: &OwnStores,
        library: &LibraryNames,
    ) {
        self.stores.add_own(roles.model, own_stores);
        self.stores.users = self.find_users_of_stores(roles.model, library);
        let takers;
        (self.stores.own_takers, takers) = self.find_takers_of_stores(roles, library);
        self.stores.accessors.extend(takers);
        self.stores.own_taker_types = by_name(roles.model, self.stores.own_takers.iter().map(|it| it.0));
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
}
