//! A guard that a log macro of slog is shown parts of is still held after it.

use slog::{Logger, crit, debug};
use std::collections::BTreeMap;
use std::sync::RwLock;

pub struct Headers {
    by_number: RwLock<BTreeMap<u64, u64>>,
    log: Logger,
}

impl Headers {
    pub fn bad_shown_by_key(&self, new: usize) -> usize {
        let headers = self.by_number.read().unwrap();
        debug!(
            self.log,
            "Imported {} headers", new;
            "cached" => headers.len(),
            "first" => ?headers.keys().next(),
            "all" => #?headers.len(),
            "new" => %new,
        );
        self.by_number.read().unwrap().len() //~ recursive_read_guard: `self.by_number`
    }

    pub fn bad_only_a_message(&self) -> usize {
        let headers = self.by_number.read().unwrap();
        crit!(self.log, "{} headers", headers.len());
        self.by_number.read().unwrap().len() //~ recursive_read_guard
    }

    pub fn good_given_to_an_unknown_macro(&self) -> usize {
        let headers = self.by_number.read().unwrap();
        slog_extra::hand_over!(headers => self.log);
        self.by_number.read().unwrap().len()
    }

    pub fn good_ended_first(&self) -> usize {
        let headers = self.by_number.read().unwrap();
        debug!(self.log, "headers"; "cached" => headers.len());
        drop(headers);
        self.by_number.read().unwrap().len()
    }
}
