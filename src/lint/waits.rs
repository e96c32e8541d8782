//! The view `waits`: calls that block the thread while it holds a guard that others may want.

use super::pass::{Pass, ScopeFilter};
use super::views::{Critical, HeldGuard};
use super::{Certainty, Diagnostic, Lint};
use crate::facts::event::{Acquisition, What};
use crate::facts::knowledge::WaitKind;
use crate::source::Span;

/// A call that blocks the thread while it holds a guard.
#[derive(Clone, Copy)]
pub struct Wait<'a> {
    /// The call.
    pub critical: Critical<'a>,
    /// The guard.
    pub held: HeldGuard<'a>,
    /// What blocks, in words that fit "… blocks the thread".
    pub what: &'a str,
    /// Whether the lock may be there for the very files that are waited for.
    pub for_files: bool,
}

impl Wait<'_> {
    /// How sure it is.
    pub fn certainty(&self) -> Certainty {
        self.critical.certainty(&self.held)
    }

    /// What any lint says of it: the call, the guard, and the way between them. `lock` is the lock's place in words.
    pub fn told_by(&self, lint: &'static Lint, lock: &str) -> Diagnostic {
        let certainty = self.certainty();
        let verb = if certainty == Certainty::Definite { "is" } else { "may be" };
        let message = format!("{} blocks the thread while a guard of `{lock}` {verb} alive", self.what);
        Diagnostic::new(lint, self.critical.event.span, message)
            .label(self.held.guard.span, self.held.taken_words())
            .through_calls(self.critical.event, "blocks here")
            .certainty(certainty)
    }

    fn call(&self) -> (Span, Span) {
        (self.critical.event.span, self.held.guard.span)
    }
}

impl<'a> Pass<'a> {
    /// The view `waits`: one a blocking call and guard, whatever the number of places that it blocks in; of them the surest.
    pub fn waits(&self) -> Vec<Wait<'a>> {
        let mut found: Vec<Wait<'a>> = self.events().filter_map(|it| self.wait(it)).collect();
        // What is surely in the way comes first, and stays.
        found.sort_by_key(|it| (it.for_files, it.certainty() != Certainty::Definite));
        let mut told = Vec::new();
        found.retain(|it| {
            let is_new = !told.contains(&it.call());
            told.push(it.call());
            is_new
        });
        found.retain(|it| self.may_be_wanted(it));
        found
    }

    /// The guard that a blocking event keeps others waiting for: the first that is not there for the files, else the first.
    fn wait(&self, critical: Critical<'a>) -> Option<Wait<'a>> {
        let What::Block(what, _) = &critical.event.what else { return None };
        let what = what.as_str();
        let waits = critical.held().filter_map(|held| {
            let lock = &held.guard.acquisition;
            let counts = self.stands_before_map(lock)
                && has_waiters(lock)
                && self.is_near(&critical, lock)
                && !critical.event.what.is_for(lock);
            let for_files = critical.event.what.is_file_io() && self.may_stand_for_files(lock);
            counts.then_some(Wait { critical, held, what, for_files })
        });
        waits.min_by_key(|it| it.for_files)
    }

    /// Whether the wait is near enough for the holder to be blamed. Under-approximates: what a function far down the calls waits for is
    /// mostly what holding the lock is for; under an async guard only what the holder itself does counts, or calls directly.
    fn is_near(&self, critical: &Critical<'a>, lock: &Acquisition) -> bool {
        let limit = self.knobs().max_blocking_calls;
        let limit = if lock.wait == WaitKind::Async { limit.min(1) } else { limit };
        // A destructor blocks only where the last owner goes, which cannot be seen.
        let by_calls = critical.event.trace.steps.iter().all(|it| !it.by.is_drop());
        critical.event.trace.len() <= limit && by_calls
    }

    /// Whether a lock may be there for the files that its holder is at: it stands for a value of which maps are but a part, or is made to be
    /// held over long steps. Where every lock is looked at, none is passed over for that.
    fn may_stand_for_files(&self, lock: &Acquisition) -> bool {
        let of_map_alone = lock.shard || self.roles().locks_map_alone(&lock.lock);
        self.scope() == ScopeFilter::Maps && (lock.wait == WaitKind::Async || !of_map_alone)
    }

    /// Whether somebody else can want the guard.
    fn may_be_wanted(&self, wait: &Wait<'a>) -> bool {
        let (view, lock) = (wait.critical.view, &wait.held.guard.acquisition);
        !self.is_of_one_thread(view, lock) && !self.is_unshared(view, lock, wait.critical.event)
    }
}

/// Whether others can wait for a lock: nobody waits for a `RefCell`.
fn has_waiters(lock: &Acquisition) -> bool {
    lock.wait != WaitKind::Cell
}
