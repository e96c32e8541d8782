//! What types mean for locks: does a value hold a guard, does it bear a map, which lock is it.

use super::knowledge::{
    GUARD, GuardRole, IDENTITY, Knowledge, LOCK, LockRole, LockShape, MAP, MapKind, TypeRole,
};
use crate::model::types::{AdtId, Mutability, OpaqueKind, TraitRef, Type};
use crate::model::{Model, Subst};
use crate::syntax::Name;
use std::cell::Cell;

/// How deep a type is looked into.
const MAX_DEPTH: u32 = 10;

/// How deep in a type the cell is looked for by which it shares a map: in it, or in one struct in it, behind options and handles.
const NEAR_DEPTH: u32 = 5;

/// A raw pointer that is written through like `*mut`.
const NON_NULL: &str = "std::ptr::NonNull";

/// Whether a value of a type can hold a guard.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Holds {
    /// It cannot.
    No,
    /// Its type is not known well enough.
    Unknown,
    /// It is one, or owns one.
    Yes,
}

/// Questions about types, answered by rows and by the analysed code's own types.
#[derive(Clone, Copy)]
pub struct Roles<'a> {
    /// The program.
    pub model: &'a Model,
    /// The rows.
    pub knowledge: &'a Knowledge,
}

impl<'a> Roles<'a> {
    /// Whether a value of the type holds a guard.
    pub fn holds_guard(self, ty: &Type) -> Holds {
        self.holds(ty, MAX_DEPTH, &mut Vec::new())
    }

    fn holds(self, ty: &Type, depth: u32, seen: &mut Vec<AdtId>) -> Holds {
        if depth == 0 {
            return Holds::Unknown;
        }
        let mut any = |types: &[Type]| {
            types.iter().map(|it| self.holds(it, depth - 1, seen)).max().unwrap_or(Holds::No)
        };
        match ty {
            Type::Unknown | Type::Infer(_) | Type::Param(_) | Type::Assoc(..) => Holds::Unknown,
            Type::Prim(_) | Type::Never | Type::Ref(..) | Type::Ptr(..) | Type::FnItem(_) => Holds::No,
            Type::Tuple(parts) => any(parts),
            Type::Array(elem) | Type::Slice(elem) => self.holds(elem, depth - 1, seen),
            Type::Fn(..) | Type::Closure(..) | Type::Future(..) => Holds::Unknown,
            Type::Opaque(OpaqueKind::Impl | OpaqueKind::Dyn, _) => Holds::Unknown,
            Type::Adt(id, args) => {
                if seen.contains(id) || self.model.marks(ty) & GUARD == 0 {
                    return Holds::No;
                }
                seen.push(*id);
                let adt = self.model.adt(*id);
                let subst = Subst::pair(&adt.generics.params, args);
                let fields: Vec<Type> = adt
                    .variants
                    .iter()
                    .flat_map(|it| &it.fields)
                    .map(|field| field.ty.substitute(&subst))
                    .collect();
                let found =
                    fields.iter().map(|it| self.holds(it, depth - 1, seen)).max().unwrap_or(Holds::No);
                seen.pop();
                // A field of a type that we do not know is hardly ever a guard.
                if found == Holds::Yes { Holds::Yes } else { Holds::No }
            }
            Type::Lib(path, args) => {
                let role = self.knowledge.role(*path);
                if role.is_some_and(|it| it.guard.is_some()) {
                    return Holds::Yes;
                }
                // What an error carries is not followed: `PoisonError` holds a guard only when a thread has panicked.
                if self.is_error(*path) {
                    return Holds::No;
                }
                any(args)
            }
        }
    }

    /// A library error that wraps what could not be had.
    fn is_error(self, path: Name) -> bool {
        path.as_str().ends_with("Error")
    }

    /// Whether an error always brings a guard along, and can be asked for it: `PoisonError`. Of `TryLockError` one variant does not.
    pub fn always_brings_guard(self, error: &Type) -> bool {
        let Type::Lib(path, args) = error else { return false };
        let is_enum = self.model.library.types.get(path).is_some_and(|it| !it.variants.is_empty());
        self.is_error(*path) && !is_enum && args.first().is_some_and(|it| self.holds_guard(it) == Holds::Yes)
    }

    /// The guard that a value of the type is, or owns: the first one found.
    pub fn guard_role(self, ty: &Type) -> Option<GuardRole> {
        self.guard_part(ty).map(|(role, _)| role)
    }

    /// Whether a function that gives out such a value may give out a guard. Types that are not known, and errors, hardly ever are one.
    pub fn may_give_guard(self, ty: &Type) -> bool {
        match self.holds_guard(ty) {
            Holds::Yes => true,
            Holds::No => false,
            Holds::Unknown => match ty {
                Type::Unknown => false,
                Type::Lib(path, args) if path.as_str() == "std::result::Result" => {
                    args.first().is_some_and(|it| self.may_give_guard(it))
                }
                Type::Lib(_, args) | Type::Tuple(args) => args.iter().any(|it| self.may_give_guard(it)),
                _ => true,
            },
        }
    }

    /// Whether the type is itself a guard of a library.
    pub fn is_guard(self, ty: &Type) -> bool {
        matches!(ty, Type::Lib(path, _) if self.knowledge.role(*path).is_some_and(|it| it.guard.is_some()))
    }

    /// The guard that a value of the type is, or owns, with the guard's own type.
    pub fn guard_part(self, ty: &Type) -> Option<(GuardRole, Type)> {
        if self.model.marks(ty) & GUARD == 0 {
            return None;
        }
        self.guard_in(ty, MAX_DEPTH)
    }

    fn guard_in(self, ty: &Type, depth: u32) -> Option<(GuardRole, Type)> {
        let depth = depth.checked_sub(1)?;
        match ty {
            Type::Lib(path, args) => match self.knowledge.role(*path).and_then(|it| it.guard) {
                Some(role) => Some((role, ty.clone())),
                None if self.is_error(*path) => None,
                None => args.iter().find_map(|it| self.guard_in(it, depth)),
            },
            Type::Tuple(parts) => parts.iter().find_map(|it| self.guard_in(it, depth)),
            Type::Array(elem) | Type::Slice(elem) => self.guard_in(elem, depth),
            Type::Adt(id, args) => {
                let adt = self.model.adt(*id);
                let subst = Subst::pair(&adt.generics.params, args);
                let mut fields = adt.variants.iter().flat_map(|it| &it.fields);
                fields.find_map(|field| self.guard_in(&field.ty.substitute(&subst), depth.min(4)))
            }
            _ => None,
        }
    }

    /// The lock that a type is, and what it guards; references and handles are looked through.
    pub fn lock_of(self, ty: &Type) -> Option<(LockRole, Type)> {
        let mut ty = ty.peel_refs().clone();
        for _ in 0..MAX_DEPTH {
            let Type::Lib(path, args) = &ty else { return None };
            let role = self.knowledge.role(*path)?;
            if let Some(lock) = role.lock {
                return Some((lock, guarded(role, args).cloned().unwrap_or(Type::Unknown)));
            }
            if !(role.handle || role.lazy) {
                return None;
            }
            ty = args.first()?.peel_refs().clone();
        }
        None
    }

    /// Whether the type is a lock of what bears a map, or a map that locks itself; references and handles are looked through.
    pub fn is_lock_of_map(self, ty: &Type) -> bool {
        match self.lock_of(ty) {
            Some((_, guarded)) => self.bears_map(&guarded),
            None => self.map_kind(self.through_handles(ty)) == Some(MapKind::Concurrent),
        }
    }

    /// What references and handles lead to.
    pub fn through_handles(self, mut ty: &Type) -> &Type {
        for _ in 0..MAX_DEPTH {
            match ty {
                Type::Ref(_, inner) => ty = inner,
                // A pinned map (`papaya::HashMapRef<K, V>`) is one by itself.
                Type::Lib(_, args) if self.is_handle(ty) && self.map_kind(ty).is_none() => match args.first()
                {
                    Some(inner) => ty = inner,
                    None => return ty,
                },
                _ => return ty,
            }
        }
        ty
    }

    /// Whether the type is a handle with an allocation of its own (`Arc`), and not one that hands out what another has (axum's `State`).
    pub fn is_counted(self, ty: &Type) -> bool {
        matches!(ty, Type::Lib(path, _) if self.knowledge.role(*path).is_some_and(|it| it.handle && it.heap))
    }

    /// Whether the type is a struct or tuple with a part that points to a lock, or to a value of the analysed code that may have one.
    pub fn keeps_handle(self, ty: &Type) -> bool {
        match ty {
            Type::Ref(_, inner) => self.keeps_handle(inner),
            Type::Lib(_, args) => args.first().is_some_and(|it| self.keeps_handle(it)),
            Type::Adt(id, _) => {
                let fields = self.model.adt(*id).variants.iter().flat_map(|it| &it.fields);
                fields.into_iter().any(|field| self.points_to_lock(&field.ty))
            }
            Type::Tuple(parts) => parts.iter().any(|it| self.points_to_lock(it)),
            _ => false,
        }
    }

    fn points_to_lock(self, ty: &Type) -> bool {
        let target = match ty {
            Type::Ref(_, inner) => inner,
            Type::Lib(_, args) if self.is_handle(ty) => match args.first() {
                Some(inner) => inner,
                None => return false,
            },
            _ => return false,
        };
        matches!(target, Type::Adt(..)) && self.model.marks(target) & LOCK != 0
            || self.lock_of(target).is_some()
            || self.map_kind(target) == Some(MapKind::Concurrent)
    }

    /// The map that a type itself is (no references, no handles).
    pub fn map_kind(self, ty: &Type) -> Option<MapKind> {
        match ty {
            Type::Lib(path, _) => self.knowledge.role(*path)?.map,
            _ => None,
        }
    }

    /// Whether the type is a collection whose copies are values of their own: a map that does not lock itself, or a list or text of
    /// the standard library.
    pub fn is_collection(self, ty: &Type) -> bool {
        let Type::Lib(path, _) = ty else { return false };
        self.knowledge.role(*path).is_some_and(|it| match it.map {
            Some(kind) => kind != MapKind::Concurrent,
            None => it.heap && !it.handle && path.starts_with("std::") && !self.owns_its_target(ty),
        })
    }

    /// Whether a library's type is an iterator.
    pub fn is_iterator(self, ty: &Type) -> bool {
        let Type::Lib(path, _) = ty else { return false };
        let is = |it: &TraitRef| matches!(it, TraitRef::Lib(name) if name.as_str() == "std::iter::Iterator");
        self.model.library.types.get(path).is_some_and(|it| it.traits.iter().any(|it| is(&it.trait_)))
    }

    /// What reading and writing the type waits for: it is a file, a socket or a pipe, or wraps one (`BufWriter<File>`).
    pub fn io(self, ty: &Type) -> Option<Name> {
        let Type::Lib(path, args) = ty.peel_refs() else { return None };
        let own = self.knowledge.role(*path).and_then(|it| it.io);
        own.or_else(|| args.iter().find_map(|it| self.io(it)))
    }

    /// What I/O a value of the type is there for: it owns a file, a socket or a pipe, however deep. One that others share by a handle, and
    /// those that stand in a map, say nothing of what their owner is for.
    pub fn owned_io(self, ty: &Type) -> Option<Name> {
        if self.model.marks(ty) & IDENTITY == 0 {
            return None;
        }
        let found = Cell::new(None);
        self.looks_for(ty, MAX_DEPTH, &mut Vec::new(), &|part| match part {
            Type::Ref(..) | Type::Ptr(..) => Look::PassBy,
            _ if self.is_handle(part) || self.map_kind(part).is_some() => Look::PassBy,
            _ => match self.io(part) {
                Some(words) => {
                    found.set(Some(words));
                    Look::Found
                }
                None => Look::Inside,
            },
        });
        found.get()
    }

    /// Whether the type is a pointer to shared state.
    pub fn is_handle(self, ty: &Type) -> bool {
        matches!(ty, Type::Lib(path, _) if self.knowledge.role(*path).is_some_and(|it| it.handle))
    }

    /// Whether what the type leads to cannot leave its thread: an `Rc`.
    pub fn is_of_one_thread(self, ty: &Type) -> bool {
        matches!(ty.peel_refs(), Type::Lib(path, _) if path.as_str() == "std::rc::Rc")
    }

    /// Whether the type is a pointer to something that it owns alone, or makes when it is asked for: `Box`, `LazyLock`.
    pub fn owns_its_target(self, ty: &Type) -> bool {
        let Type::Lib(path, _) = ty else { return false };
        // `Box` is the language's own, rows or not.
        path.as_str() == "std::boxed::Box" || self.knowledge.role(*path).is_some_and(|it| it.lazy)
    }

    /// Whether a value of the type is a map or holds one, however deep.
    pub fn bears_map(self, ty: &Type) -> bool {
        self.finds_map(ty, MAX_DEPTH)
    }

    fn finds_map(self, ty: &Type, depth: u32) -> bool {
        self.model.marks(ty) & MAP != 0
            && self.finds(ty, depth, &mut Vec::new(), &|it| self.map_kind(it).is_some())
    }

    /// Whether a copy of a value leads to the same locks and maps as the value: it has them behind handles only, and its `clone` is derived.
    pub fn copy_shares(self, ty: &Type) -> bool {
        let Type::Adt(id, _) = ty else { return false };
        let derived = self.model.adt(*id).derives.iter().any(|it| it.as_str() == "Clone");
        derived && !self.owns_lock(ty, MAX_DEPTH)
    }

    /// Whether a value of the type may have a lock or a map that no handle stands before.
    fn owns_lock(self, ty: &Type, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return true };
        match ty {
            Type::Lib(path, args) => match self.knowledge.role(*path) {
                Some(role) if role.handle || role.clone_shares => false,
                Some(role) if role.lock.is_some() || role.map.is_some() => true,
                Some(_) | None => args.iter().any(|it| self.owns_lock(it, depth)),
            },
            Type::Tuple(parts) => parts.iter().any(|it| self.owns_lock(it, depth)),
            Type::Array(inner) | Type::Slice(inner) => self.owns_lock(inner, depth),
            Type::Adt(id, args) => {
                let adt = self.model.adt(*id);
                let subst = Subst::pair(&adt.generics.params, args);
                let mut fields = adt.variants.iter().flat_map(|it| &it.fields);
                fields.any(|field| self.owns_lock(&field.ty.substitute(&subst), depth))
            }
            Type::Prim(_) | Type::Never | Type::Ref(..) | Type::Ptr(..) | Type::FnItem(_) | Type::Fn(..) => {
                false
            }
            Type::Unknown
            | Type::Infer(_)
            | Type::Param(_)
            | Type::Assoc(..)
            | Type::Closure(..)
            | Type::Future(..)
            | Type::Opaque(..) => true,
        }
    }

    /// Whether the type is a map, or a handle, lock, box or option around one, and no type in it is one of the analysed code's or unknown: a
    /// type that any other code could name as well.
    pub fn is_bare_map(self, ty: &Type) -> bool {
        self.shows_map(ty) && is_foreign(ty, MAX_DEPTH)
    }

    /// Whether the type shows a map that others share, with its lock: a lock around a map, or a handle to a map that locks itself; by itself
    /// or inside of libraries' containers.
    pub fn shows_shared_map(self, ty: &Type) -> bool {
        self.shows_shared(ty, false, MAX_DEPTH)
    }

    fn shows_shared(self, ty: &Type, by_handle: bool, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        match ty {
            Type::Ref(_, inner) | Type::Array(inner) | Type::Slice(inner) => {
                self.shows_shared(inner, by_handle, depth)
            }
            Type::Tuple(parts) => parts.iter().any(|it| self.shows_shared(it, false, depth)),
            Type::Lib(path, args) => {
                let role = self.knowledge.role(*path);
                if role.is_some_and(|it| it.guard.is_some()) {
                    return false;
                }
                let shared = by_handle && self.map_kind(ty) == Some(MapKind::Concurrent);
                let locked = role.is_some_and(|it| {
                    it.lock.is_some() && guarded(it, args).is_some_and(|it| self.shows_map(it))
                });
                let handle = role.is_some_and(|it| it.handle);
                shared || locked || args.iter().any(|it| self.shows_shared(it, handle, depth))
            }
            _ => false,
        }
    }

    /// Whether a value of the type holds a map in a cell, or behind a pointer, that no lock keeps two threads apart in.
    pub fn holds_unlocked_map(self, ty: &Type) -> bool {
        let is = |ty: &Type| match ty {
            Type::Ptr(Mutability::Mut, to) => self.is_or_wraps_map(to),
            Type::Lib(path, args) if path.as_str() == NON_NULL => {
                args.first().is_some_and(|it| self.is_or_wraps_map(it))
            }
            _ => self.is_cell_of_map(ty),
        };
        self.model.marks(ty) & MAP != 0 && self.finds(ty, NEAR_DEPTH, &mut Vec::new(), &is)
    }

    /// Whether the type is a cell of a map that no lock keeps two threads apart in, by itself.
    fn is_cell_of_map(self, ty: &Type) -> bool {
        let Type::Lib(path, args) = ty else { return false };
        let cell = self
            .knowledge
            .role(*path)
            .is_some_and(|it| it.raw_cell || it.lock.is_some_and(|lock| lock.shape == LockShape::Cell));
        cell && args.first().is_some_and(|it| self.is_or_wraps_map(it))
    }

    /// Whether the type is a cell of a map with no lock, by itself.
    pub fn is_raw_cell_of_map(self, ty: &Type) -> bool {
        let Type::Lib(path, args) = ty else { return false };
        self.knowledge.role(*path).is_some_and(|it| it.raw_cell)
            && args.first().is_some_and(|it| self.bears_map(it))
    }

    /// Whether a value of the type holds a lock between threads, or an atomic that may be part of one.
    pub fn holds_thread_lock(self, ty: &Type) -> bool {
        let is = |ty: &Type| match ty {
            Type::Lib(path, _) => self.knowledge.role(*path).is_some_and(|it| {
                it.lock.is_some_and(|lock| lock.shape != LockShape::Cell)
                    || (it.identity && it.lock.is_none())
            }),
            _ => false,
        };
        self.finds(ty, MAX_DEPTH, &mut Vec::new(), &is)
    }

    /// Whether a value of the type holds a raw pointer to a map, or a handle to a cell of one: another owner may stay where it is.
    pub fn holds_map_pointer(self, ty: &Type) -> bool {
        let is = |ty: &Type| match ty {
            Type::Ptr(Mutability::Mut, to) => self.is_or_wraps_map(to),
            Type::Lib(path, args) if path.as_str() == NON_NULL => {
                args.first().is_some_and(|it| self.is_or_wraps_map(it))
            }
            Type::Lib(_, args) if self.is_handle(ty) => {
                args.first().is_some_and(|it| self.is_cell_of_map(it))
            }
            _ => false,
        };
        self.model.marks(ty) & MAP != 0 && self.finds(ty, NEAR_DEPTH, &mut Vec::new(), &is)
    }

    /// Whether a value of the type holds a map that can be changed through `&self`: in a lock, or one that locks itself.
    pub fn holds_shared_map(self, ty: &Type) -> bool {
        let is = |ty: &Type| match ty {
            Type::Lib(path, args) => {
                let lock = self.knowledge.role(*path).filter(|it| it.lock.is_some());
                self.map_kind(ty) == Some(MapKind::Concurrent)
                    || lock.and_then(|it| guarded(it, args)).is_some_and(|it| self.bears_map(it))
            }
            _ => false,
        };
        self.model.marks(ty) & MAP != 0 && self.finds(ty, MAX_DEPTH, &mut Vec::new(), &is)
    }

    /// Whether a lock is what stands before a map: one that has no lock of its own on the way. Of a lock that is not known it is taken to be.
    pub fn stands_before_map(self, lock: &Type) -> bool {
        self.lock_of(lock).is_none_or(|(_, guarded)| self.bears_open_map(&guarded))
    }

    /// Whether a value of the type is or holds a map that has no lock of its own on the way.
    pub fn bears_open_map(self, ty: &Type) -> bool {
        let look = |ty: &Type| match ty {
            Type::Lib(path, _) => match self.map_kind(ty) {
                Some(MapKind::Concurrent) => Look::PassBy,
                Some(_) => Look::Found,
                None if self.knowledge.role(*path).is_some_and(|it| it.lock.is_some()) => Look::PassBy,
                None => Look::Inside,
            },
            _ => Look::Inside,
        };
        self.model.marks(ty) & MAP != 0 && self.looks_for(ty, MAX_DEPTH, &mut Vec::new(), &look)
    }

    /// Whether the type is a map, or a struct, tuple or box around one.
    pub fn is_or_wraps_map(self, ty: &Type) -> bool {
        self.finds_map(ty, 3)
    }

    /// Whether two values of the type are not interchangeable: it is or holds a lock, an atomic, a channel end, a task.
    pub fn has_identity(self, ty: &Type) -> bool {
        let has = |ty: &Type| match ty {
            Type::Lib(path, _) => self.knowledge.role(*path).is_some_and(TypeRole::has_identity),
            _ => false,
        };
        self.model.marks(ty) & IDENTITY != 0 && self.finds(ty, MAX_DEPTH, &mut Vec::new(), &has)
    }

    /// The same, of what a value has to itself: it is, or has, or has behind one handle. What lies behind two was mostly given to it, and two
    /// values that are made alike lead to the same.
    pub fn has_own_identity(self, ty: &Type) -> bool {
        self.model.marks(ty) & IDENTITY != 0 && self.owns_identity(ty, 1, MAX_DEPTH, &mut Vec::new())
    }

    fn owns_identity(self, ty: &Type, handles: u32, depth: u32, seen: &mut Vec<(AdtId, u32)>) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let role = match ty {
            Type::Lib(path, _) => self.knowledge.role(*path),
            _ => None,
        };
        if role.is_some_and(TypeRole::has_identity) {
            return true;
        }
        let handles = match role.is_some_and(|it| it.handle) {
            true => handles.checked_sub(1),
            false => Some(handles),
        };
        let Some(handles) = handles.filter(|_| !role.is_some_and(|it| it.phantom)) else { return false };
        let mut owns = |it: &Type| self.owns_identity(it, handles, depth, seen);
        match ty {
            Type::Lib(_, args) | Type::Tuple(args) => args.iter().any(owns),
            Type::Array(inner) | Type::Slice(inner) => owns(inner),
            Type::Ref(_, inner) | Type::Ptr(_, inner) => owns(inner),
            Type::Adt(id, args) => {
                if seen.contains(&(*id, handles)) {
                    return false;
                }
                seen.push((*id, handles));
                let adt = self.model.adt(*id);
                let subst = Subst::pair(&adt.generics.params, args);
                let mut fields = adt.variants.iter().flat_map(|it| &it.fields);
                fields.any(|it| self.owns_identity(&it.ty.substitute(&subst), handles, depth, seen))
            }
            _ => false,
        }
    }

    /// Whether the type is itself a thing that can be waited on: a channel's end, a thread, a process, a socket, a file.
    pub fn is_resource(self, ty: &Type) -> bool {
        matches!(ty.peel_refs(), Type::Lib(path, _) if self.knowledge.role(*path).is_some_and(|it| it.identity && it.lock.is_none()))
    }

    /// Whether a value of a type can lead to one of a library's type, through fields, references and handles. Parts that are not known
    /// count as equal within `part`, and as nothing elsewhere.
    pub fn leads_to(self, ty: &Type, part: &Type) -> bool {
        self.finds(ty, MAX_DEPTH, &mut Vec::new(), &|it| may_equal(it, part))
    }

    /// Whether no part of the type is unknown.
    pub fn is_known(self, ty: &Type) -> bool {
        !self.finds(ty, MAX_DEPTH, &mut Vec::new(), &|it| matches!(it, Type::Unknown))
    }

    /// Whether values of a type lie in those of another.
    pub fn lies_in(self, part: &Type, whole: &Type) -> bool {
        part != whole && self.finds(whole, MAX_DEPTH, &mut Vec::new(), &|it| it == part)
    }

    fn finds(self, ty: &Type, depth: u32, seen: &mut Vec<AdtId>, is: &dyn Fn(&Type) -> bool) -> bool {
        self.looks_for(ty, depth, seen, &|it| match is(it) {
            true => Look::Found,
            false => Look::Inside,
        })
    }

    /// Looks for a part of a type, into all parts but those that `look` says to pass by.
    fn looks_for(self, ty: &Type, depth: u32, seen: &mut Vec<AdtId>, look: &dyn Fn(&Type) -> Look) -> bool {
        match look(ty) {
            Look::Found => return true,
            Look::PassBy => return false,
            Look::Inside => {}
        }
        let Some(depth) = depth.checked_sub(1) else { return false };
        match ty {
            Type::Lib(path, _) if self.knowledge.role(*path).is_some_and(|it| it.phantom) => false,
            Type::Lib(_, args) | Type::Tuple(args) => {
                args.iter().any(|it| self.looks_for(it, depth, seen, look))
            }
            Type::Ref(_, inner) | Type::Ptr(_, inner) | Type::Array(inner) | Type::Slice(inner) => {
                self.looks_for(inner, depth, seen, look)
            }
            Type::Adt(id, args) => {
                if seen.contains(id) {
                    return false;
                }
                seen.push(*id);
                let adt = self.model.adt(*id);
                let subst = Subst::pair(&adt.generics.params, args);
                let mut fields = adt.variants.iter().flat_map(|it| &it.fields);
                fields.any(|field| self.looks_for(&field.ty.substitute(&subst), depth, seen, look))
            }
            _ => false,
        }
    }
}

/// What a lock guards, of the type's arguments: how it waits, or which raw lock it is made of, may stand before or behind.
fn guarded<'t>(lock: &TypeRole, args: &'t [Type]) -> Option<&'t Type> {
    lock.holds.first().and_then(|n| args.get(*n as usize)).or(args.last())
}

/// What to do with a part of a type.
enum Look {
    /// It is what is looked for.
    Found,
    /// Look into it.
    Inside,
    /// Leave it out, with all that is in it.
    PassBy,
}

/// Whether two types can be the same once all their parts are known. The outermost is known.
fn may_equal(a: &Type, b: &Type) -> bool {
    let part = |a: &Type, b: &Type| is_open(a) || is_open(b) || may_equal(a, b);
    let parts = |a: &[Type], b: &[Type]| a.len() != b.len() || a.iter().zip(b).all(|(a, b)| part(a, b));
    match (a, b) {
        (Type::Lib(a, of_a), Type::Lib(b, of_b)) => a == b && parts(of_a, of_b),
        (Type::Adt(a, of_a), Type::Adt(b, of_b)) => a == b && parts(of_a, of_b),
        (Type::Tuple(a), Type::Tuple(b)) => parts(a, b),
        (Type::Ref(_, a), Type::Ref(_, b))
        | (Type::Array(a), Type::Array(b))
        | (Type::Slice(a), Type::Slice(b)) => part(a, b),
        _ => a == b,
    }
}

fn is_open(ty: &Type) -> bool {
    matches!(ty, Type::Unknown | Type::Infer(_) | Type::Param(_) | Type::Assoc(..) | Type::Opaque(..))
}

/// Whether all types in a type are known and of libraries or the language.
fn is_foreign(ty: &Type, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match ty {
        Type::Prim(_) | Type::Never => true,
        Type::Lib(_, args) | Type::Tuple(args) => args.iter().all(|it| is_foreign(it, depth)),
        Type::Ref(_, inner) | Type::Ptr(_, inner) | Type::Array(inner) | Type::Slice(inner) => {
            is_foreign(inner, depth)
        }
        Type::Fn(_, parts) => parts.iter().all(|it| is_foreign(it, depth)),
        Type::Opaque(OpaqueKind::Dyn, bounds) => bounds.iter().all(|bound| {
            matches!(bound.trait_, TraitRef::Lib(_)) && bound.args.iter().all(|it| is_foreign(it, depth))
        }),
        _ => false,
    }
}
