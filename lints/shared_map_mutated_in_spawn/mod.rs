//! Spawned code that writes to a shared map.

use hazmap::prelude::*;

/// A handle to a map goes into a spawned thread or task, which writes to the map.
pub static SHARED_MAP_MUTATED_IN_SPAWN: Lint = Lint {
    name: "shared_map_mutated_in_spawn",
    group: Group::Restriction,
    level: Level::Allow,
    class: Some(Class::Restriction),
    reach: Reach::Body,
    since: "0.1.0",
    summary: "a spawned thread or task writes to a shared map",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for (view, costs) in pass.costs() {
        for found in &costs.spawned {
            let mut it = Diagnostic::new(
                &SHARED_MAP_MUTATED_IN_SPAWN,
                found.span,
                "a shared map is written in spawned code",
            )
            .label(found.span, "written here")
            .label(found.spawn, "spawned here");
            if let Some(cloned) = found.cloned {
                it = it.label(cloned, "the handle is cloned here");
            }
            pass.report_in(
                view,
                it.help(
                    "review who else reads and writes the map, or send what is to be changed to its owner",
                ),
            );
        }
    }
}
