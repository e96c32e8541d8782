//! The list of files that rustc writes beside a crate, and that cargo reads to know when to compile again.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The files that a crate was made of, as absolute paths.
pub fn files(path: &Path) -> Option<BTreeSet<PathBuf>> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find_map(listed)?;
    let absolute = |path: String| {
        let path = std::path::absolute(&path).unwrap_or_else(|_| PathBuf::from(&path));
        fs::canonicalize(&path).unwrap_or(path)
    };
    Some(paths(line).into_iter().map(absolute).collect())
}

/// The part of a line behind `target: `.
fn listed(line: &str) -> Option<&str> {
    if line.starts_with('#') { None } else { line.find(": ").and_then(|at| line.get(at + 2..)) }
}

/// Splits at blanks, but not at those that a `\` stands before.
fn paths(line: &str) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    let mut goes_on = false;
    for word in line.split_whitespace() {
        let (word, more) = word.strip_suffix('\\').map_or((word, false), |word| (word, true));
        match paths.last_mut().filter(|_| goes_on) {
            Some(path) => path.push_str(word),
            None => paths.push(word.to_owned()),
        }
        if let Some(path) = paths.last_mut().filter(|_| more) {
            path.push(' ');
        }
        goes_on = more;
    }
    paths
}

/// Adds files and a variable that the outcome depends on. Cargo reads the first rule only, so they go into that.
pub fn add(path: &Path, inputs: &[PathBuf], variable: &str, value: Option<&str>) {
    let Ok(text) = fs::read_to_string(path) else { return };
    // A list that cannot be written means a run too few later, no wrong result now.
    let _ = fs::write(path, with(&text, inputs, variable, value));
}

fn with(text: &str, inputs: &[PathBuf], variable: &str, value: Option<&str>) -> String {
    let escaped = |path: &PathBuf| path.to_string_lossy().replace(' ', "\\ ");
    let added: String = inputs.iter().map(|path| format!(" {}", escaped(path))).collect();
    let mut out = String::new();
    let mut done = false;
    for line in text.lines() {
        out.push_str(line);
        if !done && listed(line).is_some() {
            out.push_str(&added);
            done = true;
        }
        out.push('\n');
    }
    for path in inputs {
        out.push_str(&format!("\n{}:\n", escaped(path)));
    }
    let value =
        value.map(|it| format!("={}", it.replace('\\', "\\\\").replace('\n', "\\n"))).unwrap_or_default();
    out.push_str(&format!("\n# env-dep:{variable}{value}\n"));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_in_paths() {
        assert_eq!(paths(r"src/lib.rs a\ b/c.rs d.rs"), ["src/lib.rs", "a b/c.rs", "d.rs"]);
    }

    #[test]
    fn the_first_rule_gets_the_inputs() {
        let text = "t/app.d: src/lib.rs\n\nt/app.rmeta: src/lib.rs\n\nsrc/lib.rs:\n\n# env-dep:X=1\n";
        let expected = "t/app.d: src/lib.rs /w\\ x/hazmap.toml\n\nt/app.rmeta: src/lib.rs\n\nsrc/lib.rs:\n\n# env-dep:X=1\n\n/w\\ x/hazmap.toml:\n\n# env-dep:HAZMAP_ARGS=-D a\n";
        assert_eq!(with(text, &[PathBuf::from("/w x/hazmap.toml")], "HAZMAP_ARGS", Some("-D a")), expected);
        assert!(with("", &[], "HAZMAP_ARGS", None).ends_with("# env-dep:HAZMAP_ARGS\n"));
    }
}
