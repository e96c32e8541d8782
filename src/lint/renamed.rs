//! Names that lints had in earlier versions: they keep working, with a warning.

/// Old names and the present ones, sorted by the old name.
pub const RENAMED: &[(&str, &str)] = &[];

/// Names of lints that are gone, and why.
pub const REMOVED: &[(&str, &str)] = &[];

/// Returns the present name of a lint that was renamed.
pub fn new_name(old: &str) -> Option<&'static str> {
    RENAMED.iter().find(|(name, _)| *name == old).map(|(_, new)| *new)
}

/// Returns why a lint is gone.
pub fn removed(name: &str) -> Option<&'static str> {
    REMOVED.iter().find(|(gone, _)| *gone == name).map(|(_, why)| *why)
}
