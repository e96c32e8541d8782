//! The command line, permissions and levels, and the drivers that put all rooms together: the cargo subcommand and the kit for
//! ui-tests.
//!
//! The list of lints comes in as an argument, so that others can run ours beside their own:
//!
//! ```text
//! let mut lints = hazmap::lints::ALL.to_vec();
//! lints.push(&acme_lints::NO_LOCK_IN_DROP);
//! hazmap::driver::main(&lints)
//! ```
//!
//! **Invariants.** Findings are sorted once, here, by path, offset and lint. Only this room prints, reads the clock and the
//! environment, and chooses the exit code: 0 nothing at deny level, 1 something, 2 could not run.
//!
//! What this room does not know: what any single lint looks for (but for the four about directives and unreadable files,
//! whose findings arise here).

mod add_allow;
mod adoption;
pub mod analyse;
pub mod args;
mod baseline;
mod catalogue;
mod changes;
pub mod config;
mod explain_finding;
mod facts_files;
pub mod fingerprint;
mod fix;
mod git;
pub mod globs;
mod init;
pub mod levels;
mod lock_page;
mod lsp;
pub mod names;
mod output;
pub mod progress;
pub mod report;
mod selection;
mod statistics;
pub mod stats;
mod subcommand;
mod suppress;
pub mod survey;
mod to_file;
pub mod ui_test;
mod watch;
pub mod why;
mod with_check;
mod wrapper;

use crate::lint::{self, Lint};
use crate::render;
use args::Request;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

/// Runs `cargo hazmap` with the given lints and the arguments of this process.
pub fn main(lints: &[&'static Lint]) -> ExitCode {
    let wrong = lint::validate(lints);
    if !wrong.is_empty() {
        return subcommand::could_not_run(&wrong.join("\nerror: "));
    }
    let args: Vec<OsString> = env::args_os().collect();
    if let Some(code) = wrapper::run(&args, lints) {
        return code;
    }
    match args::parse(args) {
        Ok(Request::Check(check)) => subcommand::check(&check, lints),
        Ok(Request::Why { at, check }) => subcommand::why(&at, &check, lints),
        Ok(Request::Config { schema: true, .. }) => say(&config::json_schema(lints)),
        Ok(Request::Config { check, .. }) => subcommand::config(&check, lints),
        Ok(Request::Init) => init::init(),
        Ok(Request::Completions(shell)) => say(&args::completions(shell)),
        Ok(Request::Man { out: None }) => say(&args::manual()),
        Ok(Request::Man { out: Some(out) }) => match args::write_manuals(&out) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => subcommand::could_not_run(&format!("{}: {error}", out.display())),
        },
        Ok(Request::Docs { out }) => docs(&out, lints),
        Ok(Request::List) => say(&catalogue::list(lints)),
        Ok(Request::Report { forms, check }) => subcommand::lock_report(&forms, &check, lints),
        Ok(Request::Lsp(check)) => lsp::serve(&check, lints),
        Ok(Request::Explain { lint, color }) => match catalogue::explain(&lint, lints) {
            Ok(text) => say(&render::page(&text, output::paint(color))),
            Err(words) => subcommand::could_not_run(&words),
        },
        Err(error) => {
            let _ = error.print();
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(subcommand::COULD_NOT_RUN))
        }
    }
}

/// Writes the page of all lints into a folder.
fn docs(out: &Path, lints: &[&'static Lint]) -> ExitCode {
    let page = out.join("index.html");
    let written = fs::create_dir_all(out).and_then(|()| fs::write(&page, render::site(lints)));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => subcommand::could_not_run(&format!("{}: {error}", page.display())),
    }
}

/// Writes to stdout. A reader that went away (`| head`) is no failure.
fn say(text: &str) -> ExitCode {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => ExitCode::from(subcommand::COULD_NOT_RUN),
        _ => ExitCode::SUCCESS,
    }
}
