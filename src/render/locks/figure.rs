//! A finding drawn for a terminal: the lives of its guards as bars beside the source lines, and what matters marked under them.
//!
//! ```text
//! error[hazmap::await_holding_map_guard]: a guard of `self.accounts` is alive across an await
//!      src/lib.rs, in app::Bank::total
//!  37 │       pub async fn total(&self) -> i64 {
//!  38 │ ┌         let accounts = self.accounts.read().unwrap();
//!     │ │                                      ╰ the guard is taken here
//!  39 │ │         let sum = accounts.values().sum();
//!  40 │ │         pause().await;
//!     │ │         ╰ the task may be suspended here, and keep the lock
//!  41 │ └         sum
//!  42 │       }
//! ```

use super::data::{Excerpt, Finding, Life, Mark, Report};
use crate::render::{Paint, visible};
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

const BOLD: &str = "\x1b[1m";
const FAINT: &str = "\x1b[2m";
const RED: &str = "\x1b[31m";
const YELLOW: &str = "\x1b[33m";
const BLUE: &str = "\x1b[34m";
const END: &str = "\x1b[0m";

/// How a tab is shown.
const TAB: &str = "    ";

/// Draws a finding of a report.
pub fn figure(report: &Report, finding: &Finding, paint: Paint) -> String {
    let pen = Pen { paint };
    let mut out = String::new();
    let color = if finding.level == "error" { RED } else { YELLOW };
    let head = pen.with(color, &format!("{}[hazmap::{}]", finding.level, finding.lint));
    let _ = writeln!(out, "{head}: {}", pen.with(BOLD, &visible(&finding.message)));
    let lives: Vec<&Life> = finding.lives.iter().filter_map(|it| report.lives.get(*it)).collect();
    let width =
        digits(finding.excerpts.iter().flat_map(|it| &it.ranges).map(|(_, to)| *to).max().unwrap_or(0));
    for excerpt in &finding.excerpts {
        let item =
            finding.item.as_ref().filter(|_| finding.at.as_ref().is_some_and(|at| at.path == excerpt.path));
        let within = item.map(|it| format!(", in {it}")).unwrap_or_default();
        let _ = writeln!(out, "{:width$}  {}{within}", "", visible(&excerpt.path));
        let here: Vec<&Life> = lives.iter().copied().filter(|it| it.at.path == excerpt.path).collect();
        Drawing { report, finding, excerpt, lives: &here, width, pen }.draw(&mut out);
    }
    for (n, life) in lives.iter().enumerate() {
        let name = life.guard.as_ref().map_or_else(|| "the guard".to_owned(), |it| format!("`{it}`"));
        let lines = if life.lines == 1 { "1 line".to_owned() } else { format!("{} lines", life.lines) };
        let bar = pen.with(BLUE, &format!("bar {}", n + 1));
        let _ = writeln!(
            out,
            "{:width$}  = {bar}: {name} of `{}`, for {}, {lines}: {}",
            "",
            visible(&life.lock),
            mode(life),
            visible(&life.why)
        );
    }
    // Why a guard lives stands at its bar.
    let told = |words: &str| lives.iter().any(|it| it.why == words);
    for words in finding.notes.iter().filter(|it| !told(it)) {
        let _ = writeln!(out, "{:width$}  = note: {}", "", visible(words));
    }
    for words in &finding.helps {
        let _ = writeln!(out, "{:width$}  = help: {}", "", visible(words));
    }
    if let Some(words) = &finding.silenced {
        let _ = writeln!(out, "{:width$}  = not shown otherwise: {}", "", visible(words));
    }
    let _ = writeln!(out, "{:width$}  = id: {}", "", finding.id);
    out
}

/// A line, or a part of one, as it stands in the terminal. Wide characters have two columns there.
fn shown(text: &str) -> String {
    visible(text).replace('\t', TAB)
}

fn mode(life: &Life) -> &'static str {
    if life.mode == "write" { "writing" } else { "reading" }
}

fn digits(n: u32) -> usize {
    n.to_string().len() + 1
}

#[derive(Clone, Copy)]
struct Pen {
    paint: Paint,
}

impl Pen {
    fn with(self, color: &str, text: &str) -> String {
        match self.paint {
            Paint::Plain => text.to_owned(),
            Paint::Ansi => format!("{color}{text}{END}"),
        }
    }
}

struct Drawing<'a> {
    report: &'a Report,
    finding: &'a Finding,
    excerpt: &'a Excerpt,
    /// Those in this file.
    lives: &'a [&'a Life],
    width: usize,
    pen: Pen,
}

impl Drawing<'_> {
    fn draw(&self, out: &mut String) {
        for (n, (from, to)) in self.excerpt.ranges.iter().enumerate() {
            if n > 0 {
                self.row(out, "⋮", &self.lanes_between(*from), "");
            }
            for line in *from..=*to {
                self.line(out, line);
            }
        }
    }

    fn line(&self, out: &mut String, line: u32) {
        let texts = self.report.sources.get(&self.excerpt.path);
        let text = texts.and_then(|it| it.get(&line)).map_or("", String::as_str);
        self.row(out, &line.to_string(), &self.lanes(line), &shown(text));
        let mut marks: Vec<&Mark> = self
            .finding
            .marks
            .iter()
            .filter(|it| it.at.path == self.excerpt.path && it.at.line == line)
            .collect();
        marks.sort_by_key(|it| it.at.column);
        for mark in marks {
            let before: String = text.chars().take(mark.at.column.saturating_sub(1) as usize).collect();
            let indent = shown(&before).width();
            let color = if mark.hazard { RED } else { BLUE };
            let words = self.pen.with(color, &format!("╰ {}", visible(&mark.words)));
            self.row(out, "", &self.lanes_under(line), &format!("{:indent$}{words}", ""));
        }
    }

    fn row(&self, out: &mut String, head: &str, lanes: &str, text: &str) {
        let (width, bar) = (self.width, self.pen.with(FAINT, "│"));
        let lanes = if lanes.is_empty() { String::new() } else { format!(" {}", self.pen.with(BLUE, lanes)) };
        let row = format!("{} {bar}{lanes} {text}", self.pen.with(FAINT, &format!("{head:>width$}")));
        let _ = writeln!(out, "{}", row.trim_end());
    }

    /// The bars on a line: where a life begins, goes on, is doubtful, ends.
    fn lanes(&self, line: u32) -> String {
        self.lives.iter().map(|life| sign(life, line)).collect()
    }

    /// The bars below a line: those that go on.
    fn lanes_under(&self, line: u32) -> String {
        let goes_on = |life: &&Life| match held(life, line).zip(held(life, line + 1)) {
            Some((true, _)) => '│',
            Some((false, _)) => '┆',
            None => ' ',
        };
        self.lives.iter().map(goes_on).collect()
    }

    /// The bars in a gap before a line.
    fn lanes_between(&self, line: u32) -> String {
        let passes =
            |life: &&Life| held(life, line).is_some() && held(life, line.saturating_sub(1)).is_some();
        self.lives.iter().map(|life| if passes(life) { '┊' } else { ' ' }).collect()
    }
}

/// Whether a guard is held on a line, and if so, surely.
fn held(life: &Life, line: u32) -> Option<bool> {
    life.bars.iter().find(|it| it.from <= line && line <= it.to).map(|it| it.surely)
}

fn sign(life: &Life, line: u32) -> char {
    let before = line.checked_sub(1).and_then(|it| held(life, it)).is_some();
    let behind = held(life, line + 1).is_some();
    match (held(life, line), before, behind) {
        (None, ..) => ' ',
        (Some(_), false, false) => '╶',
        (Some(_), false, true) => '┌',
        (Some(_), true, false) => '└',
        (Some(true), true, true) => '│',
        (Some(false), true, true) => '┆',
    }
}
