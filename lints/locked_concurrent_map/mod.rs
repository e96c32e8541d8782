//! A lock around what locks itself, or a handle around a handle.

mod fixed;

use fixed::Fixed;
use hazmap::prelude::*;

/// A lock around a concurrent map, or a handle around a handle of a map.
pub static LOCKED_CONCURRENT_MAP: Lint = Lint {
    name: "locked_concurrent_map",
    group: Group::Cost,
    level: Level::Warn,
    class: None,
    reach: Reach::Crate,
    since: "0.1.0",
    summary: "a lock around a map that locks itself, or a handle around a handle",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    let model = pass.items();
    // An alias is told of where it is written, not where it is used.
    let mut aliases: Vec<&str> = Vec::new();
    let mut told: Vec<Type> = Vec::new();
    for alias in &model.aliases {
        if let Some((why, part)) = doubled(pass, &alias.ty) {
            aliases.push(alias.name.as_str());
            told.push(part.clone());
            pass.report_item(alias.test, diagnostic(alias.ty_span, why));
        }
    }
    let is_alias = |ty: Span| {
        let text = pass.text(ty);
        text.split(|it: char| !it.is_alphanumeric() && it != '_').any(|word| aliases.contains(&word))
    };
    let fixed = Fixed::new(pass);
    for (adt, id) in model.adts.iter().zip((0..).map(AdtId)) {
        for field in adt.variants.iter().flat_map(|it| &it.fields).filter(|it| !is_alias(it.ty_span)) {
            if let Some((why, part)) = doubled(pass, &field.ty) {
                told.push(part.clone());
                pass.report_item(adt.test, diagnostic(field.ty_span, why));
            } else if field.vis != Vis::Public && fixed.has(pass, id, field.name, &field.ty) {
                pass.report_item(adt.test, diagnostic(field.ty_span, Doubled::Fixed));
            }
        }
    }
    for it in model.statics.iter().filter(|it| !is_alias(it.ty_span)) {
        if let Some((why, part)) = doubled(pass, &it.ty) {
            told.push(part.clone());
            pass.report_item(it.test, diagnostic(it.ty_span, why));
        }
    }
    // A signature names what a field or static has, mostly: told only of a type that none has, and once.
    for (def, id) in model.fns.iter().zip((0..).map(FnId)) {
        let sig = model.sig(id);
        if !sig.params.iter().chain([&sig.ret]).any(|it| doubled(pass, it.peel_refs()).is_some()) {
            continue;
        }
        for (ty, span) in model.written_types(id) {
            if let Some((why, part)) = doubled(pass, ty.peel_refs())
                && !told.contains(part)
                && !is_alias(span)
            {
                told.push(part.clone());
                pass.report_item(def.test, diagnostic(span, why));
            }
        }
    }
}

/// What is doubled.
#[derive(Clone, Copy)]
enum Doubled {
    Lock,
    /// A cell that keeps the map to one thread.
    Cell,
    Handle,
    /// A lock around a handle that is never another's.
    Fixed,
}

/// Looks through the layers of a declared type; with the layer that is doubled.
fn doubled<'t>(pass: &Pass<'_>, ty: &'t Type) -> Option<(Doubled, &'t Type)> {
    let roles = pass.roles();
    let Type::Lib(_, args) = ty else { return None };
    let first = args.first()?;
    if roles.is_counted(ty) && roles.is_handle(first) && reaches_map(pass, first) {
        return Some((Doubled::Handle, ty));
    }
    let own_lock = if roles.is_handle(ty) { None } else { roles.lock_of(ty) };
    if let Some((lock, inner)) = own_lock
        && roles.map_kind(&inner) == Some(MapKind::Concurrent)
    {
        return Some((if lock.kind == WaitKind::Cell { Doubled::Cell } else { Doubled::Lock }, ty));
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
        Doubled::Cell => Diagnostic::new(&LOCKED_CONCURRENT_MAP, span, "a cell around a map that locks itself")
            .note("the cell keeps the map to one thread: its locks are paid for, and have nobody to keep out")
            .help("use a plain map in the cell; or drop the cell, where threads are to share the map"),
        Doubled::Handle => Diagnostic::new(&LOCKED_CONCURRENT_MAP, span, "a handle around a handle of a map")
            .note("the outer handle adds an allocation and an indirection, and shares nothing that the inner one does not")
            .help("keep one handle"),
        Doubled::Fixed => Diagnostic::new(&LOCKED_CONCURRENT_MAP, span, "a lock around a handle of a map, which is never exchanged")
            .note("whoever takes the lock only looks: what it guards stays the same, and readers wait for one another for nothing")
            .help("keep the inner handle alone"),
    }
}
