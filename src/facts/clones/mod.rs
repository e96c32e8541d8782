//! Clones of handles to maps, of maps that lock themselves, and of maps of handles: which owners see a change afterwards.
//!
//! A clone has two sides (`sides`): what is derived from it, and what is derived from the original. For each kind of clone
//! (`made`) a file says what is wrong with it.

mod after;
mod changed_fields;
mod copy_on_write;
mod diverging;
mod earlier;
mod in_vain;
mod made;
mod nested;
mod owners;
mod shallow;
mod sides;

pub(super) use changed_fields::changed_fields;
pub(super) use copy_on_write::{PartsIn, partings};
pub(super) use earlier::puts;
pub(super) use made::has_clones;

use crate::facts::BodyFacts;
use crate::facts::path::LockPath;
use crate::facts::values::Values;
use crate::model::types::FnId;
use crate::source::Span;
use after::After;
use made::{Made, clones};

/// What is wrong with a clone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CloneHazard {
    /// A second handle to the same map is taken for a copy of it.
    Shallow,
    /// The map is copied, the handles in it lead to the same values, and one of those is changed.
    Nested,
    /// A map that locks itself is copied entry by entry, and both go on being used.
    Diverging,
    /// `make_mut` parts a handle from a clone of it that is asked afterwards.
    MadeMut,
}

/// A clone with two owners that do not see what they should.
#[derive(Clone, Debug)]
pub struct CloneUse {
    /// What is wrong.
    pub hazard: CloneHazard,
    /// The clone.
    pub clone: Span,
    /// The change.
    pub change: Span,
    /// Where the other owner is used afterwards.
    pub later: Span,
    /// The place that is cloned.
    pub original: LockPath,
    /// The call through which the change is made, where that is in another function.
    pub through: Option<Span>,
}

/// A place that a function changes through `make_mut`.
#[derive(Clone, Debug)]
pub struct Parting {
    /// The handle's place, over the function's parameters.
    pub path: LockPath,
    /// The call.
    pub span: Span,
}

/// Whether a function gives what a parameter of it leads to on to another one.
pub(super) type HandsOn<'q> = &'q dyn Fn(FnId, u32) -> bool;

/// The places, over its parameters, in which a function puts what it is given as one of them.
pub(super) type Puts<'q> = &'q dyn Fn(FnId, u32) -> Vec<LockPath>;

/// What is asked of the functions that a body calls.
#[derive(Clone, Copy)]
pub(super) struct Asked<'q> {
    pub(super) parts_in: PartsIn<'q>,
    pub(super) hands_on: HandsOn<'q>,
    pub(super) puts: Puts<'q>,
}

/// Finds the hazardous clones of a body.
pub(super) fn find(values: &Values<'_>, facts: &BodyFacts, asked: Asked<'_>) -> Vec<CloneUse> {
    let body = values.body();
    if body.cut {
        return Vec::new();
    }
    let mut found = Vec::new();
    for cloned in clones(values) {
        let after = After { values, facts, cloned: &cloned, asked };
        let hazard = match cloned.made {
            Made::Handle => after.shallow(),
            Made::Nested => after.nested(),
            Made::Bare => after.diverging(),
            Made::CopyOnWrite => after.made_mut(),
        };
        found.extend(hazard);
    }
    found
}
