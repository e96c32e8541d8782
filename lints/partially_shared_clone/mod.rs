//! A type whose clones share one half of it and own the other.

use hazmap::prelude::*;

/// `derive(Clone)` over a shared map and owned state that changes.
pub static PARTIALLY_SHARED_CLONE: Lint = Lint {
    name: "partially_shared_clone",
    group: Group::Aliasing,
    level: Level::Allow,
    class: Some(Class::Pedantic),
    reach: Reach::Crate,
    since: "0.1.0",
    summary: "clones of a type share its map and own the state beside it",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for (adt, owned) in pass.changed_fields() {
        if adt.duplicate
            || !adt.derives.iter().any(|it| it.as_str() == "Clone")
            || !is_owned(pass, &owned.ty, MAX_DEPTH)
        {
            continue;
        }
        let mut fields = adt.variants.iter().flat_map(|it| &it.fields);
        if let Some(shared) = fields.find(|it| is_shared_map(pass, &it.ty)) {
            pass.report_item(adt.test, diagnostic(adt, (shared.name, shared.span), (owned.name, owned.span)));
        }
    }
}

/// Whether a type is a handle to a map that can be changed through it, or a struct around one that is cloned with it.
fn is_shared_map(pass: &Pass<'_>, ty: &Type) -> bool {
    let Type::Adt(id, _) = ty else { return is_handle_to_map(pass, ty) };
    let inner = pass.items().adt(*id);
    let mut fields = inner.variants.iter().flat_map(|it| &it.fields);
    inner.derives.iter().any(|it| it.as_str() == "Clone") && fields.any(|it| is_handle_to_map(pass, &it.ty))
}

fn is_handle_to_map(pass: &Pass<'_>, ty: &Type) -> bool {
    let roles = pass.roles();
    let Type::Lib(_, args) = ty else { return false };
    let Some(inner) = args.first().filter(|_| roles.is_handle(ty)) else { return false };
    match roles.lock_of(inner) {
        Some((_, guarded)) => roles.is_or_wraps_map(&guarded),
        None => roles.map_kind(inner) == Some(MapKind::Concurrent),
    }
}

/// How deep structs of a field's type are looked into.
const MAX_DEPTH: u32 = 3;

/// Whether a clone has a value of its own, all of it.
fn is_owned(pass: &Pass<'_>, ty: &Type, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match ty {
        Type::Prim(_) => true,
        Type::Lib(path, args) if path.as_str() == "std::option::Option" => {
            args.first().is_some_and(|it| is_owned(pass, it, depth))
        }
        Type::Adt(id, _) => {
            let mut fields = pass.items().adt(*id).variants.iter().flat_map(|it| &it.fields).peekable();
            fields.peek().is_some() && fields.all(|it| is_owned(pass, &it.ty, depth))
        }
        _ => pass.roles().is_collection(ty),
    }
}

fn diagnostic(adt: &Adt, shared: (Name, Span), owned: (Name, Span)) -> Diagnostic {
    let message = format!("clones of `{}` share `{}` and part ways in `{}`", adt.name, shared.0, owned.0);
    Diagnostic::new(&PARTIALLY_SHARED_CLONE, adt.span, message)
        .label(shared.1, "the clones have one map")
        .label(owned.1, "and each of them its own of this, which `&mut self` methods change")
        .note("after `clone`, what the one writes to its own half and what it writes to the shared one no longer fit together")
        .help("put both behind one handle, or write `Clone` by hand")
}
