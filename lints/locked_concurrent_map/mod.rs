//! A lock around what locks itself, or a handle around a handle.

use hazmap::prelude::*;

/// A lock around a concurrent map, or a handle around a handle of a map.
pub static LOCKED_CONCURRENT_MAP: Lint = Lint {
    name: "locked_concurrent_map",
    group: Group::Cost,
    level: Level::Warn,
    class: None,
    reach: Reach::Body,
    since: "0.1.0",
    summary: "a lock around a map that locks itself, or a handle around a handle",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    let model = pass.items();
    // An alias is told of where it is written, not where it is used.
    let mut told: Vec<&str> = Vec::new();
    for alias in &model.aliases {
        if let Some(why) = doubled(pass, &alias.ty) {
            told.push(alias.name.as_str());
            pass.report_item(alias.test, diagnostic(alias.ty_span, why));
        }
    }
    let is_told = |ty: Span| {
        let text = pass.text(ty);
        text.split(|it: char| !it.is_alphanumeric() && it != '_').any(|word| told.contains(&word))
    };
    for adt in &model.adts {
        for field in adt.variants.iter().flat_map(|it| &it.fields) {
            if let Some(why) = doubled(pass, &field.ty).filter(|_| !is_told(field.ty_span)) {
                pass.report_item(adt.test, diagnostic(field.ty_span, why));
            }
        }
    }
    for it in &model.statics {
        if let Some(why) = doubled(pass, &it.ty).filter(|_| !is_told(it.ty_span)) {
            pass.report_item(it.test, diagnostic(it.ty_span, why));
        }
    }
}

/// What is doubled.
#[derive(Clone, Copy)]
enum Doubled {
    Lock,
    Handle,
}

/// Looks through the layers of a declared type.
fn doubled(pass: &Pass<'_>, ty: &Type) -> Option<Doubled> {
    let roles = pass.roles();
    let Type::Lib(_, args) = ty else { return None };
    let first = args.first()?;
    if roles.is_handle(ty) && roles.is_handle(first) && reaches_map(pass, first) {
        return Some(Doubled::Handle);
    }
    let own_lock = if roles.is_handle(ty) { None } else { roles.lock_of(ty) };
    if let Some((_, inner)) = own_lock
        && roles.map_kind(&inner) == Some(MapKind::Concurrent)
    {
        return Some(Doubled::Lock);
    }
    args.iter().find_map(|it| doubled(pass, it))
}

/// Whether handles lead to a map, locked or not.
fn reaches_map(pass: &Pass<'_>, ty: &Type) -> bool {
    let roles = pass.roles();
    if roles.map_kind(ty).is_some() {
        return true;
    }
    match ty {
        Type::Lib(_, args) if roles.is_handle(ty) || roles.lock_of(ty).is_some() => {
            args.first().is_some_and(|it| reaches_map(pass, it))
        }
        _ => false,
    }
}

fn diagnostic(span: Span, why: Doubled) -> Diagnostic {
    match why {
        Doubled::Lock => Diagnostic::new(&LOCKED_CONCURRENT_MAP, span, "a lock around a map that locks itself")
            .note("each operation takes two locks, and the outer one lets only one thread in: the map's sharding is lost")
            .help("drop the outer lock and share the map by `Arc`, or use a plain map inside the lock"),
        Doubled::Handle => Diagnostic::new(&LOCKED_CONCURRENT_MAP, span, "a handle around a handle of a map")
            .note("the outer handle adds an allocation and an indirection, and shares nothing that the inner one does not")
            .help("keep one handle"),
    }
}
