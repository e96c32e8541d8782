//! Where an iterator takes its elements from, below the adapters around it.

use super::roles::Roles;
use crate::model::types::Type;
use crate::syntax::Name;

/// Adapters that are looked through.
const MAX_ADAPTERS: u32 = 16;

/// An iterator, and all those below it: of `rx.iter().filter(f)` also `rx.iter()`. What is an element itself is none of them
/// (`vec::IntoIter<T>` holds its elements).
pub(super) fn sources<'t>(roles: Roles<'_>, iterator: &'t Type) -> Vec<&'t Type> {
    let mut found = Vec::new();
    add_sources(roles, iterator.peel_refs(), MAX_ADAPTERS, &mut found);
    found
}

fn add_sources<'t>(roles: Roles<'_>, ty: &'t Type, depth: u32, found: &mut Vec<&'t Type>) {
    found.push(ty);
    let (Some(depth), Type::Lib(path, args)) = (depth.checked_sub(1), ty) else { return };
    let Some(role) = roles.knowledge.role(*path).filter(|_| roles.is_iterator(ty)) else { return };
    let items = item_params(roles, *path);
    for n in role.holds.iter().filter(|n| !items.contains(n)) {
        if let Some(below) = args.get(*n as usize).map(Type::peel_refs)
            && matches!(below, Type::Lib(..) | Type::Adt(..) | Type::Opaque(..))
        {
            add_sources(roles, below, depth, found);
        }
    }
}

/// The parameters of a library's iterator that its elements are made of: `T` of `vec::IntoIter<T>`, not `I` of `Filter<I, P>`.
fn item_params(roles: Roles<'_>, path: Name) -> Vec<u32> {
    let Some(row) = roles.model.library.types.get(&path) else { return Vec::new() };
    let assoc = row.traits.iter().flat_map(|it| it.assoc.iter());
    let items: Vec<&Type> = assoc.filter(|(name, _)| name.as_str() == "Item").map(|(_, ty)| ty).collect();
    let is_item = |param: &Name| items.iter().any(|it| is_made_of(it, *param));
    row.params.iter().enumerate().filter(|(_, it)| is_item(it)).map(|(n, _)| n as u32).collect()
}

/// Whether a value of a parameter's type is in a value of the type.
fn is_made_of(ty: &Type, param: Name) -> bool {
    match ty {
        Type::Param(name) => *name == param,
        Type::Ref(_, inner) => is_made_of(inner, param),
        Type::Tuple(parts) => parts.iter().any(|it| is_made_of(it, param)),
        Type::Lib(_, args) => args.iter().any(|it| is_made_of(it, param)),
        _ => false,
    }
}

/// What each element of an iterator is waited for; also of one that is made of such an iterator (`incoming().take(3)`).
pub(super) fn waits_when_iterated(roles: Roles<'_>, iterator: &Type) -> Option<Name> {
    sources(roles, iterator).into_iter().find_map(|it| {
        let Type::Lib(path, args) = it else { return None };
        let role = roles.knowledge.role(*path)?;
        let read = || args.iter().find_map(|it| roles.io(it));
        role.waits_when_iterated.or_else(|| if role.slow_when_iterated { read() } else { None })
    })
}
