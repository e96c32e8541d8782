//! Blocks, branches, loops, and what leaves them.

use super::bounds::Got;
use super::lang::lib;
use super::{Infer, Target};
use crate::model::types::{FnKind, Type};
use crate::syntax::{Arm, Block, BlockId, BlockMode, ExprId, ExprKind, Name, PatId, SelectBranch, StmtKind};

impl Infer<'_> {
    /// A block's type.
    pub fn block(&mut self, id: BlockId, want: Option<&Type>) -> Type {
        let arena = self.arena;
        let Some(block) = arena.blocks.get(id.0 as usize) else { return Type::Unknown };
        let mark = self.locals.mark();
        let diverged = std::mem::replace(&mut self.diverges, false);
        for stmt in &block.stmts {
            // What stands under a condition may be absent, so that it ends nothing.
            let before = self.diverges;
            self.statement(&stmt.kind);
            if !stmt.cfg.is_always() {
                self.diverges = before;
            }
            self.try_work();
        }
        let ty = match block.tail {
            Some(tail) => self.expr(tail, want),
            None if self.diverges => Type::Never,
            // A macro at the end may be what returns.
            None if self.ends_opaque(block) => Type::Unknown,
            None => Type::unit(),
        };
        self.diverges |= diverged;
        self.locals.go_to(mark);
        ty
    }

    fn ends_opaque(&self, block: &Block) -> bool {
        match block.stmts.last().map(|stmt| &stmt.kind) {
            Some(StmtKind::Expr(expr)) => matches!(self.arena[*expr].kind, ExprKind::Opaque { .. }),
            Some(StmtKind::Let { .. }) | None => false,
        }
    }

    fn statement(&mut self, stmt: &StmtKind) {
        match stmt {
            StmtKind::Let { pat, ty, init, els } => {
                let written = ty.map(|ty| self.lower_ty(ty));
                let ty = match (&written, init) {
                    (Some(ty), Some(init)) => {
                        let found = self.expr_coerced(*init, ty);
                        self.best_of(ty, &found)
                    }
                    (Some(ty), None) => ty.clone(),
                    (None, Some(init)) => self.expr(*init, None),
                    (None, None) => self.fresh(),
                };
                if let Some(els) = els {
                    let diverged = self.diverges;
                    self.block(*els, Some(&Type::Never));
                    self.diverges = diverged;
                }
                self.pattern(*pat, &ty);
            }
            StmtKind::Expr(expr) => {
                self.expr(*expr, None);
            }
        }
    }

    /// The written type, unless it says nothing.
    fn best_of(&self, written: &Type, found: &Type) -> Type {
        if self.shallow(written) == Type::Unknown { found.clone() } else { written.clone() }
    }

    /// A block as an expression.
    pub fn block_expr(
        &mut self,
        label: Option<Name>,
        block: BlockId,
        mode: BlockMode,
        want: Option<&Type>,
    ) -> Type {
        match mode {
            BlockMode::Try => {
                // Whether it gives an `Option` or a `Result` only its place says.
                self.block(block, None);
                want.cloned().unwrap_or(Type::Unknown)
            }
            BlockMode::Plain | BlockMode::Const => {
                if label.is_none() {
                    return self.block(block, want);
                }
                let result = self.result_of(want);
                self.enter(label, Some(result.clone()), false);
                let diverged = self.diverges;
                let ty = self.block(block, Some(&result));
                self.coerce(&ty, &result);
                let left = self.leave();
                if left {
                    self.diverges = diverged;
                }
                if left || self.shallow(&ty) != Type::Never { result } else { Type::Never }
            }
        }
    }

    fn result_of(&mut self, want: Option<&Type>) -> Type {
        match want.map(|ty| self.shallow(ty)) {
            Some(ty) if ty != Type::Unknown && !has_hidden(&ty) => ty,
            _ => self.fresh(),
        }
    }

    fn enter(&mut self, label: Option<Name>, ty: Option<Type>, is_loop: bool) {
        if let Some(frame) = self.frames.last_mut() {
            frame.targets.push(Target { label, ty, is_loop, left: false });
        }
    }

    /// Ends the innermost loop or labelled block; says whether a `break` leaves it.
    fn leave(&mut self) -> bool {
        self.frames.last_mut().and_then(|frame| frame.targets.pop()).is_some_and(|target| target.left)
    }

    /// `if`.
    pub fn if_expr(&mut self, cond: ExprId, then: BlockId, els: Option<ExprId>, want: Option<&Type>) -> Type {
        let mark = self.locals.mark();
        self.expr_coerced(cond, &Type::prim("bool"));
        let before = self.diverges;
        let first = self.block(then, if els.is_some() { want } else { None });
        self.locals.go_to(mark);
        let then_diverges = std::mem::replace(&mut self.diverges, before);
        let Some(els) = els else { return Type::unit() };
        let second = self.branch(els, want, &first);
        self.diverges = before || then_diverges && self.diverges;
        self.branches(&first, &second, want)
    }

    /// A later branch: what the earlier ones gave is a hint for it.
    fn branch(&mut self, id: ExprId, want: Option<&Type>, so_far: &Type) -> Type {
        match want {
            Some(_) => self.expr(id, want),
            None => {
                let so_far = self.shallow(so_far);
                let hint = if matches!(so_far, Type::Never | Type::Unknown) { None } else { Some(&so_far) };
                self.expr(id, hint)
            }
        }
    }

    /// The type of two branches. Each coerces by itself to what is wanted.
    fn branches(&mut self, a: &Type, b: &Type, want: Option<&Type>) -> Type {
        if let Some(want) = want.map(|ty| self.shallow(ty))
            && !matches!(want, Type::Infer(_) | Type::Unknown | Type::Never)
            && self.shallow(a) != Type::Never
            && self.shallow(b) != Type::Never
            && !has_hidden(&want)
        {
            self.coerce(a, &want);
            self.coerce(b, &want);
            // Hints are not promises: if neither is of the wanted type, they are of their own.
            return if self.table.can_unify(a, b) { self.join(a, b) } else { want };
        }
        self.join(a, b)
    }

    /// `let p = e` as a condition.
    pub fn let_expr(&mut self, pat: PatId, expr: ExprId) -> Type {
        let ty = self.expr(expr, None);
        self.pattern(pat, &ty);
        Type::prim("bool")
    }

    /// `match`.
    pub fn match_expr(&mut self, scrutinee: ExprId, arms: &[Arm], want: Option<&Type>) -> Type {
        let of = self.expr(scrutinee, None);
        let before = self.diverges;
        let mut all_diverge = true;
        let mut ty = Type::Never;
        for arm in arms {
            let mark = self.locals.mark();
            self.pattern(arm.pat, &of);
            self.diverges = before;
            if let Some(guard) = arm.guard {
                self.expr_coerced(guard, &Type::prim("bool"));
                self.diverges = before;
            }
            let found = self.branch(arm.body, want, &ty);
            all_diverge &= self.diverges;
            ty = self.branches(&ty, &found, want);
            self.locals.go_to(mark);
        }
        self.diverges = before || all_diverge;
        if arms.is_empty() { Type::Never } else { ty }
    }

    /// `while`.
    pub fn while_expr(&mut self, label: Option<Name>, cond: ExprId, body: BlockId) -> Type {
        let mark = self.locals.mark();
        self.enter(label, None, true);
        self.expr_coerced(cond, &Type::prim("bool"));
        let before = self.diverges;
        self.block(body, None);
        self.diverges = before;
        self.leave();
        self.locals.go_to(mark);
        Type::unit()
    }

    /// `loop`.
    pub fn loop_expr(&mut self, label: Option<Name>, body: BlockId, want: Option<&Type>) -> Type {
        let result = self.result_of(want);
        let before = self.diverges;
        self.enter(label, Some(result.clone()), true);
        self.block(body, None);
        self.diverges = before;
        if self.leave() { result } else { Type::Never }
    }

    /// `for`.
    pub fn for_expr(
        &mut self,
        label: Option<Name>,
        pat: PatId,
        iter: ExprId,
        body: BlockId,
        is_await: bool,
    ) -> Type {
        let of = self.expr(iter, None);
        let item = if is_await { Type::Unknown } else { self.item_or_wait(&of) };
        let mark = self.locals.mark();
        let before = self.diverges;
        self.enter(label, None, true);
        self.pattern(pat, &item);
        self.block(body, None);
        self.leave();
        self.diverges = before;
        self.locals.go_to(mark);
        Type::unit()
    }

    fn item_or_wait(&mut self, of: &Type) -> Type {
        match self.into_iter_item(of) {
            Got::Yes(item) => item,
            Got::No => Type::Unknown,
            Got::Later => {
                self.try_work();
                match self.into_iter_item(of) {
                    Got::Yes(item) => item,
                    Got::No => Type::Unknown,
                    Got::Later => {
                        let var = self.pending();
                        let trait_ = Some(crate::model::types::TraitRef::Lib(self.lang.into_iterator));
                        self.work.push(super::work::Work::Project {
                            var: var.clone(),
                            base: of.clone(),
                            trait_,
                            name: self.lang.item,
                        });
                        var
                    }
                }
            }
        }
    }

    /// `break`.
    pub fn break_expr(&mut self, label: Option<Name>, value: Option<ExprId>) -> Type {
        let position = self.frames.last().and_then(|frame| match label {
            Some(label) => frame.targets.iter().rposition(|target| target.label == Some(label)),
            None => frame.targets.iter().rposition(|target| target.is_loop),
        });
        let result = position.and_then(|i| {
            self.frames.last().and_then(|frame| frame.targets.get(i)).and_then(|target| target.ty.clone())
        });
        match (value, &result) {
            (Some(value), Some(result)) => {
                self.expr_coerced(value, result);
            }
            (Some(value), None) => {
                self.expr(value, None);
            }
            (None, Some(result)) => {
                self.coerce(&Type::unit(), result);
            }
            (None, None) => {}
        }
        if let Some(target) =
            position.and_then(|i| self.frames.last_mut().and_then(|frame| frame.targets.get_mut(i)))
        {
            target.left = true;
        }
        Type::Never
    }

    /// `return`.
    pub fn return_expr(&mut self, value: Option<ExprId>) -> Type {
        let ret = self.frames.last().map_or(Type::Unknown, |frame| frame.ret.clone());
        match value {
            Some(value) => {
                self.expr_coerced(value, &ret);
            }
            None => self.coerce(&Type::unit(), &ret),
        }
        Type::Never
    }

    /// `expr?`.
    pub fn try_expr(&mut self, id: ExprId, inner: ExprId, want: Option<&Type>) -> Type {
        // `x.parse()?` is wanted to give `want`; which of `Option` and `Result` it is, is not known here.
        let _ = want;
        self.expr(inner, None);
        let got = self.try_ty(inner);
        self.or_wait(id, got)
    }

    /// What `?` takes out.
    pub fn try_ty(&mut self, inner: ExprId) -> Got<Type> {
        match self.ty_of(inner) {
            Type::Infer(_) => Got::Later,
            Type::Lib(path, args) if path == self.lang.option || path == self.lang.result => {
                args.first().cloned().map_or(Got::No, Got::Yes)
            }
            Type::Lib(path, args) if path == self.lang.poll => {
                match args.first().map(|ty| self.shallow(ty)) {
                    Some(Type::Lib(inner, args)) if inner == self.lang.result => {
                        args.first().cloned().map_or(Got::No, |ty| Got::Yes(lib(path, [ty])))
                    }
                    _ => Got::No,
                }
            }
            _ => Got::No,
        }
    }

    /// `expr.await`.
    pub fn await_expr(&mut self, id: ExprId, inner: ExprId) -> Type {
        let ty = self.expr(inner, None);
        let got = self.await_output(&ty);
        self.or_wait(id, got)
    }

    fn awaited(&mut self, future: ExprId) -> Type {
        let ty = self.expr(future, None);
        match self.await_output(&ty) {
            Got::Yes(ty) => ty,
            Got::No | Got::Later => Type::Unknown,
        }
    }

    /// `select!`.
    pub fn select(&mut self, branches: &[SelectBranch], els: Option<ExprId>, want: Option<&Type>) -> Type {
        let mut outputs = Vec::with_capacity(branches.len());
        for branch in branches {
            if let Some(cond) = branch.cond {
                self.expr_coerced(cond, &Type::prim("bool"));
            }
            outputs.push(self.awaited(branch.future));
        }
        let before = self.diverges;
        let mut all_diverge = true;
        let mut ty = Type::Never;
        for (branch, output) in branches.iter().zip(&outputs) {
            let mark = self.locals.mark();
            self.diverges = before;
            self.pattern(branch.pat, output);
            let found = self.branch(branch.handler, want, &ty);
            all_diverge &= self.diverges;
            ty = self.branches(&ty, &found, want);
            self.locals.go_to(mark);
        }
        if let Some(els) = els {
            self.diverges = before;
            let found = self.branch(els, want, &ty);
            all_diverge &= self.diverges;
            ty = self.branches(&ty, &found, want);
        }
        self.diverges = before || all_diverge;
        ty
    }

    /// `join!`, `try_join!`.
    pub fn join_futures(&mut self, futures: &[ExprId], is_try: bool) -> Type {
        let outputs: Vec<Type> = futures.iter().map(|future| self.awaited(*future)).collect();
        if !is_try {
            return Type::Tuple(outputs.into());
        }
        let mut error = Type::Unknown;
        let values: Vec<Type> = outputs
            .iter()
            .map(|ty| match self.shallow(ty) {
                Type::Lib(path, args) if path == self.lang.result => {
                    error = args.get(1).cloned().unwrap_or(Type::Unknown);
                    args.first().cloned().unwrap_or(Type::Unknown)
                }
                _ => Type::Unknown,
            })
            .collect();
        lib(self.lang.result, [Type::Tuple(values.into()), error])
    }
}

/// Whether a wanted type hides the one that is there.
fn has_hidden(ty: &Type) -> bool {
    matches!(ty, Type::Opaque(..) | Type::Fn(FnKind::Impl | FnKind::Dyn, _))
}
