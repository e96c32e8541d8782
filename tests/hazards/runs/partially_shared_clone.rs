//! Two clones each add a name.

use super::Names;
use stage::observed;

#[test]
fn hazard() {
    let mut names = Names::default();
    let mut clone = names.clone();
    let ids = (names.add("Ann"), clone.add("Bea"));
    observed(format!("two clones give out the ids {} and {}", ids.0, ids.1));
}
