//! Variables that are declared without a value: their first assignment, and an exit before it, drop nothing.

use crate::model::body::{Body, LocalId, Operand, Place, PlaceBase, Rvalue, StepKind, Terminator};
use rustc_hash::FxHashSet;

/// Variables that may hold a value.
type Filled = FxHashSet<LocalId>;

impl Body {
    /// Takes the drops of these variables away where no path has given them a value (as rustc's drop elaboration does).
    pub(super) fn drop_only_filled(&mut self, deferred: &[LocalId]) {
        if deferred.is_empty() {
            return;
        }
        let mut before: Vec<Option<Filled>> = self.blocks.iter().map(|_| None).collect();
        let mut waiting = vec![(0usize, Filled::default())];
        while let Some((at, new)) = waiting.pop() {
            let Some(known) = before.get_mut(at) else { continue };
            let grown = match known {
                Some(known) => {
                    let len = known.len();
                    known.extend(&new);
                    known.len() > len
                }
                None => {
                    *known = Some(new);
                    true
                }
            };
            let (Some(block), true, Some(start)) = (self.blocks.get(at), grown, known.clone()) else {
                continue;
            };
            let mut filled = start;
            for step in &block.steps {
                self.fill(&step.kind, deferred, &mut filled);
            }
            waiting.extend(block.end.iter().flat_map(next_of).map(|next| (next, filled.clone())));
        }
        let mut idle: Vec<(usize, usize)> = Vec::new();
        for (b, (block, before)) in self.blocks.iter().zip(before).enumerate() {
            // What no path reaches is left as it is.
            let Some(mut filled) = before else { continue };
            for (s, step) in block.steps.iter().enumerate() {
                if let StepKind::Drop(place) = &step.kind
                    && let Some(local) = whole(place)
                    && deferred.contains(&local)
                    && !filled.contains(&local)
                {
                    idle.push((b, s));
                }
                self.fill(&step.kind, deferred, &mut filled);
            }
        }
        // The last first, so that the numbers of those before stay.
        for (b, s) in idle.into_iter().rev() {
            if let Some(block) = self.blocks.get_mut(b) {
                block.steps.remove(s);
            }
        }
    }

    /// What a step does to the variables.
    fn fill(&self, step: &StepKind, deferred: &[LocalId], filled: &mut Filled) {
        let mut give = |place: &Place| {
            if let PlaceBase::Local(local) = place.base
                && deferred.contains(&local)
            {
                filled.insert(local);
            }
        };
        match step {
            StepKind::Assign(place, value) => {
                give(place);
                // Lent for writing: from then on it may be filled by another. (A closure that captures it borrows it first.)
                if let Rvalue::Ref(_, lent) | Rvalue::RawRef(lent) = value {
                    give(lent);
                }
            }
            StepKind::Call { dest, args, .. } => {
                give(dest);
                for arg in args {
                    if let Operand::Copy(place) | Operand::Move(place) = arg {
                        give(place);
                    }
                }
            }
            StepKind::Await { dest, .. } => give(dest),
            StepKind::Live(local) => {
                filled.remove(local);
            }
            // A macro that is not understood may assign what it names.
            StepKind::Opaque { words } => {
                for local in deferred {
                    let name = self.locals.get(local.0 as usize).and_then(|local| local.name);
                    if name.is_some_and(|name| words.contains(&name)) {
                        filled.insert(*local);
                    }
                }
            }
            StepKind::Drop(_) | StepKind::Dead(_) => {}
        }
    }
}

fn whole(place: &Place) -> Option<LocalId> {
    match place.base {
        PlaceBase::Local(local) if place.proj.is_empty() => Some(local),
        _ => None,
    }
}

fn next_of(end: &Terminator) -> Vec<usize> {
    match end {
        Terminator::Goto(to) => vec![to.0 as usize],
        Terminator::Switch { tests, otherwise, .. } => {
            tests.iter().map(|(_, to)| to).chain(otherwise).map(|to| to.0 as usize).collect()
        }
        Terminator::Return | Terminator::Unreachable => Vec::new(),
    }
}
