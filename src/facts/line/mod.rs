//! What is known at one line: for `cargo hazmap why`, and for the facts that fixtures state (`//?`).
//!
//! ```text
//! let peers = self.by_id.lock().unwrap();
//!     acquires self.by_id exclusive
//!     recv lock: std::sync::Mutex<std::collections::HashMap<u64, u64>>
//!     type peers: std::sync::MutexGuard<std::collections::HashMap<u64, u64>>
//! ```
//!
//! Invariants: the same facts as the lints see, said and not judged; nothing here is used to decide a finding.

mod collect;
pub mod spell;

use super::Facts;
use crate::model::items::StaticId;
use crate::model::types::{AdtId, FnId};
use crate::source::{FileId, Files, TextRange};

/// What a fact is about: facts of one kind on a line are told apart by their words, or by their subject.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FactKind {
    /// `holds place`, `may hold place`, `free`: before the first step of the line.
    Holds,
    /// `acquires place exclusive`.
    Acquires,
    /// `awaits`, `blocks words`, `calls back`.
    Happens,
    /// `reads place key`, `writes place insert`.
    Touches,
    /// `decides insert of line 7`.
    Decides,
    /// `drops name`.
    Drops,
    /// `loses name`: what is known of a guard ends in something that cannot be seen.
    Loses,
    /// `returns guard of place`, `returns place`.
    Returns,
    /// `recv method: type`.
    Receiver,
    /// `calls name: path`.
    Calls,
    /// `type expression: type`.
    Type,
}

impl FactKind {
    /// Whether each subject is a question of its own: a line has many types, and a fixture asks for one of them.
    pub fn by_subject(self) -> bool {
        matches!(self, FactKind::Receiver | FactKind::Calls | FactKind::Type)
    }
}

/// One fact of a line.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Fact {
    /// What it is about.
    pub kind: FactKind,
    /// The whole fact in words that a fixture can state.
    pub words: String,
    /// What a person wants to know beside it.
    pub more: String,
    /// It is worth showing when nobody asked for it.
    pub shown: bool,
}

impl Fact {
    fn new(kind: FactKind, words: impl Into<String>) -> Fact {
        Fact { kind, words: words.into(), more: String::new(), shown: true }
    }

    fn with(mut self, more: impl Into<String>) -> Fact {
        self.more = more.into();
        self
    }

    fn hidden(mut self) -> Fact {
        self.shown = false;
        self
    }
}

/// What is known at a line of one function, or of declarations.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Section {
    /// `fn app::Peers::insert`.
    pub head: String,
    /// How the function is looked at: seed or on demand, bounds, what is opaque.
    pub notes: Vec<String>,
    /// The facts.
    pub facts: Vec<Fact>,
}

/// A line of a file.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    files: &'a Files,
    file: FileId,
    range: TextRange,
}

impl<'a> Line<'a> {
    /// A line by its number, from 1.
    pub fn new(files: &'a Files, file: FileId, number: u32) -> Line<'a> {
        let range = files.line_index(file).line_range(number);
        Line { files, file, range }
    }

    /// Whether something that is written there begins on the line.
    fn has(self, range: TextRange) -> bool {
        self.range.lo <= range.lo && range.lo < self.range.hi
    }

    fn touches(self, range: TextRange) -> bool {
        range.lo < self.range.hi && self.range.lo < range.hi
    }

    /// The number of the line at which something begins.
    fn number_of(self, range: TextRange) -> u32 {
        self.files.line_index(self.file).line(range.lo)
    }
}

/// Says what is known at a line. The facts should be [watching](Facts::watching).
pub fn sections(facts: &Facts<'_>, line: Line<'_>) -> Vec<Section> {
    let mut found = declarations(facts, line);
    for n in 0..facts.model.fns.len() {
        let id = FnId(n as u32);
        let def = facts.model.fn_def(id);
        let Some(body) = &def.body else { continue };
        if def.span.file == line.file && !def.duplicate && line.touches(body.item) {
            found.push(collect::section(facts, line, id));
        }
    }
    found
}

/// Fields and statics that are declared on the line.
fn declarations(facts: &Facts<'_>, line: Line<'_>) -> Vec<Section> {
    let model = facts.model;
    let mut found = Vec::new();
    for n in 0..model.adts.len() {
        let adt = model.adt(AdtId(n as u32));
        for field in adt.variants.iter().flat_map(|it| &it.fields) {
            if field.span.file == line.file && line.has(field.span.range) && !adt.duplicate {
                let words = format!("type {}: {}", field.name, spell::ty(model, &field.ty));
                found.push(Fact::new(FactKind::Type, words));
            }
        }
    }
    for n in 0..model.statics.len() {
        let it = model.static_(StaticId(n as u32));
        if it.span.file == line.file && line.has(it.span.range) && !it.duplicate {
            let ty = model.static_value_ty(StaticId(n as u32));
            found.push(Fact::new(FactKind::Type, format!("type {}: {}", it.name, spell::ty(model, &ty))));
        }
    }
    found.sort();
    found.dedup();
    if found.is_empty() {
        return Vec::new();
    }
    vec![Section { head: "declarations".to_owned(), notes: Vec::new(), facts: found }]
}

/// Prints sections for people.
pub fn print(sections: &[Section]) -> String {
    let mut out = String::new();
    for section in sections {
        out.push_str(&section.head);
        out.push('\n');
        for note in &section.notes {
            out.push_str(&format!("  ({note})\n"));
        }
        let shown: Vec<&Fact> = section.facts.iter().filter(|it| it.shown).collect();
        for fact in &shown {
            out.push_str(&format!("  {}\n", fact.words));
            for more in fact.more.lines() {
                out.push_str(&format!("      {more}\n"));
            }
        }
        if shown.is_empty() {
            out.push_str("  nothing that is known happens on this line\n");
        }
    }
    out
}
