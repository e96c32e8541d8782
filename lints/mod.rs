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
pub mod duplicate_cache_fill;
pub mod global_map;
pub mod inconsistent_lock_order;
pub mod locked_concurrent_map;
pub mod mutable_map_in_type_store;
pub mod nested_map_lock;
pub mod recursive_read_guard;
pub mod relock_while_held;
pub mod static_mut_map;
pub mod type_store_collision;
pub mod unknown_lint;
pub mod unreadable_file;
pub mod unsound_map_sharing;
pub mod unused_allow;
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
    &duplicate_cache_fill::DUPLICATE_CACHE_FILL,
    &global_map::GLOBAL_MAP,
    &inconsistent_lock_order::INCONSISTENT_LOCK_ORDER,
    &locked_concurrent_map::LOCKED_CONCURRENT_MAP,
    &mutable_map_in_type_store::MUTABLE_MAP_IN_TYPE_STORE,
    &nested_map_lock::NESTED_MAP_LOCK,
    &recursive_read_guard::RECURSIVE_READ_GUARD,
    &relock_while_held::RELOCK_WHILE_HELD,
    &static_mut_map::STATIC_MUT_MAP,
    &type_store_collision::TYPE_STORE_COLLISION,
    &unknown_lint::UNKNOWN_LINT,
    &unreadable_file::UNREADABLE_FILE,
    &unsound_map_sharing::UNSOUND_MAP_SHARING,
    &unused_allow::UNUSED_ALLOW,
    &write_guard_only_reads::WRITE_GUARD_ONLY_READS,
];
