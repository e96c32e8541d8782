//! The files of `--emit-facts` and `--facts`: one a package, in a folder.

use super::analyse::{FactsFile, RefusedFacts};
use crate::source::{self, Files};
use std::fs;
use std::path::Path;

/// What the names of such files end with.
const SUFFIX: &str = ".facts.json";

/// Writes files into a folder, which is made if it is not there. A file is whole or not there, whoever looks meanwhile.
pub(super) fn write(dir: &Path, all: &[FactsFile]) -> Result<(), String> {
    let failed = |path: &Path, error| format!("{}: {error}", path.display());
    fs::create_dir_all(dir).map_err(|error| failed(dir, error))?;
    for file in all {
        let path = dir.join(&file.path);
        let partial = path.with_extension("partial");
        fs::write(&partial, &file.text)
            .and_then(|()| fs::rename(&partial, &path))
            .map_err(|error| failed(&path, error))?;
    }
    Ok(())
}

/// Reads the files of a folder, by name. One that cannot be read, or is no text, is a broken one: that is said where the others are judged.
pub(super) fn read(dir: &Path) -> Result<Vec<FactsFile>, String> {
    let failed = |error| format!("{}: {error}", dir.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(SUFFIX)) {
            paths.push(path);
        }
    }
    paths.sort();
    let read = |path: std::path::PathBuf| {
        let text = fs::read(&path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        FactsFile { text: text.unwrap_or_default(), path }
    };
    Ok(paths.into_iter().map(read).collect())
}

/// Says that a file is not used, and what to do.
pub(super) fn words(refused: &RefusedFacts, files: &Files) -> String {
    let RefusedFacts { path, why, dir } = refused;
    let folder = path.parent().unwrap_or(Path::new(".")).display();
    let place = match dir.as_deref().map(|dir| source::relative(files.root(), dir)) {
        Some(here) if here.is_empty() => "this folder".to_owned(),
        Some(place) => format!("`{place}`"),
        None => "the package that it is about".to_owned(),
    };
    format!(
        "warning: {} is not used: it {why}\nhelp: run `cargo hazmap --emit-facts {folder}` in {place} again",
        path.display()
    )
}
