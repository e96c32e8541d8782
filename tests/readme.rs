//! A newcomer's path: every command in README.md, pasted into a shell that knows nothing but a toolchain, git and hazmap.
//!
//! The commands are read out of the file, so the two cannot part. What cannot be run here is listed below, with the reason.
#![cfg(unix)]

mod made;

use made::{Made, RELOCKS, Ran};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const README: &str = include_str!("../README.md");

/// Commands that are not run, and why.
const ELSEWHERE: &[(&str, &str)] = &[
    ("cargo test", "it is what runs this"),
    (
        "cargo install --path .",
        "an optimised build of minutes; what it installs is the program that all others run here",
    ),
    ("cargo install --locked cargo-hazmap", "needs a network, and that it is published"),
    ("cargo hazmap lsp", "waits for an editor: tests/editor.rs is one"),
    ("cargo hazmap --watch", "never ends: tests/editor.rs has it"),
];

/// How a command may end: nothing denied, or something.
const ENDS: [i32; 2] = [0, 1];

/// How the commands of the blocks for a shell end, by the first part that they have, and what they say in the end. There is an old
/// error, and the topic adds something to mend.
const ENDINGS: &[(&str, i32, &str)] = &[
    ("--new-from-", 0, "0 errors, 1 warning in "),
    ("--diff -", 0, "0 errors, 1 warning in "),
    ("baseline", 0, "0 errors, 0 warnings in "),
    ("--fix", 1, "1 error, 0 warnings in "),
    ("cargo hazmap report", 0, ""),
    ("mkdir ", 0, ""),
    ("cargo-hazmap completions ", 0, ""),
    ("cargo-hazmap man ", 0, ""),
    ("cargo hazmap", 1, "1 error, 1 warning in "),
];

/// Something that checks and acts, and something that only reads: there are fixes for both.
const MENDABLE: &str = "
pub struct Towns {
    by_name: RwLock<HashMap<String, u32>>,
}

impl Towns {
    pub fn has(&self, name: &str) -> bool {
        let towns = self.by_name.write().unwrap();
        towns.contains_key(name)
    }
}
";

/// A place with a package `app` under git, and a home without anything in it.
struct Scene {
    made: Made,
}

impl Scene {
    fn new() -> Scene {
        let manifest = "[package]\nname = \"app\"\nversion = \"1.2.3\"\nedition = \"2021\"\n";
        let made = Made::new(&[
            ("code/Cargo.toml", manifest),
            ("code/.gitignore", "/target\n/Cargo.lock\n"),
            ("code/src/lib.rs", "pub mod peers;\n"),
            ("code/src/peers.rs", RELOCKS),
            ("home/.empty", ""),
            ("bin/.empty", ""),
        ]);
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_cargo-hazmap"), made.path().join("bin/cargo-hazmap"))
            .unwrap();
        let scene = Scene { made };
        scene.git("init -q -b main");
        for n in 0..3 {
            scene.made.write("code/notes.txt", &n.to_string());
            scene.commit();
        }
        scene.git("update-ref refs/remotes/origin/main main");
        scene.git("checkout -q -b topic");
        scene.made.write(
            "code/src/lib.rs",
            &format!("pub mod peers;\n\nuse std::collections::HashMap;\nuse std::sync::RwLock;\n{MENDABLE}"),
        );
        scene.commit();
        scene
    }

    fn commit(&self) {
        self.git("add -A");
        self.git("-c user.name=a -c user.email=a@example.invalid commit -q --allow-empty -m change");
    }

    fn git(&self, args: &str) {
        let ran = self.paste("code", &format!("git {args}"));
        assert_eq!(ran.code, 0, "{args}: {ran:#?}");
    }

    /// Pastes lines into a shell in a folder of the scene.
    fn paste(&self, folder: &str, lines: &str) -> Ran {
        let own = [self.made.path().join("bin"), toolchain()];
        let system = ["/usr/local/bin", "/usr/bin", "/bin"].map(PathBuf::from);
        let path = env::join_paths(own.into_iter().chain(system)).unwrap();
        let mut command = Command::new("sh");
        command.args(["-e", "-c", lines]).current_dir(self.made.path().join(folder)).stdin(Stdio::null());
        command.env_clear().env("PATH", path).env("HOME", self.made.path().join("home"));
        Ran::of(command.output().unwrap())
    }

    fn ends_well(&self, folder: &str, lines: &str) -> Ran {
        let ran = self.paste(folder, lines);
        assert!(ENDS.contains(&ran.code) && !ran.err.contains("panicked"), "{lines}\n{ran:#?}");
        ran
    }
}

/// The folder of cargo and rustc themselves, past what would look for a home.
fn toolchain() -> PathBuf {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(["--print", "sysroot"]).output().unwrap();
    Path::new(String::from_utf8(output.stdout).unwrap().trim()).join("bin")
}

/// The fenced blocks of a language, line by line.
fn blocks(language: &str) -> Vec<Vec<&'static str>> {
    let mut blocks = Vec::new();
    let mut open: Option<(bool, Vec<&str>)> = None;
    for line in README.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(name)) => open = Some((name == language, Vec::new())),
            (Some(_), Some(_)) => {
                blocks.extend(open.take().filter(|(wanted, _)| *wanted).map(|(_, lines)| lines))
            }
            (Some((_, lines)), None) => lines.push(line),
            (None, None) => {}
        }
    }
    blocks
}

/// A command without the remark behind it.
fn command(line: &str) -> &str {
    line.split(" # ").next().unwrap_or(line).trim()
}

fn is_elsewhere(command: &str) -> bool {
    ELSEWHERE.iter().any(|(known, _)| *known == command)
}

#[test]
fn blocks_for_a_shell() {
    for block in blocks("sh") {
        let scene = Scene::new();
        let mut folder = "code";
        for line in block.into_iter().map(command).filter(|it| !it.is_empty() && !is_elsewhere(it)) {
            match line {
                "cd your/workspace" => folder = "code",
                // The demo of this repository, by the program that is built already.
                "cargo run --release -- hazmap check demo" => {
                    let root = env!("CARGO_MANIFEST_DIR");
                    let ran = scene.ends_well(
                        folder,
                        &format!("cd '{root}'\ncargo-hazmap check demo --message-format short"),
                    );
                    let levels = |level: &str| ran.out.matches(&format!(": {level}[hazmap::")).count();
                    assert_eq!((levels("error"), levels("warning"), ran.code), (4, 6, 1), "{ran:#?}");
                }
                // It fails as cargo does when a crate has an error.
                line if line.ends_with(" cargo check") => {
                    scene.paste(folder, line).says("error[hazmap::relock_while_held]");
                }
                line => {
                    let (_, code, words) = ENDINGS.iter().find(|(part, ..)| line.contains(part)).unwrap();
                    let ran = scene.paste(folder, line);
                    assert!(
                        ran.code == *code && ran.err.contains(words),
                        "`{line}` ends with {code}, {words}: {ran:#?}"
                    );
                }
            }
            // Fixes want a clean tree.
            if folder == "code" {
                scene.commit();
            }
        }
    }
    assert!(README.contains("shows ten findings") && README.contains("Four of them are errors"));
}

#[test]
fn what_the_commands_of_the_first_pages_do() {
    let scene = Scene::new();
    assert_eq!(scene.paste("code", "cargo hazmap").code, 1);
    assert_eq!(scene.paste("code", "cargo hazmap --new-from-merge-base origin/main").code, 0);
    let block =
        blocks("sh").into_iter().find(|it| it.iter().any(|line| line.contains("completions"))).unwrap();
    scene.ends_well("code", &block.join("\n"));
    for file in ["share/bash-completion/completions/cargo-hazmap", "share/man/man1/cargo-hazmap.1"] {
        assert!(!scene.made.read(&format!("home/.local/{file}")).is_empty(), "{file}");
    }
}

#[test]
fn commands_in_the_text() {
    let spans =
        README.split('`').filter(|it| it.starts_with("cargo hazmap") || it.starts_with("cargo-hazmap "));
    let commands: Vec<&str> = spans.filter(|it| !it.contains('\n')).collect();
    assert!(commands.len() > 10, "{commands:?}");
    let scene = Scene::new();
    for line in commands.into_iter().filter(|it| !is_elsewhere(it)) {
        scene.ends_well("code", line);
    }
    assert!(scene.made.read("code/OUT/index.html").contains("<!doctype html>"));
}

#[test]
fn commands_of_pipelines() {
    let mut n = 0;
    for block in blocks("yaml") {
        // On GitHub the checkout is a folder below, on GitLab it is where one is.
        let folder = if block.iter().any(|it| it.trim_start().starts_with("script:")) { "code" } else { "." };
        let scene = Scene::new();
        for line in block {
            let line = line.trim_start().trim_start_matches("- ").trim_start_matches("run: ");
            if line.starts_with("cargo ") && !is_elsewhere(command(line)) {
                scene.ends_well(folder, command(line));
                n += 1;
            }
        }
    }
    assert!(n >= 3, "{n}");
}

#[test]
fn what_an_editor_runs() {
    for block in blocks("json") {
        let text = format!("{{{}}}", block.join("\n"));
        let settings: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
        for words in settings.values().filter_map(|it| it.as_array()) {
            let words: Vec<&str> = words.iter().filter_map(|it| it.as_str()).collect();
            let ran = Scene::new().ends_well("code", &words.join(" "));
            assert!(
                ran.out.contains("hazmap::relock_while_held") && ran.out.contains("\"build-finished\""),
                "{ran:#?}"
            );
        }
    }
}

#[test]
fn the_configuration_is_one() {
    let block = blocks("toml")
        .into_iter()
        .find(|it| it.iter().any(|line| line.starts_with("[lint-options]")))
        .unwrap();
    let scene = Scene::new();
    scene.made.write("code/hazmap.toml", &block.join("\n"));
    let ran = scene.paste("code", "cargo hazmap config");
    assert_eq!(ran.code, 0, "{ran:#?}");
    assert!(ran.out.starts_with("# configuration: hazmap.toml\n"), "{ran:#?}");
}

/// Commands shown with what they print.
#[test]
fn output_is_as_shown() {
    let shown = blocks("console");
    assert!(!shown.is_empty());
    let scene = Scene::new();
    std::os::unix::fs::symlink(
        concat!(env!("CARGO_MANIFEST_DIR"), "/demo"),
        scene.made.path().join("code/demo"),
    )
    .unwrap();
    for block in shown {
        let command =
            block.first().and_then(|line| line.strip_prefix("$ ")).expect("a command with a prompt");
        let ran = scene.ends_well("code", command);
        let expected = block.get(1..).unwrap_or_default().join("\n");
        assert_eq!(ran.out.trim_end(), expected.trim_end(), "{command}: {ran:#?}");
    }
}

#[test]
fn what_is_not_run_is_still_there() {
    for (command, why) in ELSEWHERE {
        assert!(
            README.contains(command),
            "`{command}` ({why}) is no longer in README.md: take it off the list"
        );
    }
    let languages: Vec<&str> = README.lines().filter_map(|line| line.strip_prefix("```")).collect();
    let known = ["", "sh", "console", "yaml", "json", "toml", "rust", "lua", "python", "text"];
    assert!(
        languages.iter().all(|it| known.contains(it)),
        "a block in a language that nothing here reads: {languages:?}"
    );
    assert!(fs::exists(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/editor.rs")).unwrap());
}
