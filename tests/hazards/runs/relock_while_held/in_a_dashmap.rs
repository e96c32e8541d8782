//! An entry is written while a reference to it is alive.

use dashmap::DashMap;

pub fn shout(names: &DashMap<u64, String>, id: u64) {
    if let Some(name) = names.get(&id) {
        names.insert(id, name.to_uppercase());
    }
}

#[cfg(test)]
mod run {
    #[test]
    fn hazard() {
        let names = dashmap::DashMap::from_iter([(1, String::from("Ann"))]);
        stage::actor("caller", move || super::shout(&names, 1)).end().unwrap();
    }
}
