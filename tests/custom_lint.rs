//! The example of a lint from elsewhere: built, tested and run, as a stranger would.

use std::path::Path;
use std::process::{Command, Output};

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/custom-lint");

/// Cargo in the example's folder, with this run's own target folder: what is built there already serves again.
fn cargo(args: &[&str]) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_cargo-hazmap"));
    let target = program.parent().and_then(Path::parent).unwrap();
    let mut command = Command::new(env!("CARGO"));
    command.args(args).current_dir(EXAMPLE).env("CARGO_TARGET_DIR", target);
    command.env_remove("HAZMAP_BLESS").env_remove("HAZMAP_UI").output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_stranger_s_lint_is_built_tested_and_run() {
    let tested = cargo(&["test", "--offline", "--quiet"]);
    assert!(tested.status.success(), "{}{}", text(&tested.stdout), text(&tested.stderr));

    let args =
        ["run", "--offline", "--quiet", "--", "check", "ui-tests/guard_name.rs", "--message-format", "short"];
    let ran = cargo(&args);
    assert!(ran.status.success(), "{}", text(&ran.stderr));
    let out = text(&ran.stdout);
    assert!(out.contains("guard_name.rs:13:") && out.contains("warning[hazmap::acme_guard_name]"), "{out}");

    let page = cargo(&["run", "--offline", "--quiet", "--", "explain", "acme_guard_name"]);
    assert!(text(&page.stdout).starts_with("# acme_guard_name\n"));
    let ours = cargo(&["run", "--offline", "--quiet", "--", "list"]);
    assert!(text(&ours.stdout).contains("relock_while_held"));
}
