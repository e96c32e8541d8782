//! Where text stands: a file and a range of bytes.

use std::fmt;

/// One file of the run, by its number in [`Files`](super::Files).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(pub u32);

/// A half-open range of byte offsets into one file's text as it stands on the disk (BOM and shebang included).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TextRange {
    /// Byte offset of the first byte.
    pub lo: u32,
    /// Byte offset after the last byte.
    pub hi: u32,
}

impl TextRange {
    /// A range from `lo` up to, but not with, `hi`.
    pub fn new(lo: u32, hi: u32) -> Self {
        TextRange { lo, hi }
    }

    /// Returns whether `offset` lies inside.
    pub fn contains(self, offset: u32) -> bool {
        self.lo <= offset && offset < self.hi
    }

    /// Returns whether `other` lies wholly inside.
    pub fn covers(self, other: TextRange) -> bool {
        self.lo <= other.lo && other.hi <= self.hi
    }

    /// The smallest range that covers both.
    pub fn join(self, other: TextRange) -> TextRange {
        TextRange { lo: self.lo.min(other.lo), hi: self.hi.max(other.hi) }
    }

    /// This range in a file.
    pub fn of(self, file: FileId) -> Span {
        Span { file, range: self }
    }
}

impl fmt::Debug for TextRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.lo, self.hi)
    }
}

/// A range of bytes in one file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The bytes.
    pub range: TextRange,
}
