//! The seam between the rooms that know and the drivers: a workspace in, diagnostics out.

use super::config::Excluded;
use super::progress::Progress;
use super::stats::Stats;
use super::survey::{self, Survey};
use crate::facts::knowledge::{self, UserRows, Versions};
use crate::facts::stored::{self, StoredFns, World};
use crate::facts::{Facts, TestBodies};
use crate::lint::{Analysed, Diagnostic, Knobs, Lint, Pass, ScopeFilter};
use crate::model::types::FnId;
use crate::model::{self, Model};
use crate::source::{FileId, Files, LoadProblem, TextRange, Workspace};
use crate::syntax::Directive;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// What to do in an analysis.
#[derive(Debug)]
pub struct Options<'a> {
    /// The lints that run.
    pub lints: Vec<&'static Lint>,
    /// Which locks the lock lints look at.
    pub scope: ScopeFilter,
    /// Which bodies are lowered.
    pub bodies: Bodies,
    /// Which bodies of test code are looked into.
    pub test_bodies: TestBodies,
    /// What is done with generated and vendored files.
    pub generated: Generated,
    /// Files that are not reported on.
    pub excluded: Excluded,
    /// What is set about single lints.
    pub knobs: Knobs,
    /// What the user knows of libraries; rows that cannot be read are left out.
    pub rows: Vec<UserRows>,
    /// Files of facts about packages that are not reported on.
    pub facts: &'a [FactsFile],
    /// Facts about the packages that are reported on are wanted in the form of such files.
    pub emit_facts: bool,
    /// Where crates are looked at one by one, each with what it names of others: the versions of libraries that all of them use.
    pub alone: Option<&'a Versions>,
    /// Also collect what is known of maps, guards' lives and the order of locks.
    pub survey: bool,
    /// Told how far the analysis is.
    pub progress: &'a Progress,
}

/// A file of facts about a package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FactsFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

/// A file of facts that was not used.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RefusedFacts {
    /// The file.
    pub path: PathBuf,
    /// In words that fit "… is not used: it …".
    pub why: String,
    /// The folder of the package that it is about, where that is known.
    pub dir: Option<PathBuf>,
}

/// Which bodies are lowered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Bodies {
    /// Those with a seed, and those that they ask for.
    #[default]
    OnDemand,
    /// All of them, for comparison.
    Every,
}

/// What is done with generated and vendored files.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Generated {
    /// They give facts only.
    #[default]
    FactsOnly,
    /// They are reported on as all others.
    Reported,
}

/// What an analysis found.
#[derive(Debug, Default)]
pub struct Analysis {
    /// Findings of all lints, in any order, unfiltered.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that were read, with the permissions written in them.
    pub files: Vec<AnalysedFile>,
    /// What could not be read.
    pub problems: Vec<ReadProblem>,
    /// Lints that panicked, with the panics' words.
    pub panics: Vec<(&'static Lint, String)>,
    /// Files of facts that were not used.
    pub refused_facts: Vec<RefusedFacts>,
    /// Files of facts about the packages that are reported on, by name, where they were asked for.
    pub emitted: Vec<FactsFile>,
    /// What is known of maps, guards' lives and the order of locks, if that was asked for.
    pub survey: Survey,
    /// Figures.
    pub stats: Stats,
}

/// One file that was read.
#[derive(Clone, Debug)]
pub struct AnalysedFile {
    /// The file.
    pub file: FileId,
    /// The permissions written in it.
    pub directives: Vec<Directive>,
    /// Findings in it are reported: it belongs to a package that was asked for, and is not generated.
    pub reported: bool,
}

/// Something that could not be read, in a manifest or a source file.
#[derive(Clone, Debug)]
pub struct ReadProblem {
    /// The file, which may be one that could not be opened.
    pub path: PathBuf,
    /// Its id, when it could be opened.
    pub file: Option<FileId>,
    /// In words, without the file's name.
    pub message: String,
    /// Where in the file.
    pub range: Option<TextRange>,
    /// What to do.
    pub help: Option<String>,
}

impl From<model::FileProblem> for ReadProblem {
    fn from(it: model::FileProblem) -> ReadProblem {
        let problem = it.problem;
        ReadProblem {
            path: it.path,
            file: it.file,
            message: problem.message,
            range: problem.range,
            help: problem.help,
        }
    }
}

impl ReadProblem {
    fn of_loading(it: &LoadProblem, files: &Files) -> ReadProblem {
        // A broken manifest is shown with its lines, like any other text.
        let file = files.open(&it.path).ok();
        let (message, help) = (it.message.clone(), it.help.clone());
        ReadProblem { path: it.path.clone(), file, message, range: it.range, help }
    }
}

/// Reads and resolves a workspace, computes its facts and runs the lints over them.
pub fn analyse(workspace: &Workspace, files: &Files, options: &Options<'_>) -> Analysis {
    let mut analysis = Analysis::default();
    let loading = workspace.problems.iter().map(|problem| ReadProblem::of_loading(problem, files));
    analysis.problems.extend(loading);

    let start = Instant::now();
    options.progress.stage("reading", 1);
    let versions = options.alone.cloned().unwrap_or_else(|| Versions::of(workspace));
    let (sources, (knowledge, library, _)) =
        rayon::join(|| model::read(workspace, files), || knowledge::load(&options.rows, &versions));
    let (mut model, problems) = model::build_from(workspace, files, sources, Arc::new(library));
    if options.emit_facts {
        model.expect_drops();
    }
    analysis.stats.stage("reading", start.elapsed());
    analysis.problems.extend(problems.into_iter().map(ReadProblem::from));
    analysis.files = analysed_files(&model, files, options);
    count(&model, files, &mut analysis.stats);

    let start = Instant::now();
    let world = (options.emit_facts || !options.facts.is_empty()).then(|| {
        let mark = stored::knowledge_mark(&options.rows, &versions, &knowledge);
        World::new(&model, files, mark).by_parts(options.alone.is_some())
    });
    let new = if options.survey { Facts::watching } else { Facts::new };
    let mut facts = new(&model, &knowledge, files).with_test_bodies(options.test_bodies);
    if let Some(world) = &world {
        facts = facts.with_stored(stored_facts(world, options.facts, &mut analysis));
    }
    if options.emit_facts {
        facts = facts.to_be_stored();
    }
    let chosen = chosen_bodies(&facts, &analysis.files, options.bodies);
    options.progress.stage("analysing", chosen.len());
    let bodies = facts.bodies(&chosen, &|| options.progress.step());
    let analysed: Vec<Analysed> = bodies.into_iter().map(|(func, facts)| Analysed { func, facts }).collect();
    analysis.stats.stage("analysing", start.elapsed());

    let start = Instant::now();
    options.progress.stage("linting", options.lints.len());
    run_lints(options, &mut analysis, || Pass::new(files, &facts, &analysed, options.scope, &options.knobs));
    analysis.stats.stage("linting", start.elapsed());
    if options.survey {
        let pass = Pass::new(files, &facts, &analysed, options.scope, &options.knobs);
        let reported = reported(&analysis.files);
        analysis.survey = survey::collect(&facts, files, &analysed, &pass, &|file| reported.contains(&file));
    }
    count_facts(&facts, &mut analysis.stats);
    if let Some(world) = world.filter(|_| options.emit_facts) {
        let written = stored::write(&facts, &world);
        let file = |it: stored::Written| FactsFile { path: it.name.into(), text: it.text };
        analysis.emitted = written.into_iter().map(file).collect();
    }
    analysis
}

/// What files say of functions. Those that cannot be used are noted.
fn stored_facts(world: &World<'_>, files: &[FactsFile], analysis: &mut Analysis) -> StoredFns {
    let mut known = StoredFns::default();
    let texts: Vec<&str> = files.iter().map(|it| it.text.as_str()).collect();
    for (n, stored::Refused { why, dir }) in known.read(&texts, world) {
        let path = files.get(n).map(|it| it.path.clone()).unwrap_or_default();
        analysis.refused_facts.push(RefusedFacts { path, why, dir });
    }
    analysis.stats.stored_functions = known.len() as u64;
    known
}

/// The functions whose facts are made: in reported files, and with a seed (unless every body is wanted).
fn chosen_bodies(facts: &Facts<'_>, files: &[AnalysedFile], bodies: Bodies) -> Vec<FnId> {
    let reported = reported(files);
    let model = facts.model;
    let wanted = |n: usize| {
        let id = FnId(n as u32);
        let def = model.fn_def(id);
        if def.body.is_none() || !reported.contains(&def.span.file) || def.duplicate {
            return false;
        }
        if bodies == Bodies::Every {
            return true;
        }
        facts.is_chosen(id)
    };
    (0..model.fns.len()).into_par_iter().filter(|&n| wanted(n)).map(|n| FnId(n as u32)).collect()
}

fn reported(files: &[AnalysedFile]) -> FxHashSet<FileId> {
    files.iter().filter(|it| it.reported).map(|it| it.file).collect()
}

fn count_facts(facts: &Facts<'_>, stats: &mut Stats) {
    let of = |it: &std::sync::atomic::AtomicU64| it.load(std::sync::atomic::Ordering::Relaxed);
    stats.bodies_lowered += of(&facts.stats.n_lowered);
    stats.body_bytes_lowered += of(&facts.stats.lowered_bytes);
    stats.receivers += of(&facts.stats.receivers);
    stats.receivers_resolved += of(&facts.stats.typed_receivers);
    stats.cuts.push(("over a bound".to_owned(), of(&facts.stats.n_cut)));
    stats.cuts.push(("opaque macro".to_owned(), of(&facts.stats.n_opaque)));
    let items = facts.model.item_calls();
    stats.macros_expanded += of(&facts.stats.n_expanded) + u64::from(items.n_expanded);
    stats.macros_refused += of(&facts.stats.n_refused) + u64::from(items.n_refused);
}

/// Runs each lint over a pass of its own. A lint that panics is noted, and the others go on.
fn run_lints<'a>(options: &Options<'_>, analysis: &mut Analysis, pass: impl Fn() -> Pass<'a> + Sync) {
    let run = |lint: &&'static Lint| {
        let pass = pass();
        let end = catch_unwind(AssertUnwindSafe(|| (lint.run)(&pass)));
        options.progress.step();
        (*lint, pass.finish(), end.map_err(|panic| words_of(&*panic)))
    };
    let results: Vec<_> = options.lints.par_iter().map(run).collect();
    for (lint, found, end) in results {
        analysis.diagnostics.extend(found);
        if let Err(words) = end {
            analysis.panics.push((lint, words));
        }
    }
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|words| (*words).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no words".to_owned())
}

fn analysed_files(model: &Model, files: &Files, options: &Options<'_>) -> Vec<AnalysedFile> {
    let reported = reported_files(model);
    let one = |(file, tree): (&FileId, &crate::syntax::FileTree)| {
        let generated = tree.generated || is_vendored(files, *file);
        let hidden = (generated && options.generated == Generated::FactsOnly)
            || options.excluded.covers(&files.path(*file));
        let reported = reported.binary_search(file).is_ok() && !hidden;
        AnalysedFile { file: *file, directives: tree.directives.clone(), reported }
    };
    let mut analysed: Vec<AnalysedFile> = model.trees.iter().map(one).collect();
    analysed.sort_by_key(|it| it.file);
    analysed
}

/// The files of crates that are reported on, sorted.
fn reported_files(model: &Model) -> Vec<FileId> {
    let is_reported = |module: &&model::items::Module| {
        model.crates.get(module.krate.0 as usize).is_some_and(|krate| krate.reported)
    };
    let mut reported: Vec<FileId> =
        model.modules.iter().filter(is_reported).map(|module| module.file).collect();
    reported.sort();
    reported.dedup();
    reported
}

/// Returns whether a file stands in a folder for copies of others' code. Folders above the root are the user's own business.
fn is_vendored(files: &Files, file: FileId) -> bool {
    let path = files.path(file);
    let below = path.strip_prefix(files.root()).ok().and_then(Path::parent);
    below.is_some_and(|folders| folders.iter().any(|part| part == "vendor" || part == "third_party"))
}

fn count(model: &Model, files: &Files, stats: &mut Stats) {
    let foreign = model.foreign_files();
    let is_own = |file: &FileId| foreign.binary_search(file).is_err();
    let own = || model.trees.iter().filter(|(file, _)| is_own(file));
    stats.files = own().count() as u64;
    stats.foreign_files = model.trees.len() as u64 - stats.files;
    stats.lines = own().map(|(_, tree)| u64::from(tree.n_lines)).sum();
    stats.bytes = own().map(|(file, _)| files.text_len(*file) as u64).sum();
    let bodies = model.fns.iter().filter(|it| is_own(&it.span.file)).filter_map(|it| it.body);
    for body in bodies {
        stats.functions += 1;
        stats.body_bytes += u64::from(body.body.hi.saturating_sub(body.body.lo));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::{Group, Level, Reach};

    fn panics(_: &Pass<'_>) {
        panic!("on purpose {}", 3);
    }

    static PANICS: Lint = Lint {
        name: "panics",
        group: Group::Deadlock,
        level: Level::Deny,
        class: None,
        reach: Reach::Body,
        since: "0.1.0",
        summary: "panics",
        docs: "# panics\n",
        run: panics,
    };

    #[test]
    fn a_panic_stays_in_its_lint() {
        let progress = Progress::hidden();
        let options = Options {
            lints: vec![&PANICS],
            scope: ScopeFilter::Maps,
            bodies: Bodies::OnDemand,
            test_bodies: TestBodies::All,
            generated: Generated::FactsOnly,
            excluded: Excluded::default(),
            knobs: Knobs::default(),
            rows: Vec::new(),
            facts: &[],
            emit_facts: false,
            alone: None,
            survey: false,
            progress: &progress,
        };
        let analysis = analyse(&Workspace::default(), &Files::in_memory(), &options);
        assert_eq!(analysis.panics, [(&PANICS, "on purpose 3".to_owned())]);
    }
}
