//! The house rules of Acme, as lints.

use hazmap::prelude::*;

/// All of them.
pub static ALL: &[&Lint] = &[&GUARD_NAME];

/// A guard of a map in a variable that does not say that it is one.
pub static GUARD_NAME: Lint = Lint {
    name: "acme_guard_name",
    group: Group::Deadlock,
    level: Level::Warn,
    class: None,
    reach: Reach::Body,
    since: "0.1.0",
    summary: "a variable holds the guard of a map, and its name does not say so",
    docs: include_str!("guard_name.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for life in pass.guards() {
        // A guard without a name is a temporary, and one that a caller took was named there.
        let Some(name) = life.guard.name.filter(|_| life.guard.param.is_none()) else { continue };
        if pass.in_scope(&life.guard.acquisition) && !name.ends_with("_guard") {
            pass.report_in(life.view, diagnostic(pass, &life, name));
        }
    }
}

fn diagnostic(pass: &Pass<'_>, life: &GuardLife<'_>, name: Name) -> Diagnostic {
    let lock = pass.lock_words(life.view, &life.guard.acquisition);
    Diagnostic::new(&GUARD_NAME, life.guard.span, format!("`{name}` holds the guard of `{lock}`"))
        .label(life.guard.span, "the guard is taken here")
        .note("who reads on sees a map, and not that others wait for it")
        .help(format!("call it `{name}_guard`"))
}
