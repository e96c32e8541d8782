//! The function asks by itself.

#[test]
fn hazard() {
    let seen = if super::is_seen() { "sees" } else { "does not see" };
    stage::observed(format!("the reader {seen} the route"));
}
