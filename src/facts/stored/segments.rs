//! A text in pieces: the bodies of its functions, and what lies between them, its *skeleton*.
//!
//! While the skeleton of a file is the same, its items are, and each keeps its number and type, whatever is written in the bodies; a place
//! that is told by its piece and the offset in that stays where it is when other pieces grow or shrink. A body that declares something
//! itself belongs to the skeleton: what it declares can be seen from outside (an `impl` in a function).

use crate::model::Model;
use crate::source::{FileId, Files, TextRange};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

/// Words that declare something. Over-approximates: they may stand in a type, a comment or a literal.
const DECLARES: [&str; 13] = [
    "fn",
    "struct",
    "enum",
    "union",
    "impl",
    "trait",
    "use",
    "static",
    "const",
    "mod",
    "type",
    "extern",
    "macro_rules",
];

/// A place in a file: which piece, and the offset in bytes from its beginning.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Place(pub u32, pub u32);

/// Where the pieces of a text begin and end.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Segments {
    /// Offsets, ascending: bodies begin at the first, third, … and end at the second, fourth, ….
    cuts: Vec<u32>,
}

impl Segments {
    /// Cuts a text at these bodies, of which none overlaps another unless it lies in it.
    fn new(text: &str, mut bodies: Vec<TextRange>) -> Segments {
        bodies.sort_by_key(|it| (it.lo, std::cmp::Reverse(it.hi)));
        let mut cuts: Vec<u32> = Vec::new();
        for body in bodies {
            let is_inside = cuts.last().is_some_and(|end| body.lo < *end);
            let inside = text.get(body.lo as usize..body.hi as usize).unwrap_or_default();
            if body.lo < body.hi && !is_inside && !declares(inside) {
                cuts.extend([body.lo, body.hi]);
            }
        }
        Segments { cuts }
    }

    /// The place of an offset.
    pub(super) fn place(&self, offset: u32) -> Place {
        let n = self.cuts.partition_point(|cut| *cut <= offset);
        Place(n as u32, offset - self.start(n as u32))
    }

    /// The offset of a place.
    pub(super) fn offset(&self, place: Place) -> u32 {
        self.start(place.0).saturating_add(place.1)
    }

    fn start(&self, n: u32) -> u32 {
        n.checked_sub(1).and_then(|it| self.cuts.get(it as usize)).copied().unwrap_or(0)
    }

    /// A mark of the text between the bodies.
    pub(super) fn skeleton(&self, text: &str) -> String {
        let ends = self.cuts.iter().map(|it| *it as usize).chain([text.len()]);
        let mut state = Xxh3::new();
        let mut start = 0;
        for (n, end) in ends.enumerate() {
            if n % 2 == 0 {
                let piece = text.get(start..end).unwrap_or_default();
                state.update(&(piece.len() as u64).to_le_bytes());
                state.update(piece.as_bytes());
            }
            start = end;
        }
        format!("{:032x}", state.digest128())
    }
}

fn declares(body: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    body.split(|c| !is_word(c)).any(|it| DECLARES.contains(&it))
}

/// The pieces of all files that functions stand in.
pub(super) fn of_files(model: &Model, files: &Files) -> FxHashMap<FileId, Segments> {
    let mut bodies: FxHashMap<FileId, Vec<TextRange>> = FxHashMap::default();
    for it in &model.fns {
        // What a macro wrote stands at its call.
        if let Some(body) = it.body.filter(|body| body.written.is_none()) {
            bodies.entry(it.span.file).or_default().push(body.body);
        }
    }
    bodies.into_iter().map(|(file, bodies)| (file, Segments::new(&files.text(file), bodies))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "fn a() { one() } fn b() { fn c() { two() } } fn d() {}";

    fn segments(text: &str) -> Segments {
        let brace = |open: &str, close: usize| {
            let lo = text.find(open).unwrap() + open.len() - 1;
            let hi = lo + text[lo..].match_indices('}').nth(close).unwrap().0 + 1;
            TextRange::new(lo as u32, hi as u32)
        };
        Segments::new(text, vec![brace("d() {", 0), brace("c() {", 0), brace("a() {", 0), brace("b() {", 1)])
    }

    #[test]
    fn places_are_found_again() {
        let segments = segments(TEXT);
        for offset in 0..=TEXT.len() as u32 {
            assert_eq!(segments.offset(segments.place(offset)), offset);
        }
    }

    #[test]
    fn a_longer_body_moves_no_place_and_leaves_the_skeleton() {
        let longer = TEXT.replace("one()", "one(); more()");
        let (old, new) = (segments(TEXT), segments(&longer));
        assert_eq!(old.skeleton(TEXT), new.skeleton(&longer));
        let of = |text: &str, word| text.find(word).unwrap() as u32;
        for word in ["fn a", "one", "fn d", "two"] {
            assert_eq!(old.place(of(TEXT, word)), new.place(of(&longer, word)), "{word}");
        }
    }

    #[test]
    fn a_body_that_declares_belongs_to_the_skeleton() {
        let other = TEXT.replace("two() } }", "two() } more() }");
        assert_ne!(segments(TEXT).skeleton(TEXT), segments(&other).skeleton(&other));
        // What it declares has a body of its own.
        let other = TEXT.replace("two()", "three()");
        assert_eq!(segments(TEXT).skeleton(TEXT), segments(&other).skeleton(&other));
        let other = TEXT.replace("fn d", "fn e");
        assert_ne!(segments(TEXT).skeleton(TEXT), Segments::new(&other, vec![]).skeleton(&other));
    }
}
