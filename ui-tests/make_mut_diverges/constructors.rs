//! The second handle goes through a constructor, and is looked into by a method of the value that has it.

use std::collections::BTreeMap;
use std::sync::Arc;

pub struct Matcher {
    rules: Arc<BTreeMap<String, u32>>,
}

impl Matcher {
    fn new(rules: Arc<BTreeMap<String, u32>>) -> Matcher {
        Matcher { rules }
    }

    fn matches(&self, text: &str) -> bool {
        self.rules.contains_key(text)
    }
}

pub struct Engine {
    rules: Arc<BTreeMap<String, u32>>,
    matcher: Matcher,
}

impl Engine {
    pub fn new() -> Engine {
        let rules = Arc::new(BTreeMap::new());
        let matcher = Matcher::new(Arc::clone(&rules));
        Engine { rules, matcher }
    }

    pub fn bad_learn(&mut self, text: &str) {
        Arc::make_mut(&mut self.rules).insert(text.to_owned(), 1); //~ make_mut_diverges
    }

    pub fn good_knows(&self, text: &str) -> bool {
        self.matcher.matches(text)
    }
}

pub struct KeptUp {
    table: Arc<BTreeMap<String, u32>>,
    finder: Finder,
}

pub struct Finder {
    table: Arc<BTreeMap<String, u32>>,
}

impl Finder {
    fn over(table: &Arc<BTreeMap<String, u32>>) -> Finder {
        Finder { table: Arc::clone(table) }
    }

    fn finds(&self, text: &str) -> bool {
        self.table.contains_key(text)
    }
}

impl KeptUp {
    pub fn new() -> KeptUp {
        let table = Arc::new(BTreeMap::new());
        let finder = Finder::over(&table);
        KeptUp { table, finder }
    }

    pub fn good_gives_the_new_one_on(&mut self, text: &str) {
        Arc::make_mut(&mut self.table).insert(text.to_owned(), 1);
        self.finder.table = Arc::clone(&self.table);
    }

    pub fn good_finds(&self, text: &str) -> bool {
        self.finder.finds(text)
    }
}

// The other one has a map of its own.
pub struct Apart {
    words: Arc<BTreeMap<String, u32>>,
    filter: Filter,
}

pub struct Filter {
    words: Arc<BTreeMap<String, u32>>,
}

impl Filter {
    fn of(words: &BTreeMap<String, u32>) -> Filter {
        Filter { words: Arc::new(words.clone()) }
    }

    fn passes(&self, text: &str) -> bool {
        self.words.contains_key(text)
    }
}

impl Apart {
    pub fn new() -> Apart {
        let words = Arc::new(BTreeMap::new());
        let filter = Filter::of(&words);
        Apart { words, filter }
    }

    pub fn good_own_map(&mut self, text: &str) {
        Arc::make_mut(&mut self.words).insert(text.to_owned(), 1);
    }

    pub fn good_passes(&self, text: &str) -> bool {
        self.filter.passes(text)
    }
}
