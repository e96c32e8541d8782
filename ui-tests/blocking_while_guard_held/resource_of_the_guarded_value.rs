//! The guarded value writes to its own file, and a struct of the crate brings the guard: who wants the lock wants just that file.
//@ enable: slow_work_while_guard_held

use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard};

pub struct Counters {
    by_name: HashMap<String, u64>,
}

pub struct Sidecar {
    file: File,
}

impl Sidecar {
    fn sync(&mut self) -> std::io::Result<()> {
        self.file.sync_all()
    }
}

pub struct Writer {
    sidecar: Option<Sidecar>,
    counters: std::sync::Arc<Counters>,
}

impl Writer {
    fn commit(&mut self) -> std::io::Result<()> {
        if let Some(sidecar) = &mut self.sidecar {
            sidecar.sync()?;
        }
        Ok(())
    }

    fn count(&self) -> usize {
        self.counters.by_name.len()
    }
}

/// The one writer, for as long as somebody has it.
pub struct Lent<'a> {
    guard: MutexGuard<'a, Option<Writer>>,
    journal: File,
}

impl Deref for Lent<'_> {
    type Target = Writer;

    fn deref(&self) -> &Writer {
        self.guard.as_ref().unwrap()
    }
}

impl DerefMut for Lent<'_> {
    fn deref_mut(&mut self) -> &mut Writer {
        self.guard.as_mut().unwrap()
    }
}

pub struct Store {
    writer: Mutex<Option<Writer>>,
    index: Mutex<HashMap<u64, u64>>,
}

impl Store {
    fn lend(&self, journal: File) -> Lent<'_> {
        Lent { guard: self.writer.lock().unwrap(), journal }
    }

    pub fn good_commits_its_own_file(&self, journal: File) -> std::io::Result<usize> {
        let mut writer = self.lend(journal);
        writer.commit()?;
        Ok(writer.count())
    }

    fn try_lend(&self, journal: Option<File>) -> std::io::Result<Lent<'_>> {
        let journal = journal.ok_or(std::io::ErrorKind::NotFound)?;
        Ok(self.lend(journal))
    }

    pub fn good_commits_what_was_tried(&self, journal: Option<File>) -> std::io::Result<usize> {
        let mut writer = self.try_lend(journal)?;
        writer.commit()?;
        Ok(writer.count())
    }

    pub fn good_tried_in_a_closure(&self, journal: Option<File>) -> std::io::Result<()> {
        self.try_lend(journal).and_then(|mut writer| writer.commit())
    }

    pub fn good_in_a_closure(&self, journal: Option<File>) -> Option<std::io::Result<()>> {
        journal.map(|it| self.lend(it)).map(|mut writer| writer.commit())
    }

    // The file stands beside the guard, not behind it.
    pub fn bad_file_beside_the_guard(&self, journal: File) -> std::io::Result<()> {
        let mut writer = self.lend(journal);
        writer.journal.write_all(b"begin")?; //~ slow_work_while_guard_held
        writer.journal.sync_all() //~ slow_work_while_guard_held
    }

    // The index is locked as well, and who wants that has no business with the file.
    pub fn bad_under_another_guard(&self, journal: File) -> std::io::Result<usize> {
        let index = self.index.lock().unwrap();
        let mut writer = self.lend(journal);
        writer.commit()?; //~ blocking_while_guard_held: `self.index`
        Ok(index.len())
    }
}
