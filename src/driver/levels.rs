//! From options and configurations to the level of each finding.

use super::globs::PathGlobs;
use super::names::{self, Named};
use crate::facts::TestBodies;
use crate::lint::{Certainty, Diagnostic, Level, Lint, renamed};
use crate::source::{FileId, Files, Span};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One `-A`, `-W`, `-D` or `-F`, or one line of a table of lints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The level asked for.
    pub level: Level,
    /// The lint or group, as written.
    pub name: String,
    /// Where it was written.
    pub origin: Origin,
}

/// Where something was set.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Origin {
    /// Nowhere: it is so by itself.
    #[default]
    Default,
    /// On the command line.
    CommandLine,
    /// In a configuration.
    File {
        /// The file's name as shown, and the line.
        at: String,
        /// The place in it.
        span: Span,
    },
}

/// Settings that hold in some files.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// In the order in which they are applied.
    pub settings: Vec<Setting>,
    /// What is done about test code, when something is said.
    pub test_code: Option<(TestCode, Origin)>,
    /// Where they hold.
    pub paths: Paths,
}

/// The files in which settings hold.
#[derive(Clone, Debug, Default)]
pub enum Paths {
    /// All.
    #[default]
    All,
    /// Those below one of some folders.
    Under(Vec<PathBuf>),
    /// Those that a pattern fits.
    Fitting(PathGlobs),
}

impl Paths {
    fn hold(&self, path: &Path) -> bool {
        match self {
            Paths::All => true,
            Paths::Under(folders) => folders.iter().any(|folder| path.starts_with(folder)),
            Paths::Fitting(globs) => globs.fits(path),
        }
    }
}

/// What is done about findings in test code.
#[derive(
    clap::ValueEnum, serde::Deserialize, schemars::JsonSchema, Clone, Copy, PartialEq, Eq, Debug, Default,
)]
#[serde(rename_all = "kebab-case")]
pub enum TestCode {
    /// Findings at warn are left out, those at deny stay; so do those of lints that were lowered to warn (`-W all`): who asks for more is not
    /// told less.
    #[default]
    Lenient,
    /// It is treated as all other code.
    Strict,
    /// No finding in it is shown.
    Off,
}

impl TestCode {
    /// Its name in options and configurations.
    pub fn name(self) -> &'static str {
        match self {
            TestCode::Lenient => "lenient",
            TestCode::Strict => "strict",
            TestCode::Off => "off",
        }
    }
}

/// The level of every lint in one run.
#[derive(Clone, Debug)]
pub struct Levels {
    lints: Vec<&'static Lint>,
    /// In the order in which they are applied; the command line comes last.
    layers: Vec<Layer>,
    /// By the layers that hold: one for each set of them that occurs.
    tables: Vec<(Vec<usize>, Table)>,
    /// The table of each file; files that were not placed have the first.
    by_file: BTreeMap<FileId, usize>,
}

/// The levels in some files.
#[derive(Clone, Debug)]
struct Table {
    of: BTreeMap<&'static str, Stated>,
    /// What `warnings` was set to.
    warnings: Level,
    test_code: (TestCode, Origin),
}

#[derive(Clone, Debug)]
struct Stated {
    level: Level,
    /// Who said so: the user, when it is not the lint itself.
    origin: Origin,
}

/// A name that means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odd {
    /// Where it was written.
    pub origin: Origin,
    /// What is wrong, in a sentence.
    pub words: String,
    /// What to do, where there is something.
    pub help: Option<String>,
}

impl Levels {
    /// Applies settings that hold everywhere, in order, over the lints' own levels.
    pub fn new(lints: &[&'static Lint], settings: &[Setting]) -> (Levels, Vec<Odd>) {
        Levels::layered(lints, vec![Layer { settings: settings.to_vec(), ..Layer::default() }])
    }

    /// Applies layers in order, over the lints' own levels. Names that mean nothing are returned.
    pub fn layered(lints: &[&'static Lint], layers: Vec<Layer>) -> (Levels, Vec<Odd>) {
        let odd = layers.iter().flat_map(|layer| &layer.settings).filter_map(|it| odd(it, lints)).collect();
        let everywhere = |(n, layer): (usize, &Layer)| matches!(layer.paths, Paths::All).then_some(n);
        let first: Vec<usize> = layers.iter().enumerate().filter_map(everywhere).collect();
        let mut levels =
            Levels { lints: lints.to_vec(), layers, tables: Vec::new(), by_file: BTreeMap::new() };
        levels.table_of(first);
        (levels, odd)
    }

    /// Finds out which settings hold in which of the files.
    pub fn place(&mut self, files: &Files) {
        for file in (0..).map(FileId).take(files.len()) {
            let path = files.path(file);
            let holds = |(n, layer): (usize, &Layer)| layer.paths.hold(&path).then_some(n);
            let holding: Vec<usize> = self.layers.iter().enumerate().filter_map(holds).collect();
            let table = self.table_of(holding);
            self.by_file.insert(file, table);
        }
    }

    /// The table for a set of layers, made when it is the first time.
    fn table_of(&mut self, holding: Vec<usize>) -> usize {
        if let Some(known) = self.tables.iter().position(|(layers, _)| *layers == holding) {
            return known;
        }
        let layers = holding.iter().filter_map(|n| self.layers.get(*n));
        let table = Table::new(&self.lints, layers);
        self.tables.push((holding, table));
        self.tables.len() - 1
    }

    fn table(&self, file: Option<FileId>) -> Option<&Table> {
        let index = file.and_then(|file| self.by_file.get(&file)).copied().unwrap_or(0);
        self.tables.get(index).map(|(_, table)| table)
    }

    /// The level that a lint has in a file; where no path is concerned, without one.
    pub fn level(&self, lint: &Lint, file: Option<FileId>) -> Level {
        self.stated(lint, file).map_or(Level::Allow, |stated| stated.level)
    }

    /// Who gave a lint its level where no path is concerned.
    pub fn origin(&self, lint: &Lint) -> Origin {
        self.stated(lint, None).map_or(Origin::Default, |stated| stated.origin.clone())
    }

    fn stated(&self, lint: &Lint, file: Option<FileId>) -> Option<&Stated> {
        self.table(file)?.of.get(lint.name)
    }

    /// Returns whether a lint may run in some file. Which files there are need not be known yet.
    pub fn is_on(&self, lint: &Lint) -> bool {
        let raises = |setting: &Setting| {
            setting.level != Level::Allow
                && names::resolve(&setting.name, &self.lints).is_some_and(|named| named.covers(lint))
        };
        let somewhere = self.layers.iter().filter(|layer| !matches!(layer.paths, Paths::All));
        self.level(lint, None) != Level::Allow || somewhere.flat_map(|layer| &layer.settings).any(raises)
    }

    /// Returns whether a lint runs in a file.
    pub fn is_on_in(&self, lint: &Lint, file: FileId) -> bool {
        self.level(lint, Some(file)) != Level::Allow
    }

    /// The level that one finding is shown at.
    pub fn of_finding(&self, diagnostic: &Diagnostic) -> Level {
        let file = diagnostic.span.map(|span| span.file);
        let Some(table) = self.table(file) else { return Level::Allow };
        let Some(stated) = table.of.get(diagnostic.lint.name) else { return Level::Allow };
        let level = stated.level;
        let left_out = match table.test_code.0 {
            TestCode::Lenient => level == Level::Warn && diagnostic.lint.level != Level::Deny,
            TestCode::Strict => false,
            TestCode::Off => true,
        };
        if diagnostic.in_test_code && left_out {
            return Level::Allow;
        }
        // A hazard that only may be there must not fail a run that did not ask for it.
        let doubtful = diagnostic.certainty == Certainty::Possible && stated.origin == Origin::Default;
        let level = if level == Level::Deny && doubtful { Level::Warn } else { level };
        if level == Level::Warn { table.warnings.min(Level::Deny) } else { level }
    }

    /// Which bodies of test code are worth a look: as long as test code is not treated strictly, what is found there at level warn is
    /// not shown. Lints that are at level deny by themselves are about guards, stores and shared references.
    pub fn test_bodies(&self) -> TestBodies {
        let denies_more = |setting: &Setting| {
            let named = names::resolve(&setting.name, &self.lints).filter(|it| *it != Named::Warnings);
            let denied = |lint: &&&'static Lint| named.is_some_and(|it| it.covers(lint));
            setting.level > Level::Warn && self.lints.iter().filter(denied).any(|it| it.level <= Level::Warn)
        };
        let is_strict =
            |layer: &Layer| layer.test_code.as_ref().is_some_and(|(it, _)| *it == TestCode::Strict);
        let shows_more = |layer: &Layer| is_strict(layer) || layer.settings.iter().any(denies_more);
        if self.layers.iter().any(shows_more) { TestBodies::All } else { TestBodies::Guards }
    }

    /// What is done about test code where no path is concerned, and who said so.
    pub fn test_code(&self) -> (TestCode, Origin) {
        self.table(None).map(|table| table.test_code.clone()).unwrap_or_default()
    }
}

impl Table {
    fn new<'l>(lints: &[&'static Lint], layers: impl Iterator<Item = &'l Layer>) -> Table {
        let own = |lint: &&'static Lint| (lint.name, Stated { level: lint.level, origin: Origin::Default });
        let of = lints.iter().map(own).collect();
        let mut table = Table { of, warnings: Level::Warn, test_code: Default::default() };
        for layer in layers {
            for setting in &layer.settings {
                if let Some(named) = names::resolve(&setting.name, lints) {
                    table.set(lints, named, setting);
                }
            }
            if let Some(said) = &layer.test_code {
                table.test_code = said.clone();
            }
        }
        table
    }

    fn set(&mut self, lints: &[&'static Lint], named: Named, setting: &Setting) {
        if named == Named::Warnings {
            self.warnings = setting.level;
            return;
        }
        for lint in lints.iter().filter(|lint| named.covers(lint)) {
            let Some(stated) = self.of.get_mut(lint.name) else { continue };
            // A subject holds lints that are on and policies that are not: `-D deadlock` must not turn the latter on. What was
            // allowed before, it does.
            let is_off = stated.level == Level::Allow && lint.level == Level::Allow;
            let turns_on = matches!(named, Named::Group(_)) && is_off;
            if stated.level != Level::Forbid && !turns_on {
                *stated = Stated { level: setting.level, origin: setting.origin.clone() };
            }
        }
    }
}

fn odd(setting: &Setting, lints: &[&'static Lint]) -> Option<Odd> {
    let origin = setting.origin.clone();
    match names::resolve(&setting.name, lints) {
        None => {
            let (words, help) = unknown(&setting.name, lints);
            Some(Odd { origin, words, help })
        }
        Some(Named::Renamed(lint)) => {
            let words = format!("lint `{}` is now named `{}`", setting.name, lint.name);
            Some(Odd { origin, words, help: None })
        }
        Some(_) => None,
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

    fn said(settings: &[(Level, &str)]) -> Vec<Setting> {
        let setting = |(level, name): &(Level, &str)| Setting {
            level: *level,
            name: (*name).to_owned(),
            origin: Origin::CommandLine,
        };
        settings.iter().map(setting).collect()
    }

    fn levels(settings: &[(Level, &str)]) -> Levels {
        let (levels, odd) = Levels::new(LINTS, &said(settings));
        assert_eq!(odd, Vec::new());
        levels
    }

    fn three(settings: &[(Level, &str)]) -> [Level; 3] {
        let levels = levels(settings);
        [&DENY, &WARN, &OFF].map(|lint| levels.level(lint, None))
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
        let lowered = levels(&[(Level::Warn, "all")]);
        assert_eq!(lowered.of_finding(&definite(&DENY).in_test_code(true)), Level::Warn);
        assert_eq!(lowered.of_finding(&definite(&WARN).in_test_code(true)), Level::Allow);
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
        let (_, odd) = Levels::new(LINTS, &said(&[(Level::Deny, "hazmap::warn_on")]));
        let help = Some("did you mean `warn_one`?".to_owned());
        let words = "there is no lint or group named `warn_on`".to_owned();
        assert_eq!(odd, [Odd { origin: Origin::CommandLine, words, help }]);
    }

    #[test]
    fn layers_hold_where_their_paths_do() {
        let files = Files::in_memory();
        let old = files.insert(Path::new("old/a.rs"), String::new());
        let new = files.insert(Path::new("new/a.rs"), String::new());
        let globs = PathGlobs::new(Path::new(""), ["old"]).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let here = Layer {
            settings: said(&[(Level::Allow, "deny_one"), (Level::Warn, "pedantic")]),
            test_code: Some((TestCode::Strict, Origin::CommandLine)),
            paths: Paths::Fitting(globs),
        };
        let last = Layer { settings: said(&[(Level::Deny, "warn_one")]), ..Layer::default() };
        let (mut levels, _) = Levels::layered(LINTS, vec![here, last]);
        levels.place(&files);
        let three = |file| [&DENY, &WARN, &OFF].map(|lint| levels.level(lint, Some(file)));
        assert_eq!(three(old), [Level::Allow, Level::Deny, Level::Warn]);
        assert_eq!(three(new), [Level::Deny, Level::Deny, Level::Allow]);
        assert!(levels.is_on(&OFF) && levels.is_on(&DENY));
    }
}
