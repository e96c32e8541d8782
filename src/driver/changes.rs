//! Which lines a change touches: told by a diff, or by comparing files with what git keeps of them.

mod revision;
mod unified;

pub use revision::Revision;
pub use unified::{Diff, Placed};

use super::names;
use crate::lint::Lint;
use crate::syntax;
use similar::{DiffOp, TextDiff};
use std::ops::RangeInclusive;

/// What a change touches of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// The lines that are new, and those around the gaps.
    lines: Vec<RangeInclusive<u32>>,
    /// Where lines were taken out: the number of the line before.
    gaps: Vec<u32>,
    /// What was permitted by what was taken out.
    permitted: Vec<String>,
}

impl Touched {
    /// All lines: the file is new.
    pub fn all() -> Touched {
        Touched { lines: vec![0..=u32::MAX], ..Touched::default() }
    }

    /// What differs between two texts.
    pub fn between(old: &str, new: &str) -> Touched {
        let mut touched = Touched::default();
        let diff = TextDiff::from_lines(old, new);
        for op in diff.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. })) {
            let (old, new) = (op.old_range(), op.new_range());
            let start = new.start;
            old.filter_map(|index| diff.old_slice(index)).for_each(|line| touched.removed(start, line));
            new.filter_map(|index| Some((index, diff.new_slice(index)?)))
                .for_each(|(index, line)| touched.added(index, line));
        }
        touched
    }

    /// Returns whether a 1-based line is touched, or lies beside lines that were taken out.
    pub fn covers(&self, line: u32) -> bool {
        self.lines.iter().any(|lines| lines.contains(&line))
            || self.gaps.iter().any(|before| *before == line || before.saturating_add(1) == line)
    }

    /// Returns whether something was changed or taken out between two lines, or in one of them.
    pub fn meets(&self, first: u32, last: u32) -> bool {
        self.lines.iter().any(|lines| *lines.start() <= last && first <= *lines.end())
            || self.gaps.iter().any(|before| first <= *before && *before < last)
    }

    /// Returns whether a permission for a lint was taken out.
    pub fn lost_permission(&self, lint: &'static Lint, lints: &[&'static Lint]) -> bool {
        let covers = |name: &String| names::resolve(name, lints).is_some_and(|named| named.covers(lint));
        self.permitted.iter().any(covers)
    }

    /// Adds what another part of a change touches.
    fn add(&mut self, other: Touched) {
        self.lines.extend(other.lines);
        self.gaps.extend(other.gaps);
        self.permitted.extend(other.permitted);
    }

    /// Adds a line that is new, with its 0-based index.
    fn added(&mut self, index: usize, text: &str) {
        if !is_idle(text) {
            let line = number(index.saturating_add(1));
            self.lines.push(line..=line);
        }
    }

    /// Adds a line that was taken out before the line with a 0-based index.
    fn removed(&mut self, index: usize, text: &str) {
        self.permission(text);
        if !is_idle(text) {
            self.gaps.push(number(index));
        }
    }

    /// Notes what a line that was taken out has permitted.
    fn permission(&mut self, removed: &str) {
        if removed.contains("hazmap") {
            let directives = syntax::parse_file(removed).directives;
            let names = directives.iter().flat_map(|it| &it.lints);
            self.permitted.extend(names.map(|(name, _)| name.as_str().to_owned()));
        }
    }
}

/// Returns whether a line does nothing: it is empty, or a comment that is not for us.
fn is_idle(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || (line.starts_with("//") && !line.contains("hazmap"))
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lints::ALL;

    fn lines(touched: &Touched) -> Vec<u32> {
        (1..=12).filter(|line| touched.covers(*line)).collect()
    }

    #[test]
    fn texts_are_compared() {
        let old = "a\nb\nc\nd\n";
        assert_eq!(lines(&Touched::between(old, old)), Vec::<u32>::new());
        assert_eq!(lines(&Touched::between(old, "a\nx\ny\nb\nc\nd\n")), [2, 3]);
        assert_eq!(lines(&Touched::between(old, "a\nb\nd\n")), [2, 3]);
        assert_eq!(lines(&Touched::between(old, "a\n// x\nb\n\nc\nd\n")), Vec::<u32>::new());
        assert_eq!(lines(&Touched::between("a\n// x\nb\n", "a\nb\n")), Vec::<u32>::new());
    }

    #[test]
    fn what_lies_between_counts() {
        let gap = Touched::between("a\nb\nc\nd\ne\n", "a\nb\nd\ne\n");
        assert!(gap.meets(1, 4) && gap.meets(2, 3));
        assert!(!gap.meets(1, 2) && !gap.meets(3, 4), "it was taken out beside them");
        let line = Touched::between("a\nb\nc\n", "a\nx\nc\n");
        assert!(line.meets(1, 3) && line.meets(2, 2) && !line.meets(3, 9) && !line.meets(1, 1));
    }

    #[test]
    fn permissions_that_were_taken_out() {
        let lint = |name: &str| {
            ALL.iter().find(|lint| lint.name == name).copied().unwrap_or_else(|| panic!("{name}"))
        };
        for line in [
            "// hazmap: allow(check_then_act, reason = \"all\")\n",
            "    go(); // hazmap: allow-file(race)\n",
            "    #[cfg_attr(hazmap, allow(hazmap::check_then_act))]\n",
        ] {
            for new in ["", "x\n"] {
                let touched = Touched::between(line, new);
                assert!(touched.lost_permission(lint("check_then_act"), ALL), "{line}");
                assert!(!touched.lost_permission(lint("relock_while_held"), ALL), "{line}");
            }
        }
        assert_eq!(Touched::between("// hazmap is a tool\n", "").permitted, Vec::<String>::new());
    }
}
