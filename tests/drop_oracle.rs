//! The lowering is checked against rustc: programs whose guards log when they are taken and dropped are compiled and run along every
//! path, the steps that we lower them to are interpreted over the same choices, and the logs must be equal, line by line.
//!
//! `HAZMAP_ORACLE_SEED`, `_COUNT` and `_DEPTH` make other generated programs; `HAZMAP_ORACLE_ONLY=name` asks about one function.

mod oracle;

use oracle::analysis::{Analysis, Outcome};
use oracle::programs::{self, Batch};
use oracle::rustc::{Run, Rustc};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

const EDITIONS: [u16; 2] = [2021, 2024];

/// What is known not to be followed, with the rows that show it. A row that comes out equal must leave the list.
const LISTED: &[(&str, &[&str])] = &[];

/// The programs that are made: the same in every run, unless the environment says otherwise.
fn batches(edition: u16) -> Vec<Batch> {
    let number =
        |name: &str, default: u64| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default);
    let seed = number("HAZMAP_ORACLE_SEED", 20_261_124);
    let count = number("HAZMAP_ORACLE_COUNT", 500);
    let depth = number("HAZMAP_ORACLE_DEPTH", 3);
    let mut all = programs::rows(edition);
    all.extend(programs::generated(seed, count as usize, depth as u32, edition));
    all
}

/// What came of one edition.
#[derive(Default)]
struct Score {
    functions: u32,
    paths: u32,
    markers: u32,
    equal: u32,
    /// Reasons for which functions could not be run, with the functions.
    stopped: BTreeMap<String, Vec<String>>,
    listed: u32,
    mismatches: Vec<String>,
}

#[test]
fn steps_take_and_drop_as_rustc_does() {
    // Runs nest as calls do.
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(compare_all).expect("a thread");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

fn compare_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut seen: HashMap<u16, HashMap<String, Vec<Run>>> = HashMap::new();
    let mut bad = String::new();
    for edition in EDITIONS {
        let rustc = Rustc::new(folder.path(), edition);
        let mut score = Score::default();
        for batch in batches(edition) {
            let runs = rustc.ask(&batch);
            let analysis = Analysis::of(folder.path(), &batch, edition);
            compare(&analysis, &batch, &runs, &mut score);
            if !batch.name.starts_with("generated") {
                seen.entry(edition).or_default().extend(runs);
            }
        }
        bad += &report(edition, &score);
    }
    the_editions_differ_where_they_should(&seen);
    assert!(bad.is_empty(), "{bad}");
}

fn compare(analysis: &Analysis, batch: &Batch, runs: &HashMap<String, Vec<Run>>, score: &mut Score) {
    let only = std::env::var("HAZMAP_ORACLE_ONLY").ok();
    for (name, text) in &batch.functions {
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let runs = runs.get(name).map_or(&[][..], Vec::as_slice);
        assert!(!runs.is_empty(), "{name} was not run");
        score.functions += 1;
        let Some(function) = analysis.function(name) else {
            score.stopped.entry("the function is not found".into()).or_default().push(name.clone());
            continue;
        };
        let listed = LISTED.iter().any(|(_, rows)| rows.contains(&name.as_str()));
        match first_difference(analysis, function, runs, score) {
            None if listed => score.mismatches.push(format!("{name} is equal and must leave the list")),
            None => score.equal += 1,
            Some(_) if listed => score.listed += 1,
            Some(Difference::Stopped(why)) => score.stopped.entry(why).or_default().push(name.clone()),
            Some(Difference::Log(shown)) => {
                score.mismatches.push(format!("{name} of {}\n{text}\n{shown}", batch.name));
            }
        }
    }
}

enum Difference {
    Stopped(String),
    Log(String),
}

fn first_difference(
    analysis: &Analysis,
    function: hazmap::model::types::FnId,
    runs: &[Run],
    score: &mut Score,
) -> Option<Difference> {
    for run in runs {
        score.paths += 1;
        score.markers += run.log.iter().filter(|line| line.starts_with("at")).count() as u32;
        match analysis.run(function, run) {
            Outcome::Log(log) if log == run.log => {}
            Outcome::Log(log) => return Some(Difference::Log(side_by_side(run, &log))),
            Outcome::Stopped(why, log) => {
                // A difference before it counts.
                if !run.log.starts_with(&log) {
                    return Some(Difference::Log(format!("{}\nthen: {why}\n", side_by_side(run, &log))));
                }
                return Some(Difference::Stopped(why));
            }
        }
    }
    None
}

/// Two logs beside each other, from the line before they differ.
fn side_by_side(run: &Run, ours: &[String]) -> String {
    let tape: String = run.tape.iter().map(|c| if *c { '1' } else { '0' }).collect();
    let mut out = format!("choices {tape}\n    {:<28} steps\n", "rustc");
    let none = String::new();
    for n in 0..run.log.len().max(ours.len()) {
        let (theirs, ours) = (run.log.get(n).unwrap_or(&none), ours.get(n).unwrap_or(&none));
        let sign = if theirs == ours { ' ' } else { '!' };
        let _ = writeln!(out, "  {sign} {theirs:<28} {ours}");
    }
    out
}

/// Prints the score; gives what is wrong.
fn report(edition: u16, score: &Score) -> String {
    println!(
        "{edition}: {} functions, {} paths, {} markers; {} equal, {} differ, {} stopped, {} listed",
        score.functions,
        score.paths,
        score.markers,
        score.equal,
        score.mismatches.len(),
        score.stopped.values().map(Vec::len).sum::<usize>(),
        score.listed,
    );
    let mut bad = String::new();
    for (why, functions) in &score.stopped {
        let shown: Vec<&str> = functions.iter().take(12).map(String::as_str).collect();
        let _ = writeln!(bad, "{edition}: {} functions stop: {why}: {}", functions.len(), shown.join(", "));
    }
    let shown = std::env::var("HAZMAP_ORACLE_SHOW").ok().and_then(|n| n.parse().ok()).unwrap_or(5);
    let mut mismatches: Vec<&String> = score.mismatches.iter().collect();
    // The shortest says most.
    mismatches.sort_by_key(|it| it.len());
    for mismatch in mismatches.iter().take(shown) {
        let _ = writeln!(bad, "\n{edition}: {mismatch}");
    }
    bad
}

/// The probe itself is checked: these rows are known to depend, or not to depend, on the edition.
fn the_editions_differ_where_they_should(seen: &HashMap<u16, HashMap<String, Vec<Run>>>) {
    let differ = |name: &str| seen[&2021][name] != seen[&2024][name];
    for name in [
        "if_let_else",
        "tail_of_argument",
        "fn_tail",
        "if_let_as_argument",
        "await_in_if_let_else",
        "two_phase_argument",
    ] {
        assert!(differ(name), "{name} is the same in both editions");
    }
    for name in [
        "match_arms_number",
        "if_let_then",
        "assign_op_string",
        "extend_field",
        "wild_guard",
        "match_as_argument",
    ] {
        assert!(!differ(name), "{name} differs");
    }
}
