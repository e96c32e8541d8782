//! The edit from `if !map.contains_key(&k) { map.insert(k, v); }` to `map.entry(k).or_insert(v);`.

use hazmap::prelude::*;

/// Maps that have `entry(key).or_insert(value)` with the meaning of the standard library's.
const WITH_ENTRY: &[&str] = &[
    "std::collections::HashMap",
    "std::collections::BTreeMap",
    "hashbrown::HashMap",
    "indexmap::IndexMap",
    "dashmap::DashMap",
];

/// Library types that are made empty, and dropped, without anybody seeing it; beside the collections.
const PLAIN: &[&str] = &["std::string::String", "std::vec::Vec"];

/// The edit, where check and act are nothing but the two calls of one `if`.
pub(super) fn suggestion(pass: &Pass<'_>, decided: &Decided<'_>) -> Option<Suggestion> {
    let Type::Lib(path, parts) = &decided.act.map else { return None };
    let looks = decided.check.reads == Some(Reads::Key) && decided.act.writes == Some(Writes::Insert);
    if !looks || !WITH_ENTRY.contains(&path.as_str()) || decided.act.in_callee || decided.check.in_callee {
        return None;
    }
    let check = CallText::of(pass, decided.check)?;
    let act = CallText::of(pass, decided.act)?;
    let whole = statement(pass, decided)?;
    let [looked_up] = check.args.as_slice() else { return None };
    let [key, value] = act.args.as_slice() else { return None };
    // `?`, `return` and `.await` cannot go into a closure, and a comment would be lost.
    if act.method != "insert" || leaves(value) || leaves(key) {
        return None;
    }
    let free = is_free(value, parts.get(1));
    let same_lock = check.receiver == act.receiver;
    let sure = free && same_lock && is_same_key(looked_up, key) && is_alone(decided, whole);
    let filled = if free { format!("or_insert({value})") } else { format!("or_insert_with(|| {value})") };
    let text = format!("{}entry({key}).{filled};", act.receiver);
    Some(Suggestion {
        message: String::from("check and write at once, through `entry`"),
        edits: vec![(whole, text)],
        applicability: if sure { Applicability::MachineApplicable } else { Applicability::MaybeIncorrect },
    })
}

/// A method call as it is written.
struct CallText {
    /// With the dot.
    receiver: String,
    method: String,
    args: Vec<String>,
}

impl CallText {
    fn of(pass: &Pass<'_>, op: &MapOp) -> Option<CallText> {
        let before = TextRange::new(op.call.range.lo, op.span.range.lo).of(op.call.file);
        let after = TextRange::new(op.span.range.hi, op.call.range.hi).of(op.call.file);
        let after = pass.text(after);
        let args = arguments(after.trim().strip_prefix('(')?.strip_suffix(')')?)?;
        let receiver = pass.text(before);
        receiver.ends_with('.').then(|| CallText { receiver, method: pass.text(op.span), args })
    }
}

/// The arguments of a call, one by one; `None` for what needs a parser to be sure (strings with brackets, closures, comments).
fn arguments(text: &str) -> Option<Vec<String>> {
    let (mut args, mut depth, mut start) = (Vec::new(), 0_i32, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                args.push(text.get(start..at)?.trim().to_owned());
                start = at + 1;
            }
            '|' | '<' | '>' | '/' | '\\' => return None,
            _ => {}
        }
    }
    let last = text.get(start..)?.trim();
    if !last.is_empty() {
        args.push(last.to_owned());
    }
    let is_quoted =
        |arg: &String| arg.contains('"') && arg.matches(['"', ',', '(', ')', '[', ']', '{', '}']).count() > 2;
    (depth == 0 && !args.iter().any(is_quoted)).then_some(args)
}

/// The whole `if`, when it is a statement and holds the two calls and nothing else, not even a comment.
fn statement(pass: &Pass<'_>, decided: &Decided<'_>) -> Option<Span> {
    let (check, act) = (decided.check.call, decided.act.call);
    if check.file != act.file || check.range.hi > act.range.lo {
        return None;
    }
    let (before, _) = pass.around(check);
    let head = before.trim_end().strip_suffix('!')?.trim_end().strip_suffix("if")?;
    let is_statement = head.ends_with(char::is_whitespace) && head.trim_end().ends_with(['{', '}', ';']);
    let between = pass.text(TextRange::new(check.range.hi, act.range.lo).of(check.file));
    let (_, after) = pass.around(act);
    let inside = after.trim_start().strip_prefix(';')?.trim_start();
    let behind = inside.strip_prefix('}')?;
    if !is_statement || between.trim() != "{" || behind.trim_start().starts_with("else") {
        return None;
    }
    let lo = u32::try_from(head.len()).ok()?;
    let hi = act.range.hi + u32::try_from(after.len() - behind.len()).ok()?;
    Some(TextRange::new(lo, hi).of(check.file))
}

/// Whether an expression leaves the function or waits.
fn leaves(text: &str) -> bool {
    text.contains('?') || text.contains(".await") || text.contains("return") || text.contains("break")
}

/// Whether a value can be made without being used: nothing is seen of it, and it costs nothing.
fn is_free(value: &str, ty: Option<&Type>) -> bool {
    let plain = match ty {
        Some(Type::Prim(_)) => true,
        Some(Type::Lib(path, _)) => PLAIN.contains(&path.as_str()) || path.starts_with("std::collections::"),
        _ => false,
    };
    let text = value.strip_prefix('-').unwrap_or(value);
    let number = text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_');
    let empty = ["::new()", "::default()"].iter().any(|end| value.strip_suffix(end).is_some_and(is_path));
    number
        || matches!(value, "true" | "false" | "None" | "vec![]" | "()")
        || (plain && (is_name(value) || empty))
}

/// Whether what is looked up is what is inserted, and making the key is seen by nobody.
fn is_same_key(looked_up: &str, key: &str) -> bool {
    let lent = looked_up.strip_prefix('&').unwrap_or(looked_up);
    let owned = [".clone()", ".to_owned()", ".to_string()"].iter().find_map(|end| key.strip_suffix(end));
    let key = owned.unwrap_or(key.strip_prefix('*').unwrap_or(key));
    is_name(key) && key == lent
}

/// Whether no guard from outside the `if` is alive in it: `entry` takes the lock exclusively where the check did not.
fn is_alone(decided: &Decided<'_>, whole: Span) -> bool {
    let facts = decided.view.facts;
    let inside = |span: Span| span.file == whole.file && whole.range.covers(span.range);
    let events = facts.events.iter().filter(|event| inside(event.span));
    let mut guards = events.flat_map(|event| &event.held).filter_map(|held| facts.guard(held.guard));
    !facts.cut && guards.all(|guard| inside(guard.span))
}

fn is_name(text: &str) -> bool {
    let start = text.starts_with(|c: char| c.is_alphabetic() || c == '_');
    start && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn is_path(text: &str) -> bool {
    text.split("::").all(is_name)
}
