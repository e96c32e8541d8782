//! Patterns: what they bind, how, and what their paths mean.

use super::Infer;
use super::item::Meaning;
use crate::model::items::Def;
use crate::model::scope::PathRes;
use crate::model::types::{Mutability, Type};
use crate::model::typing::{BindMode, Binding, Res};
use crate::syntax::{Lit, Name, Pat, PatId, PatKind, Path, Segment, Shape, mbe};
use std::sync::Arc;

/// How deep patterns may nest.
const MAX_DEPTH: u32 = 600;

/// What a binding in a pattern names.
struct Bound {
    by_ref: bool,
    mutable: bool,
    name: Name,
    sub: Option<PatId>,
}

impl Infer<'_> {
    /// Matches a pattern against a value of this type, and declares its variables.
    pub fn pattern(&mut self, pat: PatId, ty: &Type) {
        self.pattern_at(pat, ty, BindMode::Value, 0);
    }

    fn pattern_at(&mut self, id: PatId, ty: &Type, mode: BindMode, depth: u32) {
        let arena = self.arena;
        let Some(pat) = arena.pats.get(id.0 as usize) else { return };
        if depth > MAX_DEPTH {
            return;
        }
        let meaning = self.bare_name(pat);
        let peels = match &pat.kind {
            PatKind::Wild | PatKind::Rest | PatKind::Ref(_) | PatKind::Or(_) | PatKind::Other => false,
            PatKind::Bind { .. } => matches!(
                meaning,
                Some(Res::Variant(..) | Res::Struct(_) | Res::LibVariant(..) | Res::LibStruct(_))
            ),
            PatKind::Lit(lit) => !matches!(lit, Lit::Str(_) | Lit::ByteStr | Lit::CStr),
            PatKind::Path(_)
            | PatKind::TupleStruct(..)
            | PatKind::Struct { .. }
            | PatKind::Tuple(_)
            | PatKind::Slice(_)
            | PatKind::Range => true,
        };
        let (ty, mode) = if peels { self.peel(id, ty, mode) } else { (self.shallow(ty), mode) };
        self.set_pat(id, ty.clone());
        match &pat.kind {
            PatKind::Wild | PatKind::Rest | PatKind::Range | PatKind::Other => {}
            PatKind::Lit(lit) => self.literal_pattern(lit, &ty),
            PatKind::Bind { by_ref, mutable, name, sub } => match meaning {
                Some(res) => self.constant_pattern(id, res, pat, &ty),
                None => self.bind(
                    id,
                    &Bound { by_ref: *by_ref, mutable: *mutable, name: *name, sub: *sub },
                    &ty,
                    mode,
                    depth,
                ),
            },
            PatKind::Path(path) => self.path_pattern(id, path, &ty),
            PatKind::TupleStruct(path, parts) => self.tuple_struct_pattern(id, path, parts, &ty, mode, depth),
            PatKind::Struct { path, fields, .. } => {
                let (own, res) = self.struct_path(path);
                self.out.pat_paths.insert(id, res.clone());
                self.table.try_unify(&own, &ty);
                for (name, part) in fields {
                    let field = self.variant_field(&own, &res, *name).unwrap_or(Type::Unknown);
                    self.pattern_at(*part, &field, mode, depth + 1);
                }
            }
            PatKind::Tuple(parts) => {
                let types = self.tuple_parts(&ty, parts);
                self.sequence(parts, &types, mode, depth);
            }
            PatKind::Slice(parts) => self.slice_pattern(parts, &ty, mode, depth),
            PatKind::Ref(inner) => self.ref_pattern(*inner, &ty, mode, depth),
            PatKind::Or(parts) => self.or_pattern(parts, &ty, mode, depth),
        }
    }

    /// Takes references off what is matched, as patterns that are no references do.
    fn peel(&mut self, id: PatId, ty: &Type, mode: BindMode) -> (Type, BindMode) {
        let (mut ty, mut mode, mut n) = (self.shallow(ty), mode, 0u32);
        while let Type::Ref(m, inner) = &ty {
            mode = match (mode, m) {
                (BindMode::Ref(Mutability::Shared), _) | (_, Mutability::Shared) => {
                    BindMode::Ref(Mutability::Shared)
                }
                (BindMode::Value | BindMode::Ref(Mutability::Mut), Mutability::Mut) => {
                    BindMode::Ref(Mutability::Mut)
                }
            };
            ty = self.shallow(inner);
            n += 1;
        }
        if n > 0 {
            self.out.pat_derefs.insert(id, n);
        }
        (ty, mode)
    }

    /// What a plain name means when it is no new variable: a constant or something without fields.
    fn bare_name(&mut self, pat: &Pat) -> Option<Res> {
        let PatKind::Bind { by_ref: false, mutable: false, name, sub: None } = &pat.kind else { return None };
        let path = bare_path(*name, pat);
        match self.resolve_path(&path) {
            PathRes::Def(Def::Static(id), _) if self.model.static_(id).kind.is_none() => {
                Some(Res::Static(id))
            }
            PathRes::Def(Def::Variant(id, variant), _) if self.has_no_fields(id, variant) => {
                Some(Res::Variant(id, variant))
            }
            PathRes::Def(Def::Adt(id), _)
                if self.model.adt(id).variants.len() == 1 && self.has_no_fields(id, 0) =>
            {
                Some(Res::Struct(id))
            }
            PathRes::LibPath(full) => self.lib_name(full, Name::from(mbe::plain(name))),
            PathRes::Def(..) | PathRes::Assoc { .. } | PathRes::Unknown => None,
        }
    }

    fn has_no_fields(&self, id: crate::model::types::AdtId, variant: u32) -> bool {
        self.model.adt(id).variants.get(variant as usize).is_some_and(|variant| variant.shape == Shape::Unit)
    }

    fn lib_name(&self, full: Name, name: Name) -> Option<Res> {
        if let Some((owner, last)) = full.as_str().rsplit_once("::")
            && let Some(owner) = Name::from_existing(owner)
            && let Some(row) = self.lib.types.get(&owner)
            && let Some((variant, fields)) = row.variants.iter().find(|(n, _)| n.as_str() == last)
        {
            return fields.is_empty().then_some(Res::LibVariant(owner, *variant));
        }
        if self.lib.consts.contains_key(&full) {
            return Some(Res::Lib(full));
        }
        // An imported name of which we know nothing: constants are written in capitals, and a new variable would shadow a function.
        let capitals = name.as_str().chars().next().is_some_and(char::is_uppercase);
        (capitals && !self.lib.fns.contains_key(&full)).then_some(Res::Lib(full))
    }

    fn constant_pattern(&mut self, id: PatId, res: Res, pat: &Pat, ty: &Type) {
        self.out.pat_paths.insert(id, res);
        if let PatKind::Bind { name, .. } = &pat.kind {
            let path = bare_path(*name, pat);
            self.unify_path(&path, ty);
        }
    }

    fn path_pattern(&mut self, id: PatId, path: &Path, ty: &Type) {
        let res = self.unify_path(path, ty);
        self.out.pat_paths.insert(id, res);
    }

    fn unify_path(&mut self, path: &Path, ty: &Type) -> Res {
        match self.path_meaning(path, true) {
            Meaning::Value(own, res) => {
                self.table.try_unify(&own, ty);
                res
            }
            Meaning::Item(item) => item.res,
            Meaning::Choice(..) | Meaning::Unknown => Res::Unknown,
        }
    }

    fn literal_pattern(&mut self, lit: &Lit, ty: &Type) {
        if let Lit::Int(_, suffix) | Lit::Float(suffix) = lit
            && !suffix.is_empty()
        {
            self.table.try_unify(ty, &Type::Prim(*suffix));
        }
    }

    fn bind(&mut self, id: PatId, bound: &Bound, ty: &Type, mode: BindMode, depth: u32) {
        let mode = match (bound.by_ref, bound.mutable, mode) {
            (true, true, _) => BindMode::Ref(Mutability::Mut),
            (true, false, _) => BindMode::Ref(Mutability::Shared),
            // `mut x` moves, whatever was peeled off before (an error in edition 2024).
            (false, true, _) => BindMode::Value,
            (false, false, mode) => mode,
        };
        let own = match mode {
            BindMode::Value => ty.clone(),
            BindMode::Ref(m) => Type::reference(m, ty.clone()),
        };
        let own = self.table.bounded(own);
        match self.locals.find_in_or(bound.name) {
            Some(first) => {
                if let Some(first) = self.out.bindings.get(&first).map(|binding| binding.ty.clone()) {
                    self.table.try_unify(&first, &own);
                }
            }
            None => self.locals.declare(bound.name, id),
        }
        self.out.bindings.insert(id, Binding { ty: own, mode });
        if let Some(sub) = bound.sub {
            self.pattern_at(sub, ty, mode, depth + 1);
        }
    }

    fn tuple_struct_pattern(
        &mut self,
        id: PatId,
        path: &Path,
        parts: &[PatId],
        ty: &Type,
        mode: BindMode,
        depth: u32,
    ) {
        let (res, types) = match self.path_meaning(path, true) {
            Meaning::Item(item) => {
                self.table.try_unify(&item.ret, ty);
                let params = if matches!(
                    item.res,
                    Res::Variant(..) | Res::Struct(_) | Res::LibVariant(..) | Res::LibStruct(_)
                ) {
                    item.params
                } else {
                    Vec::new()
                };
                (item.res, params)
            }
            // A tuple struct of a library without rows, or something that is not there in this version.
            Meaning::Value(_, res) => (res, Vec::new()),
            Meaning::Choice(..) | Meaning::Unknown => (Res::Unknown, Vec::new()),
        };
        self.out.pat_paths.insert(id, res);
        self.sequence(parts, &types, mode, depth);
    }

    /// Matches patterns, one of which may be `..`, against parts; parts that are not known are unknown.
    fn sequence(&mut self, parts: &[PatId], types: &[Type], mode: BindMode, depth: u32) {
        let rest = parts.iter().position(|part| matches!(self.arena[*part].kind, PatKind::Rest));
        for (i, part) in parts.iter().enumerate() {
            let ty = match rest {
                Some(rest) if i > rest => {
                    (types.len() + i).checked_sub(parts.len()).and_then(|i| types.get(i))
                }
                _ => types.get(i),
            };
            let ty = ty.cloned().unwrap_or(Type::Unknown);
            self.pattern_at(*part, &ty, mode, depth + 1);
        }
    }

    fn tuple_parts(&mut self, ty: &Type, parts: &[PatId]) -> Vec<Type> {
        match ty {
            Type::Tuple(types) => types.to_vec(),
            Type::Infer(_) if !parts.iter().any(|part| matches!(self.arena[*part].kind, PatKind::Rest)) => {
                let types: Vec<Type> = parts.iter().map(|_| self.fresh()).collect();
                if self.unify(ty, &Type::Tuple(types.clone().into()))
                    && matches!(self.shallow(ty), Type::Tuple(_))
                {
                    types
                } else {
                    self.waiting_parts(ty, parts.len())
                }
            }
            _ => Vec::new(),
        }
    }

    /// The parts of a tuple that is not known yet, each to be settled when it is.
    fn waiting_parts(&mut self, ty: &Type, n: usize) -> Vec<Type> {
        let parts: Vec<Type> = (0..n).map(|_| self.pending()).collect();
        self.work.push(super::work::Work::Parts(ty.clone(), parts.clone().into()));
        parts
    }

    fn slice_pattern(&mut self, parts: &[PatId], ty: &Type, mode: BindMode, depth: u32) {
        let elem = match ty {
            Type::Slice(elem) | Type::Array(elem) => (**elem).clone(),
            _ => Type::Unknown,
        };
        for part in parts {
            let rest = match &self.arena[*part].kind {
                PatKind::Rest => true,
                PatKind::Bind { sub: Some(sub), .. } => matches!(self.arena[*sub].kind, PatKind::Rest),
                _ => false,
            };
            let of = if rest { Type::Slice(Arc::new(elem.clone())) } else { elem.clone() };
            self.pattern_at(*part, &of, mode, depth + 1);
        }
    }

    fn ref_pattern(&mut self, inner: PatId, ty: &Type, mode: BindMode, depth: u32) {
        let of = match ty {
            Type::Ref(_, of) => (**of).clone(),
            // Edition 2024 lets `&` undo a reference that was peeled off before.
            _ if mode != BindMode::Value => ty.clone(),
            Type::Infer(_) => {
                let of = self.fresh();
                self.unify(ty, &Type::reference(Mutability::Shared, of.clone()));
                if let Type::Ref(..) = self.shallow(ty) { of } else { self.waiting_referent(ty) }
            }
            _ => Type::Unknown,
        };
        self.pattern_at(inner, &of, BindMode::Value, depth + 1);
    }

    fn waiting_referent(&mut self, ty: &Type) -> Type {
        let var = self.pending();
        let trait_ = Some(crate::model::types::TraitRef::Lib(self.lang.deref_trait));
        self.work.push(super::work::Work::Project {
            var: var.clone(),
            base: ty.clone(),
            trait_,
            name: self.lang.target,
        });
        var
    }

    fn or_pattern(&mut self, parts: &[PatId], ty: &Type, mode: BindMode, depth: u32) {
        let outer = self.locals.or_start;
        if outer.is_none() {
            self.locals.or_start = Some(self.locals.mark());
        }
        for part in parts {
            self.pattern_at(*part, ty, mode, depth + 1);
        }
        self.locals.or_start = outer;
    }

    /// Tries the parts of a tuple again.
    pub fn retry_parts(&mut self, ty: &Type, parts: &[Type]) -> bool {
        match self.shallow(ty) {
            Type::Infer(_) => false,
            Type::Tuple(types) => {
                for (var, ty) in parts.iter().zip(types.iter()) {
                    self.table.settle(var, ty);
                }
                true
            }
            _ => true,
        }
    }
}

/// A plain name as a path.
fn bare_path(name: Name, pat: &Pat) -> Path {
    Path {
        global: false,
        qself: None,
        segments: vec![Segment { name, args: None, range: pat.range }],
        range: pat.range,
    }
}
