//! Calls of functions that were stored in a variable first: `let f = Self::load; f(x)` calls `Self::load`.

use crate::model::body::{Body, LocalId, LocalKind, Operand, Place, PlaceBase, Rvalue, StepKind};
use crate::model::types::Mutability;
use crate::model::typing::{Callee, Res};
use rustc_hash::FxHashMap;

/// How often a value may be passed on from variable to variable.
const MAX_HOPS: usize = 8;

/// What is stored in each local that is written to: the value, where it is written once and as a whole, else `None`.
type Stored<'b> = FxHashMap<LocalId, Option<&'b Operand>>;

impl Body {
    /// Puts the function in place of the value, where a called variable holds one that is known.
    pub(super) fn resolve_values(&mut self) {
        let stored = self.stored();
        let mut known: Vec<(usize, usize, Callee)> = Vec::new();
        for (b, block) in self.blocks.iter().enumerate() {
            for (s, step) in block.steps.iter().enumerate() {
                if let StepKind::Call { callee: Callee::Value, func: Some(func), .. } = &step.kind
                    && let Some(callee) = self.function_in(func, &stored)
                {
                    known.push((b, s, callee));
                }
            }
        }
        for (b, s, found) in known {
            let step = self.blocks.get_mut(b).and_then(|block| block.steps.get_mut(s));
            if let Some(StepKind::Call { callee, func, .. }) = step.map(|step| &mut step.kind) {
                (*callee, *func) = (found, None);
            }
        }
    }

    fn stored(&self) -> Stored<'_> {
        let mut stored = Stored::default();
        let calls_value = |kind: &StepKind| matches!(kind, StepKind::Call { callee: Callee::Value, .. });
        let steps = || self.blocks.iter().flat_map(|block| &block.steps);
        if !steps().any(|step| calls_value(&step.kind)) {
            return stored;
        }
        for step in steps() {
            match &step.kind {
                StepKind::Assign(place, value) => {
                    let whole = match value {
                        Rvalue::Use(operand) | Rvalue::Cast(operand) => Some(operand),
                        _ => None,
                    };
                    write(&mut stored, place, whole);
                    // What is lent for writing may be written to.
                    if let Rvalue::Ref(Mutability::Mut, lent) | Rvalue::RawRef(lent) = value {
                        write(&mut stored, lent, None);
                    }
                }
                StepKind::Call { dest, .. } | StepKind::Await { dest, .. } => write(&mut stored, dest, None),
                StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => {}
            }
        }
        stored
    }

    /// The function that an operand is, or that the variable in it holds whenever it is read.
    fn function_in(&self, operand: &Operand, stored: &Stored<'_>) -> Option<Callee> {
        let mut at = operand;
        for _ in 0..MAX_HOPS {
            match at {
                Operand::Item(Res::Fn(f)) => return Some(Callee::Fn(*f)),
                Operand::Item(Res::Api(api)) => return Some(Callee::Api(*api)),
                Operand::Copy(Place { base: PlaceBase::Local(local), proj })
                | Operand::Move(Place { base: PlaceBase::Local(local), proj })
                    if proj.is_empty() && self.is_own(*local) =>
                {
                    at = stored.get(local).copied().flatten()?;
                }
                _ => return None,
            }
        }
        None
    }

    /// Whether nobody outside the body gives the local its value.
    fn is_own(&self, local: LocalId) -> bool {
        let kind = self.locals.get(local.0 as usize).map(|local| local.kind);
        matches!(kind, Some(LocalKind::Variable | LocalKind::Temporary))
    }
}

/// Notes that a place is written to.
fn write<'b>(stored: &mut Stored<'b>, place: &Place, value: Option<&'b Operand>) {
    let PlaceBase::Local(local) = place.base else { return };
    let value = value.filter(|_| place.proj.is_empty() && !stored.contains_key(&local));
    stored.insert(local, value);
}
