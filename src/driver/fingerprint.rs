//! What a finding is known by from one run to the next: on other machines, and when lines move.

use crate::lint::Diagnostic;
use crate::source::{Files, Span, relative};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_128;

/// What stays of a finding when the lines around it change. No line numbers, no absolute paths, `/` on every system.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Identity {
    /// The lint's name.
    pub lint: String,
    /// The file, from the root of its workspace; empty for what stands in none.
    pub path: String,
    /// The function or item, where it is known; else empty.
    pub item: String,
    /// The text at the primary span: its line, with the chain of calls that it belongs to, without white space. The message, where there
    /// is no text.
    pub text: String,
}

/// The roots of the analysed workspaces: what paths of findings are told from.
#[derive(Clone, Debug, Default)]
pub struct Roots(Vec<PathBuf>);

impl Roots {
    /// The roots, in any order.
    pub fn new(roots: impl IntoIterator<Item = PathBuf>) -> Roots {
        Roots(roots.into_iter().collect())
    }

    /// The innermost root that a path lies under; the first one for what lies under none.
    fn of(&self, path: &Path) -> Option<&Path> {
        let around = self.0.iter().filter(|root| path.starts_with(root));
        let inner = around.max_by_key(|root| root.components().count());
        inner.or_else(|| self.0.first()).map(PathBuf::as_path)
    }

    /// Returns whether a file is there at a path from one of the roots.
    pub fn hold(&self, path: &str) -> bool {
        self.0.iter().any(|root| root.join(path).is_file())
    }

    /// A path from its root.
    pub fn shown(&self, path: &Path) -> String {
        self.of(path).map_or_else(|| relative(Path::new(""), path), |root| relative(root, path))
    }
}

/// What a finding is known by.
pub fn identity(diagnostic: &Diagnostic, files: &Files, roots: &Roots) -> Identity {
    let path = diagnostic.span.map(|span| roots.shown(&files.path(span.file)));
    let text = diagnostic.span.map(|span| chain_text(&files.text(span.file), files, span));
    Identity {
        lint: diagnostic.lint.name.to_owned(),
        path: path.unwrap_or_default(),
        item: diagnostic.item.clone().unwrap_or_default(),
        text: text.filter(|it| !it.is_empty()).unwrap_or_else(|| diagnostic.message.clone()),
    }
}

/// The line on which a span starts, and those before and after it that are links of the same chain (they begin with `.` or `?`): a
/// formatter breaks chains as it likes.
fn chain_text(text: &str, files: &Files, span: Span) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let at = files.line_index(span.file).line(span.range.lo).saturating_sub(1) as usize;
    let is_link = |n: usize| lines.get(n).is_some_and(|line| line.trim_start().starts_with(['.', '?']));
    let first = (0..=at).rev().find(|n| !is_link(*n)).unwrap_or(at);
    let last = (at + 1..lines.len()).find(|n| !is_link(*n)).unwrap_or(lines.len());
    let chain = lines.get(first..last).unwrap_or_default();
    chain.iter().flat_map(|line| line.chars()).filter(|c| !c.is_whitespace()).collect()
}

/// Gives each finding its fingerprint: a hash of its identity, and of how many of the same came before it.
pub fn fingerprints(identities: &[Identity]) -> Vec<String> {
    let mut seen: BTreeMap<&Identity, u32> = BTreeMap::new();
    let mut one = |identity| {
        let ordinal = seen.entry(identity).or_default();
        *ordinal += 1;
        let Identity { lint, path, item, text } = identity;
        let whole = [lint, path, item, text, &ordinal.to_string()].map(String::as_str).join("\0");
        format!("{:032x}", xxh3_128(whole.as_bytes()))
    };
    identities.iter().map(&mut one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::Lint;
    use crate::lints::ALL;
    use crate::source::TextRange;

    fn of(text: &str, what: &str) -> Identity {
        let lint: &'static Lint = ALL.first().unwrap_or_else(|| panic!("no lints"));
        let files = Files::in_memory();
        let file = files.insert(Path::new("w/src/a.rs"), text.to_owned());
        let lo = text.find(what).unwrap_or_else(|| panic!("{what}")) as u32;
        let diagnostic = Diagnostic::new(lint, TextRange::new(lo, lo + 1).of(file), "words").item("app::f");
        identity(&diagnostic, &files, &Roots::new([PathBuf::from("w")]))
    }

    #[test]
    fn moved_and_formatted_lines_stay_the_same() {
        let one = of("fn f() {\n    m.write().insert(1, 2);\n}\n", "write");
        assert_eq!((one.path.as_str(), one.text.as_str()), ("src/a.rs", "m.write().insert(1,2);"));
        assert_eq!(of("\n\nfn f() {\r\n        m\r\n  .write()\r\n  .insert(1, 2);\r\n}\r\n", "write"), one);
        assert_ne!(of("fn f() {\n    n.write().insert(1, 2);\n}\n", "write"), one);
    }

    #[test]
    fn twins_are_told_apart_by_their_order() {
        let one = of("m.write();", "write");
        let hashes = fingerprints(&[one.clone(), one.clone()]);
        assert!(hashes[0] != hashes[1] && hashes[0].len() == 32);
        assert_eq!(fingerprints(&[one]), hashes[..1]);
    }

    #[test]
    fn fingerprints_stay_the_same_between_versions() {
        let identity = Identity {
            lint: "relock_while_held".to_owned(),
            path: "src/a.rs".to_owned(),
            item: "app::f".to_owned(),
            text: "m.write();".to_owned(),
        };
        assert_eq!(fingerprints(&[identity]), ["cb2c909e690c6512f4a3848e72b51f84"]);
    }
}
