//! What the analysed code names of crates from elsewhere.

use super::signature::Paths;
use super::{Externs, NameSet, externs};
use crate::source::{FileId, Files, LibrarySource, Workspace};
use crate::syntax::{BodyWords, FileTree, ItemKind, Name, UseKind};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::Path;
use std::sync::Arc;

/// A path into a crate.
#[derive(Debug)]
pub(super) struct Mention {
    pub(super) source: LibrarySource,
    /// The names after the crate's.
    pub(super) path: Vec<Name>,
    /// Where the path leads to a module: what is looked for in it.
    pub(super) then: Option<NameSet>,
}

/// All mentions, in the order of the files.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    pub(super) wanted: Vec<Mention>,
    /// All names in bodies: of a type only methods matter that are among them.
    pub(super) words: FxHashSet<Name>,
}

/// Collects the mentions of all files.
pub(super) fn collect(
    ws: &Workspace,
    files: &Files,
    trees: &FxHashMap<FileId, FileTree>,
    has_rows: &dyn Fn(&str) -> bool,
) -> Mentions {
    let packages: Vec<(&Path, Externs)> =
        ws.packages.iter().map(|package| (package.dir.as_path(), externs(package, has_rows))).collect();
    if packages.iter().all(|(_, externs)| externs.is_empty()) {
        return Mentions::default();
    }
    let mut ids: Vec<FileId> = trees.keys().copied().collect();
    ids.sort_unstable();
    let of_file = |file: &FileId| {
        let path = files.path(*file);
        let tree = trees.get(file)?;
        // The innermost package around.
        let around = packages.iter().filter(|(dir, _)| path.starts_with(dir));
        let (_, externs) = around.max_by_key(|(dir, _)| dir.as_os_str().len())?;
        Some((InFile { tree, externs }.mentions(), words_of(tree)))
    };
    let found: Vec<_> = ids.par_iter().filter_map(of_file).collect();
    let mut all = Mentions::default();
    for (mentions, words) in found {
        all.wanted.extend(mentions);
        all.words.extend(words);
    }
    all
}

fn words_of(tree: &FileTree) -> FxHashSet<Name> {
    tree.words.iter().flat_map(|it| it.methods.iter().chain(&it.idents)).copied().collect()
}

struct InFile<'a> {
    tree: &'a FileTree,
    externs: &'a Externs,
}

impl InFile<'_> {
    fn mentions(&self) -> Vec<Mention> {
        if self.externs.is_empty() {
            return Vec::new();
        }
        let names = self.crate_names();
        let mut found = Vec::new();
        let mut all_names: Option<NameSet> = None;
        for leaf in self.tree.items.iter().filter_map(uses).flatten() {
            let Some(source) = leaf.path.first().and_then(|first| names.get(first)) else { continue };
            let path: Vec<Name> = leaf.path.iter().skip(1).copied().collect();
            if path.is_empty() && leaf.kind != UseKind::Glob {
                continue;
            }
            // What is imported may be a module, of which any name of the file may be meant.
            let then = Some(Arc::clone(all_names.get_or_insert_with(|| self.all_names())));
            found.push(Mention { source: (*source).clone(), path, then });
        }
        let mut written = Paths::default();
        self.tree.items.iter().for_each(|item| written.item(self.tree, item));
        for (_, path) in written.found {
            let Some(source) = path.first().and_then(|first| names.get(first)) else { continue };
            let path = path.iter().skip(1).copied().collect();
            found.push(Mention { source: (*source).clone(), path, then: None });
        }
        self.in_bodies(&names, &mut found);
        found
    }

    /// The names that stand for crates in this file.
    fn crate_names(&self) -> FxHashMap<Name, &LibrarySource> {
        let mut names: FxHashMap<Name, &LibrarySource> =
            self.externs.iter().map(|(name, source)| (*name, source)).collect();
        for item in &self.tree.items {
            if let ItemKind::ExternCrate { krate } = &item.kind
                && let Some(source) = self.externs.get(krate)
            {
                names.insert(item.name, source);
            }
            for leaf in uses(item).into_iter().flatten() {
                if let ([krate], UseKind::Name(name)) = (leaf.path.as_slice(), leaf.kind)
                    && let Some(source) = self.externs.get(krate)
                {
                    names.insert(name, source);
                }
            }
        }
        names
    }

    /// A body's words have no order: with a crate's name among them, any of the others may be named in it.
    fn in_bodies(&self, names: &FxHashMap<Name, &LibrarySource>, found: &mut Vec<Mention>) {
        let mut named: FxHashMap<Name, FxHashSet<Name>> = FxHashMap::default();
        for words in &self.tree.words {
            let crates = words.idents.iter().filter(|name| names.contains_key(name));
            for krate in crates {
                named.entry(*krate).or_default().extend(words.idents.iter().copied());
            }
        }
        let mut named: Vec<(Name, FxHashSet<Name>)> = named.into_iter().collect();
        named.sort_unstable_by(|(a, _), (b, _)| a.as_str().cmp(b.as_str()));
        for (krate, idents) in named {
            let Some(source) = names.get(&krate) else { continue };
            let then = Some(Arc::new(idents));
            found.push(Mention { source: (*source).clone(), path: Vec::new(), then });
        }
    }

    fn all_names(&self) -> NameSet {
        let idents = |words: &BodyWords| words.idents.clone();
        let mut names: FxHashSet<Name> = self.tree.words.iter().flat_map(idents).collect();
        let mut written = Paths::default();
        self.tree.items.iter().for_each(|item| written.item(self.tree, item));
        names.extend(written.found.iter().flat_map(|(_, path)| path));
        Arc::new(names)
    }
}

fn uses(item: &crate::syntax::Item) -> Option<&[crate::syntax::UseLeaf]> {
    match &item.kind {
        ItemKind::Use(leaves) => Some(leaves),
        _ => None,
    }
}
