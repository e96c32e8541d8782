//! The lowering is checked against rustc: programs whose guards log when they are taken and dropped are compiled and run along every
//! path, the steps that we lower them to are interpreted over the same choices, and the logs must be equal, line by line.

mod oracle;

use oracle::programs::{self, Batch};
use oracle::rustc::{Run, Rustc};
use std::collections::HashMap;

const EDITIONS: [u16; 2] = [2021, 2024];

/// The programs that are made: the same in every run, unless `HAZMAP_ORACLE_SEED` says otherwise.
fn batches(edition: u16) -> Vec<Batch> {
    let number = |name: &str, default: u64| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default);
    let seed = number("HAZMAP_ORACLE_SEED", 20_261_124);
    let count = number("HAZMAP_ORACLE_COUNT", 500);
    let depth = number("HAZMAP_ORACLE_DEPTH", 3);
    let mut all = programs::rows(edition);
    all.extend(programs::generated(seed, count as usize, depth as u32, edition));
    all
}

#[test]
fn the_probe_tells_the_editions_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut seen: HashMap<u16, HashMap<String, Vec<Run>>> = HashMap::new();
    for edition in EDITIONS {
        let rustc = Rustc::new(folder.path(), edition);
        for batch in batches(edition) {
            let runs = rustc.ask(&batch);
            for (name, _) in &batch.functions {
                assert!(runs.get(name).is_some_and(|r| !r.is_empty()), "{name} was not run");
            }
            let (paths, lines) = runs.values().flatten().fold((0, 0), |(p, l), r| (p + 1, l + r.log.len()));
            println!("{edition} {}: {} functions, {paths} paths, {lines} lines", batch.name, batch.functions.len());
            if !batch.name.starts_with("generated") {
                seen.entry(edition).or_default().extend(runs);
            }
        }
    }
    let differ = |name: &str| seen[&2021][name] != seen[&2024][name];
    for name in ["if_let_else", "tail_of_argument", "fn_tail", "if_let_as_argument", "await_in_if_let_else", "two_phase_argument"] {
        assert!(differ(name), "{name} is the same in both editions");
    }
    for name in ["match_arms_number", "if_let_then", "assign_op_string", "extend_field", "wild_guard", "match_as_argument"] {
        assert!(!differ(name), "{name} differs");
    }
}
