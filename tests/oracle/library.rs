//! Functions of the probe and of std, by the type or module that they stand in and their name.

use super::world::{Probe, marker};
use hazmap::model::run::{Machine, Part, Pointer, Record, Stop, Value};

/// Operators, which are called by name where no row says whose they are.
pub const OPERATORS: [&str; 8] =
    ["index", "index_mut", "add_assign", "add", "eq", "ne", "deref", "deref_mut"];

/// Calls a function. What is left in `args` is dropped afterwards.
pub fn call(
    probe: &Probe<'_>,
    machine: &mut Machine<'_>,
    owner: &str,
    name: &str,
    args: &mut [Value],
) -> Result<Value, Stop> {
    match owner {
        "probe" => probe_fn(probe, machine, name, args),
        "L" => lock(probe, name, args),
        "G" if name == "fw" => {
            probe.burn()?;
            Ok(arg(args, 0))
        }
        "D" => data(probe, machine, name, args),
        "Option" | "Result" => option(machine, name, args),
        "mem" => mem(machine, name, args),
        "Iterator" | "IntoIterator" => iterator(machine, name, args),
        _ => other(machine, owner, name, args),
    }
}

fn unknown(owner: &str, name: &str) -> Stop {
    Stop::unknown(format!("calls {owner}::{name}, which the world has not"))
}

fn arg(args: &mut [Value], n: usize) -> Value {
    args.get_mut(n).map(Value::take).unwrap_or_default()
}

fn number(args: &[Value], n: usize) -> Result<u32, Stop> {
    match args.get(n) {
        Some(Value::Int(it)) => u32::try_from(*it).map_err(|_| Stop::unknown("a number out of range")),
        other => Err(Stop::unknown(format!("{:?} for a number", other.map(Value::kind)))),
    }
}

fn pointer(args: &[Value], n: usize) -> Result<Pointer, Stop> {
    match args.get(n) {
        Some(Value::Ref(to)) => Ok(to.clone()),
        other => Err(Stop::unknown(format!("{:?} for a reference", other.map(Value::kind)))),
    }
}

/// A place for a receiver, whether it was given by value or by reference. The second: it is ours to drop.
fn receiver(machine: &mut Machine<'_>, args: &mut [Value]) -> (Pointer, bool) {
    match arg(args, 0) {
        Value::Ref(to) => (to, false),
        value => (machine.alloc(value), true),
    }
}

fn some(value: Value) -> Value {
    Value::variant("Some", [value])
}

fn none() -> Value {
    Value::variant("None", [])
}

fn maybe(value: Option<Value>) -> Value {
    value.map_or_else(none, some)
}

fn probe_fn(
    probe: &Probe<'_>,
    machine: &mut Machine<'_>,
    name: &str,
    args: &mut [Value],
) -> Result<Value, Stop> {
    match name {
        "c" => Ok(Value::Bool(probe.choice()?)),
        "k" => Ok(Value::Int(probe.choice()?.into())),
        "at" | "ix" => {
            probe.burn()?;
            probe.note(&format!("at {}", number(args, 0)?));
            Ok(Value::Int(0))
        }
        "mark" => Ok(marker(number(args, 0)?.into())),
        "y" => Ok(Value::variant("Y", [Value::Bool(false)])),
        "run" => {
            let future = machine.alloc(arg(args, 0));
            loop {
                if let Some(out) = machine.poll(&future)? {
                    let rest = machine.slot(&future)?.take();
                    machine.drop_value(rest)?;
                    return Ok(out);
                }
                probe.burn()?;
                probe.note("pending");
            }
        }
        "cancel" => {
            let future = machine.alloc(arg(args, 0));
            let out = machine.poll(&future)?;
            let ready = out.is_some();
            machine.drop_value(out.unwrap_or_default())?;
            probe.note(if ready { "ready" } else { "pending" });
            let rest = machine.slot(&future)?.take();
            machine.drop_value(rest)?;
            probe.note("cancelled");
            Ok(Value::Bool(ready))
        }
        _ => Err(unknown("probe", name)),
    }
}

fn lock(probe: &Probe<'_>, name: &str, args: &mut [Value]) -> Result<Value, Stop> {
    let id = number(args, 1)?;
    match name {
        "lock" => probe.guard(id),
        "get" => Ok(if probe.choice()? { some(probe.guard(id)?) } else { none() }),
        "try_lock" => Ok(if probe.choice()? {
            Value::variant("Ok", [probe.guard(id)?])
        } else {
            Value::variant("Err", [Value::unit()])
        }),
        _ => Err(unknown("L", name)),
    }
}

fn data(probe: &Probe<'_>, machine: &mut Machine<'_>, name: &str, args: &mut [Value]) -> Result<Value, Stop> {
    let at = pointer(args, 0)?;
    let n = match machine.slot(&at)? {
        Value::Record(record) if record.fields.first().is_some_and(|(name, _)| name == "n") => {
            at.part(Part::Field(0))
        }
        other => return Err(Stop::unknown(format!("`{name}` of {}", other.kind()))),
    };
    match name {
        "n" => {
            probe.burn()?;
            copy(machine, &n)
        }
        "i" => {
            probe.burn()?;
            Ok(Value::Int(1))
        }
        "b" => Ok(Value::Bool(probe.choice()?)),
        "m" | "r" => {
            probe.burn()?;
            Ok(Value::Ref(n))
        }
        "copied" => Ok(if probe.choice()? { some(copy(machine, &n)?) } else { none() }),
        "opt" => Ok(if probe.choice()? { some(Value::Ref(n)) } else { none() }),
        "res" => Ok(if probe.choice()? {
            Value::variant("Ok", [copy(machine, &n)?])
        } else {
            Value::variant("Err", [Value::unit()])
        }),
        "put" => {
            probe.burn()?;
            let by = number(args, 1)?;
            *machine.slot(&n)? = Value::Int(by.into());
            Ok(Value::Int(by.into()))
        }
        "add" => {
            probe.burn()?;
            Ok(arg(args, 1))
        }
        "add_assign" => {
            let by = number(args, 1)?;
            add_to(machine, &n, by.into())
        }
        _ => Err(unknown("D", name)),
    }
}

fn copy(machine: &mut Machine<'_>, at: &Pointer) -> Result<Value, Stop> {
    machine.slot(at)?.copied().ok_or_else(|| Stop::unknown("copies a value that is no copy"))
}

fn add_to(machine: &mut Machine<'_>, at: &Pointer, by: i128) -> Result<Value, Stop> {
    match machine.slot(at)? {
        Value::Int(it) => *it = it.wrapping_add(by),
        other => return Err(Stop::unknown(format!("adds to {}", other.kind()))),
    }
    Ok(Value::unit())
}

/// The variant and the first field of an `Option` or `Result`.
fn open(value: Value) -> Result<(String, Value), Stop> {
    match value {
        Value::Record(Record { variant: Some(name), fields }) => {
            let inside = fields.into_iter().next().map(|(_, it)| it).unwrap_or_default();
            Ok((name.to_string(), inside))
        }
        other => Err(Stop::unknown(format!("{} for an Option", other.kind()))),
    }
}

fn option(machine: &mut Machine<'_>, name: &str, args: &mut [Value]) -> Result<Value, Stop> {
    if let Some(Value::Ref(at)) = args.first() {
        let at = at.clone();
        return option_ref(machine, name, at, args);
    }
    let (variant, inside) = open(arg(args, 0))?;
    let good = variant == "Some" || variant == "Ok";
    match (name, good) {
        ("map", true) => {
            let mapped = machine.call_once(arg(args, 1), vec![inside])?;
            Ok(Value::variant(&variant, [mapped]))
        }
        ("and_then" | "is_some_and" | "is_ok_and", true) => machine.call_once(arg(args, 1), vec![inside]),
        ("filter", true) => {
            let at = machine.alloc(inside);
            let keep = machine.call_once(arg(args, 1), vec![Value::Ref(at.clone())])?;
            let inside = machine.slot(&at)?.take();
            match keep {
                Value::Bool(true) => Ok(some(inside)),
                Value::Bool(false) => {
                    machine.drop_value(inside)?;
                    Ok(none())
                }
                other => Err(Stop::unknown(format!("filters by {}", other.kind()))),
            }
        }
        ("unwrap" | "expect" | "unwrap_or" | "unwrap_or_else" | "unwrap_or_default", true) => Ok(inside),
        ("map_or", true) => machine.call_once(arg(args, 2), vec![inside]),
        ("map_or_else", true) => machine.call_once(arg(args, 2), vec![inside]),
        ("or_else" | "or" | "map_err" | "inspect_err", true) => Ok(Value::variant(&variant, [inside])),
        ("ok_or" | "ok_or_else", true) => Ok(Value::variant("Ok", [inside])),
        ("ok", true) => Ok(some(inside)),
        ("copied" | "cloned", true) => match inside {
            Value::Ref(at) => Ok(Value::variant(&variant, [copy(machine, &at)?])),
            other => Err(Stop::unknown(format!("copies {}", other.kind()))),
        },
        ("map" | "and_then", false) => Ok(Value::Record(Record {
            variant: Some(variant.as_str().into()),
            fields: if variant == "Err" { vec![("0".into(), inside)] } else { Vec::new() },
        })),
        ("filter" | "copied" | "cloned", false) => Ok(none()),
        ("is_some_and" | "is_ok_and", false) => Ok(Value::Bool(false)),
        ("unwrap" | "expect", false) => Err(Stop::Panic),
        ("unwrap_or" | "map_or", false) => {
            machine.drop_value(inside)?;
            Ok(arg(args, 1))
        }
        ("unwrap_or_default", false) => Ok(Value::Int(0)),
        ("unwrap_or_else" | "or_else" | "map_or_else", false) => {
            let given = if variant == "Err" { vec![inside] } else { Vec::new() };
            machine.call_once(arg(args, 1), given)
        }
        ("or", false) => Ok(arg(args, 1)),
        ("map_err", false) => {
            let mapped = machine.call_once(arg(args, 1), vec![inside])?;
            Ok(Value::variant("Err", [mapped]))
        }
        ("ok_or", false) => Ok(Value::variant("Err", [arg(args, 1)])),
        ("ok", false) => {
            machine.drop_value(inside)?;
            Ok(none())
        }
        _ => Err(unknown("Option", name)),
    }
}

fn option_ref(machine: &mut Machine<'_>, name: &str, at: Pointer, args: &mut [Value]) -> Result<Value, Stop> {
    let variant = match machine.slot(&at)? {
        Value::Record(Record { variant: Some(name), .. }) => name.to_string(),
        other => return Err(Stop::unknown(format!("{} for an Option", other.kind()))),
    };
    match name {
        "is_some" | "is_ok" => Ok(Value::Bool(variant == "Some" || variant == "Ok")),
        "is_none" | "is_err" => Ok(Value::Bool(variant == "None" || variant == "Err")),
        "take" => Ok(std::mem::replace(machine.slot(&at)?, none())),
        "replace" => Ok(std::mem::replace(machine.slot(&at)?, some(arg(args, 1)))),
        "as_ref" | "as_mut" => Ok(match variant.as_str() {
            "None" => none(),
            other => Value::variant(other, [Value::Ref(at.part(Part::Field(0)))]),
        }),
        "clone" => copy(machine, &at),
        _ => Err(unknown("&Option", name)),
    }
}

fn mem(machine: &mut Machine<'_>, name: &str, args: &mut [Value]) -> Result<Value, Stop> {
    match name {
        "drop" => {
            let value = arg(args, 0);
            machine.drop_value(value)?;
            Ok(Value::unit())
        }
        "forget" => {
            arg(args, 0);
            Ok(Value::unit())
        }
        "replace" => {
            let at = pointer(args, 0)?;
            Ok(std::mem::replace(machine.slot(&at)?, arg(args, 1)))
        }
        "swap" => {
            let (a, b) = (pointer(args, 0)?, pointer(args, 1)?);
            let from_a = machine.slot(&a)?.take();
            let from_b = std::mem::replace(machine.slot(&b)?, from_a);
            *machine.slot(&a)? = from_b;
            Ok(Value::unit())
        }
        _ => Err(unknown("mem", name)),
    }
}

/// A lazy iterator is a record named after the function that made it.
fn iterator(machine: &mut Machine<'_>, name: &str, args: &mut [Value]) -> Result<Value, Stop> {
    match name {
        "map" | "filter" | "zip" | "take_while" => {
            let (iter, with) = (arg(args, 0), arg(args, 1));
            Ok(Value::variant(name, [iter, with]))
        }
        "copied" | "cloned" => Ok(Value::variant("copied", [arg(args, 0)])),
        "into_iter" | "iter" => Ok(arg(args, 0)),
        "next" => {
            let (at, _) = receiver(machine, args);
            Ok(maybe(next(machine, &at)?))
        }
        "count" | "for_each" | "any" | "all" | "collect" | "sum" => {
            let (at, ours) = receiver(machine, args);
            let with = machine.alloc(arg(args, 1));
            let out = consume(machine, name, &at, &with)?;
            let with = machine.slot(&with)?.take();
            machine.drop_value(with)?;
            if ours {
                let rest = machine.slot(&at)?.take();
                machine.drop_value(rest)?;
            }
            Ok(out)
        }
        _ => Err(unknown("Iterator", name)),
    }
}

fn consume(machine: &mut Machine<'_>, name: &str, at: &Pointer, with: &Pointer) -> Result<Value, Stop> {
    let mut items = Vec::new();
    let mut count = 0;
    while let Some(item) = next(machine, at)? {
        count += 1;
        match name {
            "collect" => items.push(item),
            "count" | "sum" => machine.drop_value(item)?,
            _ => {
                let said = machine.call_at(with, vec![item])?;
                match (name, said) {
                    ("any", Value::Bool(true)) => return Ok(Value::Bool(true)),
                    ("all", Value::Bool(false)) => return Ok(Value::Bool(false)),
                    ("any" | "all", Value::Bool(_)) => {}
                    ("for_each", said) => machine.drop_value(said)?,
                    (_, said) => return Err(Stop::unknown(format!("{name} by {}", said.kind()))),
                }
            }
        }
    }
    Ok(match name {
        "collect" => Value::List(items),
        "count" => Value::Int(count),
        "any" => Value::Bool(false),
        "all" => Value::Bool(true),
        "sum" => Value::Unknown,
        _ => Value::unit(),
    })
}

/// The next element of what stands in a place.
pub fn next(machine: &mut Machine<'_>, of: &Pointer) -> Result<Option<Value>, Stop> {
    let mut of = of.clone();
    // What is iterated over by reference: the elements' places.
    while let Value::Ref(to) = machine.slot(&of)? {
        let to = to.clone();
        if let Value::List(_) = machine.slot(&to)? {
            *machine.slot(&of)? = Value::variant("refs", [Value::Ref(to), Value::Int(0)]);
            break;
        }
        of = to;
    }
    let first = of.part(Part::Field(0));
    let second = of.part(Part::Field(1));
    let kind = match machine.slot(&of)? {
        Value::List(items) => return Ok(if items.is_empty() { None } else { Some(items.remove(0)) }),
        Value::Record(Record { variant: Some(kind), .. }) => kind.to_string(),
        other => return Err(Stop::unknown(format!("iterates over {}", other.kind()))),
    };
    match kind.as_str() {
        "refs" => {
            let (Value::Ref(list), Value::Int(n)) = (copy(machine, &first)?, copy(machine, &second)?) else {
                return Err(Stop::unknown("a torn iterator"));
            };
            let n = n as usize;
            match machine.slot(&list)? {
                Value::List(items) if n < items.len() => {
                    add_to(machine, &second, 1)?;
                    Ok(Some(Value::Ref(list.part(Part::Item(n)))))
                }
                _ => Ok(None),
            }
        }
        "Range" => match (copy(machine, &first)?, copy(machine, &second)?) {
            (Value::Int(a), Value::Int(b)) if a < b => {
                add_to(machine, &first, 1)?;
                Ok(Some(Value::Int(a)))
            }
            (Value::Int(_), Value::Int(_)) => Ok(None),
            _ => Err(Stop::unknown("a range of unknown ends")),
        },
        "copied" => match next(machine, &first)? {
            Some(Value::Ref(at)) => Ok(Some(copy(machine, &at)?)),
            other => Ok(other),
        },
        "map" => match next(machine, &first)? {
            Some(item) => machine.call_at(&second, vec![item]).map(Some),
            None => Ok(None),
        },
        "filter" => {
            while let Some(item) = next(machine, &first)? {
                let at = machine.alloc(item);
                let keep = machine.call_at(&second, vec![Value::Ref(at.clone())])?;
                let item = machine.slot(&at)?.take();
                if let Value::Bool(true) = keep {
                    return Ok(Some(item));
                }
                machine.drop_value(item)?;
            }
            Ok(None)
        }
        "zip" => {
            let Some(a) = next(machine, &first)? else { return Ok(None) };
            match next(machine, &second)? {
                Some(b) => Ok(Some(Value::tuple([a, b]))),
                None => {
                    machine.drop_value(a)?;
                    Ok(None)
                }
            }
        }
        other => Err(Stop::unknown(format!("iterates over {other}"))),
    }
}

fn other(machine: &mut Machine<'_>, owner: &str, name: &str, args: &mut [Value]) -> Result<Value, Stop> {
    match name {
        "new" if owner == "Box" => Ok(Value::Own(Box::new(arg(args, 0)))),
        "leak" if owner == "Box" => match arg(args, 0) {
            Value::Own(inner) => Ok(Value::Ref(machine.alloc(*inner))),
            other => Err(Stop::unknown(format!("leaks {}", other.kind()))),
        },
        "new" if owner == "ManuallyDrop" => Ok(Value::Kept(Box::new(arg(args, 0)))),
        "new" if owner == "Vec" => Ok(Value::List(Vec::new())),
        "from" if matches!(args.first(), Some(Value::List(_))) => Ok(arg(args, 0)),
        "new" | "from" | "to_string" | "to_owned" | "format" => Ok(Value::Text),
        // A pinned reference is the reference.
        "new_unchecked" | "pin" | "as_mut" if owner == "Pin" => Ok(arg(args, 0)),
        "write_fmt" | "write_str" => Ok(Value::variant("Ok", [Value::unit()])),
        "index" | "index_mut" => index(machine, args),
        "deref" | "deref_mut" => Ok(arg(args, 0)),
        "add_assign" => add_assign(machine, args),
        "add" => Ok(match (arg(args, 0), arg(args, 1)) {
            (Value::Text, _) => Value::Text,
            _ => Value::Unknown,
        }),
        "eq" | "ne" => Ok(Value::Unknown),
        _ => list(machine, owner, name, args),
    }
}

fn index(machine: &mut Machine<'_>, args: &mut [Value]) -> Result<Value, Stop> {
    let at = pointer(args, 0)?;
    let len = match machine.slot(&at)? {
        Value::List(items) => items.len(),
        other => return Err(Stop::unknown(format!("an index of {}", other.kind()))),
    };
    match args.get(1) {
        Some(Value::Int(n)) => match usize::try_from(*n) {
            Ok(n) if n < len => Ok(Value::Ref(at.part(Part::Item(n)))),
            _ => Err(Stop::Panic),
        },
        // A slice of it is as good as the whole.
        Some(Value::Record(_)) => Ok(Value::Ref(at)),
        other => Err(Stop::unknown(format!("{:?} as an index", other.map(Value::kind)))),
    }
}

fn add_assign(machine: &mut Machine<'_>, args: &mut [Value]) -> Result<Value, Stop> {
    let at = pointer(args, 0)?;
    let by = match arg(args, 1) {
        Value::Ref(by) => copy(machine, &by)?,
        value => value,
    };
    match (machine.slot(&at)?, by) {
        (Value::Text, _) => Ok(Value::unit()),
        (Value::Int(_), Value::Int(by)) => add_to(machine, &at, by),
        // `D += u32`.
        (Value::Record(_), Value::Int(by)) => add_to(machine, &at.part(Part::Field(0)), by),
        (other, _) => Err(Stop::unknown(format!("adds to {}", other.kind()))),
    }
}

fn list(machine: &mut Machine<'_>, owner: &str, name: &str, args: &mut [Value]) -> Result<Value, Stop> {
    let at = match args.first() {
        Some(Value::Ref(at)) => at.clone(),
        Some(Value::List(_)) if name == "into_iter" || name == "into_vec" || name == "into_boxed_slice" => {
            return Ok(arg(args, 0));
        }
        Some(Value::Text) if name == "len" => return Ok(Value::Unknown),
        _ => return Err(unknown(owner, name)),
    };
    let at = machine.follow(at)?;
    let given = arg(args, 1);
    let position = match &given {
        Value::Int(n) => usize::try_from(*n).ok(),
        _ => None,
    };
    match (name, machine.slot(&at)?) {
        ("clone", Value::Text) => Ok(Value::Text),
        ("len", Value::Text) => Ok(Value::Unknown),
        ("push_str" | "push", Value::Text) => Ok(Value::unit()),
        ("clone" | "to_vec", value) => {
            value.copied().ok_or_else(|| Stop::unknown("clones a value that is no copy"))
        }
        ("len", Value::List(items)) => Ok(Value::Int(items.len() as i128)),
        ("is_empty", Value::List(items)) => Ok(Value::Bool(items.is_empty())),
        ("push", Value::List(items)) => {
            items.push(given);
            Ok(Value::unit())
        }
        ("pop", Value::List(items)) => Ok(maybe(items.pop())),
        ("insert", Value::List(items)) => match position {
            Some(n) if n <= items.len() => {
                items.insert(n, arg(args, 2));
                Ok(Value::unit())
            }
            _ => Err(Stop::Panic),
        },
        ("clear", Value::List(items)) => {
            let all = std::mem::take(items);
            machine.drop_value(Value::List(all))?;
            Ok(Value::unit())
        }
        ("get" | "get_mut", Value::List(items)) => {
            let found = position.filter(|&n| n < items.len());
            Ok(maybe(found.map(|n| Value::Ref(at.part(Part::Item(n))))))
        }
        ("iter" | "iter_mut", Value::List(_)) => Ok(Value::variant("refs", [Value::Ref(at), Value::Int(0)])),
        ("retain", Value::List(items)) => {
            let all = std::mem::take(items);
            let with = machine.alloc(given);
            let mut kept = Vec::new();
            for item in all {
                let item_at = machine.alloc(item);
                let keep = machine.call_at(&with, vec![Value::Ref(item_at.clone())])?;
                let item = machine.slot(&item_at)?.take();
                match keep {
                    Value::Bool(true) => kept.push(item),
                    _ => machine.drop_value(item)?,
                }
            }
            *machine.slot(&at)? = Value::List(kept);
            let with = machine.slot(&with)?.take();
            machine.drop_value(with)?;
            Ok(Value::unit())
        }
        _ => Err(unknown(owner, name)),
    }
}
