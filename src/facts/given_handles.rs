//! Locks to which two types have a handle, since both are given it where they are made: `Reader::new(rows.clone())` and
//! `Writer::new(rows)` in one function.
//!
//! The order of locks goes by types and fields ([`LockClass`]), so that the two would be two locks. They are one where each function that
//! makes the one gives it the handle that the other gets there. What makes the other elsewhere is another function of the same type (a
//! constructor for tests beside the real one), or nothing is known: there may be two of them, for two locks.

use super::defs::Defs;
use super::event::{What, steps_of};
use super::leaves::{self, Made};
use super::lock_class::{ClassRoot, Classed, LockClass};
use super::one_handle::{filled_by, speaks_of};
use super::path::{LockPath, PathStep, Root};
use super::summary::Returned;
use super::{BodyFacts, Facts};
use crate::model::body::{Body, BodyOwner, StepKind};
use crate::model::items::FnOwner;
use crate::model::types::{AdtId, FnId, Type};
use crate::model::typing::Callee;
use crate::source::Span;
use crate::syntax::Name;
use std::collections::{BTreeMap, BTreeSet};

/// Functions that are looked into for one field, at most.
const MAX_BODIES: usize = 32;

/// Calls through which a handle is followed to where it is given.
const MAX_CALLS: u32 = 3;

/// A class of locks that is another one as well.
#[derive(Clone, Debug)]
pub struct OneLock {
    /// The other.
    pub class: LockClass,
    /// Where both are given the handle.
    pub given: Span,
}

/// A field that is a handle to a lock: the type that has it, and its name.
type Field = (AdtId, Name);

/// A handle in a function, and where it is given away.
#[derive(Clone)]
struct Link {
    func: FnId,
    place: LockPath,
    span: Span,
}

/// The classes that are others as well, of those between which there is an order.
pub(crate) fn one_locks(facts: &Facts<'_>, bodies: &[&BodyFacts]) -> BTreeMap<LockClass, OneLock> {
    let mut found = BTreeMap::new();
    for fields in groups(facts, bodies) {
        let origins: Vec<(Field, Vec<Vec<Link>>)> = fields
            .iter()
            .filter_map(|it| Some((*it, origins(facts, *it)?)))
            .filter(|(_, chains)| !chains.is_empty())
            .collect();
        for (n, (field, chains)) in origins.iter().enumerate() {
            let others = origins.iter().enumerate().filter(|(m, _)| *m != n);
            for (m, (other, other_chains)) in others {
                let Some(given) = given_with(facts, chains, other_chains) else { continue };
                // Of two that are each other, the first gives its name.
                let is_mutual = given_with(facts, other_chains, chains).is_some();
                if !is_mutual || m < n {
                    found.insert(class_of(*field), OneLock { class: class_of(*other), given });
                    break;
                }
            }
        }
        for (field, chains) in &origins {
            let links = chains.iter().flatten();
            let locals = links
                .filter_map(|it| Some((variable(it)?, OneLock { class: class_of(*field), given: it.span })));
            for (variable, one) in locals {
                found.entry(variable).or_insert(one);
            }
        }
    }
    ends(found)
}

/// The class of a lock that a function has in a variable: the field's is the same, which gets the handle there.
fn variable(link: &Link) -> Option<LockClass> {
    match (&link.place.root, link.place.steps.as_slice()) {
        (Root::Local(closure, local), []) => {
            let root = ClassRoot::Local(BodyOwner::Fn(link.func), *closure, *local);
            Some(LockClass { root, fields: Vec::new() })
        }
        _ => None,
    }
}

/// Follows names to those that have no other.
fn ends(found: BTreeMap<LockClass, OneLock>) -> BTreeMap<LockClass, OneLock> {
    let end = |mut class: LockClass| {
        for _ in 0..found.len() {
            match found.get(&class) {
                Some(next) => class = next.class.clone(),
                None => break,
            }
        }
        class
    };
    let ended = |(class, it): (&LockClass, &OneLock)| {
        (class.clone(), OneLock { class: end(it.class.clone()), given: it.given })
    };
    found.iter().map(ended).filter(|(class, it)| *class != it.class).collect()
}

fn class_of((adt, name): Field) -> LockClass {
    LockClass { root: ClassRoot::Type(adt), fields: vec![name] }
}

/// Fields by the lock that they lead to, where a circle could go in by one name of the lock and out by another.
fn groups(facts: &Facts<'_>, bodies: &[&BodyFacts]) -> Vec<Vec<Field>> {
    let mut groups: Vec<Group> = Vec::new();
    for part in bodies.iter().flat_map(|it| it.each()) {
        for event in part.events.iter().filter(|it| !it.held.is_empty()) {
            let What::Acquire(taken) = &event.what else { continue };
            let held = event.held.iter().filter_map(|it| Some(&part.guard(it.guard)?.acquisition));
            for (acquisition, is_taken) in held.map(|it| (it, false)).chain([(taken, true)]) {
                let Some(class) = &acquisition.class else { continue };
                let field = handle_of(facts, class);
                let is_variable =
                    matches!(class.class.root, ClassRoot::Local(..)) && class.class.fields.is_empty();
                if field.is_none() && !is_variable {
                    continue;
                }
                let lock = facts.roles().through_handles(&acquisition.lock);
                let n = groups.iter().position(|it| it.lock == *lock).unwrap_or_else(|| {
                    groups.push(Group { lock: lock.clone(), taken: BTreeSet::new(), held: BTreeSet::new() });
                    groups.len() - 1
                });
                if let Some(group) = groups.get_mut(n) {
                    if is_taken { &mut group.taken } else { &mut group.held }.insert(field);
                }
            }
        }
    }
    groups.into_iter().filter(Group::can_close).map(|it| it.fields()).collect()
}

/// Places of locks of one type: fields, and `None` for variables.
struct Group {
    lock: Type,
    taken: BTreeSet<Option<Field>>,
    held: BTreeSet<Option<Field>>,
}

impl Group {
    fn can_close(&self) -> bool {
        let pair = |taken: &Option<Field>| self.held.iter().any(|held| held != taken || held.is_none());
        self.taken.iter().any(pair)
    }

    fn fields(self) -> Vec<Field> {
        let all: BTreeSet<Field> = self.taken.into_iter().chain(self.held).flatten().collect();
        all.into_iter().collect()
    }
}

/// The field that is a handle to a lock, for a class that starts at the type which has it.
fn handle_of(facts: &Facts<'_>, class: &Classed) -> Option<Field> {
    let (adt, name) = class.field.filter(|_| class.declared.is_some())?;
    let def = facts.model.adt(adt);
    let mut fields = def.variants.iter().flat_map(|it| &it.fields);
    (!def.test && fields.any(|it| it.name == name && facts.roles().is_handle(&it.ty))).then_some((adt, name))
}

/// For each way to make a value: the handle that its field gets, in the function that makes it and in those that give it one.
fn origins(facts: &Facts<'_>, (adt, field): Field) -> Option<Vec<Vec<Link>>> {
    let is_code = |it: &FnId| {
        let def = facts.model.fn_def(*it);
        !def.test && !def.duplicate
    };
    let ids = (0..facts.model.fns.len() as u32).map(FnId).filter(is_code);
    let makers: Vec<FnId> = ids.filter(|it| speaks_of(facts, *it, adt)).take(MAX_BODIES + 1).collect();
    if makers.len() > MAX_BODIES {
        return None;
    }
    let mut chains = Vec::new();
    for func in makers {
        let Some(body) = facts.lowered(func) else { continue };
        if makes_in_closure(facts, &body, adt) {
            return None;
        }
        for Made { span, leaves } in leaves::made_in(facts, &body, adt) {
            let place = filled_by(&leaves, &[field])?;
            let is_copy = place.root == Root::Param(0) && place.steps == [PathStep::Field(field)];
            if !is_copy {
                if !is_told(&place) {
                    return None;
                }
                follow(facts, vec![Link { func, place, span }], MAX_CALLS, &mut chains)?;
            }
        }
    }
    Some(chains)
}

/// Whether a place names one handle.
fn is_told(place: &LockPath) -> bool {
    let is_field = |it: &PathStep| matches!(it, PathStep::Field(_));
    place.is_stable() && place.steps.iter().all(is_field)
}

fn makes_in_closure(facts: &Facts<'_>, body: &Body, adt: AdtId) -> bool {
    let children = &mut body.children.iter();
    children.any(|it| !leaves::made_in(facts, it, adt).is_empty() || makes_in_closure(facts, it, adt))
}

/// Goes on to those who give the handle, for one that is a parameter.
fn follow(facts: &Facts<'_>, chain: Vec<Link>, calls: u32, found: &mut Vec<Vec<Link>>) -> Option<()> {
    let last = chain.last()?;
    let (Root::Param(param), []) = (&last.place.root, last.place.steps.as_slice()) else {
        found.push(chain);
        return Some(());
    };
    let (func, param) = (last.func, *param);
    // A constructor is mostly called `new`, by its type: whoever names both may call it.
    let of_type = type_of(facts, func);
    let may_call =
        |it: &&FnId| !facts.model.fn_def(**it).test && of_type.is_none_or(|adt| speaks_of(facts, **it, adt));
    let callers: Vec<FnId> =
        facts.named().by(facts.model.fn_def(func).name).iter().filter(may_call).copied().collect();
    let mut n_given = 0;
    if let Some(calls) = calls.checked_sub(1).filter(|_| callers.len() <= MAX_BODIES) {
        for caller in callers {
            for (place, span) in given_by(facts, caller, func, param)? {
                n_given += 1;
                let link = Link { func: caller, place, span };
                follow(facts, chain.iter().cloned().chain([link]).collect(), calls, found)?;
            }
        }
    }
    if n_given == 0 {
        found.push(chain);
    }
    Some(())
}

/// The type whose function it is.
fn type_of(facts: &Facts<'_>, func: FnId) -> Option<AdtId> {
    let FnOwner::Impl(of) = facts.model.fn_def(func).owner else { return None };
    match &facts.model.impl_(of).self_ty {
        Type::Adt(adt, _) => Some(*adt),
        _ => None,
    }
}

/// What a function gives another as a parameter, by call; `None` where that cannot be said.
fn given_by(facts: &Facts<'_>, caller: FnId, func: FnId, param: u32) -> Option<Vec<(LockPath, Span)>> {
    let Some(body) = facts.lowered(caller) else { return Some(Vec::new()) };
    let nothing = |_: FnId| -> Option<Returned> { None };
    let defs = Defs::new(facts.model, facts.knowledge, &body, None, Vec::new(), &nothing);
    let mut given = Vec::new();
    for (_, step) in steps_of(&body) {
        if let StepKind::Call { callee: Callee::Fn(id), args, .. } = &step.kind
            && *id == func
        {
            let place = defs.operand_path(args.get(param as usize)?).filter(is_told)?;
            given.push((place, step.range.of(body.file)));
        }
    }
    Some(given)
}

/// Where the first are given what the others get, if all of them are.
fn given_with(facts: &Facts<'_>, chains: &[Vec<Link>], others: &[Vec<Link>]) -> Option<Span> {
    let meet =
        |link: &Link, chain: &[Link]| chain.iter().any(|it| it.func == link.func && it.place == link.place);
    let mut first = None;
    let mut met = BTreeSet::new();
    for chain in chains {
        let link = chain.iter().find(|link| others.iter().any(|it| meet(link, it)))?;
        first = first.or(Some(link));
        met.extend(others.iter().enumerate().filter(|(_, it)| meet(link, it)).map(|(n, _)| n));
    }
    let first = first?;
    let beside = |chain: &Vec<Link>| {
        let ends_in = chain.last().and_then(|it| type_of(facts, it.func));
        ends_in.is_some() && ends_in == type_of(facts, first.func)
    };
    let rest = others.iter().enumerate().filter(|(n, _)| !met.contains(n));
    rest.map(|(_, it)| it).all(beside).then_some(first.span)
}
