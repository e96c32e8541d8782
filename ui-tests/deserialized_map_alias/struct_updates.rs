//! `..original.clone()`: the parts of the clone go on in the new value.
//@ edition: 2024

use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

#[derive(Clone, Deserialize)]
pub struct Settings {
    pub name: String,
    pub limits: Arc<Mutex<HashMap<String, u32>>>,
}

pub fn updated(text: &str) -> serde_json::Result<(Settings, Settings)> {
    let shipped: Settings = serde_json::from_str(text)?;
    let own = Settings { name: String::from("own"), ..shipped.clone() }; //~ deserialized_map_alias
    own.limits.lock().unwrap().insert(String::from("jobs"), 4);
    Ok((shipped, own))
}

pub fn good_decoded_twice(text: &str) -> serde_json::Result<(Settings, Settings)> {
    let shipped: Settings = serde_json::from_str(text)?;
    let own = Settings { name: String::from("own"), ..serde_json::from_str(text)? };
    own.limits.lock().unwrap().insert(String::from("jobs"), 4);
    Ok((shipped, own))
}

pub fn good_a_map_of_its_own(text: &str) -> serde_json::Result<(Settings, Settings)> {
    let shipped: Settings = serde_json::from_str(text)?;
    let limits = Arc::new(Mutex::new(shipped.limits.lock().unwrap().clone()));
    let own = Settings { limits, ..shipped.clone() };
    own.limits.lock().unwrap().insert(String::from("jobs"), 4);
    Ok((shipped, own))
}
