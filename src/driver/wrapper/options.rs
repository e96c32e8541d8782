//! Our options within cargo, which gives us none: they stand in a variable.

use crate::driver::args::{self, Check, Request};
use crate::lint::Level;
use std::env;
use std::ffi::OsString;

/// The variable: words as a shell splits them.
pub const VARIABLE: &str = "HAZMAP_ARGS";

/// The options in the environment.
pub fn read() -> Result<Check, String> {
    let words = match env::var_os(VARIABLE) {
        None => String::new(),
        Some(words) => words.into_string().map_err(|_| format!("{VARIABLE}: this is no text"))?,
    };
    parse(&words).map_err(|wrong| format!("{VARIABLE}: {wrong}"))
}

const ONLY_OPTIONS: &str = "only options of an analysis can stand here";

fn parse(words: &str) -> Result<Check, String> {
    let words = shlex::split(words).ok_or("a quote is not closed, or nothing follows the last `\\`")?;
    let program = OsString::from("cargo-hazmap");
    let all = std::iter::once(program).chain(words.into_iter().map(OsString::from)).collect();
    let check = match args::parse(all) {
        Ok(Request::Check(check)) => check,
        Ok(_) => return Err(ONLY_OPTIONS.to_owned()),
        Err(error) => return Err(words_of(&error)),
    };
    match refused(&check) {
        Some((option, why)) => Err(format!("{option} cannot stand here: {why}")),
        None => Ok(check),
    }
}

/// What clap has to say of a mistake, without what is about a command line; what to do on lines of its own.
fn words_of(error: &clap::Error) -> String {
    if !error.use_stderr() {
        return ONLY_OPTIONS.to_owned();
    }
    let rendered = error.render().to_string();
    let lines = rendered.lines().map(str::trim).filter(|line| !line.is_empty());
    let is_general = |line: &str| line.starts_with("Usage: ") || line.starts_with("For more ");
    // What is meant as a value behind `--` would be for cargo, which is already there.
    let about = lines.take_while(|line| !is_general(line)).filter(|line| !line.starts_with("tip: to pass "));
    let said = about.map(|line| {
        let line = line.strip_prefix("error: ").unwrap_or(line);
        let help = line.strip_prefix("tip: ").or_else(|| line.strip_prefix('[')?.strip_suffix(']'));
        help.map_or_else(|| line.to_owned(), |help| format!("help: {help}"))
    });
    said.collect::<Vec<_>>().join("\n")
}

/// Returns whether findings at deny fail the crate: rustc's exit code stays as it is unless somebody asks for that here.
pub fn can_fail(check: &Check) -> bool {
    check.settings.iter().any(|setting| matches!(setting.level, Level::Deny | Level::Forbid))
}

/// The first option that means nothing within cargo, and why.
fn refused(check: &Check) -> Option<(&'static str, &'static str)> {
    let args = &check.args;
    let (selection, output, adoption, run) = (&args.selection, &args.output, &args.adoption, &args.run);
    let chosen = "cargo chooses what is compiled";
    let written = "cargo shows what is found, in rustc's own form";
    let whole = "it needs all crates at once";
    let started = "cargo starts each run";
    let beside = "facts lie beside what is built, and are read from there";
    let moving = "cargo shows stored findings again, and cannot know when others become new";
    [
        ("PATH", !selection.paths.is_empty(), chosen),
        ("--package", !selection.package.is_empty(), chosen),
        ("--exclude", !selection.exclude.is_empty(), chosen),
        ("--workspace", selection.workspace, chosen),
        ("--manifest-path", selection.manifest_path.is_some(), chosen),
        ("--message-format", output.message_format.is_some(), written),
        ("--output", !output.output.is_empty(), written),
        ("--color", output.color.is_some(), written),
        ("--explain-finding", output.explain_finding.is_some(), written),
        ("--statistics", output.statistics, whole),
        ("--stats", output.stats, whole),
        ("--write-baseline", adoption.write_baseline.is_some(), whole),
        ("--prune-baseline", adoption.prune_baseline, whole),
        ("--add-allow", adoption.add_allow, whole),
        ("--new-from-rev", adoption.new_from_rev.is_some(), moving),
        ("--new-from-merge-base", adoption.new_from_merge_base.is_some(), moving),
        ("--diff", adoption.diff.is_some(), moving),
        ("--fix", args.fix.fix, "sources must not change while they are compiled"),
        ("--with-check", run.with_check, started),
        ("--watch", run.watch, started),
        ("--stdin", run.stdin, started),
        ("--emit-facts", run.emit_facts.is_some(), beside),
        ("--facts", run.facts.is_some(), beside),
    ]
    .into_iter()
    .find_map(|(option, given, why)| given.then_some((option, why)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn words_are_split_as_a_shell_does() {
        let check =
            parse("-W 'all' --config \"my settings/hazmap.toml\" ").unwrap_or_else(|it| panic!("{it}"));
        assert_eq!(check.args.config.file, Some(PathBuf::from("my settings/hazmap.toml")));
        assert!(!can_fail(&check));
        assert!(parse("--config 'a").is_err_and(|it| it.contains("quote")));
        for words in ["-D warnings", "-W all --forbid deadlock"] {
            assert!(parse(words).is_ok_and(|check| can_fail(&check)), "{words}");
        }
    }

    #[test]
    fn what_means_nothing_here_is_refused() {
        for words in [
            "src",
            "-p a",
            "--workspace",
            "--message-format sarif",
            "--output sarif=a",
            "--fix",
            "--watch",
            "--stats",
            "--write-baseline a",
            "--new-from-rev HEAD",
            "--diff -",
            "--with-check --all-targets",
            "--facts a",
            "--emit-facts a",
        ] {
            assert!(parse(words).is_err_and(|it| it.contains("cannot stand here: ")), "{words}");
        }
        assert!(parse("list").is_err_and(|it| it.contains("only options of an analysis")));
        for words in ["--help", "--version"] {
            assert!(parse(words).is_err_and(|it| it == ONLY_OPTIONS), "{words}");
        }
    }

    #[test]
    fn mistakes_are_told_with_what_was_meant() {
        let said = |words: &str| parse(words).map_or_else(|words| words, |_| panic!("{words}"));
        assert_eq!(
            said("--bassline a"),
            "unexpected argument '--bassline' found\nhelp: a similar argument exists: '--baseline'"
        );
        let scope = said("--scope mapz");
        assert!(scope.starts_with("invalid value 'mapz'"), "{scope}");
        assert!(scope.contains("\nhelp: possible values: maps, all"), "{scope}");
        assert!(scope.ends_with("\nhelp: a similar value exists: 'maps'"), "{scope}");
    }
}
