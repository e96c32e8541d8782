//! The global map lies in a type, and methods of that change it: what they are called on says which map it is.

use std::collections::{BTreeMap, HashMap};
use std::sync::{LazyLock, Mutex, OnceLock, RwLock};

pub struct Routes {
    by_host: RwLock<HashMap<String, u16>>,
}

static ROUTES: OnceLock<Routes> = OnceLock::new();

impl Routes {
    fn shared() -> &'static Routes {
        ROUTES.get_or_init(|| Routes { by_host: RwLock::default() })
    }

    fn point(&self, host: &str, port: u16) {
        self.by_host.write().unwrap().insert(host.to_owned(), port);
    }

    fn port(&self, host: &str) -> Option<u16> {
        self.by_host.read().unwrap().get(host).copied()
    }
}

#[derive(Default)]
pub struct Ledger(Mutex<BTreeMap<u64, i64>>);

static LEDGER: LazyLock<Ledger> = LazyLock::new(Ledger::default);
static OTHER: LazyLock<Ledger> = LazyLock::new(Ledger::default);

impl Ledger {
    fn wipe(&self) {
        self.0.lock().unwrap().clear();
    }

    fn book(&self, account: u64, amount: i64) {
        self.0.lock().unwrap().insert(account, amount);
    }

    fn n_accounts(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

fn book_twice(ledger: &Ledger) {
    ledger.book(1, 10);
    ledger.book(2, 20);
}

#[test]
fn points_to_http() {
    Routes::shared().point("example.org", 80);
    assert_eq!(Routes::shared().port("example.org"), Some(80));
}

#[test]
fn bad_points_to_https() {
    Routes::shared().point("example.org", 443); //~ global_map_in_tests
    assert_eq!(Routes::shared().port("example.org"), Some(443));
}

#[test]
fn good_another_host() {
    Routes::shared().point("example.com", 80);
    assert_eq!(Routes::shared().port("example.com"), Some(80));
}

#[test]
fn books() {
    LEDGER.wipe();
    book_twice(&LEDGER);
    assert_eq!(LEDGER.n_accounts(), 2);
}

#[test]
fn bad_wipes() {
    LEDGER.wipe(); //~ global_map_in_tests
    assert_eq!(LEDGER.n_accounts(), 0);
}

#[test]
fn good_another_ledger() {
    OTHER.wipe();
    book_twice(&OTHER);
    assert_eq!(OTHER.n_accounts(), 2);
}

#[test]
fn good_a_ledger_of_its_own() {
    let own = Ledger::default();
    own.wipe();
    book_twice(&own);
    assert_eq!(own.n_accounts(), 2);
}
