//! Follows paths into crates from elsewhere and reads the files that they lead into.

use super::super::discover::{Link, Linkage, Search};
use super::super::names::Ns;
use super::super::prelude;
use super::mentions::Mention;
use super::modules::{CrateNo, ImplOf, Meaning, Module, ModuleNo, State, enter};
use super::signature::Paths;
use super::{Externs, Foreign, NameSet, externs};
use crate::source::{FileId, LibrarySource, Package};
use crate::syntax::{FileTree, Item, ItemIdx, ItemKind, Name, Vis};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::PathBuf;
use std::sync::Arc;

/// How many signatures deep types are followed from what the analysed code names: a wrapper, then its parts and the guard that its
/// method returns. Each step more doubles what is read.
const MAX_DEPTH: usize = 1;

/// How many calls deep the names of bodies are followed.
const BODY_DEPTH: usize = 0;

/// Names of one path. `pub use a::a;` beside `mod a` must not make ever longer ones.
const MAX_PATH: usize = 16;

/// Paths of one run beyond which no more are followed: through the globs of large crates there are millions.
const MAX_FOLLOWED: usize = 100_000;

/// Files of one run beyond which no more are read.
const MAX_FILES: usize = 20_000;

/// A crate.
struct Krate {
    package: Package,
    externs: Externs,
    root: ModuleNo,
    impls: FxHashMap<Name, Vec<ImplOf>>,
    /// Types that are wanted, by name, with the depth at which they were reached.
    types: FxHashMap<Name, usize>,
}

/// A path to be followed from a module.
#[derive(Debug, Clone)]
struct Task {
    module: ModuleNo,
    path: Vec<Name>,
    then: Option<NameSet>,
    /// It comes from another crate: only public names count.
    outside: bool,
}

/// Where the first name of a path is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// In the module and what its globs bring, then among crates.
    Scope,
    /// The same without the globs: the path is that of one itself.
    Glob,
    /// Among crates: the path starts with `::`.
    Crates,
}

impl Start {
    fn of_name(global: bool) -> Start {
        if global { Start::Crates } else { Start::Scope }
    }

    fn of_glob(global: bool) -> Start {
        if global { Start::Crates } else { Start::Glob }
    }
}

/// Reads what is named.
pub(super) struct Reader<'a, 's> {
    search: &'s mut Search<'a>,
    has_rows: &'s dyn Fn(&str) -> bool,
    words: &'s FxHashSet<Name>,
    crates: Vec<Krate>,
    by_dir: FxHashMap<PathBuf, Option<CrateNo>>,
    modules: Vec<Module>,
    /// What is to be done, by depth.
    open: Vec<Vec<Task>>,
    /// What waits for a file, and the files.
    parked: Vec<Task>,
    asked: Vec<(ModuleNo, Link)>,
    followed: FxHashSet<(ModuleNo, Vec<Name>, Option<usize>, bool)>,
    wanted: FxHashSet<(FileId, ItemIdx)>,
    /// Sets whose addresses stand in `followed`.
    kept: Vec<NameSet>,
    files: FxHashSet<FileId>,
    depth: usize,
}

impl<'a, 's> Reader<'a, 's> {
    pub(super) fn new(
        search: &'s mut Search<'a>,
        has_rows: &'s dyn Fn(&str) -> bool,
        words: &'s FxHashSet<Name>,
    ) -> Reader<'a, 's> {
        Reader {
            search,
            has_rows,
            words,
            crates: Vec::new(),
            by_dir: FxHashMap::default(),
            modules: Vec::new(),
            open: vec![Vec::new(); MAX_DEPTH + 1],
            parked: Vec::new(),
            asked: Vec::new(),
            followed: FxHashSet::default(),
            wanted: FxHashSet::default(),
            kept: Vec::new(),
            files: FxHashSet::default(),
            depth: 0,
        }
    }

    /// Follows all mentions, those nearest to the analysed code first.
    pub(super) fn read(mut self, mentions: Vec<Mention>) -> Foreign {
        for mention in mentions {
            if let Some(module) = self.root_of(&mention.source) {
                let task = Task { module, path: mention.path, then: mention.then, outside: true };
                self.push(0, task);
            }
        }
        for depth in 0..=MAX_DEPTH {
            self.depth = depth;
            loop {
                while let Some(task) = self.open.get_mut(depth).and_then(Vec::pop) {
                    self.follow(task);
                }
                if self.asked.is_empty() {
                    break;
                }
                self.read_asked();
                let parked = std::mem::take(&mut self.parked);
                parked.into_iter().for_each(|task| self.push(depth, task));
            }
        }
        let is_read = |krate: &Krate| {
            matches!(self.modules.get(krate.root.0).map(|it| &it.state), Some(State::Read(_)))
        };
        let packages = self.crates.iter().filter(|krate| is_read(krate)).map(|krate| krate.package.clone());
        Foreign { packages: packages.collect(), files: self.files }
    }

    fn push(&mut self, depth: usize, task: Task) {
        if let Some(open) = self.open.get_mut(depth) {
            open.push(task);
        }
    }

    /// The root module of a crate, whose manifest is read at the first question.
    fn root_of(&mut self, source: &LibrarySource) -> Option<ModuleNo> {
        let known = match self.by_dir.get(source.dir()) {
            Some(known) => *known,
            None => {
                let krate = self.add_crate(source);
                self.by_dir.insert(source.dir().to_path_buf(), krate);
                krate
            }
        };
        self.crates.get(known?.0).map(|krate| krate.root)
    }

    fn add_crate(&mut self, source: &LibrarySource) -> Option<CrateNo> {
        let package = source.package()?;
        let (krate, root) = (CrateNo(self.crates.len()), ModuleNo(self.modules.len()));
        let link = Link::root(&package.targets.first()?.root);
        self.modules.push(Module::new(krate, None, State::Unread(link)));
        self.search.allow(&package.dir);
        let externs = externs(&package, self.has_rows);
        let (impls, types) = (FxHashMap::default(), FxHashMap::default());
        self.crates.push(Krate { package, externs, root, impls, types });
        Some(krate)
    }

    /// Reads the files that were asked for, together.
    fn read_asked(&mut self) {
        let mut asked = std::mem::take(&mut self.asked);
        let room = MAX_FILES.saturating_sub(self.files.len());
        for (module, _) in asked.drain(room.min(asked.len())..) {
            self.set_state(module, State::Missing);
        }
        self.search.load(asked.iter().map(|(_, link)| link.clone()).collect());
        for (module, link) in asked {
            let Some(Linkage::To(linked)) = self.search.sources.links.get(&link) else {
                self.set_state(module, State::Missing);
                continue;
            };
            let Some(tree) = self.search.sources.trees.get(&linked.file) else { continue };
            self.files.insert(linked.file);
            let impls = enter(&mut self.modules, module, linked.file, &linked.folder, tree);
            impls.into_iter().for_each(|it| self.add_impl(it));
        }
    }

    fn set_state(&mut self, module: ModuleNo, state: State) {
        if let Some(module) = self.modules.get_mut(module.0) {
            module.state = state;
        }
    }

    fn add_impl(&mut self, it: ImplOf) {
        let Some(krate) = self.modules.get(it.module.0).map(|module| module.krate) else { return };
        let Some(krate) = self.crates.get_mut(krate.0) else { return };
        krate.impls.entry(it.head).or_default().push(it);
        if let Some(depth) = krate.types.get(&it.head).copied() {
            self.impl_(it, depth.max(self.depth));
        }
    }

    /// Goes one step along a path.
    fn follow(&mut self, task: Task) {
        let Some(module) = self.modules.get_mut(task.module.0) else { return };
        match &module.state {
            State::Missing => return,
            State::Read(_) => {}
            State::Asked => return self.parked.push(task),
            State::Unread(link) => {
                self.asked.push((task.module, link.clone()));
                module.state = State::Asked;
                return self.parked.push(task);
            }
        }
        if self.followed.len() >= MAX_FOLLOWED {
            return;
        }
        let set = task.then.as_ref().map(|it| Arc::as_ptr(it) as usize);
        if !self.followed.insert((task.module, task.path.clone(), set, task.outside)) {
            return;
        }
        self.kept.extend(task.then.clone());
        match task.path.split_first() {
            Some((name, rest)) => self.member(&task, *name, rest),
            None => self.all_of(&task),
        }
    }

    /// Looks for the first name of a path in a module.
    fn member(&mut self, task: &Task, name: Name, rest: &[Name]) {
        let Some(module) = self.modules.get(task.module.0) else { return };
        let visible = |vis: &Vis| !task.outside || *vis == Vis::Public;
        let meanings: Vec<Meaning> =
            module.meanings(name).iter().filter(|(vis, _)| visible(vis)).map(|(_, it)| it.clone()).collect();
        // What is before `::` is a module where there is one of the name: `mod a; pub use a::a;`.
        let is_prefix = !rest.is_empty() && meanings.iter().any(|it| matches!(it, Meaning::Module(_)));
        if meanings.is_empty() {
            let globs: Vec<_> = module.globs.iter().filter(|(vis, ..)| visible(vis)).cloned().collect();
            for (_, path, global) in globs {
                let path = path.iter().chain(&task.path).copied().collect();
                self.lexical(task.module, path, Start::of_glob(global), task.then.clone(), self.depth);
            }
            return;
        }
        for meaning in meanings {
            match meaning {
                Meaning::Use(..) | Meaning::Item(_) if is_prefix => {}
                Meaning::Item(item) => self.want(task.module, item, self.depth),
                Meaning::Module(module) => {
                    let task = Task { module, path: rest.to_vec(), ..task.clone() };
                    if !rest.is_empty() || task.then.is_some() {
                        self.push(self.depth, task);
                    }
                }
                Meaning::Use(path, global) => {
                    let path = path.iter().chain(rest).copied().collect();
                    self.lexical(task.module, path, Start::of_name(global), task.then.clone(), self.depth);
                }
            }
        }
    }

    /// Looks for all names of a set in a module.
    fn all_of(&mut self, task: &Task) {
        let (Some(module), Some(set)) = (self.modules.get(task.module.0), &task.then) else { return };
        let names: Vec<Name> = module.sorted_names().into_iter().filter(|name| set.contains(name)).collect();
        let visible = |vis: &Vis| !task.outside || *vis == Vis::Public;
        let globs: Vec<_> = module.globs.iter().filter(|(vis, ..)| visible(vis)).cloned().collect();
        for name in names {
            self.push(self.depth, Task { path: vec![name], ..task.clone() });
        }
        for (_, path, global) in globs {
            self.lexical(task.module, path, Start::of_glob(global), task.then.clone(), self.depth);
        }
    }

    /// Starts to follow a path that stands in a module.
    fn lexical(
        &mut self,
        module: ModuleNo,
        path: Vec<Name>,
        start: Start,
        then: Option<NameSet>,
        depth: usize,
    ) {
        if path.len() > MAX_PATH {
            return;
        }
        let (mut at, mut taken) = (module, 0);
        if start != Start::Crates {
            for name in &path {
                match (name.as_str(), taken) {
                    ("crate" | "$crate", 0) => {
                        let Some(root) = self.crate_of(module).map(|krate| krate.root) else { return };
                        at = root;
                    }
                    ("self", 0) => {}
                    ("super", _) => {
                        let Some(parent) = self.modules.get(at.0).and_then(|it| it.parent) else { return };
                        at = parent;
                    }
                    _ => break,
                }
                taken += 1;
            }
        }
        let rest: Vec<Name> = path.iter().skip(taken).copied().collect();
        let (Some(first), 0) = (rest.first().copied(), taken) else {
            return self.push(depth, Task { module: at, path: rest, then, outside: false });
        };
        let Some(own) = self.modules.get(module.0) else { return };
        if start != Start::Crates && !own.meanings(first).is_empty() {
            return self.push(depth, Task { module, path: rest, then, outside: false });
        }
        if let Some(source) = self.crate_of(module).and_then(|krate| krate.externs.get(&first)).cloned() {
            if let Some(root) = self.root_of(&source) {
                let path = rest.into_iter().skip(1).collect();
                self.push(depth, Task { module: root, path, then, outside: true });
            }
            return;
        }
        // What every module sees, and crates that are not read, end here; the rest may come through a glob.
        let is_known = prelude::lookup(first, Ns::Types).is_some() || prelude::is_primitive(first);
        if !is_known && start == Start::Scope && !own.globs.is_empty() && !self.is_crate(module, first) {
            self.push(depth, Task { module, path: rest, then, outside: false });
        }
    }

    /// Whether code of a module calls a crate by this name.
    fn is_crate(&self, module: ModuleNo, name: Name) -> bool {
        let is_own =
            |krate: &Krate| krate.package.dependencies.iter().any(|it| name == it.name_in_code.as_str());
        matches!(name.as_str(), "std" | "core" | "alloc") || self.crate_of(module).is_some_and(is_own)
    }

    fn crate_of(&self, module: ModuleNo) -> Option<&Krate> {
        self.crates.get(self.modules.get(module.0)?.krate.0)
    }

    fn tree_of(&self, module: ModuleNo) -> Option<(FileId, &FileTree)> {
        let State::Read(file) = self.modules.get(module.0)?.state else { return None };
        Some((file, self.search.sources.trees.get(&file)?))
    }

    /// An item is named: what its signature names is looked for next.
    fn want(&mut self, module: ModuleNo, idx: ItemIdx, depth: usize) {
        let Some((file, tree)) = self.tree_of(module) else { return };
        let Some(item) = tree.items.get(idx.0 as usize) else { return };
        if self.wanted.contains(&(file, idx)) {
            return;
        }
        let mut paths = Paths::default();
        paths.item(tree, item);
        let name = item.name;
        let is_type = matches!(
            item.kind,
            ItemKind::Struct { .. } | ItemKind::Enum { .. } | ItemKind::Union { .. } | ItemKind::Trait { .. }
        );
        let idents = body_idents(tree, item);
        if let ItemKind::Trait { items, generics, .. } = &item.kind {
            paths.found.extend(self.members(tree, items, Paths::within(generics)));
        }
        self.wanted.insert((file, idx));
        self.look_for(module, paths.found, depth);
        self.bodies(module, idents, depth);
        if is_type {
            self.type_(module, name, depth);
        }
    }

    /// A type is named: its impls are.
    fn type_(&mut self, module: ModuleNo, name: Name, depth: usize) {
        let Some(krate) = self.modules.get(module.0).map(|module| module.krate) else { return };
        let Some(krate) = self.crates.get_mut(krate.0) else { return };
        let known = krate.types.entry(name).or_insert(depth);
        *known = depth.min(*known);
        let impls = krate.impls.get(&name).cloned().unwrap_or_default();
        impls.into_iter().for_each(|it| self.impl_(it, depth));
    }

    fn impl_(&mut self, it: ImplOf, depth: usize) {
        let Some((file, tree)) = self.tree_of(it.module) else { return };
        let Some(item) = tree.items.get(it.item.0 as usize) else { return };
        let ItemKind::Impl { items, generics, .. } = &item.kind else { return };
        if self.wanted.contains(&(file, it.item)) {
            return;
        }
        let mut paths = Paths::default();
        paths.item(tree, item);
        paths.found.extend(self.members(tree, items, Paths::within(generics)));
        let named = items.iter().filter_map(|idx| tree.items.get(idx.0 as usize));
        let named = named.filter(|member| self.words.contains(&member.name));
        let idents: Vec<NameSet> = named.filter_map(|member| body_idents(tree, member)).collect();
        self.wanted.insert((file, it.item));
        self.look_for(it.module, paths.found, depth);
        idents.into_iter().for_each(|idents| self.bodies(it.module, Some(idents), depth));
    }

    /// What the members of an impl or a trait name: those that the analysed code may call.
    fn members(&self, tree: &FileTree, items: &[ItemIdx], around: Paths) -> Vec<super::signature::Names> {
        let mut paths = around;
        for member in items.iter().filter_map(|idx| tree.items.get(idx.0 as usize)) {
            let is_fn = matches!(member.kind, ItemKind::Fn(_));
            if !is_fn || self.words.contains(&member.name) {
                paths.item(tree, member);
            }
        }
        paths.found
    }

    fn look_for(&mut self, module: ModuleNo, paths: Vec<super::signature::Names>, depth: usize) {
        if depth < MAX_DEPTH {
            for (global, path) in paths {
                self.lexical(module, path, Start::of_name(global), None, depth + 1);
            }
        }
    }

    /// Looks for what a body names.
    fn bodies(&mut self, module: ModuleNo, idents: Option<NameSet>, depth: usize) {
        let Some(idents) = idents.filter(|_| depth == BODY_DEPTH) else { return };
        let Some(own) = self.modules.get(module.0) else { return };
        let mut named: Vec<Name> = own.sorted_names();
        named.retain(|name| idents.contains(name));
        for name in named {
            let is_item = |(_, it): &(Vis, Meaning)| matches!(it, Meaning::Item(_));
            let alone = self.modules.get(module.0).is_some_and(|it| it.meanings(name).iter().all(is_item));
            let then = if alone { None } else { Some(Arc::clone(&idents)) };
            self.lexical(module, vec![name], Start::Scope, then, depth + 1);
        }
        for keyword in ["crate", "super"].map(Name::from) {
            if idents.contains(&keyword) {
                self.lexical(module, vec![keyword], Start::Scope, Some(Arc::clone(&idents)), depth + 1);
            }
        }
    }
}

/// The identifiers of a function's body.
fn body_idents(tree: &FileTree, item: &Item) -> Option<NameSet> {
    let ItemKind::Fn(decl) = &item.kind else { return None };
    let body = decl.body?;
    let at = tree.words.binary_search_by_key(&body.body.lo, |it| it.lo).ok()?;
    let words = tree.words.get(at)?;
    Some(Arc::new(words.idents.iter().copied().collect()))
}
