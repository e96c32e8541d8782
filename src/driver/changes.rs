//! Which lines a change touches: told by a diff, or by comparing files with what git keeps of them.
//!
//! git is asked for stored objects only (`cat-file`, `rev-parse`, `merge-base`): it looks at no working tree, so that no filter, hook,
//! pager, monitor or diff driver that a repository configures has a reason to run.

use super::git;
use similar::{DiffOp, TextDiff};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;

/// The lines of one file that a change touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched(Vec<RangeInclusive<u32>>);

impl Touched {
    /// All lines: the file is new.
    pub fn all() -> Touched {
        Touched(vec![0..=u32::MAX])
    }

    /// What differs between two texts. Where lines were only taken out, those around the gap count as touched.
    pub fn between(old: &str, new: &str) -> Touched {
        let mut touched = Touched::default();
        for op in TextDiff::from_lines(old, new).ops() {
            match *op {
                DiffOp::Equal { .. } => {}
                DiffOp::Delete { new_index, .. } => touched.gap(new_index),
                DiffOp::Insert { new_index, new_len, .. } | DiffOp::Replace { new_index, new_len, .. } => {
                    touched.lines(new_index, new_len);
                }
            }
        }
        touched
    }

    /// Returns whether a 1-based line is touched.
    pub fn covers(&self, line: u32) -> bool {
        self.0.iter().any(|lines| lines.contains(&line))
    }

    /// Adds `n` lines from a 0-based index on.
    fn lines(&mut self, index: usize, n: usize) {
        let line = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        self.0.push(line(index.saturating_add(1))..=line(index.saturating_add(n)));
    }

    /// Adds the lines before and after a 0-based index.
    fn gap(&mut self, index: usize) {
        self.lines(index.saturating_sub(1), 2);
    }
}

/// Reads a unified diff: by the new path of each file, the lines that it touches.
pub fn of_diff(text: &str) -> Result<BTreeMap<String, Touched>, String> {
    let mut files: BTreeMap<String, Touched> = BTreeMap::new();
    let mut path: Option<String> = None;
    let mut lines = text.lines().zip(1..).peekable();
    while let Some((line, number)) = lines.next() {
        if let Some(name) = line.strip_prefix("+++ ") {
            path = new_path(name);
        } else if let Some(header) = line.strip_prefix("@@ ") {
            let wrong = || format!("line {number} of the diff is no hunk: {line}");
            let (mut index, mut old, mut new) = hunk(header).ok_or_else(wrong)?;
            let file = path.clone().map(|path| files.entry(path).or_default());
            let mut touched = Touched::default();
            while old > 0 || new > 0 {
                let Some((line, _)) = lines.next() else {
                    return Err("the diff ends inside a hunk".to_owned());
                };
                match line.as_bytes().first() {
                    Some(b'+') => {
                        touched.lines(index, 1);
                        (index, new) = (index + 1, new.saturating_sub(1));
                    }
                    Some(b'-') => {
                        touched.gap(index);
                        old = old.saturating_sub(1);
                    }
                    Some(b'\\') => {}
                    _ => (index, old, new) = (index + 1, old.saturating_sub(1), new.saturating_sub(1)),
                }
            }
            if let Some(file) = file {
                file.0.extend(touched.0);
            }
        }
    }
    if files.is_empty()
        && !text.trim().is_empty()
        && path.is_none()
        && !text.contains("\n--- ")
        && !text.starts_with("diff ")
    {
        return Err("this is no unified diff".to_owned());
    }
    Ok(files)
}

/// The path after `+++`: without git's `b/`, a tab and what follows it; `None` for a file that is taken away.
fn new_path(name: &str) -> Option<String> {
    let name = name.split('\t').next().unwrap_or(name).trim_matches('"');
    let name = name.strip_prefix("b/").unwrap_or(name);
    (name != "/dev/null").then(|| name.replace('\\', "/"))
}

/// `-5,2 +6,3 @@`: the 0-based index of the first new line, and how many old and new ones follow.
fn hunk(header: &str) -> Option<(usize, usize, usize)> {
    let mut words = header.split(' ');
    let (_, old) = range(words.next()?.strip_prefix('-')?)?;
    let (start, new) = range(words.next()?.strip_prefix('+')?)?;
    // A hunk without new lines names the line before the gap.
    Some((if new == 0 { start } else { start.saturating_sub(1) }, old, new))
}

fn range(text: &str) -> Option<(usize, usize)> {
    match text.split_once(',') {
        Some((start, n)) => Some((start.parse().ok()?, n.parse().ok()?)),
        None => Some((text.parse().ok()?, 1)),
    }
}

/// A commit that the working tree is compared with.
#[derive(Debug)]
pub struct Revision<'r> {
    repository: &'r Path,
    commit: String,
}

impl<'r> Revision<'r> {
    /// The commit that a name stands for.
    pub fn named(repository: &'r Path, name: &str) -> Result<Revision<'r>, String> {
        let commit = format!("{name}^{{commit}}");
        let args = ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit];
        let commit = git::output(repository, &args)?;
        let commit =
            commit.ok_or_else(|| format!("git knows no revision `{name}` in {}", repository.display()))?;
        Ok(Revision { repository, commit: commit.trim().to_owned() })
    }

    /// The commit at which a branch and the present one parted.
    pub fn merge_base(repository: &'r Path, branch: &str) -> Result<Revision<'r>, String> {
        let theirs = Revision::named(repository, branch)?;
        let base = git::output(repository, &["merge-base", &theirs.commit, "HEAD"])?;
        let base = base.ok_or_else(|| {
            format!("`{branch}` and HEAD have no commit in common\nhelp: a shallow clone may lack it: fetch more of the history")
        })?;
        Ok(Revision { repository, commit: base.trim().to_owned() })
    }

    /// A file's text in the commit; `None` where it did not exist.
    pub fn text(&self, path: &str) -> Result<Option<String>, String> {
        git::output(self.repository, &["cat-file", "blob", &format!("{}:{path}", self.commit)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(touched: &Touched) -> Vec<u32> {
        (1..=12).filter(|line| touched.covers(*line)).collect()
    }

    #[test]
    fn texts_are_compared() {
        let old = "a\nb\nc\nd\n";
        assert_eq!(lines(&Touched::between(old, old)), Vec::<u32>::new());
        assert_eq!(lines(&Touched::between(old, "a\nx\ny\nb\nc\nd\n")), [2, 3]);
        assert_eq!(lines(&Touched::between(old, "a\nb\nd\n")), [2, 3]);
    }

    #[test]
    fn diffs_are_read() {
        let diff = "diff --git a/s/a.rs b/s/a.rs\n--- a/s/a.rs\n+++ b/s/a.rs\n@@ -1,3 +1,4 @@ fn f\n a\n+++ x\n b\n c\n@@ -9 +10,0 @@\n-z\n--- a/gone.rs\n+++ /dev/null\n@@ -1 +0,0 @@\n-z\n";
        let files = of_diff(diff).unwrap_or_else(|wrong| panic!("{wrong}"));
        assert_eq!(files.keys().collect::<Vec<_>>(), ["s/a.rs"]);
        assert_eq!(files.get("s/a.rs").map(lines), Some(vec![2, 10, 11]));
        assert!(of_diff("hello").is_err() && of_diff("@@ x @@").is_err() && of_diff("").is_ok());
    }
}
