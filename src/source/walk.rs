//! Walks of folders.

use std::fs;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

/// Finds the `.rs` files under a folder, sorted. Leaves out hidden folders and build output, and does not follow links.
pub fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let walk = WalkDir::new(dir).sort_by_file_name().into_iter();
    let entries = walk.filter_entry(|entry| entry.depth() == 0 || !is_left_out(entry)).filter_map(Result::ok);
    entries
        .filter(|entry| !entry.file_type().is_dir() && is_rust(entry.path()))
        .map(DirEntry::into_path)
        .collect()
}

/// Returns whether a path has the ending of a Rust source.
pub(super) fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

/// Returns whether a walk should stay out of a folder: hidden, or cargo's build output.
pub(super) fn is_left_out(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    entry.file_type().is_dir() && (name.starts_with('.') || name == "target" && is_build_output(entry.path()))
}

/// Tells build output from a module folder that happens to be called `target`: cargo marks its own.
fn is_build_output(dir: &Path) -> bool {
    dir.join("CACHEDIR.TAG").exists()
        || fs::exists(dir.join(".rustc_info.json")).unwrap_or(false)
        || !holds_rust(dir)
}

fn holds_rust(dir: &Path) -> bool {
    fs::read_dir(dir).is_ok_and(|entries| entries.filter_map(Result::ok).any(|entry| is_rust(&entry.path())))
}
