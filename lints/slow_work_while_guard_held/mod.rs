//! Work on many entries, or on files, while others wait.

use hazmap::prelude::*;

/// Sorting, formatting, hashing or serialising of many entries, or file I/O, while a guard lives.
pub static SLOW_WORK_WHILE_GUARD_HELD: Lint = Lint {
    name: "slow_work_while_guard_held",
    group: Group::Cost,
    level: Level::Allow,
    class: Some(Class::Pedantic),
    reach: Reach::Crate,
    since: "0.1.0",
    summary: "many entries are worked on, or files, under a guard",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    run_on_entries(pass);
    for wait in pass.waits().iter().filter(|it| it.for_files) {
        pass.report_in(wait.critical.view, on_files(pass, wait));
    }
}

fn run_on_entries(pass: &Pass<'_>) {
    for (view, costs) in pass.costs() {
        for found in &costs.work {
            if let Some(life) = pass.life(view, found.guard)
                && pass.in_scope(&life.guard.acquisition)
                && life.guard.cfg.is_compatible(&found.cfg)
                // A copy that need not be is `whole_map_clone_under_guard`.
                && costs.copies.iter().all(|it| it.span != found.span)
            {
                pass.report_in(view, on_entries(pass, &life, found));
            }
        }
    }
}

fn on_entries(pass: &Pass<'_>, life: &GuardLife<'_>, found: &Work) -> Diagnostic {
    let lock = pass.lock_words(life.view, &life.guard.acquisition);
    let message = format!("{} runs over many entries while a guard of `{lock}` is alive", found.what);
    let mut it = Diagnostic::new(&SLOW_WORK_WHILE_GUARD_HELD, found.span, message)
        .label(found.span, "the work is done here, while others wait")
        .label(life.guard.span, "the guard is taken here");
    if let Some(each) = found.each {
        it = it.label(each, "for each entry");
    }
    it.note("others wait for as long as that takes, which goes with the number of entries")
        .help(
            "copy out what is needed and work on it after the guard, where the copy is cheaper than the work",
        )
        .certainty(if found.surely { Certainty::Definite } else { Certainty::Possible })
}

fn on_files(pass: &Pass<'_>, wait: &Wait<'_>) -> Diagnostic {
    let lock = pass.lock_words(wait.critical.view, &wait.held.guard.acquisition);
    wait.told_by(&SLOW_WORK_WHILE_GUARD_HELD, &lock)
        .note("others wait for the disk as well, unless the lock is there to keep them from these very files")
        .note(wait.held.life_words(pass))
        .help("read before the guard is taken, and write what was copied out of it")
}
