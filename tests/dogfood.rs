//! hazmap on hazmap: every lint at deny, nothing found.

use std::process::Command;

#[test]
fn our_own_code_is_clean() {
    let groups = ["all", "pedantic", "restriction", "warnings"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-hazmap"));
    command.args(["hazmap", "check", env!("CARGO_MANIFEST_DIR"), "--message-format", "short"]);
    for group in groups {
        command.args(["-D", group]);
    }
    let output = command.output().unwrap();
    let found = String::from_utf8_lossy(&output.stdout);
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), found.as_ref()), (Some(0), ""), "{words}");
}
