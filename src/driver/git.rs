//! Asks git, so that nothing that a repository configures may run a program.

use std::path::Path;
use std::process::{Command, Stdio};

/// Runs git for its output; `None` when it says no.
pub fn output(repository: &Path, args: &[&str]) -> Result<Option<String>, String> {
    let output = Command::new("git")
        .args([
            "-c",
            "core.fsmonitor=false",
            "-c",
            "core.hooksPath=/dev/null",
            "-c",
            "protocol.allow=never",
            "--no-pager",
        ])
        .arg("-C")
        .arg(repository)
        .args(args)
        // Objects as they are stored: nothing is fetched, replaced or refreshed for us.
        .envs([
            ("GIT_NO_LAZY_FETCH", "1"),
            ("GIT_NO_REPLACE_OBJECTS", "1"),
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("GIT_TERMINAL_PROMPT", "0"),
        ])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .map_err(|error| format!("git cannot be run: {error}"))?;
    Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
}
