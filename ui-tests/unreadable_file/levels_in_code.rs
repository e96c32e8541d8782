//! Attributes and comments that want to set a level in a way that nothing comes of.

use std::collections::HashMap;
use std::sync::RwLock;

pub struct Names {
    by_id: RwLock<HashMap<u64, String>>,
}

impl Names {
    #[allow(hazmap::relock_while_held)] //~ unreadable_file: rustc knows no tool `hazmap`
    pub fn bad_plain(&self) {
        let names = self.by_id.read().unwrap();
        self.by_id.write().unwrap().remove(&(names.len() as u64)); //~ relock_while_held
    }

    #[cfg_attr(hazmap, expect(hazmap::relock_while_held, reason = "it is known"))] //~ unreadable_file: `expect` is spelt `allow`
    pub fn bad_expected(&self) {
        let names = self.by_id.read().unwrap();
        self.by_id.write().unwrap().remove(&(names.len() as u64)); //~ relock_while_held
    }

    #[cfg_attr(hazmap, deny(hazmap::check_then_act))] //~ unreadable_file: `deny` is for the command line
    pub fn denied(&self) {}

    // hazmap: expect(relock_while_held, reason = "it is known")
    pub fn expected_in_a_comment(&self) {} //~^ unreadable_file: `expect` is spelt `allow`

    #[cfg_attr(hazmap, allow(hazmap::relock_while_held, reason = "the samples need one"))]
    pub fn good_permitted(&self) {
        let names = self.by_id.read().unwrap();
        self.by_id.write().unwrap().remove(&(names.len() as u64));
    }

    #[allow(dead_code, clippy::too_many_lines)]
    #[cfg_attr(hazmap, expect(dead_code))]
    fn good_of_others(&self) {}
}
