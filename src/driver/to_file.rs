//! Files that the user names for what we write: a folder that they should lie in is made.

use std::fs;
use std::path::Path;

/// Writes a file; what goes wrong is told with its name.
pub fn write(path: &Path, text: &str) -> Result<(), String> {
    let parent = path.parent().filter(|it| !it.as_os_str().is_empty());
    let made = parent.map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(path, text)).map_err(|error| format!("{}: {error}", path.display()))
}
