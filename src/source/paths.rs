//! Paths as text: made plain and shown.

use std::path::{Component, Path, PathBuf};

/// Takes out `.` and `..` without asking the disk, as cargo does.
pub(super) fn normalize(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match plain.components().next_back() {
                Some(Component::Normal(_)) => {
                    plain.pop();
                }
                Some(Component::RootDir | Component::Prefix(_)) => {}
                Some(Component::ParentDir | Component::CurDir) | None => plain.push(".."),
            },
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => plain.push(component),
        }
    }
    plain
}

/// Writes a path relative to `root`, with `/` on every system, going up with `..` where the two share a beginning.
pub fn relative(root: &Path, path: &Path) -> String {
    let (root_parts, path_parts): (Vec<_>, Vec<_>) =
        (root.components().collect(), path.components().collect());
    let shared = root_parts.iter().zip(&path_parts).take_while(|(a, b)| a == b).count();
    let is_below_top = |part: &Component<'_>| matches!(part, Component::Normal(_));
    if !root_parts.iter().take(shared).any(is_below_top) {
        return with_slashes(path.components());
    }
    let ups = root_parts.iter().skip(shared).map(|_| Component::ParentDir);
    with_slashes(ups.chain(path_parts.iter().skip(shared).copied()))
}

fn with_slashes<'a>(parts: impl Iterator<Item = Component<'a>>) -> String {
    let mut shown = String::new();
    for part in parts {
        let bare = matches!(part, Component::RootDir);
        if !shown.is_empty() && !shown.ends_with('/') && !bare {
            shown.push('/');
        }
        shown.push_str(&if bare { "/".into() } else { part.as_os_str().to_string_lossy() });
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_taken_out() {
        let plain = |path| normalize(Path::new(path)).to_string_lossy().replace('\\', "/");
        assert_eq!(plain("a/./b/../c"), "a/c");
        assert_eq!(plain("../../a"), "../../a");
        assert_eq!(plain("a/../../b"), "../b");
        assert_eq!(plain("/../a"), "/a");
        assert_eq!(plain("."), "");
    }

    #[test]
    fn paths_are_shown_from_the_root() {
        let shown = |root, path| relative(Path::new(root), Path::new(path));
        assert_eq!(shown("/w/p", "/w/p/src/lib.rs"), "src/lib.rs");
        assert_eq!(shown("/w/p", "/w/q/src/lib.rs"), "../q/src/lib.rs");
        assert_eq!(shown("/w/p", "/other/lib.rs"), "/other/lib.rs");
        assert_eq!(shown("", "src/lib.rs"), "src/lib.rs");
    }
}
