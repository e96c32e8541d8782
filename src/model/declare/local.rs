//! Items declared in function bodies: each lives in an anonymous module of its block.

use super::super::items::{Module, ModuleId};
use super::super::types::FnId;
use super::{Around, Declarer, Todo};
use crate::source::TextRange;
use crate::syntax::{ItemIdx, Name};
use rustc_hash::FxHashMap;
use std::sync::Arc;

impl<'a> Declarer<'a> {
    /// Declares the items in function bodies, each in an anonymous module of its block. A function may itself be such an item, so this
    /// goes round until nothing new comes up.
    pub(super) fn local_items(&mut self) {
        let mut done = 0;
        let mut waiting: Vec<(u32, ItemIdx)> = Vec::new();
        let mut rooms: FxHashMap<FnId, Vec<(TextRange, ModuleId)>> = FxHashMap::default();
        loop {
            while let Some(unit) = self.units.get(done) {
                let items = self.trees.get(&unit.file).map_or(&[][..], |tree| &tree.local_items);
                waiting.extend(items.iter().map(|idx| (done as u32, *idx)));
                done += 1;
            }
            let before = waiting.len();
            let mut ready: Vec<(FnId, TextRange, u32, ItemIdx)> = Vec::new();
            waiting.retain(|(unit, idx)| match self.home(*unit, *idx) {
                Some((function, block)) => {
                    ready.push((function, block, *unit, *idx));
                    false
                }
                None => true,
            });
            if waiting.len() == before {
                break;
            }
            self.make_rooms(&ready, &mut rooms);
            for (function, block, unit, idx) in ready {
                self.local_item(function, block, unit, idx, &rooms);
            }
            self.drain();
        }
        for (function, mut blocks) in rooms {
            blocks.sort_by_key(|(block, _)| block.hi - block.lo);
            self.model.blocks.insert(function, blocks);
        }
    }

    /// Returns the function and the block that a local item is declared in, once the function is known.
    pub(super) fn home(&self, unit: u32, idx: ItemIdx) -> Option<(FnId, TextRange)> {
        let file = self.units.get(unit as usize)?.file;
        let item = self.item(file, idx)?;
        let function = *self.fns_with_items.get(&(unit, item.in_fn?))?;
        let body = self.model.fns[function.0 as usize].body?;
        Some((function, item.block.unwrap_or(body.body)))
    }

    /// Makes an anonymous module for each new block, outer blocks first.
    pub(super) fn make_rooms(
        &mut self,
        ready: &[(FnId, TextRange, u32, ItemIdx)],
        rooms: &mut FxHashMap<FnId, Vec<(TextRange, ModuleId)>>,
    ) {
        let mut blocks: Vec<(FnId, TextRange)> =
            ready.iter().map(|(function, block, ..)| (*function, *block)).collect();
        blocks.sort_by_key(|(function, block)| (*function, block.lo, std::cmp::Reverse(block.hi)));
        blocks.dedup();
        for (function, block) in blocks {
            let made = rooms.entry(function).or_default();
            if made.iter().any(|(range, _)| *range == block) {
                continue;
            }
            let around = made
                .iter()
                .filter(|(range, _)| range.covers(block))
                .min_by_key(|(range, _)| range.hi - range.lo);
            let def = &self.model.fns[function.0 as usize];
            let parent = around.map_or(def.module, |(_, module)| *module);
            let (file, test, cfg, duplicate) = (def.span.file, def.test, def.cfg.clone(), def.duplicate);
            let krate = self.model.modules[parent.0 as usize].krate;
            let name = Name::from("");
            let module =
                Module { krate, parent: Some(parent), name, file, test, cfg, anonymous: true, duplicate };
            let id = self.push_module(module);
            made.push((block, id));
        }
    }

    pub(super) fn local_item(
        &mut self,
        function: FnId,
        block: TextRange,
        unit: u32,
        idx: ItemIdx,
        rooms: &FxHashMap<FnId, Vec<(TextRange, ModuleId)>>,
    ) {
        let room = rooms.get(&function).and_then(|made| made.iter().find(|(range, _)| *range == block));
        let (Some((_, module)), Some(reading)) = (room, self.units.get(unit as usize)) else { return };
        let def = &self.model.fns[function.0 as usize];
        let around = Around {
            file: reading.file,
            test: def.test,
            cfg: def.cfg.clone(),
            duplicate: def.duplicate,
            in_fn: Some(function),
            block: Some(block),
        };
        let (folder, chain) = (reading.folder.clone(), Arc::clone(&reading.chain));
        let Some(item) = self.item(reading.file, idx) else { return };
        let todo = Todo { module: *module, unit, items: &[], folder, chain, around };
        self.declare(&todo, idx, item);
    }
}
