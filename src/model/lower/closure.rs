//! Closures and async blocks: bodies of their own, with the places of this body that they capture.
//!
//! The body is lowered first, with a stand-in for each outer variable; what it does with the stand-ins decides what is captured and
//! how (edition 2021 and later: disjoint places, cut at a dereference where the place is taken by value). Source: the Rust
//! reference, "Closure types: capture modes, capture precision".

use super::{Builder, Var};
use crate::model::body::{
    Body, BodyFlavor, Capture, CaptureBy, Lives, LocalId, LocalKind, Operand, Place, PlaceBase, Proj, Rvalue,
    StepKind, Terminator, Test,
};
use crate::model::types::{ClosureId, Mutability, Type};
use crate::syntax::{BlockId, ExprId, Name, PatId};

/// A place of an outer variable that a body uses.
#[derive(Debug, Clone)]
struct Used {
    stand_in: LocalId,
    proj: Vec<Proj>,
    by: CaptureBy,
}

impl Builder<'_> {
    pub(super) fn closure(
        &mut self,
        dest: Place,
        expr: ExprId,
        params: &[PatId],
        body: ExprId,
        by_move: bool,
        is_async: bool,
    ) {
        let ret = match self.ty(expr) {
            Type::Closure(_, types) => types.last().cloned().unwrap_or(Type::Unknown),
            _ => self.ty(body),
        };
        let mut inner = self.inner(expr, ret);
        let scope = inner.push_scope(Lives::Scope);
        inner.schedule(scope, LocalId(1));
        inner.params(params, scope);
        inner.value(body);
        let flavor = if is_async { BodyFlavor::AsyncClosure } else { BodyFlavor::Closure };
        let (body, upvars) = inner.into_body(flavor, Some(ClosureId(expr.0)), self.tree.arena[expr].range);
        self.capture(dest, expr, body, upvars, by_move);
    }

    pub(super) fn async_block(&mut self, dest: Place, expr: ExprId, block: BlockId, by_move: bool) {
        let output = match self.ty(expr) {
            Type::Future(_, output) => (*output).clone(),
            _ => Type::Unknown,
        };
        let mut inner = self.inner(expr, output);
        let scope = inner.push_scope(Lives::Scope);
        inner.schedule(scope, LocalId(1));
        inner.terminating(Lives::Tail, |cx| cx.block(Place::local(LocalId(0)), block));
        let range = self.tree.arena[expr].range;
        let (body, upvars) = inner.into_body(BodyFlavor::AsyncBlock, Some(ClosureId(expr.0)), range);
        self.capture(dest, expr, body, upvars, by_move);
    }

    /// A builder for a body inside this one: local 0 is its result, local 1 the closure itself.
    fn inner(&self, expr: ExprId, ret: Type) -> Self {
        let range = self.tree.arena[expr].range;
        let mut inner = Builder::new(self.model, self.tree, self.typing, self.edition, self.owner);
        inner.outer_types = self.outer_types.clone();
        if let Some(Place { base: PlaceBase::Local(local), proj }) = self.vars.get(&Var::SelfValue)
            && proj.is_empty()
            && let Some(local) = self.locals.get(local.0 as usize)
        {
            inner.outer_types.insert(Var::SelfValue, local.ty.clone());
        }
        inner.cfg = self.cfg.clone();
        inner.n_steps = self.n_steps;
        inner.new_local(None, ret, range, LocalKind::Return, Lives::Scope);
        inner.new_local(None, self.ty(expr), range, LocalKind::Param, Lives::Scope);
        inner.n_params = 1;
        inner
    }

    /// Decides what `body` captures, rewrites its stand-ins to fields of the closure, and makes the closure in `dest`.
    fn capture(
        &mut self,
        dest: Place,
        expr: ExprId,
        mut body: Body,
        upvars: Vec<(Var, LocalId)>,
        by_move: bool,
    ) {
        let range = self.tree.arena[expr].range;
        self.n_steps += body.blocks.iter().map(|it| it.steps.len()).sum::<usize>();
        let stand_ins: Vec<LocalId> = upvars.iter().map(|&(_, local)| local).collect();
        let mut used = uses(&body, &stand_ins);
        for it in &mut used {
            self.cut_to_capture(it, by_move);
        }
        let captured = ancestors(used);
        let mut operands = Vec::new();
        for it in &captured {
            let Some(&(var, _)) = upvars.iter().find(|(_, local)| *local == it.stand_in) else { continue };
            let mut place = self.var(var);
            place.proj.extend(it.proj.iter().cloned());
            let ty = self.capture_ty(&body, it);
            operands.push(match it.by {
                CaptureBy::Value => self.consume(place.clone(), &ty),
                CaptureBy::Ref(mutability) => self.borrow(place.clone(), mutability, range),
            });
            body.captures.push(Capture { place, by: it.by, ty });
        }
        each_place_mut(&mut body, &mut |place| rewrite(place, &captured));
        self.children.push(body);
        self.assign(dest, Rvalue::Closure(ClosureId(expr.0), operands), range);
    }

    /// The type of a captured place; that of the whole variable where a field's is not known.
    fn capture_ty(&self, body: &Body, used: &Used) -> Type {
        let place = Place { base: PlaceBase::Local(used.stand_in), proj: used.proj.clone() };
        self.model.place_ty(&body.locals, &place)
    }

    /// Shortens a used place to what is captured for it.
    fn cut_to_capture(&self, used: &mut Used, by_move: bool) {
        if by_move {
            used.by = CaptureBy::Value;
        }
        let precise = self.edition >= 2021;
        let by_value = used.by == CaptureBy::Value;
        let end = used.proj.iter().position(|step| match step {
            Proj::Field(_) => !precise,
            Proj::Deref => !precise || by_value,
            Proj::Variant(_) | Proj::Index(_) => true,
        });
        if let Some(end) = end {
            used.proj.truncate(end);
        }
    }
}

/// Every use of a stand-in in the body's own steps.
fn uses(body: &Body, stand_ins: &[LocalId]) -> Vec<Used> {
    let mut found = Vec::new();
    let mut add = |place: &Place, by: CaptureBy| {
        if let PlaceBase::Local(local) = place.base
            && stand_ins.contains(&local)
        {
            found.push(Used { stand_in: local, proj: place.proj.clone(), by });
        }
    };
    let shared = CaptureBy::Ref(Mutability::Shared);
    let exclusive = CaptureBy::Ref(Mutability::Mut);
    fn operand(it: &Operand, add: &mut impl FnMut(&Place, CaptureBy)) {
        match it {
            Operand::Copy(place) => add(place, CaptureBy::Ref(Mutability::Shared)),
            Operand::Move(place) => add(place, CaptureBy::Value),
            Operand::Lit(_) | Operand::Item(_) | Operand::Unit => {}
        }
    }
    for block in &body.blocks {
        for step in &block.steps {
            match &step.kind {
                StepKind::Assign(dest, value) => {
                    add(dest, exclusive);
                    value.operands().for_each(|it| operand(it, &mut add));
                    match value {
                        Rvalue::Ref(mutability, place) | Rvalue::LibDeref(mutability, place) => {
                            add(place, CaptureBy::Ref(*mutability));
                        }
                        Rvalue::RawRef(place) | Rvalue::NextOf(place) => add(place, exclusive),
                        _ => {}
                    }
                }
                StepKind::Call { dest, func, args, .. } => {
                    add(dest, exclusive);
                    func.iter().chain(args).for_each(|it| operand(it, &mut add));
                }
                StepKind::Await { dest, future, .. } => {
                    add(dest, exclusive);
                    add(future, CaptureBy::Value);
                }
                StepKind::Drop(place) => add(place, exclusive),
                StepKind::Live(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => {}
            }
        }
        if let Some(Terminator::Switch { tests, .. }) = &block.end {
            for (test, _) in tests {
                match test {
                    Test::True(it) | Test::False(it) => operand(it, &mut add),
                    Test::Variant(place, _) | Test::Equals(place, _) | Test::Within(place) => {
                        add(place, shared)
                    }
                    Test::Next(place) => add(place, exclusive),
                    Test::Maybe => {}
                }
            }
        }
    }
    found
}

/// Joins uses where one place is a part of another, with the strongest mode.
fn ancestors(used: Vec<Used>) -> Vec<Used> {
    let mut out: Vec<Used> = Vec::new();
    for it in used {
        let related = |other: &Used| {
            let shorter = it.proj.len().min(other.proj.len());
            other.stand_in == it.stand_in && other.proj[..shorter] == it.proj[..shorter]
        };
        let mut joined = it.clone();
        let mut at = None;
        let mut index = 0;
        while let Some(other) = out.get(index) {
            if !related(other) {
                index += 1;
                continue;
            }
            if other.proj.len() < joined.proj.len() {
                joined.proj = other.proj.clone();
            }
            joined.by = stronger(joined.by, other.by);
            out.remove(index);
            at.get_or_insert(index);
        }
        out.insert(at.unwrap_or(out.len()), joined);
    }
    out
}

fn stronger(a: CaptureBy, b: CaptureBy) -> CaptureBy {
    match (a, b) {
        (CaptureBy::Value, _) | (_, CaptureBy::Value) => CaptureBy::Value,
        (CaptureBy::Ref(Mutability::Mut), _) | (_, CaptureBy::Ref(Mutability::Mut)) => {
            CaptureBy::Ref(Mutability::Mut)
        }
        (CaptureBy::Ref(Mutability::Shared), CaptureBy::Ref(Mutability::Shared)) => a,
    }
}

/// A stand-in's place as a field of the closure.
fn rewrite(place: &mut Place, captured: &[Used]) {
    let PlaceBase::Local(local) = place.base else { return };
    for (n, it) in captured.iter().enumerate() {
        if it.stand_in == local && place.proj.starts_with(&it.proj) {
            let mut proj = vec![Proj::Field(Name::from(&n.to_string()))];
            if matches!(it.by, CaptureBy::Ref(_)) {
                proj.push(Proj::Deref);
            }
            proj.extend(place.proj.iter().skip(it.proj.len()).cloned());
            *place = Place { base: PlaceBase::Local(LocalId(1)), proj };
            return;
        }
    }
}

/// Visits every place of a body, and those that its children capture from it.
fn each_place_mut(body: &mut Body, f: &mut impl FnMut(&mut Place)) {
    fn operand(it: &mut Operand, f: &mut impl FnMut(&mut Place)) {
        match it {
            Operand::Copy(place) | Operand::Move(place) => f(place),
            Operand::Lit(_) | Operand::Item(_) | Operand::Unit => {}
        }
    }
    fn value(it: &mut Rvalue, f: &mut impl FnMut(&mut Place)) {
        match it {
            Rvalue::Use(it) | Rvalue::Unary(_, it) | Rvalue::Cast(it) => operand(it, f),
            Rvalue::Binary(_, left, right) => {
                operand(left, f);
                operand(right, f);
            }
            Rvalue::Aggregate(_, all) | Rvalue::Closure(_, all) | Rvalue::FormatArgs(all) => {
                all.iter_mut().for_each(|it| operand(it, f));
            }
            Rvalue::Ref(_, place)
            | Rvalue::RawRef(place)
            | Rvalue::LibDeref(_, place)
            | Rvalue::NextOf(place) => {
                f(place);
            }
            Rvalue::Unknown => {}
        }
    }
    for block in &mut body.blocks {
        for step in &mut block.steps {
            match &mut step.kind {
                StepKind::Assign(dest, it) => {
                    f(dest);
                    value(it, f);
                }
                StepKind::Call { dest, func, args, .. } => {
                    f(dest);
                    func.iter_mut().chain(args).for_each(|it| operand(it, f));
                }
                StepKind::Drop(place) => f(place),
                StepKind::Await { dest, future, .. } => {
                    f(dest);
                    f(future);
                }
                StepKind::Live(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => {}
            }
        }
        if let Some(Terminator::Switch { tests, .. }) = &mut block.end {
            for (test, _) in tests {
                match test {
                    Test::True(it) | Test::False(it) => operand(it, f),
                    Test::Variant(place, _)
                    | Test::Equals(place, _)
                    | Test::Within(place)
                    | Test::Next(place) => f(place),
                    Test::Maybe => {}
                }
            }
        }
    }
    for child in &mut body.children {
        child.captures.iter_mut().for_each(|it| f(&mut it.place));
    }
}
