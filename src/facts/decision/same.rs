//! Whether two operations are of one map, and of one entry.

use super::asks;
use crate::facts::event::MapOp;
use crate::facts::knowledge::{Reads, Writes};
use crate::model::types::Type;

/// Writes that a decision can be about.
pub(super) fn is_act(op: &MapOp) -> bool {
    matches!(op.writes, Some(Writes::Insert | Writes::Clear | Writes::Remove | Writes::Update))
        && op.path.is_some()
        && !op.rechecks
}

pub(in crate::facts) fn same_map(a: &MapOp, b: &MapOp) -> bool {
    match (&a.path, &b.path) {
        (Some(a), Some(b)) => a.same_as(b),
        _ => false,
    }
}

/// Whether the two are about one key.
pub(in crate::facts) fn same_key(read: &MapOp, write: &MapOp) -> bool {
    match read.reads {
        Some(Reads::Len) => matches!(write.writes, Some(Writes::Insert)),
        Some(Reads::Key) => same_entry(read, write),
        None if asks(read) => same_entry(read, write),
        Some(Reads::All) | None => false,
    }
}

/// Whether two operations name one key.
pub(in crate::facts) fn same_entry(a: &MapOp, b: &MapOp) -> bool {
    matches!((&a.key, &b.key), (Some(a), Some(b)) if a.is_same(b))
}

pub(in crate::facts) fn is_bool(ty: Option<&Type>) -> bool {
    matches!(ty, Some(Type::Prim(name)) if name.as_str() == "bool")
}
