//! Macros that the analysed code defines: where each can be called by which name, and what its definition says.
//!
//! Macros are found before other names are: what item macros write has names of its own. So paths of macros are not resolved as others
//! are. A single name is looked up in the function around, then as rustc does in the text before (through `#[macro_use]` modules), then
//! through the `use` declarations of the file. A path ends in a name that its crate defines once. What is not certain is not found.

mod paths;
mod text;

use super::externs::CratePlan;
use super::items::CrateId;
use crate::source::{FileId, Files, TextRange};
use crate::syntax::mbe::Rules;
use crate::syntax::{
    self, Cfg, FileTree, FindMacro, FoundMacro, ItemCalls, MacroWords, Name, UseKind, UseLeaf,
};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

use super::discover::Links;

/// A definition.
#[derive(Debug)]
struct Def {
    name: Name,
    krate: CrateId,
    /// `#[macro_export]`.
    exported: bool,
    /// The block of a function that it is defined in.
    block: Option<TextRange>,
    /// Where it stands in its file.
    range: TextRange,
    cfg: Cfg,
    /// What it says; `None` when that is not understood.
    rules: Option<Arc<Rules>>,
    words: MacroWords,
}

/// The definitions before a place of the text, the last first.
#[derive(Debug, Clone, Copy)]
struct Node {
    def: usize,
    before: Option<usize>,
}

/// What a file defines and sees.
#[derive(Debug)]
struct InFile {
    /// The crate that reads it (first).
    krate: CrateId,
    /// From each byte on: the last definition before.
    changes: Vec<(u32, Option<usize>)>,
    /// Definitions in functions.
    locals: Vec<usize>,
    /// `use` declarations that may bring a macro.
    uses: Vec<UseLeaf>,
}

/// A crate, as far as macros go.
#[derive(Debug, Default)]
struct InCrate {
    name: Name,
    old_edition: bool,
    /// Other analysed crates, by the name in code.
    externs: Vec<(Name, Option<CrateId>)>,
    /// Crates whose macros are in scope everywhere: `#[macro_use] extern crate x;`.
    macro_use: Vec<Name>,
    /// Definitions outside functions, by name.
    defs: FxHashMap<Name, Vec<usize>>,
}

/// All definitions.
#[derive(Debug, Default)]
pub(super) struct Macros {
    defs: Vec<Def>,
    nodes: Vec<Node>,
    files: FxHashMap<FileId, InFile>,
    crates: Vec<InCrate>,
    /// For each name of a macro the words of what it may write, through the macros that it calls.
    words: FxHashMap<Name, MacroWords>,
    /// What became of the calls among items.
    pub(super) calls: ItemCalls,
}

/// Finds all definitions.
pub(super) fn collect(
    plans: &[CratePlan],
    files: &Files,
    trees: &FxHashMap<FileId, FileTree>,
    links: &Links,
) -> Macros {
    let mut macros = Macros {
        crates: plans.iter().map(|plan| paths::in_crate(plan, plans)).collect(),
        ..Macros::default()
    };
    let rules = text::walk(&mut macros, plans, trees, links);
    let read: Vec<(Option<Arc<Rules>>, MacroWords)> = rules
        .par_iter()
        .map(|(file, range)| {
            let text = files.text(*file);
            let text = text.get(range.lo as usize..range.hi as usize).unwrap_or_default();
            let rules = Rules::parse(text).map(Arc::new);
            syntax::invalidate_spans();
            (rules, MacroWords::of(text))
        })
        .collect();
    for (def, (rules, words)) in macros.defs.iter_mut().zip(read) {
        (def.rules, def.words) = (rules, words);
    }
    macros.close_words();
    macros.forget_other_uses();
    macros
}

/// Puts what macro calls among items stand for in their place.
pub(super) fn expand_items(macros: &mut Macros, files: &Files, trees: &mut FxHashMap<FileId, FileTree>) {
    if macros.defs.is_empty() {
        return;
    }
    let known = &*macros;
    let calls: Vec<ItemCalls> = trees
        .par_iter_mut()
        .filter(|(_, tree)| tree.has_macro_calls())
        .map(|(file, tree)| {
            let find = |path: &[Name], global: bool, at: u32| known.find(*file, path, global, at);
            syntax::expand_items(tree, &files.text(*file), &find)
        })
        .collect();
    macros.calls = calls.into_iter().fold(ItemCalls::default(), ItemCalls::plus);
}

impl Macros {
    /// Whether no macro is defined anywhere.
    pub(super) fn is_empty(&self) -> bool {
        self.defs.is_empty()
    }

    /// The words of what a macro of this name may write.
    pub(super) fn words(&self, name: Name) -> Option<&MacroWords> {
        self.words.get(&name)
    }

    /// Keeps the `use` declarations only that may name a macro.
    fn forget_other_uses(&mut self) {
        let words = &self.words;
        for file in self.files.values_mut() {
            file.uses.retain(|leaf| match leaf.kind {
                UseKind::Name(_) => leaf.path.last().is_some_and(|name| words.contains_key(name)),
                UseKind::Glob => true,
            });
        }
    }

    /// Adds to the words of each macro those of the macros that it calls.
    fn close_words(&mut self) {
        let mut own: FxHashMap<Name, MacroWords> = FxHashMap::default();
        for def in &self.defs {
            own.entry(def.name).or_default().add(&def.words);
        }
        for name in own.keys() {
            let mut all = MacroWords::default();
            let mut seen = FxHashSet::default();
            let mut open = vec![*name];
            while let Some(name) = open.pop() {
                let Some(words) = own.get(&name).filter(|_| seen.insert(name)) else { continue };
                all.add(words);
                open.extend(words.idents.iter().filter(|it| own.contains_key(it)));
            }
            self.words.insert(*name, all);
        }
    }

    fn found(&self, def: usize) -> Option<FoundMacro> {
        let def = self.defs.get(def)?;
        let krate = self.crates.get(def.krate.0 as usize)?;
        Some(FoundMacro {
            rules: def.rules.clone(),
            krate: def.krate.0,
            krate_name: krate.name,
            old_edition: krate.old_edition,
            local: def.block.is_some(),
        })
    }
}

/// Finds the macros that the bodies of a file call.
pub(super) struct InBodies<'m> {
    pub(super) macros: &'m Macros,
    pub(super) file: FileId,
}

impl FindMacro for InBodies<'_> {
    fn find(&self, path: &[Name], global: bool, at: u32) -> Option<FoundMacro> {
        self.macros.find(self.file, path, global, at)
    }
}
