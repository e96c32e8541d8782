//! Where values come from: which locals of a body hold a copy of a map, or of something got from a map, and which only point into one.
//!
//! A value is followed through moves, references, `Option`s, iterators, closures' parameters and results, captures, and out of called
//! functions (one call deep). References, guards and iterators into a map are *lent*; what `clone`, `cloned`, `copied`, `*` and a
//! pattern make of them is a *copy*. Handles are neither: a clone of one leads to the same place.

use super::defs::{Defs, KeyValue, argument, whole_local};
use super::event::{Point, steps_of};
use super::knowledge::{ArgRef, Knowledge, MapKind, Reads};
use super::lent_ops::{Lends, given_guard};
use super::only_body::only_body;
use super::path::LockPath;
use super::roles::Roles;
use crate::model::Model;
use crate::model::body::{Aggregate, Body, LocalId, Operand, Place, PlaceBase, Proj, Rvalue, Step, StepKind};
use crate::model::library::ApiId;
use crate::model::types::{ClosureId, FnId, Type};
use crate::model::typing::{Callee, Res};
use crate::source::TextRange;
use crate::syntax::Name;
use std::cell::RefCell;

/// How deep closures in closures, and calls of one argument, are followed.
const MAX_DEPTH: u32 = 4;

/// How a value is related to a map.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relation {
    /// It points into the map: a reference, a guard, an iterator, an option of one.
    Lent,
    /// It is an owned copy.
    Copied,
}

/// Where a value comes from.
#[derive(Clone, PartialEq, Debug)]
pub struct Origin {
    /// A copy, or a pointer into the map.
    pub relation: Relation,
    /// The map's place.
    pub map: LockPath,
    /// The map's type.
    pub map_ty: Type,
    /// Which entry; `None` for the whole map.
    pub key: Option<KeyValue>,
    /// Which part of the entry, field by field; empty for all of it.
    pub part: Vec<Name>,
    /// The step that looks into the map.
    pub read: Point,
    /// The body in which that is.
    pub closure: Option<ClosureId>,
    /// Where the copy is made.
    pub at: TextRange,
}

impl Origin {
    /// Where what lies behind a projection comes from.
    fn part_at(mut self, proj: Option<&[Proj]>) -> Origin {
        self.part.extend(fields_of(proj.unwrap_or_default()));
        self
    }
}

/// The fields that a projection goes through. What lies in a variant is all of it.
pub(super) fn fields_of(proj: &[Proj]) -> impl Iterator<Item = Name> {
    let before = std::iter::once(None).chain(proj.iter().map(Some));
    proj.iter().zip(before).filter_map(|(it, before)| match (it, before) {
        (_, Some(Proj::Variant(_))) => None,
        (Proj::Field(name), _) => Some(*name),
        _ => None,
    })
}

/// A copy, or a guard on an entry, that a function gives out, over its parameters.
#[derive(Clone, Debug)]
pub struct CopyOut {
    /// A copy, or a pointer into the map; `None` for whichever the caller's type says.
    pub relation: Option<Relation>,
    /// The map's place.
    pub map: LockPath,
    /// The map's type.
    pub map_ty: Type,
    /// Which entry; `None` for the whole map.
    pub key: Option<KeyValue>,
    /// Which part of the entry; empty for all of it.
    pub part: Vec<Name>,
    /// It is no copy any more, but an arithmetic step on one.
    pub is_step: bool,
}

impl CopyOut {
    /// A copy of which nothing is known but that it may be one.
    pub fn anything() -> CopyOut {
        let map = LockPath::root(super::path::Root::Lib(crate::syntax::Name::from("anything")));
        let key = Some(KeyValue::Unknown);
        CopyOut { relation: None, map, map_ty: Type::Unknown, key, part: Vec::new(), is_step: false }
    }

    /// What a value is for callers of the function that gives it out.
    pub fn of(given: Origin, is_step: bool) -> CopyOut {
        let relation = Some(given.relation);
        CopyOut { relation, map: given.map, map_ty: given.map_ty, key: given.key, part: given.part, is_step }
    }
}

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

    fn of_call(
        &self,
        callee: &Callee,
        args: &[Operand],
        given: &Given<'a>,
        lends: bool,
        awaited: bool,
    ) -> Option<Origin> {
        if let Callee::Api(api) = callee {
            return self.of_api(*api, args, given, lends);
        }
        let id = only_body(self.model, callee).filter(|it| self.model.fn_def(*it).is_async == awaited)?;
        self.of_getter(id, args, given, lends).or_else(|| self.of_lender(id, args, given, lends))
    }

    /// A function of the analysed code that gives out a copy, or a guard on an entry.
    fn of_getter(&self, id: FnId, args: &[Operand], given: &Given<'a>, lends: bool) -> Option<Origin> {
        let relation = if lends { Relation::Lent } else { Relation::Copied };
        if lends && self.roles().guard_role(&self.model.sig(id).ret).is_none() {
            return None;
        }
        let out = (self.copies_out)(id).filter(|it| it.relation.is_none_or(|it| it == relation))?;
        if out.is_step { None } else { self.given_out(out, relation, args, given) }
    }

    /// The copy on which a function of the analysed code, whose result the step is, gives out an arithmetic step.
    pub(super) fn of_step_getter(&self, given: &Given<'a>) -> Option<Origin> {
        let (callee, args) = match &given.step.kind {
            StepKind::Call { callee, args, .. } => (callee, args.as_slice()),
            StepKind::Await { future, .. } => {
                self.defs.future_call(future).map(|(callee, args, _)| (callee, args))?
            }
            _ => return None,
        };
        let awaited = matches!(given.step.kind, StepKind::Await { .. });
        let id = only_body(self.model, callee)?;
        let out =
            (self.copies_out)(id).filter(|it| it.is_step && self.model.fn_def(id).is_async == awaited)?;
        self.given_out(out, Relation::Copied, args, given)
    }

    /// What a closure makes of the map that a called function lends it, and gives back: `table.with(|rows| rows.get(&id).cloned())`.
    fn of_lender(&self, id: FnId, args: &[Operand], given: &Given<'a>, lends: bool) -> Option<Origin> {
        let (child, whole) = self.lent_to_closure(id, args, given.point)?;
        let made = self.of_closure(child, vec![Some(whole)], given)?;
        let fits = (made.relation == Relation::Lent) == lends;
        fits.then(|| self.read_here(made, given.point))
    }

    /// The closure that a called function runs under its lock, and what it lends it.
    pub(super) fn lent_to_closure(
        &self,
        id: FnId,
        args: &[Operand],
        read: Point,
    ) -> Option<(&'a Body, Origin)> {
        let (closure, map) = self.lends?(id)?.seen_by_caller(self.defs, args)?;
        Some((self.child(closure)?, self.behind(map, read)))
    }

    /// What lies in a lock, for one who is lent it.
    fn behind(&self, map: LockPath, read: Point) -> Origin {
        Origin {
            relation: Relation::Lent,
            map,
            map_ty: Type::Unknown,
            key: None,
            part: Vec::new(),
            read,
            closure: self.body().closure,
            at: TextRange::default(),
        }
    }

    /// What a closure found in a map, as found where the closure is run.
    fn read_here(&self, found: Origin, read: Point) -> Origin {
        Origin { read, closure: self.body().closure, ..found }
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

    /// What a called function gives out, seen here.
    fn given_out(
        &self,
        out: CopyOut,
        relation: Relation,
        args: &[Operand],
        given: &Given<'a>,
    ) -> Option<Origin> {
        let paths: Vec<Option<LockPath>> = args.iter().map(|it| self.defs.operand_path(it)).collect();
        let keys: Vec<KeyValue> = args.iter().map(|it| self.defs.key_value(it)).collect();
        Some(Origin {
            relation,
            map: out.map.in_caller(&paths)?,
            map_ty: out.map_ty,
            key: out.key.map(|it| it.in_caller(&paths, &keys)),
            part: out.part,
            read: given.point,
            closure: self.body().closure,
            at: given.step.range,
        })
    }

    fn of_api(&self, api: ApiId, args: &[Operand], given: &Given<'a>, lends: bool) -> Option<Origin> {
        let effects = self.knowledge.effects(api);
        let arg = |it: Option<ArgRef>| it.and_then(|it| argument(self.model, api, args, it));
        let dest = match &given.step.kind {
            StepKind::Call { dest, .. } | StepKind::Await { dest, .. } => self.ty(dest),
            _ => return None,
        };
        if let Some(made) = self.of_guard(api, args, given, lends) {
            return Some(made);
        }
        if let Some(original) = arg(effects.copies) {
            if let Some(origin) = self.of_operand(original) {
                return match (origin.relation, lends) {
                    (Relation::Lent, true) | (Relation::Copied, false) => Some(origin),
                    (Relation::Lent, false) => self.copied(origin, given.step.range, &dest),
                    (Relation::Copied, true) => None,
                };
            }
            if !lends && (self.is_map_operand(original) || self.is_locked_wrapper(original)) {
                let whole = self.lent(original, None, given.point)?;
                return self.copied(whole, given.step.range, &dest);
            }
            return None;
        }
        // A copy of the copy is another copy: of what is behind a reference to it.
        let points_into = effects.part_of.or(effects.takes.filter(|it| !it.momentary).map(|it| it.of));
        if let Some(whole) = arg(points_into) {
            if self.is_map_operand(whole) {
                let key = effects.key.and_then(|n| argument(self.model, api, args, ArgRef::Arg(n)));
                let key = key.map_or(KeyValue::Unknown, |it| self.defs.key_value(it));
                return self.lent(whole, Some(key), given.point);
            }
            return self.of_operand(whole).filter(|it| it.relation == Relation::Lent);
        }
        if let Some(source) = arg(effects.value_of) {
            let origin = self.of_operand(source)?;
            let has_recv = self.model.library.api(api).recv.is_some();
            let closure =
                args.iter().skip(usize::from(has_recv)).rev().find_map(|it| self.defs.closure_of(it));
            let same_ty = self.ty_of(source).as_ref() == Some(&dest);
            let is_sifted = self.roles().is_iterator(&dest) && self.asks_its_closure(api);
            return match closure.and_then(|it| self.child(it)) {
                Some(child) if child.n_params > 1 && !is_sifted && !(same_ty && only_looks(child)) => {
                    self.of_closure(child, vec![Some(origin)], given)
                }
                _ => match (origin.relation, lends) {
                    (Relation::Lent, false)
                        if effects.calls.is_empty() && self.gives_copies(&dest, source) =>
                    {
                        self.copied(origin, given.step.range, &dest)
                    }
                    (Relation::Copied, true) => None,
                    _ => Some(origin),
                },
            };
        }
        if let Some(same) = arg(effects.same.or(effects.maps_guard.map(|it| it.of)))
            .or_else(|| arg(effects.expects.map(|_| ArgRef::SelfArg)))
            .or_else(|| arg(effects.same_variant.then_some(ArgRef::SelfArg)))
        {
            let origin = self.of_operand(same)?;
            if self.handles && origin.relation == Relation::Lent && !lends && self.gives_handle(&dest) {
                return self.copied(origin, given.step.range, &dest);
            }
            return ((origin.relation == Relation::Lent) == lends || self.roles().is_iterator(&dest))
                .then_some(origin);
        }
        self.of_lookup(api, args, given, &dest, lends)
    }

    /// What a closure makes of the map behind a guard that it is lent: `RwLockReadGuard::try_map(users.read(), |it| it.get(&id))`,
    /// `users.read().map(|it| it.get(&id).cloned())`.
    fn of_guard(&self, api: ApiId, args: &[Operand], given: &Given<'a>, lends: bool) -> Option<Origin> {
        let (child, whole) = self.guard_lent_to_closure(api, args, given.point)?;
        let made = self.of_closure(child, vec![Some(whole)], given)?;
        let fits = made.key.is_some() && (made.relation == Relation::Lent) == lends;
        fits.then(|| self.read_here(made, given.point))
    }

    /// The closure that a library's function lends what is behind a guard of a map, and that.
    pub(super) fn guard_lent_to_closure(
        &self,
        api: ApiId,
        args: &[Operand],
        read: Point,
    ) -> Option<(&'a Body, Origin)> {
        let guard = given_guard(self.roles(), self.defs, api, args)?;
        // A guard of an entry is narrowed to a part of the same entry.
        if self.of_operand(guard).is_some() {
            return None;
        }
        let map = self.defs.operand_path(guard)?;
        let closures = args.iter().filter_map(|it| self.defs.closure_of(it));
        let child = closures.filter_map(|it| self.child(it)).find(|it| it.n_params == 2)?;
        Some((child, self.behind(map, read)))
    }

    /// A lookup that gives no reference: what comes out is a copy of the entry (a cache's `get`), or what a closure makes of it that it is
    /// lent to (`view`, `read`).
    fn of_lookup(
        &self,
        api: ApiId,
        args: &[Operand],
        given: &Given<'a>,
        dest: &Type,
        lends: bool,
    ) -> Option<Origin> {
        let effects = self.knowledge.effects(api);
        let (map, rest) = args.split_first()?;
        if lends || effects.reads != Some(Reads::Key) || effects.writes.is_some() || !self.is_map_operand(map)
        {
            return None;
        }
        let key = argument(self.model, api, args, ArgRef::Arg(effects.key?))?;
        let entry = self.lent(map, Some(self.defs.key_value(key)), given.point)?;
        if effects.takes.is_some_and(|it| it.while_calling) {
            let child = rest.iter().find_map(|it| self.defs.closure_of(it)).and_then(|it| self.child(it))?;
            // The closure itself, the key and the value.
            return (child.n_params == 3).then(|| self.of_closure(child, vec![None, Some(entry)], given))?;
        }
        let Type::Lib(_, of_map) = &entry.map_ty else { return None };
        let is_copy =
            matches!(dest, Type::Lib(_, given) if given.len() == 1 && given.first() == of_map.get(1));
        is_copy.then(|| self.copied(entry, given.step.range, dest))?
    }

    /// Whether a function of a library has a closure answer yes or no, whatever its type parameters are: `filter`, `skip_while`.
    fn asks_its_closure(&self, api: ApiId) -> bool {
        let is_bool = |ty: &Type| matches!(ty, Type::Prim(name) if name.as_str() == "bool");
        let bounds = &self.model.library.api(api).bounds;
        bounds.iter().any(|(_, bound)| bound.assoc.iter().any(|(_, ty)| is_bool(ty)))
    }

    fn ty_of(&self, operand: &Operand) -> Option<Type> {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => Some(self.ty(place)),
            Operand::Lit(_) | Operand::Item(_) | Operand::Unit => None,
        }
    }

    /// Whether a call turns references into copies: an option of a reference becomes one of a value, an adapter of an iterator says
    /// so by having another item.
    fn gives_copies(&self, dest: &Type, source: &Operand) -> bool {
        let from = self.ty_of(source).unwrap_or(Type::Unknown);
        if self.lends(&from) && !self.roles().is_iterator(dest) {
            return true;
        }
        // `Cloned<I, T>` and `Copied<I, T>` have the item as a second parameter.
        match dest {
            Type::Lib(_, args) if self.roles().is_iterator(dest) => {
                matches!(args.as_ref(), [inner, item] if *inner == from && !self.lends(item) && *item != Type::Unknown)
            }
            _ => false,
        }
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
        let subst = crate::model::Subst::pair(&adt.generics.params, args);
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

    /// Behind handles and references, and behind a guard of a map: `HashMap::clone(&map.lock())`.
    fn through_handles(&self, ty: Type) -> Type {
        let inner = self.roles().through_handles(&ty);
        self.roles().guarded_map(inner).unwrap_or(inner).clone()
    }

    fn lent(&self, map: &Operand, key: Option<KeyValue>, read: Point) -> Option<Origin> {
        Some(Origin {
            relation: Relation::Lent,
            map: self.defs.operand_path(map)?,
            map_ty: self.through_handles(self.pointee_ty(map)),
            key,
            part: Vec::new(),
            read,
            closure: self.body().closure,
            at: TextRange::default(),
        })
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

/// Whether a closure says nothing but yes or no, or nothing at all: `filter`, `find` and `inspect` give what they were given.
fn only_looks(closure: &Body) -> bool {
    match closure.locals.first().map(|it| &it.ty) {
        Some(Type::Prim(name)) => name.as_str() == "bool",
        Some(ty) => *ty == Type::unit() || *ty == Type::Unknown,
        None => true,
    }
}

fn is_whole_move(operand: &Operand) -> bool {
    matches!(operand, Operand::Move(place) if place.proj.is_empty())
}
