//! Method calls.

use super::Infer;
use super::item::Item;
use super::locals::Mark;
use super::probe::Probe;
use super::work::Work;
use crate::model::types::Type;
use crate::model::typing::Callee;
use crate::syntax::{ExprId, ExprKind, Name, TyId};

impl Infer<'_> {
    /// `recv.name::<tys>(args)`.
    pub fn method_call(
        &mut self,
        id: ExprId,
        recv: ExprId,
        name: Name,
        tys: &[TyId],
        args: &[ExprId],
        want: Option<&Type>,
    ) -> Type {
        let mut ty = self.expr(recv, None);
        if let Type::Infer(_) = self.shallow(&ty) {
            self.try_work();
            ty = self.shallow(&ty);
        }
        let turbofish: Vec<Type> = tys.iter().map(|ty| self.lower_ty(*ty)).collect();
        self.refuel();
        match self.probe(&ty, name, &turbofish) {
            Probe::Found(item, adjust) => {
                self.set_adjust(id, adjust);
                self.note_call(id, &item);
                let params = item.params.get(1..).unwrap_or(&[]);
                self.arguments(params, &item.ret, args, want);
                item.ret
            }
            Probe::Choice(list, self_ty, adjust) => {
                self.set_adjust(id, adjust);
                let types: Vec<Option<Type>> =
                    args.iter().map(|arg| (!self.is_closure(*arg)).then(|| self.expr(*arg, None))).collect();
                match self.choose(&list, &self_ty, name, &turbofish, &types) {
                    Some(item) => self.chosen(id, &item, args),
                    None => {
                        self.out.callees.insert(id, Callee::Unknown(name));
                        self.foreign_closures(args);
                        Type::Unknown
                    }
                }
            }
            Probe::No => {
                self.out.callees.insert(id, Callee::Unknown(name));
                self.foreign_arguments(args);
                Type::Unknown
            }
            Probe::Later => {
                for arg in args {
                    if !self.is_closure(*arg) {
                        self.expr(*arg, None);
                    }
                }
                self.work.push(Work::Method(id, self.locals.mark()));
                self.pending()
            }
        }
    }

    /// Tries a method call again, its arguments but the closures having been read.
    pub fn retry_method(&mut self, id: ExprId, mark: Mark) -> bool {
        let arena = self.arena;
        let ExprKind::MethodCall { recv, name, tys, args, .. } = &arena[id].kind else { return true };
        let ty = self.ty_of(*recv);
        if let Type::Infer(_) = ty {
            return false;
        }
        let turbofish: Vec<Type> = tys.iter().map(|ty| self.lower_ty(*ty)).collect();
        match self.probe(&ty, *name, &turbofish) {
            Probe::Later => false,
            Probe::No => {
                self.give_up_method(id, mark);
                true
            }
            Probe::Found(item, adjust) => {
                self.set_adjust(id, adjust);
                self.settle_method(id, &item, args, mark);
                true
            }
            Probe::Choice(list, self_ty, adjust) => {
                self.set_adjust(id, adjust);
                let types: Vec<Option<Type>> =
                    args.iter().map(|arg| (!self.is_closure(*arg)).then(|| self.ty_of(*arg))).collect();
                match self.choose(&list, &self_ty, *name, &turbofish, &types) {
                    Some(item) => self.settle_method(id, &item, args, mark),
                    None => self.give_up_method(id, mark),
                }
                true
            }
        }
    }

    fn chosen(&mut self, id: ExprId, item: &Item, args: &[ExprId]) -> Type {
        self.note_call(id, item);
        self.read_arguments(item.params.get(1..).unwrap_or(&[]), args);
        item.ret.clone()
    }

    fn settle_method(&mut self, id: ExprId, item: &Item, args: &[ExprId], mark: Mark) {
        let result = self.ty_of(id);
        self.table.settle(&result, &item.ret);
        let here = self.locals.mark();
        self.locals.go_to(mark);
        self.chosen(id, item, args);
        self.locals.go_to(here);
    }

    fn foreign_closures(&mut self, args: &[ExprId]) {
        for arg in args {
            if self.is_closure(*arg) {
                self.expr(*arg, Some(&Type::Unknown));
            }
        }
    }

    /// The receiver is not known after all: the closures are read for what they say themselves.
    pub fn give_up_method(&mut self, id: ExprId, mark: Mark) {
        let arena = self.arena;
        let ExprKind::MethodCall { name, args, .. } = &arena[id].kind else { return };
        self.out.callees.insert(id, Callee::Unknown(*name));
        let here = self.locals.mark();
        self.locals.go_to(mark);
        self.foreign_closures(args);
        self.locals.go_to(here);
    }
}
