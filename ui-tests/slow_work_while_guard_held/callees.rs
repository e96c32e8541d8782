//@ enable: slow_work_while_guard_held
//! Work in functions that are lent the map, and in libraries.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use indexmap::IndexMap;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{Mutex, RwLock};

#[derive(Default)]
pub struct Scores {
    all: Mutex<HashMap<String, u64>>,
    files: RwLock<BTreeMap<String, Vec<u8>>>,
    order: Mutex<IndexMap<String, u64>>,
}

fn best_first(all: &HashMap<String, u64>) -> Vec<(u64, String)> {
    let mut rows: Vec<_> = all.iter().map(|(name, score)| (*score, name.clone())).collect();
    rows.sort();
    rows
}

fn as_text(all: &HashMap<String, u64>) -> String {
    let mut text = String::new();
    for (name, score) in all {
        writeln!(text, "{name}: {score}").unwrap();
    }
    text
}

fn one_as_text(all: &HashMap<String, u64>, name: &str) -> String {
    let score = all.get(name).copied().unwrap_or(0);
    format!("{name}: {score}")
}

impl Scores {
    pub fn bad_sorted(&self) -> Vec<(u64, String)> {
        best_first(&self.all.lock().unwrap()) //~ slow_work_while_guard_held: sorting
    }

    pub fn bad_text(&self) -> String {
        let all = self.all.lock().unwrap();
        as_text(&all) //~ slow_work_while_guard_held: formatting
    }

    pub fn good_one_entry(&self, name: &str) -> String {
        one_as_text(&self.all.lock().unwrap(), name)
    }

    pub fn good_another_map(&self, other: &HashMap<String, u64>) -> String {
        let _all = self.all.lock().unwrap();
        as_text(other)
    }

    pub fn good_after_the_guard(&self, spare: &mut HashMap<String, u64>) -> String {
        std::mem::swap(&mut *self.all.lock().unwrap(), spare);
        as_text(spare)
    }

    pub fn bad_sorted_in_place(&self) {
        self.order.lock().unwrap().sort_keys(); //~ slow_work_while_guard_held: sorting
    }

    pub fn bad_digest(&self) -> Vec<u8> {
        let mut digest = Sha256::new();
        for file in self.files.read().unwrap().values() {
            digest.update(file); //~ slow_work_while_guard_held: hashing
        }
        digest.finalize().to_vec()
    }

    pub fn good_digest_of_one(&self, name: &str) -> Vec<u8> {
        let mut digest = Sha256::new();
        if let Some(file) = self.files.read().unwrap().get(name) {
            digest.update(file);
        }
        digest.finalize().to_vec()
    }

    pub fn bad_compressed(&self) -> std::io::Result<Vec<u8>> {
        let mut out = ZlibEncoder::new(Vec::new(), Compression::fast());
        for file in self.files.read().unwrap().values() {
            out.write_all(file)?; //~ slow_work_while_guard_held: compressing
        }
        out.finish()
    }

    pub fn bad_decoded(&self, text: &str) -> serde_json::Result<()> {
        let mut all = self.all.lock().unwrap();
        let more: HashMap<String, u64> = serde_json::from_str(text)?; //~ slow_work_while_guard_held: deserialising
        all.extend(more);
        Ok(())
    }

    pub fn good_decoded_before(&self, text: &str) -> serde_json::Result<()> {
        let more: HashMap<String, u64> = serde_json::from_str(text)?;
        self.all.lock().unwrap().extend(more);
        Ok(())
    }

    pub fn good_decoded_entry(&self, name: &str, text: &str) -> serde_json::Result<()> {
        let mut all = self.all.lock().unwrap();
        let score: u64 = serde_json::from_str(text)?;
        all.insert(name.to_owned(), score);
        Ok(())
    }
}

#[derive(Default, serde::Serialize)]
pub struct Ranking {
    points: BTreeMap<String, u64>,
    season: u32,
}

pub struct Season {
    ranking: RwLock<Ranking>,
    best: Mutex<Option<String>>,
}

impl Season {
    // A struct with the map in it.
    pub fn bad_struct_serialised(&self) -> serde_json::Result<String> {
        let ranking = self.ranking.read().unwrap();
        serde_json::to_string(&*ranking) //~ slow_work_while_guard_held: `self.ranking`
    }

    pub fn good_number_serialised(&self) -> serde_json::Result<String> {
        serde_json::to_string(&self.ranking.read().unwrap().season)
    }

    pub fn good_no_map(&self) -> serde_json::Result<String> {
        serde_json::to_string(&*self.best.lock().unwrap())
    }
}
