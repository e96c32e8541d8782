//! Compares what the engine knows at a line with what a fixture states there (`//?`).

use super::fixture::{Fixture, Statement};
use super::workspace;
use crate::facts::Facts;
use crate::facts::knowledge;
use crate::facts::line::{self, Fact, FactKind, Line};
use crate::model;
use crate::source::Files;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Returns how the statements and the facts differ, a sentence each.
pub fn check(fixture: &Fixture) -> Vec<String> {
    if fixture.statements.is_empty() {
        return Vec::new();
    }
    let files = Files::in_memory();
    let workspace = workspace::build(fixture, &files);
    let (knowledge, library) = knowledge::load_builtin();
    let (model, _) = model::build(&workspace, &files, Arc::new(library));
    let facts = Facts::watching(&model, &knowledge, &files);
    let mut by_line: BTreeMap<(usize, u32), Vec<&Statement>> = BTreeMap::new();
    for statement in &fixture.statements {
        by_line.entry((statement.file, statement.line)).or_default().push(statement);
    }
    let mut wrong = Vec::new();
    for ((file, line), statements) in by_line {
        let Some(of) = fixture.files.get(file) else { continue };
        let at = line + of.lines_before;
        let Ok(id) = files.open(Path::new(&of.path)) else {
            wrong.push(format!("line {at}: `{}` cannot be opened", of.path));
            continue;
        };
        let sections = line::sections(&facts, Line::new(&files, id, line));
        let known: Vec<Fact> = sections.into_iter().flat_map(|it| it.facts).collect();
        wrong.extend(differences(&statements, &known).into_iter().map(|it| format!("line {at}: {it}")));
    }
    wrong
}

fn differences(statements: &[&Statement], known: &[Fact]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut kinds: Vec<FactKind> = Vec::new();
    for statement in statements {
        let Some(kind) = kind_of(&statement.words) else {
            wrong.push(format!("`{}` states nothing that is understood", statement.words));
            continue;
        };
        kinds.push(kind);
        if !known.iter().any(|it| it.kind == kind && fits(&statement.words, &it.words)) {
            wrong.push(format!(
                "`{}` is not so; {}",
                statement.words,
                said_instead(kind, &statement.words, known)
            ));
        }
    }
    for fact in known.iter().filter(|it| it.shown && kinds.contains(&it.kind) && !it.kind.by_subject()) {
        if !statements.iter().any(|it| fits(&it.words, &fact.words)) {
            wrong.push(format!("`{}` is so, and not stated", fact.words));
        }
    }
    wrong
}

fn said_instead(kind: FactKind, words: &str, known: &[Fact]) -> String {
    let subject = words.split_once(": ").map_or("", |(subject, _)| subject);
    let others: Vec<String> = known
        .iter()
        .filter(|it| it.kind == kind && (!kind.by_subject() || it.words.starts_with(&format!("{subject}: "))))
        .map(|it| format!("`{}`", it.words))
        .collect();
    if others.is_empty() {
        "nothing of the kind is known".to_owned()
    } else {
        format!("known: {}", others.join(", "))
    }
}

/// The kind of a statement, by its first words.
fn kind_of(words: &str) -> Option<FactKind> {
    const STARTS: &[(&str, FactKind)] = &[
        ("holds ", FactKind::Holds),
        ("may hold ", FactKind::Holds),
        ("acquires ", FactKind::Acquires),
        ("awaits", FactKind::Happens),
        ("blocks: ", FactKind::Happens),
        ("calls back", FactKind::Happens),
        ("yields", FactKind::Happens),
        ("reads ", FactKind::Touches),
        ("writes ", FactKind::Touches),
        ("decided by ", FactKind::Decides),
        ("drops ", FactKind::Drops),
        ("loses ", FactKind::Loses),
        ("returns ", FactKind::Returns),
        ("recv ", FactKind::Receiver),
        ("calls ", FactKind::Calls),
        ("type ", FactKind::Type),
    ];
    if words == "free" {
        return Some(FactKind::Holds);
    }
    STARTS.iter().find(|(start, _)| words.starts_with(start)).map(|(_, kind)| *kind)
}

/// Whether a statement says a fact; `…` in it stands for anything.
fn fits(stated: &str, fact: &str) -> bool {
    match stated.split_once('…') {
        None => stated == fact,
        Some((start, rest)) => fact.strip_prefix(start).is_some_and(|left| {
            let ends = (0..=left.len()).filter_map(|at| left.get(at..));
            ends.into_iter().any(|left| fits(rest, left))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_exact_but_for_dots() {
        assert!(fits("type a: Option<…>", "type a: Option<&u8>"));
        assert!(fits("type …: …u8", "type a: u8"));
        assert!(!fits("holds a", "holds a.b"));
        assert!(!fits("type a: Option<…>", "type a: Option<u8"));
    }

    #[test]
    fn a_fixture_states_facts() {
        let text = "use std::sync::Mutex;\nfn f(m: &Mutex<u8>) {\n    let g = m.lock().unwrap(); //? free; acquires m exclusive\n    drop(g); //? holds m; drops g\n    drop(1); //? free\n}\n";
        let judge =
            |text: &str| check(&Fixture::parse("x.rs", text).unwrap_or_else(|wrong| panic!("{wrong:?}")));
        assert_eq!(judge(text), Vec::<String>::new());
        assert_eq!(
            judge(&text.replace("holds m", "free")),
            ["line 4: `free` is not so; known: `holds m`", "line 4: `holds m` is so, and not stated"]
        );
        assert_eq!(
            judge(&text.replace("drops g", "frees g")),
            ["line 4: `frees g` states nothing that is understood"]
        );
    }
}
