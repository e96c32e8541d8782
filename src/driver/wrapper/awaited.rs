//! A file that is not there yet, among the inputs that cargo looks at.
//!
//! Cargo compiles again and again while a listed file is missing. Of a listed folder it takes the latest time of all that can be
//! reached in it, through links too, and overlooks links that lead nowhere. So the file is awaited by a link to it, in a folder of its
//! own: when it is made, its time counts.

use std::path::{Path, PathBuf};

/// Makes the folder that awaits a file, beside what is built; `None` where that cannot be done.
pub fn folder(beside: &Path, file: &Path) -> Option<PathBuf> {
    // One target folder may serve several workspaces.
    let key = xxhash_rust::xxh3::xxh3_64(file.as_os_str().as_encoded_bytes());
    let folder = beside.join(format!("hazmap-awaits-{key:016x}"));
    make(&folder, file).ok()?;
    Some(folder)
}

#[cfg(unix)]
fn make(folder: &Path, file: &Path) -> std::io::Result<()> {
    use std::fs::{self, File};
    use std::io::ErrorKind;
    use std::time::SystemTime;

    let link = folder.join("awaited");
    if fs::read_link(&link).is_ok_and(|it| it == file) {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    match std::os::unix::fs::symlink(file, &link) {
        // Another crate's run was here just now.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        made => made?,
    }
    // It is made while the crate is compiled, and must not look newer than that.
    File::open(folder)?.set_modified(SystemTime::UNIX_EPOCH)
}

/// Links need rights there that few users have.
#[cfg(not(unix))]
fn make(_: &Path, _: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}
