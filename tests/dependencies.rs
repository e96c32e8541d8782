//! Sources of dependencies: read as far as the analysed code names them, from a home of cargo's made for the test.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// A package `app` and a home of cargo's.
struct World {
    dir: TempDir,
    dependencies: String,
    lock: String,
    own: Vec<String>,
}

impl World {
    fn new(lib: &str) -> World {
        let dir = TempDir::new().unwrap();
        write(&dir.path().join("app/src/lib.rs"), lib);
        World { dir, dependencies: String::new(), lock: "version = 4\n".to_owned(), own: Vec::new() }
    }

    /// Adds a locked dependency; `folder` is where its sources are, if anywhere.
    fn locked(
        mut self,
        key: &str,
        version: &str,
        source: &str,
        files: &[(&str, &str)],
        folder: &str,
    ) -> World {
        let (key, name) = key.split_once('=').unwrap_or((key, key));
        self.dependencies += &format!("{key} = {{ package = \"{name}\", version = \"={version}\" }}\n");
        self.lock +=
            &format!("\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = \"{source}\"\n");
        self.own.push(format!(" \"{name} {version}\",\n"));
        if !files.is_empty() {
            let dir = self.dir.path().join(folder);
            let manifest =
                format!("[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2021\"\n");
            write(&dir.join("Cargo.toml"), &manifest);
            files.iter().for_each(|(path, text)| write(&dir.join(path), text));
        }
        self
    }

    /// Adds a dependency out of the registry.
    fn dependency(self, key: &str, version: &str, files: &[(&str, &str)]) -> World {
        let name = key.split_once('=').map_or(key, |(_, name)| name).to_owned();
        let folder = format!("home/registry/src/index.crates.io-0123456789abcdef/{name}-{version}");
        self.locked(key, version, REGISTRY, files, &folder)
    }

    fn run(&self, args: &[&str]) -> String {
        let manifest = format!(
            "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\n{}",
            self.dependencies
        );
        let app = self.dir.path().join("app");
        write(&app.join("Cargo.toml"), &manifest);
        let own = format!(
            "\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n{}]\n",
            self.own.concat()
        );
        write(&app.join("Cargo.lock"), &format!("{}{own}", self.lock));
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-hazmap"));
        command.args(["--message-format", "short", "--scope", "all"]).args(args).current_dir(&app);
        command.env("CARGO_HOME", self.dir.path().join("home"));
        let output: Output = command.output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!stderr.contains("panicked") && !stderr.contains("could not"), "{stderr}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The findings, as `lint@line`.
    fn findings(&self, args: &[&str]) -> String {
        let text = self.run(args);
        let finding = |line: &str| {
            let lint = line.rsplit_once('[').map_or(line, |(_, lint)| lint.trim_end_matches(']'));
            let lint = line.split_once('[').and_then(|(_, it)| Some(it.split_once(']')?.0)).unwrap_or(lint);
            let at = line.split(':').nth(1).unwrap_or_default();
            format!("{}@{at}", lint.trim_start_matches("hazmap::"))
        };
        text.lines().filter(|line| !line.starts_with(' ')).map(finding).collect::<Vec<_>>().join(" ")
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A map behind a lock of the library's own making; its modules are private, and the names come out through `pub use`.
const WRAPPER: &[(&str, &str)] = &[
    ("src/lib.rs", "mod cell;\nmod other;\nmod unread;\npub use cell::*;\npub use other::renamed as touch;\n"),
    (
        "src/cell.rs",
        "use std::sync::{RwLock, RwLockWriteGuard};
        mod inner;
        use inner::Inner;
        pub struct Guarded<T> { inner: Inner<T> }
        pub struct Writing<'a, T> { guard: RwLockWriteGuard<'a, T> }
        impl<T> std::ops::Deref for Writing<'_, T> { type Target = T; fn deref(&self) -> &T { &self.guard } }
        impl<T> std::ops::DerefMut for Writing<'_, T> { fn deref_mut(&mut self) -> &mut T { &mut self.guard } }
        impl<T> Guarded<T> {
            pub fn new(value: T) -> Self { Guarded { inner: Inner { lock: RwLock::new(value) } } }
            pub fn change(&self) -> Writing<'_, T> { Writing { guard: self.inner.lock.write().unwrap() } }
            pub fn set(&self, value: T) { *self.inner.lock.write().unwrap() = value; }
            pub fn peek(&self) -> usize { self.inner.count() }
        }\n",
    ),
    (
        "src/cell/inner.rs",
        "pub(crate) struct Inner<T> { pub(crate) lock: std::sync::RwLock<T> }
        impl<T> Inner<T> { pub(crate) fn count(&self) -> usize { let g = self.lock.write().unwrap(); let _ = &g; 1 } }\n",
    ),
    (
        "src/other.rs",
        "pub fn renamed<T>(cell: &crate::Guarded<T>) -> usize { cell.peek() }\n",
    ),
    ("src/unread.rs", "this is no Rust at all {{{\n"),
];

const APP: &str = "use guarded::Guarded;
use std::collections::HashMap;
pub struct Peers { by_id: Guarded<HashMap<u64, String>> }
impl Peers {
    pub fn twice(&self) {
        let mut peers = self.by_id.change();
        self.by_id.set(HashMap::new());
        peers.insert(1, String::new());
    }
    pub fn deep(&self) {
        let mut peers = self.by_id.change();
        guarded::touch(&self.by_id);
        peers.insert(1, String::new());
    }
    pub fn apart(&self) {
        self.by_id.change().insert(1, String::new());
        self.by_id.set(HashMap::new());
    }
}
";

const FOUND: &str = "relock_while_held@7 relock_while_held@12";

#[test]
fn a_wrapper_of_a_library_is_understood() {
    let world = World::new(APP).dependency("guarded", "1.2.3", WRAPPER);
    assert_eq!(world.findings(&[]), FOUND);
    assert_eq!(world.findings(&["--no-prefilter"]), FOUND);
}

#[test]
fn sources_can_be_left_alone() {
    let world = World::new(APP).dependency("guarded", "1.2.3", WRAPPER);
    assert_eq!(world.findings(&["--no-deps"]), "");
    write(&world.dir.path().join("app/hazmap.toml"), "deps = false\n");
    assert_eq!(world.findings(&[]), "");
}

#[test]
fn sources_that_are_not_there_are_not_known() {
    let world = World::new(APP).dependency("guarded", "1.2.3", &[]);
    assert_eq!(world.findings(&[]), "");
}

#[test]
fn vendored_sources_come_first() {
    let world = World::new(APP).locked("guarded", "1.2.3", REGISTRY, WRAPPER, "app/third/guarded");
    write(
        &world.dir.path().join("app/.cargo/config.toml"),
        "[source.crates-io]\nreplace-with = \"mine\"\n[source.mine]\ndirectory = \"third\"\n",
    );
    assert_eq!(world.findings(&[]), FOUND);
}

/// What the analysed tree says becomes part of no path outside it.
#[test]
fn a_stranger_names_no_folder_outside_their_tree() {
    let world = World::new(APP).locked("guarded", "1.2.3", REGISTRY, WRAPPER, "elsewhere/guarded");
    write(
        &world.dir.path().join("app/.cargo/config.toml"),
        "[source.crates-io]\nreplace-with = \"mine\"\n[source.mine]\ndirectory = \"../elsewhere\"\n",
    );
    assert_eq!(world.findings(&[]), "");
    let folder = "home/registry/src/elsewhere/guarded-1.2.3";
    let world = World::new(APP).dependency("other", "1.0.0", &[("src/lib.rs", "")]);
    let world = world.locked("guarded=../elsewhere/guarded", "1.2.3", REGISTRY, WRAPPER, folder);
    assert_eq!(world.findings(&[]), "");
}

#[test]
fn a_checkout_is_found_by_its_revision() {
    let source = "git+https://github.com/someone/Guarded-Things.git?branch=main#0123456789abcdef0123456789abcdef01234567";
    let folder = "home/git/checkouts/guarded-things-fedcba9876543210/0123456/crates/guarded";
    let world = World::new(APP).locked("guarded", "1.2.3", source, WRAPPER, folder);
    assert_eq!(world.findings(&[]), FOUND);
    // Another revision is another text.
    let elsewhere = folder.replace("/0123456/", "/1123456/");
    let world = World::new(APP).locked("guarded", "1.2.3", source, WRAPPER, &elsewhere);
    assert_eq!(world.findings(&[]), "");
}

#[test]
fn two_versions_are_told_apart() {
    let new = "pub struct Cell(std::sync::Mutex<u8>);
        impl Cell { pub fn hold(&self) -> std::sync::MutexGuard<'_, u8> { self.0.lock().unwrap() } }";
    let old = "pub struct Cell(u8); impl Cell { pub fn hold(&self) -> u8 { self.0 } }";
    let app = "pub fn new_one(cell: &cells::Cell) { let a = cell.hold(); let b = cell.hold(); drop((a, b)); }
pub fn old_one(cell: &old_cells::Cell) { let a = cell.hold(); let b = cell.hold(); drop((a, b)); }
";
    let world = World::new(app).dependency("cells", "2.0.0", &[("src/lib.rs", new)]).dependency(
        "old_cells=cells",
        "1.0.0",
        &[("src/lib.rs", old)],
    );
    assert_eq!(world.findings(&[]), "relock_while_held@1");
}

#[test]
fn broken_sources_say_nothing_and_break_nothing() {
    let broken =
        "pub mod missing;\npub struct Broken { id u64 }\npub struct Whole(pub std::sync::Mutex<u8>);\n}}}";
    let app = "use broken::{Broken, Whole, missing::Gone};
pub fn f(whole: &Whole, _: &Broken, _: &Gone) { let a = whole.0.lock(); let b = whole.0.lock(); drop((a, b)); }
";
    for (text, found) in [(broken, "relock_while_held@2"), ("no { Rust ( at all", ""), ("", "")] {
        let world = World::new(app).dependency("broken", "1.0.0", &[("src/lib.rs", text)]);
        assert_eq!(world.findings(&[]), found, "{text}");
    }
}

#[test]
fn a_library_of_a_library_is_followed() {
    let outer = "pub use inner_cells::Held as Shown; pub fn make() -> inner_cells::Held { todo!() }";
    let inner = "pub struct Held { lock: std::sync::Mutex<u8> }
        impl Held { pub fn hold(&self) -> std::sync::MutexGuard<'_, u8> { self.lock.lock().unwrap() } }";
    let app = "pub fn f() { let cell = outer_cells::make(); let a = cell.hold(); let b = cell.hold(); drop((a, b)); }
pub fn g(cell: &outer_cells::Shown) { let a = cell.hold(); let b = cell.hold(); drop((a, b)); }
";
    let mut world = World::new(app).dependency("inner_cells", "1.0.0", &[("src/lib.rs", inner)]).dependency(
        "outer_cells",
        "1.0.0",
        &[("src/lib.rs", outer)],
    );
    let manifest = world
        .dir
        .path()
        .join("home/registry/src/index.crates.io-0123456789abcdef/outer_cells-1.0.0/Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, format!("{text}[dependencies]\ninner_cells = \"1\"\n")).unwrap();
    world.lock += "dependencies = [\n \"inner_cells\",\n]\n";
    assert_eq!(world.findings(&[]), "relock_while_held@1 relock_while_held@2");
}

/// A trait for everything that can be called does not take a method away from what a handle leads to, where it is not in scope.
#[test]
fn a_trait_that_is_not_in_scope_is_not_meant() {
    let library = "pub trait Predicate { fn check(&self) -> u8; }
        impl<F: Fn() -> u8> Predicate for F { fn check(&self) -> u8 { self() } }";
    let app = "use std::sync::{Arc, Mutex};
mod other { use checks::Predicate; pub fn ask(it: impl Predicate) -> u8 { it.check() } }
pub struct Limit { used: Mutex<u8> }
impl Limit { pub fn check(&self) -> u8 { *self.used.lock().unwrap() } }
pub struct Server { limit: Arc<Limit> }
impl Server {
    pub fn accept(&self) {
        let mut used = self.limit.used.lock().unwrap();
        *used = self.limit.check();
    }
    pub fn other(&self) -> u8 { other::ask(|| 1) }
}
";
    let world = World::new(app).dependency("checks", "1.0.0", &[("src/lib.rs", library)]);
    assert_eq!(world.findings(&[]), "relock_while_held@9");
}

/// `check` is a method of a trait of which there are no sources.
#[test]
fn a_blanket_impl_of_a_trait_that_is_not_in_scope_is_not_meant() {
    let library = "pub trait Predicate { fn check(&self) -> bool; }
        impl<F: Fn() -> bool> Predicate for F { fn check(&self) -> bool { self() } }";
    let app = "use std::collections::HashMap;
use std::sync::{Mutex, RwLock};
use lock_extensions::RwLockExt as _;
pub mod other { pub fn ask(it: impl checks::Predicate) -> bool { it.check() } }
pub fn count(seen: &Mutex<HashMap<u64, u32>>, open: &RwLock<bool>) {
    let mut seen = seen.lock().unwrap();
    if open.check() {
        seen.clear();
    }
}
";
    let world = World::new(app).dependency("checks", "1.0.0", &[("src/lib.rs", library)]);
    let world = world.dependency("lock_extensions", "1.0.0", &[]);
    assert_eq!(world.findings(&["-W", "callback_while_guard_held"]), "");
}

/// Modules that bring in each other's names lead along more ways than can be followed.
#[test]
fn globs_without_end_are_cut() {
    let names: Vec<String> = (0..40).map(|n| format!("m{n}")).collect();
    let globs: String = names.iter().map(|name| format!("pub use super::{name}::*; ")).collect();
    let modules: String = names
        .iter()
        .map(|name| format!("pub mod {name} {{ {globs} pub fn {name}_f() {{ {name}_a(); {name}_b() }} }}\n"))
        .collect();
    let library = format!("{modules}pub use m0::*;\npub struct Held(pub std::sync::Mutex<u8>);\n");
    let app = "pub fn f(it: &knot::Held) { let a = it.0.lock(); let b = it.0.lock(); drop((a, b)); knot::nowhere(); }\n";
    let world = World::new(app).dependency("knot", "1.0.0", &[("src/lib.rs", &library)]);
    assert_eq!(world.findings(&[]), "relock_while_held@1");
}
