//! The example of a lint from elsewhere: built, tested and run, as a stranger would.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/custom-lint");

/// Cargo in the example's folder, with this run's own target folder: dependencies that are built there already serve again.
fn cargo(args: &[&str]) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_cargo-hazmap"));
    let target = program.parent().and_then(Path::parent).unwrap();
    let mut command = Command::new(env!("CARGO"));
    command.args(args).current_dir(EXAMPLE).env("CARGO_TARGET_DIR", target);
    for name in ["HAZMAP_BLESS", "HAZMAP_UI", "CARGO_TERM_COLOR", "GITHUB_ACTIONS", "GITLAB_CI"] {
        command.env_remove(name);
    }
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_stranger_s_lint_is_built_tested_and_run() {
    // The versions that are on this machine: nothing is asked of a network.
    fs::copy(Path::new(ROOT).join("Cargo.lock"), Path::new(EXAMPLE).join("Cargo.lock")).unwrap();
    let tested = cargo(&["test", "--offline", "--quiet"]);
    assert!(tested.status.success(), "{}{}", text(&tested.stdout), text(&tested.stderr));
    assert!(text(&tested.stdout).contains("1 passed"), "the fixtures were checked: {tested:#?}");

    let ran = |args: &[&str]| {
        let ran = cargo(&[&["run", "--offline", "--quiet", "--"], args].concat());
        assert!(ran.status.success(), "{args:?}: {}", text(&ran.stderr));
        text(&ran.stdout)
    };
    let found = ran(&["check", "ui-tests/guard_name.rs", "--message-format", "short"]);
    assert!(
        found.contains("guard_name.rs:13:") && found.contains("warning[hazmap::acme_guard_name]"),
        "{found}"
    );
    // `cargo acme-lints` runs the program with its own name before the rest.
    assert_eq!(ran(&["acme-lints", "check", "ui-tests/guard_name.rs", "--message-format", "short"]), found);
    let silent = ran(&["check", "ui-tests/guard_name.rs", "-q", "-A", "acme_guard_name"]);
    assert_eq!(silent, "");
    assert!(ran(&["explain", "acme_guard_name"]).starts_with("# acme_guard_name\n"));
    let listed = ran(&["list"]);
    assert!(listed.contains("acme_guard_name") && listed.contains("relock_while_held"), "{listed}");
}
