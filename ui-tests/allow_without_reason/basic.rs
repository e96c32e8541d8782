// hazmap: allow(unreadable_file)
//~^ allow_without_reason
pub fn broken() { let = 3; }

// hazmap: allow(unreadable_file, reason = "")
//~^ allow_without_reason
pub fn broken_too() { let = 3; }

// hazmap: allow(unreadable_file, reason = "a sample")
pub fn reasoned() { let = 3; }

// hazmap: allow(unreadable_file): a sample, in the other form
pub fn reasoned_too() { let = 3; }
