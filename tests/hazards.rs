#![cfg(target_os = "linux")]
//! Hazards, run: the samples of the lints' pages are compiled with the real libraries and run, each in a process of its own. The
//! example must do what its page says that it does at run time, the cure must not, and hazmap must tell the two apart in the very text
//! that is run.
//!
//! A page quotes what was seen in a ```` ```text ```` block under `## What happens at run time`, a line for each sample that is run;
//! or it says `Not run:` and why. Who hangs is read from `/proc`: all threads asleep, and none wakes for a second and a half.
//!
//! The workspace that is written stays in `target/tmp/hazards`. To see one hang: `cargo test relock_while_held::example` there.

#[path = "hazards/assemble.rs"]
mod assemble;
#[path = "hazards/child.rs"]
mod child;
mod made;
mod pages;

use assemble::Staged;
use cargo_metadata::Message;
use hazmap::lint::{Group, Lint};
use hazmap::lints::ALL;
use made::{Ran, program};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::Instant;

/// Runs at once. Most of them sleep, and two that race need two processors.
const AT_ONCE: usize = 3;

static ROOT: LazyLock<PathBuf> = LazyLock::new(|| Path::new(env!("CARGO_TARGET_TMPDIR")).join("hazards"));
static STAGED: LazyLock<Vec<Staged>> = LazyLock::new(|| assemble::write(&ROOT));

#[test]
fn hazards_are_as_the_pages_say() {
    let binaries = build();
    let start = Instant::now();
    let runs: Vec<&Staged> = STAGED.iter().filter(|it| it.runs).collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(AT_ONCE).build().unwrap();
    let seen: Vec<Result<String, String>> = pool.install(|| {
        let one = |it: &&Staged| child::run(&binaries[&format!("edition{}", it.edition)], &it.test());
        runs.par_iter().map(one).collect()
    });
    let mut wrong = Vec::new();
    let mut pages: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
    for (staged, seen) in runs.iter().zip(seen) {
        match seen {
            Ok(words) => pages.entry(staged.lint.name).or_default().push((staged.label(), words)),
            Err(words) => wrong.push(format!("{}: {words}", staged.test())),
        }
    }
    for (name, seen) in &pages {
        let lint = ALL.iter().find(|it| it.name == *name).unwrap();
        if quoted(lint) != *seen {
            let lines: Vec<String> = seen.iter().map(|(label, words)| format!("{label}: {words}")).collect();
            wrong.push(format!("lints/{name}/README.md should quote what was seen:\n{}", lines.join("\n")));
        }
    }
    let not_run = ALL.iter().filter(|lint| reason(lint).is_some()).count();
    let words = format!(
        "{} samples of {} lints run in {:.1} s; {not_run} lints give a reason why theirs are not",
        runs.len(),
        pages.len(),
        start.elapsed().as_secs_f32()
    );
    // Past the harness, which shows only what failing tests print.
    writeln!(std::io::stderr(), "{words}").unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_page_quotes_a_run_or_says_why_there_is_none() {
    for lint in ALL.iter().filter(|lint| lint.group != Group::Directives) {
        let runs: Vec<&Staged> = STAGED.iter().filter(|it| it.runs && it.lint == *lint).collect();
        let page = format!("lints/{}/README.md", lint.name);
        match reason(lint) {
            Some(reason) => {
                assert!(runs.is_empty(), "{page}: it is run, and gives a reason why not: {reason}");
                assert!(!reason.is_empty(), "{page}: `Not run:` without a reason");
            }
            None => {
                for wanted in ["example", "use_instead"] {
                    let found = runs.iter().any(|it| it.name == wanted);
                    assert!(
                        found,
                        "{page}: nothing in tests/hazards/runs runs `{wanted}`, and no `Not run:` says why"
                    );
                }
            }
        }
    }
}

#[test]
fn hazmap_tells_them_apart() {
    LazyLock::force(&STAGED);
    let mut command = program();
    command.args(["--message-format", "short", "-W", "pedantic", "-W", "restriction"]);
    let ran = Ran::of(command.current_dir(&*ROOT).output().unwrap());
    assert_eq!(ran.code, 1, "{ran:#?}");
    let mut found: BTreeMap<&str, Vec<&Lint>> = BTreeMap::new();
    for line in ran.out.lines() {
        let (place, rest) = line.split_once("[hazmap::").unwrap_or_else(|| panic!("{line}"));
        let name = rest.split(']').next().unwrap_or_default();
        let lint = ALL.iter().find(|it| it.name == name).unwrap_or_else(|| panic!("{line}"));
        found.entry(place.split(':').next().unwrap_or_default()).or_default().push(lint);
    }
    let mut wrong = Vec::new();
    for staged in STAGED.iter() {
        let path = staged.path();
        let mut here = found.get(path.as_str()).cloned().unwrap_or_default();
        // Policies that are off unless asked for have their own opinion of each other's samples.
        here.retain(|it| it.on_by_default() || *it == staged.lint);
        here.dedup();
        let right = if staged.is_bad() { here == [staged.lint] } else { here.is_empty() };
        if !right {
            wrong.push(format!("{path}: {here:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a page says of its runs, as label and words.
fn quoted(lint: &Lint) -> Vec<(String, String)> {
    let section = pages::section(lint, "What happens at run time");
    let block =
        section.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap_or_default();
    let split =
        |line: &str| line.split_once(": ").map(|(label, words)| (label.to_owned(), words.trim().to_owned()));
    block.lines().filter_map(split).collect()
}

/// Why a page's samples are not run.
fn reason(lint: &Lint) -> Option<&str> {
    let section = pages::section(lint, "What happens at run time");
    section.lines().find_map(|line| line.strip_prefix("Not run:")).map(str::trim)
}

/// Compiles all samples, those that are not run as well, and gives the test binary of each package.
fn build() -> BTreeMap<String, PathBuf> {
    LazyLock::force(&STAGED);
    let mut command = Command::new(env!("CARGO"));
    command.args(["test", "--workspace", "--lib", "--no-run", "--locked", "--message-format", "json"]);
    command.current_dir(&*ROOT).env("CARGO_TARGET_DIR", ROOT.join("target"));
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTC_WORKSPACE_WRAPPER"] {
        command.env_remove(name);
    }
    let output = command.stdin(Stdio::null()).output().unwrap();
    let messages: Vec<Message> =
        Message::parse_stream(output.stdout.as_slice()).collect::<Result<_, _>>().unwrap();
    let mut binaries = BTreeMap::new();
    let mut errors = Vec::new();
    for message in messages {
        match message {
            Message::CompilerArtifact(artifact) => {
                let binary = artifact.executable.map(PathBuf::from);
                binaries.extend(binary.map(|binary| (artifact.target.name, binary)));
            }
            Message::CompilerMessage(it) if it.message.code.is_some() => {
                errors.extend(it.message.rendered);
            }
            _ => {}
        }
    }
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{words}", errors.join("\n"));
    binaries
}
