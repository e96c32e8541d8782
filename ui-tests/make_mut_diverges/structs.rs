//! The handle leads to a struct around the map.

use std::collections::HashMap;
use std::sync::Arc;

#[derive(Clone, Default)]
pub struct Catalogue {
    prices: HashMap<String, u64>,
    version: u64,
}

#[derive(Clone, Default)]
pub struct Settings {
    name: String,
}

pub struct Window {
    catalogue: Arc<Catalogue>,
}

impl Window {
    fn price(&self, item: &str) -> Option<u64> {
        self.catalogue.prices.get(item).copied()
    }
}

pub struct Shop {
    catalogue: Arc<Catalogue>,
    settings: Arc<Settings>,
}

impl Shop {
    pub fn bad_open(&mut self, item: &str) -> Option<u64> {
        let window = Window { catalogue: Arc::clone(&self.catalogue) };
        Arc::make_mut(&mut self.catalogue).prices.insert(item.to_owned(), 1); //~ make_mut_diverges
        window.price(item)
    }

    pub fn good_opened_after(&mut self, item: &str) -> Option<u64> {
        Arc::make_mut(&mut self.catalogue).prices.insert(item.to_owned(), 1);
        let window = Window { catalogue: Arc::clone(&self.catalogue) };
        window.price(item)
    }

    pub fn good_old(&mut self, item: &str) -> Option<u64> {
        let before = Arc::clone(&self.catalogue);
        Arc::make_mut(&mut self.catalogue).prices.remove(item);
        before.prices.get(item).copied()
    }

    pub fn good_no_map(&mut self) -> usize {
        let settings = Arc::clone(&self.settings);
        Arc::make_mut(&mut self.settings).name.clear();
        settings.name.len()
    }
}
