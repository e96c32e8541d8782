//! `--add-allow`: writes a permission, with a reason to be filled in, for each finding that is shown.

use crate::lint::Finding;
use crate::source::{FileId, Files, LineIndex, TextRange};
use crate::syntax::tokens;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

const BYTE_ORDER_MARK: char = '\u{feff}';

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

/// Adds the comments.
fn with_comments(text: &str, by_line: &BTreeMap<u32, BTreeSet<&'static str>>) -> String {
    let lines = LineIndex::new(text);
    let over_lines = tokens::over_lines(text);
    let comment = |(line, lints): (&u32, &BTreeSet<&'static str>)| {
        comment(text, lines.line_range(*line), &over_lines, lints)
    };
    let mut comments: Vec<(usize, String)> = by_line.iter().map(comment).collect();
    comments.sort_by_key(|(at, _)| *at);
    let mut out = String::new();
    let mut done = 0;
    for (at, comment) in comments {
        out.push_str(text.get(done..at).unwrap_or_default());
        out.push_str(&comment);
        done = at;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// A permission for what stands on a line, and where it is put: at the end of the line; above, where that ends in a comment already or
/// inside a string, of which `over_lines` are those that go on behind their line.
pub fn comment(
    text: &str,
    line: TextRange,
    over_lines: &[TextRange],
    lints: &BTreeSet<&'static str>,
) -> (usize, String) {
    let names = lints.iter().copied().collect::<Vec<_>>().join(", ");
    // Without words between the quotes it is reported by `allow_without_reason`: nobody forgets to fill them in.
    let comment = format!("// hazmap: allow({names}, reason = \"\")");
    let around = |at: usize| over_lines.iter().find(|it| (it.lo as usize) < at && at < it.hi as usize);
    let written = text.get(line.lo as usize..line.hi as usize).unwrap_or_default();
    let code = written.trim_end_matches(['\n', '\r']);
    let end = line.lo as usize + code.len();
    if !code.contains("//") && around(end).is_none() {
        return (end, format!(" {comment}"));
    }
    let start_of_line = |at: usize| text.get(..at).and_then(|it| it.rfind('\n')).map_or(0, |at| at + 1);
    let mut at = line.lo as usize;
    while let Some(string) = around(at) {
        at = start_of_line(string.lo as usize);
    }
    if at == 0 && text.starts_with(BYTE_ORDER_MARK) {
        at = BYTE_ORDER_MARK.len_utf8();
    }
    let below = text.get(at..).unwrap_or_default();
    let indent = below.get(..below.len() - below.trim_start_matches([' ', '\t']).len()).unwrap_or_default();
    let line_break = written.get(code.len()..).filter(|it| !it.is_empty()).unwrap_or("\n");
    (at, format!("{indent}{comment}{line_break}"))
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

    #[test]
    fn strings_stay_as_they_are() {
        let one =
            |text: &str, line: u32| with_comments(text, &BTreeMap::from([(line, BTreeSet::from(["a"]))]));
        let comment = "// hazmap: allow(a, reason = \"\")";
        let text = "\tput(r#\"\n  x\"#);\n";
        assert_eq!(one(text, 1), format!("\t{comment}\n{text}"));
        assert_eq!(one(text, 2), format!("\tput(r#\"\n  x\"#); {comment}\n"));
        // A line that begins and ends inside strings.
        let text = "  put(\"\n\", \"\n\");";
        assert_eq!(one(text, 2), format!("  {comment}\n{text}"));
        let text = "\u{feff}put(); // why\r\n";
        assert_eq!(one(text, 1), format!("\u{feff}{comment}\r\nput(); // why\r\n"));
    }
}
