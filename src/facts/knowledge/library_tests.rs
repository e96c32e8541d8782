//! What the rows of third-party libraries must say, spot by spot: the modes of locks and maps, and which types guard.

use super::*;
use crate::model::library::{Api, Library};
use crate::model::types::Type;

fn row(owner: &str, name: &str) -> (Api, Effects) {
    let (knowledge, library) = load_builtin();
    let id = *library
        .methods_of(Name::from(owner), Name::from(name))
        .first()
        .unwrap_or_else(|| panic!("no row of {owner}::{name}"));
    (library.api(id).clone(), knowledge.effects(id).clone())
}

/// How a function takes its receiver's lock, in one word each: `shared`, `exclusive`, then `momentary`, `calling`, `try`, `recursive`.
fn takes(knowledge: &Knowledge, library: &Library, owner: &str, name: &str) -> String {
    let ids = library.methods_of(Name::from(owner), Name::from(name));
    let id = ids.first().unwrap_or_else(|| panic!("no row of {owner}::{name}"));
    let Some(takes) = &knowledge.effects(*id).takes else { return "nothing".to_owned() };
    let mut words = vec![match takes.mode {
        Mode::Shared => "shared",
        Mode::Exclusive => "exclusive",
    }];
    if takes.while_calling {
        words.push("calling");
    } else if takes.momentary {
        words.push("momentary");
    }
    words.extend(takes.try_.then_some("try"));
    words.extend(takes.recursive.then_some("recursive"));
    words.join(" ")
}

#[test]
fn modes_are_those_of_the_sources() {
    let (knowledge, library) = load_builtin();
    let expected = [
        ("dashmap::DashMap", "get", "shared"),
        ("dashmap::DashMap", "iter", "shared"),
        ("dashmap::DashMap", "contains_key len is_empty capacity clone", "shared momentary"),
        ("dashmap::DashMap", "view", "shared calling"),
        ("dashmap::DashMap", "try_get", "shared try"),
        ("dashmap::DashMap", "get_mut entry iter_mut", "exclusive"),
        ("dashmap::DashMap", "insert remove clear shrink_to_fit extend try_reserve", "exclusive momentary"),
        ("dashmap::DashMap", "remove_if remove_if_mut retain alter alter_all", "exclusive calling"),
        ("dashmap::DashMap", "try_get_mut try_entry", "exclusive try"),
        ("dashmap::DashMap", "hasher new", "nothing"),
        ("dashmap::DashSet", "contains len", "shared momentary"),
        ("dashmap::DashSet", "insert remove", "exclusive momentary"),
        ("dashmap::ReadOnlyView", "get contains_key", "nothing"),
        ("parking_lot::Mutex", "lock lock_arc", "exclusive"),
        ("parking_lot::Mutex", "try_lock try_lock_for try_lock_until", "exclusive try"),
        ("parking_lot::RwLock", "read upgradable_read", "shared"),
        ("parking_lot::RwLock", "read_recursive", "shared recursive"),
        ("parking_lot::RwLock", "try_read_recursive", "shared try recursive"),
        ("parking_lot::RwLock", "write write_arc", "exclusive"),
        ("lock_api::RwLock", "read_arc", "shared"),
        ("tokio::sync::Mutex", "lock lock_owned blocking_lock", "exclusive"),
        ("tokio::sync::RwLock", "read read_owned", "shared"),
        ("tokio::sync::RwLock", "try_write", "exclusive try"),
        ("tokio::sync::watch::Receiver", "borrow borrow_and_update", "shared"),
        ("tokio::sync::watch::Sender", "send_modify", "exclusive calling"),
        ("tokio::sync::watch::Sender", "send send_replace", "exclusive momentary"),
        ("async_lock::RwLock", "write", "exclusive"),
        ("futures::lock::Mutex", "lock", "exclusive"),
        ("spin::RwLock", "read upgradeable_read", "shared"),
        ("scc::HashMap", "get get_sync get_async entry entry_sync", "exclusive"),
        ("scc::HashMap", "read read_sync scan iter_sync", "shared calling"),
        ("scc::HashMap", "retain update_sync", "exclusive calling"),
        ("scc::HashIndex", "peek contains peek_with", "nothing"),
        ("arc_swap::ArcSwap", "load store rcu", "nothing"),
        ("papaya::HashMapRef", "get insert", "nothing"),
    ];
    for (owner, names, expected) in expected {
        for name in names.split(' ') {
            assert_eq!(takes(&knowledge, &library, owner, name), expected, "{owner}::{name}");
        }
    }
}

/// Whether a value of this type is or carries a guard.
fn carries_guard(knowledge: &Knowledge, ty: &Type) -> bool {
    match ty {
        Type::Lib(path, args) => {
            knowledge.role(*path).is_some_and(|role| role.guard.is_some())
                || args.iter().any(|arg| carries_guard(knowledge, arg))
        }
        Type::Tuple(parts) => parts.iter().any(|part| carries_guard(knowledge, part)),
        _ => false,
    }
}

#[test]
fn a_lock_that_stays_taken_comes_out_as_a_guard() {
    let (knowledge, library) = load_builtin();
    let mut wrong = Vec::new();
    for (api, effects) in library.apis.iter().zip(&knowledge.effects) {
        let stays = effects.takes.as_ref().is_some_and(|takes| !takes.momentary);
        let comes_out = carries_guard(&knowledge, &api.ret);
        let from_a_guard = effects.maps_guard.is_some()
            || api.self_ty.as_ref().is_some_and(|ty| carries_guard(&knowledge, ty));
        if stays && !comes_out {
            wrong.push(format!("{} takes a lock, but gives no guard", api.path));
        }
        if comes_out && effects.takes.is_none() && !from_a_guard {
            wrong.push(format!("{} gives a guard, but takes no lock", api.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn guards_and_what_is_none() {
    let (knowledge, _) = load_builtin();
    let mode = |path: &str| {
        knowledge
            .role(Name::from(path))
            .and_then(|role| role.guard.as_ref())
            .map(|guard| (guard.mode, guard.kind))
    };
    let shared = [
        "dashmap::mapref::one::Ref",
        "dashmap::iter::Iter",
        "parking_lot::RwLockReadGuard",
        "tokio::sync::watch::Ref",
    ];
    for path in shared {
        assert_eq!(mode(path), Some((Mode::Shared, WaitKind::Sync)), "{path}");
    }
    let exclusive = [
        "dashmap::mapref::entry::Entry",
        "lock_api::ArcMutexGuard",
        "scc::hash_map::OccupiedEntry",
        "spin::MutexGuard",
    ];
    for path in exclusive {
        assert_eq!(mode(path), Some((Mode::Exclusive, WaitKind::Sync)), "{path}");
    }
    for path in ["tokio::sync::OwnedMutexGuard", "async_lock::MutexGuard", "futures::lock::MutexGuard"] {
        assert_eq!(mode(path), Some((Mode::Exclusive, WaitKind::Async)), "{path}");
    }
    for path in [
        "arc_swap::Guard",
        "tracing::span::Entered",
        "crossbeam_epoch::Guard",
        "sdd::Guard",
        "tokio::runtime::EnterGuard",
    ] {
        assert_eq!(mode(path), None, "{path}");
    }
}

#[test]
fn readers_that_pass_a_queued_writer() {
    let (knowledge, _) = load_builtin();
    let lock = |path: &str| {
        knowledge.role(Name::from(path)).and_then(|role| role.lock).unwrap_or_else(|| panic!("{path}"))
    };
    for path in
        ["parking_lot::RwLock", "tokio::sync::RwLock", "async_lock::RwLock", "tokio::sync::watch::Receiver"]
    {
        assert_eq!(lock(path).recursive_read, RecursiveRead::Deadlocks, "{path}");
    }
    assert_eq!(lock("spin::RwLock").recursive_read, RecursiveRead::Allowed);
    assert!(lock("parking_lot::ReentrantMutex").reentrant);
}

#[test]
fn a_guard_goes_on_living_in_what_is_made_of_it() {
    let (_, effects) = row("dashmap::mapref::entry::Entry", "or_insert_with");
    assert_eq!(effects.maps_guard.map(|m| m.of), Some(ArgRef::SelfArg));
    let (_, effects) = row("parking_lot::MutexGuard", "map");
    assert_eq!(effects.maps_guard.map(|m| m.of), Some(ArgRef::Arg(0)));
    let (_, effects) = row("parking_lot::RwLockWriteGuard", "downgrade");
    assert_eq!(effects.maps_guard.and_then(|m| m.mode), Some(Mode::Shared));
    let (_, effects) = row("parking_lot::MutexGuard", "unlocked");
    assert_eq!(effects.unlocks, Some(ArgRef::Arg(0)));
}

#[test]
fn what_blocks_and_what_runs_elsewhere() {
    for (owner, name) in [
        ("crossbeam_channel::Receiver", "recv"),
        ("tokio::sync::mpsc::Sender", "blocking_send"),
        ("tokio::runtime::Runtime", "block_on"),
        ("parking_lot::Condvar", "wait"),
    ] {
        assert!(row(owner, name).1.blocks.is_some(), "{owner}::{name}");
    }
    for (owner, name) in [
        ("tokio::sync::mpsc::UnboundedSender", "send"),
        ("tokio::sync::mpsc::Sender", "send"),
        ("flume::Sender", "try_send"),
        // The type is the same for bounded and unbounded channels.
        ("flume::Sender", "send"),
    ] {
        assert!(row(owner, name).1.blocks.is_none(), "{owner}::{name}");
    }
    assert_eq!(row("tokio::task::JoinSet", "spawn").1.spawns, Some(0));
    let (api, effects) = row("tokio::sync::Mutex", "lock");
    assert!(api.is_async && effects.takes.is_some());
}

#[test]
fn other_names_lead_to_the_same_types() {
    let (_, library) = load_builtin();
    for (path, canonical) in [
        ("parking_lot::lock_api::Mutex", "lock_api::Mutex"),
        ("parking_lot::ArcMutexGuard", "lock_api::ArcMutexGuard"),
        ("rustc_hash::FxHashMap", "std::collections::HashMap"),
        ("ahash::AHashMap", "std::collections::HashMap"),
        ("async_std::sync::RwLock", "async_lock::RwLock"),
        ("crossbeam::channel::Sender", "crossbeam_channel::Sender"),
        ("futures_util::StreamExt", "futures::stream::Stream"),
        ("dashmap::Entry", "dashmap::mapref::entry::Entry"),
        ("dashmap::set::DashSet", "dashmap::DashSet"),
        ("rayon::prelude::ParallelIterator", "rayon::iter::ParallelIterator"),
    ] {
        assert_eq!(library.canonical(path).as_str(), canonical, "{path}");
    }
    let map =
        library.make_type(Name::from("std::collections::HashMap"), &[Type::prim("u8"), Type::prim("u8")]);
    assert!(matches!(map, Type::Lib(_, args) if args.len() >= 3), "the hasher's default is filled in");
}
