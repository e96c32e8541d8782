//! What the editor is asked to look after: files that change without it, as by another branch that is checked out.

use lsp_server::Request;
use lsp_types::notification::{DidChangeWatchedFiles, Notification as _};
use lsp_types::request::{RegisterCapability, Request as _};
use lsp_types::{
    DidChangeWatchedFilesRegistrationOptions, FileSystemWatcher, GlobPattern, Registration,
    RegistrationParams,
};
use serde_json::Value;

/// All that an analysis reads; a baseline may have any name.
const PATTERNS: [&str; 4] = ["**/*.rs", "**/*.toml", "**/Cargo.lock", "**/*.json"];

/// Whether the editor can be asked, by what it said at the start.
pub fn can_be_asked_for(initialize: &Value) -> bool {
    let said = initialize.pointer("/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration");
    said.and_then(Value::as_bool) == Some(true)
}

/// Asks the editor to tell of changes.
pub fn request() -> Request {
    let watcher = |pattern: &&str| FileSystemWatcher {
        glob_pattern: GlobPattern::String((*pattern).to_owned()),
        kind: None,
    };
    let options =
        DidChangeWatchedFilesRegistrationOptions { watchers: PATTERNS.iter().map(watcher).collect() };
    let registration = Registration {
        id: "hazmap-watched".to_owned(),
        method: DidChangeWatchedFiles::METHOD.to_owned(),
        register_options: serde_json::to_value(options).ok(),
    };
    let params = RegistrationParams { registrations: vec![registration] };
    Request::new("hazmap-watched".to_owned().into(), RegisterCapability::METHOD.to_owned(), params)
}
