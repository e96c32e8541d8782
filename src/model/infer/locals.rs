//! The variables in scope.

use crate::syntax::{Name, PatId};

/// A place in the chain of variables; going back to it ends the scopes of the later ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mark(Option<u32>);

#[derive(Debug)]
struct Node {
    name: Name,
    pat: PatId,
    before: Mark,
}

/// The variables in scope as a chain, newest first, so that a closure that is read later can still see those of its place.
#[derive(Debug, Default)]
pub(super) struct Locals {
    nodes: Vec<Node>,
    head: Mark,
    /// Inside an or-pattern: where it began. Its alternatives bind the same variables.
    pub or_start: Option<Mark>,
}

impl Locals {
    /// Where we are.
    pub fn mark(&self) -> Mark {
        self.head
    }

    /// Goes (back) to a mark.
    pub fn go_to(&mut self, mark: Mark) {
        self.head = mark;
    }

    /// Declares a variable.
    pub fn declare(&mut self, name: Name, pat: PatId) {
        let before = self.head;
        self.head = Mark(u32::try_from(self.nodes.len()).ok());
        self.nodes.push(Node { name, pat, before });
    }

    /// The variable that a name means.
    pub fn find(&self, name: Name) -> Option<PatId> {
        self.find_after(name, Mark(None))
    }

    /// The variable of this name that an earlier alternative of the or-pattern declared.
    pub fn find_in_or(&self, name: Name) -> Option<PatId> {
        self.find_after(name, self.or_start?)
    }

    fn find_after(&self, name: Name, end: Mark) -> Option<PatId> {
        let mut at = self.head;
        while at != end {
            let node = self.nodes.get(at.0? as usize)?;
            if node.name == name {
                return Some(node.pat);
            }
            at = node.before;
        }
        None
    }
}
