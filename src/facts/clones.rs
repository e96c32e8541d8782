//! Clones of handles to maps, of maps that lock themselves, and of maps of handles: which owners see a change afterwards.
//!
//! A clone has two sides: what is derived from it, and what is derived from the original. Sides are told apart by the locals through
//! which an operation goes; what cannot be put on one side is on none.

use super::BodyFacts;
use super::control::Graph;
use super::defs::{Defs, argument, whole_local};
use super::event::{MapOp, Point, steps_of};
use super::knowledge::{ArgRef, MapKind};
use super::path::{LockPath, PathStep, Root};
use super::seeds::parts_owners;
use super::values::{Relation, Values};
use super::{GuardId, UseKind};
use crate::model::Subst;
use crate::model::body::{
    Aggregate, Body, LocalId, LocalKind, Operand, Place, PlaceBase, Rvalue, Step, StepKind,
};
use crate::model::library::ApiId;
use crate::model::types::{ClosureId, FnId, Mutability, Type};
use crate::model::typing::{Callee, Res};
use crate::source::Span;
use crate::syntax::{BinOp, Name};
use rustc_hash::FxHashSet;
use std::cell::LazyCell;

/// How deep types are looked into.
const MAX_DEPTH: u32 = 4;

/// What is wrong with a clone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CloneHazard {
    /// A second handle to the same map is taken for a copy of it.
    Shallow,
    /// The map is copied, the handles in it lead to the same values, and one of those is changed.
    Nested,
    /// A map that locks itself is copied entry by entry, and both go on being used.
    Diverging,
    /// `make_mut` parts a handle from a clone of it that is asked afterwards.
    MadeMut,
}

/// A clone with two owners that do not see what they should.
#[derive(Clone, Debug)]
pub struct CloneUse {
    /// What is wrong.
    pub hazard: CloneHazard,
    /// The clone.
    pub clone: Span,
    /// The change.
    pub change: Span,
    /// Where the other owner is used afterwards.
    pub later: Span,
    /// The place that is cloned.
    pub original: LockPath,
    /// The call through which the change is made, where that is in another function.
    pub through: Option<Span>,
}

/// A place that a function changes through `make_mut`.
#[derive(Clone, Debug)]
pub struct Parting {
    /// The handle's place, over the function's parameters.
    pub path: LockPath,
    /// The call.
    pub span: Span,
}

/// What called functions change through `make_mut`.
pub(super) type PartsIn<'a> = &'a dyn Fn(FnId) -> Vec<Parting>;

type Locals = FxHashSet<LocalId>;

/// What a clone makes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Made {
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
struct Cloned {
    made: Made,
    point: Point,
    span: Span,
    dest: LocalId,
    original: LockPath,
    /// Locals that depend on the clone.
    clone_side: Locals,
    /// Locals that depend on the original by another way.
    original_side: Locals,
    /// Its name says that it is meant as the earlier state.
    is_named_so: bool,
}

/// Finds the hazardous clones of a body.
pub(super) fn find(
    values: &Values<'_>,
    graph: &Graph,
    facts: &BodyFacts,
    parts_in: PartsIn<'_>,
) -> Vec<CloneUse> {
    let body = values.body();
    if body.cut {
        return Vec::new();
    }
    let mut found = Vec::new();
    for cloned in clones(values) {
        let after = After { values, graph, facts, cloned: &cloned, parts_in };
        let hazard = match cloned.made {
            Made::Handle => after.shallow(),
            Made::Nested => after.nested(),
            Made::Bare => after.diverging(),
            Made::CopyOnWrite => after.made_mut(),
        };
        found.extend(hazard);
    }
    found
}

/// Whether a body has a clone that is worth a look at what becomes of it.
pub(super) fn has_clones(values: &Values<'_>) -> bool {
    let handles = LazyCell::new(|| values.of_handles());
    steps_of(values.body()).any(|(_, step)| match &step.kind {
        StepKind::Call { dest, callee: Callee::Api(api), args, .. } => {
            made(values, *api, dest, args).is_some() || gathered(&handles, *api, dest, args).is_some()
        }
        StepKind::Call { dest, callee: Callee::Fn(_), args, .. } => gives_handle(values, dest, args),
        _ => false,
    })
}

/// Whether a call of a function of the analysed code may give out a handle to a plain map that its receiver has.
fn gives_handle(values: &Values<'_>, dest: &Place, args: &[Operand]) -> bool {
    let borrows = |it: &Operand| match it {
        Operand::Copy(place) | Operand::Move(place) => matches!(values.ty(place), Type::Ref(..)),
        Operand::Lit(_) | Operand::Item(_) | Operand::Unit => false,
    };
    what(values, &values.ty(dest), 1) == Some(Made::CopyOnWrite) && args.first().is_some_and(borrows)
}

/// The places that a body changes through `make_mut`.
pub(super) fn partings(values: &Values<'_>) -> Vec<Parting> {
    let body = values.body();
    let parting = |step: &Step| {
        let StepKind::Call { callee: Callee::Api(api), args, .. } = &step.kind else { return None };
        let row = values.model.library.api(*api);
        if !parts_owners(values.roles(), row, values.knowledge.effects(*api)) {
            return None;
        }
        let path = values.defs.operand_path(args.first()?)?;
        Some(Parting { path, span: step.range.of(body.file) })
    };
    steps_of(body).filter_map(|(_, step)| parting(step)).collect()
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
    Some((what(values, &ty, MAX_DEPTH)?, original))
}

/// What a clone of a value of the type is.
fn what(values: &Values<'_>, ty: &Type, depth: u32) -> Option<Made> {
    let depth = depth.checked_sub(1)?;
    let roles = values.roles();
    match ty {
        Type::Lib(_, args) if roles.is_handle(ty) => {
            let inner = args.first()?;
            if let Some((lock, guarded)) = roles.lock_of(inner).filter(|_| !roles.is_handle(inner)) {
                let _ = lock;
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

fn clones(values: &Values<'_>) -> Vec<Cloned> {
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
            Callee::Fn(_) if gives_handle(values, dest, args) => {
                let place = values.defs.local_path(dest_local);
                let own = LockPath::root(Root::Local(body.closure, dest_local));
                (Made::CopyOnWrite, (place != own).then_some(place))
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

/// Whether the variable that gets a value says by its name that it is meant as the state before: evidence, no proof.
fn is_named_as_earlier(body: &Body, local: LocalId) -> bool {
    let named = |local: LocalId| body.locals.get(local.0 as usize).and_then(|it| it.name);
    let mut local = local;
    for _ in 0..8 {
        if let Some(name) = named(local) {
            return says_earlier(name);
        }
        let next = steps_of(body).find_map(|(_, step)| match &step.kind {
            StepKind::Assign(dest, Rvalue::Use(Operand::Move(from))) if whole_local(from) == Some(local) => {
                whole_local(dest)
            }
            _ => None,
        });
        let Some(next) = next.filter(|it| *it != local) else { return false };
        local = next;
    }
    false
}

fn says_earlier(name: Name) -> bool {
    const WORDS: [&str; 13] = [
        "snapshot",
        "backup",
        "checkpoint",
        "before",
        "old",
        "prev",
        "previous",
        "orig",
        "original",
        "copy",
        "saved",
        "earlier",
        "initial",
    ];
    name.as_str().split('_').any(|part| WORDS.contains(&part))
}

/// Whether a field's name says that it keeps earlier states.
fn keeps_earlier(name: Name) -> bool {
    const WORDS: [&str; 6] = ["undo", "history", "snapshots", "backups", "checkpoint", "checkpoints"];
    says_earlier(name) || name.as_str().split('_').any(|part| WORDS.contains(&part))
}

fn original_side(values: &Values<'_>, path: &LockPath, clone: LocalId, clone_side: &Locals) -> Locals {
    let body = values.body();
    let mut seeds = Locals::default();
    for (_, step) in steps_of(body) {
        let (dest, is) = match &step.kind {
            StepKind::Assign(dest, Rvalue::Ref(_, from) | Rvalue::LibDeref(_, from)) => {
                (dest, is_of(values, from, path, clone_side))
            }
            StepKind::Call { dest, args, .. } => (
                dest,
                args.iter().any(|it| match it {
                    Operand::Copy(place) | Operand::Move(place) => is_of(values, place, path, clone_side),
                    Operand::Lit(_) | Operand::Item(_) | Operand::Unit => false,
                }),
            ),
            _ => continue,
        };
        if is && let Some(local) = whole_local(dest).filter(|it| *it != clone) {
            seeds.insert(local);
        }
    }
    depending(body, seeds, Some(clone))
}

fn is_of(values: &Values<'_>, place: &Place, path: &LockPath, other: &Locals) -> bool {
    let in_other = matches!(place.base, PlaceBase::Local(local) if other.contains(&local));
    !in_other && begins_with(&values.defs.path(place), path)
}

fn begins_with(path: &LockPath, start: &LockPath) -> bool {
    path.root == start.root && path.steps.starts_with(&start.steps)
}

/// Whether a place lies under a lock that is a value of a map.
fn ends_under_lock(path: &LockPath) -> bool {
    let key = path.steps.iter().rposition(|it| matches!(it, PathStep::Key(_)));
    key.is_some_and(|key| path.steps.iter().skip(key).any(|it| *it == PathStep::Guarded))
}

/// Whether a place is a variable by itself.
fn is_variable(body: &Body, place: &Place) -> bool {
    whole_local(place).and_then(|it| body.locals.get(it.0 as usize)).is_some_and(|it| it.name.is_some())
}

/// Locals that depend on given ones by any step; not through `blocked`.
fn depending(body: &Body, mut found: Locals, blocked: Option<LocalId>) -> Locals {
    let of =
        |found: &Locals, place: &Place| matches!(place.base, PlaceBase::Local(it) if found.contains(&it));
    let operand = |found: &Locals, it: &Operand| match it {
        Operand::Copy(place) | Operand::Move(place) => of(found, place),
        Operand::Lit(_) | Operand::Item(_) | Operand::Unit => false,
    };
    loop {
        let n = found.len();
        for (_, step) in steps_of(body) {
            let (dest, depends) = match &step.kind {
                StepKind::Assign(dest, value) => {
                    let depends = match value {
                        Rvalue::Ref(_, it)
                        | Rvalue::RawRef(it)
                        | Rvalue::LibDeref(_, it)
                        | Rvalue::NextOf(it) => of(&found, it),
                        other => other.operands().any(|it| operand(&found, it)),
                    };
                    (dest, depends)
                }
                StepKind::Call { dest, args, .. } => (dest, args.iter().any(|it| operand(&found, it))),
                StepKind::Await { dest, future, .. } => (dest, of(&found, future)),
                StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => {
                    continue;
                }
            };
            // What is stored through a reference makes nothing else depend on it.
            let through = dest.proj.contains(&crate::model::body::Proj::Deref);
            if depends
                && !through
                && let PlaceBase::Local(local) = dest.base
                && Some(local) != blocked
            {
                found.insert(local);
            }
        }
        if found.len() == n {
            return found;
        }
    }
}

/// A clone and what comes after it.
struct After<'v, 'a> {
    values: &'v Values<'a>,
    graph: &'v Graph,
    facts: &'v BodyFacts,
    cloned: &'v Cloned,
    parts_in: PartsIn<'v>,
}

/// On which side of a clone something happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Side {
    Clone,
    Original,
}

impl<'a> After<'_, 'a> {
    fn body(&self) -> &'a Body {
        self.values.body()
    }

    fn follows(&self, from: Point, to: Point) -> bool {
        from.block == to.block && from.step < to.step || self.graph.leads_to(from.block, to.block)
    }

    fn step_kind(&self, point: Point) -> Option<&'a StepKind> {
        Some(&point.step_of(self.body())?.kind)
    }

    /// The side of an operation on a map, when it is on the cloned one.
    fn side(&self, op: &MapOp) -> Option<Side> {
        let StepKind::Call { args, .. } = self.step_kind(op.point)? else { return None };
        let through_clone = args.iter().any(|it| self.is_in(it, &self.cloned.clone_side));
        let original = &self.cloned.original;
        let on_original = op.path.as_ref().is_some_and(|it| begins_with(it, original));
        match (through_clone, on_original) {
            (true, _) => Some(Side::Clone),
            (false, true) => Some(Side::Original),
            (false, false) => None,
        }
    }

    fn is_in(&self, operand: &Operand, side: &Locals) -> bool {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => {
                matches!(place.base, PlaceBase::Local(it) if side.contains(&it))
            }
            Operand::Lit(_) | Operand::Item(_) | Operand::Unit => false,
        }
    }

    /// Operations after the clone, with their sides. Once the original's place has another map, what is done there is on neither.
    fn ops(&self) -> Vec<(&MapOp, Side)> {
        let ops = self.facts.ops.iter().filter(|it| self.follows(self.cloned.point, it.point));
        let sided: Vec<(&MapOp, Side)> = ops.filter_map(|it| Some((it, self.side(it)?))).collect();
        if sided.is_empty() {
            return sided;
        }
        let renewed = self.renewed();
        let is_of_it = |it: &MapOp, side: Side| {
            side == Side::Clone || self.graph.leads_around(self.cloned.point, it.point, &renewed)
        };
        sided.into_iter().filter(|(it, side)| is_of_it(it, *side)).collect()
    }

    /// Where the original's place, or one around it, gets a new value.
    fn renewed(&self) -> Vec<Point> {
        let original = &self.cloned.original;
        steps_of(self.body())
            .filter(|(_, step)| match &step.kind {
                StepKind::Assign(dest, _) | StepKind::Call { dest, .. } | StepKind::Await { dest, .. } => {
                    (!dest.proj.is_empty() || is_variable(self.body(), dest))
                        && begins_with(original, &self.values.defs.path(dest))
                }
                _ => false,
            })
            .map(|(point, _)| point)
            .collect()
    }

    fn report(&self, hazard: CloneHazard, change: Span, later: Span) -> CloneUse {
        CloneUse {
            hazard,
            clone: self.cloned.span,
            change,
            later,
            original: self.cloned.original.clone(),
            through: None,
        }
    }

    /// A handle that is taken for a copy.
    fn shallow(&self) -> Option<CloneUse> {
        let ops = self.ops();
        for (change, side) in ops.iter().filter(|(it, _)| it.writes.is_some()) {
            if *side == Side::Original
                && let Some(later) = self.restored(change.point)
            {
                return Some(self.report(CloneHazard::Shallow, change.span, later));
            }
            for (read, other) in ops.iter().filter(|(it, _)| it.reads.is_some() && it.writes.is_none()) {
                if other == side || !self.follows(change.point, read.point) {
                    continue;
                }
                let named = self.cloned.is_named_so && *other == Side::Clone;
                if named || self.is_compared(read.point, *other) {
                    return Some(self.report(CloneHazard::Shallow, change.span, read.span));
                }
            }
            if *side == Side::Original
                && let Some(later) = self.put_by_as_earlier(change.point)
            {
                return Some(self.report(CloneHazard::Shallow, change.span, later));
            }
            if self.cloned.is_named_so
                && *side == Side::Original
                && let Some(later) =
                    self.looked_into_by_closure(change.point).or_else(|| self.copied_out(change.point))
            {
                return Some(self.report(CloneHazard::Shallow, change.span, later));
            }
            if self.cloned.is_named_so
                && *side == Side::Original
                && let Some(later) = self.returned(change.point)
            {
                return Some(self.report(CloneHazard::Shallow, change.span, later));
            }
            if *side == Side::Original
                && let Some(later) = self.taken_back(change.point)
            {
                return Some(self.report(CloneHazard::Shallow, change.span, later));
            }
        }
        None
    }

    /// Where, before a point, the clone was put into a field that says by its name that it keeps an earlier state (`self.undo`), or into
    /// a collection there.
    fn put_by_as_earlier(&self, before: Point) -> Option<Span> {
        let mut moved = self.moved_clone();
        // `Some(clone)`.
        let wrapped = steps_of(self.body()).filter_map(|(_, step)| match &step.kind {
            StepKind::Assign(dest, Rvalue::Aggregate(Aggregate::Adt(Res::LibVariant(..), _), parts))
                if parts.iter().any(|it| self.is_in(it, &moved)) =>
            {
                whole_local(dest)
            }
            _ => None,
        });
        let wrapped: Vec<LocalId> = wrapped.collect();
        moved.extend(wrapped);
        let keeps = |path: &LockPath| matches!(path.steps.last(), Some(PathStep::Field(name)) if keeps_earlier(*name));
        steps_of(self.body()).find_map(|(point, step)| {
            let is = match &step.kind {
                StepKind::Assign(dest, Rvalue::Use(Operand::Move(from))) => {
                    !dest.proj.is_empty()
                        && whole_local(from).is_some_and(|it| moved.contains(&it))
                        && keeps(&self.values.defs.path(dest))
                }
                StepKind::Call { callee: Callee::Api(_), args, .. } => {
                    args.iter().skip(1).any(|it| self.is_in(it, &moved))
                        && args.first().is_some_and(|it| {
                            self.values.roles().is_collection(&self.values.pointee_ty(it))
                                && self.values.defs.operand_path(it).is_some_and(|it| keeps(&it))
                        })
                }
                _ => false,
            };
            (is && self.follows(self.cloned.point, point) && self.follows(point, before))
                .then(|| step.range.of(self.body().file))
        })
    }

    /// Where a closure that has the clone and not the original looks into the map, after a point.
    fn looked_into_by_closure(&self, after: Point) -> Option<Span> {
        let spawned = self.spawned().map(|(child, _)| child.closure);
        steps_of(self.body()).find_map(|(point, step)| {
            let StepKind::Assign(_, Rvalue::Closure(id, captured)) = &step.kind else { return None };
            let has = |side: &Locals| captured.iter().any(|it| self.is_in(it, side));
            let only_clone = has(&self.cloned.clone_side) && !has(&self.cloned.original_side);
            if !only_clone || !self.follows(after, point) || spawned == Some(Some(*id)) {
                return None;
            }
            let child = self.facts.children.iter().find(|it| it.closure == Some(*id))?;
            let looks = |it: &&MapOp| {
                it.reads.is_some()
                    && it.writes.is_none()
                    && it.path.as_ref().is_some_and(|it| begins_with(it, &self.cloned.original))
            };
            child.ops.iter().find(looks).map(|it| it.span)
        })
    }

    /// Where what lies behind the clone is copied out as a whole after a point: `let old = saved.read().clone();`.
    fn copied_out(&self, after: Point) -> Option<Span> {
        steps_of(self.body()).find_map(|(point, step)| {
            let StepKind::Call { dest, callee: Callee::Api(api), args, .. } = &step.kind else { return None };
            let original =
                argument(self.values.model, *api, args, self.values.knowledge.effects(*api).copies?)?;
            let ty = self.values.ty(dest);
            let is_map =
                self.values.roles().map_kind(&ty).is_some() && self.values.pointee_ty(original) == ty;
            let of_clone = self.is_in(original, &self.cloned.clone_side)
                && !self.is_in(original, &self.cloned.original_side);
            (is_map && of_clone && self.follows(after, point)).then(|| step.range.of(self.body().file))
        })
    }

    /// Where a clone that was put by in a collection before a point is taken out of it again afterwards, and given out.
    fn taken_back(&self, after: Point) -> Option<Span> {
        let moved = self.moved_clone();
        let of_collection = |args: &[Operand]| {
            let receiver = args.first()?;
            let is = self.values.roles().is_collection(&self.values.pointee_ty(receiver));
            is.then(|| self.values.defs.operand_path(receiver)).flatten().filter(LockPath::is_stable)
        };
        let put_by = |(point, kind): (Point, &StepKind)| {
            let StepKind::Call { args, .. } = kind else { return None };
            let puts = self.follows(self.cloned.point, point)
                && self.follows(point, after)
                && args.iter().skip(1).any(|it| self.is_in(it, &moved));
            puts.then(|| of_collection(args)).flatten()
        };
        let kept: Vec<LockPath> =
            steps_of(self.body()).filter_map(|(point, step)| put_by((point, &step.kind))).collect();
        if kept.is_empty() {
            return None;
        }
        let clone_ty = self.values.ty(&Place::local(self.cloned.dest));
        steps_of(self.body()).find_map(|(point, step)| {
            let StepKind::Call { dest, args, .. } = &step.kind else { return None };
            let ty = self.values.ty(dest);
            let holds =
                ty == clone_ty || matches!(&ty, Type::Lib(_, args) if args.first() == Some(&clone_ty));
            let is = holds
                && self.follows(after, point)
                && of_collection(args).is_some_and(|it| kept.contains(&it))
                && whole_local(dest).is_some_and(|it| {
                    depending(self.body(), [it].into_iter().collect(), None).contains(&LocalId(0))
                });
            is.then(|| step.range.of(self.body().file))
        })
    }

    /// Where the clone is put in the place of the original, after a point.
    fn restored(&self, after: Point) -> Option<Span> {
        let moved = self.moved_clone();
        steps_of(self.body()).find_map(|(point, step)| {
            let StepKind::Assign(dest, Rvalue::Use(Operand::Move(from))) = &step.kind else { return None };
            let is = self.follows(after, point)
                && whole_local(from).is_some_and(|it| moved.contains(&it))
                && !dest.proj.is_empty()
                && self.values.defs.path(dest) == self.cloned.original;
            is.then(|| step.range.of(self.body().file))
        })
    }

    /// Where the clone is given out, by itself or in a struct or tuple, after a point.
    fn returned(&self, after: Point) -> Option<Span> {
        let moved = self.moved_clone();
        steps_of(self.body()).find_map(|(point, step)| {
            let StepKind::Assign(dest, value) = &step.kind else { return None };
            let gives = match value {
                Rvalue::Use(Operand::Move(from)) => whole_local(from).is_some_and(|it| moved.contains(&it)),
                Rvalue::Aggregate(Aggregate::Adt(..) | Aggregate::Tuple, parts) => parts.iter().any(|it| {
                    matches!(it, Operand::Move(from) if whole_local(from).is_some_and(|it| moved.contains(&it)))
                }),
                _ => false,
            };
            let is = self.follows(after, point) && whole_local(dest) == Some(LocalId(0)) && gives;
            is.then(|| step.range.of(self.body().file))
        })
    }

    /// The locals that hold the clone itself.
    fn moved_clone(&self) -> Locals {
        let mut found: Locals = [self.cloned.dest].into_iter().collect();
        loop {
            let n = found.len();
            for (_, step) in steps_of(self.body()) {
                if let StepKind::Assign(dest, Rvalue::Use(Operand::Move(from))) = &step.kind
                    && whole_local(from).is_some_and(|it| found.contains(&it))
                    && let Some(local) = whole_local(dest)
                {
                    found.insert(local);
                }
            }
            if found.len() == n {
                return found;
            }
        }
    }

    /// Whether what a read gives is set against what the other side gives.
    fn is_compared(&self, read: Point, side: Side) -> bool {
        let Some(StepKind::Call { dest, .. }) = self.step_kind(read) else { return false };
        let Some(local) = whole_local(dest) else { return false };
        let seen = depending(self.body(), [local].into_iter().collect(), None);
        let others = match side {
            Side::Clone => &self.cloned.original_side,
            Side::Original => &self.cloned.clone_side,
        };
        let pair = |a: &Operand, b: &Operand| {
            self.is_in(a, &seen) && !self.is_in(a, others) && self.is_in(b, others) && !self.is_in(b, &seen)
        };
        steps_of(self.body()).any(|(_, step)| match &step.kind {
            StepKind::Assign(_, Rvalue::Binary(op, a, b)) => sets_against(*op) && (pair(a, b) || pair(b, a)),
            StepKind::Call { args, dest, .. } => match args.as_slice() {
                [a, b] => matches!(self.values.ty(dest), Type::Prim(_)) && (pair(a, b) || pair(b, a)),
                _ => false,
            },
            _ => false,
        })
    }

    /// A copy of a map of handles, of which a value is changed.
    fn nested(&self) -> Option<CloneUse> {
        // Handles that are taken out from under a lock so as to work without it: sharing is the point.
        let returned = self.moved_clone().contains(&LocalId(0));
        if self.cloned.original.steps.contains(&PathStep::Guarded) && !returned {
            return None;
        }
        let copy = LockPath::root(Root::Local(self.body().closure, self.cloned.dest));
        let inner = |path: &LockPath| {
            [&copy, &self.cloned.original].into_iter().any(|it| {
                begins_with(path, it)
                    && path.steps.iter().skip(it.steps.len()).any(|it| matches!(it, PathStep::Key(_)))
            })
        };
        for (n, guard) in self.facts.guards.iter().enumerate() {
            let is = guard.acquisition.path.as_ref().is_some_and(inner)
                && self.follows(self.cloned.point, guard.point);
            if !is {
                continue;
            }
            let id = GuardId(n as u8);
            let change = self.facts.uses.iter().find(|it| it.guard == id && it.kind == UseKind::Exclusive);
            if let Some(change) = change {
                return Some(self.report(CloneHazard::Nested, change.span, guard.span));
            }
        }
        let op = self.facts.ops.iter().find(|op| {
            op.writes.is_some()
                && (op.shard || op.in_callee && op.path.as_ref().is_some_and(ends_under_lock))
                && op.path.as_ref().is_some_and(inner)
                && self.follows(self.cloned.point, op.point)
        })?;
        Some(self.report(CloneHazard::Nested, op.span, op.span))
    }

    /// A copy of a map that locks itself, given to another thread or task, with changes that the other side does not see.
    fn diverging(&self) -> Option<CloneUse> {
        let copy = LockPath::root(Root::Local(self.body().closure, self.cloned.dest));
        if let Some(change) = self.written_in_vain(&copy) {
            return Some(self.report(CloneHazard::Diverging, change, change));
        }
        if let Some((change, later)) = self.written_by_closure(&copy) {
            return Some(self.report(CloneHazard::Diverging, change, later));
        }
        let (child, spawned) = self.spawned()?;
        let in_child: Vec<&MapOp> = child.each().into_iter().flat_map(|it| &it.ops).collect();
        let of_copy = |op: &&&MapOp| op.path.as_ref().is_some_and(|it| begins_with(it, &copy));
        let change = in_child.iter().filter(of_copy).find(|it| it.writes.is_some());
        let original =
            |op: &&MapOp| op.path.as_ref().is_some_and(|it| begins_with(it, &self.cloned.original));
        let later: Vec<&MapOp> = self
            .facts
            .ops
            .iter()
            .filter(|it| self.follows(self.cloned.point, it.point))
            .filter(original)
            .collect();
        match change {
            Some(change) => {
                let lives_on = !matches!(self.cloned.original.root, Root::Local(..) | Root::Fresh(_));
                let used = later.first().map(|it| it.span);
                let used = used.or(lives_on.then_some(spawned))?;
                Some(self.report(CloneHazard::Diverging, change.span, used))
            }
            None => {
                // What looks once may want the map as it was; what looks on each turn wants to see it change.
                let body = self.body().children.iter().find(|it| it.closure == child.closure)?;
                let graph = Graph::new(body);
                let own = child.ops.iter().filter(|it| graph.leads_to(it.point.block, it.point.block));
                let mut own = own.filter(|it| it.path.as_ref().is_some_and(|it| begins_with(it, &copy)));
                let read = own.next()?;
                let change = later.iter().find(|it| it.writes.is_some())?;
                Some(self.report(CloneHazard::Diverging, change.span, read.span))
            }
        }
    }

    /// The change of a copy by a closure that only writes it, and is called before the original is used again.
    fn written_by_closure(&self, copy: &LockPath) -> Option<(Span, Span)> {
        let calls = self.calls_with_clone();
        let is_call = |point: Point| calls.iter().any(|it| it.0 == point);
        calls.iter().find_map(|&(point, id)| {
            let child = self.facts.children.iter().find(|it| it.closure == Some(id))?;
            let of_copy = |it: &&MapOp| it.path.as_ref().is_some_and(|it| begins_with(it, copy));
            let ops: Vec<&MapOp> = child.ops.iter().filter(of_copy).collect();
            let change =
                ops.first().filter(|_| ops.iter().all(|it| it.writes.is_some() && it.reads.is_none()))?;
            let on_original = |it: &&MapOp| {
                it.path.as_ref().is_some_and(|it| begins_with(it, &self.cloned.original))
                    && self.follows(point, it.point)
            };
            let later = self.facts.ops.iter().find(on_original)?;
            let elsewhere =
                self.facts.ops.iter().any(|it| it.path.as_ref() == Some(copy) && !is_call(it.point));
            (!elsewhere).then_some((change.span, later.span))
        })
    }

    /// The first change of a copy with which nothing else is done: it was taken for a handle.
    fn written_in_vain(&self, copy: &LockPath) -> Option<Span> {
        let ops: Vec<&MapOp> = self.facts.ops.iter().filter(|it| it.path.as_ref() == Some(copy)).collect();
        let change = ops.iter().find(|it| it.writes.is_some())?;
        if !self.original_goes_on(change.point) || ops.iter().any(|it| it.writes.is_none()) {
            return None;
        }
        let points: FxHashSet<Point> = ops.iter().map(|it| it.point).collect();
        let pointers = self.pointers_to_clone();
        let elsewhere = steps_of(self.body()).any(|(point, step)| match &step.kind {
            StepKind::Call { args, .. } => {
                !points.contains(&point) && args.iter().any(|it| self.is_in(it, &pointers))
            }
            StepKind::Assign(dest, value) => {
                let is_known = whole_local(dest).is_some_and(|it| pointers.contains(&it) && it != LocalId(0));
                !is_known && value.operands().any(|it| self.is_in(it, &pointers))
            }
            StepKind::Await { future, .. } => {
                matches!(future.base, PlaceBase::Local(it) if pointers.contains(&it))
            }
            StepKind::Opaque { .. } => true,
            StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) => false,
        });
        let result_used = ops.iter().any(|it| match self.step_kind(it.point) {
            Some(StepKind::Call { dest, .. }) => whole_local(dest).is_none_or(|local| {
                depending(self.body(), [local].into_iter().collect(), None).len() > 1 || local == LocalId(0)
            }),
            _ => true,
        });
        (!elsewhere && !result_used).then_some(change.span)
    }

    /// Whether the original is there for others after a point, or an operation of this function is on it.
    fn original_goes_on(&self, after: Point) -> bool {
        let original = &self.cloned.original;
        let is_on_it = |it: &MapOp| {
            it.path.as_ref().is_some_and(|it| begins_with(it, original)) && self.follows(after, it.point)
        };
        !matches!(original.root, Root::Local(..) | Root::Fresh(_)) || self.facts.ops.iter().any(is_on_it)
    }

    /// The locals that hold the clone, or a reference to it.
    fn pointers_to_clone(&self) -> Locals {
        let mut found: Locals = [self.cloned.dest].into_iter().collect();
        loop {
            let n = found.len();
            for (_, step) in steps_of(self.body()) {
                let StepKind::Assign(dest, value) = &step.kind else { continue };
                let from = match value {
                    Rvalue::Use(Operand::Move(from) | Operand::Copy(from))
                    | Rvalue::Ref(_, from)
                    | Rvalue::LibDeref(_, from) => from,
                    _ => continue,
                };
                if matches!(from.base, PlaceBase::Local(it) if found.contains(&it))
                    && let Some(local) = whole_local(dest)
                {
                    found.insert(local);
                }
            }
            if found.len() == n {
                return found;
            }
        }
    }

    /// The closure or block that takes the clone along and runs elsewhere.
    fn spawned(&self) -> Option<(&BodyFacts, Span)> {
        steps_of(self.body()).find_map(|(_, step)| {
            let StepKind::Call { callee: Callee::Api(api), args, .. } = &step.kind else { return None };
            let n = self.values.knowledge.effects(*api).spawns?;
            let given = argument(self.values.model, *api, args, ArgRef::Arg(n))?;
            let id = self.values.defs.closure_of(given)?;
            let child = self.facts.children.iter().find(|it| it.closure == Some(id))?;
            self.is_captured(&self.moved_clone(), id).then(|| (child, step.range.of(self.body().file)))
        })
    }

    /// `make_mut` on the original, after which the clone is asked.
    fn made_mut(&self) -> Option<CloneUse> {
        // The clone as the earlier state is what copy-on-write is for.
        if self.cloned.is_named_so {
            return None;
        }
        let (point, change, through) = steps_of(self.body())
            .filter(|(point, _)| self.follows(self.cloned.point, *point))
            .find_map(|(point, step)| {
                let here = step.range.of(self.body().file);
                match self.parts_original(step)? {
                    it if it == here => Some((point, here, None)),
                    inner => Some((point, inner, Some(here))),
                }
            })?;
        let later = self.asked(point).or_else(|| self.polled()).or_else(|| self.asked_by_closure(point))?;
        Some(CloneUse { through, ..self.report(CloneHazard::MadeMut, change, later) })
    }

    /// Where a step parts the original from its other owners: by a call of `make_mut`, or in a called function.
    fn parts_original(&self, step: &Step) -> Option<Span> {
        let StepKind::Call { callee, args, .. } = &step.kind else { return None };
        match callee {
            Callee::Api(api) => {
                let row = self.values.model.library.api(*api);
                let handle = args.first()?;
                let is = parts_owners(self.values.roles(), row, self.values.knowledge.effects(*api))
                    && !self.is_in(handle, &self.cloned.clone_side)
                    && self.values.defs.operand_path(handle).as_ref() == Some(&self.cloned.original);
                is.then(|| step.range.of(self.body().file))
            }
            Callee::Fn(id) => {
                let paths: Vec<Option<LockPath>> =
                    args.iter().map(|it| self.values.defs.operand_path(it)).collect();
                let parts = (self.parts_in)(*id);
                let of_original =
                    |it: &Parting| it.path.in_caller(&paths).as_ref() == Some(&self.cloned.original);
                parts.into_iter().find(of_original).map(|it| it.span)
            }
            _ => None,
        }
    }

    /// Where the clone is looked into after a point; nothing where it is set against the original.
    fn asked(&self, after: Point) -> Option<Span> {
        steps_of(self.body()).find_map(|(point, step)| {
            let StepKind::Call { callee, args, dest, .. } = &step.kind else { return None };
            let asks = match callee {
                Callee::Api(api) => {
                    let effects = self.values.knowledge.effects(*api);
                    effects.reads.is_some() && effects.copies.is_none()
                }
                Callee::Fn(_) => args.len() > 1 && self.values.ty(dest) != Type::unit(),
                _ => false,
            };
            let is = asks
                && self.follows(after, point)
                && args.first().is_some_and(|it| self.is_in(it, &self.cloned.clone_side))
                && !self.is_compared(point, Side::Clone);
            is.then(|| step.range.of(self.body().file))
        })
    }

    /// A loop of another thread that looks into the clone on each turn.
    fn polled(&self) -> Option<Span> {
        let (child, _) = self.spawned()?;
        let body = self.body().children.iter().find(|it| it.closure == child.closure)?;
        let graph = Graph::new(body);
        self.read_in(body, &|point| graph.leads_to(point.block, point.block))
    }

    /// Where a closure that took the clone along looks into it, when it is called here after a point.
    fn asked_by_closure(&self, after: Point) -> Option<Span> {
        let calls = self.calls_with_clone().into_iter().filter(|(point, _)| self.follows(after, *point));
        let mut bodies =
            calls.filter_map(|(_, id)| self.body().children.iter().find(|it| it.closure == Some(id)));
        bodies.find_map(|body| self.read_in(body, &|_| true))
    }

    /// Calls, in this body, of closures that took the clone along or borrowed it.
    fn calls_with_clone(&self) -> Vec<(Point, ClosureId)> {
        let pointers = self.pointers_to_clone();
        let call = |(point, step): (Point, &Step)| {
            let StepKind::Call { callee: Callee::Value, func: Some(func), .. } = &step.kind else {
                return None;
            };
            let id = self.values.defs.closure_of(func)?;
            self.is_captured(&pointers, id).then_some((point, id))
        };
        steps_of(self.body()).filter_map(call).collect()
    }

    /// Whether a closure or block captures one of some locals.
    fn is_captured(&self, locals: &Locals, by: ClosureId) -> bool {
        steps_of(self.body()).any(|(_, step)| match &step.kind {
            StepKind::Assign(_, Rvalue::Closure(made, operands)) => {
                *made == by && operands.iter().any(|it| self.is_in(it, locals))
            }
            _ => false,
        })
    }

    /// The first look into the map, at a point of a kind, in a closure that has the clone.
    fn read_in(&self, body: &Body, is_meant: &dyn Fn(Point) -> bool) -> Option<Span> {
        let nothing = |_| None;
        let defs = Defs::new(
            self.values.model,
            self.values.knowledge,
            body,
            Some(self.values.defs),
            Vec::new(),
            &nothing,
        );
        let copies = |_| None;
        let values = Values::new(
            self.values.model,
            self.values.knowledge,
            &defs,
            Some(self.values),
            Vec::new(),
            &copies,
        );
        steps_of(body).find_map(|(point, step)| {
            let StepKind::Call { callee: Callee::Api(api), args, .. } = &step.kind else { return None };
            let is = values.knowledge.effects(*api).reads.is_some()
                && args.first().is_some_and(|it| {
                    values.is_map_operand(it)
                        && values.defs.operand_path(it).as_ref() == Some(&self.cloned.original)
                })
                && is_meant(point);
            is.then(|| step.range.of(body.file))
        })
    }
}

/// The fields of `self` that a function which has it by `&mut` changes in place.
pub(super) fn changed_fields(values: &Values<'_>) -> Vec<Name> {
    let body = values.body();
    let of_self = |place: &Place| match place.proj.as_slice() {
        [crate::model::body::Proj::Deref, crate::model::body::Proj::Field(name), ..]
            if place.base == PlaceBase::Local(LocalId(1)) =>
        {
            Some(*name)
        }
        _ => None,
    };
    let is_self = body
        .locals
        .get(1)
        .is_some_and(|it| it.kind == LocalKind::Param && matches!(it.ty, Type::Ref(Mutability::Mut, _)));
    if !is_self || body.closure.is_some() {
        return Vec::new();
    }
    let lent = |it: &Operand| {
        let place = values.defs.pointee(it)?;
        let (Operand::Copy(given) | Operand::Move(given)) = it else { return None };
        let by_mut = matches!(values.ty(given), Type::Ref(Mutability::Mut, _));
        by_mut.then(|| of_self(place)).flatten()
    };
    let mut found: Vec<Name> = steps_of(body)
        .filter_map(|(_, step)| match &step.kind {
            StepKind::Assign(dest, _) => of_self(dest),
            // A function that is lent a field by `&mut` changes it.
            StepKind::Call { callee: Callee::Fn(_), args, .. } => args.iter().find_map(lent),
            StepKind::Call { callee: Callee::Api(api), args, .. } => {
                let row = values.model.library.api(*api);
                let receiver = args.first()?;
                let place = values.defs.pointee(receiver)?;
                let by_mut = row.recv == Some(crate::model::items::SelfKind::RefMut);
                let ty = values.ty(place);
                let changes = by_mut && (values.roles().is_collection(&ty) || matches!(ty, Type::Prim(_)));
                changes.then(|| of_self(place)).flatten()
            }
            _ => None,
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Whether an operator looks at how two values differ: it compares them or takes one from the other.
fn sets_against(op: BinOp) -> bool {
    matches!(op, BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge | BinOp::Sub)
}
