//! Options of `report` that do not go together: whatever is given does something, or is refused.

use super::{Cli, ReportForms};
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory};
use std::path::Path;

/// Refuses what does not go together, as clap does.
pub(super) fn check(forms: &ReportForms, matches: &ArgMatches) -> Result<(), clap::Error> {
    let Some(words) = conflict(forms, matches) else { return Ok(()) };
    let mut cli = Cli::command();
    cli.build();
    let mut report = cli.find_subcommand("report").cloned().unwrap_or(cli);
    Err(report.error(ErrorKind::ArgumentConflict, words))
}

/// Options of an analysis that do nothing for a report on locks: about how findings are written, and what is done besides.
const NOT_OF_REPORTS: [&str; 13] = [
    "message_format",
    "output",
    "explain_finding",
    "statistics",
    "stats",
    "write_baseline",
    "prune_baseline",
    "add_allow",
    "fix",
    "with_check",
    "watch",
    "stdin",
    "emit_facts",
];

/// What of a report's options does not go together, in words.
fn conflict(forms: &ReportForms, matches: &ArgMatches) -> Option<String> {
    let is_given = |id: &&str| matches.value_source(id) == Some(ValueSource::CommandLine);
    if let Some(id) = NOT_OF_REPORTS.into_iter().find(is_given) {
        return Some(format!("the argument '--{}' cannot be used with 'report'", id.replace('_', "-")));
    }
    let forms = [
        ("html", forms.html.as_deref()),
        ("json", forms.json.as_deref()),
        ("dot", forms.dot.as_deref()),
        ("mermaid", forms.mermaid.as_deref()),
    ];
    let mut taken: Vec<(&str, &Path)> = Vec::new();
    for (form, path) in forms.into_iter().filter_map(|(form, path)| Some((form, path?))) {
        if let Some((other, _)) = taken.iter().find(|(_, it)| *it == path) {
            let place = if path.as_os_str() == "-" { "stdout".into() } else { path.to_string_lossy() };
            return Some(format!(
                "the argument '--{other}' cannot be used with '--{form}': both would be written to {place}; give one a file of its own, as in \
                 '--{form}{}FILE'",
                if form == "html" { ' ' } else { '=' }
            ));
        }
        taken.push((form, path));
    }
    None
}
