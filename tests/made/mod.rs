//! Workspaces made for a test, and the program run in them as a user runs it.
#![allow(dead_code, reason = "each test binary uses a part")]

pub mod cargo;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Variables that change what is printed: a test must not depend on where it runs.
const VARIABLES: &[&str] =
    &["NO_COLOR", "CARGO_TERM_COLOR", "CLICOLOR_FORCE", "GITHUB_ACTIONS", "GITLAB_CI", "TERM"];

/// A function of a type with a map that deadlocks with itself.
pub const RELOCKS: &str = "\
use std::collections::HashMap;
use std::sync::RwLock;

pub struct Peers {
    by_id: RwLock<HashMap<u32, String>>,
}

impl Peers {
    pub fn greet(&self) {
        let peers = self.by_id.read().unwrap();
        self.add(peers.len() as u32);
        drop(peers);
    }

    fn add(&self, id: u32) {
        self.by_id.write().unwrap().insert(id, String::new());
    }
}
";

/// A folder with files.
pub struct Made(pub TempDir);

impl Made {
    /// Makes a folder with the files that are listed.
    pub fn new(files: &[(&str, &str)]) -> Made {
        let made = Made(TempDir::new().unwrap());
        for (path, text) in files {
            made.write(path, text);
        }
        made
    }

    /// A package `app` with a library, and further files.
    pub fn package(lib: &str, files: &[(&str, &str)]) -> Made {
        let made = Made::new(files);
        if !made.path().join("Cargo.toml").exists() {
            made.write("Cargo.toml", "[package]\nname = \"app\"\nversion = \"1.2.3\"\nedition = \"2021\"\n");
        }
        made.write("src/lib.rs", lib);
        made
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Runs the program in the folder.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, &[])
    }

    /// Runs the program with variables set.
    pub fn run_with(&self, args: &[&str], variables: &[(&str, &str)]) -> Ran {
        let mut command = program();
        command.args(args).current_dir(self.path()).envs(variables.iter().copied());
        Ran::of(command.output().unwrap())
    }

    /// The findings as `path:line lint`, in order.
    pub fn found(&self, args: &[&str]) -> Vec<String> {
        let ran = self.run(&[args, &["--message-format", "short"]].concat());
        ran.out.lines().map(|line| short(line).unwrap_or_else(|| panic!("{line}: {}", ran.err))).collect()
    }
}

/// The program, free of what the surroundings say.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-hazmap"));
    for name in VARIABLES {
        command.env_remove(name);
    }
    command
}

/// `src/lib.rs:9:3: error[hazmap::x]: words` as `src/lib.rs:9 x`.
fn short(line: &str) -> Option<String> {
    let (before, after) = line.split_once("[hazmap::")?;
    let (lint, _) = after.split_once(']')?;
    let mut place = before.split(':');
    match (place.next(), place.next().and_then(|line| line.parse::<u32>().ok())) {
        (Some(path), Some(line)) => Some(format!("{path}:{line} {lint}")),
        _ => Some(lint.to_owned()),
    }
}

/// What a run gave.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn of(output: Output) -> Ran {
        Ran {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Asserts that words were said on stderr.
    pub fn says(&self, words: &str) -> &Ran {
        assert!(self.err.contains(words), "`{words}` is not in: {self:#?}");
        self
    }
}
