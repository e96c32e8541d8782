//! Expressions.

use super::bounds::Got;
use super::closure::Closure;
use super::item::Meaning;
use super::lang::lib;
use super::table::{VarKind, is_float, is_int};
use super::{Infer, MAX_EXPR_DEPTH};
use crate::model::Subst;
use crate::model::items::Def;
use crate::model::scope::PathRes;
use crate::model::types::{AdtId, Mutability, Type};
use crate::model::typing::Res;
use crate::syntax::{ExprId, ExprKind, FormatKind, Lit, Name, Path, TyId, UnOp};
use std::sync::Arc;

impl Infer<'_> {
    /// Reads an expression. `want` is what its place expects, as a hint: an unknown type means that the place is not known, so that
    /// nothing may be learnt from it later either.
    pub fn expr(&mut self, id: ExprId, want: Option<&Type>) -> Type {
        if self.expr_depth >= MAX_EXPR_DEPTH {
            return Type::Unknown;
        }
        self.expr_depth += 1;
        self.refuel();
        let ty = self.expr_kind(id, want);
        self.expr_depth -= 1;
        if self.shallow(&ty) == Type::Never {
            self.diverges = true;
        }
        self.set_ty(id, ty)
    }

    fn expr_kind(&mut self, id: ExprId, want: Option<&Type>) -> Type {
        let arena = self.arena;
        let Some(expr) = arena.exprs.get(id.0 as usize) else { return Type::Unknown };
        match &expr.kind {
            ExprKind::Lit(lit) => self.literal(lit, want),
            ExprKind::Path(path) => self.path(id, path),
            ExprKind::Call { callee, args } => self.call(id, *callee, args, want),
            ExprKind::MethodCall { recv, name, tys, args, .. } => {
                self.method_call(id, *recv, *name, tys, args, want)
            }
            ExprKind::Field { base, name, .. } => self.field(id, *base, *name),
            ExprKind::Index { base, index } => self.index(id, *base, *index),
            ExprKind::Unary { op, expr } => self.unary(id, *op, *expr, want),
            ExprKind::Binary { op, lhs, rhs } => self.binary(id, *op, *lhs, *rhs, want),
            ExprKind::Assign { lhs, rhs } => self.assign(*lhs, *rhs),
            ExprKind::AssignOp { op, lhs, rhs } => {
                self.assign_op(id, *op, *lhs, *rhs);
                Type::unit()
            }
            ExprKind::Ref { mutable, raw, expr } => self.borrow(*mutable, *raw, *expr, want),
            ExprKind::Cast { expr, ty } => self.cast(*expr, *ty),
            ExprKind::Range { lo, hi, inclusive } => self.range(*lo, *hi, *inclusive),
            ExprKind::Tuple(parts) => self.tuple(parts, want),
            ExprKind::Array(parts) => self.array(parts, want),
            ExprKind::Repeat { elem, len } => self.repeat(*elem, *len, want),
            ExprKind::Struct { path, fields, base } => self.struct_literal(id, path, fields, *base, want),
            ExprKind::Block { label, block, mode } => self.block_expr(*label, *block, *mode, want),
            ExprKind::Async { block, .. } => self.async_block(id, *block, want),
            ExprKind::Closure { params, ret, body, is_async, .. } => {
                self.closure(id, &Closure { params, ret: *ret, body: *body, is_async: *is_async }, want)
            }
            ExprKind::If { cond, then, els } => self.if_expr(*cond, *then, *els, want),
            ExprKind::Let { pat, expr } => self.let_expr(*pat, *expr),
            ExprKind::Match { scrutinee, arms } => self.match_expr(*scrutinee, arms, want),
            ExprKind::While { label, cond, body } => self.while_expr(*label, *cond, *body),
            ExprKind::Loop { label, body } => self.loop_expr(*label, *body, want),
            ExprKind::For { label, pat, iter, body, is_await } => {
                self.for_expr(*label, *pat, *iter, *body, *is_await)
            }
            ExprKind::Break { label, expr } => self.break_expr(*label, *expr),
            ExprKind::Continue { .. } => Type::Never,
            ExprKind::Return(value) => self.return_expr(*value),
            ExprKind::Try(inner) => self.try_expr(id, *inner, want),
            ExprKind::Await(inner) => self.await_expr(id, *inner),
            ExprKind::Yield(value) => {
                if let Some(value) = value {
                    self.expr(*value, None);
                }
                Type::unit()
            }
            ExprKind::Underscore => self.fresh(),
            ExprKind::Format { kind, args } => self.format(*kind, args),
            ExprKind::Select { branches, els } => self.select(branches, *els, want),
            ExprKind::Join { futures, is_try } => self.join_futures(futures, *is_try),
            ExprKind::Opaque { args, .. } => {
                let diverged = self.diverges;
                self.foreign_arguments(args);
                self.diverges = diverged;
                Type::Unknown
            }
        }
    }

    fn literal(&mut self, lit: &Lit, want: Option<&Type>) -> Type {
        let wanted = |test: fn(Name) -> bool, infer: &Self| match want.map(|ty| infer.shallow(ty)) {
            Some(Type::Prim(name)) if test(name) => Some(Type::Prim(name)),
            _ => None,
        };
        match lit {
            Lit::Str(_) => Type::reference(Mutability::Shared, Type::Prim(self.lang.str_prim)),
            Lit::ByteStr => Type::reference(Mutability::Shared, Type::Array(Arc::new(Type::prim("u8")))),
            Lit::CStr => Type::reference(Mutability::Shared, lib(self.lang.c_str, [])),
            Lit::Char(_) => Type::prim("char"),
            Lit::Byte(_) => Type::prim("u8"),
            Lit::Bool(_) => Type::prim("bool"),
            Lit::Int(_, suffix) if !suffix.is_empty() => Type::Prim(*suffix),
            Lit::Int(..) => wanted(is_int, self).unwrap_or_else(|| self.table.fresh(VarKind::Int)),
            Lit::Float(suffix) if !suffix.is_empty() => Type::Prim(*suffix),
            Lit::Float(_) => wanted(is_float, self).unwrap_or_else(|| self.table.fresh(VarKind::Float)),
        }
    }

    fn path(&mut self, id: ExprId, path: &Path) -> Type {
        match self.path_meaning(path, false) {
            Meaning::Value(ty, res) => {
                self.set_res(id, res);
                ty
            }
            Meaning::Item(item) => {
                self.set_res(id, item.res.clone());
                self.note_trait_use(id, &item, true);
                self.item_ty(&item)
            }
            Meaning::Choice(..) | Meaning::Unknown => {
                self.set_res(id, Res::Unknown);
                Type::Unknown
            }
        }
    }

    fn assign(&mut self, lhs: ExprId, rhs: ExprId) -> Type {
        let to = self.expr(lhs, None);
        self.expr_coerced(rhs, &to);
        Type::unit()
    }

    fn borrow(&mut self, mutable: bool, raw: bool, inner: ExprId, want: Option<&Type>) -> Type {
        let hint = match want.map(|ty| self.shallow(ty)) {
            // What is behind a wanted `&dyn T` or `&[T]` is a hint for literals and closures, not the type itself.
            Some(Type::Ref(_, inner) | Type::Ptr(_, inner)) => match self.shallow(&inner) {
                Type::Slice(elem) => Some(Type::Array(elem)),
                ty => Some(ty),
            },
            Some(Type::Unknown) => Some(Type::Unknown),
            _ => None,
        };
        let ty = self.expr(inner, hint.as_ref());
        let m = if mutable { Mutability::Mut } else { Mutability::Shared };
        if raw { Type::Ptr(m, Arc::new(ty)) } else { Type::reference(m, ty) }
    }

    fn cast(&mut self, inner: ExprId, ty: TyId) -> Type {
        let to = self.lower_ty(ty);
        let numeric = |ty: &Type| matches!(ty, Type::Prim(_));
        // A number is cast from any number: only a literal is of the type that it is cast to.
        let literal = matches!(self.arena[inner].kind, ExprKind::Lit(_));
        let from = self.expr(inner, if literal || !numeric(&to) { Some(&to) } else { None });
        let from = self.shallow(&from);
        if !numeric(&to) && !matches!(from, Type::Infer(_)) {
            self.coerce(&from, &to);
        }
        to
    }

    fn tuple(&mut self, parts: &[ExprId], want: Option<&Type>) -> Type {
        let want = want.map(|ty| self.shallow(ty));
        let types: Vec<Type> = parts
            .iter()
            .enumerate()
            .map(|(i, part)| {
                let hint = match &want {
                    Some(Type::Tuple(hints)) => hints.get(i),
                    Some(Type::Unknown) => want.as_ref(),
                    _ => None,
                };
                let ty = self.expr(*part, hint);
                // A part is a place that coerces: `(Box::new(x), 1)` for a wanted `(Box<dyn T>, u8)`.
                match hint.map(|hint| self.shallow(hint)) {
                    Some(hint) if hint != Type::Unknown && !matches!(hint, Type::Infer(_)) => {
                        self.coerce(&ty, &hint);
                        if self.shallow(&ty) == Type::Never { hint } else { ty }
                    }
                    _ => ty,
                }
            })
            .collect();
        Type::Tuple(types.into())
    }

    fn array(&mut self, parts: &[ExprId], want: Option<&Type>) -> Type {
        let want = want.map(|ty| self.shallow(ty));
        let mut elem = match &want {
            Some(Type::Array(elem) | Type::Slice(elem)) => self.shallow(elem),
            Some(Type::Unknown) => Type::Unknown,
            _ => Type::Never,
        };
        let free = elem == Type::Never;
        for part in parts {
            let hint = if free && elem == Type::Never { None } else { Some(elem.clone()) };
            let ty = self.expr(*part, hint.as_ref());
            if free {
                elem = self.join(&elem, &ty);
            } else {
                self.coerce(&ty, &elem);
                if elem == Type::Unknown {
                    elem = ty;
                }
            }
        }
        if free && parts.is_empty() {
            elem = self.fresh();
        }
        Type::Array(Arc::new(elem))
    }

    fn repeat(&mut self, elem: ExprId, len: ExprId, want: Option<&Type>) -> Type {
        let hint = match want.map(|ty| self.shallow(ty)) {
            Some(Type::Array(elem) | Type::Slice(elem)) => Some(self.shallow(&elem)),
            _ => None,
        };
        let ty = self.expr(elem, hint.as_ref());
        if let Some(hint) = &hint {
            self.coerce(&ty, hint);
        }
        self.expr_coerced(len, &Type::prim("usize"));
        Type::Array(Arc::new(ty))
    }

    fn format(&mut self, kind: FormatKind, args: &[ExprId]) -> Type {
        for arg in args {
            self.expr(*arg, None);
        }
        match kind {
            FormatKind::Args => lib(self.lang.arguments, []),
            FormatKind::Print => Type::unit(),
            FormatKind::Panic => Type::Never,
        }
    }

    fn struct_literal(
        &mut self,
        id: ExprId,
        path: &Path,
        fields: &[(Name, ExprId)],
        base: Option<ExprId>,
        want: Option<&Type>,
    ) -> Type {
        let (ty, res) = self.struct_path(path);
        self.set_res(id, res.clone());
        if let Some(want) = want.map(|ty| self.shallow(ty))
            && !matches!(want, Type::Unknown | Type::Opaque(..))
        {
            self.table.try_unify(&ty, &want);
        }
        for (name, value) in fields {
            match self.variant_field(&ty, &res, *name) {
                Some(field) => {
                    self.expr_coerced(*value, &field);
                }
                None => {
                    self.expr(*value, Some(&Type::Unknown));
                }
            }
        }
        if let Some(base) = base {
            self.expr_coerced(base, &ty);
        }
        ty
    }

    /// The type and the meaning of a path of a struct literal or struct pattern.
    pub fn struct_path(&mut self, path: &Path) -> (Type, Res) {
        match self.resolve_path(path) {
            PathRes::Def(Def::Variant(id, variant), args) => {
                let ty = self.adt_ty(id, &args);
                return (self.of_self(path, ty), Res::Variant(id, variant));
            }
            PathRes::Def(Def::Adt(id), args)
                if !args.is_empty() || self.model.adt(id).generics.params.is_empty() =>
            {
                let ty = self.adt_ty(id, &args);
                return (self.of_self(path, ty), Res::Struct(id));
            }
            PathRes::LibPath(full) => {
                if let Some(found) = self.lib_variant_ty(full) {
                    return found;
                }
            }
            PathRes::Assoc { base, name, .. } => {
                if let Some(found) = self.variant_of(&base, name) {
                    return found;
                }
            }
            PathRes::Def(..) | PathRes::Unknown => {}
        }
        self.scope.at = path.range.lo;
        let table = &mut self.table;
        let ty =
            self.model.lower_path_with(&self.scope, self.arena, path, &mut || table.fresh(VarKind::General));
        let ty = self.normalize(&ty);
        let res = match &ty {
            Type::Adt(id, _) => Res::Struct(*id),
            Type::Lib(path, _) => Res::LibStruct(*path),
            _ => Res::Unknown,
        };
        (ty, res)
    }

    fn adt_ty(&mut self, id: AdtId, args: &[Type]) -> Type {
        let n = self.model.adt(id).generics.params.len();
        Type::Adt(id, self.open_args(args, n))
    }

    /// `Self::V { .. }` is of `Self` with its own arguments.
    fn of_self(&mut self, path: &Path, ty: Type) -> Type {
        if path.segments.first().is_some_and(|segment| segment.name == self.lang.self_param)
            && let Some(self_ty) = self.scope.self_ty.clone()
        {
            self.table.try_unify(&ty, &self_ty);
        }
        ty
    }

    fn variant_of(&mut self, base: &Type, name: Name) -> Option<(Type, Res)> {
        match self.shallow(base) {
            Type::Adt(id, args) => {
                let index = self.model.adt(id).variants.iter().position(|variant| variant.name == name)?;
                Some((Type::Adt(id, args), Res::Variant(id, u32::try_from(index).ok()?)))
            }
            Type::Lib(path, args) => {
                self.lib.types.get(&path)?.variants.iter().find(|(n, _)| *n == name)?;
                Some((Type::Lib(path, args), Res::LibVariant(path, name)))
            }
            _ => None,
        }
    }

    fn lib_variant_ty(&mut self, full: Name) -> Option<(Type, Res)> {
        let (owner, name) = full.as_str().rsplit_once("::")?;
        let (owner, name) = (Name::from_existing(owner)?, Name::from(name));
        let row = self.lib.types.get(&owner)?;
        row.variants.iter().find(|(n, _)| *n == name)?;
        let args = self.open_args(&[], row.params.len());
        Some((Type::Lib(owner, args), Res::LibVariant(owner, name)))
    }

    /// The type of a field of the struct or variant that a literal or pattern names.
    pub fn variant_field(&mut self, ty: &Type, res: &Res, name: Name) -> Option<Type> {
        let ty = self.shallow(ty);
        match (&ty, res) {
            (Type::Adt(id, args), Res::Struct(_) | Res::Variant(..)) => {
                let adt = self.model.adt(*id);
                let index = if let Res::Variant(_, index) = res { *index as usize } else { 0 };
                let field = adt.variants.get(index)?.fields.iter().find(|field| field.name == name)?;
                let subst = Subst::pair(&adt.generics.params, args);
                Some(self.inst(&field.ty, &subst))
            }
            (Type::Lib(path, args), Res::LibStruct(_)) => {
                let row = self.lib.types.get(path)?;
                let (_, field) = row.fields.iter().find(|(n, _)| *n == name)?;
                let subst = Subst::pair(&row.params, args);
                Some(self.inst(field, &subst))
            }
            (Type::Lib(path, args), Res::LibVariant(_, variant)) => {
                let row = self.lib.types.get(path)?;
                let (_, fields) = row.variants.iter().find(|(n, _)| n == variant)?;
                let field = fields.get(name.as_str().parse::<usize>().ok()?)?;
                let subst = Subst::pair(&row.params, args);
                Some(self.inst(field, &subst))
            }
            _ => None,
        }
    }

    /// Tries an expression again that waits for its operand.
    pub fn retry_expr(&mut self, id: ExprId) -> bool {
        let arena = self.arena;
        let got = match &arena[id].kind {
            ExprKind::Field { base, name, .. } => self.field_ty(id, *base, *name),
            ExprKind::Index { base, index } => self.index_ty(id, *base, *index),
            ExprKind::Unary { op: UnOp::Deref, expr } => self.deref_ty(id, *expr),
            ExprKind::Unary { op, expr } => self.unary_ty(id, *op, *expr),
            ExprKind::Binary { op, lhs, rhs } => self.binary_ty(id, *op, *lhs, *rhs),
            ExprKind::Try(inner) => self.try_ty(*inner),
            ExprKind::Await(inner) => {
                let ty = self.ty_of(*inner);
                self.await_output(&ty)
            }
            _ => Got::No,
        };
        match got {
            Got::Later => false,
            Got::No => true,
            Got::Yes(ty) => {
                let result = self.ty_of(id);
                self.table.settle(&result, &ty);
                true
            }
        }
    }

    /// Nothing more will be learnt of the operand.
    pub fn give_up_expr(&mut self, id: ExprId) {
        if let ExprKind::Unary { .. } | ExprKind::Binary { .. } | ExprKind::Index { .. } = self.arena[id].kind
        {
            self.out.unsure_operators.push(id);
        }
    }
}
