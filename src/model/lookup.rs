//! Looks single names up: in a module, lexically, among crates, and in what another name means.

use super::Model;
use super::items::{AdtKind, CrateId, Def, ExternCrate, ModuleId};
use super::lib_names::{self, canonical_crate};
use super::names::Ns;
use super::prelude;
use super::scope::Scope;
use super::types::AdtId;
use crate::syntax::{Name, UseKind, UseLeaf};

/// What looking up gives: a meaning, or `None` for a name that is declared, but whose meaning is not known.
pub(super) type Meaning = Option<Def>;

/// The start of a path, taken apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Start {
    /// A keyword that names a module: that module, and how many segments it took.
    Module(ModuleId, usize),
    /// `super` beyond the root.
    Nowhere,
    /// An ordinary name.
    Name,
}

impl Model {
    /// Looks a name up in a module alone.
    pub(super) fn in_module(&self, module: ModuleId, name: Name, ns: Ns) -> Option<Meaning> {
        self.names.get(module.0 as usize)?.get(name, ns).map(|binding| binding.def)
    }

    /// Returns the nearest module around that is not anonymous.
    pub(super) fn named_module(&self, module: ModuleId) -> ModuleId {
        let mut module = module;
        while let (true, Some(parent)) =
            (self.modules[module.0 as usize].anonymous, self.modules[module.0 as usize].parent)
        {
            module = parent;
        }
        module
    }

    /// Reads the keywords that a path may start with.
    pub(super) fn start(&self, module: ModuleId, segments: &mut dyn Iterator<Item = Name>) -> Start {
        let mut at = self.named_module(module);
        let mut taken = 0;
        for name in segments {
            match (name.as_str(), taken) {
                ("crate" | "$crate", 0) => return Start::Module(self.krate(module).root, 1),
                (text, 0) if text.starts_with("$crate") => return self.written_crate(text),
                ("self", 0) => {}
                ("super", _) => match self.modules[at.0 as usize].parent {
                    Some(parent) => at = self.named_module(parent),
                    None => return Start::Nowhere,
                },
                _ => break,
            }
            taken += 1;
        }
        match taken {
            0 => Start::Name,
            _ => Start::Module(at, taken),
        }
    }

    /// What `$crate` of a macro became, with the number of the macro's crate.
    fn written_crate(&self, text: &str) -> Start {
        let number = text.strip_prefix("$crate").and_then(|number| number.parse::<usize>().ok());
        match number.and_then(|number| self.crates.get(number)) {
            Some(krate) => Start::Module(krate.root, 1),
            None => Start::Nowhere,
        }
    }

    /// Looks up the first name of a path from a module outwards: its items and those of blocks around, crates, the prelude.
    pub(super) fn lexical(&self, module: ModuleId, name: Name, ns: Ns) -> Option<Meaning> {
        let mut at = module;
        loop {
            if let Some(found) = self.in_module(at, name, ns) {
                return Some(found);
            }
            let place = &self.modules[at.0 as usize];
            match (place.anonymous, place.parent) {
                (true, Some(parent)) => at = parent,
                _ => break,
            }
        }
        let krate = self.modules[module.0 as usize].krate;
        if ns == Ns::Types
            && let Some(found) = self.extern_crate(krate, name)
        {
            return Some(Some(found));
        }
        prelude::lookup(name, ns).map(Some)
    }

    /// Looks a crate up by the name that a crate's code uses for it.
    pub(super) fn extern_crate(&self, krate: CrateId, name: Name) -> Option<Def> {
        let own = &self.crates[krate.0 as usize];
        if let Some((_, meaning)) = own.externs.iter().find(|(known, _)| *known == name) {
            return Some(match meaning {
                ExternCrate::Local(id) => Def::Module(self.crates[id.0 as usize].root),
                ExternCrate::Lib(library) => Def::LibPath(*library),
            });
        }
        // `extern crate a as b;` in the root holds in the whole crate.
        if let Some(Some(found)) = self.in_module(own.root, name, Ns::Types) {
            let is_crate = match found {
                Def::LibPath(path) => !path.contains("::"),
                Def::Module(module) => module != own.root && self.modules[module.0 as usize].parent.is_none(),
                _ => false,
            };
            if is_crate {
                return Some(found);
            }
        }
        // Loose files have no manifest: libraries that we know are taken as depended on.
        let library = canonical_crate(&self.library, name);
        self.lib_names.knows_crate(library).then_some(Def::LibPath(library))
    }

    /// Looks a name up in what the path before it means. `None`: there is no such name (or the type checker must find it).
    pub(super) fn step(&self, before: Def, name: Name, ns: Ns) -> Option<Meaning> {
        match before {
            Def::Module(module) => self.in_module(module, name, ns),
            Def::LibPath(path) => Some(Some(Def::LibPath(lib_names::join(&self.library, path, name)))),
            Def::Adt(id) => self.variant(id, name).map(|index| Some(Def::Variant(id, index))),
            Def::Variant(..)
            | Def::Trait(_)
            | Def::Alias(_)
            | Def::Fn(_)
            | Def::Static(_)
            | Def::Prim(_)
            | Def::Param(_) => None,
        }
    }

    /// Returns the path of a name in a module of a crate from elsewhere, of which only a part is read: what is not read is known as
    /// libraries without sources are, by its path.
    pub(super) fn foreign_path(&self, module: ModuleId, name: Name) -> Option<Name> {
        let mut names = vec![name];
        let mut at = self.modules.get(module.0 as usize)?;
        let krate = self.crates.get(at.krate.0 as usize).filter(|krate| krate.foreign)?;
        while let Some(parent) = at.parent {
            names.push(at.name);
            at = self.modules.get(parent.0 as usize)?;
        }
        names.push(canonical_crate(&self.library, krate.package.replace('-', "_").as_str().into()));
        let names: Vec<&str> = names.iter().rev().map(Name::as_str).collect();
        Some(Name::from(&names.join("::")))
    }

    /// Returns the number of an enum's variant.
    pub(super) fn variant(&self, id: AdtId, name: Name) -> Option<u32> {
        let adt = self.adt(id);
        if adt.kind != AdtKind::Enum {
            return None;
        }
        adt.variants.iter().zip(0..).find(|(variant, _)| variant.name == name).map(|(_, index)| index)
    }

    /// Resolves the path of a `use` leaf up to the parent of what it declares, then gives that parent and the last name;
    /// for a glob the whole path and no name. `None`: not resolved (yet).
    pub(super) fn leaf_parent(&self, module: ModuleId, leaf: &UseLeaf) -> Option<LeafParent> {
        let path = &leaf.path;
        let wanted = match leaf.kind {
            UseKind::Glob => path.len(),
            UseKind::Name(_) => path.len().checked_sub(1)?,
        };
        let krate = self.modules[module.0 as usize].krate;
        let own = &self.crates[krate.0 as usize];
        let from_root = own.edition < 2018;
        let (mut at, mut taken) = match self.start(module, &mut path.iter().copied()) {
            _ if leaf.global => (self.global_start(krate, *path.first()?, Ns::Types), 1),
            Start::Nowhere => return None,
            Start::Module(start, taken) => (Some(Some(Def::Module(start))), taken),
            Start::Name if from_root => {
                (self.first_from_root(krate, module, path.first().copied(), wanted), 1)
            }
            Start::Name => match (path.first(), wanted) {
                (None, _) => (Some(Some(Def::Module(own.root))), 0),
                (Some(_), 0) => (Some(None), 0),
                (Some(first), _) => (self.lexical(module, *first, Ns::Types), 1),
            },
        };
        if taken > wanted {
            // The whole path is its first name (or keyword): there is no parent.
            return Some(LeafParent::Lexical(*path.first()?));
        }
        if wanted == 0 && !path.is_empty() {
            return Some(LeafParent::Lexical(*path.first()?));
        }
        while taken < wanted {
            let before = match at? {
                Some(before) => before,
                None => return Some(LeafParent::Unknown),
            };
            at = self.step(before, *path.get(taken)?, Ns::Types);
            taken += 1;
        }
        Some(match (at?, leaf.kind) {
            (None, _) => LeafParent::Unknown,
            (Some(def), UseKind::Glob) => LeafParent::All(def),
            (Some(def), UseKind::Name(_)) => LeafParent::In(def, *path.last()?),
        })
    }

    /// `::name` from 2018 on is a crate; in 2015 it is in the root, or a crate.
    pub(super) fn global_start(&self, krate: CrateId, name: Name, ns: Ns) -> Option<Meaning> {
        let own = &self.crates[krate.0 as usize];
        if own.edition < 2018
            && let Some(found) = self.in_module(own.root, name, ns)
        {
            return Some(found);
        }
        self.extern_crate(krate, name).map(Some)
    }

    fn first_from_root(
        &self,
        krate: CrateId,
        module: ModuleId,
        name: Option<Name>,
        wanted: usize,
    ) -> Option<Meaning> {
        let root = self.crates[krate.0 as usize].root;
        match name {
            None => Some(Some(Def::Module(root))),
            Some(_) if wanted == 0 => Some(None),
            Some(name) => self
                .in_module(root, name, Ns::Types)
                .or_else(|| self.extern_crate(krate, name).map(Some))
                // A block's `use Enum::*` in old code that was never valid elsewhere costs nothing to understand.
                .or_else(|| self.lexical(module, name, Ns::Types)),
        }
    }

    /// Looks the single name of a `use a;` or `use a as b;` up.
    pub(super) fn leaf_lexical(&self, module: ModuleId, global: bool, name: Name, ns: Ns) -> Option<Meaning> {
        let krate = self.modules[module.0 as usize].krate;
        let own = &self.crates[krate.0 as usize];
        match self.start(module, &mut std::iter::once(name)) {
            Start::Module(start, _) => (ns == Ns::Types).then_some(Some(Def::Module(start))),
            Start::Nowhere => None,
            Start::Name if global || own.edition < 2018 => match ns {
                Ns::Types => self.global_start(krate, name, ns),
                Ns::Values => self.in_module(own.root, name, ns).filter(|_| own.edition < 2018),
            },
            Start::Name => self.lexical(module, name, ns),
        }
    }

    /// Looks a name up among the `use` declarations of the blocks that a path stands in, innermost first, then among the items of
    /// blocks, then from the module outwards.
    pub(super) fn in_scope(&self, scope: &Scope, name: Name, ns: Ns) -> Option<Meaning> {
        let module = self.block_module(scope);
        self.in_block_uses(scope, module, name, ns).or_else(|| self.lexical(module, name, ns))
    }

    /// Returns the module of the innermost block with items that a path stands in.
    pub(super) fn block_module(&self, scope: &Scope) -> ModuleId {
        let blocks = scope.in_fn.and_then(|function| self.blocks.get(&function));
        let innermost = blocks.and_then(|blocks| blocks.iter().find(|(block, _)| block.contains(scope.at)));
        innermost.map_or(scope.module, |(_, module)| *module)
    }

    fn in_block_uses(&self, scope: &Scope, module: ModuleId, name: Name, ns: Ns) -> Option<Meaning> {
        let mut around: Vec<_> =
            scope.block_uses.iter().filter(|(block, _)| block.contains(scope.at)).collect();
        around.sort_by_key(|(block, _)| block.hi - block.lo);
        let declared = |leaf: &UseLeaf| leaf.kind == UseKind::Name(name);
        let named = around.iter().filter(|(_, leaf)| declared(leaf));
        let mut hidden = false;
        for (_, leaf) in named {
            match self.leaf_meaning(module, leaf, name, ns) {
                Some(found) => return Some(found),
                // It may be declared in the other namespace only.
                None => {
                    hidden |= !Ns::BOTH.iter().any(|ns| self.leaf_meaning(module, leaf, name, *ns).is_some())
                }
            }
        }
        if hidden {
            return Some(None);
        }
        let globs = around.iter().filter(|(_, leaf)| leaf.kind == UseKind::Glob);
        globs.filter_map(|(_, leaf)| self.leaf_meaning(module, leaf, name, ns)).next()
    }

    /// Returns what a `use` leaf makes of a name that it declares, in one namespace.
    fn leaf_meaning(&self, module: ModuleId, leaf: &UseLeaf, name: Name, ns: Ns) -> Option<Meaning> {
        match self.leaf_parent(module, leaf)? {
            LeafParent::Unknown => Some(None),
            LeafParent::Lexical(first) => self.leaf_lexical(module, leaf.global, first, ns),
            LeafParent::In(before, last) => {
                let found = self.step(before, last, ns)?;
                match found {
                    Some(Def::LibPath(path)) => lib_names::may_be(&self.library, path, ns).then_some(found),
                    _ => Some(found),
                }
            }
            LeafParent::All(Def::LibPath(path)) => {
                let exported = self.lib_names.exports(path).iter().find(|(known, _)| *known == name);
                exported
                    .map(|(_, canonical)| Some(Def::LibPath(*canonical)))
                    .or_else(|| self.lib_variant(path, name).map(Some))
            }
            LeafParent::All(before) => self.step(before, name, ns),
        }
    }

    /// Returns the variant of a library's enum as a meaning.
    pub(super) fn lib_variant(&self, path: Name, name: Name) -> Option<Def> {
        let ty = self.library.types.get(&path)?;
        let known = ty.variants.iter().any(|(variant, _)| *variant == name);
        known.then(|| Def::LibPath(Name::from(&format!("{path}::{name}"))))
    }
}

/// The path of a `use` leaf, resolved but for its last name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum LeafParent {
    /// The leaf is one name, looked up lexically.
    Lexical(Name),
    /// A name in this.
    In(Def, Name),
    /// All names in this.
    All(Def),
    /// Somewhere that is not known.
    Unknown,
}
