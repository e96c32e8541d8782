//! `--add-allow`: writes a permission, with a reason to be filled in, for each finding that is shown.

use crate::lint::Finding;
use crate::source::{FileId, Files};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// What was written.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// Comments.
    pub comments: usize,
    /// Files.
    pub files: usize,
}

/// Writes the permissions into the files.
pub fn add(findings: &[Finding], files: &Files) -> Result<Added, String> {
    let mut lines: BTreeMap<FileId, BTreeMap<u32, BTreeSet<&'static str>>> = BTreeMap::new();
    for finding in findings {
        let Some(span) = finding.diagnostic.span else { continue };
        if files.path(span.file).extension().is_some_and(|extension| extension == "rs") {
            let line = files.line_index(span.file).line(span.range.lo);
            lines.entry(span.file).or_default().entry(line).or_default().insert(finding.diagnostic.lint.name);
        }
    }
    let mut added = Added::default();
    for (file, by_line) in lines {
        let text = with_comments(&files.text(file), &by_line);
        let path = files.path(file);
        fs::write(&path, text).map_err(|error| format!("{}: {error}", files.display(file)))?;
        added.files += 1;
        added.comments += by_line.len();
    }
    Ok(added)
}

/// Adds the comments at the ends of their lines; above, where one ends in a comment already.
fn with_comments(text: &str, by_line: &BTreeMap<u32, BTreeSet<&'static str>>) -> String {
    let mut out = String::new();
    for (line, number) in text.split_inclusive('\n').zip(1..) {
        let Some(lints) = by_line.get(&number) else {
            out.push_str(line);
            continue;
        };
        out.push_str(&with_comment(line, lints));
    }
    out
}

/// Adds a permission to one line, which may end in a line break.
pub fn with_comment(line: &str, lints: &BTreeSet<&'static str>) -> String {
    let names = lints.iter().copied().collect::<Vec<_>>().join(", ");
    // Without words between the quotes it is reported by `allow_without_reason`: nobody forgets to fill them in.
    let comment = format!("// hazmap: allow({names}, reason = \"\")");
    let code = line.trim_end_matches(['\n', '\r']);
    let end = line.get(code.len()..).unwrap_or_default();
    if !code.contains("//") {
        return format!("{code} {comment}{end}");
    }
    let indent = code.get(..code.len() - code.trim_start().len()).unwrap_or_default();
    let end = if end.is_empty() { "\n" } else { end };
    format!("{indent}{comment}{end}{line}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_stand_at_the_end_or_above() {
        let by_line = BTreeMap::from([(2, BTreeSet::from(["b", "a"])), (3, BTreeSet::from(["a"]))]);
        let text = "fn f() {\r\n    x();\r\n    y(); // why\r\n}\r\n";
        let expected = "fn f() {\r\n    x(); // hazmap: allow(a, b, reason = \"\")\r\n    // hazmap: allow(a, reason = \"\")\r\n    y(); // why\r\n}\r\n";
        assert_eq!(with_comments(text, &by_line), expected);
    }
}
