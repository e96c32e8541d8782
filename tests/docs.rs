//! The pages of the lints: their headings, their samples, and that the list of lints equals the folders.

mod pages;

use hazmap::driver::ui_test;
use hazmap::lint::{Group, Lint, validate};
use hazmap::lints::ALL;
use pages::{Sample, samples, section, sections};
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// Headings in order; those in brackets may be left out.
const HEADINGS: &[&str] = &[
    "What it does",
    "Why is this bad?",
    "What happens at run time",
    "How it decides",
    "Known problems",
    "Example",
    "Use instead",
    "[Configuration]",
    "Since",
];

#[test]
fn declarations_are_sound() {
    assert_eq!(validate(ALL), Vec::<String>::new());
    let ours = version(env!("CARGO_PKG_VERSION"));
    for lint in ALL {
        assert!(version(lint.since) <= ours, "lint `{}` was added in the future: {}", lint.name, lint.since);
    }
}

fn version(text: &str) -> Option<[u32; 3]> {
    hazmap::lint::validate::version(text)
}

#[test]
fn the_list_equals_the_folders() {
    let mut folders = BTreeSet::new();
    for entry in fs::read_dir("lints").unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            folders.insert(entry.file_name().into_string().unwrap());
        }
    }
    let listed: BTreeSet<String> = ALL.iter().map(|lint| lint.name.to_owned()).collect();
    if let Some(name) = folders.difference(&listed).next() {
        let capitals = name.to_uppercase();
        panic!("lints/{name} is not listed; add to lints/mod.rs:\npub mod {name};\n    &{name}::{capitals},");
    }
    if let Some(name) = listed.difference(&folders).next() {
        panic!("lint `{name}` is listed in lints/mod.rs, but there is no folder lints/{name}");
    }
    let names: Vec<&str> = ALL.iter().map(|lint| lint.name).collect();
    assert!(names.is_sorted(), "lints/mod.rs: `ALL` is not sorted by name");
}

#[test]
fn folders_hold_what_their_names_say() {
    for lint in ALL {
        let folder = Path::new("lints").join(lint.name);
        let source = fs::read_to_string(folder.join("mod.rs")).unwrap();
        let declaration = format!("pub static {}: Lint", lint.name.to_uppercase());
        assert!(source.contains(&declaration), "lints/{}/mod.rs: no `{declaration}`", lint.name);
        let page = fs::read_to_string(folder.join("README.md")).unwrap();
        assert_eq!(page, lint.docs, "lint `{}` does not show the page of its folder", lint.name);
    }
}

#[test]
fn pages_have_their_headings() {
    for lint in ALL {
        let headings = sections(lint.docs).into_iter().map(|(heading, _)| heading).collect::<Vec<_>>();
        let mut rest = headings.as_slice();
        for expected in HEADINGS {
            let optional = expected.starts_with('[');
            let name = expected.trim_matches(['[', ']']);
            match rest.split_first() {
                Some((found, after)) if *found == name => rest = after,
                _ if optional => {}
                found => panic!("lints/{}/README.md: `## {name}` should come next, not {found:?}", lint.name),
            }
        }
        assert!(rest.is_empty(), "lints/{}/README.md: too many headings: {rest:?}", lint.name);
        for (heading, text) in sections(lint.docs) {
            assert!(!text.trim().is_empty(), "lints/{}/README.md: `## {heading}` is empty", lint.name);
        }
        let since = section(lint, "Since").trim();
        assert_eq!(since, lint.since, "lints/{}/README.md: `## Since` and the declaration differ", lint.name);
    }
}

#[test]
fn examples_raise_exactly_their_lint() {
    let mut wrong = Vec::new();
    for lint in ALL {
        for sample in samples(lint, "Example") {
            let found = found_in(lint, &sample);
            if found.is_empty() || found.iter().any(|name| name != lint.name) {
                wrong.push(format!("lints/{}/README.md: the example raises {found:?}", lint.name));
            }
        }
        for sample in samples(lint, "Use instead") {
            let found = found_in(lint, &sample);
            if !found.is_empty() {
                wrong.push(format!("lints/{}/README.md: the cure raises {found:?}", lint.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn found_in(lint: &Lint, sample: &Sample) -> Vec<String> {
    let edition = sample.edition.map_or(String::new(), |year| format!("//@ edition: {year}\n"));
    match ui_test::findings("sample.rs", &format!("{edition}{}", sample.text), &[lint.name], ALL) {
        Ok(outcome) => outcome.findings.iter().map(|it| it.diagnostic.lint.name.to_owned()).collect(),
        Err(wrong) => panic!("lints/{}/README.md: {}", lint.name, wrong.join("\n")),
    }
}

#[test]
fn links_lead_to_files() {
    let mut pages = vec![Path::new("docs").join("remedies.md")];
    pages.extend(ALL.iter().map(|lint| Path::new("lints").join(lint.name).join("README.md")));
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        for link in links.filter(|link| !link.is_empty() && !link.contains("://")) {
            let file = page.parent().unwrap().join(link);
            assert!(file.exists(), "{}: there is no {link}", page.display());
        }
    }
}

#[test]
fn the_readme_lists_all_lints_with_their_levels() {
    let readme = fs::read_to_string("README.md").unwrap();
    for lint in ALL.iter().filter(|lint| lint.group != Group::Directives) {
        let level = match lint.class {
            Some(class) => format!("{}, `{}`", lint.level.name(), class.name()),
            None => lint.level.name().to_owned(),
        };
        let row = format!("| `{}` | {level} | ", lint.name);
        assert_eq!(readme.matches(&row).count(), 1, "README.md: no row `{row}`");
    }
}

/// The numbers of `docs/remedies.csv`: operations a second, and the nanoseconds in which 99 of 100 are done, by remedy, entries, percent
/// of reads and threads.
struct Measured(HashMap<(String, u64, u64, u64), (f64, f64)>);

impl Measured {
    fn read() -> Measured {
        let text = fs::read_to_string("docs/remedies.csv").unwrap();
        let row = |line: &str| {
            let cells: Vec<&str> = line.split(',').collect();
            let number = |n: usize| cells[n].parse::<f64>().unwrap();
            let key = (cells[0].to_owned(), number(1) as u64, number(2) as u64, number(3) as u64);
            (key, (number(4), number(7)))
        };
        Measured(text.lines().skip(1).map(row).collect())
    }

    fn rate(&self, remedy: &str, size: u64, share: u64, threads: u64) -> f64 {
        self.0[&(remedy.to_owned(), size, share, threads)].0
    }

    /// Whether one does so many times what each of the others does, with two threads and with more.
    fn does(&self, one: &str, times: f64, others: &[&str], size: u64, shares: &[u64]) {
        for other in others {
            for share in shares {
                for threads in [2, 4, 8] {
                    let (more, less) =
                        (self.rate(one, size, *share, threads), self.rate(other, size, *share, threads));
                    assert!(
                        more >= times * less,
                        "{one} does {:.2} times what {other} does, not {times}: {size} entries, {share} % reads, {threads} threads",
                        more / less
                    );
                }
            }
        }
    }
}

/// What the words of docs/remedies.md say holds in the numbers below them: whoever measures again reads the words again.
#[test]
fn the_words_about_remedies_hold() {
    const LOCKS: [&str; 4] = ["std Mutex", "parking_lot Mutex", "std RwLock", "parking_lot RwLock"];
    let measured = Measured::read();
    let (swapped, persistent) = ("ArcSwap of HashMap", "ArcSwap of imbl");
    let (small, large) = (100, 100_000);
    // Which one.
    measured.does("DashMap", 1.3, &LOCKS, small, &[50, 90]);
    measured.does("DashMap", 1.3, &LOCKS, large, &[50, 90]);
    for size in [small, large] {
        measured.does(swapped, 2.0, &LOCKS, size, &[100]);
    }
    measured.does(swapped, 1.5, &["papaya", "DashMap", "scc HashMap"], large, &[100]);
    // Copy on write, and persistent maps.
    measured.does("std Mutex", 200.0, &[swapped], large, &[50, 90, 99]);
    measured.does(persistent, 100.0, &[swapped], large, &[50, 90, 99]);
    measured.does(swapped, 2.0, &[persistent], large, &[100]);
    // parking_lot, and its tail.
    measured.does("parking_lot Mutex", 1.3, &["std Mutex"], small, &[90, 99, 100]);
    for share in [50, 90, 99, 100] {
        let p99 = |lock: &str| measured.0[&(lock.to_owned(), small, share, 8)].1;
        assert!(p99("parking_lot Mutex") > 10.0 * p99("std Mutex"), "{share}");
    }
    // papaya where half of it writes; a mutex around shards; four threads a core.
    for lock in LOCKS {
        measured.does(lock, 1.3, &["papaya"], small, &[50]);
    }
    measured.does("DashMap", 1.9, &["Mutex of DashMap"], small, &[50, 90, 99, 100]);
    measured.does("DashMap", 1.9, &["Mutex of DashMap"], large, &[50, 90, 99, 100]);
    for share in [50, 90, 99] {
        let scc = |threads| measured.rate("scc HashMap", small, share, threads);
        assert!(scc(2) >= 2.0 * scc(8), "{share}");
    }
}

#[test]
fn costs_are_measured() {
    let measured = fs::read_to_string("docs/remedies.md").unwrap();
    for lint in ALL.iter().filter(|lint| lint.group == Group::Cost) {
        assert!(
            lint.docs.contains("](../../docs/remedies.md"),
            "lints/{}/README.md: no link to its costs",
            lint.name
        );
        assert!(measured.contains(lint.name), "docs/remedies.md does not speak of {}", lint.name);
    }
}
