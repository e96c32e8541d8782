//! Into the entry of a type map: where the store has no value of the type.
//@ edition: 2024

use std::collections::{BTreeMap, HashMap};

pub struct Names(pub HashMap<u32, String>);

pub fn by_type_map(store: &mut type_map::concurrent::TypeMap) -> usize {
    let names = store.entry::<HashMap<u32, String>>().or_insert_with(HashMap::new); //~ bare_map_in_type_store
    names.len()
}

pub fn by_vacant_entry(store: &mut type_map::TypeMap) {
    if let type_map::Entry::Vacant(slot) = store.entry::<BTreeMap<u32, String>>() {
        slot.insert(BTreeMap::new()); //~ bare_map_in_type_store
    }
}

pub fn by_anymap(store: &mut anymap::AnyMap) {
    store.entry::<HashMap<u8, String>>().or_insert(HashMap::new()); //~ bare_map_in_type_store
}

pub fn good_own_type(store: &mut type_map::concurrent::TypeMap) {
    store.entry::<Names>().or_insert_with(|| Names(HashMap::new()));
}

pub fn good_a_map_of_maps(maps: &mut HashMap<u8, HashMap<u32, String>>) {
    maps.entry(1).or_default().insert(1, String::new());
}

/// What is there already stays: nothing is replaced.
pub fn filled_twice(store: &mut type_map::TypeMap) {
    store.entry::<HashMap<u16, String>>().or_insert_with(HashMap::new); //~ bare_map_in_type_store
    store.entry::<HashMap<u16, String>>().or_insert_with(HashMap::new); //~ bare_map_in_type_store
}
