//! Questions about the tables.

use super::items::{Adt, Alias, AliasId, Crate, FnDef, Impl, ImplId, ModuleId, Static, StaticId, Trait};
use super::scope::TypeHead;
use super::types::{AdtId, Bound, FnId, TraitId, Type};
use super::{Model, Subst};
use crate::source::FileId;
use crate::syntax::{FileTree, Name};

impl Model {
    /// Returns the tree of a file.
    pub fn tree(&self, file: FileId) -> Option<&FileTree> {
        self.trees.get(&file)
    }

    /// Returns a struct, enum or union.
    pub fn adt(&self, id: AdtId) -> &Adt {
        &self.adts[id.0 as usize]
    }

    /// Returns a function.
    pub fn fn_def(&self, id: FnId) -> &FnDef {
        &self.fns[id.0 as usize]
    }

    /// Returns a static or const.
    pub fn static_(&self, id: StaticId) -> &Static {
        &self.statics[id.0 as usize]
    }

    /// Returns an impl.
    pub fn impl_(&self, id: ImplId) -> &Impl {
        &self.impls[id.0 as usize]
    }

    /// Returns a trait.
    pub fn trait_(&self, id: TraitId) -> &Trait {
        &self.traits[id.0 as usize]
    }

    /// Returns a type alias.
    pub fn alias(&self, id: AliasId) -> &Alias {
        &self.aliases[id.0 as usize]
    }

    /// Returns the crate of a module.
    pub fn krate(&self, module: ModuleId) -> &Crate {
        &self.crates[self.modules[module.0 as usize].krate.0 as usize]
    }

    /// Returns the edition that a function's body follows.
    pub fn edition_of(&self, f: FnId) -> u16 {
        self.krate(self.fn_def(f).module).edition
    }

    /// Returns the impls, inherent and of traits, whose self type has this head.
    pub fn impls_for_head(&self, _head: TypeHead) -> &[ImplId] {
        &[]
    }

    /// Returns the impls for every type (`impl<T: X> Tr for T`).
    pub fn blanket_impls(&self) -> &[ImplId] {
        &[]
    }

    /// Returns the functions of this name in impls for this head.
    pub fn method_candidates(&self, _head: TypeHead, _name: Name) -> Vec<(ImplId, FnId)> {
        Vec::new()
    }

    /// Returns the associated consts of this name in impls for this head.
    pub fn const_candidates(&self, _head: TypeHead, _name: Name) -> Vec<(ImplId, StaticId)> {
        Vec::new()
    }

    /// Returns a trait's function by name, supertraits included.
    pub fn trait_method(&self, _t: TraitId, _name: Name) -> Option<FnId> {
        None
    }

    /// Returns a type's `deref` function, what it gives (over the impl's parameters), and the impl.
    pub fn deref_impl(&self, _adt: AdtId) -> Option<(FnId, Type, ImplId)> {
        None
    }

    /// Returns the field that a derived `Deref` gives (`#[derive(Deref)]` of `derive_more` and the like), for a type with one field.
    pub fn derived_deref(&self, _adt: AdtId) -> Option<&Type> {
        None
    }

    /// Returns a type's `drop` function.
    pub fn has_drop_impl(&self, _adt: AdtId) -> Option<FnId> {
        None
    }

    /// Returns whether a type is `Copy`; `None` when that is not known. Parameters: see [`Model::is_copy_under`].
    pub fn is_copy(&self, ty: &Type) -> Option<bool> {
        self.is_copy_under(ty, &[])
    }

    /// Returns whether a type is `Copy` given what is known of its parameters.
    pub fn is_copy_under(&self, _ty: &Type, _bounds: &[(Type, Bound)]) -> Option<bool> {
        None
    }

    /// Matches an impl's self type with a type: what the impl's parameters are then, if it can be for that type.
    pub fn match_impl(&self, id: ImplId, ty: &Type) -> Option<Subst> {
        let impl_ = self.impl_(id);
        let mut subst = Subst::default();
        impl_.self_ty.match_against(&impl_.generics.params, ty, &mut subst).then_some(subst)
    }
}
