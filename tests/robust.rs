//! What strangers' trees may hold: the run goes on, each problem is said once with the file's name, and nothing panics or aborts.

use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// What a run said.
struct Run {
    code: Option<i32>,
    findings: Vec<String>,
    words: String,
}

impl Run {
    /// The findings that name a file, each of which must be about reading it.
    fn problems_of(&self, file: &str) -> Vec<&String> {
        self.findings.iter().filter(|it| it.contains(file)).collect()
    }

    /// The run ended well, said each of these files once, and found the hazard that every tree here has.
    fn said_once(&self, files: &[&str]) {
        assert_eq!(self.code, Some(1), "{}\n{}", self.words, self.findings.join("\n"));
        assert!(!self.words.contains("panicked"), "{}", self.words);
        for file in files {
            let about = self.problems_of(file);
            assert_eq!(about.len(), 1, "{file}: {}", self.findings.join("\n"));
            assert!(about.iter().all(|it| it.contains("unreadable_file")), "{about:?}");
        }
        let hazards = self.findings.iter().filter(|it| it.contains("static_mut_map")).count();
        let unreadable = self.findings.iter().filter(|it| it.contains("unreadable_file")).count();
        assert_eq!(hazards, 1, "{}", self.findings.join("\n"));
        assert_eq!(unreadable, files.len(), "{}", self.findings.join("\n"));
    }
}

/// The hazard by which a test sees that the rest of the tree was read.
const HAZARD: &str =
    "pub static mut ALL: std::collections::BTreeMap<u8, u8> = std::collections::BTreeMap::new();\n";

fn check(dir: &Path) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-hazmap"))
        .args(["hazmap", "check", ".", "--message-format", "short", "--stats"])
        .current_dir(dir)
        .output()
        .unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let words = String::from_utf8(output.stderr).unwrap();
    Run { code: output.status.code(), findings: lines.lines().map(str::to_owned).collect(), words }
}

/// A package whose `lib.rs` is the hazard and what else is given.
fn package(lib: &str) -> TempDir {
    let dir = TempDir::new().unwrap();
    write(&dir, "Cargo.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    write(&dir, "src/lib.rs", format!("{HAZARD}{lib}"));
    dir
}

fn write(dir: &TempDir, path: &str, text: impl AsRef<[u8]>) {
    let path = dir.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn many_small_files() {
    // HAZMAP_STRESS=1 makes it a hundred thousand.
    let n = if std::env::var_os("HAZMAP_STRESS").is_some() { 100_000 } else { 5_000 };
    let mut lib = String::new();
    let dir = package("");
    fs::create_dir_all(dir.path().join("src/many")).unwrap();
    for i in 0..n {
        lib.push_str(&format!("mod m{i};\n"));
        fs::write(dir.path().join(format!("src/many/m{i}.rs")), format!("pub fn f{i}() -> u32 {{ {i} }}\n"))
            .unwrap();
    }
    write(&dir, "src/many/mod.rs", lib);
    write(&dir, "src/lib.rs", format!("{HAZARD}mod many;\n"));
    let run = check(dir.path());
    run.said_once(&[]);
    assert!(run.words.contains(&format!("files                 {}\n", n + 2)), "{}", run.words);
}

#[test]
fn paths_in_circles() {
    let dir = package("mod a;\n#[path = \"lib.rs\"]\nmod me;\n");
    write(&dir, "src/a.rs", "#[path = \"b.rs\"]\nmod b;\n");
    write(&dir, "src/b.rs", "#[path = \"a.rs\"]\nmod a;\n");
    let run = check(dir.path());
    assert_eq!(run.code, Some(1), "{}\n{}", run.words, run.findings.join("\n"));
    let hazards = run.findings.iter().filter(|it| it.contains("static_mut_map")).count();
    assert_eq!(hazards, 1, "{}", run.findings.join("\n"));
    let mut said = run.findings.clone();
    said.dedup();
    assert_eq!(said, run.findings, "said twice");
}

#[test]
fn missing_and_outside() {
    let dir = package(
        "mod gone;\nmod fine;\n#[path = \"../../outside.rs\"]\nmod outside;\n#[path = \"/etc/passwd\"]\nmod absolute;\n",
    );
    write(&dir, "src/fine.rs", "pub fn fine() {}\n");
    let run = check(dir.path());
    assert_eq!(run.code, Some(1), "{}", run.words);
    let unreadable = run.findings.iter().filter(|it| it.contains("unreadable_file")).count();
    assert_eq!(unreadable, 3, "{}", run.findings.join("\n"));
    assert!(!run.findings.join("\n").contains("root:"), "the text of a file outside was shown");
}

#[cfg(unix)]
#[test]
fn links_in_circles() {
    use std::os::unix::fs::symlink;
    let dir = package("mod a;\nmod looped;\nmod leaves;\n");
    write(&dir, "src/a.rs", "pub fn a() {}\n");
    symlink("looped.rs", dir.path().join("src/looped.rs")).unwrap();
    symlink("/etc/passwd", dir.path().join("src/leaves.rs")).unwrap();
    symlink(dir.path(), dir.path().join("src/around")).unwrap();
    symlink("..", dir.path().join("up")).unwrap();
    let run = check(dir.path());
    assert_eq!(run.code, Some(1), "{}", run.words);
    let unreadable = run.findings.iter().filter(|it| it.contains("unreadable_file")).count();
    assert_eq!(unreadable, 2, "{}", run.findings.join("\n"));
    // The same without a manifest: the folder itself is walked.
    fs::remove_file(dir.path().join("Cargo.toml")).unwrap();
    let run = check(dir.path());
    assert_eq!(run.code, Some(1), "{}\n{}", run.words, run.findings.join("\n"));
}

#[test]
fn deep_nesting() {
    const N: usize = 50_000;
    let bodies = [
        ("brackets", format!("fn f() {{ let x = {}1{}; }}", "(".repeat(N), ")".repeat(N))),
        ("arrays", format!("fn f() {{ let x = {}1{}; }}", "[".repeat(N), "]".repeat(N))),
        ("blocks", format!("fn f() {{ {} {} }}", "{".repeat(N), "}".repeat(N))),
        ("nots", format!("fn f() {{ let x = {}true; }}", "!".repeat(N))),
        ("minus", format!("fn f() {{ let x = {}1; }}", "-".repeat(N))),
        ("refs", format!("fn f() {{ let x = {}1; }}", "& ".repeat(N))),
        ("derefs", format!("fn f() {{ let x = {}y; }}", "*".repeat(N))),
        ("ladder", format!("fn f(a: u8) {{ if a == 0 {{}} {} }}", "else if a == 1 {} ".repeat(N))),
        ("sums", format!("fn f() {{ let x = 1 {}; }}", "+ 1".repeat(N))),
        ("calls", format!("fn f() {{ x{}; }}", ".y()".repeat(N))),
        ("types", format!("type T = {}u8{};", "Option<".repeat(N), ">".repeat(N))),
        ("pointers", format!("type T = {}u8;", "&".repeat(N))),
        ("tuples", format!("type T = {}u8{};", "(".repeat(N), ",)".repeat(N))),
        ("patterns", format!("fn f() {{ let {}x{} = y; }}", "Some(".repeat(N), ")".repeat(N))),
        ("or_patterns", format!("fn f() {{ let {}x = y; }}", "&".repeat(N))),
        ("modules", format!("{} {}", "mod m {".repeat(N), "}".repeat(N))),
        ("trees", format!("use {}a{};", "a::{".repeat(N), "}".repeat(N))),
        ("macros", format!("fn f() {{ println!({}1{}); }}", "(".repeat(N), ")".repeat(N))),
        ("attributes", format!("#[a{}{}] fn f() {{}}", "(".repeat(N), ")".repeat(N))),
        ("unclosed", format!("fn f() {{ {}", "(".repeat(N))),
        ("unopened", format!("fn f() {{ {}", ")".repeat(N))),
        ("comments", format!("{} {}", "/*".repeat(N), "*/".repeat(N))),
    ];
    let lib: String = bodies.iter().map(|(name, _)| format!("mod {name};\n")).collect();
    let dir = package(&lib);
    for (name, text) in &bodies {
        write(&dir, &format!("src/{name}.rs"), format!("{text}\n"));
    }
    let run = check(dir.path());
    assert_eq!(run.code, Some(1), "{}\n{}", run.words, run.findings.join("\n"));
    assert_eq!(run.findings.iter().filter(|it| it.contains("static_mut_map")).count(), 1);
    for (name, _) in &bodies {
        // Item by item, and not without end.
        let said = run.problems_of(&format!("src/{name}.rs"));
        assert!(said.len() <= 20, "{name}: {said:?}");
    }
    for name in ["brackets", "nots", "ladder", "types", "patterns", "unopened"] {
        assert_eq!(
            run.problems_of(&format!("src/{name}.rs")).len(),
            1,
            "{name}: {}",
            run.findings.join("\n")
        );
    }
}

/// The head of files about locks.
const LOCKS: &str =
    "use std::collections::HashMap;\nuse std::sync::Mutex;\npub struct S { map: Mutex<HashMap<u64, u64>> }\n";

#[test]
fn a_cycle_of_many_calls() {
    // Each function calls the next while it holds the lock, and the last one the first.
    let n = if std::env::var_os("HAZMAP_STRESS").is_some() { 50_000 } else { 3_000 };
    let mut lib = format!("{LOCKS}impl S {{\n");
    for i in 0..n {
        let next = (i + 1) % n;
        lib.push_str(&format!(
            "    pub fn f{i}(&self) {{ let map = self.map.lock().unwrap(); if map.len() > {i} {{ self.f{next}(); }} }}\n"
        ));
    }
    lib.push_str("}\n");
    let run = check(package(&lib).path());
    assert!(!run.words.contains("panicked"), "{}", run.words);
    let relocked = run.findings.iter().filter(|it| it.contains("relock_while_held")).count();
    assert_eq!(relocked, n, "{}", run.words);
}

#[test]
fn a_long_chain_and_mutual_recursion_through_a_trait() {
    let mut lib = format!("{LOCKS}impl S {{\n");
    for i in 0..2_000 {
        lib.push_str(&format!("    fn g{i}(&self) {{ self.g{}(); }}\n", i + 1));
    }
    lib.push_str(
        "    fn g2000(&self) { self.map.lock().unwrap().clear(); }
    pub fn start(&self) { let map = self.map.lock().unwrap(); if map.is_empty() { self.g0(); } }
}
pub trait Walk { fn walk(&self, of: &dyn Walk, s: &S); }
pub struct A;
pub struct B;
impl Walk for A { fn walk(&self, of: &dyn Walk, s: &S) { of.walk(self, s); } }
impl Walk for B { fn walk(&self, of: &dyn Walk, s: &S) { s.map.lock().unwrap().clear(); of.walk(self, s); } }
pub fn walk_all(a: &A, b: &B, s: &S) { let map = s.map.lock().unwrap(); if map.is_empty() { a.walk(b, s); } }
",
    );
    let run = check(package(&lib).path());
    assert!(!run.words.contains("panicked"), "{}", run.words);
    let relocked = run.findings.iter().filter(|it| it.contains("relock_while_held")).count();
    assert_eq!(relocked, 2, "{}\n{}", run.words, run.findings.join("\n"));
}

#[test]
fn a_match_of_many_arms() {
    let mut lib = format!(
        "{LOCKS}impl S {{\n    pub fn pick(&self, n: u64) {{\n        let map = self.map.lock().unwrap();\n        match n {{\n"
    );
    for i in 0..2_000 {
        lib.push_str(&format!("            {i} => drop(map.get(&{i})),\n"));
    }
    lib.push_str("            _ => drop(self.map.lock()),\n        }\n    }\n}\n");
    let run = check(package(&lib).path());
    assert!(!run.words.contains("panicked"), "{}", run.words);
    // Either it is seen, or the body is over a bound, and that is counted.
    let relocked = run.findings.iter().any(|it| it.contains("relock_while_held"));
    let cut = !run.words.contains("cut: over a bound     0");
    assert!(relocked || cut, "{}\n{}", run.words, run.findings.join("\n"));
}

#[test]
fn odd_bytes() {
    let dir = package("mod latin;\nmod empty;\nmod bom;\nmod shebang;\nmod crlf;\nmod nul;\nmod big;\n");
    write(&dir, "src/latin.rs", b"// caf\xe9\npub fn f() {}\n");
    write(&dir, "src/empty.rs", "");
    write(&dir, "src/bom.rs", "\u{feff}pub fn f() {}\n");
    write(&dir, "src/shebang.rs", "#!/usr/bin/env run\npub fn f() {}\n");
    write(&dir, "src/crlf.rs", "pub fn f() {\r\n    let _ = 1;\r\n}\r\n");
    write(&dir, "src/nul.rs", "pub fn f() { \0 }\n");
    // 50 MB, most of it one comment, so that reading it is the point and not parsing it.
    let mut big = format!("pub fn f() {{}}\n/* {} */\n", "words ".repeat(8_500_000));
    big.push_str("pub fn g() {}\n");
    write(&dir, "src/big.rs", big);
    let run = check(dir.path());
    assert_eq!(run.code, Some(1), "{}\n{}", run.words, run.findings.join("\n"));
    for quiet in ["empty", "bom", "shebang", "crlf"] {
        assert_eq!(run.problems_of(&format!("src/{quiet}.rs")), Vec::<&String>::new());
    }
    // Nobody asks for the body with the zero byte, and 50 MB are over the bound.
    for said in ["latin", "big"] {
        assert_eq!(
            run.problems_of(&format!("src/{said}.rs")).len(),
            1,
            "{said}: {}",
            run.findings.join("\n")
        );
    }
    assert_eq!(run.findings.iter().filter(|it| it.contains("static_mut_map")).count(), 1);
}

#[test]
fn findings_stand_right_behind_a_bom_and_crlf() {
    let text = format!("\u{feff}#![allow(x)]\r\n// ä\r\n{}", HAZARD.replace('\n', "\r\n"));
    let dir = package("");
    write(&dir, "src/lib.rs", text);
    let run = check(dir.path());
    assert!(run.findings.iter().any(|it| it.starts_with("src/lib.rs:3:16: ")), "{}", run.findings.join("\n"));
}

#[test]
fn a_broken_manifest_among_members() {
    let dir = TempDir::new().unwrap();
    write(&dir, "Cargo.toml", "[workspace]\nmembers = [\"good\", \"bad\", \"worse\"]\nresolver = \"2\"\n");
    write(&dir, "good/Cargo.toml", "[package]\nname = \"good\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    write(&dir, "good/src/lib.rs", HAZARD);
    write(&dir, "bad/Cargo.toml", "[package\nname = \"bad\"\n");
    write(&dir, "bad/src/lib.rs", "pub fn f() {}\n");
    write(&dir, "worse/Cargo.toml", b"\xff\xfe[package]\n");
    check(dir.path()).said_once(&["bad/Cargo.toml", "worse/Cargo.toml"]);
}

#[test]
fn a_broken_root_manifest() {
    let dir = package("");
    write(&dir, "Cargo.toml", "[package\n");
    let run = check(dir.path());
    assert_eq!(run.code, Some(2), "{}\n{}", run.words, run.findings.join("\n"));
    assert!(run.words.contains("Cargo.toml") && !run.words.contains("panicked"), "{}", run.words);
}

#[test]
fn macros_that_never_end_or_write_too_much() {
    let nested = format!("{}0{}", "wrap!(".repeat(300), ")".repeat(300));
    let lib = format!(
        "macro_rules! again {{ ($($t:tt)*) => {{ again!($($t)*); }} }}
macro_rules! twice {{ ($($t:tt)*) => {{ twice!($($t)* $($t)*) }} }}
macro_rules! many {{ ($($t:tt)*) => {{ ($($t)*, $($t)*) }} }}
macro_rules! deeper {{ ($($t:tt)*) => {{ deeper!([[[[[[[[$($t)*]]]]]]]]) }} }}
macro_rules! wrap {{ ($e:expr) => {{ {{ $e }} }} }}
macro_rules! minus {{ ($($t:tt)*) => {{ minus!(- - - - - - - - $($t)*) }} }}
macro_rules! odd {{ ($x:unheard) => {{}}; $ }}
again!(a);
twice!(a b c);
deeper!(a);
pub fn f(m: &std::sync::Mutex<u8>) {{
    let _g = m.lock();
    again!(m.lock());
    twice!(m.lock());
    deeper!(m);
    minus!(m);
    many!(m);
    odd!(m);
    {nested};
    let _ = {nested};
}}
"
    );
    check(package(&lib).path()).said_once(&[]);
}
