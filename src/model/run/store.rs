//! Storage: cells, and pointers into them.

use super::{Stop, Value};

/// Where a value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    pub(super) cell: usize,
    pub(super) path: Vec<Part>,
}

/// A step into a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A field of a record, by position.
    Field(usize),
    /// An element of a list.
    Item(usize),
    /// A capture of a closure.
    Capture(usize),
    /// What a box, token or kept value holds.
    Inside,
}

impl Pointer {
    /// A pointer to a part.
    pub fn part(&self, part: Part) -> Pointer {
        let mut path = self.path.clone();
        path.push(part);
        Pointer { cell: self.cell, path }
    }
}

/// All cells of a run.
#[derive(Debug, Default)]
pub(super) struct Store {
    cells: Vec<Value>,
}

impl Store {
    /// A new cell.
    pub(super) fn alloc(&mut self, value: Value) -> Pointer {
        self.cells.push(value);
        Pointer { cell: self.cells.len() - 1, path: Vec::new() }
    }

    /// What stands there; an error when there is no such place (any longer).
    pub(super) fn slot(&mut self, pointer: &Pointer) -> Result<&mut Value, Stop> {
        let cell = self.cells.get_mut(pointer.cell).ok_or_else(|| Stop::unknown("no such cell"))?;
        pointer.path.iter().try_fold(cell, |value, &part| inside(value, part))
    }
}

fn inside(value: &mut Value, part: Part) -> Result<&mut Value, Stop> {
    let kind = value.kind();
    let found = match (value, part) {
        (Value::Record(record), Part::Field(n)) => record.fields.get_mut(n).map(|(_, it)| it),
        (Value::List(items), Part::Item(n)) => items.get_mut(n),
        (Value::Closure(_, captures), Part::Capture(n)) => captures.get_mut(n),
        (Value::Own(it) | Value::Kept(it), Part::Inside) => Some(&mut **it),
        (Value::Token { inside, .. }, Part::Inside) => Some(&mut **inside),
        _ => None,
    };
    found.ok_or_else(|| Stop::unknown(format!("no {part:?} in {kind}")))
}
