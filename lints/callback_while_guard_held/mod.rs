//! Code that is not known here is called while a guard is alive.

use hazmap::prelude::*;

/// A closure parameter, a stored closure or a method of a trait object is called while a guard lives.
pub static CALLBACK_WHILE_GUARD_HELD: Lint = Lint {
    name: "callback_while_guard_held",
    group: Group::Deadlock,
    level: Level::Allow,
    class: Some(Class::Pedantic),
    reach: Reach::Crate,
    since: "0.1.0",
    summary: "code that is not known here is called while a guard is alive",
    docs: include_str!("README.md"),
    run,
};

/// One finding a call.
fn run(pass: &Pass<'_>) {
    for critical in pass.events() {
        if !matches!(critical.event.what, What::Callback(_)) {
            continue;
        }
        let held = critical.held().find(|it| pass.in_scope(&it.guard.acquisition));
        if let Some(held) = held {
            pass.report_in(critical.view, diagnostic(pass, &critical, &held));
        }
    }
}

fn diagnostic(pass: &Pass<'_>, critical: &Critical<'_>, held: &HeldGuard<'_>) -> Diagnostic {
    let lock = pass.lock_words(critical.view, &held.guard.acquisition);
    let certainty = critical.certainty(held);
    let verb = if certainty == Certainty::Definite { "is" } else { "may be" };
    let message = format!("code given from outside is called while a guard of `{lock}` {verb} alive");
    Diagnostic::new(&CALLBACK_WHILE_GUARD_HELD, critical.event.span, message)
        .label(held.guard.span, held.taken_words())
        .through_calls(critical.event, "calls what was given")
        .note(format!("what is called may come back for `{lock}`, and then waits for itself; however long it takes, all others wait"))
        .note(held.life_words(pass))
        .help("copy what the call needs out of the map, end the guard, then call")
        .certainty(certainty)
}
