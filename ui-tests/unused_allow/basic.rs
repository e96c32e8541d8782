// hazmap: allow-file(unknown_lint, reason = "nothing here is unknown")
//~^ unused_allow

// hazmap: allow(unreadable_file, reason = "it was broken once")
//~^ unused_allow: `unreadable_file`
pub fn mended() {}

// hazmap: allow(unreadable_file, reason = "a sample of a typing mistake")
pub struct Broken { id u64 }

#[cfg_attr(hazmap, allow(hazmap::unreadable_file, reason = "it was broken once"))]
//~^ unused_allow
pub fn mended_too() {}

// hazmap: allow(unused_allow, reason = "kept for the day it breaks again")
// hazmap: allow(unreadable_file, reason = "it breaks now and then")
pub fn breaks_now_and_then() {}
