//! Clones that are kept as the state before: names and uses that say so. Evidence, no proof.

use super::after::After;
use super::in_vain::Within;
use super::sides::{Locals, depending};
use crate::facts::BodyFacts;
use crate::facts::defs::{Defs, argument, whole_local};
use crate::facts::event::{MapOp, Point, steps_of};
use crate::facts::path::{LockPath, PathStep, Root};
use crate::model::body::{Aggregate, Body, LocalId, Operand, Place, Rvalue, StepKind};
use crate::model::items::SelfKind;
use crate::model::types::Type;
use crate::model::typing::{Callee, Res};
use crate::source::Span;
use crate::syntax::Name;

impl<'a> After<'_, 'a> {
    /// Where, before a point, the clone was put into a field that says by its name that it keeps an earlier state (`self.undo`), or into
    /// a collection there.
    pub(super) fn put_by_as_earlier(&self, before: Point) -> Option<Span> {
        let mut moved = self.moved_clone();
        // `Some(clone)`.
        let wrapped = steps_of(self.body()).filter_map(|(_, step)| match &step.kind {
            StepKind::Assign(dest, Rvalue::Aggregate(Aggregate::Adt(Res::LibVariant(..), _), parts))
                if parts.iter().any(|it| self.is_in(it, &moved)) =>
            {
                whole_local(dest)
            }
            _ => None,
        });
        let wrapped: Vec<LocalId> = wrapped.collect();
        moved.extend(wrapped);
        let keeps = |path: &LockPath| match path.steps.last() {
            Some(PathStep::Field(name)) => keeps_earlier(*name),
            None => self.variable(path).is_some_and(keeps_earlier),
            Some(_) => false,
        };
        steps_of(self.body()).find_map(|(point, step)| {
            let is = match &step.kind {
                StepKind::Assign(dest, Rvalue::Use(Operand::Move(from))) => {
                    !dest.proj.is_empty()
                        && whole_local(from).is_some_and(|it| moved.contains(&it))
                        && keeps(&self.values.defs.path(dest))
                }
                StepKind::Call { callee: Callee::Api(_), args, .. } => {
                    args.iter().skip(1).any(|it| self.is_in(it, &moved))
                        && args.first().is_some_and(|it| {
                            self.values.roles().is_collection(&self.values.pointee_ty(it))
                                && self.values.defs.operand_path(it).is_some_and(|it| keeps(&it))
                        })
                }
                _ => false,
            };
            (is && self.follows(self.cloned.point, point) && self.follows(point, before))
                .then(|| step.range.of(self.body().file))
        })
    }

    /// The name of the variable or parameter that a place is.
    fn variable(&self, path: &LockPath) -> Option<Name> {
        let local = match path.root {
            Root::Param(n) => LocalId(n + 1),
            Root::Local(closure, local) if closure == self.body().closure => local,
            _ => return None,
        };
        self.body().locals.get(local.0 as usize)?.name
    }

    /// Where a closure that has the clone and not the original looks into the map, after a point.
    pub(super) fn looked_into_by_closure(&self, after: Point) -> Option<Span> {
        let spawned = self.spawned().map(|(child, _)| child.closure);
        steps_of(self.body()).find_map(|(point, step)| {
            let StepKind::Assign(_, Rvalue::Closure(id, captured)) = &step.kind else { return None };
            let has = |side: &Locals| captured.iter().any(|it| self.is_in(it, side));
            let only_clone = has(&self.cloned.clone_side) && !has(&self.cloned.original_side);
            if !only_clone || !self.follows(after, point) || spawned == Some(Some(*id)) {
                return None;
            }
            let child = self.facts.children.iter().find(|it| it.closure == Some(*id))?;
            let looks = |it: &&MapOp| {
                it.reads.is_some()
                    && it.writes.is_none()
                    && it.path.as_ref().is_some_and(|it| it.begins_with(&self.cloned.original))
            };
            let locks_itself = child.ops.iter().find(looks).map(|it| it.span);
            locks_itself.or_else(|| self.read_through_captured_guard(child, captured))
        })
    }

    /// Where a closure reads the map through a guard, taken through the clone, that it captures: `names.retain(|it| !old.contains(it))`.
    fn read_through_captured_guard(&self, child: &BodyFacts, captured: &[Operand]) -> Option<Span> {
        let roles = self.values.roles();
        let is_guard = |it: &Operand| {
            self.is_in(it, &self.cloned.clone_side) && roles.guard_role(&self.values.pointee_ty(it)).is_some()
        };
        let guards = captured.iter().enumerate().filter(|(_, it)| is_guard(it));
        let guards: Vec<Name> = guards.map(|(n, _)| Name::from(n.to_string().as_str())).collect();
        let body = self.body().children.iter().find(|it| it.closure == child.closure)?;
        let within = Within::new(body, child, guards, Locals::default());
        steps_of(body).find_map(|(_, step)| {
            let StepKind::Call { callee: Callee::Api(api), args, .. } = &step.kind else { return None };
            args.first().filter(|it| within.is_given(it))?;
            let row = self.values.model.library.api(*api);
            let of_map = row.self_ty.as_ref().is_some_and(|it| roles.map_kind(it).is_some());
            (of_map && row.recv == Some(SelfKind::Ref)).then(|| step.range.of(body.file))
        })
    }

    /// Where what lies behind the clone is copied out as a whole after a point: `let old = saved.read().clone();`.
    pub(super) fn copied_out(&self, after: Point) -> Option<Span> {
        steps_of(self.body()).find_map(|(point, step)| {
            let StepKind::Call { dest, callee: Callee::Api(api), args, .. } = &step.kind else { return None };
            let original =
                argument(self.values.model, *api, args, self.values.knowledge.effects(*api).copies?)?;
            let ty = self.values.ty(dest);
            let is_map =
                self.values.roles().map_kind(&ty).is_some() && self.values.pointee_ty(original) == ty;
            let of_clone = self.is_in(original, &self.cloned.clone_side)
                && !self.is_in(original, &self.cloned.original_side);
            (is_map && of_clone && self.follows(after, point)).then(|| step.range.of(self.body().file))
        })
    }

    /// Where a clone that was put by in a collection before a point is taken out of it again afterwards, and given out.
    pub(super) fn taken_back(&self, after: Point) -> Option<Span> {
        let moved = self.moved_clone();
        let of_collection = |args: &[Operand]| {
            let receiver = args.first()?;
            let is = self.values.roles().is_collection(&self.values.pointee_ty(receiver));
            is.then(|| self.values.defs.operand_path(receiver)).flatten().filter(LockPath::is_stable)
        };
        let put_by = |(point, kind): (Point, &StepKind)| {
            let StepKind::Call { args, .. } = kind else { return None };
            let puts = self.follows(self.cloned.point, point)
                && self.follows(point, after)
                && args.iter().skip(1).any(|it| self.is_in(it, &moved));
            puts.then(|| of_collection(args)).flatten()
        };
        let kept: Vec<LockPath> =
            steps_of(self.body()).filter_map(|(point, step)| put_by((point, &step.kind))).collect();
        if kept.is_empty() {
            return None;
        }
        let clone_ty = self.values.ty(&Place::local(self.cloned.dest));
        steps_of(self.body()).find_map(|(point, step)| {
            let StepKind::Call { dest, args, .. } = &step.kind else { return None };
            let ty = self.values.ty(dest);
            let holds =
                ty == clone_ty || matches!(&ty, Type::Lib(_, args) if args.first() == Some(&clone_ty));
            let is = holds
                && self.follows(after, point)
                && of_collection(args).is_some_and(|it| kept.contains(&it))
                && whole_local(dest).is_some_and(|it| {
                    depending(self.body(), [it].into_iter().collect(), None).contains(&LocalId(0))
                });
            is.then(|| step.range.of(self.body().file))
        })
    }

    /// Where the clone is put in the place of the original, here or by a function that is given it, after a point.
    pub(super) fn restored(&self, after: Point) -> Option<Span> {
        let moved = self.moved_clone();
        let is_moved = |from: &Place| whole_local(from).is_some_and(|it| moved.contains(&it));
        let is_clone = |it: &Operand| matches!(it, Operand::Move(from) if is_moved(from));
        steps_of(self.body()).find_map(|(point, step)| {
            if !self.follows(after, point) {
                return None;
            }
            let is = match &step.kind {
                StepKind::Assign(dest, Rvalue::Use(from)) => {
                    is_clone(from)
                        && !dest.proj.is_empty()
                        && self.values.defs.path(dest) == self.cloned.original
                }
                StepKind::Call { callee: Callee::Fn(id), args, .. } => {
                    let paths = self.paths_of(args);
                    let given = args.iter().zip(0..).filter(|(it, _)| is_clone(it));
                    let mut puts = given.flat_map(|(_, n)| (self.asked.puts)(*id, n));
                    puts.any(|it| it.in_caller(&paths).as_ref() == Some(&self.cloned.original))
                }
                _ => false,
            };
            is.then(|| step.range.of(self.body().file))
        })
    }

    /// Where the clone is given out, by itself or in a struct or tuple, after a point.
    pub(super) fn returned(&self, after: Point) -> Option<Span> {
        let moved = self.moved_clone();
        steps_of(self.body()).find_map(|(point, step)| {
            let StepKind::Assign(dest, value) = &step.kind else { return None };
            let gives = match value {
                Rvalue::Use(Operand::Move(from)) => whole_local(from).is_some_and(|it| moved.contains(&it)),
                Rvalue::Aggregate(Aggregate::Adt(..) | Aggregate::Tuple, parts) => parts.iter().any(|it| {
                    matches!(it, Operand::Move(from) if whole_local(from).is_some_and(|it| moved.contains(&it)))
                }),
                _ => false,
            };
            let is = self.follows(after, point) && whole_local(dest) == Some(LocalId(0)) && gives;
            is.then(|| step.range.of(self.body().file))
        })
    }
}

/// The places in which a function puts what it is given as a parameter, over its parameters.
pub(in crate::facts) fn puts(defs: &Defs<'_>, param: u32) -> Vec<LockPath> {
    let is_given = |from: &Place| {
        let path = defs.path(from);
        path.root == Root::Param(param) && path.steps.is_empty()
    };
    let put = steps_of(defs.body).filter_map(|(_, step)| match &step.kind {
        StepKind::Assign(dest, Rvalue::Use(Operand::Move(from))) => {
            (!dest.proj.is_empty() && is_given(from)).then(|| defs.path(dest))
        }
        _ => None,
    });
    put.filter(|it| matches!(it.root, Root::Param(_))).collect()
}

/// Whether the variable that gets a value says by its name that it is meant as the state before: evidence, no proof.
pub(super) fn is_named_as_earlier(body: &Body, local: LocalId) -> bool {
    let named = |local: LocalId| body.locals.get(local.0 as usize).and_then(|it| it.name);
    let mut local = local;
    for _ in 0..8 {
        if let Some(name) = named(local) {
            return says_earlier(name);
        }
        let next = steps_of(body).find_map(|(_, step)| match &step.kind {
            StepKind::Assign(dest, Rvalue::Use(Operand::Move(from))) if whole_local(from) == Some(local) => {
                whole_local(dest)
            }
            _ => None,
        });
        let Some(next) = next.filter(|it| *it != local) else { return false };
        local = next;
    }
    false
}

fn says_earlier(name: Name) -> bool {
    const WORDS: [&str; 13] = [
        "snapshot",
        "backup",
        "checkpoint",
        "before",
        "old",
        "prev",
        "previous",
        "orig",
        "original",
        "copy",
        "saved",
        "earlier",
        "initial",
    ];
    name.as_str().split('_').any(|part| WORDS.contains(&part))
}

/// Whether a field's name says that it keeps earlier states.
fn keeps_earlier(name: Name) -> bool {
    const WORDS: [&str; 6] = ["undo", "history", "snapshots", "backups", "checkpoint", "checkpoints"];
    says_earlier(name) || name.as_str().split('_').any(|part| WORDS.contains(&part))
}
