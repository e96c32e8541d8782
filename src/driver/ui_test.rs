//! The kit for ui-tests: fixtures that say themselves what is to be found in them. Also for lints that live elsewhere.
//!
//! ```text
//! //@ edition: 2021
//! use dashmap::DashMap;
//! fn bad_insert_under_guard(m: &DashMap<u64, u64>) {
//!     let one = m.get(&1);
//!     m.insert(2, 2); //~ relock_while_held
//!     drop(one);
//! }
//! ```
//!
//! **Annotations** are exact in both directions. `//~ lint` stands on the line where the primary span starts, `//~^ lint` on the line
//! below it, `//~| lint` below another annotation of the same line; `//~ a, b` names two; `//~ lint: words` wants words that occur in
//! the message. `//~ lint (false positive: why)` and `//~ missed lint: why` state today's wrong behaviour: the day it is mended, the
//! test asks to be told. Functions named `bad_…` must hold a finding, functions named `good_…` none. All that is printed is kept
//! beside the fixture in a `.stderr` file; `HAZMAP_BLESS=1` writes it.
//!
//! **Facts.** `//? fact; fact` at the end of a line states what the engine knows there, in the words of `cargo hazmap why`; `//?^` on
//! the line below. A line without it says nothing. `…` stands for anything; a note `(wrong: why)` behind a fact says that today's truth
//! is a mistake. A fixture with `//?` and neither `//~` nor `//@ check-pass` is not linted. The facts:
//!
//! | fact | says |
//! |---|---|
//! | `free`, `holds self.by_id`, `may hold self.by_id` | locks held when the line begins, before its first step; *may*: on some paths |
//! | `acquires self.by_id exclusive` | … or `shared`; then perhaps `for the call` (no guard comes out), `without waiting`, `in f > g`, `in a closure` (where it really happens; shown where something is held) |
//! | `awaits`, `awaits a select`, `blocks: words`, `calls back`, `yields` | what else can happen under a guard |
//! | `reads self.by_id.* key`, `writes self.by_id.* insert` | operations of shared maps, their place and kind |
//! | `decided by the check on line 7` | a write that a check in another critical section controls |
//! | `drops peer`, `drops the guard of self.by_id`, `loses peer` | guards that end by a call on the line; *loses*: they go where nobody sees |
//! | `returns guard of self.by_id`, `returns place self.by_id` | on the line of a function's name: what comes out |
//! | `recv lock: std::sync::Mutex<u8>` | the type of a method's receiver |
//! | `calls lock: std::sync::Mutex::lock` | what a call calls: a row, a function (`app::S::f`), `some app::Trait::f`, `dyn app::Trait::f`, `constructor app::S`, `a value`, `unknown` |
//! | `type peers: std::sync::MutexGuard<…>` | the type of a variable (the last of the name so far), of a field or static declared on the line, or of any expression written on the line |
//!
//! Each row down to `returns` is exact in both directions: who states one fact of a kind states all of that kind on the line. The
//! rest answer what is asked. In places, `.*` is what a lock guards, `[k]` an element, `x#2` the second variable `x` of the function.
//!
//! **Options** stand at the top: `//@ edition: 2021`, `//@ enable: pedantic` (a group or lint; the default levels otherwise),
//! `//@ scope: all`, `//@ deps: dashmap@5.5`, `//@ check-pass` (for a fixture in which nothing is to be found).
//!
//! **Several files**: each begins with `//- /app/src/lib.rs crate:app edition:2021 deps:other`; `crate:` makes it a crate's root.

mod compare;
mod fixture;
mod statements;
mod workspace;

pub use fixture::{Expectation, Fixture, FixtureFile, Kind, Statement};

use super::analyse::{self, Bodies, Generated, Options};
use super::config::Excluded;
use super::fingerprint::Roots;
use super::levels::{Levels, Origin, Setting};
use super::progress::Progress;
use super::report;
use crate::lint::{Finding, Knobs, Level, Lint};
use crate::render::{self, Paint};
use crate::source::Files;
use rayon::prelude::*;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// What a fixture gave.
pub struct Outcome {
    /// The fixture's files.
    pub files: Files,
    /// What was found in them.
    pub findings: Vec<Finding>,
}

/// Checks every `*.rs` under a folder, with all lints on each. `HAZMAP_UI=words` checks only those whose path contains the words.
///
/// # Panics
///
/// When a fixture and what was found in it differ; the message says how.
pub fn run(dir: &str, lints: &[&'static Lint]) {
    let dir = Path::new(dir);
    let bless = env::var_os("HAZMAP_BLESS").is_some_and(|value| value == "1");
    let only = env::var("HAZMAP_UI").unwrap_or_default();
    let (mut fixtures, outputs) = match list(dir) {
        Ok(found) => found,
        Err(error) => panic!("{}: {error}", dir.display()),
    };
    assert!(!fixtures.is_empty(), "{}: there is no fixture", dir.display());
    let all = fixtures.clone();
    fixtures.retain(|it| it.to_string_lossy().contains(&only));
    let check = |path: &PathBuf| {
        let wrong = check_one(path, lints, bless);
        (!wrong.is_empty())
            .then(|| format!("{}\n  {}", path.display(), wrong.join("\n").replace('\n', "\n  ")))
    };
    // Fixtures may nest as deep as real code does.
    let pool = rayon::ThreadPoolBuilder::new().stack_size(64 << 20).build();
    let mut failed: Vec<String> = match pool {
        Ok(pool) => pool.install(|| fixtures.par_iter().filter_map(check).collect()),
        Err(_) => fixtures.iter().filter_map(check).collect(),
    };
    for output in outputs {
        if !all.contains(&output.with_extension("rs")) {
            failed.push(format!("{}\n  there is no fixture beside it; remove it", output.display()));
        }
    }
    if !failed.is_empty() {
        let hint =
            "run again with HAZMAP_BLESS=1 to accept what is printed; annotations are for you to write";
        panic!(
            "{} of {} fixtures differ\n\n{}\n\n{hint}\n",
            failed.len(),
            fixtures.len(),
            failed.join("\n\n")
        );
    }
}

/// The fixtures and the blessed outputs under a folder, sorted.
fn list(dir: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>), walkdir::Error> {
    let (mut fixtures, mut outputs) = (Vec::new(), Vec::new());
    for entry in walkdir::WalkDir::new(dir).sort_by_file_name() {
        let path = entry?.into_path();
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("rs") => fixtures.push(path),
            Some("stderr") => outputs.push(path),
            _ => {}
        }
    }
    Ok((fixtures, outputs))
}

fn check_one(path: &Path, lints: &[&'static Lint], bless: bool) -> Vec<String> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return vec![error.to_string()],
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let fixture = match Fixture::parse(&name, &text) {
        Ok(fixture) => fixture,
        Err(wrong) => return wrong,
    };
    let mut wrong = statements::check(&fixture);
    if fixture.states_only() {
        return wrong;
    }
    let outcome = match analyse(&fixture, lints) {
        Ok(outcome) => outcome,
        Err(words) => return words,
    };
    wrong.extend(compare::annotations(&fixture, &outcome, lints));
    let printed = render::text(&outcome.findings, &outcome.files, Paint::Plain);
    wrong.extend(check_output(&path.with_extension("stderr"), &printed, bless));
    wrong
}

/// Compares what was printed with the blessed output, or blesses it.
fn check_output(path: &Path, printed: &str, bless: bool) -> Option<String> {
    let blessed = fs::read_to_string(path).unwrap_or_default();
    if blessed == printed {
        return None;
    }
    if !bless {
        return Some(format!(
            "the output differs from {}:\n{}",
            path.display(),
            compare::diff(&blessed, printed)
        ));
    }
    let done = if printed.is_empty() { fs::remove_file(path) } else { fs::write(path, printed) };
    done.err().map(|error| format!("{}: {error}", path.display()))
}

/// Analyses a fixture with all lints at their default levels and those that it enables.
pub fn analyse(fixture: &Fixture, lints: &[&'static Lint]) -> Result<Outcome, Vec<String>> {
    let enable =
        |name: &String| Setting { level: Level::Warn, name: name.clone(), origin: Origin::CommandLine };
    let (levels, odd) = Levels::new(lints, &fixture.enable.iter().map(enable).collect::<Vec<_>>());
    if !odd.is_empty() {
        return Err(odd.into_iter().map(|it| format!("//@ enable: {}", it.words)).collect());
    }
    let files = Files::in_memory();
    let workspace = workspace::build(fixture, &files);
    let progress = Progress::hidden();
    let options = Options {
        lints: lints.iter().filter(|lint| levels.is_on(lint)).copied().collect(),
        scope: fixture.scope,
        bodies: Bodies::OnDemand,
        test_bodies: levels.test_bodies(),
        generated: Generated::FactsOnly,
        excluded: Excluded::default(),
        knobs: Knobs::default(),
        rows: Vec::new(),
        facts: &[],
        emit_facts: false,
        alone: None,
        survey: false,
        progress: &progress,
    };
    let analysis = analyse::analyse(&workspace, &files, &options);
    let findings = report::report(&analysis, lints, &levels, &files, &Roots::default()).findings;
    Ok(Outcome { files, findings })
}

/// Analyses one text as a fixture, with further lints or groups enabled: for samples in documentation.
pub fn findings(
    name: &str,
    text: &str,
    enable: &[&str],
    lints: &[&'static Lint],
) -> Result<Outcome, Vec<String>> {
    let mut fixture = Fixture::parse_unchecked(name, text)?;
    fixture.enable.extend(enable.iter().map(|name| (*name).to_owned()));
    analyse(&fixture, lints)
}
