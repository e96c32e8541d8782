//! A macro that we cannot read names the guard: what it does with it is not known.
use parking_lot::RwLock;
use std::collections::HashMap;

pub struct Locks {
    table: RwLock<Table>,
}

pub struct Table {
    rows: HashMap<u64, u64>,
    version: u64,
}

impl Locks {
    fn good_named_in_an_unknown_macro(&self, version: u64) -> usize {
        let mut table = self.table.write();
        note!("moving {} rows", table.rows.len(); "version" => version);
        table.version = version;
        table.rows.len()
    }

    fn bad_only_looked_at(&self) -> usize {
        let table = self.table.write(); //~ write_guard_only_reads
        table.rows.len()
    }
}
