//! Macros that the analysed code defines: where each can be called by which name, and what its definition says.
//!
//! Macros are found before other names are: what item macros write has names of its own. So paths of macros are not resolved as others
//! are. A single name is looked up in the function around, then as rustc does in the text before (through `#[macro_use]` modules), then
//! through the `use` declarations of the file. A path ends in a name that its crate defines once. What is not certain is not found.

mod paths;
mod text;

use super::dependencies::Dependencies;
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
    /// Which crates see which: a crate may call the macros of those that it sees.
    dependencies: Arc<Dependencies>,
    /// For each name of a macro, by the crate that defines it: the words of what it may write, through the macros that it calls.
    words: FxHashMap<Name, Vec<(CrateId, MacroWords)>>,
    /// What became of the calls among items.
    pub(super) calls: ItemCalls,
}

/// Finds all definitions.
pub(super) fn collect(
    plans: &[CratePlan],
    dependencies: &Arc<Dependencies>,
    files: &Files,
    trees: &FxHashMap<FileId, FileTree>,
    links: &Links,
) -> Macros {
    let mut macros = Macros {
        crates: plans.iter().map(|plan| paths::in_crate(plan, plans)).collect(),
        dependencies: Arc::clone(dependencies),
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

    /// The words of what macros of this name may write that a file can call.
    pub(super) fn words(&self, file: FileId, name: Name) -> impl Iterator<Item = &MacroWords> {
        let all = self.words.get(&name).map(Vec::as_slice).unwrap_or_default();
        // Most names are no macro's.
        let krate = if all.is_empty() { None } else { self.files.get(&file).map(|it| it.krate) };
        let is_seen = move |from: CrateId| krate.is_none_or(|krate| self.dependencies.sees(krate, from));
        all.iter().filter(move |(from, _)| is_seen(*from)).map(|(_, words)| words)
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
        let mut own: FxHashMap<(Name, CrateId), Vec<&MacroWords>> = FxHashMap::default();
        let mut crates: FxHashMap<Name, Vec<CrateId>> = FxHashMap::default();
        for def in &self.defs {
            let same = own.entry((def.name, def.krate)).or_default();
            if same.is_empty() {
                crates.entry(def.name).or_default().push(def.krate);
            }
            same.push(&def.words);
        }
        let close = |(name, krate): &(Name, CrateId)| {
            let mut all: Vec<&MacroWords> = Vec::new();
            let mut seen = FxHashSet::default();
            let mut open = vec![(*name, *krate)];
            while let Some(at) = open.pop() {
                let Some(words) = own.get(&at).filter(|_| seen.insert(at)) else { continue };
                all.extend(words);
                // What a macro calls is looked up where it is called, or (by `$crate`) where it is defined: the former sees the latter.
                for called in words.iter().flat_map(|it| &it.macros) {
                    let defining = crates.get(called).into_iter().flatten();
                    open.extend(
                        defining.filter(|it| self.dependencies.sees(*krate, **it)).map(|it| (*called, *it)),
                    );
                }
            }
            (*name, *krate, MacroWords::union(all))
        };
        let names: Vec<(Name, CrateId)> = own.keys().copied().collect();
        let mut closed: FxHashMap<Name, Vec<(CrateId, MacroWords)>> = FxHashMap::default();
        for (name, krate, words) in names.par_iter().map(close).collect::<Vec<_>>() {
            closed.entry(name).or_default().push((krate, words));
        }
        self.words = closed;
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
