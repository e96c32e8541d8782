//! A second handle to the same map that is taken for a copy of it.

use super::after::{After, Side};
use super::{CloneHazard, CloneUse};

impl<'a> After<'_, 'a> {
    /// A handle that is taken for a copy.
    pub(super) fn shallow(&self) -> Option<CloneUse> {
        let ops = self.ops();
        for (change, side) in ops.iter().filter(|(it, _)| it.writes.is_some()) {
            if *side == Side::Original
                && let Some(later) = self.restored(change.point)
            {
                return Some(self.report(CloneHazard::Shallow, change.span, later));
            }
            for (read, other) in ops.iter().filter(|(it, _)| it.reads.is_some() && it.writes.is_none()) {
                if other == side || !self.follows(change.point, read.point) {
                    continue;
                }
                let named = self.cloned.is_named_so && *other == Side::Clone;
                if named || self.is_compared(read.point, *other) {
                    return Some(self.report(CloneHazard::Shallow, change.span, read.span));
                }
            }
            if *side == Side::Original
                && let Some(later) = self.put_by_as_earlier(change.point)
            {
                return Some(self.report(CloneHazard::Shallow, change.span, later));
            }
            if self.cloned.is_named_so
                && *side == Side::Original
                && let Some(later) =
                    self.looked_into_by_closure(change.point).or_else(|| self.copied_out(change.point))
            {
                return Some(self.report(CloneHazard::Shallow, change.span, later));
            }
            if self.cloned.is_named_so
                && *side == Side::Original
                && let Some(later) = self.returned(change.point)
            {
                return Some(self.report(CloneHazard::Shallow, change.span, later));
            }
            if *side == Side::Original
                && let Some(later) = self.taken_back(change.point)
            {
                return Some(self.report(CloneHazard::Shallow, change.span, later));
            }
        }
        None
    }
}
