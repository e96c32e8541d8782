//! Lock places: which storage a lock operation is about, seen through references, handles, guards and moves.

use crate::model::body::LocalId;
use crate::model::items::StaticId;
use crate::model::types::ClosureId;
use crate::syntax::Name;

/// Steps beyond which a path is not followed.
pub const MAX_STEPS: usize = 12;

/// An element that no local holds: never the same as another.
pub const NO_LOCAL: u32 = u32::MAX;

/// Where a lock lives, as an access path. References, handles and guards on the way leave no trace but [`PathStep::Guarded`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LockPath {
    /// Where it starts.
    pub root: Root,
    /// The steps from there.
    pub steps: Vec<PathStep>,
}

/// Where a path starts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Root {
    /// A parameter of the function, from 0; `self` is the first.
    Param(u32),
    /// A static of the analysed code.
    Static(StaticId),
    /// A static of a library.
    Lib(Name),
    /// A variable or temporary of the function, or of a closure of it: the value that its only definition gives.
    Local(Option<ClosureId>, LocalId),
    /// What a call or an index gave that is never the same twice.
    Fresh(u32),
}

/// A step of a path.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PathStep {
    /// A field.
    Field(Name),
    /// What a lock guards.
    Guarded,
    /// An element of a collection.
    Key(Key),
}

/// Which element.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Key {
    /// By a literal, as written.
    Literal(String),
    /// By a value that stands in a place.
    Value(Box<LockPath>),
    /// By something that may differ each time: the number is that of the local that holds the element, [`NO_LOCAL`] when none does.
    Other(u32),
}

impl LockPath {
    /// A path without steps.
    pub fn root(root: Root) -> LockPath {
        LockPath { root, steps: Vec::new() }
    }

    /// The path with one more step.
    pub fn then(mut self, step: PathStep) -> LockPath {
        if self.steps.len() < MAX_STEPS {
            self.steps.push(step);
        } else {
            self.root = Root::Fresh(u32::MAX);
        }
        self
    }

    /// The path with these steps more.
    pub fn then_all(self, steps: &[PathStep]) -> LockPath {
        steps.iter().cloned().fold(self, LockPath::then)
    }

    /// Whether the path goes through this variable, as its root or as a key.
    pub fn mentions(&self, closure: Option<ClosureId>, local: LocalId) -> bool {
        self.root == Root::Local(closure, local)
            || self.steps.iter().any(|step| match step {
                PathStep::Key(Key::Value(path)) => path.mentions(closure, local),
                PathStep::Key(Key::Other(holder)) => *holder == local.0,
                PathStep::Field(_) | PathStep::Guarded | PathStep::Key(Key::Literal(_)) => false,
            })
    }

    /// Whether the path starts at a variable of this closure, or goes by one as a key.
    pub fn is_by_local_of(&self, closure: ClosureId) -> bool {
        matches!(self.root, Root::Local(Some(of), _) if of == closure)
            || self.steps.iter().any(|step| match step {
                PathStep::Key(Key::Value(path)) => path.is_by_local_of(closure),
                PathStep::Key(_) | PathStep::Field(_) | PathStep::Guarded => false,
            })
    }

    /// Whether the path leads to a place or into it.
    pub fn begins_with(&self, place: &LockPath) -> bool {
        self.root == place.root && self.steps.starts_with(&place.steps)
    }

    /// Whether two equal paths name the same storage: nothing in it differs each time.
    pub fn is_stable(&self) -> bool {
        !matches!(self.root, Root::Fresh(_))
            && self.steps.iter().all(|step| match step {
                PathStep::Key(Key::Value(path)) => path.is_stable(),
                PathStep::Key(Key::Other(holder)) => *holder != NO_LOCAL,
                PathStep::Field(_) | PathStep::Guarded | PathStep::Key(Key::Literal(_)) => true,
            })
    }

    /// Whether the path starts at something that can be told apart.
    pub fn is_stable_root(&self) -> bool {
        !matches!(self.root, Root::Fresh(_))
    }

    /// Whether the two surely name the same storage.
    pub fn same_as(&self, other: &LockPath) -> bool {
        self == other && self.is_stable()
    }

    /// The path with another in the place of a root.
    pub fn with_root(&self, root: &Root, place: &LockPath) -> LockPath {
        let mut path = if self.root == *root { place.clone() } else { LockPath::root(self.root.clone()) };
        for step in &self.steps {
            path = path.then(match step {
                PathStep::Key(Key::Value(key)) => {
                    PathStep::Key(Key::Value(Box::new(key.with_root(root, place))))
                }
                other => other.clone(),
            });
        }
        path
    }

    /// Puts a caller's paths in the place of a callee's parameters; `None` where an argument is not known or the root is the callee's own.
    pub fn in_caller(&self, args: &[Option<LockPath>]) -> Option<LockPath> {
        let mut path = match &self.root {
            Root::Param(n) => args.get(*n as usize)?.clone()?,
            Root::Static(_) | Root::Lib(_) => LockPath::root(self.root.clone()),
            Root::Local(..) | Root::Fresh(_) => return None,
        };
        for step in &self.steps {
            let step = match step {
                PathStep::Key(Key::Value(key)) => match key.in_caller(args) {
                    Some(key) => PathStep::Key(Key::Value(Box::new(key))),
                    None => PathStep::Key(Key::Other(NO_LOCAL)),
                },
                other => other.clone(),
            };
            path = path.then(step);
        }
        Some(path)
    }
}
