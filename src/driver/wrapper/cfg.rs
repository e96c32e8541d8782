//! What is set for `#[cfg(..)]` in one call of rustc, asked of rustc itself.

use std::ffi::OsString;
use std::process::{Command, Stdio};

/// The lines that rustc prints; `None` when it prints none, and nothing is known.
pub fn of_build(rustc: &OsString, cfg_args: &[String]) -> Option<Vec<String>> {
    let mut command = Command::new(rustc);
    command.args(cfg_args).args(["--print", "cfg"]).stdin(Stdio::null());
    let output = command.output().ok().filter(|it| it.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.lines().map(str::to_owned).collect())
}
