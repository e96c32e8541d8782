//! The data of a report about a workspace's locks: what `cargo hazmap report --json` writes, and what the page and the pictures are
//! made of.
//!
//! Things refer to each other by their place in the lists (`maps`, `lives`, `order.locks`, `findings`); lines and columns count from 1,
//! columns in characters; paths go from the repository's root, with `/`. [`VERSION`] changes when something that is there changes its
//! meaning or goes; what comes new does not change it.

use serde::Serialize;
use std::collections::BTreeMap;

/// The version of this form.
pub const VERSION: u32 = 1;

/// A report.
#[derive(Clone, Serialize, Debug, Default)]
pub struct Report {
    /// [`VERSION`].
    pub version: u32,
    /// Who wrote it.
    pub tool: String,
    /// The shared maps, by where they are declared.
    pub maps: Vec<Map>,
    /// The lives of guards.
    pub lives: Vec<Life>,
    /// The order in which locks are taken.
    pub order: Order,
    /// What is to be said about the code.
    pub findings: Vec<Finding>,
    /// The lines of source that excerpts show: by file, then by number.
    pub sources: BTreeMap<String, BTreeMap<u32, String>>,
}

/// A shared map.
#[derive(Clone, Serialize, Debug)]
pub struct Map {
    /// As people say it: `Routes.by_town`.
    pub name: String,
    /// Its whole path: `depot::routes::Routes.by_town`.
    pub path: String,
    /// The package that declares it.
    pub package: String,
    /// Its type, as it is written.
    #[serde(rename = "type")]
    pub ty: String,
    /// The ways to the maps inside, where the type shows none: `Status.by_name`; the shortest first, and only the first few.
    pub inside: Vec<String>,
    /// Where it is declared; a variable: where it is first used.
    pub at: Place,
    /// It is a variable of a function.
    pub variable: bool,
    /// Types that have it, or lead to it, in a field.
    pub owners: Vec<String>,
    /// How many places read a key of it, or ask how many it has.
    pub reads: usize,
    /// How many change it.
    pub writes: usize,
    /// How many look through all of it.
    pub iterates: usize,
    /// The places.
    pub sites: Vec<Site>,
    /// The lives of its guards, the longest first.
    pub lives: Vec<usize>,
}

/// A place in a file.
#[derive(Clone, Serialize, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub path: String,
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// A place that uses a map.
#[derive(Clone, Serialize, Debug)]
pub struct Site {
    /// Where.
    #[serde(flatten)]
    pub at: Place,
    /// `read`, `write` or `iterate`.
    pub kind: &'static str,
}

/// The life of a guard.
#[derive(Clone, Serialize, Debug)]
pub struct Life {
    /// The map whose lock it is of.
    pub map: Option<usize>,
    /// The lock's place in words: `self.by_town`.
    pub lock: String,
    /// The package in which it is taken.
    pub package: String,
    /// The function that takes it.
    pub function: String,
    /// Where it is taken.
    pub at: Place,
    /// The variable that holds it; none does while it is a temporary.
    pub guard: Option<String>,
    /// `read` or `write`.
    pub mode: &'static str,
    /// How those who want the lock wait: `thread`, `task` (an async lock, whose guards may live across an await), or `borrow` (a
    /// `RefCell`: they panic).
    pub waits: &'static str,
    /// Why it lives as long as it does.
    pub why: String,
    /// On how many lines it lives.
    pub lines: u32,
    /// Those lines.
    pub bars: Vec<Bar>,
    /// What runs meanwhile.
    pub under: Vec<Mark>,
    /// What a drawing of it shows.
    pub excerpt: Excerpt,
}

/// Lines in a row on which a guard lives.
#[derive(Clone, Copy, Serialize, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The first.
    pub from: u32,
    /// The last.
    pub to: u32,
    /// It is held there on every path.
    pub surely: bool,
}

/// Something that is marked on a line.
#[derive(Clone, Serialize, Debug)]
pub struct Mark {
    /// Where.
    #[serde(flatten)]
    pub at: Place,
    /// `take`, `relock`, `await`, `block`, `lock`, `callback`, `write`, `iterate`, `read`, `call`; of a finding also `here` (its own
    /// place) and `label`.
    pub kind: &'static str,
    /// It is what is wrong here, or may be: a re-lock, an await under a guard that threads wait for, the second lock of an order.
    pub hazard: bool,
    /// In words.
    pub words: String,
}

/// Lines of a file that a drawing shows.
#[derive(Clone, Serialize, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The file.
    pub path: String,
    /// First and last lines, in order.
    pub ranges: Vec<(u32, u32)>,
}

/// The order of locks, as a graph.
#[derive(Clone, Serialize, Debug, Default)]
pub struct Order {
    /// The locks in it.
    pub locks: Vec<Lock>,
    /// An edge goes from a lock that is held to one that is taken meanwhile.
    pub edges: Vec<Edge>,
    /// Cycles on whose edges threads can stand at once.
    pub cycles: Vec<Cycle>,
}

/// A lock in the order: all that have its path.
#[derive(Clone, Serialize, Debug)]
pub struct Lock {
    /// As people say it.
    pub name: String,
    /// Its whole path.
    pub path: String,
    /// It guards a map.
    pub on_map: bool,
    /// That map, where it is one of the list.
    pub map: Option<usize>,
    /// The package that declares it; nothing for a library's own.
    pub package: String,
}

/// Two locks that are taken in this order somewhere.
#[derive(Clone, Serialize, Debug)]
pub struct Edge {
    /// The lock that is held, by its place in the list.
    pub from: usize,
    /// The lock that is taken.
    pub to: usize,
    /// Cycles that go over it.
    pub cycles: Vec<usize>,
    /// Where; the best told places.
    pub sites: Vec<OrderSite>,
}

/// A place where a lock is taken while another is held.
#[derive(Clone, Serialize, Debug)]
pub struct OrderSite {
    /// The lock that is held.
    pub from: usize,
    /// The lock that is taken.
    pub to: usize,
    /// The life of the guard that is held.
    pub life: usize,
    /// The call that gives both locks to the function, where they are its parameters; each call on the way down to where the other
    /// lock is taken; and that place.
    pub way: Vec<Mark>,
    /// It happens whenever the point is reached.
    pub surely: bool,
    /// What a drawing of it shows.
    pub excerpts: Vec<Excerpt>,
}

/// A cycle.
#[derive(Clone, Serialize, Debug)]
pub struct Cycle {
    /// The paths that make it, each from the lock that the one before it goes to.
    pub paths: Vec<OrderSite>,
}

/// A finding.
#[derive(Clone, Serialize, Debug)]
pub struct Finding {
    /// What it is known by from one run to the next: its fingerprint in SARIF.
    pub id: String,
    /// The lint, without `hazmap::`.
    pub lint: String,
    /// `error` or `warning`.
    pub level: &'static str,
    /// `definite` or `possible`.
    pub certainty: &'static str,
    /// What is wrong.
    pub message: String,
    /// The package.
    pub package: String,
    /// The function or item.
    pub item: Option<String>,
    /// Where; nowhere for what is said about the command line.
    pub at: Option<Place>,
    /// The maps that it is about.
    pub maps: Vec<usize>,
    /// The lives of guards that it is about.
    pub lives: Vec<usize>,
    /// The cycle in the order of locks that it is about.
    pub cycle: Option<usize>,
    /// Its places, with words, and what runs under its guards that matters to it.
    pub marks: Vec<Mark>,
    /// The mechanism.
    pub notes: Vec<String>,
    /// What to do.
    pub helps: Vec<String>,
    /// Why it is not shown otherwise: it is permitted, known to the baseline, or in old code.
    pub silenced: Option<String>,
    /// What a drawing of it shows.
    pub excerpts: Vec<Excerpt>,
}

impl Report {
    /// The data as one JSON object, on many lines.
    pub fn json(&self) -> String {
        // Plain structs of strings and numbers always serialise.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}
