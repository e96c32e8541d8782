//! What code outside the analysed crates can name.

use super::Model;
use super::items::{Def, FnOwner, ModuleId};
use super::types::{AdtId, FnId, TraitId, Type};
use crate::syntax::Vis;
use rustc_hash::FxHashSet;

/// Functions and types that other crates can name: those that the `pub` names from a crate's root lead to, through modules and `pub use`.
///
/// Over-approximates: a binary counts as a library.
#[derive(Debug, Default)]
pub struct Exports {
    fns: FxHashSet<FnId>,
    adts: FxHashSet<AdtId>,
    traits: FxHashSet<TraitId>,
}

impl Exports {
    /// Follows the public names of all crates.
    pub fn new(model: &Model) -> Exports {
        let mut exports = Exports::default();
        let mut todo: Vec<ModuleId> =
            model.crates.iter().filter(|it| !it.test).map(|krate| krate.root).collect();
        let mut seen: FxHashSet<ModuleId> = todo.iter().copied().collect();
        while let Some(module) = todo.pop() {
            for def in model.public_names(module) {
                match def {
                    Def::Module(id) if seen.insert(id) => todo.push(id),
                    Def::Fn(id) => {
                        exports.fns.insert(id);
                    }
                    Def::Adt(id) => {
                        exports.adts.insert(id);
                    }
                    Def::Trait(id) => {
                        exports.traits.insert(id);
                    }
                    // An alias may make its type public: who can name it is not followed any further.
                    Def::Alias(id) => {
                        if let Type::Adt(id, _) = model.alias(id).ty.peel_refs() {
                            exports.adts.insert(*id);
                        }
                    }
                    _ => {}
                }
            }
        }
        exports
    }

    /// Whether code of other crates can name a type.
    pub fn has_adt(&self, id: AdtId) -> bool {
        self.adts.contains(&id)
    }

    /// Whether code of other crates can name a trait.
    pub fn has_trait(&self, id: TraitId) -> bool {
        self.traits.contains(&id)
    }

    /// Whether code of other crates can call a function by name, or through a trait.
    pub fn has(&self, model: &Model, id: FnId) -> bool {
        let def = model.fn_def(id);
        match def.owner {
            FnOwner::Free => self.fns.contains(&id),
            FnOwner::Trait(_) => true,
            FnOwner::Impl(owner) => {
                let owner = model.impl_(owner);
                let exported = match owner.self_ty.peel_refs() {
                    Type::Adt(id, _) => self.adts.contains(id),
                    _ => true,
                };
                owner.trait_.is_some() || (def.vis == Vis::Public && exported)
            }
        }
    }
}
