//! Which calls come from cargo, or from what stands between cargo and us, in rustc's place.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;

/// Programs whose name says that they take rustc's arguments.
const COMPILERS: [&str; 2] = ["rustc", CLIPPY];
const CLIPPY: &str = "clippy-driver";

/// Returns whether the arguments begin with a program that takes rustc's: by its name, or since rustc's arguments follow.
pub fn wraps(args: &[OsString]) -> bool {
    let Some((program, rest)) = args.get(1..).and_then(<[OsString]>::split_first) else { return false };
    let path = Path::new(program);
    let is_known = path.file_stem().is_some_and(|stem| COMPILERS.iter().any(|known| stem == *known));
    let is_program = path.components().count() > 1 && path.is_file();
    is_known || (is_program && rest.iter().any(|arg| is_rustc_s(arg)))
}

/// Returns whether what stands between cargo and us looks whether we are rustc, with arguments that only rustc has. (sccache does, when
/// it sees us where it expects a compiler.)
pub fn is_probe(args: &[OsString]) -> bool {
    args.get(1).is_some_and(|arg| is_rustc_s(arg))
}

/// Returns whether what stands between cargo and us looks whether we are a C compiler, by `-E` and a file. (An old sccache does, where
/// it does not know that cargo started it.)
pub fn is_c_probe(args: &[OsString]) -> bool {
    args.get(1).is_some_and(|arg| arg == "-E")
}

/// Returns whether rustc has an argument and we do not.
fn is_rustc_s(arg: &OsStr) -> bool {
    let arg = arg.to_string_lossy();
    let name = arg.split_once('=').map_or(&*arg, |(name, _)| name);
    arg == "-vV" || ["--print", "--crate-name", "--crate-type"].contains(&name)
}

/// rustc, for a probe that names none: the one that cargo would take.
pub fn bare_rustc(args: &[OsString]) -> Command {
    let rustc = env::var_os("RUSTC").filter(|it| !it.is_empty()).unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(rustc);
    command.args(args.get(1..).unwrap_or_default());
    command
}

/// Returns whether a program is clippy: it has lints enough.
pub fn is_clippy(program: &OsStr) -> bool {
    Path::new(program).file_stem().is_some_and(|stem| stem == CLIPPY)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(words: &str) -> Vec<OsString> {
        std::iter::once("cargo-hazmap").chain(words.split_whitespace()).map(OsString::from).collect()
    }

    #[test]
    fn calls_in_rustc_s_place() {
        for words in ["rustc -vV", "/t/bin/rustc.exe --crate-name a a.rs", "/t/clippy-driver"] {
            assert!(wraps(&args(words)) && !is_probe(&args(words)), "{words}");
        }
        for words in ["-vV", "--print=sysroot", "--print cfg", "--crate-type=rlib -o x -"] {
            assert!(is_probe(&args(words)) && !wraps(&args(words)), "{words}");
        }
        for words in [
            "",
            "hazmap",
            "hazmap -vV",
            "check src",
            "/no/such/file -vV",
            "Cargo.toml -vV",
            "-V",
            "--version",
        ] {
            assert!(!wraps(&args(words)) && !is_probe(&args(words)) && !is_c_probe(&args(words)), "{words}");
        }
        assert!(is_c_probe(&args("-E test.c")));
    }
}
