//! Two fields of one value that start as handles to the same map, of which `make_mut` parts one.
//!
//! The fields are filled where the value is made; one is changed by `make_mut` in a method, the other is looked into in another. Where
//! any function gives the other field a new value, it is kept up with the first, and nothing is said.

use super::defs::Defs;
use super::event::steps_of;
use super::leaves::{self, Made, holder, is_given_anew};
use super::path::{LockPath, PathStep, Root};
use super::{BodyFacts, Facts};
use crate::model::body::{Body, StepKind};
use crate::model::items::FnOwner;
use crate::model::types::{AdtId, FnId, Type};
use crate::model::typing::Callee;
use crate::source::Span;
use crate::syntax::Name;

/// How deep values are made inside one another.
const MAX_DEPTH: u32 = 3;

/// A handle that `make_mut` parts from another one in the same value.
#[derive(Clone, Debug)]
pub struct PartedField {
    /// The place that is changed: `self.routes`.
    pub field: LockPath,
    /// Where the two handles come from.
    pub made: Span,
    /// The change.
    pub change: Span,
    /// Where the other handle is looked into.
    pub later: Span,
}

/// The handles that are parted so, each with the function that parts it.
pub(crate) fn find(facts: &Facts<'_>, bodies: &[(FnId, &BodyFacts)]) -> Vec<(FnId, PartedField)> {
    let mut found = Vec::new();
    for (id, body) in bodies {
        for parting in &body.parts {
            let owner = owner(facts, *id).filter(|_| parting.path.root == Root::Param(0));
            let (Some(owner), Some(fields)) = (owner, fields_of(&parting.path)) else { continue };
            if let Some((made, later)) = twin(facts, owner, *id, &fields) {
                let field = parting.path.clone();
                found.push((*id, PartedField { field, made, change: parting.span, later }));
            }
        }
    }
    found
}

/// The type whose method a function is.
fn owner(facts: &Facts<'_>, id: FnId) -> Option<AdtId> {
    let def = facts.model.fn_def(id);
    let FnOwner::Impl(of) = def.owner else { return None };
    match &facts.model.impl_(of).self_ty {
        Type::Adt(adt, _) => Some(*adt),
        _ => None,
    }
}

/// The fields that a path goes through, when there is nothing else in it.
fn fields_of(path: &LockPath) -> Option<Vec<Name>> {
    let field = |it: &PathStep| match it {
        PathStep::Field(name) => Some(*name),
        _ => None,
    };
    path.steps.iter().map(field).collect::<Option<Vec<Name>>>().filter(|it| !it.is_empty())
}

/// Where a value of the type is made with another handle to the same map, and where that one is looked into.
fn twin(facts: &Facts<'_>, owner_id: AdtId, changes: FnId, fields: &[Name]) -> Option<(Span, Span)> {
    let krate = facts.crate_of(changes);
    let first = *fields.first()?;
    let of_crate = || (0..facts.model.fns.len() as u32).map(FnId).filter(|it| facts.crate_of(*it) == krate);
    let names = |id: FnId, name: Name| {
        let def = facts.model.fn_def(id);
        facts.model.words_of(def).is_some_and(|it| it.has_ident(name))
    };
    let makers = of_crate().filter(|it| names(*it, first) && owner(facts, *it) == Some(owner_id));
    let (made, other) = makers.into_iter().find_map(|it| {
        let body = facts.lowered(it)?;
        twin_in(facts, &body, owner_id, fields)
    })?;
    let (last, before) = other.split_last()?;
    let (last, holder) = (*last, holder(facts, owner_id, before));
    let leads = *other.first()?;
    let own = |it: &FnId| owner(facts, *it) == Some(owner_id);
    let users: Vec<FnId> = of_crate().filter(|it| names(*it, last) || own(it) && names(*it, leads)).collect();
    let mut later = None;
    for id in users {
        let body = facts.lowered(id)?;
        if is_given_anew(facts, &body, holder, last) {
            return None;
        }
        if later.is_none() && own(&id) {
            later = looked_into(facts, &body, &other, MAX_DEPTH);
        }
    }
    Some((made, later?))
}

/// The fields of another handle to the map that stands in the given fields of a value which a body makes.
fn twin_in(facts: &Facts<'_>, body: &Body, owner: AdtId, fields: &[Name]) -> Option<(Span, Vec<Name>)> {
    leaves::made_in(facts, body, owner).into_iter().find_map(|Made { span, leaves }| {
        let (_, own) = leaves.iter().find(|(it, _)| it == fields)?;
        let (other, _) = leaves
            .iter()
            .find(|(it, path)| it != fields && path == own && !path.steps.contains(&PathStep::Guarded))?;
        matches!(own.root, Root::Local(..)).then(|| (span, other.clone()))
    })
}

/// Where a method looks into the map in fields of its receiver, itself or in a method of one of the fields.
fn looked_into(facts: &Facts<'_>, body: &Body, fields: &[Name], depth: u32) -> Option<Span> {
    let depth = depth.checked_sub(1)?;
    let nothing = |_: FnId| None;
    let defs = Defs::new(facts.model, facts.knowledge, body, None, Vec::new(), &nothing);
    steps_of(body).find_map(|(_, step)| {
        let StepKind::Call { callee, args, .. } = &step.kind else { return None };
        let path = defs.operand_path(args.first()?).filter(|it| it.root == Root::Param(0))?;
        let way = fields_of(&path)?;
        let is = match callee {
            Callee::Api(api) => facts.knowledge.effects(*api).reads.is_some() && way == fields,
            Callee::Fn(id) => {
                let rest = fields.strip_prefix(way.as_slice()).filter(|it| !it.is_empty())?;
                looked_into(facts, &facts.lowered(*id)?, rest, depth).is_some()
            }
            _ => false,
        };
        is.then(|| step.range.of(body.file))
    })
}
