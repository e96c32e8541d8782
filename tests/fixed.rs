//! What `--fix` makes of the ui-tests: with the real crates it compiles, and of what it mended nothing is left.

mod made;

use cargo_metadata::Message;
use made::{Made, Ran, program};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What the ui-tests with edits use.
const WORKSPACE: &str = "\
[workspace]
resolver = \"3\"
members = [\"*\"]
exclude = [\"target\"]

[workspace.dependencies]
dashmap = \"6\"
parking_lot = \"0.12\"
tokio = { version = \"1\", features = [\"sync\"] }
";

/// A ui-test to which edits are offered that change no meaning.
struct Fixture {
    /// Its folder and its name.
    name: String,
    edition: String,
    text: String,
}

/// The ui-tests for which the program offers such edits.
fn fixtures() -> Vec<Fixture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = program();
    command.args(["check", "ui-tests", "--no-config", "-W", "all", "-W", "pedantic", "--scope", "all"]);
    let ran = Ran::of(
        command
            .args(["--test-code", "strict", "--message-format", "json"])
            .current_dir(root)
            .output()
            .unwrap(),
    );
    let files: BTreeSet<String> = offered(&ran.out).collect();
    let fixture = |file: &String| {
        let text = fs::read_to_string(root.join(file)).unwrap();
        let edition =
            text.lines().find_map(|line| line.strip_prefix("//@ edition: ")).unwrap_or("2024").to_owned();
        let name = file.trim_start_matches("ui-tests/").trim_end_matches(".rs").replace('/', "_");
        Fixture { name, edition, text }
    };
    files.iter().map(fixture).collect()
}

/// The files in which edits are offered that change no meaning.
fn offered(messages: &str) -> impl Iterator<Item = String> {
    messages.lines().filter_map(|line| {
        let Ok(Message::CompilerMessage(it)) = serde_json::from_str(line) else { return None };
        let mut spans = it.message.children.iter().flat_map(|child| &child.spans);
        let safe = spans.find(|span| {
            let applicability = span.suggestion_applicability.as_ref();
            applicability.is_some_and(|it| format!("{it:?}") == "MachineApplicable")
        });
        safe.map(|span| span.file_name.clone())
    })
}

/// The packages that do not compile.
fn broken(made: &Made) -> BTreeSet<String> {
    let mut command = Command::new(env!("CARGO"));
    command.args(["check", "--offline", "--keep-going", "--message-format", "json"]).current_dir(made.path());
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixed");
    let ran = Ran::of(command.env("CARGO_TARGET_DIR", target).output().unwrap());
    let errors = ran.out.lines().filter_map(|line| match serde_json::from_str(line) {
        Ok(Message::CompilerMessage(it)) if format!("{:?}", it.message.level) == "Error" => {
            Some(it.target.name)
        }
        _ => None,
    });
    let broken: BTreeSet<String> = errors.collect();
    assert!(ran.code == 0 || !broken.is_empty(), "{ran:#?}");
    broken
}

#[test]
fn mended_ui_tests_compile_and_are_clean() {
    let fixtures = fixtures();
    assert!(fixtures.len() >= 6, "only {} ui-tests have edits", fixtures.len());
    // The versions of our own lock file: they are on this machine, and nothing is asked of a network.
    let made = Made::new(&[("Cargo.toml", WORKSPACE), ("Cargo.lock", include_str!("../Cargo.lock"))]);
    for Fixture { name, edition, text } in &fixtures {
        let manifest = format!(
            "[package]\nname = \"{name}\"\nedition = \"{edition}\"\n\n[dependencies]\ndashmap.workspace = true\n\
             parking_lot.workspace = true\ntokio.workspace = true\n"
        );
        made.write(&format!("{name}/Cargo.toml"), &manifest);
        made.write(&format!("{name}/src/lib.rs"), text);
    }
    // A macro that is nowhere defined is what one of them is about.
    let before = broken(&made);
    assert!(before.len() <= 1, "do not compile as they are: {before:?}");
    let all = ["--workspace", "-W", "all", "-W", "pedantic", "--scope", "all", "--test-code", "strict"];
    let ran = made.run(&[&all[..], &["--fix", "--allow-no-vcs", "-q"]].concat());
    assert!(ran.code < 2, "{ran:#?}");
    // Of another edition than files that stand for themselves, one may have none to mend.
    let mended =
        fixtures.iter().filter(|it| made.read(&format!("{}/src/lib.rs", it.name)) != it.text).count();
    assert!(mended + 1 >= fixtures.len(), "{mended} of {} are mended: {ran:#?}", fixtures.len());
    assert_eq!(broken(&made), before);
    let again = made.run(&[&all[..], &["--message-format", "json"]].concat());
    assert_eq!(offered(&again.out).collect::<Vec<_>>(), Vec::<String>::new());
}
