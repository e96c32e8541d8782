//! Which bodies are lowered at all: those whose words say that they may touch a lock, a guard or a concurrent map.
//!
//! The words come from the tokenizer ([`BodyWords`]); a body that is not a seed is lowered only when a seed's facts ask for it.

use super::knowledge::{Knowledge, MapKind};
use super::roles::{Holds, Roles};
use crate::model::Model;
use crate::model::types::{FnId, Type};
use crate::syntax::{BodyWords, Name};
use rustc_hash::FxHashSet;

/// Words that make a body a seed.
pub struct Seeds {
    /// Methods that take a lock.
    acquiring: FxHashSet<Name>,
    /// Fields, statics, functions and types through which a concurrent map or a guard is reached.
    names: FxHashSet<Name>,
}

impl Seeds {
    /// Collects the words from rows and from declared types.
    pub fn new(model: &Model, knowledge: &Knowledge) -> Seeds {
        let roles = Roles { model, knowledge };
        let mut names = FxHashSet::default();
        for (path, role) in &knowledge.types {
            if role.map == Some(MapKind::Concurrent) {
                names.extend(path.rsplit("::").next().map(Name::from));
            }
        }
        let reaches_map = |ty: &Type| reaches_concurrent_map(roles, ty);
        for adt in &model.adts {
            for field in adt.variants.iter().flat_map(|it| &it.fields) {
                if reaches_map(&field.ty) {
                    names.insert(field.name);
                }
            }
        }
        for it in &model.statics {
            if reaches_map(&it.ty) {
                names.insert(it.name);
            }
        }
        for (n, def) in model.fns.iter().enumerate() {
            let sig = model.sig(FnId(n as u32));
            if roles.guard_role(&sig.ret).is_some() || reaches_map(&sig.ret) {
                names.insert(def.name);
            }
        }
        Seeds { acquiring: knowledge.acquiring.clone(), names }
    }

    /// Whether a body with these words is lowered.
    pub fn wants(&self, words: &BodyWords) -> bool {
        self.found_in(words).next().is_some()
    }

    /// The words for which a body is lowered.
    pub fn found_in<'w>(&'w self, words: &'w BodyWords) -> impl Iterator<Item = Name> + 'w {
        let methods = words.methods.iter().filter(|it| self.acquiring.contains(it) || self.names.contains(it));
        methods.chain(words.idents.iter().filter(|it| self.names.contains(it))).copied()
    }

    /// Whether a signature makes its function a seed: it takes a concurrent map or a guard.
    pub fn wants_signature(&self, roles: Roles<'_>, params: &[Type]) -> bool {
        params.iter().any(|it| reaches_concurrent_map(roles, it) || roles.holds_guard(it) == Holds::Yes)
    }
}

/// Whether the type is a concurrent map, or a reference, handle, option or collection of one.
fn reaches_concurrent_map(roles: Roles<'_>, ty: &Type) -> bool {
    match ty {
        Type::Lib(_, args) => {
            roles.map_kind(ty) == Some(MapKind::Concurrent) || args.iter().any(|it| reaches_concurrent_map(roles, it))
        }
        Type::Ref(_, inner) | Type::Array(inner) | Type::Slice(inner) => reaches_concurrent_map(roles, inner),
        Type::Tuple(parts) => parts.iter().any(|it| reaches_concurrent_map(roles, it)),
        _ => false,
    }
}
