//! A team's story: 50 old findings, a baseline, and changes of which only what they add is told.

mod made;

use made::{Made, Ran, program};
use std::fmt::Write as _;
use std::process::{Command, Stdio};

/// A method that takes its lock twice.
fn method(n: usize) -> String {
    format!(
        "    pub fn m{n}(&self) {{\n        let mut held = self.map.write().unwrap();\n        held.insert({n}, 0);\n        self.map.write().unwrap().insert({n}, 1);\n        drop(held);\n    }}\n"
    )
}

fn file(methods: &[usize]) -> String {
    let mut text = String::from(
        "use std::collections::HashMap;\nuse std::sync::RwLock;\n\n#[derive(Default)]\npub struct Peers {\n    pub map: RwLock<HashMap<usize, usize>>,\n}\n\nimpl Peers {\n",
    );
    methods.iter().for_each(|n| text.push_str(&method(*n)));
    text.push_str("}\n");
    text
}

fn lib(modules: &[&str]) -> String {
    modules.iter().map(|name| format!("pub mod {name};\n")).collect()
}

/// Five modules of ten methods each.
fn team() -> Made {
    let made = Made::package(&lib(&["f0", "f1", "f2", "f3", "f4"]), &[]);
    for n in 0..5 {
        made.write(&format!("src/f{n}.rs"), &file(&(n * 10..n * 10 + 10).collect::<Vec<_>>()));
    }
    made
}

/// Runs the program in a folder with a text on stdin.
fn fed(made: &Made, command: &mut Command, text: &str) -> Ran {
    command.current_dir(made.path()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), text.as_bytes()).unwrap();
    Ran::of(child.wait_with_output().unwrap())
}

/// Adds two findings, moves ten and fixes three.
fn change(made: &Made) {
    // Five move within their file, which is also indented anew and gets a comment on top.
    let moved = file(&[5, 6, 7, 8, 9, 0, 1, 2, 3, 4])
        .replace("self.map.write()", "self\n            .map\n            .write()");
    made.write("src/f0.rs", &format!("// Copyright\n\n{moved}"));
    // Five move to another module.
    made.write("src/f1.rs", &file(&[10, 11, 12, 13, 14]));
    let mut there = String::from("use crate::f1::Peers;\n\nimpl Peers {\n");
    (15..20).for_each(|n| there.push_str(&method(n)));
    made.write("src/moved.rs", &(there + "}\n"));
    made.write("src/lib.rs", &lib(&["f0", "f1", "f2", "f3", "f4", "moved"]));
    // Three are mended.
    made.write("src/f2.rs", &file(&[20, 21, 22, 23, 24, 25, 26]));
    // Two are new: a method, and a second time in an old one.
    let mut text = file(&[30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 99]);
    let old = "self.map.write().unwrap().insert(33, 1);\n";
    text = text.replace(old, &format!("{old}        self.map.write().unwrap().remove(&33);\n"));
    made.write("src/f3.rs", &text);
}

#[test]
fn a_team_begins_today() {
    let made = team();
    assert_eq!(made.found(&[]).len(), 50);
    let ran = made.run(&["--write-baseline", "old.json"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{ran:#?}");
    ran.says("old.json: 50 findings written");
    let ran = made.run(&["--baseline", "old.json"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{ran:#?}");
    ran.says("baseline: 0 new, 50 known, 0 gone");

    change(&made);
    assert_eq!(made.found(&[]).len(), 49);
    let ran = made.run(&["--baseline", "old.json", "--message-format", "short"]);
    assert_eq!(ran.code, 1);
    let found = made.found(&["--baseline", "old.json"]);
    assert_eq!(found, ["src/f3.rs:32 relock_while_held", "src/f3.rs:74 relock_while_held"]);
    ran.says("baseline: 2 new, 47 known, 3 gone");
    ran.says("  gone: src/f2.rs: app::f2::Peers::m27: relock_while_held");
    assert_eq!(ran.err.matches("gone: src").count(), 3, "{ran:#?}");

    // What is known is in the log of the platform all the same, as accepted.
    let sarif = made.run(&["--baseline", "old.json", "--message-format", "sarif"]).out;
    assert_eq!(sarif.matches("in the baseline").count(), 47);

    // The two are mended; the baseline loses what is gone, and all is clean.
    made.write("src/f3.rs", &file(&[30, 31, 32, 33, 34, 35, 36, 37, 38, 39]));
    let ran = made.run(&["--baseline", "old.json", "--prune-baseline"]);
    assert_eq!(ran.code, 0, "{ran:#?}");
    ran.says("they are taken out of the baseline");
    let ran = made.run(&["--baseline", "old.json"]);
    assert_eq!(ran.code, 0);
    ran.says("baseline: 0 new, 47 known, 0 gone");
    let pruned = made.read("old.json");
    assert!(
        pruned.contains("src/moved.rs") && !pruned.contains("::m27"),
        "what moved is kept where it is now"
    );
}

#[test]
fn a_baseline_holds_on_other_machines() {
    let made = team();
    made.run(&["--write-baseline", "old.json"]);
    let text = made.read("old.json");
    assert!(!text.contains(made.path().to_str().unwrap()) && !text.contains("\"line\""));
    // Another folder, Windows' line ends and paths, run from above.
    let there = Made::new(&[]);
    for name in ["Cargo.toml", "src/lib.rs", "src/f0.rs", "src/f1.rs", "src/f2.rs", "src/f3.rs", "src/f4.rs"]
    {
        there.write(&format!("w/{name}"), &made.read(name).replace('\n', "\r\n"));
    }
    there.write("old.json", &text.replace("src/", "src\\\\").replace('\n', "\r\n"));
    let ran = there.run(&["check", "w", "--baseline", "old.json"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    ran.says("baseline: 0 new, 50 known, 0 gone");
}

#[test]
fn a_configuration_names_the_baseline() {
    let made = team();
    made.write("hazmap.toml", "baseline = \"ci/known.json\"\n");
    let ran = made.run(&[]);
    assert_eq!(ran.code, 2, "{ran:#?}");
    ran.says("error: ci/known.json: ").says("help: `--write-baseline ci/known.json` writes one");
    std::fs::create_dir(made.path().join("ci")).unwrap();
    assert_eq!(made.run(&["--write-baseline", "ci/known.json"]).code, 0);
    let ran = made.run(&["--message-format", "short"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{ran:#?}");
    ran.says("baseline: 0 new, 50 known, 0 gone");
    change(&made);
    let ran = made.run(&[]);
    assert_eq!(ran.code, 1);
    ran.says("baseline: 2 new, 47 known, 3 gone");
    made.run(&["--prune-baseline"]).says("they are taken out of the baseline");
    made.run(&[]).says("baseline: 2 new, 47 known, 0 gone");
    // One that is none is told, and what to do.
    made.write("none.json", "[]");
    let ran = made.run(&["--baseline", "none.json"]);
    assert_eq!(ran.code, 2, "{ran:#?}");
    ran.says("error: none.json: it is no baseline: ")
        .says("help: `--write-baseline none.json` writes it anew");
    let ran = made.run(&["--baseline", "src"]);
    assert!(ran.code == 2 && !ran.err.contains("writes"), "{ran:#?}");
    // Another one on the command line, or none. Some editors begin a file with a mark.
    made.write("none.json", "\u{feff}{\"hazmap_baseline\": 1, \"findings\": []}");
    made.run(&["--baseline", "none.json"]).says("baseline: 49 new, 0 known, 0 gone");
    made.write("none.json", "{\"hazmap_baseline\": 1, \"findings\": []}");
    made.run(&["--baseline", "none.json"]).says("baseline: 49 new, 0 known, 0 gone");
    assert_eq!(made.found(&["--no-config"]).len(), 49);
    let ran = made.run(&["--no-config", "--prune-baseline"]);
    assert_eq!(ran.code, 2);
    ran.says("there is no baseline to prune");
    // An editor's buffer is seen through it as well.
    let text = made.read("src/f4.rs");
    let mut command = program();
    command.args(["--stdin", "--stdin-filename", "src/f4.rs", "--message-format", "short"]);
    assert_eq!(fed(&made, &mut command, &text).out, "");
}

#[test]
fn what_was_not_looked_at_is_not_gone() {
    let member =
        |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
    let made = Made::new(&[("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\n")]);
    for name in ["a", "b"] {
        made.write(&format!("{name}/Cargo.toml"), &member(name));
        made.write(&format!("{name}/src/lib.rs"), &file(&[1, 2]));
    }
    made.run(&["--write-baseline", "old.json"]);
    made.run(&["-p", "a", "--baseline", "old.json"]).says("baseline: 0 new, 2 known, 0 gone");
    made.run(&["-A", "deadlock", "--baseline", "old.json"]).says("baseline: 0 new, 0 known, 0 gone");
    made.run(&["-p", "a", "--baseline", "old.json", "--prune-baseline"]);
    made.run(&["--baseline", "old.json"]).says("baseline: 0 new, 4 known, 0 gone");
}

#[test]
fn baselines_that_cannot_be_used() {
    let made = team();
    let ran = made.run(&["--baseline", "none.json"]);
    assert_eq!(ran.code, 2);
    ran.says("help: `--write-baseline none.json` writes one");
    made.write("bad.json", "{\"hazmap_baseline\": 9, \"findings\": []}");
    assert_eq!(made.run(&["--baseline", "bad.json"]).says("form 9").code, 2);
    made.write("bad.json", "[]");
    assert_eq!(made.run(&["--baseline", "bad.json"]).code, 2);
}

fn git(made: &Made, args: &[&str]) -> String {
    let mut command = Command::new("git");
    for (name, value) in [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null")] {
        command.env(name, value);
    }
    let identity = ["-c", "user.name=n", "-c", "user.email=e@e", "-c", "init.defaultBranch=trunk"];
    let output = command.args(identity).args(args).current_dir(made.path()).output().unwrap();
    assert!(output.status.success(), "{args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The team's repository, with all committed.
fn repository() -> Made {
    let made = team();
    git(&made, &["init", "-q"]);
    git(&made, &["add", "."]);
    git(&made, &["commit", "-qm", "all"]);
    made
}

const NEW: [&str; 2] = ["src/f3.rs:32 relock_while_held", "src/f3.rs:74 relock_while_held"];

/// Only what is new in `src/f3.rs`.
fn change_one_file(made: &Made) {
    let all = team();
    change(&all);
    made.write("src/f3.rs", &all.read("src/f3.rs"));
}

#[test]
fn only_lines_that_differ_from_a_revision() {
    let made = repository();
    assert_eq!(made.found(&["--new-from-rev", "HEAD"]), Vec::<String>::new());
    change_one_file(&made);
    assert_eq!(made.found(&["--new-from-rev", "HEAD"]), NEW);
    // A file that git does not know is new as a whole.
    made.write("src/lib.rs", &lib(&["f0", "f1", "f2", "f3", "f4", "f5"]));
    made.write("src/f5.rs", &file(&[50]));
    assert_eq!(made.found(&["--new-from-rev", "HEAD"]).len(), 3);
    let ran = made.run(&["--new-from-rev", "nonsense"]);
    assert_eq!(ran.code, 2);
    ran.says("git knows no revision `nonsense`");
    // Where there is no repository, the revision is not what is wrong.
    std::fs::remove_dir_all(made.path().join(".git")).unwrap();
    let ran = made.run(&["--new-from-rev", "HEAD"]);
    assert_eq!(ran.code, 2);
    ran.says("is not under git").says("help: ");
}

#[test]
fn only_lines_of_a_branch() {
    let made = repository();
    git(&made, &["checkout", "-qb", "topic"]);
    change_one_file(&made);
    git(&made, &["commit", "-qam", "topic"]);
    // The trunk goes on meanwhile.
    git(&made, &["checkout", "-q", "trunk"]);
    made.write("src/f4.rs", &file(&[40]));
    git(&made, &["commit", "-qam", "trunk"]);
    git(&made, &["checkout", "-q", "topic"]);
    assert_eq!(made.found(&["--new-from-merge-base", "trunk"]), NEW);
}

#[test]
fn only_lines_of_a_diff() {
    let made = repository();
    change_one_file(&made);
    let diff = git(&made, &["diff"]);
    made.write("change.diff", &diff);
    assert_eq!(made.found(&["--diff", "change.diff"]), NEW);
    let mut command = program();
    command.args(["--diff", "-", "--message-format", "short"]);
    let ran = fed(&made, &mut command, &diff);
    assert_eq!((ran.code, ran.out.lines().count()), (1, 2), "{ran:#?}");
}

/// A guard that is dropped before its lock is taken again.
const DROPPED: &str = "\
use std::collections::HashMap;
use std::sync::RwLock;

pub struct Towns {
    pub map: RwLock<HashMap<u32, u32>>,
}

impl Towns {
    pub fn first(&self) {
        let held = self.map.read().unwrap();
        let n = held.len();
        println!(\"{n}\");
        drop(held);
        println!(\"{n}\");
        self.map.write().unwrap().insert(1, 1);
    }

    pub fn second(&self) {
        let held = self.map.read().unwrap();
        println!(\"a\");
        println!(\"b\");
        self.map.write().unwrap().insert(held.len() as u32, 1);
        println!(\"c\");
        println!(\"d\");
    }
}
";

/// A repository with one file in it.
fn repository_of(path: &str, text: &str) -> Made {
    let lib = format!("#[path = \"{}\"]\npub mod towns;\n", path.trim_start_matches("src/"));
    let made = Made::package(&lib, &[(path, text)]);
    git(&made, &["init", "-q"]);
    git(&made, &["add", "."]);
    git(&made, &["commit", "-qm", "all"]);
    made
}

/// What both gates show, by the commit and by a diff.
fn new_by_both(made: &Made) -> Vec<String> {
    let by_revision = made.found(&["--new-from-rev", "HEAD"]);
    for options in [&["diff"][..], &["diff", "-U0"]] {
        made.write("change.diff", &git(made, options));
        assert_eq!(made.found(&["--diff", "change.diff"]), by_revision, "{options:?}");
    }
    by_revision
}

#[test]
fn a_line_that_is_taken_out_of_a_guard_s_life_is_new() {
    let made = repository_of("src/towns.rs", DROPPED);
    let change = |from: &str, to: &str| made.write("src/towns.rs", &DROPPED.replacen(from, to, 1));
    change("        drop(held);\n", "");
    assert_eq!(made.found(&[]).len(), 2);
    assert_eq!(new_by_both(&made), ["src/towns.rs:14 relock_while_held"]);
    change("drop(held);", "println!(\"{}\", held.len());");
    assert_eq!(new_by_both(&made), ["src/towns.rs:15 relock_while_held"]);
    change("        drop(held);\n", "        #[cfg(miri)]\n        drop(held);\n");
    assert_eq!(new_by_both(&made), ["src/towns.rs:16 relock_while_held"]);
    // What is taken out behind the guard's life, or in another function, makes nothing new.
    change("        println!(\"d\");\n", "");
    assert_eq!(new_by_both(&made), Vec::<String>::new());
    change("        println!(\"{n}\");\n", "");
    assert_eq!(new_by_both(&made), Vec::<String>::new());
    // Within it, comments and empty lines do nothing.
    change("println!(\"a\");\n", "println!(\"a\");\n\n        // It hangs here.\n");
    assert_eq!(new_by_both(&made), Vec::<String>::new());
    change("println!(\"a\");\n", "");
    assert_eq!(new_by_both(&made), ["src/towns.rs:21 relock_while_held"]);
}

#[test]
fn a_permission_that_is_taken_out_makes_new_what_it_permitted() {
    let allowed = DROPPED.replace(
        "    pub fn second",
        "    // hazmap: allow(relock_while_held, reason = \"all readers are gone\")\n    #[inline]\n    #[must_use]\n    pub fn second",
    );
    let made = repository_of("src/towns.rs", &allowed);
    assert_eq!(made.found(&[]), Vec::<String>::new());
    let kept: Vec<&str> = allowed.lines().filter(|line| !line.contains("hazmap")).collect();
    made.write("src/towns.rs", &(kept.join("\n") + "\n"));
    assert_eq!(new_by_both(&made), ["src/towns.rs:24 relock_while_held"]);
    // One that is added is new itself, with what is wrong with it.
    made.write(
        "src/towns.rs",
        &allowed.replace("    pub fn first", "    // hazmap: allow(race)\n    pub fn first"),
    );
    assert_eq!(new_by_both(&made), ["src/towns.rs:9 allow_without_reason", "src/towns.rs:9 unused_allow"]);
}

#[test]
fn a_renamed_file_is_not_new() {
    let made = repository_of("src/towns.rs", DROPPED);
    git(&made, &["mv", "src/towns.rs", "src/cities.rs"]);
    made.write("src/lib.rs", "pub mod cities;\n");
    assert_eq!(made.found(&[]), ["src/cities.rs:22 relock_while_held"]);
    assert_eq!(made.found(&["--new-from-rev", "HEAD"]), Vec::<String>::new());
    made.write("src/cities.rs", &DROPPED.replace("        drop(held);\n", ""));
    git(&made, &["add", "."]);
    assert_eq!(made.found(&["--new-from-rev", "HEAD"]), ["src/cities.rs:14 relock_while_held"]);
    git(&made, &["commit", "-qm", "renamed"]);
    assert_eq!(made.found(&["--new-from-rev", "HEAD~1"]), ["src/cities.rs:14 relock_while_held"]);
    assert_eq!(made.found(&["--new-from-merge-base", "HEAD~1"]), ["src/cities.rs:14 relock_while_held"]);
    made.write("change.diff", &git(&made, &["diff", "HEAD~1", "HEAD"]));
    assert_eq!(made.found(&["--diff", "change.diff"]), ["src/cities.rs:14 relock_while_held"]);
}

#[test]
fn diffs_in_the_forms_that_git_can_be_set_to() {
    let made = repository_of("src/lände r.rs", DROPPED);
    made.write("src/lände r.rs", &DROPPED.replace("        drop(held);\n", ""));
    let new = ["src/lände r.rs:14 relock_while_held"];
    for options in [
        &["diff"][..],
        &["-c", "core.quotePath=false", "diff"],
        &["-c", "diff.mnemonicPrefix=true", "diff"],
        &["diff", "--no-prefix"],
        &["diff", "--src-prefix=old/", "--dst-prefix=new/"],
        &["diff", "--binary", "--stat", "-p"],
    ] {
        let diff = git(&made, options);
        made.write("change.diff", &diff);
        assert_eq!(made.found(&["--diff", "change.diff"]), new, "{diff}");
    }
    // From a folder below, told from there.
    let mut command = program();
    command.args(["--diff", "-", "--message-format", "short"]);
    let diff = git(&made, &["diff", "--relative=src"]);
    command.current_dir(made.path().join("src"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), diff.as_bytes()).unwrap();
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.out.lines().count()), (1, 1), "{diff} {ran:#?}");
    // A new file, without a prefix, in a folder that is called as one.
    let mut lib = made.read("src/lib.rs");
    lib.push_str("#[path = \"../b/more.rs\"]\npub mod more;\n");
    made.write("src/lib.rs", &lib);
    made.write("b/more.rs", &file(&[1]));
    git(&made, &["add", "-N", "b/more.rs"]);
    made.write("change.diff", &git(&made, &["diff", "--no-prefix", "b"]));
    assert_eq!(made.found(&["--diff", "change.diff"]), ["b/more.rs:13 relock_while_held"]);
}

#[test]
fn diffs_that_cannot_be_used() {
    let made = repository_of("src/towns.rs", DROPPED);
    made.write("src/towns.rs", &DROPPED.replace("drop(held);", "drop(&held);"));
    let run = |text: &str| {
        made.write("change.diff", text);
        made.run(&["--diff", "change.diff"])
    };
    for (text, words) in [
        ("no diff", "error: change.diff: this is no unified diff"),
        (&git(&made, &["diff", "--word-diff"]), "without `--word-diff`"),
        (&git(&made, &["diff", "--word-diff=porcelain"]), "without `--word-diff`"),
        (&git(&made, &["diff", "--color=always"]), "write it with `git diff --no-color`"),
        (&git(&made, &["diff", "--stat"]), "this is no unified diff"),
        (
            &git(&made, &["diff"]).replace("towns", "elsewhere"),
            "the diff fits no file here: b/src/elsewhere.rs",
        ),
    ] {
        let ran = run(text);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{text}\n{ran:#?}");
        ran.says(words);
    }
    // Nothing in it, and a part of it that is about another tree.
    let ran = run("");
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{ran:#?}");
    ran.says("warning: change.diff: the diff is empty: no finding is new");
    let diff = git(&made, &["diff"]);
    let ran = run(&format!("{diff}{}", diff.replace("towns", "elsewhere")));
    assert_eq!(ran.code, 1, "{ran:#?}");
    ran.says("warning: not here, but in the diff: b/src/elsewhere.rs");
}

#[test]
fn a_shallow_clone_is_told_what_it_lacks() {
    let made = repository();
    made.write("src/f0.rs", &file(&[0]));
    git(&made, &["commit", "-qam", "more"]);
    let there = Made::new(&[]);
    let url = format!("file://{}", made.path().display());
    git(&there, &["clone", "-q", "--depth", "1", &url, "."]);
    for args in [["--new-from-rev", "HEAD~1"], ["--new-from-merge-base", "origin/topic"]] {
        let ran = there.run(&args);
        assert_eq!(ran.code, 2, "{ran:#?}");
        ran.says(&format!("git knows no revision `{}`", args[1])).says("`fetch-depth: 0`");
    }
    assert!(!made.run(&["--new-from-rev", "nonsense"]).err.contains("fetch-depth"));
}

#[test]
fn nothing_that_a_repository_configures_is_run() {
    let made = repository();
    change_one_file(&made);
    let trap = made.path().join("trapped").display().to_string();
    let touch = format!("touch {trap}");
    let mut config = made.read(".git/config");
    let _ = write!(
        config,
        "[core]\nfsmonitor = {touch}\npager = {touch}\nsshCommand = {touch}\n[diff]\nexternal = {touch}\n[filter \"x\"]\nclean = {touch}\nsmudge = {touch}\n[diff \"x\"]\ntextconv = {touch}\n[alias]\ncat-file = !{touch}\n"
    );
    made.write(".git/config", &config);
    made.write(".gitattributes", "*.rs filter=x diff=x\n");
    assert_eq!(made.found(&["--new-from-rev", "HEAD"]), NEW);
    assert!(!made.path().join("trapped").exists());
}

#[test]
fn permissions_are_written_and_their_reasons_asked_for() {
    let made = Made::package(&file(&[1, 2]), &[]);
    let ran = made.run(&["--add-allow"]);
    ran.says("2 permissions written in 1 file: fill in the reason of each");
    let text = made.read("src/lib.rs");
    assert_eq!(text.matches("// hazmap: allow(relock_while_held, reason = \"\")\n").count(), 2, "{text}");
    let found = made.found(&[]);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|it| it.ends_with("allow_without_reason")), "{found:?}");
    made.write("src/lib.rs", &text.replace("reason = \"\"", "reason = \"one thread\""));
    assert_eq!(made.found(&[]), Vec::<String>::new());
}

/// Strings that go on over lines, Windows' line ends, a byte order mark, and no line break at the end.
const STRINGS: &str = "\u{feff}\
use std::collections::HashMap;
use std::sync::RwLock;

pub type Rows = RwLock<HashMap<u32, String>>;

pub fn raw(rows: &Rows) -> String {
    let all = rows.read().unwrap();
    rows.write().unwrap().insert(1, r#\"
        text \"#.to_owned());
    all[&1].clone()
}

pub fn behind(rows: &Rows) -> String {
    let all = rows.read().unwrap();
    let text = \"
        größe
    \"; rows.write().unwrap().insert(1, text.to_owned());
    all[&1].clone()
}

pub fn again(rows: &Rows) -> String {
    let all = rows.read().unwrap();
    rows.write().unwrap().insert(1, String::new());
    all[&1].clone()
}";

#[test]
fn permissions_leave_strings_as_they_are() {
    let text = STRINGS.replace('\n', "\r\n");
    let made = Made::package(&text, &[]);
    let relocks = [
        "src/lib.rs:8 relock_while_held",
        "src/lib.rs:17 relock_while_held",
        "src/lib.rs:23 relock_while_held",
    ];
    assert_eq!(made.found(&[]), relocks);
    made.run(&["--add-allow"]).says("3 permissions written in 1 file");
    let permitted = made.read("src/lib.rs");
    assert_eq!(made.found(&[]).iter().filter(|it| it.ends_with("allow_without_reason")).count(), 3);
    // The comments are all that is new, and they stand in no string.
    let comment = "// hazmap: allow(relock_while_held, reason = \"\")";
    let without = permitted.replace(&format!("    {comment}\r\n"), "").replace(&format!(" {comment}"), "");
    assert_eq!(without, text);
    assert!(permitted.contains("r#\"\r\n        text \"#"), "{permitted}");
    // Each permits what it stands at, and no more.
    let cut = |n: usize| {
        let at = permitted.match_indices(comment).nth(n).unwrap().0;
        format!("{}{}", &permitted[..at], &permitted[at + comment.len()..])
    };
    for n in 0..3 {
        made.write("src/lib.rs", &cut(n));
        let found = made.found(&[]);
        assert_eq!(found.iter().filter(|it| it.ends_with("relock_while_held")).count(), 1, "{n}: {found:?}");
    }
}
