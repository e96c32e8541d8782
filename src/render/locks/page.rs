//! The report as one page of HTML: readable from the disk, without a network, light and dark.
//!
//! The graph is drawn here; lists and drawings of findings and guards' lives are made by the page's script when they are looked at, from
//! the data that the page carries, so that thousands of findings cost nothing until then.

use super::data::{Map, Report};
use super::svg::{drawn, svg};
use crate::render::counted;
use crate::render::markup::{choice, escaped, head, select};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The style of all our pages, and what this one adds.
const STYLES: [&str; 2] = [include_str!("../site.css"), include_str!("page.css")];
const SCRIPT: &str = include_str!("page.js");

/// Renders the page.
pub fn page(report: &Report) -> String {
    let mut out = String::new();
    head(&mut out, "hazmap: locks", &STYLES.concat());
    out.push_str("<body class=\"locks\">\n");
    header(&mut out, report);
    out.push_str("<main>\n<noscript><p>This page needs its script, which stands in it.</p></noscript>\n");
    order(&mut out, report);
    section(&mut out, "maps", "Shared maps", "No shared map fits.");
    section(&mut out, "findings", "Findings", "No finding fits.");
    let _ = write!(
        out,
        "</main>\n<script type=\"application/json\" id=\"data\">{}</script>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        embedded(report)
    );
    out
}

/// The data as JSON that no markup ends.
fn embedded(report: &Report) -> String {
    // Plain structs of strings and numbers always serialise.
    serde_json::to_string(report).unwrap_or_default().replace('<', "\\u003c")
}

fn header(out: &mut String, report: &Report) {
    let cycles = counted(report.order.cycles.len(), "cycle");
    let cycles =
        if report.order.cycles.is_empty() { cycles } else { format!("<a href=\"#cycles\">{cycles}</a>") };
    let shown = report.findings.iter().filter(|it| it.silenced.is_none()).count();
    let _ = write!(
        out,
        "<header>\n<h1>Locks</h1>\n<p>{}, {}, {}, {cycles} in the order of locks. By {}.</p>\n",
        counted(shown, "finding"),
        counted(report.maps.len(), "shared map"),
        counted(report.lives.len(), "guard life").replace("lifes", "lives"),
        escaped(&report.tool)
    );
    out.push_str("<form id=\"filters\" role=\"search\">\n<input id=\"text\" type=\"search\" placeholder=\"Map, function, file or words\" aria-label=\"Map, function, file or words\">\n");
    let crates = report.findings.iter().map(|it| &it.package).chain(report.maps.iter().map(|it| &it.package));
    select(out, "crate", sorted(crates.chain(report.order.locks.iter().map(|it| &it.package))));
    select(out, "lint", sorted(report.findings.iter().map(|it| &it.lint)));
    choice(out, "map", named(&report.maps));
    out.push_str("</form>\n<nav><a href=\"#order\">Order of locks</a> <a href=\"#maps\">Shared maps</a> <a href=\"#findings\">Findings</a></nav>\n</header>\n");
}

/// The numbers of maps with their names, in order of these; where several have one name, by their paths.
fn named(maps: &[Map]) -> Vec<(usize, &str)> {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for map in maps {
        *times.entry(&map.name).or_default() += 1;
    }
    let name = |map: &Map| times.get(map.name.as_str()).is_some_and(|it| *it > 1);
    let mut named: Vec<(usize, &str)> = maps
        .iter()
        .map(|it| if name(it) { it.path.as_str() } else { it.name.as_str() })
        .enumerate()
        .collect();
    named.sort_by_key(|(n, name)| (*name, *n));
    named
}

/// The names that there are, each once, in order.
fn sorted<'n>(names: impl Iterator<Item = &'n String>) -> BTreeSet<&'n str> {
    names.map(String::as_str).filter(|it| !it.is_empty()).collect()
}

fn order(out: &mut String, report: &Report) {
    out.push_str("<section id=\"order\">\n<h2>Order of locks</h2>\n");
    cycles(out, report);
    let drawn = drawn(&report.order);
    let picture = svg(&report.order, &drawn);
    let left_out = report.order.edges.len() - drawn.len();
    if left_out > 0 {
        let _ = writeln!(
            out,
            "<p class=\"faint\">Only locks of maps are drawn: {} to or from other locks are in the graph of --dot and in the data.</p>",
            counted(left_out, "arrow")
        );
    }
    if picture.is_empty() && left_out == 0 {
        out.push_str("<p class=\"faint\">No lock is taken while another one is held.</p>\n");
    } else if !picture.is_empty() {
        let _ = write!(
            out,
            "<p class=\"faint\">An arrow goes from a lock that is held to one that is taken meanwhile. {} Click an arrow for the places.</p>\n\
             <button id=\"fit\" type=\"button\" aria-pressed=\"false\" hidden>Fit to width</button>\n\
             <div class=\"graph\">\n{picture}</div>\n<div id=\"paths\" aria-live=\"polite\"></div>\n",
            if report.order.cycles.is_empty() {
                "There is no cycle."
            } else {
                "Red ones are in a cycle: a thread on each path of it, and all wait for ever."
            }
        );
    }
    out.push_str("</section>\n");
}

/// The cycles by the locks that they go through, each a button for its paths, with links to the findings about it.
fn cycles(out: &mut String, report: &Report) {
    if report.order.cycles.is_empty() {
        return;
    }
    let name = |n: usize| report.order.locks.get(n).map_or("", |it| it.name.as_str());
    let _ =
        write!(out, "<div id=\"cycles\">\n<h3>{}</h3>\n<ul>\n", counted(report.order.cycles.len(), "cycle"));
    for (n, cycle) in report.order.cycles.iter().enumerate() {
        let locks = cycle.paths.iter().map(|it| it.from).chain(cycle.paths.first().map(|it| it.from));
        let locks = locks.map(|it| escaped(name(it))).collect::<Vec<_>>().join(" → ");
        let _ = write!(out, "<li><button type=\"button\" data-cycle=\"{n}\">{locks}</button>");
        for finding in report.findings.iter().filter(|it| it.cycle == Some(n) && !it.id.is_empty()) {
            let shown = if finding.silenced.is_some() { "finding, not shown otherwise" } else { "finding" };
            let _ = write!(out, " <a href=\"#f-{}\">{shown}</a>", escaped(&finding.id));
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ul>\n</div>\n");
}

fn section(out: &mut String, id: &str, title: &str, nothing: &str) {
    let _ = write!(
        out,
        "<section id=\"{id}\">\n<h2>{title} <output id=\"{id}-count\"></output></h2>\n<div id=\"{id}-list\"></div>\n\
         <p id=\"{id}-nothing\" class=\"faint\" hidden>{nothing}</p>\n<button id=\"{id}-more\" type=\"button\" hidden>Show more</button>\n</section>\n"
    );
}
