//! Two fields that are handles to one lock, since every value of the type is made so: `Server { users: users.clone(), mailer:
//! Mailer::new(users) }` makes `server.users` and `server.mailer.users` one lock.
//!
//! All literals of the type are asked. Where one gives the fields different handles, or what it gives cannot be said, or a field is given
//! another handle later, nothing is known.

use super::leaves::{self, Made, holder, is_given_anew};
use super::path::{LockPath, PathStep, Root};
use super::roles::Roles;
use super::{BodyFacts, Facts};
use crate::model::body::{Body, LocalId};
use crate::model::items::{FnOwner, SelfKind};
use crate::model::types::{AdtId, FnId, Type};
use crate::source::Span;
use crate::syntax::Name;
use rustc_hash::FxHashMap;
use std::sync::{Mutex, PoisonError};

/// Functions that are looked into for what makes a value, or changes one, at most.
const MAX_BODIES: usize = 64;

/// A type, and the ways through its fields to two handles.
type Question = (AdtId, Vec<Name>, Vec<Name>);

/// What has been asked so far.
#[derive(Default)]
pub(super) struct OneHandles(Mutex<FxHashMap<Question, Option<Span>>>);

/// Where the value is made in which two places are handles to one lock; `None` where they need not be. `body` is the outermost one.
pub(crate) fn made_one(facts: &Facts<'_>, body: &BodyFacts, a: &LockPath, b: &LockPath) -> Option<Span> {
    let question = ask(facts.roles(), body, a, b)?;
    let known = &facts.one_handles.0;
    if let Some(answer) = known.lock().unwrap_or_else(PoisonError::into_inner).get(&question) {
        return *answer;
    }
    let answer = answer(facts, &question);
    // hazmap: allow(duplicate_cache_fill, reason = "the answer is the same each time; no lock is held while it is looked for")
    known.lock().unwrap_or_else(PoisonError::into_inner).insert(question, answer);
    answer
}

/// What is to be asked of two places of one root: about the type at which their ways part.
fn ask(roles: Roles<'_>, body: &BodyFacts, a: &LockPath, b: &LockPath) -> Option<Question> {
    if a.root != b.root || !a.is_stable() || !b.is_stable() {
        return None;
    }
    let n = a.steps.iter().zip(&b.steps).take_while(|(a, b)| a == b).count();
    let root = root_ty(roles, body, &a.root)?;
    let (before, a) = a.steps.split_at_checked(n)?;
    let (a, b) = (fields_of(a)?, fields_of(b.steps.get(n..)?)?);
    let at = before.iter().try_fold(root, |ty, step| step_into(roles, &ty, step))?;
    let Type::Adt(owner, _) = pointee(roles, &at) else { return None };
    let leads_away = |way: &[Name]| {
        let ty = way.iter().try_fold(at.clone(), |ty, name| step_into(roles, &ty, &PathStep::Field(*name)));
        ty.is_some_and(|it| matches!(it, Type::Ref(..)) || roles.is_handle(&it))
    };
    // One order, so that the two are asked about once.
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    (leads_away(&a) && leads_away(&b)).then_some((*owner, a, b))
}

/// The names of the fields that lead on, when nothing else does.
fn fields_of(steps: &[PathStep]) -> Option<Vec<Name>> {
    let field = |it: &PathStep| match it {
        PathStep::Field(name) => Some(*name),
        PathStep::Guarded | PathStep::Key(_) => None,
    };
    steps.iter().map(field).collect::<Option<Vec<Name>>>().filter(|it| !it.is_empty())
}

fn root_ty(roles: Roles<'_>, body: &BodyFacts, root: &Root) -> Option<Type> {
    match root {
        Root::Param(n) => Some(body.local(None, LocalId(n + 1))?.ty.clone()),
        Root::Local(closure, local) => Some(body.local(*closure, *local)?.ty.clone()),
        Root::Static(id) => Some(roles.model.static_value_ty(*id)),
        Root::Lib(_) | Root::Fresh(_) => None,
    }
}

fn step_into(roles: Roles<'_>, ty: &Type, step: &PathStep) -> Option<Type> {
    let ty = match step {
        PathStep::Field(name) => roles.model.field_ty(pointee(roles, ty), None, *name),
        PathStep::Guarded => roles.lock_of(ty)?.1,
        PathStep::Key(_) => return None,
    };
    (ty != Type::Unknown).then_some(ty)
}

/// What is reached through references, handles and boxes.
fn pointee<'t>(roles: Roles<'_>, ty: &'t Type) -> &'t Type {
    let ty = roles.through_handles(ty);
    match ty {
        Type::Lib(_, args) if roles.owns_its_target(ty) => args.first().map_or(ty, |it| pointee(roles, it)),
        _ => ty,
    }
}

fn answer(facts: &Facts<'_>, (owner, a, b): &Question) -> Option<Span> {
    let on_the_way = |way: &[Name]| -> Option<Vec<AdtId>> {
        (0..way.len()).map(|n| holder(facts, *owner, way.get(..n)?)).collect()
    };
    let (types_a, types_b) = (on_the_way(a)?, on_the_way(b)?);
    let makes_its_own = |it: &AdtId| {
        let derives = &facts.model.adt(*it).derives;
        derives.iter().any(|it| matches!(it.as_str(), "Default" | "Deserialize"))
    };
    if types_a.iter().chain(&types_b).any(makes_its_own) {
        return None;
    }
    let ids = || (0..facts.model.fns.len() as u32).map(FnId);
    let first = [*a.first()?, *b.first()?];
    let makers = ids().filter(|it| speaks_of(facts, *it, *owner) && names_any(facts, *it, &first));
    let mut made = None;
    for id in within_bound(makers)? {
        made = made.or(makes_one(facts, &facts.lowered(id)?, *owner, a, b)?);
    }
    let made = made?;
    for (holder, field) in types_a.iter().zip(a).chain(types_b.iter().zip(b)) {
        let may_change = |id: &FnId| {
            let only_looks = facts.model.fn_def(*id).self_param == Some(SelfKind::Ref);
            !only_looks && speaks_of(facts, *id, *holder) && names_any(facts, *id, &[*field])
        };
        for id in within_bound(ids().filter(|it| may_change(it)))? {
            if is_given_anew(facts, &facts.lowered(id)?, Some(*holder), *field) {
                return None;
            }
        }
    }
    Some(made)
}

/// The functions, unless there are too many.
fn within_bound(ids: impl Iterator<Item = FnId>) -> Option<Vec<FnId>> {
    let found: Vec<FnId> = ids.take(MAX_BODIES + 1).collect();
    (found.len() <= MAX_BODIES).then_some(found)
}

/// Whether a function is one of the type's own, or names the type.
pub(super) fn speaks_of(facts: &Facts<'_>, id: FnId, owner: AdtId) -> bool {
    let is_own = match facts.model.fn_def(id).owner {
        FnOwner::Impl(of) => matches!(&facts.model.impl_(of).self_ty, Type::Adt(it, _) if *it == owner),
        _ => false,
    };
    is_own || names_any(facts, id, &[facts.model.adt(owner).name])
}

fn names_any(facts: &Facts<'_>, id: FnId, names: &[Name]) -> bool {
    let words = facts.model.words_of(facts.model.fn_def(id));
    words.is_some_and(|it| names.iter().any(|name| it.has_ident(*name)))
}

/// Where a body makes a value of the type with one handle in both places, if it makes one; `None` where that cannot be said.
fn makes_one(facts: &Facts<'_>, body: &Body, owner: AdtId, a: &[Name], b: &[Name]) -> Option<Option<Span>> {
    let in_closure = |it: &Body| !leaves::made_in(facts, it, owner).is_empty();
    if each_child(body).into_iter().any(in_closure) {
        return None;
    }
    let mut at = None;
    for Made { span, leaves } in leaves::made_in(facts, body, owner) {
        let (to_a, to_b) = (filled_by(&leaves, a)?, filled_by(&leaves, b)?);
        // A copy of another value of the type has in both places what that one has.
        let copied = ends_with(&to_a, a).is_some_and(|it| ends_with(&to_b, b) == Some(it));
        if !(to_a.same_as(&to_b) && !to_a.steps.contains(&PathStep::Guarded) || copied) {
            return None;
        }
        if !copied {
            at = at.or(Some(span));
        }
    }
    Some(at)
}

/// The closures in a body, and those in them.
fn each_child(body: &Body) -> Vec<&Body> {
    body.children.iter().flat_map(|it| std::iter::once(it).chain(each_child(it))).collect()
}

/// What fills a place in a value that is made: what its field leads to, or the fields from there of what fills one on the way.
pub(super) fn filled_by(leaves: &[(Vec<Name>, LockPath)], way: &[Name]) -> Option<LockPath> {
    let filled = |(leaf, path): &(Vec<Name>, LockPath)| {
        let rest = way.strip_prefix(leaf.as_slice())?;
        Some((leaf.len(), rest.iter().fold(path.clone(), |path, name| path.then(PathStep::Field(*name)))))
    };
    leaves.iter().filter_map(filled).max_by_key(|(n, _)| *n).map(|(_, path)| path)
}

/// What comes before the fields that a path ends with.
fn ends_with(path: &LockPath, fields: &[Name]) -> Option<(Root, Vec<PathStep>)> {
    let n = path.steps.len().checked_sub(fields.len())?;
    let is = path.steps.iter().skip(n).zip(fields).all(|(step, name)| *step == PathStep::Field(*name));
    is.then(|| (path.root.clone(), path.steps.iter().take(n).cloned().collect()))
}
