//! The program, as a user runs it.

use cargo_metadata::Message;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

fn hazmap(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-hazmap"));
    command.args(args).current_dir(dir);
    for variable in ["NO_COLOR", "CARGO_TERM_COLOR", "GITHUB_ACTIONS", "GITLAB_CI"] {
        command.env_remove(variable);
    }
    command.output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// A package whose only sin is a broken item.
fn broken() -> TempDir {
    package("pub fn fine() {}\n\npub struct Broken { id u64 }\n")
}

fn package(lib: &str) -> TempDir {
    let dir = TempDir::new().unwrap();
    let manifest = "[package]\nname = \"app\"\nversion = \"1.2.3\"\nedition = \"2021\"\n";
    fs::write(dir.path().join("Cargo.toml"), manifest).unwrap();
    fs::create_dir(dir.path().join("src")).unwrap();
    fs::write(dir.path().join("src/lib.rs"), lib).unwrap();
    dir
}

#[test]
fn a_clean_package_is_clean() {
    let dir = package("pub fn fine() {}\n");
    for args in [&[][..], &["hazmap"], &["check"], &["hazmap", "check", "."], &["-D", "warnings", "check"]] {
        let output = hazmap(dir.path(), args);
        assert_eq!((code(&output), stdout(&output).as_str()), (0, ""), "{args:?}: {}", stderr(&output));
        let closing = stderr(&output);
        assert!(
            closing.starts_with("0 errors, 0 warnings in 1 file, ") && closing.ends_with(" s\n"),
            "{closing}"
        );
    }
    let quiet = hazmap(dir.path(), &["--quiet"]);
    assert_eq!((stdout(&quiet).as_str(), stderr(&quiet).as_str()), ("", ""));
}

#[test]
fn what_cannot_run_says_so() {
    let empty = TempDir::new().unwrap();
    for args in
        [&[][..], &["no/such/path"], &["--no-such-option"], &["explain", "no_such_lint"], &["why", "x"]]
    {
        let output = hazmap(empty.path(), args);
        assert_eq!(code(&output), 2, "{args:?}: {}", stderr(&output));
        assert!(stderr(&output).starts_with("error: "), "{args:?}: {}", stderr(&output));
        assert!(!stderr(&output).contains("0 errors"), "{args:?}: {}", stderr(&output));
    }
}

#[test]
fn help_and_version() {
    let dir = TempDir::new().unwrap();
    let help = hazmap(dir.path(), &["hazmap", "--help"]);
    assert_eq!(code(&help), 0);
    for word in ["cargo hazmap", "explain", "--message-format", "--scope", "Exit status"] {
        assert!(stdout(&help).contains(word), "{word}");
    }
    // Each heading stands above its own options.
    let help = stdout(&help);
    let (_, of_run) = help.split_once("\nRun:\n").unwrap();
    let (of_run, of_cargo) = of_run.split_once("\nCargo check (with --with-check):\n").unwrap();
    for word in ["--watch", "--stdin", "--facts", "--jobs"] {
        assert!(of_run.contains(word) && !of_cargo.contains(&format!("{word} ")), "{word}");
    }
    assert!(of_cargo.contains("--all-targets"));
    let version = hazmap(dir.path(), &["hazmap", "--version"]);
    assert_eq!(stdout(&version), concat!("cargo-hazmap ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn the_catalogue_and_the_pages() {
    let dir = TempDir::new().unwrap();
    let list = stdout(&hazmap(dir.path(), &["list"]));
    for lint in hazmap::lints::ALL {
        assert!(list.contains(lint.name) && list.contains(lint.summary), "{}", lint.name);
        // What lies beside the repository's pages is had from the program.
        let page = lint.docs.replace(
            "in [docs/remedies.md](../../docs/remedies.md)",
            "on the page that `cargo hazmap docs OUT` writes",
        );
        assert_eq!(stdout(&hazmap(dir.path(), &["explain", lint.name])), page);
        assert!(!page.contains("](../../docs"), "{}", lint.name);
    }
    assert!(stdout(&hazmap(dir.path(), &["explain", "directives"])).contains("unused_allow"));
    let unknown = hazmap(dir.path(), &["explain", "unused_alow"]);
    assert!(stderr(&unknown).contains("did you mean `unused_allow`?"), "{}", stderr(&unknown));
}

#[test]
fn levels_decide_the_exit_code() {
    let dir = broken();
    for (args, expected) in [
        (&[][..], 0),
        (&["-D", "unreadable_file"], 1),
        (&["-D", "warnings"], 1),
        (&["-F", "hazmap::directives"], 1),
        (&["-D", "warnings", "-A", "directives"], 0),
        (&["-A", "directives", "-D", "unreadable_file"], 1),
    ] {
        let output = hazmap(dir.path(), args);
        assert_eq!(code(&output), expected, "{args:?}: {}{}", stdout(&output), stderr(&output));
    }
}

/// A test with a hazard of level warn, which `permission` may stand above. It touches no lock.
fn tested(permission: &str) -> TempDir {
    package(&format!(
        "use std::collections::HashMap;

#[derive(Clone, Default)]
pub struct Visits {{
    pub count: u64,
}}

pub struct Pages {{
    by_name: HashMap<String, Visits>,
}}

{permission}
#[test]
fn counts() {{
    let pages = Pages {{ by_name: HashMap::new() }};
    let found = pages.by_name.get(\"home\").cloned();
    if let Some(mut visits) = found {{
        visits.count += 1;
    }}
}}
"
    ))
}

#[test]
fn of_test_code_only_what_is_denied_is_shown() {
    let dir = tested("");
    assert_eq!(stdout(&hazmap(dir.path(), &["-W", "all"])), "");
    let denied = hazmap(dir.path(), &["-D", "lost_copy_update"]);
    assert!(stdout(&denied).contains("error[hazmap::lost_copy_update]"), "{}", stdout(&denied));
    // A permission for what is not shown is of use all the same.
    let permitted = tested("// hazmap: allow(lost_copy_update, reason = \"on purpose\")");
    assert_eq!(stdout(&hazmap(permitted.path(), &[])), "");
}

#[test]
fn names_that_do_not_exist_are_findings() {
    let dir = package("pub fn fine() {}\n");
    let output = hazmap(dir.path(), &["-W", "hazmap::unused_alow"]);
    assert_eq!(code(&output), 0);
    assert!(stdout(&output).contains("warning[hazmap::unknown_lint]"), "{}", stdout(&output));
    assert!(stdout(&output).contains("did you mean `unused_allow`?"));
    assert_eq!(code(&hazmap(dir.path(), &["-W", "unused_alow", "-D", "unknown_lint"])), 1);
}

#[test]
fn forms_of_output() {
    let dir = broken();
    let short = stdout(&hazmap(dir.path(), &["--message-format", "short"]));
    assert!(
        short.starts_with("src/lib.rs:3:") && short.contains(": warning[hazmap::unreadable_file]: "),
        "{short}"
    );
    let plain = stdout(&hazmap(dir.path(), &[]));
    assert!(!plain.contains('\u{1b}') && plain.contains("src/lib.rs:3:"), "{plain}");
    assert!(stdout(&hazmap(dir.path(), &["--color", "always"])).contains('\u{1b}'));

    let json = hazmap(dir.path(), &["--message-format", "json"]);
    assert_eq!(stderr(&json), "");
    let messages: Vec<Message> = Message::parse_stream(json.stdout.as_slice()).map(Result::unwrap).collect();
    let [Message::CompilerMessage(message), Message::BuildFinished(end)] = messages.as_slice() else {
        panic!("{messages:?}");
    };
    assert!(end.success);
    assert_eq!(message.message.code.as_ref().unwrap().code, "hazmap::unreadable_file");
    assert_eq!(message.target.name, "app");
    assert_eq!(message.message.spans[0].file_name, "src/lib.rs");
    assert_eq!(message.message.spans[0].line_start, 3);
}

#[test]
fn paths_and_folders() {
    let dir = broken();
    let from_above = |args: &[&str]| stdout(&hazmap(dir.path().parent().unwrap(), args));
    let name = dir.path().file_name().unwrap().to_str().unwrap();
    let shown = format!("{name}/src/lib.rs:3:");
    for path in [name.to_owned(), format!("{name}/Cargo.toml"), format!("{name}/src/lib.rs")] {
        let short = from_above(&["check", &path, "--message-format", "short"]);
        assert!(short.starts_with(&shown), "{path}: {short}");
    }
    let twice = from_above(&["check", name, name, "--message-format", "short"]);
    assert_eq!(twice.lines().count(), 1, "{twice}");
    let manifest = format!("{name}/Cargo.toml");
    assert!(from_above(&["--manifest-path", &manifest, "--message-format", "short"]).starts_with(&shown));
    let inside = stdout(&hazmap(&dir.path().join("src"), &["--message-format", "short"]));
    assert!(inside.starts_with("src/lib.rs:3:"), "{inside}");
}

#[test]
fn figures() {
    let dir = broken();
    fs::write(dir.path().join("src/stray.rs"), "").unwrap();
    let output = hazmap(dir.path(), &["--stats"]);
    let figures = stderr(&output);
    for words in ["files                 1\n", "lines                 3\n", "  src/stray.rs\n"] {
        assert!(figures.contains(words), "{words}: {figures}");
    }
    // Of many files the first are named.
    (10..34).for_each(|n| fs::write(dir.path().join(format!("src/stray{n}.rs")), "").unwrap());
    let figures = stderr(&hazmap(dir.path(), &["--stats"]));
    let named = figures.lines().filter(|it| it.starts_with("  src/")).count();
    assert_eq!(named, 20, "{figures}");
    assert!(figures.contains("no target reaches: 25\n") && figures.contains("  … and 5 more\n"), "{figures}");
}

#[test]
fn only_bodies_that_may_matter_are_lowered() {
    let dir = package(
        r#"use std::collections::HashMap;
use std::io::Read;
use std::sync::{Mutex, RwLock};
use std::sync::atomic::{AtomicU32, Ordering};

pub struct App { pub map: RwLock<HashMap<u32, u32>>, pub n: AtomicU32 }

/// Reads a file, and no lock.
pub fn header(file: &mut std::fs::File, buffer: &mut [u8]) { file.read(buffer).unwrap(); }
/// Types of pointers are no casts.
pub fn length(at: *mut u8) -> usize { let at: *mut u8 = at; at as usize }
/// `state` is a method of stores in libraries that this package does not have.
pub fn state(app: &App) -> u32 { app.state().n.load(Ordering::Relaxed) }
impl App { pub fn state(&self) -> &App { self } }
/// Takes a lock.
pub fn look(app: &App) -> usize { app.map.read().unwrap().len() }
/// Takes another, by what a macro writes.
macro_rules! locked { ($m:expr) => { $m.lock() } }
pub fn locked(m: &Mutex<u32>) -> u32 { *locked!(m).unwrap() }
"#,
    );
    let output = hazmap(dir.path(), &["--stats"]);
    let figures = stderr(&output);
    assert!(figures.contains("functions             6\n"), "{figures}");
    assert!(figures.contains("bodies lowered        2\n"), "{figures}");
}
