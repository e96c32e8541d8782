//! What runs within a span of `tracing` runs at once.

use std::collections::HashMap;
use std::sync::Mutex;

pub struct Ledger {
    sums: Mutex<HashMap<u32, u64>>,
    moves: Mutex<HashMap<u32, u64>>,
}

impl Ledger {
    fn size(&self) -> usize {
        tracing::info_span!("size").in_scope(|| self.sums.lock().unwrap().len())
    }

    pub fn bad_show(&self) {
        let sums = self.sums.lock().unwrap();
        println!("{} of {}", sums.len(), self.size()); //~ relock_while_held
    }

    pub fn good_show(&self) {
        let moves = self.moves.lock().unwrap();
        println!("{} of {}", moves.len(), self.size());
    }
}
