//! `--fix`, as a user runs it: what is written compiles with the real crates, and is clean when it is linted again.

mod made;

use made::{Made, program};
use std::process::Command;

const MANIFEST: &str = "\
[package]
name = \"app\"
version = \"0.1.0\"
edition = \"2021\"

[dependencies]
dashmap = \"6\"

[workspace]
";

/// Everything in it can be mended by itself.
const MENDABLE: &str = "\
use dashmap::DashMap;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};

pub struct Depot {
    owners: Arc<DashMap<String, u64>>,
    routes: Mutex<HashMap<u32, Vec<u8>>>,
    towns: RwLock<HashMap<String, u32>>,
}

impl Depot {
    pub fn claim(&self, name: &str, owner: u64) {
        if !self.owners.contains_key(name) {
            self.owners.insert(name.to_owned(), owner);
        }
    }

    pub fn claim_owned(&self, name: String) -> usize {
        if !self.owners.contains_key(&name) {
            self.owners.insert(name, 0);
        }
        self.owners.len()
    }

    pub fn open(&self, route: u32) {
        if !self.routes.lock().unwrap().contains_key(&route) {
            self.routes.lock().unwrap().insert(route, Vec::new());
        }
    }

    pub fn count(&self, town: &str) -> u32 {
        self.towns.write().unwrap().get(town).copied().unwrap_or(0)
    }

    pub fn both(&self, a: &str, b: &str) -> u32 {
        let mut towns = self.towns.write().unwrap();
        towns.get(a).copied().unwrap_or(0) + towns.get(b).copied().unwrap_or(0)
    }

    pub async fn ask(&self, town: &str) -> u32 {
        let known = self.towns.read().unwrap();
        let found = known.get(town).copied();
        wait().await;
        found.unwrap_or(0)
    }

    pub async fn close(&self, route: u32) {
        let mut routes = self.routes.lock().unwrap();
        routes.remove(&route);
        wait().await;
    }
}

async fn wait() {}
";

/// A read lock that all share would become a lock for one; the value is not free; a guard of the same map is alive.
const DOUBTFUL: &str = "\
use dashmap::DashMap;
use std::collections::HashMap;
use std::sync::RwLock;

pub struct Depot {
    towns: RwLock<HashMap<String, u32>>,
    owners: DashMap<String, u64>,
}

fn ask(name: &str) -> u64 {
    name.len() as u64
}

impl Depot {
    pub fn add(&self, town: String) {
        if !self.towns.read().unwrap().contains_key(&town) {
            self.towns.write().unwrap().insert(town, 0);
        }
    }

    pub fn claim(&self, name: &str) {
        if !self.owners.contains_key(name) {
            self.owners.insert(name.to_owned(), ask(name));
        }
    }
}
";

/// A guard for writing that is only read through: in the first two nothing else happens; in the others it keeps apart what others could
/// notice, or is wanted as what it is.
const KEPT_APART: &str = "\
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{RwLock, RwLockWriteGuard};

pub struct Depot {
    towns: RwLock<HashMap<String, u32>>,
    seen: AtomicUsize,
}

static mut ASKED: usize = 0;

fn size(towns: &RwLockWriteGuard<'_, HashMap<String, u32>>) -> usize {
    towns.len()
}

impl Depot {
    pub fn sum(&self, least: u32) -> u64 {
        let towns = self.towns.write().unwrap();
        towns.values().filter(|it| **it >= least).map(|it| u64::from(*it)).sum()
    }

    pub fn names(&self) -> Vec<String> {
        let towns = self.towns.write().unwrap();
        let mut names = Vec::new();
        for (name, _) in towns.iter() {
            names.push(format!(\"{name}!\"));
        }
        names
    }

    pub fn note(&self) {
        let towns = self.towns.write().unwrap();
        let seen = self.seen.load(Ordering::Relaxed);
        self.seen.store(seen + towns.len(), Ordering::Relaxed);
    }

    pub fn ask(&self) -> usize {
        let towns = self.towns.write().unwrap();
        unsafe { ASKED += 1 };
        towns.len()
    }

    pub fn save(&self, file: &std::path::Path) {
        let towns = self.towns.write().unwrap();
        let old = std::fs::read_to_string(file).unwrap();
        std::fs::write(file, old + &towns.len().to_string()).unwrap();
    }

    pub fn size(&self) -> usize {
        let towns = self.towns.write().unwrap();
        size(&towns)
    }
}
";

fn git(made: &Made, args: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(made.path()).args(["-c", "user.name=t", "-c", "user.email=t@t"]).args(args);
    let output = command.output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn committed(lib: &str) -> Made {
    let made = Made::package(
        lib,
        &[
            ("Cargo.toml", MANIFEST),
            (".gitignore", "target\nCargo.lock\n"),
            // Its versions are on this machine.
            ("Cargo.lock", include_str!("../Cargo.lock")),
        ],
    );
    git(&made, &["init", "-q"]);
    git(&made, &["add", "."]);
    git(&made, &["commit", "-q", "-m", "all"]);
    made
}

/// Compiles with the real crates, without a network.
fn compiles(made: &Made) {
    let mut command = Command::new(env!("CARGO"));
    command.args(["check", "--offline", "--quiet"]).current_dir(made.path());
    command.env("CARGO_TARGET_DIR", made.path().join("target")).env("RUSTFLAGS", "-Dwarnings");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_is_mended_compiles_and_is_clean() {
    let made = committed(MENDABLE);
    assert_eq!(made.found(&[]).len(), 7, "{:#?}", made.found(&[]));
    let ran = made.run(&["--fix", "-D", "warnings"]);
    assert_eq!(ran.code, 0, "{ran:#?}");
    ran.says("7 findings mended in 1 file");
    let text = made.read("src/lib.rs");
    for line in [
        "        self.owners.entry(name.to_owned()).or_insert(owner);\n",
        "        self.owners.entry(name).or_insert(0);\n",
        "        self.routes.lock().unwrap().entry(route).or_insert(Vec::new());\n",
        "        self.towns.read().unwrap().get(town)",
        "        let towns = self.towns.read().unwrap();\n",
        "        let found = {\n            let known = self.towns.read().unwrap();\n            known.get(town).copied()\n        };\n        wait().await;\n",
        "        {\n            let mut routes = self.routes.lock().unwrap();\n            routes.remove(&route);\n        }\n        wait().await;\n",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert_eq!(made.found(&[]), Vec::<String>::new());
    compiles(&made);
}

#[test]
fn doubtful_ones_are_asked_for() {
    let made = committed(DOUBTFUL);
    let ran = made.run(&["--fix"]);
    ran.says("0 findings mended in 0 files");
    assert_eq!(made.read("src/lib.rs"), DOUBTFUL);
    made.run(&["--fix", "--unsafe-fixes"]).says("2 findings mended in 1 file");
    let text = made.read("src/lib.rs");
    assert!(text.contains("self.towns.write().unwrap().entry(town).or_insert(0);"), "{text}");
    assert!(text.contains("self.owners.entry(name.to_owned()).or_insert_with(|| ask(name));"), "{text}");
    compiles(&made);
}

#[test]
fn what_else_a_guard_keeps_apart_is_not_set_free() {
    let made = committed(KEPT_APART);
    let found = made.found(&["-A", "all", "-W", "write_guard_only_reads"]);
    assert_eq!(found.len(), 6, "{found:#?}");
    made.run(&["--fix"]).says("2 findings mended in 1 file");
    let text = made.read("src/lib.rs");
    assert_eq!(text.matches("towns.read()").count(), 2, "{text}");
    let (_, rest) = text.split_once("pub fn note").unwrap();
    assert!(!rest.contains("read()"), "{text}");
    compiles(&made);
}

#[test]
fn nothing_is_lost() {
    let made = Made::package(MENDABLE, &[("Cargo.toml", MANIFEST)]);
    let ran = made.run(&["--fix"]);
    assert_eq!(ran.code, 2);
    ran.says("is under no version control");
    assert_eq!(made.read("src/lib.rs"), MENDABLE);

    let made = committed(MENDABLE);
    let edited = format!("{MENDABLE}\n// more\n");
    made.write("src/lib.rs", &edited);
    let ran = made.run(&["--fix"]);
    assert_eq!(ran.code, 2);
    ran.says("src/lib.rs (dirty)").says("--allow-dirty");
    assert_eq!(made.run(&["--fix", "--allow-staged"]).code, 2);
    assert_eq!(made.read("src/lib.rs"), edited);

    git(&made, &["add", "."]);
    made.run(&["--fix"]).says("src/lib.rs (staged)");
    made.run(&["--fix", "--allow-staged"]).says("7 findings mended");
    made.write("src/lib.rs", &edited);
    made.run(&["--fix", "--allow-dirty"]).says("7 findings mended");

    let made = Made::package(MENDABLE, &[("Cargo.toml", MANIFEST)]);
    made.run(&["--fix", "--allow-no-vcs"]).says("7 findings mended");
}

#[test]
fn only_what_is_shown_is_mended() {
    let made = committed(MENDABLE);
    made.run(&["--fix", "-A", "check_then_act"]).says("4 findings mended");
    assert!(made.read("src/lib.rs").contains("contains_key"));
    for args in [&["--unsafe-fixes"][..], &["--allow-dirty"], &["--fix", "--add-allow"]] {
        assert_eq!(made.run(args).code, 2, "{args:?}");
    }
}

#[test]
fn other_tools_can_apply_the_same_edits() {
    let made = committed(MENDABLE);
    let output = program().args(["--message-format", "json"]).current_dir(made.path()).output().unwrap();
    let mut fix = rustfix::CodeFix::new(MENDABLE);
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        if line["reason"] != "compiler-message" {
            continue;
        }
        let all = std::collections::HashSet::new();
        let message = line["message"].to_string();
        let found =
            rustfix::get_suggestions_from_json(&message, &all, rustfix::Filter::MachineApplicableOnly)
                .unwrap();
        found.iter().for_each(|it| fix.apply(it).unwrap());
    }
    made.run(&["--fix"]);
    assert_eq!(fix.finish().unwrap(), made.read("src/lib.rs"));
}
