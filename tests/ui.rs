//! Every fixture under `ui-tests` against all lints.

#[test]
fn ui() {
    hazmap::driver::ui_test::run("ui-tests", hazmap::lints::ALL);
}
