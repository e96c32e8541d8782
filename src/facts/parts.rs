//! What the fields of a value are, through the literal, the constructor or the handle that made it: `Worker::new(map.clone())` leads to
//! `map` by the field that the constructor puts it in.

use super::BodyFacts;
use super::defs::{Def, Defs, argument, is_wrapper};
use super::knowledge::ArgRef;
use super::path::{LockPath, PathStep, Root};
use crate::model::body::{Aggregate, LocalId, Operand, Place, PlaceBase, Proj, Rvalue};
use crate::model::library::ApiId;
use crate::model::types::{FnId, Mutability, Type};
use crate::model::typing::{Callee, Res};
use crate::syntax::Name;

/// Moves, handles and constructors through which a value is followed.
const MAX_MOVES: u32 = 8;

/// Fields of a result that are said.
const MAX_PARTS: usize = 8;

impl Defs<'_> {
    /// The path of a field of what a local is or points to, where its making shows what was put there; gives the steps left.
    pub(super) fn part<'p>(&self, local: LocalId, proj: &'p [Proj]) -> Option<(LockPath, &'p [Proj])> {
        let (Proj::Field(name), rest) = past_wrappers(proj).split_first()? else { return None };
        Some((self.field_of(local, *name, MAX_MOVES)?, rest))
    }

    /// The place that a path seen from a caller means: `worker.jobs`, where `jobs.clone()` was given to `Worker::new`, is `jobs`.
    pub(super) fn through_parts(&self, path: LockPath) -> LockPath {
        let Root::Local(closure, local) = path.root else { return path };
        if closure != self.body.closure {
            return match self.outer() {
                Some(outer) => outer.through_parts(path),
                None => path,
            };
        }
        let Some((PathStep::Field(name), rest)) = path.steps.split_first() else { return path };
        match self.field_of(local, *name, MAX_MOVES) {
            Some(place) => place.then_all(rest),
            None => path,
        }
    }

    /// The fields of what a local is, or points to, of which it is known where they lead.
    pub(super) fn parts_of(&self, local: LocalId) -> Vec<(Name, LockPath)> {
        let names = self.made_fields(local, MAX_MOVES).unwrap_or_default();
        let part = |name: Name| Some((name, self.field_of(local, name, MAX_MOVES)?));
        names.into_iter().filter_map(part).take(MAX_PARTS).collect()
    }

    /// The fields of the result that lead to what a caller can name.
    pub(super) fn result_parts(&self) -> Vec<(Name, LockPath)> {
        let is_outside =
            |path: &LockPath| matches!(path.root, Root::Param(_) | Root::Static(_) | Root::Lib(_));
        self.parts_of(LocalId(0)).into_iter().filter(|(_, path)| is_outside(path)).collect()
    }

    /// The fields that the literal or the constructor gives which a local is made by.
    fn made_fields(&self, local: LocalId, moves: u32) -> Option<Vec<Name>> {
        let moves = moves.checked_sub(1)?;
        if let Def::Assign(Rvalue::Aggregate(Aggregate::Adt(res, names), _)) = self.def(local)
            && !is_wrapper_res(res)
        {
            return Some(names.clone());
        }
        if let Def::Assign(Rvalue::Aggregate(Aggregate::Tuple, parts)) = self.def(local) {
            return Some((0..parts.len()).map(|n| Name::from(n.to_string().as_str())).collect());
        }
        if let Some((constructor, _)) = self.constructor(local) {
            return Some(self.returned_by(constructor)?.parts.into_iter().map(|(name, _)| name).collect());
        }
        self.made_fields(self.made_from(local)?, moves)
    }

    fn field_of(&self, local: LocalId, name: Name, moves: u32) -> Option<LockPath> {
        let moves = moves.checked_sub(1)?;
        match self.def(local) {
            Def::Assign(Rvalue::Aggregate(Aggregate::Adt(res, names), operands)) if !is_wrapper_res(res) => {
                let n = names.iter().position(|it| *it == name)?;
                self.operand_path(operands.get(n).filter(|it| self.points_elsewhere(it))?)
            }
            Def::Assign(Rvalue::Aggregate(Aggregate::Tuple, parts)) => {
                let part = parts.get(name.as_str().parse::<usize>().ok()?)?;
                self.operand_path(Some(part).filter(|it| self.points_elsewhere(it))?)
            }
            _ => match self.constructor(local) {
                Some((constructor, args)) => {
                    let returned = self.returned_by(constructor)?;
                    let (_, path) = returned.parts.iter().find(|(it, _)| *it == name)?;
                    let args: Vec<Option<LockPath>> = args.iter().map(|it| self.operand_path(it)).collect();
                    path.in_caller(&args)
                }
                None => self.field_of(self.made_from(local)?, name, moves),
            },
        }
    }

    /// Whether a value is a pointer: what is moved into a field as a whole is the field's own from then on.
    fn points_elsewhere(&self, operand: &Operand) -> bool {
        let (Operand::Copy(place) | Operand::Move(place)) = operand else {
            return matches!(operand, Operand::Item(Res::Static(_)));
        };
        let roles = self.roles();
        let is_pointer = |ty: &Type| matches!(ty, Type::Ref(..)) || roles.is_handle(ty);
        match self.model().place_ty_in(self.body, place) {
            Type::Lib(path, args) if path.as_str() == "std::option::Option" => {
                args.first().is_some_and(is_pointer)
            }
            ty => is_pointer(&ty),
        }
    }

    /// The function of the analysed code that gives a local its value, and its arguments.
    fn constructor(&self, local: LocalId) -> Option<(FnId, &[Operand])> {
        let (callee, args, awaited) = match self.def(local) {
            Def::Call(callee, args, _) => (callee, args, false),
            Def::Await(future) => {
                let (callee, args, _) = self.future_call(future)?;
                (callee, args, true)
            }
            Def::Assign(_) | Def::None | Def::Many => return None,
        };
        match callee {
            Callee::Fn(id) if self.model().fn_def(*id).is_async == awaited => Some((*id, args)),
            _ => None,
        }
    }

    /// The local that a local's value is another form of: moved, borrowed, wrapped in `Some` or put behind a handle.
    fn made_from(&self, local: LocalId) -> Option<LocalId> {
        let of_operand = |operand: &Operand| match operand {
            Operand::Copy(place) | Operand::Move(place) => whole_value(place),
            Operand::Lit(_) | Operand::Item(_) | Operand::Unit => None,
        };
        match self.def(local) {
            Def::Assign(Rvalue::Use(operand) | Rvalue::Cast(operand)) => of_operand(operand),
            Def::Assign(Rvalue::Ref(Mutability::Shared, place) | Rvalue::LibDeref(_, place)) => {
                whole_value(place)
            }
            Def::Assign(Rvalue::Aggregate(Aggregate::Adt(res, _), operands)) if is_wrapper_res(res) => {
                of_operand(operands.first()?)
            }
            Def::Call(Callee::Api(api), args, _) => {
                let effects = self.knowledge().effects(*api);
                let same = effects.same.or(effects.expects.map(|_| ArgRef::SelfArg));
                match same {
                    Some(same) => of_operand(argument(self.model(), *api, args, same)?),
                    None => of_operand(self.put_behind_handle(local, *api, args)?),
                }
            }
            Def::Assign(_) | Def::Call(..) | Def::Await(_) | Def::None | Def::Many => None,
        }
    }

    /// What `Arc::new`, `Box::new` and the like put behind a pointer: their only argument is what the result leads to.
    fn put_behind_handle<'o>(&self, local: LocalId, api: ApiId, args: &'o [Operand]) -> Option<&'o Operand> {
        let [only] = args else { return None };
        let (Operand::Copy(place) | Operand::Move(place)) = only else { return None };
        let roles = self.roles();
        let ty = &self.body.locals.get(local.0 as usize)?.ty;
        let Type::Lib(_, inner) = ty else { return None };
        let points = roles.is_handle(ty) || roles.owns_its_target(ty);
        let is_function = self.model().library.api(api).recv.is_none();
        let same = || inner.first() == Some(&self.model().place_ty_in(self.body, place));
        (points && is_function && same()).then_some(only)
    }
}

impl BodyFacts {
    /// The same as [`Defs::through_parts`], when the body is gone: for what callees do.
    pub(super) fn through_parts(&self, path: LockPath) -> LockPath {
        let (Root::Local(closure, local), Some((PathStep::Field(field), rest))) =
            (&path.root, path.steps.split_first())
        else {
            return path;
        };
        let part = self.each().into_iter().find(|it| it.closure == *closure);
        let mut made = part.into_iter().flat_map(|it| &it.made_parts);
        match made.find(|(of, name, _)| of == local && name == field) {
            Some((_, _, place)) => place.clone().then_all(rest),
            None => path,
        }
    }
}

/// A projection, seen past references and `Some`: they lead to the value itself.
fn past_wrappers(proj: &[Proj]) -> &[Proj] {
    match proj {
        [Proj::Deref, rest @ ..] => past_wrappers(rest),
        [Proj::Variant(name), rest @ ..] if is_wrapper(name.as_str()) => {
            past_wrappers(rest.get(1..).unwrap_or_default())
        }
        _ => proj,
    }
}

/// The local that a place is the value of, through references and `Some`.
fn whole_value(place: &Place) -> Option<LocalId> {
    let PlaceBase::Local(local) = place.base else { return None };
    past_wrappers(&place.proj).is_empty().then_some(local)
}

fn is_wrapper_res(res: &Res) -> bool {
    matches!(res, Res::LibVariant(_, name) if is_wrapper(name.as_str()))
}
