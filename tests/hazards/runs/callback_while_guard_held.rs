//! The callback looks into the map that has changed.

use super::Config;
use stage::{actor, observed};
use std::rc::{Rc, Weak};
use std::sync::RwLock;

fn config() -> Rc<Config> {
    Rc::new_cyclic(|config: &Weak<Config>| {
        let config = Weak::clone(config);
        let on_change = move |key: &str| {
            let value = config.upgrade().unwrap().values.read().unwrap().get(key).cloned();
            observed(format!("the callback reads {:?}", value.unwrap_or_default()));
        };
        Config { values: RwLock::default(), on_change: Box::new(on_change) }
    })
}

#[test]
fn hazard() {
    actor("caller", || config().set("color", "red")).end().unwrap();
}
