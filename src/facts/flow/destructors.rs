//! Destructors of the analysed code, where values are dropped.

use super::Flow;
use super::own_calls::Called;
use crate::facts::defs::{Def, argument, whole_local};
use crate::facts::event::{Held, Point, RunBy};
use crate::facts::knowledge::{ArgRef, Effects, Writes};
use crate::facts::path::LockPath;
use crate::facts::state::State;
use crate::model::body::{LocalKind, Operand, Place, Step};
use crate::model::items::SelfKind;
use crate::model::library::ApiId;
use crate::model::types::Type;
use crate::source::TextRange;

impl<'a, 'f> Flow<'a, 'f> {
    /// The destructors of the analysed code that run when a place's value is dropped.
    pub(super) fn run_destructors(&mut self, point: Point, step: &Step, place: &Place, state: &State) {
        let moved = whole_local(place).is_some_and(|it| state.moved.contains(&it));
        if self.out.is_none() || !self.facts.model.has_drops() || moved {
            return;
        }
        let ty = self.roles.model.place_ty_in(self.body, place);
        // What frees a temporary is told at the call that made it.
        let made = whole_local(place).map(|it| self.defs.def(it));
        let range = match made {
            Some(Def::Call(_, _, range)) if !self.is_variable(place) => range,
            _ => step.range,
        };
        let held = self.held(state, &state.guards_in(place));
        let path = Some(self.defs.path(place));
        self.note_destructors(point, step, range, &ty, path, held);
    }

    /// A variable holds nothing once it was dropped: on the next turn of a loop, a pattern may not bind it.
    pub(super) fn note_dropped(&self, place: &Place, state: &mut State) {
        if self.facts.model.has_drops()
            && self.is_variable(place)
            && let Some(local) = whole_local(place)
        {
            state.moved.insert(local);
        }
    }

    /// A call that ends values: `drop(value)`, `map.clear()`, `map.retain(..)`.
    pub(super) fn drop_in_call(
        &mut self,
        point: Point,
        step: &Step,
        api: ApiId,
        effects: &Effects,
        args: &[Operand],
        state: &State,
    ) {
        if self.out.is_none() || !self.facts.model.has_drops() {
            return;
        }
        let given = effects.drops.filter(|it| self.is_by_value(api, *it));
        let given = given.and_then(|it| argument(self.facts.model, api, args, it));
        if let Some(Operand::Move(place)) = given {
            let ty = self.roles.model.place_ty_in(self.body, place);
            let held = self.held(state, &self.guards_behind(&Operand::Move(place.clone()), state));
            self.note_destructors(point, step, step.range, &ty, Some(self.defs.path(place)), held);
        }
        let ends_some = effects.writes == Some(Writes::All) && effects.removes;
        if (effects.writes == Some(Writes::Clear) || ends_some)
            && let Some(receiver) = args.first()
        {
            let ty = self.defs.pointee_ty(receiver);
            self.note_destructors(point, step, step.range, &ty, None, self.held(state, &[]));
        }
    }

    /// Whether an argument is given away itself, and not a reference to it.
    pub(super) fn is_by_value(&self, api: ApiId, arg: ArgRef) -> bool {
        let row = self.facts.model.library.api(api);
        match arg {
            ArgRef::SelfArg => row.recv == Some(SelfKind::Value),
            ArgRef::Arg(n) => !matches!(row.args.get(n as usize), Some(Type::Ref(..)) | None),
        }
    }

    pub(super) fn is_variable(&self, place: &Place) -> bool {
        let local = whole_local(place).and_then(|it| self.body.locals.get(it.0 as usize));
        local.is_some_and(|it| matches!(it.kind, LocalKind::Variable | LocalKind::Param))
    }

    fn note_destructors(
        &mut self,
        point: Point,
        step: &Step,
        range: TextRange,
        ty: &Type,
        path: Option<LockPath>,
        held: Vec<Held>,
    ) {
        for dropped in self.facts.destructors_of(self.body.owner, ty).iter() {
            let called = Called {
                by: if dropped.last { RunBy::LastOwner } else { RunBy::Drop },
                surely: dropped.surely,
                args: vec![if dropped.whole { path.clone() } else { None }],
                held: held.clone(),
                ..Called::of(vec![dropped.func], range)
            };
            self.note_call(point, step, called);
        }
    }
}
