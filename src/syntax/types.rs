//! Paths, types and generics.

use super::lower::Lower;
use super::tree::{GenericArgs, GenericParam, Generics, Path, Segment, TyId, TyKind};
use crate::source::TextRange;
use syn::punctuated::Punctuated;
use syn::{GenericArgument, PathArguments, ReturnType, Token, Type, TypeParamBound, WherePredicate};

impl Lower<'_> {
    /// A path; `qself` is what stands in `<…>` before it.
    pub fn path(&mut self, qself: Option<&syn::QSelf>, path: &syn::Path) -> Path {
        let mut range: Option<TextRange> = path.leading_colon.map(|colon| self.at(colon.spans[0]));
        let mut segments: Vec<Segment> = Vec::with_capacity(path.segments.len());
        segments.extend(path.segments.iter().map(|segment| self.segment(segment, &mut range)));
        let mut range = range.unwrap_or_default();
        let qself = qself.map(|qself| {
            range = range.join(self.at(qself.lt_token.spans[0])).join(self.at(qself.gt_token.spans[0]));
            (self.ty(&qself.ty), qself.position as u32)
        });
        Path {
            global: path.leading_colon.is_some() && qself.is_none_or(|(_, n)| n > 0),
            qself,
            segments,
            range,
        }
    }

    fn segment(&mut self, segment: &syn::PathSegment, range: &mut Option<TextRange>) -> Segment {
        let own = self.at(segment.ident.span());
        let mut whole = own;
        let args = match &segment.arguments {
            PathArguments::None => None,
            PathArguments::AngleBracketed(args) => {
                whole = whole.join(self.at(args.gt_token.spans[0]));
                Some(Box::new(self.angle_args(args)))
            }
            PathArguments::Parenthesized(args) => {
                whole = whole.join(self.at(args.paren_token.span.close()));
                let tys = args.inputs.iter().map(|input| self.ty(&input.ty)).collect();
                let output = self.return_ty(&args.output);
                if let Some(output) = output {
                    whole = whole.join(self.arena[output].range);
                }
                Some(Box::new(GenericArgs {
                    tys,
                    assoc: Vec::new(),
                    has_lifetime: false,
                    paren: Some(output),
                }))
            }
        };
        *range = Some(range.map_or(whole, |range| range.join(whole)));
        Segment { name: self.name_at(&segment.ident, own), args, range: own }
    }

    /// `<A, B, Item = C>`.
    pub fn angle_args(&mut self, args: &syn::AngleBracketedGenericArguments) -> GenericArgs {
        let mut out = GenericArgs::default();
        for arg in &args.args {
            match arg {
                GenericArgument::Lifetime(_) => out.has_lifetime = true,
                GenericArgument::Type(ty) => out.tys.push(self.ty(ty)),
                GenericArgument::AssocType(assoc) => {
                    let ty = self.ty(&assoc.ty);
                    out.assoc.push((self.name(&assoc.ident), ty));
                }
                GenericArgument::Constraint(constraint) => {
                    let bounds = self.bounds(&constraint.bounds);
                    let range = self.at(constraint.ident.span());
                    let ty = self.push_ty(TyKind::Impl(bounds), range);
                    out.assoc.push((self.name_at(&constraint.ident, range), ty));
                }
                GenericArgument::Const(_) | GenericArgument::AssocConst(_) => {}
                _ => {}
            }
        }
        out
    }

    /// The trait paths of a list of bounds, without `?Sized` and lifetimes.
    pub fn bounds(&mut self, bounds: &Punctuated<TypeParamBound, Token![+]>) -> Vec<Path> {
        let mut out = Vec::new();
        for bound in bounds {
            if let TypeParamBound::Trait(bound) = bound
                && bound.maybe.is_none()
            {
                out.push(self.path(None, &bound.path));
            }
        }
        out
    }

    /// `-> T`.
    pub fn return_ty(&mut self, output: &ReturnType) -> Option<TyId> {
        match output {
            ReturnType::Default => None,
            ReturnType::Type(_, ty) => Some(self.ty(ty)),
        }
    }

    /// A type.
    pub fn ty(&mut self, ty: &Type) -> TyId {
        match ty {
            Type::Array(ty) => {
                let elem = self.ty(&ty.elem);
                let range = self.at(ty.bracket_token.span.join());
                self.push_ty(TyKind::Array(elem), range)
            }
            Type::FnPtr(ty) => self.fn_ptr(ty),
            Type::Group(ty) => self.ty(&ty.elem),
            Type::Paren(ty) => self.ty(&ty.elem),
            Type::ImplTrait(ty) => {
                let bounds = self.bounds(&ty.bounds);
                let range = over(self.at(ty.impl_token.span), &bounds);
                self.push_ty(TyKind::Impl(bounds), range)
            }
            Type::Infer(ty) => {
                let range = self.at(ty.underscore_token.spans[0]);
                self.push_ty(TyKind::Infer, range)
            }
            Type::Macro(ty) => {
                if let Some(id) = self.expanded_ty(&ty.mac) {
                    return id;
                }
                let range =
                    self.path(None, &ty.mac.path).range.join(self.at(ty.mac.delimiter.span().close()));
                self.push_ty(TyKind::Other, range)
            }
            Type::Never(ty) => {
                let range = self.at(ty.bang_token.spans[0]);
                self.push_ty(TyKind::Never, range)
            }
            Type::Path(ty) => {
                let path = self.path(ty.qself.as_ref(), &ty.path);
                let range = path.range;
                self.push_ty(TyKind::Path(path), range)
            }
            Type::Ptr(ty) => {
                let mutable = matches!(ty.mutability, syn::PointerMutability::Mut(_));
                let elem = self.ty(&ty.elem);
                let range = self.at(ty.star_token.spans[0]).join(self.arena[elem].range);
                self.push_ty(TyKind::Ptr { mutable, ty: elem }, range)
            }
            Type::Reference(ty) => {
                let elem = self.ty(&ty.elem);
                let range = self.at(ty.and_token.spans[0]).join(self.arena[elem].range);
                self.push_ty(TyKind::Ref { mutable: ty.mutability.is_some(), ty: elem }, range)
            }
            Type::Slice(ty) => {
                let elem = self.ty(&ty.elem);
                let range = self.at(ty.bracket_token.span.join());
                self.push_ty(TyKind::Slice(elem), range)
            }
            Type::TraitObject(ty) => {
                let bounds = self.bounds(&ty.bounds);
                let start = match (&ty.dyn_token, bounds.first()) {
                    (Some(token), _) => self.at(token.span),
                    (None, Some(first)) => first.range,
                    (None, None) => TextRange::default(),
                };
                let range = over(start, &bounds);
                self.push_ty(TyKind::Dyn(bounds), range)
            }
            Type::Tuple(ty) => {
                let elems = ty.elems.iter().map(|elem| self.ty(elem)).collect();
                let range = self.at(ty.paren_token.span.join());
                self.push_ty(TyKind::Tuple(elems), range)
            }
            Type::Verbatim(tokens) => {
                let range = self.over_tokens(tokens);
                self.push_ty(TyKind::Other, range)
            }
            _ => self.push_ty(TyKind::Other, TextRange::default()),
        }
    }

    fn fn_ptr(&mut self, ty: &syn::TypeFnPtr) -> TyId {
        let params = ty.inputs.iter().map(|input| self.ty(&input.ty)).collect();
        let ret = self.return_ty(&ty.output);
        let mut range = self.at(ty.fn_token.span).join(self.at(ty.paren_token.span.close()));
        if let Some(ret) = ret {
            range = range.join(self.arena[ret].range);
        }
        self.push_ty(TyKind::Fn { params, ret }, range)
    }

    /// Generic parameters with their `where` clause.
    pub fn generics(&mut self, generics: &syn::Generics) -> Generics {
        let mut out = Generics::default();
        for param in generics.type_params() {
            let name = self.name(&param.ident);
            let bounds = self.bounds(&param.bounds);
            let default = param.default.as_ref().map(|(_, ty)| self.ty(ty));
            out.params.push(GenericParam { name, bounds, default });
        }
        if let Some(clause) = &generics.where_clause {
            for predicate in &clause.predicates {
                if let WherePredicate::Type(predicate) = predicate {
                    let ty = self.ty(&predicate.bounded_ty);
                    let bounds = self.bounds(&predicate.bounds);
                    out.wheres.push((ty, bounds));
                }
            }
        }
        out
    }
}

/// `range` widened over paths.
fn over(range: TextRange, paths: &[Path]) -> TextRange {
    paths.iter().fold(range, |range, path| range.join(path.range))
}
