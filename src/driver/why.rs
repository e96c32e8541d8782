//! `cargo hazmap why FILE:LINE`: what the engine knows at a line.

use super::analyse::Options;
use crate::facts::Facts;
use crate::facts::knowledge;
use crate::facts::line::{self, Line};
use crate::model;
use crate::source::{FileId, Files, Workspace};
use std::path::PathBuf;
use std::sync::Arc;

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
pub fn explain(
    workspace: &Workspace,
    files: &Files,
    file: FileId,
    line: u32,
    options: &Options<'_>,
) -> Result<String, String> {
    options.progress.stage("reading", 1);
    let (knowledge, library, _) = knowledge::load(&options.rows, &knowledge::Versions::of(workspace));
    let (model, _) = model::build(workspace, files, Arc::new(library));
    let shown = files.display(file);
    if model.tree(file).is_none() {
        return Err(format!("{shown}: no target of the package reaches this file"));
    }
    let lines = files.line_index(file).count();
    if line > lines {
        return Err(format!("{shown}: there is no line {line}, the last one is {lines}"));
    }
    let facts = Facts::watching(&model, &knowledge, files);
    let sections = line::sections(&facts, Line::new(files, file, line));
    let text = files.text(file);
    let written = text.lines().nth(line as usize - 1).unwrap_or_default().trim();
    let known = match sections.as_slice() {
        [] => "no function and no declaration stands on this line\n".to_owned(),
        sections => line::print(sections),
    };
    Ok(format!("{shown}:{line}: {written}\n{known}"))
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
