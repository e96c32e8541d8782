//! A value is copied out of a map in one critical section, changed, and written back in another.

use hazmap::prelude::*;

/// A read, a change and a write back, in two critical sections.
pub static SPLIT_READ_MODIFY_WRITE: Lint = Lint {
    name: "split_read_modify_write",
    group: Group::Race,
    level: Level::Warn,
    class: None,
    reach: Reach::Crate,
    since: "0.1.0",
    summary: "a value is read under one guard and written back, changed, under another",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for (view, rewrite) in pass.rewrites() {
        pass.report_in(view, diagnostic(pass, view, rewrite));
    }
}

fn diagnostic(pass: &Pass<'_>, view: View<'_>, rewrite: &Rewrite) -> Diagnostic {
    let map = pass.place_words(view, &rewrite.map);
    let (what, help) = match (rewrite.whole, rewrite.shard) {
        (true, _) => ("the map", "change the map under one write guard"),
        (false, true) => {
            ("a value of", "change the value in the map: `entry(..).and_modify(..)`, `alter` or `get_mut`")
        }
        (false, false) => {
            ("a value of", "read and write under one guard: `get_mut`, or `entry(..).and_modify(..)`")
        }
    };
    let message = if rewrite.whole {
        format!("`{map}` is replaced by a changed copy that was made under another guard")
    } else {
        format!("{what} `{map}` is written back that was read under another guard")
    };
    Diagnostic::new(&SPLIT_READ_MODIFY_WRITE, rewrite.write, message)
        .label(rewrite.read, "it is read here")
        .label(rewrite.write, "and written back here, changed, in another critical section")
        .note("what another thread writes between the two is overwritten: its update is lost")
        .help(help)
}
