//! `cargo hazmap`.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    hazmap::driver::main(hazmap::lints::ALL)
}
