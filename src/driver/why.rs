//! `cargo hazmap why FILE:LINE`: what the engine knows at a line.

use super::analyse::Options;
use crate::source::{FileId, Files, Workspace};
use std::path::PathBuf;

/// A line of a file, as given on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: u32,
}

/// Reads `FILE:LINE`.
pub fn parse_at(text: &str) -> Result<At, String> {
    let wrong = || format!("`{text}` is not of the form FILE:LINE, as in src/lib.rs:12");
    let (path, line) = text.rsplit_once(':').ok_or_else(wrong)?;
    match line.parse() {
        Ok(line) if line > 0 && !path.is_empty() => Ok(At { path: PathBuf::from(path), line }),
        _ => Err(wrong()),
    }
}

/// Says what the engine knows at a line: types of receivers, places, guards that live and why, seeds and cuts.
pub fn explain(_: &Workspace, _: &Files, _: FileId, _: u32, _: &Options<'_>) -> Result<String, String> {
    Err("`why` has no facts to show yet in this version".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read() {
        assert_eq!(parse_at("src/a.rs:12"), Ok(At { path: PathBuf::from("src/a.rs"), line: 12 }));
        assert_eq!(parse_at(r"C:\a.rs:3"), Ok(At { path: PathBuf::from(r"C:\a.rs"), line: 3 }));
        for wrong in ["src/a.rs", "src/a.rs:0", ":3", "a:b"] {
            assert!(parse_at(wrong).is_err(), "{wrong}");
        }
    }
}
