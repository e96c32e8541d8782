//! Reads and writes of maps, as calls of libraries' functions do them by their rows.

use super::defs::{Defs, key_argument};
use super::event::{MapOp, Point};
use super::knowledge::MapKind;
use super::path::LockPath;
use super::roles::Roles;
use super::state::GuardId;
use crate::model::body::{Step, StepKind};
use crate::model::typing::Callee;

impl MapOp {
    /// What a call of a library's function reads or writes of a map, under the guards that `under` tells by the map's kind and place;
    /// `None` from it: that map is of no interest.
    pub(super) fn of_call(
        roles: Roles<'_>,
        defs: &Defs<'_>,
        point: Point,
        step: &Step,
        under: impl FnOnce(MapKind, Option<&LockPath>) -> Option<Vec<GuardId>>,
    ) -> Option<MapOp> {
        let StepKind::Call { callee: Callee::Api(api), args, call_range, .. } = &step.kind else {
            return None;
        };
        let effects = roles.knowledge.effects(*api);
        if effects.reads.is_none() && effects.writes.is_none() {
            return None;
        }
        let receiver = args.first()?;
        let ty = defs.pointee_ty(receiver);
        let map = roles.through_handles(&ty).clone();
        let kind = roles.map_kind(&map)?;
        let path = defs.operand_path(receiver);
        let under = under(kind, path.as_ref())?;
        let key = key_argument(roles, *api, args);
        Some(MapOp {
            point,
            span: step.range.of(defs.body.file),
            call: call_range.of(defs.body.file),
            path,
            map,
            reads: effects.reads,
            writes: effects.writes,
            answers: effects.answers,
            key: key.map(|it| defs.key_value(it)),
            under,
            shard: kind == MapKind::Concurrent,
            picks: false,
            value_arg: effects.writes.map(|_| effects.value.unwrap_or(1) + 1),
            value_place: None,
            rechecks: false,
            in_callee: false,
            one_thread: false,
            inner: None,
            cfg: step.cfg.clone(),
        })
    }
}
