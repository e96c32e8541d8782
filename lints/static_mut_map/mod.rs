//! A map in a `static mut`.

use hazmap::prelude::*;

/// A `static mut` of a map-bearing type.
pub static STATIC_MUT_MAP: Lint = Lint {
    name: "static_mut_map",
    group: Group::Race,
    level: Level::Deny,
    class: None,
    reach: Reach::Body,
    since: "0.1.0",
    summary: "a map in a `static mut`",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for it in &pass.items().statics {
        let is_map = it.mutable && it.kind.is_some() && !it.is_rewritten() && pass.roles().bears_map(&it.ty);
        if is_map && !is_answered_for(pass, it) {
            pass.report_item(it.test, diagnostic(pass, it));
        }
    }
}

/// Whether only an `unsafe fn` can name it: who calls that answers for what it asks, one thread for example.
fn is_answered_for(pass: &Pass<'_>, it: &Static) -> bool {
    it.in_fn.is_some_and(|id| pass.items().fn_def(id).is_unsafe)
}

fn diagnostic(pass: &Pass<'_>, it: &Static) -> Diagnostic {
    let (name, roles) = (it.name, pass.roles());
    let is_open = roles.bears_open_map(&it.ty);
    let is_map = is_open && roles.map_kind(&it.ty).is_some();
    let message = match (is_map, is_open) {
        (true, _) => format!("`{name}` is a map that every thread can change without a lock"),
        (false, true) => format!("`{name}` holds a map, and every thread can change it without a lock"),
        (false, false) => format!("`{name}` holds a map with its lock, and every thread can exchange both"),
    };
    let help = match is_open {
        true => {
            "put it behind a lock: `static NAME: LazyLock<Mutex<..>>`, or `thread_local!` where one thread is meant"
        }
        false => {
            "take the `mut` away: the lock needs none; what is made late is made in a `LazyLock` or a `OnceLock`"
        }
    };
    Diagnostic::new(&STATIC_MUT_MAP, it.span, message)
        .label(it.ty_span, if is_map { "the map" } else { "a map is in it" })
        .note("two threads that use it at once, one of them writing, are a data race: undefined behaviour")
        .help(help)
        .certainty(if is_open { Certainty::Definite } else { Certainty::Possible })
}
