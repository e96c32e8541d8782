//! Clippy's own permissions of guards that are held across awaits.

use super::Facts;
use super::event::Acquisition;
use super::knowledge::WaitKind;
use crate::source::Span;
use crate::syntax::ClippyAllow;

impl Facts<'_> {
    /// Whether a guard is taken where clippy's lint of such guards is permitted, by an attribute of the function or statement. Clippy looks
    /// at locks and at cells; a concurrent map's guards are none.
    pub fn is_allowed_by_clippy(&self, guard: Span, taken: &Acquisition) -> bool {
        let lint = match (taken.wait, taken.shard) {
            (WaitKind::Sync, false) => "await_holding_lock",
            (WaitKind::Cell, _) => "await_holding_refcell_ref",
            (WaitKind::Sync, true) | (WaitKind::Async, _) => return false,
        };
        let is_it = |it: &ClippyAllow| it.lint.as_str() == lint && it.covers.covers(guard.range);
        self.model.tree(guard.file).is_some_and(|tree| tree.clippy_allows.iter().any(is_it))
    }
}
