//! The versions that a `Cargo.lock` has chosen, and where they come from.

use std::path::Path;

use rustc_hash::FxHashMap;

use super::LoadProblem;
use super::files::read_regular;

/// What a `Cargo.lock` says.
#[derive(Debug, Default)]
pub(super) struct Lockfile {
    by_name: FxHashMap<String, Vec<Locked>>,
}

/// A package that was chosen.
#[derive(Debug)]
pub(super) struct Locked {
    pub version: String,
    /// Where it comes from (`registry+…`, `git+…`); nothing for a package on the disk.
    pub source: Option<String>,
    /// Each is `name`, `name version` or `name version (source)`.
    dependencies: Vec<String>,
}

impl Lockfile {
    /// Reads a lock file; none is an empty one.
    pub fn read(path: &Path, max_bytes: u64) -> Result<Lockfile, LoadProblem> {
        if !path.exists() {
            return Ok(Lockfile::default());
        }
        let text = read_regular(path, max_bytes).map_err(|error| {
            LoadProblem::new(path, error.to_string()).help("versions are taken from the manifests instead")
        })?;
        Ok(Lockfile::parse(&text))
    }

    /// Reads the lines that cargo writes: they always have this form, and a TOML parser would take longer than all the rest of loading.
    fn parse(text: &str) -> Lockfile {
        let mut lockfile = Lockfile::default();
        for block in text.split("[[package]]").skip(1) {
            // Another table ends the packages.
            let lines = || block.lines().map(str::trim).take_while(|line| !line.starts_with('['));
            let field = |key: &str| {
                let value =
                    |line: &'_ str| Some(line.strip_prefix(key)?.trim_start().strip_prefix('=')?.to_owned());
                lines().find_map(value).map(|value| unquoted(&value).to_owned())
            };
            let (Some(name), Some(version)) = (field("name"), field("version")) else { continue };
            let dependencies =
                lines().filter(|line| line.starts_with('"')).map(|line| unquoted(line).to_owned());
            let locked = Locked { version, source: field("source"), dependencies: dependencies.collect() };
            lockfile.by_name.entry(name).or_default().push(locked);
        }
        lockfile
    }

    /// Returns what a package gets of `dependency`, of which it requires `required`. Of a package that is there in several versions, the
    /// one at hand must be told by `version`.
    pub fn chosen(
        &self,
        (package, version): (&str, Option<&str>),
        dependency: &str,
        required: Option<&str>,
    ) -> Option<&Locked> {
        let candidates = self.by_name.get(dependency)?;
        if let [only] = candidates.as_slice() {
            return Some(only);
        }
        let mut users: Vec<&Locked> = self.by_name.get(package).into_iter().flatten().collect();
        if users.len() > 1 && version.is_some_and(|it| users.iter().any(|user| user.version == it)) {
            users.retain(|user| Some(user.version.as_str()) == version);
        }
        let used = users.iter().flat_map(|locked| &locked.dependencies);
        let versions = used.filter_map(|line| {
            let mut words = line.split(' ');
            (words.next() == Some(dependency)).then(|| words.next()).flatten()
        });
        let mut chosen = candidates
            .iter()
            .filter(|candidate| versions.clone().any(|version| version == candidate.version));
        let (first, rest) = (chosen.next()?, chosen.next());
        match (rest, required) {
            // Both are used, under two names: the requirement must tell.
            (Some(_), Some(required)) => {
                candidates.iter().find(|locked| begins_like(&locked.version, required))
            }
            _ => Some(first),
        }
    }
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_end_matches(',').trim_matches('"')
}

/// Whether a version has the leading numbers that a simple requirement (`1`, `^0.4.2`, `=1.2.3`) fixes.
fn begins_like(version: &str, required: &str) -> bool {
    let required = required.trim_start_matches(['^', '=', '~', ' ']);
    let mut pairs = required.split('.').zip(version.split('.'));
    // Up to the first number that is not zero: what is after it may be larger.
    for (wanted, found) in pairs.by_ref() {
        if wanted != found {
            return false;
        }
        if wanted != "0" {
            return true;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_told_apart_by_who_uses_them() {
        let text = r#"version = 4

[[package]]
name = "dashmap"
version = "5.5.3"
source = "registry+https://github.com/rust-lang/crates.io-index"
dependencies = [
 "log 0.3.0",
]

[[package]]
name = "dashmap"
version = "6.1.0"
dependencies = [
 "log 0.4.0",
]

[[package]]
name = "log"
version = "0.3.0"

[[package]]
name = "log"
version = "0.4.0"

[[package]]
name = "once"
version = "1.2.0"

[[package]]
name = "a"
version = "0.1.0"
dependencies = [
 "dashmap 6.1.0",
 "once",
]

[[package]]
name = "b"
version = "0.1.0"
dependencies = [
 "dashmap 5.5.3 (registry+https://github.com/rust-lang/crates.io-index)",
 "dashmap 6.1.0",
]

[metadata]
name = "not a package"
"#;
        let lock = Lockfile::parse(&text.replace('\n', "\r\n"));
        let version = |package, dependency, required| {
            lock.chosen((package, None), dependency, required).map(|it| it.version.as_str())
        };
        assert_eq!(version("a", "dashmap", Some("6")), Some("6.1.0"));
        assert_eq!(version("a", "once", None), Some("1.2.0"));
        assert_eq!(version("b", "dashmap", Some("5.4")), Some("5.5.3"));
        assert_eq!(version("b", "dashmap", Some("^6")), Some("6.1.0"));
        assert_eq!(version("c", "dashmap", Some("6")), None);
        assert_eq!(version("a", "absent", None), None);
        let once = |of| lock.chosen(("dashmap", Some(of)), "log", None).map(|it| it.version.as_str());
        assert_eq!((once("5.5.3"), once("6.1.0")), (Some("0.3.0"), Some("0.4.0")));
        let source = |required| lock.chosen(("b", None), "dashmap", Some(required)).unwrap().source.clone();
        assert_eq!(source("6"), None);
        assert_eq!(source("5").as_deref(), Some("registry+https://github.com/rust-lang/crates.io-index"));
    }
}
