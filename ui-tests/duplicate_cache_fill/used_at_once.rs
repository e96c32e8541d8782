//@ enable: pedantic
// The hit uses the value that it read, the miss the one that it computed, and neither gives it out.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, RwLock};

pub trait Handle {
    fn emit(&self, n: u64);
}

pub trait Register {
    type Handle: Handle;
    fn register(name: &str) -> Self::Handle;
}

pub struct Cached<Tags, E: Register> {
    cache: RwLock<HashMap<Tags, E::Handle>>,
}

impl<Tags: Clone + Eq + Hash, E: Register> Cached<Tags, E> {
    pub fn emit(&self, tags: &Tags, n: u64) {
        let read = self.cache.read().unwrap();
        if let Some(event) = read.get(tags) {
            event.emit(n);
        } else {
            let event = E::register("a");
            event.emit(n);
            drop(read);
            self.cache.write().unwrap().insert(tags.clone(), event); //~ duplicate_cache_fill
        }
    }
}

pub struct Layout {
    width: u32,
}

impl Layout {
    fn draw(&self) {
        println!("{}", self.width);
    }
}

pub fn draw(layouts: &Mutex<HashMap<String, Layout>>, text: &str) {
    if let Some(layout) = layouts.lock().unwrap().get(text) {
        return layout.draw();
    }
    let layout = Layout { width: text.len() as u32 };
    layout.draw();
    layouts.lock().unwrap().insert(text.to_owned(), layout); //~ duplicate_cache_fill
}

// A value with an identity: two callers go on with two of them.
pub struct Peer {
    queue: Mutex<Vec<u64>>,
}

impl Peer {
    fn send(&self, n: u64) {
        self.queue.lock().unwrap().push(n);
    }
}

pub fn send(peers: &Mutex<HashMap<String, Peer>>, to: &str, n: u64) {
    if let Some(peer) = peers.lock().unwrap().get(to) {
        return peer.send(n);
    }
    let peer = Peer { queue: Mutex::default() };
    peer.send(n);
    peers.lock().unwrap().insert(to.to_owned(), peer); //~ check_then_act
}

// What is done on a hit is not what is done on a miss.
pub fn join(rooms: &Mutex<HashMap<String, Layout>>, name: &str) -> Result<(), String> {
    if let Some(room) = rooms.lock().unwrap().get(name) {
        return Err(format!("taken, {} wide", room.width));
    }
    let room = Layout { width: name.len() as u32 };
    room.draw();
    rooms.lock().unwrap().insert(name.to_owned(), room); //~ check_then_act
    Ok(())
}

// The same closure gets the one or the other.
pub fn with(layouts: &Mutex<HashMap<String, Layout>>, text: &str, show: impl Fn(&Layout)) {
    if let Some(layout) = layouts.lock().unwrap().get(text) {
        return show(layout); //~ callback_while_guard_held
    }
    let layout = Layout { width: text.len() as u32 };
    show(&layout);
    layouts.lock().unwrap().insert(text.to_owned(), layout); //~ duplicate_cache_fill
}

// Two closures are two uses.
pub fn told(layouts: &Mutex<HashMap<String, Layout>>, text: &str, old: impl Fn(&Layout), new: impl Fn(&Layout)) {
    if let Some(layout) = layouts.lock().unwrap().get(text) {
        return old(layout); //~ callback_while_guard_held
    }
    let layout = Layout { width: text.len() as u32 };
    new(&layout);
    layouts.lock().unwrap().insert(text.to_owned(), layout); //~ check_then_act
}
