//! Closures and async blocks.

use super::bounds::Got;
use super::{Frame, Infer};
use crate::model::types::{ClosureId, FnKind, Type};
use crate::syntax::{BlockId, ExprId, PatId, TyId};
use std::sync::Arc;

/// A closure expression's parts.
pub(super) struct Closure<'t> {
    pub params: &'t [(PatId, Option<TyId>)],
    pub ret: Option<TyId>,
    pub body: ExprId,
    pub is_async: bool,
}

impl Infer<'_> {
    /// `|params| body`. What is wanted says what the parameters are; for an unknown callee they are not known either.
    pub fn closure(&mut self, id: ExprId, closure: &Closure<'_>, want: Option<&Type>) -> Type {
        let want = want.map(|ty| self.shallow(ty));
        let foreign = want == Some(Type::Unknown);
        let (wanted_params, wanted_ret) = match want.as_ref().and_then(|ty| self.wanted_call(ty)) {
            Some((params, ret)) => (params, ret),
            None => (Vec::new(), None),
        };
        let mark = self.locals.mark();
        let diverged = std::mem::replace(&mut self.diverges, false);
        let mut parts = Vec::with_capacity(closure.params.len() + 1);
        for (i, (pat, ty)) in closure.params.iter().enumerate() {
            let wanted = wanted_params.get(i);
            let ty = match (ty, wanted) {
                (Some(ty), wanted) => {
                    let ty = self.lower_ty(*ty);
                    if let Some(wanted) = wanted {
                        self.unify(&ty, wanted);
                    }
                    ty
                }
                (None, Some(wanted)) => wanted.clone(),
                (None, None) if foreign => Type::Unknown,
                (None, None) => self.fresh(),
            };
            self.pattern(*pat, &ty);
            parts.push(ty);
        }
        let out = self.closure_result(closure, wanted_ret);
        self.frames.push(Frame { ret: out.clone(), targets: Vec::new() });
        self.expr_coerced(closure.body, &out);
        self.frames.pop();
        self.diverges = diverged;
        self.locals.go_to(mark);
        parts.push(if closure.is_async {
            Type::Future(Some(ClosureId(id.0)), Arc::new(out))
        } else {
            self.or_never(closure.body, out)
        });
        Type::Closure(ClosureId(id.0), parts.into())
    }

    /// What the body gives (for an async closure, when awaited).
    fn closure_result(&mut self, closure: &Closure<'_>, wanted: Option<Type>) -> Type {
        let wanted = match wanted {
            Some(ty) if closure.is_async => match self.await_output(&ty) {
                Got::Yes(out) => Some(out),
                Got::No | Got::Later => None,
            },
            wanted => wanted,
        };
        match (closure.ret, wanted) {
            (Some(ty), wanted) => {
                let ty = self.lower_ty(ty);
                if let Some(wanted) = wanted {
                    self.unify(&ty, &wanted);
                }
                ty
            }
            (None, Some(wanted)) if self.shallow(&wanted) != Type::Unknown => wanted,
            (None, _) => self.fresh(),
        }
    }

    /// A body that only diverges gives `!`, if nothing else is wanted.
    fn or_never(&mut self, body: ExprId, out: Type) -> Type {
        let free = matches!(self.shallow(&out), Type::Infer(_));
        if free && self.ty_of(body) == Type::Never { Type::Never } else { out }
    }

    /// `async { .. }`.
    pub fn async_block(&mut self, id: ExprId, block: BlockId, want: Option<&Type>) -> Type {
        let out = match want.map(|ty| self.shallow(ty)) {
            Some(Type::Fn(FnKind::Impl | FnKind::Dyn | FnKind::Pointer, _) | Type::Unknown) | None => {
                self.fresh()
            }
            Some(want) => match self.await_output(&want) {
                Got::Yes(out) if self.shallow(&out) != Type::Unknown => out,
                Got::Yes(_) | Got::No | Got::Later => self.fresh(),
            },
        };
        let diverged = std::mem::replace(&mut self.diverges, false);
        self.frames.push(Frame { ret: out.clone(), targets: Vec::new() });
        let ty = self.block(block, Some(&out));
        self.coerce(&ty, &out);
        self.frames.pop();
        self.diverges = diverged;
        Type::Future(Some(ClosureId(id.0)), Arc::new(out))
    }
}
