//! Tests of the loader and of our rows.

use super::*;
use crate::model::library::{Api, Library};
use crate::model::types::{Bound, Mutability, TraitRef, Type};
use rustc_hash::FxHashSet;

fn builtin() -> (Knowledge, Library) {
    let (knowledge, library, problems) = load(&[]);
    let list: Vec<String> = problems.iter().map(|p| format!("{}:{}: {}", p.origin, p.line, p.message)).collect();
    assert!(list.is_empty(), "{} rows cannot be read:\n{}", list.len(), list.join("\n"));
    (knowledge, library)
}

fn method<'a>(library: &'a Library, owner: &str, name: &str) -> &'a Api {
    let ids = library.methods_of(Name::from(owner), Name::from(name));
    let id = ids.first().unwrap_or_else(|| panic!("no row of {owner}::{name}"));
    library.api(*id)
}

#[test]
fn each_row_can_be_read() {
    builtin();
}

#[test]
fn no_row_stands_twice() {
    let (knowledge, library) = builtin();
    let mut seen = FxHashSet::default();
    let rows = library.apis.iter().zip(&knowledge.effects);
    let twice: Vec<&str> = rows
        .filter(|(api, effects)| !seen.insert((api.path, format!("{:?}", api.self_ty), effects.since, effects.until)))
        .map(|(api, _)| api.path.as_str())
        .collect();
    assert!(twice.is_empty(), "rows that stand twice: {twice:?}");
}

#[test]
fn aliases_lead_to_something() {
    let (_, library) = builtin();
    for (path, target) in &library.aliases {
        let found = library.canonical(target.as_str());
        let owners = || library.methods.keys().chain(library.trait_methods.keys());
        assert!(library.names(found) || owners().any(|(owner, _)| *owner == found), "{path} = {target}");
        assert!(!library.types.contains_key(path), "{path} is a type and an alias");
    }
}

#[test]
fn a_misspelt_key_is_an_error_with_line_and_guess() {
    let rows = "crate = \"x\"\n\n[[impl]]\nfor = \"mod x\"\nfns = [\n  { sig = \"fn f()\", blokcs = \"waiting\" },\n]\n";
    let (_, _, problems) = load(&[("hazmap.toml", rows)]);
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].line, 6);
    assert_eq!(problems[0].message, "unknown key `blokcs`: did you mean `blocks`?");
}

#[test]
fn a_bad_signature_is_said_and_the_rest_goes_on() {
    let rows = "[[impl]]\nfor = \"mod x\"\nfns = [\n  { sig = \"fn f(a: Nope)\" },\n  { sig = \"fn g()\" },\n  { sig = \"fn h()\", momentary = true },\n]\n";
    let (_, library, problems) = load(&[("u", rows)]);
    assert!(library.fns.contains_key(&Name::from("x::g")));
    let lines: Vec<u32> = problems.iter().map(|p| p.line).collect();
    assert_eq!(lines, [4, 6]);
    assert!(problems[0].message.contains("the name `Nope` is not declared"), "{}", problems[0].message);
}

#[test]
fn a_users_row_wins() {
    let rows = "[[impl]]\nfor = \"Option<T>\"\nfns = [{ sig = \"fn unwrap(self) -> T\", blocks = \"thinking\" }]\n";
    let (knowledge, library, _) = load(&[("u", rows)]);
    let ids = library.methods_of(Name::from("std::option::Option"), Name::from("unwrap"));
    assert_eq!(ids.len(), 1);
    assert_eq!(knowledge.effects(ids[0]).blocks.map(|b| b.as_str()), Some("thinking"));
}

#[test]
fn deep_nesting_is_an_error_not_an_overflow() {
    let rows = format!("[[impl]]\nfor = \"mod x\"\nfns = [{{ sig = \"fn f(a: {}u8)\" }}]\n", "&".repeat(100_000));
    let (_, _, problems) = load(&[("u", &rows)]);
    assert_eq!(problems.len(), 1);
}

#[test]
fn signatures_are_read_in_full() {
    let (_, library) = builtin();
    let map = method(&library, "std::option::Option", "map");
    assert_eq!(map.params.iter().map(|p| p.as_str()).collect::<Vec<_>>(), ["T", "U", "F"]);
    let (param, Bound { trait_, args, assoc }) = &map.bounds[0];
    assert_eq!(*param, Type::Param(Name::from("F")));
    assert_eq!(*trait_, TraitRef::Lib(Name::from("std::ops::FnOnce")));
    assert_eq!(args[..], [Type::Param(Name::from("T"))]);
    assert_eq!(assoc[..], [(Name::from("Output"), Type::Param(Name::from("U")))]);
    let _ = Mutability::Shared;
}
