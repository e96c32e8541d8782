//! Pointers to what nobody else has, and addresses through which no map is written.

use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::{Arc, Mutex, Weak};

pub struct Group {
    quotas: HashMap<String, u64>,
    permits: u64,
}

pub struct Groups {
    online: Mutex<HashMap<u64, Weak<Group>>>,
}

impl Groups {
    pub fn good_still_alone(&self, id: u64, quotas: HashMap<String, u64>) -> Arc<Group> {
        let mut online = self.online.lock().unwrap();
        let mut group = Arc::new(Group { quotas, permits: 1 });
        online.insert(id, Arc::downgrade(&group));
        if let Some(permits) = group.quotas.get("permits").copied() {
            unsafe { Arc::get_mut_unchecked(&mut group) }.permits = permits;
        }
        group
    }

    pub fn bad_has_a_twin(&self, quotas: HashMap<String, u64>) -> (Arc<Group>, Arc<Group>) {
        let mut group = Arc::new(Group { quotas, permits: 1 });
        let twin = Arc::clone(&group);
        unsafe { Arc::get_mut_unchecked(&mut group) }.permits = 2; //~ unsound_map_sharing
        (group, twin)
    }

    pub fn bad_found(&self, id: u64) -> Option<Arc<Group>> {
        let mut group = self.online.lock().unwrap().get(&id)?.upgrade()?;
        unsafe { Arc::get_mut_unchecked(&mut group) }.permits = 2; //~ unsound_map_sharing
        Some(group)
    }
}

pub struct Stream {
    names: Box<Group>,
}

impl Stream {
    /// What a C library hands back later: an address.
    pub fn good_user_data(&self) -> *mut c_void {
        (&*self.names as *const Group).cast_mut().cast()
    }

    pub fn bad_user_data(&self) -> *mut Group {
        (&*self.names as *const Group).cast_mut() //~ unsound_map_sharing
    }
}

pub struct Boxed {
    at: *mut HashMap<u64, u64>,
    kept: Box<HashMap<u64, u64>>,
}

impl Boxed {
    pub fn good_made_here(map: HashMap<u64, u64>) -> Boxed {
        let kept = Box::new(map);
        let at = kept.as_ref() as *const HashMap<u64, u64> as *mut HashMap<u64, u64>;
        Boxed { at, kept }
    }

    pub fn bad_of_another(kept: &Box<HashMap<u64, u64>>) -> *mut HashMap<u64, u64> {
        kept.as_ref() as *const HashMap<u64, u64> as *mut HashMap<u64, u64> //~ unsound_map_sharing
    }
}

pub enum Variant {
    Rows(Box<HashMap<u64, u64>>),
    Names(Box<HashMap<u64, String>>),
}

pub fn bad_behind_a_handle(of: &Arc<Variant>) -> Option<*mut HashMap<u64, u64>> {
    match &**of {
        Variant::Rows(rows) => Some(rows.as_ref() as *const HashMap<u64, u64> as *mut HashMap<u64, u64>), //~ unsound_map_sharing
        Variant::Names(_) => None,
    }
}
