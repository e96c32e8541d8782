//! A guard of an async lock lives across an await.

use hazmap::prelude::*;

/// An async guard lives across an await that is not its own acquisition.
pub static ASYNC_GUARD_ACROSS_AWAIT: Lint = Lint {
    name: "async_guard_across_await",
    group: Group::Deadlock,
    level: Level::Allow,
    class: Some(Class::Pedantic),
    reach: Reach::Crate,
    since: "0.1.0",
    summary: "the guard of an async lock is alive across an await",
    docs: include_str!("README.md"),
    run,
};

/// One finding a guard: its acquisition, with every await that it lives across.
fn run(pass: &Pass<'_>) {
    for life in pass.guards() {
        let taken = &life.guard.acquisition;
        if !pass.waits_in_background(taken) || life.guard.param.is_some() || !pass.in_scope(taken) {
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

/// The awaits in a guard's life that do not take its lock again.
fn awaits_in<'a>(life: &GuardLife<'a>) -> Vec<Critical<'a>> {
    life.events()
        .filter(|(it, held)| matches!(it.event.what, What::Await(_)) && !relocks(life, it, held))
        .map(|(it, _)| it)
        .collect()
}

/// Whether what is awaited takes the same lock: `relock_while_held` speaks of that.
fn relocks(life: &GuardLife<'_>, awaited: &Critical<'_>, held: &HeldGuard<'_>) -> bool {
    life.view.facts.events.iter().filter(|it| it.point == awaited.event.point).any(|it| match &it.what {
        What::Acquire(again) => held.same_lock(again),
        _ => false,
    })
}

fn diagnostic(pass: &Pass<'_>, life: &GuardLife<'_>, awaits: &[Critical<'_>]) -> Diagnostic {
    let lock = pass.lock_words(life.view, &life.guard.acquisition);
    let message = format!("an async guard of `{lock}` is alive across an await");
    let mut found = Diagnostic::new(&ASYNC_GUARD_ACROSS_AWAIT, life.guard.span, message)
        .label(life.guard.span, "the guard is taken here");
    for event in awaits.iter().take(6) {
        found = found.label(event.event.span, "the lock is kept while this is awaited");
    }
    found
        .note("every task that wants the lock waits until what is awaited here is done, however long that takes")
        .help("copy what is needed out and end the guard before the await")
}
