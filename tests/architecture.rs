//! Who may name whom: reads the tokens of our own sources and compares them with the table of rooms.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms in order; each may name those that are listed beside it, and itself.
const ROOMS: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("syntax", &["source"]),
    ("model", &["source", "syntax"]),
    ("facts", &["source", "syntax", "model"]),
    ("lint", &["source", "model", "facts"]),
    ("lints", &["prelude"]),
    ("render", &["source", "lint"]),
    ("driver", &["source", "syntax", "model", "facts", "lint", "render"]),
];

/// Names of modules that say nothing about what is in them.
const BAGS: &[&str] = &["utils", "util", "helpers", "helper", "common", "misc"];

/// Names of library functions that take locks: code that compares with them belongs in the knowledge rows. (The room `syntax`
/// knows names of macros only, and `write!` is one.)
const API_NAMES: &[&str] = &[
    "lock",
    "read",
    "write",
    "try_lock",
    "try_read",
    "try_write",
    "borrow",
    "borrow_mut",
    "try_borrow",
    "entry",
    "get_mut",
    "iter_mut",
    "contains_key",
    "or_insert_with",
    "read_recursive",
    "upgradable_read",
    "blocking_lock",
    "blocking_read",
    "blocking_write",
    "lock_arc",
    "recv",
    "block_on",
];

/// Files that may hold such names all the same, and why.
const EXCUSED: &[(&str, &str)] =
    &[("src/model/infer/mod.rs", "counts calls for a figure of `--stats`; nothing is decided by it")];

struct Source {
    path: PathBuf,
    room: String,
    tokens: Vec<TokenTree>,
}

#[test]
fn no_room_names_a_later_one() {
    let mut wrong = Vec::new();
    for source in sources() {
        let Some((_, may)) = ROOMS.iter().find(|(room, _)| *room == source.room) else { continue };
        each(&source.tokens, &mut |window| {
            let Some(named) = room_named(window) else { return };
            if named != source.room && !may.contains(&named.as_str()) {
                wrong.push(format!("{}: `{}` names `{named}`", source.path.display(), source.room));
            }
        });
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_stands_in_a_room() {
    for source in sources() {
        let known = ROOMS.iter().any(|(room, _)| *room == source.room) || source.room.is_empty();
        assert!(known, "{}: no room `{}` in the table", source.path.display(), source.room);
    }
}

#[test]
fn the_parser_stays_in_its_room() {
    only_in(&["syntax"], &["syn", "proc_macro2", "quote"]);
}

#[test]
fn the_disk_and_the_environment_stay_in_theirs() {
    let mut wrong = Vec::new();
    for source in sources() {
        if ["source", "driver", ""].contains(&source.room.as_str()) {
            continue;
        }
        each(&source.tokens, &mut |window| {
            if let Some(named) =
                std_named(window).filter(|it| ["fs", "env", "process", "net"].contains(&it.as_str()))
            {
                wrong.push(format!("{}: names `std::{named}`", source.path.display()));
            }
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_stored_forms_and_output_are_serialised() {
    let mut wrong = Vec::new();
    for source in sources() {
        let path = source.path.to_string_lossy();
        let stored = source.room == "facts" && (path.contains("knowledge") || path.contains("stored"));
        if ["render", "driver"].contains(&source.room.as_str()) || stored {
            continue;
        }
        each(&source.tokens, &mut |window| {
            if ["serde", "serde_json"].iter().any(|name| is_path_head(window, name)) {
                wrong.push(format!("{}: names serde", source.path.display()));
            }
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_driver_prints() {
    let mut wrong = Vec::new();
    for source in sources().into_iter().filter(|source| source.room != "driver") {
        each(&source.tokens, &mut |window| {
            let [first, second, ..] = window else { return };
            let name = ident(first).unwrap_or_default();
            if ["println", "print", "eprintln", "eprint", "dbg"].contains(&name.as_str())
                && is_punct(second, '!')
            {
                wrong.push(format!("{}: `{name}!`", source.path.display()));
            }
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn modules_are_named_for_what_they_hold() {
    for source in sources() {
        for part in source.path.iter().map(|part| part.to_string_lossy()) {
            let stem = part.trim_end_matches(".rs");
            assert!(!BAGS.contains(&stem), "{}: a bag of this and that", source.path.display());
        }
        each(&source.tokens, &mut |window| {
            let [first, second, ..] = window else { return };
            let name = ident(second).unwrap_or_default();
            let bag = ident(first).as_deref() == Some("mod") && BAGS.contains(&name.as_str());
            assert!(!bag, "{}: `mod {name}`", source.path.display());
        });
    }
}

#[test]
fn names_of_library_functions_are_rows() {
    let mut wrong = Vec::new();
    for source in sources() {
        let rows = source.room == "facts" && source.path.to_string_lossy().contains("knowledge");
        let excused = EXCUSED.iter().any(|(path, _)| source.path == Path::new(path));
        if rows || excused || ["syntax", "render", "driver"].contains(&source.room.as_str()) {
            continue;
        }
        each(&source.tokens, &mut |window| {
            let Some(TokenTree::Literal(literal)) = window.first() else { return };
            let text = literal.to_string();
            let inside = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default();
            if API_NAMES.contains(&inside) {
                wrong.push(format!("{}: the literal {text}", source.path.display()));
            }
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_backward_use_is_seen() {
    for text in ["use crate::driver::args;", "fn f() { hazmap::driver::main(&[]) }", "use {crate::driver};"] {
        let mut seen = Vec::new();
        each(&tokens_of(text), &mut |window| seen.extend(room_named(window)));
        assert_eq!(seen, ["driver"], "{text}");
    }
    let mut seen = Vec::new();
    each(&tokens_of("use crate::{source::Files, driver::{args, main}};"), &mut |window| {
        seen.extend(room_named(window))
    });
    assert_eq!(seen, ["source", "driver"]);
}

fn only_in(rooms: &[&str], crates: &[&str]) {
    let mut wrong = Vec::new();
    for source in sources().into_iter().filter(|source| !rooms.contains(&source.room.as_str())) {
        each(&source.tokens, &mut |window| {
            for name in crates.iter().filter(|name| is_path_head(window, name)) {
                wrong.push(format!("{}: names `{name}`", source.path.display()));
            }
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// All our sources with their tokens, tests inside them left out.
fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    for root in ["src", "lints"] {
        collect(Path::new(root), &mut sources);
    }
    assert!(sources.len() > 10, "our own sources were not found");
    sources
}

fn collect(dir: &Path, sources: &mut Vec<Source>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let is_test = path.file_stem().is_some_and(|stem| stem == "tests");
            if !is_test {
                let tokens = tokens_of(&fs::read_to_string(&path).unwrap());
                sources.push(Source { room: room_of(&path), tokens: without_tests(tokens), path });
            }
        }
    }
}

/// `src/syntax/lower.rs` stands in `syntax`, `lints/x/mod.rs` in `lints`, `src/lib.rs` in none.
fn room_of(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    match parts.as_slice() {
        [first, ..] if first == "lints" => "lints".to_owned(),
        [_, room, _, ..] => room.clone().into_owned(),
        _ => String::new(),
    }
}

fn tokens_of(text: &str) -> Vec<TokenTree> {
    text.parse::<TokenStream>().unwrap().into_iter().collect()
}

/// Leaves out what follows `#[cfg(test)]`, up to its body.
fn without_tests(tokens: Vec<TokenTree>) -> Vec<TokenTree> {
    let mut out = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let test = is_punct(&token, '#')
            && matches!(tokens.peek(), Some(TokenTree::Group(group)) if group.stream().to_string().replace(' ', "") == "cfg(test)");
        if !test {
            out.push(token);
            continue;
        }
        for skipped in tokens.by_ref() {
            let body = matches!(&skipped, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
            if body || is_punct(&skipped, ';') {
                break;
            }
        }
    }
    out
}

/// Shows each token with those that follow it in its group, at all depths. Groups that follow `crate::` are shown as if each of
/// their parts did.
fn each(tokens: &[TokenTree], see: &mut impl FnMut(&[TokenTree])) {
    for (index, token) in tokens.iter().enumerate() {
        see(&tokens[index..]);
        let TokenTree::Group(group) = token else { continue };
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        let head = &tokens[index.saturating_sub(3)..index];
        if matches!(head, [root, ..] if is_root(root))
            && head.len() == 3
            && group.delimiter() == Delimiter::Brace
        {
            for part in inner.split(|token| is_punct(token, ',')) {
                let path: Vec<TokenTree> = head.iter().chain(part).cloned().collect();
                see(&path);
            }
        }
        each(&inner, see);
    }
}

fn is_root(token: &TokenTree) -> bool {
    ident(token).is_some_and(|name| name == "crate" || name == "hazmap")
}

/// `crate :: X` or `hazmap :: X`.
fn room_named(window: &[TokenTree]) -> Option<String> {
    let [root, one, two, name, ..] = window else { return None };
    let path = is_root(root) && is_punct(one, ':') && is_punct(two, ':');
    let name = ident(name).filter(|_| path)?;
    let known = ROOMS.iter().any(|(room, _)| *room == name) || name == "prelude";
    known.then_some(name)
}

/// `std :: X`.
fn std_named(window: &[TokenTree]) -> Option<String> {
    let [root, one, two, name, ..] = window else { return None };
    let path = ident(root).as_deref() == Some("std") && is_punct(one, ':') && is_punct(two, ':');
    ident(name).filter(|_| path)
}

/// `name ::` where no path comes before it, or `use name`.
fn is_path_head(window: &[TokenTree], name: &str) -> bool {
    let is = |token: &TokenTree| ident(token).as_deref() == Some(name);
    match window {
        [first, second, third, ..] if !is_punct(first, ':') && is(second) && is_punct(third, ':') => true,
        [first, second, ..] => ident(first).as_deref() == Some("use") && is(second),
        _ => false,
    }
}

fn ident(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    }
}

fn is_punct(token: &TokenTree, c: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == c)
}
