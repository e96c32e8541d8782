//! Whether an acquisition is of a lock that a guard holds, by another way to it.

use super::pass::Pass;
use super::views::{Critical, HeldGuard};
use crate::facts::event::Acquisition;
use crate::facts::made_one;
use crate::source::Span;

impl Pass<'_> {
    /// Where the two places are made one lock, for an acquisition of the lock that this guard holds by another field: `server.users` and
    /// `server.mailer.users`, where `Server::new` gives both the same handle.
    pub fn same_lock_by(
        &self,
        critical: &Critical<'_>,
        held: &HeldGuard<'_>,
        again: &Acquisition,
    ) -> Option<Span> {
        let (Some(place), Some(other)) = (&held.guard.acquisition.path, &again.path) else { return None };
        let roles = self.roles();
        let lock = |it: &Acquisition| roles.through_handles(&it.lock).clone();
        if held.held.stale || place == other || lock(&held.guard.acquisition) != lock(again) {
            return None;
        }
        made_one(self.facts, &critical.view.analysed.facts, place, other)
    }
}
