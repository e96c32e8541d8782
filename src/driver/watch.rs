//! `--watch`: runs again when something changes that a run reads.

use super::args::Check;
use super::config;
use super::selection;
use super::subcommand::{self, check_once};
use crate::lint::Lint;
use notify::{Event, EventKind, RecursiveMode, Watcher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

/// Editors write a file in several steps: what follows within this time belongs to one change.
const SETTLE: Duration = Duration::from_millis(150);

/// Runs, waits for a change, and runs again, until it is stopped.
pub fn watch(check: &Check, lints: &[&'static Lint]) -> ExitCode {
    match start(check) {
        // The watcher lives as long as the loop: with it goes the channel.
        Ok((_watcher, changes)) => {
            check_once(check, lints);
            while wait(&changes).is_some() {
                let _ = writeln!(io::stderr(), "\n--- changed");
                check_once(check, lints);
            }
            ExitCode::SUCCESS
        }
        Err(words) => subcommand::could_not_run(&words),
    }
}

type Watching = (notify::RecommendedWatcher, Receiver<()>);

fn start(check: &Check) -> Result<Watching, String> {
    let said = |error: notify::Error| format!("changes cannot be watched: {error}");
    let (workspaces, failed) = selection::load_all(&check.args.selection);
    if workspaces.is_empty() {
        return Err(failed.join("\nerror: "));
    }
    let roots: Vec<PathBuf> = workspaces.iter().map(|workspace| workspace.root.clone()).collect();
    let outside =
        workspaces.iter().flat_map(|workspace| &workspace.packages).map(|package| package.dir.clone());
    let outside: Vec<PathBuf> =
        outside.filter(|dir| dir.is_dir() && !roots.iter().any(|root| dir.starts_with(root))).collect();
    let (sender, changes) = mpsc::channel();
    let watched = [roots, outside].concat();
    let dirs = watched.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // An event that is lost (a queue that ran over) may be one that matters.
        if event.map_or(true, |event| matters(&event, &dirs)) {
            let _ = sender.send(());
        }
    })
    .map_err(said)?;
    for dir in &watched {
        watcher.watch(dir, RecursiveMode::Recursive).map_err(said)?;
    }
    Ok((watcher, changes))
}

/// Waits for a change, and until no other follows at once; `None` when there will be none.
fn wait(changes: &Receiver<()>) -> Option<()> {
    changes.recv().ok()?;
    loop {
        match changes.recv_timeout(SETTLE) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return Some(()),
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
}

fn matters(event: &Event, dirs: &[PathBuf]) -> bool {
    let below = |path: &PathBuf| {
        let inside = dirs.iter().find_map(|dir| path.strip_prefix(dir).ok());
        is_read(inside.unwrap_or(path))
    };
    !matches!(event.kind, EventKind::Access(_)) && event.paths.iter().any(below)
}

/// Whether a run reads a file: sources and settings, not what cargo builds.
fn is_read(path: &Path) -> bool {
    let built = path.components().any(|part| part.as_os_str() == "target" || part.as_os_str() == ".git");
    let named = path.file_name().is_some_and(|name| name == "Cargo.toml" || name == config::FILE_NAME);
    !built && (named || path.extension().is_some_and(|extension| extension == "rs"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_does_not_matter() {
        for (path, expected) in [
            ("src/a.rs", true),
            ("Cargo.toml", true),
            ("hazmap.toml", true),
            ("target/debug/build/x/out/a.rs", false),
            ("README.md", false),
        ] {
            assert_eq!(is_read(Path::new(path)), expected, "{path}");
        }
    }
}
