//! Guards that functions give out: by `return`, behind `impl DerefMut`, and of locks that are lent through a handle or a lazy static.

use std::collections::HashMap;
use std::ops::DerefMut;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

type Rows = HashMap<u32, String>;

static SPARE: LazyLock<Mutex<Rows>> = LazyLock::new(Default::default);

fn locked<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

pub struct Table {
    rows: Mutex<Rows>,
    shared: Arc<Mutex<Rows>>,
    sizes: Arc<Mutex<Vec<usize>>>,
}

impl Table {
    fn by_return(&self) -> MutexGuard<'_, Rows> {
        return self.rows.lock().unwrap();
    }

    fn hidden(&self) -> impl DerefMut<Target = Rows> + '_ {
        self.rows.lock().unwrap()
    }

    fn hidden_list(&self) -> impl DerefMut<Target = Vec<usize>> + '_ {
        self.sizes.lock().unwrap()
    }

    pub fn bad_by_return(&self) -> usize {
        let rows = self.by_return();
        rows.len() + self.by_return().capacity() //~ relock_while_held
    }

    pub fn bad_hidden(&self) -> usize {
        let rows = self.hidden();
        rows.len() + self.hidden().capacity() //~ relock_while_held
    }

    pub fn bad_lent_through_a_handle(&self) -> usize {
        let rows = locked(&self.shared);
        rows.len() + locked(&self.shared).capacity() //~ relock_while_held
    }

    pub fn good_ended(&self) -> usize {
        let rows = self.by_return().len();
        let hidden = self.hidden().len();
        rows + hidden + self.by_return().capacity()
    }

    pub fn good_no_map(&self) -> usize {
        let sizes = locked(&self.sizes);
        sizes.len() + locked(&self.sizes).capacity() + self.hidden_list().len()
    }
}

pub fn bad_lent_static() -> usize {
    let rows = locked(&SPARE);
    rows.len() + locked(&SPARE).capacity() //~ relock_while_held
}
