//! Calls of functions, constructors and values.

use super::Infer;
use super::bounds::Got;
use super::item::{Item, Meaning};
use super::work::Work;
use crate::model::items::ImplId;
use crate::model::types::{FnId, Type};
use crate::model::typing::{Callee, Res};
use crate::syntax::{ExprId, ExprKind, Name, Path};

impl Infer<'_> {
    /// `callee(args)`.
    pub fn call(&mut self, id: ExprId, callee: ExprId, args: &[ExprId], want: Option<&Type>) -> Type {
        let arena = self.arena;
        let ExprKind::Path(path) = &arena[callee].kind else {
            let ty = self.expr(callee, None);
            return self.call_value(id, &ty, args, want);
        };
        match self.path_meaning(path, false) {
            Meaning::Item(item) => self.call_item(id, callee, item, args, want),
            Meaning::Value(ty, res) => self.call_named_value(id, callee, path, (ty, res), args, want),
            Meaning::Choice(base, list) => self.call_choice(id, callee, &base, &list, args),
            Meaning::Unknown => {
                self.set_res(callee, Res::Unknown);
                self.call_unknown(id, last_name(path), args)
            }
        }
    }

    fn call_named_value(
        &mut self,
        id: ExprId,
        callee: ExprId,
        path: &Path,
        (ty, res): (Type, Res),
        args: &[ExprId],
        want: Option<&Type>,
    ) -> Type {
        let is_value = matches!(res, Res::Local(_) | Res::SelfValue | Res::Static(_));
        self.set_res(callee, res);
        let ty = self.set_ty(callee, ty);
        if is_value || self.shallow(&ty) != Type::Unknown {
            return self.call_value(id, &ty, args, want);
        }
        self.call_unknown(id, last_name(path), args)
    }

    /// Calls an item that a path names.
    pub fn call_item(
        &mut self,
        id: ExprId,
        callee: ExprId,
        item: Item,
        args: &[ExprId],
        want: Option<&Type>,
    ) -> Type {
        self.set_res(callee, item.res.clone());
        let ty = self.item_ty(&item);
        self.set_ty(callee, ty);
        self.note_call(id, &item);
        self.arguments(&item.params, &item.ret, args, want);
        item.ret
    }

    /// Notes what a call calls.
    pub fn note_call(&mut self, id: ExprId, item: &Item) {
        self.out.callees.insert(id, item.callee.clone());
        self.note_trait_use(id, item, false);
        if let Callee::Fn(_) | Callee::TraitFn { .. } = item.callee {
            self.out.call_substs.insert(id, item.substs.0.clone());
        }
    }

    /// Calls a function of one of several impls (`T::from(x)`): the arguments are read first and choose.
    fn call_choice(
        &mut self,
        id: ExprId,
        callee: ExprId,
        base: &Type,
        list: &[(ImplId, FnId)],
        args: &[ExprId],
    ) -> Type {
        let types: Vec<Option<Type>> =
            args.iter().map(|arg| (!self.is_closure(*arg)).then(|| self.expr(*arg, None))).collect();
        let mut chosen = None;
        for (imp, f) in list {
            let attempt = self.attempt_start();
            let item = self.impl_item(*imp, *f, base, &[]);
            let fits = types
                .iter()
                .zip(&item.params)
                .all(|(ty, param)| ty.as_ref().is_none_or(|ty| self.table.unify(ty, param)));
            self.forget(attempt);
            if fits {
                chosen = Some((*imp, *f));
                break;
            }
        }
        let item = match chosen {
            Some((imp, f)) => self.impl_item(imp, f, base, &[]),
            None => {
                let name = list.first().map_or(self.lang.self_param, |(_, f)| self.model.fn_def(*f).name);
                let Meaning::Item(item) = self.other_meaning(base, None, name, &[]) else {
                    return self.chosen_by_none(id, callee, name, args);
                };
                item
            }
        };
        self.set_res(callee, item.res.clone());
        let ty = self.item_ty(&item);
        self.set_ty(callee, ty);
        self.note_call(id, &item);
        self.read_arguments(&item.params, args);
        item.ret
    }

    fn chosen_by_none(&mut self, id: ExprId, callee: ExprId, name: Name, args: &[ExprId]) -> Type {
        self.set_res(callee, Res::Unknown);
        self.out.callees.insert(id, Callee::Unknown(name));
        for arg in args {
            if self.is_closure(*arg) {
                self.expr(*arg, Some(&Type::Unknown));
            }
        }
        Type::Unknown
    }

    fn call_unknown(&mut self, id: ExprId, name: Name, args: &[ExprId]) -> Type {
        self.out.callees.insert(id, Callee::Unknown(name));
        self.foreign_arguments(args);
        Type::Unknown
    }

    /// Arguments of something that we do not know.
    pub fn foreign_arguments(&mut self, args: &[ExprId]) {
        for arg in args {
            self.expr(*arg, Some(&Type::Unknown));
        }
    }

    /// Calls a value.
    fn call_value(&mut self, id: ExprId, ty: &Type, args: &[ExprId], want: Option<&Type>) -> Type {
        let callee = match self.shallow(ty) {
            Type::FnItem(f) => Callee::Fn(f),
            _ => Callee::Value,
        };
        self.out.callees.insert(id, callee);
        match self.callable(ty) {
            Got::Yes((params, ret)) => {
                self.arguments(&params, &ret, args, want);
                ret
            }
            Got::No => {
                self.foreign_arguments(args);
                Type::Unknown
            }
            Got::Later => {
                for arg in args {
                    self.expr(*arg, None);
                }
                // Its closures are read: what is called decides too late to help them.
                self.work.push(Work::Call(id));
                self.pending()
            }
        }
    }

    /// Tries a call of a value again, its arguments having been read.
    pub fn retry_call(&mut self, id: ExprId) -> bool {
        let arena = self.arena;
        let ExprKind::Call { callee, args } = &arena[id].kind else { return true };
        let ty = self.ty_of(*callee);
        match self.callable(&ty) {
            Got::Later => false,
            Got::No => true,
            Got::Yes((params, ret)) => {
                self.give_arguments(&params, args);
                let result = self.ty_of(id);
                self.table.settle(&result, &ret);
                true
            }
        }
    }

    /// Reads arguments against parameters: closures last, when the others have said what there is to know.
    pub fn arguments(&mut self, params: &[Type], ret: &Type, args: &[ExprId], want: Option<&Type>) {
        let hints = self.hints(params, ret, want);
        let hint_of =
            |i: usize| hints.as_ref().map_or(params, |hints| hints).get(i).cloned().unwrap_or(Type::Unknown);
        for (i, arg) in args.iter().enumerate() {
            if !self.is_closure(*arg) {
                self.argument(*arg, params.get(i), &hint_of(i));
            }
        }
        self.try_work();
        let mut any = false;
        for (i, arg) in args.iter().enumerate() {
            if self.is_closure(*arg) {
                self.argument(*arg, params.get(i), &hint_of(i));
                self.try_work();
                any = true;
            }
        }
        if any {
            self.try_work();
        }
    }

    fn argument(&mut self, arg: ExprId, param: Option<&Type>, hint: &Type) {
        let ty = self.expr(arg, Some(hint));
        if let Some(param) = param {
            self.coerce(&ty, param);
        }
    }

    /// Gives arguments that were read, closures too, to parameters.
    fn give_arguments(&mut self, params: &[Type], args: &[ExprId]) {
        for (arg, param) in args.iter().zip(params) {
            let ty = self.ty_of(*arg);
            self.coerce(&ty, param);
        }
    }

    /// As [`Infer::arguments`], for arguments of which all but the closures have been read.
    pub fn read_arguments(&mut self, params: &[Type], args: &[ExprId]) {
        for (arg, param) in args.iter().zip(params) {
            if !self.is_closure(*arg) {
                let ty = self.ty_of(*arg);
                self.coerce(&ty, param);
            }
        }
        self.try_work();
        for (i, arg) in args.iter().enumerate() {
            if self.is_closure(*arg) {
                let param = params.get(i).cloned().unwrap_or(Type::Unknown);
                self.argument(*arg, Some(&param), &param);
                self.try_work();
            }
        }
    }

    /// What the wanted result says of the arguments. These are hints only: the result may still be coerced to what is wanted.
    fn hints(&mut self, params: &[Type], ret: &Type, want: Option<&Type>) -> Option<Vec<Type>> {
        let want =
            want.map(|ty| self.shallow(ty)).filter(|ty| !matches!(ty, Type::Infer(_) | Type::Unknown))?;
        let snapshot = self.table.snapshot();
        let hints =
            self.table.unify(ret, &want).then(|| params.iter().map(|ty| self.table.deep(ty)).collect());
        self.table.rollback(snapshot);
        hints
    }

    /// Whether an argument waits for the others.
    pub fn is_closure(&self, id: ExprId) -> bool {
        matches!(self.arena[id].kind, ExprKind::Closure { .. })
    }
}

/// The name under which an unknown function is called.
pub(super) fn last_name(path: &Path) -> Name {
    path.segments.last().map_or_else(|| Name::from(""), |segment| segment.name)
}
