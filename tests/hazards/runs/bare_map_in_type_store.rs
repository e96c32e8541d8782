//! Another layer had put a map in before, in extensions that were merged.

use stage::observed;
use std::collections::HashMap;

#[test]
fn hazard() {
    let mut layer = http::Extensions::new();
    layer.insert(HashMap::from([(String::from("theirs"), String::new())]));
    let mut extensions = http::Extensions::new();
    extensions.extend(layer);
    super::remember(&mut extensions, HashMap::from([(String::from("ours"), String::new())]));
    let theirs: &HashMap<String, String> = extensions.get().unwrap();
    let found: Vec<_> = theirs.keys().collect();
    observed(format!("another layer put in \"theirs\", and takes out {found:?}"));
}
