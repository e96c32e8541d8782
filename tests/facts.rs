//! Facts about packages in files: the same findings with fewer bodies read, and no use of what does not fit.

use std::fs;
use std::process::{Command, Output};
use tempfile::TempDir;

const BASE: &str = r#"
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

pub static REGISTRY: Mutex<BTreeMap<String, u32>> = Mutex::new(BTreeMap::new());

pub fn registry() -> MutexGuard<'static, BTreeMap<String, u32>> {
    REGISTRY.lock().unwrap()
}

pub fn register(name: &str) {
    registry().insert(name.to_owned(), 1);
}

pub fn wait() {
    pause();
}

fn pause() {
    std::thread::sleep(std::time::Duration::from_millis(10));
}

pub struct Guarded<T> {
    inner: Mutex<T>,
}

impl<T> Guarded<T> {
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.inner.lock().unwrap()
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut self.lock())
    }
}

pub trait Sink {
    fn put(&self);
}

pub fn flush(sink: &dyn Sink) {
    sink.put();
}
"#;

const STORE: &str = r#"
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

pub struct Store {
    table: Mutex<HashMap<String, u32>>,
}

impl Store {
    pub fn table(&self) -> MutexGuard<'_, HashMap<String, u32>> {
        self.table.lock().unwrap()
    }

    pub fn count(&self) -> usize {
        self.size()
    }

    fn size(&self) -> usize {
        self.table.lock().unwrap().len()
    }

    pub fn has(&self, key: &str) -> bool {
        self.table.lock().unwrap().contains_key(key)
    }

    pub fn put(&self, key: &str) {
        self.table.lock().unwrap().insert(key.to_owned(), 0);
    }

    pub fn note(&self) {
        base::register("store");
    }

    pub fn each(&self, mut f: impl FnMut(&str)) {
        let table = self.table();
        for key in table.keys() {
            f(key);
        }
    }
}
"#;

const APP: &str = r#"
use base::{Guarded, Sink};
use std::collections::HashMap;
use store::Store;

pub fn twice(store: &Store) -> usize {
    let table = store.table();
    table.len() + store.count()
}

pub fn waits(store: &Store) {
    let _table = store.table();
    base::wait();
}

pub fn calls_back(store: &Store) {
    store.each(|_| {
        store.count();
    });
}

pub fn statics(store: &Store) {
    let _registry = base::registry();
    store.note();
}

pub fn generic(map: &Guarded<HashMap<String, u32>>) -> usize {
    map.with(|it| it.len() + map.lock().len())
}

pub fn checks(store: &Store) {
    if !store.has("a") {
        store.put("a");
    }
}

pub struct Out<'s>(&'s Store);

impl Sink for Out<'_> {
    fn put(&self) {
        self.0.put("b");
    }
}

pub fn through_a_trait(store: &Store) {
    let _table = store.table();
    base::flush(&Out(store));
}
"#;

/// A workspace of `app`, which uses `store` and `base`, and `store`, which uses `base`.
struct World {
    dir: TempDir,
}

impl World {
    fn new() -> World {
        let world = World { dir: TempDir::new().unwrap() };
        world
            .write("Cargo.toml", "[workspace]\nmembers = [\"app\", \"store\", \"base\"]\nresolver = \"2\"\n");
        world.package("base", BASE, &[]);
        world.package("store", STORE, &["base"]);
        world.package("app", APP, &["base", "store"]);
        world
    }

    fn package(&self, name: &str, lib: &str, dependencies: &[&str]) {
        let mut manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\n"
        );
        dependencies.iter().for_each(|it| manifest += &format!("{it} = {{ path = \"../{it}\" }}\n"));
        self.write(&format!("{name}/Cargo.toml"), &manifest);
        self.write(&format!("{name}/src/lib.rs"), lib);
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.dir.path().join(path)).unwrap()
    }

    fn run(&self, args: &[&str]) -> Run {
        let common = ["check", "--message-format", "json", "--scope", "all", "-W", "all", "--stats"];
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-hazmap"));
        command.args(common).args(args).current_dir(self.dir.path());
        let Output { stdout, stderr, .. } = command.output().unwrap();
        let (stdout, stderr) = (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
        assert!(!stderr.contains("panicked"), "{stderr}");
        Run { stdout, stderr }
    }

    fn emit(&self) {
        let run = self.run(&["--workspace", "--emit-facts", "facts"]);
        assert!(!run.stderr.contains("error"), "{}", run.stderr);
    }

    fn without(&self) -> Run {
        self.run(&["-p", "app"])
    }

    fn with(&self) -> Run {
        self.run(&["-p", "app", "--facts", "facts"])
    }
}

struct Run {
    stdout: String,
    stderr: String,
}

impl Run {
    /// A figure of `--stats`.
    fn figure(&self, name: &str) -> u64 {
        let line = self.stderr.lines().find(|line| line.starts_with(name));
        line.map_or(0, |line| line[name.len()..].trim().parse().unwrap())
    }
}

fn functions_in(world: &World, package: &str) -> usize {
    let text = world.read(&format!("facts/{package}-0.1.0.facts.json"));
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    file["functions"].as_array().unwrap().len()
}

/// What was found in each function of `app`, so that none of them is there in vain.
fn assert_all_found(run: &Run) {
    for line in ["table.len() + store.count()", "base::wait()", "store.count();", "store.note()"] {
        assert!(run.stdout.contains(line), "nothing about `{line}`: {}", run.stdout);
    }
    for line in ["map.with(", "store.put(\\\"a\\\")", "base::flush(&Out(store))"] {
        assert!(run.stdout.contains(line), "nothing about `{line}`: {}", run.stdout);
    }
}

#[test]
fn findings_are_the_same_and_fewer_bodies_are_read() {
    let world = World::new();
    let without = world.without();
    assert_all_found(&without);
    world.emit();
    let with = world.with();
    assert_eq!(with.stdout, without.stdout);
    assert!(!with.stderr.contains("warning:"), "{}", with.stderr);
    assert!(with.figure("functions from facts") >= 8, "{}", with.stderr);
    assert_eq!(without.figure("functions from facts"), 0);
    let (fewer, all) = (with.figure("bodies lowered"), without.figure("bodies lowered"));
    assert!(fewer + 5 <= all, "{fewer} bodies lowered with facts, {all} without");
}

#[test]
fn what_impls_of_others_decide_is_not_written() {
    let world = World::new();
    world.emit();
    // `registry`, `register`, `wait`, `pause`, `lock` and `with`, but not `flush`.
    assert_eq!(functions_in(&world, "base"), 6);
}

#[test]
fn packages_that_are_reported_on_are_looked_into() {
    let world = World::new();
    world.emit();
    let (with, without) = (world.run(&["--workspace", "--facts", "facts"]), world.run(&["--workspace"]));
    assert_eq!(with.stdout, without.stdout);
    assert_eq!(with.figure("functions from facts"), 0);
    assert_eq!(with.figure("bodies lowered"), without.figure("bodies lowered"));
}

#[test]
fn what_was_written_is_the_same_each_time() {
    let world = World::new();
    world.emit();
    let first = world.read("facts/store-0.1.0.facts.json");
    world.run(&["--workspace", "-j", "1", "--emit-facts", "facts"]);
    assert_eq!(world.read("facts/store-0.1.0.facts.json"), first);
}

#[test]
fn a_change_of_the_sources_makes_a_file_stale() {
    let world = World::new();
    world.emit();
    world.write("base/src/lib.rs", &BASE.replace("from_millis(10)", "from_millis(11)"));
    let (with, without) = (world.with(), world.without());
    assert_eq!(with.stdout, without.stdout);
    // What `store` does depends on `base`.
    for package in ["base", "store"] {
        let words = format!(
            "facts/{package}-0.1.0.facts.json is not used: it was made when `src/lib.rs` of `base` was another"
        );
        assert!(with.stderr.contains(&words), "{}", with.stderr);
        let help = format!("help: run `cargo hazmap --emit-facts facts` in `{package}` again");
        assert!(with.stderr.contains(&help), "{}", with.stderr);
    }
    assert_eq!(with.figure("functions from facts"), 0);
}

/// `wait` and `register` do more now, but nothing that others could tell; what they do, and all that follows, has moved to other lines.
fn longer(base: &str) -> String {
    let base = base.replace("    pause();\n", "    pause();\n    let n = 1 + 1;\n    assert_eq!(n, 2);\n");
    base.replace(
        "to_owned(), 1);\n",
        "to_owned(), 1);\n    let text = name.trim();\n    assert!(!text.is_empty());\n",
    )
}

#[test]
fn a_package_alone_is_written_as_in_its_workspace() {
    let world = World::new();
    world.emit();
    for package in ["base", "store"] {
        let path = format!("facts/{package}-0.1.0.facts.json");
        let before = world.read(&path);
        fs::remove_file(world.dir.path().join(&path)).unwrap();
        world.run(&["-p", package, "--facts", "facts", "--emit-facts", "facts"]);
        assert_eq!(world.read(&path), before);
    }
}

#[test]
fn a_change_that_others_cannot_tell_makes_no_file_above_stale() {
    let world = World::new();
    world.emit();
    let before = world.with().figure("functions from facts");
    let store = world.read("facts/store-0.1.0.facts.json");
    world.write("base/src/lib.rs", &longer(BASE));
    world.run(&["-p", "base", "--facts", "facts", "--emit-facts", "facts"]);
    let (with, without) = (world.with(), world.without());
    assert!(!with.stderr.contains("is not used"), "{}", with.stderr);
    assert_eq!(with.stdout, without.stdout);
    assert_all_found(&with);
    assert_eq!(with.figure("functions from facts"), before);
    assert_eq!(world.read("facts/store-0.1.0.facts.json"), store);
}

#[test]
fn a_change_that_others_can_tell_makes_files_above_stale() {
    let changes = [
        ("    pause();", "    let _registry = registry();\n    pause();"),
        ("registry().insert(name.to_owned(), 1);", "pause();"),
        // Nothing is written of it: what its impls do is for others to say.
        ("    sink.put();", "    sink.put();\n    let n = 1;\n    assert_eq!(n, 1);"),
        ("pub trait Sink {", "pub struct More;\n\npub trait Sink {"),
    ];
    for (old, new) in changes {
        let world = World::new();
        world.emit();
        assert!(BASE.contains(old));
        world.write("base/src/lib.rs", &BASE.replace(old, new));
        world.run(&["-p", "base", "--emit-facts", "facts"]);
        let (with, without) = (world.with(), world.without());
        let words =
            "facts/store-0.1.0.facts.json is not used: it was made when `src/lib.rs` of `base` was another";
        assert!(with.stderr.contains(words), "{}", with.stderr);
        assert!(!with.stderr.contains("base-0.1.0.facts.json is not used"), "{}", with.stderr);
        assert_eq!(with.stdout, without.stdout);
    }
}

#[test]
fn a_change_of_the_reported_package_does_not() {
    let world = World::new();
    world.emit();
    world.write(
        "app/src/lib.rs",
        &format!(
            "{APP}\npub fn more(store: &Store) {{\n    let _t = store.table();\n    store.put(\"c\");\n}}\n"
        ),
    );
    let (with, without) = (world.with(), world.without());
    assert_eq!(with.stdout, without.stdout);
    assert!(with.stdout.contains("store.put(\\\"c\\\")"), "{}", with.stdout);
    assert!(with.figure("functions from facts") >= 8, "{}", with.stderr);
}

#[test]
fn files_of_another_version_are_refused() {
    let world = World::new();
    world.emit();
    let path = "facts/base-0.1.0.facts.json";
    let text = world.read(path);
    let ours = env!("CARGO_PKG_VERSION");
    let others = [
        (("\"format\":", "\"format\":9"), "it has the format 9"),
        ((&*format!("\"hazmap\":\"{ours}\""), "\"hazmap\":\"9.9.9\""), "it was made by hazmap 9.9.9"),
        (
            ("\"version\":\"0.1.0\"", "\"version\":\"0.0.9\""),
            "it is about `base` 0.0.9, and 0.1.0 is used here",
        ),
    ];
    for ((from, to), words) in others {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text);
        world.write(path, &changed);
        let with = world.with();
        assert_eq!(with.stdout, world.without().stdout);
        assert!(with.stderr.contains(&format!("{path} is not used: {words}")), "{}", with.stderr);
    }
}

#[test]
fn a_broken_file_is_refused() {
    let world = World::new();
    world.emit();
    let path = "facts/base-0.1.0.facts.json";
    let text = world.read(path);
    for broken in [&text[..text.len() / 2], "", "[]", "{\"format\":2}"] {
        world.write(path, broken);
        let with = world.with();
        assert_eq!(with.stdout, world.without().stdout);
        assert!(with.stderr.contains(&format!("{path} is not used: it is broken")), "{}", with.stderr);
    }
}

#[test]
fn other_rows_about_libraries_make_all_files_stale() {
    let world = World::new();
    world.emit();
    world.write("hazmap.toml", "[[knowledge]]\ncrate = \"other\"\n");
    let with = world.with();
    assert!(with.stderr.contains("made with other rows about libraries"), "{}", with.stderr);
}

#[test]
fn a_folder_that_is_not_there_is_said() {
    let world = World::new();
    let run = world.run(&["-p", "app", "--facts", "nowhere"]);
    assert!(run.stderr.contains("error: nowhere: "), "{}", run.stderr);
}
