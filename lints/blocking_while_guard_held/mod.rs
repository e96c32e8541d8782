//! The thread waits for something else while it holds a guard.

use hazmap::prelude::*;

/// A call blocks the thread while a guard lives.
pub static BLOCKING_WHILE_GUARD_HELD: Lint = Lint {
    name: "blocking_while_guard_held",
    group: Group::Deadlock,
    level: Level::Warn,
    class: None,
    reach: Reach::Crate,
    since: "0.1.0",
    summary: "the thread blocks on something else while a guard is alive",
    docs: include_str!("README.md"),
    run,
};

/// File I/O under a lock that may be there for the files is `slow_work_while_guard_held`.
fn run(pass: &Pass<'_>) {
    for wait in pass.waits().iter().filter(|it| !it.for_files) {
        pass.report_in(wait.critical.view, diagnostic(pass, wait));
    }
}

fn diagnostic(pass: &Pass<'_>, wait: &Wait<'_>) -> Diagnostic {
    let lock = pass.lock_words(wait.critical.view, &wait.held.guard.acquisition);
    wait.told_by(&BLOCKING_WHILE_GUARD_HELD, &lock)
        .note(format!("every thread that wants `{lock}` waits as well; if what is waited for needs the lock, nobody goes on"))
        .note(wait.held.life_words(pass))
        .help("end the guard before this call: copy or take out what is needed first")
}
