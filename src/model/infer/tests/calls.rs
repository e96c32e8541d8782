//! What calls call: functions of the analysed code behind library traits, values, operators and formatting macros.

use super::{Inferred, infer};
use crate::model::body::{Body, BodyOwner, StepKind};
use crate::model::items::FnOwner;
use crate::model::lower::lower_body;
use crate::model::types::FnId;
use crate::model::typing::{Callee, Res};
use crate::syntax::ExprKind;

impl Inferred {
    /// The functions of the analysed code and unknown values that a function calls, in the order of its steps, as `Owner::name`.
    fn steps(&self, name: &str) -> String {
        let mut calls = Vec::new();
        for (tree, typing) in &self.bodies {
            let owner =
                self.model.fns.iter().zip(0..).find(|(f, _)| f.body.is_some_and(|b| b.body == tree.range));
            let Some((def, id)) = owner else { continue };
            if def.name.as_str() == name {
                self.calls_of(&lower_body(&self.model, BodyOwner::Fn(FnId(id)), tree, typing), &mut calls);
            }
        }
        calls.join(", ")
    }

    fn calls_of(&self, body: &Body, calls: &mut Vec<String>) {
        for step in body.blocks.iter().flat_map(|block| &block.steps) {
            match &step.kind {
                StepKind::Call { callee: Callee::Fn(f), .. } => calls.push(self.fn_name(*f)),
                StepKind::Call { callee: Callee::Value, .. } => calls.push("value".to_owned()),
                StepKind::Call { callee: Callee::Unknown(name), .. } => calls.push(format!("?{name}")),
                _ => {}
            }
        }
        body.children.iter().for_each(|child| self.calls_of(child, calls));
    }

    fn fn_name(&self, f: FnId) -> String {
        let def = self.model.fn_def(f);
        match def.owner {
            FnOwner::Free => def.name.to_string(),
            FnOwner::Impl(id) => format!("{}::{}", self.show(&self.model.impl_(id).self_ty), def.name),
            FnOwner::Trait(id) => format!("{}::{}", self.model.trait_(id).name, def.name),
        }
    }

    /// The functions that the paths of this text, where they are not called, name.
    fn named(&self, text: &str) -> String {
        let mut found = Vec::new();
        for (tree, typing) in &self.bodies {
            for (expr, id) in tree.arena.exprs.iter().zip(0..) {
                if let (ExprKind::Path(_), Some(Res::Fn(f))) =
                    (&expr.kind, typing.paths.get(&crate::syntax::ExprId(id)))
                    && self.slice(expr.range) == text
                {
                    found.push(self.fn_name(*f));
                }
            }
        }
        found.join(" | ")
    }
}

const KEYS: &str = "
use std::fmt::{self, Debug, Display};
use std::ops::{Add, AddAssign, Deref, Index, Neg};
use std::sync::Arc;
pub struct K(u32);
impl PartialEq for K { fn eq(&self, other: &K) -> bool { true } }
impl PartialOrd for K { fn partial_cmp(&self, other: &K) -> Option<std::cmp::Ordering> { None } }
impl Add for K { type Output = K; fn add(self, other: K) -> K { self } }
impl AddAssign<u32> for K { fn add_assign(&mut self, n: u32) {} }
impl Neg for K { type Output = K; fn neg(self) -> K { self } }
impl Index<u32> for K { type Output = u8; fn index(&self, n: u32) -> &u8 { loop {} } }
impl Clone for K { fn clone(&self) -> K { loop {} } }
impl Default for K { fn default() -> K { loop {} } }
impl Display for K { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { loop {} } }
impl From<u32> for K { fn from(n: u32) -> K { loop {} } }
impl From<u8> for K { fn from(n: u8) -> K { loop {} } }
impl TryFrom<i32> for K { type Error = (); fn try_from(n: i32) -> Result<K, ()> { loop {} } }
pub struct W(Box<K>);
impl Deref for W { type Target = K; fn deref(&self) -> &K { &self.0 } }
impl Debug for W { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { loop {} } }
impl Iterator for W { type Item = u8; fn next(&mut self) -> Option<u8> { None } }
pub trait Store { fn get(&self) -> u8; fn make() -> Self where Self: Sized; }
impl Store for K { fn get(&self) -> u8 { 1 } fn make() -> K { loop {} } }
impl K { fn load(n: u8) -> u8 { n } fn with(&self, n: u8) -> u8 { n } }
fn free(n: u8) -> u8 { n }
";

#[test]
fn traits_of_the_library() {
    let program = infer(&format!(
        "{KEYS}
fn f(a: K, b: K, shared: Arc<K>, boxed: Box<K>, mut w: W) {{
    Clone::clone(&a); Clone::clone(&boxed); Clone::clone(&shared);
    let d: K = Default::default();
    let c: K = 5u32.into(); let c: K = 5u8.into(); let c: K = From::from(5u32);
    let t: Result<K, ()> = 5i32.try_into();
    a.to_string(); shared.to_string(); PartialEq::eq(&a, &b); Iterator::next(&mut w); Iterator::next(&mut &mut w);
    Some(&a).map(ToString::to_string); Some(K(1)).unwrap_or_else(Default::default);
}}"
    ));
    for (text, expected) in [
        ("Clone::clone(&a)", "fn clone"),
        ("Clone::clone(&boxed)", "fn clone"),
        ("Clone::clone(&shared)", "std::clone::Clone::clone"),
        ("Default::default()", "fn default"),
        ("5u32.into()", "fn from"),
        ("From::from(5u32)", "fn from"),
        ("5i32.try_into()", "fn try_from"),
        ("a.to_string()", "fn fmt"),
        ("shared.to_string()", "fn fmt"),
        ("PartialEq::eq(&a, &b)", "fn eq"),
        ("Iterator::next(&mut w)", "fn next"),
        ("Iterator::next(&mut &mut w)", "fn next"),
    ] {
        assert_eq!(program.callee(text), expected, "{text}");
    }
    assert_eq!(program.named("ToString::to_string"), "K::fmt");
    assert_eq!(program.named("Default::default"), "K::default");
}

#[test]
fn operators_of_the_analysed_code() {
    let program = infer(&format!(
        "{KEYS}
fn equal(a: K, b: K, shared: Arc<K>) {{ a == b; *shared == b; &a == &b; }}
fn differ(a: K, b: K) {{ let x = a != b; }}
fn less(a: K, b: K) {{ if a < b {{ free(1); }} }}
fn others(mut a: K, b: K, shared: Arc<K>, w: W) {{ a[1]; shared[1]; w[1]; a += 5u32; -(a + b); }}"
    ));
    assert_eq!(program.steps("equal"), "K::eq, K::eq, K::eq");
    assert_eq!(program.steps("differ"), "K::eq");
    assert_eq!(program.steps("less"), "K::partial_cmp, free");
    assert_eq!(
        program.steps("others"),
        "K::index, K::index, W::deref, K::index, K::add_assign, K::add, K::neg"
    );
}

#[test]
fn formatting_macros_show_values() {
    let program = infer(&format!(
        "{KEYS}
fn printed(a: &K, n: u8) {{ println!(\"{{a}} {{n}} {{}}\", n); }}
fn positional(a: Arc<K>, w: W) {{ let s = format!(\"{{1:?}} {{0}} {{}}\", a, w); }}
fn other(a: K, w: W) {{ println!(\"{{:p}} {{w}} {{:?}}\", &a, a); }}
fn named(a: K) -> String {{ format!(\"{{key:>8}}\", key = a) }}
fn logged(a: K, w: W) {{ tracing::info!(key = %a, ?w, \"done\"); }}
fn failed(a: K) {{ panic!(\"{{a}}\") }}"
    ));
    assert_eq!(program.steps("printed"), "K::fmt");
    // Debug of `W`, and `Display` of `K` twice.
    assert_eq!(program.steps("positional"), "K::fmt, K::fmt, W::fmt");
    assert_eq!(program.steps("other"), "");
    assert_eq!(program.steps("named"), "K::fmt");
    assert_eq!(program.steps("logged"), "K::fmt, W::fmt");
    assert_eq!(program.steps("failed"), "K::fmt");
}

#[test]
fn loops_call_next() {
    let program = infer(&format!(
        "{KEYS}
pub struct Bag;
impl<'a> IntoIterator for &'a Bag {{ type Item = u8; type IntoIter = W; fn into_iter(self) -> W {{ loop {{}} }} }}
fn owned(w: W) {{ for n in w {{ free(n); }} }}
fn lent(w: &mut W) {{ for n in w {{ free(n); }} }}
fn made(b: &Bag) {{ for n in b {{ free(n); }} }}
fn library(v: Vec<u8>) {{ for n in &v {{ free(*n); }} }}"
    ));
    assert_eq!(program.steps("owned"), "W::next, free");
    assert_eq!(program.steps("lent"), "W::next, free");
    assert_eq!(program.steps("made"), "&Bag::into_iter, W::next, free");
    assert_eq!(program.steps("library"), "free");
}

#[test]
fn functions_as_values() {
    let program = infer(&format!(
        "{KEYS}
impl K {{ fn own(&self) -> u8 {{ let f = Self::load; f(1) }} }}
fn item() -> u8 {{ let f = free; f(1) }}
fn pointer() -> u8 {{ let f: fn(u8) -> u8 = free; let g = f; g(1) }}
fn cast() -> u8 {{ let f = free as fn(u8) -> u8; f(1) }}
fn method(k: &K) -> u8 {{ let f = K::with; f(k, 1) }}
fn of_trait(k: &K) -> u8 {{ let f = <K as Store>::get; f(k) }}
fn either(b: bool) -> u8 {{ let f: fn(u8) -> u8 = if b {{ free }} else {{ K::load }}; f(1) }}
fn changed() -> u8 {{ let mut f: fn(u8) -> u8 = free; f(1); f = K::load; f(2) }}
fn lent() -> u8 {{ let mut f: fn(u8) -> u8 = free; change(&mut f); f(2) }}
fn change(f: &mut fn(u8) -> u8) {{ *f = K::load; }}
fn passed(k: &K) {{ Some(1).map(K::load); Some(k).map(Store::get); Some(k).map(<K as Store>::get); }}
fn given(f: impl Fn(u8) -> u8, g: &dyn Fn(u8) -> u8) {{ f(1); g(1); }}"
    ));
    for (name, expected) in [
        ("own", "K::load"),
        ("item", "free"),
        ("pointer", "free"),
        ("cast", "free"),
        ("method", "K::with"),
        ("of_trait", "K::get"),
        ("either", "value"),
        ("changed", "value, value"),
        ("lent", "change, value"),
        ("given", "value, value"),
    ] {
        assert_eq!(program.steps(name), expected, "{name}");
    }
    assert_eq!(program.named("Store::get"), "K::get");
    assert_eq!(program.named("<K as Store>::get"), "K::get | K::get");
}

#[test]
fn closures_of_generic_helpers() {
    let program = super::with_prelude(
        "
use std::future::Future;
pub struct Table { m: Mutex<Map>, t: tokio::sync::Mutex<Map> }
type Map = HashMap<u8, String>;
pub trait Access { type M; fn access<R>(&self, f: impl FnOnce(&mut Self::M) -> R) -> R; }
impl Access for Table { type M = Map; fn access<R>(&self, f: impl FnOnce(&mut Map) -> R) -> R { loop {} } }
impl Table {
    fn with<R>(&self, f: impl FnOnce(&mut Map) -> R) -> R { f(&mut self.m.lock().unwrap()) }
    fn bound<F, R>(&self, f: F) -> R where F: FnOnce(&mut Map) -> R { f(&mut self.m.lock().unwrap()) }
    async fn later<F, Fut, T>(&self, f: F) -> T where F: FnOnce(Arc<Map>) -> Fut, Fut: Future<Output = T> { loop {} }
    async fn async_bound<T>(&self, f: impl AsyncFnOnce(&mut Map) -> T) -> T { f(&mut *self.t.lock().await).await }
    fn boxed(&self, f: Box<dyn FnOnce(&mut Map) -> u8 + Send>) -> u8 { 1 }
    fn chain<A, B>(&self, a: impl Fn(&Map) -> A, b: impl Fn(A) -> B) -> B { loop {} }
}
pub struct Generic<T> { inner: Mutex<T> }
impl<T> Generic<T> { fn with<R, F>(&self, f: F) -> R where F: FnOnce(&mut T) -> R { f(&mut *self.inner.lock().unwrap()) } }
fn timed<F, R>(f: F) -> R where F: FnOnce() -> R { f() }
async fn retry<T, E, Fut>(mut f: impl FnMut() -> Fut) -> Result<T, E> where Fut: Future<Output = Result<T, E>> { f().await }
async fn uses(t: &Table, g: &Generic<Map>) {
    let v0 = t.with(|m0| m0.get(&1).cloned());
    let v1 = t.bound(|m1| m1.len());
    let v2 = t.access(|m2| m2.remove(&1));
    let v3 = t.boxed(Box::new(|m3| m3.len() as u8));
    let v4 = t.chain(|m4| m4.get(&1).cloned(), |o| o.unwrap());
    let v5 = g.with(|m5| m5.entry(1).or_default().len());
    let v6 = timed(|| t.m.lock().unwrap());
    let v7 = t.later(|m7| async move { m7.len() }).await;
    let v8 = t.async_bound(async |m8| m8.len()).await;
    let v9 = retry(|| async { Ok::<usize, String>(t.m.lock().unwrap().len()) }).await;
    let v10 = t.with(HashMap::len);
}
",
    );
    for (variable, expected) in [
        ("m0", "&mut HashMap<u8, String>"),
        ("v0", "Option<String>"),
        ("m1", "&mut HashMap<u8, String>"),
        ("v1", "usize"),
        ("m2", "&mut HashMap<u8, String>"),
        ("v2", "Option<String>"),
        ("m3", "&mut HashMap<u8, String>"),
        ("m4", "&HashMap<u8, String>"),
        ("o", "Option<String>"),
        ("v4", "String"),
        ("m5", "&mut HashMap<u8, String>"),
        ("v5", "usize"),
        ("v6", "MutexGuard<HashMap<u8, String>>"),
        ("m7", "Arc<HashMap<u8, String>>"),
        ("v7", "usize"),
        ("m8", "&mut HashMap<u8, String>"),
        ("v8", "usize"),
        ("v9", "Result<usize, String>"),
        ("v10", "usize"),
    ] {
        assert_eq!(program.var(variable), expected, "{variable}");
    }
}

#[test]
fn written_arguments_of_library_items() {
    let program = super::with_prelude(
        "
fn f() {
    let a = Ok::<_, String>(1u8); let b = Option::<u8>::None; let c = None::<u16>;
    let d = std::mem::take::<String>(loop {}); let e = std::result::Result::<u8, u16>::Err(2);
}
",
    );
    assert_eq!(program.var("a"), "Result<u8, String>");
    assert_eq!(program.var("b"), "Option<u8>");
    assert_eq!(program.var("c"), "Option<u16>");
    assert_eq!(program.var("d"), "String");
    assert_eq!(program.var("e"), "Result<u8, u16>");
}

#[test]
fn derived_deref_names_its_field() {
    let program = super::with_prelude(
        "
#[derive(derive_more::Deref)]
pub struct Held { name: String, #[deref] map: Mutex<HashMap<u8, String>> }
fn f(h: &Held) { let g = h.lock().unwrap(); }
",
    );
    assert_eq!(program.var("g"), "MutexGuard<HashMap<u8, String>>");
}

#[test]
fn deferred_variables_drop_what_they_hold() {
    let program = infer(
        "
pub struct D; impl Drop for D { fn drop(&mut self) {} }
fn make() -> D { D }
fn once() { let gone; gone = make(); }
fn early(b: bool) { let gone; if b { return; } gone = make(); }
fn both(b: bool) { let gone; if b { gone = make(); } else { gone = make(); } }
fn again() { let mut gone = make(); gone = make(); }
fn turns() { let mut gone: D; loop { gone = make(); } }
",
    );
    let drops = |name: &str| {
        let mut n = 0;
        for (tree, typing) in &program.bodies {
            let owner =
                program.model.fns.iter().zip(0..).find(|(f, _)| f.body.is_some_and(|b| b.body == tree.range));
            let Some((_, id)) = owner.filter(|(def, _)| def.name.as_str() == name) else { continue };
            let body = lower_body(&program.model, BodyOwner::Fn(FnId(id)), tree, typing);
            let named = |place: &crate::model::body::Place| match place.base {
                crate::model::body::PlaceBase::Local(local) => body.locals[local.0 as usize].name.is_some(),
                _ => false,
            };
            let steps = body.blocks.iter().flat_map(|block| &block.steps);
            n += steps.filter(|step| matches!(&step.kind, StepKind::Drop(place) if named(place))).count();
        }
        n
    };
    // Only at the end: the first assignment, and an exit before it, drop nothing.
    assert_eq!(drops("once"), 1);
    assert_eq!(drops("both"), 1);
    assert_eq!(drops("early"), 1);
    assert_eq!(drops("again"), 2);
    // From the second turn on it holds one.
    assert!(drops("turns") >= 1);
}

#[test]
fn what_a_type_is_known_to_have_comes_before_what_it_may_have() {
    let program = infer(
        "
use dashmap::DashMap;
fn f(m: &DashMap<u8, u64>) {
    let greatest = m.iter().map(|it| *it).max();
    let least = m.iter().map(|it| *it.key()).min();
    let of_two = 1u8.max(2);
}
",
    );
    assert_eq!(program.var("greatest"), "Option<u64>");
    assert_eq!(program.var("least"), "Option<u8>");
    assert_eq!(program.var("of_two"), "u8");
}

#[test]
fn an_impl_for_a_wrapper_is_of_what_it_wraps() {
    let program = infer(
        "
use std::collections::HashMap;
use std::sync::{Arc, RwLock, Weak};
trait Files { fn write(&self, text: &str) -> usize; }
struct Disk;
impl Files for Disk { fn write(&self, text: &str) -> usize { text.len() } }
impl<F: Files> Files for Arc<F> { fn write(&self, text: &str) -> usize { (**self).write(text) } }
struct Entry { all: Weak<RwLock<HashMap<u8, String>>> }
fn locks(entry: &Entry) { if let Some(all) = entry.all.upgrade() { let guard = all.write().unwrap(); } }
fn writes(disk: Arc<Disk>) { let n = disk.write(\"it\"); }
",
    );
    assert_eq!(program.var("guard"), "RwLockWriteGuard<HashMap<u8, String>>");
    assert_eq!(program.steps("writes"), "Arc<F>::write");
}
