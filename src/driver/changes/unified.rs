//! Reads unified diffs, as git and other tools write them.
//!
//! A path in a diff says little about where its file lies: it may have a prefix (`b/`, with `diff.mnemonicPrefix` also `w/` and others,
//! or any that was asked for), or none. So a path has several readings, the likeliest first, and the first that leads to a file counts.

use super::Touched;
use diffy::patch_set::{FileOperation, ParseOptions, PatchSet};
use diffy::{Hunk, Line};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A diff: what it does to files that are there afterwards.
#[derive(Debug)]
pub struct Diff(Vec<Changed>);

/// What a diff does to one file that is there afterwards.
#[derive(Debug)]
struct Changed {
    /// Its path as the diff has it.
    written: String,
    /// What may be meant by that, the likeliest first.
    readings: Vec<String>,
    touched: Touched,
}

/// A diff on this machine.
#[derive(Debug, Default)]
pub struct Placed {
    /// What is touched in the files that are there, by their paths without links.
    pub files: BTreeMap<PathBuf, Touched>,
    /// Paths of Rust files, as the diff has them, that lead to no file.
    pub lost: Vec<String>,
}

/// Letters that git puts before paths: old and new, index, working tree, commit, object, and files outside of repositories.
const PREFIXES: [&str; 8] = ["a", "b", "i", "w", "c", "o", "1", "2"];

impl Diff {
    /// Reads a diff; `None` where there is nothing to read.
    pub fn read(bytes: &[u8]) -> Result<Option<Diff>, String> {
        let bytes = &*with_slashes(&in_utf8(bytes));
        if bytes.trim_ascii().is_empty() {
            return Ok(None);
        }
        if bytes.starts_with(b"\x1b[") || contains(bytes, b"\n\x1b[") {
            return Err("this diff has colours in it\nhelp: write it with `git diff --no-color`".to_owned());
        }
        if !starts_lines(bytes, b"--- ") && !starts_lines(bytes, b"+++ ") {
            // Renames, modes and binary files have no lines.
            let headers = starts_lines(bytes, b"diff ") || starts_lines(bytes, b"Index: ");
            let empty = Ok(Some(Diff(Vec::new())));
            return if headers { empty } else { Err("this is no unified diff".to_owned()) };
        }
        let mut files = Vec::new();
        let mut n_hunks = 0;
        for patch in PatchSet::parse_bytes(bytes, ParseOptions::unidiff()) {
            let patch = patch.map_err(|wrong| unreadable(&wrong.to_string()))?;
            let hunks = patch.patch().as_text().map(|text| text.hunks()).unwrap_or_default();
            if hunks.is_empty() {
                return Err(unreadable("a file has no hunks"));
            }
            n_hunks += hunks.len();
            let mut touched = Touched::default();
            for hunk in hunks {
                read_hunk(hunk, &mut touched)?;
            }
            if let Some((written, readings)) = readings(patch.operation()) {
                files.push(Changed { written, readings, touched });
            }
        }
        if n_hunks != count_lines(bytes, b"@@ -") {
            return Err(unreadable("a hunk stands where none can"));
        }
        Ok(Some(Diff(files)))
    }

    /// Finds the files, told from one of the folders, of which the first counts most.
    pub fn placed(self, folders: &[&Path]) -> Placed {
        let mut placed = Placed::default();
        for Changed { written, readings, touched } in self.0 {
            let mut paths = folders.iter().flat_map(|folder| readings.iter().map(|path| folder.join(path)));
            match paths.find(|path| path.is_file()) {
                Some(path) => {
                    let path = path.canonicalize().unwrap_or(path);
                    placed.files.entry(path).or_default().add(touched);
                }
                None if written.ends_with(".rs") => placed.lost.push(written),
                None => {}
            }
        }
        placed
    }
}

/// Adds what a hunk touches.
fn read_hunk(hunk: &Hunk<'_, [u8]>, touched: &mut Touched) -> Result<(), String> {
    let range = hunk.new_range();
    // A hunk without new lines names the line before the gap.
    let mut index = if range.is_empty() { range.start() } else { range.start().saturating_sub(1) };
    let mut changes = false;
    for line in hunk.lines() {
        match line {
            Line::Context(_) => index += 1,
            Line::Insert(text) => {
                touched.added(index, &String::from_utf8_lossy(text));
                index += 1;
                changes = true;
            }
            Line::Delete(text) => {
                touched.removed(index, &String::from_utf8_lossy(text));
                changes = true;
            }
        }
    }
    // Words that were changed stand within lines that look like those around them.
    if changes { Ok(()) } else { Err(unreadable("a hunk changes no line")) }
}

fn unreadable(why: &str) -> String {
    format!(
        "this cannot be read as a unified diff: {why}\nhelp: write it with plain `git diff`, without `--word-diff`, `--cc` and the like"
    )
}

/// The path of a file that is there after a change, and what it may mean; `None` where it is taken away.
fn readings(operation: &FileOperation<'_, [u8]>) -> Option<(String, Vec<String>)> {
    let text = |path: &Cow<'_, [u8]>| String::from_utf8_lossy(path).into_owned();
    match operation {
        FileOperation::Delete(_) => None,
        FileOperation::Create(path) => Some(without_twin(text(path))),
        FileOperation::Modify { original, modified }
        | FileOperation::Rename { from: original, to: modified }
        | FileOperation::Copy { from: original, to: modified } => {
            let (old, new) = (text(original), text(modified));
            let tail = |path: &str| path.split_once('/').map(|(_, tail)| tail.to_owned());
            if old == new {
                // A prefix would tell the two apart.
                return Some((new.clone(), vec![new]));
            }
            match (tail(&old), tail(&new)) {
                (Some(one), Some(other)) if one == other => Some((new.clone(), vec![other, new])),
                _ => Some(without_twin(new)),
            }
        }
    }
}

/// Readings of a path that there is no other one to compare with.
fn without_twin(path: String) -> (String, Vec<String>) {
    let readings = match path.split_once('/') {
        Some((first, tail)) if PREFIXES.contains(&first) => vec![tail.to_owned(), path.clone()],
        Some((_, tail)) => vec![path.clone(), tail.to_owned()],
        None => vec![path.clone()],
    };
    (path, readings)
}

/// A text as Windows' shells write it, in UTF-16 or with a mark before it, as others do.
fn in_utf8(bytes: &[u8]) -> Cow<'_, [u8]> {
    let wide = |of: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).skip(1).map(|pair| of([pair[0], pair[1]])).collect();
        Cow::Owned(String::from_utf16_lossy(&units).into_bytes())
    };
    match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => Cow::Borrowed(rest),
        _ => Cow::Borrowed(bytes),
    }
}

/// Some tools write paths as Windows has them; in git's, a `\` is quoted.
fn with_slashes(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for line in out.split_mut(|byte| *byte == b'\n') {
        if let [b'-', b'-', b'-', b' ', path @ ..] | [b'+', b'+', b'+', b' ', path @ ..] = line
            && path.first() != Some(&b'"')
        {
            path.iter_mut().filter(|byte| **byte == b'\\').for_each(|byte| *byte = b'/');
        }
    }
    out
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn starts_lines(bytes: &[u8], start: &[u8]) -> bool {
    count_lines(bytes, start) > 0
}

fn count_lines(bytes: &[u8], start: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'\n').filter(|line| line.starts_with(start)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, Vec<u32>)> {
        let diff = Diff::read(text.as_bytes()).unwrap_or_else(|wrong| panic!("{wrong}"));
        let diff = diff.unwrap_or_else(|| panic!("nothing"));
        let lines = |it: &Touched| (1..=20).filter(|line| it.covers(*line)).collect();
        diff.0.into_iter().map(|it| (it.readings.join(" "), lines(&it.touched))).collect()
    }

    fn hunk(old: &str, new: &str) -> String {
        format!("--- {old}\n+++ {new}\n@@ -1,2 +1,3 @@ fn f\n a\n+++ x\n b\n")
    }

    #[test]
    fn lines_and_gaps() {
        let diff = "diff --git a/s/a.rs b/s/a.rs\n--- a/s/a.rs\n+++ b/s/a.rs\n@@ -1,3 +1,4 @@ fn f\n a\n+++ x\n b\n c\n@@ -9 +10,0 @@\n-z\n--- a/gone.rs\n+++ /dev/null\n@@ -1 +0,0 @@\n-z\n";
        assert_eq!(read(diff), [("s/a.rs b/s/a.rs".to_owned(), vec![2, 10, 11])]);
    }

    #[test]
    fn paths() {
        for (old, new, readings) in [
            ("a/s/l.rs", "b/s/l.rs", "s/l.rs b/s/l.rs"),
            ("i/s/l.rs", "w/s/l.rs", "s/l.rs w/s/l.rs"),
            ("old/s/l.rs", "new/s/l.rs", "s/l.rs new/s/l.rs"),
            ("b/s/l.rs", "b/s/l.rs", "b/s/l.rs"),
            ("/dev/null", "b/s/l.rs", "s/l.rs b/s/l.rs"),
            ("/dev/null", "s/l.rs", "s/l.rs l.rs"),
            ("\"a/s/l\\303\\244.rs\"", "\"b/s/l\\303\\244.rs\"", "s/lä.rs b/s/lä.rs"),
            ("a/s/l l.rs\t", "b/s/l l.rs\t", "s/l l.rs b/s/l l.rs"),
            ("a/s/k.rs", "b/s/l.rs", "s/l.rs b/s/l.rs"),
        ] {
            assert_eq!(read(&hunk(old, new)), [(readings.to_owned(), vec![2])], "{old} {new}");
        }
    }

    #[test]
    fn what_windows_writes() {
        let plain = hunk("a/s\\l.rs", "b/s\\l.rs").replace('\n', "\r\n");
        let wide = |of: fn(u16) -> [u8; 2]| -> Vec<u8> {
            std::iter::once(0xfeff).chain(plain.encode_utf16()).flat_map(of).collect()
        };
        for bytes in [format!("\u{feff}{plain}").into_bytes(), wide(u16::to_le_bytes), wide(u16::to_be_bytes)]
        {
            let diff = Diff::read(&bytes).unwrap_or_else(|wrong| panic!("{wrong}"));
            let diff = diff.unwrap_or_else(|| panic!("nothing"));
            assert_eq!(diff.0.first().map(|it| it.readings[0].as_str()), Some("s/l.rs"));
        }
    }

    #[test]
    fn what_is_no_diff() {
        assert!(Diff::read(b" \r\n").is_ok_and(|diff| diff.is_none()));
        assert_eq!(read("diff --git a/a.rs b/b.rs\nrename from a.rs\nrename to b.rs\n"), []);
        for text in [
            "hello",
            "--- a/a.rs\n+++ b/a.rs\n@@ x @@",
            "--- a/a.rs\n+++ b/a.rs\n@@ -1,3 +1,4 @@\n a\n",
            "--- a/a.rs\n+++ b/a.rs\n@@ -1 +1 @@\n  [-a-]{+b+}\n",
            "--- a/a.rs\n+++ b/a.rs\n@@@ -1,2 -1,2 +1,3 @@@\n++a\n",
            "\u{1b}[1m--- a/a.rs\n",
        ] {
            assert!(Diff::read(text.as_bytes()).is_err(), "{text}");
        }
    }
}
