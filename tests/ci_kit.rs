//! What pipelines take from us: the steps of `action.yml` and the hook of pre-commit, read and run as those tools do.

mod made;

use made::{Made, RELOCKS, Ran};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use yaml_rust2::{Yaml, YamlLoader};

fn yaml(name: &str) -> Yaml {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    YamlLoader::load_from_str(&text).unwrap().remove(0)
}

/// The program's folder before all others.
fn path() -> std::ffi::OsString {
    let own = PathBuf::from(env!("CARGO_BIN_EXE_cargo-hazmap")).parent().unwrap().to_path_buf();
    let others = env::var_os("PATH").unwrap_or_default();
    env::join_paths(std::iter::once(own).chain(env::split_paths(&others))).unwrap()
}

fn inputs(action: &Yaml) -> Vec<String> {
    action["inputs"].as_hash().unwrap().keys().map(|name| name.as_str().unwrap().to_owned()).collect()
}

/// Runs a step's script with bash, with the inputs' values in its variables.
fn step(made: &Made, name: &str, given: &[(&str, &str)]) -> Ran {
    let action = yaml("action.yml");
    let steps = action["runs"]["steps"].as_vec().unwrap();
    let step = steps.iter().find(|step| step["name"].as_str() == Some(name)).unwrap();
    assert_eq!(step["shell"].as_str(), Some("bash"));
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"].as_str().unwrap()]);
    command.current_dir(made.path()).env_clear().env("PATH", path());
    command.env("RUNNER_TEMP", made.path()).env("GITHUB_STEP_SUMMARY", made.path().join("summary.md"));
    command.env("GITHUB_ACTIONS", "true");
    for (variable, value) in step["env"].as_hash().into_iter().flatten() {
        let value = value.as_str().unwrap();
        let input = value.strip_prefix("${{ inputs.").and_then(|it| it.strip_suffix(" }}")).unwrap();
        let default = action["inputs"][input]["default"].as_str().unwrap();
        let given = given.iter().find(|(name, _)| *name == input).map_or(default, |(_, value)| value);
        command.env(variable.as_str().unwrap(), given);
    }
    Ran::of(command.output().unwrap())
}

#[test]
fn the_action_annotates_and_writes_sarif() {
    let made = Made::package(RELOCKS, &[]);
    assert_eq!(step(&made, "Install hazmap", &[]).code, 0, "it is there already");
    let ran = step(&made, "Run hazmap", &[]);
    assert_eq!(ran.code, 1, "{ran:#?}");
    assert!(ran.out.contains("::error file=src/lib.rs,line=11"), "{ran:#?}");
    let sarif: serde_json::Value = serde_json::from_str(&made.read("hazmap.sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "hazmap::relock_while_held");
    assert!(made.read("summary.md").contains("relock_while_held"));

    let ran = step(&made, "Run hazmap", &[("args", "-A relock_while_held"), ("sarif", "")]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{ran:#?}");
    let ran = step(&made, "Run hazmap", &[("path", "no/such/path")]);
    assert_eq!(ran.code, 2, "{ran:#?}");
}

#[test]
fn every_input_is_used_and_explained() {
    let action = yaml("action.yml");
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml")).unwrap();
    for input in inputs(&action) {
        assert!(text.contains(&format!("inputs.{input}")), "{input}");
        assert!(action["inputs"][input.as_str()]["description"].as_str().is_some(), "{input}");
    }
}

#[test]
fn the_hook_of_pre_commit_runs() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let hook = &hooks[0];
    assert_eq!((hook["id"].as_str(), hook["language"].as_str()), (Some("hazmap"), Some("rust")));
    assert_eq!(hook["pass_filenames"].as_bool(), Some(false));
    let words = hook["entry"].as_str().unwrap().split(' ').map(str::to_owned);
    let args = hook["args"].as_vec().unwrap().iter().map(|arg| arg.as_str().unwrap().to_owned());
    let line: Vec<String> = words.chain(args).collect();
    let run = |lib: &str| {
        let made = Made::package(lib, &[]);
        let mut command = Command::new(&line[0]);
        command.args(&line[1..]).current_dir(made.path()).env_clear().env("PATH", path());
        Ran::of(command.output().unwrap()).code
    };
    assert_eq!((run(RELOCKS), run("pub fn fine() {}\n")), (1, 0));
}
