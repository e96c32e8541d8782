//! Words by which a map is checked in one function and written in another.

use super::Seeds;
use super::copies::is_plain_map;
use super::halves::{FoundPairs, Halves, Naming, Pairs};
use super::sole_types::{behind_object, behind_params};
use super::trait_pairs::trait_of;
use super::words::{LibraryNames, Word, is_free, owner, pointed_at};
use crate::facts::roles::Roles;
use crate::model::items::{CrateId, FnDef, ModuleId};
use crate::model::types::{AdtId, FnId, Type};
use crate::model::words::Words;
use crate::syntax::{Name, Vis};
use rustc_hash::{FxHashMap, FxHashSet};

/// Fields, statics and methods that lead to a value of one of the types.
pub(super) fn ways(roles: Roles<'_>, types: &FxHashMap<AdtId, Pairs>) -> FxHashMap<Name, Vec<(Word, AdtId)>> {
    let model = roles.model;
    let mut found: FxHashMap<Name, Vec<(Word, AdtId)>> = FxHashMap::default();
    let mut add = |module: ModuleId, vis: Vis, name: Name, ty: &Type, method: bool| {
        let adt = pointed_at(roles, ty).or_else(|| behind_object(roles, ty));
        let Some(adt) = adt.filter(|it| types.contains_key(it)) else { return };
        let Some(module) = model.modules.get(module.0 as usize) else { return };
        let way = (Word::new(module.krate, vis, method), adt);
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

impl Seeds {
    /// The functions of each crate that are seeds and whose words name a read or a write of a map.
    pub(super) fn find_pairs(&self, roles: Roles<'_>, naming: &Naming<'_>) -> FoundPairs {
        let model = roles.model;
        let apis = || model.library.apis.iter().zip(&roles.knowledge.effects);
        let reads = apis().filter(|(_, it)| it.reads.is_some()).map(|(api, _)| api.name).collect();
        let writes = apis().filter(|(_, it)| it.writes.is_some()).map(|(api, _)| api.name).collect();
        let mut found = FoundPairs::default();
        for (def, n) in model.fns.iter().zip(0..) {
            let Some(words) = model.words_of(def) else { continue };
            let Some(krate) = model.crate_of(def.module) else { continue };
            let is_half = def.self_param.is_some() || is_free(def) && !naming.is_common(krate, def);
            if is_half && self.is_seed(krate, &words) {
                let mut halves = Halves::of(roles, FnId(n), &words, &reads, &writes);
                halves.copies |= is_free(def) && halves.checks && self.gives_copy(roles, FnId(n), &words);
                found.note(roles, naming, (FnId(n), krate), &words, halves);
            }
        }
        found.lend(roles);
        found
    }

    /// The functions of each crate, no methods, that may write a shared map among their parameters: those whose words name a write and
    /// make them seeds, or whose signature does.
    pub(super) fn find_writers(
        &self,
        roles: Roles<'_>,
        library: &LibraryNames,
    ) -> FxHashSet<(CrateId, Name)> {
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
    pub(super) fn find_partings(&self, roles: Roles<'_>) -> FxHashMap<CrateId, Pairs> {
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

    /// Whether a function's words name a method that checks a map and another that writes one, both of one type: the function's own, one
    /// of its parameters', or one that a field, static or method leads to that it names. Or one that writes a map of which a clone is
    /// made, one that gives out a copy of a map, or one that runs what it is given under the lock of a map.
    pub fn calls_pair_of_type(&self, roles: Roles<'_>, id: FnId, krate: CrateId, words: &Words<'_>) -> bool {
        if self.pairs.by_type.is_empty() && self.pairs.by_trait.is_empty() {
            return false;
        }
        let def = roles.model.fn_def(id);
        let any_of = |names: &FxHashSet<Name>, but: Option<Name>| {
            words.methods().any(|it| Some(*it) != but && names.contains(it))
        };
        let calls = |(adt, but): (AdtId, Option<Name>)| {
            let Some(pairs) = self.pairs.by_type.get(&adt) else { return false };
            let named = |names: &FxHashSet<Name>| any_of(names, but);
            named(&pairs.acts) && (named(&pairs.checks) || self.clones_type(roles, adt, words))
                || named(&pairs.copies)
                || named(&pairs.runs)
        };
        let of_trait = || {
            let pairs = trait_of(def).and_then(|it| self.pairs.by_trait.get(&it));
            let own = Some(def.name);
            pairs.is_some_and(|it| any_of(&it.checks, own) && any_of(&it.acts, own))
        };
        of_trait() || self.types_named(roles, id, krate, words).any(calls)
    }

    /// The types of which a function's words may name methods: its own, with the function's own name, which is no call of another; those of
    /// its parameters; and those that a field, static or method leads to that it names.
    pub(super) fn types_named<'a>(
        &'a self,
        roles: Roles<'a>,
        id: FnId,
        krate: CrateId,
        words: &'a Words<'a>,
    ) -> impl Iterator<Item = (AdtId, Option<Name>)> + 'a {
        let model = roles.model;
        let def = model.fn_def(id);
        let adt_of = move |it: &Type| pointed_at(roles, it).or_else(|| behind_object(roles, it));
        let params = model.sig(id).params.iter().filter_map(adt_of).chain(behind_params(model, id));
        let leads = move |name: &Name, by_method: bool| {
            let to = self.ways.get(name).map(Vec::as_slice).unwrap_or_default();
            to.iter()
                .filter(move |(word, _)| word.method == by_method && word.is_seen(&self.reach, krate))
                .map(|(_, adt)| *adt)
        };
        let named = words.idents().flat_map(move |it| leads(it, false));
        let called = words.methods().flat_map(move |it| leads(it, true));
        let own = owner(model, def).map(|it| (it, Some(def.name)));
        own.into_iter().chain(params.chain(named).chain(called).map(|it| (it, None)))
    }

    /// Whether a function may give out a copy of what is in a map, by its words and its signature.
    fn gives_copy(&self, roles: Roles<'_>, id: FnId, words: &Words<'_>) -> bool {
        let ret = match &roles.model.sig(id).ret {
            Type::Lib(path, args)
                if matches!(path.as_str(), "std::option::Option" | "std::result::Result") =>
            {
                args.first().unwrap_or(&Type::Unknown)
            }
            other => other,
        };
        let is_data = matches!(ret, Type::Lib(..) | Type::Adt(..)) && !roles.is_handle(ret);
        let copies = |it: &Name| self.cloning.contains(it) || self.copying.contains(it);
        is_data && roles.guard_role(ret).is_none() && words.all().any(copies)
    }

    /// Whether the words name a function of no type that gives out a copy of what is in a map.
    pub(super) fn calls_for_copy(&self, krate: CrateId, words: &Words<'_>) -> bool {
        words.idents().any(|it| self.pairs.by_crate.of_free(krate, *it).copies)
    }

    /// Whether the words name a function that checks a map and another that writes one.
    pub(super) fn calls_a_pair(&self, krate: CrateId, words: &Words<'_>) -> bool {
        if self.pairs.by_crate.are_named(krate, words) {
            return true;
        }
        let Some(pairs) = self.pairs.by_crate.methods.get(&krate) else { return false };
        let named = |names: &FxHashSet<Name>| words.all().any(|it| names.contains(it));
        named(&pairs.checks) && named(&pairs.acts)
    }

    /// Whether the words name a method that gives out a handle to a plain map, and one that parts such a handle.
    pub(super) fn calls_a_parting(&self, krate: CrateId, words: &Words<'_>) -> bool {
        let Some(names) = self.partings.get(&krate) else { return false };
        let named = |names: &FxHashSet<Name>| words.methods().any(|it| names.contains(it));
        named(&names.checks) && named(&names.acts)
    }
}
