use super::*;
use crate::model::body::{
    Aggregate, BasicBlock, BodyFlavor, Capture, CaptureBy, Lives, Local, LocalId, LocalKind, Operand, Place,
    Proj, Rvalue, Step, StepKind, Terminator,
};
use crate::model::types::{ClosureId, FnId, Type};
use crate::source::{FileId, TextRange};
use crate::syntax::{BinOp, Cfg, ExprId};
use std::cell::RefCell;

/// A world of one function, in which the library function `take` gives a token.
struct Tokens {
    body: Arc<Body>,
    log: RefCell<Vec<u64>>,
}

impl World for Tokens {
    fn body(&self, _: BodyOwner) -> Option<Arc<Body>> {
        Some(Arc::clone(&self.body))
    }
    fn fields(&self, _: &Res) -> Option<Vec<Name>> {
        None
    }
    fn variant(&self, _: &Res) -> Option<Name> {
        None
    }
    fn call(&self, _: &mut Machine<'_>, callee: &Callee, args: &mut [Value]) -> Result<Value, Stop> {
        match (callee, args) {
            (Callee::Unknown(name), [Value::Int(id)]) if name == "take" => {
                Ok(Value::Token { label: *id as u64, inside: Box::new(Value::unit()) })
            }
            (Callee::Unknown(_), _) => Ok(Value::unit()),
            (other, _) => Err(Stop::unknown(format!("{other:?}"))),
        }
    }
    fn deref(&self, _: &mut Machine<'_>, of: Pointer) -> Result<Pointer, Stop> {
        Ok(of)
    }
    fn next(&self, _: &mut Machine<'_>, _: &Pointer) -> Result<Option<Value>, Stop> {
        Ok(None)
    }
    fn poll(&self, _: &mut Machine<'_>, _: &Pointer) -> Result<Option<Value>, Stop> {
        Ok(None)
    }
    fn operator(&self, _: BinOp, _: &Value, _: &Value) -> Result<Value, Stop> {
        Ok(Value::Unknown)
    }
    fn dropped(&self, label: u64) {
        self.log.borrow_mut().push(label);
    }
}

fn body(n_locals: usize, steps: Vec<StepKind>, flavor: BodyFlavor, children: Vec<Body>) -> Body {
    let range = TextRange::default();
    let local =
        Local { name: None, ty: Type::Unknown, range, kind: LocalKind::Variable, lives: Lives::Scope };
    let steps = steps.into_iter().map(|kind| Step { kind, range, cfg: Cfg::default() }).collect();
    Body {
        owner: BodyOwner::Fn(FnId(0)),
        closure: None,
        kind: flavor,
        file: FileId(0),
        locals: vec![local; n_locals],
        n_params: 0,
        blocks: vec![BasicBlock { steps, end: Some(Terminator::Return) }],
        captures: Vec::new(),
        children,
        range,
        cut: false,
    }
}

fn run(body: Body) -> (Result<Value, Stop>, Vec<u64>) {
    let world = Tokens { body: Arc::new(body), log: RefCell::default() };
    let result = Machine::new(&world).call_fn(FnId(0), Vec::new());
    (result, world.log.into_inner())
}

fn at(n: u32) -> Place {
    Place { base: super::super::body::PlaceBase::Local(LocalId(n)), proj: Vec::new() }
}

fn field(n: u32, name: &str) -> Place {
    let mut place = at(n);
    place.proj.push(Proj::Field(Name::from(name)));
    place
}

fn take(n: u32, id: i128) -> StepKind {
    let args = vec![Operand::Lit(crate::syntax::Lit::Int(Some(id), Name::default()))];
    call(at(n), "take", args)
}

fn call(dest: Place, name: &str, args: Vec<Operand>) -> StepKind {
    let (expr, call_range) = (ExprId(0), TextRange::default());
    StepKind::Call {
        dest,
        callee: Callee::Unknown(Name::from(name)),
        func: None,
        args,
        expr,
        call_range,
        substs: Vec::new(),
    }
}

#[test]
fn a_drop_of_what_was_moved_does_nothing() {
    let steps = vec![
        take(1, 7),
        StepKind::Assign(at(2), Rvalue::Use(Operand::Move(at(1)))),
        StepKind::Drop(at(1)),
        take(1, 8),
        StepKind::Drop(at(2)),
        StepKind::Drop(at(1)),
    ];
    assert_eq!(run(body(3, steps, BodyFlavor::Fn, Vec::new())).1, [7, 8]);
}

#[test]
fn parts_are_dropped_in_order_and_moved_parts_are_left_out() {
    let pair = |a, b| Rvalue::Aggregate(Aggregate::Tuple, vec![Operand::Move(at(a)), Operand::Move(at(b))]);
    let steps = vec![
        take(1, 1),
        take(2, 2),
        StepKind::Assign(at(3), pair(1, 2)),
        take(1, 3),
        take(2, 4),
        StepKind::Assign(at(4), pair(1, 2)),
        StepKind::Assign(at(5), Rvalue::Use(Operand::Move(field(4, "0")))),
        StepKind::Drop(at(3)),
        StepKind::Drop(at(4)),
        StepKind::Drop(at(5)),
    ];
    assert_eq!(run(body(6, steps, BodyFlavor::Fn, Vec::new())).1, [1, 2, 4, 3]);
}

#[test]
fn a_library_function_drops_what_it_was_given() {
    let steps =
        vec![take(1, 1), take(2, 2), call(at(3), "f", vec![Operand::Move(at(1)), Operand::Move(at(2))])];
    assert_eq!(run(body(4, steps, BodyFlavor::Fn, Vec::new())).1, [2, 1]);
}

#[test]
fn a_closure_drops_what_it_captured_once() {
    let capture = Capture { place: at(1), by: CaptureBy::Value, ty: Type::Unknown };
    let mut closure = body(2, vec![StepKind::Drop(at(1))], BodyFlavor::Closure, Vec::new());
    closure.closure = Some(ClosureId(9));
    closure.captures = vec![capture];
    closure.n_params = 1;
    let make = StepKind::Assign(at(2), Rvalue::Closure(ClosureId(9), vec![Operand::Move(at(1))]));
    let call_it = |func| StepKind::Call {
        dest: at(3),
        callee: Callee::Value,
        func: Some(func),
        args: Vec::new(),
        expr: ExprId(0),
        call_range: TextRange::default(),
        substs: Vec::new(),
    };
    // By reference the captures stay; by value they go with the call.
    let steps = vec![
        take(1, 1),
        make,
        call_it(Operand::Copy(at(2))),
        take(1, 2),
        StepKind::Drop(at(1)),
        call_it(Operand::Move(at(2))),
    ];
    assert_eq!(run(body(4, steps, BodyFlavor::Fn, vec![closure])).1, [2, 1]);
}

#[test]
fn what_is_not_there_is_not_used() {
    let steps = vec![StepKind::Assign(at(2), Rvalue::Use(Operand::Move(at(1))))];
    assert!(matches!(run(body(3, steps, BodyFlavor::Fn, Vec::new())).0, Err(Stop::Unknown(_))));
}
