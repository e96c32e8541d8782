//! Compiles the lints as a foreign crate would: a lint that names anything but the prelude does not compile here.

#[path = "../lints/mod.rs"]
mod lints;

#[test]
fn the_lists_are_the_same() {
    let here: Vec<&str> = lints::ALL.iter().map(|lint| lint.name).collect();
    let there: Vec<&str> = hazmap::lints::ALL.iter().map(|lint| lint.name).collect();
    assert_eq!(here, there);
}
