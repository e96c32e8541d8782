//! Tests of the loader and of our rows.

use super::Versions;
use super::*;
use crate::model::library::{Api, Library};
use crate::model::types::{Bound, Mutability, TraitRef, Type};
use rustc_hash::FxHashSet;

fn builtin() -> (Knowledge, Library) {
    let (knowledge, library, problems) = load(&[], &Versions::default());
    let list: Vec<String> =
        problems.iter().map(|p| format!("{}:{}: {}", p.origin, p.line, p.message)).collect();
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
        .filter(|(api, effects)| {
            !seen.insert((
                api.path,
                format!("{:?} {:?}", api.self_ty, api.args),
                effects.since,
                effects.until,
            ))
        })
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
    let (_, _, problems) = load(&[UserRows::whole("hazmap.toml", rows)], &Versions::default());
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].line, 6);
    assert_eq!(problems[0].message, "unknown key `blokcs`: did you mean `blocks`?");
}

#[test]
fn a_bad_signature_is_said_and_the_rest_goes_on() {
    let rows = "[[impl]]\nfor = \"mod x\"\nfns = [\n  { sig = \"fn f(a: Nope)\" },\n  { sig = \"fn g()\" },\n  { sig = \"fn h()\", momentary = true },\n]\n";
    let (_, library, problems) = load(&[UserRows::whole("u", rows)], &Versions::default());
    assert!(library.fns.contains_key(&Name::from("x::g")));
    let lines: Vec<u32> = problems.iter().map(|p| p.line).collect();
    assert_eq!(lines, [4, 6]);
    assert!(problems[0].message.contains("the name `Nope` is not declared"), "{}", problems[0].message);
}

#[test]
fn a_users_row_wins() {
    let rows =
        "[[impl]]\nfor = \"Option<T>\"\nfns = [{ sig = \"fn unwrap(self) -> T\", blocks = \"thinking\" }]\n";
    let (knowledge, library, _) = load(&[UserRows::whole("u", rows)], &Versions::default());
    let ids = library.methods_of(Name::from("std::option::Option"), Name::from("unwrap"));
    assert_eq!(ids.len(), 1);
    assert_eq!(knowledge.effects(ids[0]).blocks.map(|b| b.as_str()), Some("thinking"));
}

#[test]
fn deep_nesting_is_an_error_not_an_overflow() {
    let rows =
        format!("[[impl]]\nfor = \"mod x\"\nfns = [{{ sig = \"fn f(a: {}u8)\" }}]\n", "&".repeat(100_000));
    let (_, _, problems) = load(&[UserRows::whole("u", &rows)], &Versions::default());
    assert_eq!(problems.len(), 1);
}

#[test]
fn signatures_are_read_in_full() {
    let (_, library) = builtin();
    let map = method(&library, "std::option::Option", "map");
    assert_eq!(map.params.iter().map(|p| p.as_str()).collect::<Vec<_>>(), ["T", "U", "F"]);
    let (of, Bound { trait_, args, assoc }) = &map.bounds[0];
    assert_eq!(*of, param("F"));
    assert_eq!(*trait_, TraitRef::Lib(Name::from("std::ops::FnOnce")));
    assert_eq!(args[..], [Type::Param(Name::from("T"))]);
    assert_eq!(assoc[..], [(Name::from("Output"), Type::Param(Name::from("U")))]);
    let recv = method(&library, "std::sync::mpsc::Receiver", "recv");
    assert_eq!(
        recv.ret,
        Type::lib("std::result::Result", [param("T"), Type::lib("std::sync::mpsc::RecvError", [])])
    );
}

fn param(name: &str) -> Type {
    Type::Param(Name::from(name))
}

fn effects<'a>(knowledge: &'a Knowledge, library: &Library, owner: &str, name: &str) -> &'a Effects {
    let ids = library.methods_of(Name::from(owner), Name::from(name));
    knowledge.effects(*ids.first().unwrap_or_else(|| panic!("no row of {owner}::{name}")))
}

#[test]
fn type_aliases_and_defaults_are_expanded() {
    let (_, library) = builtin();
    let lock = method(&library, "std::sync::Mutex", "lock");
    let guard = Type::lib("std::sync::MutexGuard", [param("T")]);
    assert_eq!(
        lock.ret,
        Type::lib("std::result::Result", [guard.clone(), Type::lib("std::sync::PoisonError", [guard])])
    );
    let map =
        library.make_type(Name::from("std::collections::HashMap"), &[Type::prim("u8"), Type::prim("u16")]);
    let Type::Lib(_, args) = &map else { panic!("{map:?}") };
    assert_eq!(args[2], Type::lib("std::hash::RandomState", []));
    let io = library.make_type(library.canonical("core::io::Result"), &[Type::unit()]);
    assert_eq!(io, Type::lib("std::result::Result", [Type::unit(), Type::lib("std::io::Error", [])]));
}

#[test]
fn paths_become_canonical() {
    let (_, library) = builtin();
    let canonical = |path: &str| library.canonical(path);
    assert_eq!(canonical("alloc::collections::btree_map::BTreeMap").as_str(), "std::collections::BTreeMap");
    assert_eq!(canonical("core::mem::swap").as_str(), "std::mem::swap");
    assert_eq!(canonical("std::sync::poison::Mutex").as_str(), "std::sync::Mutex");
    assert_eq!(canonical("no::such::thing").as_str(), "no::such::thing");
    let names = |module: &str| -> Vec<&str> {
        library.exports[&Name::from(module)].iter().map(|(name, _)| name.as_str()).collect()
    };
    assert!(names("std::sync").contains(&"Mutex") && names("std::sync").contains(&"mpsc"));
    assert!(names("std::collections::hash_map").contains(&"Entry"));
    assert!(names("std::prelude").contains(&"Some"));
}

#[test]
fn locks_and_guards_have_roles() {
    let (knowledge, library) = builtin();
    let role = |path: &str| knowledge.role(Name::from(path)).unwrap_or_else(|| panic!("no role of {path}"));
    let rwlock = role("std::sync::RwLock").lock.unwrap();
    assert_eq!(
        (rwlock.shape, rwlock.kind, rwlock.recursive_read),
        (LockShape::RwLock, WaitKind::Sync, RecursiveRead::Deadlocks)
    );
    assert_eq!(
        role("std::cell::RefMut").guard.unwrap(),
        GuardRole { mode: Mode::Exclusive, kind: WaitKind::Cell, upgradable: false }
    );
    assert_eq!(role("std::collections::BTreeSet").map, Some(MapKind::Plain));
    assert!(
        role("std::sync::Arc").handle
            && role("std::sync::LazyLock").lazy
            && role("std::sync::atomic::AtomicU64").identity
    );
    let takes = effects(&knowledge, &library, "std::sync::RwLock", "try_write").takes.unwrap();
    assert!(takes.mode == Mode::Exclusive && takes.try_ && !takes.momentary && takes.of == ArgRef::SelfArg);
    let held = effects(&knowledge, &library, "std::thread::LocalKey", "with_borrow_mut").takes.unwrap();
    assert!(held.while_calling && held.momentary);
    assert!(
        knowledge.acquiring.contains(&Name::from("borrow_mut"))
            && !knowledge.acquiring.contains(&Name::from("len"))
    );
}

#[test]
fn maps_say_what_they_read_and_write() {
    let (knowledge, library) = builtin();
    let insert = effects(&knowledge, &library, "std::collections::HashMap", "insert");
    assert_eq!(
        (insert.writes, insert.key, insert.value, insert.answers),
        (Some(Writes::Insert), Some(0), Some(1), true)
    );
    let get = effects(&knowledge, &library, "std::collections::BTreeMap", "get");
    assert_eq!((get.reads, get.key, get.part_of), (Some(Reads::Key), Some(0), Some(ArgRef::SelfArg)));
    let vacant = effects(&knowledge, &library, "std::collections::hash_map::VacantEntry", "insert");
    assert_eq!((vacant.key, vacant.value), (None, Some(0)));
}

#[test]
fn closures_run_when_rows_say() {
    let (knowledge, library) = builtin();
    let iterator = |name: &str| {
        knowledge.effects(library.trait_methods[&(Name::from("std::iter::Iterator"), Name::from(name))])
    };
    assert_eq!(iterator("map").when(0), When::Iterated);
    assert_eq!(iterator("scan").when(1), When::Iterated);
    assert_eq!(iterator("for_each").when(0), When::Now);
    let spawn = knowledge.effects(library.fns[&Name::from("std::thread::spawn")]);
    assert_eq!(spawn.spawns, Some(0));
    assert!(knowledge.effects(library.fns[&Name::from("std::process::exit")]).diverges);
}

#[test]
fn iterators_have_items() {
    let (_, library) = builtin();
    let item = |path: &str| -> Type {
        let bounds = &library.types[&Name::from(path)].traits;
        let iterator = TraitRef::Lib(Name::from("std::iter::Iterator"));
        let bound =
            bounds.iter().find(|b| b.trait_ == iterator).unwrap_or_else(|| panic!("{path} is no iterator"));
        bound.assoc[0].1.clone()
    };
    let shared = |name| Type::reference(Mutability::Shared, param(name));
    assert_eq!(item("std::collections::hash_map::Iter"), Type::Tuple([shared("K"), shared("V")].into()));
    assert_eq!(item("std::iter::Map"), param("B"));
    assert_eq!(item("std::vec::IntoIter"), param("T"));
    assert_eq!(item("std::str::Chars"), Type::prim("char"));
    assert_eq!(item("std::ops::Range"), param("Idx"));
}

#[test]
fn each_trait_of_an_iterator_type_is_found_by_its_head() {
    let (_, library) = builtin();
    let heads = |trait_: &str, head: &str| {
        library.impls.get(&(Name::from(trait_), Name::from(head))).map_or(0, Vec::len)
    };
    assert_eq!(heads("std::iter::FromIterator", "std::result::Result"), 1);
    assert_eq!(heads("std::iter::IntoIterator", "std::vec::Vec"), 3);
    assert!(heads("std::convert::Into", "*") > 0);
}
