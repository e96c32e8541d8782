//! The versions that a `Cargo.lock` has chosen.

use std::path::Path;

use rustc_hash::FxHashMap;

use super::LoadProblem;
use super::files::read_regular;
use super::toml_reader::{Reader, Table};

/// What a `Cargo.lock` says.
#[derive(Debug, Default)]
pub(super) struct Lockfile {
    by_name: FxHashMap<String, Vec<Locked>>,
}

#[derive(Debug)]
struct Locked {
    version: String,
    /// Each is `name`, `name version` or `name version (source)`.
    dependencies: Vec<String>,
}

impl Lockfile {
    /// Reads a lock file; none is an empty one.
    pub fn read(path: &Path, max_bytes: u64) -> Result<Lockfile, LoadProblem> {
        if !path.exists() {
            return Ok(Lockfile::default());
        }
        let problem =
            |message| LoadProblem::new(path, message).help("versions are taken from the manifests instead");
        let text = read_regular(path, max_bytes).map_err(|error| problem(error.to_string()))?;
        Lockfile::parse(path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<Lockfile, LoadProblem> {
        let mut reader = Reader::new(path, text);
        let document = reader.document().map_err(|mut problem| {
            problem.message = problem.message.replace("the manifest", "the lock file");
            problem.help("versions are taken from the manifests instead")
        })?;
        let mut lockfile = Lockfile::default();
        for (table, _) in reader.tables(document.get_ref(), "package").unwrap_or_default() {
            lockfile.add(&mut reader, table);
        }
        Ok(lockfile)
    }

    fn add(&mut self, reader: &mut Reader<'_>, table: &Table<'_>) {
        let (Some(name), Some(version)) = (reader.string(table, "name"), reader.string(table, "version"))
        else {
            return;
        };
        let dependencies = reader.strings(table, "dependencies").unwrap_or_default();
        let dependencies = dependencies.into_iter().map(|dependency| dependency.value).collect();
        self.by_name.entry(name.value).or_default().push(Locked { version: version.value, dependencies });
    }

    /// Returns the version that `package` gets of `dependency`, of which it requires `required`.
    pub fn version(&self, package: &str, dependency: &str, required: Option<&str>) -> Option<&str> {
        let candidates = self.by_name.get(dependency)?;
        if let [only] = candidates.as_slice() {
            return Some(&only.version);
        }
        let used = self.by_name.get(package).into_iter().flatten().flat_map(|locked| &locked.dependencies);
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
                let fits = |locked: &&Locked| begins_like(&locked.version, required);
                candidates.iter().find(fits).map(|locked| locked.version.as_str())
            }
            _ => Some(&first.version),
        }
    }
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
        let text = "[[package]]\nname = 'dashmap'\nversion = '5.5.3'\n[[package]]\nname = 'dashmap'\nversion = '6.1.0'\n\
                    [[package]]\nname = 'once'\nversion = '1.2.0'\n\
                    [[package]]\nname = 'a'\nversion = '0.1.0'\ndependencies = ['dashmap 6.1.0', 'once']\n\
                    [[package]]\nname = 'b'\nversion = '0.1.0'\ndependencies = ['dashmap 5.5.3', 'dashmap 6.1.0']\n";
        let lock = Lockfile::parse(Path::new("Cargo.lock"), text).unwrap();
        assert_eq!(lock.version("a", "dashmap", Some("6")), Some("6.1.0"));
        assert_eq!(lock.version("a", "once", None), Some("1.2.0"));
        assert_eq!(lock.version("b", "dashmap", Some("5.4")), Some("5.5.3"));
        assert_eq!(lock.version("b", "dashmap", Some("^6")), Some("6.1.0"));
        assert_eq!(lock.version("c", "dashmap", Some("6")), None);
        assert_eq!(lock.version("a", "absent", None), None);
    }
}
