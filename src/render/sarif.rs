//! SARIF 2.1.0: what code-scanning platforms read.

use super::code;
use super::frame::{Frame, Region, whole_message, word};
use crate::lint::{Class, Diagnostic, Finding, Level, Lint, Silenced, SilencedBy, Suggestion};
use crate::source::Span;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Value,
    /// Columns are counted in characters, as rustc counts them.
    column_kind: &'static str,
    original_uri_base_ids: Value,
    invocations: Value,
    results: Vec<SarifResult>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: String,
    name: &'static str,
    short_description: Message,
    full_description: Message,
    help: Help,
    default_configuration: Value,
    properties: Value,
}

#[derive(Serialize)]
struct Help {
    text: &'static str,
    markdown: &'static str,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult {
    rule_id: String,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    code_flows: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Value>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    suppressions: Vec<Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: SarifRegion,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRegion {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

/// The name by which paths are told from the repository's root, whatever that is on the machine that reads the log.
const ROOT: &str = "%SRCROOT%";

/// Renders a whole run, findings that are not shown included: they are marked as suppressed.
pub fn sarif(frame: &Frame<'_>) -> String {
    let lints = frame.lints();
    let result = |finding: &Finding, by: Option<&SilencedBy>| result(frame, &lints, finding, by);
    let shown = frame.findings.iter().map(|finding| result(finding, None));
    let silenced = frame.silenced.iter().map(|Silenced { finding, by }| result(finding, Some(by)));
    let driver = json!({
        "name": "hazmap",
        "fullName": "cargo-hazmap",
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": lints.iter().map(|lint| rule(lint)).collect::<Vec<_>>(),
    });
    let run = Run {
        tool: json!({ "driver": driver }),
        column_kind: "unicodeCodePoints",
        original_uri_base_ids: json!({ ROOT: { "description": { "text": "The root of the repository." } } }),
        invocations: json!([{ "executionSuccessful": true }]),
        results: shown.chain(silenced).collect(),
    };
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [run],
    };
    // Plain structs of strings and numbers always serialise.
    format!("{}\n", serde_json::to_string_pretty(&log).unwrap_or_default())
}

fn rule(lint: &Lint) -> Rule {
    let level = if lint.level.fails() { "error" } else { "warning" };
    let class = lint.class.map(Class::name);
    let tags: Vec<&str> = [lint.group.name(), "concurrency"].into_iter().chain(class).collect();
    Rule {
        id: format!("hazmap::{}", lint.name),
        name: lint.name,
        short_description: Message { text: lint.summary.to_owned() },
        full_description: Message { text: lint.summary.to_owned() },
        help: Help { text: lint.docs, markdown: lint.docs },
        default_configuration: json!({ "level": level, "enabled": lint.level != Level::Allow }),
        properties: json!({ "tags": tags, "precision": "high", "problem.severity": level }),
    }
}

fn result(
    frame: &Frame<'_>,
    lints: &[&'static Lint],
    finding: &Finding,
    silenced: Option<&SilencedBy>,
) -> SarifResult {
    let found = &finding.diagnostic;
    let labels = found.labels.iter().zip(1..);
    let related = labels.map(|(label, id)| {
        let message = Some(Message { text: label.words.clone() });
        Location { id: Some(id), message, ..location(frame, label.span) }
    });
    SarifResult {
        rule_id: code(finding),
        rule_index: lints.iter().position(|lint| lint.name == found.lint.name).unwrap_or_default(),
        level: word(finding.level),
        message: Message { text: whole_message(finding) },
        locations: found.span.map(|span| primary(frame, found, span)).into_iter().collect(),
        related_locations: related.collect(),
        code_flows: code_flow(frame, found).into_iter().collect(),
        fixes: found.suggestions.iter().map(|it| fix(frame, it)).collect(),
        partial_fingerprints: BTreeMap::from([("hazmap/v1", finding.fingerprint.clone())]),
        suppressions: silenced.map(suppression).into_iter().collect(),
    }
}

fn primary(frame: &Frame<'_>, found: &Diagnostic, span: Span) -> Location {
    let named = |path: &String| json!({ "fullyQualifiedName": path, "kind": "function" });
    let logical_locations = found.item.iter().map(named).collect();
    let message = found.here.as_ref().map(|words| Message { text: words.clone() });
    Location { logical_locations, message, ..location(frame, span) }
}

fn location(frame: &Frame<'_>, span: Span) -> Location {
    let at = frame.region(span);
    let artifact_location = artifact(&at);
    let region = region(&at);
    let physical_location = Physical { artifact_location, region };
    Location { id: None, physical_location, logical_locations: Vec::new(), message: None }
}

fn artifact(at: &Region) -> Artifact {
    Artifact { uri: uri(&at.path), uri_base_id: ROOT }
}

fn region(at: &Region) -> SarifRegion {
    SarifRegion {
        start_line: at.line,
        start_column: at.column,
        end_line: at.end_line,
        end_column: at.end_column,
    }
}

/// The way from what came first to what happens in the end, for findings that lead through calls.
fn code_flow(frame: &Frame<'_>, found: &Diagnostic) -> Option<Value> {
    let (before, after) = found.labels.split_at_checked(found.trace?)?;
    let step = |span, words: &str| {
        let message = Some(Message { text: words.to_owned() });
        json!({ "location": Location { message, ..location(frame, span) } })
    };
    let here = step(found.span?, found.here.as_deref().unwrap_or(&found.message));
    let label = |label: &crate::lint::Label| step(label.span, &label.words);
    let steps: Vec<Value> = before.iter().map(label).chain([here]).chain(after.iter().map(label)).collect();
    Some(json!({ "threadFlows": [{ "locations": steps }] }))
}

fn fix(frame: &Frame<'_>, suggestion: &Suggestion) -> Value {
    let change = |(span, text): &(Span, String)| {
        let at = frame.region(*span);
        let replacement = json!({ "deletedRegion": region(&at), "insertedContent": { "text": text } });
        json!({ "artifactLocation": artifact(&at), "replacements": [replacement] })
    };
    let changes: Vec<Value> = suggestion.edits.iter().map(change).collect();
    json!({ "description": { "text": suggestion.message }, "artifactChanges": changes })
}

fn suppression(by: &SilencedBy) -> Value {
    match by {
        SilencedBy::Permission(Some(reason)) => {
            json!({ "kind": "inSource", "status": "accepted", "justification": reason })
        }
        SilencedBy::Permission(None) => json!({ "kind": "inSource", "status": "accepted" }),
        SilencedBy::Baseline => {
            json!({ "kind": "external", "status": "accepted", "justification": "in the baseline" })
        }
        SilencedBy::OldCode => {
            json!({ "kind": "external", "status": "accepted", "justification": "outside the changed lines" })
        }
    }
}

/// A relative path as a URI: what is no plain character of a path is written as `%xx`.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        if plain { out.push(char::from(byte)) } else { out.push_str(&format!("%{byte:02X}")) }
    }
    out
}
