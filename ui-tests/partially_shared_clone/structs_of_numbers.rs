//! What a clone has of its own may be a struct of numbers or collections.
//@ enable: partially_shared_clone
//@ edition: 2024

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
pub struct Figures {
    hits: u64,
    misses: u64,
}

#[derive(Clone)]
pub struct Fetcher { //~ partially_shared_clone
    pages: Arc<Mutex<HashMap<String, String>>>,
    figures: Figures,
}

impl Fetcher {
    pub fn page(&mut self, name: &str) -> Option<String> {
        let page = self.pages.lock().unwrap().get(name).cloned();
        match page {
            Some(_) => self.figures.hits += 1,
            None => self.figures.misses += 1,
        }
        page
    }
}

#[derive(Clone)]
pub struct SharedFigures {
    hits: Arc<Mutex<u64>>,
    last: String,
}

/// The figures are half shared themselves.
#[derive(Clone)]
pub struct GoodOfHandles {
    pages: Arc<Mutex<HashMap<String, String>>>,
    figures: SharedFigures,
}

impl GoodOfHandles {
    pub fn page(&mut self, name: &str) -> Option<String> {
        self.figures.last = name.to_owned();
        self.pages.lock().unwrap().get(name).cloned()
    }
}
