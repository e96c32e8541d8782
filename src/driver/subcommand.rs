//! `cargo hazmap`: from arguments to findings on stdout and an exit code.

use super::analyse::{self, Analysis, Bodies, Generated, Options};
use super::args::{Check, CheckArgs, Color, Format};
use super::levels::Levels;
use super::progress::Progress;
use super::{report, why};
use crate::lint::{Diagnostic, Finding, Lint};
use crate::render::{self, Origins, Paint};
use crate::source::{self, FileId, Files, LoadOptions, Workspace};
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::{self, IsTerminal, Write};
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
    let start = Instant::now();
    let outcome = match in_pool(check.args.jobs, || run(check, lints)) {
        Ok(outcome) => outcome,
        Err(words) => return could_not_run(&words),
    };
    for words in &outcome.failed {
        complain(words);
    }
    let failed = report::fails(&outcome.findings);
    let written = write_out(check, &outcome, !failed && outcome.failed.is_empty());
    if check.args.stats {
        let _ = write!(io::stderr(), "{}", outcome.analysis.stats);
    }
    if check.args.message_format == Format::Human && !check.args.quiet {
        let files = outcome.analysis.files.iter().filter(|file| file.reported).count();
        let _ = writeln!(io::stderr(), "{}", closing_line(&outcome.findings, files, start.elapsed()));
    }
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            could_not_run(&format!("cannot write: {error}"))
        }
        _ if !outcome.failed.is_empty() || !outcome.analysis.panics.is_empty() => {
            ExitCode::from(COULD_NOT_RUN)
        }
        _ if failed => ExitCode::from(FOUND),
        _ => ExitCode::SUCCESS,
    }
}

/// Says what is known at a line.
pub fn why(at: &str, check: &Check, lints: &[&'static Lint]) -> ExitCode {
    match in_pool(check.args.jobs, || why_text(at, check, lints)).and_then(|text| text) {
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
    let _ = writeln!(io::stderr(), "error: {words}");
}

fn in_pool<T: Send>(jobs: Option<u16>, run: impl FnOnce() -> T + Send) -> Result<T, String> {
    let threads = usize::from(jobs.unwrap_or(0));
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES).num_threads(threads).build();
    pool.map(|pool| pool.install(run)).map_err(|error| format!("cannot start threads: {error}"))
}

/// All that a run gave.
struct Outcome {
    files: Files,
    origins: Origins,
    analysis: Analysis,
    findings: Vec<Finding>,
    /// Paths that could not be analysed at all.
    failed: Vec<String>,
}

fn run(check: &Check, lints: &[&'static Lint]) -> Outcome {
    let args = &check.args;
    let (workspaces, mut failed) = load_all(args);
    let files = Files::with_limit(display_root(&workspaces), load_options(args).max_file_bytes);
    let (levels, odd) = Levels::new(lints, &check.settings);
    let progress = progress_for(args);
    let options = options(args, lints, &levels, &progress);

    let mut origins = Origins::new();
    let mut analysis = Analysis::default();
    for workspace in &workspaces {
        origins.add(workspace);
        let one = analyse::analyse(workspace, &files, &options);
        if args.stats {
            analysis.stats.unreached.extend(unreached(workspace, &files, &one));
        }
        merge(&mut analysis, one);
    }
    progress.clear();
    if workspaces.is_empty() && failed.is_empty() {
        failed.push("there is nothing to analyse".to_owned());
    }
    analysis.diagnostics.extend(odd_options(&odd, lints));
    let findings = report::findings(&analysis, lints, &levels, &files);
    Outcome { files, origins, analysis, findings, failed }
}

/// Options that name no lint are findings too, so that `-D unknown_lint` keeps a pipeline honest.
fn odd_options(odd: &[(String, Option<String>)], lints: &[&'static Lint]) -> Vec<Diagnostic> {
    let Some(lint) = lints.iter().find(|lint| lint.name == "unknown_lint") else { return Vec::new() };
    let say = |(words, help): &(String, Option<String>)| {
        let diagnostic = Diagnostic::without_place(lint, words).note("it was named on the command line");
        help.iter().fold(diagnostic, Diagnostic::help)
    };
    odd.iter().map(say).collect()
}

fn merge(into: &mut Analysis, one: Analysis) {
    into.diagnostics.extend(one.diagnostics);
    into.problems.extend(one.problems);
    into.panics.extend(one.panics);
    into.stats.add(one.stats);
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
    args: &CheckArgs,
    lints: &[&'static Lint],
    levels: &Levels,
    progress: &'a Progress,
) -> Options<'a> {
    Options {
        lints: lints.iter().filter(|lint| levels.is_on(lint)).copied().collect(),
        scope: args.scope.into(),
        bodies: if args.no_prefilter { Bodies::Every } else { Bodies::OnDemand },
        test_code: levels.test_code(lints),
        generated: if args.include_generated { Generated::Reported } else { Generated::FactsOnly },
        progress,
    }
}

fn progress_for(args: &CheckArgs) -> Progress {
    if io::stderr().is_terminal() && !args.quiet { Progress::on_stderr() } else { Progress::hidden() }
}

fn load_options(args: &CheckArgs) -> LoadOptions {
    LoadOptions { packages: args.package.clone(), exclude: args.exclude.clone(), ..LoadOptions::default() }
}

/// Loads what was asked for; what cannot be loaded is said, and the rest goes on.
fn load_all(args: &CheckArgs) -> (Vec<Workspace>, Vec<String>) {
    let paths = match start_paths(args) {
        Ok(paths) => paths,
        Err(words) => return (Vec::new(), vec![words]),
    };
    let options = load_options(args);
    let (mut workspaces, mut failed) = (Vec::new(), Vec::new());
    for path in paths {
        match source::load(&path, &options) {
            Ok(mut workspace) => {
                if args.no_deps {
                    workspace.packages.retain(|package| package.member);
                }
                workspaces.push(workspace);
            }
            Err(problem) => failed.push(problem.to_string()),
        }
    }
    (workspaces, failed)
}

/// The paths to load: those that are given, the manifest, or the package around the current folder.
fn start_paths(args: &CheckArgs) -> Result<Vec<PathBuf>, String> {
    if let Some(manifest) = &args.manifest_path {
        return Ok(vec![manifest.clone()]);
    }
    if !args.paths.is_empty() {
        return Ok(args.paths.clone());
    }
    let here = current_dir()?;
    let manifest = here.ancestors().map(|dir| dir.join("Cargo.toml")).find(|manifest| manifest.is_file());
    let manifest = manifest.ok_or_else(|| {
        format!("there is no Cargo.toml in {} or above it\nhelp: give a PATH", here.display())
    })?;
    // `--workspace` in a member means all of them: the loader takes that from the root manifest.
    let dir = manifest.parent().map(Path::to_path_buf).unwrap_or(here);
    if args.workspace {
        return Ok(vec![workspace_root(&dir).unwrap_or(dir)]);
    }
    Ok(vec![dir])
}

fn workspace_root(dir: &Path) -> Option<PathBuf> {
    source::load(dir, &LoadOptions::default()).ok().map(|workspace| workspace.root)
}

fn current_dir() -> Result<PathBuf, String> {
    env::current_dir().map_err(|error| format!("the current folder cannot be read: {error}"))
}

/// Paths are shown relative to the workspace as cargo does, or to the current folder when the workspace lies below it.
fn display_root(workspaces: &[Workspace]) -> PathBuf {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let here = env::current_dir().unwrap_or_default();
    match workspaces {
        [only] => {
            let root = absolute(&only.root);
            if root.starts_with(&here) { here } else { root }
        }
        _ => here,
    }
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

fn write_out(check: &Check, outcome: &Outcome, success: bool) -> io::Result<()> {
    let (findings, files) = (&outcome.findings, &outcome.files);
    let text = match check.args.message_format {
        Format::Human => render::text(findings, files, paint(check.args.color)),
        Format::Short => render::short(findings, files),
        Format::Json => {
            let lines = render::json(findings, files, &outcome.origins);
            format!("{lines}{{\"reason\":\"build-finished\",\"success\":{success}}}\n")
        }
    };
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Colours on a terminal, unless something says otherwise: the option, then cargo's variable, then `NO_COLOR`.
fn paint(color: Option<Color>) -> Paint {
    let by_cargo = || match env::var("CARGO_TERM_COLOR").as_deref() {
        Ok("always") => Some(Color::Always),
        Ok("never") => Some(Color::Never),
        _ => None,
    };
    let no_color = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    match color.or_else(|| if no_color { Some(Color::Never) } else { by_cargo() }) {
        Some(Color::Always) => Paint::Ansi,
        Some(Color::Never) => Paint::Plain,
        Some(Color::Auto) | None => {
            let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
            if io::stdout().is_terminal() && !no_color && !dumb { Paint::Ansi } else { Paint::Plain }
        }
    }
}

/// `2 errors, 1 warning in 12 files, 0.3 s`.
fn closing_line(findings: &[Finding], files: usize, time: Duration) -> String {
    let errors = findings.iter().filter(|finding| finding.level.fails()).count();
    let errors_said = counted(errors, "error");
    let warnings = counted(findings.len() - errors, "warning");
    format!("{errors_said}, {warnings} in {}, {:.1} s", counted(files, "file"), time.as_secs_f64())
}

fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

fn why_text(at: &str, check: &Check, lints: &[&'static Lint]) -> Result<String, String> {
    let at = why::parse_at(at)?;
    let path = std::path::absolute(&at.path).unwrap_or_else(|_| at.path.clone());
    let mut args = check.args.clone();
    if args.manifest_path.is_none() && args.paths.is_empty() {
        args.paths.push(package_around(&path));
    }
    let (workspaces, failed) = load_all(&args);
    let workspace = workspaces.first().ok_or_else(|| failed.join("\n"))?;
    let files = Files::new(display_root(&workspaces));
    let file = files.open(&path).map_err(|error| format!("{}: {error}", at.path.display()))?;
    let (levels, _) = Levels::new(lints, &check.settings);
    let progress = progress_for(&args);
    let text = why::explain(workspace, &files, file, at.line, &options(&args, lints, &levels, &progress));
    progress.clear();
    text
}

/// The folder of the nearest manifest above a file, or the file itself.
fn package_around(file: &Path) -> PathBuf {
    let folder = file.ancestors().skip(1).find(|dir| dir.join("Cargo.toml").is_file());
    folder.unwrap_or(file).to_path_buf()
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
