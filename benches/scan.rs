//! The whole analysis against bare parsing, on a tree given by path (default: the sources in this machine's cargo registry).
//!
//! ```text
//! cargo bench --bench scan -- [PATH] [--runs N]
//! ```
//!
//! The yardstick is `syn::parse_file` over the same files: the same syn, allocator and threads. Each run is a process of its own, so
//! that the peak of memory is its own, and the two kinds take turns, so that a busy machine troubles both.

use hazmap::driver::analyse::{self, Bodies, Generated, Options};
use hazmap::driver::config::Excluded;
use hazmap::driver::progress::Progress;
use hazmap::facts::TestBodies;
use hazmap::lint::{Knobs, Level, ScopeFilter};
use hazmap::source::{self, Files, LoadOptions};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use std::{env, fs};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const STACK_BYTES: usize = 64 << 20;
const PARSE: &str = "--only-parse";
const ANALYSE: &str = "--only-analyse";

/// What one run measured, by name.
type Figures = BTreeMap<String, f64>;

fn main() {
    // Cargo passes `--bench`.
    let args: Vec<String> = env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES).build().expect("threads start");
    match args.first().map(String::as_str) {
        Some(PARSE) => print(&pool.install(|| parse(Path::new(&args[1])))),
        Some(ANALYSE) => print(&pool.install(|| analyse(Path::new(&args[1])))),
        _ => compare(&args),
    }
}

fn compare(args: &[String]) {
    let runs_at = args.iter().position(|arg| arg == "--runs");
    let n_runs = runs_at.and_then(|at| args.get(at + 1)).and_then(|it| it.parse().ok()).unwrap_or(3);
    let path = args.first().filter(|arg| *arg != "--runs").map_or_else(registry, PathBuf::from);
    println!("{}: {n_runs} runs of each, {} threads", path.display(), rayon::current_num_threads());
    // Reads everything once: the first to come must not pay for the disk.
    child(PARSE, &path);
    let (mut parsed, mut analysed) = (Vec::new(), Vec::new());
    for _ in 0..n_runs {
        parsed.push(child(PARSE, &path));
        analysed.push(child(ANALYSE, &path));
    }
    let (parsed, analysed) = (best(&parsed), best(&analysed));
    let of = |figures: &Figures, name: &str| figures.get(name).copied().unwrap_or(f64::NAN);
    println!("{:<10} {:>9} {:>9} {:>12} {:>10} {:>8}", "", "wall", "MB/s", "lines/s", "peak", "files");
    for (name, it) in [("parsing", &parsed), ("analysis", &analysed)] {
        let wall = of(it, "wall");
        println!(
            "{name:<10} {wall:>7.2} s {:>9.1} {:>12.0} {:>7.0} MB {:>8}",
            of(it, "bytes") / wall / 1e6,
            of(it, "lines") / wall,
            of(it, "peak"),
            of(it, "files"),
        );
    }
    println!("ratio of wall times        {:.2}", of(&analysed, "wall") / of(&parsed, "wall"));
    println!("body bytes lowered         {:.1} %", of(&analysed, "lowered") * 100.0);
    for (name, value) in analysed.iter().filter(|(name, _)| name.starts_with("stage ")) {
        println!("{name:<26} {value:.2} s");
    }
}

/// The quickest run: what the machine did beside it only ever adds.
fn best(runs: &[Figures]) -> Figures {
    let wall = |it: &&Figures| it.get("wall").copied().unwrap_or(f64::INFINITY);
    runs.iter().min_by(|a, b| wall(a).total_cmp(&wall(b))).cloned().unwrap_or_default()
}

fn registry() -> PathBuf {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::home_dir().map(|home| home.join(".cargo"))).expect("cargo has a home");
    home.join("registry/src")
}

fn child(kind: &str, path: &Path) -> Figures {
    let program = env::current_exe().expect("this program has a path");
    let output = Command::new(program).arg(kind).arg(path).output().expect("this program runs again");
    assert!(output.status.success(), "{kind}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, value)| (name.to_owned(), value.parse().unwrap_or(f64::NAN)))
        .collect()
}

fn print(figures: &Figures) {
    for (name, value) in figures {
        println!("{name}\t{value}");
    }
}

fn parse(path: &Path) -> Figures {
    let start = Instant::now();
    let found = source::rust_files(path);
    let sizes: Vec<[u64; 2]> = found
        .par_iter()
        .filter_map(|file| fs::read_to_string(file).ok())
        .map(|text| {
            // A tree that fails to parse costs its time as well.
            drop(syn::parse_file(&text));
            proc_macro2::extra::invalidate_current_thread_spans();
            [text.len() as u64, text.bytes().filter(|byte| *byte == b'\n').count() as u64]
        })
        .collect();
    let sum = |n: usize| sizes.iter().map(|it| it[n]).sum::<u64>() as f64;
    figures(start, sizes.len() as f64, sum(0), sum(1))
}

fn analyse(path: &Path) -> Figures {
    let start = Instant::now();
    let workspace = source::load(path, &LoadOptions::default()).expect("the path can be loaded");
    let files = Files::new(workspace.root.clone());
    let progress = Progress::hidden();
    let options = Options {
        lints: hazmap::lints::ALL.iter().filter(|lint| lint.level != Level::Allow).copied().collect(),
        scope: ScopeFilter::Maps,
        bodies: Bodies::OnDemand,
        test_bodies: TestBodies::Guards,
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
    let stats = &analysis.stats;
    let mut figures = figures(start, stats.files as f64, stats.bytes as f64, stats.lines as f64);
    figures.insert("lowered".to_owned(), stats.body_bytes_lowered as f64 / stats.body_bytes.max(1) as f64);
    for (name, time) in &stats.stages {
        figures.insert(format!("stage {name}"), time.as_secs_f64());
    }
    figures
}

fn figures(start: Instant, files: f64, bytes: f64, lines: f64) -> Figures {
    let wall = start.elapsed().as_secs_f64();
    let rows =
        [("wall", wall), ("files", files), ("bytes", bytes), ("lines", lines), ("peak", peak_megabytes())];
    rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The most memory that this process ever held, where the system tells it.
fn peak_megabytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|it| it.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.map_or(f64::NAN, |it| it * 1024.0 / 1e6)
}
