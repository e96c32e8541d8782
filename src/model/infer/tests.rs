//! Types in small programs, with the rows that are built in.

mod calls;
mod impls;

use super::infer_body;
use crate::facts::knowledge;
use crate::model::body::BodyOwner;
use crate::model::items::StaticId;
use crate::model::library::Library;
use crate::model::types::{Bound, FnId, FnKind, Mutability, OpaqueKind, TraitRef, Type};
use crate::model::typing::{BindMode, Callee, Typing};
use crate::model::{Model, build};
use crate::source::{Dependency, DependencyKind, Files, Package, Workspace};
use crate::syntax::{BodyTree, ExprKind, lower_body};
use std::path::{Path as FilePath, PathBuf};
use std::sync::{Arc, OnceLock};

fn library() -> Arc<Library> {
    static LIBRARY: OnceLock<Arc<Library>> = OnceLock::new();
    LIBRARY.get_or_init(|| Arc::new(knowledge::load_builtin().1)).clone()
}

/// A program whose bodies were all inferred.
struct Inferred {
    model: Model,
    text: String,
    bodies: Vec<(BodyTree, Typing)>,
}

fn workspace() -> Workspace {
    let names =
        ["dashmap", "parking_lot", "tokio", "futures", "once_cell", "lazy_static", "anyhow", "stateright"];
    let dependencies = names
        .iter()
        .map(|name| Dependency {
            name_in_code: name.to_string(),
            package: name.to_string(),
            kind: DependencyKind::Normal,
            path: None,
            version: None,
            source: None,
            optional: false,
        })
        .collect();
    let package = Package { dependencies, ..Package::of_library("p", "/w") };
    Workspace { root: PathBuf::from("/w"), packages: vec![package], ..Workspace::default() }
}

fn infer(text: &str) -> Inferred {
    let text = text.to_owned();
    let work = std::thread::Builder::new().stack_size(64 << 20).spawn(move || {
        let files = Files::in_memory();
        files.insert(FilePath::new("/w/src/lib.rs"), text.clone());
        let (model, problems) = build(&workspace(), &files, library());
        assert!(problems.is_empty(), "{problems:?}");
        let mut owners = Vec::new();
        for (i, f) in model.fns.iter().enumerate() {
            owners.extend(f.body.map(|body| (BodyOwner::Fn(FnId(i as u32)), f.span.file, body)));
        }
        for (i, s) in model.statics.iter().enumerate() {
            owners.extend(s.init.map(|body| (BodyOwner::Static(StaticId(i as u32)), s.span.file, body)));
        }
        let bodies = owners
            .into_iter()
            .map(|(owner, file, source)| {
                let (tree, problems) = lower_body(&text, file, &source);
                assert!(problems.is_empty(), "{problems:?}");
                let typing = infer_body(&model, owner, &tree);
                (tree, typing)
            })
            .collect();
        Inferred { model, text, bodies }
    });
    match work.map(std::thread::JoinHandle::join) {
        Ok(Ok(inferred)) => inferred,
        _ => panic!("inference panicked"),
    }
}

impl Inferred {
    /// The types of all expressions whose text this is, the first body first.
    fn ty(&self, text: &str) -> String {
        let mut found = Vec::new();
        for (tree, typing) in &self.bodies {
            for (expr, ty) in tree.arena.exprs.iter().zip(&typing.exprs) {
                if self.slice(expr.range) == text {
                    found.push(self.show(ty));
                }
            }
        }
        found.dedup();
        found.join(" | ")
    }

    /// The types of all variables of this name.
    fn var(&self, name: &str) -> String {
        let mut found = Vec::new();
        for (tree, typing) in &self.bodies {
            let mut pats: Vec<_> = typing.bindings.iter().collect();
            pats.sort_by_key(|(pat, _)| **pat);
            for (pat, binding) in pats {
                let crate::syntax::PatKind::Bind { name: own, .. } = &tree.arena[*pat].kind else { continue };
                if own.as_str() == name {
                    let mode = match binding.mode {
                        BindMode::Value => "",
                        BindMode::Ref(_) => "ref ",
                    };
                    found.push(format!("{mode}{}", self.show(&binding.ty)));
                }
            }
        }
        found.join(" | ")
    }

    /// What the calls and operators of this text call.
    fn callee(&self, text: &str) -> String {
        let mut found = Vec::new();
        for (tree, typing) in &self.bodies {
            for (i, expr) in tree.arena.exprs.iter().enumerate() {
                let id = crate::syntax::ExprId(i as u32);
                if self.slice(expr.range) == text
                    && let Some(callee) = typing.callees.get(&id).or_else(|| typing.overloaded.get(&id))
                {
                    found.push(self.show_callee(callee));
                }
            }
        }
        found.join(" | ")
    }

    /// The adjustment of the call, field access or index of this text.
    fn adjust(&self, text: &str) -> String {
        for (tree, typing) in &self.bodies {
            for (i, expr) in tree.arena.exprs.iter().enumerate() {
                if self.slice(expr.range) == text
                    && let Some(adjust) = typing.adjusts.get(&crate::syntax::ExprId(i as u32))
                {
                    let mut out = "*".repeat(adjust.derefs.len());
                    match adjust.autoref {
                        Some(Mutability::Shared) => out.insert(0, '&'),
                        Some(Mutability::Mut) => out.insert_str(0, "&mut "),
                        None => {}
                    }
                    return out;
                }
            }
        }
        "none".to_owned()
    }

    fn slice(&self, range: crate::source::TextRange) -> &str {
        self.text.get(range.lo as usize..range.hi as usize).unwrap_or("")
    }

    fn show_callee(&self, callee: &Callee) -> String {
        match callee {
            Callee::Fn(f) => format!("fn {}", self.model.fn_def(*f).name),
            Callee::TraitFn { trait_, func, dynamic } => {
                let dynamic = if *dynamic { "dyn " } else { "" };
                format!("{dynamic}{}::{}", self.model.trait_(*trait_).name, self.model.fn_def(*func).name)
            }
            Callee::Api(api) => self.model.library.api(*api).path.to_string(),
            Callee::Ctor(_) => "constructor".to_owned(),
            Callee::Value => "value".to_owned(),
            Callee::Unknown(name) => format!("?{name}"),
        }
    }

    fn list(&self, types: &[Type]) -> String {
        types.iter().map(|ty| self.show(ty)).collect::<Vec<_>>().join(", ")
    }

    fn generic(&self, name: &str, args: &[Type]) -> String {
        // Hashers and allocators are noise.
        let args: Vec<Type> = args
            .iter()
            .filter(|ty| !matches!(ty, Type::Lib(path, _) if path.as_str().ends_with("RandomState")))
            .cloned()
            .collect();
        if args.is_empty() { name.to_owned() } else { format!("{name}<{}>", self.list(&args)) }
    }

    fn call(&self, parts: &[Type]) -> String {
        let (ret, params) = parts.split_last().expect("a result");
        format!("({}) -> {}", self.list(params), self.show(ret))
    }

    fn show_bounds(&self, bounds: &[Bound]) -> String {
        let show = |bound: &Bound| {
            let name = match bound.trait_ {
                TraitRef::Local(id) => self.model.trait_(id).name,
                TraitRef::Lib(path) => path,
            };
            let assoc: Vec<String> =
                bound.assoc.iter().map(|(name, ty)| format!("{name} = {}", self.show(ty))).collect();
            let short = name.as_str().rsplit("::").next().unwrap_or("");
            if assoc.is_empty() {
                self.generic(short, &bound.args)
            } else {
                format!("{short}<{}>", assoc.join(", "))
            }
        };
        bounds.iter().map(show).collect::<Vec<_>>().join(" + ")
    }

    fn show(&self, ty: &Type) -> String {
        match ty {
            Type::Unknown => "?".to_owned(),
            Type::Infer(var) => format!("?{var}"),
            Type::Prim(name) => name.to_string(),
            Type::Never => "!".to_owned(),
            Type::Adt(id, args) => self.generic(&self.model.adt(*id).name, args),
            Type::Lib(path, args) => self.generic(path.as_str().rsplit("::").next().unwrap_or(""), args),
            Type::Ref(Mutability::Shared, inner) => format!("&{}", self.show(inner)),
            Type::Ref(Mutability::Mut, inner) => format!("&mut {}", self.show(inner)),
            Type::Ptr(_, inner) => format!("*{}", self.show(inner)),
            Type::Tuple(parts) => format!("({})", self.list(parts)),
            Type::Array(inner) => format!("[{}; _]", self.show(inner)),
            Type::Slice(inner) => format!("[{}]", self.show(inner)),
            Type::Fn(kind, parts) => {
                let kind = match kind {
                    FnKind::Pointer => "fn",
                    FnKind::Impl => "impl Fn",
                    FnKind::Dyn => "dyn Fn",
                };
                format!("{kind}{}", self.call(parts))
            }
            Type::FnItem(f) => format!("fn {}", self.model.fn_def(*f).name),
            Type::Closure(_, parts) => format!("closure{}", self.call(parts)),
            Type::Future(id, out) => {
                format!("{}<{}>", if id.is_some() { "async" } else { "future" }, self.show(out))
            }
            Type::Param(name) => name.to_string(),
            Type::Opaque(OpaqueKind::Impl, bounds) => format!("impl {}", self.show_bounds(bounds)),
            Type::Opaque(OpaqueKind::Dyn, bounds) => format!("dyn {}", self.show_bounds(bounds)),
            Type::Assoc(base, _, name) => format!("<{}>::{name}", self.show(base)),
        }
    }
}

const PRELUDE: &str = "
use std::collections::{HashMap, HashSet, BTreeMap, hash_map::Entry};
use std::sync::{Arc, Mutex, RwLock};
pub struct Peer { pub name: String, pub age: u64 }
";

fn with_prelude(text: &str) -> Inferred {
    infer(&format!("{PRELUDE}{text}"))
}

#[test]
fn a_guard_of_a_field() {
    let it = with_prelude(
        "struct S { peers: Mutex<HashMap<u32, Peer>> }
         impl S {
             fn f(&self, k: u32) -> Option<String> {
                 let p = self.peers.lock().unwrap().get(&k);
                 p.map(|x| x.name.clone())
             }
         }",
    );
    assert_eq!(it.ty("self.peers.lock().unwrap()"), "MutexGuard<HashMap<u32, Peer>>");
    assert_eq!(it.var("p"), "Option<&Peer>");
    assert_eq!(it.var("x"), "&Peer");
    assert_eq!(it.ty("x.name.clone()"), "String");
    assert_eq!(it.adjust("self.peers.lock().unwrap().get(&k)"), "&*");
    assert_eq!(it.adjust("self.peers"), "*");
    assert_eq!(it.callee("self.peers.lock()"), "std::sync::Mutex::lock");
    assert_eq!(it.bodies[0].1.n_receivers, (2, 2));
}

#[test]
fn if_let_on_a_lock() {
    let it =
        with_prelude("fn f(m: &Mutex<Vec<u8>>) -> usize { if let Ok(g) = m.lock() { g.len() } else { 0 } }");
    assert_eq!(it.var("g"), "MutexGuard<Vec<u8>>");
    assert_eq!(it.ty("g.len()"), "usize");
}

#[test]
fn handles_are_looked_through() {
    let it = with_prelude(
        "#[derive(Clone)] struct S { m: Arc<RwLock<HashMap<String, Arc<Peer>>>> }
         fn f(s: S) {
             let t = s.clone();
             let m2 = Arc::clone(&t.m);
             let g = m2.read().unwrap();
             let v = g.get(\"a\").cloned();
             let w = m2.write();
             for (k, v2) in g.iter() {}
         }",
    );
    assert_eq!(it.var("t"), "S");
    assert_eq!(it.var("m2"), "Arc<RwLock<HashMap<String, Arc<Peer>>>>");
    assert_eq!(it.var("g"), "RwLockReadGuard<HashMap<String, Arc<Peer>>>");
    assert_eq!(it.var("v"), "Option<Arc<Peer>>");
    assert_eq!(it.var("k"), "&String");
    assert_eq!(it.var("v2"), "&Arc<Peer>");
    assert_eq!(it.adjust("m2.read()"), "&*");
}

#[test]
fn statics_made_at_first_use() {
    let it = with_prelude(
        "use std::sync::LazyLock;
         static PEERS: LazyLock<Mutex<HashMap<u32, Peer>>> = LazyLock::new(|| Mutex::new(HashMap::new()));
         static NAMES: once_cell::sync::Lazy<dashmap::DashMap<u32, String>> = once_cell::sync::Lazy::new(Default::default);
         fn f() { let g = PEERS.lock().unwrap(); let n = NAMES.get(&1); let len = NAMES.len(); }",
    );
    assert_eq!(it.var("g"), "MutexGuard<HashMap<u32, Peer>>");
    assert_eq!(it.ty("HashMap::new()"), "HashMap<u32, Peer>");
    assert_eq!(it.var("n"), "Option<Ref<u32, String>>");
    assert_eq!(it.adjust("PEERS.lock()"), "&*");
}

#[test]
fn dashmap_entries() {
    let it = with_prelude(
        "use dashmap::DashMap;
         use dashmap::mapref::entry::Entry as E;
         struct S { m: DashMap<String, Vec<u8>> }
         impl S { fn f(&self, k: String) {
             let r = self.m.get(&k);
             self.m.entry(k.clone()).or_insert_with(|| Vec::new()).push(1);
             let x = match self.m.entry(k) { E::Occupied(o) => o.get().len(), E::Vacant(v) => { v.insert(vec![]); 0 } };
             if let Some(mut one) = self.m.get_mut(\"a\") { one.push(2); let val = one.value_mut(); }
             for item in self.m.iter() { let key = item.key(); let value = item.value(); }
         } }",
    );
    assert_eq!(it.var("r"), "Option<Ref<String, Vec<u8>>>");
    assert_eq!(it.ty("Vec::new()"), "Vec<u8>");
    assert_eq!(it.var("x"), "usize");
    assert_eq!(it.var("o"), "OccupiedEntry<String, Vec<u8>>");
    assert_eq!(it.var("val"), "&mut Vec<u8>");
    assert_eq!(it.var("item"), "RefMulti<String, Vec<u8>>");
    assert_eq!(it.var("value"), "&Vec<u8>");
}

#[test]
fn iterator_chains() {
    let it = with_prelude(
        "fn f(m: &HashMap<String, Peer>) {
             let names = m.iter().filter(|(_, p)| p.age > 3).map(|(k, p)| (k.clone(), p.age)).collect::<Vec<_>>();
             let by_age: BTreeMap<u64, &String> = m.iter().map(|(k, v)| (v.age, k)).collect();
             let sum: u64 = m.values().map(|q| q.age).sum();
             let oldest = m.values().max_by_key(|p| p.age).unwrap();
             let r: Result<Vec<_>, std::fmt::Error> = m.keys().map(|k| Ok(k.len())).collect();
             let set = m.keys().cloned().collect::<HashSet<_>>();
             let folded = m.values().fold(HashMap::new(), |mut acc, p| { acc.insert(p.age, p.name.as_str()); acc });
             let chained = names.iter().zip(m.keys()).enumerate().flat_map(|(i, (a, b))| vec![(i, a, b)]).next();
         }",
    );
    assert_eq!(it.var("names"), "Vec<(String, u64)>");
    assert_eq!(it.var("q"), "&Peer");
    assert_eq!(it.var("oldest"), "&Peer");
    assert_eq!(it.var("r"), "Result<Vec<usize>, Error>");
    assert_eq!(it.var("set"), "HashSet<String>");
    assert_eq!(it.var("folded"), "HashMap<u64, &str>");
    assert_eq!(it.var("chained"), "Option<(usize, &(String, u64), &String)>");
}

#[test]
fn async_locks() {
    let it = with_prelude(
        "use tokio::sync::{Mutex as AMutex, RwLock as ARwLock};
         struct S { m: Arc<AMutex<HashMap<u32, Peer>>>, r: ARwLock<Vec<u8>> }
         async fn load(k: u32) -> Result<Peer, String> { Err(String::new()) }
         impl S {
             async fn f(&self) -> Result<(), String> {
                 let g = self.m.lock().await;
                 let p = g.get(&1);
                 let loaded = load(2).await?;
                 let w = self.r.write().await;
                 let both = tokio::join!(load(1), async { 3u8 });
                 let h = tokio::spawn(async move { 5u64 });
                 let out = h.await.unwrap();
                 Ok(())
             }
         }",
    );
    assert_eq!(it.var("g"), "MutexGuard<HashMap<u32, Peer>>");
    assert_eq!(it.var("p"), "Option<&Peer>");
    assert_eq!(it.var("loaded"), "Peer");
    assert_eq!(it.ty("load(2)"), "future<Result<Peer, String>>");
    assert_eq!(it.var("w"), "RwLockWriteGuard<Vec<u8>>");
    assert_eq!(it.var("both"), "(Result<Peer, String>, u8)");
    assert_eq!(it.var("out"), "u64");
}

#[test]
fn newtypes_deref() {
    let it = with_prelude(
        "struct Peers(RwLock<HashMap<u32, Peer>>);
         impl std::ops::Deref for Peers { type Target = RwLock<HashMap<u32, Peer>>; fn deref(&self) -> &Self::Target { &self.0 } }
         fn f(p: &Peers) { let g = p.read().unwrap(); let d = &**p; }",
    );
    assert_eq!(it.var("g"), "RwLockReadGuard<HashMap<u32, Peer>>");
    assert_eq!(it.var("d"), "&RwLock<HashMap<u32, Peer>>");
    assert_eq!(it.callee("**p"), "fn deref");
    assert_eq!(it.ty("&self.0"), "&RwLock<HashMap<u32, Peer>>");
}

#[test]
fn generic_types() {
    let it = with_prelude(
        "struct Cache<K, V> { m: Mutex<HashMap<K, V>>, hits: u64 }
         impl<K: Eq + std::hash::Hash, V: Clone> Cache<K, V> {
             fn new() -> Self { Cache { m: Mutex::new(HashMap::new()), hits: 0 } }
             fn get(&self, k: &K) -> Option<V> { self.m.lock().unwrap().get(k).cloned() }
             fn with<R>(&self, f: impl FnOnce(&mut HashMap<K, V>) -> R) -> R { f(&mut *self.m.lock().unwrap()) }
         }
         fn f() {
             let c = Cache::new();
             let s = c.get(&1u8);
             let t: String = s.unwrap();
             let n = c.with(|map| map.len());
         }",
    );
    assert_eq!(it.ty("self.m.lock().unwrap().get(k).cloned()"), "Option<V>");
    assert_eq!(it.var("c"), "Cache<u8, String>");
    assert_eq!(it.var("t"), "String");
    assert_eq!(it.var("map"), "&mut HashMap<u8, String>");
    assert_eq!(it.var("n"), "usize");
    assert_eq!(it.callee("c.get(&1u8)"), "fn get");
    assert_eq!(it.ty("HashMap::new()"), "HashMap<K, V>");
}

#[test]
fn traits() {
    let it = with_prelude(
        "trait Store { type Key; fn map(&self) -> &Mutex<HashMap<u32, String>>; fn first(&self) -> Option<String> { self.map().lock().unwrap().get(&0).cloned() } fn key(&self) -> Self::Key; }
         struct Mem(Mutex<HashMap<u32, String>>);
         impl Store for Mem { type Key = u64; fn map(&self) -> &Mutex<HashMap<u32, String>> { &self.0 } fn key(&self) -> u64 { 1 } }
         fn f(mem: &Mem, dynamic: &dyn Store<Key = u8>, boxed: Box<dyn Store<Key = u8>>) {
             let a = mem.first();
             let b = dynamic.first();
             let c = boxed.map();
             let k = mem.key();
             let k2 = dynamic.key();
         }
         fn g<T: Store>(t: &T, u: impl Store<Key = String>) { let d = t.first(); let e = u.key(); let h = t.key(); }",
    );
    assert_eq!(it.var("a"), "Option<String>");
    assert_eq!(it.callee("mem.first()"), "fn first");
    assert_eq!(it.callee("dynamic.first()"), "dyn Store::first");
    assert_eq!(it.callee("t.first()"), "Store::first");
    assert_eq!(it.var("c"), "&Mutex<HashMap<u32, String>>");
    assert_eq!(it.var("k"), "u64");
    assert_eq!(it.var("k2"), "u8");
    assert_eq!(it.var("e"), "String");
    assert_eq!(it.ty("self.map().lock().unwrap()"), "MutexGuard<HashMap<u32, String>>");
}

#[test]
fn closures_bound_to_names() {
    let it = with_prelude(
        "fn f(m: &Mutex<HashMap<u32, Peer>>) {
             let lookup = |k: u32| m.lock().unwrap().get(&k).map(|p| p.age);
             let age = lookup(3);
             let twice = |x| x * 2;
             let y = twice(4u64);
             let make = String::new;
             let s = make();
             let o = Some(1u8).map(Some);
             let arcs: Vec<Arc<Peer>> = vec![];
             let copies: Vec<_> = arcs.iter().map(Arc::clone).collect();
             let d = Some(String::new()).unwrap_or_else(String::new);
             let dd: Option<HashMap<u8, u8>> = None;
             let e = dd.unwrap_or_default();
         }",
    );
    assert_eq!(it.var("age"), "Option<u64>");
    assert_eq!(it.var("y"), "u64");
    assert_eq!(it.var("x"), "u64");
    assert_eq!(it.var("s"), "String");
    assert_eq!(it.var("o"), "Option<Option<u8>>");
    assert_eq!(it.var("copies"), "Vec<Arc<Peer>>");
    assert_eq!(it.var("d"), "String");
    assert_eq!(it.var("e"), "HashMap<u8, u8>");
    assert_eq!(it.callee("lookup(3)"), "value");
}

#[test]
fn loops() {
    let it = with_prelude(
        "fn f(map: HashMap<String, Vec<Peer>>, rx: std::sync::mpsc::Receiver<u8>) {
             for (k, v) in map.iter() { for p in v { let a = p.age; } }
             for (k2, v2) in &map {}
             let mut it = map.into_iter();
             while let Some(x) = it.next() {}
             let found = loop { if let Ok(b) = rx.recv() { break b; } };
             for i in 0..10usize {}
             for c in \"abc\".chars() {}
             let arr = [1u8, 2];
             for r in &arr {}
             let v: Vec<(u8, String)> = Vec::new();
             for (n, (a8, s)) in v.iter().enumerate() {}
         }",
    );
    assert_eq!(it.var("k"), "&String");
    assert_eq!(it.var("a"), "u64");
    assert_eq!(it.var("k2"), "&String");
    assert_eq!(it.var("v2"), "&Vec<Peer>");
    assert_eq!(it.var("x"), "(String, Vec<Peer>)");
    assert_eq!(it.var("found"), "u8");
    assert_eq!(it.var("i"), "usize");
    assert_eq!(it.var("c"), "char");
    assert_eq!(it.var("r"), "&u8");
    assert_eq!(it.var("s"), "ref &String");
}

#[test]
fn types_from_later_uses() {
    let it = with_prelude(
        "struct S { m: Mutex<HashMap<u32, String>> }
         impl S { fn put(&self, given: HashMap<u32, String>) {} }
         fn f(s: &S) {
             let mut m = HashMap::new();
             m.insert(1u8, String::new());
             let got = m.get(&2);
             let x = Default::default();
             s.put(x);
             let mut list = Vec::new();
             let first = list.first();
             list.push(Peer { name: String::new(), age: 1 });
             let n: u64 = \"5\".parse().unwrap();
         }",
    );
    assert_eq!(it.var("m"), "HashMap<u8, String>");
    assert_eq!(it.var("got"), "Option<&String>");
    assert_eq!(it.var("x"), "HashMap<u32, String>");
    assert_eq!(it.var("first"), "Option<&Peer>");
    assert_eq!(it.var("n"), "u64");
}

#[test]
fn patterns_by_reference() {
    let it = with_prelude(
        "enum E { A(String, u8), B { x: Vec<u8> }, C }
         const MAX: u8 = 3;
         use E::C;
         fn f(e: &E, o: &mut Option<Peer>, pair: (u8, &(String, u8))) {
             match e { E::A(s, MAX) => {} E::A(s2, n) => {} E::B { x } => {} C => {} }
             match o { Some(p) => { p.age = 3; } None => {} }
             let (q, (st, _)) = pair;
             let Some(Peer { name, age }) = o else { return };
             if let Some(ref mut r) = *o {}
             let (E::A(z, 1) | E::A(z, _)) = e else { panic!() };
             match (e, 3) { (E::A(w, _), k) if k > 2 => {} _ => {} }
             let &E::A(ref u, _) = e else { return; };
             let [h, tail @ ..] = &[1u8, 2][..] else { return };
         }",
    );
    assert_eq!(it.var("s"), "ref &String");
    assert_eq!(it.var("n"), "ref &u8");
    assert_eq!(it.var("x"), "ref &Vec<u8>");
    assert_eq!(it.var("C"), "");
    assert_eq!(it.var("MAX"), "");
    assert_eq!(it.var("p"), "ref &mut Peer");
    assert_eq!(it.var("q"), "u8");
    assert_eq!(it.var("st"), "ref &String");
    assert_eq!(it.var("name"), "ref &mut String");
    assert_eq!(it.var("r"), "ref &mut Peer");
    assert_eq!(it.var("z"), "ref &String | ref &String");
    assert_eq!(it.var("w"), "ref &String");
    assert_eq!(it.var("u"), "ref &String");
    assert_eq!(it.var("tail"), "ref &[u8]");
}

#[test]
fn operators() {
    let it = with_prelude(
        "#[derive(Clone, Copy, PartialEq)] struct V(f64);
         impl std::ops::Add for V { type Output = V; fn add(self, o: V) -> V { V(self.0 + o.0) } }
         impl std::ops::Index<usize> for V { type Output = f64; fn index(&self, i: usize) -> &f64 { &self.0 } }
         impl std::ops::AddAssign<f64> for V { fn add_assign(&mut self, o: f64) { self.0 += o; } }
         fn f(mut a: V, v: Vec<Peer>, m: HashMap<u32, String>, mut n: u64, s: String) {
             let c = a + a;
             let e = a[0];
             a += 1.0;
             n += 1;
             let p = &v[0];
             let sl = &v[1..];
             let st = &m[&3];
             let t = s + \"x\";
             let len = n as usize + v.len();
             let b = p.age == n && !m.is_empty();
             let x = -1i64;
         }",
    );
    assert_eq!(it.var("c"), "V");
    assert_eq!(it.callee("a + a"), "fn add");
    assert_eq!(it.var("e"), "f64");
    assert_eq!(it.callee("a[0]"), "fn index");
    assert_eq!(it.callee("a += 1.0"), "fn add_assign");
    assert_eq!(it.callee("n += 1"), "");
    assert_eq!(it.var("p"), "&Peer");
    assert_eq!(it.var("sl"), "&[Peer]");
    assert_eq!(it.var("st"), "&String");
    assert_eq!(it.var("t"), "String");
    assert_eq!(it.var("len"), "usize");
    assert_eq!(it.var("b"), "bool");
    assert!(it.bodies.iter().all(|(_, typing)| typing.unsure_operators.is_empty()));
}

#[test]
fn conversions_choose_by_argument() {
    let it = with_prelude(
        "struct Id(u64);
         impl From<u64> for Id { fn from(n: u64) -> Id { Id(n) } }
         impl From<&str> for Id { fn from(s: &str) -> Id { Id(0) } }
         trait Handler<M> { type Out; fn handle(&self, m: M) -> Self::Out; }
         struct A; struct B;
         impl Handler<A> for Id { type Out = u8; fn handle(&self, m: A) -> u8 { 1 } }
         impl Handler<B> for Id { type Out = String; fn handle(&self, m: B) -> String { String::new() } }
         fn f() {
             let a = Id::from(3u64);
             let b = Id::from(\"x\");
             let c: Id = \"y\".into();
             let d = a.handle(A);
             let e = b.handle(B);
             let st = String::from(\"x\");
             let v = Vec::from([1u8]);
         }",
    );
    assert_eq!(it.var("a"), "Id");
    assert_eq!(it.var("b"), "Id");
    assert_eq!(it.var("c"), "Id");
    assert_eq!(it.callee("a.handle(A)"), "fn handle");
    assert_eq!(it.var("d"), "u8");
    assert_eq!(it.var("e"), "String");
    assert_eq!(it.var("st"), "String");
    assert_eq!(it.var("v"), "Vec<u8>");
}

#[test]
fn shadowing_and_blocks() {
    let it = with_prelude(
        "fn f(x: Option<Peer>) -> u8 {
             let x = x.unwrap();
             let x = { use std::collections::VecDeque as Q; let q: Q<u8> = Q::new(); q.front().copied() };
             fn helper() -> u16 { 3 }
             let y = helper();
             let z = if y > 2 { 'a' } else { panic!() };
             let w = match x { Some(n) => n, None => return 0 };
             let u = 'l: { if w > 1 { break 'l 7u32; } 8 };
             w
         }",
    );
    assert_eq!(it.var("x"), "Option<Peer> | Peer | Option<u8>");
    assert_eq!(it.var("y"), "u16");
    assert_eq!(it.var("z"), "char");
    assert_eq!(it.var("w"), "u8");
    assert_eq!(it.var("u"), "u32");
}

#[test]
fn trait_objects_and_boxes() {
    let it = with_prelude(
        "use std::pin::Pin; use std::future::Future;
         type Fut = Pin<Box<dyn Future<Output = Result<u8, String>> + Send>>;
         struct H { hooks: Mutex<Vec<Box<dyn Fn(&Peer) -> u8 + Send>>>, slow: Box<dyn Fn(u8) -> Fut> }
         impl H {
             fn run(&self, p: &Peer) {
                 let hooks = self.hooks.lock().unwrap();
                 for h in hooks.iter() { let n = h(p); }
                 self.hooks.lock().unwrap().push(Box::new(|peer| peer.age as u8));
             }
             async fn go(&self) { let r = (self.slow)(3).await; }
             fn fut(&self) -> Fut { Box::pin(async move { Ok(3) }) }
         }",
    );
    assert_eq!(it.var("n"), "u8");
    assert_eq!(it.var("peer"), "&Peer");
    assert_eq!(it.var("r"), "Result<u8, String>");
    assert_eq!(it.ty("Ok(3)"), "Result<u8, String>");
}

#[test]
fn unknown_stays_unknown() {
    let it = with_prelude(
        "struct S { m: other::Thing }
         fn f(s: &S) { let a = s.m.get(1); let b = other::make(); b.lock().unwrap().get(&2); let c: &str = &b; let d = a.clone(); }",
    );
    assert_eq!(it.var("a"), "?");
    assert_eq!(it.var("b"), "?");
    assert_eq!(it.ty("b.lock()"), "?");
    assert_eq!(it.callee("b.lock()"), "?lock");
    assert_eq!(it.var("d"), "?");
}

#[test]
fn thread_locals_and_scoped_threads() {
    let it = with_prelude(
        "use std::cell::RefCell;
         thread_local! { static LOCAL: RefCell<HashMap<u8, String>> = RefCell::new(HashMap::new()); }
         fn f(m: &Mutex<Vec<u8>>) {
             let n = LOCAL.with(|l| l.borrow_mut().insert(1, String::new()));
             LOCAL.with_borrow_mut(|map| { map.clear(); });
             std::thread::scope(|sc| { sc.spawn(|| { let inner = m.lock().unwrap(); }); });
             let h = std::thread::spawn(move || 5u8);
             let v = h.join().unwrap();
         }",
    );
    assert_eq!(it.var("l"), "&RefCell<HashMap<u8, String>>");
    assert_eq!(it.var("n"), "Option<String>");
    assert_eq!(it.var("map"), "&mut HashMap<u8, String>");
    assert_eq!(it.var("inner"), "MutexGuard<Vec<u8>>");
    assert_eq!(it.var("v"), "u8");
}

#[test]
fn local_iterators() {
    let it = with_prelude(
        "struct Peers { list: Vec<Peer> }
         struct Iter<'a> { at: std::slice::Iter<'a, Peer> }
         impl<'a> Iterator for Iter<'a> { type Item = &'a Peer; fn next(&mut self) -> Option<Self::Item> { self.at.next() } }
         impl<'a> IntoIterator for &'a Peers { type Item = &'a Peer; type IntoIter = Iter<'a>; fn into_iter(self) -> Iter<'a> { Iter { at: self.list.iter() } } }
         impl Peers { fn iter(&self) -> impl Iterator<Item = &Peer> + '_ { self.list.iter() } }
         fn f(p: &Peers) {
             for a in p {}
             for b in p.iter() {}
             let c = p.into_iter().map(|x| x.age).collect::<Vec<_>>();
             let d = p.iter().find(|y| y.age > 1);
             let e: Vec<u64> = p.iter().map(|z| z.age).collect();
         }
         fn g<I: Iterator<Item = Peer>, J>(i: I, j: J) where J: IntoIterator<Item = u8> { for h in i {} for k in j {} }",
    );
    assert_eq!(it.var("a"), "&Peer");
    assert_eq!(it.var("b"), "&Peer");
    assert_eq!(it.var("c"), "Vec<u64>");
    assert_eq!(it.var("d"), "Option<&Peer>");
    assert_eq!(it.var("h"), "Peer");
    assert_eq!(it.var("k"), "u8");
    assert_eq!(it.ty("self.at.next()"), "Option<&Peer>");
}

#[test]
fn a_long_chain_ends() {
    let chain = ".clone()".repeat(2400);
    let it = with_prelude(&format!("fn f(s: String) {{ let t = s{chain}; let u = t.len(); }}"));
    assert_eq!(it.var("t"), "String");
    let sum = "1 + ".repeat(400);
    let it = with_prelude(&format!("fn f() {{ let t = {sum} 2u8; }}"));
    assert_eq!(it.var("t"), "u8");
}

#[test]
fn recursive_types_end() {
    let it = with_prelude(
        "struct D(u8);
         impl std::ops::Deref for D { type Target = D; fn deref(&self) -> &D { self } }
         fn f(d: D) { let a = d.missing(); let b = |x| (x, x); let c = b; let y = c(c); }
         trait T { type A: T; fn a(&self) -> Self::A; }
         fn g<X: T>(x: X) { let z = x.a().a().a().a().a(); }",
    );
    assert_eq!(it.var("a"), "?");
    assert!(it.bodies.iter().flat_map(|(_, t)| &t.exprs).all(|ty| !matches!(ty, Type::Infer(_))));
    assert!(
        !it.bodies.iter().any(|(tree, _)| tree
            .arena
            .exprs
            .iter()
            .all(|expr| matches!(expr.kind, ExprKind::Underscore)))
    );
}

#[test]
fn associated_types_of_foreign_traits() {
    let it = with_prelude(
        "struct P;
         #[derive(Clone)] struct St { peers: HashMap<u8, String> }
         impl stateright::Model for P {
             type State = St;
             fn next(&self, state: &Self::State) -> Option<Self::State> { let mut new = state.clone(); new.peers.insert(1, String::new()); let old = self.other(state); None }
         }
         impl P { fn other(&self, s: &<P as stateright::Model>::State) -> u8 { let q = s.peers.get(&1); 1 } }",
    );
    assert_eq!(it.var("state"), "&St");
    assert_eq!(it.var("new"), "St");
    assert_eq!(it.var("q"), "Option<&String>");
}

#[test]
fn traits_out_of_scope() {
    let it = with_prelude(
        "use std::rc::Rc; use std::cell::RefCell;
         fn f(x: Rc<RefCell<HashMap<u8, String>>>) { let g = x.borrow(); let n = g.get(&1); }",
    );
    assert_eq!(it.var("g"), "Ref<HashMap<u8, String>>");
    assert_eq!(it.var("n"), "Option<&String>");
}

#[test]
fn methods_go_through_what_lacks_a_trait() {
    let it = with_prelude(
        "use std::collections::BTreeSet;
         struct Key(u8); impl From<Key> for HashMap<String, u8> { fn from(k: Key) -> Self { HashMap::new() } }
         impl From<Key> for String { fn from(k: Key) -> String { String::new() } }
         fn f(m: &Mutex<Vec<String>>, o: &Option<u64>, n: &mut u32, r: tokio::sync::watch::Receiver<Vec<u8>>) {
             let a = m.lock().unwrap().clone();
             let b = o.map(|x| x + 1);
             let c = n.saturating_sub(1);
             let d = HashMap::from([(1u8, 'a')]);
             let e = HashMap::from(Key(1));
             let g = String::from(\"x\");
             let h = r.borrow().clone();
             let i = Arc::<str>::from(\"x\");
             let j = String::from(Key(2));
             let v = vec![1u8];
             let first = v.get(0);
             let l = v.get(1..);
             let u = other::thing();
             let w = (&u).clone();
             let big = std::cmp::max(1u64, 2) as usize;
             let t = std::path::Path::new(\"x\").to_owned();
         }",
    );
    assert_eq!(it.var("a"), "Vec<String>");
    assert_eq!(it.var("b"), "Option<u64>");
    assert_eq!(it.var("c"), "u32");
    assert_eq!(it.var("d"), "HashMap<u8, char>");
    assert_eq!(it.var("e"), "HashMap<String, u8>");
    assert_eq!(it.var("g"), "String");
    assert_eq!(it.var("h"), "Vec<u8>");
    assert_eq!(it.var("i"), "Arc<str>");
    assert_eq!(it.callee("String::from(Key(2))"), "fn from");
    assert_eq!(it.var("first"), "Option<&u8>");
    assert_eq!(it.var("l"), "Option<&[u8]>");
    assert_eq!(it.var("w"), "?");
    assert_eq!(it.ty("std::cmp::max(1u64, 2)"), "u64");
    assert_eq!(it.var("t"), "PathBuf");
}

#[test]
fn associated_types_of_several_impls() {
    let it = with_prelude(
        "trait Handler<M> { type Reply; fn handle(&self, m: M) -> Self::Reply; }
         struct Actor; struct A; struct B;
         impl Handler<A> for Actor { type Reply = u8; fn handle(&self, m: A) -> Self::Reply { 1 } }
         impl Handler<B> for Actor { type Reply = String; fn handle(&self, m: B) -> Self::Reply { String::new() } }
         fn ask<M, T: Handler<M>>(t: &T, m: M) -> T::Reply { t.handle(m) }
         fn f() { let a = ask(&Actor, B); let b = Actor.handle(B); }",
    );
    assert_eq!(it.var("a"), "?");
    assert_eq!(it.var("b"), "String");
    assert_eq!(it.ty("String::new()"), "String");
}

#[test]
fn clones_go_through_wrappers() {
    let it = with_prelude(
        "struct Mailbox<A> { inner: Arc<Mutex<A>> }
         impl<A> Clone for Mailbox<A> { fn clone(&self) -> Self { Mailbox { inner: self.inner.clone() } } }
         #[derive(Clone)] struct Adapter<A, E> { inner: Mailbox<A>, phantom: std::marker::PhantomData<E> }
         impl<A, E> std::ops::Deref for Adapter<A, E> { type Target = Mailbox<A>; fn deref(&self) -> &Self::Target { &self.inner } }
         struct Client<A> { inner: Adapter<A, u8> }
         impl<A> Client<A> { fn f(&self) { let m = self.inner.clone(); } }",
    );
    assert_eq!(it.var("m"), "Mailbox<A>");
    assert_eq!(it.callee("self.inner.clone()"), "std::sync::Arc::clone | fn clone");
}
