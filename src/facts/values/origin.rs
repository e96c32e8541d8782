//! What a value is a copy of, or points into.

use crate::facts::defs::KeyValue;
use crate::facts::event::Point;
use crate::facts::path::LockPath;
use crate::model::body::Proj;
use crate::model::types::{ClosureId, Type};
use crate::source::TextRange;
use crate::syntax::Name;

/// How a value is related to a map.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relation {
    /// It points into the map: a reference, a guard, an iterator, an option of one.
    Lent,
    /// It is an owned copy.
    Copied,
}

/// Where a value comes from.
#[derive(Clone, PartialEq, Debug)]
pub struct Origin {
    /// A copy, or a pointer into the map.
    pub relation: Relation,
    /// The map's place.
    pub map: LockPath,
    /// The map's type.
    pub map_ty: Type,
    /// Which entry; `None` for the whole map.
    pub key: Option<KeyValue>,
    /// Which part of the entry, field by field; empty for all of it.
    pub part: Vec<Name>,
    /// The step that looks into the map.
    pub read: Point,
    /// The body in which that is.
    pub closure: Option<ClosureId>,
    /// Where the copy is made.
    pub at: TextRange,
}

impl Origin {
    /// Where what lies behind a projection comes from.
    pub(super) fn part_at(mut self, proj: Option<&[Proj]>) -> Origin {
        self.part.extend(fields_of(proj.unwrap_or_default()));
        self
    }
}

/// The fields that a projection goes through. What lies in a variant is all of it.
pub(in crate::facts) fn fields_of(proj: &[Proj]) -> impl Iterator<Item = Name> {
    let before = std::iter::once(None).chain(proj.iter().map(Some));
    proj.iter().zip(before).filter_map(|(it, before)| match (it, before) {
        (_, Some(Proj::Variant(_))) => None,
        (Proj::Field(name), _) => Some(*name),
        _ => None,
    })
}

/// A copy, or a guard on an entry, that a function gives out, over its parameters.
#[derive(Clone, Debug)]
pub struct CopyOut {
    /// A copy, or a pointer into the map; `None` for whichever the caller's type says.
    pub relation: Option<Relation>,
    /// The map's place.
    pub map: LockPath,
    /// The map's type.
    pub map_ty: Type,
    /// Which entry; `None` for the whole map.
    pub key: Option<KeyValue>,
    /// Which part of the entry; empty for all of it.
    pub part: Vec<Name>,
    /// It is no copy any more, but an arithmetic step on one.
    pub is_step: bool,
}

impl CopyOut {
    /// A copy of which nothing is known but that it may be one.
    pub fn anything() -> CopyOut {
        let map = LockPath::root(crate::facts::path::Root::Lib(Name::from("anything")));
        let key = Some(KeyValue::Unknown);
        CopyOut { relation: None, map, map_ty: Type::Unknown, key, part: Vec::new(), is_step: false }
    }

    /// What a value is for callers of the function that gives it out.
    pub fn of(given: Origin, is_step: bool) -> CopyOut {
        let relation = Some(given.relation);
        CopyOut { relation, map: given.map, map_ty: given.map_ty, key: given.key, part: given.part, is_step }
    }
}
