//! Which steps other threads could notice: what a guard keeps apart beside what it guards.

use super::Flow;
use crate::facts::knowledge::Mode;
use crate::facts::state::State;
use crate::model::body::{Operand, Place, PlaceBase, Proj, Rvalue, Step, StepKind};
use crate::model::items::Static;
use crate::model::library::ApiId;
use crate::model::types::Type;
use crate::model::typing::Callee;

impl<'a> Flow<'a, '_> {
    /// Notes, of guards for writing that are held at a step, that something happens under them which others could notice.
    pub(super) fn note_noticed(&mut self, step: &'a Step, before: &State) {
        // Of a function it is of interest only under a guard; of a closure, whoever runs it may hold one.
        let is_asked = (self.body.closure.is_some() && !self.noticed) || !before.at.is_empty();
        if self.out.is_none() || !is_asked || self.is_quiet(step) {
            return;
        }
        self.noticed = true;
        for (id, _) in &before.at {
            let guard =
                self.guards.get_mut(id.0 as usize).filter(|it| it.acquisition.mode == Mode::Exclusive);
            if let Some(guard) = guard {
                guard.noticed = true;
            }
        }
    }

    /// Whether a step surely does nothing that another thread could notice, but through guards that are held: it computes, it changes
    /// what is this thread's alone, or it looks.
    fn is_quiet(&self, step: &Step) -> bool {
        match &step.kind {
            StepKind::Live(_) | StepKind::Dead(_) => true,
            StepKind::Assign(_, Rvalue::Unknown) | StepKind::Await { .. } | StepKind::Opaque { .. } => false,
            StepKind::Assign(dest, _) => self.is_own(dest),
            StepKind::Drop(place) => {
                let ty = self.roles.model.place_ty_in(self.body, place);
                self.facts.destructors_of(self.body.owner, &ty).is_empty()
            }
            StepKind::Call { callee, args, .. } => match callee {
                Callee::Ctor(_) => true,
                Callee::Api(api) => self.is_quiet_api(*api, args),
                Callee::Fn(_) | Callee::TraitFn { .. } | Callee::Value | Callee::Unknown(_) => false,
            },
        }
    }

    /// A library's function whose effects are known, and which is given nothing but plain values and closures that do no more.
    fn is_quiet_api(&self, api: ApiId, args: &[Operand]) -> bool {
        let effects = self.facts.knowledge.effects(api);
        let does = effects.takes.is_some() || effects.blocks.is_some() || effects.spawns.is_some();
        !does && args.iter().all(|it| self.is_quiet_argument(it))
    }

    fn is_quiet_argument(&self, arg: &Operand) -> bool {
        if matches!(arg, Operand::Lit(_) | Operand::Unit) {
            return true;
        }
        if let Some(id) = self.defs.closure_of(arg) {
            return self.child(id).is_some_and(|it| !it.noticed);
        }
        let ty = self.defs.pointee_ty(arg);
        self.roles.is_guard(&ty)
            || !(self.is_callable(arg) || self.roles.has_identity(&ty) || ty == Type::Unknown)
    }

    /// Whether what is assigned to is this thread's alone: a variable, or what a reference leads to that nobody else has.
    fn is_own(&self, place: &Place) -> bool {
        let is_mutable = |it: &Static| it.mutable;
        match &place.base {
            PlaceBase::Static(id) => !self.roles.model.statics.get(id.0 as usize).is_some_and(is_mutable),
            PlaceBase::Lib(_) => false,
            PlaceBase::Local(_) => !self.goes_through_pointer(place),
        }
    }

    fn goes_through_pointer(&self, place: &Place) -> bool {
        let is_pointer = |n: usize| {
            let before = Place { base: place.base, proj: place.proj.iter().take(n).cloned().collect() };
            matches!(self.roles.model.place_ty_in(self.body, &before), Type::Ptr(..))
        };
        place.proj.iter().enumerate().any(|(n, step)| matches!(step, Proj::Deref) && is_pointer(n))
    }
}
