//! `cargo acme-lints`: our own lints beside those of hazmap, with all its options.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut lints = hazmap::lints::ALL.to_vec();
    lints.extend(acme_lints::ALL);
    hazmap::driver::main(&lints)
}
