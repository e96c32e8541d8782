//! What serde writes to a file or reads from one.

use parking_lot::{Mutex, RwLock};
use std::collections::HashMap;
use std::fs::File;
use std::io::BufWriter;

pub struct Settings {
    values: RwLock<HashMap<String, String>>,
    loaded: Mutex<HashMap<String, HashMap<String, String>>>,
}

impl Settings {
    pub fn bad_saved(&self, file: &File) -> serde_json::Result<()> {
        let values = self.values.read();
        serde_json::to_writer(file, &*values) //~ blocking_while_guard_held
    }

    pub fn bad_saved_in_a_buffer(&self, file: File) -> serde_json::Result<()> {
        serde_json::to_writer_pretty(BufWriter::new(file), &*self.values.read()) //~ blocking_while_guard_held
    }

    pub fn bad_loaded(&self, name: &str, file: File) -> serde_json::Result<()> {
        let mut loaded = self.loaded.lock();
        loaded.insert(name.to_owned(), serde_json::from_reader(file)?); //~ blocking_while_guard_held
        Ok(())
    }

    // In memory.
    pub fn good_text(&self) -> serde_json::Result<Vec<u8>> {
        let mut text = Vec::new();
        serde_json::to_writer(&mut text, &*self.values.read())?;
        Ok(text)
    }

    pub fn good_loaded_first(&self, name: &str, file: File) -> serde_json::Result<()> {
        let values = serde_json::from_reader(file)?;
        self.loaded.lock().insert(name.to_owned(), values);
        Ok(())
    }
}
