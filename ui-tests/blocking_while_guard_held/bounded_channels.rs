//! Channels whose bounded and unbounded ends are of one type: how the channel was made says whether sending can wait.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

pub struct Press {
    sheets: crossbeam_channel::Sender<u32>,
    notes: crossbeam_channel::Sender<String>,
    proofs: flume::Sender<u32>,
    either: flume::Sender<u32>,
    given: crossbeam_channel::Sender<u32>,
    printed: Mutex<HashMap<u32, u64>>,
}

impl Press {
    pub fn new(given: crossbeam_channel::Sender<u32>, small: bool) -> (Press, crossbeam_channel::Receiver<u32>) {
        let (sheets, tray) = crossbeam_channel::bounded(8);
        let (notes, _) = crossbeam_channel::unbounded();
        let (proofs, _) = flume::bounded(1);
        let either = if small { flume::bounded(1).0 } else { flume::unbounded().0 };
        (Press { sheets, notes, proofs: proofs.clone(), either, given, printed: Mutex::default() }, tray)
    }

    pub fn bad_print(&self, id: u32) {
        let mut printed = self.printed.lock().unwrap();
        *printed.entry(id).or_insert(0) += 1;
        let _ = self.sheets.send(id); //~ blocking_while_guard_held: sending to a bounded channel
    }

    pub fn bad_proof(&self) {
        for id in self.printed.lock().unwrap().keys() {
            let _ = self.proofs.send(*id); //~ blocking_while_guard_held: sending to a bounded channel
        }
    }

    pub fn good_note(&self, id: u32) {
        let mut printed = self.printed.lock().unwrap();
        printed.insert(id, 0);
        let _ = self.notes.send(id.to_string());
    }

    // How these were made cannot be said.
    pub fn good_not_known(&self, id: u32) {
        let mut printed = self.printed.lock().unwrap();
        printed.insert(id, 0);
        let _ = self.either.send(id);
        let _ = self.given.send(id);
    }

    pub fn good_tried(&self, id: u32) -> bool {
        let mut printed = self.printed.lock().unwrap();
        printed.insert(id, 0);
        self.sheets.try_send(id).is_ok()
    }

    pub fn good_after(&self, id: u32) {
        self.printed.lock().unwrap().insert(id, 0);
        let _ = self.sheets.send(id);
    }
}

pub fn bad_local(printed: Arc<Mutex<HashMap<u32, u64>>>) -> crossbeam_channel::Receiver<u32> {
    let (tx, rx) = crossbeam_channel::bounded(0);
    std::thread::spawn(move || {
        let printed = printed.lock().unwrap();
        for id in printed.keys() {
            let _ = tx.send(*id); //~ blocking_while_guard_held: sending to a bounded channel
        }
    });
    rx
}

pub fn good_local(printed: &Mutex<HashMap<u32, u64>>) -> flume::Receiver<u32> {
    let (tx, rx) = flume::unbounded();
    let printed = printed.lock().unwrap();
    for id in printed.keys() {
        let _ = tx.send(*id);
    }
    rx
}
