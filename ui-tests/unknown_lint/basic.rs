// hazmap: allow(unreadable_fiel, reason = "a sample")
//~^ unknown_lint: did you mean `unreadable_file`?
pub fn nothing() {}

// hazmap: allow(hazmap::no_such_thing_at_all, deadlok, reason = "a sample")
//~^ unknown_lint, unknown_lint
pub fn nothing_else() {}
