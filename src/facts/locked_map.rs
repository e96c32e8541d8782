//! What a lock stands for: a map alone, or a value that has other parts beside it.

use super::knowledge::{MapKind, TypeRole};
use super::roles::Roles;
use crate::model::Subst;
use crate::model::types::Type;

/// How many structs of one field are looked through.
const MAX_NAMES: u32 = 4;

impl Roles<'_> {
    /// Whether the type is a lock of a map, or a map that locks itself; handles are looked through.
    pub fn is_locked_map(self, ty: &Type) -> bool {
        let mut inner = ty.peel_refs();
        while let Type::Lib(_, args) = inner
            && (self.is_handle(inner) || self.owns_its_target(inner))
            && let Some(arg) = args.first()
        {
            inner = arg.peel_refs();
        }
        self.map_kind(inner) == Some(MapKind::Concurrent)
            || self.lock_of(inner).is_some_and(|(_, guarded)| self.shows_map(&guarded))
    }

    /// Whether a lock stands for a map alone: it is the map's own, or guards the map, or a struct with no other field than the map. One of a
    /// larger value stands for that, and for what belongs to it outside of the program as well.
    pub fn locks_map_alone(self, lock: &Type) -> bool {
        self.is_locked_map(lock)
            || self.lock_of(lock).is_some_and(|(_, guarded)| self.names_map(&guarded, MAX_NAMES))
    }

    /// Whether a type is a map by another name: a struct whose one field shows it.
    fn names_map(self, ty: &Type, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let Type::Adt(id, args) = ty.peel_refs() else { return self.shows_map(ty) };
        let adt = self.model.adt(*id);
        let [variant] = adt.variants.as_slice() else { return false };
        let [field] = variant.fields.as_slice() else { return false };
        self.names_map(&field.ty.substitute(&Subst::pair(&adt.generics.params, args)), depth)
    }

    /// The map that a guard leads to.
    pub fn guarded_map(self, ty: &Type) -> Option<&Type> {
        let Type::Lib(_, args) = ty else { return None };
        let leads = |it: &&Type| matches!(self.map_kind(it), Some(MapKind::Plain | MapKind::Persistent));
        self.is_guard(ty).then(|| args.iter().rev().find(leads))?
    }

    /// The map that a type is, behind handles, locks, boxes and options.
    pub(super) fn shows_map(self, ty: &Type) -> bool {
        let Type::Lib(path, args) = ty.peel_refs() else { return false };
        let wraps = |role: &TypeRole| role.handle || role.lazy || role.lock.is_some();
        let wraps = self.knowledge.role(*path).is_some_and(wraps)
            || matches!(path.as_str(), "std::boxed::Box" | "std::option::Option");
        self.map_kind(ty.peel_refs()).is_some() || (wraps && args.last().is_some_and(|it| self.shows_map(it)))
    }
}
