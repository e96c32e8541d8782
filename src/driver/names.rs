//! What options and directives may call a lint, and the nearest name for one that does not exist.

use crate::lint::renamed;
use crate::lint::{Class, Group, Lint};

/// What a name of an option or a directive means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// One lint.
    Lint(&'static Lint),
    /// One lint, by a name that it had earlier.
    Renamed(&'static Lint),
    /// The lints of one subject.
    Group(Group),
    /// The lints of one class, all off unless asked for.
    Class(Class),
    /// All lints that are on by default.
    All,
    /// Whatever is at warn in the end.
    Warnings,
}

impl Named {
    /// Returns whether `lint` is among what is named.
    pub fn covers(self, lint: &Lint) -> bool {
        match self {
            Named::Lint(it) | Named::Renamed(it) => it == lint,
            Named::Group(group) => lint.group == group,
            Named::Class(class) => lint.class == Some(class),
            Named::All => lint.on_by_default(),
            Named::Warnings => false,
        }
    }
}

/// Cuts `hazmap::` off a name.
pub fn bare(name: &str) -> &str {
    let name = name.trim();
    name.strip_prefix("hazmap::").unwrap_or(name)
}

/// Finds what a name means, with or without `hazmap::`; dashes count as underscores.
pub fn resolve(name: &str, lints: &[&'static Lint]) -> Option<Named> {
    let name = bare(name).replace('-', "_");
    let find = |name: &str| lints.iter().find(|lint| lint.name == name).copied();
    if let Some(lint) = find(&name) {
        return Some(Named::Lint(lint));
    }
    // `restriction` is both a subject and a class; its lints are off, so it is read as the class, which turns them on.
    if let Some(class) = Class::ALL.into_iter().find(|class| class.name() == name) {
        return Some(Named::Class(class));
    }
    if let Some(group) = Group::ALL.into_iter().find(|group| group.name() == name) {
        return Some(Named::Group(group));
    }
    match name.as_str() {
        "all" => Some(Named::All),
        "warnings" => Some(Named::Warnings),
        _ => renamed::new_name(&name).and_then(find).map(Named::Renamed),
    }
}

/// The lint or group whose name is nearest to a wrong one, if one is near.
pub fn nearest(name: &str, lints: &[&'static Lint]) -> Option<&'static str> {
    let name = bare(name).replace('-', "_").to_lowercase();
    let groups = Group::ALL.iter().map(|group| group.name());
    let classes = Class::ALL.iter().map(|class| class.name());
    let known = lints.iter().map(|lint| lint.name).chain(groups).chain(classes).chain(["all"]);
    nearest_word(&name, known)
}

/// The word that is nearest to a wrong one, if one is near, or else one that begins with it.
pub fn nearest_word<'w>(wrong: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let limit = (wrong.chars().count() / 3).max(1);
    let far = |word: &'w str| (strsim::damerau_levenshtein(wrong, word), word);
    let all: Vec<(usize, &str)> = words.map(far).collect();
    let is_begun = |word: &str| wrong.len() >= 4 && word.starts_with(wrong);
    let near = all.iter().filter(|(far, _)| *far <= limit).min();
    near.or_else(|| all.iter().filter(|(_, word)| is_begun(word)).min()).map(|(_, word)| *word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lints::ALL;

    #[test]
    fn names_are_read_in_all_their_forms() {
        for name in ["unused_allow", "hazmap::unused_allow", "unused-allow", " unused_allow "] {
            assert!(
                matches!(resolve(name, ALL), Some(Named::Lint(lint)) if lint.name == "unused_allow"),
                "{name}"
            );
        }
        assert_eq!(resolve("hazmap::deadlock", ALL), Some(Named::Group(Group::Deadlock)));
        assert_eq!(resolve("restriction", ALL), Some(Named::Class(Class::Restriction)));
        assert_eq!(resolve("unused_alow", ALL), None);
        assert_eq!(nearest("hazmap::unused_alow", ALL), Some("unused_allow"));
        assert_eq!(nearest("deadlok", ALL), Some("deadlock"));
        assert_eq!(nearest("clippy::unwrap_used", ALL), None);
        assert_eq!(nearest("relock", ALL), Some("relock_while_held"));
        assert_eq!(nearest("as", ALL), None);
    }
}
