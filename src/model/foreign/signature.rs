//! Which paths an item names besides those of its bodies.

use crate::syntax::{Arena, FileTree, FnDecl, Generics, Item, ItemKind, Name, Path, SelfParam, TyId, TyKind};

/// A path as its names, and whether it starts with `::`.
pub(super) type Names = (bool, Vec<Name>);

/// Collects the paths of types and traits.
#[derive(Default)]
pub(super) struct Paths {
    pub(super) found: Vec<Names>,
    /// Generic parameters: their names are no items.
    params: Vec<Name>,
}

impl Paths {
    /// Makes a collector that knows the parameters of what is around.
    pub(super) fn within(generics: &Generics) -> Paths {
        Paths { found: Vec::new(), params: generics.params.iter().map(|param| param.name).collect() }
    }

    /// Adds what a type, a trait, an alias, a static or a free function names. Members of impls and traits are left to the caller.
    pub(super) fn item(&mut self, tree: &FileTree, item: &Item) {
        let arena = &tree.arena;
        match &item.kind {
            ItemKind::Struct { generics, fields, .. } | ItemKind::Union { generics, fields } => {
                self.generics(arena, generics);
                fields.iter().for_each(|field| self.ty(arena, field.ty));
            }
            ItemKind::Enum { generics, variants } => {
                self.generics(arena, generics);
                let fields = variants.iter().flat_map(|variant| &variant.fields);
                fields.for_each(|field| self.ty(arena, field.ty));
            }
            ItemKind::TypeAlias { generics, ty } => {
                self.generics(arena, generics);
                self.ty(arena, *ty);
            }
            ItemKind::Trait { generics, supers, .. } => {
                self.generics(arena, generics);
                self.paths(arena, supers);
            }
            ItemKind::Impl { generics, trait_, self_ty, .. } => {
                self.generics(arena, generics);
                self.paths(arena, trait_.as_slice());
                self.ty(arena, *self_ty);
            }
            ItemKind::Fn(decl) => self.function(arena, decl),
            ItemKind::Static { ty, .. } | ItemKind::Const { ty, .. } => self.ty(arena, *ty),
            ItemKind::AssocType { bounds, ty, .. } => {
                self.paths(arena, bounds);
                ty.iter().for_each(|ty| self.ty(arena, *ty));
            }
            ItemKind::Mod { .. }
            | ItemKind::Use(_)
            | ItemKind::ExternCrate { .. }
            | ItemKind::TraitAlias
            | ItemKind::Include { .. }
            | ItemKind::MacroRules { .. }
            | ItemKind::MacroCall { .. }
            | ItemKind::Other => {}
        }
    }

    fn function(&mut self, arena: &Arena, decl: &FnDecl) {
        self.generics(arena, &decl.generics);
        if let Some(SelfParam::Typed(ty)) = &decl.self_param {
            self.ty(arena, *ty);
        }
        decl.params.iter().chain(&decl.ret).for_each(|ty| self.ty(arena, *ty));
    }

    fn generics(&mut self, arena: &Arena, generics: &Generics) {
        self.params.extend(generics.params.iter().map(|param| param.name));
        for param in &generics.params {
            self.paths(arena, &param.bounds);
            param.default.iter().for_each(|ty| self.ty(arena, *ty));
        }
        for (ty, bounds) in &generics.wheres {
            self.ty(arena, *ty);
            self.paths(arena, bounds);
        }
    }

    fn paths(&mut self, arena: &Arena, paths: &[Path]) {
        paths.iter().for_each(|path| self.path(arena, path));
    }

    fn path(&mut self, arena: &Arena, path: &Path) {
        let names: Vec<Name> = path.segments.iter().map(|segment| segment.name).collect();
        let is_param = path.qself.is_some() || names.first().is_some_and(|first| self.params.contains(first));
        if let Some((ty, _)) = path.qself {
            self.ty(arena, ty);
        }
        if !is_param || path.qself.is_some_and(|(_, of_trait)| of_trait > 0) {
            self.found.push((path.global, names));
        }
        for args in path.segments.iter().filter_map(|segment| segment.args.as_deref()) {
            let outputs = args.paren.iter().flatten();
            let assoc = args.assoc.iter().map(|(_, ty)| ty);
            args.tys.iter().chain(assoc).chain(outputs).for_each(|ty| self.ty(arena, *ty));
        }
    }

    fn ty(&mut self, arena: &Arena, ty: TyId) {
        let Some(ty) = arena.tys.get(ty.0 as usize) else { return };
        match &ty.kind {
            TyKind::Path(path) => self.path(arena, path),
            TyKind::Ref { ty, .. } | TyKind::Ptr { ty, .. } | TyKind::Array(ty) | TyKind::Slice(ty) => {
                self.ty(arena, *ty);
            }
            TyKind::Tuple(tys) => tys.iter().for_each(|ty| self.ty(arena, *ty)),
            TyKind::Fn { params, ret } => params.iter().chain(ret).for_each(|ty| self.ty(arena, *ty)),
            TyKind::Dyn(bounds) | TyKind::Impl(bounds) => self.paths(arena, bounds),
            TyKind::Never | TyKind::Infer | TyKind::Other => {}
        }
    }
}

/// The last name of the path that a type is.
pub(super) fn head(tree: &FileTree, ty: TyId) -> Option<Name> {
    match &tree.arena.tys.get(ty.0 as usize)?.kind {
        TyKind::Path(path) => path.segments.last().map(|segment| segment.name),
        _ => None,
    }
}
