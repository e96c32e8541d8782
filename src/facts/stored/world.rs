//! What stands where: libraries with their files, and items by file and offset.

use super::marks::Marked;
use super::segments::{self, Place, Segments};
use crate::model::Model;
use crate::model::items::{CrateId, ExternCrate, ModuleId, StaticId};
use crate::model::types::{AdtId, FnId, TraitId};
use crate::source::{FileId, Files, Span};
use crate::syntax::Name;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;
use std::hash::Hash;
use std::sync::OnceLock;

/// A run, as far as files of facts need it.
#[derive(Debug)]
pub struct World<'w> {
    pub(super) model: &'w Model,
    pub(super) files: &'w Files,
    /// Each run sees its own part of crates from elsewhere: what one sees that another did not says nothing about what both saw.
    pub(super) by_parts: bool,
    /// The [mark](super::knowledge_mark) of what is known of libraries.
    pub(super) knowledge: String,
    by_crate: FxHashMap<CrateId, Vec<FileId>>,
    /// By crate, made when it is first asked for: many libraries depend on the same ones.
    pub(super) marks: Vec<OnceLock<Option<Marked>>>,
    segments: FxHashMap<FileId, Segments>,
    pub(super) fns: Unique<(FileId, u32), FnId>,
    pub(super) statics: Unique<(FileId, u32), StaticId>,
    pub(super) adts: Unique<(FileId, u32), AdtId>,
    pub(super) traits: Unique<(FileId, Name), TraitId>,
}

impl<'w> World<'w> {
    /// Finds where everything stands.
    pub fn new(model: &'w Model, files: &'w Files, knowledge: String) -> World<'w> {
        let offset = |span: Span| (span.file, span.range.lo);
        let fns = model.fns.iter().zip(0..).map(|(it, n)| (offset(it.span), FnId(n)));
        let statics = model.statics.iter().zip(0..).map(|(it, n)| (offset(it.span), StaticId(n)));
        let adts = model.adts.iter().zip(0..).map(|(it, n)| (offset(it.span), AdtId(n)));
        let file_of = |module: ModuleId| model.modules.get(module.0 as usize).map(|it| it.file);
        let traits = model.traits.iter().zip(0..);
        let traits = traits.filter_map(|(it, n)| Some(((file_of(it.module)?, it.name), TraitId(n))));
        World {
            model,
            files,
            by_parts: false,
            knowledge,
            by_crate: files_of_libraries(model),
            marks: model.crates.iter().map(|_| OnceLock::new()).collect(),
            segments: segments::of_files(model, files),
            fns: Unique::new(fns),
            statics: Unique::new(statics),
            adts: Unique::new(adts),
            traits: Unique::new(traits),
        }
    }

    /// The same run, of which others may have seen other parts of crates from elsewhere.
    pub fn by_parts(self, by_parts: bool) -> World<'w> {
        World { by_parts, ..self }
    }

    /// The libraries of this package in sight, of whatever version.
    pub(super) fn libraries(&self, package: &str) -> Vec<CrateId> {
        let crates = self.model.crates.iter().zip(0..).filter(|(it, _)| it.lib && it.package == package);
        crates.map(|(_, n)| CrateId(n)).collect()
    }

    /// A library and those that it is made with, itself first and the others by package and version.
    pub(super) fn with_dependencies(&self, krate: CrateId) -> Vec<CrateId> {
        let mut seen = FxHashSet::from_iter([krate]);
        let mut todo = vec![krate];
        while let Some(at) = todo.pop() {
            let Some(at) = self.model.crates.get(at.0 as usize) else { continue };
            for (_, meaning) in at.externs.iter().take(at.n_normal_externs) {
                if let ExternCrate::Local(id) = meaning
                    && seen.insert(*id)
                {
                    todo.push(*id);
                }
            }
        }
        seen.remove(&krate);
        let mut others: Vec<CrateId> = seen.into_iter().collect();
        others.sort_by_key(|id| self.model.crates.get(id.0 as usize).map(|it| (it.package, it.version)));
        std::iter::once(krate).chain(others).collect()
    }

    /// The place of an offset in a file, which stays the same while other bodies in the file change.
    pub(super) fn place(&self, file: FileId, offset: u32) -> Place {
        self.segments.get(&file).map_or(Place(0, offset), |it| it.place(offset))
    }

    /// The offset of a place in a file.
    pub(super) fn offset(&self, file: FileId, place: Place) -> u32 {
        self.segments.get(&file).map_or(place.1, |it| it.offset(place))
    }

    /// A mark of a file's text without the bodies of its functions.
    pub(super) fn skeleton(&self, file: FileId, text: &str) -> String {
        self.segments.get(&file).map_or_else(|| Segments::default().skeleton(text), |it| it.skeleton(text))
    }

    /// The files of a library.
    pub(super) fn files_of(&self, krate: CrateId) -> &[FileId] {
        self.by_crate.get(&krate).map_or(&[], Vec::as_slice)
    }
}

fn files_of_libraries(model: &Model) -> FxHashMap<CrateId, Vec<FileId>> {
    let mut found: FxHashMap<CrateId, BTreeSet<FileId>> = FxHashMap::default();
    let mut note = |module: ModuleId, file: FileId| {
        let Some(krate) = model.crate_of(module) else { return };
        if model.crates.get(krate.0 as usize).is_some_and(|it| it.lib) {
            found.entry(krate).or_default().insert(file);
        }
    };
    for (module, n) in model.modules.iter().zip(0..) {
        note(ModuleId(n), module.file);
    }
    // What `include!` reads belongs to a module that stands elsewhere.
    model.fns.iter().for_each(|it| note(it.module, it.span.file));
    model.statics.iter().for_each(|it| note(it.module, it.span.file));
    model.adts.iter().for_each(|it| note(it.module, it.span.file));
    found.into_iter().map(|(krate, files)| (krate, files.into_iter().collect())).collect()
}

/// Things by what they are told by, those left out that share it with others: what a macro wrote stands where its call does.
#[derive(Debug)]
pub(super) struct Unique<K, V>(FxHashMap<K, Option<V>>);

impl<K: Hash + Eq, V: Copy> Unique<K, V> {
    pub(super) fn new(all: impl Iterator<Item = (K, V)>) -> Unique<K, V> {
        let mut map: FxHashMap<K, Option<V>> = FxHashMap::default();
        for (key, value) in all {
            map.entry(key).and_modify(|it| *it = None).or_insert(Some(value));
        }
        Unique(map)
    }

    pub(super) fn get(&self, key: K) -> Option<V> {
        self.0.get(&key).copied().flatten()
    }
}
