//! The JSON schema of a configuration, for editors that complete and check.

use super::form::WorkspaceForm;
use crate::lint::{Class, Group, Lint};
use serde_json::{Map, Value, json};

/// The schema, with the names of all lints and groups.
pub fn json_schema(lints: &[&'static Lint]) -> String {
    let mut schema = schemars::schema_for!(WorkspaceForm).to_value();
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".to_owned(), json!("hazmap.toml"));
    }
    if let Some(levels) = schema.pointer_mut("/$defs/LintLevels").and_then(Value::as_object_mut) {
        levels.insert("properties".to_owned(), Value::Object(names(lints)));
    }
    // A value of strings, lists and tables always serialises.
    let text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    format!("{text}\n")
}

/// What a table of levels may name. Others stay allowed: lints of other versions and of others' making.
fn names(lints: &[&'static Lint]) -> Map<String, Value> {
    let entry = |words: &str| json!({ "description": words, "$ref": "#/$defs/LintLevel" });
    let mut names = Map::new();
    names.insert("warnings".to_owned(), entry("whatever is at warn in the end"));
    names.insert("all".to_owned(), entry("all lints that are on by default"));
    for group in Group::ALL.iter().map(|it| it.name()).chain(Class::ALL.iter().map(|it| it.name())) {
        names.insert(group.to_owned(), entry(&format!("the lints of the group `{group}`")));
    }
    for lint in lints {
        let words = format!("{} (default: {})", lint.summary, lint.level.name());
        names.insert(lint.name.to_owned(), entry(&words));
    }
    names
}
