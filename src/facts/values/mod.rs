//! Where values come from: which locals of a body hold a copy of a map, or of something got from a map, and which only point into one.
//!
//! A value is followed through moves, references, `Option`s, iterators, closures' parameters and results, captures, and out of called
//! functions. References, guards and iterators into a map are *lent*; what `clone`, `cloned`, `copied`, `*` and a
//! pattern make of them is a *copy*. Handles are neither: a clone of one leads to the same place.

mod calls;
mod origin;

pub(super) use origin::fields_of;
pub use origin::{CopyOut, Origin, Relation};

use crate::facts::defs::{Defs, KeyValue, whole_local};
use crate::facts::event::{Point, steps_of};
use crate::facts::knowledge::{Knowledge, MapKind};
use crate::facts::lent_ops::Lends;
use crate::facts::roles::Roles;
use crate::model::body::{Aggregate, Body, LocalId, Operand, Place, PlaceBase, Proj, Rvalue, Step, StepKind};
use crate::model::types::{ClosureId, FnId, Type};
use crate::model::typing::Res;
use crate::model::{Model, Subst};
use crate::source::TextRange;
use std::cell::RefCell;

/// How deep closures in closures, and calls of one argument, are followed.
const MAX_DEPTH: u32 = 4;

/// What a called function gives out, asked of its summary.
pub type CopiesOut<'a> = &'a dyn Fn(FnId) -> Option<CopyOut>;

/// What a called function lends to a closure that it is given.
pub(super) type LendsOf<'a> = &'a dyn Fn(FnId) -> Option<Lends>;

/// One definition of a local.
#[derive(Clone, Copy)]
pub struct Given<'b> {
    /// The step.
    pub point: Point,
    /// What the step is.
    pub step: &'b Step,
}

#[derive(Clone)]
enum Memo {
    Unasked,
    UnderWay,
    Known(Option<Origin>),
}

/// The values of one body.
pub struct Values<'a> {
    /// The body's definitions.
    pub defs: &'a Defs<'a>,
    /// The program.
    pub model: &'a Model,
    /// The rows.
    pub knowledge: &'a Knowledge,
    outer: Option<&'a Values<'a>>,
    /// For a closure: what its parameters are given.
    params: Vec<Option<Origin>>,
    copies_out: CopiesOut<'a>,
    lends: Option<LendsOf<'a>>,
    given: Vec<Vec<Given<'a>>>,
    memo: RefCell<Vec<Memo>>,
    depth: u32,
    /// Handles that are cloned out of a map are followed as copies, too: of what `make_mut` makes of them.
    handles: bool,
}

impl<'a> Values<'a> {
    /// Collects the definitions of a body.
    pub fn new(
        model: &'a Model,
        knowledge: &'a Knowledge,
        defs: &'a Defs<'a>,
        outer: Option<&'a Values<'a>>,
        params: Vec<Option<Origin>>,
        copies_out: CopiesOut<'a>,
    ) -> Values<'a> {
        let body = defs.body;
        let mut given: Vec<Vec<Given<'a>>> = vec![Vec::new(); body.locals.len()];
        for (point, step) in steps_of(body) {
            let dest = match &step.kind {
                StepKind::Assign(dest, _) | StepKind::Call { dest, .. } | StepKind::Await { dest, .. } => {
                    dest
                }
                StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => {
                    continue;
                }
            };
            if let Some(slot) = whole_local(dest).and_then(|it| given.get_mut(it.0 as usize)) {
                slot.push(Given { point, step });
            }
        }
        let memo = RefCell::new(vec![Memo::Unasked; body.locals.len()]);
        let depth = outer.map_or(0, |it| it.depth + 1);
        let handles = outer.is_some_and(|it| it.handles);
        let lends = outer.and_then(|it| it.lends);
        Values { defs, model, knowledge, outer, params, copies_out, lends, given, memo, depth, handles }
    }

    /// The same values, with those followed that come out of closures which called functions run.
    pub(super) fn through_lenders(self, lends: LendsOf<'a>) -> Values<'a> {
        Values { lends: Some(lends), ..self }
    }

    /// The same values, with handles that are cloned out of a map followed as copies of it.
    pub(super) fn of_handles(&self) -> Values<'a> {
        let memo = RefCell::new(vec![Memo::Unasked; self.body().locals.len()]);
        let (params, given) = (self.params.clone(), self.given.clone());
        Values { params, given, memo, handles: true, ..*self }
    }

    /// The body.
    pub fn body(&self) -> &'a Body {
        self.defs.body
    }

    /// Questions about types.
    pub fn roles(&self) -> Roles<'a> {
        Roles { model: self.model, knowledge: self.knowledge }
    }

    /// The definitions of a whole local.
    pub fn given(&self, local: LocalId) -> &[Given<'a>] {
        self.given.get(local.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// The type of a place.
    pub fn ty(&self, place: &Place) -> Type {
        self.model.place_ty_in(self.body(), place)
    }

    /// The type of what an operand is or points to, references taken away.
    pub fn pointee_ty(&self, operand: &Operand) -> Type {
        self.defs.pointee_ty(operand).peel_refs().clone()
    }

    /// Whether a value of the type points somewhere: a reference or guard, or an option or tuple of one.
    pub fn lends(&self, ty: &Type) -> bool {
        match ty {
            Type::Ref(..) | Type::Ptr(..) => true,
            Type::Tuple(parts) => parts.iter().any(|it| self.lends(it)),
            Type::Lib(path, args) => {
                self.knowledge.role(*path).is_some_and(|it| it.guard.is_some())
                    || args.iter().any(|it| self.lends(it))
            }
            Type::Adt(_, args) => args.iter().any(|it| self.lends(it)),
            _ => false,
        }
    }

    /// Where a local's value comes from.
    pub fn origin(&self, local: LocalId) -> Option<Origin> {
        let slot = local.0 as usize;
        match self.memo.borrow().get(slot)? {
            Memo::Known(known) => return known.clone(),
            Memo::UnderWay => return None,
            Memo::Unasked => {}
        }
        self.remember(slot, Memo::UnderWay);
        let found = self.find(local);
        self.remember(slot, Memo::Known(found.clone()));
        found
    }

    fn remember(&self, slot: usize, memo: Memo) {
        if let Some(it) = self.memo.borrow_mut().get_mut(slot) {
            *it = memo;
        }
    }

    fn find(&self, local: LocalId) -> Option<Origin> {
        let is_param = local.0 >= 1 && local.0 <= self.body().n_params;
        if is_param && self.body().closure.is_some() {
            return self.params.get((local.0 as usize).checked_sub(2)?).cloned().flatten();
        }
        self.given(local).iter().find_map(|it| self.of_step(local, it))
    }

    /// Where the value of a place comes from: of a part, where the whole does.
    pub fn of_place(&self, place: &Place) -> Option<Origin> {
        let PlaceBase::Local(local) = place.base else { return None };
        if self.body().closure.is_some()
            && local == LocalId(1)
            && let Some(Proj::Field(name)) = place.proj.first()
        {
            let capture = name.as_str().parse::<usize>().ok().and_then(|n| self.body().captures.get(n))?;
            return self.outer?.of_place(&capture.place).map(|it| it.part_at(place.proj.get(1..)));
        }
        // A part of a pair: of the one operand that stands there.
        if let [Proj::Field(name), ..] = place.proj.as_slice()
            && let [given] = self.given(local)
            && let StepKind::Assign(_, Rvalue::Aggregate(Aggregate::Tuple, parts)) = &given.step.kind
        {
            let whole = self.of_operand(parts.get(name.as_str().parse::<usize>().ok()?)?);
            return whole.map(|it| it.part_at(place.proj.get(1..)));
        }
        self.origin(local).map(|it| it.part_at(Some(&place.proj)))
    }

    /// Where the value of an operand comes from.
    pub fn of_operand(&self, operand: &Operand) -> Option<Origin> {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => self.of_place(place),
            Operand::Lit(_) | Operand::Item(_) | Operand::Unit => None,
        }
    }

    fn local_ty(&self, local: LocalId) -> &Type {
        self.body().locals.get(local.0 as usize).map_or(&Type::Unknown, |it| &it.ty)
    }

    fn of_step(&self, local: LocalId, given: &Given<'a>) -> Option<Origin> {
        let lends = self.lends(self.local_ty(local));
        match &given.step.kind {
            StepKind::Assign(_, value) => self.of_value(local, value, given, lends),
            StepKind::Call { callee, args, .. } => self.of_call(callee, args, given, lends, false),
            StepKind::Await { future, .. } => {
                let (callee, args, _) = self.defs.future_call(future)?;
                self.of_call(callee, args, given, lends, true)
            }
            StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => None,
        }
    }

    fn of_value(&self, local: LocalId, value: &Rvalue, given: &Given<'a>, lends: bool) -> Option<Origin> {
        match value {
            Rvalue::Use(operand) => {
                let origin = self.of_operand(operand)?;
                match (origin.relation, lends) {
                    (Relation::Lent, true) | (Relation::Copied, false) => Some(origin),
                    // An iterator into the map stays one.
                    (Relation::Lent, false) if is_whole_move(operand) => Some(origin),
                    // `*r`, or a pattern that copies. Moving is no copying: what is moved out of a map is in it no more.
                    (Relation::Lent, false) if matches!(operand, Operand::Copy(_)) => {
                        self.copied(origin, given.step.range, self.local_ty(local))
                    }
                    _ => None,
                }
            }
            Rvalue::Ref(_, place) | Rvalue::LibDeref(_, place) => {
                self.of_place(place).filter(|it| it.relation == Relation::Lent)
            }
            Rvalue::NextOf(place) => {
                if let Some(origin) = self.of_place(place) {
                    return match (origin.relation, lends) {
                        (Relation::Lent, true) | (Relation::Copied, false) => Some(origin),
                        _ => None,
                    };
                }
                let operand = Operand::Copy(place.clone());
                (lends && self.is_map_operand(&operand))
                    .then(|| self.lent(&operand, Some(KeyValue::Unknown), given.point))?
            }
            Rvalue::Aggregate(Aggregate::Adt(Res::LibVariant(..), _), operands) => {
                match operands.as_slice() {
                    [only] => self.of_operand(only),
                    _ => None,
                }
            }
            // A pair with a handle out of the map in it: an entry that goes on into another map.
            Rvalue::Aggregate(Aggregate::Tuple, operands) if self.handles => operands
                .iter()
                .filter(|it| self.ty_of(it).is_some_and(|it| self.gives_handle(&it)))
                .filter_map(|it| self.of_operand(it))
                .find(|it| it.relation == Relation::Copied),
            Rvalue::RawRef(_)
            | Rvalue::Aggregate(..)
            | Rvalue::Binary(..)
            | Rvalue::Unary(..)
            | Rvalue::Cast(_)
            | Rvalue::Closure(..)
            | Rvalue::FormatArgs(_)
            | Rvalue::Unknown => None,
        }
    }

    /// A captured place, and the values of the body that it is of.
    pub(super) fn captured(&self, place: &Place) -> Option<(&'a Values<'a>, Place)> {
        let (Some(outer), PlaceBase::Local(LocalId(1))) = (self.outer, place.base) else { return None };
        let (Proj::Field(name), rest) = place.proj.split_first()? else { return None };
        self.body().closure?;
        let capture = name.as_str().parse::<usize>().ok().and_then(|n| self.body().captures.get(n))?;
        let rest = rest.iter().skip_while(|it| **it == Proj::Deref).cloned();
        let proj = capture.place.proj.iter().cloned().chain(rest).collect();
        Some((outer, Place { proj, ..capture.place.clone() }))
    }

    /// What a closure that is given a part of a map makes of it.
    fn of_closure(&self, child: &'a Body, params: Vec<Option<Origin>>, given: &Given<'a>) -> Option<Origin> {
        let made = self.in_closure(child, params, |it| it.origin(LocalId(0)))??;
        let at = if made.relation == Relation::Copied { given.step.range } else { made.at };
        Some(Origin { at, ..made })
    }

    /// Asks the values of a closure in the body, whose parameters come from there.
    pub(super) fn in_closure<R>(
        &self,
        child: &'a Body,
        params: Vec<Option<Origin>>,
        ask: impl FnOnce(&Values<'_>) -> R,
    ) -> Option<R> {
        if self.depth >= MAX_DEPTH {
            return None;
        }
        let nothing = |_: FnId| None;
        let paths = params.iter().map(|it| it.as_ref().map(|it| it.map.clone())).collect();
        let defs = Defs::new(self.model, self.knowledge, child, Some(self.defs), paths, &nothing);
        let values = Values::new(self.model, self.knowledge, &defs, Some(self), params, self.copies_out);
        Some(ask(&values))
    }

    /// A closure written in the body.
    pub fn child(&self, id: ClosureId) -> Option<&'a Body> {
        self.body().children.iter().find(|it| it.closure == Some(id))
    }

    /// Whether an operand is a map, or points to one through references, handles and guards.
    pub fn is_map_operand(&self, operand: &Operand) -> bool {
        self.roles().map_kind(&self.through_handles(self.pointee_ty(operand))).is_some()
    }

    /// Whether an operand points to a struct with a plain map in it, that is what a lock guards: its clone has a map of its own.
    fn is_locked_wrapper(&self, operand: &Operand) -> bool {
        let ty = self.through_handles(self.pointee_ty(operand));
        let Type::Adt(id, args) = &ty else { return false };
        let adt = self.model.adt(*id);
        let subst = Subst::pair(&adt.generics.params, args);
        let mut fields = adt.variants.iter().flat_map(|it| &it.fields);
        let has_map = fields.any(|it| {
            matches!(
                self.roles().map_kind(&it.ty.substitute(&subst)),
                Some(MapKind::Plain | MapKind::Persistent)
            )
        });
        let is_guarded = || {
            let path = self.defs.operand_path(operand);
            path.is_some_and(|it| it.steps.last() == Some(&super::path::PathStep::Guarded))
        };
        has_map && is_guarded()
    }

    /// Behind handles and references, and behind what else dereferences to a map: a lock's guard (`HashMap::clone(&map.lock())`), what
    /// `ArcSwap::load` gives.
    fn through_handles(&self, ty: Type) -> Type {
        let roles = self.roles();
        let inner = roles.through_handles(&ty);
        if let Some(map) = roles.guarded_map(inner) {
            return map.clone();
        }
        let target = match inner {
            Type::Lib(path, args) if roles.map_kind(inner).is_none() => {
                self.model.library.types.get(path).and_then(|it| it.deref_target(args))
            }
            _ => None,
        };
        let map =
            target.as_ref().map(|it| roles.through_handles(it)).filter(|it| roles.map_kind(it).is_some());
        map.unwrap_or(inner).clone()
    }

    /// Whether a value of the type is a handle, or an option, tuple or iterator of one.
    fn gives_handle(&self, ty: &Type) -> bool {
        let roles = self.roles();
        match ty {
            Type::Tuple(parts) => self.handles && parts.iter().any(|it| self.gives_handle(it)),
            Type::Lib(_, args) => {
                roles.is_handle(ty)
                    || (!roles.is_collection(ty) && args.iter().any(|it| self.gives_handle(it)))
            }
            _ => false,
        }
    }

    /// The copy of something lent; nothing where the copy is a handle, or shares what matters in another way.
    fn copied(&self, origin: Origin, at: TextRange, ty: &Type) -> Option<Origin> {
        let whole = origin.key.is_none();
        let kind = self.roles().map_kind(ty.peel_refs());
        let is_struct = matches!(ty.peel_refs(), Type::Adt(..));
        if whole && !is_struct && !matches!(kind, Some(MapKind::Plain | MapKind::Persistent)) {
            return None;
        }
        if !whole && (*ty == Type::Unknown || self.handles != self.gives_handle(ty)) {
            return None;
        }
        Some(Origin { relation: Relation::Copied, at, ..origin })
    }
}

fn is_whole_move(operand: &Operand) -> bool {
    matches!(operand, Operand::Move(place) if place.proj.is_empty())
}
