//! `cargo hazmap init`: a first configuration, all of it in comments.

use super::config::FILE_NAME;
use super::{say, subcommand};
use std::fs::OpenOptions;
use std::io::Write;
use std::process::ExitCode;

/// What is written.
const TEMPLATE: &str = include_str!("config/template.toml");

/// What a pipeline needs, for those who want it.
const PIPELINE: &str = "\
written: hazmap.toml, all of it in comments

For a pipeline of GitHub Actions, in .github/workflows/hazmap.yml:

on: [pull_request]
jobs:
  hazmap:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: { path: code, fetch-depth: 0 }
      - run: cargo install --locked cargo-hazmap
      - run: cargo hazmap check code --new-from-merge-base origin/${{ github.base_ref }}

For the findings that are there already: cargo hazmap --write-baseline hazmap-baseline.json
";

/// Writes the file; one that is there stays as it is.
pub fn init() -> ExitCode {
    let file = OpenOptions::new().write(true).create_new(true).open(FILE_NAME);
    match file.and_then(|mut file| file.write_all(TEMPLATE.as_bytes())) {
        Ok(()) => say(PIPELINE),
        Err(error) => subcommand::could_not_run(&format!("{FILE_NAME}: {error}")),
    }
}
