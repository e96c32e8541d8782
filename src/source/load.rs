//! Finds what is to be analysed.

use std::path::Path;

use super::{LoadOptions, LoadProblem, Workspace};

/// Loads a workspace, a package, a folder of packages or of loose files, or one file.
pub fn load(path: &Path, _options: &LoadOptions) -> Result<Workspace, LoadProblem> {
    Ok(Workspace { root: path.to_path_buf(), ..Workspace::default() })
}
