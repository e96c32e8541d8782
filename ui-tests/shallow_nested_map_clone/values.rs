//! Maps of handles that are cloned: values that are changed through one of the two, and values that are not.

use dashmap::DashMap;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::{Arc, Mutex, RwLock};

pub type Tabs = HashMap<u32, Arc<Mutex<Vec<String>>>>;

pub fn bad_looked_up(tabs: &Tabs) -> Tabs {
    let mut fork = tabs.clone(); //~ shallow_nested_map_clone: `tabs`
    fork.remove(&0);
    if let Some(tab) = fork.get(&1) {
        tab.lock().unwrap().push(String::from("new"));
    }
    fork
}

pub fn bad_original_goes_on(tables: &BTreeMap<u8, Arc<RwLock<HashMap<u8, u8>>>>) -> usize {
    let kept = tables.clone(); //~ shallow_nested_map_clone
    for table in tables.values() {
        table.write().unwrap().clear();
    }
    kept.len()
}

pub fn bad_shard_maps(shards: &HashMap<u8, Arc<DashMap<u8, u8>>>) -> HashMap<u8, Arc<DashMap<u8, u8>>> {
    let copy = shards.clone(); //~ shallow_nested_map_clone
    for shard in copy.values() {
        shard.insert(1, 1);
    }
    copy
}

#[derive(Clone)]
pub struct Graph {
    nodes: HashMap<u32, Rc<RefCell<Vec<u32>>>>,
}

impl Graph {
    pub fn bad_struct_around_it(&self) -> Graph {
        let next = self.clone(); //~ shallow_nested_map_clone
        if let Some(node) = next.nodes.get(&1) {
            node.borrow_mut().push(2);
        }
        next
    }

    pub fn good_read(&self) -> usize {
        let next = self.clone();
        next.nodes.values().map(|it| it.borrow().len()).sum()
    }
}

pub fn good_only_read(tabs: &Tabs) -> usize {
    let copy = tabs.clone();
    copy.values().map(|it| it.lock().unwrap().len()).sum()
}

pub fn good_outer_only(tabs: &Tabs) -> Tabs {
    let mut copy = tabs.clone();
    copy.insert(1, Arc::default());
    copy
}

pub fn good_plain_values(tabs: &HashMap<u32, Vec<u32>>) -> HashMap<u32, Vec<u32>> {
    let mut copy = tabs.clone();
    if let Some(tab) = copy.get_mut(&1) {
        tab.push(1);
    }
    copy
}

pub fn good_out_from_under_a_lock(tabs: &RwLock<Tabs>) {
    let tabs = tabs.read().unwrap().clone();
    for tab in tabs.values() {
        tab.lock().unwrap().clear();
    }
}

pub fn good_changed_before(tabs: &Tabs) -> Tabs {
    for tab in tabs.values() {
        tab.lock().unwrap().clear();
    }
    tabs.clone()
}

pub fn good_handle_of_the_map(tabs: &Arc<Mutex<Tabs>>) {
    let tabs = tabs.clone();
    if let Some(tab) = tabs.lock().unwrap().get(&1) {
        tab.lock().unwrap().clear();
    }
}

pub fn good_immutable_values(names: &HashMap<u32, Arc<str>>) -> HashMap<u32, Arc<str>> {
    let mut copy = names.clone();
    copy.insert(1, Arc::from("one"));
    copy
}

pub fn bad_collected(tables: &BTreeMap<u8, Arc<RwLock<HashMap<u8, u8>>>>) -> usize {
    let copy: BTreeMap<u8, Arc<RwLock<HashMap<u8, u8>>>> =
        tables.iter().map(|(k, v)| (*k, Arc::clone(v))).collect(); //~ shallow_nested_map_clone
    for table in tables.values() {
        table.write().unwrap().clear();
    }
    copy.len()
}

pub fn good_collected_and_read(tabs: &Tabs) -> usize {
    let copy: Tabs = tabs.iter().map(|(k, v)| (*k, v.clone())).collect();
    copy.values().map(|it| it.lock().unwrap().len()).sum()
}

pub fn good_made_anew(tabs: &Tabs) -> Tabs {
    let copy: Tabs =
        tabs.iter().map(|(k, v)| (*k, Arc::new(Mutex::new(v.lock().unwrap().clone())))).collect();
    for tab in copy.values() {
        tab.lock().unwrap().clear();
    }
    copy
}

pub fn bad_collected_shards(shards: &HashMap<u8, Arc<DashMap<u8, u8>>>) -> HashMap<u8, Arc<DashMap<u8, u8>>> {
    let copy: HashMap<u8, Arc<DashMap<u8, u8>>> =
        shards.iter().map(|(k, v)| (*k, v.clone())).collect(); //~ shallow_nested_map_clone
    if let Some(shard) = copy.get(&1) {
        shard.insert(1, 1);
    }
    copy
}

pub fn bad_persistent(tabs: &imbl::HashMap<u32, Arc<Mutex<Vec<u32>>>>) -> usize {
    let fork = tabs.clone(); //~ shallow_nested_map_clone
    fork[&1].lock().unwrap().push(9);
    tabs[&1].lock().unwrap().len()
}

pub type Cells = BTreeMap<String, Arc<Mutex<BTreeMap<u8, u32>>>>;

fn set_cell(cells: &Cells, name: &str) {
    if let Some(cell) = cells.get(name) {
        cell.lock().unwrap().insert(0, 1);
    }
}

fn sum_cells(cells: &Cells) -> u32 {
    cells.values().map(|it| it.lock().unwrap().values().sum::<u32>()).sum()
}

pub fn bad_written_in_a_helper(cells: &Cells, name: &str) -> u32 {
    let guess = cells.clone(); //~ shallow_nested_map_clone
    set_cell(&guess, name);
    sum_cells(&guess)
}

pub fn good_read_in_a_helper(cells: &Cells) -> u32 {
    let guess = cells.clone();
    sum_cells(&guess)
}

#[derive(Clone)]
pub struct Board {
    cells: Cells,
}

impl Board {
    fn wipe(&self) {
        for cell in self.cells.values() {
            cell.lock().unwrap().clear();
        }
    }
}

pub fn bad_struct_written_by_its_method(board: &Board) -> Board {
    let blank = board.clone(); //~ shallow_nested_map_clone
    blank.wipe();
    blank
}
