//! The form of a configuration, as `hazmap.schema.json` tells it.

use crate::driver::args::Scope;
use crate::driver::levels::TestCode;
use crate::facts::knowledge::RowFile;
use crate::lint::Level;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use toml::Spanned;

/// The configuration of a workspace: `hazmap.toml` beside its manifest, or a table `[workspace.metadata.hazmap]` in it.
#[derive(Deserialize, JsonSchema, Debug, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct WorkspaceForm {
    /// Which locks the lock lints look at: those that guard a map, or all.
    #[schemars(with = "Option<Scope>")]
    pub scope: Option<Spanned<Scope>>,
    /// What is done about findings in test code: those at warn are left out, none is, or all are.
    #[schemars(with = "Option<TestCode>")]
    pub test_code: Option<Spanned<TestCode>>,
    /// Report on generated and vendored files too.
    #[schemars(with = "Option<bool>")]
    pub include_generated: Option<Spanned<bool>>,
    /// Read sources of dependencies outside the workspace, for facts: those by path, and what cargo has downloaded.
    #[schemars(with = "Option<bool>")]
    pub deps: Option<Spanned<bool>>,
    /// Patterns of files that are read, but not reported on; from the workspace's root, with `/`.
    #[schemars(with = "Vec<String>")]
    pub exclude: Vec<Spanned<String>>,
    /// A baseline, from the workspace's root: what it knows is not shown. As `--baseline`.
    #[schemars(with = "Option<String>")]
    pub baseline: Option<Spanned<String>>,
    /// Levels of lints and groups, as in cargo's `[lints]`.
    pub lints: LintLevels,
    /// Levels in some files.
    #[serde(rename = "override")]
    pub overrides: Vec<OverrideForm>,
    /// What can be set about single lints.
    pub lint_options: LintOptions,
    /// What hazmap should know of libraries: tables in the form of its own rows (`src/facts/knowledge/SCHEMA.md`).
    #[schemars(with = "Vec<RowFile>")]
    pub knowledge: Vec<BTreeMap<String, IgnoredAny>>,
}

/// What a member may say for itself, in a table `[package.metadata.hazmap]`.
#[derive(Deserialize, JsonSchema, Debug, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct PackageForm {
    /// What is done about findings in the package's test code.
    #[schemars(with = "Option<TestCode>")]
    pub test_code: Option<Spanned<TestCode>>,
    /// Patterns of files that are read, but not reported on; from the package's folder.
    #[schemars(with = "Vec<String>")]
    pub exclude: Vec<Spanned<String>>,
    /// Levels of lints and groups.
    pub lints: LintLevels,
    /// Levels in some of the package's files.
    #[serde(rename = "override")]
    pub overrides: Vec<OverrideForm>,
}

/// Levels in the files that one of some patterns fits; a later override wins over an earlier one.
#[derive(Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OverrideForm {
    /// Patterns of files, from the folder that the configuration is for, with `/`.
    #[schemars(with = "Vec<String>")]
    pub paths: Vec<Spanned<String>>,
    /// What is done about findings in test code there.
    #[schemars(with = "Option<TestCode>")]
    pub test_code: Option<Spanned<TestCode>>,
    /// Levels of lints and groups.
    #[serde(default)]
    pub lints: LintLevels,
}

/// What can be set about single lints.
#[derive(Deserialize, JsonSchema, Debug, Default)]
#[serde(deny_unknown_fields, default)]
pub struct LintOptions {
    /// Options of `blocking_while_guard_held`.
    pub blocking_while_guard_held: BlockingOptions,
    /// Options of `whole_map_clone_under_guard`.
    pub whole_map_clone_under_guard: CloneOptions,
}

/// Options of `blocking_while_guard_held`.
#[derive(Deserialize, JsonSchema, Debug, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct BlockingOptions {
    /// How many calls down from the guard's holder a wait still counts; 2 unless set.
    pub max_calls: Option<u16>,
}

/// Options of `whole_map_clone_under_guard`.
#[derive(Deserialize, JsonSchema, Debug, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct CloneOptions {
    /// Entries without heap memory and of at most so many bytes are cheap to copy; 16 unless set.
    pub cheap_entry_bytes: Option<u32>,
}

/// A table of levels, in the order in which it is written.
#[derive(Debug, Default)]
pub struct LintLevels(pub Vec<(Spanned<String>, LintLevel)>);

/// A level, and its rank among the settings of a table: a higher one is applied later, and wins.
#[derive(Clone, Copy, Debug)]
pub struct LintLevel {
    /// The level.
    pub level: Level,
    /// Its rank; 0 unless said.
    pub priority: i64,
}

#[derive(Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum LevelWord {
    Allow,
    Warn,
    Deny,
    Forbid,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LevelTable {
    level: LevelWord,
    #[serde(default)]
    priority: i64,
}

impl LevelWord {
    fn level(self) -> Level {
        match self {
            LevelWord::Allow => Level::Allow,
            LevelWord::Warn => Level::Warn,
            LevelWord::Deny => Level::Deny,
            LevelWord::Forbid => Level::Forbid,
        }
    }
}

impl<'de> Deserialize<'de> for LintLevels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<LintLevels, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = LintLevels;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table of lints and levels")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<LintLevels, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry::<Spanned<String>, LintLevel>()? {
                    entries.push(entry);
                }
                entries.sort_by_key(|(name, _)| name.span().start);
                Ok(LintLevels(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

impl<'de> Deserialize<'de> for LintLevel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<LintLevel, D::Error> {
        struct WordOrTable;
        impl<'de> Visitor<'de> for WordOrTable {
            type Value = LintLevel;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a level, as in `\"warn\"` or `{ level = \"warn\", priority = -1 }`")
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<LintLevel, E> {
                let word = LevelWord::deserialize(serde::de::value::StrDeserializer::<E>::new(word))?;
                Ok(LintLevel { level: word.level(), priority: 0 })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<LintLevel, A::Error> {
                let table = LevelTable::deserialize(MapAccessDeserializer::new(map))?;
                Ok(LintLevel { level: table.level.level(), priority: table.priority })
            }
        }
        deserializer.deserialize_any(WordOrTable)
    }
}

impl JsonSchema for LintLevels {
    fn schema_name() -> Cow<'static, str> {
        "LintLevels".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let level = generator.subschema_for::<LintLevel>();
        schemars::json_schema!({ "type": "object", "additionalProperties": level })
    }
}

impl JsonSchema for LintLevel {
    fn schema_name() -> Cow<'static, str> {
        "LintLevel".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let word = generator.subschema_for::<LevelWord>();
        let table = generator.subschema_for::<LevelTable>();
        schemars::json_schema!({ "anyOf": [word, table] })
    }
}
