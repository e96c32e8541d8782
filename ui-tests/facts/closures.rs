//! Closures by when they run: now, when iterated, when called, when awaited, elsewhere.
use std::collections::HashMap;
use std::sync::Mutex;

fn probe() {}

fn now(m: &Mutex<HashMap<u8, u8>>, other: &Mutex<u8>) {
    let mut g = m.lock().unwrap();
    g.entry(1).or_insert_with(|| *other.lock().unwrap()); //? holds m; acquires other exclusive
    g.retain(|_, v| {
        let o = other.lock().unwrap();
        probe(); //? holds other
        *v > *o
    });
    Some(1).map(|_| drop(other.lock())); //? acquires other exclusive; holds m
}

fn iterated(m: &Mutex<HashMap<u8, u8>>, v: &[u8]) {
    let n = v.iter().map(|k| m.lock().unwrap().len()).sum::<usize>(); //? free; acquires m exclusive
    v.iter().for_each(|_| {
        drop(m.lock()); //? free; acquires m exclusive
    });
}

fn called(m: &Mutex<HashMap<u8, u8>>, other: &Mutex<u8>) {
    let size = || m.lock().unwrap().len(); //? free; acquires m exclusive
    let o = other.lock().unwrap();
    let n = size(); //? holds other; acquires m exclusive in a closure
}

fn elsewhere(m: std::sync::Arc<Mutex<u8>>) {
    let g = m.lock().unwrap();
    let m2 = m.clone();
    std::thread::spawn(move || {
        probe(); //? free
        drop(m2.lock()); //? acquires m exclusive; free
    });
    probe(); //? holds m
}

async fn awaited(m: &tokio::sync::Mutex<u8>, other: &tokio::sync::Mutex<u8>) {
    let work = async {
        let g = m.lock().await; //? acquires m exclusive; free
        probe(); //? holds m
    };
    let o = other.lock().await; //? acquires other exclusive
    work.await; //? holds other; acquires m exclusive in a closure; awaits; awaits in a closure
    probe(); //? holds other
}

fn moved_in(m: &Mutex<u8>) {
    let g = m.lock().unwrap();
    let hold = move || *g;
    probe(); //? holds m
    drop(hold); //? drops g
    probe(); //? free
}

fn lent(d: &dashmap::DashMap<u8, u8>, other: &Mutex<u8>) {
    d.retain(|_, v| {
        drop(other.lock()); //? acquires other exclusive
        true
    });
    d.alter(&1, |_, v| v + 1); //? acquires d exclusive for the call
    if let Some(v) = d.get(&1).map(|r| *r) { //? acquires d shared
        probe(); //? free
    }
}
