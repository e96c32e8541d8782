//! Where the results of calls come from.

use super::{CopyOut, Given, Origin, Relation, Values};
use crate::facts::defs::{KeyValue, argument};
use crate::facts::event::Point;
use crate::facts::knowledge::{ArgRef, Reads};
use crate::facts::lent_ops::given_guard;
use crate::facts::only_body::only_body;
use crate::facts::path::LockPath;
use crate::model::body::{Body, Operand, StepKind};
use crate::model::library::ApiId;
use crate::model::types::{FnId, Type};
use crate::model::typing::Callee;
use crate::source::TextRange;

impl<'a> Values<'a> {
    pub(super) fn of_call(
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
    pub(in crate::facts) fn of_step_getter(&self, given: &Given<'a>) -> Option<Origin> {
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
    pub(in crate::facts) fn lent_to_closure(
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
        // Copies that are gathered: each is one of an entry.
        if effects.gathers {
            return self.of_operand(args.first()?).filter(|it| it.relation == Relation::Copied && !lends);
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
    pub(in crate::facts) fn guard_lent_to_closure(
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

    pub(super) fn ty_of(&self, operand: &Operand) -> Option<Type> {
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

    pub(super) fn lent(&self, map: &Operand, key: Option<KeyValue>, read: Point) -> Option<Origin> {
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
}

/// Whether a closure says nothing but yes or no, or nothing at all: `filter`, `find` and `inspect` give what they were given.
fn only_looks(closure: &Body) -> bool {
    match closure.locals.first().map(|it| &it.ty) {
        Some(Type::Prim(name)) => name.as_str() == "bool",
        Some(ty) => *ty == Type::unit() || *ty == Type::Unknown,
        None => true,
    }
}
