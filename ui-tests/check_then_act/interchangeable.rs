//! Values of which it does not matter which of two is kept: what can be changed in them lies behind handles that were given to them.

use dashmap::DashMap;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

pub struct Files {
    open: Mutex<HashMap<u64, String>>,
}

pub struct Reader {
    files: Arc<Files>,
    fragment: u64,
    n_rows: OnceLock<usize>,
}

pub struct Tenant {
    schemas: DashMap<String, String>,
}

#[derive(Clone)]
pub struct Session {
    inner: Arc<Mutex<Vec<u8>>>,
}

#[derive(Default)]
pub struct Usage {
    bytes: AtomicUsize,
}

pub struct Store {
    files: Arc<Files>,
    readers: Mutex<HashMap<u64, Arc<Reader>>>,
    tenants: DashMap<u64, Arc<Tenant>>,
    sessions: DashMap<u64, Session>,
    usage: DashMap<u64, Arc<Usage>>,
}

impl Store {
    fn open(&self, fragment: u64) -> Arc<Reader> {
        Arc::new(Reader { files: self.files.clone(), fragment, n_rows: OnceLock::new() })
    }

    pub fn good_reader(&self, fragment: u64) -> Arc<Reader> {
        if let Some(reader) = self.readers.lock().unwrap().get(&fragment).cloned() {
            return reader;
        }
        let reader = self.open(fragment);
        self.readers.lock().unwrap().insert(fragment, reader.clone());
        reader
    }

    // What is put into the one that loses is lost.
    pub fn bad_tenant(&self, id: u64) -> Arc<Tenant> {
        if let Some(tenant) = self.tenants.get(&id) {
            return tenant.clone();
        }
        let tenant = Arc::new(Tenant { schemas: DashMap::new() });
        self.tenants.insert(id, tenant.clone()); //~ check_then_act
        tenant
    }

    pub fn bad_session(&self, id: u64) -> Session {
        if let Some(session) = self.sessions.get(&id) {
            return session.clone();
        }
        let session = Session { inner: Arc::default() };
        self.sessions.insert(id, session.clone()); //~ check_then_act
        session
    }

    pub fn bad_usage(&self, id: u64) -> Arc<Usage> {
        if let Some(usage) = self.usage.get(&id) {
            return usage.clone();
        }
        let usage = Arc::new(Usage::default());
        self.usage.insert(id, usage.clone()); //~ check_then_act
        usage.bytes.fetch_add(1, Ordering::Relaxed);
        usage
    }
}

pub struct Descriptors {
    recent: Mutex<lru::LruCache<String, Arc<std::fs::File>>>,
    open: Mutex<HashMap<String, Arc<std::fs::File>>>,
}

impl Descriptors {
    // The cache gives files up, while others still have them: they are opened again in any case.
    pub fn good_given_up(&self, path: &str) -> std::io::Result<Arc<std::fs::File>> {
        if let Some(file) = self.recent.lock().unwrap().get(path) {
            return Ok(file.clone());
        }
        let file = Arc::new(std::fs::File::open(path)?);
        self.recent.lock().unwrap().put(path.to_owned(), file.clone());
        Ok(file)
    }

    // Two places in one file.
    pub fn bad_kept(&self, path: &str) -> std::io::Result<Arc<std::fs::File>> {
        if let Some(file) = self.open.lock().unwrap().get(path) {
            return Ok(file.clone());
        }
        let file = Arc::new(std::fs::File::open(path)?);
        self.open.lock().unwrap().insert(path.to_owned(), file.clone()); //~ check_then_act
        Ok(file)
    }
}
