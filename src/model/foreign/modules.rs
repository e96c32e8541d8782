//! The modules of crates from elsewhere: which names each declares, and which are not read yet.

use super::super::discover::{Folder, Link};
use super::signature::head;
use crate::source::FileId;
use crate::syntax::{FileTree, Item, ItemIdx, ItemKind, Name, UseKind, UseLeaf, Vis};
use rustc_hash::FxHashMap;

/// A crate, by its number in [`Reader`](super::reader::Reader).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct CrateNo(pub(super) usize);

/// A module of such a crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ModuleNo(pub(super) usize);

/// A module.
#[derive(Debug)]
pub(super) struct Module {
    pub(super) krate: CrateNo,
    pub(super) parent: Option<ModuleNo>,
    pub(super) state: State,
    /// What its names are declared as: by several items under different conditions, or in two namespaces.
    names: FxHashMap<Name, Vec<(Vis, Meaning)>>,
    pub(super) globs: Vec<(Vis, Vec<Name>, bool)>,
}

/// Whether a module's file is read.
#[derive(Debug, Clone)]
pub(super) enum State {
    Unread(Link),
    /// Its file will be read with the next ones.
    Asked,
    Read(FileId),
    Missing,
}

/// What a name is declared as.
#[derive(Debug, Clone)]
pub(super) enum Meaning {
    Item(ItemIdx),
    Module(ModuleNo),
    /// A `use` of this path; whether it starts with `::`.
    Use(Vec<Name>, bool),
}

/// An impl, by the last name of the type that it is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct ImplOf {
    pub(super) head: Name,
    pub(super) module: ModuleNo,
    pub(super) item: ItemIdx,
}

impl Module {
    pub(super) fn new(krate: CrateNo, parent: Option<ModuleNo>, state: State) -> Module {
        Module { krate, parent, state, names: FxHashMap::default(), globs: Vec::new() }
    }

    /// Returns what a name is declared as.
    pub(super) fn meanings(&self, name: Name) -> &[(Vis, Meaning)] {
        self.names.get(&name).map_or(&[], Vec::as_slice)
    }

    /// Returns all names, sorted.
    pub(super) fn sorted_names(&self) -> Vec<Name> {
        let mut names: Vec<Name> = self.names.keys().copied().collect();
        names.sort_unstable_by(|a, b| a.as_str().cmp(b.as_str()));
        names
    }

    fn declare(&mut self, name: Name, vis: Vis, meaning: Meaning) {
        self.names.entry(name).or_default().push((vis, meaning));
    }

    fn import(&mut self, vis: Vis, leaf: &UseLeaf) {
        match leaf.kind {
            UseKind::Name(name) => self.declare(name, vis, Meaning::Use(leaf.path.clone(), leaf.global)),
            UseKind::Glob => self.globs.push((vis, leaf.path.clone(), leaf.global)),
        }
    }
}

/// Enters the items of a file that was read for a module; gives the impls among them.
pub(super) fn enter(
    modules: &mut Vec<Module>,
    module: ModuleNo,
    file: FileId,
    folder: &Folder,
    tree: &FileTree,
) -> Vec<ImplOf> {
    let mut impls = Vec::new();
    // A stack of our own: modules may be nested as deep as text is long.
    let mut stack: Vec<(ModuleNo, &[ItemIdx], Folder)> = vec![(module, &tree.roots, folder.clone())];
    while let Some((module, items, folder)) = stack.pop() {
        let Some(krate) = modules.get(module.0).map(|it| it.krate) else { continue };
        let mut own = Vec::new();
        for idx in items {
            let Some(item) = tree.items.get(idx.0 as usize).filter(|item| !item.attrs.test) else { continue };
            let child = ModuleNo(modules.len());
            match &item.kind {
                ItemKind::Mod { items: Some(inner) } => {
                    modules.push(Module::new(krate, Some(module), State::Read(file)));
                    own.push((item, Meaning::Module(child)));
                    stack.push((child, inner, folder.inline(item.name, item.attrs.path)));
                }
                ItemKind::Mod { items: None } => {
                    let link = folder.module(item.name, item.attrs.path);
                    modules.push(Module::new(krate, Some(module), State::Unread(link)));
                    own.push((item, Meaning::Module(child)));
                }
                ItemKind::ExternCrate { krate } => own.push((item, Meaning::Use(vec![*krate], true))),
                ItemKind::Impl { self_ty, .. } => {
                    impls.extend(head(tree, *self_ty).map(|head| ImplOf { head, module, item: *idx }));
                }
                _ => own.push((item, Meaning::Item(*idx))),
            }
        }
        if let Some(entry) = modules.get_mut(module.0) {
            entry.state = State::Read(file);
            own.into_iter().for_each(|(item, meaning)| declare(entry, item, meaning));
        }
    }
    impls
}

fn declare(module: &mut Module, item: &Item, meaning: Meaning) {
    match &item.kind {
        ItemKind::Use(leaves) => leaves.iter().for_each(|leaf| module.import(item.vis, leaf)),
        ItemKind::MacroRules { .. }
        | ItemKind::MacroCall { .. }
        | ItemKind::Include { .. }
        | ItemKind::TraitAlias
        | ItemKind::Other => {}
        _ => module.declare(item.name, item.vis, meaning),
    }
}
