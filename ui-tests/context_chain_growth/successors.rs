//! A new store on each turn that holds the one of the turn before, and takes its place.

use http::Extensions;
use opentelemetry::Context;
use std::collections::HashMap;

#[derive(Clone)]
pub struct Outer {
    before: Extensions,
    notes: HashMap<u32, String>,
}

pub struct Frame {
    parent: Context,
    notes: HashMap<u32, String>,
}

fn notes(turn: u32) -> HashMap<u32, String> {
    HashMap::from([(turn, String::from("turn"))])
}

pub fn bad_new_extensions(turns: u32) -> Extensions {
    let mut current = Extensions::new();
    for turn in 0..turns {
        let mut next = Extensions::new();
        next.insert(Outer { before: current.clone(), notes: notes(turn) }); //~ context_chain_growth
        current = next;
    }
    current
}

pub fn bad_moved_in(turns: u32) -> Extensions {
    let mut current = Extensions::new();
    for turn in 0..turns {
        let mut next = Extensions::new();
        next.insert(Outer { before: current, notes: notes(turn) }); //~ context_chain_growth
        current = next;
    }
    current
}

pub fn bad_new_context(turns: u32) -> Context {
    let mut cx = Context::new();
    for turn in 0..turns {
        let next = Context::new().with_value(Frame { parent: cx.clone(), notes: notes(turn) }); //~ context_chain_growth
        cx = next;
    }
    cx
}

// Each holds the same base.
pub fn good_same_base(base: &Extensions, turns: u32) -> Extensions {
    let mut current = Extensions::new();
    for turn in 0..turns {
        let mut next = Extensions::new();
        next.insert(Outer { before: base.clone(), notes: notes(turn) });
        current = next;
    }
    current
}

// What is held ends with the turn.
pub fn good_of_the_turn(turns: u32) -> Extensions {
    let mut last = Extensions::new();
    for turn in 0..turns {
        let current = Extensions::new();
        let mut next = Extensions::new();
        next.insert(Outer { before: current.clone(), notes: notes(turn) });
        last = next;
    }
    last
}

// The next turn begins without what this one made.
pub fn good_emptied(turns: u32) -> usize {
    let mut current = Extensions::new();
    let mut seen = 0;
    for turn in 0..turns {
        let mut next = Extensions::new();
        next.insert(Outer { before: current.clone(), notes: notes(turn) });
        current = next;
        seen += current.len();
        current = Extensions::new();
    }
    seen
}
