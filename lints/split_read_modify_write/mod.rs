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
        let act = rewrite.act.and_then(|it| view.facts.ops.get(it));
        if !act.is_some_and(|it| pass.is_unshared_map(view, it)) && !pass.is_gated(view) {
            pass.report_in(view, diagnostic(pass, view, rewrite));
        }
    }
}

fn diagnostic(pass: &Pass<'_>, view: View<'_>, rewrite: &Rewrite) -> Diagnostic {
    let map = pass.place_words(view, &rewrite.map);
    let (message, first, second, help) = match rewrite.kind {
        RewriteKind::Whole => (
            format!("`{map}` is replaced by a changed copy that was made under another guard"),
            READ,
            WRITTEN,
            "change the map under one write guard",
        ),
        RewriteKind::Contents => (
            format!("`{map}` is emptied and filled again under two guards"),
            "it is emptied here",
            "and gets a value here, in another critical section",
            if rewrite.shard {
                "make the new map first and put it in the old one's place, behind one lock or an `ArcSwap`"
            } else {
                "empty and fill it under one guard"
            },
        ),
        RewriteKind::Field => (
            format!("`{map}` is written back that was read under another guard"),
            READ,
            WRITTEN,
            "read and write it under one guard",
        ),
        RewriteKind::Entry => (
            format!("a value of `{map}` is written back that was read under another guard"),
            READ,
            WRITTEN,
            if rewrite.shard {
                "change the value in the map: `entry(..).and_modify(..)`, `alter` or `get_mut`"
            } else {
                "read and write under one guard: `get_mut`, or `entry(..).and_modify(..)`"
            },
        ),
    };
    let note = match rewrite.kind {
        RewriteKind::Contents => "between the two, every other thread finds the map empty",
        RewriteKind::Entry | RewriteKind::Whole | RewriteKind::Field => {
            "what another thread writes between the two is overwritten: its update is lost"
        }
    };
    let mut found = Diagnostic::new(&SPLIT_READ_MODIFY_WRITE, rewrite.write, message)
        .label(rewrite.read, first)
        .label(rewrite.write, second);
    for (inner, what) in rewrite.inner.iter().zip(["by this", "and by this"]) {
        found = match inner {
            Some(span) => found.label(*span, what),
            None => found,
        };
    }
    found.note(note).help(help)
}

const READ: &str = "it is read here";
const WRITTEN: &str = "and written back here, changed, in another critical section";
