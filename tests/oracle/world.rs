//! The probe and the little of std that the programs use, for the machine that runs steps: what `probe.rs` does when it is compiled.

use super::library;
use hazmap::model::Model;
use hazmap::model::body::{Body, BodyOwner};
use hazmap::model::run::{Machine, Part, Pointer, Record, Stop, Value, World};
use hazmap::model::typing::{Callee, Res};
use hazmap::syntax::{BinOp, Name};
use std::cell::RefCell;
use std::sync::Arc;

/// As in `probe.rs`.
const CHOICES: usize = 11;
const FUEL: u32 = 200;

/// Labels of tokens from here on are markers; those below are guards.
const MARKERS: u64 = 1 << 32;

/// What the world of a run needs of the analysis.
pub struct Program<'a> {
    /// The resolved program.
    pub model: &'a Model,
    /// Gives the steps of a body.
    pub body: &'a dyn Fn(BodyOwner) -> Option<Arc<Body>>,
}

/// The world of one run: its tape and its log.
pub struct Probe<'a> {
    program: &'a Program<'a>,
    tape: &'a [bool],
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    at: usize,
    fuel: u32,
    live: Vec<u32>,
    log: Vec<String>,
}

impl<'a> Probe<'a> {
    /// A world in which the choices of a tape are made.
    pub fn new(program: &'a Program<'a>, tape: &'a [bool]) -> Self {
        Probe { program, tape, state: RefCell::default() }
    }

    /// What happened.
    pub fn into_log(self) -> Vec<String> {
        self.state.into_inner().log
    }

    /// The next choice.
    pub fn choice(&self) -> Result<bool, Stop> {
        self.burn()?;
        let mut state = self.state.borrow_mut();
        if state.at == CHOICES {
            return Err(Stop::Cut);
        }
        let choice = self.tape.get(state.at).copied();
        state.at += 1;
        choice.ok_or_else(|| Stop::unknown("asks for a choice that the compiled program did not ask for"))
    }

    /// Counts a call of the probe.
    pub fn burn(&self) -> Result<(), Stop> {
        let mut state = self.state.borrow_mut();
        state.fuel += 1;
        if state.fuel > FUEL { Err(Stop::Cut) } else { Ok(()) }
    }

    /// Takes a guard.
    pub fn guard(&self, id: u32) -> Result<Value, Stop> {
        self.burn()?;
        let mut state = self.state.borrow_mut();
        state.log.push(format!("take {id}"));
        state.live.push(id);
        Ok(Value::Token { label: id.into(), inside: Box::new(data()) })
    }

    /// Logs what is alive.
    pub fn note(&self, head: &str) {
        let mut state = self.state.borrow_mut();
        let mut live = state.live.clone();
        live.sort();
        let ids: String = live.iter().map(|id| format!(" {id}")).collect();
        state.log.push(format!("{head} :{ids}"));
    }
}

/// A token whose drop is a marker.
pub fn marker(number: u64) -> Value {
    Value::Token { label: MARKERS + number, inside: Box::new(Value::unit()) }
}

/// A fresh `D`.
fn data() -> Value {
    let numbers = |all: &[i128]| Value::List(all.iter().copied().map(Value::Int).collect());
    let fields = [
        ("n", Value::Int(2)),
        ("s", Value::Text),
        ("v", numbers(&[1, 2, 3])),
        ("a", numbers(&[0, 1, 2, 3])),
        ("o", Value::variant("Some", [Value::Int(5)])),
    ];
    Value::Record(Record {
        variant: None,
        fields: fields.map(|(name, value)| (Name::from(name), value)).into(),
    })
}

impl World for Probe<'_> {
    fn body(&self, owner: BodyOwner) -> Option<Arc<Body>> {
        (self.program.body)(owner)
    }

    fn fields(&self, of: &Res) -> Option<Vec<Name>> {
        let model = self.program.model;
        let of_variant = |adt, index: u32| {
            let variant = model.adt(adt).variants.get(index as usize)?;
            Some(variant.fields.iter().map(|it| it.name).collect())
        };
        match of {
            Res::Struct(adt) => of_variant(*adt, 0),
            Res::Variant(adt, index) => of_variant(*adt, *index),
            Res::LibVariant(path, name) => {
                let (_, parts) = model.library.types.get(path)?.variants.iter().find(|(it, _)| it == name)?;
                Some((0..parts.len()).map(|n| Name::from(&n.to_string())).collect())
            }
            _ => None,
        }
    }

    fn variant(&self, of: &Res) -> Option<Name> {
        match of {
            Res::Variant(adt, index) => {
                self.program.model.adt(*adt).variants.get(*index as usize).map(|it| it.name)
            }
            Res::LibVariant(_, name) => Some(*name),
            _ => None,
        }
    }

    fn call(&self, machine: &mut Machine<'_>, callee: &Callee, args: &mut [Value]) -> Result<Value, Stop> {
        match callee {
            Callee::Api(id) => {
                let path = self.program.model.library.api(*id).path;
                let mut segments = path.rsplit("::");
                let name = segments.next().unwrap_or_default();
                let owner = segments.next().unwrap_or_default();
                library::call(self, machine, owner, name, args)
            }
            // Operators are known by name alone.
            Callee::Unknown(name) if library::OPERATORS.contains(&name.as_str()) => {
                library::call(self, machine, "", name, args)
            }
            Callee::Unknown(name) => Err(Stop::unknown(format!("calls `{name}`, which is not known"))),
            other => Err(Stop::unknown(format!("calls {other:?}"))),
        }
    }

    fn deref(&self, machine: &mut Machine<'_>, of: Pointer) -> Result<Pointer, Stop> {
        match machine.slot(&of)? {
            Value::Token { .. } | Value::Own(_) | Value::Kept(_) => Ok(of.part(Part::Inside)),
            // `Vec<T>` to `[T]`, `String` to `str`.
            Value::List(_) | Value::Text => Ok(of),
            // `Pin<&mut T>` is kept as the reference.
            Value::Ref(to) => Ok(to.clone()),
            other => Err(Stop::unknown(format!("dereferences {}", other.kind()))),
        }
    }

    fn next(&self, machine: &mut Machine<'_>, of: &Pointer) -> Result<Option<Value>, Stop> {
        library::next(machine, of)
    }

    fn poll(&self, machine: &mut Machine<'_>, of: &Pointer) -> Result<Option<Value>, Stop> {
        match machine.slot(of)? {
            Value::Record(Record { variant: Some(it), fields }) if it == "Y" => match fields.first_mut() {
                Some((_, polled @ Value::Bool(false))) => {
                    *polled = Value::Bool(true);
                    Ok(None)
                }
                _ => Ok(Some(Value::Int(0))),
            },
            other => Err(Stop::unknown(format!("polls {}", other.kind()))),
        }
    }

    fn operator(&self, op: BinOp, left: &Value, right: &Value) -> Result<Value, Stop> {
        match (op, left, right) {
            (_, Value::Unknown | Value::Text, _) | (_, _, Value::Unknown | Value::Text) => Ok(Value::Unknown),
            _ => Err(Stop::unknown(format!("{op:?} of {} and {}", left.kind(), right.kind()))),
        }
    }

    fn dropped(&self, label: u64) {
        match label.checked_sub(MARKERS) {
            Some(number) => self.note(&format!("at {number}")),
            None => {
                let mut state = self.state.borrow_mut();
                state.log.push(format!("drop {label}"));
                if let Some(at) = state.live.iter().position(|&id| u64::from(id) == label) {
                    state.live.remove(at);
                }
            }
        }
    }
}
