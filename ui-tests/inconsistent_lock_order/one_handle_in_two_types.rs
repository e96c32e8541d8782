//! Two types that are given one handle where they are made have one lock: the order in which they take it counts together.
//@ enable: inconsistent_lock_order

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

pub type Catalog = HashMap<String, u64>;
pub type Users = HashMap<u64, String>;

/// Gives out what is in the catalog.
pub struct CatalogReader(Arc<RwLock<Catalog>>);

impl CatalogReader {
    pub fn new(inner: Arc<RwLock<Catalog>>) -> Self {
        CatalogReader(inner)
    }
}

pub struct UserReader(Arc<RwLock<Users>>);

impl UserReader {
    pub fn new(inner: Arc<RwLock<Users>>) -> Self {
        UserReader(inner)
    }
}

/// Keeps both up to date.
pub struct Observer {
    catalog: Arc<RwLock<Catalog>>,
    users: Arc<RwLock<Users>>,
}

impl Observer {
    pub fn new(catalog: Arc<RwLock<Catalog>>, users: Arc<RwLock<Users>>) -> Self {
        Observer { catalog, users }
    }

    pub fn reset(&self) {
        let mut catalog = self.catalog.write().unwrap();
        let mut users = self.users.write().unwrap(); //~ inconsistent_lock_order
        catalog.clear();
        users.clear();
    }
}

pub struct Env {
    catalog: CatalogReader,
    users: UserReader,
}

impl Env {
    /// With nobody to keep it up to date.
    pub fn empty() -> Self {
        let catalog = CatalogReader::new(Arc::new(RwLock::new(HashMap::new())));
        let users = UserReader::new(Arc::new(RwLock::new(HashMap::new())));
        Env { catalog, users }
    }

    pub fn init() -> (Self, Observer) {
        let catalog = Arc::new(RwLock::new(HashMap::new()));
        let reader = CatalogReader::new(catalog.clone());
        let users = Arc::new(RwLock::new(HashMap::new()));
        let user_reader = UserReader::new(users.clone());
        let observer = Observer::new(catalog, users);
        (Env { catalog: reader, users: user_reader }, observer)
    }

    pub fn owner(&self, table: &str) -> Option<String> {
        let users = self.users.0.read().unwrap();
        let catalog = self.catalog.0.read().unwrap();
        users.get(catalog.get(table)?).cloned()
    }
}

/// The same types for locks of their own: each is made for itself.
pub mod apart {
    use super::{Catalog, Users};
    use std::sync::{Arc, RwLock};

    pub struct Rows(Arc<RwLock<Catalog>>);
    pub struct Names(Arc<RwLock<Users>>);

    pub struct Writer {
        catalog: Arc<RwLock<Catalog>>,
        users: Arc<RwLock<Users>>,
    }

    pub fn reader() -> (Rows, Names) {
        (Rows(Arc::default()), Names(Arc::default()))
    }

    pub fn writer() -> Writer {
        Writer { catalog: Arc::default(), users: Arc::default() }
    }

    impl Writer {
        pub fn reset(&self) {
            let mut catalog = self.catalog.write().unwrap();
            self.users.write().unwrap().clear();
            catalog.clear();
        }
    }

    pub fn owner(rows: &Rows, names: &Names, table: &str) -> Option<String> {
        let users = names.0.read().unwrap();
        users.get(rows.0.read().unwrap().get(table)?).cloned()
    }
}

/// One of two writers has a handle of its own, made by another type: which of them a reader goes with cannot be said.
pub mod either {
    use super::{Catalog, Users};
    use std::sync::{Arc, RwLock};

    pub struct Rows(Arc<RwLock<Catalog>>);
    pub struct Names(Arc<RwLock<Users>>);

    pub struct Writer {
        catalog: Arc<RwLock<Catalog>>,
        users: Arc<RwLock<Users>>,
    }

    pub fn both() -> (Rows, Names, Writer) {
        let (catalog, users) = (Arc::default(), Arc::default());
        let writer = Writer { catalog: Arc::clone(&catalog), users: Arc::clone(&users) };
        (Rows(catalog), Names(users), writer)
    }

    pub fn alone() -> Writer {
        Writer { catalog: Arc::default(), users: Arc::default() }
    }

    pub fn readers() -> (Rows, Names) {
        (Rows(Arc::default()), Names(Arc::default()))
    }

    impl Writer {
        pub fn reset(&self) {
            let mut catalog = self.catalog.write().unwrap();
            self.users.write().unwrap().clear();
            catalog.clear();
        }
    }

    pub fn owner(rows: &Rows, names: &Names, table: &str) -> Option<String> {
        let users = names.0.read().unwrap();
        users.get(rows.0.read().unwrap().get(table)?).cloned()
    }
}

/// A function that is started with the locks which are put into a value beside it.
pub mod started {
    use super::{Catalog, Users};
    use std::sync::{Arc, Mutex};
    use std::thread;

    pub struct Reactor {
        catalog: Arc<Mutex<Catalog>>,
        users: Arc<Mutex<Users>>,
    }

    fn run(catalog: Arc<Mutex<Catalog>>, users: Arc<Mutex<Users>>) {
        loop {
            let mut catalog = catalog.lock().unwrap();
            let users = users.lock().unwrap(); //~ inconsistent_lock_order
            catalog.insert(String::from("users"), users.len() as u64);
        }
    }

    impl Reactor {
        pub fn new() -> Self {
            let catalog = Arc::new(Mutex::new(Catalog::new()));
            let users = Arc::new(Mutex::new(Users::new()));
            let (tables, names) = (catalog.clone(), users.clone());
            thread::spawn(move || run(tables, names));
            Reactor { catalog, users }
        }

        pub fn owner(&self, table: &str) -> Option<String> {
            let users = self.users.lock().unwrap();
            users.get(self.catalog.lock().unwrap().get(table)?).cloned()
        }
    }
}

/// What is started has locks of its own.
pub mod started_apart {
    use super::{Catalog, Users};
    use std::sync::{Arc, Mutex};
    use std::thread;

    pub struct Reactor {
        catalog: Arc<Mutex<Catalog>>,
        users: Arc<Mutex<Users>>,
    }

    fn run(catalog: Arc<Mutex<Catalog>>, users: Arc<Mutex<Users>>) {
        let mut catalog = catalog.lock().unwrap();
        let users = users.lock().unwrap();
        catalog.insert(String::from("users"), users.len() as u64);
    }

    impl Reactor {
        pub fn new() -> Self {
            thread::spawn(|| run(Arc::default(), Arc::default()));
            Reactor { catalog: Arc::default(), users: Arc::default() }
        }

        pub fn owner(&self, table: &str) -> Option<String> {
            let users = self.users.lock().unwrap();
            users.get(self.catalog.lock().unwrap().get(table)?).cloned()
        }
    }
}
