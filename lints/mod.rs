//! The lints, a folder each. This list is all there is to registering one.

use hazmap::prelude::Lint;

pub mod allow_without_reason;
pub mod unknown_lint;
pub mod unreadable_file;
pub mod unused_allow;

/// All lints, sorted by name.
pub static ALL: &[&Lint] = &[
    &allow_without_reason::ALLOW_WITHOUT_REASON,
    &unknown_lint::UNKNOWN_LINT,
    &unreadable_file::UNREADABLE_FILE,
    &unused_allow::UNUSED_ALLOW,
];
