//! Within `cargo check`: what is known of a library lies beside what rustc makes of it, and is read from there.

mod made;

use made::cargo::cargo;
use made::{Made, Ran};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// `settle` waits in one build, and not in the other.
const BASE: &str = "\
#[cfg(not(feature = \"slow\"))]
pub fn settle() {}

#[cfg(feature = \"slow\")]
pub fn settle() {
    std::thread::sleep(std::time::Duration::from_millis(10));
}

pub fn always() {
    std::thread::sleep(std::time::Duration::from_millis(10));
}
";

const STORE: &str = "\
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

#[derive(Default)]
pub struct Store {
    table: Mutex<HashMap<String, u32>>,
}

impl Store {
    pub fn table(&self) -> MutexGuard<'_, HashMap<String, u32>> {
        self.table.lock().unwrap()
    }

    pub fn count(&self) -> usize {
        self.table.lock().unwrap().len()
    }

    pub fn has(&self, key: &str) -> bool {
        self.table.lock().unwrap().contains_key(key)
    }

    pub fn put(&self, key: &str) {
        self.table.lock().unwrap().insert(key.to_owned(), 0);
    }

    pub fn pause(&self) {
        floor::settle();
    }
}
";

const APP: &str = "\
use store::Store;

pub fn twice(store: &Store) -> usize {
    let table = store.table();
    table.len() + store.count()
}

pub fn waits(store: &Store) -> usize {
    let table = store.table();
    store.pause();
    table.len()
}

pub fn checks(store: &Store) {
    if !store.has(\"a\") {
        store.put(\"a\");
    }
}

pub fn sleeps(store: &Store) -> usize {
    let table = store.table();
    base::always();
    table.len()
}
";

const APP_REST: &str = "\
[features]
slow = [\"base/slow\"]

[dependencies]
base = { path = \"../base\" }
store = { path = \"../store\" }
";

fn manifest(name: &str, rest: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n{rest}")
}

/// `app` uses `store`, which uses `base` by another name.
fn workspace() -> Made {
    Made::new(&[
        ("w/Cargo.toml", "[workspace]\nmembers = [\"app\", \"store\", \"base\"]\nresolver = \"3\"\n"),
        ("w/base/Cargo.toml", &manifest("base", "[features]\nslow = []\n")),
        ("w/base/src/lib.rs", BASE),
        (
            "w/store/Cargo.toml",
            &manifest("store", "[dependencies]\nfloor = { package = \"base\", path = \"../base\" }\n"),
        ),
        ("w/store/src/lib.rs", STORE),
        ("w/app/Cargo.toml", &manifest("app", APP_REST)),
        ("w/app/src/lib.rs", APP),
    ])
}

/// The findings in `app`: the lint and the line.
fn found(ran: &Ran) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for line in ran.out.lines() {
        let Ok(cargo_metadata::Message::CompilerMessage(it)) = serde_json::from_str(line) else { continue };
        let lint = it.message.code.as_ref().and_then(|code| code.code.strip_prefix("hazmap::"));
        let at = it.message.spans.iter().find(|span| span.is_primary && span.file_name.starts_with("app"));
        found.extend(lint.zip(at).map(|(lint, at)| (lint.to_owned(), at.line_start)));
    }
    found.sort();
    found
}

fn check(made: &Made, args: &[&str]) -> Ran {
    let args = [&["check", "--message-format", "json"], args].concat();
    let ran = cargo(made, &args, &[("HAZMAP_ARGS", "-W all")]);
    assert_eq!(ran.code, 0, "{ran:#?}");
    ran
}

fn expected(lines: &[(&str, usize)]) -> Vec<(String, usize)> {
    lines.iter().map(|(lint, line)| ((*lint).to_owned(), *line)).collect()
}

/// In every build.
const ALWAYS: [(&str, usize); 3] =
    [("blocking_while_guard_held", 22), ("check_then_act", 16), ("relock_while_held", 5)];

/// Where `base` waits.
const SLOW: [(&str, usize); 4] = [
    ("blocking_while_guard_held", 10),
    ("blocking_while_guard_held", 22),
    ("check_then_act", 16),
    ("relock_while_held", 5),
];

/// The files beside the artifacts, of one library.
fn facts_files(made: &Made, library: &str) -> Vec<PathBuf> {
    let deps = made.path().join("w/target/debug/deps");
    let is_it = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with(&format!("lib{library}-")) && name.ends_with(".hazmap-facts")
    };
    fs::read_dir(deps).unwrap().map(|entry| entry.unwrap().path()).filter(is_it).collect()
}

/// Makes cargo compile `app` again, and nothing else.
fn touch_app(made: &Made) {
    std::thread::sleep(Duration::from_millis(20));
    made.write("w/app/src/lib.rs", &made.read("w/app/src/lib.rs"));
}

#[test]
fn libraries_are_seen_as_they_are_built() {
    let made = workspace();
    assert_eq!(found(&check(&made, &[])), expected(&ALWAYS));
    assert_eq!(found(&check(&made, &["--features", "app/slow"])), expected(&SLOW));
    // Cargo takes both builds out of its store again.
    assert_eq!(found(&check(&made, &[])), expected(&ALWAYS));
    let libraries = ["base", "store", "app"].map(|it| facts_files(&made, it).len());
    assert_eq!(libraries, [2, 2, 2], "one beside each artifact");
}

#[test]
fn findings_are_those_of_the_subcommand() {
    let made = workspace();
    made.write(
        "w/base/src/lib.rs",
        &BASE.replace("#[cfg(not(feature = \"slow\"))]\npub fn settle() {}\n", ""),
    );
    let within = found(&check(&made, &["--features", "app/slow"]));
    let mut command = made::program();
    let ran = command.args(["check", "w", "-W", "all", "--message-format", "short", "-q"]);
    let ran = Ran::of(ran.current_dir(made.path()).output().unwrap());
    for (lint, line) in &within {
        let is_it = |it: &str| it.contains(&format!("app/src/lib.rs:{line}:")) && it.contains(lint.as_str());
        assert!(ran.out.lines().any(is_it), "{lint} in line {line}: {ran:#?}");
    }
    assert_eq!(within.len(), ran.out.lines().filter(|it| it.contains("app/src")).count(), "{ran:#?}");
}

#[test]
fn a_change_of_the_library_changes_the_finding() {
    let made = workspace();
    assert_eq!(found(&check(&made, &[])), expected(&ALWAYS));
    std::thread::sleep(Duration::from_millis(20));
    let sleeps = "settle() {\n    std::thread::sleep(std::time::Duration::from_millis(1));\n}";
    made.write("w/base/src/lib.rs", &BASE.replace("settle() {}", sleeps));
    assert_eq!(found(&check(&made, &[])), expected(&SLOW));
    std::thread::sleep(Duration::from_millis(20));
    made.write("w/base/src/lib.rs", BASE);
    assert_eq!(found(&check(&made, &[])), expected(&ALWAYS));
}

/// Somebody else's facts: all functions of a library do nothing.
fn emptied(text: &str) -> String {
    let (first, rest) = text.split_once('\n').unwrap();
    let mut facts: serde_json::Value = serde_json::from_str(rest).unwrap();
    for function in facts["functions"].as_array_mut().unwrap() {
        function["effects"] = serde_json::json!([]);
        function["map_effects"] = serde_json::json!([[]]);
    }
    format!("{first}\n{facts}")
}

/// What the file says counts, and the library's bodies are not looked into.
#[test]
fn what_functions_do_comes_out_of_the_file() {
    let made = workspace();
    check(&made, &[]);
    for library in ["base", "store"] {
        for path in facts_files(&made, library) {
            fs::write(&path, emptied(&fs::read_to_string(&path).unwrap())).unwrap();
        }
    }
    touch_app(&made);
    assert_eq!(found(&check(&made, &[])), []);
    // No other crate asks what `app` does.
    let [of_app] = facts_files(&made, "app").try_into().unwrap();
    assert_eq!(fs::read_to_string(of_app).unwrap().lines().count(), 1);
}

#[test]
fn files_that_cannot_be_used_are_passed_over() {
    let made = workspace();
    check(&made, &[]);
    let [path] = facts_files(&made, "store").try_into().unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let ours = format!("\"hazmap\":\"{}\"", env!("CARGO_PKG_VERSION"));
    let (first, rest) = text.split_once('\n').unwrap();
    let broken = [
        String::new(),
        "{}".to_owned(),
        first.to_owned(),
        format!("{first}\n{}", &rest[..rest.len() / 2]),
        format!("\u{0}\u{1}{text}"),
        text.replace(&ours, "\"hazmap\":\"9.9.9\""),
        emptied(&text).replace("\"hash\":\"", "\"hash\":\"0"),
    ];
    for text in broken {
        fs::write(&path, &text).unwrap();
        touch_app(&made);
        let ran = check(&made, &[]);
        // What `store` waits for is told where its own sources, in all builds, can tell it.
        let found = found(&ran);
        assert!(expected(&ALWAYS).iter().all(|it| found.contains(it)), "{text}: {found:?}");
        assert!(!ran.err.contains("facts"), "{ran:#?}");
    }
    fs::write(&path, b"\xff\xfe{").unwrap();
    touch_app(&made);
    check(&made, &[]);
    fs::remove_file(&path).unwrap();
    touch_app(&made);
    check(&made, &[]);
    assert!(!path.exists(), "only its own library's compilation writes it");
}

#[cfg(unix)]
#[test]
fn a_place_where_no_file_can_be_made_keeps_rustc_from_nothing() {
    let made = workspace();
    check(&made, &[]);
    // A folder stands where the file should be.
    let [path] = facts_files(&made, "base").try_into().unwrap();
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    std::thread::sleep(Duration::from_millis(20));
    made.write("w/base/src/lib.rs", BASE);
    let found = found(&check(&made, &[]));
    assert!(expected(&ALWAYS).iter().all(|it| found.contains(it)), "{found:?}");
}

/// Where cargo does not say which package it is, or hazmap cannot run, nothing is left behind.
#[test]
fn no_file_is_left_where_nothing_is_known() {
    let made = workspace();
    made.write("w/hazmap.toml", "scoop = 1\n");
    check(&made, &[]);
    assert!(facts_files(&made, "base").is_empty());
    made.write("alone/a.rs", "pub fn f() {}\n");
    let mut command = made::program();
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    command.args([&rustc, "--crate-name", "a", "--crate-type", "lib", "--emit", "metadata", "a.rs"]);
    command.current_dir(made.path().join("alone")).env_remove("CARGO_MANIFEST_DIR");
    assert!(command.status().unwrap().success());
    let left = fs::read_dir(made.path().join("alone")).unwrap();
    let mut names: Vec<_> = left.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["a.rs", "liba.rmeta"]);
}

/// A program and the tests beside a library see it as it is built as well.
#[test]
fn the_package_s_own_library_too() {
    let made = workspace();
    let table = "use std::collections::HashMap;\nuse std::sync::Mutex;\n\npub fn run(table: &Mutex<HashMap<u32, u32>>) -> usize {\n    let table = table.lock().unwrap();\n    base::settle();\n    table.len()\n}\n";
    made.write("w/base/src/main.rs", &format!("{table}\nfn main() {{\n    run(&Mutex::default());\n}}\n"));
    let lines = |args: &[&str]| {
        let ran = check(&made, &[&["-p", "base"], args].concat());
        ran.out.matches("\"code\":\"hazmap::blocking_while_guard_held\"").count()
    };
    assert_eq!(lines(&[]), 0);
    assert_eq!(lines(&["--features", "slow"]), 1);
}
