//! A lock of parking_lot.

use parking_lot::RwLock;
use std::collections::HashMap;

pub fn shout(names: &RwLock<HashMap<u64, String>>, id: u64) {
    if let Some(name) = names.read().get(&id) {
        names.write().insert(id, name.to_uppercase());
    }
}

#[cfg(test)]
mod run {
    use parking_lot::RwLock;
    use std::collections::HashMap;

    #[test]
    fn hazard() {
        let names = RwLock::new(HashMap::from([(1, String::from("Ann"))]));
        stage::actor("caller", move || super::shout(&names, 1)).end().unwrap();
    }
}
