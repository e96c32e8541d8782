//! `hazmap.toml` and the tables in manifests: what they can say, who wins, and what is said about mistakes.

mod made;

use hazmap::lints::ALL;
use made::{Made, RELOCKS};
use serde_json::Value;
use std::fs;

const RELOCK: &str = "src/lib.rs:11 relock_while_held";

/// A lock of a library that hazmap has no rows about.
const ACME: &str = "\
use std::collections::HashMap;

pub struct Peers {
    by_id: acme::Lock<HashMap<u32, String>>,
}

impl Peers {
    pub fn greet(&self) {
        let peers = self.by_id.take();
        self.by_id.take().insert(1, String::new());
        drop(peers);
    }
}
";

const ACME_ROWS: &str = "\
[[knowledge]]
crate = \"acme\"

[[knowledge.type]]
path = \"acme::Lock\"
params = [\"T\"]
lock = \"mutex\"

[[knowledge.type]]
path = \"acme::Held\"
params = [\"T\"]
guard = \"exclusive\"
derefs_to = \"T\"

[[knowledge.impl]]
for = \"acme::Lock<T>\"
fns = [{ sig = \"fn take(&self) -> Held<T>\", takes = \"exclusive\" }]
";

fn relocks(config: &str) -> Made {
    Made::package(RELOCKS, &[("hazmap.toml", config)])
}

#[test]
fn a_file_beats_the_defaults_and_the_command_line_beats_the_file() {
    let made = relocks("[lints]\nrelock_while_held = \"allow\"\n");
    assert_eq!(made.found(&[]), Vec::<String>::new());
    assert_eq!(made.run(&[]).code, 0);
    assert_eq!(made.found(&["-D", "relock_while_held"]), [RELOCK]);
    assert_eq!(made.run(&["-D", "relock_while_held"]).code, 1);
    assert_eq!(made.found(&["--no-config"]), [RELOCK]);
    let warns = relocks("[lints]\ndeadlock = \"warn\"\n");
    assert_eq!((warns.found(&[]), warns.run(&[]).code), (vec![RELOCK.to_owned()], 0));
}

#[test]
fn priorities_and_single_lints() {
    for (config, expected) in [
        ("relock_while_held = \"allow\"\ndeadlock = \"deny\"\n", 0),
        ("relock_while_held = \"allow\"\nall = { level = \"deny\", priority = 1 }\n", 1),
        ("relock_while_held = { level = \"allow\", priority = -1 }\nall = \"deny\"\n", 1),
        ("relock_while_held = \"allow\"\ndeadlock = { level = \"deny\", priority = 1 }\n", 1),
        (
            "relock_while_held = { level = \"allow\", priority = 2 }\ndeadlock = { level = \"deny\", priority = 1 }\n",
            0,
        ),
        ("\"hazmap::relock-while-held\" = { level = \"warn\" }\n", 0),
        ("relock_while_held = \"forbid\"\n", 1),
    ] {
        let ran = relocks(&format!("[lints]\n{config}")).run(&[]);
        assert_eq!(ran.code, expected, "{config}: {ran:#?}");
    }
    // On the command line the later one wins. A group of a subject turns on no policies.
    let made = Made::package(RELOCKS, &[]);
    assert_eq!(made.run(&["-A", "relock_while_held", "-D", "deadlock"]).code, 1);
    assert_eq!(made.run(&["-D", "deadlock", "-A", "relock_while_held"]).code, 0);
    let shown = made.run(&["config", "-A", "pedantic", "-D", "deadlock"]).out;
    let level = |lint: &str| {
        let line = shown.lines().find(|it| it.starts_with(lint)).unwrap_or_else(|| panic!("{lint}: {shown}"));
        line.split('"').nth(1).unwrap().to_owned()
    };
    assert_eq!(
        (level("relock_while_held"), level("async_guard_across_await")),
        ("deny".into(), "allow".into())
    );
}

/// As in rustc, a permission does not count against `forbid`; whoever wrote one is told why the finding is there all the same.
#[test]
fn what_is_forbidden_cannot_be_permitted() {
    let permitted =
        RELOCKS.replace("as u32);", "as u32); // hazmap: allow(relock_while_held, reason = \"one thread\")");
    let made = Made::package(&permitted, &[("hazmap.toml", "[lints]\nrelock_while_held = \"deny\"\n")]);
    assert_eq!(made.run(&[]).code, 0);
    for args in [&["-F", "relock_while_held"][..], &["-F", "deadlock", "-A", "relock_while_held"]] {
        let ran = made.run(args);
        assert_eq!(ran.code, 1, "{ran:#?}");
        assert!(ran.out.contains("note: it is permitted here, which does not count: the lint is at forbid"));
    }
    made.write("hazmap.toml", "[lints]\nrelock_while_held = \"forbid\"\n");
    assert_eq!(made.found(&[]), [RELOCK]);
}

#[test]
fn levels_by_path_and_paths_that_are_skipped() {
    let lib = "pub mod old;\npub mod new;\n";
    let config = "[[override]]\npaths = [\"src/old.rs\"]\nlints.relock_while_held = \"warn\"\n";
    let files = [("src/old.rs", RELOCKS), ("src/new.rs", RELOCKS), ("hazmap.toml", config)];
    let made = Made::package(lib, &files);
    let ran = made.run(&["--message-format", "short"]);
    assert_eq!(ran.code, 1);
    let levels: Vec<&str> = ran.out.lines().filter_map(|line| line.split("[hazmap").next()).collect();
    assert_eq!(levels, ["src/new.rs:11:14: error", "src/old.rs:11:14: warning"]);

    made.write("hazmap.toml", "exclude = [\"src/old.rs\"]\n");
    assert_eq!(made.found(&[]), ["src/new.rs:11 relock_while_held"]);
    assert_eq!(made.found(&["--exclude-path", "src/new*"]), Vec::<String>::new());
    // A lint that is off elsewhere runs where an override asks for it.
    made.write("hazmap.toml", "lints.relock_while_held = \"allow\"\n[[override]]\npaths = [\"**/new.rs\"]\nlints.relock_while_held = \"deny\"\n");
    assert_eq!(made.found(&[]), ["src/new.rs:11 relock_while_held"]);
}

#[test]
fn a_pattern_that_fits_no_file_is_told_at_its_line() {
    let config = "exclude = [\n  \"src/old.rs\",\n  \"src/bindings/**\",\n]\n\n[[override]]\npaths = [\"src\", \"crates/legacy\"]\nlints.race = \"warn\"\n";
    let made = Made::package("pub mod old;\n", &[("src/old.rs", RELOCKS), ("hazmap.toml", config)]);
    assert_eq!(made.found(&[]), ["hazmap.toml:3 unused_allow", "hazmap.toml:7 unused_allow"]);
    let ran = made.run(&[]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("the pattern `src/bindings/**` fits no Rust file"), "{ran:#?}");
    assert!(ran.out.contains("it begins at the workspace's root"), "{ran:#?}");
    assert_eq!(made.run(&["-D", "unused_allow"]).code, 1);
    assert_eq!(made.found(&["-A", "unused_allow"]), Vec::<String>::new());
    // It is held against the disk, not against what was asked for.
    made.write("src/bindings/a.rs", "");
    made.write("crates/legacy/src/lib.rs", "");
    assert_eq!(made.found(&[]), Vec::<String>::new());
    let ran = made.run(&["--exclude-path", "no/such"]);
    assert!(
        ran.out.contains("`no/such` fits no Rust file") && ran.out.contains("on the command line"),
        "{ran:#?}"
    );
}

#[test]
fn tables_in_manifests() {
    let package = |name: &str, more: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{more}")
    };
    let root = "[workspace]\nmembers = [\"a\", \"b\"]\n[workspace.metadata.hazmap.lints]\nrelock_while_held = \"warn\"\n";
    let own = "[package.metadata.hazmap]\nlints.relock_while_held = \"deny\"\n";
    let (a, b) = (package("a", own), package("b", ""));
    let files = [
        ("Cargo.toml", root),
        ("a/Cargo.toml", &a),
        ("b/Cargo.toml", &b),
        ("b/src/lib.rs", RELOCKS),
        ("a/src/lib.rs", RELOCKS),
    ];
    let made = Made::new(&files);
    let ran = made.run(&["--message-format", "short"]);
    let levels: Vec<&str> = ran.out.lines().filter_map(|line| line.split("[hazmap").next()).collect();
    assert_eq!(levels, ["a/src/lib.rs:11:14: error", "b/src/lib.rs:11:14: warning"], "{ran:#?}");

    made.write("b/Cargo.toml", &package("b", "[package.metadata.hazmap]\nscope = \"all\"\n"));
    let ran = made.run(&[]);
    assert_eq!(ran.code, 2);
    ran.says("error: b/Cargo.toml:6: unknown key `scope`\nhelp: it holds for the whole workspace");

    let single = package("app", "[package.metadata.hazmap]\nscope = \"all\"\nlints.deadlock = \"allow\"\n");
    let made = Made::package(RELOCKS, &[("Cargo.toml", &single)]);
    assert_eq!(made.run(&[]).code, 0);
    made.write("hazmap.toml", "");
    let ran = made.run(&[]);
    assert_eq!(ran.code, 2);
    ran.says("the workspace has two configurations: hazmap.toml and [package.metadata.hazmap]");
}

#[test]
fn mistakes_are_said_with_the_line_and_the_word_that_was_meant() {
    for (config, words) in [
        (
            "scope = \"all\"\n\nexclud = []\n",
            "hazmap.toml:3: unknown key `exclud`\nhelp: did you mean `exclude`?",
        ),
        ("[[override]]\npath = []\n", "hazmap.toml:2: unknown key `path`\nhelp: did you mean `paths`?"),
        ("scope = \"mops\"\n", "hazmap.toml:1: unknown value `mops`\nhelp: did you mean `maps`?"),
        ("scope = 3\n", "hazmap.toml:1: a word in quotes is wanted here"),
        (
            "\nexclude = \"gen\"\n",
            "hazmap.toml:2: a list is wanted here, not string \"gen\"\nhelp: write it as `[\"gen\"]`",
        ),
        ("\nlints.deadlock = \"dney\"\n", "hazmap.toml:2: unknown value `dney`\nhelp: did you mean `deny`?"),
        (
            "lints.race = { levl = \"deny\" }\n",
            "hazmap.toml:1: unknown key `levl`\nhelp: did you mean `level`?",
        ),
        ("lints.race = 3\n", "hazmap.toml:1: invalid type: integer `3`, expected a level, as in `\"warn\"`"),
        ("exclude = [\"a\",\n  \"b[\"]\n", "hazmap.toml:2: `b[` is no pattern"),
        ("[lint-options.check_then_actt]\n", "hazmap.toml:1: unknown key `check_then_actt`"),
        ("scope = \n", "hazmap.toml:1: "),
        ("\nbaseline = \"../b.json\"\n", "hazmap.toml:2: `../b.json` does not lie in the workspace"),
        ("baseline = \"/b.json\"\n", "hazmap.toml:1: `/b.json` does not lie in the workspace"),
        (
            "[[knowledge]]\n[[knowledge.type]]\npath = \"a::B\"\nlok = \"mutex\"\n",
            "hazmap.toml:4: unknown key `lok`: did you mean `lock`?",
        ),
        (
            "[[knowledge]]\n[[knowledge.impl]]\nfor = \"a::B\"\nfns = [{ sig = \"fn f(\" }]\n",
            "hazmap.toml:4: ",
        ),
    ] {
        let ran = relocks(config).run(&[]);
        assert_eq!(ran.code, 2, "{config}: {ran:#?}");
        ran.says(&format!("error: {words}"));
    }
    let made = Made::package(RELOCKS, &[("hazmap.toml/notes.md", "")]);
    let ran = made.run(&[]);
    assert_eq!(ran.code, 2);
    ran.says("hazmap.toml: this is a folder, not a file, and was not read");
    let ran = relocks("").run(&["--config", "no.toml"]);
    assert_eq!(ran.code, 2);
    ran.says("error: no.toml: ");
}

#[test]
fn names_that_do_not_exist_are_findings_at_their_line() {
    let made = relocks("[lints]\nrelock_while_held = \"allow\"\nrelock_while_hold = \"deny\"\n");
    assert_eq!(made.found(&[]), ["hazmap.toml:3 unknown_lint"]);
    assert!(made.run(&[]).out.contains("did you mean `relock_while_held`?"));
}

#[test]
fn profiles_of_test_code() {
    let test = "use app::Peers;\n#[test]\nfn t() {}\n";
    let lib = format!("#[cfg(test)]\nmod tests {{\n{RELOCKS}}}\n");
    let made = Made::package(&lib, &[("tests/t.rs", test), ("hazmap.toml", "test-code = \"off\"\n")]);
    assert_eq!(made.found(&[]), Vec::<String>::new());
    assert_eq!(made.found(&["--test-code", "lenient"]), ["src/lib.rs:13 relock_while_held"]);
    // One that denies by itself is told of there at warn as well, by name or with all others.
    made.write("hazmap.toml", "lints.relock_while_held = \"warn\"\n");
    assert_eq!(made.found(&[]), ["src/lib.rs:13 relock_while_held"]);
    assert_eq!(made.found(&["-W", "all"]), ["src/lib.rs:13 relock_while_held"]);
    assert_eq!(made.found(&["--test-code", "off"]), Vec::<String>::new());
    made.write(
        "hazmap.toml",
        "[[override]]\npaths = [\"src\"]\ntest-code = \"strict\"\nlints.deadlock = \"warn\"\n",
    );
    assert_eq!(made.found(&[]), ["src/lib.rs:13 relock_while_held"]);
}

#[test]
fn rows_hold_for_the_versions_in_use() {
    let manifest =
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nacme = \"*\"\n";
    let rows =
        ACME_ROWS.replace("takes = \"exclusive\"", "takes = \"exclusive\", since = \"2.0\", until = \"4\"");
    let made = Made::package(ACME, &[("Cargo.toml", manifest), ("hazmap.toml", &rows)]);
    let locked = |version: &str| {
        made.write(
            "Cargo.lock",
            &format!(
                "version = 4\n\n[[package]]\nname = \"acme\"\nversion = \"{version}\"\n\n\
                 [[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n \"acme\",\n]\n"
            ),
        );
        made.found(&[])
    };
    assert_eq!(locked("1.9.0"), Vec::<String>::new());
    assert_eq!(locked("2.0.0"), ["src/lib.rs:10 relock_while_held"]);
    assert_eq!(locked("3.7.2"), ["src/lib.rs:10 relock_while_held"]);
    assert_eq!(locked("4.0.0"), Vec::<String>::new());
    // Which version it will be is not known.
    fs::remove_file(made.path().join("Cargo.lock")).unwrap();
    assert_eq!(made.found(&[]), ["src/lib.rs:10 relock_while_held"]);
}

#[test]
fn own_rows_about_libraries() {
    let manifest =
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nacme = \"1\"\n";
    let made = Made::package(ACME, &[("Cargo.toml", manifest)]);
    assert_eq!(made.found(&[]), Vec::<String>::new());
    made.write("hazmap.toml", ACME_ROWS);
    assert_eq!(made.found(&[]), ["src/lib.rs:10 relock_while_held"]);
    let why = made.run(&["why", "src/lib.rs:10"]);
    assert!(why.out.contains("acme::Lock"), "{why:#?}");
    // The same rows in a manifest.
    fs::remove_file(made.path().join("hazmap.toml")).unwrap();
    let rows = ACME_ROWS.replace("[[knowledge", "[[package.metadata.hazmap.knowledge");
    made.write("Cargo.toml", &format!("{manifest}{rows}"));
    assert_eq!(made.found(&[]), ["src/lib.rs:10 relock_while_held"]);
}

#[test]
fn own_type_stores() {
    let lib = "\
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

pub fn remember(session: &mut acme::Session) {
    let map: Arc<Mutex<HashMap<String, String>>> = Arc::default();
    session.put(map);
}
";
    let rows = "\
[[knowledge]]
crate = \"acme\"
[[knowledge.type]]
path = \"acme::Session\"
store = \"acme sessions\"
[[knowledge.impl]]
for = \"acme::Session\"
fns = [{ sig = \"fn put<T>(&mut self, value: T)\", puts = 0 }]
";
    let manifest =
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nacme = \"1\"\n";
    let made = Made::package(lib, &[("Cargo.toml", manifest)]);
    assert_eq!(made.found(&[]), Vec::<String>::new());
    made.write("hazmap.toml", rows);
    assert_eq!(made.found(&[]), ["src/lib.rs:6 bare_map_in_type_store"]);
}

#[test]
fn own_type_stores_of_the_workspace() {
    let session = "\
use std::any::{Any, TypeId};
use std::collections::HashMap;

#[derive(Default)]
pub struct Session {
    values: HashMap<TypeId, Box<dyn Any>>,
}

impl Session {
    pub fn put<T: 'static>(&mut self, value: T) {
        self.values.insert(TypeId::of::<T>(), Box::new(value));
    }

    pub fn take<T: 'static>(&self) -> Option<&T> {
        self.values.get(&TypeId::of::<T>())?.downcast_ref()
    }
}
";
    let app = "\
use acme::Session;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

pub fn remember(session: &mut Session) {
    let map: Arc<Mutex<HashMap<String, String>>> = Arc::default();
    session.put(map);
}

pub fn both(session: &mut Session) {
    session.put(HashMap::<u32, u32>::new());
    session.put(HashMap::<u32, u32>::new());
}
";
    let rows = "\
[[knowledge]]
crate = \"acme\"
[[knowledge.type]]
path = \"acme::Session\"
store = \"acme sessions\"
[[knowledge.impl]]
for = \"acme::Session\"
fns = [
  { sig = \"fn put<T>(&mut self, value: T)\", puts = 0 },
  { sig = \"fn take<T>(&self) -> Option<&T>\", gives = true },
]
";
    let package = |name: &str, more: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{more}")
    };
    let made = Made::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"acme\", \"app\"]\n"),
        ("acme/Cargo.toml", &package("acme", "")),
        (
            "acme/src/lib.rs",
            &format!("{session}{}", app.replace("use acme::Session;\nuse std::collections::HashMap;\n", "")),
        ),
        ("app/Cargo.toml", &package("app", "[dependencies]\nacme = { path = \"../acme\" }\n")),
        ("app/src/lib.rs", app),
    ]);
    assert_eq!(made.found(&[]), Vec::<String>::new());
    made.write("hazmap.toml", rows);
    let expected = |file: &str, lines: [u32; 3]| {
        let bare = lines.map(|line| format!("{file}:{line} bare_map_in_type_store"));
        [&bare[..], &[format!("{file}:{} type_store_collision", lines[2])]].concat()
    };
    // In the crate itself, and in one that uses it.
    let expected =
        [expected("acme/src/lib.rs", [22, 26, 27]), expected("app/src/lib.rs", [7, 11, 12])].concat();
    assert_eq!(made.found(&[]), expected);
}

#[test]
fn options_of_single_lints() {
    let lib = "\
use std::collections::HashMap;
use std::sync::Mutex;
pub struct S { m: Mutex<HashMap<u64, (u64, u64, u64)>> }
impl S {
    pub fn has(&self, k: u64) -> bool {
        let copy = self.m.lock().unwrap().clone();
        copy.contains_key(&k)
    }
}
";
    let made = Made::package(lib, &[]);
    assert_eq!(made.found(&[]), ["src/lib.rs:6 whole_map_clone_under_guard"]);
    made.write("hazmap.toml", "[lint-options]\nwhole_map_clone_under_guard.cheap-entry-bytes = 64\n");
    assert_eq!(made.found(&[]), Vec::<String>::new());
}

#[test]
fn what_is_in_force_is_shown_and_can_be_read_again() {
    let made = relocks(&format!(
        "exclude = [\"gen/**\"]\nlints.race = \"deny\"\n[[override]]\npaths = [\"old\"]\nlints.all = \"warn\"\n{ACME_ROWS}"
    ));
    let ran = made.run(&["config", "--scope", "all", "-W", "pedantic"]);
    assert_eq!(ran.code, 0, "{ran:#?}");
    let line = |start: &str| {
        let found =
            ran.out.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{}", ran.out));
        found.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line("# configuration"), "# configuration: hazmap.toml");
    assert_eq!(line("scope"), "scope = \"all\" # command line");
    assert_eq!(line("test-code"), "test-code = \"lenient\" # default");
    assert_eq!(line("  \"gen/**\""), "\"gen/**\", # hazmap.toml:1");
    assert_eq!(line("check_then_act"), "check_then_act = \"deny\" # hazmap.toml:2");
    assert_eq!(line("unbounded_shared_map"), "unbounded_shared_map = \"warn\" # command line");
    assert_eq!(line("relock_while_held"), "relock_while_held = \"deny\" # default");
    assert_eq!(line("\"all\""), "\"all\" = \"warn\" # hazmap.toml:5");
    let again = relocks(&ran.out).run(&["config"]);
    assert_eq!(again.code, 0, "{again:#?}");
    assert!(again.out.contains("scope = \"all\""));
}

#[test]
fn the_schema_is_the_one_that_is_shipped_and_says_what_the_program_says() {
    let text = hazmap::driver::config::json_schema(ALL);
    if std::env::var_os("HAZMAP_BLESS").is_some() {
        fs::write("hazmap.schema.json", &text).unwrap();
    }
    let shipped = fs::read_to_string("hazmap.schema.json").unwrap();
    assert!(
        shipped == text,
        "hazmap.schema.json is not what `cargo hazmap config --schema` prints; HAZMAP_BLESS=1 writes it"
    );
    assert_eq!(relocks("").run(&["config", "--schema"]).out, text);

    let schema: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let valid = |config: &str| {
        let value: toml::Table = toml::from_str(config).unwrap();
        validator.is_valid(&serde_json::to_value(value).unwrap())
    };
    for config in [
        ACME_ROWS,
        "",
        "scope = \"all\"\nlints.x = { level = \"deny\", priority = -1 }\n[[override]]\npaths = []\n",
    ] {
        assert!(valid(config), "{config}");
        assert_eq!(relocks(config).run(&["config"]).code, 0, "{config}");
    }
    for config in [
        "scpe = \"all\"\n",
        "lints.race = 3\n",
        "[[override]]\npath = []\n",
        "[[knowledge]]\nfoo = 1\n",
        "test-code = true\n",
    ] {
        assert!(!valid(config), "{config}");
        assert_eq!(relocks(config).run(&["config"]).code, 2, "{config}");
    }
}
