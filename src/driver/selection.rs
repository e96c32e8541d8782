//! From the command line to the workspaces that are analysed.

use super::args::Selection;
use crate::source::{self, LoadOptions, Workspace};
use std::env;
use std::path::{Path, PathBuf};

/// What to load.
pub fn load_options(args: &Selection) -> LoadOptions {
    LoadOptions {
        packages: args.package.clone(),
        exclude: args.exclude.clone(),
        cargo_home: cargo_home(),
        ..LoadOptions::default()
    }
}

/// Where cargo keeps the sources of dependencies.
fn cargo_home() -> Option<PathBuf> {
    let set = env::var_os("CARGO_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    set.or_else(|| Some(env::home_dir()?.join(".cargo")))
}

/// Loads what was asked for; what cannot be loaded is said, and the rest goes on.
pub fn load_all(args: &Selection) -> (Vec<Workspace>, Vec<String>) {
    let paths = match start_paths(args) {
        Ok(paths) => paths,
        Err(words) => return (Vec::new(), vec![words]),
    };
    let options = load_options(args);
    let (mut workspaces, mut failed) = (Vec::new(), Vec::new());
    for path in paths {
        match source::load(&path, &options) {
            Ok(workspace) => workspaces.push(workspace),
            Err(problem) => failed.push(problem.to_string()),
        }
    }
    (workspaces, failed)
}

/// The paths to load: those that are given, the manifest, or the package around the current folder.
fn start_paths(args: &Selection) -> Result<Vec<PathBuf>, String> {
    if let Some(manifest) = &args.manifest_path {
        return Ok(vec![manifest.clone()]);
    }
    if !args.paths.is_empty() {
        return Ok(args.paths.clone());
    }
    let here = current_dir()?;
    // `--workspace` in a member means all of them: the loader takes that from the root manifest.
    let dir = folder_with_manifest(&here).ok_or_else(|| {
        format!("there is no Cargo.toml in {} or above it\nhelp: give a PATH", here.display())
    })?;
    if args.workspace {
        return Ok(vec![workspace_root(&dir).unwrap_or(dir)]);
    }
    Ok(vec![dir])
}

/// The nearest folder with a manifest: this one, or one above it.
pub fn folder_with_manifest(here: &Path) -> Option<PathBuf> {
    here.ancestors().find(|dir| dir.join("Cargo.toml").is_file()).map(Path::to_path_buf)
}

/// The root of the workspace that a package belongs to.
pub fn workspace_root(dir: &Path) -> Option<PathBuf> {
    source::load(dir, &LoadOptions::default()).ok().map(|workspace| workspace.root)
}

fn current_dir() -> Result<PathBuf, String> {
    env::current_dir().map_err(|error| format!("the current folder cannot be read: {error}"))
}

/// Paths are shown relative to the workspace as cargo does, or to the current folder when the workspace lies below it.
pub fn display_root(workspaces: &[Workspace]) -> PathBuf {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let here = env::current_dir().unwrap_or_default();
    match workspaces {
        [only] => {
            let root = absolute(&only.root);
            if root.starts_with(&here) { here } else { root }
        }
        _ => here,
    }
}

/// The folder that platforms tell paths from: the repository around the workspace, or the workspace itself.
pub fn repository_root(workspaces: &[Workspace]) -> PathBuf {
    let [only] = workspaces else { return env::current_dir().unwrap_or_default() };
    let root = std::path::absolute(&only.root).unwrap_or_else(|_| only.root.clone());
    let repository = root.ancestors().find(|dir| dir.join(".git").exists()).map(Path::to_path_buf);
    repository.unwrap_or(root)
}

/// The folder of the nearest manifest above a file, or the file itself.
pub fn package_around(file: &Path) -> PathBuf {
    let folder = file.ancestors().skip(1).find(|dir| dir.join("Cargo.toml").is_file());
    folder.unwrap_or(file).to_path_buf()
}
