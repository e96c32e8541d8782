//! A write guard through which nothing is written.

use hazmap::prelude::*;

/// A write guard of a map whose uses all take `&self`.
pub static WRITE_GUARD_ONLY_READS: Lint = Lint {
    name: "write_guard_only_reads",
    group: Group::Cost,
    level: Level::Warn,
    class: None,
    reach: Reach::Body,
    since: "0.1.0",
    summary: "a write guard is only read through",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for life in pass.guards() {
        if let Some(read) = read_instead(pass, &life)
            && pass.in_scope(&life.guard.acquisition)
            && life.only_looks()
            && !is_for_an_effect(pass, &life)
        {
            pass.report_in(life.view, diagnostic(pass, &life, read));
        }
    }
}

/// Whether a function that gives nothing back is called on what is guarded: it does something, by `&self` or not, and for that the lock may be
/// taken for writing.
fn is_for_an_effect(pass: &Pass<'_>, life: &GuardLife<'_>) -> bool {
    let Some(lock) = &life.guard.acquisition.path else { return false };
    let is_guarded = |call: &Call| {
        let receiver = call.args.first().and_then(Option::as_ref);
        receiver.is_some_and(|it| {
            it.root == lock.root && it.steps.len() > lock.steps.len() && it.steps.starts_with(&lock.steps)
        })
    };
    // Nothing, or whether it went well.
    let gives_nothing = |ret: &Type| match ret {
        Type::Lib(_, args) => args.first() == Some(&Type::unit()),
        _ => *ret == Type::unit(),
    };
    let held = |call: &Call| call.held.iter().any(|it| it.guard == life.id);
    let mut calls = life.view.facts.calls.iter().filter(|it| held(it) && is_guarded(it));
    calls.any(|call| call.callees.iter().any(|it| gives_nothing(&pass.items().sig(*it).ret)))
}

/// The call that would take the lock for reading instead, where it is the called name alone that makes the difference.
fn read_instead(pass: &Pass<'_>, life: &GuardLife<'_>) -> Option<ReadsBy> {
    let taken = &life.guard.acquisition;
    let (_, inner) = pass.roles().lock_of(&taken.lock)?;
    let read = taken.reads_by?;
    let stands_here = names_call(pass, life, read) || is_macro(pass, life.guard.span);
    // Values with an identity are written through `&self`: under a read guard two threads would do so at once.
    (stands_here && !pass.roles().has_identity(&inner)).then_some(read)
}

/// Whether the call that takes the lock is written at the guard.
fn names_call(pass: &Pass<'_>, life: &GuardLife<'_>, by: ReadsBy) -> bool {
    pass.text(life.guard.span) == by.from.as_str() && !is_macro(pass, life.guard.span)
}

/// Whether a macro is called there.
fn is_macro(pass: &Pass<'_>, name: Span) -> bool {
    let mut next = name;
    (next.range.lo, next.range.hi) = (name.range.hi, name.range.hi + 1);
    pass.text(next) == "!"
}

fn diagnostic(pass: &Pass<'_>, life: &GuardLife<'_>, by: ReadsBy) -> Diagnostic {
    let read = by.to;
    let lock = pass.lock_words(life.view, &life.guard.acquisition);
    let mut found = Diagnostic::new(
        &WRITE_GUARD_ONLY_READS,
        life.guard.span,
        format!("`{lock}` is locked for writing, but only read"),
    )
    .label(life.guard.span, format!("`{read}` would do"));
    let mut seen: Vec<_> = life.uses().map(|it| it.span).filter(|it| *it != life.guard.span).collect();
    seen.dedup();
    for span in seen.into_iter().take(4) {
        found = found.label(span, "only read here");
    }
    found = found.note("a write guard shuts out every reader, though all of them could go on side by side");
    // A macro that takes the lock stands at its call, whose name is another.
    if !names_call(pass, life, by) {
        return found.help("take a read guard");
    }
    found.suggestion(take_for_reading(pass, life, read))
}

/// The edit: the other call, and a variable that need no longer be `mut`.
fn take_for_reading(pass: &Pass<'_>, life: &GuardLife<'_>, read: Name) -> Suggestion {
    let call = (life.guard.span, read.to_string());
    // Others who write are still kept apart by what else happens in its life: a counter that is loaded and stored, a file that is rewritten.
    let mut applicability =
        if life.guard.noticed { Applicability::MaybeIncorrect } else { Applicability::MachineApplicable };
    let mut edits = vec![call];
    if let Some(name) = life.guard.name {
        match variable(pass, life.guard.span, name) {
            Some(Variable { mutable: None }) => {}
            Some(Variable { mutable: Some(word) }) => edits.insert(0, (word, String::new())),
            // Its type may be written, or it may get another guard later.
            None => applicability = Applicability::MaybeIncorrect,
        }
    }
    Suggestion { message: String::from("take a read guard"), edits, applicability }
}

/// A variable that is declared as `let name = ..` with the guard, and never gets another.
struct Variable {
    /// The word `mut` with the blank behind it.
    mutable: Option<Span>,
}

fn variable(pass: &Pass<'_>, taken: Span, name: Name) -> Option<Variable> {
    let (before, after) = pass.around(taken);
    let (start, _) = before.rmatch_indices("let ").next()?;
    let declared = before.get(start + 4..)?;
    let (pattern, value) = declared.split_once('=')?;
    if value.contains([';', '{', '}']) {
        return None;
    }
    if pattern.trim() == name.as_str() {
        return Some(Variable { mutable: None });
    }
    let assigned = format!("{name} =");
    let lent = format!("mut {name}");
    if pattern.trim() != lent || after.contains(&assigned) || after.contains(&format!("&{lent}")) {
        return None;
    }
    let lo = u32::try_from(start + 4).ok()?;
    declared
        .starts_with("mut ")
        .then(|| Variable { mutable: Some(TextRange::new(lo, lo + 4).of(taken.file)) })
}
