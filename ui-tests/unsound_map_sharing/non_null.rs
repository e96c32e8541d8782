//! Maps behind `NonNull`, which is written through like `*mut`.

use std::collections::HashMap;
use std::ptr::NonNull;
use std::sync::Mutex;

pub struct Sent {
    map: NonNull<HashMap<u32, u32>>,
}

unsafe impl Send for Sent {} //~ unsound_map_sharing

pub struct Shared {
    map: Option<NonNull<HashMap<u32, u32>>>,
}

unsafe impl Send for Shared {}
unsafe impl Sync for Shared {} //~ unsound_map_sharing

pub struct Gated {
    gate: Mutex<()>,
    map: NonNull<HashMap<u32, u32>>,
}

unsafe impl Send for Gated {}
unsafe impl Sync for Gated {}

pub struct Bytes {
    all: NonNull<u8>,
}

unsafe impl Send for Bytes {}
unsafe impl Sync for Bytes {}
