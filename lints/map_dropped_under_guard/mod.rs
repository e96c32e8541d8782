//! All entries of a map are freed while others wait.

use hazmap::prelude::*;

/// A map is overwritten or cleared under its guard.
pub static MAP_DROPPED_UNDER_GUARD: Lint = Lint {
    name: "map_dropped_under_guard",
    group: Group::Cost,
    level: Level::Allow,
    class: Some(Class::Pedantic),
    reach: Reach::Body,
    since: "0.1.0",
    summary: "all entries of a map are freed under its guard",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for (view, costs) in pass.costs() {
        for found in &costs.freed {
            if let Some(life) = pass.life(view, found.guard)
                && pass.in_scope(&life.guard.acquisition)
                && pass.roles().frees_heap(&found.map)
                && life.guard.cfg.is_compatible(&found.cfg)
            {
                pass.report_in(view, diagnostic(pass, &life, found));
            }
        }
    }
}

fn diagnostic(pass: &Pass<'_>, life: &GuardLife<'_>, found: &Freed) -> Diagnostic {
    let lock = pass.lock_words(life.view, &life.guard.acquisition);
    let Words { how, what, help } = words(found.by);
    let mut it = Diagnostic::new(
        &MAP_DROPPED_UNDER_GUARD,
        found.span,
        format!("{how} frees all its entries while a guard of `{lock}` is alive"),
    )
    .label(found.span, what);
    if life.guard.span != found.span {
        it = it.label(life.guard.span, "the guard is taken here");
    }
    it.note("others wait for as long as that takes, which goes with the number of entries")
        .help(help)
        .certainty(if found.surely { Certainty::Definite } else { Certainty::Possible })
}

/// What is said of a map that is freed.
struct Words {
    how: &'static str,
    what: &'static str,
    help: &'static str,
}

fn words(by: FreedBy) -> Words {
    let in_place = |how| Words {
        how,
        what: "every entry is freed here",
        help: "take the map out (`std::mem::take`, `std::mem::replace`) and drop it after the guard",
    };
    match by {
        FreedBy::Assignment => in_place("overwriting the map"),
        FreedBy::Clear => in_place("clearing the map"),
        FreedBy::TakenOut => Words {
            how: "dropping what is taken out of the map",
            what: "it is freed while the guard lives",
            help: "drop it after the guard: end the guard first, or declare the variable before it",
        },
    }
}
