//! Guards that are gone wherever a flag says so: `if full { drop(guard); moved = true }` .. `if moved { self.look_again() }`.
//!
//! A flag is a boolean variable that is given nothing but literals. The state keeps, for each value that a flag may have, the guards that
//! are not held while it has it; a branch on the flag then ends what cannot be held on it.

use super::Flow;
use crate::facts::defs::{Def, whole_local};
use crate::facts::state::State;
use crate::model::body::{Body, LocalId, LocalKind, Operand, Place, Rvalue, StepKind, Test};
use crate::model::types::{Mutability, Type};
use crate::syntax::{Lit, Name, UnOp};
use std::collections::{BTreeMap, BTreeSet};

/// Copies and negations between a flag and the branch on it.
const MAX_COPIES: u32 = 4;

/// The flags of a body that get a value in several places.
pub(super) fn flags(body: &Body) -> BTreeSet<LocalId> {
    let is_bool = |ty: &Type| matches!(ty, Type::Prim(name) if name.as_str() == "bool");
    let variables =
        body.locals.iter().zip(0..).filter(|(it, _)| it.kind == LocalKind::Variable && is_bool(&it.ty));
    let mut found: BTreeSet<LocalId> = variables.map(|(_, n)| LocalId(n)).collect();
    if found.is_empty() {
        return found;
    }
    let mut n_values: BTreeMap<LocalId, u32> = BTreeMap::new();
    for step in body.blocks.iter().flat_map(|it| &it.steps) {
        let (dest, value) = match &step.kind {
            StepKind::Assign(dest, value) => (dest, Some(value)),
            StepKind::Call { dest, .. } | StepKind::Await { dest, .. } => (dest, None),
            // A macro that cannot be seen may set what it names.
            StepKind::Opaque { words } => {
                found.retain(|it| !is_named(body, *it, words));
                continue;
            }
            _ => continue,
        };
        if let Some(local) = dest.base_local() {
            match value {
                Some(Rvalue::Use(Operand::Lit(Lit::Bool(_)))) => *n_values.entry(local).or_default() += 1,
                _ => {
                    found.remove(&local);
                }
            }
        }
        if let Some(Rvalue::Ref(Mutability::Mut, lent) | Rvalue::RawRef(lent)) = value
            && let Some(local) = lent.base_local()
        {
            found.remove(&local);
        }
    }
    for captured in body.children.iter().flat_map(|it| &it.captures) {
        if let Some(local) = captured.place.base_local() {
            found.remove(&local);
        }
    }
    found.retain(|it| n_values.get(it).is_some_and(|n| *n > 1));
    found
}

fn is_named(body: &Body, local: LocalId, words: &[Name]) -> bool {
    let name = body.locals.get(local.0 as usize).and_then(|it| it.name);
    name.is_some_and(|it| words.contains(&it))
}

impl<'a, 'f> Flow<'a, 'f> {
    /// A flag gets a value.
    pub(super) fn set_flag(&self, dest: &Place, value: &Rvalue, state: &mut State) {
        if let Some(flag) = whole_local(dest).filter(|it| self.flags.contains(it))
            && let Rvalue::Use(Operand::Lit(Lit::Bool(value))) = value
        {
            state.set_flag(flag, *value);
        }
    }

    /// A branch is taken by a flag.
    pub(super) fn refine_by_flag(&self, operand: &Operand, is_true: bool, state: &mut State) {
        if let Some((flag, is_true)) = self.flag_of(operand, is_true, MAX_COPIES) {
            state.end_by_flag(flag, is_true);
        }
    }

    /// Whether the flag that a branch is on has another value on each path to it.
    pub(super) fn is_ruled_out(&self, test: &Test, holds: bool, state: &State) -> bool {
        let (operand, is_true) = match test {
            Test::True(it) => (it, holds),
            Test::False(it) => (it, !holds),
            _ => return false,
        };
        let flag = self.flag_of(operand, is_true, MAX_COPIES);
        flag.is_some_and(|(flag, value)| state.rules_out(flag, value))
    }

    /// The flag that an operand is, and the value that it has where the operand has this one.
    fn flag_of(&self, operand: &Operand, is_true: bool, copies: u32) -> Option<(LocalId, bool)> {
        let local = whole_local(operand.place()?)?;
        if self.flags.contains(&local) {
            return Some((local, is_true));
        }
        let copies = copies.checked_sub(1)?;
        match self.defs.def(local) {
            Def::Assign(Rvalue::Use(it)) => self.flag_of(it, is_true, copies),
            Def::Assign(Rvalue::Unary(UnOp::Not, it)) => self.flag_of(it, !is_true, copies),
            _ => None,
        }
    }
}
