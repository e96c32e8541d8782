//! Maps that are taken out and yet dropped while their guard lives.
//@ enable: map_dropped_under_guard

use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap};
use std::mem;
use std::sync::mpsc::Sender;

#[derive(Default)]
pub struct Round {
    votes: HashMap<u64, String>,
    n: u64,
}

pub struct Poll {
    round: Mutex<Round>,
    late: Mutex<BTreeMap<u64, String>>,
}

impl Poll {
    fn bad_dropped_at_once(&self) {
        let mut round = self.round.lock();
        drop(mem::take(&mut round.votes)); //~ map_dropped_under_guard
        round.n += 1;
    }

    // Variables die in the reverse order of their declarations: the map before the guard.
    fn bad_declared_after_the_guard(&self) -> usize {
        let mut late = self.late.lock();
        let old = mem::take(&mut *late); //~ map_dropped_under_guard
        old.len()
    }

    fn bad_not_kept(&self) {
        let mut late = self.late.lock();
        let _ = mem::replace(&mut *late, BTreeMap::new()); //~ map_dropped_under_guard
        late.insert(0, String::new());
    }

    fn bad_temporary_guard() {
        static POLLS: Mutex<BTreeMap<u64, String>> = Mutex::new(BTreeMap::new());
        mem::take(&mut *POLLS.lock()); //~ map_dropped_under_guard
    }

    fn bad_dropped_later(&self, next: BTreeMap<u64, String>) {
        let mut late = self.late.lock();
        let old = mem::replace(&mut *late, next);
        println!("{} were late", old.len());
        drop(old); //~ map_dropped_under_guard
        late.remove(&0);
    }

    fn good_dropped_after_the_guard(&self) {
        let mut late = self.late.lock();
        let old = mem::take(&mut *late);
        drop(late);
        println!("{} were late", old.len());
    }

    fn good_declared_before_the_guard(&self) -> u64 {
        let old;
        let mut round = self.round.lock();
        old = mem::take(&mut round.votes);
        round.n += old.len() as u64;
        round.n
    }

    fn good_given_out(&self) -> BTreeMap<u64, String> {
        let mut late = self.late.lock();
        let old = mem::take(&mut *late);
        late.insert(0, String::new());
        old
    }

    fn good_sent(&self, to: &Sender<HashMap<u64, String>>) {
        let mut round = self.round.lock();
        let _ = to.send(mem::take(&mut round.votes));
    }

    fn good_number_taken(&self) -> u64 {
        let mut round = self.round.lock();
        let n = mem::take(&mut round.n);
        n + 1
    }
}
