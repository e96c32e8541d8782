//! `--explain-finding ID`: which findings an id means, and their drawings.

use crate::render::Paint;
use crate::render::locks::data::{Finding, Report};
use crate::render::locks::figure;

/// Draws the findings that an id means: the beginning of one's fingerprint, or all on a line.
pub fn explain(id: &str, report: &Report, paint: Paint) -> Result<String, String> {
    let found = meant(id.trim(), &report.findings)?;
    Ok(found.into_iter().map(|finding| figure(report, finding, paint)).collect::<Vec<_>>().join("\n"))
}

fn meant<'r>(id: &str, findings: &'r [Finding]) -> Result<Vec<&'r Finding>, String> {
    if let Some((path, line)) = place(id) {
        let path = path.replace('\\', "/");
        let path = path.trim_start_matches("./");
        let at = |is: fn(&Finding, &str, u32) -> bool| -> Vec<&Finding> {
            findings.iter().filter(|it| is(it, path, line)).collect()
        };
        let own = at(stands_at);
        let here = if own.is_empty() { at(is_marked_at) } else { own };
        return if here.is_empty() { Err(nothing_at(path, line, findings)) } else { Ok(here) };
    }
    let hex = !id.is_empty() && id.chars().all(|it| it.is_ascii_hexdigit());
    let lower = id.to_ascii_lowercase();
    let found: Vec<&Finding> = findings.iter().filter(|it| hex && it.id.starts_with(&lower)).collect();
    match found.as_slice() {
        [] => Err(format!(
            "no finding of this run has the id `{id}`: an id is a fingerprint, or its beginning, as `cargo hazmap report --json` and SARIF \
             have it, or FILE:LINE"
        )),
        [_] => Ok(found),
        several => {
            let lines: Vec<String> = several.iter().take(10).map(|it| format!("  {}", summary(it))).collect();
            Err(format!(
                "{} findings have an id that begins with `{id}`:\n{}",
                several.len(),
                lines.join("\n")
            ))
        }
    }
}

/// `FILE:LINE`, also with a column behind it.
fn place(id: &str) -> Option<(&str, u32)> {
    let (before, last) = id.rsplit_once(':')?;
    let last: u32 = last.parse().ok()?;
    match before.rsplit_once(':').and_then(|(path, line)| Some((path, line.parse().ok()?))) {
        Some((path, line)) => Some((path, line)),
        None => Some((before, last)),
    }
}

/// Whether a finding has its place on a line. The path may be given from any folder above the file.
fn stands_at(finding: &Finding, path: &str, line: u32) -> bool {
    finding.at.as_ref().is_some_and(|at| at.line == line && same_file(&at.path, path))
}

/// Whether a finding tells of something on a line.
fn is_marked_at(finding: &Finding, path: &str, line: u32) -> bool {
    finding.marks.iter().any(|it| it.at.line == line && same_file(&it.at.path, path))
}

/// Whether one path ends in the other, by whole names.
fn same_file(a: &str, b: &str) -> bool {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

fn nothing_at(path: &str, line: u32, findings: &[Finding]) -> String {
    let mut lines: Vec<u32> = findings
        .iter()
        .filter_map(|it| it.at.as_ref())
        .filter(|at| same_file(&at.path, path))
        .map(|at| at.line)
        .collect();
    lines.sort_unstable();
    lines.dedup();
    let beside: Vec<String> = lines.iter().map(ToString::to_string).collect();
    match beside.as_slice() {
        [] => format!("no finding of this run stands in {path}"),
        _ => format!(
            "no finding of this run stands at {path}:{line}; in this file there are some on line {}",
            beside.join(", ")
        ),
    }
}

fn summary(it: &Finding) -> String {
    let at = it.at.as_ref().map(|at| format!("{}:{}", at.path, at.line)).unwrap_or_default();
    let id: String = it.id.chars().take(12).collect();
    format!("{id} {at} {}", it.lint)
}
