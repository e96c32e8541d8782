//! What paths mean as values: items with their parameters put in.

use super::Infer;
use super::bounds::{Has, substitute};
use super::work::Work;
use crate::model::Subst;
use crate::model::items::{Def, FnOwner, ImplId, SelfKind, StaticId};
use crate::model::library::{Api, ApiId, Library};
use crate::model::scope::{PathRes, TypeHead};
use crate::model::types::{AdtId, Bound, FnId, FnKind, Mutability, TraitId, TraitRef, Type, Types};
use crate::model::typing::{Callee, Res};
use crate::syntax::{Name, PatId, Path, Shape, StaticKind, mbe};
use std::sync::Arc;

/// Something that can be called, with variables for its parameters.
#[derive(Debug)]
pub(super) struct Item {
    /// What is called.
    pub callee: Callee,
    /// What the path means.
    pub res: Res,
    /// Types of the arguments; a method's receiver is the first.
    pub params: Vec<Type>,
    /// The result.
    pub ret: Type,
    /// What stands for its type parameters.
    pub substs: Subst,
}

/// What a path means as a value.
pub(super) enum Meaning {
    /// A variable, static, constant, unit struct or unit variant.
    Value(Type, Res),
    /// A function or constructor.
    Item(Item),
    /// One of several impls' functions; the arguments decide.
    Choice(Type, Vec<(ImplId, FnId)>),
    /// Not known.
    Unknown,
}

impl<'a> Infer<'a> {
    /// What a path means.
    pub fn path_meaning(&mut self, path: &Path, turbofish_only: bool) -> Meaning {
        if !turbofish_only && let Some(found) = self.local_meaning(path) {
            return found;
        }
        match self.resolve_path(path) {
            PathRes::Def(def, args) => self.def_meaning(def, &args),
            PathRes::Assoc { base, trait_, name, args } => {
                let base = self.normalize(&base);
                self.assoc_meaning(&base, trait_, name, &args)
            }
            PathRes::LibPath(found) => {
                let args = self.written_args(path);
                self.lib_meaning(found, &args)
            }
            PathRes::Unknown => Meaning::Unknown,
        }
    }

    /// The generic arguments of a library's function or variant: `size_of::<T>`, `Ok::<T, E>`, `Option::<T>::None`.
    fn written_args(&mut self, path: &Path) -> Vec<Type> {
        let args = path.segments.iter().rev().take(2).find_map(|segment| segment.args.as_ref());
        args.map(|args| args.tys.iter().map(|ty| self.lower_ty(*ty)).collect()).unwrap_or_default()
    }

    /// Asks the model; what is not written becomes a variable.
    pub fn resolve_path(&mut self, path: &Path) -> PathRes {
        self.scope.at = path.range.lo;
        let plain = unmarked(path);
        let path = plain.as_ref().unwrap_or(path);
        let table = &mut self.table;
        self.model.resolve_value_with(&self.scope, path, self.arena, &mut || {
            table.fresh(super::table::VarKind::General)
        })
    }

    fn local_meaning(&mut self, path: &Path) -> Option<Meaning> {
        let [segment] = path.segments.as_slice() else { return None };
        if path.global || path.qself.is_some() || segment.args.is_some() {
            return None;
        }
        if segment.name == self.lang.self_value {
            let ty = self.self_value.clone().unwrap_or(Type::Unknown);
            return Some(Meaning::Value(ty, Res::SelfValue));
        }
        let pat = self.local(segment.name)?;
        let ty = self.out.bindings.get(&pat).map_or(Type::Unknown, |binding| binding.ty.clone());
        Some(Meaning::Value(ty, Res::Local(pat)))
    }

    /// The variable of that name. One that a macro names is its own; else one of the body that the macro is defined in.
    fn local(&self, name: Name) -> Option<PatId> {
        let own = self.locals.find(name);
        if own.is_none() && mbe::sees_body(&name) {
            return self.locals.find(Name::from(mbe::plain(&name)));
        }
        own
    }

    fn def_meaning(&mut self, def: Def, args: &[Type]) -> Meaning {
        match def {
            Def::Fn(f) => Meaning::Item(self.fn_item(f, args, Subst::default())),
            Def::Static(id) => Meaning::Value(self.static_ty(id), Res::Static(id)),
            Def::Adt(id) => {
                let args = self.open_args(args, self.model.adt(id).generics.params.len());
                self.ctor(id, 0, args, Res::Struct(id))
            }
            Def::Variant(id, variant) => {
                let args = self.open_args(args, self.model.adt(id).generics.params.len());
                self.ctor(id, variant, args, Res::Variant(id, variant))
            }
            Def::Param(_) => Meaning::Value(Type::Unknown, Res::Unknown),
            Def::LibPath(path) => self.lib_meaning(path, args),
            Def::Module(_) | Def::Trait(_) | Def::Alias(_) | Def::Prim(_) => Meaning::Unknown,
        }
    }

    /// A static's or constant's type as seen by code that names it.
    pub fn static_ty(&mut self, id: StaticId) -> Type {
        let item = self.model.static_(id);
        let ty = self.normalize(&item.ty);
        match item.kind.and_then(StaticKind::wrapper) {
            Some(wrapper) => Type::lib(wrapper, [ty]),
            None => ty,
        }
    }

    fn ctor(&mut self, id: AdtId, variant: u32, args: Types, res: Res) -> Meaning {
        let adt = self.model.adt(id);
        let Some(def) = adt.variants.get(variant as usize) else { return Meaning::Unknown };
        let ty = Type::Adt(id, args.clone());
        match def.shape {
            Shape::Unit => Meaning::Value(ty, res),
            Shape::Tuple => {
                let substs = Subst::pair(&adt.generics.params, &args);
                let params = def.fields.iter().map(|field| self.inst(&field.ty, &substs)).collect();
                Meaning::Item(Item { callee: Callee::Ctor(res.clone()), res, params, ret: ty, substs })
            }
            Shape::Named => Meaning::Unknown,
        }
    }

    /// A function with variables for its parameters, but for those of its impl or trait that `outer` gives.
    pub fn fn_item(&mut self, f: FnId, turbofish: &[Type], outer: Subst) -> Item {
        let model = self.model;
        let def = model.fn_def(f);
        let sig = model.sig(f);
        let mut substs = outer;
        let callee = match def.owner {
            FnOwner::Free => Callee::Fn(f),
            FnOwner::Impl(imp) => {
                let generics = &model.impl_(imp).generics;
                self.fill(&mut substs, &generics.params);
                self.require(&generics.bounds, &substs);
                Callee::Fn(f)
            }
            FnOwner::Trait(trait_) => {
                self.fill(&mut substs, &[self.lang.self_param]);
                self.fill(&mut substs, &model.trait_(trait_).generics.params);
                Callee::TraitFn { trait_, func: f, dynamic: false }
            }
        };
        for (i, name) in sig.generics.params.iter().enumerate() {
            let ty = match turbofish.get(i) {
                Some(ty) => self.open(ty),
                None => self.fresh(),
            };
            substs.set(*name, ty);
        }
        self.require(&sig.generics.bounds, &substs);
        let mut params = Vec::with_capacity(sig.params.len() + 1);
        if let Some(self_ty) = &sig.self_ty {
            params.push(self.inst(self_ty, &substs));
        }
        for ty in &sig.params {
            params.push(self.inst_param(ty, &substs));
        }
        let mut ret = self.inst(&sig.ret, &substs);
        if def.is_async {
            ret = Type::Future(None, Arc::new(ret));
        }
        Item { callee, res: Res::Fn(f), params, ret, substs }
    }

    fn fill(&mut self, substs: &mut Subst, params: &[Name]) {
        for name in params {
            if substs.get(*name).is_none() {
                let var = self.fresh();
                substs.set(*name, var);
            }
        }
    }

    /// A library's function with variables for its parameters. The type that it is a method of is the first of the pair.
    pub fn api_item(&mut self, id: ApiId, turbofish: &[Type]) -> Option<(Type, Item)> {
        let lib = self.lib;
        let api = lib.apis.get(id.0 as usize)?;
        let self_pattern = api.self_ty.clone().unwrap_or(Type::Param(self.lang.self_param));
        let mut substs = self.fresh_subst(&api.params);
        let has_self = api.recv.is_some() || api.self_ty.is_some() || api.owner.is_some();
        if has_self {
            self.fill(&mut substs, &[self.lang.self_param]);
        }
        self.put_turbofish(api, turbofish, &mut substs);
        let self_ty = self.inst(&self_pattern, &substs);
        if self_pattern != Type::Param(self.lang.self_param)
            && let Some(var) = substs.get(self.lang.self_param).cloned()
        {
            self.unify(&var, &self_ty);
        }
        if self_pattern == Type::Param(self.lang.self_param) {
            self.require_trait(api, &substs);
        }
        self.require(&api.bounds, &substs);
        let mut params = Vec::with_capacity(api.args.len() + 1);
        if let Some(recv) = api.recv {
            params.push(match recv {
                SelfKind::Value => self_ty.clone(),
                SelfKind::Ref => Type::reference(Mutability::Shared, self_ty.clone()),
                SelfKind::RefMut => Type::reference(Mutability::Mut, self_ty.clone()),
                SelfKind::Typed => api.recv_ty.as_ref().map_or(Type::Unknown, |ty| self.inst(ty, &substs)),
            });
        }
        for ty in &api.args {
            params.push(self.inst_param(ty, &substs));
        }
        let mut ret = self.inst(&api.ret, &substs);
        if api.is_async {
            ret = Type::Future(None, Arc::new(ret));
        }
        Some((self_ty, Item { callee: Callee::Api(id), res: Res::Api(id), params, ret, substs }))
    }

    /// Puts the written arguments of a method in place of its own parameters: those that are not its type's or trait's.
    fn put_turbofish(&mut self, api: &Api, turbofish: &[Type], substs: &mut Subst) {
        let own: Vec<Name> = api.params.iter().skip(api.n_outer as usize).copied().collect();
        for (name, ty) in own.into_iter().zip(turbofish) {
            let ty = self.open(ty);
            substs.set(name, ty);
        }
    }

    /// A trait's method says of its `Self` that it has the trait, with these arguments.
    fn require_trait(&mut self, api: &Api, substs: &Subst) {
        let args: Vec<Type> = api
            .params
            .iter()
            .take(api.n_outer as usize)
            .filter(|name| **name != self.lang.self_param)
            .filter_map(|name| substs.get(*name).cloned())
            .collect();
        if let (Some(owner), Some(self_ty), false) =
            (api.owner, substs.get(self.lang.self_param), args.is_empty())
        {
            let bound = Bound { trait_: TraitRef::Lib(owner), args: args.into(), assoc: [].into() };
            self.work.push(Work::Bound(self_ty.clone(), bound, 0));
        }
    }

    /// What a library's path means as a value.
    fn lib_meaning(&mut self, path: Name, args: &[Type]) -> Meaning {
        let lib = self.lib;
        if let Some(api) = lib.fns.get(&path) {
            return self.api_item(*api, args).map_or(Meaning::Unknown, |(_, item)| Meaning::Item(item));
        }
        if let Some(ty) = lib.consts.get(&path) {
            return Meaning::Value(ty.clone(), Res::Lib(path));
        }
        if lib.types.contains_key(&path) {
            return self.lib_struct(path);
        }
        if let Some((owner, name)) = path.as_str().rsplit_once("::") {
            let (owner, name) = (Name::from(owner), Name::from(name));
            if let Some(api) = lib.trait_methods.get(&(owner, name)) {
                return self.api_item(*api, &[]).map_or(Meaning::Unknown, |(_, item)| Meaning::Item(item));
            }
            if let Some(row) = lib.types.get(&owner) {
                if let Some((_, fields)) = row.variants.iter().find(|(n, _)| *n == name) {
                    return self.lib_ctor(owner, fields, Res::LibVariant(owner, name), args);
                }
                let args = self.open_args(&[], row.params.len());
                return self.assoc_meaning(&Type::Lib(owner, args), None, name, &[]);
            }
        }
        Meaning::Value(Type::Unknown, Res::Lib(path))
    }

    fn lib_struct(&mut self, path: Name) -> Meaning {
        let Some(row) = self.lib.types.get(&path) else { return Meaning::Unknown };
        let fields: Vec<Type> = row
            .fields
            .iter()
            .filter(|(name, _)| name.as_str().bytes().all(|b| b.is_ascii_digit()))
            .map(|(_, ty)| ty.clone())
            .collect();
        self.lib_ctor(path, &fields, Res::LibStruct(path), &[])
    }

    fn lib_ctor(&mut self, path: Name, fields: &[Type], res: Res, written: &[Type]) -> Meaning {
        let Some(row) = self.lib.types.get(&path) else { return Meaning::Unknown };
        let written = written.get(..row.params.len()).unwrap_or(written);
        let args = self.open_args(written, row.params.len());
        let ty = Type::Lib(path, args.clone());
        if fields.is_empty() {
            return Meaning::Value(ty, res);
        }
        let substs = Subst::pair(&row.params, &args);
        let params = fields.iter().map(|field| self.inst(field, &substs)).collect();
        Meaning::Item(Item { callee: Callee::Ctor(res.clone()), res, params, ret: ty, substs })
    }

    /// `base::name`, `<base as trait_>::name`.
    fn assoc_meaning(&mut self, base: &Type, trait_: Option<TraitRef>, name: Name, args: &[Type]) -> Meaning {
        if trait_.is_none()
            && let Some(found) = self.impl_meaning(base, name, args, None)
        {
            return found;
        }
        self.other_meaning(base, trait_, name, args)
    }

    /// `base::name` where no impl of the analysed code gives it.
    pub fn other_meaning(
        &mut self,
        base: &Type,
        trait_: Option<TraitRef>,
        name: Name,
        args: &[Type],
    ) -> Meaning {
        let base = self.shallow(base);
        if base == Type::Unknown {
            return Meaning::Unknown;
        }
        match trait_ {
            Some(TraitRef::Local(id)) => return self.trait_item(&base, id, &[], name, args),
            Some(TraitRef::Lib(path)) => {
                if let Some(found) = self.impl_meaning(&base, name, args, trait_) {
                    return found;
                }
                return match self.lib.trait_methods.get(&(path, name)) {
                    Some(api) => self.api_for(*api, &base, args).map_or(Meaning::Unknown, Meaning::Item),
                    None => Meaning::Unknown,
                };
            }
            None => {}
        }
        if let Some(found) = self.const_meaning(&base, name) {
            return found;
        }
        if let Some(found) = self.lib_assoc(&base, name, args) {
            return found;
        }
        if let Some(found) = self.bound_meaning(&base, name, args) {
            return found;
        }
        if let Some(found) = self.default_meaning(&base, name, args) {
            return found;
        }
        self.lib_trait_meaning(&base, name, args)
    }

    /// A function of an impl of the analysed code.
    fn impl_meaning(
        &mut self,
        base: &Type,
        name: Name,
        args: &[Type],
        trait_: Option<TraitRef>,
    ) -> Option<Meaning> {
        let base = &self.shallow(base);
        let head = TypeHead::of(base)?;
        let mut list: Vec<(ImplId, FnId)> = self.model.method_candidates(head, name);
        list.retain(|(imp, _)| {
            let of = self.model.impl_(*imp).trait_.as_ref().map(|(t, _)| *t);
            (trait_.is_none() || of == trait_) && self.impl_fits(*imp, base)
        });
        if let Some(inherent) = list.iter().position(|(imp, _)| self.model.impl_(*imp).trait_.is_none()) {
            list = vec![list.swap_remove(inherent)];
        }
        self.prefer_program(&mut list);
        match list.as_slice() {
            [] => None,
            // A type of a library has impls of the library's traits that we do not see: the arguments must decide.
            [(imp, _)]
                if !matches!(base, Type::Adt(..))
                    && matches!(self.model.impl_(*imp).trait_, Some((TraitRef::Lib(_), _))) =>
            {
                Some(Meaning::Choice(base.clone(), list))
            }
            [(imp, f)] => Some(Meaning::Item(self.impl_item(*imp, *f, base, args))),
            _ => Some(Meaning::Choice(base.clone(), list)),
        }
    }

    /// Leaves test code's impls out where others are there.
    pub fn prefer_program(&self, list: &mut Vec<(ImplId, FnId)>) {
        if list.len() > 1 && list.iter().any(|(imp, _)| !self.model.impl_(*imp).test) {
            list.retain(|(imp, _)| !self.model.impl_(*imp).test);
        }
    }

    /// A function of an impl whose self type is this.
    pub fn impl_item(&mut self, imp: ImplId, f: FnId, base: &Type, args: &[Type]) -> Item {
        let imp = self.model.impl_(imp);
        let subst = self.fresh_subst(&imp.generics.params);
        self.unify(&substitute(&imp.self_ty, &subst), base);
        self.fn_item(f, args, subst)
    }

    /// A function of a trait of the analysed code, for this type.
    pub fn trait_item(
        &mut self,
        base: &Type,
        trait_: TraitId,
        trait_args: &[Type],
        name: Name,
        args: &[Type],
    ) -> Meaning {
        let Some(f) = self.model.trait_method(trait_, name) else {
            return match self.model.trait_(trait_).consts.iter().find(|(n, _)| *n == name) {
                Some((_, id)) => self.trait_const(base, *id),
                None => Meaning::Unknown,
            };
        };
        let mut subst = Subst(vec![(self.lang.self_param, base.clone())]);
        if let FnOwner::Trait(owner) = self.model.fn_def(f).owner
            && owner == trait_
        {
            for (param, ty) in self.model.trait_(trait_).generics.params.iter().zip(trait_args) {
                subst.set(*param, ty.clone());
            }
        }
        Meaning::Item(self.fn_item(f, args, subst))
    }

    fn trait_const(&mut self, base: &Type, id: StaticId) -> Meaning {
        let subst = Subst(vec![(self.lang.self_param, base.clone())]);
        let ty = self.inst(&self.model.static_(id).ty, &subst);
        Meaning::Value(ty, Res::Static(id))
    }

    fn const_meaning(&mut self, base: &Type, name: Name) -> Option<Meaning> {
        let head = TypeHead::of(base)?;
        for (imp, id) in self.model.const_candidates(head, name) {
            if self.impl_fits(imp, base) {
                let imp = self.model.impl_(imp);
                let subst = self.fresh_subst(&imp.generics.params);
                self.unify(&substitute(&imp.self_ty, &subst), base);
                let ty = self.inst(&self.model.static_(id).ty, &subst);
                return Some(Meaning::Value(ty, Res::Static(id)));
            }
        }
        let Type::Prim(prim) = base else { return None };
        let path = Name::from(&format!("{prim}::{name}"));
        let ty = self.lib.consts.get(&path)?.substitute(&Subst(vec![(self.lang.self_param, base.clone())]));
        Some(Meaning::Value(ty, Res::Lib(path)))
    }

    /// An associated function (or a method, named by its path) of a library's type.
    fn lib_assoc(&mut self, base: &Type, name: Name, args: &[Type]) -> Option<Meaning> {
        let lib = self.lib;
        let head = Library::head(base)?;
        for api in lib.methods_of(head, name) {
            if let Some(item) = self.api_for(*api, base, args) {
                return Some(Meaning::Item(item));
            }
        }
        None
    }

    /// A library's function for this type, if it is for it.
    pub fn api_for(&mut self, api: ApiId, base: &Type, args: &[Type]) -> Option<Item> {
        let attempt = self.attempt_start();
        let (self_ty, item) = self.api_item(api, args)?;
        if self.table.unify(&self_ty, base) {
            return Some(item);
        }
        self.forget(attempt);
        None
    }

    fn bound_meaning(&mut self, base: &Type, name: Name, args: &[Type]) -> Option<Meaning> {
        for bound in self.bounds_of(base) {
            match bound.trait_ {
                TraitRef::Local(id) => {
                    let trait_ = self.model.trait_(id);
                    if trait_.fns.iter().any(|(n, _)| *n == name)
                        || trait_.consts.iter().any(|(n, _)| *n == name)
                    {
                        return Some(self.trait_item(base, id, &bound.args, name, args));
                    }
                }
                TraitRef::Lib(path) => {
                    if let Some(api) = self.lib.trait_methods.get(&(path, name))
                        && let Some(item) = self.api_for(*api, base, args)
                    {
                        return Some(Meaning::Item(item));
                    }
                }
            }
        }
        None
    }

    /// A trait's function with a body that the type's impl leaves as it is, or one of an impl for every type.
    fn default_meaning(&mut self, base: &Type, name: Name, args: &[Type]) -> Option<Meaning> {
        let model = self.model;
        let by_head = TypeHead::of(base).map(|head| model.trait_impls_with(head, name)).unwrap_or_default();
        for id in by_head.iter().chain(model.blanket_impls_with(name)) {
            let imp = model.impl_(*id);
            let Some((TraitRef::Local(trait_), trait_args)) = &imp.trait_ else { continue };
            let def = model.trait_(*trait_);
            let declares =
                def.fns.iter().any(|(n, _)| *n == name) || def.consts.iter().any(|(n, _)| *n == name);
            if declares && self.impl_fits(*id, base) {
                let subst = self.fresh_subst(&imp.generics.params);
                self.unify(&substitute(&imp.self_ty, &subst), base);
                let trait_args: Vec<Type> = trait_args.iter().map(|ty| self.inst(ty, &subst)).collect();
                return Some(self.trait_item(base, *trait_, &trait_args, name, args));
            }
        }
        None
    }

    fn lib_trait_meaning(&mut self, base: &Type, name: Name, args: &[Type]) -> Meaning {
        if let Type::Infer(_) = base {
            return Meaning::Unknown;
        }
        let list = self.traits_by_method(name);
        for wanted in [Has::Yes, Has::Unknown] {
            for (trait_, api) in list.iter() {
                if self.has(base, TraitRef::Lib(*trait_)) == wanted
                    && (wanted == Has::Yes || self.common(*trait_))
                    && let Some(item) = self.api_for(*api, base, args)
                {
                    return Meaning::Item(item);
                }
            }
        }
        Meaning::Unknown
    }

    /// Whether a type of which no impl is known may be taken to have a trait.
    pub fn common(&self, trait_: Name) -> bool {
        self.lang.common_traits().contains(&trait_) || self.lang.conversion_traits().contains(&trait_)
    }

    /// The library traits that have a method of this name.
    pub fn traits_by_method(&self, name: Name) -> &'a [(Name, ApiId)] {
        self.lib.traits_by_method.get(&name).map_or(&[], Vec::as_slice)
    }

    /// The type of an item as a value: an item of the analysed code stays itself, so that its callers are known.
    pub fn item_ty(&mut self, item: &Item) -> Type {
        if let Callee::Fn(f) = item.callee
            && item.substs.0.is_empty()
        {
            return Type::FnItem(f);
        }
        let parts: Vec<Type> = item.params.iter().cloned().chain([item.ret.clone()]).collect();
        Type::Fn(FnKind::Pointer, parts.into())
    }
}

/// The path of one name without the mark that an expansion gave it: items have none.
fn unmarked(path: &Path) -> Option<Path> {
    let [segment] = path.segments.as_slice() else { return None };
    if !mbe::is_marked(&segment.name) {
        return None;
    }
    let mut plain = path.clone();
    plain.segments.iter_mut().for_each(|it| it.name = Name::from(mbe::plain(&it.name)));
    Some(plain)
}
