//! `cargo remedies`: measures ways to share a map and what hazards cost, and writes `docs/remedies.md`, its plots and its numbers.
//!
//! Each case is measured in several rounds, and the one in the middle counts; the numbers say how far apart the rounds were.
//! `--quick` measures once, for a moment, and writes beside the system's temporary files: to see that all of it works, not to quote.

mod allocations;
mod hazards;
mod load;
mod machine;
mod maps;
mod page;
mod plot;

use load::{Case, Outcome};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Shares of reads, in percent.
pub const SHARES: [u32; 4] = [50, 90, 99, 100];
/// Numbers of threads.
pub const THREADS: [usize; 4] = [1, 2, 4, 8];
/// Numbers of entries.
pub const SIZES: [u64; 2] = [100, 100_000];

const PAGE: &str = "remedies.md";

/// How long to measure.
#[derive(Clone, Copy)]
pub struct Plan {
    pub rounds: u32,
    pub moment: Duration,
}

fn main() -> ExitCode {
    let mut quick = false;
    for arg in std::env::args().skip(1) {
        match arg.as_str() {
            "--quick" => quick = true,
            _ => {
                eprintln!("usage: cargo remedies [--quick]");
                return ExitCode::from(2);
            }
        }
    }
    let plan = if quick {
        Plan { rounds: 1, moment: Duration::from_millis(10) }
    } else {
        Plan { rounds: 7, moment: Duration::from_millis(60) }
    };
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let out = if quick { std::env::temp_dir().join("hazmap-remedies") } else { docs.clone() };
    match write(&docs, &out, plan) {
        Ok(()) => {
            eprintln!("written: {}", out.join(PAGE).display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}: {error}", out.display());
            ExitCode::FAILURE
        }
    }
}

/// Measures, and writes the page into `out`; the words around its tables come from the page in `docs`.
fn write(docs: &Path, out: &Path, plan: Plan) -> std::io::Result<()> {
    let (start, load_before) = (Instant::now(), machine::load());
    let all: Vec<(Case, Outcome)> = SIZES.into_iter().flat_map(|size| measure(size, plan)).collect();
    let hazards = hazards::run(Plan { moment: 3 * plan.moment, ..plan });
    let machine = machine::Machine::now(load_before, start.elapsed(), plan);
    std::fs::create_dir_all(out)?;
    for size in SIZES {
        std::fs::write(out.join(plot::file(size)), plot::svg(size, &all))?;
    }
    std::fs::write(out.join("remedies.csv"), page::numbers(&all))?;
    let words = std::fs::read_to_string(docs.join(PAGE))?;
    std::fs::write(out.join(PAGE), page::filled(&words, &page::tables(&machine, &all, &hazards)))
}

/// All cases of a size. A round goes through all of them, so that a busy moment of the machine does not hit all rounds of one.
fn measure(size: u64, plan: Plan) -> Vec<(Case, Outcome)> {
    let maps = maps::NAMES.map(|remedy| (remedy, maps::make(remedy, size)));
    let mut all: Vec<(Case, Vec<Outcome>)> = Vec::new();
    for round in 1..=plan.rounds {
        eprintln!("{size} entries, round {round} of {}", plan.rounds);
        for (remedy, map) in &maps {
            for share in SHARES {
                for threads in THREADS {
                    let case = Case { remedy, size, share, threads };
                    let outcome = load::run(map.as_ref(), case, plan.moment);
                    match all.iter_mut().find(|(it, _)| *it == case) {
                        Some((_, rounds)) => rounds.push(outcome),
                        None => all.push((case, vec![outcome])),
                    }
                }
            }
        }
    }
    all.into_iter().filter_map(|(case, rounds)| Some((case, Outcome::median(rounds)?))).collect()
}
