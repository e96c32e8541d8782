//! Changed through a guard that a closure takes of what comes out of the store.

use http::Extensions;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, RwLock};

#[derive(Clone, Default)]
pub struct Overrides(Arc<RwLock<BTreeMap<String, String>>>);

#[derive(Clone, Default)]
pub struct Defaults(Arc<RwLock<BTreeMap<String, String>>>);

#[derive(Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<String>>>);

pub fn bad_put(extensions: &mut Extensions) {
    extensions.insert(Overrides::default()); //~ mutable_map_in_type_store
}

pub fn change(extensions: &Extensions, name: &str) {
    let overrides = extensions.get::<Overrides>().map(|it| it.0.write().unwrap());
    if let Some(mut overrides) = overrides {
        overrides.insert(name.to_owned(), String::new());
    }
}

pub fn good_put_and_only_read(extensions: &mut Extensions) {
    extensions.insert(Defaults::default());
}

pub fn look(extensions: &Extensions, name: &str) -> bool {
    let defaults = extensions.get::<Defaults>().map(|it| it.0.read().unwrap());
    defaults.is_some_and(|it| it.contains_key(name))
}

pub fn good_no_map(extensions: &mut Extensions) {
    extensions.insert(Lines::default());
}

pub fn write(extensions: &Extensions, line: &str) {
    let lines = extensions.get::<Lines>().map(|it| it.0.lock().unwrap());
    if let Some(mut lines) = lines {
        lines.push(line.to_owned());
    }
}
