//! Structs that are locked as a whole and get another value as a whole: what was in their maps goes with the old one, and no field is named.

use super::super::event::steps_of;
use super::super::{BodyFacts, Facts};
use crate::model::body::{Body, Operand, Proj, StepKind};
use crate::model::types::{AdtId, FnId, Type};
use crate::model::typing::Callee;
use rustc_hash::{FxHashMap, FxHashSet};

/// Those of the structs that a body which takes a lock of one replaces, or takes out: `*state = State::default()`, `mem::take(&mut *state)`.
pub(super) fn renewed(
    facts: &Facts<'_>,
    bodies: &FxHashMap<FnId, &BodyFacts>,
    structs: &FxHashSet<AdtId>,
) -> FxHashSet<AdtId> {
    let mut found = FxHashSet::default();
    for (id, body) in bodies {
        let takes_one = body.each().into_iter().flat_map(|it| &it.guards).any(|guard| {
            let inner = facts.roles().lock_of(&guard.acquisition.lock).map(|(_, inner)| inner);
            matches!(inner, Some(Type::Adt(adt, _)) if structs.contains(&adt))
        });
        if takes_one && let Some(body) = facts.lowered(*id) {
            note(facts, &body, structs, &mut found);
        }
    }
    found
}

fn note(facts: &Facts<'_>, body: &Body, structs: &FxHashSet<AdtId>, found: &mut FxHashSet<AdtId>) {
    let one_of = |ty: &Type| match ty.peel_refs() {
        Type::Adt(id, _) => Some(*id).filter(|it| structs.contains(it)),
        _ => None,
    };
    let given = |operand: &Operand| {
        let place = operand.place()?;
        one_of(&facts.model.place_ty_in(body, place))
    };
    for (_, step) in steps_of(body) {
        match &step.kind {
            StepKind::Assign(dest, _) | StepKind::Call { dest, .. }
                if dest.proj.last() == Some(&Proj::Deref) =>
            {
                found.extend(one_of(&facts.model.place_ty_in(body, dest)));
            }
            StepKind::Call { callee: Callee::Api(api), args, .. } => {
                let row = facts.model.library.api(*api);
                let moves = facts.knowledge.effects(*api).takes_out.is_some()
                    || row.owner.is_none() && row.path.starts_with("std::mem::");
                found.extend(args.iter().filter(|_| moves).filter_map(given));
            }
            _ => {}
        }
    }
    body.children.iter().for_each(|it| note(facts, it, structs, found));
}
