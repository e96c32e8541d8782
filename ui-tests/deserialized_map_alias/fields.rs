//! A field of a decoded value gets two owners.

use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

#[derive(Clone, Deserialize)]
pub struct Profile {
    pub env: Arc<RwLock<HashMap<String, String>>>,
}

#[derive(Deserialize)]
pub struct File {
    pub profile: Profile,
    pub version: u32,
}

pub fn bad_field_and_its_clone(text: &str) -> serde_json::Result<(Profile, Profile)> {
    let file: File = serde_json::from_str(text)?;
    let edited = file.profile.clone(); //~ deserialized_map_alias
    edited.env.write().unwrap().insert(String::from("HOME"), String::new());
    Ok((file.profile, edited))
}

pub fn good_another_field(text: &str) -> serde_json::Result<(u32, Profile)> {
    let file: File = serde_json::from_str(text)?;
    let edited = file.profile.clone();
    edited.env.write().unwrap().insert(String::from("HOME"), String::new());
    Ok((file.version, edited))
}

pub fn good_moved_out(text: &str) -> serde_json::Result<Profile> {
    let file: File = serde_json::from_str(text)?;
    file.profile.env.write().unwrap().insert(String::from("HOME"), String::new());
    Ok(file.profile)
}
