//! The scope of each item: what its signature and body can name.

use super::Model;
use super::items::{AliasId, FnOwner, FnSig, GenericsDef, ImplId, StaticId};
use super::scope::Scope;
use super::types::{AdtId, Bound, FnId, Mutability, TraitId, TraitRef, Type};
use crate::source::Span;
use crate::syntax::{Arena, FileTree, FnDecl, Generics, Item, ItemKind, Name, SelfParam, TyId};
use std::sync::Arc;

use super::declare::Written;

impl Model {
    /// Returns a function's signature, resolved at the first question.
    pub fn sig(&self, f: FnId) -> &FnSig {
        self.fn_def(f).sig.get_or_init(|| self.compute_sig(f))
    }

    /// Returns what a function's body can name. `at` and `block_uses` are the caller's to set.
    pub fn scope_of_fn(&self, f: FnId) -> Scope {
        let mut scope = self.scope_of_owner(f);
        scope.in_fn = Some(f);
        let generics = &self.sig(f).generics;
        scope.generics.extend(&generics.params);
        scope.bounds.extend(generics.bounds.iter().cloned());
        scope
    }

    /// Returns what a static's or const's type and initialiser can name.
    pub fn scope_of_static(&self, s: StaticId) -> Scope {
        let def = self.static_(s);
        match def.owner {
            FnOwner::Free => Scope::of_module(def.module),
            FnOwner::Impl(id) => self.scope_of_impl(id),
            FnOwner::Trait(id) => self.scope_of_trait(id),
        }
    }

    /// Returns what a function's signature can name besides its own parameters.
    fn scope_of_owner(&self, f: FnId) -> Scope {
        let def = self.fn_def(f);
        match def.owner {
            FnOwner::Free => Scope::of_module(def.module),
            FnOwner::Impl(id) => self.scope_of_impl(id),
            FnOwner::Trait(id) => self.scope_of_trait(id),
        }
    }

    /// Returns what an impl's members can name.
    pub fn scope_of_impl(&self, id: ImplId) -> Scope {
        let impl_ = self.impl_(id);
        Scope {
            generics: impl_.generics.params.clone(),
            self_ty: Some(impl_.self_ty.clone()),
            impl_: Some(id),
            bounds: impl_.generics.bounds.clone(),
            ..Scope::of_module(impl_.module)
        }
    }

    /// Returns what a trait's members can name.
    pub fn scope_of_trait(&self, id: TraitId) -> Scope {
        let trait_ = self.trait_(id);
        let self_ty = Type::Param(Name::from("Self"));
        let args = trait_.generics.params.iter().map(|param| Type::Param(*param)).collect();
        let own = Bound { trait_: TraitRef::Local(id), args, assoc: Arc::from([]) };
        let mut bounds = vec![(self_ty.clone(), own)];
        bounds.extend(trait_.generics.bounds.iter().cloned());
        Scope {
            generics: trait_.generics.params.clone(),
            self_ty: Some(self_ty),
            self_trait: Some(id),
            bounds,
            ..Scope::of_module(trait_.module)
        }
    }

    /// Returns what a type's fields can name.
    pub fn scope_of_adt(&self, id: AdtId) -> Scope {
        let adt = self.adt(id);
        let args = adt.generics.params.iter().map(|param| Type::Param(*param)).collect();
        Scope {
            generics: adt.generics.params.clone(),
            self_ty: Some(Type::Adt(id, args)),
            bounds: adt.generics.bounds.clone(),
            ..Scope::of_module(adt.module)
        }
    }

    /// Returns what an alias can name.
    pub fn scope_of_alias(&self, id: AliasId) -> Scope {
        let alias = self.alias(id);
        Scope { generics: alias.generics.params.clone(), ..Scope::of_module(alias.module) }
    }

    fn compute_sig(&self, f: FnId) -> FnSig {
        let nothing =
            FnSig { generics: GenericsDef::default(), self_ty: None, params: Vec::new(), ret: Type::Unknown };
        let def = self.fn_def(f);
        let written = Written { file: def.span.file, item: def.item };
        let Some((tree, Item { kind: ItemKind::Fn(decl), .. })) = self.written_item(written) else {
            return nothing;
        };
        let arena = &tree.arena;
        let mut scope = self.scope_of_owner(f);
        let params: Vec<Name> = decl.generics.params.iter().map(|param| param.name).collect();
        scope.generics.extend(&params);
        let bounds = self.bounds_of(&scope, arena, &decl.generics);
        scope.bounds.extend(bounds.iter().cloned());
        FnSig {
            generics: GenericsDef { params, defaults: Vec::new(), bounds },
            self_ty: self.receiver(&scope, arena, decl),
            params: decl.params.iter().map(|ty| self.lower_ty(&scope, arena, *ty)).collect(),
            ret: decl.ret.map_or_else(Type::unit, |ty| self.lower_ty(&scope, arena, ty)),
        }
    }

    /// Returns the types of a function's parameters (without the receiver) and its result, as far as written, with where they stand. None
    /// for a function that a macro wrote.
    pub fn written_types(&self, f: FnId) -> Vec<(Type, Span)> {
        let def = self.fn_def(f);
        let written = Written { file: def.span.file, item: def.item };
        let by_macro = def.body.as_ref().is_some_and(|it| it.written.is_some());
        let Some((tree, Item { kind: ItemKind::Fn(decl), .. })) = self.written_item(written) else {
            return Vec::new();
        };
        if by_macro {
            return Vec::new();
        }
        let sig = self.sig(f);
        let types = sig.params.iter().chain(std::iter::once(&sig.ret));
        let places = decl.params.iter().map(Some).chain(std::iter::once(decl.ret.as_ref()));
        let one = |(ty, id): (&Type, Option<&TyId>)| {
            let range = tree.arena.tys.get(id?.0 as usize)?.range;
            Some((ty.clone(), range.of(def.span.file)))
        };
        types.zip(places).filter_map(one).collect()
    }

    fn receiver(&self, scope: &Scope, arena: &Arena, decl: &FnDecl) -> Option<Type> {
        let own = || scope.self_ty.clone().unwrap_or(Type::Unknown);
        Some(match decl.self_param.as_ref()? {
            SelfParam::Value => own(),
            SelfParam::Ref => Type::reference(Mutability::Shared, own()),
            SelfParam::RefMut => Type::reference(Mutability::Mut, own()),
            SelfParam::Typed(ty) => self.lower_ty(scope, arena, *ty),
        })
    }

    /// Lowers the bounds of generics as written, inline and `where`.
    pub(super) fn bounds_of(&self, scope: &Scope, arena: &Arena, generics: &Generics) -> Vec<(Type, Bound)> {
        let mut all = Vec::new();
        for param in &generics.params {
            let bounds = self.lower_bounds(scope, arena, &param.bounds);
            all.extend(bounds.into_iter().map(|bound| (Type::Param(param.name), bound)));
        }
        for (ty, bounds) in &generics.wheres {
            let ty = self.lower_ty(scope, arena, *ty);
            if ty != Type::Unknown {
                let bounds = self.lower_bounds(scope, arena, bounds);
                all.extend(bounds.into_iter().map(|bound| (ty.clone(), bound)));
            }
        }
        all
    }

    /// Returns an item of the trees with its file's tree.
    pub(super) fn written_item(&self, at: Written) -> Option<(&FileTree, &Item)> {
        let tree = self.trees.get(&at.file)?;
        Some((tree, tree.items.get(at.item.0 as usize)?))
    }

    /// Returns what an alias is written to stand for, with its file's tree.
    pub(super) fn written_alias(&self, id: AliasId) -> Option<(&FileTree, TyId)> {
        match self.written_item(*self.written.aliases.get(id.0 as usize)?)? {
            (tree, Item { kind: ItemKind::TypeAlias { ty, .. }, .. }) => Some((tree, *ty)),
            _ => None,
        }
    }
}
