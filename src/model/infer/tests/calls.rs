//! What calls call: functions of the analysed code behind traits, values, operators and closures.

use super::{Inferred, infer, with_prelude};

#[test]
fn explore() {
    let program = infer(
        r#"
use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};
use std::fmt::{self, Display};
use std::ops::{Add, AddAssign, Index, IndexMut, Neg, Deref};
pub struct K(u32);
impl PartialEq for K { fn eq(&self, o: &K) -> bool { true } }
impl PartialOrd for K { fn partial_cmp(&self, o: &K) -> Option<std::cmp::Ordering> { None } }
impl Add for K { type Output = K; fn add(self, o: K) -> K { self } }
impl<'a> Add<&'a K> for &'a K { type Output = K; fn add(self, o: &K) -> K { K(1) } }
impl AddAssign<u32> for K { fn add_assign(&mut self, o: u32) {} }
impl Neg for K { type Output = K; fn neg(self) -> K { self } }
impl Index<u32> for K { type Output = u8; fn index(&self, i: u32) -> &u8 { loop {} } }
impl Clone for K { fn clone(&self) -> K { K(0) } }
impl Default for K { fn default() -> K { K(0) } }
impl Display for K { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { Ok(()) } }
impl From<u32> for K { fn from(n: u32) -> K { K(n) } }
impl std::hash::Hash for K { fn hash<H: std::hash::Hasher>(&self, h: &mut H) {} }
pub struct W(Box<K>);
impl Deref for W { type Target = K; fn deref(&self) -> &K { &self.0 } }
impl Iterator for W { type Item = u8; fn next(&mut self) -> Option<u8> { None } }
pub struct Bag;
impl IntoIterator for Bag { type Item = u8; type IntoIter = W; fn into_iter(self) -> W { loop {} } }
impl<'a> IntoIterator for &'a Bag { type Item = u8; type IntoIter = W; fn into_iter(self) -> W { loop {} } }
impl Extend<u8> for Bag { fn extend<T: IntoIterator<Item = u8>>(&mut self, t: T) {} }
impl std::iter::FromIterator<u8> for Bag { fn from_iter<T: IntoIterator<Item = u8>>(t: T) -> Bag { Bag } }
impl std::str::FromStr for K { type Err = (); fn from_str(s: &str) -> Result<K, ()> { Err(()) } }
pub trait Store { fn get(&self) -> u8; fn dflt(&self) -> u8 { self.get() } fn make() -> Self where Self: Sized; }
impl Store for K { fn get(&self) -> u8 { 1 } fn make() -> K { K(1) } }
pub struct E2;
impl From<std::fmt::Error> for E2 { fn from(e: std::fmt::Error) -> E2 { E2 } }
struct Holder { k: K, hook: fn(u8) -> u8, f: Box<dyn Fn(u8) -> u8>, store: Box<dyn Store>, m: Mutex<K>, s2: Arc<dyn Store + Send + Sync> }
struct G<F: Fn(u8) -> u8> { f: F }
impl<F: Fn(u8) -> u8> G<F> { fn go(&self) -> u8 { (self.f)(77) } }
fn a1(a: K, b: K, arc: Arc<K>, bx: Box<K>, w: W, m: &Mutex<K>, h: &Holder) {
    let e0 = a == b;
    let e1 = a < b;
    let e2 = *arc == b;
    let e3 = &a == &b;
    let e4 = a != b;
    let x0 = a[1];
    let x1 = arc[1];
    let x2 = w[1];
    let p0 = a + b;
    let p1 = &a + &b;
    let n0 = -p0;
    let c0 = arc.clone();
    let c1 = bx.clone();
    let c2 = w.clone();
    let c3 = m.lock().unwrap().clone();
    let c4 = K::clone(&arc);
    let c5 = Clone::clone(&bx);
    let c6 = <K as Clone>::clone(&bx);
    let c7 = (**bx).clone();
    let s0 = a.to_string();
    let s1 = arc.to_string();
    let d0: K = Default::default();
    let d1 = K::default();
    let d2 = <K>::default();
    let f0: K = 5u32.into();
    let f1 = K::from(5);
    let f2: K = From::from(5u32);
    let g0 = w.next();
    let g1 = Iterator::next(&mut w);
    let g2 = w.map(|x| x);
    let h0 = h.store.get();
    let h1 = h.s2.get();
    let h2 = (h.hook)(1);
    let h3 = (h.f)(2);
    let h4 = h.m.lock().unwrap().get();
    let h5 = Store::get(&h.k);
    let h6 = <K as Store>::get(&h.k);
    let h7 = K::get(&h.k);
    let h8: K = Store::make();
    let h9 = K::dflt(&a);
    let q0: Bag = w.collect();
    let q1: K = "a".parse().unwrap();
    let q2 = "a".parse::<K>();
    let r0 = a.eq(&b);
    let r1 = a.partial_cmp(&b);
    let r2 = PartialEq::eq(&a, &b);
    let r3 = a.add(b);
    let r4 = a.hash(&mut hasher());
    let r5 = arc.deref();
    let r6 = w.deref();
    let r7 = std::mem::take(&mut a);
    let r8 = Some(a).unwrap_or_default();
    let t0 = opt(&a) == Some(b);
}
fn opt(k: &K) -> Option<K> { None }
fn hasher() -> std::collections::hash_map::DefaultHasher { loop {} }
fn assign(mut a: K, mut b: Bag, v: Vec<u8>) { a += 5u32; b.extend(v); for x in &b { } for x in b {} let k: K = K(1); }
fn tr() -> Result<(), E2> { let r: Result<u8, std::fmt::Error> = Ok(1); r?; Ok(()) }
fn free(x: u8) -> u8 { x }
impl K { fn load(x: u8) -> u8 { x } fn me(&self, x: u8) -> u8 { x } }
impl Holder { fn load(x: u8) -> u8 { x } fn run(&self) -> u8 { let v0 = Self::load; let v1 = v0(3); let v2 = free; let v3 = v2(4); let v4 = K::me; let v5 = v4(&self.k, 1); let v6 = K::get; let v7 = v6(&self.k); let v8: fn(u8) -> u8 = free; let v9 = v8(5); let va = <K as Store>::get; let vb = va(&self.k); let vc = Some(6u8).map(Self::load); let vd = Some(&self.k).map(Store::get); let ve = call(free, 9); let vf = call(Holder::load, 9); let vg = self.hook; let vh = vg(8); 1 } }
fn call<F: Fn(u8) -> R, R>(f: F, x: u8) -> R { let i0 = f(x); i0 }
fn call2(f: impl Fn(u8) -> u8, g: &dyn Fn(u8) -> u8, h: Box<dyn FnOnce(u8) -> u8>, i: &mut dyn FnMut(u8), j: Option<Box<dyn Fn(u8) -> u8>>, k: Arc<dyn Fn(u8) -> u8>) {
  let i0 = f(1); let i1 = g(2); let i2 = h(3); i(4); if let Some(j) = &j { let i3 = j(5); } let i4 = k(6); let i5 = (*g)(7);
}
fn gen<T: Store, U>(t: &T, u: &[U], z: &impl Store) where U: Store { let j0 = t.get(); let j1 = T::make(); let j2 = u[0].get(); let j3 = <T as Store>::get(t); let j4 = Store::get(t); let j5 = z.get(); let j6 = u.iter().map(|x| x.get()).count(); let j7 = u.iter().map(Store::get).count(); let j8 = u.iter().map(U::get).count(); }
"#,
    );
    let mut out = String::new();
    for (tree, typing) in &program.bodies {
        for (i, expr) in tree.arena.exprs.iter().enumerate() {
            let id = crate::syntax::ExprId(i as u32);
            if let Some(callee) = typing.callees.get(&id).or_else(|| typing.overloaded.get(&id)) {
                out += &format!("{:50} {}\n", program.slice(expr.range), program.show_callee(callee));
            } else if matches!(expr.kind, crate::syntax::ExprKind::Path(_)) && let Some(res @ crate::model::typing::Res::Fn(_)) = typing.paths.get(&id) {
                out += &format!("        {:50} {:?} {}\n", program.slice(expr.range), res, program.show(&typing.exprs[i]));
            }
        }
    }
    panic!("{out}");
}
