//! Locks for which a writer may queue: a second reader waits behind it, though the first one only reads too.
//!
//! The rwlocks of std, parking_lot and tokio let no reader pass a writer that waits.

use super::BodyFacts;
use super::event::{Event, What};
use super::knowledge::Mode;
use super::lock_class::LockClass;
use super::lock_order::{conflict, contended};
use crate::model::Model;
use crate::model::body::BodyOwner;
use rustc_hash::FxHashMap;

/// Writers kept for each lock.
const MAX_WRITERS: usize = 8;

/// What is surely held at a point.
pub(super) type Around = Vec<(LockClass, Mode)>;

/// Where locks are waited for to be written: what is held there, by lock.
pub(super) struct Queues {
    writers: FxHashMap<LockClass, Vec<Around>>,
}

impl Queues {
    /// Those among the bodies, tests left out. `name` is the class by which a lock goes in all of them.
    pub(super) fn new(
        model: &Model,
        bodies: &[&BodyFacts],
        name: &dyn Fn(&LockClass) -> LockClass,
    ) -> Queues {
        let is_test = |it: &BodyFacts| matches!(it.owner, BodyOwner::Fn(id) if model.fn_def(id).test);
        let mut writers: FxHashMap<LockClass, Vec<Around>> = FxHashMap::default();
        for part in bodies.iter().filter(|it| !is_test(it)).flat_map(|it| it.each()) {
            for event in &part.events {
                let Some(class) = written(part, event) else { continue };
                let known = writers.entry(name(&class)).or_default();
                let around: Around =
                    around(part, event).into_iter().map(|(class, mode)| (name(&class), mode)).collect();
                if known.len() < MAX_WRITERS && !known.contains(&around) {
                    known.push(around);
                }
            }
        }
        Queues { writers }
    }

    /// Whether somebody may wait to write a lock while others hold all that is given: nothing of it keeps the writer out.
    pub(super) fn has_writer(&self, class: &LockClass, held: &[&Around]) -> bool {
        let is_held = |(class, mode): &(LockClass, Mode)| {
            held.iter().copied().flatten().any(|(other, by)| class == other && conflict(*mode, *by))
        };
        self.writers.get(class).is_some_and(|it| it.iter().any(|writer| !writer.iter().any(is_held)))
    }
}

/// The lock that an event waits for to write it.
fn written(part: &BodyFacts, event: &Event) -> Option<LockClass> {
    let What::Acquire(taken) = &event.what else { return None };
    contended(part, taken).filter(|_| taken.mode == Mode::Exclusive && !taken.try_)
}

/// The locks that are surely held when an event happens.
pub(super) fn around(part: &BodyFacts, event: &Event) -> Around {
    let surely = event.held.iter().filter(|it| it.surely);
    surely
        .filter_map(|held| Some((contended(part, &part.guard(held.guard)?.acquisition)?, held.mode)))
        .collect()
}
