//! From options to the level of each finding.

use super::names::{self, Named};
use crate::facts::TestCode;
use crate::lint::{Certainty, Diagnostic, Level, Lint, renamed};
use std::collections::BTreeMap;

/// One `-A`, `-W`, `-D` or `-F`, in the order of the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The level asked for.
    pub level: Level,
    /// The lint or group, as written.
    pub name: String,
}

/// The level of every lint in one run.
#[derive(Clone, Debug)]
pub struct Levels {
    of: BTreeMap<&'static str, Stated>,
    /// What `warnings` was set to.
    warnings: Level,
}

#[derive(Clone, Copy, Debug)]
struct Stated {
    level: Level,
    /// The user named the lint or its group.
    by_user: bool,
}

impl Levels {
    /// Applies the settings in order, over the lints' own levels. Names that mean nothing are returned, each as one sentence
    /// and, where there is one, what to do.
    pub fn new(lints: &[&'static Lint], settings: &[Setting]) -> (Levels, Vec<(String, Option<String>)>) {
        let of = lints.iter().map(|lint| (lint.name, Stated { level: lint.level, by_user: false })).collect();
        let mut levels = Levels { of, warnings: Level::Warn };
        let mut odd = Vec::new();
        for setting in settings {
            match names::resolve(&setting.name, lints) {
                Some(named) => levels.set(lints, named, setting.level),
                None => odd.push(unknown(&setting.name, lints)),
            }
            if let Some(Named::Renamed(lint)) = names::resolve(&setting.name, lints) {
                odd.push((format!("lint `{}` is now named `{}`", setting.name, lint.name), None));
            }
        }
        (levels, odd)
    }

    fn set(&mut self, lints: &[&'static Lint], named: Named, level: Level) {
        if named == Named::Warnings {
            self.warnings = level;
            return;
        }
        for lint in lints.iter().filter(|lint| named.covers(lint)) {
            let Some(stated) = self.of.get_mut(lint.name) else { continue };
            // A subject holds lints that are on and policies that are not: `-D deadlock` must not turn the latter on.
            let raises_only_what_is_on = matches!(named, Named::Group(_)) && stated.level == Level::Allow;
            if stated.level != Level::Forbid && !raises_only_what_is_on {
                *stated = Stated { level, by_user: true };
            }
        }
    }

    /// The level that a lint runs at.
    pub fn level(&self, lint: &Lint) -> Level {
        self.of.get(lint.name).map_or(Level::Allow, |stated| stated.level)
    }

    /// Returns whether a lint runs.
    pub fn is_on(&self, lint: &Lint) -> bool {
        self.level(lint) != Level::Allow
    }

    /// Which bodies of test code are worth a look: what is found there at level warn is not shown. Lints that are at level deny by
    /// themselves are about guards, stores and shared references.
    pub fn test_code(&self, lints: &[&'static Lint]) -> TestCode {
        let shown = |lint: &&&'static Lint| self.level(lint) > Level::Warn;
        if lints.iter().filter(shown).all(|lint| lint.level > Level::Warn) {
            TestCode::Guards
        } else {
            TestCode::All
        }
    }

    /// The level that one finding is shown at.
    pub fn of_finding(&self, diagnostic: &Diagnostic) -> Level {
        let Some(stated) = self.of.get(diagnostic.lint.name) else { return Level::Allow };
        let level = stated.level;
        if level == Level::Warn && diagnostic.in_test_code {
            return Level::Allow;
        }
        // A hazard that only may be there must not fail a run that did not ask for it.
        let doubtful = diagnostic.certainty == Certainty::Possible && !stated.by_user;
        let level = if level == Level::Deny && doubtful { Level::Warn } else { level };
        if level == Level::Warn { self.warnings.min(Level::Deny) } else { level }
    }
}

/// Words for a name that means nothing, and what to do.
pub fn unknown(name: &str, lints: &[&'static Lint]) -> (String, Option<String>) {
    let shown = names::bare(name);
    if let Some(why) = renamed::removed(shown) {
        return (format!("lint `{shown}` is gone: {why}"), None);
    }
    let help = match names::nearest(name, lints) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`cargo hazmap list` shows all lints and groups".to_owned(),
    };
    (format!("there is no lint or group named `{shown}`"), Some(help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::{Class, Group, Pass, Reach};

    const BASE: Lint = Lint {
        name: "x",
        group: Group::Deadlock,
        level: Level::Deny,
        class: None,
        reach: Reach::Body,
        since: "0.1.0",
        summary: "",
        docs: "",
        run: |_: &Pass<'_>| {},
    };
    static DENY: Lint = Lint { name: "deny_one", ..BASE };
    static WARN: Lint = Lint { name: "warn_one", level: Level::Warn, ..BASE };
    static OFF: Lint = Lint { name: "off_one", level: Level::Allow, class: Some(Class::Pedantic), ..BASE };
    static LINTS: &[&Lint] = &[&DENY, &OFF, &WARN];

    fn levels(settings: &[(Level, &str)]) -> Levels {
        let setting = |(level, name): &(Level, &str)| Setting { level: *level, name: (*name).to_owned() };
        let (levels, odd) = Levels::new(LINTS, &settings.iter().map(setting).collect::<Vec<_>>());
        assert_eq!(odd, Vec::new());
        levels
    }

    fn three(settings: &[(Level, &str)]) -> [Level; 3] {
        let levels = levels(settings);
        [&DENY, &WARN, &OFF].map(|lint| levels.level(lint))
    }

    #[test]
    fn settings_apply_in_order() {
        use Level::{Allow, Deny, Forbid, Warn};
        assert_eq!(three(&[]), [Deny, Warn, Allow]);
        assert_eq!(three(&[(Deny, "deadlock")]), [Deny, Deny, Allow]);
        assert_eq!(three(&[(Warn, "pedantic"), (Deny, "hazmap::deadlock")]), [Deny, Deny, Deny]);
        assert_eq!(three(&[(Deny, "hazmap::deadlock"), (Warn, "pedantic")]), [Deny, Deny, Warn]);
        assert_eq!(three(&[(Allow, "deadlock"), (Warn, "warn_one")]), [Allow, Warn, Allow]);
        assert_eq!(three(&[(Allow, "deadlock"), (Deny, "all")]), [Deny, Deny, Allow]);
        assert_eq!(three(&[(Forbid, "warn_one"), (Allow, "deadlock")]), [Allow, Forbid, Allow]);
    }

    #[test]
    fn findings_are_lowered_and_raised() {
        let definite = |lint| Diagnostic::without_place(lint, "");
        let possible = |lint| definite(lint).certainty(Certainty::Possible);
        let plain = levels(&[]);
        assert_eq!(plain.of_finding(&definite(&DENY)), Level::Deny);
        assert_eq!(plain.of_finding(&possible(&DENY)), Level::Warn);
        assert_eq!(plain.of_finding(&definite(&WARN).in_test_code(true)), Level::Allow);
        assert_eq!(plain.of_finding(&definite(&DENY).in_test_code(true)), Level::Deny);
        let strict = levels(&[(Level::Deny, "warnings")]);
        assert_eq!(strict.of_finding(&possible(&DENY)), Level::Deny);
        assert_eq!(strict.of_finding(&definite(&WARN)), Level::Deny);
        assert_eq!(strict.of_finding(&definite(&WARN).in_test_code(true)), Level::Allow);
        let stated = levels(&[(Level::Deny, "deny_one")]);
        assert_eq!(stated.of_finding(&possible(&DENY)), Level::Deny);
        assert_eq!(levels(&[(Level::Allow, "warnings")]).of_finding(&definite(&WARN)), Level::Allow);
    }

    #[test]
    fn wrong_names_are_said() {
        let setting = Setting { level: Level::Deny, name: "hazmap::warn_on".to_owned() };
        let (_, odd) = Levels::new(LINTS, &[setting]);
        let help = Some("did you mean `warn_one`?".to_owned());
        assert_eq!(odd, [("there is no lint or group named `warn_on`".to_owned(), help)]);
    }
}
