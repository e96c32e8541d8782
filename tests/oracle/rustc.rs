//! Asks rustc: compiles the programs, runs them, reads their logs.

use super::programs::Batch;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The crates of macros, and their editions.
pub const MACRO_CRATES: [(&str, u16); 2] = [("mac21", 2021), ("mac24", 2024)];
/// Their text.
pub const MACROS: &str = include_str!("macros.rs");

/// The log of one function along one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The choices that it was given.
    pub tape: Vec<bool>,
    /// What happened, line by line; the last line says how it ended.
    pub log: Vec<String>,
}

/// A folder with the probe compiled for one edition.
pub struct Rustc {
    folder: PathBuf,
    edition: u16,
}

impl Rustc {
    /// Compiles the probe.
    pub fn new(folder: &Path, edition: u16) -> Rustc {
        let folder = folder.join(edition.to_string());
        std::fs::create_dir_all(&folder).expect("a folder for the programs");
        let rustc = Rustc { folder, edition };
        let source = rustc.folder.join("probe.rs");
        std::fs::write(&source, include_str!("probe.rs")).expect("the probe is written");
        let mut command = rustc.command("probe", &source);
        command.args(["--crate-type", "rlib", "-C", "opt-level=1"]);
        finish(command, "probe");
        rustc.macros();
        rustc
    }

    /// Compiles and runs a crate of programs; gives the runs of each function.
    pub fn ask(&self, batch: &Batch) -> HashMap<String, Vec<Run>> {
        let source = self.folder.join(format!("{}.rs", batch.name));
        std::fs::write(&source, &batch.source).expect("the program is written");
        let mut command = self.command(&batch.name, &source);
        for name in ["probe"].into_iter().chain(MACRO_CRATES.map(|(name, _)| name)) {
            let library = self.folder.join(format!("lib{name}.rlib"));
            command.arg("--extern").arg(format!("{name}={}", library.display()));
        }
        finish(command, &batch.name);
        let out = Command::new(self.folder.join(&batch.name))
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .expect("the program runs");
        assert!(out.status.success(), "{} ended with {}", batch.name, out.status);
        read(&String::from_utf8_lossy(&out.stdout))
    }

    /// Compiles the crates of macros, each in its own edition.
    fn macros(&self) {
        let source = self.folder.join("macros.rs");
        std::fs::write(&source, MACROS).expect("the macros are written");
        for (name, edition) in MACRO_CRATES {
            let mut command = self.command_in(edition, name, &source);
            command.args(["--crate-type", "rlib"]);
            finish(command, name);
        }
    }

    fn command(&self, name: &str, source: &Path) -> Command {
        self.command_in(self.edition, name, source)
    }

    fn command_in(&self, edition: u16, name: &str, source: &Path) -> Command {
        let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        command
            .args(["--crate-name", name, "--cap-lints", "allow", "-C", "debuginfo=0", "-C", "opt-level=0"])
            .args(["--edition", &edition.to_string()])
            .arg("--out-dir")
            .arg(&self.folder)
            .arg(source);
        command
    }
}

fn finish(mut command: Command, name: &str) {
    let out = command.output().expect("rustc starts");
    assert!(out.status.success(), "rustc refuses {name}:\n{}", String::from_utf8_lossy(&out.stderr));
}

/// Reads what `explore` prints: `= name tape`, then the log.
fn read(text: &str) -> HashMap<String, Vec<Run>> {
    let mut runs: HashMap<String, Vec<Run>> = HashMap::new();
    let mut last = None;
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("= ") {
            let (name, tape) = head.split_once(' ').unwrap_or((head, ""));
            let of = runs.entry(name.to_owned()).or_default();
            of.push(Run { tape: tape.chars().map(|c| c == '1').collect(), log: Vec::new() });
            last = Some(name.to_owned());
        } else if let Some(run) =
            last.as_ref().and_then(|name| runs.get_mut(name)).and_then(|of| of.last_mut())
        {
            run.log.push(line.to_owned());
        }
    }
    runs
}
