//! Questions about the tables.

use super::items::{
    Adt, AdtKind, Alias, AliasId, Crate, CrateId, Def, FnDef, Impl, ImplId, ModuleId, Static, StaticId, Trait,
};
use super::macros::InBodies;
use super::names::Names;
use super::scope::TypeHead;
use super::types::{AdtId, Bound, FnId, FnKind, Mutability, TraitId, TraitRef, Type, Types};
use super::{Model, Subst};
use crate::source::FileId;
use crate::syntax::{self, BodyContext, BodySource, BodyTree, FileTree, FindMacro, ItemCalls, Name, Vis};

impl Model {
    /// Returns the tree of a file.
    pub fn tree(&self, file: FileId) -> Option<&FileTree> {
        self.trees.get(&file)
    }

    /// Parses and lowers a body of a file, of which `text` is the whole. Macros that the analysed code defines are expanded.
    pub fn body_tree(&self, text: &str, file: FileId, source: &BodySource) -> BodyTree {
        let tree = self.tree(file);
        let finder = InBodies { macros: &self.macros, file };
        let macros: Option<&dyn FindMacro> = if self.macros.is_empty() { None } else { Some(&finder) };
        let mut body = syntax::lower_body_in(text, file, source, BodyContext { tree, macros }).0;
        if let Some(build) = self.builds.get(&file) {
            body.keep(build);
        }
        body
    }

    /// Returns what became of macro calls among items.
    pub fn item_calls(&self) -> ItemCalls {
        self.macros.calls
    }

    /// Returns whether a module belongs to a crate from elsewhere, of which only a part is read.
    pub fn is_foreign(&self, module: ModuleId) -> bool {
        let krate = self.crate_of(module).and_then(|it| self.crates.get(it.0 as usize));
        krate.is_some_and(|krate| krate.foreign)
    }

    /// Returns the files of crates from elsewhere, sorted.
    pub fn foreign_files(&self) -> Vec<FileId> {
        let foreign = (0..).map(ModuleId).zip(&self.modules).filter(|(id, _)| self.is_foreign(*id));
        let mut files: Vec<FileId> = foreign.map(|(_, module)| module.file).collect();
        files.sort_unstable();
        files.dedup();
        files
    }

    /// Returns the names that modules have for library items, besides those that every module has: the module, the name, who may see
    /// it there, and the item's path. In no order.
    pub fn names_of_library_items(&self) -> impl Iterator<Item = (ModuleId, Name, Vis, Name)> {
        self.names.iter().zip(0..).flat_map(|(names, module)| {
            names.types().filter_map(move |(name, binding)| match binding.def {
                Some(Def::LibPath(path)) => Some((ModuleId(module), name, binding.vis, path)),
                _ => None,
            })
        })
    }

    /// Returns what the names of a module mean that everybody may see, in no order.
    pub(super) fn public_names(&self, module: ModuleId) -> impl Iterator<Item = Def> {
        let names = self.names.get(module.0 as usize);
        names.into_iter().flat_map(Names::all).filter(|it| it.vis == Vis::Public).filter_map(|it| it.def)
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

    /// Returns the number of a module's crate.
    pub fn crate_of(&self, module: ModuleId) -> Option<CrateId> {
        self.modules.get(module.0 as usize).map(|it| it.krate)
    }

    /// Returns the crate of a module.
    pub fn krate(&self, module: ModuleId) -> &Crate {
        &self.crates[self.modules[module.0 as usize].krate.0 as usize]
    }

    /// Returns the edition that a function's body follows.
    pub fn edition_of(&self, f: FnId) -> u16 {
        self.krate(self.fn_def(f).module).edition
    }

    /// Returns the impls, inherent and of traits, whose self type has this head; those in test code last.
    pub fn impls_for_head(&self, head: TypeHead) -> &[ImplId] {
        self.index.by_head.get(&head).map_or(&[], Vec::as_slice)
    }

    /// Returns the impls for every type (`impl<T: X> Tr for T`).
    pub fn blanket_impls(&self) -> &[ImplId] {
        &self.index.blanket
    }

    /// Returns the functions of this name in impls for this head.
    pub fn method_candidates(&self, head: TypeHead, name: Name) -> Vec<(ImplId, FnId)> {
        self.index.fns.get(&(head, name)).cloned().unwrap_or_default()
    }

    /// Returns the associated consts of this name in impls for this head.
    pub fn const_candidates(&self, head: TypeHead, name: Name) -> Vec<(ImplId, StaticId)> {
        self.index.consts.get(&(head, name)).cloned().unwrap_or_default()
    }

    /// Returns a trait's function by name, supertraits included.
    pub fn trait_method(&self, t: TraitId, name: Name) -> Option<FnId> {
        self.above(t).into_iter().find_map(|id| find(&self.trait_(id).fns, name))
    }

    /// Returns a trait and its supertraits in the analysed code, nearest first.
    pub fn above(&self, t: TraitId) -> Vec<TraitId> {
        let mut all = vec![t];
        let mut next = 0;
        // Traits may name each other in a circle, in code that does not compile.
        while let Some(id) = all.get(next).copied() {
            for bound in &self.trait_(id).supers {
                if let TraitRef::Local(above) = bound.trait_
                    && !all.contains(&above)
                {
                    all.push(above);
                }
            }
            next += 1;
        }
        all
    }

    /// Returns the impls of a library's trait for this head.
    pub fn impls_of_lib_trait(&self, trait_: &str, head: TypeHead) -> &[ImplId] {
        self.impls_of_trait(TraitRef::Lib(Name::from(trait_)), head)
    }

    /// Returns the impls of a trait for this head.
    pub fn impls_of_trait(&self, trait_: TraitRef, head: TypeHead) -> &[ImplId] {
        self.index.of_trait.get(&(trait_, head)).map_or(&[], Vec::as_slice)
    }

    /// Returns the impls of a trait for every type.
    pub fn blanket_impls_of(&self, trait_: TraitRef) -> &[ImplId] {
        self.index.blanket_of_trait.get(&trait_).map_or(&[], Vec::as_slice)
    }

    /// Returns the impls for every type of traits of the analysed code that have a function or const of this name.
    pub fn blanket_impls_with(&self, member: Name) -> &[ImplId] {
        self.index.blanket_by_member.get(&member).map_or(&[], Vec::as_slice)
    }

    /// Returns the impls, for a head, of traits of the analysed code that have a function or const of this name, whether the impl gives
    /// it or not; those in test code last.
    pub fn trait_impls_with(&self, head: TypeHead, member: Name) -> Vec<ImplId> {
        let traits = self.index.traits_by_member.get(&member).map_or(&[][..], Vec::as_slice);
        let impls = traits.iter().flat_map(|it| self.impls_of_trait(TraitRef::Local(*it), head));
        let mut impls: Vec<ImplId> = impls.copied().collect();
        impls.sort_unstable_by_key(|id| (self.impl_(*id).test, *id));
        impls
    }

    /// Returns the impls for a head that have an associated type of this name; those in test code last.
    pub fn impls_with_assoc_type(&self, head: TypeHead, name: Name) -> &[ImplId] {
        self.index.assoc_types.get(&(head, name)).map_or(&[], Vec::as_slice)
    }

    /// Returns a type's `deref` function, what it gives (over the impl's parameters), and the impl.
    pub fn deref_impl(&self, adt: AdtId) -> Option<(FnId, Type, ImplId)> {
        let id = *self.impls_of_lib_trait("std::ops::Deref", TypeHead::Adt(adt)).first()?;
        let impl_ = self.impl_(id);
        let function = find(&impl_.fns, Name::from("deref"))?;
        let target = impl_.assoc_types.iter().find(|(name, _)| name.as_str() == "Target");
        let target = target.map_or(Type::Unknown, |(_, ty)| ty.clone());
        Some((function, self.normalize(&self.scope_of_impl(id), &target), id))
    }

    /// Returns the type that a derived `Deref` gives (`#[derive(Deref)]` of `derive_more` and the like): that of the only field, or of the
    /// one that says so.
    pub fn derived_deref(&self, adt: AdtId) -> Option<&Type> {
        let adt = self.adt(adt);
        let derived = adt.derives.iter().any(|derive| matches!(derive.as_str(), "Deref" | "Shrinkwrap"));
        match (derived, adt.kind, adt.variants.as_slice()) {
            (true, AdtKind::Struct, [variant]) => match variant.fields.as_slice() {
                [field] => Some(&field.ty),
                fields => fields.iter().find(|field| field.deref).map(|field| &field.ty),
            },
            _ => None,
        }
    }

    /// Returns the type that a value of a type dereferences to, by an impl (over its parameters) or a derive.
    pub fn deref_target(&self, adt: AdtId) -> Option<Type> {
        let written = self.deref_impl(adt).map(|(_, target, _)| target);
        written.or_else(|| self.derived_deref(adt).cloned())
    }

    /// Returns a type's `drop` function.
    pub fn has_drop_impl(&self, adt: AdtId) -> Option<FnId> {
        let impls = self.impls_of_lib_trait("std::ops::Drop", TypeHead::Adt(adt));
        impls.iter().find_map(|id| find(&self.impl_(*id).fns, Name::from("drop")))
    }

    /// Returns whether a type is `Copy`; `None` when that is not known. Parameters: see [`Model::is_copy_under`].
    pub fn is_copy(&self, ty: &Type) -> Option<bool> {
        self.is_copy_under(ty, &[])
    }

    /// Returns whether a type is `Copy` given what is known of its parameters.
    pub fn is_copy_under(&self, ty: &Type, bounds: &[(Type, Bound)]) -> Option<bool> {
        match ty {
            Type::Unknown | Type::Infer(_) | Type::Closure(..) => None,
            Type::Prim(name) => Some(name.as_str() != "str"),
            Type::Never | Type::Ptr(..) | Type::FnItem(_) | Type::Ref(Mutability::Shared, _) => Some(true),
            Type::Ref(Mutability::Mut, _) | Type::Slice(_) | Type::Future(..) => Some(false),
            Type::Fn(FnKind::Pointer, _) => Some(true),
            Type::Fn(FnKind::Dyn, _) => Some(false),
            // A bound beside `Fn` is not kept: it may be `Copy`.
            Type::Fn(FnKind::Impl, _) => None,
            Type::Tuple(parts) => self.all_copy(parts, bounds),
            Type::Array(item) => self.is_copy_under(item, bounds),
            Type::Adt(id, args) => self.is_adt_copy(*id, args, bounds),
            Type::Lib(path, args) => match self.library.types.get(path)?.copy {
                true => self.all_copy(args, bounds),
                false => Some(false),
            },
            Type::Opaque(_, own) => self.copy_by_bounds(own.iter()),
            Type::Param(_) | Type::Assoc(..) => {
                // Without a look at the bounds nothing is known.
                if bounds.is_empty() {
                    return None;
                }
                self.copy_by_bounds(bounds.iter().filter(|(of, _)| of == ty).map(|(_, bound)| bound))
            }
        }
    }

    fn all_copy(&self, parts: &[Type], bounds: &[(Type, Bound)]) -> Option<bool> {
        let mut all = Some(true);
        for part in parts {
            match self.is_copy_under(part, bounds) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => all = None,
            }
        }
        all
    }

    fn is_adt_copy(&self, id: AdtId, args: &Types, bounds: &[(Type, Bound)]) -> Option<bool> {
        let derived = self.adt(id).derives.iter().any(|derive| derive.as_str() == "Copy");
        if derived {
            return self.all_copy(args, bounds);
        }
        match self.impls_of_lib_trait("std::marker::Copy", TypeHead::Adt(id)) {
            [] => Some(false),
            _ => Some(true),
        }
    }

    fn copy_by_bounds<'b>(&self, bounds: impl Iterator<Item = &'b Bound>) -> Option<bool> {
        let mut answer = Some(false);
        for bound in bounds {
            match bound.trait_ {
                TraitRef::Lib(path) if path.as_str() == "std::marker::Copy" => return Some(true),
                TraitRef::Lib(path) if path.starts_with("std::") => {}
                // A trait of a library may stand over `Copy`.
                TraitRef::Lib(_) => answer = None,
                TraitRef::Local(id) => match self.is_below_copy(id) {
                    Some(true) => return Some(true),
                    Some(false) => {}
                    None => answer = None,
                },
            }
        }
        answer
    }

    fn is_below_copy(&self, id: TraitId) -> Option<bool> {
        let supers: Vec<&Bound> = self.above(id).into_iter().flat_map(|id| &self.trait_(id).supers).collect();
        let lib = |bound: &&Bound| match bound.trait_ {
            TraitRef::Lib(path) => Some(path),
            TraitRef::Local(_) => None,
        };
        let libs: Vec<Name> = supers.iter().filter_map(lib).collect();
        if libs.iter().any(|path| path.as_str() == "std::marker::Copy") {
            return Some(true);
        }
        libs.iter().all(|path| path.starts_with("std::")).then_some(false)
    }

    /// Matches an impl's self type with a type: what the impl's parameters are then, if it can be for that type.
    pub fn match_impl(&self, id: ImplId, ty: &Type) -> Option<Subst> {
        let impl_ = self.impl_(id);
        let mut subst = Subst::default();
        impl_.self_ty.match_against(&impl_.generics.params, ty, &mut subst).then_some(subst)
    }
}

fn find(members: &[(Name, FnId)], name: Name) -> Option<FnId> {
    members.iter().find(|(known, _)| *known == name).map(|(_, id)| *id)
}
