//! The other owner is a closure that is called afterwards.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

fn bad_moved_in() -> bool {
    let mut rules: Rc<HashMap<String, bool>> = Rc::default();
    let seen = Rc::clone(&rules);
    let allows = move |name: &str| seen.get(name).copied().unwrap_or(true);
    Rc::make_mut(&mut rules).insert(String::from("delete"), false); //~ make_mut_diverges
    allows("delete")
}

fn bad_borrowed(names: &[&str]) -> usize {
    let mut ids: Arc<BTreeMap<String, usize>> = Arc::default();
    let seen = Arc::clone(&ids);
    let is_known = |name: &str| seen.contains_key(name);
    let mut n = 0;
    for name in names {
        Arc::make_mut(&mut ids).insert((*name).to_owned(), n); //~ make_mut_diverges
        n += usize::from(is_known(name));
    }
    n
}

fn good_called_before() -> bool {
    let mut rules: Rc<HashMap<String, bool>> = Rc::default();
    let seen = Rc::clone(&rules);
    let allows = move |name: &str| seen.get(name).copied().unwrap_or(true);
    let allowed = allows("delete");
    Rc::make_mut(&mut rules).insert(String::from("delete"), false);
    allowed
}

fn good_asks_the_new_one() -> bool {
    let mut rules: Rc<HashMap<String, bool>> = Rc::default();
    let seen = Rc::clone(&rules);
    drop(seen);
    Rc::make_mut(&mut rules).insert(String::from("delete"), false);
    let allows = move |name: &str| rules.get(name).copied().unwrap_or(true);
    allows("delete")
}
