//! Two fields that are given one handle wherever a value is made are one lock, by whichever it is taken.
//@ enable: relock_while_held, recursive_read_guard

use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};

type Users = Arc<Mutex<HashMap<u64, String>>>;

pub struct Mailer {
    users: Users,
    host: String,
}

impl Mailer {
    pub fn new(users: Users, host: &str) -> Result<Self, String> {
        if host.is_empty() {
            return Err(String::from("no host"));
        }
        Ok(Self { users, host: host.to_owned() })
    }

    pub fn forget(&self, id: u64) {
        self.users.lock().unwrap().remove(&id);
    }

    pub fn host(&self) -> &str {
        &self.host
    }
}

pub struct Server {
    users: Users,
    mailer: Mailer,
}

impl Server {
    pub fn new(users: Users) -> Result<Self, String> {
        let mailer = Mailer::new(users.clone(), "localhost")?;
        Ok(Self { users, mailer })
    }

    pub fn close(&self, id: u64) {
        let users = self.users.lock().unwrap();
        if users.contains_key(&id) {
            self.mailer.forget(id); //~ relock_while_held
        }
    }

    pub fn close_after(&self, id: u64) {
        let known = self.users.lock().unwrap().contains_key(&id);
        if known {
            self.mailer.forget(id);
        }
    }
}

/// Who is given the server has the same two fields.
pub fn close_all(server: &Arc<Server>) {
    let users = server.users.lock().unwrap();
    for id in users.keys() {
        server.mailer.forget(*id); //~ relock_while_held
    }
}

/// Made by a literal inside a literal, and read by both ways.
pub struct Page {
    rows: Arc<RwLock<HashMap<u64, String>>>,
    head: Head,
}

pub struct Head {
    all: Arc<RwLock<HashMap<u64, String>>>,
}

pub fn page() -> Page {
    let rows = Arc::new(RwLock::new(HashMap::new()));
    Page { rows: Arc::clone(&rows), head: Head { all: rows } }
}

impl Page {
    pub fn title(&self, id: u64) -> Option<String> {
        let rows = self.rows.read().unwrap();
        let title = rows.get(&id).cloned();
        self.head.all.write().unwrap().remove(&id); //~ relock_while_held
        title
    }

    pub fn len(&self) -> usize {
        let rows = self.rows.read().unwrap();
        rows.len() + self.head.all.read().unwrap().len() //~ recursive_read_guard
    }
}

/// A copy has in both fields what the other one has.
impl Clone for Page {
    fn clone(&self) -> Self {
        Page { rows: self.rows.clone(), head: Head { all: self.head.all.clone() } }
    }
}

/// One of two makers gives each field a lock of its own.
pub struct Either {
    users: Users,
    mailer: Mailer,
}

impl Either {
    pub fn shared(users: Users) -> Result<Self, String> {
        Ok(Self { mailer: Mailer::new(users.clone(), "localhost")?, users })
    }

    pub fn apart() -> Result<Self, String> {
        Ok(Self { mailer: Mailer::new(Users::default(), "localhost")?, users: Users::default() })
    }

    pub fn close(&self, id: u64) {
        let users = self.users.lock().unwrap();
        if users.contains_key(&id) {
            self.mailer.forget(id);
        }
    }
}

/// A derived `Default` makes two.
#[derive(Default)]
pub struct Defaulted {
    users: Users,
    others: Users,
}

impl Defaulted {
    pub fn of(users: Users) -> Self {
        Self { others: users.clone(), users }
    }

    pub fn close(&self, id: u64) {
        let users = self.users.lock().unwrap();
        if users.contains_key(&id) {
            self.others.lock().unwrap().remove(&id);
        }
    }
}

/// One field is given another handle later.
pub struct Changing {
    users: Users,
    others: Users,
}

impl Changing {
    pub fn new(users: Users) -> Self {
        Self { others: users.clone(), users }
    }

    pub fn part(&mut self) {
        self.others = Users::default();
    }

    pub fn close(&self, id: u64) {
        let users = self.users.lock().unwrap();
        if users.contains_key(&id) {
            self.others.lock().unwrap().remove(&id);
        }
    }
}

/// What is not named comes from another value.
pub struct Updated {
    users: Users,
    others: Users,
    name: String,
}

impl Updated {
    pub fn new(users: Users) -> Self {
        Self { others: users.clone(), users, name: String::new() }
    }

    pub fn with_others(self, others: Users) -> Self {
        Self { others, ..self }
    }

    pub fn close(&self, id: u64) -> &str {
        let users = self.users.lock().unwrap();
        if users.contains_key(&id) {
            self.others.lock().unwrap().remove(&id);
        }
        &self.name
    }
}

/// Two maps of one type.
pub struct Apart {
    users: Users,
    others: Users,
}

impl Apart {
    pub fn new(users: Users, others: Users) -> Self {
        Self { users, others }
    }

    pub fn close(&self, id: u64) {
        let users = self.users.lock().unwrap();
        if users.contains_key(&id) {
            self.others.lock().unwrap().remove(&id);
        }
    }
}

/// Handles that a function gives out in a tuple are those of the value that it is called on.
impl Server {
    fn parts(&self) -> (Users, String) {
        (self.users.clone(), self.mailer.host().to_owned())
    }

    pub fn bad_given_in_a_tuple(&self, id: u64) -> String {
        let (users, host) = self.parts();
        let users = users.lock().unwrap();
        let last = self.users.lock().unwrap().remove(&id); //~ relock_while_held
        last.unwrap_or_else(|| users.get(&0).cloned().unwrap_or(host))
    }

    fn fresh(&self) -> (Users, String) {
        (Users::default(), self.mailer.host().to_owned())
    }

    pub fn good_made_in_a_tuple(&self, id: u64) -> String {
        let (users, host) = self.fresh();
        let users = users.lock().unwrap();
        let last = self.users.lock().unwrap().remove(&id);
        last.unwrap_or_else(|| users.get(&0).cloned().unwrap_or(host))
    }
}
