//! Fills the tables with types: fields, impls, traits, statics, aliases. Names are resolved before. Signatures wait until asked for.

use super::Model;
use super::declare::Written;
use super::index::{Index, by_assoc_type};
use super::items::{AdtKind, AliasId, ImplId, StaticId};
use super::scope::Scope;
use super::types::{AdtId, Bound, TraitId, TraitRef, Type, Types};
use crate::source::Span;
use crate::syntax::{Arena, Field, GenericParam, Generics, Item, ItemIdx, ItemKind, Name};
use rayon::prelude::*;
use std::sync::OnceLock;

type Bounds = Vec<(Type, Bound)>;

/// Resolves everything but signatures. The order matters: each step reads what those before it wrote, and only that, so the outcome is
/// the same for any number of threads.
pub(super) fn fill(model: &mut Model) {
    defaults(model);
    aliases(model);
    impl_headers(model);
    let index = Index::new(model);
    model.index = index;
    impl_bodies(model);
    model.index.assoc_types = by_assoc_type(model);
    traits(model);
    adts(model);
    statics(model);
    model.dispatch = super::dispatch::Dispatch::new(model);
    model.has_drops = model.find_drops();
    model.adt_marks = super::marks::of_adts(model);
    for (alias, ty) in model.aliases.iter_mut().zip(&model.alias_types) {
        alias.ty = ty.get().cloned().unwrap_or(Type::Unknown);
    }
}

/// Computes one value for each number below `count`, in parallel.
fn each<T: Send>(count: usize, compute: impl Fn(u32) -> T + Sync + Send) -> Vec<T> {
    (0..count as u32).into_par_iter().map(compute).collect()
}

fn defaults(model: &mut Model) {
    let adts = each(model.adts.len(), |id| {
        let written = model.written.adts.get(id as usize);
        default_types(model, written, || model.scope_of_adt(AdtId(id)))
    });
    let aliases = each(model.aliases.len(), |id| {
        let written = model.written.aliases.get(id as usize);
        default_types(model, written, || model.scope_of_alias(AliasId(id)))
    });
    for (adt, defaults) in model.adts.iter_mut().zip(adts) {
        adt.generics.defaults = defaults;
    }
    for (alias, defaults) in model.aliases.iter_mut().zip(aliases) {
        alias.generics.defaults = defaults;
    }
}

fn default_types(model: &Model, written: Option<&Written>, scope: impl Fn() -> Scope) -> Vec<Option<Type>> {
    let Some((tree, item)) = written.and_then(|written| model.written_item(*written)) else {
        return Vec::new();
    };
    let params: &[GenericParam] = generics_of(item).map_or(&[], |generics| &generics.params);
    if params.iter().all(|param| param.default.is_none()) {
        return Vec::new();
    }
    let scope = scope();
    params.iter().map(|param| param.default.map(|ty| model.lower_ty(&scope, &tree.arena, ty))).collect()
}

fn generics_of(item: &Item) -> Option<&Generics> {
    match &item.kind {
        ItemKind::Struct { generics, .. }
        | ItemKind::Enum { generics, .. }
        | ItemKind::Union { generics, .. }
        | ItemKind::TypeAlias { generics, .. }
        | ItemKind::Trait { generics, .. }
        | ItemKind::Impl { generics, .. } => Some(generics),
        ItemKind::Fn(decl) => Some(&decl.generics),
        _ => None,
    }
}

fn aliases(model: &mut Model) {
    model.alias_types = model.aliases.iter().map(|_| OnceLock::new()).collect();
    for id in 0..model.aliases.len() as u32 {
        model.compute_alias(AliasId(id));
    }
}

fn impl_headers(model: &mut Model) {
    let headers = each(model.impls.len(), |id| impl_header(model, ImplId(id)));
    let mut of_traits: Vec<(TraitId, ImplId)> = Vec::new();
    for ((impl_, header), id) in model.impls.iter_mut().zip(headers).zip(0..) {
        let Some((self_ty, trait_)) = header else { continue };
        if let Some((TraitRef::Local(of), _)) = &trait_ {
            of_traits.push((*of, ImplId(id)));
        }
        (impl_.self_ty, impl_.trait_) = (self_ty, trait_);
    }
    for (of, id) in of_traits {
        model.traits[of.0 as usize].impls.push(id);
    }
}

fn impl_header(model: &Model, id: ImplId) -> Option<(Type, Option<(TraitRef, Types)>)> {
    let (tree, item) = model.written_item(*model.written.impls.get(id.0 as usize)?)?;
    let ItemKind::Impl { trait_, self_ty, .. } = &item.kind else { return None };
    let mut scope = model.scope_of_impl(id);
    let self_ty = model.lower_ty(&scope, &tree.arena, *self_ty);
    scope.self_ty = Some(self_ty.clone());
    let path = trait_.as_ref().map(std::slice::from_ref).unwrap_or_default();
    let bound = model.lower_bounds(&scope, &tree.arena, path).into_iter().next();
    Some((self_ty, bound.map(|bound| (bound.trait_, bound.args))))
}

fn impl_bodies(model: &mut Model) {
    let bounds = each(model.impls.len(), |id| {
        own_bounds(model, model.written.impls.get(id as usize), || model.scope_of_impl(ImplId(id)))
    });
    for (impl_, bounds) in model.impls.iter_mut().zip(bounds) {
        impl_.generics.bounds = bounds;
    }
    let assoc = each(model.impls.len(), |id| impl_assoc_types(model, ImplId(id)));
    for (impl_, assoc) in model.impls.iter_mut().zip(assoc) {
        impl_.assoc_types = assoc;
    }
}

fn own_bounds(model: &Model, written: Option<&Written>, scope: impl Fn() -> Scope) -> Bounds {
    let Some((tree, item)) = written.and_then(|written| model.written_item(*written)) else {
        return Vec::new();
    };
    match generics_of(item) {
        Some(generics) if !generics.params.is_empty() || !generics.wheres.is_empty() => {
            model.bounds_of(&scope(), &tree.arena, generics)
        }
        _ => Vec::new(),
    }
}

fn impl_assoc_types(model: &Model, id: ImplId) -> Vec<(Name, Type)> {
    let found = model.written.impls.get(id.0 as usize).and_then(|written| model.written_item(*written));
    let Some((tree, Item { kind: ItemKind::Impl { items, .. }, .. })) = found else { return Vec::new() };
    let mut assoc = Vec::new();
    for idx in items {
        if let Some(Item { kind: ItemKind::AssocType { ty: Some(ty), .. }, name, .. }) =
            tree.items.get(idx.0 as usize)
        {
            assoc.push((*name, model.lower_ty(&model.scope_of_impl(id), &tree.arena, *ty)));
        }
    }
    assoc
}

struct TraitParts {
    bounds: Bounds,
    supers: Vec<Bound>,
    assoc_types: Vec<(Name, Vec<Bound>)>,
}

fn traits(model: &mut Model) {
    let parts = each(model.traits.len(), |id| trait_parts(model, TraitId(id)));
    for (trait_, parts) in model.traits.iter_mut().zip(parts) {
        if let Some(parts) = parts {
            trait_.generics.bounds = parts.bounds;
            trait_.supers = parts.supers;
            trait_.assoc_types = parts.assoc_types;
        }
    }
}

fn trait_parts(model: &Model, id: TraitId) -> Option<TraitParts> {
    let (tree, item) = model.written_item(*model.written.traits.get(id.0 as usize)?)?;
    let ItemKind::Trait { generics, supers, items, .. } = &item.kind else { return None };
    let (scope, arena) = (model.scope_of_trait(id), &tree.arena);
    let assoc_type = |idx: &ItemIdx| match tree.items.get(idx.0 as usize) {
        Some(Item { kind: ItemKind::AssocType { bounds, .. }, name, .. }) => {
            Some((*name, model.lower_bounds(&scope, arena, bounds)))
        }
        _ => None,
    };
    let mut bounds = model.bounds_of(&scope, arena, generics);
    let mut supers = model.lower_bounds(&scope, arena, supers);
    // `where Self: Above` is a supertrait too.
    let is_self = |ty: &Type| matches!(ty, Type::Param(name) if name.as_str() == "Self");
    supers.extend(bounds.iter().filter(|(ty, _)| is_self(ty)).map(|(_, bound)| bound.clone()));
    bounds.retain(|(ty, _)| !is_self(ty));
    Some(TraitParts { bounds, supers, assoc_types: items.iter().filter_map(assoc_type).collect() })
}

fn adts(model: &mut Model) {
    let bounds = each(model.adts.len(), |id| {
        own_bounds(model, model.written.adts.get(id as usize), || model.scope_of_adt(AdtId(id)))
    });
    for (adt, bounds) in model.adts.iter_mut().zip(bounds) {
        adt.generics.bounds = bounds;
    }
    let fields = each(model.adts.len(), |id| field_types(model, AdtId(id)));
    for (adt, variants) in model.adts.iter_mut().zip(fields) {
        for (variant, fields) in adt.variants.iter_mut().zip(variants) {
            for (field, (ty, span)) in variant.fields.iter_mut().zip(fields) {
                (field.ty, field.ty_span) = (ty, span.unwrap_or(field.ty_span));
            }
        }
    }
}

/// Returns the types of the fields of each variant, and where they are written.
fn field_types(model: &Model, id: AdtId) -> Vec<Vec<(Type, Option<Span>)>> {
    let Some(written) = model.written.adts.get(id.0 as usize).copied() else { return Vec::new() };
    let Some((tree, item)) = model.written_item(written) else { return Vec::new() };
    let variants: Vec<&[Field]> = match (&item.kind, model.adt(id).kind) {
        (
            ItemKind::Struct { fields, .. } | ItemKind::Union { fields, .. },
            AdtKind::Struct | AdtKind::Union,
        ) => vec![fields],
        (ItemKind::Enum { variants, .. }, AdtKind::Enum) => {
            variants.iter().map(|variant| &variant.fields[..]).collect()
        }
        _ => return Vec::new(),
    };
    if variants.iter().all(|fields| fields.is_empty()) {
        return Vec::new();
    }
    let scope = model.scope_of_adt(id);
    let typed =
        |field: &Field| (model.lower_ty(&scope, &tree.arena, field.ty), span_of(&tree.arena, field, written));
    let build = model.builds.get(&written.file);
    let is_built = |field: &&Field| build.is_none_or(|it| !it.excludes(&field.attrs.cfg));
    variants.into_iter().map(|fields| fields.iter().filter(is_built).map(typed).collect()).collect()
}

fn span_of(arena: &Arena, field: &Field, written: Written) -> Option<Span> {
    arena.tys.get(field.ty.0 as usize).map(|ty| ty.range.of(written.file))
}

fn statics(model: &mut Model) {
    let types = each(model.statics.len(), |id| static_type(model, StaticId(id)));
    for (def, ty) in model.statics.iter_mut().zip(types) {
        def.ty = ty.unwrap_or(Type::Unknown);
    }
}

fn static_type(model: &Model, id: StaticId) -> Option<Type> {
    let (tree, item) = model.written_item(*model.written.statics.get(id.0 as usize)?)?;
    match &item.kind {
        ItemKind::Static { ty, .. } | ItemKind::Const { ty, .. } => {
            Some(model.lower_ty(&model.scope_of_static(id), &tree.arena, *ty))
        }
        _ => None,
    }
}
