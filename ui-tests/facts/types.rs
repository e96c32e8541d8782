//! Types as inference finds them.
use std::collections::{BTreeMap, HashMap};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, RwLock, RwLockReadGuard};

struct Peer {
    name: String,
}
type Shared<T> = Arc<RwLock<T>>;
type Peers = Shared<HashMap<u64, Peer>>;

struct Cache<K, V = String> {
    map: Mutex<HashMap<K, V>>,
}

struct Registry(Mutex<BTreeMap<u8, Peer>>);

impl Deref for Registry {
    type Target = Mutex<BTreeMap<u8, Peer>>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<K, V> Cache<K, V> {
    fn guard(&self) -> MutexGuard<'_, HashMap<K, V>> { //? returns guard of self.map
        self.map.lock().unwrap()
    }

    fn with<R>(&self, f: impl FnOnce(&mut HashMap<K, V>) -> R) -> R {
        f(&mut self.map.lock().unwrap()) //? calls f: a value
    }
}

fn aliases(peers: &Peers) {
    let g = peers.read().unwrap(); //? type g: std::sync::RwLockReadGuard<std::collections::HashMap<u64, fixture::Peer>>
    let one = g.get(&1); //? type one: std::option::Option<&fixture::Peer>
    let name = one.map(|it| it.name.clone()); //? type it: &fixture::Peer; type name: std::option::Option<std::string::String>
}

fn generics(cache: &Cache<u8>, other: Cache<String, Vec<u8>>) {
    let g = cache.guard(); //? type g: std::sync::MutexGuard<std::collections::HashMap<u8, std::string::String>>
    let n = other.with(|map| map.len()); //? type map: &mut std::collections::HashMap<std::string::String, std::vec::Vec<u8>>; type n: usize
}

fn newtypes(registry: &Registry) {
    let mut g = registry.lock().unwrap(); //? recv lock: &fixture::Registry; calls lock: std::sync::Mutex::lock; acquires registry.0 exclusive
    let old = g.insert(1, Peer { name: String::new() }); //? type old: std::option::Option<fixture::Peer>
    for (id, peer) in g.iter_mut() { //? type id: &u8; type peer: &mut fixture::Peer
        peer.name.clear();
    }
}

fn constructors() {
    let a = Arc::new(RwLock::new(HashMap::new())); //? type a: std::sync::Arc<std::sync::RwLock<std::collections::HashMap<u8, &str>>>
    a.write().unwrap().insert(1u8, "one");
    let b: Mutex<Vec<u8>> = Default::default(); //? type b: std::sync::Mutex<std::vec::Vec<u8>>
    let c = Mutex::new(vec![1u8]); //? type c: std::sync::Mutex<std::vec::Vec<u8>>
    let d = Cache { map: Mutex::new(HashMap::from([(1u8, 'x')])) }; //? type d: fixture::Cache<u8, char>
}

fn results(m: &Mutex<HashMap<u8, Peer>>) -> Option<String> {
    let Ok(g) = m.try_lock() else { return None }; //? type g: std::sync::MutexGuard<…>
    let peer = g.get(&1)?; //? type peer: &fixture::Peer
    if let Some(Peer { name }) = g.get(&2) { //? type name: &std::string::String
        return Some(name.clone());
    }
    match g.values().next() { //? type g.values().next(): std::option::Option<&fixture::Peer>
        Some(p) if p.name.is_empty() => None, //? type p: &fixture::Peer
        Some(p) => Some(p.name.to_owned()),
        None => None,
    }
}

fn chains(m: &RwLock<HashMap<u8, Arc<Peer>>>) {
    let g = m.read().unwrap();
    let names: Vec<String> = g.values().filter(|it| it.name.len() > 1).map(|it| it.name.clone()).collect(); //? type it: &std::sync::Arc<fixture::Peer>
    let first = g.iter().map(|(k, v)| (*k, v.clone())).next(); //? type first: std::option::Option<(u8, std::sync::Arc<fixture::Peer>)>; type k: &u8
    let by_name: BTreeMap<_, _> = g.values().map(|v| (v.name.as_str(), v)).collect(); //? type by_name: std::collections::BTreeMap<&str, &std::sync::Arc<fixture::Peer>>
    let (long, short): (Vec<_>, Vec<_>) = g.keys().copied().partition(|k| *k > 9); //? type long: std::vec::Vec<u8>
    let most = g.values().max_by_key(|it| it.name.len()); //? type most: std::option::Option<&std::sync::Arc<fixture::Peer>>
    let total = g.values().fold(0usize, |n, it| n + it.name.len()); //? type total: usize
}

fn pick<'a>(g: RwLockReadGuard<'a, HashMap<u8, Peer>>) -> Option<&'a Peer> {
    None
}

async fn load(id: u8) -> Result<Peer, String> {
    Err(id.to_string())
}

async fn with_tokio(m: Arc<tokio::sync::RwLock<HashMap<u8, Peer>>>, tx: tokio::sync::mpsc::Sender<u8>) {
    let g = m.write().await; //? type g: tokio::sync::RwLockWriteGuard<std::collections::HashMap<u8, fixture::Peer>>; awaits
    let loaded = load(1).await; //? type loaded: std::result::Result<fixture::Peer, std::string::String>
    let task = tokio::spawn(async move { load(2).await.ok() }); //? type task: tokio::task::JoinHandle<std::option::Option<fixture::Peer>>
    let out = task.await; //? type out: std::result::Result<std::option::Option<fixture::Peer>, tokio::task::JoinError>
    let limited = tokio::time::timeout(std::time::Duration::from_secs(1), load(3)).await; //? type limited: std::result::Result<std::result::Result<fixture::Peer, std::string::String>, tokio::time::error::Elapsed>
}

fn closures(m: &Mutex<HashMap<u8, Peer>>) {
    let take = |k: u8| m.lock().unwrap().remove(&k); //? recv remove: std::sync::MutexGuard<…>
    let peer = take(1); //? type peer: std::option::Option<fixture::Peer>
    let mut guard = m.lock().unwrap();
    let entry = guard.entry(1).or_insert_with(|| Peer { name: String::new() }); //? type entry: &mut fixture::Peer
}

trait Store {
    type Key;
    fn keys(&self) -> Vec<Self::Key>;
}

impl Store for Registry {
    type Key = u8;
    fn keys(&self) -> Vec<u8> {
        self.lock().unwrap().keys().copied().collect()
    }
}

fn through_traits<S: Store>(s: &S, r: &Registry, d: &dyn Store<Key = char>) {
    let a = s.keys(); //? calls keys: some fixture::Store::keys; type a: std::vec::Vec<<S as fixture::Store>::Key>
    let b = r.keys(); //? calls keys: fixture::Registry::keys; type b: std::vec::Vec<u8>
    let c = d.keys(); //? calls keys: dyn fixture::Store::keys; type c: std::vec::Vec<char>
}
