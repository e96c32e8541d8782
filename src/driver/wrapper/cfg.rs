//! What is set for `#[cfg(..)]` in one call of rustc, asked of rustc itself.

use std::ffi::OsString;
use std::io;
use std::process::{Child, Command, Stdio};

/// A question that rustc is at work on.
pub struct Question(io::Result<Child>);

/// Asks, and does not wait: starting rustc takes as long as a small crate does.
pub fn ask(rustc: &OsString, cfg_args: &[String]) -> Question {
    let mut command = Command::new(rustc);
    command.args(cfg_args).args(["--print", "cfg"]);
    Question(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn())
}

impl Question {
    /// The lines that rustc prints; `None` when it prints none, and nothing is known.
    pub fn answer(self) -> Option<Vec<String>> {
        let output = self.0.and_then(Child::wait_with_output).ok().filter(|it| it.status.success())?;
        let text = String::from_utf8(output.stdout).ok()?;
        Some(text.lines().map(str::to_owned).collect())
    }
}
