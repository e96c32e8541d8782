//! Shared maps that only ever grow.
//!
//! Under-approximates wherever it can: a map is named only when every function that can name it is understood, and none of them has a
//! word in it by which anything shrinks.

mod accessors;
mod owned;
mod renewed;
mod shrinks;

use super::event::MapOp;
use super::knowledge::{ArgRef, Effects, MapKind, Writes};
use super::lock_class::{ClassRoot, class_of};
use super::path::{LockPath, PathStep, Root};
use super::{BodyFacts, Call, Facts, GuardId, UseKind};
use crate::model::items::{ModuleId, StaticId};
use crate::model::library::Api;
use crate::model::types::{AdtId, FnId, Type};
use crate::model::words::Words;
use crate::source::Span;
use crate::syntax::{Name, StaticKind, Vis};
use rustc_hash::{FxHashMap, FxHashSet};

/// How many calls deep a map is followed that is lent.
const MAX_CALLS: u32 = 3;

/// A map that only grows.
#[derive(Clone, Debug)]
pub struct GrowingMap {
    /// Its field or static; a field that is only a number, with its type (`Pool.0`).
    pub name: Name,
    /// Where that is declared.
    pub span: Span,
    /// Where it grows.
    pub grows: Span,
    /// It is test code.
    pub test: bool,
}

/// A private field or static that is a shared map.
struct Candidate {
    root: ClassRoot,
    field: Option<Name>,
    name: Name,
    span: Span,
    module: ModuleId,
    test: bool,
    grows: Option<Span>,
    ruled_out: bool,
    /// It has no lock of its own: a map of what its owner has to let go of, or one in a struct that is locked as a whole.
    owned: bool,
    /// Functions that give out its guard or its place: what their callers do with it counts as well.
    accessors: Vec<FnId>,
}

/// The maps of the analysed code that only grow.
pub(crate) fn growing_maps(facts: &Facts<'_>, bodies: &[(FnId, &BodyFacts)]) -> Vec<GrowingMap> {
    let locked = locked_structs(facts);
    let mut candidates = candidates(facts, &locked, &once_cells(facts));
    if candidates.is_empty() {
        return Vec::new();
    }
    let mut named: FxHashMap<Name, Vec<usize>> = FxHashMap::default();
    for (n, it) in candidates.iter().enumerate() {
        named.entry(it.name).or_default().push(n);
    }
    let bodies: FxHashMap<FnId, &BodyFacts> = bodies.iter().copied().collect();
    let renewed = renewed::renewed(facts, &bodies, &locked);
    for it in &mut candidates {
        it.ruled_out |= matches!(it.root, ClassRoot::Type(adt) if it.owned && renewed.contains(&adt));
    }
    let shrinking = shrinking(facts);
    for (n, def) in facts.model.fns.iter().enumerate() {
        let Some(words) = facts.model.words_of(def) else { continue };
        let id = FnId(n as u32);
        for at in words.idents().filter_map(|it| named.get(it)).flatten() {
            let Some(candidate) = candidates.get_mut(*at) else { continue };
            if candidate.ruled_out || !is_within(facts, def.module, candidate.module) {
                continue;
            }
            let look = Look { facts, bodies: &bodies, shrinking: &shrinking, id };
            if candidate.owned {
                owned::look(facts, id, look.may_shrink(id), candidate);
                candidate.ruled_out |=
                    owned::may_name(facts, id, candidate) && owned::is_kept_small(facts, id, candidate);
            } else {
                look.at(candidate);
            }
        }
    }
    for it in candidates.iter_mut().filter(|it| !it.ruled_out) {
        accessors::look(facts, &bodies, &shrinking, it);
    }
    let growing = candidates.into_iter().filter(|it| !it.ruled_out);
    growing
        .filter_map(|it| {
            let name = shown_name(facts, &it);
            Some(GrowingMap { name, span: it.span, grows: it.grows?, test: it.test })
        })
        .collect()
}

/// A candidate's name for readers.
fn shown_name(facts: &Facts<'_>, it: &Candidate) -> Name {
    match it.root {
        ClassRoot::Type(owner) if it.name.as_str().starts_with(|it: char| it.is_ascii_digit()) => {
            Name::from(format!("{}.{}", facts.model.adt(owner).name, it.name).as_str())
        }
        _ => it.name,
    }
}

fn candidates(facts: &Facts<'_>, locked: &FxHashSet<AdtId>, cells: &FxHashSet<Name>) -> Vec<Candidate> {
    let model = facts.model;
    let mut found = Vec::new();
    for (n, adt) in model.adts.iter().enumerate() {
        let is_locked = locked.contains(&AdtId(n as u32));
        for field in adt.variants.iter().flat_map(|it| &it.fields) {
            let owned = keeps_resources(facts, &field.ty) || is_locked && is_unbounded(facts, &field.ty);
            if field.vis == Vis::Private && (owned || grows_without_bound(facts, cells, &field.ty)) {
                found.push(Candidate {
                    root: ClassRoot::Type(AdtId(n as u32)),
                    field: Some(field.name),
                    name: field.name,
                    span: field.span,
                    module: adt.module,
                    test: adt.test,
                    grows: None,
                    ruled_out: adt.variants.len() != 1,
                    owned,
                    accessors: Vec::new(),
                });
            }
        }
    }
    for (n, it) in model.statics.iter().enumerate() {
        let id = StaticId(n as u32);
        let plain = matches!(it.kind, Some(StaticKind::Plain | StaticKind::LazyStatic)) && !it.mutable;
        if plain && it.vis == Vis::Private && grows_without_bound(facts, cells, &model.static_value_ty(id)) {
            found.push(Candidate {
                root: ClassRoot::Static(id),
                field: None,
                name: it.name,
                span: it.span,
                module: it.module,
                test: it.test,
                grows: None,
                ruled_out: false,
                owned: false,
                accessors: Vec::new(),
            });
        }
    }
    found
}

/// Whether the type is a plain map whose values are ends of channels, tasks, sockets and the like, and whose keys do not bound it.
fn keeps_resources(facts: &Facts<'_>, ty: &Type) -> bool {
    let Type::Lib(_, args) = ty else { return false };
    is_unbounded(facts, ty) && args.get(1).is_some_and(|it| facts.roles().is_resource(it))
}

/// Whether the type is a plain map that neither its keys nor it itself bounds.
fn is_unbounded(facts: &Facts<'_>, ty: &Type) -> bool {
    let Type::Lib(path, args) = ty else { return false };
    let bounded = facts.knowledge.role(*path).is_none_or(|it| it.bounds_itself);
    facts.roles().map_kind(ty) == Some(MapKind::Plain)
        && !bounded
        && args.first().is_some_and(|key| !has_few_values(facts, key, 4))
}

/// The structs that a lock of some field or static guards as a whole: `Mutex<State>`. Their maps are shared by that lock.
fn locked_structs(facts: &Facts<'_>) -> FxHashSet<AdtId> {
    let (model, roles) = (facts.model, facts.roles());
    let fields = model.adts.iter().flat_map(|it| &it.variants).flat_map(|it| &it.fields).map(|it| &it.ty);
    let guarded = |ty: &Type| match roles.lock_of(ty) {
        Some((lock, Type::Adt(id, _))) if lock.kind != super::knowledge::WaitKind::Cell => Some(id),
        _ => None,
    };
    fields.chain(model.statics.iter().map(|it| &it.ty)).filter_map(guarded).collect()
}

/// Whether the type is a shared map whose keys do not bound it, and that does not bound itself.
fn grows_without_bound(facts: &Facts<'_>, cells: &FxHashSet<Name>, ty: &Type) -> bool {
    let Some(Type::Lib(path, args)) = shared_map(facts, cells, ty) else { return false };
    let bounded = facts.knowledge.role(path).is_none_or(|it| it.bounds_itself);
    !bounded && args.first().is_some_and(|key| !has_few_values(facts, key, 4))
}

/// The types of libraries that get their value once, from whoever asks first, and keep it: `OnceLock`.
fn once_cells(facts: &Facts<'_>) -> FxHashSet<Name> {
    let apis = facts.model.library.apis.iter().zip(&facts.knowledge.effects);
    let fills = apis.filter(|(_, effects)| effects.fills && effects.same == Some(ArgRef::SelfArg));
    fills.filter_map(|(api, _)| api.owner).collect()
}

/// The map that a type shares: one behind a lock, or one that locks itself.
fn shared_map(facts: &Facts<'_>, cells: &FxHashSet<Name>, ty: &Type) -> Option<Type> {
    let roles = facts.roles();
    let mut ty = ty;
    for _ in 0..4 {
        if let Some((lock, inner)) = roles.lock_of(ty) {
            let one_thread = lock.kind == super::knowledge::WaitKind::Cell;
            return (!one_thread && roles.map_kind(&inner) == Some(MapKind::Plain)).then_some(inner);
        }
        if roles.map_kind(ty) == Some(MapKind::Concurrent) {
            return Some(ty.clone());
        }
        match ty {
            Type::Lib(path, args)
                if roles.is_handle(ty) || roles.owns_its_target(ty) || cells.contains(path) =>
            {
                ty = args.first()?;
            }
            _ => return None,
        }
    }
    None
}

/// Whether there are few values of a type of keys, or only those that the program's text has.
fn has_few_values(facts: &Facts<'_>, key: &Type, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match key {
        Type::Prim(name) => matches!(name.as_str(), "bool" | "u8" | "i8"),
        Type::Tuple(parts) => parts.iter().all(|it| has_few_values(facts, it, depth)),
        Type::Array(_) | Type::Slice(_) => false,
        // What lives for ever stands in the text, mostly.
        Type::Ref(..) | Type::FnItem(_) => true,
        Type::Adt(id, _) => {
            let fields = facts.model.adt(*id).variants.iter().flat_map(|it| &it.fields);
            fields.into_iter().all(|it| has_few_values(facts, &it.ty, depth))
        }
        Type::Lib(path, args) => match path.as_str() {
            "std::any::TypeId" => true,
            "std::option::Option" => args.iter().all(|it| has_few_values(facts, it, depth)),
            _ => false,
        },
        _ => true,
    }
}

/// Names of library functions by which something goes.
fn shrinking(facts: &Facts<'_>) -> FxHashSet<Name> {
    let apis = facts.model.library.apis.iter().zip(&facts.knowledge.effects);
    apis.filter(|(api, effects)| lets_go(effects) || moves_out(api, effects))
        .map(|(api, _)| api.name)
        .collect()
}

/// Whether something goes by a function of a map or of an entry. What only gives out parts of the map to be changed (`values_mut`) takes
/// none of them away.
fn lets_go(effects: &Effects) -> bool {
    let anything = effects.writes == Some(Writes::All) && effects.part_of != Some(ArgRef::SelfArg);
    anything || matches!(effects.writes, Some(Writes::Remove | Writes::Clear)) || effects.removes
}

/// Whether a function takes a value out of its place: `Option::take`, `mem::replace`.
fn moves_out(api: &Api, effects: &Effects) -> bool {
    effects.takes_out.is_some() || (api.owner.is_none() && api.path.starts_with("std::mem::"))
}

fn is_within(facts: &Facts<'_>, module: ModuleId, outer: ModuleId) -> bool {
    let mut at = Some(module);
    for _ in 0..64 {
        match at {
            Some(it) if it == outer => return true,
            Some(it) => at = facts.model.modules.get(it.0 as usize).and_then(|it| it.parent),
            None => return false,
        }
    }
    true
}

/// A function that names a candidate, by its name at least.
struct Look<'a> {
    facts: &'a Facts<'a>,
    bodies: &'a FxHashMap<FnId, &'a BodyFacts>,
    shrinking: &'a FxHashSet<Name>,
    id: FnId,
}

impl<'a> Look<'a> {
    fn words(&self, id: FnId) -> Option<Words<'a>> {
        self.facts.model.words_of(self.facts.model.fn_def(id))
    }

    /// What a function does: of one that takes no lock itself only that.
    fn body(&self, id: FnId) -> Option<&'a BodyFacts> {
        let own = || self.facts.own(id).map(|own| &*own.facts);
        self.bodies.get(&id).copied().or_else(own)
    }

    /// Whether a word of a function is one by which something shrinks, unless that is said of what is no map.
    fn may_shrink(&self, id: FnId) -> bool {
        let Some(words) = self.words(id) else { return true };
        let said: FxHashSet<Name> = words.all().filter(|it| self.shrinking.contains(*it)).copied().collect();
        !said.is_empty() && !shrinks::only_others(self.facts, id, &said)
    }

    /// Notes what the function says of the candidate; whether it uses it in ways that are understood.
    fn at(&self, candidate: &mut Candidate) -> bool {
        let (facts, id) = (self.facts, self.id);
        let seen = match self.body(id) {
            Some(body) => self.seen(body, &|path| is_candidate(facts, body, path, candidate), MAX_CALLS),
            None => Seen::default(),
        };
        let understood =
            !seen.is_lost && !self.may_shrink(id) && (seen.is_used || makes(facts, id, candidate));
        if !understood {
            candidate.ruled_out |= owned::may_name(facts, id, candidate);
            return false;
        }
        if seen.is_given_out && !candidate.accessors.contains(&id) {
            candidate.accessors.push(id);
        }
        if seen.is_used && owned::is_kept_small(facts, id, candidate) {
            candidate.ruled_out = true;
            return false;
        }
        let test = facts.model.fn_def(id).test;
        if candidate.grows.is_none() && (candidate.test || !test) {
            candidate.grows = seen.grows;
        }
        seen.is_used
    }

    /// What the steps of a function, and of those that it lends the map to, do with it.
    fn seen(&self, body: &BodyFacts, is_it: &dyn Fn(&LockPath) -> bool, depth: u32) -> Seen {
        let mut seen = Seen::of(body, is_it);
        for call in body.each().into_iter().flat_map(|it| &it.calls) {
            let args = call.args.iter().enumerate();
            for (n, _) in args.filter(|(_, path)| path.as_ref().is_some_and(is_it)) {
                let lent = call.callees.iter().map(|it| self.lent(*it, n as u32, depth));
                for lent in lent {
                    seen.is_used = true;
                    seen.is_lost |= lent.is_lost || !lent.is_used;
                    if lent.grows.is_some() && seen.grows.is_none() {
                        seen.grows = Some(call.span);
                    }
                }
            }
        }
        seen
    }

    /// What a function does with the map that it is lent as an argument, by its lock or by itself.
    fn lent(&self, id: FnId, param: u32, depth: u32) -> Seen {
        if let Some(ty) = self.facts.model.sig(id).params.get(param as usize)
            && self.facts.roles().map_kind(ty.peel_refs()) == Some(MapKind::Plain)
        {
            let grows = owned::lent(self.facts, id, param, self.may_shrink(id));
            return Seen {
                is_used: true,
                is_lost: grows.is_none(),
                grows: grows.flatten(),
                is_given_out: false,
            };
        }
        let (Some(depth), Some(body)) = (depth.checked_sub(1), self.body(id)) else {
            return Seen { is_lost: true, ..Seen::default() };
        };
        let is_it = |path: &LockPath| {
            path.root == Root::Param(param) && path.steps.iter().all(|it| *it == PathStep::Guarded)
        };
        let seen = self.seen(body, &is_it, depth);
        Seen { is_lost: seen.is_lost || seen.is_given_out || self.may_shrink(id), ..seen }
    }
}

/// Whether a function only makes values of the candidate's type, with nothing shared in them.
fn makes(facts: &Facts<'_>, id: FnId, candidate: &Candidate) -> bool {
    let ClassRoot::Type(adt) = candidate.root else { return false };
    let sig = facts.model.sig(id);
    let roles = facts.roles();
    let gives = match &sig.ret {
        Type::Adt(it, _) => *it == adt,
        Type::Lib(_, args) => args.iter().any(|it| matches!(it, Type::Adt(it, _) if *it == adt)),
        _ => false,
    };
    gives && facts.model.fn_def(id).self_param.is_none() && sig.params.iter().all(|it| !roles.bears_map(it))
}

/// What the steps of a function do with a candidate.
#[derive(Default)]
struct Seen {
    is_used: bool,
    /// Something is done that is not understood, or that shrinks it.
    is_lost: bool,
    /// Its guard or its place is what the function returns.
    is_given_out: bool,
    grows: Option<Span>,
}

impl Seen {
    fn of(body: &BodyFacts, is_place: &dyn Fn(&LockPath) -> bool) -> Seen {
        let mut seen = Seen::default();
        for part in body.each() {
            seen.is_lost |= part.cut;
            let is_it = |path: &Option<LockPath>| path.as_ref().is_some_and(is_place);
            let ops: Vec<&MapOp> = part.ops.iter().filter(|it| !it.in_callee && is_it(&it.path)).collect();
            for op in &ops {
                seen.is_used = true;
                // Of what else changes all, its word says whether something goes by it.
                seen.is_lost |= matches!(op.writes, Some(Writes::Remove | Writes::Clear));
                if seen.grows.is_none() && matches!(op.writes, Some(Writes::Insert | Writes::Entry)) {
                    seen.grows = Some(op.span);
                }
            }
            for (n, guard) in part.guards.iter().enumerate() {
                let id = GuardId(n as u8);
                if guard.acquisition.shard || !is_it(&guard.acquisition.path) {
                    continue;
                }
                seen.is_used = true;
                let mut spans: Vec<Span> = Vec::new();
                for it in part.uses.iter().filter(|it| it.guard == id) {
                    seen.is_lost |= it.kind == UseKind::Moved;
                    if !spans.contains(&it.span) {
                        spans.push(it.span);
                    }
                }
                let n_ops =
                    ops.iter().filter(|it| it.under.contains(&id)).count() + lent_under(part, id, &is_it);
                let is_given_out = part.returned_guards.contains(&id);
                seen.is_given_out |= is_given_out && part.closure.is_none();
                seen.is_lost |= is_given_out && part.closure.is_some() || spans.len() > n_ops;
            }
            let is_given_out = is_it(&part.returned_path);
            seen.is_used |= is_given_out;
            seen.is_given_out |= is_given_out && part.closure.is_none();
            seen.is_lost |= is_given_out && part.closure.is_some();
        }
        seen
    }
}

/// The calls to which what a guard guards is lent: what becomes of it there is asked of the called functions.
fn lent_under(part: &BodyFacts, guard: GuardId, is_it: &dyn Fn(&Option<LockPath>) -> bool) -> usize {
    let is_lent = |it: &&Call| {
        let used = |op: &MapOp| op.in_callee && op.span == it.span && op.under.contains(&guard);
        it.args.iter().any(is_it) && part.ops.iter().any(used)
    };
    part.calls.iter().filter(is_lent).count()
}

/// Whether a path leads to the candidate.
fn is_candidate(facts: &Facts<'_>, root: &BodyFacts, path: &LockPath, candidate: &Candidate) -> bool {
    let Some(found) = class_of(facts.roles(), root, path) else { return false };
    found.class.root == candidate.root
        && match candidate.field {
            Some(field) => found.class.fields == [field],
            None => found.class.fields.is_empty(),
        }
}
