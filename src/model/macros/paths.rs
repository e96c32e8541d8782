//! What a call's path means.

use super::super::externs::CratePlan;
use super::super::items::{CrateId, ExternCrate};
use super::{InCrate, InFile, Macros};
use crate::source::FileId;
use crate::syntax::{FoundMacro, Name, UseKind, UseLeaf};

/// How many re-exports are followed.
const MAX_HOPS: u32 = 4;

pub(super) fn in_crate(plan: &CratePlan, plans: &[CratePlan]) -> InCrate {
    // Of a crate from elsewhere only a part is read: a macro of it would write names that are not there.
    let is_whole = |id: CrateId| plans.get(id.0 as usize).is_some_and(|plan| !plan.krate.foreign);
    let externs = plan.krate.externs.iter().map(|(name, krate)| match krate {
        ExternCrate::Local(id) => (*name, Some(*id).filter(|id| is_whole(*id))),
        ExternCrate::Lib(_) => (*name, None),
    });
    InCrate {
        name: plan.krate.name,
        old_edition: plan.krate.edition < 2024,
        externs: externs.collect(),
        ..InCrate::default()
    }
}

/// What looking up gives.
enum Answer {
    /// This definition.
    Def(usize),
    /// Something else, or it cannot be told.
    Other,
    /// Nothing: look further.
    Nothing,
}

impl Macros {
    /// Looks up the path of a call that stands at a byte of a file.
    pub(super) fn find(&self, file: FileId, path: &[Name], global: bool, at: u32) -> Option<FoundMacro> {
        let here = self.files.get(&file)?;
        let answer = match path {
            [] => Answer::Nothing,
            [name] if !global => self.single(here, *name, at),
            _ => self.path(here.krate, path, global, 0),
        };
        match answer {
            Answer::Def(def) => self.found(def),
            Answer::Other | Answer::Nothing => None,
        }
    }

    fn single(&self, here: &InFile, name: Name, at: u32) -> Answer {
        let answers = [
            &|| self.local(here, name, at),
            &|| self.textual(here, name, at),
            &|| self.used(here, name),
            &|| self.macro_used(here.krate, name),
        ] as [&dyn Fn() -> Answer; 4];
        let found = answers.iter().map(|answer| answer()).find(|it| !matches!(it, Answer::Nothing));
        found.unwrap_or(Answer::Nothing)
    }

    /// In the blocks of the function around.
    fn local(&self, here: &InFile, name: Name, at: u32) -> Answer {
        let sees = |def: &&usize| {
            self.defs.get(**def).is_some_and(|def| {
                def.name == name
                    && def.range.hi <= at
                    && def.block.is_some_and(|block| block.lo <= at && at < block.hi)
            })
        };
        let last =
            here.locals.iter().filter(sees).max_by_key(|def| self.defs.get(**def).map(|it| it.range.lo));
        last.map_or(Answer::Nothing, |def| Answer::Def(*def))
    }

    /// In the text before.
    fn textual(&self, here: &InFile, name: Name, at: u32) -> Answer {
        let after = here.changes.partition_point(|(from, _)| *from <= at);
        let mut next = after.checked_sub(1).and_then(|it| here.changes.get(it)).and_then(|(_, head)| *head);
        let mut found: Option<usize> = None;
        while let Some(node) = next.and_then(|node| self.nodes.get(node)) {
            next = node.before;
            let Some(def) = self.defs.get(node.def).filter(|def| def.name == name) else { continue };
            match found.and_then(|last| self.defs.get(last)) {
                // In another build the one before is meant.
                Some(last) if !last.cfg.is_compatible(&def.cfg) => return Answer::Other,
                Some(_) => {}
                None => found = Some(node.def),
            }
            if found.and_then(|it| self.defs.get(it)).is_some_and(|it| it.cfg.is_always()) {
                break;
            }
        }
        found.map_or(Answer::Nothing, Answer::Def)
    }

    /// Through the `use` declarations of the file, wherever they stand.
    fn used(&self, here: &InFile, name: Name) -> Answer {
        let krate = here.krate;
        let named = here.uses.iter().filter(|leaf| leaf.kind == UseKind::Name(name));
        let mut found = Answer::Nothing;
        for leaf in named {
            match (&found, self.leaf(krate, leaf)) {
                // A name of another kind, or of a library.
                (_, Answer::Nothing | Answer::Other) => return Answer::Other,
                (Answer::Def(known), Answer::Def(def)) if *known != def => return Answer::Other,
                (_, Answer::Def(def)) => found = Answer::Def(def),
            }
        }
        if !matches!(found, Answer::Nothing) {
            return found;
        }
        let globs = here.uses.iter().filter(|leaf| leaf.kind == UseKind::Glob);
        let through: Vec<usize> = globs.filter_map(|leaf| self.through_glob(krate, leaf, name)).collect();
        match through.split_first() {
            Some((first, rest)) if rest.iter().all(|it| it == first) => Answer::Def(*first),
            Some(_) => Answer::Other,
            None => Answer::Nothing,
        }
    }

    fn leaf(&self, krate: CrateId, leaf: &UseLeaf) -> Answer {
        self.path(krate, &leaf.path, leaf.global, 0)
    }

    /// A macro at a crate's root, or one that is re-exported by the module whose names are taken.
    fn through_glob(&self, krate: CrateId, leaf: &UseLeaf, name: Name) -> Option<usize> {
        let first = *leaf.path.first()?;
        let krate = self.crate_at(krate, first, leaf.global)?;
        let defs = self.crates.get(krate.0 as usize)?.defs.get(&name)?;
        let [def] = defs.as_slice() else { return None };
        let at_root = leaf.path.len() == 1 && !matches!(first.as_str(), "self" | "super");
        let exported = self.defs.get(*def).is_some_and(|it| it.exported);
        (at_root && exported).then_some(*def)
    }

    /// Through `#[macro_use] extern crate`.
    fn macro_used(&self, krate: CrateId, name: Name) -> Answer {
        let Some(own) = self.crates.get(krate.0 as usize) else { return Answer::Nothing };
        for used in &own.macro_use {
            if let Some((_, Some(id))) = own.externs.iter().find(|(known, _)| known == used)
                && let answer @ (Answer::Def(_) | Answer::Other) = self.exported(*id, name, 0)
            {
                return answer;
            }
        }
        Answer::Nothing
    }

    /// The crate that a path starting so leads into; `None` for libraries.
    fn crate_at(&self, krate: CrateId, first: Name, global: bool) -> Option<CrateId> {
        let own = self.crates.get(krate.0 as usize)?;
        if let Some(number) = first.strip_prefix("$crate").filter(|_| !global) {
            return if number.is_empty() { Some(krate) } else { number.parse().ok().map(CrateId) };
        }
        match first.as_str() {
            "crate" | "self" | "super" if !global => return Some(krate),
            "std" | "core" | "alloc" => return None,
            _ => {}
        }
        match own.externs.iter().find(|(known, _)| *known == first) {
            Some((_, meaning)) => *meaning,
            // A module of the crate's own.
            None => (!global).then_some(krate),
        }
    }

    fn path(&self, krate: CrateId, path: &[Name], global: bool, hops: u32) -> Answer {
        let (Some(first), Some(last)) = (path.first(), path.last()) else { return Answer::Nothing };
        let Some(target) = self.crate_at(krate, *first, global) else { return Answer::Other };
        if target != krate || path.len() == 2 && (*first == "crate" || first.starts_with("$crate")) {
            return self.exported(target, *last, hops);
        }
        self.unique(target, *last, |_| true)
    }

    /// A macro that a crate exports, of its own or of another analysed crate.
    fn exported(&self, krate: CrateId, name: Name, hops: u32) -> Answer {
        match self.unique(krate, name, |exported| exported) {
            Answer::Nothing => {}
            answer => return answer,
        }
        // `pub(crate) use name;` in the root.
        match self.unique(krate, name, |_| true) {
            Answer::Nothing => {}
            answer => return answer,
        }
        let Some(own) = self.crates.get(krate.0 as usize).filter(|_| hops < MAX_HOPS) else {
            return Answer::Nothing;
        };
        let mut found = Answer::Nothing;
        for (_, id) in &own.externs {
            let Some(id) = id.filter(|id| *id != krate) else { continue };
            match (&found, self.unique(id, name, |exported| exported)) {
                (Answer::Nothing, answer) => found = answer,
                (_, Answer::Nothing) => {}
                (Answer::Def(known), Answer::Def(def)) if *known == def => {}
                _ => return Answer::Other,
            }
        }
        found
    }

    /// The one definition of a name in a crate.
    fn unique(&self, krate: CrateId, name: Name, wanted: impl Fn(bool) -> bool) -> Answer {
        let defs = self.crates.get(krate.0 as usize).and_then(|krate| krate.defs.get(&name));
        let mut defs = defs
            .into_iter()
            .flatten()
            .filter(|def| self.defs.get(**def).is_some_and(|def| wanted(def.exported)));
        match (defs.next(), defs.next()) {
            (Some(def), None) => Answer::Def(*def),
            (Some(_), Some(_)) => Answer::Other,
            (None, _) => Answer::Nothing,
        }
    }
}
