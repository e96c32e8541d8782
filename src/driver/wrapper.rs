//! `RUSTC_WORKSPACE_WRAPPER=cargo-hazmap`: cargo runs us in rustc's place, with rustc and its arguments as ours.
//!
//! The real rustc runs first and last: what it prints and how it ends stay as they are, unless our options deny something. Beside it
//! the crate that it was asked for is analysed, and findings follow in rustc's own form, which cargo stores and replays. Cargo must run
//! us again when what they rest on changes: the configuration and our arguments are added to the list of files that rustc writes.
//!
//! What is known of a library lies [beside] what rustc makes of it, so that its dependents see it as it is built.
//!
//! Findings that need all crates at once are the subcommand's: editing a dependent does not compile its dependency again, so cargo would
//! go on showing what is no longer so.

mod awaited;
mod beside;
mod calls;
mod cfg;
mod dep_info;
mod invocation;
mod options;

use super::args::Check;
use super::config;
use super::output;
use super::selection;
use super::subcommand::{self, Turn};
use crate::facts::knowledge::Versions;
use crate::lint::{Finding, Lint, Reach};
use crate::render::{self, Complaint};
use crate::source::{self, Package, Target, TargetKind, Workspace};
use beside::{Known, Promised};
use cfg::Question;
use invocation::Invocation;
use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::thread;

const NO_C_COMPILER: &str = "hazmap stands before rustc, and is no C compiler\n\
    help: an old sccache asks for one until it knows that cargo has started it: set CARGO to the path of cargo";

/// Runs rustc where these are the arguments of a call in its place, and beside it the analysis of what it compiles; `None` for other calls.
pub fn run(args: &[OsString], lints: &[&'static Lint]) -> Option<ExitCode> {
    if calls::is_probe(args) {
        return Some(ended(calls::bare_rustc(args).status()).1);
    }
    if calls::is_c_probe(args) {
        return Some(subcommand::could_not_run(NO_C_COMPILER));
    }
    let (rustc, rest) = args.get(1..)?.split_first()?;
    calls::wraps(args).then(|| run_with(rustc, rest, lints))
}

fn run_with(rustc: &OsString, rest: &[OsString], lints: &[&'static Lint]) -> ExitCode {
    let mut command = Command::new(rustc);
    command.args(rest);
    let wanted = |it: &Invocation| !calls::is_clippy(rustc) && is_user_s(it);
    let Some(asked) = Invocation::read(rest).filter(wanted) else {
        return ended(command.status()).1;
    };
    let promised = beside::promise(&asked);
    let check = match options::read() {
        Ok(check) => check,
        Err(words) => {
            let (success, code) = ended(command.status());
            if success {
                complain(&asked, &words, false);
                add_inputs(&asked, &[]);
            }
            return code;
        }
    };
    let ((success, code), analysed) = thread::scope(|scope| {
        let analysis = scope.spawn(|| {
            let build = cfg::ask(rustc, &asked.cfg_args);
            let unit = Unit::of(asked.clone(), &check)?;
            let found = unit.findings(build, promised, &check, lints);
            Some((unit, found))
        });
        (ended(command.status()), analysis.join())
    });
    if !success {
        // What does not compile has other worries; cargo stores nothing and will ask again.
        return code;
    }
    let words = match analysed {
        Ok(None) => return code,
        Ok(Some((unit, Ok(found)))) => return unit.report(&found, &check, code),
        Ok(Some((_, Err(words)))) => words,
        Err(_) => "the analysis broke down".to_owned(),
    };
    let fails = options::can_fail(&check);
    complain(&asked, &words, fails);
    // It is tried again at the next run: cargo never takes a crate for fresh when one of its files is missing.
    add_inputs(&asked, &[missing(&asked)]);
    if fails { ExitCode::from(subcommand::COULD_NOT_RUN) } else { code }
}

/// Whether warnings of a crate are the user's business: not those of dependencies. `cargo fix` caps those of what it mends as well, and
/// applies our suggestions with rustc's.
fn is_user_s(asked: &Invocation) -> bool {
    match asked.cap.as_deref() {
        None => true,
        Some("allow") => false,
        Some(_) => env::var_os("CARGO_PRIMARY_PACKAGE").is_some(),
    }
}

/// Says why there was no analysis, as a message of rustc's: cargo shows those that all crates have in common once.
fn complain(asked: &Invocation, words: &str, fails: bool) {
    let complaint = Complaint::of(&format!("hazmap: {words}"), fails).note("hazmap looked at nothing");
    let text = match asked.json {
        true => complaint.rustc_json(asked.paint()),
        false => complaint.text(output::paint(None)),
    };
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// A file that is never there, beside what is built.
fn missing(asked: &Invocation) -> PathBuf {
    let beside = asked.dep_info.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
    let path = beside.join("hazmap-could-not-run");
    std::path::absolute(&path).unwrap_or(path)
}

/// Adds what cargo must look at, beside our options, before it takes the crate for fresh.
fn add_inputs(asked: &Invocation, inputs: &[PathBuf]) {
    if let Some(path) = &asked.dep_info {
        let value = env::var(options::VARIABLE).ok();
        dep_info::add(path, inputs, options::VARIABLE, value.as_deref());
    }
}

/// Whether rustc succeeded, and how it ended.
fn ended(status: io::Result<std::process::ExitStatus>) -> (bool, ExitCode) {
    match status {
        Ok(status) => {
            let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(101);
            (status.success(), ExitCode::from(code))
        }
        Err(error) => (false, subcommand::could_not_run(&format!("rustc cannot be run: {error}"))),
    }
}

/// The crate at hand, as the workspace knows it.
struct Unit {
    asked: Invocation,
    root: PathBuf,
    manifest_dir: PathBuf,
    kind: TargetKind,
    workspace: Workspace,
}

/// What an analysis gave.
struct Found {
    findings: Vec<Finding>,
    files: source::Files,
    baselines: Vec<PathBuf>,
}

impl Unit {
    /// Finds the crate among the members of the workspace; others are compiled in silence.
    fn of(asked: Invocation, check: &Check) -> Option<Unit> {
        let manifest_dir = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR")?);
        let root = std::path::absolute(&asked.root).ok()?;
        let options = selection::load_options(&check.args.selection);
        let workspace = source::load(&manifest_dir.join("Cargo.toml"), &options).ok()?;
        let package = workspace.packages.iter().find(|it| it.member && it.dir == manifest_dir)?;
        let kind = package.targets.iter().find(|it| it.root == root)?.kind;
        Some(Unit { asked, root, manifest_dir, kind, workspace })
    }

    fn findings(
        &self,
        build: Question,
        promised: Option<Promised>,
        check: &Check,
        lints: &[&'static Lint],
    ) -> Result<Found, String> {
        let mut check = check.clone();
        check.args.output.quiet = true;
        let known = beside::read_all(&self.asked);
        let cfg = build.answer();
        let turn = Turn {
            workspace: Some(self.narrowed(cfg.as_deref(), &known)),
            shown_from: env::current_dir().ok(),
            runs: |lint| lint.reach != Reach::Workspace,
            facts: known.into_iter().filter_map(|it| it.facts).collect(),
            emit_facts: promised.is_some() && self.is_used_elsewhere(),
            alone: Some(Versions::of(&self.workspace)),
            ..Turn::default()
        };
        let outcome = subcommand::run_alone(&check, lints, &turn)?;
        if let (Some(promised), Some(cfg), Some(own)) = (promised, cfg, self.package()) {
            let build = beside::Build::of(&self.asked, &own.name, own.version.as_deref(), cfg);
            // A cache that cannot be written is one that is not there.
            let _ = promised.keep(&build, outcome.emitted());
        }
        let (findings, baselines) = (outcome.report.findings, outcome.baselines);
        Ok(Found { findings, files: outcome.files, baselines })
    }

    fn package(&self) -> Option<&Package> {
        self.workspace.packages.iter().find(|it| self.is_own(it))
    }

    fn is_own(&self, package: &Package) -> bool {
        package.dir == self.manifest_dir
    }

    /// Whether another package of the workspace may call the library.
    fn is_used_elsewhere(&self) -> bool {
        let others = self.workspace.packages.iter().filter(|it| !self.is_own(it));
        others.flat_map(|it| &it.dependencies).any(|it| it.path.as_ref() == Some(&self.manifest_dir))
    }

    /// The crate at hand and the libraries that it is given, each as it is really built, where that is known.
    fn narrowed(&self, cfg: Option<&[String]>, known: &[Known]) -> Workspace {
        let mut workspace = self.workspace.clone();
        let is_own = |package: &Package| self.is_own(package);
        for package in &mut workspace.packages {
            let own = is_own(package);
            package.selected = own;
            let build = beside::build_of(package, known);
            // Others are for other systems, or need features that are off.
            let externs = if own { Some(&self.asked.externs) } else { build.map(|it| &it.externs) };
            if let Some(externs) = externs {
                package.dependencies.retain(|it| externs.contains_key(&it.name_in_code));
            }
            for target in package.targets.iter_mut().filter(|it| it.kind == TargetKind::Lib) {
                target.build = build.map(|it| it.cfg.clone());
            }
        }
        let mut seen: BTreeSet<PathBuf> = BTreeSet::from([self.manifest_dir.clone()]);
        loop {
            let reached = workspace.packages.iter().filter(|it| seen.contains(&it.dir));
            let more: Vec<PathBuf> =
                reached.flat_map(|it| &it.dependencies).filter_map(|it| it.path.clone()).collect();
            let before = seen.len();
            seen.extend(more);
            if seen.len() == before {
                break;
            }
        }
        workspace.packages.retain(|package| seen.contains(&package.dir));
        let is_library = |it: &Target| matches!(it.kind, TargetKind::Lib | TargetKind::ProcMacro);
        for package in &mut workspace.packages {
            let own = is_own(package);
            package.targets.retain(|it| is_library(it) || (own && it.root == self.root));
            for target in package.targets.iter_mut().filter(|it| own && it.root == self.root) {
                (target.edition, target.build) = (self.asked.edition, cfg.map(<[String]>::to_vec));
            }
        }
        workspace
    }

    /// The files whose change makes cargo run us again: the configuration, baselines, and this program.
    fn inputs(&self, check: &Check, baselines: &[PathBuf]) -> Vec<PathBuf> {
        let mut inputs: Vec<PathBuf> = env::current_exe().into_iter().collect();
        inputs.extend(baselines.iter().flat_map(std::path::absolute));
        if let Some(file) = &check.args.config.file {
            inputs.extend(std::path::absolute(file));
        } else if !check.args.config.no_config {
            let root = &self.workspace.root;
            inputs.push(root.join("Cargo.toml"));
            inputs.push(self.manifest_dir.join("Cargo.toml"));
            let named = root.join(config::FILE_NAME);
            let beside = self.asked.dep_info.as_deref().and_then(Path::parent);
            let awaited = || awaited::folder(beside?, &named);
            inputs.extend(if named.is_file() { Some(named.clone()) } else { awaited() });
        }
        inputs.retain(|path| path.exists());
        inputs.sort();
        inputs.dedup();
        inputs
    }

    /// Writes the findings behind what rustc wrote.
    fn report(&self, found: &Found, check: &Check, code: ExitCode) -> ExitCode {
        let compiled = self.asked.dep_info.as_deref().and_then(dep_info::files);
        let inputs = self.inputs(check, &found.baselines);
        add_inputs(&self.asked, &inputs);
        // What is wrong in the configuration is said here too; cargo knows that its files count.
        let is_compiled = |finding: &&Finding| match (&compiled, finding.diagnostic.span) {
            (Some(compiled), Some(span)) => {
                let path = found.files.path(span.file);
                inputs.contains(&path) || compiled.contains(&fs::canonicalize(&path).unwrap_or(path))
            }
            (None, _) | (_, None) => true,
        };
        let own: Vec<Finding> =
            found.findings.iter().filter(is_compiled).filter(|it| self.is_of_unit(it)).cloned().collect();
        let text = if self.asked.json {
            render::rustc_json(&own, &found.files, self.asked.paint())
        } else {
            render::text(&own, &found.files, output::paint(None))
        };
        let _ = io::stderr().lock().write_all(text.as_bytes());
        let fails = options::can_fail(check) && own.iter().any(|finding| finding.level.fails());
        if fails { ExitCode::FAILURE } else { code }
    }

    /// A crate's sources are compiled twice, with and without its tests: each finding comes out of one of the two.
    fn is_of_unit(&self, finding: &Finding) -> bool {
        match self.kind {
            TargetKind::Test | TargetKind::Bench => true,
            _ => finding.diagnostic.in_test_code == self.asked.test,
        }
    }
}
