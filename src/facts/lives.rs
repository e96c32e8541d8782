//! On which lines a guard lives: what a drawing of its life shows.
//!
//! A line counts when something that is written on it runs while the guard is held. Lines on which nothing runs (blank ones, comments,
//! closing braces) belong to the life that goes on around them; what is given to a spawned task or thread does not.
//!
//! Asked of facts that are [watching](super::Facts::watching): others give no lives.

use super::{BodyFacts, GuardId, Watched};
use crate::model::body::BodyFlavor;
use crate::source::{Files, TextRange};
use std::collections::BTreeMap;

/// Lines in a row on which a guard lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stretch {
    /// The first line, from 1.
    pub from: u32,
    /// The last line.
    pub to: u32,
    /// The guard is held there on every path.
    pub surely: bool,
}

/// The lines on which a guard of a body lives, in order. `part` is the function, closure or async block that takes it.
pub fn stretches(files: &Files, part: &BodyFacts, guard: GuardId) -> Vec<Stretch> {
    let Some(taken) = part.guard(guard).map(|it| it.span) else { return Vec::new() };
    let index = files.line_index(part.span.file);
    let first = index.line(taken.range.lo);
    let lines_of = |range: TextRange| index.line(range.lo)..=index.line(range.hi.max(range.lo + 1) - 1);
    let mut lines = Lines::default();
    lines.set(first, OnLine::Held);
    for range in elsewhere(part) {
        // What stands before it on its first line, and behind it on its last, runs here.
        let inner = lines_of(range);
        (inner.start() + 1..*inner.end()).for_each(|line| lines.set(line, OnLine::Apart));
    }
    for watched in &part.watched {
        let Some(written) = watched.written else { continue };
        let on_lines = lines_of(written);
        let status = status(watched, guard);
        // A statement of several lines is done when all that is written in it is: the guard may be taken on its last line.
        let begins = *on_lines.start();
        let ends = if status == OnLine::Free { begins } else { *on_lines.end() };
        let is_long = begins != *on_lines.end();
        (begins..=ends).filter(|line| !is_long || *line >= first).for_each(|line| lines.set(line, status));
    }
    lines.stretches()
}

/// The closures and async blocks in a body that do not run where they are written.
fn elsewhere(part: &BodyFacts) -> impl Iterator<Item = TextRange> + '_ {
    let spawned = part.watched.iter().filter(|it| it.spawns).filter_map(|it| it.written);
    let spawned: Vec<TextRange> = spawned.collect();
    let runs_here = |range: TextRange| {
        part.events.iter().any(|event| {
            let places = [Some(event.span), event.inner];
            event.in_closure && places.into_iter().flatten().any(|it| range.covers(it.range))
        })
    };
    let children = part.children.iter().map(|child| (child.kind, child.span.range));
    children
        .filter(move |(kind, range)| {
            let is_async = matches!(kind, BodyFlavor::AsyncBlock | BodyFlavor::AsyncClosure);
            (is_async || spawned.iter().any(|it| it.covers(*range))) && !runs_here(*range)
        })
        .map(|(_, range)| range)
}

fn status(watched: &Watched, guard: GuardId) -> OnLine {
    // A step that takes or ends the guard belongs to its life.
    let held = watched.before.iter().chain(&watched.after).filter(|it| it.guard == guard);
    held.map(|it| if it.surely { OnLine::Held } else { OnLine::MayBeHeld }).max().unwrap_or(OnLine::Free)
}

/// What is known of a guard on a line; of several steps the last of these counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum OnLine {
    Free,
    MayBeHeld,
    Held,
    /// Something stands there that runs elsewhere.
    Apart,
}

/// The lines of a body on which something is known of a guard.
#[derive(Default)]
struct Lines(BTreeMap<u32, OnLine>);

impl Lines {
    fn set(&mut self, line: u32, status: OnLine) {
        let known = self.0.entry(line).or_insert(status);
        *known = (*known).max(status);
    }

    /// Lines in a row: what nothing is known of goes with what stands before it, if the guard lives behind it too.
    fn stretches(&self) -> Vec<Stretch> {
        let mut found: Vec<Stretch> = Vec::new();
        let mut goes_on = false;
        for (&line, status) in &self.0 {
            let surely = match status {
                OnLine::Held => true,
                OnLine::MayBeHeld => false,
                OnLine::Free | OnLine::Apart => {
                    goes_on = false;
                    continue;
                }
            };
            match found.last_mut().filter(|it| goes_on && it.surely == surely) {
                Some(last) => last.to = line,
                None => {
                    if let Some(last) = found.last_mut().filter(|_| goes_on) {
                        last.to = line - 1;
                    }
                    found.push(Stretch { from: line, to: line, surely });
                }
            }
            goes_on = true;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[(u32, OnLine)]) -> Vec<(u32, u32, bool)> {
        let mut all = Lines::default();
        lines.iter().for_each(|(line, status)| all.set(*line, *status));
        all.stretches().into_iter().map(|it| (it.from, it.to, it.surely)).collect()
    }

    #[test]
    fn empty_lines_belong_to_the_life_around_them() {
        assert_eq!(of(&[(2, OnLine::Held), (5, OnLine::Held)]), [(2, 5, true)]);
        assert_eq!(
            of(&[(2, OnLine::Held), (4, OnLine::Free), (6, OnLine::Held)]),
            [(2, 2, true), (6, 6, true)]
        );
        assert_eq!(
            of(&[(2, OnLine::Held), (5, OnLine::MayBeHeld), (7, OnLine::Free)]),
            [(2, 4, true), (5, 5, false)]
        );
    }

    #[test]
    fn of_several_steps_on_a_line_one_is_enough() {
        assert_eq!(of(&[(2, OnLine::Free), (2, OnLine::Held), (3, OnLine::Free)]), [(2, 2, true)]);
        assert_eq!(
            of(&[(2, OnLine::Held), (3, OnLine::Apart), (3, OnLine::Held), (4, OnLine::Held)]),
            [(2, 2, true), (4, 4, true)]
        );
    }
}
