//! Which functions a call of a trait's function, or a drop, may run.

use super::{Inferred, infer};
use crate::model::dispatch::Caller;
use crate::model::drop_fns::DropWhen;
use crate::model::items::FnOwner;
use crate::model::types::{Bound, FnId, OpaqueKind, TraitRef, Type};

impl Inferred {
    fn find_fn(&self, name: &str) -> FnId {
        let (owner, name) = name.split_once("::").unwrap_or(("", name));
        let found = self.model.fns.iter().zip(0..).find(|(def, id)| {
            def.name.as_str() == name && (owner.is_empty() || self.owner(FnId(*id)) == owner)
        });
        FnId(found.map(|(_, id)| id).expect("a function"))
    }

    /// The type of an impl, or a trait's name.
    fn owner(&self, f: FnId) -> String {
        match self.model.fn_def(f).owner {
            FnOwner::Free => String::new(),
            FnOwner::Impl(id) => self.show(&self.model.impl_(id).self_ty),
            FnOwner::Trait(id) => self.model.trait_(id).name.to_string(),
        }
    }

    fn fns(&self, fns: &[FnId]) -> String {
        let show = |f: &FnId| format!("{}::{}", self.owner(*f), self.model.fn_def(*f).name);
        fns.iter().map(show).collect::<Vec<_>>().join(", ")
    }

    /// What a call of a trait's function may run for the parameter `T` of a function, or for what its first parameter refers to.
    fn targets(&self, trait_fn: &str, caller: &str) -> String {
        let caller = self.find_fn(caller);
        let sig = self.model.sig(caller);
        let ty = match sig.generics.params.first() {
            Some(name) => Type::Param(*name),
            None => sig.params.first().map_or(Type::Unknown, |ty| ty.peel_refs().clone()),
        };
        let bounds = self.model.bounds_in(caller);
        let test = self.model.fn_def(caller).test;
        self.fns(&self.model.targets(self.find_fn(trait_fn), &ty, Caller { bounds: &bounds, test }))
    }

    fn drops(&self, of: &str) -> String {
        let ty = self.model.sig(self.find_fn(of)).params.first().cloned().unwrap_or(Type::Unknown);
        let show = |when| match when {
            DropWhen::Always => "",
            DropWhen::IfThere => " if there",
            DropWhen::LastOwner => " if last",
        };
        let list = self.model.drop_fns(&ty);
        list.iter()
            .map(|it| format!("{}{}", self.owner(it.func), show(it.when)))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

const STORES: &str = "
use std::sync::{Arc, Mutex};
pub trait Named { fn name(&self) -> u8; }
pub trait Store { fn get(&self) -> u8; fn twice(&self) -> u8 { self.get() } }
pub trait Deep: Store { fn deep(&self) -> u8; }
pub struct Mem; pub struct Disk<T>(T); pub struct Other; pub struct Wrap;
impl Store for Mem { fn get(&self) -> u8 { 1 } }
impl<T> Store for Disk<T> { fn get(&self) -> u8 { 2 } fn twice(&self) -> u8 { 4 } }
impl<T: Store + ?Sized> Store for Arc<T> { fn get(&self) -> u8 { (**self).get() } }
impl<'a, T: Store + ?Sized> Store for &'a T { fn get(&self) -> u8 { (**self).get() } }
impl<T: Store> Store for Mutex<T> { fn get(&self) -> u8 { self.lock().unwrap().get() } }
impl Deep for Mem { fn deep(&self) -> u8 { 1 } }
impl Named for Mem { fn name(&self) -> u8 { 1 } }
impl Named for Wrap { fn name(&self) -> u8 { 1 } }
pub trait All { fn all(&self) -> u8; }
impl<T: Named> All for T { fn all(&self) -> u8 { self.name() } }
#[cfg(test)] mod tests { pub struct Mock; impl super::Store for Mock { fn get(&self) -> u8 { 3 } } fn in_test<T: super::Store>(t: &T) {} }
fn object(s: &dyn Store) {}
fn objects(s: &(dyn Deep + Send)) {}
fn generic<T: Store>(t: &T) {}
fn both<T>(t: &T) where T: Store + Named {}
fn any(t: &impl Store) {}
fn mem(t: &Mem) {}
fn disk(t: &Disk<u8>) {}
fn shared(t: Arc<Mem>) {}
fn other(t: &Other) {}
";

#[test]
fn impls_of_a_trait() {
    let program = infer(STORES);
    let get = program.find_fn("Store::get");
    assert_eq!(
        program.fns(program.model.impls_of(get)),
        "Mem::get, Disk<T>::get, Arc<T>::get, &T::get, Mutex<T>::get, Mock::get"
    );
    let twice = program.find_fn("Store::twice");
    assert_eq!(program.fns(program.model.impls_of(twice)), "Store::twice, Disk<T>::twice");
    for (caller, expected) in [
        // Pointers hand on; what locks on the way is a type of its own. Mocks are for tests.
        ("object", "Mem::get, Disk<T>::get, Mutex<T>::get"),
        ("generic", "Mem::get, Disk<T>::get, Mutex<T>::get"),
        ("any", "Mem::get, Disk<T>::get, Mutex<T>::get"),
        ("in_test", "Mem::get, Disk<T>::get, Mutex<T>::get, Mock::get"),
        // Only what has all the traits asked for.
        ("objects", "Mem::get"),
        ("both", "Mem::get"),
        ("mem", "Mem::get"),
        ("disk", "Disk<T>::get"),
        ("shared", "Arc<T>::get"),
        ("other", ""),
    ] {
        assert_eq!(program.targets("Store::get", caller), expected, "{caller}");
    }
    assert_eq!(program.targets("Store::twice", "disk"), "Disk<T>::twice");
    assert_eq!(program.targets("Store::twice", "mem"), "Store::twice");
    // An impl for every type is for those that have what it asks.
    assert_eq!(program.targets("All::all", "mem"), "T::all");
    assert_eq!(program.targets("All::all", "other"), "");
}

#[test]
fn bounds_of_objects_are_asked() {
    let program = infer(STORES);
    let bound = |name: &str| {
        let id = program.model.traits.iter().zip(0..).find(|(it, _)| it.name.as_str() == name);
        let id = crate::model::types::TraitId(id.map(|(_, id)| id).expect("a trait"));
        Bound { trait_: TraitRef::Local(id), args: [].into(), assoc: [].into() }
    };
    let ty = Type::Opaque(OpaqueKind::Impl, [bound("Store"), bound("Named")].into());
    let found =
        program.model.targets(program.find_fn("Store::get"), &ty, Caller { bounds: &[], test: false });
    assert_eq!(program.fns(&found), "Mem::get");
}

#[test]
fn drops_of_parts() {
    let program = infer(
        "
use std::collections::HashMap;
use std::mem::ManuallyDrop;
use std::rc::{Rc, Weak};
use std::sync::{Arc, Mutex, MutexGuard, RwLock};
pub struct D; impl Drop for D { fn drop(&mut self) {} }
pub struct E<T>(T); impl<T> Drop for E<T> { fn drop(&mut self) {} }
pub struct Plain { n: u8, s: String }
pub struct Two { d: D, e: E<u8> }
pub struct Gen<T> { t: T }
pub enum Maybe { Yes(D), No }
pub struct List { next: Option<Box<List>>, d: D }
pub struct Shared { d: Arc<Two> }
pub trait Task { fn run(&self); }
impl Task for D { fn run(&self) {} }
impl Task for Plain { fn run(&self) {} }
pub union Un { d: ManuallyDrop<D> }
fn own(x: D) {} fn plain(x: Plain) {} fn fields(x: Two) {} fn nested(x: E<D>) {} fn param(x: Gen<D>) {}
fn other(x: Gen<u8>) {} fn variant(x: Maybe) {} fn list(x: List) {} fn boxed(x: Box<D>) {} fn option(x: Option<D>) {}
fn map(x: HashMap<u8, D>) {} fn vec(x: Vec<(u8, E<u8>)>) {} fn array(x: [D; 2]) {} fn locked(x: Mutex<D>) {}
fn arc(x: Arc<D>) {} fn shared(x: Shared) {} fn weak(x: Weak<D>) {} fn guard(x: MutexGuard<'static, D>) {} fn reference(x: &D) {}
fn manual(x: ManuallyDrop<D>) {} fn object(x: Box<dyn Task>) {} fn unions(x: Un) {} fn table(x: Arc<RwLock<HashMap<u8, D>>>) {}
fn lazy(x: parking_lot::Mutex<D>) {} fn dash(x: dashmap::DashMap<u8, D>) {} fn slot(x: dashmap::Entry<'static, u8, D>) {}
fn result(x: Result<D, E<u8>>) {}
",
    );
    for (of, expected) in [
        ("own", "D"),
        ("plain", ""),
        ("fields", "D, E<T>"),
        ("nested", "E<T>, D"),
        ("param", "D"),
        ("other", ""),
        ("variant", "D if there"),
        ("list", "D"),
        ("boxed", "D"),
        ("option", "D if there"),
        ("map", "D if there"),
        ("vec", "E<T> if there"),
        ("array", "D"),
        ("locked", "D"),
        ("arc", "D if last"),
        ("shared", "D if last, E<T> if last"),
        ("weak", ""),
        ("guard", ""),
        ("reference", ""),
        ("manual", ""),
        ("object", "D if there"),
        ("unions", ""),
        ("table", "D if last"),
        ("lazy", "D"),
        ("dash", "D if there"),
        ("slot", ""),
        ("result", "D if there, E<T> if there"),
    ] {
        assert_eq!(program.drops(of), expected, "{of}");
    }
}
