//! Global maps that two tests of one binary change under each other's feet.

use super::defs::KeyValue;
use super::event::{MapOp, RunBy};
use super::knowledge::{Mode, Writes};
use super::path::{LockPath, Root};
use super::summary::MapEffect;
use super::{BodyFacts, Call, Facts};
use crate::model::items::{CrateId, StaticId};
use crate::model::types::FnId;
use crate::source::Span;
use std::collections::BTreeMap;

/// Two tests that write what the other one reads or writes.
#[derive(Clone, Debug)]
pub struct TestClash {
    /// The static.
    pub map: StaticId,
    /// The write in the test that stands first.
    pub first: Span,
    /// The write in the one that stands second.
    pub second: Span,
    /// What one of them reads, to assert something of it.
    pub read: Span,
}

/// What a test does with a global map.
struct Touch {
    path: LockPath,
    span: Span,
    what: What,
    /// The guard, of the test itself, under which it happens.
    under: Option<usize>,
}

enum What {
    /// Reads its content.
    Read,
    /// Writes a constant key.
    Key(String),
    /// Writes all of it.
    All,
}

struct Test<'t> {
    facts: &'t BodyFacts,
    touches: Vec<Touch>,
    asserts: bool,
    serial: bool,
    krate: CrateId,
}

/// Finds them: one a map and binary.
pub fn clashes(facts: &Facts<'_>, bodies: &[(FnId, &BodyFacts)]) -> Vec<TestClash> {
    let mut tests: Vec<Test<'_>> = bodies.iter().filter_map(|(id, body)| test(facts, *id, body)).collect();
    tests.sort_by_key(|it| it.facts.span);
    let mut found: BTreeMap<(CrateId, LockPath), TestClash> = BTreeMap::new();
    for (n, second) in tests.iter().enumerate() {
        for first in tests.iter().take(n).filter(|it| it.krate == second.krate) {
            if let Some((path, clash)) = clash(first, second) {
                found.entry((second.krate, path)).or_insert(clash);
            }
        }
    }
    found.into_values().collect()
}

fn test<'t>(facts: &Facts<'_>, id: FnId, body: &'t BodyFacts) -> Option<Test<'t>> {
    let def = facts.model.fn_def(id);
    if !def.is_run_as_test() {
        return None;
    }
    let words = facts.model.words_of(def)?;
    Some(Test {
        facts: body,
        touches: touches(facts, body),
        asserts: words.macros().any(|it| it.as_str().starts_with("assert")),
        serial: def.attrs.iter().any(|it| it.as_str().ends_with("serial")),
        krate: facts.crate_of(id),
    })
}

/// What a test does with global maps: in its own body, and through at most two calls.
fn touches(facts: &Facts<'_>, body: &BodyFacts) -> Vec<Touch> {
    let mut all = Vec::new();
    for body in body.each() {
        for op in body.ops.iter().filter(|it| !it.in_callee) {
            let under = op.under.first().map(|it| it.0 as usize);
            let touch = op.path.clone().and_then(|it| touch(facts, op, it, op.key.as_ref(), op.span));
            all.extend(touch.map(|it| Touch { under, ..it }));
        }
        for call in &body.calls {
            let from = Reached { at: call.span, args: call.args.clone(), keys: call.keys.clone() };
            called(facts, call, &from, 2, &mut all);
        }
    }
    all
}

/// A call as the test sees it: the call in the test that it happens through, and what is passed.
struct Reached {
    at: Span,
    args: Vec<Option<LockPath>>,
    keys: Vec<KeyValue>,
}

impl Reached {
    /// The same of a call in the function that is called so.
    fn into_call(&self, inner: &Call) -> Reached {
        let arg = |it: &Option<LockPath>| it.as_ref()?.in_caller(&self.args);
        Reached {
            at: self.at,
            args: inner.args.iter().map(arg).collect(),
            keys: inner.keys.iter().map(|it| it.in_caller(&self.args, &self.keys)).collect(),
        }
    }

    /// Whether a static, or what lies in one, is passed.
    fn passes_static(&self) -> bool {
        self.args.iter().flatten().any(|it| matches!(it.root, Root::Static(_)))
    }
}

fn called(facts: &Facts<'_>, call: &Call, from: &Reached, depth: u32, all: &mut Vec<Touch>) {
    let &[callee] = call.callees.as_slice() else { return };
    if call.by == RunBy::Await {
        return;
    }
    let Some(depth) = depth.checked_sub(1) else { return };
    if !facts.names_global_map(callee) && !from.passes_static() {
        return;
    }
    let effects = facts.map_effects(callee);
    for effect in effects {
        let key = effect.op.key.as_ref().map(|it| it.in_caller(&from.args, &from.keys));
        let path = effect.op.path.as_ref().and_then(|it| it.in_caller(&from.args));
        let registers =
            effect.op.writes == Some(Writes::Insert) && effects.iter().any(|it| reads_too(it, effect));
        let silent = effect.op.writes.is_none() && !effect.answers_caller;
        if !registers && !silent {
            all.extend(path.and_then(|it| touch(facts, &effect.op, it, key.as_ref(), from.at)));
        }
    }
    let Some(own) = facts.own(callee) else { return };
    for inner in own.facts.calls.iter().filter(|_| depth > 0) {
        called(facts, inner, &from.into_call(inner), depth, all);
    }
}

/// Whether a function that inserts looks first: an interner or a registry, which keeps what it has.
fn reads_too(read: &MapEffect, write: &MapEffect) -> bool {
    read.op.reads.is_some() && read.op.writes.is_none() && read.op.path == write.op.path
}

/// What an operation on the map in a place does, where the place is a static's.
fn touch(facts: &Facts<'_>, op: &MapOp, path: LockPath, key: Option<&KeyValue>, span: Span) -> Option<Touch> {
    let Root::Static(map) = path.root else { return None };
    if !facts.model.static_(map).is_shared_by_threads() {
        return None;
    }
    let what = match op.writes {
        Some(Writes::Insert | Writes::Remove) => match key {
            Some(KeyValue::Literal(text)) if text != "?" => What::Key(text.clone()),
            // A constant by its name.
            Some(KeyValue::Place(LockPath { root: Root::Static(id), steps })) if steps.is_empty() => {
                match facts.model.static_(*id).kind {
                    None => What::Key(format!("const {}", id.0)),
                    Some(_) => return None,
                }
            }
            _ => return None,
        },
        // `retain(|key, _| *key != own)`: each test may take out what it put in.
        Some(Writes::All) if op.picks => return None,
        Some(Writes::Clear | Writes::All) => What::All,
        // What is made when it is missing, or counted up, is there for all tests.
        Some(Writes::Entry | Writes::Update) => return None,
        None if op.reads.is_some() => What::Read,
        None => return None,
    };
    Some(Touch { path, span, what, under: None })
}

/// Two writes of two tests that meet, one of which asserts something of the map.
fn clash(first: &Test<'_>, second: &Test<'_>) -> Option<(LockPath, TestClash)> {
    if (first.serial && second.serial) || share_a_lock(first, second) {
        return None;
    }
    for a in &first.touches {
        for b in second.touches.iter().filter(|it| it.path == a.path) {
            let meet = match (&a.what, &b.what) {
                (What::Key(a), What::Key(b)) => a == b,
                (What::All, What::All | What::Key(_)) | (What::Key(_), What::All) => true,
                (What::Read, _) | (_, What::Read) => false,
            };
            let read = asserted(first, a).or_else(|| asserted(second, b));
            if let (true, Some(read), Root::Static(map)) = (meet, read, &a.path.root) {
                let clash = TestClash { map: *map, first: a.span, second: b.span, read };
                return Some((a.path.clone(), clash));
            }
        }
    }
    None
}

/// A read of the map that a test has written, in another critical section than the write.
fn asserted(test: &Test<'_>, write: &Touch) -> Option<Span> {
    let apart = |it: &&Touch| {
        matches!(it.what, What::Read)
            && it.path == write.path
            && (it.under.is_none() || it.under != write.under)
    };
    test.touches.iter().find(apart).filter(|_| test.asserts).map(|it| it.span)
}

/// Whether both tests hold one lock of another static.
fn share_a_lock(first: &Test<'_>, second: &Test<'_>) -> bool {
    // What is held while something else is locked.
    let locks = |test: &Test<'_>| -> Vec<LockPath> {
        let held = test.facts.events.iter().flat_map(|it| &it.held);
        let guards = held.filter_map(|it| test.facts.guard(it.guard));
        let exclusive = guards.filter(|it| it.acquisition.mode == Mode::Exclusive);
        exclusive
            .filter_map(|it| it.acquisition.path.clone())
            .filter(|it| matches!(it.root, Root::Static(_)))
            .collect()
    };
    let (a, b) = (locks(first), locks(second));
    let of_maps = |path: &LockPath| first.touches.iter().any(|it| it.path.root == path.root);
    a.iter().any(|it| b.contains(it) && !of_maps(it))
}
