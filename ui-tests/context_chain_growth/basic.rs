//! Contexts that hold themselves, and those that only look so.

use http::Extensions;
use opentelemetry::Context;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

pub struct Link {
    up: Context,
    seen: BTreeMap<u64, String>,
}

pub struct Plain(HashMap<u64, u64>);

pub struct Marked {
    up: Context,
    at: u64,
}

#[derive(Clone)]
pub struct Kept {
    before: Arc<Extensions>,
    seen: HashMap<u64, u64>,
}

fn bad_while(mut cx: Context, mut n: u64) -> Context {
    while n > 0 {
        let link = Link { up: cx.clone(), seen: BTreeMap::new() };
        cx = cx.with_value(link); //~ context_chain_growth
        n -= 1;
    }
    cx
}

fn bad_in_an_arc(mut cx: Context, ids: &[u64]) -> Context {
    for id in ids {
        let link = Arc::new(Link { up: cx.clone(), seen: BTreeMap::from([(*id, String::new())]) });
        cx = cx.with_value(link); //~ context_chain_growth
    }
    cx
}

fn bad_tuple(mut cx: Context, ids: &[u64]) -> Context {
    for id in ids {
        let next = cx.with_value((cx.clone(), HashMap::from([(*id, *id)]))); //~ context_chain_growth
        cx = next;
    }
    cx
}

struct Server {
    extensions: Extensions,
}

impl Server {
    fn bad_field(&mut self, ids: &[u64]) {
        for id in ids {
            let kept = Kept { before: Arc::new(self.extensions.clone()), seen: HashMap::from([(*id, 1)]) };
            self.extensions.insert(kept); //~ context_chain_growth
        }
    }

    fn good_once(&mut self) {
        let kept = Kept { before: Arc::new(self.extensions.clone()), seen: HashMap::new() };
        self.extensions.insert(kept);
    }
}

// Nothing of the last turn is in it.
fn good_replaced(mut cx: Context, ids: &[u64]) -> Context {
    for id in ids {
        cx = cx.with_value(Plain(HashMap::from([(*id, *id)])));
    }
    cx
}

// No map.
fn good_no_map(mut cx: Context, ids: &[u64]) -> Context {
    for id in ids {
        cx = cx.with_value(Marked { up: cx.clone(), at: *id });
    }
    cx
}

// The parent is the same each time.
fn good_same_parent(base: &Context, ids: &[u64]) -> Context {
    let mut cx = base.clone();
    for id in ids {
        cx = base.with_value(Link { up: base.clone(), seen: BTreeMap::from([(*id, String::new())]) });
    }
    cx
}

// It ends with the turn.
fn good_of_the_turn(cx: &Context, ids: &[u64]) -> u64 {
    let mut n = 0;
    for id in ids {
        let cx = cx.clone();
        let child = cx.with_value(Link { up: cx.clone(), seen: BTreeMap::new() });
        n += child.get::<Link>().map_or(*id, |it| it.seen.len() as u64);
    }
    n
}

fn good_fresh_store(ids: &[u64]) -> Vec<Extensions> {
    let mut all = Vec::new();
    for id in ids {
        let mut extensions = Extensions::new();
        let kept = Kept { before: Arc::new(extensions.clone()), seen: HashMap::from([(*id, 1)]) };
        extensions.insert(kept);
        all.push(extensions);
    }
    all
}

fn good_not_in_a_loop(cx: Context) -> Context {
    cx.with_value(Link { up: cx.clone(), seen: BTreeMap::new() })
}

// Each turn begins with an empty context.
fn good_emptied_first(ids: &[u64]) -> usize {
    let mut cx;
    let mut n = 0;
    for id in ids {
        cx = Context::new();
        cx = cx.with_value(Link { up: cx.clone(), seen: BTreeMap::from([(*id, String::new())]) });
        n += usize::from(cx.get::<Link>().is_some());
    }
    n
}

fn deeper(cx: &Context, id: u64) -> Context {
    cx.with_value(Link { up: cx.clone(), seen: BTreeMap::from([(id, String::new())]) })
}

fn bad_in_a_helper(ids: &[u64]) -> Context {
    let mut cx = Context::new();
    for id in ids {
        cx = deeper(&cx, *id); //~ context_chain_growth
    }
    cx
}

// The parent is the same each time.
fn good_helper_from_one_parent(base: &Context, ids: &[u64]) -> Vec<Context> {
    let mut all = Vec::new();
    for id in ids {
        all.push(deeper(base, *id));
    }
    all
}

struct Job {
    cx: Context,
}

impl Job {
    fn enter(&mut self, id: u64) {
        self.cx = self.cx.with_value(Link { up: self.cx.clone(), seen: BTreeMap::from([(id, String::new())]) });
    }

    fn bad_in_a_method(&mut self, ids: &[u64]) {
        for id in ids {
            self.enter(*id); //~ context_chain_growth
        }
    }

    fn good_once_in_a_method(&mut self) {
        self.enter(1);
    }
}

fn bad_folded(ids: &[u64]) -> Context {
    ids.iter().fold(Context::new(), |cx, id| deeper(&cx, *id)) //~ context_chain_growth
}

fn good_folded_onto_one_parent(base: &Context, ids: &[u64]) -> Context {
    ids.iter().fold(Context::new(), |_, id| deeper(base, *id))
}
