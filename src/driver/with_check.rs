//! `--with-check`: `cargo check` before our own run, so that an editor that runs one command loses no compiler error.

use super::args::{CargoArgs, Check, Format};
use super::output;
use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Command, Stdio};

/// How `cargo check` ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Compiled {
    /// It succeeded, or was not asked for.
    Clean,
    /// It failed with this code.
    Failed(u8),
}

/// Runs `cargo check` on what is analysed. Its messages go to stdout as ours do; the line that ends the stream is left to us.
pub fn run(check: &Check) -> Result<Compiled, String> {
    let said = |error: io::Error| format!("cargo check cannot be run: {error}");
    let json = output::stdout_format(&check.args.output) == Format::Json;
    let mut command = command(check);
    if json {
        command.arg("--message-format=json").stdout(Stdio::piped());
    }
    let mut child = command.spawn().map_err(said)?;
    if let Some(lines) = child.stdout.take() {
        let mut out = io::stdout().lock();
        for line in BufReader::new(lines).lines() {
            let line = line.map_err(said)?;
            if !line.contains("\"reason\":\"build-finished\"") {
                writeln!(out, "{line}").map_err(said)?;
            }
        }
        out.flush().map_err(said)?;
    }
    let status = child.wait().map_err(said)?;
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(101);
    Ok(if status.success() { Compiled::Clean } else { Compiled::Failed(code) })
}

fn command(check: &Check) -> Command {
    let args = &check.args.selection;
    // Cargo says which of the toolchains' programs runs us.
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.arg("check").stdin(Stdio::null());
    // Cargo leaves packages out of a whole workspace only.
    if args.workspace || !args.exclude.is_empty() {
        command.arg("--workspace");
    }
    for name in &args.package {
        command.arg("--package").arg(name);
    }
    for name in &args.exclude {
        command.arg("--exclude").arg(name);
    }
    if let Some(manifest) = &args.manifest_path {
        command.arg("--manifest-path").arg(manifest);
    }
    if let [folder] = args.paths.as_slice() {
        command.arg("--manifest-path").arg(folder.join("Cargo.toml"));
    }
    if check.args.output.quiet {
        command.arg("--quiet");
    }
    add(&mut command, &check.args.run.cargo);
    command
}

/// Adds the options that are cargo's alone.
fn add(command: &mut Command, args: &CargoArgs) {
    let flags = [
        ("--all-targets", args.all_targets),
        ("--all-features", args.all_features),
        ("--no-default-features", args.no_default_features),
    ];
    command.args(flags.iter().filter(|(_, given)| *given).map(|(flag, _)| flag));
    for (option, values) in [("--features", &args.features), ("--target", &args.target)] {
        for value in values {
            command.arg(option).arg(value);
        }
    }
    command.args(&args.rest);
}
