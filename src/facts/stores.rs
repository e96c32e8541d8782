//! What goes into type stores and comes out of them: request extensions, contexts, type maps.
//!
//! A type store keeps one value of each type and hands it out by its type. Which functions put and give, and which types carry a
//! store's value by themselves (axum's `Extension`), is said by rows.

mod successors;

use super::control::Graph;
use super::defs::{Def, Defs, argument, whole_local};
use super::event::{Point, RunBy, steps_of};
use super::knowledge::{ArgRef, StoreRole};
use super::path::{LockPath, Root};
use super::{BodyFacts, Call, Facts};
use crate::model::body::{Aggregate, BlockIdx, Body, LocalId, Operand, Place, Rvalue, Step, StepKind};
use crate::model::items::SelfKind;
use crate::model::library::ApiId;
use crate::model::types::{FnId, Type};
use crate::model::typing::{Callee, Res};
use crate::source::Span;
use crate::syntax::Cfg;

/// Calls through which what a function puts into a store is seen by its callers.
const MAX_CALLS: usize = 3;
/// Values that are followed back from one that is put.
const MAX_FOLLOWED: usize = 64;

/// Which way a value goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// Into the store.
    In,
    /// Out of it, borrowed or taken.
    Out,
}

/// Where a store is once it has got a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Then {
    /// In the place where it was.
    InPlace,
    /// In the function's result.
    Returned,
    /// Elsewhere.
    #[default]
    Elsewhere,
}

/// A value that goes into a type store, or comes out.
#[derive(Clone, Debug)]
pub struct StoreOp {
    /// Which way.
    pub way: Way,
    /// Which kind of store.
    pub store: StoreRole,
    /// The value's type: what it is kept by.
    pub ty: Type,
    /// The point.
    pub point: Point,
    /// The name of the call.
    pub span: Span,
    /// The store's place, where it is known: a context's place is that of the value that is called so.
    pub at: Option<LockPath>,
    /// The place of what the call gives: the value taken out, the new context.
    pub gives: Option<LockPath>,
    /// The call gives a new store with the value in it, and leaves the old one as it is.
    pub derives: bool,
    /// The value holds the very store that it is put into, on each turn of a loop, and the next turn's store is what comes of it.
    pub grows: bool,
    /// It goes in where the store has none of its type, and replaces nothing.
    pub fills: bool,
    /// The value holds the very store that it is put into.
    pub holds_store: bool,
    /// Where the store with the value in it is afterwards.
    pub then: Then,
    /// The call, when it happens in a function of the analysed code that is called here.
    pub call: Option<Span>,
    /// Under which configuration.
    pub cfg: Cfg,
}

/// What a body puts into stores and takes out of them.
pub(super) fn collect(facts: &Facts<'_>, defs: &Defs<'_>) -> Vec<StoreOp> {
    let cx = Cx { facts, defs, body: defs.body };
    let mut found = cx.received();
    for (point, step) in steps_of(defs.body) {
        cx.step(step, point, &mut found);
    }
    found
}

/// Adds what callees put into the stores that a body passes to them.
pub(super) fn add_callees(facts: &Facts<'_>, body: &mut BodyFacts) {
    for child in &mut body.children {
        add_callees(facts, child);
    }
    let mut called = Vec::new();
    for call in &body.calls {
        let &[callee] = call.callees.as_slice() else { continue };
        if call.in_closure || call.by == RunBy::Await {
            continue;
        }
        for op in put_by(facts, callee, MAX_CALLS) {
            let Some(at) = op.at.as_ref().and_then(|it| it.in_caller(&call.args)) else { continue };
            let gives = op.gives.as_ref().filter(|_| op.way == Way::Out);
            let gives = gives.and_then(|it| it.in_caller(&call.args));
            let cfg = call.cfg.and(&op.cfg);
            called.push(StoreOp { at: Some(at), gives, point: call.point, call: Some(call.span), cfg, ..op });
        }
    }
    body.stores.extend(called);
    body.stores.sort_by_key(|it| it.point);
}

/// Finds the called functions by which a store grows on each turn of a loop.
pub(super) fn grow_by_calls(facts: &Facts<'_>, defs: &Defs<'_>, ops: &mut [StoreOp]) {
    let cx = Cx { facts, defs, body: defs.body };
    for op in ops.iter_mut().filter(|it| it.call.is_some() && it.holds_store) {
        op.grows = cx.grows_by_call(op);
    }
}

/// What a function does with the stores among its parameters, its callees included; spans are those of the operations themselves.
fn put_by(facts: &Facts<'_>, func: FnId, depth: usize) -> Vec<StoreOp> {
    let Some(depth) = depth.checked_sub(1) else { return Vec::new() };
    if !facts.may_touch_store(func) {
        return Vec::new();
    }
    let Some(own) = facts.own(func) else { return Vec::new() };
    let mut all: Vec<StoreOp> = own.facts.stores.iter().filter(|it| it.at.is_some()).cloned().collect();
    let runs = |it: &&Call| !it.in_closure && it.by != RunBy::Await && it.callees.len() == 1;
    for call in own.facts.calls.iter().filter(runs) {
        for op in call.callees.iter().flat_map(|it| put_by(facts, *it, depth)) {
            let at = op.at.as_ref().and_then(|it| it.in_caller(&call.args));
            let gives = op.gives.as_ref().and_then(|it| it.in_caller(&call.args));
            // What becomes of a callee's result is not asked.
            let then = if op.then == Then::InPlace { Then::InPlace } else { Then::Elsewhere };
            all.push(StoreOp { at, gives, then, ..op });
        }
    }
    all.truncate(MAX_FOLLOWED);
    all
}

struct Cx<'c> {
    facts: &'c Facts<'c>,
    defs: &'c Defs<'c>,
    body: &'c Body,
}

impl Cx<'_> {
    /// Parameters that carry a store's value: `Extension(visits): Extension<Visits>`.
    fn received(&self) -> Vec<StoreOp> {
        let first = if self.body.closure.is_some() { 2 } else { 1 };
        let param = |n: u32| {
            let local = self.body.locals.get(n as usize)?;
            let (store, ty) = self.carried(local.ty.peel_refs())?;
            Some(StoreOp {
                way: Way::Out,
                store,
                ty,
                point: Point { block: BlockIdx(0), step: 0 },
                span: local.range.of(self.body.file),
                at: None,
                gives: Some(self.defs.local_path(LocalId(n))),
                derives: false,
                grows: false,
                fills: false,
                holds_store: false,
                then: Then::default(),
                call: None,
                cfg: Cfg::default(),
            })
        };
        (first..=self.body.n_params).filter_map(param).collect()
    }

    /// The value that a type carries into a store, or out of it.
    fn carried(&self, ty: &Type) -> Option<(StoreRole, Type)> {
        let Type::Lib(path, args) = ty else { return None };
        let store = self.facts.knowledge.role(*path)?.store.filter(|it| it.value)?;
        Some((store, args.first()?.peel_refs().clone()))
    }

    fn step(&self, step: &Step, point: Point, found: &mut Vec<StoreOp>) {
        match &step.kind {
            StepKind::Call { dest, callee: Callee::Api(api), args, .. } => {
                let op = self.call(step, point, *api, args, dest);
                let fills = self.facts.knowledge.effects(*api).fills;
                found.extend(op.as_ref().filter(|_| fills).map(|it| self.filled(it)));
                found.extend(op.as_ref().filter(|it| it.way == Way::Out).and_then(|it| self.lent(it)));
                found.extend(op);
            }
            StepKind::Call { dest, callee: Callee::Fn(func), args, .. } => {
                let row = self.facts.own_stores.row(*func);
                found.extend(row.and_then(|api| self.call(step, point, api, args, dest)));
            }
            StepKind::Call { dest, callee: Callee::Ctor(Res::LibStruct(_)), .. } => {
                found.extend(self.made(step, point, dest));
            }
            StepKind::Assign(dest, Rvalue::Aggregate(Aggregate::Adt(Res::LibStruct(_), _), _)) => {
                found.extend(self.made(step, point, dest));
            }
            _ => {}
        }
    }

    /// A value that carries another into a store is made: `Extension(limits)`.
    fn made(&self, step: &Step, point: Point, dest: &Place) -> Option<StoreOp> {
        let (store, ty) = self.carried(&self.facts.model.place_ty_in(self.body, dest))?;
        Some(StoreOp { at: self.layered_on(dest), ..self.op(step, point, Way::In, store, ty) })
    }

    fn op(&self, step: &Step, point: Point, way: Way, store: StoreRole, ty: Type) -> StoreOp {
        StoreOp {
            way,
            store,
            ty,
            point,
            span: step.range.of(self.body.file),
            at: None,
            gives: None,
            derives: false,
            grows: false,
            fills: false,
            holds_store: false,
            then: Then::default(),
            call: None,
            cfg: step.cfg.clone(),
        }
    }

    /// A value that is made and put in where the store has none of its type: `get_or_insert_with`.
    fn filled(&self, taken: &StoreOp) -> StoreOp {
        StoreOp { way: Way::In, fills: true, gives: None, ..taken.clone() }
    }

    /// A value that is taken out as the parameter of a closure that gets it: `store.get::<T>().is_some_and(|it| ..)`.
    fn lent(&self, taken: &StoreOp) -> Option<StoreOp> {
        let closure = self.steps().find_map(|(_, step)| {
            let StepKind::Call { callee: Callee::Api(api), args, .. } = &step.kind else { return None };
            let lends = self.facts.knowledge.effects(*api).lends?;
            let lender = argument(self.facts.model, *api, args, lends)?;
            let is = self.defs.operand_path(lender) == taken.gives;
            args.iter().filter(|_| is).find_map(|it| self.defs.closure_of(it))
        })?;
        let param = LockPath::root(Root::Local(Some(closure), LocalId(2)));
        Some(StoreOp { gives: Some(param), ..taken.clone() })
    }

    fn call(&self, step: &Step, point: Point, api: ApiId, args: &[Operand], dest: &Place) -> Option<StoreOp> {
        let effects = self.facts.knowledge.effects(api);
        if effects.puts.is_none() && !effects.gives {
            return None;
        }
        let row = self.facts.model.library.api(api);
        let store = self.facts.knowledge.role(row.owner?)?.store?;
        let receiver = row.recv.and_then(|_| args.first());
        let at = receiver.and_then(|it| self.defs.operand_path(it));
        let result = whole_local(dest).map(|it| self.defs.local_path(it));
        let dest_ty = self.facts.model.place_ty_in(self.body, dest);
        if effects.gives {
            let ty = taken_type(&dest_ty)?;
            return Some(StoreOp { at, gives: result, ..self.op(step, point, Way::Out, store, ty) });
        }
        let value = argument(self.facts.model, api, args, ArgRef::Arg(effects.puts?))?;
        // What is not known is still a link of a chain of contexts.
        let ty = self.operand_ty(value).unwrap_or(Type::Unknown);
        // `Data<T>` goes in under its own type, and comes out as that.
        let ty = self.carried(&ty).filter(|(it, _)| it.name == store.name).map_or(ty, |(_, inner)| inner);
        let derives = row.recv == Some(SelfKind::Ref);
        let at = at.or_else(|| self.layered_on(dest));
        let holds_store = at.as_ref().is_some_and(|at| self.comes_from(value, at));
        let then = match (&at, &result) {
            _ if !derives => Then::InPlace,
            (Some(at), Some(result)) => self.then(result, at),
            _ => Then::Elsewhere,
        };
        let op = self.op(step, point, Way::In, store, ty);
        let op = StoreOp { at, gives: result, derives, holds_store, then, ..op };
        let goes_on = if derives { op.gives.as_ref() } else { op.at.as_ref() };
        let grows = self.grows(&op, op.gives.as_ref())
            || goes_on.is_some_and(|it| self.succeeds_held(value, it, point));
        Some(StoreOp { grows, ..op })
    }

    /// The place of what a layer is put around: `router.layer(Extension(limits))`.
    fn layered_on(&self, layer: &Place) -> Option<LockPath> {
        let layer = whole_local(layer)?;
        let is_layer = |it: &Operand| match it {
            Operand::Copy(place) | Operand::Move(place) => whole_local(place) == Some(layer),
            Operand::Lit(_) | Operand::Item(_) | Operand::Unit => false,
        };
        self.body.blocks.iter().flat_map(|it| &it.steps).find_map(|step| match &step.kind {
            StepKind::Call { callee: Callee::Api(api), args, .. }
                if self.facts.knowledge.effects(*api).same == Some(ArgRef::SelfArg) =>
            {
                let (receiver, rest) = args.split_first()?;
                rest.iter().any(is_layer).then(|| self.defs.operand_path(receiver))?
            }
            _ => None,
        })
    }

    /// Where a context that is made of the one in a place is afterwards.
    fn then(&self, result: &LockPath, at: &LockPath) -> Then {
        let is_put_back = self.steps().any(|(_, step)| match &step.kind {
            StepKind::Assign(to, Rvalue::Use(from)) => {
                self.defs.path(to) == *at && self.defs.operand_path(from).as_ref() == Some(result)
            }
            _ => false,
        });
        if is_put_back || result == at {
            Then::InPlace
        } else if self.defs.local_path(LocalId(0)) == *result {
            Then::Returned
        } else {
            Then::Elsewhere
        }
    }

    /// Whether what is put on each turn of a loop holds the store of the turn before. `result` is the new store, where there is one.
    fn grows(&self, op: &StoreOp, result: Option<&LockPath>) -> bool {
        let Some(at) = &op.at else { return false };
        let stays = || !op.derives || result.is_some_and(|it| self.goes_back(it, at, op.point.block));
        let in_loop = || self.in_loop(op.point.block) && self.outlives_turn(at, op.point) && stays();
        let in_fold = || result.is_some_and(|it| self.is_folded(at, it));
        op.holds_store && (in_loop() || in_fold())
    }

    /// Whether the body is a closure that gets in a place what it gave the time before, which is the result.
    fn is_folded(&self, place: &LockPath, result: &LockPath) -> bool {
        let (Some(closure), Some(outer)) = (self.body.closure, self.defs.outer) else { return false };
        let is_run_so = |step: &Step| match &step.kind {
            StepKind::Call { callee: Callee::Api(api), args, .. } => {
                self.facts.knowledge.effects(*api).folds
                    && args.iter().any(|it| outer.closure_of(it) == Some(closure))
            }
            _ => false,
        };
        self.defs.local_path(LocalId(2)) == *place
            && self.defs.local_path(LocalId(0)) == *result
            && outer.body.blocks.iter().flat_map(|it| &it.steps).any(is_run_so)
    }

    /// Whether a called function, on each turn of a loop, puts the store that it is given into itself.
    fn grows_by_call(&self, op: &StoreOp) -> bool {
        let Some(StepKind::Call { dest, .. }) = self.step_kind(op.point) else { return false };
        let result = whole_local(dest).map(|it| self.defs.local_path(it));
        match op.then {
            Then::InPlace => self.grows(&StoreOp { derives: false, ..op.clone() }, None),
            Then::Returned => self.grows(op, result.as_ref()),
            Then::Elsewhere => false,
        }
    }

    fn step_kind(&self, point: Point) -> Option<&StepKind> {
        Some(&point.step_of(self.body)?.kind)
    }

    fn in_loop(&self, block: BlockIdx) -> bool {
        self.defs.graph().leads_to(block, block)
    }

    /// Whether what stands in a place at the end of a loop's turn is there when the next one comes to a point.
    fn outlives_turn(&self, place: &LockPath, point: Point) -> bool {
        let same_body = match place.root {
            Root::Local(closure, _) => closure == self.body.closure,
            _ => true,
        };
        let begins_anew: Vec<Point> = self
            .steps()
            .filter(|(_, step)| match &step.kind {
                StepKind::Live(local) => place.root == Root::Local(self.body.closure, *local),
                StepKind::Assign(dest, Rvalue::Use(value)) => {
                    self.defs.path(dest) == *place && !self.comes_from(value, place)
                }
                StepKind::Call { dest, args, .. } => {
                    self.defs.path(dest) == *place && !args.iter().any(|it| self.comes_from(it, place))
                }
                _ => false,
            })
            .map(|(point, _)| point)
            .collect();
        same_body && self.defs.graph().leads_around(point, point, &begins_anew)
    }

    fn steps(&self) -> impl Iterator<Item = (Point, &Step)> {
        steps_of(self.body)
    }

    /// Whether a value is stored, in the same loop, in a place.
    fn goes_back(&self, value: &LockPath, place: &LockPath, block: BlockIdx) -> bool {
        value == place
            || self.body.blocks.iter().zip(0..).any(|(it, n)| {
                (BlockIdx(n) == block || self.defs.graph().leads_to(block, BlockIdx(n)))
                    && self.defs.graph().leads_to(BlockIdx(n), block)
                    && it.steps.iter().any(|step| match &step.kind {
                        StepKind::Assign(to, Rvalue::Use(from)) => {
                            self.defs.path(to) == *place
                                && self.defs.operand_path(from).as_ref() == Some(value)
                        }
                        _ => false,
                    })
            })
    }

    fn operand_ty(&self, operand: &Operand) -> Option<Type> {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => {
                Some(self.facts.model.place_ty_in(self.body, place))
            }
            Operand::Lit(_) | Operand::Item(_) | Operand::Unit => None,
        }
    }

    /// Whether a place has a type store.
    fn is_store(&self, place: &Place) -> bool {
        let ty = self.facts.model.place_ty_in(self.body, place);
        matches!(ty.peel_refs(), Type::Lib(path, _) if self.facts.knowledge.role(*path).is_some_and(|it| it.store.is_some()))
    }

    /// Whether a value is made, among other things, of what stands in a place.
    fn comes_from(&self, value: &Operand, place: &LockPath) -> bool {
        let mut open: Vec<&Place> = value.place().into_iter().collect();
        let mut n = 0;
        while let Some(from) = open.pop() {
            n += 1;
            if n > MAX_FOLLOWED {
                return false;
            }
            if self.defs.path(from) == *place {
                return true;
            }
            let Some(local) = whole_local(from) else { continue };
            match self.defs.def(local) {
                Def::Assign(Rvalue::Use(it) | Rvalue::Cast(it)) => open.extend(it.place()),
                Def::Assign(Rvalue::Aggregate(_, parts)) => {
                    open.extend(parts.iter().filter_map(Operand::place))
                }
                Def::Assign(Rvalue::Ref(_, of) | Rvalue::LibDeref(_, of)) => {
                    if self.defs.path(of) == *place {
                        return true;
                    }
                    // A clone of the store is cloned again.
                    open.extend(Some(of).filter(|it| self.is_store(it)));
                }
                Def::Call(_, args, _) => open.extend(args.iter().filter_map(Operand::place)),
                Def::Assign(_) | Def::Await(_) | Def::Many | Def::None => {}
            }
        }
        false
    }
}

/// Two values of one type that go into one store, the second over the first: by their numbers in [`BodyFacts::stores`].
pub(super) fn replaced(graph: &Graph, ops: &[StoreOp]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (n, first) in ops.iter().enumerate() {
        for (m, second) in ops.iter().enumerate() {
            let both_in = n != m && first.way == Way::In && second.way == Way::In && !second.fills;
            if both_in
                && first.ty == second.ty
                && first.store.name == second.store.name
                && first.cfg.is_compatible(&second.cfg)
                && comes_before(graph, first, second)
                && same_store(ops, first, second)
                && !taken_between(graph, ops, first, second)
            {
                found.push((n, m));
            }
        }
    }
    found
}

/// Whether a path leads from one to the other; around a loop, only as they are written.
fn comes_before(graph: &Graph, first: &StoreOp, second: &StoreOp) -> bool {
    let (a, b) = (first.point, second.point);
    if a.block == b.block {
        return a.step < b.step;
    }
    graph.leads_to(a.block, b.block) && (!graph.leads_to(b.block, a.block) || first.span < second.span)
}

/// Whether two values go into the same store, or into a context and one that is made of it.
fn same_store(ops: &[StoreOp], first: &StoreOp, second: &StoreOp) -> bool {
    let (Some(a), Some(mut b)) = (&first.at, second.at.as_ref()) else { return false };
    if !first.derives {
        return !second.derives && a.same_as(b);
    }
    for _ in 0..MAX_CALLS {
        if first.gives.as_ref().is_some_and(|it| it.same_as(b)) {
            return true;
        }
        let made_by = ops.iter().find(|it| it.derives && it.gives.as_ref() == Some(b));
        let Some(before) = made_by.and_then(|it| it.at.as_ref()) else { return false };
        b = before;
    }
    false
}

/// Whether the first value is looked for, or taken out, before the second goes in.
fn taken_between(graph: &Graph, ops: &[StoreOp], first: &StoreOp, second: &StoreOp) -> bool {
    ops.iter().any(|it| {
        it.way == Way::Out
            && it.ty == first.ty
            && it.store.name == first.store.name
            && comes_before(graph, first, it)
            && comes_before(graph, it, second)
    })
}

/// The type of what `Option<&T>`, `&mut T`, `Result<&T, E>` or `Option<T>` gives.
fn taken_type(ty: &Type) -> Option<Type> {
    match ty {
        Type::Ref(_, inner) => taken_type(inner),
        Type::Lib(path, args) if matches!(path.as_str(), "std::option::Option" | "std::result::Result") => {
            Some(args.first()?.peel_refs().clone())
        }
        Type::Unknown => None,
        other => Some(other.clone()),
    }
}
