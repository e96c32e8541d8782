//! Bodies kept from the first look at them to the second, so that they need not be read and lowered again.
//!
//! A body takes many times the memory of its text: only so many are kept, those of the last looks, and the others are made anew. Facts
//! do not depend on it.

use crate::model::body::{Body, Local, Step};
use crate::model::types::FnId;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::mem::size_of;
use std::sync::{Mutex, PoisonError};

/// How many bytes of bodies are kept, about.
const MAX_BYTES: usize = 16 << 20;

/// What a step holds outside itself, about: places, arguments, types.
const BESIDE_STEP: usize = 64;

/// The bodies that are kept at the moment.
#[derive(Default)]
pub(super) struct Kept(Mutex<Bodies>);

#[derive(Default)]
struct Bodies {
    by_fn: FxHashMap<FnId, Body>,
    /// In the order in which they came; some are gone by now.
    order: VecDeque<FnId>,
    bytes: usize,
}

impl Kept {
    /// Keeps a body, in place of the oldest where there is no room.
    pub(super) fn keep(&self, id: FnId, body: Body) {
        let bytes = bytes_of(&body);
        if bytes > MAX_BYTES {
            return;
        }
        // They are dropped when the lock is free again.
        let mut old: Vec<Option<Body>> = Vec::new();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while kept.bytes + bytes > MAX_BYTES
            && let Some(oldest) = kept.order.pop_front()
        {
            old.push(kept.remove(oldest));
        }
        old.push(kept.remove(id));
        kept.bytes += bytes;
        kept.order.push_back(id);
        kept.by_fn.insert(id, body);
    }

    /// Gives a body away, if it was kept.
    pub(super) fn take(&self, id: FnId) -> Option<Body> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id)
    }
}

impl Bodies {
    fn remove(&mut self, id: FnId) -> Option<Body> {
        let body = self.by_fn.remove(&id)?;
        self.bytes = self.bytes.saturating_sub(bytes_of(&body));
        Some(body)
    }
}

fn bytes_of(body: &Body) -> usize {
    let steps: usize = body.blocks.iter().map(|it| it.steps.len()).sum();
    let children: usize = body.children.iter().map(bytes_of).sum();
    steps * (size_of::<Step>() + BESIDE_STEP) + body.locals.len() * size_of::<Local>() + children
}
