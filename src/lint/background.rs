//! Whether those who wait for a lock let their thread go on.

use super::pass::Pass;
use crate::facts::BodyFacts;
use crate::facts::event::{Acquisition, What};
use crate::facts::knowledge::WaitKind;
use crate::model::types::Type;

impl Pass<'_> {
    /// Whether all who want a lock wait as tasks, and no thread is blocked by its guards. That of a concurrent map can be waited for in either
    /// way: it is so where nobody is seen to take a map of that type in a way that blocks.
    pub fn waits_in_background(&self, lock: &Acquisition) -> bool {
        lock.wait == WaitKind::Async && !(lock.shard && self.may_block_threads(&lock.lock))
    }

    fn may_block_threads(&self, map: &Type) -> bool {
        let roles = self.roles();
        let map = roles.through_handles(map);
        let blocks = |it: &Acquisition| it.wait == WaitKind::Sync && roles.through_handles(&it.lock) == map;
        self.bodies().any(|view| taken_in(view.facts).any(blocks))
    }
}

/// What a body takes, whether it keeps it or not.
fn taken_in(facts: &BodyFacts) -> impl Iterator<Item = &Acquisition> {
    let in_events = facts.events.iter().filter_map(|it| match &it.what {
        What::Acquire(taken) => Some(taken),
        _ => None,
    });
    facts.guards.iter().map(|it| &it.acquisition).chain(in_events)
}
