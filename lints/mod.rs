//! The lints, a folder each. This list is all there is to registering one.

use hazmap::prelude::Lint;

pub mod allow_without_reason;
pub mod async_guard_across_await;
pub mod await_holding_map_guard;
pub mod bare_map_in_type_store;
pub mod bare_shared_map_in_api;
pub mod blocking_while_guard_held;
pub mod callback_while_guard_held;
pub mod check_then_act;
pub mod context_chain_growth;
pub mod deserialized_map_alias;
pub mod diverging_map_clone;
pub mod duplicate_cache_fill;
pub mod global_map;
pub mod global_map_in_tests;
pub mod inconsistent_lock_order;
pub mod lock_in_loop;
pub mod lock_in_loop_shared;
pub mod locked_concurrent_map;
pub mod lost_copy_update;
pub mod make_mut_diverges;
pub mod map_dropped_under_guard;
pub mod mutable_map_in_type_store;
pub mod nested_map_lock;
pub mod panic_poisons_map_lock;
pub mod partially_shared_clone;
pub mod recursive_read_guard;
pub mod relock_while_held;
pub mod shallow_map_clone;
pub mod shallow_nested_map_clone;
pub mod shared_map_mutated_in_spawn;
pub mod slow_work_while_guard_held;
pub mod split_read_modify_write;
pub mod static_mut_map;
pub mod thread_local_map_in_async;
pub mod type_store_collision;
pub mod unbounded_shared_map;
pub mod unknown_lint;
pub mod unreadable_file;
pub mod unsound_map_sharing;
pub mod unused_allow;
pub mod whole_map_clone_under_guard;
pub mod write_guard_only_reads;

/// All lints, sorted by name.
pub static ALL: &[&Lint] = &[
    &allow_without_reason::ALLOW_WITHOUT_REASON,
    &async_guard_across_await::ASYNC_GUARD_ACROSS_AWAIT,
    &await_holding_map_guard::AWAIT_HOLDING_MAP_GUARD,
    &bare_map_in_type_store::BARE_MAP_IN_TYPE_STORE,
    &bare_shared_map_in_api::BARE_SHARED_MAP_IN_API,
    &blocking_while_guard_held::BLOCKING_WHILE_GUARD_HELD,
    &callback_while_guard_held::CALLBACK_WHILE_GUARD_HELD,
    &check_then_act::CHECK_THEN_ACT,
    &context_chain_growth::CONTEXT_CHAIN_GROWTH,
    &deserialized_map_alias::DESERIALIZED_MAP_ALIAS,
    &diverging_map_clone::DIVERGING_MAP_CLONE,
    &duplicate_cache_fill::DUPLICATE_CACHE_FILL,
    &global_map::GLOBAL_MAP,
    &global_map_in_tests::GLOBAL_MAP_IN_TESTS,
    &inconsistent_lock_order::INCONSISTENT_LOCK_ORDER,
    &lock_in_loop::LOCK_IN_LOOP,
    &lock_in_loop_shared::LOCK_IN_LOOP_SHARED,
    &locked_concurrent_map::LOCKED_CONCURRENT_MAP,
    &lost_copy_update::LOST_COPY_UPDATE,
    &make_mut_diverges::MAKE_MUT_DIVERGES,
    &map_dropped_under_guard::MAP_DROPPED_UNDER_GUARD,
    &mutable_map_in_type_store::MUTABLE_MAP_IN_TYPE_STORE,
    &nested_map_lock::NESTED_MAP_LOCK,
    &panic_poisons_map_lock::PANIC_POISONS_MAP_LOCK,
    &partially_shared_clone::PARTIALLY_SHARED_CLONE,
    &recursive_read_guard::RECURSIVE_READ_GUARD,
    &relock_while_held::RELOCK_WHILE_HELD,
    &shallow_map_clone::SHALLOW_MAP_CLONE,
    &shallow_nested_map_clone::SHALLOW_NESTED_MAP_CLONE,
    &shared_map_mutated_in_spawn::SHARED_MAP_MUTATED_IN_SPAWN,
    &slow_work_while_guard_held::SLOW_WORK_WHILE_GUARD_HELD,
    &split_read_modify_write::SPLIT_READ_MODIFY_WRITE,
    &static_mut_map::STATIC_MUT_MAP,
    &thread_local_map_in_async::THREAD_LOCAL_MAP_IN_ASYNC,
    &type_store_collision::TYPE_STORE_COLLISION,
    &unbounded_shared_map::UNBOUNDED_SHARED_MAP,
    &unknown_lint::UNKNOWN_LINT,
    &unreadable_file::UNREADABLE_FILE,
    &unsound_map_sharing::UNSOUND_MAP_SHARING,
    &unused_allow::UNUSED_ALLOW,
    &whole_map_clone_under_guard::WHOLE_MAP_CLONE_UNDER_GUARD,
    &write_guard_only_reads::WRITE_GUARD_ONLY_READS,
];
