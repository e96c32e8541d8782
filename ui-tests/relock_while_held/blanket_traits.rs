//! A method that a trait of the crate gives to all types is not meant where that trait is not in scope.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

pub mod db {
    use kvdb::KeyValueDb;

    pub trait Readable {
        fn read(&self, column: u32) -> Option<Vec<u8>>;
        fn size(&self) -> usize;
    }

    impl<T: KeyValueDb + ?Sized> Readable for T {
        fn read(&self, column: u32) -> Option<Vec<u8>> {
            self.get(column)
        }

        fn size(&self) -> usize {
            self.n_columns()
        }
    }
}

pub struct Graph {
    blocks: Arc<RwLock<HashMap<u64, u64>>>,
}

impl Graph {
    fn height(&self, block: u64) -> Option<u64> {
        self.blocks.read().unwrap_or_else(PoisonError::into_inner).get(&block).copied()
    }

    pub fn bad_nested(&self, block: u64) {
        let mut blocks = self.blocks.write().unwrap_or_else(PoisonError::into_inner);
        let height = self.height(block).unwrap_or(0); //~ relock_while_held: `self.blocks`
        blocks.insert(block, height + 1);
    }
}

pub mod in_scope {
    use super::db::Readable;

    pub fn good_other_method(columns: &Columns) -> usize {
        columns.size() + columns.read(1).map_or(0, |it| it.len())
    }

    pub struct Columns(pub u32);
}
