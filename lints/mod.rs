//! The lints, a folder each. This list is all there is to registering one.

use hazmap::prelude::Lint;

pub mod allow_without_reason;
pub mod async_guard_across_await;
pub mod await_holding_map_guard;
pub mod blocking_while_guard_held;
pub mod callback_while_guard_held;
pub mod check_then_act;
pub mod diverging_map_clone;
pub mod duplicate_cache_fill;
pub mod inconsistent_lock_order;
pub mod locked_concurrent_map;
pub mod lost_copy_update;
pub mod make_mut_diverges;
pub mod partially_shared_clone;
pub mod recursive_read_guard;
pub mod relock_while_held;
pub mod shallow_map_clone;
pub mod shallow_nested_map_clone;
pub mod split_read_modify_write;
pub mod static_mut_map;
pub mod unknown_lint;
pub mod unreadable_file;
pub mod unused_allow;
pub mod write_guard_only_reads;

/// All lints, sorted by name.
pub static ALL: &[&Lint] = &[
    &allow_without_reason::ALLOW_WITHOUT_REASON,
    &async_guard_across_await::ASYNC_GUARD_ACROSS_AWAIT,
    &await_holding_map_guard::AWAIT_HOLDING_MAP_GUARD,
    &blocking_while_guard_held::BLOCKING_WHILE_GUARD_HELD,
    &callback_while_guard_held::CALLBACK_WHILE_GUARD_HELD,
    &check_then_act::CHECK_THEN_ACT,
    &diverging_map_clone::DIVERGING_MAP_CLONE,
    &duplicate_cache_fill::DUPLICATE_CACHE_FILL,
    &inconsistent_lock_order::INCONSISTENT_LOCK_ORDER,
    &locked_concurrent_map::LOCKED_CONCURRENT_MAP,
    &lost_copy_update::LOST_COPY_UPDATE,
    &make_mut_diverges::MAKE_MUT_DIVERGES,
    &partially_shared_clone::PARTIALLY_SHARED_CLONE,
    &recursive_read_guard::RECURSIVE_READ_GUARD,
    &relock_while_held::RELOCK_WHILE_HELD,
    &shallow_map_clone::SHALLOW_MAP_CLONE,
    &shallow_nested_map_clone::SHALLOW_NESTED_MAP_CLONE,
    &split_read_modify_write::SPLIT_READ_MODIFY_WRITE,
    &static_mut_map::STATIC_MUT_MAP,
    &unknown_lint::UNKNOWN_LINT,
    &unreadable_file::UNREADABLE_FILE,
    &unused_allow::UNUSED_ALLOW,
    &write_guard_only_reads::WRITE_GUARD_ONLY_READS,
];
