//! `cargo hazmap init`: a first configuration, all of it in comments.

use super::config::FILE_NAME;
use super::{say, selection, subcommand};
use std::env;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::process::ExitCode;

/// What is written.
const TEMPLATE: &str = include_str!("config/template.toml");

/// What a pipeline needs, for those who want it.
const PIPELINE: &str = "\
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

/// Writes the file into the root of the workspace around the current folder, which is where it is looked for; one that is there stays as
/// it is.
pub fn init() -> ExitCode {
    let root = env::current_dir().ok().and_then(|here| {
        let root = selection::workspace_root(&selection::folder_with_manifest(&here)?)?;
        (root != here).then_some(root)
    });
    let path = root.unwrap_or_default().join(FILE_NAME);
    let shown = path.display();
    let file = OpenOptions::new().write(true).create_new(true).open(&path);
    match file.and_then(|mut file| file.write_all(TEMPLATE.as_bytes())) {
        Ok(()) => say(&format!("written: {shown}, all of it in comments\n\n{PIPELINE}")),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => subcommand::could_not_run(&format!(
            "{shown} is there already\nhelp: it stays as it is; `cargo hazmap config` shows what is in force"
        )),
        Err(error) => subcommand::could_not_run(&format!("{shown}: {error}")),
    }
}
