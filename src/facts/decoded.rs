//! Decoded values with a shared map in them that get two owners, and are changed through one.

use super::defs::{Def, Defs, argument, whole_local};
use super::event::{Point, steps_of};
use super::knowledge::Knowledge;
use super::path::{LockPath, Root};
use super::{BodyFacts, Facts, UseKind};
use crate::model::body::{Body, LocalId, Operand, Place, PlaceBase, Rvalue, Step, StepKind};
use crate::model::library::ApiId;
use crate::model::types::Type;
use crate::model::typing::Callee;
use crate::source::Span;

/// Steps back through which a value is followed.
const MAX_STEPS: usize = 32;

/// A clone of a decoded value that leads to the same map.
#[derive(Clone, Debug)]
pub struct DecodedAlias {
    /// The clone.
    pub clone: Span,
    /// Where the map is changed through one of the two.
    pub change: Span,
}

/// Finds them in a body of which it is known what its callees change.
pub(super) fn find(facts: &Facts<'_>, defs: &Defs<'_>, known: &BodyFacts) -> Vec<DecodedAlias> {
    let cx = Cx { facts, defs, known, body: defs.body };
    cx.steps().filter_map(|(point, step)| cx.alias(point, step)).collect()
}

/// Whether a function gives out what it has decoded, as far as its own body shows.
pub(super) fn gives_decoded(knowledge: &Knowledge, defs: &Defs<'_>) -> bool {
    is_decoded(LocalId(0), defs, &|callee| match callee {
        Callee::Api(api) => knowledge.effects(*api).decodes,
        _ => false,
    })
}

/// Whether the value of a local comes from a call that decodes it; through moves and what `Result` and `Option` do with it.
fn is_decoded(local: LocalId, defs: &Defs<'_>, decodes: &dyn Fn(&Callee) -> bool) -> bool {
    let mut open = vec![local];
    for _ in 0..MAX_STEPS {
        let Some(local) = open.pop() else { return false };
        match defs.def(local) {
            Def::Call(callee, _, _) if decodes(callee) => return true,
            Def::Call(Callee::Api(_), args, _) => open.extend(args.iter().filter_map(moved_base)),
            Def::Assign(Rvalue::Use(it)) => open.extend(moved_base(it)),
            _ => {}
        }
    }
    false
}

struct Cx<'c> {
    facts: &'c Facts<'c>,
    defs: &'c Defs<'c>,
    known: &'c BodyFacts,
    body: &'c Body,
}

impl<'c> Cx<'c> {
    fn steps(&self) -> impl Iterator<Item = (Point, &'c Step)> + use<'c> {
        steps_of(self.body)
    }

    fn alias(&self, point: Point, step: &Step) -> Option<DecodedAlias> {
        let StepKind::Call { dest, callee: Callee::Api(api), args, .. } = &step.kind else { return None };
        let copy = whole_local(dest)?;
        let original = self.original(*api, args, dest)?;
        let path = self.defs.operand_path(original)?;
        let root = self.decoded_root(&path)?;
        let change = self.change(&path, point)?;
        let (mut kept_copy, mut kept_original) = (false, false);
        for place in self.steps().flat_map(|(_, step)| given_away(step)) {
            match self.side(place, copy, root, &path) {
                Some(Side::Copy) => kept_copy = true,
                Some(Side::Original) => kept_original = true,
                None => {}
            }
        }
        (kept_copy && kept_original).then(|| DecodedAlias { clone: step.range.of(self.body.file), change })
    }

    /// What is cloned, when the clone leads to the same map.
    fn original<'o>(&self, api: ApiId, args: &'o [Operand], dest: &Place) -> Option<&'o Operand> {
        let effects = self.facts.knowledge.effects(api);
        let original = argument(self.facts.model, api, args, effects.copies.or(effects.same)?)?;
        let (Operand::Copy(place) | Operand::Move(place)) = original else { return None };
        let ty = self.facts.model.place_ty_in(self.body, dest);
        let roles = self.facts.roles();
        // What a method call borrows by itself is known by the place that is borrowed.
        let given = match self.defs.pointee(original) {
            Some(pointee) => self.facts.model.place_ty_in(self.body, pointee),
            None => match self.facts.model.place_ty_in(self.body, place) {
                Type::Ref(_, of) => (*of).clone(),
                _ => return None,
            },
        };
        let clones = given == ty;
        let shares = roles.is_handle(&ty) || roles.copy_shares(&ty);
        (clones && shares && (roles.holds_shared_map(&ty) || self.shares_tree(&ty))).then_some(original)
    }

    /// Whether a type is a handle to a locked tree of values: one that indexes to itself.
    fn shares_tree(&self, ty: &Type) -> bool {
        let is_tree = |ty: &Type| match ty {
            Type::Lib(path, _) => {
                let index = self.facts.model.library.types.get(path).and_then(|it| it.index.as_ref());
                index == Some(ty)
            }
            _ => false,
        };
        let roles = self.facts.roles();
        roles.is_handle(ty) && roles.lock_of(ty).is_some_and(|(_, guarded)| is_tree(&guarded))
    }

    /// The local that a path starts at, when its value is decoded.
    fn decoded_root(&self, path: &LockPath) -> Option<LocalId> {
        let Root::Local(closure, root) = path.root else { return None };
        if closure != self.body.closure {
            return None;
        }
        let decodes = |callee: &Callee| match callee {
            Callee::Api(api) => self.facts.knowledge.effects(*api).decodes,
            Callee::Fn(id) => self.facts.gives_decoded(*id),
            _ => false,
        };
        is_decoded(root, self.defs, &decodes).then_some(root)
    }

    /// The first change, after a point, of what lies in a place: in this body itself, not in a task or thread that it starts.
    fn change(&self, place: &LockPath, after: Point) -> Option<Span> {
        let inside = |path: &LockPath| path.begins_with(place);
        let later = |at: Point| {
            if at.block == after.block {
                at.step > after.step
            } else {
                self.defs.graph().leads_to(after.block, at.block)
            }
        };
        let written = self
            .known
            .ops
            .iter()
            .filter(|it| it.writes.is_some() && later(it.point) && it.path.as_ref().is_some_and(inside));
        let used = self.known.uses.iter().filter(|it| {
            let guard = self.known.guards.get(it.guard.0 as usize);
            let path = guard.and_then(|it| it.acquisition.path.as_ref());
            it.kind == UseKind::Exclusive && later(it.point) && path.is_some_and(inside)
        });
        written.map(|it| it.span).chain(used.map(|it| it.span)).min()
    }

    /// Whether a value that is given away is the clone or the original.
    fn side(&self, place: &Place, copy: LocalId, root: LocalId, original: &LockPath) -> Option<Side> {
        let Some(mut local) = whole_local(place) else {
            // `Config { name, ..defaults.clone() }`: the parts of the clone go on.
            let is_of_copy = place.base == PlaceBase::Local(copy);
            let is_original = self.defs.path(place) == *original;
            return if is_of_copy { Some(Side::Copy) } else { is_original.then_some(Side::Original) };
        };
        for _ in 0..MAX_STEPS {
            if local == copy {
                return Some(Side::Copy);
            }
            match self.defs.def(local) {
                Def::Assign(Rvalue::Use(Operand::Move(from))) => match whole_local(from) {
                    Some(it) => local = it,
                    // Out of `Ok(..)`, by `?`.
                    None => break,
                },
                _ => break,
            }
        }
        let path = self.defs.local_path(local);
        let is_whole = path.root == Root::Local(self.body.closure, root) && path.steps.is_empty();
        (is_whole || path == *original).then_some(Side::Original)
    }
}

#[derive(Clone, Copy)]
enum Side {
    Copy,
    Original,
}

/// The values that a step puts into another value or gives to a call.
fn given_away(step: &Step) -> Vec<&Place> {
    let operands: &[Operand] = match &step.kind {
        StepKind::Assign(_, Rvalue::Aggregate(_, parts)) => parts,
        StepKind::Assign(dest, Rvalue::Use(it)) if whole_local(dest) == Some(LocalId(0)) => {
            std::slice::from_ref(it)
        }
        StepKind::Call { args, .. } => args,
        _ => &[],
    };
    let moved = operands.iter().filter_map(|it| match it {
        Operand::Move(place) => Some(place),
        Operand::Copy(_) | Operand::Lit(_) | Operand::Item(_) | Operand::Unit => None,
    });
    moved.collect()
}

/// The local of which an operand is moved, or a part of which is.
fn moved_base(operand: &Operand) -> Option<LocalId> {
    match operand {
        Operand::Move(Place { base: PlaceBase::Local(local), .. })
        | Operand::Copy(Place { base: PlaceBase::Local(local), .. }) => Some(*local),
        _ => None,
    }
}
