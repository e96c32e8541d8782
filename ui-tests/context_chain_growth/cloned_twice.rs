//! The context that goes in is a clone of a clone.

use opentelemetry::Context;
use std::collections::BTreeMap;

pub struct Frame {
    above: Context,
    names: BTreeMap<String, usize>,
}

pub fn bad_clone_of_a_clone(names: &[&str]) -> Context {
    let mut cx = Context::new();
    for name in names {
        let names = BTreeMap::from([(name.to_string(), name.len())]);
        let above = cx.clone();
        cx = above.with_value(Frame { above: above.clone(), names }); //~ context_chain_growth
    }
    cx
}

pub fn good_from_the_outer_one(names: &[&str]) -> Context {
    let outer = Context::new();
    let mut cx = outer.clone();
    for name in names {
        let names = BTreeMap::from([(name.to_string(), name.len())]);
        let above = outer.clone();
        cx = above.with_value(Frame { above: above.clone(), names });
    }
    cx
}

pub fn good_only_its_names(names: &[&str]) -> Vec<Context> {
    let cx = Context::new();
    let mut all = Vec::new();
    for name in names {
        let names = BTreeMap::from([(name.to_string(), name.len())]);
        let above = cx.clone();
        all.push(above.with_value(Frame { above: above.clone(), names }));
    }
    all
}
