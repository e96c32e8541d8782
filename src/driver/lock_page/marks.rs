//! What a drawing of a finding marks: its own places with its words, what else of weight runs under its guards, and which of all that is
//! the hazard.
//!
//! A place can be two things at once: the second lock of a re-lock begins a guard's life, and it runs under the first guard. What is
//! hazardous about it is what it is marked as.

use crate::driver::survey::{Life, OrderSite, UnderKind};
use crate::facts::knowledge::WaitKind;
use crate::lint::Finding;
use crate::source::Span;
use std::collections::BTreeSet;

/// A place that is marked.
pub(super) struct Marked {
    pub span: Span,
    pub kind: &'static str,
    pub hazard: bool,
    pub words: String,
}

/// The marks of a finding, with the lives that it is drawn with and the cycle of locks that it is about, if any. One of its own places at
/// least is a hazard.
pub(super) fn of_finding(finding: &Finding, lives: &[&Life], cycle: &[OrderSite]) -> Vec<Marked> {
    let mut marks = own(finding, lives, cycle);
    let is_told = marks.iter().any(|it| it.hazard);
    if let Some(first) = marks.first_mut().filter(|_| !is_told) {
        first.hazard = true;
    }
    let mut seen: BTreeSet<Span> = marks.iter().map(|it| it.span).collect();
    for life in lives {
        if seen.insert(life.taken) {
            let words = "the guard is taken here".to_owned();
            marks.push(Marked { span: life.taken, kind: "take", hazard: false, words });
        }
        for it in life.under.iter().filter(|it| matters(life, it.kind)) {
            if seen.insert(it.span) {
                let hazard = is_hazard(it.kind, life);
                marks.push(Marked {
                    span: it.span,
                    kind: kind_word(it.kind),
                    hazard,
                    words: it.words.clone(),
                });
            }
        }
    }
    marks
}

/// The places that a finding tells of, its own first.
fn own(finding: &Finding, lives: &[&Life], cycle: &[OrderSite]) -> Vec<Marked> {
    let found = &finding.diagnostic;
    let mark = |span: Span, otherwise: &'static str, words: String| {
        let (kind, hazard) = meaning(span, lives, cycle).unwrap_or((otherwise, otherwise == HERE));
        Marked { span, kind, hazard, words }
    };
    let here = |span| mark(span, HERE, found.here.clone().unwrap_or_else(|| found.message.clone()));
    let labels = found.labels.iter().map(|it| mark(it.span, "label", it.words.clone()));
    found.span.map(here).into_iter().chain(labels).collect()
}

/// A finding's own place, of which nothing else is known.
const HERE: &str = "here";

/// What a place that a finding tells of is to its guards, and whether that is the hazard.
fn meaning(span: Span, lives: &[&Life], cycle: &[OrderSite]) -> Option<(&'static str, bool)> {
    let closes = cycle.iter().any(|site| site.taken() == span);
    let begins = lives.iter().any(|it| it.taken == span);
    let others = lives.iter().filter(|it| it.taken != span);
    let under = others.flat_map(|life| life.under.iter().map(move |it| (it, *life)));
    let at_span = under.filter(|(it, _)| it.span == span || it.inner == Some(span));
    let worst = at_span.min_by_key(|(it, _)| it.kind);
    // Who tells of an await means it, whatever lock the guard is of; the await that belongs to taking a lock is not meant.
    let hazard =
        worst.is_some_and(|(it, life)| is_hazard(it.kind, life) || (it.kind == UnderKind::Await && !begins));
    match worst {
        _ if closes => Some((worst.map_or("lock", |(it, _)| kind_word(it.kind)), true)),
        Some((it, _)) if hazard => Some((kind_word(it.kind), true)),
        _ if begins => Some(("take", false)),
        worst => worst.map(|(it, _)| (kind_word(it.kind), false)),
    }
}

/// Whether something is a hazard wherever it runs under a guard. The guard of an async lock is made to live across awaits.
pub(super) fn is_hazard(kind: UnderKind, life: &Life) -> bool {
    match kind {
        UnderKind::Relock | UnderKind::Block | UnderKind::Callback => true,
        UnderKind::Await => life.wait != WaitKind::Async,
        UnderKind::Lock | UnderKind::Write | UnderKind::Iterate | UnderKind::Read | UnderKind::Call => false,
    }
}

/// Whether a drawing of a finding marks what runs under a guard though the finding does not tell of it.
fn matters(life: &Life, kind: UnderKind) -> bool {
    kind == UnderKind::Lock || is_hazard(kind, life)
}

/// How a kind is called in the data.
pub(super) fn kind_word(kind: UnderKind) -> &'static str {
    match kind {
        UnderKind::Relock => "relock",
        UnderKind::Await => "await",
        UnderKind::Block => "block",
        UnderKind::Lock => "lock",
        UnderKind::Callback => "callback",
        UnderKind::Write => "write",
        UnderKind::Iterate => "iterate",
        UnderKind::Read => "read",
        UnderKind::Call => "call",
    }
}
