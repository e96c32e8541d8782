//! One check of a map, and the writes that it decides.

use super::by_value::{ByValue, branches_by_value};
use super::depends::{branches_on, tainted, with_outcomes};
use super::harmless::{evicts, fills_cache, keeps_equal, notes_absence, sets_between};
use super::kept_apart::are_kept_apart;
use super::notes::notes_outcome;
use super::only_noted::is_all_that_is_decided;
use super::same::same_key;
use super::sections::{decided, rechecked, runs_when_filled, says_whether_empty, two_sections};
use super::{Decision, act_span, is_expected, search};
use crate::facts::changed_part::is_looked_at;
use crate::facts::control::Loop;
use crate::facts::defs::Defs;
use crate::facts::event::MapOp;
use crate::facts::fresh_key::is_fresh;
use crate::facts::knowledge::{Reads, Writes};
use crate::facts::same_variable::{is_another_by_then, same_variable};
use crate::facts::upsert::overwrites_alike;
use crate::facts::{BodyFacts, Facts};
use crate::model::body::{BlockIdx, LocalId};
use crate::source::Span;
use rustc_hash::FxHashSet;
use std::cell::OnceCell;

/// A body, and what is known of it.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) facts: &'a Facts<'a>,
    pub(super) defs: &'a Defs<'a>,
    pub(super) loops: &'a [Loop],
    pub(super) body: &'a BodyFacts,
}

/// A read of a map on which something in the body depends.
pub(super) struct Check<'a> {
    around: Around<'a>,
    read: &'a MapOp,
    /// Locals that depend on what was found.
    found: FxHashSet<LocalId>,
    /// Branches on that.
    branches: Vec<(BlockIdx, Span)>,
    by_search: OnceCell<Vec<(BlockIdx, Span)>>,
    by_value: OnceCell<Vec<ByValue>>,
}

impl<'a> Check<'a> {
    /// `None` when nothing depends on the read.
    pub(super) fn of(around: Around<'a>, read: &'a MapOp) -> Option<Check<'a>> {
        let Around { defs, .. } = around;
        let found = tainted(defs, read.point);
        let branches = branches_on(defs.body, &with_outcomes(defs, &found));
        let (by_search, by_value) = (OnceCell::new(), OnceCell::new());
        (!branches.is_empty()).then_some(Check { around, read, found, branches, by_search, by_value })
    }

    /// The decision that the check makes on a write of the same map, in another critical section; its check and act have no numbers yet.
    pub(super) fn decides(&self, write: &MapOp) -> Option<Decision> {
        let Around { facts, defs, loops, body } = self.around;
        let read = self.read;
        let expected = is_expected(facts, defs, write.point);
        let branches = self.branches_about(write, expected)?;
        if !two_sections(body, read, write) {
            return None;
        }
        // A limit is asked before what it limits; asked after, it only says whether there is another turn.
        if read.reads == Some(Reads::Len)
            && !search::is_of_same_turn(defs.graph(), loops, read.point, write.point)
        {
            return None;
        }
        let (_, branch) = decided(defs.graph(), loops, read, write, branches)?;
        if are_kept_apart(defs, read.point, write.point) {
            return None;
        }
        let by_value = self.decides_by_value(write);
        // That there is an entry now is the work of `entry` itself.
        if read.writes == Some(Writes::Entry) && !by_value {
            return None;
        }
        let changes_it = by_value && changes_what_decided(facts, defs, write, &self.found);
        // That the write says whether the key was there is no second look at how many there are.
        let says_nothing = expected || changes_it || read.reads == Some(Reads::Len);
        if rechecked(body, defs, write, says_nothing) || self.is_harmless(write, expected) {
            return None;
        }
        Some(Decision {
            check: 0,
            act: 0,
            branch,
            act_span: act_span(body, write),
            fills_cache: fills_cache(facts, defs, body, (read, write), &self.found)
                || notes_outcome(facts, defs, body, (read, write)),
            act_expected: expected,
            by_value: by_value && (changes_it || write.writes != Some(Writes::Update)),
        })
    }

    /// The branches that can decide a write, if it is about what was asked for.
    fn branches_about(&self, write: &MapOp, expected: bool) -> Option<&[(BlockIdx, Span)]> {
        let Around { facts, defs, loops, .. } = self.around;
        let read = self.read;
        if search::is_decided_by(defs, read, write)
            && search::is_of_same_turn(defs.graph(), loops, read.point, write.point)
        {
            return Some(self.by_search.get_or_init(|| search::branches(defs, read.point)));
        }
        let is_about = same_key(read, write)
            || same_variable(defs, read, write)
            || expected && search::is_taken_for_granted(facts, defs, (read, write), &self.found);
        is_about.then_some(&self.branches)
    }

    /// Whether what the entry holds decides on a write, not only whether there is one.
    fn decides_by_value(&self, write: &MapOp) -> bool {
        let Around { facts, defs, loops, .. } = self.around;
        let find = || branches_by_value(facts, defs, self.read, &self.found);
        self.by_value.get_or_init(find).iter().any(|it| {
            it.leads_to(defs.graph(), write.point.block)
                && decided(defs.graph(), loops, self.read, write, &[it.branch]).is_some()
        })
    }

    /// Whether the map comes out the same, or is meant to, whatever others do between the check and a write.
    fn is_harmless(&self, write: &MapOp, expected: bool) -> bool {
        let Around { facts, defs, body, .. } = self.around;
        let (read, found) = (self.read, &self.found);
        keeps_equal(facts, defs, body, (read, write), found)
            || overwrites_alike(facts, defs, (read, write), found)
            || notes_absence(defs, (read, write), found)
            || evicts(facts, write) && !expected
            || sets_between(defs.graph(), body, read, write)
            || is_all_that_is_decided(facts, defs, (read, write), found)
            || runs_when_filled(defs, read, write)
            || goes_by_key(defs, read) && is_another_by_then(defs, read, write)
            || is_under_fresh_key(facts, defs, (read, write))
    }
}

/// Whether a check is about the key that is written then: not one of how many entries there are, and not one of all of them. One for emptiness
/// is followed by a fill, key by key.
fn goes_by_key(defs: &Defs<'_>, read: &MapOp) -> bool {
    match read.reads {
        Some(Reads::All) => false,
        Some(Reads::Len) => says_whether_empty(defs, read),
        Some(Reads::Key) | None => true,
    }
}

/// Whether the key is one that nobody else has.
fn is_under_fresh_key(facts: &Facts<'_>, defs: &Defs<'_>, (read, write): (&MapOp, &MapOp)) -> bool {
    read.reads == Some(Reads::Key) && write.key.as_ref().is_some_and(|it| is_fresh(facts, defs, it))
}

/// Whether a `get_mut` finds its entry without another look at what it holds, and what is changed there is what the decision was on.
fn changes_what_decided(
    facts: &Facts<'_>,
    defs: &Defs<'_>,
    write: &MapOp,
    read: &FxHashSet<LocalId>,
) -> bool {
    if write.writes != Some(Writes::Update) {
        return false;
    }
    let as_read = MapOp { reads: Some(Reads::Key), ..write.clone() };
    let written = tainted(defs, write.point);
    branches_by_value(facts, defs, &as_read, &written).is_empty() && is_looked_at(defs, read, &written)
}
