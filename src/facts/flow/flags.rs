//! Guards that are gone wherever a flag says so: `if full { drop(guard); moved = true }` .. `if moved { self.look_again() }`.
//!
//! A flag is a boolean variable that is given nothing but literals, or one that is given a value once and branched on more often: `let first =
//! a < b`. The state keeps, for each value that a flag may have, the guards that are not held while it has it; a branch on the flag then ends
//! what cannot be held on it, and on each way out of the branch the flag has the value that leads there.

use super::Flow;
use crate::facts::defs::{Def, whole_local};
use crate::facts::state::State;
use crate::model::body::{Body, LocalId, LocalKind, Operand, Place, Rvalue, StepKind, Terminator, Test};
use crate::model::types::{Mutability, Type};
use crate::syntax::{Lit, Name, UnOp};
use std::collections::{BTreeMap, BTreeSet};

/// Copies and negations between a flag and the branch on it.
const MAX_COPIES: u32 = 4;

/// The flags of a body that get a value in several places, or are branched on in several.
pub(super) fn flags(body: &Body) -> BTreeSet<LocalId> {
    let is_bool = |ty: &Type| matches!(ty, Type::Prim(name) if name.as_str() == "bool");
    let variables =
        body.locals.iter().zip(0..).filter(|(it, _)| it.kind != LocalKind::Temporary && is_bool(&it.ty));
    let mut found: BTreeSet<LocalId> = variables.map(|(_, n)| LocalId(n)).collect();
    if found.is_empty() {
        return found;
    }
    let is_given =
        |it: &LocalId| body.locals.get(it.0 as usize).is_some_and(|it| it.kind == LocalKind::Param);
    // What a parameter brings is a value, too.
    let mut computed: BTreeSet<LocalId> = found.iter().copied().filter(is_given).collect();
    let mut n_values: BTreeMap<LocalId, u32> = computed.iter().map(|it| (*it, 1)).collect();
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
            *n_values.entry(local).or_default() += 1;
            if !matches!(value, Some(Rvalue::Use(Operand::Lit(Lit::Bool(_))))) {
                computed.insert(local);
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
    let n_branches = n_branches(body);
    let several = |counts: &BTreeMap<LocalId, u32>, it: &LocalId| counts.get(it).is_some_and(|n| *n > 1);
    found.retain(|it| match several(&n_values, it) {
        true => !computed.contains(it),
        false => several(&n_branches, it),
    });
    found
}

/// By variable: on how many branches it decides, by itself or through copies and negations.
fn n_branches(body: &Body) -> BTreeMap<LocalId, u32> {
    let mut copied: BTreeMap<LocalId, LocalId> = BTreeMap::new();
    for step in body.blocks.iter().flat_map(|it| &it.steps) {
        if let StepKind::Assign(dest, Rvalue::Use(from) | Rvalue::Unary(UnOp::Not, from)) = &step.kind
            && let (Some(to), Some(from)) = (whole_local(dest), from.place().and_then(whole_local))
        {
            copied.insert(to, from);
        }
    }
    let mut counts: BTreeMap<LocalId, u32> = BTreeMap::new();
    for block in &body.blocks {
        let Some(Terminator::Switch { tests, .. }) = &block.end else { continue };
        let tested = tests.iter().find_map(|(test, _)| match test {
            Test::True(it) | Test::False(it) => whole_local(it.place()?),
            _ => None,
        });
        let sources = std::iter::successors(tested, |it| copied.get(it).copied());
        for local in sources.take(MAX_COPIES as usize + 1) {
            *counts.entry(local).or_default() += 1;
        }
    }
    counts
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
    pub(super) fn refine_by_flag(&self, test: &Test, holds: bool, state: &mut State) {
        let (operand, is_true) = match test {
            Test::True(it) => (it, holds),
            Test::False(it) => (it, !holds),
            _ => return,
        };
        if let Some((flag, is_true)) = self.flag_of(operand, is_true, MAX_COPIES) {
            state.end_by_flag(flag, is_true);
            state.set_flag(flag, is_true);
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
