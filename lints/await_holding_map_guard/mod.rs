//! A guard of a lock that blocks threads lives across a point where the task may be suspended.

mod block;

use hazmap::prelude::*;

/// A synchronous guard lives across `.await`, `select!`, `join!` or `yield`.
pub static AWAIT_HOLDING_MAP_GUARD: Lint = Lint {
    name: "await_holding_map_guard",
    group: Group::Deadlock,
    level: Level::Deny,
    class: None,
    reach: Reach::Crate,
    since: "0.1.0",
    summary: "a synchronous guard is alive across an await",
    docs: include_str!("README.md"),
    run,
};

/// One finding a guard: its acquisition, with every await that it lives across.
fn run(pass: &Pass<'_>) {
    for life in pass.guards() {
        let taken = &life.guard.acquisition;
        let is_looked_at =
            !pass.waits_in_background(taken) && life.guard.param.is_none() && pass.in_scope(taken);
        if !is_looked_at || pass.is_allowed_by_clippy(life.guard) {
            continue;
        }
        let Some((awaits, given)) = life.found_here_or_in_futures(pass, awaits_in) else { continue };
        let mut found = diagnostic(pass, &life, &awaits);
        if let Some(call) = given {
            found = found.label(call, "the guard is given away here");
        }
        pass.report_in(life.view, found);
    }
}

/// The points of a guard's life at which the task may be suspended.
fn awaits_in<'a>(life: &GuardLife<'a>) -> Vec<(Critical<'a>, HeldGuard<'a>)> {
    life.events().filter(|(it, _)| suspends(it.event)).collect()
}

fn suspends(event: &Event) -> bool {
    matches!(event.what, What::Await(_))
}

fn diagnostic(pass: &Pass<'_>, life: &GuardLife<'_>, awaits: &[(Critical<'_>, HeldGuard<'_>)]) -> Diagnostic {
    let lock = pass.lock_words(life.view, &life.guard.acquisition);
    let sure = awaits.iter().map(|(event, held)| event.certainty(held)).max().unwrap_or(Certainty::Possible);
    let verb = if sure == Certainty::Definite { "is" } else { "may be" };
    let message = format!("a guard of `{lock}` {verb} alive across an await");
    let mut found = Diagnostic::new(&AWAIT_HOLDING_MAP_GUARD, life.guard.span, message)
        .label(life.guard.span, "the guard is taken here");
    for (event, _) in awaits.iter().take(6) {
        found = found.label(event.event.span, "the task may be suspended here, and keep the lock");
    }
    if awaits.len() > 6 {
        found = found.note(format!("and {} more awaits", awaits.len() - 6));
    }
    let mechanism = match life.guard.acquisition.wait {
        WaitKind::Cell => {
            "another task of the same thread that borrows it while this one is suspended panics"
        }
        WaitKind::Sync | WaitKind::Async => {
            "while the task is suspended every thread that wants the lock is blocked, the one that would wake the task included"
        }
    };
    let found = found.note(mechanism);
    let found = match awaits.first() {
        Some((_, held)) => found.note(held.life_words(pass)),
        None => found,
    };
    // An await in a function that the guard is given to is no place to end it before.
    let own = awaits.first().filter(|(event, _)| std::ptr::eq(event.view.facts, life.view.facts));
    let mended = own.and_then(|(event, _)| block::suggestion(pass, life, event.event.span));
    let found = match mended {
        Some(suggestion) => found.suggestion(suggestion),
        None => found.help("copy what is needed out and end the guard before the await: close it in a block"),
    };
    found.certainty(sure)
}
