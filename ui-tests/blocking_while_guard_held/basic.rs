//! The thread waits for something else while it holds a guard.

use dashmap::DashMap;
use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, SyncSender};
use std::sync::{Arc, Barrier, Condvar, Mutex, RwLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

pub struct Fleet {
    ships: Mutex<HashMap<u64, String>>,
    ports: RwLock<HashMap<String, u64>>,
    cargo: Arc<DashMap<u64, u64>>,
    ready: Condvar,
    turn: Mutex<u64>,
    notes: RefCell<HashMap<u64, String>>,
}

static FLEET: Mutex<Option<HashMap<u64, String>>> = Mutex::new(None);

impl Fleet {
    pub fn bad_recv(&self, orders: &Receiver<u64>) {
        let mut ships = self.ships.lock().unwrap();
        let id = orders.recv().unwrap(); //~ blocking_while_guard_held: `self.ships`
        ships.remove(&id);
    }

    pub fn bad_bounded_send(&self, orders: &SyncSender<u64>) {
        for id in self.ships.lock().unwrap().keys() {
            orders.send(*id).unwrap(); //~ blocking_while_guard_held
        }
    }

    pub fn bad_join(&self, worker: JoinHandle<()>) {
        let ships = self.ships.lock().unwrap();
        worker.join().unwrap(); //~ blocking_while_guard_held
        drop(ships);
    }

    pub fn bad_sleep(&self) {
        let ports = self.ports.read().unwrap();
        thread::sleep(Duration::from_millis(ports.len() as u64)); //~ blocking_while_guard_held
    }

    pub fn bad_file(&self) {
        let ships = self.ships.lock().unwrap();
        let list = ships.values().cloned().collect::<Vec<_>>().join("\n");
        fs::write("ships.txt", list).unwrap(); //~ blocking_while_guard_held
    }

    pub fn bad_network(&self, socket: &mut TcpStream) {
        if let Some(ship) = self.ships.lock().unwrap().get(&1) {
            socket.write_all(ship.as_bytes()).unwrap(); //~ blocking_while_guard_held
        }
    }

    pub fn bad_process(&self, id: u64) {
        let cargo = self.cargo.get_mut(&id);
        Command::new("crane").output().unwrap(); //~ blocking_while_guard_held: `self.cargo`
        drop(cargo);
    }

    pub fn bad_barrier(&self, barrier: &Barrier) {
        let _ships = self.ships.lock().unwrap();
        barrier.wait(); //~ blocking_while_guard_held
    }

    pub fn bad_wait_on_another_lock(&self) {
        let _ships = self.ships.lock().unwrap();
        let turn = self.turn.lock().unwrap();
        drop(self.ready.wait(turn)); //~ blocking_while_guard_held
    }

    fn save(&self) {
        fs::write("turn.txt", "1").unwrap();
    }

    pub fn bad_in_a_callee(&self) {
        let ships = self.ships.lock().unwrap();
        self.save(); //~ blocking_while_guard_held
        drop(ships);
    }

    pub fn bad_in_a_closure(&self) {
        self.ships.lock().unwrap().values().for_each(|ship| {
            fs::write(ship, "here").unwrap(); //~ blocking_while_guard_held
        });
    }

    pub fn good_collected_first(&self, orders: &SyncSender<u64>) {
        let ids: Vec<u64> = self.ships.lock().unwrap().keys().copied().collect();
        for id in ids {
            orders.send(id).unwrap();
        }
    }

    pub fn good_dropped(&self, orders: &Receiver<u64>) {
        let ships = self.ships.lock().unwrap();
        let size = ships.len();
        drop(ships);
        let _ = orders.recv().map(|id| id + size as u64);
    }

    pub fn good_received_first(&self, orders: &Receiver<u64>) {
        let id = orders.recv().unwrap();
        self.ships.lock().unwrap().remove(&id);
    }

    pub fn good_unbounded_send(&self, orders: &Sender<u64>) {
        for id in self.ships.lock().unwrap().keys() {
            orders.send(*id).unwrap();
        }
    }

    pub fn good_try_recv(&self, orders: &Receiver<u64>) {
        let mut ships = self.ships.lock().unwrap();
        while let Ok(id) = orders.try_recv() {
            ships.remove(&id);
        }
    }

    pub fn good_println(&self) {
        for ship in self.ships.lock().unwrap().values() {
            println!("{ship}");
        }
    }

    pub fn good_wait_on_its_own_lock(&self) {
        let mut turn = self.turn.lock().unwrap();
        while *turn == 0 {
            turn = self.ready.wait(turn).unwrap();
        }
    }

    pub fn good_nobody_waits_for_a_cell(&self) {
        let notes = self.notes.borrow();
        fs::write("notes.txt", notes.len().to_string()).unwrap();
    }

    pub fn good_spawned(&self) {
        let ships = self.ships.lock().unwrap();
        for ship in ships.values().cloned() {
            thread::spawn(move || fs::write(ship, "here"));
        }
    }

    pub fn good_early_return(&self, orders: &Receiver<u64>) {
        {
            let ships = self.ships.lock().unwrap();
            if ships.is_empty() {
                return;
            }
        }
        drop(orders.recv());
    }

    pub fn good_write_to_memory(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for ship in self.ships.lock().unwrap().values() {
            writeln!(out, "{ship}").unwrap();
        }
        out
    }

    pub fn good_permitted(&self) {
        let ships = self.ships.lock().unwrap();
        // hazmap: allow(blocking_while_guard_held, reason = "shutting down: nobody else is left")
        fs::write("ships.txt", ships.len().to_string()).unwrap();
    }
}

pub fn bad_static() {
    let fleet = FLEET.lock().unwrap();
    thread::sleep(Duration::from_secs(1)); //~ blocking_while_guard_held: `FLEET`
    drop(fleet);
}
