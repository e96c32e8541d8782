//! The state of the guard dataflow: where guards may be, and which are held on every path.

use crate::model::body::{LocalId, Place, PlaceBase, Proj};
use crate::syntax::Name;
use std::collections::{BTreeMap, BTreeSet};

/// Guards of one body beyond which it is cut.
pub const MAX_GUARDS: usize = 64;

/// A guard of a body: the number of its acquisition in [`BodyFacts::guards`](super::BodyFacts::guards).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct GuardId(pub u8);

/// Where a guard stands: a local, and the fields to it. Variants are steps as well.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Slot {
    /// The local; [`FORGOTTEN`] for a guard whose destructor never runs.
    pub local: LocalId,
    /// Fields and variants.
    pub path: Vec<Name>,
}

/// A local that is never dropped.
pub const FORGOTTEN: LocalId = LocalId(u32::MAX);

impl Slot {
    /// The slot of a place; `None` when it is reached through a reference.
    pub fn of(place: &Place) -> Option<Slot> {
        let PlaceBase::Local(local) = place.base else { return None };
        let mut path = Vec::new();
        for step in &place.proj {
            match step {
                Proj::Field(name) | Proj::Variant(name) => path.push(*name),
                // Elements of an array are not told apart, nor is a box from what is in it.
                Proj::Index(_) | Proj::Deref => break,
            }
        }
        Some(Slot { local, path })
    }

    /// Whether this slot is inside `outer`, or is it.
    pub fn within(&self, outer: &Slot) -> bool {
        self.local == outer.local && self.path.starts_with(&outer.path)
    }
}

/// Guards that may stand somewhere, and those held on every path.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct State {
    /// A guard and a slot where it may be.
    pub at: BTreeSet<(GuardId, Slot)>,
    /// Bit by guard: held on every path.
    pub must: u64,
    /// Bit by guard: its place has been given a new value since, so that it is a guard of another instance.
    pub stale: u64,
    /// Bit by guard: its mode may have been changed since it was taken (see `downgrade`).
    pub shared_now: u64,
    /// Bit by guard: its mode may have been raised.
    pub exclusive_now: u64,
    /// Locals that hold nothing on any path: never filled, or moved away. Only of those with a destructor of the analysed code.
    pub moved: BTreeSet<LocalId>,
    /// By flag and a value of it: bit by guard, that it is not held while the flag has that value; `None`, where the flag has another. See
    /// `flow/flags.rs`.
    pub free_if: BTreeMap<(LocalId, bool), Option<u64>>,
}

fn bit(guard: GuardId) -> u64 {
    1u64 << (guard.0 as u32 % 64)
}

impl State {
    /// Joins the state of another path; gives whether this one changed.
    pub fn join(&mut self, other: &State) -> bool {
        let before = self.sizes();
        self.at.extend(other.at.iter().cloned());
        self.must &= other.must;
        self.stale |= other.stale;
        self.shared_now |= other.shared_now;
        self.exclusive_now |= other.exclusive_now;
        self.moved.retain(|it| other.moved.contains(it));
        self.free_if.retain(|flag, free| {
            let Some(there) = other.free_if.get(flag) else { return false };
            *free = match (*free, *there) {
                (Some(here), Some(there)) => Some(here & there),
                (one, None) | (None, one) => one,
            };
            true
        });
        before != self.sizes()
    }

    /// Joining only ever lets the sets grow, or all shrink: sizes tell whether anything changed.
    fn sizes(&self) -> (usize, usize, u32, [u64; 4]) {
        let free = self.free_if.values().map(|it| it.map_or(u64::BITS + 1, u64::count_ones)).sum();
        (self.at.len(), self.moved.len(), free, [self.must, self.stale, self.shared_now, self.exclusive_now])
    }

    /// The guards that may be held.
    pub fn held(&self) -> Vec<GuardId> {
        let mut guards: Vec<GuardId> = self.at.iter().map(|(guard, _)| *guard).collect();
        guards.dedup();
        guards
    }

    /// Whether nothing can be held.
    pub fn is_free(&self) -> bool {
        self.at.is_empty()
    }

    /// Whether the guard is held on every path.
    pub fn surely(&self, guard: GuardId) -> bool {
        self.must & bit(guard) != 0
    }

    /// Whether the guard belongs to another instance by now.
    pub fn is_stale(&self, guard: GuardId) -> bool {
        self.stale & bit(guard) != 0
    }

    /// A guard comes into being in a slot.
    pub fn take(&mut self, guard: GuardId, slot: Slot) {
        self.at.insert((guard, slot));
        self.free_if.values_mut().flatten().for_each(|it| *it &= !bit(guard));
        self.must |= bit(guard);
        self.stale &= !bit(guard);
        self.shared_now &= !bit(guard);
        self.exclusive_now &= !bit(guard);
    }

    /// The place of a guard got a new value.
    pub fn outdate(&mut self, guard: GuardId) {
        self.stale |= bit(guard);
    }

    /// The guard is not held on every path.
    pub fn doubt(&mut self, guard: GuardId) {
        self.must &= !bit(guard);
    }

    /// Guards that stand in the slot or inside it.
    pub fn inside(&self, slot: &Slot) -> Vec<(GuardId, Slot)> {
        self.at.iter().filter(|(_, it)| it.within(slot)).cloned().collect()
    }

    /// The guards that stand in a place or inside it; none where it is reached through a reference.
    pub fn guards_in(&self, place: &Place) -> Vec<GuardId> {
        let entries = Slot::of(place).map(|slot| self.inside(&slot)).unwrap_or_default();
        entries.into_iter().map(|(guard, _)| guard).collect()
    }

    /// Guards that stand in a slot around this one: in a carrier whose parts are not told apart.
    pub fn around(&self, slot: &Slot) -> Vec<(GuardId, Slot)> {
        self.at.iter().filter(|(_, it)| it != slot && slot.within(it)).cloned().collect()
    }

    /// A guard leaves a slot.
    pub fn remove(&mut self, entry: &(GuardId, Slot)) {
        if self.at.remove(entry) {
            self.must &= !bit(entry.0);
        }
    }

    /// A flag gets a value: what is not held now is not held as long as it has that.
    pub fn set_flag(&mut self, flag: LocalId, value: bool) {
        let held = self.at.iter().fold(0, |all, (guard, _)| all | bit(*guard));
        self.free_if.insert((flag, value), Some(!held));
        self.free_if.insert((flag, !value), None);
    }

    /// Nothing is known of a flag: another turn of a loop gives it another value.
    pub fn forget_flag(&mut self, flag: LocalId) {
        self.free_if.retain(|(it, _), _| *it != flag);
    }

    /// Whether a flag has the other value on each path.
    pub fn rules_out(&self, flag: LocalId, value: bool) -> bool {
        self.free_if.get(&(flag, value)) == Some(&None)
    }

    /// A flag has a value: what is not held while it has that is not held here.
    pub fn end_by_flag(&mut self, flag: LocalId, value: bool) {
        if let Some(Some(free)) = self.free_if.get(&(flag, value)) {
            self.at.retain(|(guard, _)| free & bit(*guard) == 0);
            self.must &= !free;
        }
    }

    /// The guard holds in this mode from now on.
    pub fn set_mode(&mut self, guard: GuardId, exclusive: bool) {
        let (on, off) = if exclusive {
            (&mut self.exclusive_now, &mut self.shared_now)
        } else {
            (&mut self.shared_now, &mut self.exclusive_now)
        };
        *on |= bit(guard);
        *off &= !bit(guard);
    }

    /// The mode that the guard was changed to, if it was: `Some(true)` is exclusive.
    pub fn changed_mode(&self, guard: GuardId) -> Option<bool> {
        match (self.shared_now & bit(guard) != 0, self.exclusive_now & bit(guard) != 0) {
            (false, true) => Some(true),
            (true, false) => Some(false),
            _ => None,
        }
    }
}
