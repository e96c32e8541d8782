//! The type of a place, from those of the locals.

use super::body::{Body, CaptureBy, Local, LocalId, Place, PlaceBase, Proj};
use super::items::Adt;
use super::types::{Type, Types};
use super::{Model, Subst};
use crate::syntax::{Name, StaticKind};

impl Model {
    /// The type of what stands in a place of a body; a captured place has the type that it has outside.
    pub fn place_ty_in(&self, body: &Body, place: &Place) -> Type {
        if body.closure.is_some()
            && place.base == PlaceBase::Local(LocalId(1))
            && let Some((Proj::Field(name), rest)) = place.proj.split_first()
            && let Some(capture) = position(*name).and_then(|n| body.captures.get(n))
        {
            let rest = match capture.by {
                CaptureBy::Ref(_) => rest.get(1..).unwrap_or_default(),
                CaptureBy::Value => rest,
            };
            return self.project(capture.ty.clone(), rest);
        }
        self.place_ty(&body.locals, place)
    }

    /// The type of what stands in a place of a body with these locals; [`Type::Unknown`] where a step cannot be followed.
    pub fn place_ty(&self, locals: &[Local], place: &Place) -> Type {
        let ty = match place.base {
            PlaceBase::Local(local) => locals.get(local.0 as usize).map_or(Type::Unknown, |it| it.ty.clone()),
            PlaceBase::Static(id) => self.static_value_ty(id),
            PlaceBase::Lib(_) => Type::Unknown,
        };
        self.project(ty, &place.proj)
    }

    /// The type after some steps.
    fn project(&self, mut ty: Type, steps: &[Proj]) -> Type {
        let mut variant = None;
        for step in steps {
            ty = match step {
                Proj::Deref => self.builtin_deref(&ty),
                Proj::Variant(name) => {
                    variant = Some(*name);
                    continue;
                }
                Proj::Field(name) => self.field_ty(&ty, variant.take(), *name),
                Proj::Index(_) => match ty {
                    Type::Array(elem) | Type::Slice(elem) => (*elem).clone(),
                    _ => Type::Unknown,
                },
            };
        }
        ty
    }

    /// The type of a static as code that names it sees it: with the `lazy_static!` or `thread_local!` wrapper.
    pub fn static_value_ty(&self, id: super::items::StaticId) -> Type {
        let it = self.static_(id);
        match it.kind.and_then(StaticKind::wrapper) {
            Some(wrapper) => Type::lib(wrapper, [it.ty.clone()]),
            None => it.ty.clone(),
        }
    }

    /// What a reference, pointer or box points to.
    fn builtin_deref(&self, ty: &Type) -> Type {
        match ty {
            Type::Ref(_, inner) | Type::Ptr(_, inner) => (**inner).clone(),
            Type::Lib(path, args) => match self.library.types.get(path) {
                Some(lib) if lib.builtin_deref => lib.deref_target(args).unwrap_or(Type::Unknown),
                _ => Type::Unknown,
            },
            _ => Type::Unknown,
        }
    }

    /// The type of a field of a struct, tuple or variant.
    pub fn field_ty(&self, ty: &Type, variant: Option<Name>, field: Name) -> Type {
        match ty {
            Type::Tuple(parts) => {
                position(field).and_then(|n| parts.get(n).cloned()).unwrap_or(Type::Unknown)
            }
            Type::Adt(id, args) => adt_field(self.adt(*id), args, variant, field),
            Type::Lib(path, args) => {
                let Some(lib) = self.library.types.get(path) else { return Type::Unknown };
                let found = match variant {
                    Some(variant) => lib
                        .variants
                        .iter()
                        .find(|(name, _)| *name == variant)
                        .and_then(|(_, fields)| fields.get(position(field)?)),
                    None => lib.fields.iter().find(|(name, _)| *name == field).map(|(_, ty)| ty),
                };
                found.map_or(Type::Unknown, |it| it.substitute(&Subst::pair(&lib.params, args)))
            }
            _ => Type::Unknown,
        }
    }
}

fn position(field: Name) -> Option<usize> {
    field.as_str().parse().ok()
}

fn adt_field(adt: &Adt, args: &Types, variant: Option<Name>, field: Name) -> Type {
    let found = match variant {
        Some(name) => adt.variants.iter().find(|it| it.name == name),
        None => adt.variants.first(),
    };
    found
        .and_then(|it| it.fields.iter().find(|it| it.name == field))
        .map_or(Type::Unknown, |it| it.ty.substitute(&Subst::pair(&adt.generics.params, args)))
}
