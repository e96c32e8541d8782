//! Two tests change one global map.

use hazmap::prelude::*;

/// Two tests of one binary write the same part of a global map, and one of them asserts on it.
pub static GLOBAL_MAP_IN_TESTS: Lint = Lint {
    name: "global_map_in_tests",
    group: Group::Race,
    level: Level::Warn,
    class: None,
    reach: Reach::Crate,
    since: "0.1.0",
    summary: "two tests change the same part of a global map, and one asserts on it",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for clash in pass.test_clashes() {
        let name = pass.items().static_(clash.map).name;
        let message = format!("two tests change `{name}`, and one of them asserts on it");
        let diagnostic = Diagnostic::new(&GLOBAL_MAP_IN_TESTS, clash.second, message)
            .label(clash.second, "one test changes it here")
            .label(clash.first, "another test changes it here")
            .label(clash.read, "this is what one of them finds in it")
            .note("tests of one binary run in threads of one process: which of them comes first differs from run to run")
            .help("give each test a map of its own, or keys of its own, or hold one lock for the whole of both tests");
        // It is about tests: that it stands in test code is no reason to be silent.
        pass.report_item(false, diagnostic);
    }
}
