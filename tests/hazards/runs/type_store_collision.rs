//! One request.

use stage::observed;

#[test]
fn hazard() {
    let mut extensions = http::Extensions::new();
    super::remember(&mut extensions);
    observed(format!("after two inserts the extensions hold {}", extensions.len()));
}
