//! What was found is written back as it was: the read supplies the value, and nothing was decided by it.

use std::collections::HashMap;
use std::sync::Mutex;

#[derive(Clone)]
pub struct Page {
    pub text: String,
}

pub struct Pages {
    by_path: Mutex<HashMap<String, Page>>,
}

impl Pages {
    fn load(&self, path: &str) -> Option<Page> {
        self.by_path.lock().unwrap().get(path).cloned()
    }

    fn store(&self, path: &str, page: Page) {
        self.by_path.lock().unwrap().insert(path.to_owned(), page);
    }

    pub fn good_put_back(&self, path: &str) -> bool {
        let Some(page) = self.by_path.lock().unwrap().get(path).cloned() else { return false };
        self.by_path.lock().unwrap().insert(path.to_owned(), page);
        true
    }

    pub fn good_stored_again(&self, path: &str) -> usize {
        let Some(page) = self.load(path) else { return 0 };
        let n = page.text.len();
        self.store(path, page);
        n
    }

    // Found by the check, but another one is written.
    pub fn bad_other_page(&self, path: &str, page: Page) -> bool {
        let Some(old) = self.load(path) else { return false };
        if old.text.is_empty() {
            self.store(path, page); //~ check_then_act
        }
        true
    }
}
