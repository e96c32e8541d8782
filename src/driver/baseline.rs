//! Accepted old findings: written once, and from then on only new ones are shown.

use super::fingerprint::Identity;
use super::to_file;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// The form of the file.
const VERSION: u32 = 1;

/// Findings that are known, and how often each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    known: BTreeMap<Identity, u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    hazmap_baseline: u32,
    findings: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    lint: String,
    path: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    item: String,
    text: String,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    count: u32,
}

fn one() -> u32 {
    1
}

fn is_one(count: &u32) -> bool {
    *count == 1
}

/// What comparing a run with a baseline gave.
#[derive(Debug, PartialEq, Eq)]
pub struct Compared {
    /// For each finding in order: whether the baseline knows it.
    pub known: Vec<bool>,
    /// What the baseline holds and the run did not find.
    pub gone: Baseline,
    /// The baseline without what is gone, each finding as it is now.
    pub pruned: Baseline,
}

impl Baseline {
    /// A baseline of what a run found.
    pub fn of(identities: &[Identity]) -> Baseline {
        let mut known = BTreeMap::new();
        for identity in identities {
            *known.entry(identity.clone()).or_default() += 1;
        }
        Baseline { known }
    }

    /// Reads a file.
    pub fn read(path: &Path) -> Result<Baseline, String> {
        let shown = path.display();
        let text = fs::read_to_string(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                format!("{shown}: {error}\nhelp: `--write-baseline {shown}` writes one")
            }
            _ => format!("{shown}: {error}"),
        })?;
        let document: Document = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
            format!("{shown}: it is no baseline: {error}\nhelp: `--write-baseline {shown}` writes it anew, with all that is found now")
        })?;
        if document.hazmap_baseline != VERSION {
            let form = document.hazmap_baseline;
            return Err(format!(
                "{}: it is of form {form}, and this version reads {VERSION}",
                path.display()
            ));
        }
        let mut known: BTreeMap<Identity, u32> = BTreeMap::new();
        for Entry { lint, path, item, text, count } in document.findings {
            // Whoever wrote it by hand on Windows meant the same.
            let path = path.replace('\\', "/");
            *known.entry(Identity { lint, path, item, text }).or_default() += count;
        }
        Ok(Baseline { known })
    }

    /// Writes a file, sorted, an entry a block: changes of it can be read and merged.
    pub fn write(&self, path: &Path) -> Result<(), String> {
        let mut findings: Vec<Entry> = self.known.iter().map(|(it, count)| entry(it, *count)).collect();
        findings
            .sort_by(|a, b| (&a.path, &a.item, &a.lint, &a.text).cmp(&(&b.path, &b.item, &b.lint, &b.text)));
        let document = Document { hazmap_baseline: VERSION, findings };
        // Plain structs of strings and numbers always serialise.
        let text = serde_json::to_string_pretty(&document).unwrap_or_default();
        to_file::write(path, &format!("{text}\n"))
    }

    /// How many findings it holds.
    pub fn len(&self) -> usize {
        self.known.values().map(|count| *count as usize).sum()
    }

    /// Its entries.
    pub fn entries(&self) -> impl Iterator<Item = (&Identity, u32)> {
        self.known.iter().map(|(identity, count)| (identity, *count))
    }

    /// Compares a run's findings with it. First those that stand where they stood; then, of the rest, those of the same lint with the same
    /// text in a function of the same name: what moved to another file or module. Entries that `judged` does not want judged are neither
    /// matched nor gone.
    pub fn compare(&self, found: &[Identity], judged: impl Fn(&Identity) -> bool) -> Compared {
        let mut left = self.known.clone();
        let mut pruned = Baseline::default();
        let mut known: Vec<bool> = found.iter().map(|identity| take(&mut left, identity)).collect();
        for (identity, known) in found.iter().zip(&mut known).filter(|(_, known)| !**known) {
            let moved = left.keys().find(|it| is_moved(it, identity)).cloned();
            *known = moved.is_some_and(|moved| take(&mut left, &moved));
        }
        for (identity, _) in found.iter().zip(&known).filter(|(_, known)| **known) {
            *pruned.known.entry(identity.clone()).or_default() += 1;
        }
        let (gone, unjudged): (BTreeMap<_, _>, BTreeMap<_, _>) =
            left.into_iter().partition(|(identity, _)| judged(identity));
        for (identity, count) in unjudged {
            *pruned.known.entry(identity).or_default() += count;
        }
        Compared { known, gone: Baseline { known: gone }, pruned }
    }
}

/// Takes one of an entry's findings.
fn take(left: &mut BTreeMap<Identity, u32>, identity: &Identity) -> bool {
    let Some(count) = left.get_mut(identity) else { return false };
    *count = count.saturating_sub(1);
    if *count == 0 {
        left.remove(identity);
    }
    true
}

fn is_moved(from: &Identity, to: &Identity) -> bool {
    let name = |item: &str| item.rsplit("::").next().map(str::to_owned);
    from.lint == to.lint && from.text == to.text && name(&from.item) == name(&to.item)
}

fn entry(identity: &Identity, count: u32) -> Entry {
    let Identity { lint, path, item, text } = identity.clone();
    Entry { lint, path, item, text, count }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str, item: &str, text: &str) -> Identity {
        let [lint, path, item, text] = ["relock", path, item, text].map(str::to_owned);
        Identity { lint, path, item, text }
    }

    #[test]
    fn each_finding_is_known_once() {
        let old = at("a.rs", "app::f", "m.write();");
        let baseline = Baseline::of(std::slice::from_ref(&old));
        let compared = baseline.compare(&[old.clone(), old], |_| true);
        assert_eq!(compared.known, [true, false]);
        assert_eq!(compared.gone.len(), 0);
    }

    #[test]
    fn what_moved_is_known_and_what_is_gone_is_told() {
        let [old, gone] = [at("a.rs", "app::a::S::f", "m.write();"), at("a.rs", "app::g", "n.write();")];
        let baseline = Baseline::of(&[old, gone.clone()]);
        let moved = at("b/c.rs", "app::b::c::S::f", "m.write();");
        let new = at("a.rs", "app::h", "m.write();");
        let compared = baseline.compare(&[new.clone(), moved.clone()], |_| true);
        assert_eq!(compared.known, [false, true]);
        assert_eq!(compared.gone, Baseline::of(std::slice::from_ref(&gone)));
        assert_eq!(compared.pruned, Baseline::of(std::slice::from_ref(&moved)));
        let compared = baseline.compare(&[new, moved.clone()], |it| it.path != "a.rs");
        assert_eq!((compared.gone.len(), compared.pruned), (0, Baseline::of(&[moved, gone])));
    }
}
