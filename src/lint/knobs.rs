//! What can be set about single lints.

/// The values that lints go by where opinions differ; the defaults are what the lints' pages say.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Knobs {
    /// `blocking_while_guard_held`: how many calls down from the guard's holder a wait still counts.
    pub max_blocking_calls: usize,
    /// `whole_map_clone_under_guard`: entries without heap memory and of at most so many bytes are cheap to copy.
    pub cheap_entry_bytes: u64,
}

impl Default for Knobs {
    fn default() -> Knobs {
        Knobs { max_blocking_calls: 2, cheap_entry_bytes: 16 }
    }
}
