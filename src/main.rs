//! `cargo hazmap`.

fn main() {}
