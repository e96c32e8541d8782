//! A cell does not wait.

use std::cell::RefCell;
use std::collections::HashMap;

pub fn shout(names: &RefCell<HashMap<u64, String>>, id: u64) {
    if let Some(name) = names.borrow().get(&id) {
        names.borrow_mut().insert(id, name.to_uppercase());
    }
}

#[cfg(test)]
mod run {
    use stage::observed;
    use std::cell::RefCell;
    use std::collections::HashMap;

    #[test]
    fn hazard() {
        let names = RefCell::new(HashMap::from([(1, String::from("Ann"))]));
        match stage::actor("caller", move || super::shout(&names, 1)).end() {
            Ok(()) => observed("it returns"),
            Err(_) => observed("the second borrow panics"),
        }
    }
}
