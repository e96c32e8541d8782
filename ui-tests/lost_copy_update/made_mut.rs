//! `make_mut` on a handle that is out of the map: the map keeps what it had.

use dashmap::DashMap;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};

#[derive(Clone, Default)]
pub struct Guild {
    name: String,
    topic: Option<String>,
    members: Vec<u64>,
}

pub struct Cache {
    guilds: DashMap<u64, Arc<Guild>>,
    texts: RwLock<HashMap<u64, Arc<Vec<String>>>>,
    boards: Mutex<HashMap<u64, Arc<HashMap<u8, u8>>>>,
}

impl Cache {
    pub fn bad_update(&self, id: u64, new: &Guild) {
        let mut guild = match self.guilds.get_mut(&id).map(|it| Arc::clone(it.value())) {
            Some(guild) => guild,
            None => return,
        };
        let guild = Arc::make_mut(&mut guild);
        guild.name = new.name.clone(); //~ lost_copy_update: `guild`
        guild.topic.replace(String::from("new"));
    }

    pub fn bad_push(&self, id: u64) {
        let Some(mut texts) = self.texts.read().unwrap().get(&id).cloned() else { return };
        Arc::make_mut(&mut texts).push(String::from("new")); //~ lost_copy_update
    }

    pub fn bad_in_a_map(&self, id: u64) {
        let found = self.boards.lock().unwrap().get(&id).cloned();
        if let Some(mut board) = found {
            Arc::make_mut(&mut board).insert(1, 1); //~ lost_copy_update
        }
    }

    pub fn good_in_place(&self, id: u64, new: &Guild) {
        if let Some(mut guild) = self.guilds.get_mut(&id) {
            Arc::make_mut(&mut guild).name = new.name.clone();
        }
    }

    // Not lost; that others may write in between is another matter.
    pub fn written_back(&self, id: u64) {
        let found = self.guilds.get(&id).map(|it| it.value().clone());
        let Some(mut guild) = found else { return };
        Arc::make_mut(&mut guild).members.push(1);
        self.guilds.insert(id, guild); //~ check_then_act
    }

    pub fn good_returned(&self, id: u64) -> Option<Arc<Vec<String>>> {
        let mut texts = self.texts.read().unwrap().get(&id).cloned()?;
        Arc::make_mut(&mut texts).push(String::from("new"));
        Some(texts)
    }

    pub fn good_read_afterwards(&self, id: u64) -> usize {
        let found = self.boards.lock().unwrap().get(&id).cloned();
        let Some(mut board) = found else { return 0 };
        Arc::make_mut(&mut board).insert(1, 1);
        board.len()
    }
}

pub fn good_no_map(list: &Arc<Vec<u8>>) -> usize {
    let mut own = Arc::clone(list);
    Arc::make_mut(&mut own).push(1);
    own.len()
}
