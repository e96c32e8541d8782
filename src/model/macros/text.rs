//! Definitions in the order of the text: each is seen by what comes after it, and outside its module only through `#[macro_use]`.

use super::super::discover::{Folder, Link, Linkage, Linked, Links};
use super::super::externs::CratePlan;
use super::super::items::CrateId;
use super::{Def, InFile, Macros, Node};
use crate::source::{FileId, TextRange};
use crate::syntax::{Cfg, FileTree, Item, ItemIdx, ItemKind, MacroWords, UseLeaf};
use rustc_hash::FxHashMap;

/// How many files and inline modules deep the text is followed.
const MAX_DEPTH: u32 = 256;

/// Follows the text of all crates; gives where the rules of each definition stand.
pub(super) fn walk(
    macros: &mut Macros,
    plans: &[CratePlan],
    trees: &FxHashMap<FileId, FileTree>,
    links: &Links,
) -> Vec<(FileId, TextRange)> {
    let mut walk = Walk { macros, trees, links, krate: CrateId(0), rules: Vec::new() };
    for (plan, number) in plans.iter().zip(0..) {
        walk.krate = CrateId(number);
        if let Some(linked) = walk.to(&Link::root(&plan.root_file)) {
            walk.file(linked, None, &Cfg::default(), 0);
        }
    }
    walk.rules
}

struct Walk<'a> {
    macros: &'a mut Macros,
    trees: &'a FxHashMap<FileId, FileTree>,
    links: &'a Links,
    krate: CrateId,
    rules: Vec<(FileId, TextRange)>,
}

/// A module's text.
struct Here<'a, 'b> {
    file: FileId,
    tree: &'a FileTree,
    folder: &'b Folder,
    cfg: &'b Cfg,
    depth: u32,
}

impl<'a> Walk<'a> {
    fn to(&self, link: &Link) -> Option<&'a Linked> {
        match self.links.get(link)? {
            Linkage::To(linked) => Some(linked),
            Linkage::Missing | Linkage::Refused(_) | Linkage::Unreadable => None,
        }
    }

    /// Follows a file after the definitions up to `head`; gives the last one then. A file is followed once: what a second crate that
    /// reads it makes of it is not known.
    fn file(&mut self, linked: &'a Linked, head: Option<usize>, cfg: &Cfg, depth: u32) -> Option<usize> {
        let file = linked.file;
        let Some(tree) = self.trees.get(&file) else { return head };
        if depth > MAX_DEPTH || self.macros.files.contains_key(&file) {
            return head;
        }
        let own =
            InFile { krate: self.krate, changes: vec![(0, head)], locals: Vec::new(), uses: uses_of(tree) };
        self.macros.files.insert(file, own);
        let cfg = cfg.and(&tree.attrs.cfg);
        let here = Here { file, tree, folder: &linked.folder, cfg: &cfg, depth };
        let head = self.list(&here, &tree.roots, head);
        for idx in &tree.local_items {
            self.local(&here, *idx);
        }
        head
    }

    fn list(&mut self, here: &Here<'a, '_>, items: &[ItemIdx], mut head: Option<usize>) -> Option<usize> {
        for idx in items {
            if let Some(item) = here.tree.items.get(idx.0 as usize) {
                head = self.item(here, item, head);
            }
        }
        head
    }

    fn item(&mut self, here: &Here<'a, '_>, item: &'a Item, head: Option<usize>) -> Option<usize> {
        match &item.kind {
            ItemKind::MacroRules { exported, rules: Some(rules) } => {
                let def = self.define(here, item, *exported, *rules);
                let node = self.macros.nodes.len();
                self.macros.nodes.push(Node { def, before: head });
                self.change(here.file, item.range.hi, Some(node));
                Some(node)
            }
            ItemKind::Mod { items } => {
                let last = self.module(here, item, items.as_deref(), head);
                let head = if item.attrs.macro_use { last } else { head };
                self.change(here.file, item.range.hi, head);
                head
            }
            ItemKind::Include { path } => match self.to(&here.folder.include(*path)) {
                Some(linked) => {
                    let last = self.file(linked, head, here.cfg, here.depth + 1);
                    self.change(here.file, item.range.hi, last);
                    last
                }
                None => head,
            },
            ItemKind::ExternCrate { krate } => {
                if item.attrs.macro_use
                    && let Some(own) = self.macros.crates.get_mut(self.krate.0 as usize)
                {
                    own.macro_use.push(*krate);
                }
                head
            }
            _ => head,
        }
    }

    fn module(
        &mut self,
        here: &Here<'a, '_>,
        item: &'a Item,
        items: Option<&'a [ItemIdx]>,
        head: Option<usize>,
    ) -> Option<usize> {
        let cfg = here.cfg.and(&item.attrs.cfg);
        let depth = here.depth + 1;
        match items {
            Some(items) if depth <= MAX_DEPTH => {
                let folder = here.folder.inline(item.name, item.attrs.path);
                self.list(&Here { folder: &folder, cfg: &cfg, depth, ..*here }, items, head)
            }
            Some(_) => head,
            None => match self.to(&here.folder.module(item.name, item.attrs.path)) {
                Some(linked) => self.file(linked, head, &cfg, depth),
                None => head,
            },
        }
    }

    /// A definition in a function.
    fn local(&mut self, here: &Here<'a, '_>, idx: ItemIdx) {
        let Some(item) = here.tree.items.get(idx.0 as usize) else { return };
        if let ItemKind::MacroRules { rules: Some(rules), .. } = &item.kind
            && item.block.is_some()
        {
            let def = self.define(here, item, false, *rules);
            if let Some(file) = self.macros.files.get_mut(&here.file) {
                file.locals.push(def);
            }
        }
    }

    fn define(&mut self, here: &Here<'a, '_>, item: &Item, exported: bool, rules: TextRange) -> usize {
        let number = self.macros.defs.len();
        self.macros.defs.push(Def {
            name: item.name,
            krate: self.krate,
            exported,
            block: item.block,
            range: item.range,
            cfg: here.cfg.and(&item.attrs.cfg),
            rules: None,
            words: MacroWords::default(),
        });
        self.rules.push((here.file, rules));
        if item.block.is_none()
            && let Some(krate) = self.macros.crates.get_mut(self.krate.0 as usize)
        {
            krate.defs.entry(item.name).or_default().push(number);
        }
        number
    }

    fn change(&mut self, file: FileId, at: u32, head: Option<usize>) {
        if let Some(file) = self.macros.files.get_mut(&file)
            && file.changes.last().map(|(_, last)| *last) != Some(head)
        {
            file.changes.push((at, head));
        }
    }
}

/// All `use` declarations of a file.
fn uses_of(tree: &FileTree) -> Vec<UseLeaf> {
    let leaves = tree.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Use(leaves) => Some(leaves),
        _ => None,
    });
    leaves.flatten().cloned().collect()
}
