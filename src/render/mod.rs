//! Findings to bytes: text for people, rustc's JSON, and what platforms read. Each form is one file and one pure function.
//!
//! **Invariants.** The same findings give the same bytes; nothing is sorted, filtered or read from the disk here, and the
//! serialised shapes belong to this room alone.
//!
//! What this room does not know: how findings came about, and where the bytes go.

mod complaint;
mod counted;
pub mod edits;
pub mod frame;
pub mod github;
pub mod gitlab;
pub mod json;
pub mod locks;
pub mod markdown;
mod markup;
pub mod page;
pub mod sarif;
pub mod short;
pub mod site;
pub mod text;
mod visible;
pub mod xml;

pub use complaint::Complaint;
pub use counted::counted;
pub use frame::Frame;
pub use github::github;
pub use gitlab::gitlab;
pub use json::{Origins, json, rustc_json};
pub use markdown::markdown;
pub use page::page;
pub use sarif::sarif;
pub use short::short;
pub use site::site;
pub use text::{Paint, text};
pub use visible::visible;
pub use xml::{checkstyle, junit};

#[cfg(test)]
mod tests;

use crate::lint::{Finding, Level};
use crate::source::{Files, Span};
use std::ops::Range;

/// The word for a level, as rustc says it.
fn severity_word(level: Level) -> &'static str {
    match level {
        Level::Allow | Level::Warn => "warning",
        Level::Deny | Level::Forbid => "error",
    }
}

/// `hazmap::` and the lint's name.
fn code(finding: &Finding) -> String {
    format!("hazmap::{}", finding.diagnostic.lint.name)
}

/// The bytes of a span, cut to whole characters inside the text: a wrong span shows in the wrong place, it never panics.
fn byte_range(text: &str, span: Span) -> Range<usize> {
    let lo = floor(text, span.range.lo as usize);
    let hi = floor(text, span.range.hi as usize).max(lo);
    lo..hi
}

fn floor(text: &str, offset: usize) -> usize {
    text.floor_char_boundary(offset.min(text.len()))
}

/// `path:line:column` of a span's start, 1-based.
fn place(files: &Files, span: Span) -> String {
    let text = files.text(span.file);
    let lines = files.line_index(span.file);
    let line = lines.line(span.range.lo);
    let column = lines.char_column(&text, span.range.lo).saturating_add(1);
    format!("{}:{line}:{column}", files.display(span.file))
}
