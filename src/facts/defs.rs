//! Where each local of a body gets its value, and which lock path that value is or points to.

use super::accessor;
use super::branch_flags::BranchFlags;
use super::control::Graph;
use super::knowledge::{ArgRef, Knowledge};
use super::mentions::Mentions;
use super::path::{Key, LockPath, NO_LOCAL, PathStep, Root};
use super::roles::Roles;
use super::summary::Returned;
use crate::model::Model;
use crate::model::body::{
    Aggregate, Body, IndexBy, LocalId, Operand, Place, PlaceBase, Proj, Rvalue, StepKind,
};
use crate::model::items::SelfKind;
use crate::model::library::ApiId;
use crate::model::types::{ClosureId, FnId, Type};
use crate::model::typing::{Callee, Res};
use crate::source::TextRange;
use crate::syntax::Lit;
use rustc_hash::FxHashMap;
use std::cell::{OnceCell, RefCell};

/// How a local gets its value.
#[derive(Clone, Copy, Debug)]
pub enum Def<'b> {
    /// Never, or by a parameter.
    None,
    /// By one assignment.
    Assign(&'b Rvalue),
    /// By one call.
    Call(&'b Callee, &'b [Operand], TextRange),
    /// By one await of that future.
    Await(&'b Place),
    /// In more than one place, or in parts.
    Many,
}

/// What a callee returns, asked of its summary.
pub type Returns<'a> = &'a dyn Fn(FnId) -> Option<Returned>;

/// Definitions and paths of one body.
pub struct Defs<'a> {
    /// The body.
    pub body: &'a Body,
    model: &'a Model,
    knowledge: &'a Knowledge,
    /// Those of the body around a closure.
    pub(super) outer: Option<&'a Defs<'a>>,
    /// What the closure's parameters are, where its caller says: paths in the outer body.
    params: Vec<Option<LockPath>>,
    returns: Returns<'a>,
    defs: Vec<Def<'a>>,
    /// The same, writes through a pointer left out: it points where it did.
    pointers: Vec<Def<'a>>,
    /// All definitions of those locals that are given a whole value in several places.
    several: FxHashMap<LocalId, Vec<Def<'a>>>,
    paths: RefCell<Vec<Memo>>,
    mentions: OnceCell<Mentions>,
    graph: OnceCell<Graph>,
    flags: OnceCell<BranchFlags>,
}

#[derive(Clone, Debug)]
enum Memo {
    Unasked,
    UnderWay,
    Known(LockPath),
}

impl<'a> Defs<'a> {
    /// Collects the definitions of a body.
    pub fn new(
        model: &'a Model,
        knowledge: &'a Knowledge,
        body: &'a Body,
        outer: Option<&'a Defs<'a>>,
        params: Vec<Option<LockPath>>,
        returns: Returns<'a>,
    ) -> Defs<'a> {
        let mut defs = vec![Def::None; body.locals.len()];
        let mut pointers = defs.clone();
        let mut add = |place: &Place, def: Def<'a>| {
            let PlaceBase::Local(local) = place.base else { return };
            let is_result = local == LocalId(0) && place.proj.is_empty();
            let enter = |slot: Option<&mut Def<'a>>| {
                if let Some(slot) = slot {
                    *slot = match slot {
                        Def::None if place.proj.is_empty() => def,
                        // `?` gives the result a value without what the callers want.
                        Def::Assign(value) if is_result && is_failure(value) => def,
                        _ if is_result && matches!(def, Def::Assign(it) if is_failure(it)) => return,
                        _ => Def::Many,
                    };
                }
            };
            enter(defs.get_mut(local.0 as usize));
            if place.proj.first() != Some(&Proj::Deref) {
                enter(pointers.get_mut(local.0 as usize));
            }
        };
        for step in body.blocks.iter().flat_map(|block| &block.steps) {
            match &step.kind {
                StepKind::Assign(dest, value) => add(dest, Def::Assign(value)),
                StepKind::Call { dest, callee, args, .. } => add(dest, Def::Call(callee, args, step.range)),
                StepKind::Await { dest, future, .. } => add(dest, Def::Await(future)),
                StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => {}
            }
        }
        for param in 1..=body.n_params as usize {
            for defs in [&mut defs, &mut pointers] {
                if let Some(slot @ Def::Assign(_) | slot @ Def::Call(..)) = defs.get_mut(param) {
                    *slot = Def::Many;
                }
            }
        }
        let several = several(body, &pointers);
        let paths = RefCell::new(vec![Memo::Unasked; body.locals.len()]);
        let mentions = OnceCell::new();
        let (graph, flags) = (OnceCell::new(), OnceCell::new());
        Defs {
            body,
            model,
            knowledge,
            outer,
            params,
            returns,
            defs,
            pointers,
            several,
            paths,
            mentions,
            graph,
            flags,
        }
    }

    /// Where the body names its locals.
    pub(super) fn mentions(&self) -> &Mentions {
        self.mentions.get_or_init(|| Mentions::of(self.body))
    }

    /// The program.
    pub fn model(&self) -> &'a Model {
        self.model
    }

    /// Those of the body around a closure.
    pub(super) fn outer(&self) -> Option<&'a Defs<'a>> {
        self.outer
    }

    /// The rows.
    pub(super) fn knowledge(&self) -> &'a Knowledge {
        self.knowledge
    }

    /// What a callee returns.
    pub(super) fn returned_by(&self, id: FnId) -> Option<Returned> {
        (self.returns)(id)
    }

    /// The body's control flow.
    pub fn graph(&self) -> &Graph {
        self.graph.get_or_init(|| Graph::new(self.body))
    }

    /// The flags that tell which way out of a branch of the body was taken.
    pub(super) fn flags(&self) -> &BranchFlags {
        self.flags.get_or_init(|| BranchFlags::of(self.body))
    }

    /// How a local gets its value.
    pub fn def(&self, local: LocalId) -> Def<'a> {
        self.defs.get(local.0 as usize).copied().unwrap_or(Def::Many)
    }

    /// The place that a reference in a local points to, when one `&place` made it.
    pub fn pointee(&self, operand: &Operand) -> Option<&'a Place> {
        let (Operand::Copy(place) | Operand::Move(place)) = operand else { return None };
        let mut local = whole_local(place)?;
        for _ in 0..16 {
            match self.def(local) {
                Def::Assign(Rvalue::Ref(_, place) | Rvalue::RawRef(place)) => return Some(place),
                Def::Assign(Rvalue::Use(Operand::Copy(place) | Operand::Move(place))) => {
                    local = whole_local(place)?
                }
                _ => return None,
            }
        }
        None
    }

    /// The body of the closure that an operand is, when it is written in this one.
    pub fn closure_body(&self, operand: &Operand) -> Option<&'a Body> {
        let id = self.closure_of(operand)?;
        self.body.children.iter().find(|it| it.closure == Some(id))
    }

    /// The closure or async block that an operand is, when its making can be seen.
    pub fn closure_of(&self, operand: &Operand) -> Option<ClosureId> {
        let (Operand::Copy(place) | Operand::Move(place)) = operand else { return None };
        let mut place = place;
        for _ in 0..16 {
            if let Some((outer, captured)) = self.captured(place) {
                return outer.closure_of(&Operand::Copy(captured.clone()));
            }
            let local = whole_local(place)?;
            match self.def(local) {
                Def::Assign(Rvalue::Closure(id, _)) => return Some(*id),
                Def::Assign(
                    Rvalue::Use(Operand::Copy(from) | Operand::Move(from)) | Rvalue::Ref(_, from),
                ) => place = from,
                Def::None => {
                    return match self.body.locals.get(local.0 as usize).map(|it| &it.ty) {
                        Some(Type::Closure(id, _)) => Some(*id),
                        _ => None,
                    };
                }
                _ => return None,
            }
        }
        None
    }

    /// The place of the body around a closure that a place of the closure is, with the definitions of that body.
    pub(super) fn captured(&self, place: &Place) -> Option<(&'a Defs<'a>, &'a Place)> {
        let is_own = self.body.closure.is_some() && place.base == PlaceBase::Local(LocalId(1));
        let (Proj::Field(name), rest) = place.proj.split_first().filter(|_| is_own)? else { return None };
        let capture = self.body.captures.get(name.as_str().parse::<usize>().ok()?)?;
        rest.iter().all(|it| *it == Proj::Deref).then_some((self.outer?, &capture.place))
    }

    /// The call that made a future, through moves.
    pub fn future_call(&self, place: &Place) -> Option<(&'a Callee, &'a [Operand], TextRange)> {
        let mut place = place;
        for _ in 0..16 {
            match self.def(whole_local(place)?) {
                Def::Call(callee, args, range) => {
                    // `Box::pin(f())`, `f().into_future()`: the same future.
                    if let Callee::Api(api) = callee
                        && let Some(same) = self.knowledge.effects(*api).same
                        && let Some(Operand::Copy(inner) | Operand::Move(inner)) =
                            argument(self.model, *api, args, same)
                    {
                        place = inner;
                        continue;
                    }
                    return Some((callee, args, range));
                }
                Def::Assign(
                    Rvalue::Use(Operand::Copy(from) | Operand::Move(from)) | Rvalue::Ref(_, from),
                ) => place = from,
                _ => return None,
            }
        }
        None
    }

    /// The async block or closure that the body gives out, boxed and pinned or not.
    pub(super) fn returned_closure(&self) -> Option<ClosureId> {
        let mut local = LocalId(0);
        for _ in 0..16 {
            let from = match self.def(local) {
                Def::Assign(Rvalue::Closure(id, _)) => return Some(*id),
                Def::Assign(Rvalue::Use(from) | Rvalue::Cast(from)) => from,
                Def::Call(Callee::Api(api), args, _) => {
                    argument(self.model, *api, args, self.knowledge.effects(*api).same?)?
                }
                _ => return None,
            };
            let (Operand::Copy(place) | Operand::Move(place)) = from else { return None };
            local = whole_local(place)?;
        }
        None
    }

    /// The path of an operand's value: what it is, or points to.
    pub fn operand_path(&self, operand: &Operand) -> Option<LockPath> {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => Some(self.path(place)),
            Operand::Item(Res::Static(id)) => Some(LockPath::root(Root::Static(*id))),
            Operand::Lit(_) | Operand::Item(_) | Operand::Unit => None,
        }
    }

    /// The path of a place.
    pub fn path(&self, place: &Place) -> LockPath {
        let (mut path, rest) = match place.base {
            PlaceBase::Static(id) => (LockPath::root(Root::Static(id)), place.proj.as_slice()),
            PlaceBase::Lib(name) => (LockPath::root(Root::Lib(name)), place.proj.as_slice()),
            PlaceBase::Local(local) => self.base(local, &place.proj),
        };
        for (n, step) in rest.iter().enumerate() {
            path = match step {
                Proj::Deref | Proj::Variant(_) => path,
                // The only field of `Some`, `Ok` and the like stands for the whole.
                Proj::Field(name) => match n.checked_sub(1).and_then(|before| rest.get(before)) {
                    Some(Proj::Variant(variant)) if name.as_str() == "0" && is_wrapper(variant.as_str()) => {
                        path
                    }
                    _ => path.then(PathStep::Field(*name)),
                },
                Proj::Index(IndexBy::Literal(n)) => path.then(PathStep::Key(Key::Literal(n.to_string()))),
                Proj::Index(IndexBy::Local(local)) => path.then(PathStep::Key(self.key_of_local(*local))),
                Proj::Index(IndexBy::Other) => path.then(PathStep::Key(Key::Other(NO_LOCAL))),
            };
        }
        path
    }

    /// The path of a place's base, taking fields of aggregates and captures into account; gives the steps left.
    fn base<'p>(&self, local: LocalId, proj: &'p [Proj]) -> (LockPath, &'p [Proj]) {
        if self.body.closure.is_some() && local == LocalId(1) {
            if let Some((Proj::Field(name), rest)) = proj.split_first()
                && let Ok(n) = name.as_str().parse::<usize>()
                && let (Some(capture), Some(outer)) = (self.body.captures.get(n), self.outer)
            {
                return (outer.path(&capture.place), rest);
            }
            return (LockPath::root(Root::Local(self.body.closure, local)), proj);
        }
        if let Def::Assign(Rvalue::Aggregate(kind, operands)) = self.def(local)
            && let Some((operand, rest)) = part(kind, operands, proj)
            && let Some(path) = self.operand_path(operand)
        {
            return (path, rest);
        }
        self.part(local, proj).unwrap_or_else(|| (self.local_path(local), proj))
    }

    /// The path of what a local is or points to.
    pub fn local_path(&self, local: LocalId) -> LockPath {
        let own = LockPath::root(Root::Local(self.body.closure, local));
        let slot = local.0 as usize;
        let memo = self.paths.borrow().get(slot).cloned();
        match memo {
            Some(Memo::Known(path)) => return path,
            Some(Memo::Unasked) => {}
            Some(Memo::UnderWay) | None => return own,
        }
        self.remember(slot, Memo::UnderWay);
        let path = self.find_path(local).unwrap_or(own);
        self.remember(slot, Memo::Known(path.clone()));
        path
    }

    fn remember(&self, slot: usize, memo: Memo) {
        if let Some(it) = self.paths.borrow_mut().get_mut(slot) {
            *it = memo;
        }
    }

    fn find_path(&self, local: LocalId) -> Option<LockPath> {
        match self.pointers.get(local.0 as usize).copied().unwrap_or(Def::Many) {
            Def::None if local.0 >= 1 && local.0 <= self.body.n_params => {
                if self.body.closure.is_none() {
                    return Some(LockPath::root(Root::Param(local.0 - 1)));
                }
                self.params.get(local.0 as usize - 2).cloned().flatten()
            }
            Def::None => None,
            Def::Many => self.guard_of_branches(local),
            def => self.def_path(local, def),
        }
    }

    /// The path of a guard that is the same one whichever way it came: `match m.lock() { Ok(it) => it, Err(it) => it.into_inner() }`.
    fn guard_of_branches(&self, local: LocalId) -> Option<LockPath> {
        let defs = self.several.get(&local)?;
        let ty = &self.body.locals.get(local.0 as usize)?.ty;
        self.roles().guard_part(ty)?;
        let mut paths = defs.iter().map(|def| self.def_path(local, *def));
        let first = paths.next()??;
        paths.all(|it| it.as_ref() == Some(&first)).then_some(first)
    }

    /// The places that the result of the body is or points to, by the way through it, where it is given in several places.
    pub(super) fn result_places(&self) -> Option<Vec<LockPath>> {
        let mut local = LocalId(0);
        for _ in 0..16 {
            if let Some(defs) = self.several.get(&local) {
                return defs.iter().map(|def| self.def_path(local, *def)).collect();
            }
            let Def::Assign(Rvalue::Use(Operand::Copy(from) | Operand::Move(from))) = self.def(local) else {
                return None;
            };
            local = whole_local(from)?;
        }
        None
    }

    fn def_path(&self, local: LocalId, def: Def<'a>) -> Option<LockPath> {
        match def {
            Def::None | Def::Many => None,
            Def::Assign(value) => match value {
                Rvalue::Use(operand) | Rvalue::Cast(operand) => self.operand_path(operand),
                Rvalue::Ref(_, place) | Rvalue::RawRef(place) | Rvalue::LibDeref(_, place) => {
                    Some(self.path(place))
                }
                Rvalue::NextOf(place) => Some(self.path(place).then(PathStep::Key(Key::Other(local.0)))),
                // `Some(x)`, `Ok(x)`, `Box::new`-like wrappers around one value.
                Rvalue::Aggregate(Aggregate::Adt(Res::LibVariant(_, name), _), operands)
                    if is_wrapper(name.as_str()) =>
                {
                    self.operand_path(operands.first()?)
                }
                Rvalue::Aggregate(..)
                | Rvalue::Binary(..)
                | Rvalue::Unary(..)
                | Rvalue::Closure(..)
                | Rvalue::FormatArgs(_)
                | Rvalue::Unknown => None,
            },
            Def::Call(callee, args, _) => self.result_path(local, callee, args, false),
            Def::Await(future) => {
                let (callee, args, _) = self.future_call(future)?;
                self.result_path(local, callee, args, true)
            }
        }
    }

    /// The path of what a call gives.
    fn result_path(
        &self,
        local: LocalId,
        callee: &Callee,
        args: &[Operand],
        awaited: bool,
    ) -> Option<LockPath> {
        match callee {
            Callee::Api(api) => {
                let effects = self.knowledge.effects(*api);
                let row = self.model.library.api(*api);
                if row.is_async != awaited {
                    return None;
                }
                let of =
                    |arg: ArgRef| argument(self.model, *api, args, arg).and_then(|it| self.operand_path(it));
                if let Some(takes) = effects.takes
                    && !takes.momentary
                    && !takes.while_calling
                {
                    let path = of(takes.of)?.then(PathStep::Guarded);
                    return Some(
                        match effects.key.and_then(|n| argument(self.model, *api, args, ArgRef::Arg(n))) {
                            Some(key) => path.then(PathStep::Key(self.key(key, local))),
                            None => path,
                        },
                    );
                }
                let contents = effects.expects.map(|_| ArgRef::SelfArg);
                // Another handle is left behind: what the place leads to from now on is not what was taken.
                if effects.takes_out.is_some() && self.is_maybe_handle(local) {
                    return None;
                }
                if let Some(same) = effects.same.or(effects.takes_out).or(contents) {
                    return of(same);
                }
                if self.unwraps_guard(*api, args, local) {
                    return of(ArgRef::SelfArg);
                }
                if let Some(original) = effects.copies.and_then(|it| argument(self.model, *api, args, it))
                    && self.copy_shares(original)
                {
                    return self.operand_path(original);
                }
                if let Some(maps) = effects.maps_guard {
                    return Some(of(maps.of)?.then(PathStep::Key(Key::Other(local.0))));
                }
                if let Some(whole) = effects.part_of {
                    let key = match effects.key.and_then(|n| argument(self.model, *api, args, ArgRef::Arg(n)))
                    {
                        Some(key) => self.key(key, local),
                        None => Key::Other(local.0),
                    };
                    return Some(of(whole)?.then(PathStep::Key(key)));
                }
                if effects.same_variant && self.keeps_guard(args, local) {
                    return of(ArgRef::SelfArg);
                }
                if effects.same_variant && row.recv.is_some() {
                    return Some(of(ArgRef::SelfArg)?.then(PathStep::Key(Key::Other(local.0))));
                }
                None
            }
            Callee::Fn(id) => {
                if self.model.fn_def(*id).is_async != awaited {
                    return None;
                }
                let paths: Vec<Option<LockPath>> = args.iter().map(|it| self.operand_path(it)).collect();
                let place = self.through_parts((self.returns)(*id)?.path?.in_caller(&paths)?);
                Some(self.picked_by_argument(*id, place, args))
            }
            // An accessor of a trait, of which the impl is not known, gives the same place each time, whichever that is.
            Callee::TraitFn { func, .. } if !awaited && args.len() == 1 => {
                let sig = self.model.sig(*func);
                let def = self.model.fn_def(*func);
                def.self_param?;
                let place = |it: &Operand| Some(self.operand_path(it)?.then(accessor::step(def)));
                let roles = self.roles();
                match (&sig.ret, args.first()) {
                    (Type::Ref(..), Some(receiver)) => place(receiver),
                    (ret, Some(receiver)) if roles.guard_role(ret).is_some() => {
                        Some(place(receiver)?.then(PathStep::Guarded))
                    }
                    _ => None,
                }
            }
            Callee::TraitFn { .. } | Callee::Ctor(_) | Callee::Value | Callee::Unknown(_) => None,
        }
    }

    /// The type of what an operand is or points to.
    pub fn pointee_ty(&self, operand: &Operand) -> Type {
        if let Some(place) = self.pointee(operand) {
            let ty = self.model.place_ty_in(self.body, place);
            if ty != Type::Unknown {
                return ty;
            }
        }
        match operand {
            Operand::Copy(place) | Operand::Move(place) => {
                self.model.place_ty_in(self.body, place).peel_refs().clone()
            }
            Operand::Item(Res::Static(id)) => self.model.static_value_ty(*id),
            Operand::Lit(_) | Operand::Item(_) | Operand::Unit => Type::Unknown,
        }
    }

    /// Whether a local is a handle, or an option of one.
    fn is_maybe_handle(&self, local: LocalId) -> bool {
        let roles = self.roles();
        self.body.locals.get(local.0 as usize).is_some_and(|it| match &it.ty {
            Type::Lib(path, args) if path.as_str() == "std::option::Option" => {
                args.first().is_some_and(|it| roles.is_handle(it))
            }
            ty => roles.is_handle(ty),
        })
    }

    /// The element that an accessor picks by its one argument, `self.shard(key)`: the same one each time it is given the same.
    fn picked_by_argument(&self, id: FnId, place: LockPath, args: &[Operand]) -> LockPath {
        let def = self.model.fn_def(id);
        let unknown = |it: &&PathStep| matches!(it, PathStep::Key(Key::Other(_)));
        let ([_, given], Some(SelfKind::Ref), 1) =
            (args, def.self_param, place.steps.iter().filter(unknown).count())
        else {
            return place;
        };
        let KeyValue::Place(by) = self.same_value(given) else { return place };
        let picked = PathStep::Key(Key::Value(Box::new(by.then(accessor::step(def)))));
        let steps =
            place.steps.into_iter().map(|it| if unknown(&&it) { picked.clone() } else { it }).collect();
        LockPath { steps, ..place }
    }

    /// Questions about types.
    pub(super) fn roles(&self) -> Roles<'a> {
        Roles { model: self.model, knowledge: self.knowledge }
    }

    /// Whether a call takes the guard out of a `Result` that has it in both variants: `lock().unwrap_or_else(PoisonError::into_inner)`.
    pub(super) fn unwraps_guard(&self, api: ApiId, args: &[Operand], result: LocalId) -> bool {
        let Some(Operand::Copy(place) | Operand::Move(place)) = args.first() else { return false };
        let Type::Lib(_, variants) = self.model.place_ty_in(self.body, place) else { return false };
        let [ok, err] = variants.as_ref() else { return false };
        self.knowledge.effects(api).value_of == Some(ArgRef::SelfArg)
            && self.roles().is_guard(ok)
            && matches!(err, Type::Lib(_, inner) if inner.as_ref() == [ok.clone()])
            && self.body.locals.get(result.0 as usize).is_some_and(|it| it.ty == *ok)
    }

    /// Whether a call gives the guard that it is given in another container: `lock().map_err(..)`, `lock().ok()`.
    fn keeps_guard(&self, args: &[Operand], result: LocalId) -> bool {
        let Some(Operand::Copy(place) | Operand::Move(place)) = args.first() else { return false };
        let first = |ty: &Type| match ty {
            Type::Lib(_, args) => args.first().filter(|it| self.roles().is_guard(it)).cloned(),
            _ => None,
        };
        let given = first(&self.model.place_ty_in(self.body, place));
        let kept = self.body.locals.get(result.0 as usize).and_then(|it| first(&it.ty));
        given.is_some() && given == kept
    }

    /// Whether a copy of what an operand points to leads to the same locks.
    fn copy_shares(&self, original: &Operand) -> bool {
        let (Operand::Copy(place) | Operand::Move(place)) = original else { return false };
        let ty = match self.pointee(original) {
            Some(pointee) => self.model.place_ty(&self.body.locals, pointee),
            None => self.model.place_ty(&self.body.locals, place).peel_refs().clone(),
        };
        self.roles().copy_shares(&ty)
    }

    /// What a key operand says of the element.
    fn key(&self, operand: &Operand, holder: LocalId) -> Key {
        match self.value_through(operand, &|_, _| true) {
            KeyValue::Literal(text) => Key::Literal(text),
            KeyValue::Place(path) => Key::Value(Box::new(path)),
            KeyValue::Built(..) | KeyValue::Unknown => Key::Other(holder.0),
        }
    }

    fn key_of_local(&self, local: LocalId) -> Key {
        match self.def(local) {
            Def::Many => Key::Other(NO_LOCAL),
            _ => Key::Value(Box::new(self.local_path(local))),
        }
    }

    /// Which value an operand is, through references, copies and conversions of one argument.
    pub fn key_value(&self, operand: &Operand) -> KeyValue {
        self.built_key(operand).unwrap_or_else(|| self.value_through(operand, &|_, _| true))
    }

    /// Which value an operand is, through references, copies, and those calls of one argument that give the same value in the
    /// same type (`clone`, `to_owned`).
    pub fn same_value(&self, operand: &Operand) -> KeyValue {
        let ty = |place: &Place| self.model.place_ty_in(self.body, place).peel_refs().clone();
        let same_type = |dest: &Type, arg: &Operand| match arg {
            Operand::Copy(place) | Operand::Move(place) => {
                let arg = self.pointee(arg).map_or_else(|| ty(place), &ty);
                !matches!(dest, Type::Prim(_)) || arg == *dest
            }
            Operand::Lit(_) | Operand::Item(_) | Operand::Unit => true,
        };
        self.value_through(operand, &same_type)
    }

    /// Follows calls of one argument that fit, by the type of the result and the argument.
    fn value_through(&self, operand: &Operand, fits: &dyn Fn(&Type, &Operand) -> bool) -> KeyValue {
        let result =
            |local: LocalId| self.body.locals.get(local.0 as usize).map_or(&Type::Unknown, |it| &it.ty);
        let mut operand = operand;
        for _ in 0..16 {
            let place = match operand {
                Operand::Lit(lit) => return KeyValue::Literal(literal(lit)),
                Operand::Item(Res::Static(id)) => return KeyValue::Place(LockPath::root(Root::Static(*id))),
                Operand::Item(_) | Operand::Unit => return KeyValue::Unknown,
                Operand::Copy(place) | Operand::Move(place) => place,
            };
            let Some(local) = whole_local(place).or_else(|| pointer_local(place)) else {
                return self.stable(place);
            };
            match self.def(local) {
                Def::Assign(Rvalue::Use(inner) | Rvalue::Cast(inner)) => operand = inner,
                Def::Assign(Rvalue::Ref(_, inner) | Rvalue::LibDeref(_, inner)) => {
                    let Some(base) = whole_local(inner).or_else(|| pointer_local(inner)) else {
                        return self.stable(inner);
                    };
                    match self.def(base) {
                        Def::Assign(Rvalue::Use(value) | Rvalue::Cast(value)) => operand = value,
                        Def::Assign(Rvalue::Ref(..) | Rvalue::LibDeref(..)) | Def::Call(..) => {
                            match self.through(base) {
                                Some(next) => operand = next,
                                None => return self.stable(inner),
                            }
                        }
                        Def::Many => return KeyValue::Unknown,
                        _ => return self.stable(inner),
                    }
                }
                Def::Call(Callee::Api(_), [only], _) if fits(result(local), only) => operand = only,
                // Given a value more than once: it need not be the same one at both places.
                Def::Many => return KeyValue::Unknown,
                Def::Call(..) | Def::Await(_) => return self.stable(place),
                Def::None | Def::Assign(_) => return self.stable(place),
            }
        }
        KeyValue::Unknown
    }

    /// The operand that a local is another form of.
    pub(super) fn through(&self, local: LocalId) -> Option<&'a Operand> {
        match self.def(local) {
            Def::Call(Callee::Api(_), [only], _) => Some(only),
            Def::Assign(Rvalue::Use(it)) => Some(it),
            _ => None,
        }
    }

    fn stable(&self, place: &Place) -> KeyValue {
        let path = self.path(place);
        if path.is_stable() { KeyValue::Place(path) } else { KeyValue::Unknown }
    }
}

/// Which value a key is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeyValue {
    /// A literal, as written.
    Literal(String),
    /// What stands in a place.
    Place(LockPath),
    /// A tuple, struct or variant of known values: in what form, and the values.
    Built(String, Vec<KeyValue>),
    /// Not known.
    Unknown,
}

impl KeyValue {
    /// The same seen from a caller, which passes these places and values.
    pub fn in_caller(&self, paths: &[Option<LockPath>], values: &[KeyValue]) -> KeyValue {
        match self {
            KeyValue::Place(path) => match (&path.root, path.steps.is_empty()) {
                (Root::Param(n), true) => values.get(*n as usize).cloned().unwrap_or(KeyValue::Unknown),
                _ => path.in_caller(paths).map_or(KeyValue::Unknown, KeyValue::Place),
            },
            KeyValue::Built(form, parts) => {
                KeyValue::built(form.clone(), parts.iter().map(|it| it.in_caller(paths, values)).collect())
            }
            KeyValue::Literal(_) | KeyValue::Unknown => self.clone(),
        }
    }

    /// A value that is built of others, when each of them is known.
    pub(super) fn built(form: String, parts: Vec<KeyValue>) -> KeyValue {
        if parts.is_empty() || parts.contains(&KeyValue::Unknown) {
            KeyValue::Unknown
        } else {
            KeyValue::Built(form, parts)
        }
    }

    /// Whether both are known, and one value.
    pub(super) fn is_same(&self, other: &KeyValue) -> bool {
        *self != KeyValue::Unknown && self == other
    }
}

fn literal(lit: &Lit) -> String {
    match lit {
        Lit::Str(text) => format!("{text:?}"),
        Lit::Int(Some(n), _) => n.to_string(),
        Lit::Bool(it) => it.to_string(),
        Lit::Char(it) => format!("{it:?}"),
        Lit::Byte(it) => it.to_string(),
        Lit::Int(None, _) | Lit::ByteStr | Lit::CStr | Lit::Float(_) => String::from("?"),
    }
}

/// All definitions of the locals that have several, each of the whole.
fn several<'a>(body: &'a Body, defs: &[Def<'a>]) -> FxHashMap<LocalId, Vec<Def<'a>>> {
    let mut found: FxHashMap<LocalId, Vec<Def<'a>>> = FxHashMap::default();
    for step in body.blocks.iter().flat_map(|block| &block.steps) {
        let (dest, def) = match &step.kind {
            StepKind::Assign(dest, value) => (dest, Def::Assign(value)),
            StepKind::Call { dest, callee, args, .. } => (dest, Def::Call(callee, args, step.range)),
            StepKind::Await { dest, future, .. } => (dest, Def::Await(future)),
            StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => continue,
        };
        let PlaceBase::Local(local) = dest.base else { continue };
        if matches!(defs.get(local.0 as usize), Some(Def::Many)) && dest.proj.first() != Some(&Proj::Deref) {
            found.entry(local).or_default().push(if dest.proj.is_empty() { def } else { Def::Many });
        }
    }
    found
}

/// The local that a place is the whole of.
pub fn whole_local(place: &Place) -> Option<LocalId> {
    match place.base {
        PlaceBase::Local(local) if place.proj.is_empty() => Some(local),
        _ => None,
    }
}

/// The local that a place is the pointee of.
pub(super) fn pointer_local(place: &Place) -> Option<LocalId> {
    match place.base {
        PlaceBase::Local(local) if place.proj.iter().all(|it| *it == Proj::Deref) => Some(local),
        _ => None,
    }
}

/// Variants that wrap one value: what is in them is what they are about.
pub(super) fn is_wrapper(variant: &str) -> bool {
    matches!(
        variant,
        "Some" | "Ok" | "Err" | "Continue" | "Break" | "Ready" | "Borrowed" | "Owned" | "Present"
    )
}

/// Whether a value is `None` or an `Err`.
fn is_failure(value: &Rvalue) -> bool {
    matches!(
        value,
        Rvalue::Aggregate(Aggregate::Adt(Res::LibVariant(_, name), _), _) if matches!(name.as_str(), "None" | "Err")
    )
}

/// The operand that a projection into an aggregate means, and the steps left.
fn part<'o, 'p>(
    kind: &Aggregate,
    operands: &'o [Operand],
    proj: &'p [Proj],
) -> Option<(&'o Operand, &'p [Proj])> {
    let proj = match proj.split_first() {
        Some((Proj::Variant(_), rest)) => rest,
        _ => proj,
    };
    let (first, rest) = proj.split_first()?;
    let n = match (kind, first) {
        (Aggregate::Tuple, Proj::Field(name)) => name.as_str().parse::<usize>().ok()?,
        (Aggregate::Adt(_, names), Proj::Field(name)) => names.iter().position(|it| it == name)?,
        (Aggregate::Array, Proj::Index(IndexBy::Literal(n))) => usize::try_from(*n).ok()?,
        (Aggregate::Tuple | Aggregate::Adt(..) | Aggregate::Array | Aggregate::Range, _) => return None,
    };
    Some((operands.get(n)?, rest))
}

/// The operand that is the key in a call of a map's function.
pub fn key_argument<'o>(roles: Roles<'_>, api: ApiId, args: &'o [Operand]) -> Option<&'o Operand> {
    argument(roles.model, api, args, ArgRef::Arg(roles.knowledge.effects(api).key.unwrap_or(0)))
}

/// The operand that an argument reference of a row means in a call.
pub fn argument<'o>(model: &Model, api: ApiId, args: &'o [Operand], arg: ArgRef) -> Option<&'o Operand> {
    let has_recv = model.library.api(api).recv.is_some();
    match arg {
        ArgRef::SelfArg => args.first(),
        ArgRef::Arg(n) => args.get(n as usize + usize::from(has_recv)),
    }
}
