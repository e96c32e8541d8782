//! Places: fields, elements, dereferences.

use super::Infer;
use super::bounds::{Got, Source, Sources};
use super::lang::lib;
use super::work::Work;
use crate::model::Subst;
use crate::model::types::{AdtId, TraitRef, Type};
use crate::model::typing::{Adjust, Callee, Deref, DerefKind};
use crate::syntax::{ExprId, Name};

/// How many dereferences are followed; a `Deref` may lead to itself.
const MAX_DEREFS: usize = 24;

impl<'a> Infer<'a> {
    /// One dereference.
    pub fn deref_step(&mut self, ty: &Type) -> Option<Deref> {
        let ty = self.shallow(ty);
        match &ty {
            Type::Ref(_, inner) | Type::Ptr(_, inner) => {
                Some(Deref { kind: DerefKind::Builtin, to: (**inner).clone() })
            }
            Type::Lib(path, args) => self.deref_lib(*path, args),
            Type::Adt(id, _) => self.deref_adt(*id, &ty),
            Type::Param(_) | Type::Opaque(..) | Type::Assoc(..) => self.deref_bound(&ty),
            Type::Unknown
            | Type::Infer(_)
            | Type::Prim(_)
            | Type::Never
            | Type::Tuple(_)
            | Type::Array(_)
            | Type::Slice(_)
            | Type::Fn(..)
            | Type::FnItem(_)
            | Type::Closure(..)
            | Type::Future(..) => None,
        }
    }

    fn deref_lib(&mut self, path: Name, args: &[Type]) -> Option<Deref> {
        let row = self.lib.types.get(&path);
        let builtin = path == self.lang.boxed || row.is_some_and(|row| row.builtin_deref);
        let kind = if builtin { DerefKind::Builtin } else { DerefKind::Lib(path) };
        let Some(target) = row.and_then(|row| row.derefs_to.as_ref()) else {
            // `Box` is the language's own, rows or not.
            return builtin.then(|| args.first().cloned()).flatten().map(|to| Deref { kind, to });
        };
        let subst = Subst::pair(row.map_or(&[], |row| &row.params), args);
        let to = self.inst(target, &subst);
        Some(Deref { kind, to })
    }

    fn deref_adt(&mut self, id: AdtId, ty: &Type) -> Option<Deref> {
        let model = self.model;
        if let Some((func, target, imp)) = model.deref_impl(id) {
            let imp = model.impl_(imp);
            let subst = self.fresh_subst(&imp.generics.params);
            self.unify(&imp.self_ty.substitute(&subst), ty);
            let to = self.inst(&target, &subst);
            return Some(Deref { kind: DerefKind::Local(func), to });
        }
        let target = model.derived_deref(id)?.clone();
        let Type::Adt(_, args) = ty else { return None };
        let subst = Subst::pair(&model.adt(id).generics.params, args);
        let to = self.inst(&target, &subst);
        Some(Deref { kind: DerefKind::Lib(self.lang.deref_trait), to })
    }

    fn deref_bound(&mut self, ty: &Type) -> Option<Deref> {
        let wanted = TraitRef::Lib(self.lang.deref_trait);
        let bound = self.bounds_of(ty).into_iter().find(|bound| bound.trait_ == wanted)?;
        let to = match bound.assoc.iter().find(|(name, _)| *name == self.lang.target) {
            Some((_, to)) => self.normalize(to),
            None => Type::Assoc(ty.clone().into(), Some(wanted), self.lang.target),
        };
        Some(Deref { kind: DerefKind::Lib(self.lang.deref_trait), to })
    }

    /// The dereferences that a type allows, one after another.
    pub fn autoderef(&mut self, ty: &Type) -> Vec<Deref> {
        let mut steps: Vec<Deref> = Vec::new();
        let mut ty = self.shallow(ty);
        while steps.len() < MAX_DEREFS
            && let Some(step) = self.deref_step(&ty)
        {
            ty = self.shallow(&step.to);
            steps.push(Deref { kind: step.kind, to: ty.clone() });
        }
        steps
    }

    /// Looks for something on a type and on what it dereferences to; notes the adjustment of `base` in the
    /// expression `id`. `Later` when a variable is met first.
    fn search(
        &mut self,
        id: ExprId,
        base: ExprId,
        mut look: impl FnMut(&mut Self, &Type) -> Option<Type>,
    ) -> Got<Type> {
        let ty = self.ty_of(base);
        let steps = self.autoderef(&ty);
        let types = std::iter::once(ty).chain(steps.iter().map(|step| step.to.clone()));
        for (n, ty) in types.enumerate() {
            let ty = self.shallow(&ty);
            if let Type::Infer(_) = ty {
                return Got::Later;
            }
            if let Some(found) = look(self, &ty) {
                let derefs = steps.get(..n).map(<[Deref]>::to_vec).unwrap_or_default();
                self.set_adjust(id, Adjust { derefs, autoref: None });
                return Got::Yes(found);
            }
        }
        Got::No
    }

    /// `base.name`.
    pub fn field(&mut self, id: ExprId, base: ExprId, name: Name) -> Type {
        self.expr(base, None);
        let got = self.field_ty(id, base, name);
        self.or_wait(id, got)
    }

    /// The answer's type; when it has to wait, a variable, and the expression is tried again.
    pub fn or_wait(&mut self, id: ExprId, got: Got<Type>) -> Type {
        match got {
            Got::Yes(ty) => ty,
            Got::No => Type::Unknown,
            Got::Later => {
                self.work.push(Work::Expr(id));
                self.pending()
            }
        }
    }

    /// The field's type, `base` being read.
    pub fn field_ty(&mut self, id: ExprId, base: ExprId, name: Name) -> Got<Type> {
        self.search(id, base, |infer, ty| infer.field_of(ty, name))
    }

    fn field_of(&mut self, ty: &Type, name: Name) -> Option<Type> {
        match ty {
            Type::Adt(id, args) => {
                let adt = self.model.adt(*id);
                let [variant] = adt.variants.as_slice() else { return None };
                let field = variant.fields.iter().find(|field| field.name == name)?;
                let subst = Subst::pair(&adt.generics.params, args);
                Some(self.inst(&field.ty, &subst))
            }
            Type::Tuple(parts) => parts.get(name.as_str().parse::<usize>().ok()?).cloned(),
            Type::Lib(path, args) => {
                let row = self.lib.types.get(path)?;
                let field = row.fields.iter().find(|(n, _)| *n == name).map(|(_, ty)| ty);
                let subst = Subst::pair(&row.params, args);
                match field {
                    Some(ty) => Some(self.inst(ty, &subst)),
                    // The bounds of a range are fields that rows need not repeat.
                    None if self.lang.is_range(*path) => args.first().cloned(),
                    None => None,
                }
            }
            _ => None,
        }
    }

    /// `base[index]`.
    pub fn index(&mut self, id: ExprId, base: ExprId, index: ExprId) -> Type {
        self.expr(base, None);
        self.expr(index, None);
        let got = self.index_ty(id, base, index);
        self.or_wait(id, got)
    }

    /// The element's type, `base` and `index` being read.
    pub fn index_ty(&mut self, id: ExprId, base: ExprId, index: ExprId) -> Got<Type> {
        let by = self.ty_of(index);
        let by_range = matches!(&by, Type::Lib(path, _) if self.lang.is_range(*path));
        let got = self.search(id, base, |infer, ty| infer.element_of(id, ty, &by, by_range));
        if let Got::Yes(_) = got {
            return got;
        }
        if let Got::No = got {
            let known = !matches!(self.ty_of(base), Type::Unknown);
            if !known {
                self.out.unsure_operators.push(id);
            }
        }
        got
    }

    fn element_of(&mut self, id: ExprId, ty: &Type, by: &Type, by_range: bool) -> Option<Type> {
        match ty {
            Type::Array(elem) | Type::Slice(elem) => {
                if by_range {
                    return Some(Type::Slice(elem.clone()));
                }
                self.unify(by, &Type::prim("usize"));
                Some((**elem).clone())
            }
            Type::Prim(name) if *name == self.lang.str_prim && by_range => Some(ty.clone()),
            Type::Lib(path, args) => {
                let row = self.lib.types.get(path)?;
                let subst = Subst::pair(&row.params, args);
                if by_range {
                    // What can be cut dereferences to what is cut: `Vec<T>` to `[T]`, `String` to `str`.
                    let whole = row.derefs_to.as_ref()?;
                    let whole = self.inst(whole, &subst);
                    let cuts = matches!(&whole, Type::Slice(_))
                        || matches!(&whole, Type::Prim(name) if *name == self.lang.str_prim);
                    return cuts.then(|| {
                        self.note_operator(id, *path, self.lang.index_trait, self.lang.index);
                        whole
                    });
                }
                let elem = self.inst(row.index.as_ref()?, &subst);
                self.note_operator(id, *path, self.lang.index_trait, self.lang.index);
                Some(elem)
            }
            Type::Adt(..) => self.local_operator(id, ty, self.lang.index_trait, self.lang.index, Some(by)),
            Type::Param(_) | Type::Opaque(..) | Type::Assoc(..) => {
                let wanted = TraitRef::Lib(self.lang.index_trait);
                let bound = self.bounds_of(ty).into_iter().find(|bound| bound.trait_ == wanted)?;
                self.out.overloaded.insert(id, Callee::Unknown(self.lang.index));
                Some(match bound.assoc.iter().find(|(name, _)| *name == self.lang.output) {
                    Some((_, ty)) => self.normalize(ty),
                    None => Type::Assoc(ty.clone().into(), Some(wanted), self.lang.output),
                })
            }
            _ => None,
        }
    }

    /// Notes that an operator calls a library's method.
    pub fn note_operator(&mut self, id: ExprId, head: Name, trait_: Name, method: Name) {
        let callee = match (self.lib.methods_of(head, method), self.lib.trait_methods.get(&(trait_, method)))
        {
            ([api, ..], _) => Callee::Api(*api),
            ([], Some(api)) => Callee::Api(*api),
            ([], None) => Callee::Unknown(method),
        };
        self.out.overloaded.insert(id, callee);
    }

    /// The impl of an operator's trait in the analysed code: what the operator gives, and which function it calls. `arg` chooses
    /// among several.
    pub fn local_operator(
        &mut self,
        id: ExprId,
        ty: &Type,
        trait_: Name,
        method: Name,
        arg: Option<&Type>,
    ) -> Option<Type> {
        let Sources::Known(list) = self.sources(ty, TraitRef::Lib(trait_)) else { return None };
        for source in &list {
            let attempt = self.attempt_start();
            let bound = self.apply_source(source, ty, &[self.lang.output]);
            let fits = match (arg, bound.args.first()) {
                (Some(arg), Some(param)) => self.table.unify(arg, param),
                _ => true,
            };
            if !fits {
                self.forget(attempt);
                continue;
            }
            let callee = match source {
                Source::Local(imp) => self.operator_fn(*imp, TraitRef::Lib(trait_), method).map(Callee::Fn),
                Source::Bound(_) | Source::Lib(_) => {
                    self.lib.trait_methods.get(&(trait_, method)).map(|api| Callee::Api(*api))
                }
            };
            self.out.overloaded.insert(id, callee.unwrap_or(Callee::Unknown(method)));
            let output =
                bound.assoc.iter().find(|(name, _)| *name == self.lang.output).map(|(_, ty)| ty.clone());
            return Some(output.unwrap_or(Type::Unknown));
        }
        None
    }

    /// `*expr`.
    pub fn deref_ty(&mut self, id: ExprId, inner: ExprId) -> Got<Type> {
        let ty = self.ty_of(inner);
        if let Type::Infer(_) = ty {
            return Got::Later;
        }
        let Some(step) = self.deref_step(&ty) else {
            if ty == Type::Unknown {
                self.out.unsure_operators.push(id);
            }
            return Got::No;
        };
        match &step.kind {
            DerefKind::Builtin => {}
            DerefKind::Lib(path) => self.note_operator(id, *path, self.lang.deref_trait, self.lang.deref),
            DerefKind::Local(f) => {
                self.out.overloaded.insert(id, Callee::Fn(*f));
            }
        }
        Got::Yes(step.to)
    }

    /// A range expression's type.
    pub fn range(&mut self, lo: Option<ExprId>, hi: Option<ExprId>, inclusive: bool) -> Type {
        let lang = self.lang;
        let path = match (lo, hi, inclusive) {
            (None, None, _) => return lib(lang.range_full, []),
            (Some(_), Some(_), false) => lang.range,
            (Some(_), Some(_), true) => lang.range_inclusive,
            (Some(_), None, _) => lang.range_from,
            (None, Some(_), false) => lang.range_to,
            (None, Some(_), true) => lang.range_to_inclusive,
        };
        let elem = self.fresh();
        for end in [lo, hi].into_iter().flatten() {
            let ty = self.expr(end, Some(&elem));
            self.coerce(&ty, &elem);
        }
        lib(path, [elem])
    }
}
