//! What the code of each crate can name of other crates, as far as the prefilter needs to know.

use crate::model::Model;
use crate::model::dependencies::Dependencies;
use crate::model::items::{CrateId, ExternCrate};
use crate::model::library::Library;
use crate::model::subst::each_part;
use crate::model::types::Type;
use crate::syntax::{FileTree, ItemKind, Name, TyKind};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// By crate: which others its code can name.
pub struct Reach {
    crates: Arc<Dependencies>,
    /// The libraries that its code names in paths.
    libraries: Vec<FxHashSet<Name>>,
    /// The libraries that it can have values of.
    within: Vec<FxHashSet<Name>>,
}

impl Reach {
    /// Follows the dependencies of all crates. Of libraries, only those are looked for that have `types`, by last segment; a `use` of
    /// one of them does not count as naming its library, since modules know what it means.
    pub fn new(model: &Model, types: &FxHashMap<Name, Vec<Name>>) -> Reach {
        Reach {
            crates: Arc::clone(&model.dependencies),
            libraries: libraries_named(model, types),
            within: libraries_within(model),
        }
    }

    /// Whether code of one crate can name what another makes public.
    pub fn sees(&self, from: CrateId, to: CrateId) -> bool {
        self.crates.sees(from, to)
    }

    /// Whether code of a crate can have values of a library's types.
    pub fn has_library(&self, krate: CrateId, library: Name) -> bool {
        self.within.get(krate.0 as usize).is_some_and(|it| it.contains(&library))
    }

    /// Whether code of a crate writes paths into a library.
    pub fn names_library(&self, from: CrateId, library: Name) -> bool {
        self.libraries.get(from.0 as usize).is_some_and(|it| it.contains(&library))
    }
}

/// By crate: the libraries that it depends on, or that a crate does which it sees, with those whose types these pass on.
fn libraries_within(model: &Model) -> Vec<FxHashSet<Name>> {
    let passed_on = passed_on(&model.library);
    let library = |(_, meaning): &(Name, ExternCrate)| match meaning {
        ExternCrate::Lib(name) => Some(*name),
        ExternCrate::Local(_) => None,
    };
    let own: Vec<Vec<Name>> =
        model.crates.iter().map(|it| it.externs.iter().filter_map(library).collect()).collect();
    let of_crate = |from: usize| {
        let seen = |to: &usize| model.dependencies.sees(CrateId(from as u32), CrateId(*to as u32));
        let mut todo: Vec<Name> =
            own.iter().enumerate().filter(|(to, _)| seen(to)).flat_map(|it| it.1).copied().collect();
        let mut found = FxHashSet::default();
        while let Some(it) = todo.pop() {
            if found.insert(it) {
                todo.extend(passed_on.get(&it).into_iter().flatten());
            }
        }
        found
    };
    (0..own.len()).into_par_iter().map(of_crate).collect()
}

/// By library: those whose types stand in its signatures, and whose items it exports as its own.
fn passed_on(library: &Library) -> FxHashMap<Name, FxHashSet<Name>> {
    let mut found: FxHashMap<Name, FxHashSet<Name>> = FxHashMap::default();
    let root = |path: &Name| path.split("::").next().map(Name::from);
    let mut roots: FxHashMap<Name, Option<Name>> = FxHashMap::default();
    let mut root = |path: &Name| *roots.entry(*path).or_insert_with(|| root(path));
    for (from, to) in &library.aliases {
        if let (Some(from), Some(to)) = (root(from), root(to)) {
            found.entry(from).or_default().insert(to);
        }
    }
    for api in &library.apis {
        let Some(of) = api.owner.as_ref().and_then(&mut root) else { continue };
        let found = found.entry(of).or_default();
        for ty in api.args.iter().chain([&api.ret]) {
            each_part(ty, &mut |it| {
                if let Type::Lib(path, _) = it {
                    found.extend(root(path));
                }
            });
        }
    }
    found
}

/// The names with which paths into libraries begin, with the libraries that they can lead to.
struct Roots(FxHashMap<Name, Vec<Name>>);

impl Roots {
    fn new(model: &Model, types: &FxHashMap<Name, Vec<Name>>) -> Roots {
        let libraries = types.values().flatten().copied();
        let mut roots: FxHashMap<Name, Vec<Name>> = libraries.map(|it| (it, vec![it])).collect();
        let root = |path: &Name| path.split("::").next().map(Name::from);
        let aliases: Vec<(Name, Name)> = model
            .library
            .aliases
            .keys()
            .filter_map(|from| Some((root(from)?, root(&model.library.canonical(from))?)))
            .filter(|(from, to)| from != to && roots.contains_key(to))
            .collect();
        for (from, to) in aliases {
            roots.entry(from).or_default().push(to);
        }
        Roots(roots)
    }

    fn of(&self, name: Name) -> &[Name] {
        self.0.get(&name).map_or(&[], Vec::as_slice)
    }
}

/// By crate: the libraries that its code names in paths.
fn libraries_named(model: &Model, types: &FxHashMap<Name, Vec<Name>>) -> Vec<FxHashSet<Name>> {
    let roots = Roots::new(model, types);
    let mut named: Vec<FxHashSet<Name>> = model.crates.iter().map(|_| FxHashSet::default()).collect();
    let by_file: FxHashMap<_, FxHashSet<Name>> = model
        .trees
        .par_iter()
        .map(|(file, tree)| {
            let mut found = FxHashSet::default();
            names_in(tree, types, &mut |name| found.extend(roots.of(name)));
            (*file, found)
        })
        .collect();
    for module in &model.modules {
        let of_file = by_file.get(&module.file);
        if let (Some(of_crate), Some(of_file)) = (named.get_mut(module.krate.0 as usize), of_file) {
            of_crate.extend(of_file);
        }
    }
    for (krate, named) in model.crates.iter().zip(&mut named) {
        // A manifest may give a library another name in the code; that one is not looked for.
        let renamed = krate.externs.iter().filter_map(|(name, meaning)| match meaning {
            ExternCrate::Lib(library) if library != name && !roots.of(*name).contains(library) => {
                Some(*library)
            }
            _ => None,
        });
        named.extend(renamed.flat_map(|it| roots.of(it)));
    }
    named
}

/// The names in a file that can be the beginning of a path into a library.
fn names_in(tree: &FileTree, types: &FxHashMap<Name, Vec<Name>>, name: &mut dyn FnMut(Name)) {
    for item in &tree.items {
        match &item.kind {
            ItemKind::Use(leaves) => {
                let whole =
                    leaves.iter().filter(|leaf| leaf.path.last().is_none_or(|it| !types.contains_key(it)));
                whole.flat_map(|leaf| &leaf.path).for_each(|it| name(*it));
            }
            ItemKind::ExternCrate { krate } => name(*krate),
            _ => {}
        }
    }
    for ty in &tree.arena.tys {
        if let TyKind::Path(path) = &ty.kind {
            path.segments.iter().for_each(|it| name(it.name));
        }
    }
    tree.words.iter().flat_map(|it| &it.idents).for_each(|it| name(*it));
}
