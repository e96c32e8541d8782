//! Tests that share global maps.

use dashmap::DashMap;
use std::collections::{BTreeMap, HashMap};
use std::sync::{LazyLock, Mutex, RwLock};

static ROWS: Mutex<BTreeMap<u64, u64>> = Mutex::new(BTreeMap::new());
static NAMES: LazyLock<DashMap<&'static str, u64>> = LazyLock::new(DashMap::new);
static USERS: LazyLock<RwLock<HashMap<String, u64>>> = LazyLock::new(RwLock::default);
static APART: Mutex<BTreeMap<u64, u64>> = Mutex::new(BTreeMap::new());
static COUNTS: Mutex<BTreeMap<&'static str, u64>> = Mutex::new(BTreeMap::new());
static IDS: Mutex<BTreeMap<&'static str, u64>> = Mutex::new(BTreeMap::new());
static KEPT: Mutex<BTreeMap<u64, u64>> = Mutex::new(BTreeMap::new());
static SWEPT: Mutex<BTreeMap<u64, u64>> = Mutex::new(BTreeMap::new());
static SERIAL: Mutex<()> = Mutex::new(());
static GATED: Mutex<BTreeMap<u64, u64>> = Mutex::new(BTreeMap::new());
static TAGGED: Mutex<BTreeMap<u64, u64>> = Mutex::new(BTreeMap::new());
static WHOLE: Mutex<BTreeMap<u64, u64>> = Mutex::new(BTreeMap::new());
static UNASKED: Mutex<BTreeMap<u64, u64>> = Mutex::new(BTreeMap::new());

fn reset_users() {
    USERS.write().unwrap().clear();
}

fn add_user(name: &str) {
    USERS.write().unwrap().insert(name.to_owned(), 1);
}

fn has_user(name: &str) -> bool {
    USERS.read().unwrap().contains_key(name)
}

fn set_up() {
    reset_users();
}

fn id_of(name: &'static str) -> u64 {
    let mut ids = IDS.lock().unwrap();
    if let Some(id) = ids.get(name) {
        return *id;
    }
    let id = ids.len() as u64;
    ids.insert(name, id);
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_one() {
        ROWS.lock().unwrap().insert(1, 10);
        assert_eq!(ROWS.lock().unwrap().get(&1), Some(&10));
    }

    #[test]
    fn rows_two() {
        ROWS.lock().unwrap().insert(1, 20); //~ global_map_in_tests
        assert_eq!(ROWS.lock().unwrap().get(&1), Some(&20));
    }

    #[test]
    fn names_one() {
        NAMES.insert("a", 1);
        assert!(NAMES.contains_key("a"));
    }

    #[test]
    fn names_two() {
        NAMES.retain(|_, n| *n > 1); //~ global_map_in_tests
    }

    #[test]
    fn users_one() {
        set_up();
        add_user("a");
        assert!(has_user("a"));
    }

    #[tokio::test]
    async fn users_two() {
        set_up(); //~ global_map_in_tests
        assert!(!has_user("a"));
    }

    #[test]
    fn good_keys_one() {
        APART.lock().unwrap().insert(1, 1);
        assert!(APART.lock().unwrap().contains_key(&1));
    }

    #[test]
    fn good_keys_two() {
        APART.lock().unwrap().insert(2, 1);
        assert!(APART.lock().unwrap().contains_key(&2));
    }

    #[test]
    fn good_counts_one() {
        *COUNTS.lock().unwrap().entry("a").or_default() += 1;
        assert!(COUNTS.lock().unwrap()["a"] > 0);
    }

    #[test]
    fn good_counts_two() {
        *COUNTS.lock().unwrap().entry("a").or_default() += 1;
        assert!(COUNTS.lock().unwrap()["a"] > 0);
    }

    #[test]
    fn good_interner_one() {
        assert_eq!(id_of("a"), id_of("a"));
    }

    #[test]
    fn good_interner_two() {
        assert_eq!(id_of("a"), id_of("a"));
    }

    #[test]
    fn good_gate_one() {
        let _gate = SERIAL.lock().unwrap();
        GATED.lock().unwrap().clear();
        assert!(GATED.lock().unwrap().is_empty());
    }

    #[test]
    fn good_gate_two() {
        let _gate = SERIAL.lock().unwrap();
        GATED.lock().unwrap().clear();
        assert!(GATED.lock().unwrap().is_empty());
    }

    #[test]
    #[serial_test::serial]
    fn good_serial_one() {
        TAGGED.lock().unwrap().clear();
        assert!(TAGGED.lock().unwrap().is_empty());
    }

    #[test]
    #[serial_test::serial]
    fn good_serial_two() {
        TAGGED.lock().unwrap().clear();
        assert!(TAGGED.lock().unwrap().is_empty());
    }

    #[test]
    fn good_one_section_one() {
        let mut whole = WHOLE.lock().unwrap();
        whole.clear();
        assert!(whole.is_empty());
    }

    #[test]
    fn good_one_section_two() {
        let mut whole = WHOLE.lock().unwrap();
        whole.clear();
        assert!(whole.is_empty());
    }

    #[test]
    fn good_unasked_one() {
        UNASKED.lock().unwrap().clear();
    }

    #[test]
    fn good_unasked_two() {
        UNASKED.lock().unwrap().clear();
        assert!(1 > 0);
    }

    fn forget(id: u64) {
        KEPT.lock().unwrap().retain(|key, _| *key != id);
    }

    #[test]
    fn good_own_entries_one() {
        forget(1);
        assert!(!KEPT.lock().unwrap().contains_key(&1));
    }

    #[test]
    fn good_own_entries_two() {
        forget(2);
        assert!(!KEPT.lock().unwrap().contains_key(&2));
    }

    #[test]
    fn all_one() {
        SWEPT.lock().unwrap().retain(|_, it| *it > 1);
        assert!(SWEPT.lock().unwrap().is_empty());
    }

    #[test]
    fn all_two() {
        SWEPT.lock().unwrap().retain(|_, it| *it > 2); //~ global_map_in_tests: `SWEPT`
        assert!(SWEPT.lock().unwrap().is_empty());
    }
}
