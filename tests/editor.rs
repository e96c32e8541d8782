//! What editors run: `--with-check`, `--stdin`, `--watch`, and the language server with a client over its stdin and stdout.

mod made;

use made::{Made, RELOCKS, Ran, program};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

/// Long enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn compiler_errors_come_in_the_same_stream() {
    let broken = format!("{RELOCKS}\nfn wrong() -> u8 {{ \"\" }}\n");
    let made = Made::package(&broken, &[]);
    let ran = made.run_with(
        &["--with-check", "--message-format", "json"],
        &[("CARGO_TARGET_DIR", made.path().join("target").to_str().unwrap()), ("CARGO_NET_OFFLINE", "true")],
    );
    assert_eq!(ran.code, 101, "{ran:#?}");
    let lines: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let codes: Vec<&str> = lines.iter().filter_map(|line| line["message"]["code"]["code"].as_str()).collect();
    assert_eq!(codes, ["E0308", "hazmap::relock_while_held"]);
    let ends: Vec<&Value> = lines.iter().filter(|line| line["reason"] == "build-finished").collect();
    assert_eq!(ends, [&json!({"reason": "build-finished", "success": false})]);

    let made = Made::package("pub fn fine() {}\n", &[]);
    let ran = made
        .run_with(&["--with-check"], &[("CARGO_TARGET_DIR", made.path().join("target").to_str().unwrap())]);
    assert_eq!(ran.code, 0, "{ran:#?}");
    ran.says("Checking app").says("0 errors, 0 warnings");
}

#[test]
fn cargo_check_gets_its_own_options() {
    let made = Made::package(
        "#[cfg(feature = \"more\")]\nfn more() -> u8 { \"\" }\n#[cfg(not(feature = \"usual\"))]\nfn bare() -> i8 { \"\" }\n",
        &[
            (
                "Cargo.toml",
                "[package]\nname = \"app\"\nversion = \"1.2.3\"\nedition = \"2021\"\n[features]\ndefault = [\"usual\"]\nusual = []\nmore = []\n",
            ),
            ("tests/t.rs", "#[test]\nfn runs() -> u16 { \"\" }\n"),
        ],
    );
    let target = made.path().join("target");
    let variables = [("CARGO_TARGET_DIR", target.to_str().unwrap()), ("CARGO_NET_OFFLINE", "true")];
    let wrong = |options: &[&str]| {
        let ran =
            made.run_with(&[&["--with-check", "--message-format", "json"], options].concat(), &variables);
        let types = ["u8", "i8", "u16"];
        let found =
            types.into_iter().filter(|it| ran.out.contains(&format!("expected `{it}`, found `&str`")));
        let found: Vec<&str> = found.collect();
        assert_eq!(ran.code, if found.is_empty() { 0 } else { 101 }, "{options:?} {ran:#?}");
        found
    };
    assert!(wrong(&[]).is_empty());
    assert_eq!(wrong(&["--all-targets"]), ["u16"]);
    assert_eq!(wrong(&["--features", "more"]), ["u8"]);
    assert_eq!(wrong(&["--all-features"]), ["u8"]);
    assert_eq!(wrong(&["--no-default-features"]), ["i8"]);
    assert_eq!(wrong(&["--", "--test", "t"]), ["u16"]);
    let ran = made.run_with(&["--with-check", "--target", "no-such-target"], &variables);
    assert_eq!(ran.code, 101, "{ran:#?}");
    ran.says("no-such-target");
    // They say nothing about our own run.
    assert_eq!(made.run(&["--all-targets"]).code, 2);
}

#[test]
fn packages_are_called_as_cargo_calls_them() {
    let member =
        |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
    let made = Made::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"same\", \"an other\"]\n"),
        ("same/Cargo.toml", &member("same")),
        ("same/src/lib.rs", &format!("{RELOCKS}\nfn wrong() -> u8 {{ \"\" }}\n")),
        ("an other/Cargo.toml", &member("different")),
        ("an other/src/lib.rs", &format!("{RELOCKS}\nfn wrong() -> u8 {{ \"\" }}\n")),
    ]);
    let target = made.path().join("target");
    let ran = made.run_with(
        &["--with-check", "--workspace", "--message-format", "json", "--", "--keep-going"],
        &[("CARGO_TARGET_DIR", target.to_str().unwrap()), ("CARGO_NET_OFFLINE", "true")],
    );
    let mut ids: Vec<(String, bool)> = Vec::new();
    for line in ran.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        if let (Some(id), Some(code)) =
            (line["package_id"].as_str(), line["message"]["code"]["code"].as_str())
        {
            ids.push((id.to_owned(), code.starts_with("hazmap::")));
        }
    }
    let of = |ours: bool| {
        let mut ids: Vec<&str> = ids.iter().filter(|it| it.1 == ours).map(|it| it.0.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    assert_eq!(of(true), of(false), "{ran:#?}");
    assert_eq!(of(true).len(), 2);
}

#[test]
fn one_file_from_stdin() {
    let made =
        Made::package("mod a;\npub mod b;\n", &[("src/a.rs", "fn nothing() {}\n"), ("src/b.rs", RELOCKS)]);
    let run = |name: &str, text: &str| {
        let mut command = program();
        command
            .args(["--stdin", "--stdin-filename", name, "--message-format", "short"])
            .current_dir(made.path());
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        Ran::of(child.wait_with_output().unwrap())
    };
    let ran = run("src/a.rs", RELOCKS);
    assert_eq!(ran.code, 1, "{ran:#?}");
    assert!(ran.out.starts_with("src/a.rs:11:") && ran.out.lines().count() == 1, "{ran:#?}");
    let ran = run("src/b.rs", "pub fn fine() {}\n");
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{ran:#?}");
    assert_eq!(made.run(&["--stdin"]).code, 2);
}

/// The lines of a stream as they come.
fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn changes_are_watched() {
    let made = Made::package("pub fn fine() {}\n", &[]);
    let mut command = program();
    command.args(["--watch", "--message-format", "short"]).current_dir(made.path());
    let mut child = Running(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let found = lines(child.0.stdout.take().unwrap());
    let said = |text: &str| {
        // The first write may come before the watcher is there.
        for _ in 0..60 {
            made.write("src/lib.rs", text);
            if let Ok(line) = found.recv_timeout(Duration::from_secs(1)) {
                return line;
            }
        }
        panic!("nothing was said");
    };
    assert!(said(RELOCKS).starts_with("src/lib.rs:11:"));
    let lower = format!("\n\n{RELOCKS}");
    while !said(&lower).starts_with("src/lib.rs:13:") {}
}

#[test]
fn pages_in_colour() {
    let made = Made::new(&[]);
    let plain = made.run(&["explain", "check_then_act"]).out;
    let painted = made.run(&["explain", "check_then_act", "--color", "always"]).out;
    assert!(painted.contains("\x1b[1m# check_then_act\x1b[0m") && !plain.contains('\x1b'));
    let stripped =
        ["\x1b[1m", "\x1b[36m", "\x1b[0m"].iter().fold(painted, |text, code| text.replace(code, ""));
    assert_eq!(stripped, plain);
}

/// A client, as an editor is one.
struct Client {
    child: Running,
    messages: Receiver<Value>,
    id: i64,
}

impl Client {
    fn start(made: &Made) -> Client {
        Client::start_with(made, json!({}))
    }

    fn start_with(made: &Made, capabilities: Value) -> Client {
        let mut command = program();
        command.arg("lsp").current_dir(made.path()).env("XDG_CACHE_HOME", made.path().join("cache"));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let (sender, messages) = mpsc::channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut out) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let mut client = Client { child: Running(child), messages, id: 0 };
        let params = json!({"capabilities": capabilities, "processId": null, "rootUri": null});
        let answer = client.ask("initialize", params);
        assert_eq!(answer["result"]["serverInfo"]["name"], "hazmap", "{answer}");
        assert_eq!(answer["result"]["capabilities"]["textDocumentSync"]["change"], 1);
        client.tell("initialized", json!({}));
        client
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        let stdin = self.child.0.stdin.as_mut().unwrap();
        write!(stdin, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        stdin.flush().unwrap();
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.id += 1;
        let id = self.id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        self.wait(|message| message["id"] == id)
    }

    fn wait(&mut self, is: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.messages.recv_timeout(PATIENCE).expect("the server has gone silent");
            if is(&message) {
                return message;
            }
        }
    }

    /// What is said next about a file.
    fn diagnostics(&mut self, uri: &str) -> Vec<Value> {
        let message =
            self.wait(|it| it["method"] == "textDocument/publishDiagnostics" && it["params"]["uri"] == uri);
        message["params"]["diagnostics"].as_array().unwrap().clone()
    }

    fn actions(&mut self, uri: &str, line: u32) -> Vec<Value> {
        let at = json!({"line": line, "character": 0});
        let params = json!({"textDocument": {"uri": uri}, "range": {"start": at, "end": at}, "context": {"diagnostics": []}});
        self.ask("textDocument/codeAction", params)["result"].as_array().unwrap().clone()
    }
}

fn read(out: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if out.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().strip_prefix("Content-Length: ") {
            Some(number) => length = number.parse().ok()?,
            None if line.trim().is_empty() => break,
            None => {}
        }
    }
    let mut bytes = vec![0; length];
    out.read_exact(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// A text with an editor's edits done, which lie on whole lines or inside one.
fn edited(text: &str, edits: &Value) -> String {
    let offset = |at: &Value| {
        let line = at["line"].as_u64().unwrap() as usize;
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        start + at["character"].as_u64().unwrap() as usize
    };
    let mut edits: Vec<(usize, usize, &str)> = edits
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            (offset(&it["range"]["start"]), offset(&it["range"]["end"]), it["newText"].as_str().unwrap())
        })
        .collect();
    edits.sort_unstable();
    let mut out = text.to_owned();
    for (lo, hi, new) in edits.into_iter().rev() {
        out.replace_range(lo..hi, new);
    }
    out
}

const READS: &str = "\
use std::collections::HashMap;
use std::sync::RwLock;

pub fn get(towns: &RwLock<HashMap<u32, u32>>) -> Option<u32> {
    towns.write().unwrap().get(&1).copied()
}
";

#[test]
fn an_editor_is_served() {
    let made = Made::package("pub fn fine() {}\n", &[]);
    let root = made.path().canonicalize().unwrap();
    let uri = format!("file://{}/src/lib.rs", root.display());
    let mut client = Client::start(&made);
    let document = json!({"uri": uri, "languageId": "rust", "version": 1, "text": RELOCKS});
    client.tell("textDocument/didOpen", json!({"textDocument": document}));

    // The buffer counts, not the disk.
    let said = client.wait(|it| it["method"] == "textDocument/publishDiagnostics");
    assert_eq!((&said["params"]["uri"], &said["params"]["version"]), (&json!(uri), &json!(1)));
    let found = said["params"]["diagnostics"].as_array().unwrap();
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(
        (&found[0]["code"], &found[0]["severity"], &found[0]["source"]),
        (&json!("relock_while_held"), &json!(1), &json!("hazmap"))
    );
    assert_eq!(found[0]["range"]["start"]["line"], 10);
    let related = found[0]["relatedInformation"].as_array().unwrap();
    assert!(
        related
            .iter()
            .any(|it| it["location"]["range"]["start"]["line"] == 9 && it["location"]["uri"] == *uri),
        "{related:#?}"
    );
    let page = found[0]["codeDescription"]["href"].as_str().unwrap();
    let (file, anchor) = page.strip_prefix("file://").unwrap().split_once('#').unwrap();
    assert_eq!(anchor, "relock_while_held");
    assert!(std::fs::read_to_string(file).unwrap().contains("id=\"relock_while_held\""));

    // A permission, with a reason to be filled in.
    let actions = client.actions(&uri, 10);
    assert_eq!(actions.len(), 1, "{actions:#?}");
    assert_eq!(actions[0]["title"], "hazmap: allow relock_while_held with a reason");
    let text = edited(RELOCKS, &actions[0]["edit"]["changes"][&uri]);
    assert!(text.contains("len() as u32); // hazmap: allow(relock_while_held, reason = \"\")\n"), "{text}");

    // A change in the buffer, and an answer that is about it at once.
    let change = |text: &str, version: u32| json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text}]});
    client.tell("textDocument/didChange", change(READS, 2));
    let actions = client.actions(&uri, 4);
    let titles: Vec<&str> = actions.iter().map(|it| it["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["hazmap: take a read guard", "hazmap: allow write_guard_only_reads with a reason"]);
    assert_eq!((&actions[0]["isPreferred"], &actions[0]["kind"]), (&json!(true), &json!("quickfix")));
    let fixed = edited(READS, &actions[0]["edit"]["changes"][&uri]);
    assert!(fixed.contains("towns.read().unwrap()"), "{fixed}");
    assert!(client.actions(&uri, 0).is_empty());

    client.tell("textDocument/didChange", change(&fixed, 3));
    assert!(client.diagnostics(&uri).is_empty());

    // Saved and closed: the disk counts again.
    client.tell("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    made.write("src/lib.rs", RELOCKS);
    client.tell("textDocument/didSave", json!({"textDocument": {"uri": uri}}));
    while client.diagnostics(&uri).len() != 1 {}

    // A configuration that cannot be read is told, once, and what was found stays; nonsense ends nothing.
    made.write("hazmap.toml", "scop = \"all\"\n");
    let configuration = format!("file://{}/hazmap.toml", root.display());
    client.tell("textDocument/didSave", json!({"textDocument": {"uri": configuration}}));
    let told = client.wait(|it| it["method"] == "window/showMessage");
    assert!(told["params"]["message"].as_str().unwrap().contains("`scop`"), "{told}");
    assert_eq!(told["params"]["type"], 1);
    let invalid = client.ask("textDocument/codeAction", json!({"range": 3}));
    assert_eq!(invalid["error"]["code"], -32602, "{invalid}");
    client.tell("textDocument/didOpen", json!({"textDocument": 3}));

    let unknown = client.ask("textDocument/hover", json!({}));
    assert_eq!(unknown["error"]["code"], -32601);
    assert!(client.ask("shutdown", Value::Null)["error"].is_null());
    client.tell("exit", Value::Null);
    drop(client.child.0.stdin.take());
    assert!(client.child.0.wait().unwrap().success());
}

const MEMBER: &str = "[package]\nname = \"NAME\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";

/// Two workspaces in one editor, one with a member outside its root; files that are not on the disk yet, or no longer.
#[test]
fn an_editor_with_several_workspaces_and_files_that_come_and_go() {
    let made = Made::new(&[
        ("one/Cargo.toml", "[workspace]\nmembers = [\"../beside\"]\nresolver = \"2\"\n"),
        ("beside/Cargo.toml", &format!("{}workspace = \"../one\"\n", MEMBER.replace("NAME", "beside"))),
        ("beside/src/lib.rs", "pub fn fine() {}\n"),
        ("my two/Cargo.toml", &MEMBER.replace("NAME", "two")),
        ("my two/src/lib.rs", RELOCKS),
    ]);
    let root = made.path().canonicalize().unwrap();
    let uri = |path: &str| format!("file://{}/{}", root.display(), path.replace(' ', "%20"));
    let watches = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    let mut client = Client::start_with(&made, watches);
    let asked = client.wait(|it| it["method"] == "client/registerCapability");
    let registered = &asked["params"]["registrations"][0];
    assert_eq!(registered["method"], "workspace/didChangeWatchedFiles", "{asked}");
    let patterns = registered["registerOptions"]["watchers"].to_string();
    assert!(patterns.contains("**/*.rs") && patterns.contains("**/*.toml"), "{patterns}");
    client.send(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": null}));

    let open = |path: &str, text: &str| json!({"textDocument": {"uri": uri(path), "languageId": "rust", "version": 1, "text": text}});
    // The buffer counts in a member outside the root of its workspace, too.
    client.tell("textDocument/didOpen", open("beside/src/lib.rs", RELOCKS));
    assert_eq!(client.diagnostics(&uri("beside/src/lib.rs")).len(), 1);
    client.tell("textDocument/didOpen", open("my two/src/lib.rs", RELOCKS));
    assert_eq!(client.diagnostics(&uri("my two/src/lib.rs")).len(), 1);

    // A module that only the editor has.
    client.tell("textDocument/didOpen", open("beside/src/new.rs", RELOCKS));
    let change = json!({"textDocument": {"uri": uri("beside/src/lib.rs"), "version": 2}, "contentChanges": [{"text": "mod new;\n"}]});
    client.tell("textDocument/didChange", change);
    while client.diagnostics(&uri("beside/src/new.rs")).len() != 1 {}

    // Another branch is checked out: the disk changes without the editor.
    client.tell("textDocument/didClose", json!({"textDocument": {"uri": uri("my two/src/lib.rs")}}));
    made.write("my two/src/lib.rs", "pub fn fine() {}\n");
    let changes = json!({"changes": [{"uri": uri("my two/src/lib.rs"), "type": 2}]});
    client.tell("workspace/didChangeWatchedFiles", changes);
    while !client.diagnostics(&uri("my two/src/lib.rs")).is_empty() {}

    // Many changes in a row, of which only the last counts.
    for version in 3..40 {
        let text = if version % 2 == 0 { RELOCKS } else { "fn f( {" };
        let change = json!({"textDocument": {"uri": uri("beside/src/lib.rs"), "version": version}, "contentChanges": [{"text": text}]});
        client.tell("textDocument/didChange", change);
    }
    let change = json!({"textDocument": {"uri": uri("beside/src/lib.rs"), "version": 40}, "contentChanges": [{"text": RELOCKS}]});
    client.tell("textDocument/didChange", change);
    let last =
        client.wait(|it| it["params"]["uri"] == *uri("beside/src/lib.rs") && it["params"]["version"] == 40);
    assert_eq!(last["params"]["diagnostics"].as_array().unwrap().len(), 1, "{last}");
}
