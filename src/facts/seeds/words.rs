//! Declared names, and by which of them code of a crate can mean what.

use crate::facts::knowledge::{Effects, Knowledge};
use crate::facts::reach::Reach;
use crate::facts::roles::Roles;
use crate::model::Model;
use crate::model::items::{CrateId, FnDef, FnOwner, ModuleId};
use crate::model::library::Api;
use crate::model::types::{AdtId, FnId, Type};
use crate::syntax::{Name, Vis};
use rustc_hash::{FxHashMap, FxHashSet};

/// Names, each with what it is declared in.
pub(super) type NamesIn<Of> = FxHashSet<(Of, Name)>;

/// A declared name that makes a body a seed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Word {
    /// Where it is declared.
    krate: CrateId,
    /// Other crates can name it.
    public: bool,
    /// It can be called as a method. A field cannot: `.map(..)` is never the field `map`.
    pub(super) method: bool,
}

impl Word {
    /// The word of something that is declared in a crate.
    pub(super) fn new(krate: CrateId, vis: Vis, method: bool) -> Word {
        Word { krate, public: vis == Vis::Public, method }
    }

    /// Whether code of a crate can name it.
    pub(super) fn is_seen(&self, reach: &Reach, krate: CrateId) -> bool {
        self.krate == krate || (self.public && reach.sees(krate, self.krate))
    }
}

/// Names of functions of libraries: of those that belong to no type, and of all.
pub(super) struct LibraryNames {
    pub(super) free: FxHashSet<Name>,
    pub(super) all: FxHashSet<Name>,
}

impl LibraryNames {
    pub(super) fn new(model: &Model) -> LibraryNames {
        let apis = || model.library.apis.iter();
        let free = apis().filter(|it| it.recv.is_none() && it.owner.is_none());
        LibraryNames { free: free.map(|it| it.name).collect(), all: apis().map(|it| it.name).collect() }
    }

    /// Whether a function of a library is called by the same word as one of the analysed code.
    pub(super) fn has_like(&self, def: &FnDef) -> bool {
        let names = if is_free(def) { &self.free } else { &self.all };
        names.contains(&def.name)
    }
}

/// Whether a function belongs to no type.
pub(super) fn is_free(def: &FnDef) -> bool {
    def.owner == FnOwner::Free
}

/// Adds a declared name.
pub(super) fn add_word(
    names: &mut FxHashMap<Name, Vec<Word>>,
    model: &Model,
    module: ModuleId,
    vis: Vis,
    name: Name,
    method: bool,
) {
    let Some(module) = model.modules.get(module.0 as usize) else { return };
    let word = Word::new(module.krate, vis, method);
    let words = names.entry(name).or_default();
    if !words.contains(&word) {
        words.push(word);
    }
}

/// Whether a name may mean, in a crate, one of those that fit.
pub(super) fn is_named_in(
    names: &FxHashMap<Name, Vec<Word>>,
    reach: &Reach,
    krate: CrateId,
    name: Name,
    fits: impl Fn(&Word) -> bool,
) -> bool {
    names.get(&name).is_some_and(|words| words.iter().any(|it| fits(it) && it.is_seen(reach, krate)))
}

/// Names of functions of libraries that fit.
pub(super) fn names_of(
    model: &Model,
    knowledge: &Knowledge,
    fits: impl Fn(&Api, &Effects) -> bool,
) -> FxHashSet<Name> {
    let apis = model.library.apis.iter().zip(&knowledge.effects);
    apis.filter(|(api, effects)| fits(api, effects)).map(|(api, _)| api.name).collect()
}

/// The name by which code calls a function: `new` alone says nothing, so a constructor goes by its type's name.
pub(super) fn called_by(model: &Model, id: FnId) -> Name {
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

/// The type that a function is a method of.
pub(super) fn owner(model: &Model, def: &FnDef) -> Option<AdtId> {
    let FnOwner::Impl(id) = def.owner else { return None };
    match &model.impl_(id).self_ty {
        Type::Adt(adt, _) => Some(*adt),
        _ => None,
    }
}

/// The type of the analysed code that a value is of or points to.
pub(super) fn pointed_at(roles: Roles<'_>, ty: &Type) -> Option<AdtId> {
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

/// Types by their names.
pub(super) fn by_name(model: &Model, types: impl Iterator<Item = AdtId>) -> FxHashMap<Name, Vec<AdtId>> {
    let mut found: FxHashMap<Name, Vec<AdtId>> = FxHashMap::default();
    for it in types {
        let same = found.entry(model.adt(it).name).or_default();
        if !same.contains(&it) {
            same.push(it);
        }
    }
    found
}

/// Adds a name with the library that a path begins with.
pub(super) fn add_of_library(names: &mut FxHashMap<Name, Vec<Name>>, name: Name, path: Name) {
    let Some(library) = path.split("::").next().map(Name::from) else { return };
    let of = names.entry(name).or_default();
    if !of.contains(&library) {
        of.push(library);
    }
}
