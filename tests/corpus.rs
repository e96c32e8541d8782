//! Published crates, read as they are: nothing panics, spans stay inside their files, and what is found is compared with the
//! verdicts in `tests/corpus/verdicts.toml`.
//!
//! `HAZMAP_CORPUS_DIR` names a folder of unpacked crates, one folder a crate. Without it the tests say that they are skipped;
//! with `HAZMAP_CORPUS=1` besides, every crate is looked at instead of a sample.

use hazmap::facts::{Facts, knowledge};
use hazmap::model::body::Body;
use hazmap::model::types::FnId;
use hazmap::source::{Files, LoadOptions, TextRange};
use rayon::prelude::*;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// Of how many crates a sample takes one.
const SAMPLE: usize = 10;

#[derive(Deserialize)]
struct Verdicts {
    verdict: Vec<Verdict>,
}

#[derive(Deserialize, Clone)]
struct Verdict {
    #[serde(rename = "crate")]
    krate: String,
    file: String,
    line: u64,
    lint: String,
    verdict: String,
    #[allow(dead_code)]
    why: String,
}

/// Crate, file inside it, line, lint.
type Site = (String, String, u64, String);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    site: Site,
    level: String,
}

#[test]
fn findings_agree_with_the_verdicts() {
    let Some(crates) = corpus() else { return };
    if !is_whole() {
        println!("skipped: HAZMAP_CORPUS=1 compares the findings with the verdicts");
        return;
    }
    let text = fs::read_to_string("tests/corpus/verdicts.toml").expect("the verdicts can be read");
    let verdicts: Verdicts = toml::from_str(&text).expect("the verdicts are TOML");
    let known: BTreeMap<Site, Verdict> = verdicts
        .verdict
        .into_iter()
        .map(|it| ((it.krate.clone(), it.file.clone(), it.line, it.lint.clone()), it))
        .collect();
    let found: Vec<Found> = crates.par_iter().flat_map(|dir| findings(dir, &[])).collect();
    let sites: BTreeSet<&Site> = found.iter().map(|it| &it.site).collect();

    let new: Vec<&Found> = found.iter().filter(|it| !known.contains_key(&it.site)).collect();
    let present: BTreeSet<String> = crates.iter().map(|it| name_of(it)).collect();
    let lost = known.values().filter(|it| present.contains(&it.krate)).filter(|it| {
        let site = (it.krate.clone(), it.file.clone(), it.line, it.lint.clone());
        !sites.contains(&site) && it.verdict != "false"
    });
    for it in &new {
        println!("new: {}", words(&it.site));
    }
    for it in lost {
        println!("lost ({}): {}/{}:{}: {}", it.verdict, it.krate, it.file, it.line, it.lint);
    }
    let mut figures: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for it in &found {
        let Some(verdict) = known.get(&it.site) else { continue };
        let slot = match verdict.verdict.as_str() {
            "true" => 0,
            "false" => 1,
            "unsure" => 2,
            other => panic!("{}: the verdict `{other}` is none of true, false, unsure", words(&it.site)),
        };
        figures.entry(it.level.as_str()).or_default()[slot] += 1;
        if slot == 1 {
            println!("false, and still found: {}", words(&it.site));
        }
    }
    for (level, [right, wrong, unsure]) in &figures {
        let judged = (right + wrong).max(1);
        let share = 100.0 * *right as f64 / judged as f64;
        println!("{level}: {right} true, {wrong} false, {unsure} unsure; precision {share:.1} %");
    }
    println!("{} findings, {} of them not judged yet", found.len(), new.len());
}

#[test]
fn every_body_lowers_within_its_file() {
    let Some(crates) = corpus() else { return };
    let wrong: Vec<String> = sample(&crates).par_iter().flat_map(|dir| bodies_of(dir)).collect();
    assert!(wrong.is_empty(), "{} spans lie outside:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn bodies_on_demand_find_what_all_bodies_find() {
    let Some(crates) = corpus() else { return };
    let differing: Vec<String> = sample(&crates)
        .iter()
        .filter(|dir| findings(dir, &[]) != findings(dir, &["--no-prefilter"]))
        .map(|dir| name_of(dir))
        .collect();
    assert!(differing.is_empty(), "--no-prefilter finds something else in {differing:?}");
}

/// The crates that are there.
fn corpus() -> Option<Vec<PathBuf>> {
    let Some(dir) = env::var_os("HAZMAP_CORPUS_DIR") else {
        println!("skipped: HAZMAP_CORPUS_DIR names no folder of crates");
        return None;
    };
    let entries = fs::read_dir(&dir).expect("HAZMAP_CORPUS_DIR can be read");
    let mut found: Vec<PathBuf> = entries.flatten().map(|it| it.path()).filter(|it| it.is_dir()).collect();
    found.sort();
    Some(found)
}

fn is_whole() -> bool {
    env::var_os("HAZMAP_CORPUS").is_some_and(|it| it == "1")
}

fn sample(crates: &[PathBuf]) -> Vec<PathBuf> {
    let step = if is_whole() { 1 } else { SAMPLE };
    crates.iter().step_by(step).cloned().collect()
}

fn name_of(dir: &Path) -> String {
    dir.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default()
}

fn words((krate, file, line, lint): &Site) -> String {
    format!("{krate}/{file}:{line}: {lint}")
}

/// What a run over one crate finds, sorted. A run that panics or cannot start fails the test.
fn findings(dir: &Path, more: &[&str]) -> Vec<Found> {
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-hazmap"))
        .args(["hazmap", "check", ".", "--message-format", "json"])
        .args(more)
        .current_dir(dir)
        .output()
        .expect("the binary runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code();
    assert!(
        matches!(code, Some(0 | 1)) && !errors.contains("panicked"),
        "{}: exit {code:?}\n{errors}",
        dir.display()
    );
    let text = String::from_utf8(output.stdout).expect("the output is UTF-8");
    let mut found: Vec<Found> = text.lines().filter_map(|line| finding(dir, line)).collect();
    found.sort();
    found
}

fn finding(dir: &Path, line: &str) -> Option<Found> {
    let json: serde_json::Value = serde_json::from_str(line).expect("each line is JSON");
    let message = json.get("message")?;
    let lint = message.get("code")?.get("code")?.as_str()?.strip_prefix("hazmap::")?;
    let spans = message.get("spans")?.as_array()?;
    let primary = spans.iter().find(|it| it["is_primary"] == true)?;
    let file = primary.get("file_name")?.as_str()?;
    let file = Path::new(file).strip_prefix(dir).unwrap_or(Path::new(file));
    let site = (
        name_of(dir),
        file.to_string_lossy().trim_start_matches("./").replace('\\', "/"),
        primary.get("line_start")?.as_u64()?,
        lint.to_owned(),
    );
    Some(Found { site, level: message.get("level")?.as_str()?.to_owned() })
}

/// Lowers every body of a crate; gives the spans that are not inside their file, on character boundaries.
fn bodies_of(dir: &Path) -> Vec<String> {
    let files = Files::new(dir.to_path_buf());
    let workspace = match hazmap::source::load(dir, &LoadOptions::default()) {
        Ok(workspace) => workspace,
        Err(_) => return Vec::new(),
    };
    let (knowledge, library) = knowledge::load_builtin();
    let (model, _) = hazmap::model::build(&workspace, &files, Arc::new(library));
    let facts = Facts::new(&model, &knowledge, &files);
    let mut wrong = Vec::new();
    for n in 0..model.fns.len() {
        let Some(body) = facts.lowered(FnId(n as u32)) else { continue };
        let text = files.text(body.file);
        check_ranges(&body, &text, &mut |range| {
            wrong.push(format!(
                "{}: {}: {}..{}",
                dir.display(),
                model.fn_def(FnId(n as u32)).name,
                range.lo,
                range.hi
            ));
        });
    }
    wrong
}

fn check_ranges(body: &Body, text: &str, report: &mut dyn FnMut(TextRange)) {
    let mut look = |range: TextRange| {
        if text.get(range.lo as usize..range.hi as usize).is_none() {
            report(range);
        }
    };
    look(body.range);
    body.locals.iter().for_each(|it| look(it.range));
    body.blocks.iter().flat_map(|it| &it.steps).for_each(|it| look(it.range));
    for child in &body.children {
        check_ranges(child, text, report);
    }
}
