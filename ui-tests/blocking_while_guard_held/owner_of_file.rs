// A writer that owns its files does its I/O in its own methods: whoever wants the lock wants just that.
//@ enable: slow_work_while_guard_held

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

struct Table {
    rows: BufWriter<File>,
    index: HashMap<u64, u64>,
    dir: PathBuf,
    pending: Option<Box<Sidecar>>,
}

struct Sidecar {
    file: File,
}

impl Sidecar {
    fn open(dir: &PathBuf) -> io::Result<Sidecar> {
        Ok(Sidecar { file: OpenOptions::new().append(true).open(dir.join("sidecar"))? })
    }
}

impl Table {
    fn append(&mut self, key: u64, row: &[u8]) -> io::Result<()> {
        if self.pending.is_none() {
            self.pending = Some(Box::new(Sidecar::open(&self.dir)?));
        }
        self.index.insert(key, row.len() as u64);
        self.rows.write_all(row)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.rows.flush()?;
        self.rows.get_ref().sync_all()
    }

    fn wait_for_disk(&mut self) {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

struct Tables {
    open: Mutex<Table>,
    by_name: Mutex<HashMap<String, Table>>,
}

impl Tables {
    fn write(&self, key: u64, row: &[u8]) -> io::Result<()> {
        let mut table = self.open.lock().unwrap();
        table.append(key, row)?;
        table.sync()
    }

    // Others want other entries of the map.
    fn write_to(&self, name: &str, row: &[u8]) -> io::Result<()> {
        let mut tables = self.by_name.lock().unwrap();
        let Some(table) = tables.get_mut(name) else { return Ok(()) };
        table.append(0, row) //~ blocking_while_guard_held
    }

    // A sleep is no work of the file's.
    fn pause(&self) {
        let mut table = self.open.lock().unwrap();
        table.wait_for_disk(); //~ blocking_while_guard_held
    }
}

// The file is shared with others, the map is what the lock is for.
struct Names {
    known: HashMap<String, u64>,
    log: Arc<File>,
}

impl Names {
    fn load(&mut self, name: &str) -> io::Result<()> {
        let text = fs::read_to_string(name)?;
        self.known.insert(name.to_owned(), text.len() as u64);
        Ok(())
    }
}

fn load(names: &Mutex<Names>, name: &str) -> io::Result<()> {
    names.lock().unwrap().load(name) //~ slow_work_while_guard_held
}

// A struct brings the guard.
struct Opened<'a>(std::sync::MutexGuard<'a, Option<Table>>);

impl std::ops::Deref for Opened<'_> {
    type Target = Table;

    fn deref(&self) -> &Table {
        self.0.as_ref().expect("opened")
    }
}

impl std::ops::DerefMut for Opened<'_> {
    fn deref_mut(&mut self) -> &mut Table {
        self.0.as_mut().expect("opened")
    }
}

struct Writers {
    table: Mutex<Option<Table>>,
}

impl Writers {
    fn writer(&self) -> io::Result<Opened<'_>> {
        Ok(Opened(self.table.lock().unwrap()))
    }

    fn write(&self, row: &[u8]) -> io::Result<()> {
        let mut writer = self.writer()?;
        writer.append(1, row)?;
        writer.sync()
    }
}
