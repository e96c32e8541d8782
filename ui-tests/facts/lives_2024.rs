//@ edition: 2024
//! How long guards live: to the end of the block, the statement, the scrutinee. Edition 2024.
use std::collections::HashMap;
use std::sync::Mutex;

fn probe() {}

fn variables(m: &Mutex<HashMap<u8, u8>>) {
    {
        let _g = m.lock().unwrap(); //? free
        probe(); //? holds m
    }
    probe(); //? free
    let _ = m.lock().unwrap();
    probe(); //? free
    let _ = &m.lock().unwrap();
    probe(); //? holds m
}

fn statements(m: &Mutex<HashMap<u8, u8>>) {
    let n = m.lock().unwrap().len(); //? free
    probe(); //? free
    m.lock().unwrap().insert(
        1,
        {
            probe(); //? holds m
            1
        },
    );
    probe(); //? free
}

fn scrutinees(m: &Mutex<HashMap<u8, u8>>) {
    match m.lock().unwrap().get(&1) {
        Some(_) => probe(), //? holds m
        None => probe(), //? holds m
    }
    probe(); //? free
    if let Some(_) = m.lock().unwrap().get(&1) {
        probe(); //? holds m
    } else {
        probe(); //? free
    }
    probe(); //? free
    if m.lock().unwrap().is_empty() {
        probe(); //? free
    }
    while let Some(_) = m.lock().unwrap().remove(&1) {
        probe(); //? holds m
    }
    for _ in m.lock().unwrap().iter() {
        probe(); //? holds m
    }
    probe(); //? free
}

fn tails(m: &Mutex<HashMap<u8, u8>>) {
    let n = {
        let x = 1;
        m.lock().unwrap().len()
    } + {
        probe(); //? free
        1
    };
    probe(); //? free
}

fn by_branch(m: &Mutex<HashMap<u8, u8>>, c: bool) {
    let g = m.lock().unwrap();
    if c {
        drop(g); //? holds m; drops g
        probe(); //? free
    }
    probe(); //? may hold m
}

fn early_exits(m: &Mutex<HashMap<u8, u8>>, c: bool) -> Option<u8> {
    let n = {
        let g = m.lock().unwrap();
        if c {
            return None;
        }
        *g.get(&1)?
    };
    probe(); //? free
    Some(n)
}

fn variants(d: &dashmap::DashMap<u8, u8>) {
    if let Some(_r) = d.get(&1) {
        probe(); //? holds d
    } else {
        probe(); //? free
    }
    let Some(r) = d.get_mut(&2) else {
        return probe(); //? free
    };
    probe(); //? holds d
}

fn loops(m: &Mutex<HashMap<u8, u8>>) {
    loop {
        probe(); //? free
        let g = m.lock().unwrap();
        if g.is_empty() {
            break;
        }
        probe(); //? holds m
    }
    probe(); //? free
}
