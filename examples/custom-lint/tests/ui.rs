//! Every fixture under `ui-tests`, with our lints and those of hazmap on each.

#[test]
fn ui() {
    let mut lints = hazmap::lints::ALL.to_vec();
    lints.extend(acme_lints::ALL);
    hazmap::driver::ui_test::run("ui-tests", &lints);
}
