//! A cell that is filled when it is found empty is not filled again while a guard lives that came out after the fill.

use std::cell::{Ref, RefCell};
use std::collections::HashMap;

pub struct Options {
    text: String,
    parsed: RefCell<Option<HashMap<String, String>>>,
    sizes: RefCell<HashMap<String, usize>>,
}

impl Options {
    pub fn parsed(&self) -> Ref<'_, Option<HashMap<String, String>>> {
        if self.parsed.borrow().is_none() {
            *self.parsed.borrow_mut() = Some(HashMap::from([(self.text.clone(), String::new())]));
        }
        self.parsed.borrow()
    }

    fn of(&self, name: &str) -> Option<String> {
        self.parsed().as_ref()?.get(name).cloned()
    }

    pub fn good_all(&self) -> usize {
        let parsed = self.parsed();
        parsed.iter().flatten().filter(|(name, _)| self.of(name).is_some()).count()
    }

    pub fn good_other_accessor(&self) -> usize {
        let parsed = self.parsed();
        let n = self.names().len();
        n + parsed.iter().count()
    }

    pub fn names(&self) -> Vec<String> {
        if self.parsed.borrow().is_none() {
            *self.parsed.borrow_mut() = Some(HashMap::new());
        }
        self.parsed.borrow().iter().flatten().map(|it| it.0.clone()).collect()
    }

    /// The first look is by another guard: nothing says that it found something.
    pub fn bad_unfilled(&self) -> usize {
        let parsed = self.parsed.borrow();
        let n = self.names().len(); //~ relock_while_held
        n + parsed.iter().count()
    }

    /// What decides is not in the cell.
    pub fn sizes(&self, renew: bool) -> Ref<'_, HashMap<String, usize>> {
        if renew {
            self.sizes.borrow_mut().clear();
        }
        self.sizes.borrow()
    }

    pub fn bad_renewed(&self) -> usize {
        let sizes = self.sizes(false);
        let n = self.sizes(sizes.len() > 3).len(); //~ relock_while_held
        n + sizes.len()
    }
}
