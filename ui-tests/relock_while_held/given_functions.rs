//! Functions and closures that a library runs on what it is given: the place is the receiver's.

use std::collections::HashMap;
use std::sync::Mutex;

#[derive(Default)]
pub struct Index {
    words: Mutex<HashMap<String, u64>>,
    next: Option<Box<Index>>,
}

impl Index {
    pub fn size(&self) -> usize {
        self.words.lock().unwrap().len()
    }

    pub fn has(&self, word: &str) -> bool {
        self.words.lock().unwrap().contains_key(word)
    }

    pub fn bad_method_by_name(&self) -> usize {
        let words = self.words.lock().unwrap();
        words.len() + Some(self).map(Index::size).unwrap_or(0) //~ relock_while_held
    }

    pub fn bad_closure_on_some(&self) -> bool {
        let words = self.words.lock().unwrap();
        Some(self).is_some_and(|it| it.has("a")) || words.is_empty() //~ relock_while_held
    }

    pub fn bad_iterated(&self) -> Vec<usize> {
        let words = self.words.lock().unwrap();
        let sizes = std::iter::once(self).map(Index::size).collect(); //~ relock_while_held
        drop(words);
        sizes
    }

    pub fn bad_and_then(&self, at: &Option<&Index>) -> Option<usize> {
        let Some(index) = at else { return None };
        let words = index.words.lock().unwrap();
        at.and_then(|it| Some(it.size() + words.len())) //~ relock_while_held
    }

    pub fn bad_named_function(&self) -> usize {
        let size = Index::size;
        let words = self.words.lock().unwrap();
        words.len() + size(self) //~ relock_while_held
    }

    // Another index.
    pub fn good_next(&self) -> usize {
        let words = self.words.lock().unwrap();
        words.len() + self.next.as_deref().map(Index::size).unwrap_or(0)
    }

    // Nothing runs until the iterator is advanced, and by then the guard is gone.
    pub fn good_later(&self) -> usize {
        let words = self.words.lock().unwrap();
        let sizes = std::iter::once(self).map(Index::size);
        drop(words);
        sizes.sum()
    }

    pub fn bad_for_loop(&self, ids: &[u64]) -> usize {
        let sizes = ids.iter().map(|_| self.size()); //~ relock_while_held
        let words = self.words.lock().unwrap();
        let mut sum = words.len();
        for size in sizes {
            sum += size;
        }
        sum
    }

    pub fn bad_bound_before(&self, ids: &[u64]) -> usize {
        let sizes = ids.iter().map(|_| self.size()).filter(|it| *it > 0).enumerate(); //~ relock_while_held
        let words = self.words.lock().unwrap();
        words.len() + sizes.count()
    }

    pub fn good_given_back<'a>(&'a self, ids: &'a [u64]) -> impl Iterator<Item = usize> + 'a {
        let words = self.words.lock().unwrap();
        let n = words.len();
        ids.iter().map(move |_| self.size() + n)
    }

    pub fn good_others(&self, others: &[Index]) -> usize {
        let words = self.words.lock().unwrap();
        words.len() + others.iter().map(Index::size).sum::<usize>()
    }

    // Each has a lock of its own.
    pub fn good_all_at_once(shards: &[Index]) -> usize {
        let guards: Vec<_> = shards.iter().map(|it| it.words.lock().unwrap()).collect();
        guards.iter().map(|it| it.len()).sum()
    }

    pub fn good_one_after_the_other(shards: &[Index]) {
        shards.iter().map(|it| it.words.lock().unwrap()).for_each(|mut words| words.clear());
    }
}
