//! The command line.

mod report_forms;

use super::levels::{Origin, Setting, TestCode};
use super::names::nearest_word;
use crate::lint::{Level, ScopeFilter};
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use schemars::JsonSchema;
use serde::Deserialize;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// What was asked for.
#[derive(Debug)]
pub enum Request {
    /// Analyse and report.
    Check(Check),
    /// Show the configuration in force.
    Config {
        /// The options that it is in force with.
        check: Check,
        /// Show the JSON schema instead.
        schema: bool,
    },
    /// Write a commented configuration.
    Init,
    /// Print completions for a shell.
    Completions(Shell),
    /// Print the manual page, or write the pages of all commands.
    Man {
        /// The folder for all of them.
        out: Option<PathBuf>,
    },
    /// Write a page of all lints.
    Docs {
        /// The folder.
        out: PathBuf,
    },
    /// Show the catalogue.
    List,
    /// Show a lint's page.
    Explain {
        /// The lint or group.
        lint: String,
        /// When to use colours.
        color: Option<Color>,
    },
    /// Report on the locks of a workspace.
    Report {
        /// What is written.
        forms: ReportForms,
        /// The options of the analysis.
        check: Check,
    },
    /// Serve an editor.
    Lsp(Check),
    /// Show what is known at a line.
    Why {
        /// `FILE:LINE`.
        at: String,
        /// `-p`, `--manifest-path` and the like.
        check: Check,
    },
}

/// An analysis, with the level settings in the order of the command line.
#[derive(Debug, Clone)]
pub struct Check {
    /// All options but the levels.
    pub args: CheckArgs,
    /// `-A`, `-W`, `-D`, `-F`.
    pub settings: Vec<Setting>,
}

#[derive(Parser, Debug)]
#[command(
    name = "cargo-hazmap",
    bin_name = "cargo hazmap",
    version,
    about = "Finds hazardous shared maps: lock guards that deadlock, guards across await, check-then-act races",
    args_conflicts_with_subcommands = true,
    after_help = "Exit status: 0 nothing at deny level was found, 1 something was, 2 the run could not be done; with --with-check also \
                  that of cargo check, where it failed (101)."
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    check: CheckArgs,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Analyses and reports (what happens without a command)
    Check(CheckArgs),
    /// Shows the configuration in force, and where each part of it comes from
    Config {
        /// Print the JSON schema of hazmap.toml instead
        #[arg(long)]
        schema: bool,
        #[command(flatten)]
        check: CheckArgs,
    },
    /// Writes a commented hazmap.toml into the root of the workspace, and shows what a pipeline needs
    Init,
    /// Prints completions for a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
    /// Prints the manual page, in roff
    Man {
        /// Write the pages of all commands into this folder instead
        #[arg(value_name = "OUT")]
        out: Option<PathBuf>,
    },
    /// Writes a page of all lints, searchable and readable without a network
    Docs {
        /// The folder that index.html is written to
        #[arg(value_name = "OUT")]
        out: PathBuf,
    },
    /// Lists all lints
    List,
    /// Shows the page of a lint, or the lints of a group
    #[command(long_flag = "explain")]
    Explain {
        /// The lint's name
        lint: String,
        /// When to use colours
        #[arg(long, value_enum, value_name = "WHEN")]
        color: Option<Color>,
    },
    /// Reports on the workspace's locks: its shared maps, the lives of their guards, the order of locks, and the findings
    Report {
        #[command(flatten)]
        forms: ReportForms,
        #[command(flatten)]
        check: CheckArgs,
    },
    /// Serves an editor: the language server protocol on stdin and stdout
    Lsp(CheckArgs),
    /// Shows what is known at a line: types, places, guards and why they live
    Why {
        /// FILE:LINE
        at: String,
        #[command(flatten)]
        check: CheckArgs,
    },
}

/// What a report on locks is written as; at least one form.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Report")]
#[group(id = "form", required = true, multiple = true)]
pub struct ReportForms {
    /// Write a page to a file: it needs nothing but a browser
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Write the data as JSON, to stdout or to a file
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "-")]
    pub json: Option<PathBuf>,
    /// Write the order of locks as a graph for Graphviz, to stdout or to a file
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "-")]
    pub dot: Option<PathBuf>,
    /// Write it for Mermaid
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "-")]
    pub mermaid: Option<PathBuf>,
}

/// Options of an analysis.
#[derive(Args, Debug, Clone)]
pub struct CheckArgs {
    /// What is analysed.
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    levels: LevelArgs,
    /// What a configuration can say too.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// What is written.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Which findings are new.
    #[command(flatten)]
    pub adoption: AdoptionArgs,
    /// Which findings are mended.
    #[command(flatten)]
    pub fix: FixArgs,
    /// How the run is done.
    #[command(flatten)]
    pub run: RunArgs,
}

/// What is analysed.
#[derive(Args, Debug, Clone)]
pub struct Selection {
    /// Packages, workspaces, folders of .rs files or single files [default: the package around the current folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Only these packages of the workspace
    #[arg(short, long = "package", value_name = "NAME", help_heading = "Selection")]
    pub package: Vec<String>,
    /// Not these packages
    #[arg(long, value_name = "NAME", help_heading = "Selection")]
    pub exclude: Vec<String>,
    /// All packages of the workspace
    #[arg(long, alias = "all", help_heading = "Selection")]
    pub workspace: bool,
    /// The manifest of the package or workspace
    #[arg(long, value_name = "FILE", conflicts_with = "paths", help_heading = "Selection")]
    pub manifest_path: Option<PathBuf>,
}

#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Levels (applied in order)")]
struct LevelArgs {
    /// Do not run this lint or group
    #[arg(short = 'A', long = "allow", value_name = "LINT", value_delimiter = ',')]
    allow: Vec<String>,
    /// Show findings of this lint or group
    #[arg(short = 'W', long = "warn", value_name = "LINT", value_delimiter = ',')]
    warn: Vec<String>,
    /// Fail on findings of this lint or group (`warnings`: on all that are shown)
    #[arg(short = 'D', long = "deny", value_name = "LINT", value_delimiter = ',')]
    deny: Vec<String>,
    /// Like deny, and permissions in the code do not count
    #[arg(short = 'F', long = "forbid", value_name = "LINT", value_delimiter = ',')]
    forbid: Vec<String>,
}

/// The configuration, and what it can say too: options win over it.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Configuration")]
pub struct ConfigArgs {
    /// Read this configuration and no other [default: hazmap.toml or `metadata.hazmap` of the workspace's manifest]
    #[arg(long = "config", value_name = "FILE", conflicts_with = "no_config")]
    pub file: Option<PathBuf>,
    /// Read no configuration
    #[arg(long)]
    pub no_config: bool,
    /// Which locks the lock lints look at: those that guard a map (the default), or all
    #[arg(long, value_enum)]
    pub scope: Option<Scope>,
    /// What is done about findings in test code: those at warn are left out (the default), none is, or all are
    #[arg(long, value_enum, value_name = "PROFILE")]
    pub test_code: Option<TestCode>,
    /// Do not report on files that this pattern fits (from the workspace's root, with `/`)
    #[arg(long, value_name = "GLOB")]
    pub exclude_path: Vec<String>,
    /// Report on generated and vendored files too
    #[arg(long)]
    pub include_generated: bool,
    /// Read no sources of dependencies outside the workspace: neither those by path nor what cargo has downloaded
    #[arg(long)]
    pub no_deps: bool,
}

/// What is written, and how.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// How findings are written [default: human; github or gitlab where those run it]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub message_format: Option<Format>,
    /// Write findings in a format to a file too; may be given several times
    #[arg(long, value_name = "FORMAT=FILE", value_parser = FormatFile::parse)]
    pub output: Vec<FormatFile>,
    /// Draw one finding: the lives of its guards beside the source lines. ID is its fingerprint as SARIF and `report --json` have it,
    /// or the beginning of it, or FILE:LINE
    #[arg(long, value_name = "ID", conflicts_with_all = ["message_format", "output", "fix", "watch", "stdin", "write_baseline", "prune_baseline", "add_allow", "with_check", "statistics", "stats", "emit_facts"])]
    pub explain_finding: Option<String>,
    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN")]
    pub color: Option<Color>,
    /// Say nothing but the findings
    #[arg(short, long)]
    pub quiet: bool,
    /// Print how many findings each lint and each package has on stderr
    #[arg(long)]
    pub statistics: bool,
    /// Print figures about the run on stderr
    #[arg(long)]
    pub stats: bool,
}

/// Which findings are new, and what is done with the old ones.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Adoption")]
pub struct AdoptionArgs {
    /// Show only findings that this baseline does not know [default: the one that the configuration names]
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write all findings to a baseline, and succeed
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "add_allow"])]
    pub write_baseline: Option<PathBuf>,
    /// Take out of the baseline what is no longer found
    #[arg(long)]
    pub prune_baseline: bool,
    /// Show only findings about lines that differ from this revision of git
    #[arg(long, value_name = "REV", conflicts_with_all = ["new_from_merge_base", "diff"])]
    pub new_from_rev: Option<String>,
    /// Show only findings about lines that differ from where this branch was left
    #[arg(long, value_name = "BRANCH", conflicts_with = "diff")]
    pub new_from_merge_base: Option<String>,
    /// Show only findings about lines that this unified diff touches (`-`: read it from stdin)
    #[arg(long, value_name = "FILE")]
    pub diff: Option<PathBuf>,
    /// Write a permission for each finding that is shown, with a reason to be filled in
    #[arg(long)]
    pub add_allow: bool,
}

/// Which findings are mended, and under which conditions.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Fixes")]
pub struct FixArgs {
    /// Do the edits that findings offer and that cannot change what the program means
    #[arg(long, conflicts_with_all = ["write_baseline", "prune_baseline", "add_allow", "diff"])]
    pub fix: bool,
    /// Do those too that may change what the program means, or may not compile: read them afterwards
    #[arg(long, requires = "fix")]
    pub unsafe_fixes: bool,
    /// Fix although files have changes that are not committed
    #[arg(long, requires = "fix")]
    pub allow_dirty: bool,
    /// Fix although changes are staged
    #[arg(long, requires = "fix")]
    pub allow_staged: bool,
    /// Fix although no version control keeps the old texts
    #[arg(long, requires = "fix")]
    pub allow_no_vcs: bool,
}

/// How the run is done.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Run")]
pub struct RunArgs {
    /// Run `cargo check` first, its messages before ours in one stream
    #[arg(long)]
    pub with_check: bool,
    /// Run again whenever a source, a manifest or the configuration changes
    #[arg(long, conflicts_with_all = ["stdin", "fix", "write_baseline", "add_allow"])]
    pub watch: bool,
    /// Take the text of one file from stdin, as an editor has it, and show what is found in that file only
    #[arg(long, requires = "stdin_filename", conflicts_with_all = ["fix", "paths", "manifest_path", "add_allow", "write_baseline"])]
    pub stdin: bool,
    /// The file whose text it is
    #[arg(long, value_name = "FILE", requires = "stdin")]
    pub stdin_filename: Option<PathBuf>,
    /// Read every function body, also those that cannot matter (slower, same findings)
    #[arg(long)]
    pub no_prefilter: bool,
    /// Write what the functions of the reported packages do to DIR, one file a package, for `--facts`
    #[arg(long, value_name = "DIR", conflicts_with_all = ["stdin", "fix"])]
    pub emit_facts: Option<PathBuf>,
    /// Take from the files in DIR what functions of packages do that are not reported on, and do not read their bodies (same findings)
    #[arg(long, value_name = "DIR")]
    pub facts: Option<PathBuf>,
    /// Number of threads [default: one a core]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// What `cargo check` is asked for beside that; at the end, since its heading goes on to hold for what follows.
    #[command(flatten)]
    pub cargo: CargoArgs,
}

/// Options of `cargo check`; ours go by all builds at once.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Cargo check (with --with-check)")]
pub struct CargoArgs {
    /// Check tests, benches and examples too
    #[arg(long, requires = "with_check")]
    pub all_targets: bool,
    /// Check with these features, by blanks or commas
    #[arg(long, value_name = "FEATURES", requires = "with_check")]
    pub features: Vec<String>,
    /// Check with all features
    #[arg(long, requires = "with_check")]
    pub all_features: bool,
    /// Check without the default features
    #[arg(long, requires = "with_check")]
    pub no_default_features: bool,
    /// Check for this target
    #[arg(long, value_name = "TRIPLE", requires = "with_check")]
    pub target: Vec<String>,
    /// Further options of `cargo check`
    #[arg(last = true, value_name = "ARGS", requires = "with_check")]
    pub rest: Vec<OsString>,
}

/// `--scope`.
#[derive(ValueEnum, Deserialize, JsonSchema, Clone, Copy, PartialEq, Eq, Debug, Default)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Locks that guard a map.
    #[default]
    Maps,
    /// All locks.
    All,
}

impl Scope {
    /// Its name in options and configurations.
    pub fn name(self) -> &'static str {
        match self {
            Scope::Maps => "maps",
            Scope::All => "all",
        }
    }
}

impl From<Scope> for ScopeFilter {
    fn from(scope: Scope) -> ScopeFilter {
        match scope {
            Scope::Maps => ScopeFilter::Maps,
            Scope::All => ScopeFilter::All,
        }
    }
}

/// `--message-format`.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Format {
    /// With source lines
    #[default]
    Human,
    /// One line a finding
    Short,
    /// Cargo's `compiler-message` lines
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Workflow commands of GitHub Actions: annotations
    Github,
    /// GitLab's Code Quality report
    Gitlab,
    /// JUnit's XML
    Junit,
    /// Checkstyle's XML
    Checkstyle,
    /// A summary in Markdown
    Markdown,
}

/// `--output FORMAT=FILE`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FormatFile {
    /// The format.
    pub format: Format,
    /// Where it is written to.
    pub file: PathBuf,
}

impl FormatFile {
    fn parse(text: &str) -> Result<FormatFile, String> {
        let (format, file) = text.split_once('=').ok_or("write FORMAT=FILE, as in sarif=hazmap.sarif")?;
        let format = Format::from_str(format, true).map_err(|_| {
            let known: Vec<_> =
                Format::value_variants().iter().filter_map(|it| it.to_possible_value()).collect();
            let names: Vec<&str> = known.iter().map(|it| it.get_name()).collect();
            format!("there is no format `{format}`, only {}", names.join(", "))
        })?;
        if file.is_empty() {
            return Err("the file's name is missing".to_owned());
        }
        if file == "-" {
            return Err("it writes files; what goes to stdout is chosen by --message-format".to_owned());
        }
        Ok(FormatFile { format, file: PathBuf::from(file) })
    }
}

/// `--color`.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Reads the arguments, the program's name first. Mistakes and requests for help are clap's errors.
pub fn parse(mut args: Vec<OsString>) -> Result<Request, clap::Error> {
    // Cargo runs `cargo-hazmap hazmap …` for `cargo hazmap …`; a program with lints of its own has another name.
    let called = args
        .first()
        .and_then(|path| Path::new(path).file_stem()?.to_str()?.strip_prefix("cargo-").map(OsString::from));
    if args.get(1).is_some_and(|arg| arg == "hazmap" || Some(arg) == called.as_ref()) {
        args.remove(1);
    }
    command_first(&mut args);
    let matches = Cli::command().try_get_matches_from(args)?;
    let cli = Cli::from_arg_matches(&matches)?;
    let inner = matches.subcommand().map(|(_, matches)| matches);
    let check = |args: CheckArgs, matches: &ArgMatches| Check { args, settings: settings(matches) };
    let inner = inner.unwrap_or(&matches);
    if let (None, [path]) = (&cli.command, &cli.check.selection.paths[..]) {
        refuse_misspelt(path)?;
    }
    Ok(match cli.command {
        None => Request::Check(check(cli.check, &matches)),
        Some(Command::Check(args)) => Request::Check(check(args, inner)),
        Some(Command::Config { schema, check: args }) => {
            Request::Config { check: check(args, inner), schema }
        }
        Some(Command::Init) => Request::Init,
        Some(Command::Completions { shell }) => Request::Completions(shell),
        Some(Command::Man { out }) => Request::Man { out },
        Some(Command::Docs { out }) => Request::Docs { out },
        Some(Command::List) => Request::List,
        Some(Command::Explain { lint, color }) => Request::Explain { lint, color },
        Some(Command::Report { forms, check: args }) => {
            report_forms::check(&forms, inner)?;
            Request::Report { forms, check: check(args, inner) }
        }
        Some(Command::Lsp(args)) => Request::Lsp(check(args, inner)),
        Some(Command::Why { at, check: args }) => Request::Why { at, check: check(args, inner) },
    })
}

/// Completions for a shell, of the program that cargo runs.
pub fn completions(shell: Shell) -> String {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "cargo-hazmap", &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// The manual page.
pub fn manual() -> String {
    let mut out = Vec::new();
    // Writing to memory cannot fail.
    let _ = clap_mangen::Man::new(Cli::command().disable_help_subcommand(true)).render(&mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// Writes the manual pages of the program and of its commands into a folder.
pub fn write_manuals(out: &Path) -> io::Result<()> {
    fs::create_dir_all(out)?;
    clap_mangen::generate_to(Cli::command().disable_help_subcommand(true), out)
}

/// A single word that is no path, and nearly a command, is a slip.
fn refuse_misspelt(path: &Path) -> Result<(), clap::Error> {
    let word = path.to_str().filter(|it| it.chars().all(|it| it.is_ascii_lowercase()));
    let Some(word) = word.filter(|_| !path.exists()) else { return Ok(()) };
    let mut cli = Cli::command();
    let commands: Vec<&str> = cli.get_subcommands().map(clap::Command::get_name).collect();
    let Some(near) = nearest_word(word, commands.into_iter()) else { return Ok(()) };
    let words = format!("there is neither a path nor a command `{word}`; did you mean `{near}`?");
    Err(cli.error(clap::error::ErrorKind::InvalidSubcommand, words))
}

/// The level settings in the order in which they were written.
fn settings(matches: &ArgMatches) -> Vec<Setting> {
    let flags =
        [("allow", Level::Allow), ("warn", Level::Warn), ("deny", Level::Deny), ("forbid", Level::Forbid)];
    let mut placed: Vec<(usize, Setting)> = Vec::new();
    for (flag, level) in flags {
        let indices = matches.indices_of(flag).into_iter().flatten();
        let names = matches.get_many::<String>(flag).into_iter().flatten();
        let setting =
            |level, name: &String| Setting { level, name: name.clone(), origin: Origin::CommandLine };
        placed.extend(indices.zip(names).map(|(index, name)| (index, setting(level, name))));
    }
    placed.sort_by_key(|(index, _)| *index);
    placed.into_iter().map(|(_, setting)| setting).collect()
}

/// Moves a command's name before the options, so that `cargo hazmap -W pedantic check demo` is read as it is meant.
fn command_first(args: &mut Vec<OsString>) {
    let cli = Cli::command();
    let mut at = 1;
    while let Some(arg) = args.get(at).and_then(|arg| arg.to_str()) {
        if arg == "--" {
            return;
        }
        if !arg.starts_with('-') || arg == "-" {
            if cli.get_subcommands().any(|command| command.get_name() == arg) {
                let command = args.remove(at);
                args.insert(1, command);
            }
            return;
        }
        at += if value_follows(&cli, arg) { 2 } else { 1 };
    }
}

/// Returns whether an option takes the next argument as its value.
fn value_follows(cli: &clap::Command, arg: &str) -> bool {
    let takes = |it: &clap::Arg| it.get_action().takes_values();
    match arg.strip_prefix("--") {
        Some(long) => {
            !long.contains('=') && cli.get_arguments().any(|it| it.get_long() == Some(long) && takes(it))
        }
        // `-Dwarnings` and `-j4` hold their value; in `-qW pedantic` the last letter counts.
        None => {
            let find = |short: char| cli.get_arguments().find(|it| it.get_short() == Some(short));
            let letters = arg.chars().skip(1);
            let first = letters.clone().position(|short| find(short).is_some_and(takes));
            first.is_some_and(|index| index + 1 == letters.count())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_words(words: &str) -> Result<Request, clap::Error> {
        parse(std::iter::once("cargo-hazmap").chain(words.split_whitespace()).map(OsString::from).collect())
    }

    fn check(words: &str) -> Check {
        match parse_words(words) {
            Ok(Request::Check(check)) => check,
            other => panic!("{words}: {other:?}"),
        }
    }

    fn levels(words: &str) -> String {
        let word = |it: &Setting| format!("{}={}", it.name, it.level.name());
        check(words).settings.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_declaration_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn with_and_without_the_word_that_cargo_adds() {
        for words in ["", "hazmap", "check", "hazmap check", "--quiet check", "hazmap -q check"] {
            assert!(check(words).args.selection.paths.is_empty(), "{words}");
        }
        assert_eq!(check("hazmap check demo").args.selection.paths, [PathBuf::from("demo")]);
        assert_eq!(check("demo").args.selection.paths, [PathBuf::from("demo")]);
        assert_eq!(check("check list").args.selection.paths, [PathBuf::from("list")]);
        assert_eq!(check("-p check demo").args.selection.paths, [PathBuf::from("demo")]);
        assert_eq!(check("-W pedantic check demo").args.selection.paths, [PathBuf::from("demo")]);
    }

    #[test]
    fn levels_keep_their_order() {
        assert_eq!(levels("-W pedantic -A x -D warnings"), "pedantic=warn x=allow warnings=deny");
        assert_eq!(levels("-A x -W pedantic check -D y"), "x=allow pedantic=warn y=deny");
        assert_eq!(levels("-Da,b -A c --forbid=d"), "a=deny b=deny c=allow d=forbid");
        assert_eq!(levels("check -Wx demo -Ay"), "x=warn y=allow");
    }

    #[test]
    fn mistakes_are_clap_errors() {
        for words in ["--colour", "explain", "why", "--jobs 0", "--scope some", "check a --manifest-path b"] {
            assert_eq!(parse_words(words).map_err(|error| error.exit_code()).err(), Some(2), "{words}");
        }
        assert_eq!(parse_words("--help").map_err(|error| error.exit_code()).err(), Some(0));
    }

    #[test]
    fn other_commands() {
        assert!(matches!(parse_words("list"), Ok(Request::List)));
        assert!(
            matches!(parse_words("explain hazmap::x"), Ok(Request::Explain { lint, .. }) if lint == "hazmap::x")
        );
        assert!(
            matches!(parse_words("why -p a src/lib.rs:3"), Ok(Request::Why { at, .. }) if at == "src/lib.rs:3")
        );
    }
}
