//! Where nothing of the guard goes on, the block that ends it before the await is offered.

use std::collections::HashMap;
use std::sync::Mutex;

pub struct Kiosk {
    papers: Mutex<HashMap<u32, String>>,
}

async fn print(_paper: &str) {}

impl Kiosk {
    pub async fn bad_written(&self, paper: u32) {
        let mut papers = self.papers.lock().unwrap();
        papers.remove(&paper);
        print("gone").await; //~^^ await_holding_map_guard
    }

    pub async fn bad_result(&self, paper: u32) {
        let papers = self.papers.lock().unwrap();
        let found = papers.get(&paper).cloned();
        print(&found.unwrap_or_default()).await; //~^^ await_holding_map_guard
    }

    pub async fn bad_something_between(&self, paper: u32) -> usize {
        let papers = self.papers.lock().unwrap();
        let count = papers.len();
        let more = count + 1;
        print("many").await; //~^^^ await_holding_map_guard
        more
    }

    pub async fn bad_lends(&self, paper: u32) {
        let papers = self.papers.lock().unwrap();
        let found = papers.get(&paper);
        print(found.map(String::as_str).unwrap_or_default()).await; //~^^ await_holding_map_guard
    }

    pub async fn bad_used_again(&self, paper: u32) {
        let mut papers = self.papers.lock().unwrap();
        papers.remove(&paper);
        print("gone").await; //~^^ await_holding_map_guard
        papers.clear();
    }
}
