//! What library traits' functions and paths turned out to mean, once all types are known: `Default::default()`, `x.into()`,
//! `.map(Store::get)`. The functions of impls in the analysed code take the place of those that traits declare.

use super::Infer;
use super::item::Item;
use crate::model::Subst;
use crate::model::items::{FnOwner, ImplId};
use crate::model::library::ApiId;
use crate::model::scope::TypeHead;
use crate::model::types::{FnId, TraitId, TraitRef, Type};
use crate::model::typing::{Callee, Res};
use crate::syntax::{ExprId, Name};

/// A use of a trait's function whose impl is looked for at the end.
#[derive(Debug)]
pub(super) struct TraitUse {
    /// The call, or the path that names the function.
    id: ExprId,
    /// A path, not a call.
    is_path: bool,
    callee: Callee,
    substs: Subst,
}

/// A function of an impl that is looked for.
struct Wanted {
    trait_: Name,
    method: Name,
    /// The type that the impl is for.
    of: Type,
    /// The trait's arguments.
    args: Vec<Type>,
}

impl Infer<'_> {
    /// Finds the impl for each call of a trait's method whose type turned out to be known.
    pub fn settle_callees(&mut self) {
        let calls: Vec<_> = self
            .out
            .callees
            .iter()
            .filter(|(_, callee)| matches!(callee, Callee::TraitFn { dynamic: false, .. }))
            .map(|(id, callee)| (*id, callee.clone()))
            .collect();
        for (id, callee) in calls {
            let Callee::TraitFn { trait_, func, .. } = callee else { continue };
            self.refuel();
            let substs = Subst(self.out.call_substs.get(&id).cloned().unwrap_or_default());
            if let Some((found, extra)) = self.settle(trait_, func, &substs) {
                self.out.callees.insert(id, Callee::Fn(found));
                self.out.call_substs.entry(id).or_default().extend(extra);
            }
        }
    }

    /// The function of an impl that a trait's function means for these parameters.
    pub fn settle(
        &mut self,
        trait_: TraitId,
        func: FnId,
        substs: &Subst,
    ) -> Option<(FnId, Vec<(Name, Type)>)> {
        let model = self.model;
        let of = self.shallow(substs.get(self.lang.self_param)?);
        let head = TypeHead::of(&of)?;
        let owner = if let FnOwner::Trait(owner) = model.fn_def(func).owner { owner } else { trait_ };
        let wanted: Vec<Type> = model
            .trait_(owner)
            .generics
            .params
            .iter()
            .map(|param| substs.get(*param).cloned().unwrap_or(Type::Unknown))
            .collect();
        let mut found: Option<(ImplId, Subst)> = None;
        let of_trait = TraitRef::Local(owner);
        for id in model.impls_of_trait(of_trait, head).iter().chain(model.blanket_impls_of(of_trait)) {
            let imp = model.impl_(*id);
            let Some((_, args)) = &imp.trait_ else { continue };
            if imp.negative || !self.impl_fits(*id, &of) {
                continue;
            }
            let snapshot = self.table.snapshot();
            let subst = self.fresh_subst(&imp.generics.params);
            let fits = self.table.unify(&imp.self_ty.substitute(&subst), &of)
                && args.iter().zip(&wanted).all(|(a, b)| self.table.unify(&a.substitute(&subst), b));
            let subst = Subst(subst.0.iter().map(|(name, ty)| (*name, self.table.deep(ty))).collect());
            self.table.rollback(snapshot);
            if !fits {
                continue;
            }
            let better = |old: &(ImplId, Subst)| model.impl_(old.0).test && !imp.test;
            match &found {
                Some(old) if !better(old) && !imp.test => return None,
                Some(old) if !better(old) => {}
                Some(_) | None => found = Some((*id, subst)),
            }
        }
        let (id, subst) = found?;
        let imp = model.impl_(id);
        let name = model.fn_def(func).name;
        let f = match imp.fns.iter().find(|(n, _)| *n == name) {
            Some((_, f)) => *f,
            None if model.fn_def(func).body.is_some() => func,
            None => return None,
        };
        Some((f, subst.0))
    }

    /// Keeps a call or path of a trait's function for the end. Calls of functions of traits of the analysed code are kept elsewhere.
    pub fn note_trait_use(&mut self, id: ExprId, item: &Item, is_path: bool) {
        let kept = match item.callee {
            Callee::Api(api) => self.is_of_trait(api),
            Callee::TraitFn { .. } => is_path,
            Callee::Fn(_) | Callee::Ctor(_) | Callee::Value | Callee::Unknown(_) => false,
        };
        if kept {
            self.trait_uses.push(TraitUse {
                id,
                is_path,
                callee: item.callee.clone(),
                substs: item.substs.clone(),
            });
        }
    }

    /// Whether a library's function is one that impls give.
    fn is_of_trait(&self, api: ApiId) -> bool {
        let Some(row) = self.lib.apis.get(api.0 as usize) else { return false };
        row.owner.is_some_and(|owner| self.lib.trait_methods.get(&(owner, row.name)) == Some(&api))
    }

    /// Finds the impls.
    pub fn settle_trait_uses(&mut self) {
        for used in std::mem::take(&mut self.trait_uses) {
            self.refuel();
            match used.callee {
                Callee::TraitFn { trait_, func, .. } => {
                    if let Some((found, _)) = self.settle(trait_, func, &used.substs) {
                        self.out.paths.insert(used.id, Res::Fn(found));
                    }
                }
                Callee::Api(api) => {
                    let wanted = self.wanted_of(api, &used.substs);
                    let Some((imp, found)) = wanted.and_then(|wanted| self.impl_of_lib(&wanted)) else {
                        continue;
                    };
                    if used.is_path {
                        self.out.paths.insert(used.id, Res::Fn(found));
                    } else if self.out.callees.get(&used.id) == Some(&Callee::Api(api)) {
                        self.out.callees.insert(used.id, Callee::Fn(found));
                        let substs = self.substs_of_impl(imp, found, &used.substs);
                        self.out.call_substs.insert(used.id, substs);
                    }
                }
                Callee::Fn(_) | Callee::Ctor(_) | Callee::Value | Callee::Unknown(_) => {}
            }
        }
    }

    /// Which impl a library trait's function is looked for in. Some traits hand on to another by an impl for every type.
    fn wanted_of(&self, api: ApiId, substs: &Subst) -> Option<Wanted> {
        let row = self.lib.apis.get(api.0 as usize)?;
        let trait_ = row.owner?;
        let lang = self.lang;
        let whole = self.shallow(substs.get(lang.self_param)?);
        let of = if row.recv.is_some() { self.behind_pointers(whole.clone(), trait_) } else { whole.clone() };
        let args: Vec<Type> = row
            .params
            .iter()
            .take(row.n_outer as usize)
            .filter(|name| **name != lang.self_param)
            .filter_map(|name| substs.get(*name))
            .map(|ty| self.table.deep(ty))
            .collect();
        match lang.handed_on(trait_) {
            // `x.into()` is `T::from(x)`, of a pointer as well: it is given away as it is.
            Some((trait_, method, true)) => {
                let to = self.shallow(args.first()?);
                Some(Wanted { trait_, method, of: to, args: vec![self.table.deep(&whole)] })
            }
            Some((trait_, method, false)) => Some(Wanted { trait_, method, of, args }),
            None => Some(Wanted { trait_, method: row.name, of, args }),
        }
    }

    /// The type that a pointer's impl of a library's trait hands on to: a box has all that its content has; references and handles have
    /// the same but for `Clone`, which copies themselves.
    fn behind_pointers(&self, ty: Type, trait_: Name) -> Type {
        let mut ty = ty;
        for _ in 0..8 {
            let inner = match &ty {
                Type::Ref(_, inner) if trait_ != self.lang.clone_trait => (**inner).clone(),
                Type::Lib(path, args) => match (self.lib.types.get(path), args.first()) {
                    (Some(row), Some(first))
                        if row.builtin_deref || row.handle && trait_ != self.lang.clone_trait =>
                    {
                        first.clone()
                    }
                    _ => break,
                },
                _ => break,
            };
            ty = self.shallow(&inner);
        }
        ty
    }

    /// The only impl of the analysed code that fits, and its function.
    fn impl_of_lib(&mut self, wanted: &Wanted) -> Option<(ImplId, FnId)> {
        let model = self.model;
        let head = TypeHead::of(&wanted.of)?;
        let mut fitting = Vec::new();
        for id in model.impls_of_lib_trait(wanted.trait_.as_str(), head) {
            let imp = model.impl_(*id);
            let args = imp.trait_.as_ref().map_or(&[][..], |(_, args)| args);
            let attempt = self.attempt_start();
            let subst = self.fresh_subst(&imp.generics.params);
            let fits = self.table.unify(&imp.self_ty.substitute(&subst), &wanted.of)
                && args.iter().zip(&wanted.args).all(|(a, b)| self.table.unify(&a.substitute(&subst), b));
            self.forget(attempt);
            let found = imp.fns.iter().find(|(name, _)| *name == wanted.method).map(|(_, f)| (*id, *f));
            fitting.extend(found.filter(|_| fits));
        }
        if fitting.iter().any(|(id, _)| !model.impl_(*id).test) {
            fitting.retain(|(id, _)| !model.impl_(*id).test);
        }
        // A library's type has impls that we do not see, but then it fits none of the analysed code's.
        match fitting.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// The impl's parameters, as far as the call tells, for its function in place of the trait's.
    fn substs_of_impl(&mut self, imp: ImplId, f: FnId, used: &Subst) -> Vec<(Name, Type)> {
        let Some(of) = used.get(self.lang.self_param).cloned() else { return Vec::new() };
        let imp = self.model.impl_(imp);
        if imp.generics.params.is_empty() || self.model.fn_def(f).self_param.is_none() {
            return Vec::new();
        }
        let snapshot = self.table.snapshot();
        let subst = self.fresh_subst(&imp.generics.params);
        let fits = self.table.unify(&imp.self_ty.substitute(&subst), &of);
        let found = subst.0.iter().map(|(name, ty)| (*name, self.table.deep(ty))).collect();
        self.table.rollback(snapshot);
        if fits { found } else { Vec::new() }
    }

    /// The function of an impl of an operator's trait that the operator calls: its own, or that which the trait's body for it calls.
    pub fn operator_fn(&self, imp: ImplId, trait_: TraitRef, method: Name) -> Option<FnId> {
        let find = |method: Name| {
            self.model.impl_(imp).fns.iter().find(|(name, _)| *name == method).map(|(_, f)| *f)
        };
        let TraitRef::Lib(path) = trait_ else { return find(method) };
        find(method).or_else(|| self.lang.required(path).and_then(find))
    }
}
