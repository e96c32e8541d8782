//! What becomes of a copy: is it changed, and does anything see the change?
//!
//! A changed variable is followed forwards: through moves, references to it or into it, captures. What is not understood counts as
//! seeing it.

use super::event::{Point, steps_of};
use super::values::{Origin, Relation, Values};
use crate::model::body::{
    Body, BodyFlavor, CaptureBy, LocalId, LocalKind, Operand, Place, PlaceBase, Proj, Rvalue, StepKind,
    Terminator, Test,
};
use crate::model::items::SelfKind;
use crate::model::library::ApiId;
use crate::model::types::{ClosureId, Mutability, Type};
use crate::model::typing::Callee;
use crate::source::{Span, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// A copy that is changed, of which nothing sees the change.
#[derive(Clone, Debug)]
pub struct LostCopy {
    /// Where the copy is made.
    pub copy: Span,
    /// The first change.
    pub change: Span,
    /// The name of the variable that is changed.
    pub name: Option<crate::syntax::Name>,
    /// It is a copy of the whole map.
    pub whole: bool,
    /// The change is made in a closure or task that got the copy.
    pub in_closure: bool,
}

/// What is tracked of a local.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Carries {
    /// The value itself.
    Value,
    /// A reference to it or into it.
    Pointer,
}

/// What a step does with a tracked value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum UseOf {
    /// Changes it in place.
    Change,
    /// May look at it or pass it on.
    See,
}

/// One use of a tracked value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Used {
    pub(super) point: Point,
    pub(super) what: UseOf,
    pub(super) span: Span,
    pub(super) in_closure: bool,
}

/// Steps after which a body is not followed.
const MAX_LOCALS: usize = 4000;

/// The forward walk from one value.
struct Follow<'v, 'a> {
    values: &'v Values<'a>,
    /// The closure's captured fields that are tracked.
    captures: FxHashMap<usize, Carries>,
    carried: FxHashMap<LocalId, Carries>,
    used: Vec<Used>,
}

/// The changed copies of a body of which the change is lost.
pub(super) fn lost(values: &Values<'_>) -> Vec<LostCopy> {
    let body = values.body();
    if body.cut || body.locals.len() > MAX_LOCALS {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (n, local) in body.locals.iter().enumerate() {
        let id = LocalId(n as u32);
        // A temporary dies with its statement: `map.lock().clone().remove(&key);`.
        let is_own = local.name.is_some() || local.kind == LocalKind::Temporary;
        if n == 0 || !is_own {
            continue;
        }
        let Some(origin) = values.origin(id).filter(|it| it.relation == Relation::Copied) else { continue };
        if has_destructor(values, &local.ty) {
            continue;
        }
        let used = follow(values, id);
        found.extend(verdict(values, id, &used).map(|first| LostCopy {
            copy: span_of_copy(values, id, &origin).of(body.file),
            change: first.span,
            name: local.name,
            whole: origin.key.is_none(),
            in_closure: first.in_closure,
        }));
    }
    found.extend(parted(values));
    // A temporary that is moved into a variable is told of once, by the variable's name.
    found.sort_by_key(|it| (it.change, it.name.is_none()));
    found.dedup_by_key(|it| it.change);
    found
}

/// Handles cloned out of a map of which `make_mut` makes copies of what the map has, where nothing sees what is changed in those.
fn parted(values: &Values<'_>) -> Vec<LostCopy> {
    let body = values.body();
    let parting: Vec<(LocalId, LocalId)> =
        steps_of(body).filter_map(|(_, step)| made_mut(values, &step.kind)).collect();
    if parting.is_empty() {
        return Vec::new();
    }
    let handles = values.of_handles();
    let lost = |(handle, made): (LocalId, LocalId)| {
        let local = body.locals.get(handle.0 as usize)?;
        let origin = handles.origin(handle).filter(|it| it.relation == Relation::Copied)?;
        local.name?;
        let changes = walk(values, made, Carries::Pointer).into_iter().filter(|it| it.what == UseOf::Change);
        let sees = follow(values, handle).into_iter().filter(|it| it.what == UseOf::See);
        let used: Vec<Used> = changes.chain(sees).collect();
        let first = verdict(values, handle, &used)?;
        Some(LostCopy {
            copy: span_of_copy(values, handle, &origin).of(body.file),
            change: first.span,
            name: local.name,
            whole: origin.key.is_none(),
            in_closure: first.in_closure,
        })
    };
    parting.into_iter().filter_map(lost).collect()
}

/// For a call of `make_mut` or its like: the variable with the handle, and the local that gets the reference.
fn made_mut(values: &Values<'_>, kind: &StepKind) -> Option<(LocalId, LocalId)> {
    let StepKind::Call { dest, callee: Callee::Api(api), args, .. } = kind else { return None };
    let row = values.model.library.api(*api);
    if !super::seeds::parts_owners(values.roles(), row, values.knowledge.effects(*api)) {
        return None;
    }
    let handle = super::defs::whole_local(values.defs.pointee(args.first()?)?)?;
    Some((handle, super::defs::whole_local(dest)?))
}

/// Where the copy was made: a pattern or `*` that copies stands at the variable.
fn span_of_copy(values: &Values<'_>, local: LocalId, origin: &Origin) -> TextRange {
    match origin.at {
        it if it == TextRange::default() => {
            values.body().locals.get(local.0 as usize).map_or(it, |it| it.range)
        }
        it => it,
    }
}

/// Values whose end does something are seen by it.
fn has_destructor(values: &Values<'_>, ty: &Type) -> bool {
    !values.model.drop_fns(ty).is_empty()
}

/// What is done with the value of a local.
pub(super) fn follow(values: &Values<'_>, local: LocalId) -> Vec<Used> {
    walk(values, local, Carries::Value)
}

fn walk(values: &Values<'_>, local: LocalId, carries: Carries) -> Vec<Used> {
    let mut carried = FxHashMap::default();
    carried.insert(local, carries);
    let mut walk = Follow { values, captures: FxHashMap::default(), carried, used: Vec::new() };
    walk.run();
    walk.used
}

/// The first change, when no change is seen afterwards.
fn verdict(values: &Values<'_>, local: LocalId, used: &[Used]) -> Option<Used> {
    let first = used.iter().filter(|it| it.what == UseOf::Change).min_by_key(|it| it.span)?;
    let seen: FxHashSet<Point> = used.iter().filter(|it| it.what == UseOf::See).map(|it| it.point).collect();
    let lost = used
        .iter()
        .filter(|it| it.what == UseOf::Change)
        .all(|it| !seen.contains(&it.point) && !reaches(values, Some(local), it.point, &seen));
    lost.then_some(*first)
}

/// Whether a way leads from behind a point to one of others, on which the local does not get a new value.
fn reaches(values: &Values<'_>, local: Option<LocalId>, from: Point, to: &FxHashSet<Point>) -> bool {
    let body = values.body();
    let renewed: FxHashSet<Point> = match local {
        Some(local) => {
            let live =
                steps_of(body).filter(|(_, step)| matches!(&step.kind, StepKind::Live(it) if *it == local));
            live.map(|(point, _)| point).collect()
        }
        None => FxHashSet::default(),
    };
    let mut seen = FxHashSet::default();
    let mut work = vec![Point { step: from.step + 1, ..from }];
    while let Some(mut at) = work.pop() {
        let Some(block) = body.blocks.get(at.block.0 as usize) else { continue };
        let mut open = true;
        while (at.step as usize) < block.steps.len() {
            if to.contains(&at) {
                return true;
            }
            if renewed.contains(&at) {
                open = false;
                break;
            }
            at.step += 1;
        }
        if !open {
            continue;
        }
        // The end of a block counts as a step of its own.
        if to.contains(&at) {
            return true;
        }
        for next in block.targets() {
            if seen.insert(next) {
                work.push(Point { block: next, step: 0 });
            }
        }
    }
    false
}

impl<'a> Follow<'_, 'a> {
    fn body(&self) -> &'a Body {
        self.values.body()
    }

    /// Finds what carries the value, then notes what is done with it.
    fn run(&mut self) {
        let mentions = self.values.defs.mentions();
        // A closure's captures are fields of its first local.
        let captures = (!self.captures.is_empty()).then_some(LocalId(1));
        loop {
            let n = self.carried.len();
            let followed = self.carried.keys().copied().chain(captures);
            let steps = followed.flat_map(|it| mentions.steps(it));
            let points: BTreeSet<Point> = steps.chain(mentions.opaque().iter().copied()).collect();
            self.used.clear();
            for point in points {
                if let Some(step) = point.step_of(self.body()) {
                    self.step(point, step.range, &step.kind);
                }
            }
            if self.carried.len() == n {
                break;
            }
        }
        let followed = self.carried.keys().copied().chain(captures);
        let branches: BTreeSet<Point> = followed.flat_map(|it| mentions.branches(it)).collect();
        for point in branches {
            if let Some(Terminator::Switch { tests, range, .. }) = point.end_of(self.body())
                && tests.iter().any(|(test, _)| self.is_tested(test))
            {
                self.note(point, UseOf::See, *range);
            }
        }
    }

    fn is_tested(&self, test: &Test) -> bool {
        match test {
            Test::True(operand) | Test::False(operand) => self.operand(operand).is_some(),
            Test::Variant(place, _) | Test::Equals(place, _) | Test::Within(place) => {
                self.place(place).is_some()
            }
            // A loop over references into it looks at what it does in its body.
            Test::Next(place) => self.place(place) == Some(Carries::Value),
            Test::Maybe => false,
        }
    }

    fn note(&mut self, point: Point, what: UseOf, range: TextRange) {
        let span = range.of(self.body().file);
        self.used.push(Used { point, what, span, in_closure: false });
    }

    /// Whether a place is of the value, or reached through a reference to it.
    fn place(&self, place: &Place) -> Option<Carries> {
        let PlaceBase::Local(local) = place.base else { return None };
        if self.body().closure.is_some()
            && local == LocalId(1)
            && let Some(Proj::Field(name)) = place.proj.first()
        {
            return self.captures.get(&name.as_str().parse::<usize>().ok()?).copied();
        }
        self.carried.get(&local).copied()
    }

    fn operand(&self, operand: &Operand) -> Option<Carries> {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => self.place(place),
            Operand::Lit(_) | Operand::Item(_) | Operand::Unit => None,
        }
    }

    fn carry(&mut self, dest: &Place, carries: Carries, point: Point, range: TextRange) {
        match super::defs::whole_local(dest) {
            Some(local) if local != LocalId(0) => {
                self.carried.entry(local).or_insert(carries);
            }
            _ => self.note(point, UseOf::See, range),
        }
    }

    fn step(&mut self, point: Point, range: TextRange, kind: &'a StepKind) {
        match kind {
            StepKind::Assign(dest, value) => self.assign(point, range, dest, value),
            StepKind::Call { dest, callee, args, .. } => self.call(point, range, dest, callee, args),
            StepKind::Await { future, .. } => {
                if self.place(future).is_some() {
                    self.note(point, UseOf::See, range);
                }
            }
            StepKind::Opaque { words } => {
                let named = self.carried.keys().any(|it| {
                    let local = self.body().locals.get(it.0 as usize);
                    local.and_then(|it| it.name).is_some_and(|name| words.contains(&name))
                });
                if named || !self.captures.is_empty() {
                    self.note(point, UseOf::See, range);
                }
            }
            StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) => {}
        }
    }

    fn assign(&mut self, point: Point, range: TextRange, dest: &Place, value: &'a Rvalue) {
        let into = self.place(dest);
        let is_whole = dest.proj.is_empty();
        match value {
            Rvalue::Use(Operand::Move(from)) if self.place(from).is_some() && is_whole => {
                match self.place(from) {
                    Some(carries)
                        if from.proj.is_empty()
                            || carries == Carries::Pointer
                            || is_capture(self.body(), from) =>
                    {
                        self.carry(dest, carries, point, range);
                    }
                    // A part is taken out.
                    _ => self.note(point, UseOf::See, range),
                }
                return;
            }
            // What is behind a handle in the copy is shared with the original: what is done there is no change of the copy alone.
            Rvalue::LibDeref(_, from)
                if self.place(from).is_some() && self.values.roles().is_handle(&self.values.ty(from)) =>
            {
                self.note(point, UseOf::See, range);
                return;
            }
            // A copied reference is the same reference.
            Rvalue::Use(Operand::Copy(from)) | Rvalue::Ref(_, from) | Rvalue::LibDeref(_, from)
                if self.place(from).is_some() && is_whole =>
            {
                let is_use = matches!(value, Rvalue::Use(_));
                if is_use && !self.values.lends(&self.values.ty(dest)) {
                    self.note(point, UseOf::See, range);
                } else {
                    self.carry(dest, Carries::Pointer, point, range);
                }
                return;
            }
            Rvalue::NextOf(from) if self.place(from).is_some() => {
                match self.place(from) {
                    Some(Carries::Pointer) => self.carry(dest, Carries::Pointer, point, range),
                    _ => self.note(point, UseOf::See, range),
                }
                return;
            }
            Rvalue::Closure(id, operands) if operands.iter().any(|it| self.operand(it).is_some()) => {
                self.closure(point, *id, operands);
                return;
            }
            Rvalue::Ref(_, from) | Rvalue::RawRef(from) | Rvalue::LibDeref(_, from)
                if self.place(from).is_some() =>
            {
                self.note(point, UseOf::See, range);
                return;
            }
            _ => {}
        }
        let uses = value.operands().any(|it| self.operand(it).is_some());
        match into {
            // `copy.field = ..`, `*reference = ..`, and `n += 1` of a number.
            Some(_) if !is_whole && self.is_changed_by(dest) => self.note(point, UseOf::Change, range),
            Some(Carries::Value)
                if is_whole && uses && matches!(value, Rvalue::Binary(..) | Rvalue::Unary(..)) =>
            {
                self.note(point, UseOf::Change, range);
            }
            _ if uses => self.note(point, UseOf::See, range),
            _ => {}
        }
    }

    /// Whether an assignment to a place changes the value: what is behind a handle in it is another's.
    fn is_changed_by(&self, dest: &Place) -> bool {
        !dest.proj.is_empty()
    }

    fn call(
        &mut self,
        point: Point,
        range: TextRange,
        dest: &Place,
        callee: &'a Callee,
        args: &'a [Operand],
    ) {
        let given: Vec<usize> =
            args.iter().enumerate().filter(|(_, it)| self.operand(it).is_some()).map(|(n, _)| n).collect();
        if given.is_empty() {
            return;
        }
        if given == [0] && super::operators::assigns(self.values, callee) {
            return self.note(point, UseOf::Change, range);
        }
        let Callee::Api(api) = callee else { return self.note(point, UseOf::See, range) };
        let effects = self.values.knowledge.effects(*api);
        if given != [0] || effects.spawns.is_some() || effects.block_on.is_some() {
            // The closure that holds it was looked into where it was made.
            if !args.iter().enumerate().all(|(n, it)| !given.contains(&n) || self.is_closure(it)) {
                self.note(point, UseOf::See, range);
            }
            return;
        }
        let Some(first) = args.first() else { return };
        if effects.drops.is_some()
            && matches!(first, Operand::Move(_))
            && self.operand(first) == Some(Carries::Value)
        {
            return;
        }
        let dest_ty = self.values.ty(dest);
        // Where the slot is used, its uses tell.
        if self.fills_entry(*api) && !self.is_used(dest) {
            self.note(point, UseOf::Change, range);
        }
        if self.values.lends(&dest_ty) || self.keeps_pointing(*api, &dest_ty) {
            return self.carry(dest, Carries::Pointer, point, range);
        }
        if self.changes(*api, first) {
            self.note(point, UseOf::Change, range);
            if !is_empty_result(&dest_ty) && self.is_used(dest) {
                self.note(point, UseOf::See, range);
            }
            return;
        }
        if is_empty_result(&dest_ty)
            && self.operand(first) == Some(Carries::Pointer)
            && let Some(child) = self.lent_closure(args)
        {
            let element = [(LocalId(2), Carries::Pointer)].into_iter().collect();
            return self.inside(point, child, FxHashMap::default(), element, false);
        }
        self.note(point, UseOf::See, range);
    }

    /// Whether the result goes on pointing into what the receiver points to: an entry, an iterator of mutable references.
    fn keeps_pointing(&self, api: ApiId, dest: &Type) -> bool {
        let row = self.values.model.library.api(api);
        let effects = self.values.knowledge.effects(api);
        let by_mut = row.recv == Some(SelfKind::RefMut);
        let changes_map = effects.writes.is_some_and(|it| {
            matches!(
                it,
                super::knowledge::Writes::Entry
                    | super::knowledge::Writes::Update
                    | super::knowledge::Writes::All
            )
        });
        by_mut && (effects.part_of.is_some() || changes_map) && matches!(dest, Type::Lib(..))
    }

    /// Whether a call leaves a value where there may be none: what is one of several variants, and gives a slot in each case
    /// (`Entry::or_insert`, `Entry::or_default`).
    fn fills_entry(&self, api: ApiId) -> bool {
        let library = &self.values.model.library;
        let row = library.api(api);
        let may_be_vacant = || match &row.self_ty {
            Some(Type::Lib(path, _)) => library.types.get(path).is_some_and(|it| it.variants.len() > 1),
            _ => false,
        };
        let gives_slot = matches!(row.ret, Type::Ref(Mutability::Mut, _));
        row.recv == Some(SelfKind::Value) && gives_slot && may_be_vacant()
    }

    /// Whether a call is an operation by which a collection, an option, a text or a number changes.
    fn changes(&self, api: ApiId, receiver: &Operand) -> bool {
        let row = self.values.model.library.api(api);
        let by_mut = row.recv == Some(SelfKind::RefMut)
            || matches!(row.args.first(), Some(Type::Ref(Mutability::Mut, _))) && row.recv.is_none();
        if !by_mut {
            return false;
        }
        let ty = self.values.pointee_ty(receiver);
        self.values.roles().is_collection(&ty)
            || matches!(ty, Type::Slice(_) | Type::Array(_) | Type::Prim(_))
            || ty.is_option()
    }

    /// Whether the result of a call is used anywhere.
    fn is_used(&self, dest: &Place) -> bool {
        let Some(local) = super::defs::whole_local(dest) else { return true };
        let is = |place: &Place| place.base == PlaceBase::Local(local);
        let of = |operand: &Operand| operand.place().is_some_and(is);
        let in_step = |kind: &StepKind| match kind {
            StepKind::Assign(_, value) => value.place().is_some_and(is) || value.operands().any(of),
            StepKind::Call { args, .. } => args.iter().any(of),
            StepKind::Await { future, .. } => is(future),
            StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => false,
        };
        let mentions = self.values.defs.mentions();
        let mut steps = mentions.steps(local).filter_map(|it| it.step_of(self.body()));
        local == LocalId(0) || steps.any(|it| in_step(&it.kind)) || mentions.branches(local).next().is_some()
    }

    fn is_closure(&self, operand: &Operand) -> bool {
        let (Operand::Copy(place) | Operand::Move(place)) = operand else { return false };
        matches!(self.values.ty(place), Type::Closure(..) | Type::Future(Some(_), _))
    }

    /// A closure or async block that gets the value or a reference to it: what it does with it happens where it is made.
    fn closure(&mut self, point: Point, id: ClosureId, operands: &'a [Operand]) {
        let Some(child) = self.values.child(id) else { return };
        let mut captures = FxHashMap::default();
        let mut borrows = false;
        for (n, operand) in operands.iter().enumerate() {
            if let Some(carries) = self.operand(operand) {
                let by_ref = child.captures.get(n).is_some_and(|it| matches!(it.by, CaptureBy::Ref(_)));
                borrows |= by_ref;
                captures.insert(n, if by_ref { Carries::Pointer } else { carries });
            }
        }
        self.inside(point, child, captures, FxHashMap::default(), borrows);
    }

    /// A closure that is lent the entries one by one: `values_mut().for_each(|it| it.on = true)`.
    fn lent_closure(&self, args: &[Operand]) -> Option<&'a Body> {
        let [_, closure] = args else { return None };
        let child = self.values.defs.closure_of(closure).and_then(|it| self.values.child(it))?;
        (child.n_params == 2).then_some(child)
    }

    /// What a closure does with what it carries. `borrows`: it borrows some of it from where it is made.
    fn inside(
        &mut self,
        point: Point,
        child: &'a Body,
        captures: FxHashMap<usize, Carries>,
        carried: FxHashMap<LocalId, Carries>,
        borrows: bool,
    ) {
        let values = self.values;
        let nothing = |_| None;
        let defs = super::defs::Defs::new(
            values.model,
            values.knowledge,
            child,
            Some(values.defs),
            Vec::new(),
            &nothing,
        );
        let copies = |_| None;
        let inner = Values::new(values.model, values.knowledge, &defs, Some(values), Vec::new(), &copies);
        let mut walk = Follow { values: &inner, captures, carried, used: Vec::new() };
        walk.run();
        let used = walk.used;
        let changes: Vec<Used> = used.iter().filter(|it| it.what == UseOf::Change).copied().collect();
        let seen: FxHashSet<Point> =
            used.iter().filter(|it| it.what == UseOf::See).map(|it| it.point).collect();
        // One that borrows what it changes may be run again, and sees then what it did.
        let runs_again = child.kind == BodyFlavor::Closure && borrows;
        let sees = if changes.is_empty() || runs_again {
            !seen.is_empty()
        } else {
            changes.iter().any(|it| seen.contains(&it.point) || reaches(&inner, None, it.point, &seen))
        };
        if sees {
            let span = child.range.of(child.file);
            self.used.push(Used { point, what: UseOf::See, span, in_closure: true });
        }
        self.used.extend(changes.into_iter().map(|it| Used { point, in_closure: true, ..it }));
    }
}

fn is_capture(body: &Body, place: &Place) -> bool {
    body.closure.is_some() && place.base == PlaceBase::Local(LocalId(1)) && place.proj.len() == 1
}

/// Whether a result says no more than that the call was made.
fn is_empty_result(ty: &Type) -> bool {
    match ty {
        Type::Lib(path, args) => {
            path.ends_with("result::Result") && args.first().is_some_and(is_empty_result)
        }
        other => *other == Type::unit(),
    }
}
