//! Which lines a drawing shows, and their texts, each kept once.

use crate::render::locks::data::{Bar, Excerpt, Place};
use crate::source::{FileId, Files, relative};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Lines of a guard's life up to which all of it is shown.
const WHOLE: u32 = 40;
/// Lines that are shown at the ends of a longer one.
const ENDS: u32 = 2;
/// Lines that are shown around a mark.
const AROUND: u32 = 1;

/// The texts of lines by file.
pub(super) struct Sources {
    pub lines: BTreeMap<String, BTreeMap<u32, String>>,
    files: BTreeMap<String, FileId>,
}

/// What a drawing shows, by file.
#[derive(Default)]
pub(super) struct Drawn {
    lines: BTreeMap<String, BTreeSet<u32>>,
}

impl Drawn {
    /// The life of a guard: all of it, of a long one both ends.
    pub fn bars(&mut self, path: &str, bars: &[Bar]) {
        let (Some(from), Some(to)) = (bars.iter().map(|it| it.from).min(), bars.iter().map(|it| it.to).max())
        else {
            return;
        };
        let lines = self.lines.entry(path.to_owned()).or_default();
        if to - from < WHOLE {
            lines.extend(from.saturating_sub(AROUND)..=to + AROUND);
        } else {
            lines.extend(from.saturating_sub(AROUND)..=from + ENDS);
            lines.extend(to - ENDS..=to + AROUND);
        }
    }

    pub fn mark(&mut self, at: &Place) {
        let lines = self.lines.entry(at.path.clone()).or_default();
        lines.extend(at.line.saturating_sub(AROUND)..=at.line + AROUND);
    }

    /// The excerpts, of the file `first` before the others; their texts are put into the sources.
    pub fn excerpts(self, first: &str, files: &Files, sources: &mut Sources) -> Vec<Excerpt> {
        let mut found: Vec<Excerpt> = Vec::new();
        for (path, lines) in self.lines {
            let Some(&file) = sources.files.get(&path) else { continue };
            let last = files.line_index(file).count();
            let mut ranges: Vec<(u32, u32)> = Vec::new();
            for line in lines.into_iter().filter(|it| (1..=last).contains(it)) {
                match ranges.last_mut() {
                    // A gap of one line is no shorter than the line.
                    Some((_, to)) if line <= *to + 2 => *to = line,
                    _ => ranges.push((line, line)),
                }
            }
            sources.keep(&path, file, files, &ranges);
            found.push(Excerpt { path, ranges });
        }
        found.sort_by_key(|it| it.path != first);
        found
    }
}

impl Sources {
    /// No lines yet, of files that are told from `base`.
    pub fn new(files: &Files, base: &Path) -> Sources {
        let ids = files.ids().map(|id| (relative(base, &files.path(id)), id));
        Sources { lines: BTreeMap::new(), files: ids.collect() }
    }

    fn keep(&mut self, path: &str, file: FileId, files: &Files, ranges: &[(u32, u32)]) {
        let (text, index) = (files.text(file), files.line_index(file));
        let kept = self.lines.entry(path.to_owned()).or_default();
        for line in ranges.iter().flat_map(|(from, to)| *from..=*to) {
            kept.entry(line).or_insert_with(|| {
                let range = index.line_range(line);
                text.get(range.lo as usize..range.hi as usize).unwrap_or_default().trim_end().to_owned()
            });
        }
    }
}
