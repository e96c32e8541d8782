//! What a macro that is not understood makes of its arguments is not known: it may put one into a block of its own.

use std::collections::HashMap;
use std::sync::RwLock;

pub mod events {
    /// Of another name outside.
    macro_rules! _take_and_handle {
        ($taken:expr, $handled:expr, $rest:expr) => {{
            let taken = $taken.cloned();
            if taken.is_some() {
                $handled;
            }
            $rest
        }};
    }
    pub(super) use _take_and_handle as take_and_handle;
}

pub mod others {
    macro_rules! take_and_handle {
        ($taken:expr, $handled:expr) => {
            ($taken, $handled)
        };
    }
    pub fn good_both() -> (u32, u32) {
        take_and_handle!(1, 2)
    }
}

pub struct Monitors {
    by_id: RwLock<HashMap<u64, String>>,
}

impl Monitors {
    pub async fn good_one_after_the_other(&self, id: u64) {
        match events::take_and_handle!(self.by_id.read().unwrap().get(&id), { tell(id).await }, 1u8) {
            0 => {}
            _ => {}
        }
    }

    pub async fn bad_around_the_macro(&self, id: u64) {
        let held = self.by_id.read().unwrap(); //~ await_holding_map_guard
        events::take_and_handle!(held.get(&id), { tell(id).await }, 1u8);
    }
}

async fn tell(_id: u64) {}
