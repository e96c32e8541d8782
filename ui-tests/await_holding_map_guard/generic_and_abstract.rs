//! Guards whose lock is known where they are taken only by type arguments, a trait's signature or a closure.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

pub struct Guarded<T>(Arc<Mutex<T>>);

impl<T> Guarded<T> {
    pub fn open(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap()
    }
}

async fn send(_n: usize) {}

pub async fn generic(guarded: &Guarded<HashMap<u8, u8>>) {
    let open = guarded.open(); //~ await_holding_map_guard
    send(open.len()).await;
}

pub async fn generic_number(guarded: &Guarded<usize>) {
    let open = guarded.open();
    send(*open).await;
}

pub trait Store {
    fn index(&self) -> &Mutex<HashMap<u8, u8>>;

    fn open_index(&self) -> MutexGuard<'_, HashMap<u8, u8>> {
        self.index().lock().unwrap()
    }

    fn rows(&self, table: u8) -> MutexGuard<'_, HashMap<u8, u8>>;
}

pub async fn bound<S: Store>(store: &S) {
    let open = store.open_index(); //~ await_holding_map_guard
    send(open.len()).await;
}

pub async fn object(store: &dyn Store) {
    let rows = store.rows(3); //~ await_holding_map_guard
    send(rows.len()).await;
}

pub async fn owned(store: impl Store) {
    let n = store.rows(3).len();
    send(n).await;
    let rows = store.rows(3); //~ await_holding_map_guard
    send(rows.len()).await;
}

pub async fn by_a_closure(cell: &Mutex<HashMap<u8, u8>>) {
    let open = || cell.lock().unwrap_or_else(|it| it.into_inner());
    let held = open(); //~ await_holding_map_guard
    send(held.len()).await;
}

pub async fn spins(cell: &spin::Mutex<HashMap<u8, u8>>) {
    let held = cell.lock(); //~ await_holding_map_guard
    send(held.len()).await;
}
