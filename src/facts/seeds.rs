//! Which bodies are lowered at all: those whose words say that they may touch a lock, a guard or a concurrent map.
//!
//! The words come from the tokenizer ([`BodyWords`]); a body that is not a seed is lowered only when a seed's facts ask for it.

use super::knowledge::{Knowledge, MapKind};
use super::roles::Roles;
use crate::model::Model;
use crate::model::items::{CrateId, FnDef, FnOwner, ModuleId};
use crate::model::types::{FnId, TraitRef, Type};
use crate::syntax::{BodyWords, Name, Vis};
use rustc_hash::{FxHashMap, FxHashSet};

/// Functions through which something callable is handed on to the one that runs it.
const MAX_HANDED_ON: usize = 3;

/// Words that make a body a seed.
pub struct Seeds {
    /// Methods that take a lock and give a guard, or run a closure under it.
    acquiring: FxHashSet<Name>,
    /// Fields, statics, functions and types through which a concurrent map or a guard is reached, from any crate.
    names: FxHashSet<Name>,
    /// Those that can only be named in one crate.
    private: FxHashMap<CrateId, FxHashSet<Name>>,
    /// By crate: functions that look into a shared map and answer, and functions that write one.
    pairs: FxHashMap<CrateId, Pairs>,
}

/// Names of functions that may be the two halves of a check-then-act.
#[derive(Default)]
struct Pairs {
    checks: FxHashSet<Name>,
    acts: FxHashSet<Name>,
}

impl Seeds {
    /// Collects the words from rows and from declared types.
    pub fn new(model: &Model, knowledge: &Knowledge) -> Seeds {
        let mut seeds = Seeds {
            acquiring: acquiring(model, knowledge),
            names: FxHashSet::default(),
            private: FxHashMap::default(),
            pairs: FxHashMap::default(),
        };
        let roles = Roles { model, knowledge };
        for (path, role) in &knowledge.types {
            if role.map == Some(MapKind::Concurrent) {
                seeds.names.extend(path.rsplit("::").next().map(Name::from));
            }
        }
        for adt in &model.adts {
            for field in adt.variants.iter().flat_map(|it| &it.fields) {
                if reaches_concurrent_map(roles, &field.ty) {
                    seeds.add(model, adt.module, field.vis, field.name);
                }
            }
        }
        for it in &model.statics {
            if reaches_concurrent_map(roles, &it.ty) {
                seeds.add(model, it.module, it.vis, it.name);
            }
        }
        for (n, def) in model.fns.iter().enumerate() {
            let ret = &model.sig(FnId(n as u32)).ret;
            if roles.guard_role(ret).is_none() && !reaches_concurrent_map(roles, ret) {
                continue;
            }
            // A constructor is called by its type's name: `new` alone says nothing.
            let name = match (def.self_param, ret) {
                (None, Type::Adt(id, _)) if def.owner != FnOwner::Free => model.adt(*id).name,
                _ => def.name,
            };
            seeds.add(model, def.module, def.vis, name);
        }
        seeds.add_runners(model);
        seeds.pairs = seeds.find_pairs(model, knowledge);
        seeds
    }

    /// Functions that may run what they are given under a lock: those with something callable among their parameters that are
    /// seeds themselves, or hand it on to one. What is given runs under that lock, whatever words the giver has.
    fn add_runners(&mut self, model: &Model) {
        let takes_callable = |n: &usize| takes_callable(model, FnId(*n as u32));
        let mut open: Vec<usize> = (0..model.fns.len()).filter(takes_callable).collect();
        for _ in 0..MAX_HANDED_ON {
            let is_runner = |n: &usize| {
                let Some(def) = model.fns.get(*n) else { return false };
                let krate = model.modules.get(def.module.0 as usize).map(|it| it.krate);
                krate.zip(words(model, def)).is_some_and(|(krate, words)| self.is_seed(krate, words))
            };
            let (runners, rest): (Vec<usize>, Vec<usize>) = open.into_iter().partition(is_runner);
            for def in runners.iter().filter_map(|n| model.fns.get(*n)) {
                self.add(model, def.module, def.vis, def.name);
            }
            open = rest;
            if runners.is_empty() {
                return;
            }
        }
    }

    /// The functions of each crate that are seeds and whose words name a read or a write of a map.
    fn find_pairs(&self, model: &Model, knowledge: &Knowledge) -> FxHashMap<CrateId, Pairs> {
        let (mut reads, mut writes) = (FxHashSet::default(), FxHashSet::default());
        for (api, effects) in model.library.apis.iter().zip(&knowledge.effects) {
            if effects.reads.is_some() {
                reads.insert(api.name);
            }
            if effects.writes.is_some() {
                writes.insert(api.name);
            }
        }
        let library: FxHashSet<Name> = model.library.apis.iter().map(|it| it.name).collect();
        let mut n_named: FxHashMap<(CrateId, Name), u32> = FxHashMap::default();
        for def in &model.fns {
            if let Some(module) = model.modules.get(def.module.0 as usize) {
                *n_named.entry((module.krate, def.name)).or_default() += 1;
            }
        }
        let mut pairs: FxHashMap<CrateId, Pairs> = FxHashMap::default();
        for (n, def) in model.fns.iter().enumerate() {
            let Some(words) = words(model, def) else { continue };
            let Some(module) = model.modules.get(def.module.0 as usize) else { continue };
            // Under-approximates: a wrapper that is named as many functions are (`get`, `insert`, `new`) would make every body a seed.
            let common = library.contains(&def.name)
                || n_named.get(&(module.krate, def.name)).is_none_or(|it| *it > 2);
            if common || def.self_param.is_none() || !self.is_seed(module.krate, words) {
                continue;
            }
            let names = pairs.entry(module.krate).or_default();
            if words.methods.iter().any(|it| reads.contains(it))
                && model.sig(FnId(n as u32)).ret != Type::unit()
            {
                names.checks.insert(def.name);
            }
            if words.methods.iter().any(|it| writes.contains(it)) {
                names.acts.insert(def.name);
            }
        }
        pairs
    }

    fn add(&mut self, model: &Model, module: ModuleId, vis: Vis, name: Name) {
        match (vis, model.modules.get(module.0 as usize)) {
            (Vis::Private | Vis::Crate, Some(module)) => {
                self.private.entry(module.krate).or_default().insert(name);
            }
            (Vis::Public, _) | (_, None) => {
                self.names.insert(name);
            }
        }
    }

    /// Whether a body of a crate with these words is lowered.
    pub fn wants(&self, krate: CrateId, words: &BodyWords) -> bool {
        self.is_seed(krate, words) || self.calls_a_pair(krate, words)
    }

    /// Whether the words name a function that checks a map and another that writes one.
    fn calls_a_pair(&self, krate: CrateId, words: &BodyWords) -> bool {
        let Some(pairs) = self.pairs.get(&krate) else { return false };
        let named =
            |names: &FxHashSet<Name>| words.methods.iter().chain(&words.idents).any(|it| names.contains(it));
        named(&pairs.checks) && named(&pairs.acts)
    }

    fn is_seed(&self, krate: CrateId, words: &BodyWords) -> bool {
        self.found_in(krate, words).next().is_some()
    }

    /// The words of a body for which it is lowered; none where only a pair of called functions is the reason.
    pub fn found_in<'w>(&'w self, krate: CrateId, words: &'w BodyWords) -> impl Iterator<Item = Name> + 'w {
        let private = self.private.get(&krate);
        let named =
            move |it: &&Name| self.names.contains(*it) || private.is_some_and(|names| names.contains(*it));
        let methods = words.methods.iter().filter(move |it| self.acquiring.contains(*it) || named(it));
        methods.chain(words.idents.iter().filter(named)).copied()
    }

    /// Whether a signature makes its function a seed: it takes a concurrent map or a guard.
    pub fn wants_signature(&self, roles: Roles<'_>, params: &[Type]) -> bool {
        params.iter().any(|it| reaches_concurrent_map(roles, it) || roles.guard_role(it).is_some())
    }
}

/// Whether a function of the analysed code has a parameter that can be called.
fn takes_callable(model: &Model, id: FnId) -> bool {
    let sig = model.sig(id);
    let is_bound = |ty: &Type| sig.generics.bounds.iter().any(|(of, bound)| of == ty && calls(&bound.trait_));
    sig.params.iter().any(|ty| match ty.peel_refs() {
        Type::Fn(..) => true,
        Type::Lib(_, args) => matches!(args.first(), Some(Type::Fn(..))),
        ty @ Type::Param(_) => is_bound(ty),
        _ => false,
    })
}

fn calls(trait_: &TraitRef) -> bool {
    matches!(trait_, TraitRef::Lib(path) if path.starts_with("std::ops::Fn") || path.starts_with("std::ops::AsyncFn"))
}

/// Names of methods of locks that give a guard or run a closure under it. What is taken and given back within a call can only
/// matter under a guard, and that one is a seed of its own.
fn acquiring(model: &Model, knowledge: &Knowledge) -> FxHashSet<Name> {
    let library = &model.library;
    let of_lock =
        |owner: Name| knowledge.role(owner).is_some_and(|it| it.lock.is_some() || it.lazy || it.handle);
    library
        .apis
        .iter()
        .enumerate()
        .filter(|(n, api)| {
            let takes = knowledge.effects.get(*n).and_then(|it| it.takes);
            takes.is_some_and(|it| !it.momentary || it.while_calling) && api.owner.is_some_and(of_lock)
        })
        .map(|(_, api)| api.name)
        .collect()
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

/// What the tokenizer saw in a function's body.
pub fn words<'m>(model: &'m Model, def: &FnDef) -> Option<&'m BodyWords> {
    let lo = def.body.as_ref()?.body.lo;
    let tree = model.tree(def.span.file)?;
    tree.words.get(tree.words.binary_search_by_key(&lo, |it| it.lo).ok()?)
}
