//! The clones of a body, and what each makes.

use super::earlier::is_named_as_earlier;
use super::sides::{Locals, depending, original_side};
use crate::facts::defs::{argument, whole_local};
use crate::facts::event::{Point, steps_of};
use crate::facts::knowledge::MapKind;
use crate::facts::path::{LockPath, Root};
use crate::facts::values::{Relation, Values};
use crate::model::Subst;
use crate::model::body::{LocalId, Operand, Place, StepKind};
use crate::model::library::ApiId;
use crate::model::types::Type;
use crate::model::typing::Callee;
use crate::source::Span;
use std::cell::LazyCell;

/// How deep types are looked into.
const MAX_DEPTH: u32 = 4;

/// What a clone makes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Made {
    /// A handle to a map that can be changed through it.
    Handle,
    /// A copy of a map that locks itself.
    Bare,
    /// A copy of a map whose values are handles to what can change.
    Nested,
    /// A handle to a plain map: copied when it is written.
    CopyOnWrite,
}

/// A clone in a body.
pub(super) struct Cloned {
    pub(super) made: Made,
    pub(super) point: Point,
    pub(super) span: Span,
    pub(super) dest: LocalId,
    pub(super) original: LockPath,
    /// Locals that depend on the clone.
    pub(super) clone_side: Locals,
    /// Locals that depend on the original by another way.
    pub(super) original_side: Locals,
    /// Its name says that it is meant as the earlier state.
    pub(super) is_named_so: bool,
}

/// Whether a body has a clone that is worth a look at what becomes of it.
pub(in crate::facts) fn has_clones(values: &Values<'_>) -> bool {
    let handles = LazyCell::new(|| values.of_handles());
    steps_of(values.body()).any(|(_, step)| match &step.kind {
        StepKind::Call { dest, callee: Callee::Api(api), args, .. } => {
            made(values, *api, dest, args).is_some() || gathered(&handles, *api, dest, args).is_some()
        }
        StepKind::Call { dest, callee: Callee::Fn(_), args, .. } => {
            gives_handle(values, dest, args).is_some()
        }
        _ => false,
    })
}

/// The handle that a call of a function of the analysed code may give out: one to a plain map that its receiver has, or another of the
/// receiver itself (`fn snapshot(&self) -> Self`).
fn gives_handle(values: &Values<'_>, dest: &Place, args: &[Operand]) -> Option<Made> {
    let receiver = args.first()?;
    if !receiver.place().is_some_and(|it| matches!(values.ty(it), Type::Ref(..))) {
        return None;
    }
    let ty = values.ty(dest);
    if values.pointee_ty(receiver) == ty {
        return what(values, &ty, MAX_DEPTH).filter(|it| *it == Made::Handle);
    }
    what(values, &ty, 1).filter(|it| *it == Made::CopyOnWrite)
}

/// The map whose entries a call gathers in a map of its own, handles and all: `map.iter().map(|(k, v)| (*k, v.clone())).collect()`.
fn gathered<'v, F: FnOnce() -> Values<'v>>(
    handles: &LazyCell<Values<'v>, F>,
    api: ApiId,
    dest: &Place,
    args: &[Operand],
) -> Option<LockPath> {
    let given = args.first()?;
    let values = LazyCell::force(handles);
    let ty = values.ty(dest);
    if !values.knowledge.effects(api).gathers || what(values, &ty, 1)? != Made::Nested {
        return None;
    }
    let origin = values.of_operand(given).filter(|it| it.relation == Relation::Copied)?;
    // The same handles: not what was looked up with them.
    let same_values = match (&ty, &origin.map_ty) {
        (Type::Lib(_, made), Type::Lib(_, of)) => made.get(1).is_some() && made.get(1) == of.get(1),
        _ => false,
    };
    same_values.then_some(origin.map)
}

fn made<'b>(
    values: &Values<'_>,
    api: ApiId,
    dest: &Place,
    args: &'b [Operand],
) -> Option<(Made, &'b Operand)> {
    let effects = values.knowledge.effects(api);
    let original = argument(values.model, api, args, effects.copies.or(effects.same)?)?;
    let ty = values.ty(dest);
    // What comes out is another value of the same type: no `as_ref`.
    if values.pointee_ty(original) != ty || matches!(original, Operand::Move(place) if values.ty(place) == ty)
    {
        return None;
    }
    let made = what(values, &ty, MAX_DEPTH);
    let parted = || points_to_struct_of_map(values, &ty).then_some(Made::CopyOnWrite);
    Some((made.or_else(parted)?, original))
}

/// Whether a type is a handle to a struct with a plain map in it that can be cloned: `make_mut` parts it.
fn points_to_struct_of_map(values: &Values<'_>, ty: &Type) -> bool {
    let Type::Lib(_, args) = ty else { return false };
    let Some(Type::Adt(id, args)) = args.first().filter(|_| values.roles().is_handle(ty)) else {
        return false;
    };
    let adt = values.model.adt(*id);
    let subst = Subst::pair(&adt.generics.params, args);
    let is_plain = |ty: &Type| values.roles().map_kind(ty) == Some(MapKind::Plain);
    adt.derives.iter().any(|it| it.as_str() == "Clone")
        && adt.variants.iter().flat_map(|it| &it.fields).any(|it| is_plain(&it.ty.substitute(&subst)))
}

/// What a clone of a value of the type is.
pub(super) fn what(values: &Values<'_>, ty: &Type, depth: u32) -> Option<Made> {
    let depth = depth.checked_sub(1)?;
    let roles = values.roles();
    match ty {
        Type::Lib(_, args) if roles.is_handle(ty) => {
            let inner = args.first()?;
            if let Some((_, guarded)) = roles.lock_of(inner).filter(|_| !roles.is_handle(inner)) {
                return roles.is_or_wraps_map(&guarded).then_some(Made::Handle);
            }
            match roles.map_kind(inner)? {
                MapKind::Concurrent => Some(Made::Handle),
                MapKind::Plain => Some(Made::CopyOnWrite),
                MapKind::Persistent => None,
            }
        }
        Type::Lib(path, args) => match roles.map_kind(ty)? {
            MapKind::Concurrent if values.knowledge.role(*path).is_some_and(|it| it.clone_shares) => {
                Some(Made::Handle)
            }
            MapKind::Concurrent => Some(Made::Bare),
            MapKind::Plain | MapKind::Persistent => {
                let shared = args.iter().take(2).any(|it| roles.is_handle(it) && roles.has_identity(it));
                shared.then_some(Made::Nested)
            }
        },
        Type::Adt(id, args) => {
            let adt = values.model.adt(*id);
            if !adt.derives.iter().any(|it| it.as_str() == "Clone") {
                return None;
            }
            let subst = Subst::pair(&adt.generics.params, args);
            let fields = adt.variants.iter().flat_map(|it| &it.fields);
            let of: Vec<Made> =
                fields.filter_map(|it| what(values, &it.ty.substitute(&subst), depth)).collect();
            // A struct with more than one of them is not judged.
            match of.as_slice() {
                [first, rest @ ..] if rest.iter().all(|it| it == first) => {
                    let shares = *first != Made::Handle || roles.copy_shares(ty);
                    (shares && *first != Made::CopyOnWrite).then_some(*first)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

pub(super) fn clones(values: &Values<'_>) -> Vec<Cloned> {
    let body = values.body();
    let handles = LazyCell::new(|| values.of_handles());
    let mut found = Vec::new();
    for (point, step) in steps_of(body) {
        let StepKind::Call { dest, callee, args, .. } = &step.kind else { continue };
        let Some(dest_local) = whole_local(dest) else { continue };
        let (made, path) = match callee {
            Callee::Api(api) => match made(values, *api, dest, args) {
                Some((made, original)) => (made, values.defs.operand_path(original)),
                None => (Made::Nested, gathered(&handles, *api, dest, args)),
            },
            Callee::Fn(_) => {
                let Some(made) = gives_handle(values, dest, args) else { continue };
                let place = values.defs.local_path(dest_local);
                let own = LockPath::root(Root::Local(body.closure, dest_local));
                (made, (place != own).then_some(place))
            }
            _ => continue,
        };
        let Some(path) = path.filter(LockPath::is_stable) else { continue };
        let clone_side = depending(body, [dest_local].into_iter().collect(), None);
        let original_side = original_side(values, &path, dest_local, &clone_side);
        found.push(Cloned {
            made,
            point,
            span: step.range.of(body.file),
            dest: dest_local,
            is_named_so: is_named_as_earlier(body, dest_local),
            original: path,
            clone_side,
            original_side,
        });
    }
    found
}
