//! What `RUSTC_WORKSPACE_WRAPPER=cargo-hazmap` adds to `cargo check`, on a copy of the demo (or of the workspace at a path).
//!
//! ```text
//! cargo bench --bench wrapper -- [PATH] [--runs N]
//! ```
//!
//! Dependencies are built before anything is measured. With and without the wrapper take turns, each with a target folder of its own,
//! so that a busy machine troubles both; the least of the runs counts. Two cases: nothing has changed, so that cargo only replays, and
//! every root file of the workspace's crates has, so that rustc looks at all of them again.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};
use std::{env, io};
use tempfile::TempDir;

const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/demo");
/// All that the demo is meant to show, as warnings.
const ARGS: &str = "-W all";

fn main() {
    // Cargo passes `--bench`.
    let args: Vec<String> = env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let runs_at = args.iter().position(|arg| arg == "--runs");
    let n_runs = runs_at.and_then(|at| args.get(at + 1)).and_then(|it| it.parse().ok()).unwrap_or(10);
    let path = args.first().filter(|arg| *arg != "--runs").map_or_else(|| PathBuf::from(DEMO), PathBuf::from);
    let place = TempDir::new().expect("a temporary folder");
    let workspace = place.path().join("workspace");
    copy(&path, &workspace).expect("the workspace can be copied");
    let roots = roots(&workspace);
    println!("{}: {n_runs} runs of each, {} crates", path.display(), roots.len());
    let sides =
        [false, true].map(|wrapped| Side { wrapped, workspace: workspace.clone(), place: place.path() });
    for side in &sides {
        side.check();
    }
    println!("{:<18} {:>9} {:>9} {:>7}", "", "without", "with", "ratio");
    for (name, changed) in [("nothing changed", &[][..]), ("all changed", &roots)] {
        let mut least = [Duration::MAX; 2];
        for _ in 0..n_runs {
            for (side, least) in sides.iter().zip(&mut least) {
                changed.iter().for_each(|root| touch(root));
                *least = (*least).min(side.check());
            }
        }
        let [without, with] = least.map(|it| it.as_secs_f64());
        println!("{name:<18} {without:>8.3}s {with:>8.3}s {:>7.2}", with / without);
    }
}

/// `cargo check`, with or without the wrapper.
struct Side<'p> {
    wrapped: bool,
    workspace: PathBuf,
    place: &'p Path,
}

impl Side<'_> {
    fn check(&self) -> Duration {
        let mut command = Command::new(env!("CARGO"));
        command.args(["check", "--workspace", "--quiet"]).current_dir(&self.workspace);
        let target = self.place.join(if self.wrapped { "with" } else { "without" });
        command.env("CARGO_TARGET_DIR", target).env("HAZMAP_ARGS", ARGS);
        for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTC_WRAPPER", "CARGO_MANIFEST_DIR"] {
            command.env_remove(name);
        }
        if self.wrapped {
            command.env("RUSTC_WORKSPACE_WRAPPER", env!("CARGO_BIN_EXE_cargo-hazmap"));
        }
        let start = Instant::now();
        let output = command.output().expect("cargo runs");
        let time = start.elapsed();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "cargo check failed:\n{said}");
        assert!(
            self.wrapped == said.contains("[hazmap::"),
            "the wrapper speaks where it is, and only there:\n{said}"
        );
        time
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if entry.file_type()?.is_dir() {
            if name != "target" && name != ".git" {
                copy(&entry.path(), &to.join(name))?;
            }
        } else {
            fs::copy(entry.path(), to.join(name))?;
        }
    }
    Ok(())
}

/// The root files of all crates that `cargo check` looks at.
fn roots(workspace: &Path) -> Vec<PathBuf> {
    let metadata = cargo_metadata::MetadataCommand::new().current_dir(workspace).no_deps().exec();
    let packages = metadata.expect("cargo knows the workspace").packages;
    let targets = packages.into_iter().flat_map(|package| package.targets);
    let checked = targets.filter(|it| it.is_lib() || it.is_bin() || it.is_proc_macro());
    checked.map(|target| target.src_path.into_std_path_buf()).collect()
}

fn touch(path: &Path) {
    let file = File::options().append(true).open(path).expect("a source file can be opened");
    file.set_modified(SystemTime::now()).expect("a time can be set");
}
