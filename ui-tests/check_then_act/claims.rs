//! Who is refused did not get the entry; a check under the writer's own guard is none of another section.

use parking_lot::{Mutex, RwLock};
use std::collections::{BTreeMap, HashMap};

#[derive(Default)]
pub struct Berths {
    owners: Mutex<BTreeMap<u16, u64>>,
    ships: RwLock<HashMap<u64, String>>,
}

impl Berths {
    // Another owner is told so; two that ask at once both go on.
    pub fn bad_claim(&self, berth: u16, ship: u64) -> Result<(), u64> {
        let Some(owner) = self.owners.lock().get(&berth).copied() else {
            self.owners.lock().insert(berth, ship); //~ check_then_act
            return Ok(());
        };
        if owner == ship { Ok(()) } else { Err(owner) }
    }

    pub fn good_claim(&self, berth: u16, ship: u64) -> Result<(), u64> {
        let owner = *self.owners.lock().entry(berth).or_insert(ship);
        if owner == ship { Ok(()) } else { Err(owner) }
    }

    // The same as always writing.
    pub fn good_equal(&self, berth: u16, ship: u64) {
        let owner = self.owners.lock().get(&berth).copied();
        match owner {
            Some(owner) if owner == ship => {}
            _ => {
                self.owners.lock().insert(berth, ship);
            }
        }
    }

    fn name(&self, ship: u64) -> Option<String> {
        self.ships.read().get(&ship).cloned()
    }

    // One hazard: the look waits for the guard that is there.
    pub fn bad_look_inside(&self, ship: u64, name: &str) {
        let mut ships = self.ships.write();
        if self.name(ship).is_none() { //~ relock_while_held
            ships.insert(ship, name.to_owned());
        }
    }
}

#[derive(Debug)]
pub struct Taken;

impl Berths {
    // The length numbers the entry; the key is not looked at again.
    pub fn bad_numbered(&self, berth: u16) -> Result<u64, Taken> {
        if self.owners.lock().contains_key(&berth) {
            return Err(Taken);
        }
        let mut owners = self.owners.lock(); //~ check_then_act
        let next = owners.len() as u64;
        owners.insert(berth, next);
        Ok(next)
    }

    pub fn good_limit_again(&self, berth: u16, ship: u64) -> Result<(), Taken> {
        if self.owners.lock().len() > 8 {
            return Err(Taken);
        }
        let mut owners = self.owners.lock();
        if owners.len() > 8 {
            return Err(Taken);
        }
        owners.insert(berth, ship);
        Ok(())
    }
}
