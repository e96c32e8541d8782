//! The text that syn reads: a file or body without what was cut, and the way back to offsets in the file.

use super::scan::Cut;
use crate::source::TextRange;
use proc_macro2::{LineColumn, Span};

/// A text with parts left out.
#[derive(Debug)]
pub(super) struct Condensed {
    pub text: String,
    pub map: OffsetMap,
}

/// Takes offsets of a condensed text to offsets of the file.
#[derive(Debug, Default)]
pub(super) struct OffsetMap {
    /// Where stretches that are copied start: in the condensed text, in the file.
    starts: Vec<(u32, u32)>,
    /// Where lines of the condensed text start, if it is ASCII.
    lines: Option<Vec<u32>>,
    /// For a text that a macro wrote: where each token starts in it, and what stands for it in the file.
    tokens: Vec<(u32, TextRange)>,
}

impl OffsetMap {
    /// For a text that starts at `offset` of the file and has nothing left out.
    pub fn shifted(offset: u32) -> Self {
        OffsetMap { starts: vec![(0, offset)], ..OffsetMap::default() }
    }

    /// For a text whose tokens each have a place of their own.
    pub fn of_tokens(tokens: Vec<(u32, TextRange)>) -> Self {
        OffsetMap { tokens, ..OffsetMap::default() }
    }

    /// The range of the file of a token's span.
    ///
    /// proc_macro2 counts characters and finds bytes through a tree that it fills on the way; line and column cost a quarter of
    /// that, and in ASCII they are as good.
    pub fn of_span(&self, span: Span) -> TextRange {
        if let Some(lines) = &self.lines {
            let (start, end) = (span.start(), span.end());
            let offset = |place: LineColumn| {
                let line = place.line.checked_sub(1).and_then(|line| lines.get(line))?;
                Some(line + place.column as u32)
            };
            if let (Some(lo), Some(hi)) = (offset(start), offset(end)) {
                return self.range(lo, hi);
            }
        }
        let range = span.byte_range();
        self.range(range.start as u32, range.end as u32)
    }

    fn offset(&self, condensed: u32) -> u32 {
        let after = self.starts.partition_point(|&(start, _)| start <= condensed);
        match after.checked_sub(1).and_then(|at| self.starts.get(at)) {
            Some(&(start, original)) => original + (condensed - start),
            None => condensed,
        }
    }

    /// The range of the file for a range of whole tokens.
    pub fn range(&self, lo: u32, hi: u32) -> TextRange {
        if !self.tokens.is_empty() {
            return range_of_tokens(&self.tokens, lo, hi);
        }
        if lo >= hi {
            let at = self.offset(lo);
            return TextRange::new(at, at);
        }
        // The end is found from the last byte: what follows a token may have been cut.
        TextRange::new(self.offset(lo), self.offset(hi - 1) + 1)
    }
}

/// What stands in the file for a stretch of a text whose tokens each have a place of their own.
pub(super) fn range_of_tokens(tokens: &[(u32, TextRange)], lo: u32, hi: u32) -> TextRange {
    let token = |at: u32| {
        let after = tokens.partition_point(|&(start, _)| start <= at);
        after.checked_sub(1).and_then(|at| tokens.get(at)).map(|&(_, range)| range)
    };
    let first = token(lo).unwrap_or_default();
    token(hi.saturating_sub(1).max(lo)).map_or(first, |last| first.join(last))
}

/// Copies `range` of a text without its cuts, which are sorted and do not overlap.
pub(super) fn condense(text: &str, range: TextRange, cuts: &[Cut]) -> Condensed {
    let mut out = String::with_capacity(range.hi.saturating_sub(range.lo) as usize / 2 + 16);
    let mut starts = Vec::with_capacity(cuts.len() + 1);
    let mut from = range.lo;
    let mut copy = |from: u32, to: u32, out: &mut String| {
        if let Some(part) = text.get(from as usize..to as usize)
            && !part.is_empty()
        {
            starts.push((out.len() as u32, from));
            out.push_str(part);
        }
    };
    for cut in cuts {
        if cut.range.lo < from || cut.range.hi > range.hi {
            continue;
        }
        copy(from, cut.range.lo, &mut out);
        out.push_str(cut.fill);
        from = cut.range.hi;
    }
    copy(from, range.hi, &mut out);
    let lines = out.is_ascii().then(|| line_starts(&out));
    Condensed { text: out, map: OffsetMap { starts, lines, tokens: Vec::new() } }
}

fn line_starts(text: &str) -> Vec<u32> {
    let breaks = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
    std::iter::once(0).chain(breaks.map(|(at, _)| at as u32 + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_go_back() {
        let text = "fn f() { long body } struct S;";
        let cuts = [Cut { range: TextRange::new(8, 19), fill: " " }];
        let condensed = condense(text, TextRange::new(0, text.len() as u32), &cuts);
        assert_eq!(condensed.text, "fn f() { } struct S;");
        let at = condensed.text.find("S;").unwrap() as u32;
        assert_eq!(condensed.map.range(at, at + 1), TextRange::new(28, 29));
        // The closing brace, whose neighbour was cut.
        assert_eq!(condensed.map.range(7, 10), TextRange::new(7, 20));
    }
}
