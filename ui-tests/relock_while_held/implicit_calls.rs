//! Calls that nothing in the text names: formatting, operators, loops, functions in variables.

use std::collections::HashMap;
use std::fmt;
use std::sync::Mutex;

pub struct Registry {
    names: Mutex<HashMap<u32, String>>,
}

impl fmt::Display for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} names", self.names.lock().unwrap().len())
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Registry")
    }
}

impl PartialEq for Registry {
    fn eq(&self, other: &Registry) -> bool {
        self.names.lock().unwrap().len() == other.names.lock().unwrap().len()
    }
}

impl<'a> IntoIterator for &'a Registry {
    type Item = u32;
    type IntoIter = std::vec::IntoIter<u32>;

    fn into_iter(self) -> Self::IntoIter {
        self.names.lock().unwrap().keys().copied().collect::<Vec<u32>>().into_iter()
    }
}

impl Registry {
    fn count(&self) -> usize {
        self.names.lock().unwrap().len()
    }

    fn captured(&self) {
        let mut names = self.names.lock().unwrap();
        names.clear();
        println!("cleared: {self}"); //~ relock_while_held
    }

    fn positional(&self) -> String {
        let names = self.names.lock().unwrap();
        let text = format!("{} {}", names.len(), self); //~ relock_while_held
        text
    }

    fn converted(&self) -> String {
        let names = self.names.lock().unwrap();
        if names.is_empty() { String::new() } else { self.to_string() } //~ relock_while_held
    }

    // `Debug` takes no lock.
    fn debugged(&self) {
        let mut names = self.names.lock().unwrap();
        names.clear();
        println!("cleared: {self:?}");
    }

    fn after(&self) {
        self.names.lock().unwrap().clear();
        println!("cleared: {self}");
    }

    fn compared(&self, other: &Registry) -> bool {
        let names = self.names.lock().unwrap();
        !names.is_empty() && *self == *other //~ relock_while_held
    }

    fn differ(&self, other: &Registry) -> bool {
        let names = self.names.lock().unwrap();
        !names.is_empty() && *self != *other //~ relock_while_held
    }

    fn looped(&self) {
        let mut names = self.names.lock().unwrap();
        for id in self { //~ relock_while_held
            names.remove(&id);
        }
    }

    fn in_variable(&self) -> usize {
        let names = self.names.lock().unwrap();
        let count: fn(&Registry) -> usize = Registry::count;
        names.len() + count(self) //~ relock_while_held
    }
}
