//! `Drop` impls that take the lock, run while a guard of it lives.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, Weak};

static LIVE: LazyLock<Mutex<HashMap<u64, String>>> = LazyLock::new(Default::default);

pub struct Ticket(u64);

impl Drop for Ticket {
    fn drop(&mut self) {
        LIVE.lock().unwrap().remove(&self.0);
    }
}

pub struct Booking {
    ticket: Ticket,
    seat: u32,
}

pub fn bad_local_dies_first(id: u64) -> usize {
    let live = LIVE.lock().unwrap();
    let booking = Booking { ticket: Ticket(id), seat: 1 }; //~ relock_while_held
    live.len() + booking.seat as usize
}

pub fn bad_explicit(ticket: Ticket) {
    let mut live = LIVE.lock().unwrap();
    live.clear();
    drop(ticket); //~ relock_while_held
}

pub fn bad_overwritten(slot: &mut Ticket, id: u64) {
    let live = LIVE.lock().unwrap();
    if live.contains_key(&id) {
        *slot = Ticket(id); //~ relock_while_held
    }
}

pub fn good_declared_before_the_guard(id: u64) -> usize {
    let booking = Booking { ticket: Ticket(id), seat: 1 };
    let live = LIVE.lock().unwrap();
    live.len() + booking.seat as usize
}

pub fn good_moved_away(id: u64, all: &mut Vec<Ticket>) {
    let live = LIVE.lock().unwrap();
    let ticket = Ticket(id);
    if live.len() < 3 {
        all.push(ticket);
    } else {
        std::mem::forget(ticket);
    }
}

pub fn good_given_back(id: u64) -> Ticket {
    let live = LIVE.lock().unwrap();
    let ticket = Ticket(id + live.len() as u64);
    ticket
}

pub fn good_guard_ends_first(id: u64) -> usize {
    let live = LIVE.lock().unwrap();
    let ticket = Ticket(id);
    let n = live.len();
    drop(live);
    drop(ticket);
    n
}

pub fn good_reference_dropped(ticket: &Ticket) {
    let live = LIVE.lock().unwrap();
    let view = &ticket.0;
    let _ = live.get(view);
    let _ = view;
}

pub struct Mgr {
    active: Mutex<HashMap<u64, Arc<Session>>>,
    names: Mutex<HashMap<u64, String>>,
}

pub struct Session {
    id: u64,
    mgr: Arc<Mgr>,
}

impl Drop for Session {
    fn drop(&mut self) {
        // What is removed may be another session's last handle, whose `drop` comes back here.
        self.mgr.active.lock().unwrap().remove(&self.id); //~ relock_while_held
    }
}

impl Mgr {
    pub fn bad_old_value_dies_under_guard(&self, id: u64, session: Arc<Session>) {
        let mut active = self.active.lock().unwrap();
        active.insert(id, session); //~ relock_while_held
    }

    pub fn bad_upgraded_handle_may_be_the_last(&self, weak: &Weak<Session>) -> usize {
        let active = self.active.lock().unwrap();
        let session = weak.upgrade(); //~ relock_while_held
        active.len() + usize::from(session.is_some())
    }

    pub fn good_none_has_nothing_to_drop(&self, weak: &Weak<Session>, kept: &mut Vec<Arc<Session>>) -> Option<usize> {
        let active = self.active.lock().unwrap();
        let session = weak.upgrade()?;
        kept.push(session);
        let Some(other) = weak.upgrade() else { return Some(active.len()) };
        kept.push(other);
        Some(active.len() + kept.len())
    }

    pub fn good_until_there_is_none(&self, weak: &Weak<Session>, kept: &mut Vec<Arc<Session>>) {
        let active = self.active.lock().unwrap();
        while let Some(session) = weak.upgrade() {
            kept.push(session);
        }
        if let Some(session) = weak.upgrade() {
            kept.push(session);
        } else {
            kept.truncate(active.len());
        }
    }

    pub fn bad_dropped_on_each_turn(&self, weak: &Weak<Session>) -> usize {
        let active = self.active.lock().unwrap();
        let mut n = active.len();
        while let Some(session) = weak.upgrade() { //~ relock_while_held
            n += session.id as usize;
        }
        n
    }

    pub fn good_another_lock(&self, id: u64) {
        let mut names = self.names.lock().unwrap();
        let gone = self.active.lock().unwrap().remove(&id);
        names.remove(&id);
        drop(names);
        drop(gone);
    }

    pub fn good_old_value_outlives_guard(&self, id: u64, session: Arc<Session>) {
        let old = self.active.lock().unwrap().insert(id, session);
        drop(old);
    }
}

async fn issued(id: u64) -> Ticket {
    Ticket(id)
}

pub async fn bad_awaited_value(id: u64) -> usize {
    let ticket;
    let live = LIVE.lock().unwrap(); //~ await_holding_map_guard
    let n = live.len();
    ticket = issued(id).await;
    drop(ticket); //~ relock_while_held
    n
}
