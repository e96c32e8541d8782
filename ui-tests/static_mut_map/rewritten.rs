//! An attribute macro makes something else of the static: what it is then cannot be said.

use std::collections::HashMap;

#[dynamic(lazy, drop)]
pub static mut REGISTRY: HashMap<u64, String> = HashMap::new();

/// Documented, and kept by the linker.
#[allow(dead_code)]
#[used]
pub static mut KEPT: Option<HashMap<u64, String>> = None; //~ static_mut_map: `KEPT`
