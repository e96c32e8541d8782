//! Which versions of libraries are in use, so that rows of other versions do not count.

use crate::source::Workspace;
use rustc_hash::FxHashMap;
use semver::{Version, VersionReq};

/// The versions of libraries that the analysed packages depend on, by the name of the crate.
#[derive(Clone, Debug, Default)]
pub struct Versions {
    by_crate: FxHashMap<String, Vec<Version>>,
}

impl Versions {
    /// Those that `Cargo.lock` has chosen for the packages of a workspace. What only a manifest asks for is not known well enough.
    pub fn of(workspace: &Workspace) -> Versions {
        let mut versions = Versions::default();
        for dependency in workspace.packages.iter().flat_map(|it| &it.dependencies) {
            let Some(version) = dependency.version.as_deref().and_then(|it| Version::parse(it).ok()) else {
                continue;
            };
            let known = versions.by_crate.entry(dependency.package.replace('-', "_")).or_default();
            if !known.contains(&version) {
                known.push(version);
            }
        }
        versions
    }

    /// Those of crates that some say of, in words and sorted.
    pub(in crate::facts) fn in_words(&self, of: impl Fn(&str) -> bool) -> Vec<String> {
        let known = self.by_crate.iter().filter(|(krate, _)| of(krate));
        let mut words: Vec<String> =
            known.flat_map(|(krate, all)| all.iter().map(move |it| format!("{krate} {it}"))).collect();
        words.sort_unstable();
        words
    }

    /// Whether a row that holds from one version on, and until another, holds for a version in use; it does where none is known.
    pub(super) fn may_hold(&self, krate: &str, since: Option<&str>, until: Option<&str>) -> bool {
        let Some(used) = self.by_crate.get(krate) else { return true };
        let bound = |sign: &str, version: &str| VersionReq::parse(&format!("{sign}{version}")).ok();
        let since = since.and_then(|it| bound(">=", it));
        let until = until.and_then(|it| bound("<", it));
        used.iter().any(|version| {
            since.as_ref().is_none_or(|it| it.matches(version))
                && until.as_ref().is_none_or(|it| it.matches(version))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn using(krate: &str, versions: &[&str]) -> Versions {
        let parsed = versions.iter().map(|it| Version::parse(it).unwrap()).collect();
        Versions { by_crate: [(krate.to_owned(), parsed)].into_iter().collect() }
    }

    #[test]
    fn a_row_holds_from_one_version_until_another() {
        let six = using("dashmap", &["6.1.0"]);
        assert!(six.may_hold("dashmap", None, None));
        assert!(six.may_hold("dashmap", Some("5.0"), None));
        assert!(six.may_hold("dashmap", Some("6.1"), Some("7")));
        assert!(!six.may_hold("dashmap", Some("7.0"), None));
        assert!(!six.may_hold("dashmap", None, Some("6")));
    }

    #[test]
    fn one_version_of_several_is_enough() {
        let both = using("dashmap", &["5.5.3", "6.1.0"]);
        assert!(both.may_hold("dashmap", None, Some("6")));
        assert!(both.may_hold("dashmap", Some("6.0"), None));
        assert!(!both.may_hold("dashmap", Some("7.0"), None));
    }

    #[test]
    fn what_is_not_known_holds() {
        assert!(Versions::default().may_hold("dashmap", Some("7.0"), None));
        assert!(using("dashmap", &["6.1.0"]).may_hold("scc", Some("7.0"), None));
    }
}
