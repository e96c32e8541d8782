//! A task that waits for its own guard sleeps for ever.

use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{Mutex, RwLock};

pub struct Rooms {
    seats: Arc<RwLock<HashMap<u64, u32>>>,
    doors: Mutex<HashMap<u64, bool>>,
}

impl Rooms {
    pub async fn bad_write_under_read(&self, room: u64) {
        let seats = self.seats.read().await;
        if seats.is_empty() {
            self.seats.write().await.insert(room, 1); //~ relock_while_held
        }
    }

    pub async fn bad_match(&self, room: u64) {
        match self.doors.lock().await.get(&room) {
            Some(true) => {}
            _ => {
                self.doors.lock().await.insert(room, true); //~ relock_while_held
            }
        }
    }

    async fn close(&self, room: u64) {
        self.doors.lock().await.insert(room, false);
    }

    pub async fn bad_awaited_method(&self, room: u64) {
        let doors = self.doors.lock().await;
        if doors.contains_key(&room) {
            self.close(room).await; //~ relock_while_held
        }
    }

    pub async fn good_awaited_after(&self, room: u64) -> usize {
        let open = self.doors.lock().await.len();
        self.close(room).await;
        open
    }

    pub async fn good_future_made_but_not_awaited_under_guard(&self, room: u64) {
        let doors = self.doors.lock().await;
        let later = self.close(room);
        drop(doors);
        later.await;
    }

    pub async fn good_try(&self) -> bool {
        let _doors = self.doors.lock().await;
        self.doors.try_lock().is_ok()
    }

    pub async fn good_owned_guard_handed_over(&self) -> usize {
        let seats = Arc::clone(&self.seats).read_owned().await;
        let size = seats.len();
        drop(seats);
        self.seats.write().await.clear();
        size
    }
}
