//! Guards that move: into calls, structs, results, options, out of functions.
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

fn probe() {}
fn consume<T>(_: T) {}
fn eat(_: MutexGuard<'_, u8>) {}
fn pass(g: MutexGuard<'_, u8>) -> MutexGuard<'_, u8> { //? returns guard g
    probe(); //? holds guard g
    g
}
fn make(m: &Mutex<u8>) -> MutexGuard<'_, u8> { //? returns guard of m
    m.lock().unwrap()
}

struct Owner<'a> {
    guard: MutexGuard<'a, u8>,
    n: u8,
}

fn by_calls(m: &Mutex<u8>) {
    let g = m.lock().unwrap();
    eat(g); //? holds m; drops g
    probe(); //? free
    let g = make(m);
    let h = pass(g);
    probe(); //? holds m
    std::mem::drop(h); //? drops …
    probe(); //? free
    let g = m.lock().unwrap();
    std::mem::forget(g);
    probe(); //? holds m
}

fn by_blocks(m: &Mutex<u8>) {
    let g = {
        let inner = m.lock().unwrap();
        inner
    };
    probe(); //? holds m
    {
        let _h = g;
        probe(); //? holds m
    }
    probe(); //? free
}

fn in_structs(m: &Mutex<u8>, n: &Mutex<u8>) {
    let owner = Owner { guard: m.lock().unwrap(), n: 1 };
    probe(); //? holds m
    let Owner { guard, n: _ } = owner;
    probe(); //? holds m
    drop(guard); //? drops owner
    probe(); //? free
    let pair = (m.lock().unwrap(), n.lock().unwrap());
    probe(); //? holds m; holds n
    let (a, b) = pair;
    drop(a);
    probe(); //? holds n
    drop(b);
    probe(); //? free
}

fn in_options(m: &Mutex<u8>, c: bool) {
    let mut slot = None;
    if c {
        slot = Some(m.lock().unwrap());
    }
    probe(); //? may hold m
    slot = None;
    probe(); //? free
    let mut slot = Some(m.lock().unwrap());
    drop(slot.take());
    probe(); //? free
    let g = m.try_lock().ok();
    if g.is_none() {
        probe(); //? free
        return;
    }
    probe(); //? holds m
}

fn replaced(m: &Mutex<u8>, n: &Mutex<u8>) {
    let mut g = m.lock().unwrap();
    g = n.lock().unwrap(); //? acquires n exclusive
    probe(); //? holds n
    drop(g);
    probe(); //? free
}

fn unseen(m: &Mutex<u8>, f: fn(MutexGuard<'_, u8>)) {
    let g = m.lock().unwrap();
    f(g); //? loses g
    probe(); //? free
}
