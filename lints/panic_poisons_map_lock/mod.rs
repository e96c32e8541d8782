//! A panic that poisons the lock of a map.

use hazmap::prelude::*;

/// What may panic because of what a map holds, while a guard lives that a panic poisons.
pub static PANIC_POISONS_MAP_LOCK: Lint = Lint {
    name: "panic_poisons_map_lock",
    group: Group::Leak,
    level: Level::Allow,
    class: Some(Class::Pedantic),
    reach: Reach::Body,
    since: "0.1.0",
    summary: "a missing key or an overflow poisons the lock of a map",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for (view, costs) in pass.costs() {
        for found in &costs.panics {
            if let Some(life) = pass.life(view, found.guard)
                && pass.in_scope(&life.guard.acquisition)
                && life.guard.cfg.is_compatible(&found.cfg)
            {
                pass.report_in(view, diagnostic(pass, &life, found));
            }
        }
    }
}

fn diagnostic(pass: &Pass<'_>, life: &GuardLife<'_>, found: &Panics) -> Diagnostic {
    let lock = pass.lock_words(life.view, &life.guard.acquisition);
    let why = match found.why {
        PanicWhy::NoEntry => "a key that is not there panics",
        PanicWhy::Unwrapped => "a lookup that finds nothing panics",
        PanicWhy::Arithmetic => "a number that overflows panics",
        PanicWhy::OutOfBounds => "an index out of bounds panics",
    };
    Diagnostic::new(&PANIC_POISONS_MAP_LOCK, found.span, format!("{why} and poisons the lock of `{lock}`"))
        .label(found.span, "may panic here")
        .label(life.guard.span, "while the guard that is taken here lives")
        .note("every later `lock().unwrap()` of it dies as well, in all threads")
        .help("handle what is missing (`if let`, `let .. else`, `checked_` and `saturating_` arithmetic, `get`), or end the guard first")
        .certainty(if found.surely { Certainty::Definite } else { Certainty::Possible })
}
