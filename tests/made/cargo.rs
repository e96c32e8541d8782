//! A real cargo, in workspaces made for a test.

use super::{Made, Ran};
use std::process::Command;

/// Runs cargo in the workspace `w`, with us in the place of rustc.
pub fn cargo(made: &Made, args: &[&str], variables: &[(&str, &str)]) -> Ran {
    let mut command = plain_cargo(made, args);
    command
        .env("RUSTC_WORKSPACE_WRAPPER", env!("CARGO_BIN_EXE_cargo-hazmap"))
        .envs(variables.iter().copied());
    Ran::of(command.output().unwrap())
}

/// Cargo in the workspace `w`, free of what the surroundings say.
pub fn plain_cargo(made: &Made, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(args).arg("--offline").current_dir(made.path().join("w"));
    for name in [
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
        "RUSTC_WRAPPER",
        "HAZMAP_ARGS",
        "CARGO_MANIFEST_DIR",
        "CARGO_TERM_COLOR",
    ] {
        command.env_remove(name);
    }
    command.env("CARGO_TARGET_DIR", made.path().join("w/target"));
    command
}
