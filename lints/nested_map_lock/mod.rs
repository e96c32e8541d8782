//! Both levels of a locked map of locked maps are locked in one expression.

use hazmap::prelude::*;

/// A locked map whose values are locked maps, with both levels locked in one expression.
pub static NESTED_MAP_LOCK: Lint = Lint {
    name: "nested_map_lock",
    group: Group::Restriction,
    level: Level::Allow,
    class: Some(Class::Restriction),
    reach: Reach::Body,
    since: "0.1.0",
    summary: "a map's lock and that of a map in it are taken in one expression",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for critical in pass.events() {
        let What::Acquire(inner) = &critical.event.what else { continue };
        if !critical.event.trace.is_empty() || !pass.roles().is_locked_map(&inner.lock) {
            continue;
        }
        let mut held = critical.held();
        let outer = held.find(|it| {
            pass.roles().is_locked_map(&it.guard.acquisition.lock)
                && (it.leads_to(inner) || it.lends_to(inner, pass.roles()))
                && it.is_of_expression(critical.event)
        });
        if let Some(outer) = outer {
            pass.report_in(critical.view, diagnostic(critical.event.span, &outer));
        }
    }
}

fn diagnostic(span: Span, outer: &HeldGuard<'_>) -> Diagnostic {
    Diagnostic::new(&NESTED_MAP_LOCK, span, "a map inside a locked map is locked while the outer one is")
        .label(outer.guard.span, outer.taken_words())
        .label(span, "and the inner one here, in the same expression")
        .note("who waits for the inner map makes everyone wait who wants any entry of the outer one")
        .help("clone the inner handle out and end the outer guard first, or keep one map with a key of two parts")
}
