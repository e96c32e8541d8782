//! Functions that take a value out of a store and are named as libraries' functions are: the type before the name says which is meant.

use http::Extensions;
use http::request::Parts;
use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

#[derive(Clone, Default)]
pub struct Notes(Arc<RwLock<BTreeMap<u64, String>>>);

impl Notes {
    pub fn of(parts: &Parts) -> Option<&Notes> {
        parts.extensions.get()
    }

    fn add(&self, line: u64, text: &str) {
        self.0.write().unwrap().insert(line, text.to_owned());
    }
}

fn bad_put(extensions: &mut Extensions) {
    extensions.insert(Notes::default()); //~ mutable_map_in_type_store
}

fn changes(parts: &Parts) {
    if let Some(notes) = Notes::of(parts) {
        notes.add(1, "begun");
    }
}

#[derive(Clone, Default)]
pub struct Words(Arc<RwLock<BTreeMap<u64, String>>>);

impl Words {
    pub fn from(parts: &Parts) -> Option<&Words> {
        parts.extensions.get()
    }

    fn first(&self) -> Option<String> {
        self.0.read().unwrap().values().next().cloned()
    }
}

fn good_only_read(extensions: &mut Extensions) {
    extensions.insert(Words::default());
}

fn reads(parts: &Parts) -> Option<String> {
    Words::from(parts)?.first()
}
