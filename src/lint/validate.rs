//! The checks that a macro for declaring lints would make.

use super::declare::{Class, Group, Level, Lint};
use std::collections::BTreeSet;

/// Words that options use for sets of lints, beside the names of groups and classes.
const RESERVED: &[&str] = &["all", "warnings"];

/// Returns what is wrong with the declarations, a sentence each; empty when all is well.
pub fn validate(lints: &[&'static Lint]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for lint in lints {
        if !seen.insert(lint.name) {
            wrong.push(format!("two lints are named `{}`", lint.name));
        }
        wrong.extend(complaints(lint).into_iter().map(|words| format!("lint `{}`: {words}", lint.name)));
    }
    wrong
}

fn complaints(lint: &Lint) -> Vec<String> {
    let mut wrong = Vec::new();
    if !is_snake_case(lint.name) {
        wrong.push("its name is not in snake_case".to_owned());
    }
    if is_set_name(lint.name) {
        wrong.push("its name is that of a group".to_owned());
    }
    if lint.summary.is_empty() || lint.summary.ends_with('.') || starts_with_capital_word(lint.summary) {
        wrong.push("its summary is not one line in lower case without full stop".to_owned());
    }
    if lint.docs.lines().next() != Some(format!("# {}", lint.name).as_str()) {
        wrong.push("its page does not begin with `# ` and its name".to_owned());
    }
    // That `since` is not in the future is checked by a test of ours: an outsider's lints follow their own versions.
    if version(lint.since).is_none() {
        wrong.push(format!("`since` is no version: `{}`", lint.since));
    }
    if lint.class.is_some() && lint.level != Level::Allow {
        wrong.push("it is in a class that is off by default, but its level is not allow".to_owned());
    }
    if lint.class.is_none() && lint.level == Level::Allow {
        wrong.push("it is off by default, but in no class (pedantic, restriction, nursery)".to_owned());
    }
    if (lint.group == Group::Restriction) && lint.class != Some(Class::Restriction) {
        wrong.push("the group `restriction` is for lints of the class `restriction`".to_owned());
    }
    wrong
}

/// Returns whether options read `name` as a set of lints.
pub fn is_set_name(name: &str) -> bool {
    RESERVED.contains(&name)
        || Group::ALL.iter().any(|group| group.name() == name)
        || Class::ALL.iter().any(|class| class.name() == name)
}

/// Reads `1.2.3` for comparing; `None` when it is no such thing.
pub fn version(text: &str) -> Option<[u32; 3]> {
    let mut parts = text.split('.').map(|part| part.parse().ok());
    let version = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(version)
}

fn is_snake_case(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && !name.ends_with('_')
        && !name.contains("__")
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// `Mutex` or `A map`, but not `DashMap` in the middle and not `` `RwLock` ``.
fn starts_with_capital_word(summary: &str) -> bool {
    summary.starts_with(|c: char| c.is_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::{Pass, Reach};

    const GOOD: Lint = Lint {
        name: "relock",
        group: Group::Deadlock,
        level: Level::Deny,
        class: None,
        reach: Reach::Body,
        since: "0.1.0",
        summary: "a map is locked twice",
        docs: "# relock\n",
        run: |_: &Pass<'_>| {},
    };

    #[test]
    fn a_good_declaration_passes() {
        static LINT: Lint = GOOD;
        assert_eq!(validate(&[&LINT]), Vec::<String>::new());
    }

    #[test]
    fn each_mistake_is_said() {
        static NAME: Lint = Lint { name: "Relock", docs: "# Relock", ..GOOD };
        static SUMMARY: Lint = Lint { summary: "A map.", ..GOOD };
        static DOCS: Lint = Lint { docs: "relock", ..GOOD };
        static SINCE: Lint = Lint { since: "soon", ..GOOD };
        static CLASS: Lint = Lint { class: Some(Class::Pedantic), ..GOOD };
        static OFF: Lint = Lint { level: Level::Allow, ..GOOD };
        static SET: Lint = Lint { name: "all", docs: "# all", ..GOOD };
        for lint in [&NAME, &SUMMARY, &DOCS, &SINCE, &CLASS, &OFF, &SET] {
            assert_eq!(validate(&[lint]).len(), 1, "{:?}: {:?}", lint, validate(&[lint]));
        }
        static TWIN: Lint = GOOD;
        static LINT: Lint = GOOD;
        assert_eq!(validate(&[&LINT, &TWIN]).len(), 1);
    }
}
