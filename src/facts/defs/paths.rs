//! Paths of locals and places: which lock, or part of a map, each is or points to.

use super::{Def, Defs, KeyValue, argument, is_wrapper, whole_local};
use super::{Memo, part};
use crate::facts::accessor;
use crate::facts::knowledge::ArgRef;
use crate::facts::path::{Key, LockPath, NO_LOCAL, PathStep, Root};
use crate::model::body::{Aggregate, IndexBy, LocalId, Operand, Place, PlaceBase, Proj, Rvalue};
use crate::model::items::SelfKind;
use crate::model::library::ApiId;
use crate::model::types::{FnId, Type};
use crate::model::typing::{Callee, Res};

impl<'a> Defs<'a> {
    /// The path of an operand's value: what it is, or points to.
    pub fn operand_path(&self, operand: &Operand) -> Option<LockPath> {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => Some(self.path(place)),
            Operand::Item(Res::Static(id)) => Some(LockPath::root(Root::Static(*id))),
            Operand::Lit(_) | Operand::Item(_) | Operand::Unit => None,
        }
    }

    /// The path of a place.
    pub fn path(&self, place: &Place) -> LockPath {
        let (mut path, rest) = match place.base {
            PlaceBase::Static(id) => (LockPath::root(Root::Static(id)), place.proj.as_slice()),
            PlaceBase::Lib(name) => (LockPath::root(Root::Lib(name)), place.proj.as_slice()),
            PlaceBase::Local(local) => self.base(local, &place.proj),
        };
        for (n, step) in rest.iter().enumerate() {
            path = match step {
                Proj::Deref | Proj::Variant(_) => path,
                // The only field of `Some`, `Ok` and the like stands for the whole.
                Proj::Field(name) => match n.checked_sub(1).and_then(|before| rest.get(before)) {
                    Some(Proj::Variant(variant)) if name.as_str() == "0" && is_wrapper(variant.as_str()) => {
                        path
                    }
                    _ => path.then(PathStep::Field(*name)),
                },
                Proj::Index(IndexBy::Literal(n)) => path.then(PathStep::Key(Key::Literal(n.to_string()))),
                Proj::Index(IndexBy::Local(local)) => path.then(PathStep::Key(self.key_of_local(*local))),
                Proj::Index(IndexBy::Other) => path.then(PathStep::Key(Key::Other(NO_LOCAL))),
            };
        }
        path
    }

    /// The path of a place's base, taking fields of aggregates and captures into account; gives the steps left.
    fn base<'p>(&self, local: LocalId, proj: &'p [Proj]) -> (LockPath, &'p [Proj]) {
        if self.body.closure.is_some() && local == LocalId(1) {
            if let Some((Proj::Field(name), rest)) = proj.split_first()
                && let Ok(n) = name.as_str().parse::<usize>()
                && let (Some(capture), Some(outer)) = (self.body.captures.get(n), self.outer)
            {
                return (outer.path(&capture.place), rest);
            }
            return (LockPath::root(Root::Local(self.body.closure, local)), proj);
        }
        if let Def::Assign(Rvalue::Aggregate(kind, operands)) = self.def(local)
            && let Some((operand, rest)) = part(kind, operands, proj)
            && let Some(path) = self.operand_path(operand)
        {
            return (path, rest);
        }
        self.part(local, proj).unwrap_or_else(|| (self.local_path(local), proj))
    }

    /// The path of what a local is or points to.
    pub fn local_path(&self, local: LocalId) -> LockPath {
        let own = LockPath::root(Root::Local(self.body.closure, local));
        let slot = local.0 as usize;
        let memo = self.paths.borrow().get(slot).cloned();
        match memo {
            Some(Memo::Known(path)) => return path,
            Some(Memo::Unasked) => {}
            Some(Memo::UnderWay) | None => return own,
        }
        self.remember(slot, Memo::UnderWay);
        let path = self.find_path(local).unwrap_or(own);
        self.remember(slot, Memo::Known(path.clone()));
        path
    }

    fn remember(&self, slot: usize, memo: Memo) {
        if let Some(it) = self.paths.borrow_mut().get_mut(slot) {
            *it = memo;
        }
    }

    fn find_path(&self, local: LocalId) -> Option<LockPath> {
        match self.pointers.get(local.0 as usize).copied().unwrap_or(Def::Many) {
            Def::None if local.0 >= 1 && local.0 <= self.body.n_params => {
                if self.body.closure.is_none() {
                    return Some(LockPath::root(Root::Param(local.0 - 1)));
                }
                self.params.get(local.0 as usize - 2).cloned().flatten()
            }
            Def::None => None,
            Def::Many => self.guard_of_branches(local),
            def => self.def_path(local, def),
        }
    }

    /// The path of a guard that is the same one whichever way it came: `match m.lock() { Ok(it) => it, Err(it) => it.into_inner() }`.
    fn guard_of_branches(&self, local: LocalId) -> Option<LockPath> {
        let defs = self.several.get(&local)?;
        let ty = &self.body.locals.get(local.0 as usize)?.ty;
        self.roles().guard_part(ty)?;
        let mut paths = defs.iter().map(|def| self.def_path(local, *def));
        let first = paths.next()??;
        paths.all(|it| it.as_ref() == Some(&first)).then_some(first)
    }

    /// The places that the result of the body is or points to, by the way through it, where it is given in several places.
    pub(in crate::facts) fn result_places(&self) -> Option<Vec<LockPath>> {
        let mut local = LocalId(0);
        for _ in 0..16 {
            if let Some(defs) = self.several.get(&local) {
                return defs.iter().map(|def| self.def_path(local, *def)).collect();
            }
            let Def::Assign(Rvalue::Use(Operand::Copy(from) | Operand::Move(from))) = self.def(local) else {
                return None;
            };
            local = whole_local(from)?;
        }
        None
    }

    fn def_path(&self, local: LocalId, def: Def<'a>) -> Option<LockPath> {
        match def {
            Def::None | Def::Many => None,
            Def::Assign(value) => match value {
                Rvalue::Use(operand) | Rvalue::Cast(operand) => self.operand_path(operand),
                Rvalue::Ref(_, place) | Rvalue::RawRef(place) | Rvalue::LibDeref(_, place) => {
                    Some(self.path(place))
                }
                Rvalue::NextOf(place) => Some(self.path(place).then(PathStep::Key(Key::Other(local.0)))),
                // `Some(x)`, `Ok(x)`, `Box::new`-like wrappers around one value.
                Rvalue::Aggregate(Aggregate::Adt(Res::LibVariant(_, name), _), operands)
                    if is_wrapper(name.as_str()) =>
                {
                    self.operand_path(operands.first()?)
                }
                Rvalue::Aggregate(..)
                | Rvalue::Binary(..)
                | Rvalue::Unary(..)
                | Rvalue::Closure(..)
                | Rvalue::FormatArgs(_)
                | Rvalue::Unknown => None,
            },
            Def::Call(callee, args, _) => self.result_path(local, callee, args, false),
            Def::Await(future) => {
                let (callee, args, _) = self.future_call(future)?;
                self.result_path(local, callee, args, true)
            }
        }
    }

    /// The path of what a call gives.
    fn result_path(
        &self,
        local: LocalId,
        callee: &Callee,
        args: &[Operand],
        awaited: bool,
    ) -> Option<LockPath> {
        match callee {
            Callee::Api(api) => {
                let effects = self.knowledge.effects(*api);
                let row = self.model.library.api(*api);
                if row.is_async != awaited {
                    return None;
                }
                let of =
                    |arg: ArgRef| argument(self.model, *api, args, arg).and_then(|it| self.operand_path(it));
                if let Some(takes) = effects.takes
                    && !takes.momentary
                    && !takes.while_calling
                {
                    let path = of(takes.of)?.then(PathStep::Guarded);
                    return Some(
                        match effects.key.and_then(|n| argument(self.model, *api, args, ArgRef::Arg(n))) {
                            Some(key) => path.then(PathStep::Key(self.key(key, local))),
                            None => path,
                        },
                    );
                }
                let contents = effects.expects.map(|_| ArgRef::SelfArg);
                // Another handle is left behind: what the place leads to from now on is not what was taken.
                if effects.takes_out.is_some() && self.is_maybe_handle(local) {
                    return None;
                }
                if let Some(same) = effects.same.or(effects.takes_out).or(contents) {
                    return of(same);
                }
                if self.unwraps_guard(*api, args, local) {
                    return of(ArgRef::SelfArg);
                }
                if let Some(original) = effects.copies.and_then(|it| argument(self.model, *api, args, it))
                    && self.copy_shares(original)
                {
                    return self.operand_path(original);
                }
                if let Some(maps) = effects.maps_guard {
                    let whole = of(maps.of)?;
                    let narrowed = args.iter().find_map(|it| self.narrowed(&whole, it));
                    return Some(narrowed.unwrap_or_else(|| whole.then(PathStep::Key(Key::Other(local.0)))));
                }
                if let Some(whole) = effects.part_of {
                    let key = match effects.key.and_then(|n| argument(self.model, *api, args, ArgRef::Arg(n)))
                    {
                        Some(key) => self.key(key, local),
                        None => Key::Other(local.0),
                    };
                    return Some(of(whole)?.then(PathStep::Key(key)));
                }
                if effects.same_variant && self.keeps_guard(args, local) {
                    return of(ArgRef::SelfArg);
                }
                if effects.same_variant && row.recv.is_some() {
                    return Some(of(ArgRef::SelfArg)?.then(PathStep::Key(Key::Other(local.0))));
                }
                None
            }
            Callee::Fn(id) => {
                if self.model.fn_def(*id).is_async != awaited {
                    return None;
                }
                let paths: Vec<Option<LockPath>> = args.iter().map(|it| self.operand_path(it)).collect();
                let place = self.through_parts((self.returns)(*id)?.path?.in_caller(&paths)?);
                Some(self.picked_by_argument(*id, place, args))
            }
            // An accessor of a trait, of which the impl is not known, gives the same place each time, whichever that is.
            Callee::TraitFn { func, .. } if !awaited && args.len() == 1 => {
                let sig = self.model.sig(*func);
                let def = self.model.fn_def(*func);
                def.self_param?;
                let place = |it: &Operand| Some(self.operand_path(it)?.then(accessor::step(def)));
                let roles = self.roles();
                match (&sig.ret, args.first()) {
                    (Type::Ref(..), Some(receiver)) => place(receiver),
                    (ret, Some(receiver)) if roles.guard_role(ret).is_some() => {
                        Some(place(receiver)?.then(PathStep::Guarded))
                    }
                    _ => None,
                }
            }
            Callee::TraitFn { .. } | Callee::Ctor(_) | Callee::Value | Callee::Unknown(_) => None,
        }
    }

    /// The part of a place that a closure gives out of it: `records` of `RwLockReadGuard::map(zone.read(), |it| &it.records)`.
    fn narrowed(&self, whole: &LockPath, closure: &Operand) -> Option<LockPath> {
        let body = self.closure_body(closure).filter(|it| it.n_params == 2)?;
        let params = vec![Some(whole.clone())];
        let defs = Defs::new(self.model, self.knowledge, body, Some(self), params, self.returns);
        let part = defs.local_path(LocalId(0));
        let inside = part.steps.strip_prefix(whole.steps.as_slice()).filter(|_| part.root == whole.root)?;
        let own = body.closure?;
        let is_known = |it: &PathStep| match it {
            PathStep::Field(_) | PathStep::Key(Key::Literal(_)) => true,
            PathStep::Key(Key::Value(by)) => by.is_stable() && !by.is_by_local_of(own),
            PathStep::Key(Key::Other(_)) | PathStep::Guarded => false,
        };
        inside.iter().all(is_known).then_some(part)
    }

    /// Whether a local is a handle, or an option of one.
    fn is_maybe_handle(&self, local: LocalId) -> bool {
        let roles = self.roles();
        self.body.locals.get(local.0 as usize).is_some_and(|it| match &it.ty {
            Type::Lib(path, args) if path.as_str() == "std::option::Option" => {
                args.first().is_some_and(|it| roles.is_handle(it))
            }
            ty => roles.is_handle(ty),
        })
    }

    /// The element that an accessor picks by its one argument, `self.shard(key)`: the same one each time it is given the same.
    fn picked_by_argument(&self, id: FnId, place: LockPath, args: &[Operand]) -> LockPath {
        let def = self.model.fn_def(id);
        let unknown = |it: &&PathStep| matches!(it, PathStep::Key(Key::Other(_)));
        let ([_, given], Some(SelfKind::Ref), 1) =
            (args, def.self_param, place.steps.iter().filter(unknown).count())
        else {
            return place;
        };
        let KeyValue::Place(by) = self.same_value(given) else { return place };
        let picked = PathStep::Key(Key::Value(Box::new(by.then(accessor::step(def)))));
        let steps =
            place.steps.into_iter().map(|it| if unknown(&&it) { picked.clone() } else { it }).collect();
        LockPath { steps, ..place }
    }

    /// Whether a call takes the guard out of a `Result` that has it in both variants: `lock().unwrap_or_else(PoisonError::into_inner)`.
    pub(in crate::facts) fn unwraps_guard(&self, api: ApiId, args: &[Operand], result: LocalId) -> bool {
        let Some(Operand::Copy(place) | Operand::Move(place)) = args.first() else { return false };
        let Type::Lib(_, variants) = self.model.place_ty_in(self.body, place) else { return false };
        let [ok, err] = variants.as_ref() else { return false };
        self.knowledge.effects(api).value_of == Some(ArgRef::SelfArg)
            && self.roles().is_guard(ok)
            && matches!(err, Type::Lib(_, inner) if inner.as_ref() == [ok.clone()])
            && self.body.locals.get(result.0 as usize).is_some_and(|it| it.ty == *ok)
    }

    /// Whether a call gives the guard that it is given in another container: `lock().map_err(..)`, `lock().ok()`.
    fn keeps_guard(&self, args: &[Operand], result: LocalId) -> bool {
        let Some(Operand::Copy(place) | Operand::Move(place)) = args.first() else { return false };
        let first = |ty: &Type| match ty {
            Type::Lib(_, args) => args.first().filter(|it| self.roles().is_guard(it)).cloned(),
            _ => None,
        };
        let given = first(&self.model.place_ty_in(self.body, place));
        let kept = self.body.locals.get(result.0 as usize).and_then(|it| first(&it.ty));
        given.is_some() && given == kept
    }

    /// Whether a copy of what an operand points to leads to the same locks.
    fn copy_shares(&self, original: &Operand) -> bool {
        let (Operand::Copy(place) | Operand::Move(place)) = original else { return false };
        let ty = match self.pointee(original) {
            Some(pointee) => self.model.place_ty(&self.body.locals, pointee),
            None => self.model.place_ty(&self.body.locals, place).peel_refs().clone(),
        };
        self.roles().copy_shares(&ty)
    }
}
