//! One text, loaded once.

use stage::observed;

#[test]
fn hazard() {
    let (config, _working) = super::load(r#"{ "limits": { "memory": 64 } }"#).unwrap();
    let n = config.limits.lock().unwrap().len();
    observed(format!("1 limit is decoded, and the configuration has {n}"));
}
