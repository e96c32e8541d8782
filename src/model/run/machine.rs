//! The machine: frames, steps, calls and drops.

use super::future::Future;
use super::store::Store;
use super::{Code, Part, Pointer, Record, Stop, Value, World};
use crate::model::body::{
    Aggregate, Body, BodyFlavor, BodyOwner, IndexBy, LocalId, Operand, Place, PlaceBase, Proj, Rvalue,
    StepKind, Terminator, Test,
};
use crate::model::items::StaticId;
use crate::model::types::{ClosureId, FnId};
use crate::model::typing::{Callee, Res};
use crate::syntax::{BinOp, Lit, Name, UnOp};
use rustc_hash::FxHashMap;

/// Steps beyond which a run is given up.
const MAX_STEPS: u32 = 200_000;
/// Calls inside each other beyond which a run is given up.
const MAX_DEPTH: u32 = 60;

/// Runs bodies in a world.
pub struct Machine<'w> {
    world: &'w dyn World,
    store: Store,
    statics: FxHashMap<StaticId, Pointer>,
    steps: u32,
    depth: u32,
}

/// One body being run.
#[derive(Debug)]
pub struct Frame {
    code: Code,
    locals: Vec<Pointer>,
    /// When each local last got a whole value.
    set: Vec<u32>,
    block: usize,
    step: usize,
    /// What a [`Test::Next`] found, for the [`Rvalue::NextOf`] that follows.
    next: Option<Value>,
    /// Local 1 is a closure that was called by reference: it is not this body's to drop.
    borrowed: bool,
}

/// How a frame came to rest.
pub(super) enum Exit {
    Returned(Value),
    Pending,
}

impl Frame {
    /// The places of locals that were set, the youngest first.
    pub(super) fn by_age(&self) -> Vec<Pointer> {
        let mut all: Vec<(u32, &Pointer)> =
            self.set.iter().copied().zip(&self.locals).filter(|(at, _)| *at > 0).collect();
        all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        all.into_iter().map(|(_, it)| it.clone()).collect()
    }
}

/// What to do after a step.
enum Flow {
    On,
    Pending,
}

impl<'w> Machine<'w> {
    /// Makes a machine with nothing in it.
    pub fn new(world: &'w dyn World) -> Self {
        Machine { world, store: Store::default(), statics: FxHashMap::default(), steps: 0, depth: 0 }
    }

    pub(super) fn world(&self) -> &'w dyn World {
        self.world
    }

    /// Puts a value into a new cell.
    pub fn alloc(&mut self, value: Value) -> Pointer {
        self.store.alloc(value)
    }

    /// What stands in a place.
    pub fn slot(&mut self, at: &Pointer) -> Result<&mut Value, Stop> {
        self.store.slot(at)
    }

    /// Goes through references and boxes that stand in a place, to what they lead to.
    pub fn follow(&mut self, mut at: Pointer) -> Result<Pointer, Stop> {
        // References lead to older cells or into themselves through a box; a cycle would be a defect of the lowering.
        for _ in 0..MAX_DEPTH {
            at = match self.slot(&at)? {
                Value::Ref(to) => to.clone(),
                Value::Own(_) => at.part(Part::Inside),
                _ => return Ok(at),
            };
        }
        Err(Stop::unknown("references in a circle"))
    }

    /// Calls a function of the program.
    pub fn call_fn(&mut self, id: FnId, args: Vec<Value>) -> Result<Value, Stop> {
        let body =
            self.world.body(BodyOwner::Fn(id)).ok_or_else(|| Stop::unknown("a function without a body"))?;
        self.enter(Code::of(body), args, false)
    }

    /// Calls a closure or function that is given by value; it is gone afterwards.
    pub fn call_once(&mut self, func: Value, args: Vec<Value>) -> Result<Value, Stop> {
        match func {
            Value::Closure(code, captures) => {
                let this = Value::Closure(code.clone(), captures);
                self.enter(code, std::iter::once(this).chain(args).collect(), false)
            }
            Value::Function(res) => self.call_res(&res, args),
            Value::Ref(at) => self.call_at(&at, args),
            Value::Own(inner) => self.call_once(*inner, args),
            other => Err(Stop::unknown(format!("calls {}", other.kind()))),
        }
    }

    /// Calls a closure or function that stands in a place, by reference.
    pub fn call_at(&mut self, at: &Pointer, args: Vec<Value>) -> Result<Value, Stop> {
        let at = self.follow(at.clone())?;
        let code = match self.slot(&at)? {
            Value::Closure(code, _) => code.clone(),
            Value::Function(res) => {
                let res = res.clone();
                return self.call_res(&res, args);
            }
            other => return Err(Stop::unknown(format!("calls {}", other.kind()))),
        };
        self.enter(code, std::iter::once(Value::Ref(at)).chain(args).collect(), true)
    }

    fn call_res(&mut self, res: &Res, args: Vec<Value>) -> Result<Value, Stop> {
        match res {
            Res::Fn(id) => self.call_fn(*id, args),
            Res::Struct(_) | Res::Variant(..) | Res::LibVariant(..) | Res::LibStruct(_) => {
                let names = (0..args.len()).map(|n| Name::from(&n.to_string())).collect::<Vec<_>>();
                Ok(self.construct(res, &names, args))
            }
            Res::Api(id) => self.call_library(&Callee::Api(*id), args),
            Res::Local(_) | Res::SelfValue | Res::Static(_) | Res::Lib(_) | Res::Unknown => {
                Err(Stop::unknown(format!("calls {res:?}")))
            }
        }
    }

    fn call_library(&mut self, callee: &Callee, mut args: Vec<Value>) -> Result<Value, Stop> {
        let value = self.world.call(self, callee, &mut args)?;
        args.into_iter().rev().try_for_each(|arg| self.drop_value(arg))?;
        Ok(value)
    }

    fn enter(&mut self, code: Code, args: Vec<Value>, borrowed: bool) -> Result<Value, Stop> {
        let flavor = code.body().ok_or_else(|| Stop::unknown("no such body"))?.kind;
        match flavor {
            BodyFlavor::AsyncFn => return Ok(Value::Future(Box::new(Future::Fresh(code, args)))),
            BodyFlavor::AsyncClosure | BodyFlavor::AsyncBlock => {
                return Err(Stop::unknown("calls an async closure"));
            }
            BodyFlavor::Fn | BodyFlavor::Closure | BodyFlavor::Initialiser => {}
        }
        let mut frame = self.frame(code, args)?;
        if borrowed
            && let Some(this) = frame.locals.get_mut(1)
            && let Value::Ref(to) = self.store.slot(this)?
        {
            *this = to.clone();
            frame.borrowed = true;
        }
        match self.run_frame(&mut frame)? {
            Exit::Returned(value) => Ok(value),
            Exit::Pending => Err(Stop::unknown("an await outside a future")),
        }
    }

    /// A frame with its parameters set.
    pub(super) fn frame(&mut self, code: Code, args: Vec<Value>) -> Result<Frame, Stop> {
        let body = code.body().ok_or_else(|| Stop::unknown("no such body"))?;
        if body.cut {
            return Err(Stop::unknown("a body over the bound"));
        }
        if args.len() != body.n_params as usize {
            return Err(Stop::unknown(format!("{} arguments for {} parameters", args.len(), body.n_params)));
        }
        let n = body.locals.len();
        let mut args = args.into_iter();
        let mut locals = vec![self.store.alloc(Value::Gone)];
        let mut set = vec![0];
        for at in 1..n {
            let arg = args.next();
            set.push(if arg.is_some() { at as u32 } else { 0 });
            locals.push(self.store.alloc(arg.unwrap_or_default()));
        }
        // Later values are younger than the parameters.
        self.steps = self.steps.max(n as u32);
        Ok(Frame { code, locals, set, block: 0, step: 0, next: None, borrowed: false })
    }

    pub(super) fn run_frame(&mut self, frame: &mut Frame) -> Result<Exit, Stop> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Stop::unknown("calls too deep"));
        }
        let code = frame.code.clone();
        let body = code.body().ok_or_else(|| Stop::unknown("no such body"))?;
        let exit = self.run_body(frame, body);
        self.depth -= 1;
        exit
    }

    fn run_body(&mut self, frame: &mut Frame, body: &Body) -> Result<Exit, Stop> {
        loop {
            let block = body.blocks.get(frame.block).ok_or_else(|| Stop::unknown("no such block"))?;
            while let Some(step) = block.steps.get(frame.step) {
                self.steps += 1;
                if self.steps > MAX_STEPS {
                    return Err(Stop::unknown("too many steps"));
                }
                match self.step(frame, body, &step.kind)? {
                    Flow::On => frame.step += 1,
                    Flow::Pending => return Ok(Exit::Pending),
                }
            }
            frame.step = 0;
            frame.block = match &block.end {
                Some(Terminator::Goto(to)) => to.0 as usize,
                Some(Terminator::Switch { tests, otherwise, .. }) => {
                    let mut target = *otherwise;
                    for (test, to) in tests {
                        if self.test(frame, test)? {
                            target = Some(*to);
                            break;
                        }
                    }
                    target.ok_or_else(|| Stop::unknown("no branch to take"))?.0 as usize
                }
                Some(Terminator::Return) => {
                    let result = self.local(frame, LocalId(0))?;
                    let value = self.slot(&result)?.take();
                    return Ok(Exit::Returned(if matches!(value, Value::Gone) {
                        Value::unit()
                    } else {
                        value
                    }));
                }
                // After a call that never returns, or the arms of an exhaustive `match`.
                Some(Terminator::Unreachable) => return Err(Stop::Panic),
                None => return Err(Stop::unknown("a block without an end")),
            };
        }
    }

    fn step(&mut self, frame: &mut Frame, body: &Body, step: &StepKind) -> Result<Flow, Stop> {
        match step {
            StepKind::Assign(dest, value) => {
                let value = self.rvalue(frame, body, value)?;
                self.store_in(frame, dest, value)?;
            }
            StepKind::Call { dest, callee, func, args, .. } => {
                let func = match func {
                    Some(func) => Some(self.callee(frame, func)?),
                    None => None,
                };
                let args = args.iter().map(|it| self.operand(frame, it)).collect::<Result<Vec<_>, _>>()?;
                let value = match (callee, func) {
                    (Callee::Fn(id), _) => self.call_fn(*id, args)?,
                    (Callee::Ctor(res), _) => self.call_res(res, args)?,
                    (Callee::Value, Some(Called::Value(func))) => self.call_once(func, args)?,
                    (Callee::Value, Some(Called::At(at))) => self.call_at(&at, args)?,
                    (Callee::Value, None) => return Err(Stop::unknown("a call of no value")),
                    (Callee::Api(_) | Callee::TraitFn { .. } | Callee::Unknown(_), _) => {
                        self.call_library(callee, args)?
                    }
                };
                self.store_in(frame, dest, value)?;
            }
            StepKind::Drop(place) => self.drop_place(frame, place)?,
            StepKind::Live(local) => {
                let cell = self.store.alloc(Value::Gone);
                if let Some(at) = frame.locals.get_mut(local.0 as usize) {
                    *at = cell;
                }
            }
            StepKind::Dead(_) => {}
            StepKind::Await { dest, future, .. } => {
                let at = self.resolve(frame, future)?;
                let Some(value) = self.poll(&at)? else { return Ok(Flow::Pending) };
                self.store_in(frame, dest, value)?;
            }
            StepKind::Opaque { .. } => return Err(Stop::unknown("an opaque macro")),
        }
        Ok(Flow::On)
    }

    fn store_in(&mut self, frame: &mut Frame, dest: &Place, value: Value) -> Result<(), Stop> {
        if let (PlaceBase::Local(local), true) = (dest.base, dest.proj.is_empty())
            && let Some(set) = frame.set.get_mut(local.0 as usize)
        {
            *set = self.steps.max(1);
        }
        let at = self.resolve(frame, dest)?;
        *self.slot(&at)? = value;
        Ok(())
    }

    fn local(&self, frame: &Frame, local: LocalId) -> Result<Pointer, Stop> {
        frame.locals.get(local.0 as usize).cloned().ok_or_else(|| Stop::unknown("no such local"))
    }

    /// Where a place is.
    fn resolve(&mut self, frame: &Frame, place: &Place) -> Result<Pointer, Stop> {
        let mut at = match place.base {
            PlaceBase::Local(local) => self.local(frame, local)?,
            PlaceBase::Static(id) => self.static_(id)?,
            PlaceBase::Lib(name) => return Err(Stop::unknown(format!("the static {name}"))),
        };
        for step in &place.proj {
            at = self.project(frame, at, step)?;
        }
        Ok(at)
    }

    fn project(&mut self, frame: &Frame, at: Pointer, step: &Proj) -> Result<Pointer, Stop> {
        let index = match step {
            Proj::Index(IndexBy::Literal(n)) => usize::try_from(*n).ok(),
            Proj::Index(IndexBy::Local(local)) => {
                let local = self.local(frame, *local)?;
                match self.slot(&local)? {
                    Value::Int(n) => usize::try_from(*n).ok(),
                    _ => None,
                }
            }
            Proj::Index(IndexBy::Other) | Proj::Deref | Proj::Field(_) | Proj::Variant(_) => None,
        };
        let value = self.slot(&at)?;
        let kind = value.kind();
        match (step, value) {
            (Proj::Deref, Value::Ref(to)) => Ok(to.clone()),
            (Proj::Deref, Value::Own(_)) => Ok(at.part(Part::Inside)),
            (Proj::Field(name), Value::Record(record)) => {
                match record.fields.iter().position(|(it, _)| it == name) {
                    Some(n) => Ok(at.part(Part::Field(n))),
                    None => Err(Stop::unknown(format!("no field {name} in a record"))),
                }
            }
            (Proj::Field(name), Value::Closure(..)) => match name.parse() {
                Ok(n) => Ok(at.part(Part::Capture(n))),
                Err(_) => Err(Stop::unknown("a capture by name")),
            },
            (Proj::Variant(name), Value::Record(record)) if record.variant == Some(*name) => Ok(at),
            (Proj::Index(_), Value::List(items)) => match index {
                Some(n) if n < items.len() => Ok(at.part(Part::Item(n))),
                Some(_) => Err(Stop::Panic),
                None => Err(Stop::unknown("an index that is not known")),
            },
            _ => Err(Stop::unknown(format!("{step:?} of {kind}"))),
        }
    }

    fn static_(&mut self, id: StaticId) -> Result<Pointer, Stop> {
        if let Some(at) = self.statics.get(&id) {
            return Ok(at.clone());
        }
        let value = self.constant(id)?;
        let at = self.store.alloc(value);
        self.statics.insert(id, at.clone());
        Ok(at)
    }

    fn constant(&mut self, id: StaticId) -> Result<Value, Stop> {
        let body =
            self.world.body(BodyOwner::Static(id)).ok_or_else(|| Stop::unknown("a static without a body"))?;
        self.enter(Code::of(body), Vec::new(), false)
    }

    fn operand(&mut self, frame: &Frame, operand: &Operand) -> Result<Value, Stop> {
        match operand {
            Operand::Copy(place) => {
                let at = self.resolve(frame, place)?;
                let value = self.slot(&at)?;
                value.copied().ok_or_else(|| Stop::unknown(format!("copies {}", value.kind())))
            }
            Operand::Move(place) => {
                let at = self.resolve(frame, place)?;
                match self.slot(&at)? {
                    Value::Gone => Err(Stop::unknown("moves out of an empty place")),
                    value => Ok(value.take()),
                }
            }
            Operand::Lit(lit) => Ok(literal(lit)),
            Operand::Item(res) => self.item(res),
            Operand::Unit => Ok(Value::unit()),
        }
    }

    fn item(&mut self, res: &Res) -> Result<Value, Stop> {
        match res {
            Res::Static(id) => self.constant(*id),
            Res::Variant(..) | Res::LibVariant(..) | Res::Struct(_) | Res::LibStruct(_) => {
                let unit = self.world.fields(res).is_some_and(|fields| fields.is_empty());
                if unit { Ok(self.construct(res, &[], Vec::new())) } else { Ok(Value::Function(res.clone())) }
            }
            Res::Fn(_) | Res::Api(_) => Ok(Value::Function(res.clone())),
            Res::Local(_) | Res::SelfValue | Res::Lib(_) | Res::Unknown => Ok(Value::Unknown),
        }
    }

    fn callee(&mut self, frame: &Frame, func: &Operand) -> Result<Called, Stop> {
        match func {
            Operand::Copy(place) => Ok(Called::At(self.resolve(frame, place)?)),
            Operand::Move(_) | Operand::Lit(_) | Operand::Item(_) | Operand::Unit => {
                Ok(Called::Value(self.operand(frame, func)?))
            }
        }
    }

    fn rvalue(&mut self, frame: &mut Frame, body: &Body, value: &Rvalue) -> Result<Value, Stop> {
        match value {
            Rvalue::Use(it) | Rvalue::Cast(it) => match self.operand(frame, it)? {
                // `bool as u32`.
                Value::Bool(it) if matches!(value, Rvalue::Cast(_)) => Ok(Value::Int(it.into())),
                value => Ok(value),
            },
            Rvalue::Ref(_, place) | Rvalue::RawRef(place) => Ok(Value::Ref(self.resolve(frame, place)?)),
            Rvalue::LibDeref(_, place) => {
                let at = self.resolve(frame, place)?;
                Ok(Value::Ref(self.world.deref(self, at)?))
            }
            Rvalue::NextOf(_) => frame.next.take().ok_or_else(|| Stop::unknown("no next element was found")),
            Rvalue::Aggregate(what, parts) => {
                let parts = parts.iter().map(|it| self.operand(frame, it)).collect::<Result<Vec<_>, _>>()?;
                Ok(match what {
                    Aggregate::Tuple => Value::tuple(parts),
                    Aggregate::Array => Value::List(parts),
                    Aggregate::Range => Value::variant("Range", parts),
                    Aggregate::Adt(res, names) => self.construct(res, names, parts),
                })
            }
            Rvalue::Binary(op, left, right) => self.binary(frame, *op, left, right),
            Rvalue::Unary(op, it) => match (op, self.operand(frame, it)?) {
                (UnOp::Not, Value::Bool(it)) => Ok(Value::Bool(!it)),
                (UnOp::Neg, Value::Int(it)) => Ok(Value::Int(it.wrapping_neg())),
                (op, it) => Err(Stop::unknown(format!("{op:?} of {}", it.kind()))),
            },
            Rvalue::Closure(id, captures) => {
                let captures =
                    captures.iter().map(|it| self.operand(frame, it)).collect::<Result<Vec<_>, _>>()?;
                make_closure(frame, body, *id, captures)
            }
            Rvalue::FormatArgs(parts) => {
                let parts = parts.iter().map(|it| self.operand(frame, it)).collect::<Result<Vec<_>, _>>()?;
                Ok(Value::variant("Arguments", parts))
            }
            Rvalue::Unknown => Ok(Value::Unknown),
        }
    }

    /// A struct or variant, with its fields in the order of their declaration.
    fn construct(&mut self, res: &Res, names: &[Name], parts: Vec<Value>) -> Value {
        let mut fields: Vec<(Name, Value)> = names.iter().copied().zip(parts).collect();
        if let Some(order) = self.world.fields(res) {
            fields.sort_by_key(|(name, _)| order.iter().position(|it| it == name));
        }
        Value::Record(Record { variant: self.world.variant(res), fields })
    }

    fn binary(&mut self, frame: &Frame, op: BinOp, left: &Operand, right: &Operand) -> Result<Value, Stop> {
        let left = self.looked_at(frame, left)?;
        let right = self.looked_at(frame, right)?;
        match (op, &left, &right) {
            (BinOp::Add, Value::Int(a), Value::Int(b)) => Ok(Value::Int(a.wrapping_add(*b))),
            (BinOp::Sub, Value::Int(a), Value::Int(b)) => Ok(Value::Int(a.wrapping_sub(*b))),
            (BinOp::Mul, Value::Int(a), Value::Int(b)) => Ok(Value::Int(a.wrapping_mul(*b))),
            (BinOp::BitAnd, Value::Int(a), Value::Int(b)) => Ok(Value::Int(a & b)),
            (BinOp::BitOr, Value::Int(a), Value::Int(b)) => Ok(Value::Int(a | b)),
            (BinOp::BitXor, Value::Int(a), Value::Int(b)) => Ok(Value::Int(a ^ b)),
            (BinOp::Eq, Value::Int(a), Value::Int(b)) => Ok(Value::Bool(a == b)),
            (BinOp::Ne, Value::Int(a), Value::Int(b)) => Ok(Value::Bool(a != b)),
            (BinOp::Lt, Value::Int(a), Value::Int(b)) => Ok(Value::Bool(a < b)),
            (BinOp::Le, Value::Int(a), Value::Int(b)) => Ok(Value::Bool(a <= b)),
            (BinOp::Gt, Value::Int(a), Value::Int(b)) => Ok(Value::Bool(a > b)),
            (BinOp::Ge, Value::Int(a), Value::Int(b)) => Ok(Value::Bool(a >= b)),
            (BinOp::BitAnd, Value::Bool(a), Value::Bool(b)) => Ok(Value::Bool(*a & *b)),
            (BinOp::BitOr, Value::Bool(a), Value::Bool(b)) => Ok(Value::Bool(*a | *b)),
            (BinOp::BitXor | BinOp::Ne, Value::Bool(a), Value::Bool(b)) => Ok(Value::Bool(a != b)),
            (BinOp::Eq, Value::Bool(a), Value::Bool(b)) => Ok(Value::Bool(a == b)),
            _ => self.world.operator(op, &left, &right),
        }
    }

    /// A value that is only looked at: a copy where there can be one, through references; else it stays unknown.
    fn looked_at(&mut self, frame: &Frame, operand: &Operand) -> Result<Value, Stop> {
        let value = match operand {
            Operand::Copy(place) => {
                let at = self.resolve(frame, place)?;
                Value::Ref(at)
            }
            Operand::Move(_) | Operand::Lit(_) | Operand::Item(_) | Operand::Unit => {
                self.operand(frame, operand)?
            }
        };
        let Value::Ref(at) = value else { return Ok(value) };
        let at = self.follow(at)?;
        Ok(self.slot(&at)?.copied().unwrap_or(Value::Unknown))
    }

    fn test(&mut self, frame: &mut Frame, test: &Test) -> Result<bool, Stop> {
        match test {
            Test::True(it) | Test::False(it) => match self.operand(frame, it)? {
                Value::Bool(it) => Ok(it == matches!(test, Test::True(_))),
                other => Err(Stop::unknown(format!("decides by {}", other.kind()))),
            },
            Test::Variant(place, name) => {
                let at = self.resolve(frame, place)?;
                match self.slot(&at)? {
                    Value::Record(Record { variant: Some(it), .. }) => Ok(it == name),
                    other => Err(Stop::unknown(format!("asks for the variant of {}", other.kind()))),
                }
            }
            Test::Equals(place, lit) => {
                let at = self.resolve(frame, place)?;
                match (self.slot(&at)?, literal(lit)) {
                    (Value::Int(a), Value::Int(b)) => Ok(*a == b),
                    (Value::Bool(a), Value::Bool(b)) => Ok(*a == b),
                    (other, _) => Err(Stop::unknown(format!("compares {} with a literal", other.kind()))),
                }
            }
            Test::Next(place) => {
                let at = self.resolve(frame, place)?;
                frame.next = self.world.next(self, &at)?;
                Ok(frame.next.is_some())
            }
            Test::Within(_) | Test::Maybe => Err(Stop::unknown("a test that is not known")),
        }
    }

    fn drop_place(&mut self, frame: &Frame, place: &Place) -> Result<(), Stop> {
        if frame.borrowed && place.proj.is_empty() && place.base == PlaceBase::Local(LocalId(1)) {
            return Ok(());
        }
        let mut at = match place.base {
            PlaceBase::Local(local) => self.local(frame, local)?,
            PlaceBase::Static(_) | PlaceBase::Lib(_) => self.resolve(frame, place)?,
        };
        for step in &place.proj {
            // A part of what is gone is gone.
            if matches!(self.slot(&at)?, Value::Gone) {
                return Ok(());
            }
            at = self.project(frame, at, step)?;
        }
        let value = self.slot(&at)?.take();
        self.drop_value(value)
    }

    /// Drops a value and its parts in rustc's order.
    pub fn drop_value(&mut self, value: Value) -> Result<(), Stop> {
        match value {
            Value::Token { label, inside } => {
                self.world.dropped(label);
                self.drop_value(*inside)
            }
            Value::Record(record) => record.fields.into_iter().try_for_each(|(_, it)| self.drop_value(it)),
            Value::List(items) | Value::Closure(_, items) => {
                items.into_iter().try_for_each(|it| self.drop_value(it))
            }
            Value::Own(inner) => self.drop_value(*inner),
            Value::Future(future) => self.drop_future(*future),
            Value::Gone
            | Value::Unknown
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Text
            | Value::Ref(_)
            | Value::Kept(_)
            | Value::Function(_) => Ok(()),
        }
    }
}

/// What is called: a value that is used up, or one that stands somewhere.
enum Called {
    Value(Value),
    At(Pointer),
}

fn make_closure(frame: &Frame, body: &Body, id: ClosureId, captures: Vec<Value>) -> Result<Value, Stop> {
    let child = body.children.iter().position(|child| child.closure == Some(id));
    let child = child.ok_or_else(|| Stop::unknown("a closure without a body"))?;
    let mut code = frame.code.clone();
    code.path.push(child);
    match code.body().map(|body| body.kind) {
        Some(BodyFlavor::AsyncBlock) => {
            let this = Value::Closure(code.clone(), captures);
            Ok(Value::Future(Box::new(Future::Fresh(code, vec![this]))))
        }
        Some(_) => Ok(Value::Closure(code, captures)),
        None => Err(Stop::unknown("a closure without a body")),
    }
}

fn literal(lit: &Lit) -> Value {
    match lit {
        Lit::Int(Some(n), _) => Value::Int(*n),
        Lit::Byte(n) => Value::Int((*n).into()),
        Lit::Bool(it) => Value::Bool(*it),
        Lit::Str(_) | Lit::ByteStr | Lit::CStr => Value::Text,
        Lit::Int(None, _) | Lit::Float(_) | Lit::Char(_) => Value::Unknown,
    }
}
