// hazmap: allow(unreadable_file)
//~^ allow_without_reason
pub struct Broken { id u64 }

// hazmap: allow(unreadable_file, reason = "")
//~^ allow_without_reason
pub struct BrokenToo { id u64 }

// hazmap: allow(unreadable_file, reason = "a sample")
pub struct Reasoned { id u64 }

// hazmap: allow(unreadable_file): a sample, in the other form
pub struct ReasonedToo { id u64 }
