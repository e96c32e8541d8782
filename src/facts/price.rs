//! What a copy of a value costs, from its type: bytes in line and heap allocations, as far as the type shows. Both are lower bounds.

use super::roles::Roles;
use crate::model::Subst;
use crate::model::types::{AdtId, Type};

/// How deep a type is looked into.
const MAX_DEPTH: u32 = 8;

/// What a copy costs at the least.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Price {
    /// Bytes copied in line.
    pub bytes: u64,
    /// Heap allocations, when none of its collections is empty.
    pub allocations: u64,
    /// Every part of the type is known: the bytes are exact on a 64-bit machine, but for the order of fields.
    pub exact: bool,
    /// Its alignment.
    align: u64,
    /// It has a value that is never used, so that `Option` of it is no larger.
    niche: bool,
}

impl Price {
    fn flat(bytes: u64) -> Price {
        Price { bytes, allocations: 0, exact: true, align: bytes.clamp(1, 16), niche: false }
    }

    fn word() -> Price {
        Price { niche: true, ..Price::flat(8) }
    }

    fn heap(bytes: u64, allocations: u64) -> Price {
        Price { bytes, allocations, exact: true, align: 8, niche: true }
    }

    fn unknown() -> Price {
        Price { align: 1, ..Price::default() }
    }

    /// Values side by side: fields are ordered so that only the end is padded.
    fn together(parts: impl IntoIterator<Item = Price>) -> Price {
        let mut sum = Price { exact: true, align: 1, ..Price::default() };
        for part in parts {
            sum.bytes += part.bytes;
            sum.allocations += part.allocations;
            sum.exact &= part.exact;
            sum.align = sum.align.max(part.align);
            sum.niche |= part.niche;
        }
        sum.bytes = sum.bytes.next_multiple_of(sum.align);
        sum
    }

    /// One of several.
    fn one_of(variants: &[Price]) -> Price {
        let largest = variants.iter().map(|it| it.bytes).max().unwrap_or(0);
        let align = variants.iter().map(|it| it.align).max().unwrap_or(1);
        // The discriminant lies in a niche of the only variant that holds anything, or beside the largest.
        let full: Vec<&Price> = variants.iter().filter(|it| it.bytes > 0).collect();
        let tag = match full.as_slice() {
            [only] if only.niche => 0,
            _ if variants.len() < 2 => 0,
            _ => 1,
        };
        Price {
            bytes: (largest + tag).next_multiple_of(align.max(1)),
            allocations: variants.iter().map(|it| it.allocations).max().unwrap_or(0),
            exact: variants.iter().all(|it| it.exact),
            align,
            niche: true,
        }
    }
}

impl Roles<'_> {
    /// What a clone of a value of the type costs at the least.
    pub fn price(self, ty: &Type) -> Price {
        self.price_in(ty, MAX_DEPTH, &mut Vec::new())
    }

    fn price_in(self, ty: &Type, depth: u32, seen: &mut Vec<AdtId>) -> Price {
        let Some(depth) = depth.checked_sub(1) else { return Price::unknown() };
        match ty {
            Type::Prim(name) => match name.as_str() {
                "bool" => Price { niche: true, ..Price::flat(1) },
                "u8" | "i8" => Price::flat(1),
                "u16" | "i16" | "f16" => Price::flat(2),
                "char" => Price { niche: true, ..Price::flat(4) },
                "u32" | "i32" | "f32" => Price::flat(4),
                "u64" | "i64" | "f64" | "usize" | "isize" => Price::flat(8),
                "u128" | "i128" | "f128" => Price::flat(16),
                _ => Price::unknown(),
            },
            Type::Never | Type::FnItem(_) => Price { exact: true, align: 1, ..Price::default() },
            Type::Ref(_, inner) | Type::Ptr(_, inner) => match inner.as_ref() {
                Type::Slice(_) => Price { niche: true, ..Price::heap(16, 0) },
                Type::Prim(name) if name.as_str() == "str" => Price::heap(16, 0),
                Type::Opaque(..) => Price::heap(16, 0),
                _ => Price::word(),
            },
            Type::Tuple(parts) => Price::together(parts.iter().map(|it| self.price_in(it, depth, seen))),
            Type::Array(elem) => Price { exact: false, ..self.price_in(elem, depth, seen) },
            Type::Adt(id, args) => {
                if seen.contains(id) {
                    return Price::unknown();
                }
                seen.push(*id);
                let adt = self.model.adt(*id);
                let subst = Subst::pair(&adt.generics.params, args);
                let mut variants = Vec::new();
                for variant in &adt.variants {
                    let fields = variant.fields.iter().map(|it| it.ty.substitute(&subst));
                    variants.push(Price::together(fields.map(|it| self.price_in(&it, depth, seen))));
                }
                seen.pop();
                match variants.as_slice() {
                    [only] => *only,
                    _ => Price::one_of(&variants),
                }
            }
            Type::Lib(path, args) => self.price_of_library(path.as_str(), ty, args, depth, seen),
            _ => Price::unknown(),
        }
    }

    fn price_of_library(
        self,
        path: &str,
        ty: &Type,
        args: &[Type],
        depth: u32,
        seen: &mut Vec<AdtId>,
    ) -> Price {
        let inner = |roles: Self, seen: &mut Vec<AdtId>| {
            args.first().map_or(Price::unknown(), |it| roles.price_in(it, depth, seen))
        };
        match path {
            "std::option::Option" => {
                Price::one_of(&[Price { exact: true, align: 1, ..Price::default() }, inner(self, seen)])
            }
            "std::boxed::Box" => {
                let inner = inner(self, seen);
                Price { exact: inner.exact, ..Price::heap(8, 1 + inner.allocations) }
            }
            "std::string::String" => Price::heap(24, 1),
            // What is in a list is copied too, once for each element: how many there are the type does not say.
            "std::vec::Vec" => Price { exact: inner(self, seen).allocations == 0, ..Price::heap(24, 1) },
            _ if self.is_handle(ty) => Price::word(),
            _ if self.map_kind(ty).is_some() => Price { exact: false, ..Price::heap(24, 1) },
            _ => {
                let role = self.knowledge.role(crate::syntax::Name::from(path));
                if role.is_some_and(|it| it.heap) {
                    Price { exact: false, ..Price::heap(8, 1) }
                } else {
                    Price::unknown()
                }
            }
        }
    }

    /// How many type parameters of a collection are what an entry is made of: two for a map, one for a set or a list.
    pub fn entry_params(self, ty: &Type) -> usize {
        let Type::Lib(path, args) = ty else { return 0 };
        let params = self.model.library.types.get(path).map(|it| it.params.as_slice()).unwrap_or_default();
        let named = params.iter().take(2).take_while(|it| !matches!(it.as_str(), "S" | "A")).count();
        named.min(args.len())
    }

    /// Whether freeing a map takes time for each entry: they own heap memory, or may.
    pub fn frees_heap(self, map: &Type) -> bool {
        let Type::Lib(_, args) = map else { return true };
        let parts = args.iter().take(self.entry_params(map));
        let may_own = |it: &Type| {
            let price = self.price(it);
            price.allocations > 0 || !price.exact || self.is_handle(it)
        };
        parts.into_iter().any(may_own)
    }

    /// Whether a value of a map is a pointer to shared state, or an entry of at most `max_bytes` and without heap memory: a copy of such
    /// a map is as cheap as copies get.
    pub fn is_cheap_entry(self, entry: &Type, max_bytes: u64) -> bool {
        let value = match entry {
            Type::Tuple(parts) => parts.last(),
            other => Some(other),
        };
        if value.is_some_and(|it| self.is_handle(it)) {
            return true;
        }
        let price = self.price(entry);
        price.allocations == 0 && price.bytes <= max_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::Price;

    #[test]
    fn fields_lie_side_by_side_and_the_end_is_padded() {
        let pair = Price::together([Price::flat(8), Price::flat(1)]);
        assert_eq!((pair.bytes, pair.allocations), (16, 0));
        let peer = Price::together([Price::heap(24, 1), Price::heap(24, 1), Price::flat(8)]);
        assert_eq!((peer.bytes, peer.allocations), (56, 2));
    }

    #[test]
    fn an_option_takes_room_only_without_a_niche() {
        let none = Price { exact: true, align: 1, ..Price::default() };
        assert_eq!(Price::one_of(&[none, Price::heap(24, 1)]).bytes, 24);
        assert_eq!(Price::one_of(&[none, Price::flat(8)]).bytes, 16);
        assert_eq!(Price::one_of(&[none, Price::flat(4)]).bytes, 8);
    }
}
