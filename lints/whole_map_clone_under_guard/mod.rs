//! A whole map is copied while everyone waits, for a look at a part of it.

use hazmap::prelude::*;

/// A map is copied whole under its lock, and only looked into afterwards.
pub static WHOLE_MAP_CLONE_UNDER_GUARD: Lint = Lint {
    name: "whole_map_clone_under_guard",
    group: Group::Cost,
    level: Level::Warn,
    class: None,
    reach: Reach::Body,
    since: "0.1.0",
    summary: "a whole map is copied under its lock for a look at a part of it",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for (view, costs) in pass.costs() {
        for copy in &costs.copies {
            if let Some(life) = pass.life(view, copy.guard)
                && pass.in_scope(&life.guard.acquisition)
                && !pass.roles().is_cheap_entry(&copy.entry, pass.knobs().cheap_entry_bytes)
            {
                pass.report_in(view, diagnostic(pass, &life, copy));
            }
        }
    }
}

fn diagnostic(pass: &Pass<'_>, life: &GuardLife<'_>, copy: &MapCopy) -> Diagnostic {
    let lock = pass.lock_words(life.view, &life.guard.acquisition);
    let done = match copy.how {
        CopiedBy::Clone => "copied",
        CopiedBy::Collect => "collected",
        CopiedBy::Serialise => "serialised",
    };
    let message = match copy.each_turn {
        Some(_) => format!("the whole map behind `{lock}` is {done} under its lock on each turn of a loop"),
        None => format!("the whole map behind `{lock}` is {done} under its lock, and then only looked into"),
    };
    let mut found = Diagnostic::new(&WHOLE_MAP_CLONE_UNDER_GUARD, copy.span, message)
        .label(copy.span, format!("every entry is {done} here, while others wait"));
    if life.guard.span != copy.span {
        found = found.label(life.guard.span, "the guard is taken here");
    }
    if let Some(turn) = copy.each_turn {
        found = found.label(turn, "on each turn of this loop");
    }
    for look in copy.looks.iter().take(3) {
        found = found.label(*look, "a part of the copy, or a number, is all that is used");
    }
    found
        .note(price_words(pass.price(&copy.entry), copy.how))
        .help("look under the guard and clone what is needed; or keep `Arc<V>` values, or the whole map in an `Arc` that a writer replaces")
        .certainty(if copy.surely { Certainty::Definite } else { Certainty::Possible })
}

/// The price of an entry in words.
fn price_words(price: Price, how: CopiedBy) -> String {
    let at_least = if price.exact { "" } else { "at least " };
    let heap = match price.allocations {
        0 => String::from("no heap allocation"),
        1 => String::from("1 heap allocation"),
        n => format!("{n} heap allocations"),
    };
    let bytes = match price.bytes {
        1 => String::from("1 byte"),
        n => format!("{n} bytes"),
    };
    match how {
        CopiedBy::Serialise => format!(
            "each entry has {at_least}{bytes} in line and {at_least}{heap} behind it, all of which is read and written out"
        ),
        CopiedBy::Clone | CopiedBy::Collect => {
            format!(
                "an entry costs {at_least}{bytes} in line and {at_least}{heap}, times the number of entries"
            )
        }
    }
}
