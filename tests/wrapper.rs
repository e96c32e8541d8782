//! `RUSTC_WORKSPACE_WRAPPER=cargo-hazmap`, with a real cargo in temporary workspaces.

mod made;

use made::cargo::{cargo, plain_cargo};
use made::{Made, RELOCKS, Ran};
use std::process::Command;
use std::time::Duration;

const WORKSPACE: &str = "[workspace]\nmembers = [\"app\", \"depot\", \"macros\"]\nresolver = \"3\"\n";
const APP: &str = "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n
[dependencies]\ndepot = { path = \"../depot\" }\nmacros = { path = \"../macros\" }\noutside = { path = \"../../outside\" }\n";
const DEPOT: &str = "[package]\nname = \"depot\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
const MACROS: &str =
    "[package]\nname = \"macros\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[lib]\nproc-macro = true\n";
const MACROS_LIB: &str = "\
use proc_macro::TokenStream;

#[proc_macro]
pub fn nothing(_: TokenStream) -> TokenStream {
    TokenStream::new()
}
";
const APP_LIB: &str = "\
macros::nothing!();

pub fn start(peers: &depot::Peers) {
    peers.greet();
    outside::run();
}
";
const BUILD: &str = "fn main() {\n    println!(\"cargo::rerun-if-changed=build.rs\");\n}\n";

/// A workspace `w` with three members and a path dependency outside it.
fn workspace() -> Made {
    let outside = format!("{RELOCKS}\npub fn run() {{}}\n");
    Made::new(&[
        ("w/Cargo.toml", WORKSPACE),
        ("w/app/Cargo.toml", APP),
        ("w/app/build.rs", BUILD),
        ("w/app/src/lib.rs", APP_LIB),
        ("w/depot/Cargo.toml", DEPOT),
        ("w/depot/src/lib.rs", RELOCKS),
        ("w/macros/Cargo.toml", MACROS),
        ("w/macros/src/lib.rs", MACROS_LIB),
        (
            "outside/Cargo.toml",
            "[package]\nname = \"outside\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\n",
        ),
        ("outside/src/lib.rs", &outside),
    ])
}

/// How often a lint is spoken of.
fn count(ran: &Ran, lint: &str) -> usize {
    ran.err.matches(&format!("[hazmap::{lint}]")).count()
}

/// The findings in cargo's JSON: the target, and the line.
fn messages(ran: &Ran) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for line in ran.out.lines() {
        if let Ok(cargo_metadata::Message::CompilerMessage(message)) = serde_json::from_str(line) {
            let is_ours = message.message.code.is_some_and(|code| code.code.starts_with("hazmap::"));
            let span = message.message.spans.iter().find(|span| span.is_primary).map(|span| span.line_start);
            found.extend(span.filter(|_| is_ours).map(|line| (message.target.name.clone(), line)));
        }
    }
    found
}

#[test]
fn fresh_replayed_and_fixed() {
    let made = workspace();
    let ran = cargo(&made, &["check"], &[]);
    assert_eq!(ran.code, 0, "rustc's own code, and what depends on it is compiled: {ran:#?}");
    ran.says("error[hazmap::relock_while_held]").says("depot/src/lib.rs:11").says("Finished");
    assert_eq!(count(&ran, "relock_while_held"), 1, "not in the crate outside: {ran:#?}");
    let ran = cargo(&made, &["check", "-v"], &[]);
    assert_eq!(ran.code, 0, "{ran:#?}");
    ran.says("Fresh depot").says("error[hazmap::relock_while_held]");

    // Whoever wants it to fail says so; what failed is not stored as if it had not.
    for _ in 0..2 {
        let ran = cargo(&made, &["check"], &[("HAZMAP_ARGS", "-D warnings")]);
        assert_ne!(ran.code, 0, "{ran:#?}");
        ran.says("error[hazmap::relock_while_held]").says("could not compile `depot`");
    }

    // At warn it is stored by cargo and shown again, though nothing is compiled.
    let warn = [("HAZMAP_ARGS", "-W relock_while_held")];
    let ran = cargo(&made, &["check"], &warn);
    assert_eq!(ran.code, 0, "{ran:#?}");
    ran.says("warning[hazmap::relock_while_held]").says("`depot` (lib) generated 1 warning");
    let ran = cargo(&made, &["check", "-v"], &warn);
    ran.says("Fresh depot").says("warning[hazmap::relock_while_held]");

    made.write(
        "w/depot/src/lib.rs",
        &RELOCKS
            .replace("drop(peers);", "")
            .replace("self.add(", "let n = (")
            .replace("as u32);", "as u32);\n        drop(peers);\n        self.add(n);"),
    );
    let ran = cargo(&made, &["check"], &[]);
    assert_eq!((ran.code, count(&ran, "relock_while_held")), (0, 0), "{ran:#?}");
}

#[test]
fn a_changed_configuration_is_seen() {
    let made = workspace();
    made.write("w/hazmap.toml", "[lints]\nrelock_while_held = \"allow\"\n");
    let ran = cargo(&made, &["check"], &[]);
    assert_eq!((ran.code, count(&ran, "relock_while_held")), (0, 0), "{ran:#?}");
    cargo(&made, &["check", "-v"], &[]).says("Fresh depot").says("Fresh app");

    std::thread::sleep(Duration::from_millis(1100));
    made.write("w/hazmap.toml", "[lints]\nrelock_while_held = \"warn\"\n");
    let ran = cargo(&made, &["check"], &[]);
    assert_eq!((ran.code, count(&ran, "relock_while_held")), (0, 1), "{ran:#?}");

    let ran = cargo(&made, &["check"], &[("HAZMAP_ARGS", "-A all")]);
    assert_eq!((ran.code, count(&ran, "relock_while_held")), (0, 0), "{ran:#?}");
}

#[test]
fn what_we_cannot_do_keeps_rustc_from_nothing() {
    let made = workspace();
    let says = |options: &str, words: &str, code: i32| {
        for _ in 0..2 {
            let ran = cargo(&made, &["check", "-p", "depot"], &[("HAZMAP_ARGS", options)]);
            assert_eq!((ran.code, count(&ran, "relock_while_held")), (code, 0), "{options}: {ran:#?}");
            ran.says(words);
        }
    };
    says("--no-such-option", "warning: hazmap: HAZMAP_ARGS: unexpected argument '--no-such-option'", 0);
    says("--config 'a", "warning: hazmap: HAZMAP_ARGS: a quote is not closed", 0);
    says("--help", "warning: hazmap: HAZMAP_ARGS: only options of an analysis can stand here", 0);
    says("--message-format sarif", "HAZMAP_ARGS: --message-format cannot stand here: cargo shows", 0);
    says("--fix", "HAZMAP_ARGS: --fix cannot stand here: ", 0);
    says("--baseline none.json", "none.json", 0);
    made.write("w/hazmap.toml", "scoop = \"all\"\n");
    says("", "scoop", 0);
    // A gate that cannot judge does not open.
    says("-D warnings", "error: hazmap: hazmap.toml:1: unknown key `scoop`", 101);
    // As soon as it can be done, it is.
    made.write("w/hazmap.toml", "scope = \"all\"\n");
    let ran = cargo(&made, &["check"], &[("HAZMAP_ARGS", "")]);
    assert_eq!((ran.code, count(&ran, "relock_while_held")), (0, 1), "{ran:#?}");
}

#[test]
fn mistakes_are_said_once_and_with_what_was_meant() {
    let made = workspace();
    for _ in 0..2 {
        let ran = cargo(&made, &["check"], &[("HAZMAP_ARGS", "--bassline a.json")]);
        assert_eq!(ran.code, 0, "{ran:#?}");
        ran.says("a similar argument exists: '--baseline'").says("hazmap looked at nothing");
        assert_eq!(ran.err.matches("hazmap: HAZMAP_ARGS: unexpected").count(), 1, "of all crates: {ran:#?}");
    }
    // Programs hear of it as well.
    let ran = cargo(&made, &["check", "--message-format", "json"], &[("HAZMAP_ARGS", "--bassline a.json")]);
    let is_it = |line: &str| match serde_json::from_str(line) {
        Ok(cargo_metadata::Message::CompilerMessage(it)) => {
            it.message.message.contains("HAZMAP_ARGS") && it.message.code.is_none()
        }
        _ => false,
    };
    assert!(ran.code == 0 && ran.out.lines().any(is_it), "{ran:#?}");

    let ran = cargo(&made, &["check"], &[("HAZMAP_ARGS", "-W relock_while_hold")]);
    ran.says("warning[hazmap::unknown_lint]: there is no lint or group named `relock_while_hold`");
    ran.says("did you mean `relock_while_held`?");
    assert_eq!(
        (ran.code, count(&ran, "unknown_lint"), count(&ran, "relock_while_held")),
        (0, 1, 1),
        "{ran:#?}"
    );

    made.write("w/hazmap.toml", "[lints]\nrelock_while_hold = \"allow\"\n");
    let ran = cargo(&made, &["check"], &[]);
    ran.says("warning[hazmap::unknown_lint]")
        .says("hazmap.toml:2:1")
        .says("did you mean `relock_while_held`?");
    assert_eq!(
        (ran.code, count(&ran, "unknown_lint"), count(&ran, "relock_while_held")),
        (0, 1, 1),
        "{ran:#?}"
    );
}

#[test]
fn options_hold_blanks() {
    let made = workspace();
    made.write("my settings/hazmap.toml", "[lints]\nrelock_while_held = \"warn\"\n");
    let path = made.path().join("my settings/hazmap.toml");
    let options = format!("--config '{}' -W \"pedantic\"", path.display());
    let ran = cargo(&made, &["check"], &[("HAZMAP_ARGS", &options)]);
    assert_eq!((ran.code, count(&ran, "relock_while_held")), (0, 1), "{ran:#?}");
    ran.says("warning[hazmap::relock_while_held]");
}

#[test]
fn a_configuration_that_is_made_or_removed_is_seen() {
    let made = workspace();
    let warn = [("HAZMAP_ARGS", "-W deadlock")];
    let ran = cargo(&made, &["check"], &warn);
    assert_eq!((ran.code, count(&ran, "relock_while_held")), (0, 1), "{ran:#?}");
    cargo(&made, &["check", "-v"], &warn).says("Fresh depot").says("Fresh app");

    std::thread::sleep(Duration::from_millis(1100));
    made.write("w/hazmap.toml", "exclude = [\"depot\"]\n");
    let ran = cargo(&made, &["check"], &warn);
    assert_eq!((ran.code, count(&ran, "relock_while_held")), (0, 0), "{ran:#?}");
    cargo(&made, &["check", "-v"], &warn).says("Fresh depot").says("Fresh app");

    std::fs::remove_file(made.path().join("w/hazmap.toml")).unwrap();
    let ran = cargo(&made, &["check"], &warn);
    assert_eq!((ran.code, count(&ran, "relock_while_held")), (0, 1), "{ran:#?}");
    cargo(&made, &["check", "-v"], &warn).says("Fresh depot").says("Fresh app");
}

#[test]
fn rustc_s_own_errors_stay_as_they_are() {
    let made = workspace();
    made.write("w/depot/src/lib.rs", &format!("{RELOCKS}\nfn wrong() -> u8 {{ \"\" }}\n"));
    let ran = cargo(&made, &["check", "-p", "depot"], &[]);
    let plain = Ran::of(plain_cargo(&made, &["check", "-p", "depot"]).output().unwrap());
    assert_eq!(ran.code, plain.code);
    // What cargo says of its own doings comes first.
    let own = |text: &str| text.find("error").map(|at| text[at..].to_owned());
    assert_eq!(own(&ran.err), own(&plain.err));
}

/// What is there in some builds only.
const IN_SOME_BUILDS: &str = "
pub struct Both(#[cfg(special)] std::sync::RwLock<u8>, std::sync::RwLock<HashMap<u32, u32>>);

#[cfg(not(special))]
pub fn first(both: &Both) {
    let all = both.0.read().unwrap();
    both.0.write().unwrap().insert(1, all.len() as u32);
}

impl Peers {
    #[cfg(feature = \"fast\")]
    pub fn fast(&self) {
        let peers = self.by_id.read().unwrap();
        self.add(peers.len() as u32);
    }

    #[cfg(any(not(any(unix, windows)), all(unix, windows)))]
    pub fn nowhere(&self) {
        let peers = self.by_id.read().unwrap();
        self.add(peers.len() as u32);
    }

    pub fn dropped(&self) {
        let peers = self.by_id.read().unwrap();
        #[cfg(not(special))]
        drop(peers);
        self.add(1);
    }

    pub fn last(&self) -> u32 {
        let peers = self.by_id.read().unwrap();
        #[cfg(special)]
        {
            self.add(1);
            0
        }
        #[cfg(not(special))]
        {
            peers.len() as u32
        }
    }

    pub fn asked(&self) {
        let peers = self.by_id.read().unwrap();
        if cfg!(not(any(special, miri))) {
            drop(peers);
        }
        self.add(2);
    }

    pub fn never(&self) {
        let peers = self.by_id.read().unwrap();
        if cfg!(all(unix, windows)) && peers.len() > 1 {
            self.add(3);
        }
    }
}
";

#[test]
fn only_what_this_build_has_is_told() {
    let made = workspace();
    let quiet = RELOCKS.replace("pub fn greet", "#[cfg(any())]\n    pub fn greet");
    made.write("w/depot/src/lib.rs", &format!("{quiet}{IN_SOME_BUILDS}"));
    made.write("w/depot/Cargo.toml", &format!("{DEPOT}\n[features]\nfast = []\n"));
    let lines = |args: &[&str], variables: &[(&str, &str)]| {
        let variables = [variables, &[("HAZMAP_ARGS", "-W relock_while_held")]].concat();
        let args = [&["check", "-p", "depot", "--message-format", "json"], args].concat();
        let ran = cargo(&made, &args, &variables);
        assert_eq!(ran.code, 0, "{ran:#?}");
        messages(&ran).into_iter().map(|(_, line)| line).collect::<Vec<_>>()
    };
    // The first field of `Both` is another in the other build.
    assert_eq!(lines(&[], &[]), [26]);
    assert_eq!(lines(&["--features", "fast"], &[]), [26, 33]);
    assert_eq!(lines(&[], &[("RUSTFLAGS", "--cfg special")]), [46, 53, 67]);
    // A build script can set one as well.
    made.write(
        "w/depot/build.rs",
        "fn main() {\n    println!(\"cargo::rustc-check-cfg=cfg(special)\\ncargo::rustc-cfg=special\");\n}\n",
    );
    assert_eq!(lines(&[], &[]), [46, 53, 67]);
    // The subcommand looks at all builds at once.
    let ran = Ran::of(
        made::program()
            .args(["check", "w/depot", "-q", "--message-format", "short"])
            .current_dir(made.path())
            .output()
            .unwrap(),
    );
    assert!(ran.out.contains(":33:") && ran.out.contains(":39:"), "{ran:#?}");
}

#[test]
fn each_finding_once_with_and_without_tests() {
    let made = workspace();
    let tested = format!(
        "{RELOCKS}\n#[cfg(test)]\nmod tests {{\n    #[test]\n    fn runs() {{\n        let peers = std::sync::RwLock::new(std::collections::HashMap::from([(1, 2)]));\n        let guard = peers.read().unwrap();\n        peers.write().unwrap().insert(guard.len(), 1);\n    }}\n}}\n"
    );
    made.write("w/depot/src/lib.rs", &tested);
    let strict = [("HAZMAP_ARGS", "-W relock_while_held --test-code strict")];
    let ran = cargo(&made, &["check", "-p", "depot", "--all-targets", "--message-format", "json"], &strict);
    assert_eq!(ran.code, 0, "{ran:#?}");
    let mut found = messages(&ran);
    found.sort();
    assert_eq!(found, [("depot".to_owned(), 11), ("depot".to_owned(), 26)], "{}", ran.out);
}

/// A program in the folder, written for a shell.
#[cfg(unix)]
fn script(made: &Made, name: &str, lines: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    made.write(name, &format!("#!/bin/sh\n{lines}\n"));
    let path = made.path().join(name);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

/// What sccache 0.16 does before it runs anything: cargo's first question comes without the variables by which it knows cargo, so it
/// takes the first argument for the compiler, and looks whether that is rustc.
#[cfg(unix)]
const LOOKS_AT_COMPILERS: &str = "\
if [ -z \"$CARGO\" ]; then
    case \"$(\"$1\" -vV)\" in
        \"rustc \"*) ;;
        *) echo 'Compiler not supported' >&2; exit 2 ;;
    esac
    [ -d \"$(\"$1\" --print=sysroot)\" ] || exit 2
    if \"$1\" +stable >/dev/null 2>&1; then echo 'taken for a proxy of rustup' >&2; exit 2; fi
fi
exec \"$@\"";

#[cfg(unix)]
#[test]
fn beside_other_wrappers() {
    let made = workspace();
    for (name, lines) in [("plain", "exec \"$@\""), ("looks", LOOKS_AT_COMPILERS)] {
        let outer = script(&made, name, lines);
        let target = made.path().join(format!("target-{name}"));
        let mut command = plain_cargo(&made, &["check"]);
        command.env("RUSTC_WORKSPACE_WRAPPER", env!("CARGO_BIN_EXE_cargo-hazmap")).env_remove("CARGO");
        command.env("RUSTC_WRAPPER", outer).env("CARGO_TARGET_DIR", target);
        let ran = Ran::of(command.output().unwrap());
        assert_eq!((ran.code, count(&ran, "relock_while_held")), (0, 1), "{name}: {ran:#?}");
    }
}

/// What sccache 0.4 does: without the variable by which it knows cargo it takes the first argument for a C compiler.
#[cfg(unix)]
const LOOKS_AT_C_COMPILERS: &str = "\
if [ -z \"$CARGO\" ]; then
    echo \"Compiler not supported: $(\"$1\" -E test.c 2>&1)\" >&2
    exit 2
fi
exec \"$@\"";

#[cfg(unix)]
#[test]
fn what_an_old_sccache_wants_is_said() {
    let made = workspace();
    let outer = script(&made, "old", LOOKS_AT_C_COMPILERS);
    let run = |cargo: Option<&str>| {
        let mut command = plain_cargo(&made, &["check"]);
        command.env("RUSTC_WORKSPACE_WRAPPER", env!("CARGO_BIN_EXE_cargo-hazmap")).env_remove("CARGO");
        command.env("RUSTC_WRAPPER", &outer).envs(cargo.map(|it| ("CARGO", it)));
        Ran::of(command.output().unwrap())
    };
    let ran = run(None);
    assert_ne!(ran.code, 0);
    ran.says("hazmap stands before rustc, and is no C compiler").says("set CARGO to the path of cargo");
    let ran = run(Some(env!("CARGO")));
    assert_eq!((ran.code, count(&ran, "relock_while_held")), (0, 1), "{ran:#?}");
}

#[cfg(unix)]
#[test]
fn a_rustc_by_another_name() {
    let made = workspace();
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let own = script(&made, "my-compiler", &format!("exec '{rustc}' \"$@\""));
    let ran = cargo(&made, &["check"], &[("RUSTC", &own)]);
    assert_eq!((ran.code, count(&ran, "relock_while_held")), (0, 1), "{ran:#?}");
}

/// `cargo fix` runs us as it runs clippy, and applies what is sure; cargo offers it in its last line.
#[test]
fn cargo_fix_applies_our_suggestions() {
    let made = workspace();
    let warn = [("HAZMAP_ARGS", "-W relock_while_held")];
    let reads = "\nimpl Peers {\n    pub fn count(&self) -> usize {\n        self.by_id.write().unwrap().len()\n    }\n}\n";
    made.write("w/depot/src/lib.rs", &format!("{RELOCKS}{reads}"));
    let ran = cargo(&made, &["check", "-p", "depot"], &warn);
    ran.says("warning[hazmap::write_guard_only_reads]")
        .says("(run `cargo fix --lib -p depot` to apply 1 suggestion)");
    let ran = cargo(&made, &["fix", "--lib", "-p", "depot", "--allow-no-vcs"], &warn);
    assert_eq!(ran.code, 0, "{ran:#?}");
    let fixed = made.read("w/depot/src/lib.rs");
    assert_eq!(fixed, format!("{RELOCKS}{}", reads.replace("write()", "read()")), "{ran:#?}");
    // What is left is still told, then and afterwards.
    let ran = cargo(&made, &["check", "-p", "depot"], &warn);
    assert_eq!((count(&ran, "relock_while_held"), count(&ran, "write_guard_only_reads")), (1, 0), "{ran:#?}");
}

#[test]
fn clippy_takes_our_place() {
    let made = workspace();
    // clippy puts itself in the place that we had.
    let ran = cargo(&made, &["clippy"], &[("HAZMAP_ARGS", "-W all")]);
    assert_eq!((ran.code, count(&ran, "relock_while_held")), (0, 0), "{ran:#?}");
}

#[test]
fn probes_and_argument_files_are_rustc_s() {
    let made = Made::new(&[
        ("args", "--crate-name\na\n--crate-type=lib\n--emit=metadata\na.rs\n"),
        ("a.rs", "pub fn f() {}\n"),
    ]);
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    for args in [
        &["-vV"][..],
        &["--print", "cfg"],
        &["@args"],
        &["--no-such-option"],
        &["--crate-name", "b", "missing.rs"],
    ] {
        let run = |program: &str, first: &[&str]| {
            let mut command = Command::new(program);
            command.args(first).args(args).current_dir(made.path()).env_remove("CARGO_MANIFEST_DIR");
            Ran::of(command.output().unwrap())
        };
        let ours = run(env!("CARGO_BIN_EXE_cargo-hazmap"), &[&rustc]);
        let plain = run(&rustc, &[]);
        assert_eq!((ours.code, ours.out, ours.err), (plain.code, plain.out, plain.err), "{args:?}");
    }
}

/// Cargo stores what we said: where nothing changed it does not even start us. (What that saves is measured by `benches/wrapper.rs`.)
#[cfg(unix)]
#[test]
fn nothing_is_started_where_nothing_changed() {
    let made = workspace();
    let log = made.path().join("log");
    let program = env!("CARGO_BIN_EXE_cargo-hazmap");
    let lines = format!("echo \"$*\" >> '{}'\nexec '{program}' \"$@\"", log.display());
    let logged = script(&made, "logged", &lines);
    let run = || {
        let mut command = plain_cargo(&made, &["check"]);
        command.env("RUSTC_WORKSPACE_WRAPPER", &logged).env("HAZMAP_ARGS", "-W all");
        let ran = Ran::of(command.output().unwrap());
        assert_eq!((ran.code, count(&ran, "relock_while_held")), (0, 1), "{ran:#?}");
        let text = std::fs::read_to_string(&log).unwrap();
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let compiled = |calls: &[String], name: &str| {
        calls.iter().filter(|it| it.contains(&format!("--crate-name {name} "))).count()
    };
    let first = run();
    assert_eq!(["app", "depot", "outside"].map(|name| compiled(&first, name)), [1, 1, 0]);
    assert_eq!(run(), first);
    // Of what depends on nothing that changed, nothing is looked at again.
    std::thread::sleep(Duration::from_millis(1100));
    made.write("w/app/src/lib.rs", &format!("{APP_LIB}\npub fn more() {{}}\n"));
    let third = run();
    let new = &third[first.len()..];
    assert_eq!(["app", "depot", "macros"].map(|name| compiled(new, name)), [1, 0, 0], "{new:#?}");
}
