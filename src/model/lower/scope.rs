//! Scopes: what is dropped when each is left, in reverse order, on every path out.

use super::Builder;
use crate::model::body::{BlockIdx, Lives, LocalId, LocalKind, Place, StepKind, Terminator};
use crate::model::types::Type;
use crate::syntax::Name;

/// A region of the body that ends some lives when control leaves it.
#[derive(Debug)]
pub(super) struct Scope {
    /// Locals to drop, in the order of their birth.
    drops: Vec<LocalId>,
}

/// Something that `break` or `continue` leaves.
#[derive(Debug, Clone)]
pub(super) struct Breakable {
    pub label: Option<Name>,
    /// An unlabelled `break` means it (a loop, not a labelled block).
    pub is_loop: bool,
    /// A `try` block: `?` goes there.
    pub is_try: bool,
    pub dest: Place,
    pub break_to: BlockIdx,
    pub continue_to: Option<BlockIdx>,
    /// Scopes that stay when it is left.
    pub depth: usize,
    /// Scopes that stay when it goes round again.
    pub continue_depth: usize,
}

impl Builder<'_> {
    /// Opens a scope and gives its index.
    pub(super) fn push_scope(&mut self, _lives: Lives) -> usize {
        self.scopes.push(Scope { drops: Vec::new() });
        self.scopes.len() - 1
    }

    /// Closes the innermost scope on the path that falls out of it.
    pub(super) fn pop_scope(&mut self) {
        let Some(scope) = self.scopes.pop() else { return };
        for &local in scope.drops.iter().rev() {
            self.drop_local(local);
        }
    }

    /// Drops what the scopes above `depth` hold, without closing them: a path that jumps out.
    pub(super) fn unwind_to(&mut self, depth: usize) {
        let locals: Vec<LocalId> = self
            .scopes
            .iter()
            .skip(depth)
            .rev()
            .flat_map(|scope| scope.drops.iter().rev().copied())
            .collect();
        for local in locals {
            self.drop_local(local);
        }
    }

    /// Jumps out of all scopes above `depth`.
    pub(super) fn exit_to(&mut self, depth: usize, target: BlockIdx) {
        self.unwind_to(depth);
        self.goto(target);
    }

    /// Jumps out of the body, whose return place is set.
    pub(super) fn exit_body(&mut self) {
        self.unwind_to(0);
        self.end(Terminator::Return);
    }

    /// Has `local` dropped at the end of a scope, if its type can need that.
    pub(super) fn schedule(&mut self, scope: usize, local: LocalId) {
        let needs = self.locals.get(local.0 as usize).is_some_and(|it| self.needs_drop(&it.ty));
        if needs && let Some(scope) = self.scopes.get_mut(scope) {
            scope.drops.push(local);
        }
    }

    /// Makes `scope` the place where temporaries end; gives what to restore.
    pub(super) fn enter_temps(&mut self, scope: usize, lives: Lives) -> (usize, Lives) {
        let saved = (self.temp_scope, self.temp_lives);
        self.temp_scope = scope;
        self.temp_lives = lives;
        saved
    }

    pub(super) fn leave_temps(&mut self, saved: (usize, Lives)) {
        (self.temp_scope, self.temp_lives) = saved;
    }

    /// Runs `f` with temporaries that end with it.
    pub(super) fn terminating<T>(&mut self, lives: Lives, f: impl FnOnce(&mut Self) -> T) -> T {
        let scope = self.push_scope(lives);
        let saved = self.enter_temps(scope, lives);
        let out = f(self);
        self.leave_temps(saved);
        self.pop_scope();
        out
    }

    /// How much a scope drops so far.
    pub(super) fn n_drops(&self, scope: usize) -> usize {
        self.scopes.get(scope).map_or(0, |it| it.drops.len())
    }

    /// Takes away what a scope drops beyond the first `n`: for a path on which it does not.
    pub(super) fn take_drops(&mut self, scope: usize, n: usize) -> Vec<LocalId> {
        self.scopes.get_mut(scope).map(|it| it.drops.split_off(n.min(it.drops.len()))).unwrap_or_default()
    }

    /// Gives them back.
    pub(super) fn put_drops(&mut self, scope: usize, drops: Vec<LocalId>) {
        if let Some(scope) = self.scopes.get_mut(scope) {
            scope.drops.extend(drops);
        }
    }

    pub(super) fn is_temporary(&self, local: LocalId) -> bool {
        self.locals.get(local.0 as usize).is_some_and(|it| it.kind == LocalKind::Temporary)
    }

    pub(super) fn drop_local(&mut self, local: LocalId) {
        let range = self.locals.get(local.0 as usize).map(|it| it.range).unwrap_or_default();
        self.push(StepKind::Drop(Place::local(local)), range);
    }

    /// Whether dropping a value of the type can do anything. Unknown types can.
    pub(super) fn needs_drop(&self, ty: &Type) -> bool {
        match ty {
            Type::Prim(_) | Type::Never | Type::Ref(..) | Type::Ptr(..) | Type::FnItem(_) => false,
            Type::Fn(kind, _) => *kind != crate::model::types::FnKind::Pointer,
            Type::Tuple(parts) => parts.iter().any(|it| self.needs_drop(it)),
            Type::Array(elem) | Type::Slice(elem) => self.needs_drop(elem),
            Type::Adt(..) | Type::Lib(..) | Type::Param(_) => !self.is_copy(ty),
            Type::Unknown
            | Type::Infer(_)
            | Type::Closure(..)
            | Type::Future(..)
            | Type::Opaque(..)
            | Type::Assoc(..) => true,
        }
    }
}
