//! The same input gives the same bytes, whatever the number of threads.

use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

#[test]
fn one_and_eight_threads_write_the_same_bytes() {
    // Each fixture becomes a file of one folder, so that there is much to order.
    let dir = TempDir::new().unwrap();
    let mut count = 0;
    for entry in walkdir::WalkDir::new("ui-tests").sort_by_file_name() {
        let path = entry.unwrap().into_path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            fs::copy(&path, dir.path().join(format!("case_{count}.rs"))).unwrap();
            count += 1;
        }
    }
    assert!(count > 0, "there are no fixtures");
    for format in ["human", "short", "json"] {
        let one = run(dir.path(), "1", format);
        assert!(!one.is_empty());
        for _ in 0..3 {
            assert!(run(dir.path(), "8", format) == one, "{format}: the output differs");
        }
    }
}

fn run(dir: &Path, jobs: &str, format: &str) -> Vec<u8> {
    let args =
        ["check", ".", "--jobs", jobs, "--message-format", format, "-W", "pedantic", "-W", "restriction"];
    let output =
        Command::new(env!("CARGO_BIN_EXE_cargo-hazmap")).args(args).current_dir(dir).output().unwrap();
    output.stdout
}
