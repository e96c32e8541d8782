//! Resolves all `use` declarations of modules, globs and re-export chains included, until nothing changes.

use super::Model;
use super::declare::Import;
use super::items::{Def, ModuleId};
use super::lib_names;
use super::lookup::{LeafParent, Meaning};
use super::names::{Binding, Ns, Place, Rank, narrower};
use crate::syntax::{Name, UseKind, Vis};
use rustc_hash::FxHashMap;

/// More rounds than any chain of re-exports needs; a bound, in case that meanings went in circles.
const MAX_ROUNDS: u32 = 64;

/// A glob import: names of one module go to another.
#[derive(Debug, Clone, Copy)]
struct Edge {
    to: ModuleId,
    vis: Vis,
    rank: Rank,
}

/// How far an import is resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// Something was found, in one namespace at least.
    Half,
    Done,
}

pub(super) fn resolve(model: &mut Model, imports: Vec<Import>) {
    let states = vec![State::Open; imports.len()];
    let mut work = Imports { model, imports, states, edges: FxHashMap::default(), queue: Vec::new() };
    work.run();
    work.hide_unresolved();
}

struct Imports<'a> {
    model: &'a mut Model,
    imports: Vec<Import>,
    states: Vec<State>,
    edges: FxHashMap<ModuleId, Vec<Edge>>,
    /// Names that were bound, whose modules' glob importers have not heard of them yet.
    queue: Vec<Place>,
}

impl Imports<'_> {
    fn run(&mut self) {
        for _ in 0..MAX_ROUNDS {
            // The cheap rounds first: what has a meaning in one namespace seldom gets one in the other.
            if !self.round(&[State::Open]) && !self.round(&[State::Open, State::Half]) {
                break;
            }
        }
    }

    fn round(&mut self, which: &[State]) -> bool {
        let mut changed = false;
        for number in 0..self.imports.len() {
            if self.states.get(number).is_some_and(|state| which.contains(state)) {
                changed |= self.import(number);
                self.spread();
            }
        }
        changed
    }

    /// Tries to resolve an import; returns whether anything came of it.
    fn import(&mut self, number: usize) -> bool {
        let Some(import) = self.imports.get(number) else { return false };
        let Some(parent) = self.model.leaf_parent(import.module, &import.leaf) else { return false };
        let (to, vis, rank, global) = (import.module, import.vis, import.rank, import.leaf.global);
        let name = match import.leaf.kind {
            UseKind::Name(name) => name,
            UseKind::Glob => {
                self.set(number, State::Done);
                if let LeafParent::All(def) = parent {
                    self.glob(def, Edge { to, vis, rank: rank.glob() });
                }
                return true;
            }
        };
        let mut found: Vec<(Ns, Meaning, Rank)> = Vec::new();
        for ns in Ns::BOTH {
            match parent {
                LeafParent::Lexical(first) => {
                    let meaning = self.model.leaf_lexical(to, global, first, ns);
                    found.extend(meaning.map(|meaning| (ns, meaning, rank)));
                }
                LeafParent::In(Def::LibPath(path), last) => {
                    let path = lib_names::join(&self.model.library, path, last);
                    let spaces = lib_names::namespaces(&self.model.library, path).iter();
                    found.extend(spaces.filter(|(space, _)| *space == ns).map(|(_, sure)| {
                        (ns, Some(Def::LibPath(path)), if *sure { rank } else { rank.uncertain() })
                    }));
                }
                LeafParent::In(def, last) => {
                    found.extend(self.model.step(def, last, ns).map(|meaning| (ns, meaning, rank)));
                }
                LeafParent::All(_) => {}
                LeafParent::Unknown => found.push((ns, None, rank.uncertain())),
            }
        }
        let before = self.states.get(number).copied();
        let state = match found.len() {
            0 => State::Open,
            1 => State::Half,
            _ => State::Done,
        };
        self.set(number, state);
        let mut changed = before != Some(state);
        for (ns, def, rank) in found {
            // `use a as _` and `use self::a` (its own declaration) declare nothing new.
            if name.as_str() != "_" {
                changed |= self.bind(Place { module: to, name, ns }, Binding { def, rank, vis });
            }
        }
        changed
    }

    fn set(&mut self, number: usize, state: State) {
        if let Some(slot) = self.states.get_mut(number) {
            *slot = state;
        }
    }

    fn glob(&mut self, from: Def, edge: Edge) {
        match from {
            Def::Module(module) => {
                if module == edge.to {
                    return;
                }
                self.edges.entry(module).or_default().push(edge);
                for (name, slot) in self.model.names[module.0 as usize].sorted() {
                    for ns in Ns::BOTH {
                        if let Some(binding) = slot.get(ns) {
                            self.copy(module, edge, name, ns, binding);
                        }
                    }
                }
            }
            Def::Adt(id) => {
                let names: Vec<Name> =
                    self.model.adt(id).variants.iter().map(|variant| variant.name).collect();
                for name in names {
                    if let Some(index) = self.model.variant(id, name) {
                        let def = Some(Def::Variant(id, index));
                        for ns in Ns::BOTH {
                            self.bind(
                                Place { module: edge.to, name, ns },
                                Binding { def, rank: edge.rank, vis: edge.vis },
                            );
                        }
                    }
                }
            }
            Def::LibPath(path) => self.lib_glob(path, edge),
            Def::Variant(..)
            | Def::Trait(_)
            | Def::Alias(_)
            | Def::Fn(_)
            | Def::Static(_)
            | Def::Prim(_)
            | Def::Param(_) => {}
        }
    }

    fn lib_glob(&mut self, path: Name, edge: Edge) {
        let mut names: Vec<(Name, Name)> = self.model.lib_names.exports(path).to_vec();
        if let Some(ty) = self.model.library.types.get(&path) {
            names.extend(ty.variants.iter().map(|(name, _)| (*name, Name::from(&format!("{path}::{name}")))));
        }
        for (name, canonical) in names {
            for (ns, sure) in lib_names::namespaces(&self.model.library, canonical) {
                let rank = if *sure { edge.rank } else { edge.rank.uncertain() };
                let def = Some(Def::LibPath(canonical));
                self.bind(Place { module: edge.to, name, ns: *ns }, Binding { def, rank, vis: edge.vis });
            }
        }
    }

    fn bind(&mut self, place: Place, binding: Binding) -> bool {
        let bound = self.model.names[place.module.0 as usize].bind(place.name, place.ns, binding);
        if bound && self.edges.contains_key(&place.module) {
            self.queue.push(place);
        }
        bound
    }

    /// Tells glob importers of new names, theirs of them, and so on. Ends, since every step makes some name's rank better.
    fn spread(&mut self) {
        while let Some(Place { module, name, ns }) = self.queue.pop() {
            let Some(binding) = self.model.names[module.0 as usize].get(name, ns) else { continue };
            for edge in self.edges.get(&module).cloned().unwrap_or_default() {
                self.copy(module, edge, name, ns, binding);
            }
        }
    }

    fn copy(&mut self, from: ModuleId, edge: Edge, name: Name, ns: Ns, binding: Binding) {
        if self.sees(edge.to, from, binding.vis) {
            let (rank, vis) = (edge.rank.through(binding.rank), narrower(edge.vis, binding.vis));
            self.bind(Place { module: edge.to, name, ns }, Binding { def: binding.def, rank, vis });
        }
    }

    /// Returns whether code in one module sees a name of another.
    fn sees(&self, to: ModuleId, from: ModuleId, vis: Vis) -> bool {
        let modules = &self.model.modules;
        match vis {
            Vis::Public => true,
            Vis::Crate => modules[to.0 as usize].krate == modules[from.0 as usize].krate,
            Vis::Private => {
                let mut at = Some(to);
                while let Some(module) = at {
                    if module == from {
                        return true;
                    }
                    at = modules[module.0 as usize].parent;
                }
                false
            }
        }
    }

    /// Names whose `use` leads nowhere that we know hide other meanings: the prelude's, and what globs bring.
    fn hide_unresolved(&mut self) {
        for number in 0..self.imports.len() {
            if self.states.get(number) != Some(&State::Open) {
                continue;
            }
            let Some(import) = self.imports.get(number) else { continue };
            if let UseKind::Name(name) = import.leaf.kind {
                let (module, rank, vis) = (import.module, import.rank.uncertain(), import.vis);
                let def = match self.model.leaf_parent(module, &import.leaf) {
                    Some(LeafParent::In(Def::Module(parent), last)) => {
                        self.model.foreign_path(parent, last).map(Def::LibPath)
                    }
                    _ => None,
                };
                for ns in Ns::BOTH {
                    self.bind(Place { module, name, ns }, Binding { def, rank, vis });
                }
                self.spread();
            }
        }
    }
}
