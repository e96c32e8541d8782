//! Workflow commands of GitHub Actions: each finding becomes an annotation of its line.

use super::frame::{Frame, Region, whole_message, word};
use super::{code, short::short, visible};
use std::fmt::Write as _;

/// Renders each finding as a line for people, which the log keeps, and a command.
pub fn github(frame: &Frame<'_>) -> String {
    let mut out = String::new();
    for finding in frame.findings {
        out.push_str(&short(std::slice::from_ref(finding), frame.files));
        let place = finding.diagnostic.span.map(|span| place(&frame.region(span))).unwrap_or_default();
        let command = word(finding.level);
        let (title, message) = (property(&code(finding)), data(&visible(&whole_message(finding))));
        let _ = writeln!(out, "::{command} {place}title={title}::{message}");
    }
    out
}

fn place(at: &Region) -> String {
    let Region { path, line, column, end_line, end_column } = at;
    let path = property(path);
    // A command takes columns only where all is on one line.
    if line == end_line {
        format!("file={path},line={line},endLine={end_line},col={column},endColumn={end_column},")
    } else {
        format!("file={path},line={line},endLine={end_line},")
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
