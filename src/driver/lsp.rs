//! `cargo hazmap lsp`: findings in an editor, while it is typed and when it is saved.
//!
//! One thread reads messages and answers; an analysis takes a moment, so it runs when no message has come for a while, over the texts
//! that the editor has at that time. What is asked between is answered after a fresh run: no action is offered about old text.

mod findings;
mod text;
mod watched;

use super::args::Check;
use super::selection;
use super::subcommand::{self, Turn};
use crate::lint::Lint;
use crate::render;
use findings::Shown;
use lsp_server::{Connection, ExtractError, Message, Notification, Request, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidCloseTextDocument, DidOpenTextDocument,
    DidSaveTextDocument, Notification as _, PublishDiagnostics, ShowMessage,
};
use lsp_types::request::{CodeActionRequest, Request as _};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionOrCommand, CodeActionParams, CodeActionProviderCapability,
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DidSaveTextDocumentParams, MessageType, PublishDiagnosticsParams, SaveOptions, ServerCapabilities,
    ShowMessageParams, TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, Uri,
};
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// Nobody wants findings about half a word: an analysis waits until this long nothing was typed.
const PAUSE: Duration = Duration::from_millis(250);

type Failure = Box<dyn Error + Send + Sync>;

/// Serves one editor over stdin and stdout until it says goodbye.
pub fn serve(check: &Check, lints: &[&'static Lint]) -> ExitCode {
    let (connection, threads) = Connection::stdio();
    let ended = talk(connection, check, lints);
    match ended.and_then(|()| threads.join().map_err(Failure::from)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => subcommand::could_not_run(&format!("the editor's connection: {error}")),
    }
}

fn talk(connection: Connection, check: &Check, lints: &[&'static Lint]) -> Result<(), Failure> {
    let (id, asked) = connection.initialize_start()?;
    let answer = serde_json::json!({
        "capabilities": capabilities(),
        "serverInfo": { "name": "hazmap", "version": env!("CARGO_PKG_VERSION") },
    });
    connection.initialize_finish(id, answer)?;
    if watched::can_be_asked_for(&asked) {
        connection.sender.send(Message::Request(watched::request()))?;
    }
    let mut server = Server {
        connection: &connection,
        check,
        lints,
        page: write_page(lints),
        texts: BTreeMap::new(),
        changed: BTreeSet::new(),
        shown: BTreeMap::new(),
        versions: BTreeMap::new(),
        said: BTreeMap::new(),
    };
    server.run()
}

fn capabilities() -> ServerCapabilities {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::FULL),
        save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
        ..TextDocumentSyncOptions::default()
    };
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
        ..CodeActionOptions::default()
    };
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
        code_action_provider: Some(CodeActionProviderCapability::Options(actions)),
        ..ServerCapabilities::default()
    }
}

/// Writes the page of all lints where links in the editor can lead; without it there are no links.
fn write_page(lints: &[&'static Lint]) -> Option<PathBuf> {
    let cache = env::var_os("XDG_CACHE_HOME").filter(|dir| !dir.is_empty()).map(PathBuf::from);
    let cache = cache.or_else(|| Some(env::home_dir()?.join(".cache")))?;
    let dir = cache.join("hazmap").join(env!("CARGO_PKG_VERSION"));
    let page = dir.join("index.html");
    fs::create_dir_all(&dir).ok()?;
    fs::write(&page, render::site(lints)).ok()?;
    Some(page)
}

struct Server<'a> {
    connection: &'a Connection,
    check: &'a Check,
    lints: &'a [&'static Lint],
    /// The documentation.
    page: Option<PathBuf>,
    /// What the editor has open.
    texts: BTreeMap<PathBuf, String>,
    /// Roots of workspaces whose findings may be old.
    changed: BTreeSet<PathBuf>,
    /// What was found in each workspace.
    shown: BTreeMap<PathBuf, Vec<Shown>>,
    /// The editor's versions of what it has open.
    versions: BTreeMap<PathBuf, i32>,
    /// By root of a workspace: why it could not be analysed, as the editor was told.
    said: BTreeMap<PathBuf, String>,
}

impl Server<'_> {
    fn run(&mut self) -> Result<(), Failure> {
        loop {
            let message = if self.changed.is_empty() {
                self.connection.receiver.recv().ok()
            } else {
                match self.connection.receiver.recv_timeout(PAUSE) {
                    Err(error) if error.is_timeout() => {
                        self.refresh()?;
                        continue;
                    }
                    other => other.ok(),
                }
            };
            match message {
                None => return Ok(()),
                Some(Message::Request(request)) => {
                    if self.connection.handle_shutdown(&request)? {
                        return Ok(());
                    }
                    self.answer(request)?;
                }
                Some(Message::Notification(note)) => {
                    let method = note.method.clone();
                    // One that cannot be read changes nothing; the editor goes on.
                    if let Err(error) = self.hear(note) {
                        eprintln!("hazmap: {method}: {error}");
                    }
                }
                Some(Message::Response(_)) => {}
            }
        }
    }

    fn answer(&mut self, request: Request) -> Result<(), Failure> {
        let unknown = lsp_server::ErrorCode::MethodNotFound as i32;
        let invalid = lsp_server::ErrorCode::InvalidParams as i32;
        let id = request.id.clone();
        let response = match request.extract::<CodeActionParams>(CodeActionRequest::METHOD) {
            Ok((id, params)) => {
                self.refresh()?;
                Response::new_ok(id, self.actions(&params))
            }
            Err(ExtractError::MethodMismatch(request)) => {
                Response::new_err(request.id, unknown, format!("{} is not served", request.method))
            }
            Err(ExtractError::JsonError { method, error }) => {
                Response::new_err(id, invalid, format!("{method}: {error}"))
            }
        };
        self.connection.sender.send(Message::Response(response))?;
        Ok(())
    }

    fn actions(&self, params: &CodeActionParams) -> Vec<CodeActionOrCommand> {
        let all = self.shown.values().flatten();
        let here = all.flat_map(|shown| shown.actions_at(&params.text_document.uri, params.range));
        here.cloned().map(CodeActionOrCommand::CodeAction).collect()
    }

    fn hear(&mut self, note: Notification) -> Result<(), serde_json::Error> {
        match note.method.as_str() {
            DidOpenTextDocument::METHOD => {
                let params: DidOpenTextDocumentParams = serde_json::from_value(note.params)?;
                let document = params.text_document;
                self.has(&document.uri, Some((document.text, document.version)));
            }
            DidChangeTextDocument::METHOD => {
                let params: DidChangeTextDocumentParams = serde_json::from_value(note.params)?;
                // Whole texts are asked for: the last one counts.
                if let Some(change) = params.content_changes.into_iter().next_back() {
                    self.has(&params.text_document.uri, Some((change.text, params.text_document.version)));
                }
            }
            DidCloseTextDocument::METHOD => {
                let params: DidCloseTextDocumentParams = serde_json::from_value(note.params)?;
                self.has(&params.text_document.uri, None);
            }
            DidSaveTextDocument::METHOD => {
                let params: DidSaveTextDocumentParams = serde_json::from_value(note.params)?;
                self.touch(&params.text_document.uri);
            }
            DidChangeWatchedFiles::METHOD => {
                self.changed.extend(self.shown.keys().chain(self.said.keys()).cloned());
            }
            _ => {}
        }
        Ok(())
    }

    /// Notes what the editor has of a file; `None`: what the disk has.
    fn has(&mut self, uri: &Uri, text: Option<(String, i32)>) {
        let Some(path) = text::path_of(uri) else { return };
        match text {
            Some((text, version)) => {
                self.versions.insert(path.clone(), version);
                self.texts.insert(path, text);
            }
            None => {
                self.versions.remove(&path);
                self.texts.remove(&path);
            }
        }
        self.touch(uri);
    }

    fn touch(&mut self, uri: &Uri) {
        let Some(path) = text::path_of(uri) else { return };
        let is_read = path.extension().is_some_and(|it| it == "rs" || it == "toml");
        if is_read && let Some(root) = root_of(&path) {
            self.changed.insert(root);
        }
    }

    /// Analyses what changed, and tells the editor.
    fn refresh(&mut self) -> Result<(), Failure> {
        for root in std::mem::take(&mut self.changed) {
            let found = match self.analyse(&root) {
                Ok(found) => found,
                Err(words) => {
                    // A configuration that is being written: what was found stays until it can be read.
                    self.tell(root, words)?;
                    continue;
                }
            };
            self.said.remove(&root);
            let old = self.shown.insert(root.clone(), found).unwrap_or_default();
            let new = self.shown.get(&root).map_or(&[][..], Vec::as_slice);
            let mut files: BTreeMap<&Path, Vec<_>> = BTreeMap::new();
            for shown in &old {
                files.entry(&shown.path).or_default();
            }
            for shown in new {
                files.entry(&shown.path).or_default().push(shown.diagnostic.clone());
            }
            for (path, diagnostics) in files {
                let Some(uri) = text::uri_of(path, None) else { continue };
                let version = self.versions.get(path).copied();
                let params = PublishDiagnosticsParams { uri, diagnostics, version };
                let note = Notification::new(PublishDiagnostics::METHOD.to_owned(), params);
                self.connection.sender.send(Message::Notification(note))?;
            }
        }
        Ok(())
    }

    /// Tells the editor why a workspace cannot be analysed, once for each reason.
    fn tell(&mut self, root: PathBuf, words: String) -> Result<(), Failure> {
        if self.said.get(&root) == Some(&words) {
            return Ok(());
        }
        let params = ShowMessageParams { typ: MessageType::ERROR, message: format!("hazmap: {words}") };
        let note = Notification::new(ShowMessage::METHOD.to_owned(), params);
        self.said.insert(root, words);
        self.connection.sender.send(Message::Notification(note))?;
        Ok(())
    }

    fn analyse(&self, root: &Path) -> Result<Vec<Shown>, String> {
        let mut check = self.check.clone();
        check.args.selection.paths = vec![root.to_path_buf()];
        check.args.output.quiet = true;
        // Members and path dependencies may lie outside the root: all that is open counts, wherever it is read.
        let texts = self.texts.iter().map(|(path, text)| (path.clone(), text.clone())).collect();
        let turn = Turn { texts, shown_from: Some(root.to_path_buf()), ..Turn::default() };
        let outcome = subcommand::run_alone(&check, self.lints, &turn)?;
        if let Some(words) = outcome.failed.first() {
            return Err(words.clone());
        }
        let findings = outcome.report.findings.iter();
        Ok(findings.filter_map(|it| Shown::of(it, &outcome.files, self.page.as_deref())).collect())
    }
}

/// The root of the workspace that a file belongs to; without a manifest the file itself.
fn root_of(path: &Path) -> Option<PathBuf> {
    let around = selection::package_around(path);
    if around == path {
        return path.is_file().then_some(around);
    }
    Some(selection::workspace_root(&around).unwrap_or(around))
}
