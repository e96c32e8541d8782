//! What a lint says of itself.

use super::pass::Pass;
use std::fmt;

/// A named claim about code, with its documentation and default level.
pub struct Lint {
    /// Its name in `snake_case`, the name of its folder.
    pub name: &'static str,
    /// The family that it belongs to by subject.
    pub group: Group,
    /// The level that it has unless the user says otherwise.
    pub level: Level,
    /// The class of lints that are off unless asked for, when it is in one.
    pub class: Option<Class>,
    /// How much must be known to run it.
    pub reach: Reach,
    /// The version that added it.
    pub since: &'static str,
    /// What it flags, in one line, lower case, without full stop.
    pub summary: &'static str,
    /// Its page, as markdown.
    pub docs: &'static str,
    /// Asks the facts and reports.
    pub run: fn(&Pass<'_>),
}

impl fmt::Debug for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Lint {
    fn eq(&self, other: &Lint) -> bool {
        self.name == other.name
    }
}

impl Eq for Lint {}

impl Lint {
    /// Returns whether it runs when the user says nothing.
    pub fn on_by_default(&self) -> bool {
        self.level != Level::Allow
    }
}

/// A family of lints by subject; each lint is in exactly one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Group {
    /// Tasks or threads that never wake.
    Deadlock,
    /// Results that depend on who comes first.
    Race,
    /// Two names for one map where two maps were meant, or the reverse.
    Aliasing,
    /// Maps in stores keyed by type.
    Store,
    /// Time spent under locks.
    Cost,
    /// Maps that only grow, locks that die.
    Leak,
    /// Policies, off unless asked for.
    Restriction,
    /// The permissions written for this tool, and what it could not read.
    Directives,
}

impl Group {
    /// All groups in the order of the catalogue.
    pub const ALL: [Group; 8] = [
        Group::Deadlock,
        Group::Race,
        Group::Aliasing,
        Group::Store,
        Group::Cost,
        Group::Leak,
        Group::Restriction,
        Group::Directives,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Group::Deadlock => "deadlock",
            Group::Race => "race",
            Group::Aliasing => "aliasing",
            Group::Store => "store",
            Group::Cost => "cost",
            Group::Leak => "leak",
            Group::Restriction => "restriction",
            Group::Directives => "directives",
        }
    }
}

/// A class of lints that are off unless asked for; a lint is in at most one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Class {
    /// True, but not always worth the reader's time.
    Pedantic,
    /// A policy that some teams want.
    Restriction,
    /// New and untried.
    Nursery,
}

impl Class {
    /// All classes.
    pub const ALL: [Class; 3] = [Class::Pedantic, Class::Restriction, Class::Nursery];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Class::Pedantic => "pedantic",
            Class::Restriction => "restriction",
            Class::Nursery => "nursery",
        }
    }
}

/// What is done about a lint's findings.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// Nothing: the lint does not run.
    Allow,
    /// They are shown.
    Warn,
    /// They are shown and fail the run.
    Deny,
    /// Like deny, and neither options nor directives can lower it.
    Forbid,
}

impl Level {
    /// Its name in options and lists.
    pub fn name(self) -> &'static str {
        match self {
            Level::Allow => "allow",
            Level::Warn => "warn",
            Level::Deny => "deny",
            Level::Forbid => "forbid",
        }
    }

    /// Returns whether a finding at this level fails the run.
    pub fn fails(self) -> bool {
        self >= Level::Deny
    }
}

/// How much must be known to run a lint.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reach {
    /// One body, with the summaries of what it calls.
    Body,
    /// One crate, with the summaries of its dependencies.
    Crate,
    /// All crates at once.
    Workspace,
}
