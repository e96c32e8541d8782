//! The check and the write are functions that hand on to those of another type, which take the lock.

use parking_lot::RwLock;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;

#[derive(Default)]
pub struct Shelf {
    books: RwLock<HashMap<u32, String>>,
}

impl Shelf {
    fn has(&self, id: u32) -> bool {
        self.books.read().contains_key(&id)
    }

    fn title(&self, id: u32) -> Option<String> {
        self.books.read().get(&id).cloned()
    }

    fn put(&self, id: u32, title: String) {
        self.books.write().insert(id, title);
    }

    fn put_new(&self, id: u32, title: String) {
        self.books.write().entry(id).or_insert(title);
    }

    fn put_missing(&self, id: u32, title: String) {
        let mut books = self.books.write();
        if !books.contains_key(&id) {
            books.insert(id, title);
        }
    }
}

pub struct Library {
    shelf: Arc<Shelf>,
    lent: Shelf,
}

impl Library {
    fn owns(&self, id: u32) -> bool {
        self.shelf.has(id)
    }

    fn is_lent(&self, id: u32) -> bool {
        self.lent.has(id)
    }

    fn title_of(&self, id: u32) -> Result<String, String> {
        let title = self.shelf.title(id);
        title.ok_or_else(|| format!("no book {id}"))
    }

    fn add(&self, id: u32, title: &str) {
        self.shelf.put(id, title.to_owned())
    }

    fn add_new(&self, id: u32, title: &str) {
        self.shelf.put_new(id, title.to_owned())
    }

    fn add_missing(&self, id: u32, title: &str) {
        self.shelf.put_missing(id, title.to_owned())
    }

    pub fn bad(&self, id: u32, title: &str) {
        if !self.owns(id) {
            self.add(id, title); //~ check_then_act
        }
    }

    pub fn bad_one_of_them_nearer(&self, id: u32, title: &str) -> Result<(), String> {
        if self.shelf.has(id) {
            return Err(format!("{id} is here"));
        }
        self.add(id, title); //~ check_then_act
        Ok(())
    }

    pub fn bad_answer_turned_into_an_error(&self, id: u32, title: &str) {
        if self.title_of(id).is_err() {
            self.add(id, title); //~ check_then_act
        }
    }

    pub fn good_another_shelf(&self, id: u32, title: &str) {
        if !self.is_lent(id) {
            self.add(id, title);
        }
    }

    pub fn good_another_book(&self, id: u32, next: u32, title: &str) {
        if !self.owns(id) {
            self.add(next, title);
        }
    }

    pub fn good_looks_again(&self, id: u32, title: &str) {
        if !self.owns(id) {
            self.add_missing(id, title);
        }
    }

    pub fn good_only_if_new(&self, id: u32, title: &str) {
        if !self.owns(id) {
            self.add_new(id, title);
        }
    }
}

pub struct Desk {
    library: Library,
    busy: parking_lot::Mutex<()>,
}

impl Desk {
    fn knows(&self, id: u32) -> bool {
        self.library.owns(id)
    }

    fn note(&self, id: u32) {
        self.library.add(id, "unread");
    }

    pub fn bad_three_calls_deep(&self, id: u32) {
        if !self.knows(id) {
            self.note(id); //~ check_then_act
        }
    }

    pub fn good_one_at_a_time(&self, id: u32) {
        let _busy = self.busy.lock();
        if !self.knows(id) {
            self.note(id);
        }
    }
}

fn owned_by(library: &Library, id: u32) -> bool {
    library.owns(id)
}

fn added_to(library: &Library, id: u32) {
    library.add(id, "added");
}

pub fn bad_of_functions(library: &Library, id: u32) {
    if !owned_by(library, id) {
        added_to(library, id); //~ check_then_act
    }
}

pub fn good_of_functions(library: &Library, other: &Library, id: u32) {
    if !owned_by(library, id) {
        added_to(other, id);
    }
}

#[derive(Default)]
pub struct Queue {
    waiting: Mutex<HashMap<u32, String>>,
}

impl Queue {
    async fn waits(&self, id: u32) -> bool {
        self.waiting.lock().await.contains_key(&id)
    }

    async fn enter(&self, id: u32, name: String) {
        self.waiting.lock().await.insert(id, name);
    }
}

pub struct Hall {
    queue: Queue,
}

impl Hall {
    async fn is_there(&self, id: u32) -> bool {
        self.queue.waits(id).await
    }

    async fn let_in(&self, id: u32, name: String) {
        self.queue.enter(id, name).await;
    }

    pub async fn bad_of_futures(&self, id: u32, name: String) {
        if self.is_there(id).await {
            return;
        }
        self.let_in(id, name).await; //~ check_then_act
    }
}
