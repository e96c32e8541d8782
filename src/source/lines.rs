//! Lines and columns, from byte offsets.

use super::TextRange;

/// The starts of a file's lines; answers questions about lines and columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    /// Byte offset of each line's first byte; never empty, ascending.
    starts: Vec<u32>,
    /// Length of the text.
    len: u32,
}

/// The byte order mark, which editors and rustc leave out when they count columns.
const BOM: char = '\u{feff}';

impl LineIndex {
    /// Finds the lines of a text. Lines end at `\n`; a `\r` before it belongs to the line's end.
    pub fn new(text: &str) -> LineIndex {
        // Texts over 4 GB never come here: `Files` refuses them.
        let len = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let mut starts = vec![0];
        starts.extend(text.bytes().zip(1..=len).filter(|(byte, _)| *byte == b'\n').map(|(_, after)| after));
        LineIndex { starts, len }
    }

    /// Returns the 1-based line of an offset; an offset past the end is on the last line.
    pub fn line(&self, offset: u32) -> u32 {
        // `starts` begins with 0, so at least one start is not after the offset.
        let line = self.starts.partition_point(|start| *start <= offset);
        u32::try_from(line).unwrap_or(u32::MAX).max(1)
    }

    /// Returns the 1-based line of an offset and its column in bytes, from 0.
    pub fn line_col(&self, offset: u32) -> (u32, u32) {
        let line = self.line(offset);
        (line, offset.saturating_sub(self.start(line)))
    }

    /// Returns the bytes of a 1-based line with its line end; an empty range at the end when there is no such line.
    pub fn line_range(&self, line: u32) -> TextRange {
        TextRange::new(self.start(line), self.start(line.saturating_add(1)))
    }

    /// Returns the offset of a line and a byte column, cut to the line's range.
    pub fn offset(&self, line: u32, column: u32) -> u32 {
        let range = self.line_range(line);
        range.lo.saturating_add(column).min(range.hi)
    }

    /// Returns how many lines there are; an empty text has one.
    pub fn count(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// Returns the column of an offset in characters, from 0, as rustc counts (without a BOM).
    pub fn char_column(&self, text: &str, offset: u32) -> u32 {
        self.count_before(text, offset, |_| 1)
    }

    /// Returns the column of an offset in UTF-16 code units, from 0 (without a BOM): what LSP and SARIF count.
    pub fn utf16_column(&self, text: &str, offset: u32) -> u32 {
        self.count_before(text, offset, |c| if c as u32 > 0xffff { 2 } else { 1 })
    }

    /// Adds up the widths of the characters that begin on the offset's line before it. An offset inside a character counts that character.
    fn count_before(&self, text: &str, offset: u32, width: fn(char) -> u32) -> u32 {
        let start = self.start(self.line(offset));
        let Some(rest) = text.get(start as usize..) else { return 0 };
        let bytes = offset.saturating_sub(start) as usize;
        let before = rest.char_indices().take_while(|(at, _)| *at < bytes);
        before.filter(|(at, c)| !(start == 0 && *at == 0 && *c == BOM)).map(|(_, c)| width(c)).sum()
    }

    fn start(&self, line: u32) -> u32 {
        let at = line.saturating_sub(1) as usize;
        self.starts.get(at).copied().unwrap_or(self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_begin_after_newlines() {
        let index = LineIndex::new("ab\r\ncd\n\nx");
        assert_eq!(index.count(), 4);
        assert_eq!(index.line_col(0), (1, 0));
        assert_eq!(index.line_col(3), (1, 3));
        assert_eq!(index.line_col(4), (2, 0));
        assert_eq!(index.line_col(7), (3, 0));
        assert_eq!(index.line_col(8), (4, 0));
        assert_eq!(index.line_col(999).0, 4);
        assert_eq!(index.line_range(1), TextRange::new(0, 4));
        assert_eq!(index.line_range(4), TextRange::new(8, 9));
        assert_eq!(index.line_range(5), TextRange::new(9, 9));
    }

    #[test]
    fn an_empty_text_has_one_line() {
        let index = LineIndex::new("");
        assert_eq!((index.count(), index.line_col(0)), (1, (1, 0)));
        assert_eq!(index.line_range(1), TextRange::new(0, 0));
        assert_eq!(index.char_column("", 5), 0);
    }

    #[test]
    fn columns_in_characters_and_utf16() {
        let text = "\u{feff}é𝄞x\né𝄞x";
        let index = LineIndex::new(text);
        let x = text.find('x').unwrap() as u32;
        assert_eq!(index.line_col(x), (1, 9));
        assert_eq!(index.char_column(text, x), 2);
        assert_eq!(index.utf16_column(text, x), 3);
        let x = text.rfind('x').unwrap() as u32;
        assert_eq!(index.line_col(x), (2, 6));
        assert_eq!(index.char_column(text, x), 2);
        assert_eq!(index.utf16_column(text, x), 3);
        assert_eq!(index.offset(2, 6), x);
        assert_eq!(index.offset(1, 1000), index.line_range(1).hi);
    }

    #[test]
    fn offsets_inside_a_character_do_no_harm() {
        let text = "é";
        assert_eq!(LineIndex::new(text).char_column(text, 1), 1);
    }
}
