//! Guards that are there to keep others out while files are written, and guards of the map that is looked at.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, RwLock};
use std::time::Duration;

pub struct Tree {
    running: Mutex<HashMap<u64, u64>>,
    tables: RwLock<HashMap<u64, Vec<u8>>>,
}

impl Tree {
    pub fn good_one_version_at_a_time(&self, path: &Path) -> std::io::Result<()> {
        let _running = self.running.lock().unwrap();
        std::fs::write(path, b"version")?;
        std::fs::File::open(path)?.sync_all()
    }

    pub fn bad_is_looked_at(&self, path: &Path) -> std::io::Result<()> {
        let running = self.running.lock().unwrap();
        for id in running.keys() {
            std::fs::write(path.join(id.to_string()), b"run")?; //~ blocking_while_guard_held
        }
        Ok(())
    }

    pub fn bad_is_filled(&self, path: &Path) -> std::io::Result<()> {
        let mut tables = self.tables.write().unwrap();
        let table = std::fs::read(path)?; //~ blocking_while_guard_held
        tables.insert(1, table);
        Ok(())
    }

    pub fn bad_waits_for_no_file(&self) {
        let _running = self.running.lock().unwrap();
        std::thread::sleep(Duration::from_millis(10)); //~ blocking_while_guard_held
    }
}
