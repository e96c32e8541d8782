//! The shared maps of the analysed code: where they are declared, who keeps them, and which map a lock or an operation is of.
//!
//! A map is known by the field or static that declares its lock, whatever the way to it ([`Classed::field`]), or by the variable that
//! is one. What a function is given as a parameter is somebody else's map: it counts where the caller's place is known.

use super::event::MapOp;
use super::knowledge::MapKind;
use super::lock_class::{ClassRoot, Classed, class_of};
use super::path::{LockPath, PathStep};
use super::{BodyFacts, Facts};
use crate::model::Model;
use crate::model::body::{BodyOwner, LocalId};
use crate::model::items::{ModuleId, StaticId};
use crate::model::subst::each_part;
use crate::model::types::{AdtId, ClosureId, Type};
use crate::source::{FileId, Span};
use crate::syntax::{Name, StaticKind};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// What a shared map is known by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MapId {
    /// The field that declares it.
    Field(AdtId, Name),
    /// The static.
    Static(StaticId),
    /// The variable of a function, or of a closure in it.
    Variable(BodyOwner, Option<ClosureId>, LocalId),
}

/// A shared map that is declared as a field or static.
#[derive(Clone, Debug)]
pub struct SharedMap {
    /// What it is known by.
    pub id: MapId,
    /// The name of the field or static.
    pub name: Name,
    /// Where that stands.
    pub span: Span,
    /// Where its type is written.
    pub ty_span: Span,
    /// The module in which it is declared.
    pub module: ModuleId,
    /// It is test code.
    pub test: bool,
    /// Types with a field that is or leads to the declaring type, by name.
    pub holders: Vec<Name>,
}

/// The shared maps that files declare, in the order of the files.
pub fn declared(facts: &Facts<'_>, is_reported: &dyn Fn(FileId) -> bool) -> Vec<SharedMap> {
    let holders = holders(facts.model);
    let mut found: Vec<SharedMap> =
        fields(facts, &holders).chain(statics(facts)).filter(|it| is_reported(it.span.file)).collect();
    found.sort_by_key(|it| it.span);
    found
}

fn fields<'a>(
    facts: &'a Facts<'_>,
    holders: &'a FxHashMap<AdtId, Vec<Name>>,
) -> impl Iterator<Item = SharedMap> + 'a {
    let model = facts.model;
    let adts = model.adts.iter().zip(0..).filter(|(adt, _)| !adt.duplicate);
    adts.flat_map(move |(adt, n)| {
        let shared = move |ty: &Type| facts.roles().is_lock_of_map(ty) || facts.roles().shows_shared_map(ty);
        let fields = adt.variants.iter().flat_map(|it| &it.fields);
        fields.filter(move |field| shared(&field.ty)).map(move |field| SharedMap {
            id: MapId::Field(AdtId(n), field.name),
            name: field.name,
            span: field.span,
            ty_span: field.ty_span,
            module: adt.module,
            test: adt.test,
            holders: holders.get(&AdtId(n)).cloned().unwrap_or_default(),
        })
    })
}

fn statics<'a>(facts: &'a Facts<'_>) -> impl Iterator<Item = SharedMap> + 'a {
    let model = facts.model;
    let roles = facts.roles();
    let statics = model.statics.iter().zip(0..).filter(|(it, _)| !it.duplicate);
    let is_shared = move |it: &crate::model::items::Static, id: StaticId| {
        let everybodys = matches!(it.kind, Some(StaticKind::Plain | StaticKind::LazyStatic));
        let ty = model.static_value_ty(id);
        let open = || it.mutable && roles.map_kind(&ty) == Some(MapKind::Plain);
        everybodys && (roles.is_lock_of_map(&ty) || roles.shows_shared_map(&ty) || open())
    };
    statics.filter(move |(it, n)| is_shared(it, StaticId(*n))).map(|(it, n)| SharedMap {
        id: MapId::Static(StaticId(n)),
        name: it.name,
        span: it.span,
        ty_span: it.ty_span,
        module: it.module,
        test: it.test,
        holders: Vec::new(),
    })
}

/// By type: the other types that have a value of it, or lead to one, in a field; sorted by name.
fn holders(model: &Model) -> FxHashMap<AdtId, Vec<Name>> {
    let mut found: FxHashMap<AdtId, BTreeSet<Name>> = FxHashMap::default();
    for (adt, n) in model.adts.iter().zip(0..).filter(|(it, _)| !it.duplicate) {
        for field in adt.variants.iter().flat_map(|it| &it.fields) {
            each_named(&field.ty, &mut |of| {
                if of != AdtId(n) {
                    found.entry(of).or_default().insert(adt.name);
                }
            });
        }
    }
    found.into_iter().map(|(of, names)| (of, names.into_iter().collect())).collect()
}

/// Visits the types of the analysed code that stand in a type as it is written; pointers are not followed.
fn each_named(ty: &Type, visit: &mut dyn FnMut(AdtId)) {
    match ty {
        Type::Adt(id, _) => visit(*id),
        Type::Lib(..) | Type::Tuple(_) | Type::Ref(..) | Type::Array(_) | Type::Slice(_) => {}
        _ => return,
    }
    each_part(ty, &mut |part| each_named(part, visit));
}

/// The map that a lock is of, by its class; `None` for one that a function is given.
pub fn of_class(facts: &Facts<'_>, classed: &Classed) -> Option<MapId> {
    if let Some((adt, name)) = classed.field {
        return Some(MapId::Field(adt, name));
    }
    match &classed.class.root {
        ClassRoot::Static(id) => Some(MapId::Static(*id)),
        ClassRoot::Local(owner, closure, local) => {
            let is_param = closure.is_none() && is_param(facts, *owner, *local);
            (!is_param).then_some(MapId::Variable(*owner, *closure, *local))
        }
        ClassRoot::Type(_) | ClassRoot::Lib(_) => None,
    }
}

/// Local 0 is what a function returns, then come what it is given.
fn is_param(facts: &Facts<'_>, owner: BodyOwner, local: LocalId) -> bool {
    let BodyOwner::Fn(id) = owner else { return false };
    let own = u32::from(facts.model.fn_def(id).self_param.is_some());
    local.0 <= own + facts.model.sig(id).params.len() as u32
}

/// The map that an operation reads or writes. `root` is the outermost body around it, `part` the one that it stands in.
pub fn of_op(facts: &Facts<'_>, root: &BodyFacts, part: &BodyFacts, op: &MapOp) -> Option<MapId> {
    let guard = op.under.first().and_then(|it| part.guard(*it));
    if let Some(classed) = guard.and_then(|it| it.acquisition.class.as_ref()) {
        return of_class(facts, classed);
    }
    let path = op.path.as_ref()?;
    let lock = if op.shard { path.clone() } else { lock_around(path)? };
    of_class(facts, &class_of(facts.roles(), root, &lock)?)
}

/// The lock that a place lies behind: the innermost one.
fn lock_around(path: &LockPath) -> Option<LockPath> {
    let at = path.steps.iter().rposition(|it| *it == PathStep::Guarded)?;
    Some(LockPath { root: path.root.clone(), steps: path.steps.get(..at)?.to_vec() })
}
