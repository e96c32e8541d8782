//! `cargo hazmap`: from arguments to findings on stdout and an exit code.

use super::adoption::{self, Scene};
use super::analyse::{self, Analysis, Bodies, FactsFile, Generated, Options, RefusedFacts};
use super::args::{Check, Format, OutputArgs, ReportForms, Selection};
use super::config::{self, Config, IdlePattern};
use super::explain_finding;
use super::fingerprint::Roots;
use super::levels::{Layer, Levels, Odd, Origin, Paths};
use super::lock_page::{self, Scene as LockScene};
use super::output::{self, Written};
use super::progress::Progress;
use super::report::{self, Report};
use super::with_check::{self, Compiled};
use super::{facts_files, fix, selection, statistics, to_file, watch, why};
use crate::facts::knowledge::Versions;
use crate::lint::{Diagnostic, Finding, Lint};
use crate::render::{Frame, Origins, counted, locks, visible};
use crate::source::{self, FileId, Files, Workspace};
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The run could not be done.
pub const COULD_NOT_RUN: u8 = 2;
/// Something at deny level was found.
const FOUND: u8 = 1;

/// Deep syntax needs deep stacks, whatever the platform gives by default.
const STACK_BYTES: usize = 64 << 20;

/// Runs an analysis and writes what it found.
pub fn check(check: &Check, lints: &[&'static Lint]) -> ExitCode {
    if let Some(id) = &check.args.output.explain_finding {
        return print(explained(id, check, lints));
    }
    if check.args.run.watch { watch::watch(check, lints) } else { check_once(check, lints) }
}

/// Runs once, behind `cargo check` where that is asked for.
pub fn check_once(check: &Check, lints: &[&'static Lint]) -> ExitCode {
    let start = Instant::now();
    let compiled = match check.args.run.with_check.then(|| with_check::run(check)).transpose() {
        Ok(compiled) => compiled.unwrap_or(Compiled::Clean),
        Err(words) => return could_not_run(&words),
    };
    let emit = check.args.run.emit_facts.as_deref();
    let run = || if check.args.run.stdin { run_on_stdin(check, lints) } else { run_and_fix(check, lints) };
    let mut outcome = match in_pool(check.args.run.jobs, run).and_then(|outcome| outcome) {
        Ok(outcome) => outcome,
        Err(words) => return could_not_run(&words),
    };
    if let Some(Err(words)) = emit.map(|dir| facts_files::write(dir, &outcome.analysis.emitted)) {
        outcome.failed.push(words);
    }
    for words in &outcome.failed {
        complain(words);
    }
    let args = &check.args.output;
    let failed = outcome.report.fails();
    let frame = Frame {
        findings: &outcome.report.findings,
        silenced: &outcome.report.silenced,
        files: &outcome.files,
        base: &outcome.base,
    };
    if !args.quiet {
        outcome.said.iter().for_each(|words| drop(writeln!(io::stderr(), "{}", visible(words))));
    }
    let success = !failed && outcome.failed.is_empty() && compiled == Compiled::Clean;
    let written = Written { frame, origins: &outcome.origins, success }.write(args);
    if args.statistics {
        let table = statistics::table(&outcome.report.findings, &outcome.files, &outcome.origins);
        let _ = write!(io::stderr(), "{}", visible(&table));
    }
    if args.stats {
        let _ = write!(io::stderr(), "{}", outcome.analysis.stats);
    }
    let files = outcome.analysis.files.iter().filter(|file| file.reported).count();
    // "0 errors" under an error would be read as a clean run.
    let ran = outcome.failed.is_empty() || files > 0;
    if output::stdout_format(args) == Format::Human && !args.quiet && ran {
        let _ = writeln!(io::stderr(), "{}", closing_line(&outcome.report.findings, files, start.elapsed()));
    }
    match written.as_slice() {
        failed @ [_, ..] => {
            could_not_run(&format!("cannot write: {}", failed.join("\nerror: cannot write: ")))
        }
        [] if !outcome.failed.is_empty() || !outcome.analysis.panics.is_empty() => {
            ExitCode::from(COULD_NOT_RUN)
        }
        [] => match compiled {
            Compiled::Failed(code) => ExitCode::from(code),
            Compiled::Clean if failed => ExitCode::from(FOUND),
            Compiled::Clean => ExitCode::SUCCESS,
        },
    }
}

/// Runs with one file's text from stdin, and keeps what stands in that file.
fn run_on_stdin(check: &Check, lints: &[&'static Lint]) -> Result<Outcome, String> {
    let name = check.args.run.stdin_filename.clone().unwrap_or_default();
    let path = std::path::absolute(&name).unwrap_or(name);
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).map_err(|error| format!("stdin cannot be read: {error}"))?;
    let mut check = check.clone();
    check.args.selection.paths = vec![selection::package_around(&path)];
    let turn = Turn { texts: vec![(path.clone(), text)], ..Turn::default() };
    let mut outcome = run(&check, lints, &turn)?;
    let file = outcome.files.open(&path).ok();
    outcome.report.findings.retain(|it| it.diagnostic.span.map(|span| span.file) == file);
    Ok(outcome)
}

/// Says what is known at a line.
pub fn why(at: &str, check: &Check, lints: &[&'static Lint]) -> ExitCode {
    let text = in_pool(check.args.run.jobs, || why_text(at, check, lints)).and_then(|text| text);
    print(text.map(|it| visible(&it).into_owned()))
}

/// Reports on locks, in each form that was asked for. Findings do not fail it.
pub fn lock_report(forms: &ReportForms, check: &Check, lints: &[&'static Lint]) -> ExitCode {
    let report = match surveyed(check, lints) {
        Ok(report) => report,
        Err(words) => return could_not_run(&words),
    };
    let forms: [(&Option<PathBuf>, &dyn Fn() -> String); 4] = [
        (&forms.html, &|| locks::page(&report)),
        (&forms.json, &|| report.json()),
        (&forms.dot, &|| locks::dot(&report.order)),
        (&forms.mermaid, &|| locks::mermaid(&report.order)),
    ];
    for (target, text) in forms {
        let written = match target {
            None => continue,
            Some(path) if path.as_os_str() == "-" => print(Ok(text())),
            Some(path) => match to_file::write(path, &text()) {
                Ok(()) => continue,
                Err(words) => could_not_run(&words),
            },
        };
        if written != ExitCode::SUCCESS {
            return written;
        }
    }
    ExitCode::SUCCESS
}

/// Draws the findings that an id means.
fn explained(id: &str, check: &Check, lints: &[&'static Lint]) -> Result<String, String> {
    explain_finding::explain(id, &surveyed(check, lints)?, output::paint(check.args.output.color))
}

/// The data of a report on locks.
fn surveyed(check: &Check, lints: &[&'static Lint]) -> Result<locks::Report, String> {
    let turn = Turn { survey: true, ..Turn::default() };
    in_pool(check.args.run.jobs, || {
        let outcome = run(check, lints, &turn)?;
        if !outcome.failed.is_empty() {
            return Err(outcome.failed.join("\nerror: "));
        }
        Ok(lock_page::report(&LockScene {
            survey: &outcome.analysis.survey,
            findings: &outcome.report.findings,
            silenced: &outcome.report.silenced,
            files: &outcome.files,
            origins: &outcome.origins,
            base: &outcome.base,
        }))
    })
    .and_then(|report| report)
}

/// Shows the configuration in force.
pub fn config(check: &Check, lints: &[&'static Lint]) -> ExitCode {
    print(config_text(check, lints))
}

fn print(text: Result<String, String>) -> ExitCode {
    match text {
        Ok(text) => match io::stdout().write_all(text.as_bytes()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                could_not_run(&format!("cannot write: {error}"))
            }
            _ => ExitCode::SUCCESS,
        },
        Err(words) => could_not_run(&words),
    }
}

/// Says on stderr why a run could not be done.
pub fn could_not_run(words: &str) -> ExitCode {
    complain(words);
    ExitCode::from(COULD_NOT_RUN)
}

fn complain(words: &str) {
    let _ = writeln!(io::stderr(), "error: {}", visible(words));
}

fn in_pool<T: Send>(jobs: Option<u16>, run: impl FnOnce() -> T + Send) -> Result<T, String> {
    let threads = usize::from(jobs.unwrap_or(0));
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES).num_threads(threads).build();
    pool.map(|pool| pool.install(run)).map_err(|error| format!("cannot start threads: {error}"))
}

/// All that a run gave.
pub struct Outcome {
    /// The texts.
    pub files: Files,
    origins: Origins,
    analysis: Analysis,
    /// What was found.
    pub report: Report,
    /// Where platforms tell paths from.
    base: PathBuf,
    /// The baselines that took findings away.
    pub baselines: Vec<PathBuf>,
    /// What is said about old and new findings.
    said: Vec<String>,
    /// Paths that could not be analysed at all.
    pub failed: Vec<String>,
}

impl Outcome {
    /// Facts about the package that is reported on, where they were asked for.
    pub fn emitted(&self) -> Option<&FactsFile> {
        self.analysis.emitted.first()
    }
}

/// What a driver asks for beside the options.
pub struct Turn {
    /// Texts that stand over what the disk has: an editor's buffers.
    pub texts: Vec<(PathBuf, String)>,
    /// What is looked at, where it is not found by the options.
    pub workspace: Option<Workspace>,
    /// Paths are shown relative to this folder.
    pub shown_from: Option<PathBuf>,
    /// The lints that run, of those that are on.
    pub runs: fn(&Lint) -> bool,
    /// What is known of locks is collected too.
    pub survey: bool,
    /// Files of facts, beside those that the options name.
    pub facts: Vec<FactsFile>,
    /// Facts about the packages that are reported on are wanted, whatever the options say.
    pub emit_facts: bool,
    /// Where crates are looked at one by one: the versions of libraries that all of them use.
    pub alone: Option<Versions>,
}

impl Turn {
    /// Whether all is looked at that the options ask for, as it is on the disk.
    fn is_whole(&self) -> bool {
        self.texts.is_empty() && self.workspace.is_none()
    }
}

impl Default for Turn {
    fn default() -> Self {
        Turn {
            texts: Vec::new(),
            workspace: None,
            shown_from: None,
            runs: |_| true,
            survey: false,
            facts: Vec::new(),
            emit_facts: false,
            alone: None,
        }
    }
}

/// Runs an analysis for a driver that does the rest itself.
pub fn run_alone(check: &Check, lints: &[&'static Lint], turn: &Turn) -> Result<Outcome, String> {
    in_pool(check.args.run.jobs, || run(check, lints, turn)).and_then(|outcome| outcome)
}

/// The workspaces of a run with their configurations, and the levels that come of them.
struct Setup {
    workspaces: Vec<Workspace>,
    configs: Vec<Config>,
    files: Files,
    levels: Levels,
    /// Names of lints that mean nothing.
    odd: Vec<Odd>,
    failed: Vec<String>,
}

/// Loads what was asked for, and how it is to be looked at.
fn set_up(
    check: &Check,
    selection: &Selection,
    lints: &[&'static Lint],
    turn: &Turn,
) -> Result<Setup, String> {
    let (mut workspaces, failed) = match &turn.workspace {
        Some(workspace) => (vec![workspace.clone()], Vec::new()),
        None => selection::load_all(selection),
    };
    let max_bytes = selection::load_options(selection).max_file_bytes;
    let root = turn.shown_from.clone().unwrap_or_else(|| selection::display_root(&workspaces));
    let files = Files::with_limit(root, max_bytes);
    for (path, text) in &turn.texts {
        files.insert(path, text.clone());
    }
    let mut configs = Vec::new();
    let mut layers = Vec::new();
    let alone = workspaces.len() == 1;
    for workspace in &mut workspaces {
        let config = config::load(workspace, &files, check)
            .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\nerror: "))?;
        if !config.deps.value {
            workspace.packages.retain(|package| package.member);
            let dependencies = workspace.packages.iter_mut().flat_map(|package| &mut package.dependencies);
            dependencies.for_each(|dependency| dependency.source = None);
        }
        // One workspace's settings are none of another's business.
        layers.extend(config.layers.iter().cloned().map(|layer| match layer.paths {
            Paths::All if !alone => Layer { paths: Paths::Under(folders(workspace)), ..layer },
            _ => layer,
        }));
        configs.push(config);
    }
    layers.push(config::command_line(check));
    let (levels, odd) = Levels::layered(lints, layers);
    Ok(Setup { workspaces, configs, files, levels, odd, failed })
}

/// The folders that a workspace's files lie in.
fn folders(workspace: &Workspace) -> Vec<PathBuf> {
    let members = workspace.packages.iter().filter(|package| package.member);
    std::iter::once(workspace.root.clone()).chain(members.map(|package| package.dir.clone())).collect()
}

/// Runs, and with `--fix` mends what can be mended and runs again.
fn run_and_fix(check: &Check, lints: &[&'static Lint]) -> Result<Outcome, String> {
    let run = || run(check, lints, &Turn::default());
    let mut outcome = run()?;
    let args = &check.args.fix;
    if !args.fix {
        return Ok(outcome);
    }
    fix::check_version_control(&outcome.base, args)?;
    let (mut fixes, mut files) = (0, BTreeSet::new());
    for _ in 0..fix::MAX_ROUNDS {
        let applied = fix::apply(&outcome.report.findings, &outcome.files, args)?;
        if applied.is_empty() {
            break;
        }
        let unread = |outcome: &Outcome| -> BTreeSet<PathBuf> {
            outcome.analysis.problems.iter().map(|it| it.path.clone()).collect()
        };
        let before = unread(&outcome);
        outcome = run()?;
        let after = unread(&outcome);
        let broken = applied.restore(|path| after.contains(path) && !before.contains(path))?;
        if !broken.is_empty() {
            let names = broken.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
            return Err(format!(
                "{names}: could not be read after the fixes, and was put back; this is a defect of hazmap"
            ));
        }
        fixes += applied.fixes;
        files.extend(applied.paths());
    }
    outcome.said.push(format!("{} mended in {}", counted(fixes, "finding"), counted(files.len(), "file")));
    Ok(outcome)
}

fn run(check: &Check, lints: &[&'static Lint], turn: &Turn) -> Result<Outcome, String> {
    let setup = set_up(check, &check.args.selection, lints, turn)?;
    let Setup { workspaces, configs, files, mut levels, odd, mut failed } = setup;
    let mut facts = check.args.run.facts.as_deref().map_or(Ok(Vec::new()), facts_files::read)?;
    facts.extend(turn.facts.iter().cloned());
    let progress = progress_for(&check.args.output);
    let mut origins = Origins::new();
    let mut analysis = Analysis::default();
    for (workspace, config) in workspaces.iter().zip(&configs) {
        origins.add(workspace);
        let mut options = options(check, config, lints, &levels, &progress);
        options.lints.retain(|lint| (turn.runs)(lint));
        options.facts = &facts;
        options.survey = turn.survey;
        options.emit_facts |= turn.emit_facts;
        options.alone = turn.alone.as_ref();
        let one = analyse::analyse(workspace, &files, &options);
        if check.args.output.stats {
            analysis.stats.unreached.extend(unreached(workspace, &files, &one));
        }
        merge(&mut analysis, one);
    }
    progress.clear();
    if workspaces.is_empty() && failed.is_empty() {
        failed.push("there is nothing to analyse".to_owned());
    }
    analysis.diagnostics.extend(odd_names(&odd, lints));
    if turn.is_whole() {
        let idle = workspaces
            .iter()
            .zip(&configs)
            .flat_map(|(workspace, config)| idle_patterns(workspace, config, lints));
        analysis.diagnostics.extend(idle);
    }
    levels.place(&files);
    let roots = Roots::new(workspaces.iter().map(|workspace| workspace.root.clone()));
    let heard: Vec<&'static Lint> = lints.iter().filter(|lint| (turn.runs)(lint)).copied().collect();
    let mut report = report::report(&analysis, &heard, &levels, &files, &roots);
    let base = selection::repository_root(&workspaces);
    let reported = analysis.files.iter().filter(|it| it.reported);
    let scene = Scene {
        files: &files,
        roots: &roots,
        repository: &base,
        reported: &reported.map(|it| roots.shown(&files.path(it.file))).collect(),
        lints,
        ran: &lints.iter().filter(|lint| levels.is_on(lint)).map(|lint| lint.name).collect(),
    };
    let baselines = baselines(check, &workspaces, &configs);
    let mut said = adoption::apply(&mut report, &check.args.adoption, &baselines, &scene)?;
    said.extend(configs.iter().flat_map(|it| &it.ignored).map(|path| {
        format!(
            "warning: {}: only the configuration in the root of a workspace is read\n\
             help: move what it says there, or to `[package.metadata.hazmap]` in the member's manifest",
            path.display()
        )
    }));
    said.extend(analysis.refused_facts.iter().map(|it| facts_files::words(it, &files)));
    Ok(Outcome { files, origins, analysis, report, base, baselines, said, failed })
}

/// The baselines in force: one on the command line wins over those of configurations, and so does one that is being written.
fn baselines(check: &Check, workspaces: &[Workspace], configs: &[Config]) -> Vec<PathBuf> {
    let args = &check.args.adoption;
    match &args.baseline {
        Some(path) => vec![path.clone()],
        None if args.write_baseline.is_some() => Vec::new(),
        None => {
            // Shown as the user would write it, where that can be done.
            let here = env::current_dir().unwrap_or_default();
            let named = |(workspace, config): (&Workspace, &Config)| {
                let path = workspace.root.join(&config.baseline.as_ref()?.value);
                Some(path.strip_prefix(&here).map(Path::to_path_buf).unwrap_or(path))
            };
            let mut named: Vec<PathBuf> = workspaces.iter().zip(configs).filter_map(named).collect();
            named.dedup();
            named
        }
    }
}

/// Names that mean nothing are findings too, so that `-D unknown_lint` keeps a pipeline honest.
fn odd_names(odd: &[Odd], lints: &[&'static Lint]) -> Vec<Diagnostic> {
    let Some(lint) = lints.iter().find(|lint| lint.name == "unknown_lint") else { return Vec::new() };
    let say = |it: &Odd| {
        let diagnostic = match &it.origin {
            Origin::File { span, .. } => Diagnostic::new(lint, *span, &it.words),
            Origin::Default | Origin::CommandLine => {
                Diagnostic::without_place(lint, &it.words).note("it was named on the command line")
            }
        };
        it.help.iter().fold(diagnostic, Diagnostic::help)
    };
    odd.iter().map(say).collect()
}

/// Patterns that fit no file permit nothing: most were right before a folder got another name.
fn idle_patterns(workspace: &Workspace, config: &Config, lints: &[&'static Lint]) -> Vec<Diagnostic> {
    let Some(lint) = lints.iter().find(|lint| lint.name == "unused_allow") else { return Vec::new() };
    let say = |it: IdlePattern| {
        let words = format!("the pattern `{}` fits no Rust file", it.pattern);
        let diagnostic = match it.origin {
            Origin::File { span, .. } => Diagnostic::new(lint, span, words),
            Origin::Default | Origin::CommandLine => {
                Diagnostic::without_place(lint, words).note("it was given on the command line")
            }
        };
        let start = if it.root == workspace.root { "the workspace's root" } else { "the package's folder" };
        diagnostic.help(format!("it begins at {start}: mend it, or take it away"))
    };
    config.idle_patterns().into_iter().map(say).collect()
}

fn merge(into: &mut Analysis, one: Analysis) {
    into.diagnostics.extend(one.diagnostics);
    into.problems.extend(one.problems);
    into.panics.extend(one.panics);
    into.emitted.extend(one.emitted);
    // Each workspace looks at all files.
    let refused = one.refused_facts.into_iter().filter(|it| !into.refused_facts.contains(it));
    let refused: Vec<RefusedFacts> = refused.collect();
    into.refused_facts.extend(refused);
    into.stats.add(one.stats);
    into.survey.append(one.survey);
    // Two paths of the command line may lead to one file; its permissions must be judged once.
    let known: BTreeMap<FileId, usize> = into.files.iter().map(|it| it.file).zip(0..).collect();
    for file in one.files {
        match known.get(&file.file).and_then(|index| into.files.get_mut(*index)) {
            Some(again) => again.reported |= file.reported,
            None => into.files.push(file),
        }
    }
}

fn options<'a>(
    check: &Check,
    config: &Config,
    lints: &[&'static Lint],
    levels: &Levels,
    progress: &'a Progress,
) -> Options<'a> {
    let generated = config.include_generated.value;
    Options {
        lints: lints.iter().filter(|lint| levels.is_on(lint)).copied().collect(),
        scope: config.scope.value.into(),
        bodies: if check.args.run.no_prefilter { Bodies::Every } else { Bodies::OnDemand },
        test_bodies: levels.test_bodies(),
        generated: if generated { Generated::Reported } else { Generated::FactsOnly },
        excluded: config.excluded.clone(),
        knobs: config.knobs.clone(),
        rows: config.rows.clone(),
        facts: &[],
        emit_facts: check.args.run.emit_facts.is_some(),
        alone: None,
        survey: false,
        progress,
    }
}

fn progress_for(args: &OutputArgs) -> Progress {
    if io::stderr().is_terminal() && !args.quiet { Progress::on_stderr() } else { Progress::hidden() }
}

fn unreached(workspace: &Workspace, files: &Files, analysis: &Analysis) -> Vec<String> {
    let reached: BTreeSet<PathBuf> = analysis.files.iter().map(|it| files.path(it.file)).collect();
    let root = std::path::absolute(&workspace.root).unwrap_or_else(|_| workspace.root.clone());
    let shown = |path: PathBuf| {
        let relative = path.strip_prefix(files.root()).unwrap_or(&path);
        relative.to_string_lossy().replace('\\', "/")
    };
    source::rust_files(&root).into_iter().filter(|path| !reached.contains(path)).map(shown).collect()
}

/// `2 errors, 1 warning in 12 files, 0.3 s`.
fn closing_line(findings: &[Finding], files: usize, time: Duration) -> String {
    let errors = findings.iter().filter(|finding| finding.level.fails()).count();
    let errors_said = counted(errors, "error");
    let warnings = counted(findings.len() - errors, "warning");
    format!("{errors_said}, {warnings} in {}, {:.1} s", counted(files, "file"), time.as_secs_f64())
}

fn why_text(at: &str, check: &Check, lints: &[&'static Lint]) -> Result<String, String> {
    let at = why::parse_at(at)?;
    let path = std::path::absolute(&at.path).unwrap_or_else(|_| at.path.clone());
    let mut selection = check.args.selection.clone();
    if selection.manifest_path.is_none() && selection.paths.is_empty() {
        selection.paths.push(selection::package_around(&path));
    }
    let setup = set_up(check, &selection, lints, &Turn::default())?;
    let first = setup.workspaces.first().zip(setup.configs.first());
    let (workspace, config) = first.ok_or_else(|| setup.failed.join("\n"))?;
    let file = setup.files.open(&path).map_err(|error| format!("{}: {error}", at.path.display()))?;
    let progress = progress_for(&check.args.output);
    let options = options(check, config, lints, &setup.levels, &progress);
    let text = why::explain(workspace, &setup.files, file, at.line, &options);
    progress.clear();
    text
}

fn config_text(check: &Check, lints: &[&'static Lint]) -> Result<String, String> {
    let setup = set_up(check, &check.args.selection, lints, &Turn::default())?;
    if let Some(words) = setup.failed.first() {
        return Err(words.clone());
    }
    let show = |config| config::show(config, &setup.levels, lints);
    Ok(setup.configs.iter().map(show).collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines() {
        assert_eq!(
            closing_line(&[], 1, Duration::from_millis(1260)),
            "0 errors, 0 warnings in 1 file, 1.3 s"
        );
    }
}
