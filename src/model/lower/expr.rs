//! Expressions as values: into a destination, or as an operand.

use super::Builder;
use crate::model::body::{
    Aggregate, AwaitKind, Lives, LocalId, LocalKind, Operand, Place, Proj, Rvalue, StepKind, SwitchWhy,
    Terminator, Test,
};
use crate::model::types::{Mutability, Type};
use crate::model::typing::Res;
use crate::source::TextRange;
use crate::syntax::{BinOp, BlockMode, ExprId, ExprKind, FormatKind, Name, PatId};

impl Builder<'_> {
    /// Evaluates for the effects: a path as a statement moves its value, which is then dropped.
    pub(super) fn discard(&mut self, expr: ExprId) {
        if self.is_place(expr) && matches!(self.tree.arena[expr].kind, ExprKind::Path(_)) {
            let ty = self.ty(expr);
            let place = self.place(expr, Mutability::Shared);
            if !self.is_copy(&ty) {
                let temp = Place::local(self.temp(ty, self.tree.arena[expr].range));
                self.assign(temp, Rvalue::Use(Operand::Move(place)), self.tree.arena[expr].range);
            }
            return;
        }
        self.value_place(expr);
    }

    /// An operand of a larger expression, evaluated here and now.
    pub(super) fn operand(&mut self, expr: ExprId) -> Operand {
        match &self.tree.arena[expr].kind {
            ExprKind::Lit(lit) => return Operand::Lit(lit.clone()),
            ExprKind::Path(_) if !self.is_place(expr) => return self.item(expr),
            ExprKind::Tuple(parts) if parts.is_empty() => return Operand::Unit,
            _ => {}
        }
        let ty = self.ty(expr);
        if self.is_place(expr) {
            let place = self.place(expr, Mutability::Shared);
            if self.is_copy(&ty) {
                return Operand::Copy(place);
            }
            // Moved now: what a later operand does to the variable does not matter.
            let range = self.tree.arena[expr].range;
            let temp = self.new_local(None, ty, range, LocalKind::Temporary, self.temp_lives);
            self.assign(Place::local(temp), Rvalue::Use(Operand::Move(place)), range);
            self.schedule(self.operand_scope, temp);
            return Operand::Move(Place::local(temp));
        }
        let temp = self.value_in(expr, self.operand_scope);
        self.consume(Place::local(temp), &ty)
    }

    /// A path that names no storage: a function, a constructor, a constant.
    fn item(&self, expr: ExprId) -> Operand {
        Operand::Item(self.typing.paths.get(&expr).cloned().unwrap_or(Res::Unknown))
    }

    /// Evaluates `expr` and stores its value in `dest`, which holds none.
    pub(super) fn into(&mut self, dest: Place, expr: ExprId) {
        let scope = self.push_scope(Lives::Statement);
        let saved = std::mem::replace(&mut self.operand_scope, scope);
        self.evaluate(dest, expr);
        self.operand_scope = saved;
        // Nothing is dropped here: the operands were moved.
        self.scopes.truncate(scope);
    }

    fn evaluate(&mut self, dest: Place, expr: ExprId) {
        let tree = self.tree;
        let range = tree.arena[expr].range;
        match &tree.arena[expr].kind {
            ExprKind::Lit(_) | ExprKind::Path(_) | ExprKind::Field { .. } | ExprKind::Index { .. } => {
                self.use_into(dest, expr, range);
            }
            ExprKind::Unary { op: crate::syntax::UnOp::Deref, .. } => self.use_into(dest, expr, range),
            ExprKind::Unary { op, expr: inner } => {
                let value = self.operand(*inner);
                match self.typing.overloaded.get(&expr).cloned() {
                    Some(callee) => self.call(dest, callee, vec![value], expr, range),
                    None => self.assign(dest, Rvalue::Unary(*op, value), range),
                }
            }
            ExprKind::Call { callee, args } => self.call_expr(dest, expr, *callee, args),
            ExprKind::MethodCall { recv, name, name_range, args, .. } => {
                self.method_call(dest, expr, *recv, *name, *name_range, args);
            }
            ExprKind::Binary { op: BinOp::And | BinOp::Or, .. } => self.lazy_value(dest, expr),
            ExprKind::Binary { op, lhs, rhs } => self.binary(dest, expr, *op, *lhs, *rhs),
            ExprKind::Assign { lhs, rhs } => {
                self.assignment(*lhs, *rhs, range);
                self.assign(dest, Rvalue::Use(Operand::Unit), range);
            }
            ExprKind::AssignOp { op, lhs, rhs } => {
                self.assign_op(expr, *op, *lhs, *rhs);
                self.assign(dest, Rvalue::Use(Operand::Unit), range);
            }
            ExprKind::Ref { mutable, raw, expr: inner } => {
                let mutability = if *mutable { Mutability::Mut } else { Mutability::Shared };
                let place = self.place(*inner, mutability);
                let value = if *raw { Rvalue::RawRef(place) } else { Rvalue::Ref(mutability, place) };
                self.assign(dest, value, range);
            }
            ExprKind::Cast { expr: inner, .. } => {
                let value = self.operand(*inner);
                self.assign(dest, Rvalue::Cast(value), range);
            }
            ExprKind::Range { lo, hi, .. } => {
                let ends: Vec<ExprId> = lo.iter().chain(hi).copied().collect();
                let values = self.operands(&ends);
                self.assign(dest, Rvalue::Aggregate(Aggregate::Range, values), range);
            }
            ExprKind::Tuple(parts) => {
                let values = self.operands(parts);
                self.assign(dest, Rvalue::Aggregate(Aggregate::Tuple, values), range);
            }
            ExprKind::Array(parts) => {
                let values = self.operands(parts);
                self.assign(dest, Rvalue::Aggregate(Aggregate::Array, values), range);
            }
            ExprKind::Repeat { elem, .. } => {
                let value = self.operand(*elem);
                self.assign(dest, Rvalue::Aggregate(Aggregate::Array, vec![value]), range);
            }
            ExprKind::Struct { fields, base, .. } => self.struct_literal(dest, expr, fields, *base),
            ExprKind::Block { label: None, block, mode: BlockMode::Plain } => self.block(dest, *block),
            ExprKind::Block { mode: BlockMode::Const, .. } => self.assign(dest, Rvalue::Unknown, range),
            ExprKind::Block { label, block, mode } => self.labelled_block(dest, *label, *block, *mode),
            ExprKind::Async { block, by_move } => self.async_block(dest, expr, *block, *by_move),
            ExprKind::Closure { params, body, by_move, is_async, .. } => {
                let params: Vec<PatId> = params.iter().map(|&(pat, _)| pat).collect();
                self.closure(dest, expr, &params, *body, *by_move, *is_async);
            }
            ExprKind::If { cond, then, els } => {
                if els.is_none() {
                    self.assign(dest.clone(), Rvalue::Use(Operand::Unit), range);
                }
                self.if_expr(dest, expr, *cond, *then, *els);
            }
            ExprKind::Let { .. } => self.lazy_value(dest, expr),
            ExprKind::Match { scrutinee, arms } => self.match_expr(dest, *scrutinee, arms),
            ExprKind::While { label, cond, body } => {
                self.while_expr(*label, *cond, *body);
                self.assign(dest, Rvalue::Use(Operand::Unit), range);
            }
            ExprKind::Loop { label, body } => self.loop_expr(dest, *label, *body),
            ExprKind::For { label, pat, iter, body, is_await } => {
                self.for_expr(*label, *pat, *iter, *body, *is_await);
                self.assign(dest, Rvalue::Use(Operand::Unit), range);
            }
            ExprKind::Break { label, expr } => self.break_expr(*label, *expr),
            ExprKind::Continue { label } => self.continue_expr(*label),
            ExprKind::Return(value) => self.return_expr(*value, range),
            ExprKind::Try(inner) => self.try_expr(dest, *inner, range),
            ExprKind::Await(inner) => self.await_expr(dest, *inner, range),
            ExprKind::Yield(inner) => {
                if let Some(inner) = inner {
                    self.operand(*inner);
                }
                let nothing =
                    self.new_local(None, Type::unit(), range, LocalKind::Temporary, Lives::Statement);
                self.push(
                    StepKind::Await { dest, future: Place::local(nothing), what: AwaitKind::Yield },
                    range,
                );
            }
            ExprKind::Underscore => self.assign(dest, Rvalue::Unknown, range),
            ExprKind::Format { kind, args } => self.format(dest, *kind, args, range),
            ExprKind::Select { branches, els } => self.select_expr(dest, branches, *els, range),
            ExprKind::Join { futures, is_try } => self.join_expr(dest, expr, futures, *is_try),
            ExprKind::Opaque { args, words, .. } => {
                // Which of them the macro puts beside which is not known: what one holds is not alive in the next.
                for &arg in args {
                    self.terminating(Lives::Statement, |cx| {
                        cx.place(arg, Mutability::Shared);
                    });
                }
                self.push(StepKind::Opaque { words: words.clone() }, range);
                self.assign(dest, Rvalue::Unknown, range);
            }
        }
    }

    fn use_into(&mut self, dest: Place, expr: ExprId, range: TextRange) {
        let value = if self.is_place(expr) {
            let ty = self.ty(expr);
            let place = self.place(expr, Mutability::Shared);
            self.consume(place, &ty)
        } else {
            self.operand(expr)
        };
        self.assign(dest, Rvalue::Use(value), range);
    }

    /// `lhs = rhs`: the right side first; then what stood on the left is dropped.
    fn assignment(&mut self, lhs: ExprId, rhs: ExprId, range: TextRange) {
        match &self.tree.arena[lhs].kind {
            // `_ = e` is `let _ = e`: a place stays, a value is a temporary of the statement.
            ExprKind::Underscore => {
                self.scrutinee(rhs);
            }
            ExprKind::Tuple(_) | ExprKind::Array(_) | ExprKind::Struct { .. } | ExprKind::Call { .. } => {
                let place = self.scrutinee(rhs);
                self.destructure(lhs, place, range);
            }
            _ => {
                let value = self.operand(rhs);
                let ty = self.ty(lhs);
                let place = self.place(lhs, Mutability::Mut);
                self.replace(place, &ty, value, range);
            }
        }
    }

    /// The parts of a destructuring assignment, from the place that is taken apart.
    fn destructure(&mut self, lhs: ExprId, from: Place, range: TextRange) {
        let tree = self.tree;
        match &tree.arena[lhs].kind {
            ExprKind::Underscore => {}
            ExprKind::Tuple(parts) => {
                for (n, &part) in parts.iter().enumerate() {
                    if matches!(tree.arena[part].kind, ExprKind::Range { lo: None, hi: None, .. }) {
                        return;
                    }
                    let field = from.clone().then(Proj::Field(Name::from(&n.to_string())));
                    self.destructure(part, field, range);
                }
            }
            ExprKind::Array(parts) => {
                for (n, &part) in parts.iter().enumerate() {
                    if matches!(tree.arena[part].kind, ExprKind::Range { lo: None, hi: None, .. }) {
                        return;
                    }
                    let by = crate::model::body::IndexBy::Literal(n as i128);
                    self.destructure(part, from.clone().then(Proj::Index(by)), range);
                }
            }
            ExprKind::Struct { fields, .. } => {
                for (name, part) in fields {
                    self.destructure(*part, from.clone().then(Proj::Field(*name)), range);
                }
            }
            ExprKind::Call { args, .. } => {
                for (n, &part) in args.iter().enumerate() {
                    let field = from.clone().then(Proj::Field(Name::from(&n.to_string())));
                    self.destructure(part, field, range);
                }
            }
            _ => {
                let ty = self.ty(lhs);
                let place = self.place(lhs, Mutability::Mut);
                let value = self.consume(from, &ty);
                self.replace(place, &ty, value, range);
            }
        }
    }

    fn struct_literal(&mut self, dest: Place, expr: ExprId, fields: &[(Name, ExprId)], base: Option<ExprId>) {
        let range = self.tree.arena[expr].range;
        let res = self.typing.paths.get(&expr).cloned().unwrap_or(Res::Unknown);
        let mut names: Vec<Name> = fields.iter().map(|&(name, _)| name).collect();
        let mut values: Vec<Operand> = fields.iter().map(|&(_, value)| self.operand(value)).collect();
        if let Some(base) = base {
            // `..base` takes only the fields that are not named.
            let place = self.place(base, Mutability::Shared);
            if let Res::Struct(adt) = res {
                let all: Vec<(Name, Type)> = self
                    .model
                    .adt(adt)
                    .variants
                    .first()
                    .map(|it| it.fields.iter().map(|field| (field.name, field.ty.clone())).collect())
                    .unwrap_or_default();
                for (name, ty) in all {
                    if !names.contains(&name) {
                        values.push(self.consume(place.clone().then(Proj::Field(name)), &ty));
                        names.push(name);
                    }
                }
            }
        }
        self.assign(dest, Rvalue::Aggregate(Aggregate::Adt(res, names), values), range);
    }

    /// `e?`: a `match` whose error arm returns (or leaves a `try` block).
    fn try_expr(&mut self, dest: Place, inner: ExprId, range: TextRange) {
        let place = self.scrutinee(inner);
        let ty = self.ty(inner);
        let names = match ty.peel_refs() {
            Type::Lib(path, _) => match path.as_str() {
                "std::option::Option" => Some(("Some", None)),
                "std::result::Result" => Some(("Ok", Some("Err"))),
                _ => None,
            },
            _ => None,
        };
        let fail = self.new_block();
        match names {
            Some((good, _)) => {
                let good = Name::from(good);
                self.branch(Test::Variant(place.clone(), good), SwitchWhy::Try, range, fail);
                let value = place.clone().then(Proj::Variant(good)).then(Proj::Field(Name::from("0")));
                self.assign(dest, Rvalue::Use(Operand::Move(value)), range);
            }
            None => {
                self.branch(Test::Maybe, SwitchWhy::Try, range, fail);
                self.assign(dest, Rvalue::Use(Operand::Move(place.clone())), range);
            }
        }
        let ok = self.current;
        self.current = fail;
        let target = self.breakables.iter().rev().find(|it| it.is_try).cloned();
        let residual = match names {
            Some((_, Some(bad))) => {
                let error = place.then(Proj::Variant(Name::from(bad))).then(Proj::Field(Name::from("0")));
                let res = Res::LibVariant(Name::from("std::result::Result"), Name::from(bad));
                Rvalue::Aggregate(Aggregate::Adt(res, vec![Name::from("0")]), vec![Operand::Move(error)])
            }
            Some((_, None)) => {
                let res = Res::LibVariant(Name::from("std::option::Option"), Name::from("None"));
                Rvalue::Aggregate(Aggregate::Adt(res, Vec::new()), Vec::new())
            }
            None => Rvalue::Unknown,
        };
        match target {
            Some(target) => {
                self.assign(target.dest.clone(), residual, range);
                self.exit_to(target.depth, target.break_to);
            }
            None => {
                self.assign(Place::local(LocalId(0)), residual, range);
                self.exit_body();
            }
        }
        self.current = ok;
    }

    /// `e.await`: the future moves into the await and is dropped with it.
    fn await_expr(&mut self, dest: Place, inner: ExprId, range: TextRange) {
        let ty = self.ty(inner);
        let future = self.new_local(None, ty.clone(), range, LocalKind::Temporary, Lives::Statement);
        let scope = self.push_scope(Lives::Statement);
        let value = self.operand(inner);
        self.assign(Place::local(future), Rvalue::Use(value), range);
        self.schedule(scope, future);
        self.push(StepKind::Await { dest, future: Place::local(future), what: AwaitKind::Await }, range);
        self.pop_scope();
    }

    /// A formatting macro borrows its arguments; all but `format_args!` are statements of their own.
    fn format(&mut self, dest: Place, kind: FormatKind, args: &[ExprId], range: TextRange) {
        match kind {
            FormatKind::Args => self.format_args(dest, args, range),
            FormatKind::Print | FormatKind::Panic => self.terminating(Lives::Statement, |cx| {
                let made = Place::local(cx.temp(Type::lib("std::fmt::Arguments", []), range));
                cx.format_args(made, args, range);
                if kind == FormatKind::Panic {
                    cx.end(Terminator::Unreachable);
                } else {
                    cx.assign(dest, Rvalue::Use(Operand::Unit), range);
                }
            }),
        }
    }

    fn format_args(&mut self, dest: Place, args: &[ExprId], range: TextRange) {
        let borrows: Vec<Operand> = args
            .iter()
            .map(|&arg| {
                let place = self.place(arg, Mutability::Shared);
                self.borrow(place, Mutability::Shared, range)
            })
            .collect();
        self.assign(dest, Rvalue::FormatArgs(borrows.clone()), range);
        for (&arg, borrow) in args.iter().zip(borrows) {
            self.show(arg, borrow, range);
        }
    }

    /// Calls the functions of the analysed code that show an argument of a formatting macro: almost all macros do so at once.
    fn show(&mut self, arg: ExprId, borrow: Operand, range: TextRange) {
        let tree = self.tree;
        for &(_, by) in tree.arena.shown.iter().filter(|(shown, _)| *shown == arg) {
            let Some(func) = self.model.shown_by(&self.ty(arg), by) else { continue };
            let result = Place::local(self.temp(self.model.sig(func).ret.clone(), range));
            self.call_at(result, func, vec![borrow.clone()], arg, range);
        }
    }
}
