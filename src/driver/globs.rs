//! Patterns of paths, as configurations and options write them: from a root, with `/` on every system.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use std::path::{Path, PathBuf};

/// Patterns of paths below a root.
#[derive(Clone, Debug)]
pub struct PathGlobs {
    root: PathBuf,
    patterns: Vec<String>,
    set: GlobSet,
}

impl PathGlobs {
    /// Reads patterns. One that names a folder means all that lies in it; `*` stops at a `/`, `**` does not. On a mistake: which
    /// pattern it is in, and what it is.
    pub fn new<'p>(
        root: &Path,
        patterns: impl IntoIterator<Item = &'p str>,
    ) -> Result<PathGlobs, (usize, String)> {
        let (mut builder, mut kept) = (GlobSetBuilder::new(), Vec::new());
        for (n, pattern) in patterns.into_iter().enumerate() {
            let said = |error: globset::Error| (n, format!("`{pattern}` is no pattern: {}", error.kind()));
            let plain = pattern.trim_start_matches("./").trim_end_matches('/');
            builder.add(glob(plain).map_err(said)?);
            builder.add(glob(&format!("{plain}/**")).map_err(said)?);
            kept.push(pattern.to_owned());
        }
        let set = builder.build().map_err(|error| (0, error.to_string()))?;
        Ok(PathGlobs { root: root.to_path_buf(), patterns: kept, set })
    }

    /// The patterns as written.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// The folder that they begin at.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// For each pattern: whether it fits one of some paths.
    pub fn used_by(&self, paths: &[PathBuf]) -> Vec<bool> {
        let mut used = vec![false; self.patterns.len()];
        let below = paths.iter().filter_map(|path| path.strip_prefix(&self.root).ok());
        // Each pattern stands there twice: as it is, and as a folder.
        for n in below.flat_map(|path| self.set.matches(path)) {
            used.get_mut(n / 2).into_iter().for_each(|it| *it = true);
        }
        used
    }

    /// Returns whether one of the patterns fits a path.
    pub fn fits(&self, path: &Path) -> bool {
        path.strip_prefix(&self.root).is_ok_and(|below| self.set.is_match(below))
    }
}

fn glob(pattern: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(pattern).literal_separator(true).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, path: &str) -> bool {
        let globs = PathGlobs::new(Path::new("/w"), [pattern]).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        globs.fits(Path::new(path))
    }

    #[test]
    fn patterns_begin_at_the_root() {
        assert!(fits("src/legacy", "/w/src/legacy/a/b.rs") && fits("src/legacy/", "/w/src/legacy/a.rs"));
        assert!(fits("src/*.rs", "/w/src/a.rs") && !fits("src/*.rs", "/w/src/a/b.rs"));
        assert!(fits("**/generated.rs", "/w/a/b/generated.rs") && fits("./src/**", "/w/src/a.rs"));
        assert!(!fits("legacy", "/w/src/legacy/a.rs") && !fits("src", "/other/src/a.rs"));
    }

    #[test]
    fn patterns_that_fit_nothing_are_known() {
        let globs = PathGlobs::new(Path::new("/w"), ["src/old", "src/new", "**/a.rs"])
            .unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let paths = ["/w/src/old/b.rs", "/w/a.rs", "/v/src/new/c.rs"].map(PathBuf::from);
        assert_eq!(globs.used_by(&paths), [true, false, true]);
    }

    #[test]
    fn mistakes_are_said() {
        let wrong = PathGlobs::new(Path::new("/w"), ["a", "b[", "c"]).err();
        assert!(wrong.is_some_and(|(n, words)| n == 1 && words.contains("`b[`")));
    }
}
