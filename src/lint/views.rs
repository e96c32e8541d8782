//! What lints go through: events with what is held, the lives of guards, what goes into stores, checks and writes.

use super::diagnostic::Certainty;
use super::pass::{Analysed, Pass};
use crate::facts::decision::Decision;
use crate::facts::event::{Acquisition, Event, Guard, Held, MapOp};
use crate::facts::knowledge::Mode;
use crate::facts::path::{LockPath, PathStep, Root};
use crate::facts::roles::Roles;
use crate::facts::stores::StoreOp;
use crate::facts::{BodyFacts, Call, GuardId, GuardUse, UseKind};
use crate::model::body::Lives;
use crate::source::Span;

/// A function, closure or async block whose facts a lint looks at.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub(super) analysed: &'a Analysed,
    /// The facts: of the function, or of a closure in it.
    pub facts: &'a BodyFacts,
}

/// An event with something held.
#[derive(Clone, Copy)]
pub struct Critical<'a> {
    /// The body in which it happens.
    pub view: View<'a>,
    /// The event.
    pub event: &'a Event,
}

/// A guard held at an event.
#[derive(Clone, Copy)]
pub struct HeldGuard<'a> {
    /// How it is held.
    pub held: &'a Held,
    /// What it is.
    pub guard: &'a Guard,
}

/// One guard life.
#[derive(Clone, Copy)]
pub struct GuardLife<'a> {
    /// The body in which it is taken.
    pub view: View<'a>,
    /// The guard.
    pub guard: &'a Guard,
    /// Its number in the body.
    pub id: GuardId,
}

/// A value that goes into a type store, or comes out.
#[derive(Clone, Copy)]
pub struct Stored<'a> {
    /// The body.
    pub view: View<'a>,
    /// What happens.
    pub op: &'a StoreOp,
}

/// A check of a map and a write that it decides.
#[derive(Clone, Copy)]
pub struct Decided<'a> {
    /// The body.
    pub view: View<'a>,
    /// The decision.
    pub decision: &'a Decision,
    /// The read.
    pub check: &'a MapOp,
    /// The write.
    pub act: &'a MapOp,
}

impl<'a> View<'a> {
    /// The writes of shared maps in the function and the closures in it.
    pub fn writes(&self) -> impl Iterator<Item = &'a MapOp> + use<'a> {
        self.analysed.facts.each().into_iter().flat_map(|it| &it.ops).filter(|it| it.writes.is_some())
    }

    /// The guards of the body.
    pub(super) fn guards(self) -> impl Iterator<Item = GuardLife<'a>> {
        let numbered = self.facts.guards.iter().enumerate();
        numbered.map(move |(n, guard)| GuardLife { view: self, guard, id: GuardId(n as u8) })
    }
}

impl<'a> Stored<'a> {
    /// Where a shared map inside what is taken out is changed: in this function, or in one that it calls.
    pub fn change_inside(&self, roles: Roles<'_>) -> Option<Span> {
        let place = self.op.gives.as_ref()?;
        let write = self.view.writes().find(|it| it.is_shared_inside(place)).map(|it| it.span);
        write.or_else(|| self.change_by_guard(place, roles))
    }

    /// The first change through a guard of a map inside what is taken out. That of a guard which a closure made is known by the guard alone.
    fn change_by_guard(&self, place: &LockPath, roles: Roles<'_>) -> Option<Span> {
        let is_inside = |facts: &BodyFacts, id: GuardId| {
            let taken = facts.guard(id).map(|it| &it.acquisition).filter(|it| roles.is_locked_map(&it.lock));
            let path = taken.and_then(|it| it.path.as_ref());
            path.is_some_and(|it| it.begins_with(place))
        };
        let bodies = self.view.analysed.facts.each();
        let uses = bodies.into_iter().flat_map(|body| body.uses.iter().map(move |it| (body, it)));
        let changes = uses.filter(|(body, it)| it.kind == UseKind::Exclusive && is_inside(body, it.guard));
        changes.map(|(_, it)| it.span).min()
    }
}

impl<'a> Critical<'a> {
    /// The guards held just before.
    pub fn held(&self) -> impl Iterator<Item = HeldGuard<'a>> + use<'a> {
        let facts = self.view.facts;
        let event: &'a Event = self.event;
        event
            .held
            .iter()
            .filter_map(|held| Some(HeldGuard { held, guard: facts.guard(held.guard)? }))
            .filter(|it| it.guard.cfg.is_compatible(&event.cfg))
    }

    /// Whether it happens in a destructor that runs here.
    pub fn in_destructor(&self) -> bool {
        self.event.trace.steps.iter().any(|it| it.by.is_drop())
    }

    /// How sure it is that the event happens with this guard held.
    pub fn certainty(&self, held: &HeldGuard<'_>) -> Certainty {
        if held.held.surely && self.event.surely { Certainty::Definite } else { Certainty::Possible }
    }
}

impl HeldGuard<'_> {
    /// Whether an acquisition is of the lock that this guard holds.
    pub fn same_lock(&self, again: &Acquisition) -> bool {
        match (&self.guard.acquisition.path, &again.path) {
            (Some(held), Some(again)) => !self.held.stale && held.same_as(again),
            _ => false,
        }
    }

    /// Whether an acquisition is of a lock that lies in what this guard's lock guards.
    pub fn leads_to(&self, inner: &Acquisition) -> bool {
        let (Some(outer), Some(inner)) = (&self.guard.acquisition.path, &inner.path) else { return false };
        !self.held.stale && inner != outer && inner.begins_with(outer)
    }

    /// Whether an acquisition in a closure is of a lock that the closure is lent out of what this guard's lock guards: it belongs to
    /// the closure, and its type is of a part of what is guarded.
    pub fn lends_to(&self, inner: &Acquisition, roles: Roles<'_>) -> bool {
        let lent = inner.path.as_ref().is_some_and(|it| {
            matches!(it.root, Root::Local(Some(_), _)) && !it.steps.contains(&PathStep::Guarded)
        });
        lent && !self.held.stale && roles.lies_in(inner.lock.peel_refs(), &self.guard.acquisition.lock)
    }

    /// Whether the guard is a temporary of the expression in which an event happens.
    pub fn is_of_expression(&self, event: &Event) -> bool {
        match self.held.lives {
            // The arms are of the expression as well: what a `match` opens is what the guard guards.
            Lives::Statement
            | Lives::Condition
            | Lives::Tail
            | Lives::Extended
            | Lives::Match
            | Lives::IfLet => true,
            // The iterator or scrutinee itself, not the turns.
            Lives::WhileLet | Lives::For => self.guard.point.block == event.point.block,
            Lives::Scope => false,
        }
    }

    /// Whether an acquisition in a destructor may be of the lock that this guard holds: of the same class, reached through a handle
    /// in the value that dies.
    pub fn same_by_the_way_back(&self, again: &Acquisition) -> bool {
        match (&self.guard.acquisition.class, &again.class) {
            (Some(held), Some(again)) => again.by_handle && !held.exclusive && held.class == again.class,
            _ => false,
        }
    }

    /// What to say where the guard is taken.
    pub fn taken_words(&self) -> &'static str {
        match self.held.mode {
            Mode::Shared => "the read guard is taken here",
            Mode::Exclusive => "the guard is taken here",
        }
    }

    /// Why the guard is still alive.
    pub fn life_words(&self, pass: &Pass<'_>) -> String {
        if let Some(holder) = self.guard.holder {
            let name = pass.items().fn_def(holder).name;
            return format!("`{name}` holds the guard while it runs what it is given");
        }
        let holder = match self.guard.name {
            Some(name) => format!("`{name}`"),
            None => String::from("the guard"),
        };
        let why = match self.held.lives {
            Lives::Scope => {
                return format!(
                    "{holder} lives to the end of its block, unless it is dropped or moved before"
                );
            }
            Lives::Statement => "to the end of the statement",
            Lives::Match => "to the end of the `match`, whose scrutinee it is a temporary of",
            Lives::IfLet => "to the end of the `if let`, whose scrutinee it is a temporary of",
            Lives::WhileLet => "to the end of each turn of the loop, whose condition it is a temporary of",
            Lives::For => "to the end of the `for` loop, whose head it is a temporary of",
            Lives::Condition => "to the end of the condition",
            Lives::Tail => "past the end of the block, whose last expression it is a temporary of",
            Lives::Extended => "to the end of the block: it is a temporary that the `let` extends",
        };
        format!("the guard is a temporary and lives {why}")
    }
}

impl<'a> GuardLife<'a> {
    /// Every event during the guard's life.
    pub fn events(&self) -> impl Iterator<Item = (Critical<'a>, HeldGuard<'a>)> + use<'a> {
        let (view, id) = (self.view, self.id);
        view.facts.events.iter().filter_map(move |event| {
            let critical = Critical { view, event };
            let guard = view.facts.guard(id)?;
            let held = event.held.iter().find(|it| it.guard == id)?;
            guard.cfg.is_compatible(&event.cfg).then_some((critical, HeldGuard { held, guard }))
        })
    }

    /// Every use of the guard.
    pub fn uses(&self) -> impl Iterator<Item = &'a GuardUse> + use<'a> {
        let id = self.id;
        self.view.facts.uses.iter().filter(move |it| it.guard == id)
    }

    /// Whether every use of the guard looks through it for `&self`, and there is one. A function that it is given to may write.
    pub fn only_looks(&self) -> bool {
        let given = |it: &Call| it.passed.iter().any(|(_, guards)| guards.contains(&self.id));
        !self.view.facts.cut
            && !self.view.facts.calls.iter().any(given)
            && !self.view.facts.returned_guards.contains(&self.id)
            && self.uses().next().is_some()
            && self.uses().all(|it| it.kind == UseKind::Shared)
    }
}
