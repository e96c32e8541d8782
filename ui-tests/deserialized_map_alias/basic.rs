//! Decoded values with one owner and with two.

use dashmap::DashMap;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, RwLock};

#[derive(Clone, Deserialize)]
pub struct Settings {
    flags: Arc<RwLock<BTreeMap<String, bool>>>,
    seen: Arc<DashMap<u64, u64>>,
    depth: u32,
}

#[derive(Clone, Deserialize)]
pub struct Values {
    flags: BTreeMap<String, bool>,
}

pub struct Both {
    file: Settings,
    live: Settings,
}

pub struct Trees {
    file: Arc<RwLock<serde_json::Value>>,
    live: Arc<RwLock<serde_json::Value>>,
}

fn bad_toml(text: &str) -> Result<Both, toml::de::Error> {
    let file: Settings = toml::from_str(text)?;
    let live = file.clone(); //~ deserialized_map_alias
    live.flags.write().unwrap().insert(String::new(), true);
    Ok(Both { file, live })
}

fn bad_changed_through_the_original(text: &str) -> Both {
    let file: Settings = serde_json::from_str(text).unwrap();
    let live = file.clone(); //~ deserialized_map_alias
    file.seen.insert(1, 1);
    Both { file, live }
}

fn keep(_: Settings, _: Settings) {}

fn bad_given_to_a_call(bytes: &[u8]) {
    let Ok(file) = serde_json::from_slice::<Settings>(bytes) else { return };
    let live = file.clone(); //~ deserialized_map_alias
    live.flags.write().unwrap().clear();
    keep(file, live);
}

fn bad_handle(text: &str) -> (Arc<Mutex<HashMap<u8, u8>>>, Arc<Mutex<HashMap<u8, u8>>>) {
    let file = Arc::new(Mutex::new(serde_json::from_str::<HashMap<u8, u8>>(text).unwrap()));
    let live = Arc::clone(&file); //~ deserialized_map_alias
    live.lock().unwrap().insert(1, 1);
    (file, live)
}

fn bad_tree(text: &str) -> Option<Trees> {
    let file = Arc::new(RwLock::new(serde_json::from_str(text).ok()?));
    let live = Arc::clone(&file); //~ deserialized_map_alias
    live.write().unwrap()["live"] = serde_json::Value::Null;
    Some(Trees { file, live })
}

fn good_changed_before(text: &str) -> Both {
    let file: Settings = serde_json::from_str(text).unwrap();
    file.flags.write().unwrap().insert(String::new(), true);
    let live = file.clone();
    Both { file, live }
}

fn good_own_copy(text: &str) -> Both {
    let file: Settings = serde_json::from_str(text).unwrap();
    let flags = file.flags.read().unwrap().clone();
    let live = Settings { flags: Arc::new(RwLock::new(flags)), seen: Arc::default(), depth: 1 };
    live.flags.write().unwrap().insert(String::new(), true);
    Both { file, live }
}

fn good_plain(text: &str) -> serde_json::Result<(Values, Values)> {
    let file: Values = serde_json::from_str(text)?;
    let mut live = file.clone();
    live.flags.insert(String::new(), true);
    Ok((file, live))
}

fn good_clone_ends_here(text: &str) -> serde_json::Result<Settings> {
    let file: Settings = serde_json::from_str(text)?;
    let live = file.clone();
    live.seen.insert(1, 1);
    Ok(file)
}

fn good_another_map(text: &str, own: &Mutex<HashMap<u8, u8>>) -> Both {
    let file: Settings = serde_json::from_str(text).unwrap();
    let live = file.clone();
    own.lock().unwrap().insert(1, 1);
    Both { file, live }
}

fn good_in_a_thread(text: &str) -> Settings {
    let file: Settings = serde_json::from_str(text).unwrap();
    let live = file.clone();
    std::thread::spawn(move || live.seen.insert(1, 1));
    file
}

fn good_not_decoded() -> Both {
    let file = Settings { flags: Arc::default(), seen: Arc::default(), depth: 0 };
    let live = file.clone();
    Both { file, live }
}

impl Settings {
    fn read(text: &str) -> Result<Settings, serde_json::Error> {
        serde_json::from_str(text)
    }

    fn fresh() -> Result<Settings, serde_json::Error> {
        let _: u64 = serde_json::from_str("1")?;
        Ok(Settings { flags: Arc::default(), seen: Arc::default(), depth: 0 })
    }

    fn wipe(&self) {
        self.flags.write().unwrap().clear();
    }
}

fn bad_decoded_and_changed_in_functions(text: &str) -> Result<Both, serde_json::Error> {
    let file = Settings::read(text)?;
    let live = file.clone(); //~ deserialized_map_alias
    live.wipe();
    Ok(Both { file, live })
}

fn good_not_decoded() -> Result<Both, serde_json::Error> {
    let file = Settings::fresh()?;
    let live = file.clone();
    live.wipe();
    Ok(Both { file, live })
}
