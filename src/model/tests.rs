//! Names and types of small programs in memory.

use super::items::Def;
use super::library::{LibType, Library, TypeAlias};
use super::types::{FnKind, OpaqueKind, TraitRef, Type};
use super::*;
use crate::source::{Dependency, DependencyKind, Edition, Package, Target, TargetKind};
use crate::syntax::{ItemKind, Name};
use std::path::Path as FilePath;

/// A program that was resolved, with what its reader was told.
struct Program {
    model: Model,
    problems: Vec<String>,
}

/// A package of one library, `src/lib.rs`, and more targets by path.
fn package(
    name: &str,
    edition: Edition,
    targets: &[(TargetKind, &str)],
    dependencies: &[(&str, &str, Option<&str>)],
) -> Package {
    let dir = PathBuf::from(format!("/w/{name}"));
    let target = |(kind, path): &(TargetKind, &str)| Target {
        kind: *kind,
        name: name.replace('-', "_"),
        root: dir.join(path),
        edition,
        build: None,
    };
    let dependency = |(name, package, path): &(&str, &str, Option<&str>)| Dependency {
        name_in_code: name.to_string(),
        package: package.to_string(),
        kind: DependencyKind::Normal,
        path: path.map(PathBuf::from),
        version: None,
        source: None,
        optional: false,
    };
    Package {
        edition,
        targets: targets.iter().map(target).collect(),
        dependencies: dependencies.iter().map(dependency).collect(),
        ..Package::of_library(name, &dir.to_string_lossy())
    }
}

fn lib_type(path: &str, params: &[&str], variants: &[&str]) -> (Name, LibType) {
    let path = Name::from(path);
    let ty = LibType {
        path,
        params: params.iter().map(|param| Name::from(param)).collect(),
        defaults: Vec::new(),
        derefs_to: None,
        copy: false,
        variants: variants.iter().map(|variant| (Name::from(variant), Vec::new())).collect(),
        fields: Vec::new(),
        into_iter: [None, None, None],
        traits: Vec::new(),
        index: None,
        builtin_deref: false,
        handle: false,
        holds: Vec::new(),
    };
    (path, ty)
}

fn library() -> Library {
    let mut library = Library::default();
    library.types.extend([
        lib_type("std::option::Option", &["T"], &["None", "Some"]),
        lib_type("std::result::Result", &["T", "E"], &["Ok", "Err"]),
        lib_type("std::vec::Vec", &["T"], &[]),
        lib_type("std::sync::Mutex", &["T"], &[]),
        lib_type("std::sync::RwLock", &["T"], &[]),
        lib_type("std::sync::Arc", &["T"], &[]),
        lib_type("std::cmp::Ordering", &[], &["Less", "Equal", "Greater"]),
        lib_type("parking_lot::RwLock", &["T"], &[]),
        lib_type("parking_lot::Mutex", &["T"], &[]),
        lib_type("dashmap::DashMap", &["K", "V", "S"], &[]),
        lib_type("std::collections::HashMap", &["K", "V", "S"], &[]),
    ]);
    for path in ["dashmap::DashMap", "std::collections::HashMap"] {
        if let Some(ty) = library.types.get_mut(&Name::from(path)) {
            ty.defaults = vec![None, None, Some(Type::lib("std::hash::RandomState", []))];
        }
    }
    library.aliases.extend([
        (Name::from("dashmap::map::DashMap"), Name::from("dashmap::DashMap")),
        (Name::from("core"), Name::from("std")),
        (Name::from("alloc"), Name::from("std")),
    ]);
    let lock_result = TypeAlias {
        params: vec![Name::from("G")],
        defaults: Vec::new(),
        ty: Type::lib("std::result::Result", [Type::Param(Name::from("G")), Type::Unknown]),
    };
    library.type_aliases.insert(Name::from("std::sync::LockResult"), lock_result);
    library
}

fn run(packages: Vec<Package>, sources: &[(&str, &str)]) -> Program {
    let files = Files::in_memory();
    for (path, text) in sources {
        files.insert(FilePath::new(path), text.to_string());
    }
    let ws = Workspace { root: PathBuf::from("/w"), packages, ..Workspace::default() };
    // Parsing wants a large stack.
    let work = std::thread::Builder::new().stack_size(64 << 20).spawn(move || {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).stack_size(64 << 20).build();
        match pool {
            Ok(pool) => pool.install(|| build(&ws, &files, Arc::new(library()))),
            Err(_) => build(&ws, &files, Arc::new(library())),
        }
    });
    let Ok(Ok((model, problems))) = work.map(std::thread::JoinHandle::join) else {
        panic!("building panicked")
    };
    let problems = problems.iter().map(|p| format!("{}: {}", p.path.display(), p.problem.message)).collect();
    Program { model, problems }
}

/// One library of edition 2021 that depends on some known libraries.
fn program(sources: &[(&str, &str)]) -> Program {
    let dependencies =
        [("dashmap", "dashmap", None), ("pl", "parking_lot", None), ("parking_lot", "parking_lot", None)];
    run(vec![package("p", Edition::E2021, &[(TargetKind::Lib, "src/lib.rs")], &dependencies)], sources)
}

fn lib(text: &str) -> Program {
    program(&[("/w/p/src/lib.rs", text)])
}

impl Program {
    /// Shows the type of a static, const, field (`S.f`) or function result (`f()`), the last declared of that name.
    fn ty(&self, of: &str) -> String {
        let model = &self.model;
        if let Some(name) = of.strip_suffix("()") {
            let found =
                (0..model.fns.len() as u32).rev().map(FnId).find(|f| model.fn_def(*f).name.as_str() == name);
            return found.map_or("no such function".to_owned(), |f| self.show(&model.sig(f).ret));
        }
        if let Some((adt, field)) = of.split_once('.') {
            let adt = model.adts.iter().rev().find(|a| a.name.as_str() == adt);
            let field = adt.and_then(|adt| adt.variants[0].fields.iter().find(|f| f.name.as_str() == field));
            return field.map_or("no such field".to_owned(), |field| self.show(&field.ty));
        }
        let found = model.statics.iter().rev().find(|s| s.name.as_str() == of);
        found.map_or("no such static".to_owned(), |found| self.show(&found.ty))
    }

    fn show(&self, ty: &Type) -> String {
        let list = |parts: &[Type]| parts.iter().map(|part| self.show(part)).collect::<Vec<_>>().join(", ");
        let generic = |name: &str, args: &[Type]| match args {
            [] => name.to_owned(),
            args => format!("{name}<{}>", list(args)),
        };
        match ty {
            Type::Unknown => "?".to_owned(),
            Type::Prim(name) | Type::Param(name) => name.to_string(),
            Type::Never => "!".to_owned(),
            Type::Adt(id, args) => {
                let adt = self.model.adt(*id);
                let module = &self.model.modules[adt.module.0 as usize];
                generic(&format!("{}::{}", module.name, adt.name), args)
            }
            Type::Lib(path, args) => generic(path, args),
            Type::Ref(types::Mutability::Shared, inner) => format!("&{}", self.show(inner)),
            Type::Ref(types::Mutability::Mut, inner) => format!("&mut {}", self.show(inner)),
            Type::Tuple(parts) => format!("({})", list(parts)),
            Type::Array(item) => format!("[{}; _]", self.show(item)),
            Type::Slice(item) => format!("[{}]", self.show(item)),
            Type::Fn(kind, parts) => {
                let word = match kind {
                    FnKind::Pointer => "fn",
                    FnKind::Impl => "impl Fn",
                    FnKind::Dyn => "dyn Fn",
                };
                format!("{word}({})", list(parts))
            }
            Type::Opaque(kind, bounds) => {
                let word = if *kind == OpaqueKind::Dyn { "dyn" } else { "impl" };
                let bounds =
                    bounds.iter().map(|bound| self.trait_name(bound.trait_)).collect::<Vec<_>>().join(" + ");
                format!("{word} {bounds}")
            }
            Type::Assoc(base, trait_, name) => match trait_ {
                Some(trait_) => format!("<{} as {}>::{name}", self.show(base), self.trait_name(*trait_)),
                None => format!("<{}>::{name}", self.show(base)),
            },
            other => format!("{other:?}"),
        }
    }

    fn trait_name(&self, trait_: TraitRef) -> String {
        match trait_ {
            TraitRef::Local(id) => self.model.trait_(id).name.to_string(),
            TraitRef::Lib(path) => path.to_string(),
        }
    }

    /// Resolves the value that the initialiser of a const is written as, given as the type of a `type` alias named `P`.
    fn value(&self, alias: &str) -> PathRes {
        let model = &self.model;
        let number = model.aliases.iter().rposition(|a| a.name.as_str() == alias).unwrap_or_default();
        let id = items::AliasId(number as u32);
        let Some((tree, ty)) = model.written_alias(id) else { return PathRes::Unknown };
        match &tree.arena[ty].kind {
            crate::syntax::TyKind::Path(path) => {
                model.resolve_value(&model.scope_of_alias(id), path, &tree.arena)
            }
            _ => PathRes::Unknown,
        }
    }
}

#[track_caller]
fn check(program: &Program, expected: &[(&str, &str)]) {
    for (of, ty) in expected {
        assert_eq!(program.ty(of), *ty, "of {of}");
    }
}

#[test]
fn imports_renames_globs_and_chains() {
    let p = lib("
        use parking_lot::{Mutex, RwLock as Lock};
        mod a { pub use crate::b::*; pub use self::inner::Deep as Shallow; mod inner { pub struct Deep; } }
        mod b { pub use crate::c::Thing; pub struct Other; struct Hidden; pub(crate) mod n { pub struct N; } pub use super::a::Shallow; }
        mod c { pub struct Thing; pub enum E { A, B } pub fn f() -> E { E::A } }
        use a::*;
        use c::E::{self, *};
        use pl::Mutex as Renamed;
        static M: Mutex<u8> = x; static L: Lock<u8> = x; static R: Renamed<u8> = x;
        static T: Thing = x; static O: Other = x; static H: Hidden = x; static S: Shallow = x; static N: n::N = x;
        static E1: E = A;
        type PA = A; type PE = E::B; type PO = Option::Some; type PS = Some; type PN = Vec::new; type PF = c::f; type PM = std::mem::drop;
        type PL = std::cmp::Ordering::Less; type PD = Default::default; type PX = u32::MAX;
    ");
    check(
        &p,
        &[
            ("M", "parking_lot::Mutex<u8>"),
            ("L", "parking_lot::RwLock<u8>"),
            ("R", "parking_lot::Mutex<u8>"),
            ("T", "c::Thing"),
            ("O", "b::Other"),
            ("H", "?"),
            ("S", "inner::Deep"),
            ("N", "n::N"),
            ("E1", "c::E"),
        ],
    );
    assert!(matches!(p.value("PA"), PathRes::Def(Def::Variant(_, 0), _)));
    assert!(matches!(p.value("PE"), PathRes::Def(Def::Variant(_, 1), _)));
    assert!(matches!(p.value("PF"), PathRes::Def(Def::Fn(_), _)));
    assert_eq!(p.value("PO"), PathRes::LibPath(Name::from("std::option::Option::Some")));
    assert_eq!(p.value("PS"), PathRes::LibPath(Name::from("std::option::Option::Some")));
    assert_eq!(p.value("PM"), PathRes::LibPath(Name::from("std::mem::drop")));
    assert_eq!(p.value("PL"), PathRes::LibPath(Name::from("std::cmp::Ordering::Less")));
    assert_eq!(p.value("PD"), PathRes::LibPath(Name::from("std::default::Default::default")));
    assert!(matches!(p.value("PN"), PathRes::Assoc { base: Type::Lib(..), .. }));
    assert!(matches!(p.value("PX"), PathRes::Assoc { base: Type::Prim(_), .. }));
}

#[test]
fn library_paths_are_made_canonical() {
    let p = lib("
        use dashmap::map::DashMap; use core::option::Option as Opt; use std::sync; use std::collections::*;
        mod g { pub use parking_lot::*; }
        struct S { a: DashMap<u8, u8>, b: Opt<u8>, c: sync::Mutex<u8>, d: g::RwLock<u8>, e: alloc::vec::Vec<u8>, f: HashMap<u8, u8>,
                   g: sync::LockResult<u8>, h: std::io::Result<u8>, i: std::fmt::Result, j: ::dashmap::DashMap<u8, u8, u16>, k: some::Lib<u8> }
    ");
    check(
        &p,
        &[
            ("S.a", "dashmap::DashMap<u8, u8, std::hash::RandomState>"),
            ("S.b", "std::option::Option<u8>"),
            ("S.c", "std::sync::Mutex<u8>"),
            ("S.d", "parking_lot::RwLock<u8>"),
            ("S.e", "std::vec::Vec<u8>"),
            ("S.f", "std::collections::HashMap<u8, u8, std::hash::RandomState>"),
            ("S.g", "std::result::Result<u8, ?>"),
            ("S.h", "std::result::Result<u8, std::io::Error>"),
            ("S.i", "std::result::Result<(), std::fmt::Error>"),
            ("S.j", "dashmap::DashMap<u8, u8, u16>"),
            ("S.k", "?"),
        ],
    );
}

#[test]
fn unresolved_names_hide_the_prelude() {
    let p = lib("
        mod m { use crate::missing::Result; pub static A: Result<u8> = x; }
        mod n { use unknown::Mutex; use std::sync::*; pub static B: Mutex<u8> = x; }
        mod o { pub struct Option; pub static C: Option = x; }
        mod q { use super::o::*; pub static D: Option = x; }
    ");
    check(&p, &[("A", "?"), ("B", "?"), ("C", "o::Option"), ("D", "o::Option")]);
}

#[test]
fn names_under_a_build_condition() {
    let p = lib("
        #[cfg(loom)] use loom::sync::Mutex;
        #[cfg(not(loom))] use std::sync::Mutex;
        #[cfg(test)] mod fake { pub struct Clock; }
        #[cfg(test)] use fake::Clock;
        #[cfg(not(test))] use real::Clock;
        mod real { pub struct Clock; }
        #[cfg(windows)] fn f() -> u8 { 0 }
        #[cfg(unix)] fn f() -> u16 { 0 }
        static M: Mutex<u8> = x; static C: Clock = x;
    ");
    check(&p, &[("M", "std::sync::Mutex<u8>"), ("C", "real::Clock")]);
    assert_eq!(p.model.fns.len(), 2);
    assert!(p.model.adts.iter().any(|adt| adt.test) && p.model.adts.iter().any(|adt| !adt.test));
}

#[test]
fn editions_differ_in_paths() {
    let sources = [("/w/p/src/lib.rs", "
        extern crate parking_lot as locks;
        mod a { pub struct A; pub mod b { use a::A; use locks::Mutex; pub static X: A = x; pub static Y: Mutex<u8> = x; pub static Z: ::a::A = x; } }
    ")];
    let dependencies = [("parking_lot", "parking_lot", None)];
    let old =
        run(vec![package("p", Edition::E2015, &[(TargetKind::Lib, "src/lib.rs")], &dependencies)], &sources);
    check(&old, &[("X", "a::A"), ("Y", "parking_lot::Mutex<u8>"), ("Z", "a::A")]);
    let new =
        run(vec![package("p", Edition::E2018, &[(TargetKind::Lib, "src/lib.rs")], &dependencies)], &sources);
    check(&new, &[("X", "?"), ("Y", "parking_lot::Mutex<u8>"), ("Z", "?")]);
}

#[test]
fn crates_of_a_workspace_see_each_other() {
    let packages = vec![
        package(
            "core-lib",
            Edition::E2021,
            &[(TargetKind::Lib, "src/lib.rs")],
            &[("parking_lot", "parking_lot", None)],
        ),
        package(
            "p",
            Edition::E2021,
            &[(TargetKind::Lib, "src/lib.rs"), (TargetKind::Bin, "src/main.rs")],
            &[("base", "core-lib", Some("/w/core-lib"))],
        ),
    ];
    let p = run(
        packages,
        &[
            (
                "/w/core-lib/src/lib.rs",
                "pub mod sync { pub use parking_lot::Mutex; } pub struct Base<T>(pub T); pub type Locked<T> = sync::Mutex<Base<T>>;",
            ),
            ("/w/p/src/lib.rs", "pub use base::sync::*; pub use base::{Base, Locked}; mod shared;"),
            (
                "/w/p/src/main.rs",
                "mod shared; use p::*; static A: Mutex<u8> = x; static B: Base<u8> = x; static C: base::Locked<u8> = x;",
            ),
            ("/w/p/src/shared.rs", "pub fn f() {} pub static S: u8 = 0;"),
        ],
    );
    check(
        &p,
        &[
            ("A", "parking_lot::Mutex<u8>"),
            ("B", "crate::Base<u8>"),
            ("C", "parking_lot::Mutex<crate::Base<u8>>"),
        ],
    );
    // The file that both targets declare is read once and reported on once.
    assert_eq!(p.model.fns.iter().map(|f| f.duplicate).collect::<Vec<_>>(), [false, true]);
    assert_eq!(p.model.trees.len(), 4);
    assert!(p.problems.is_empty(), "{:?}", p.problems);
}

#[test]
fn module_files() {
    let p = program(&[
        (
            "/w/p/src/lib.rs",
            "mod a; #[path = \"odd/name.rs\"] mod b; mod i { pub mod c; } include!(\"inc.rs\"); mod gone; #[cfg(unix)] mod opt; fn f() { mod local { pub struct L; } static X: local::L = x; }",
        ),
        ("/w/p/src/a.rs", "pub mod d; pub struct A;"),
        (
            "/w/p/src/a/d.rs",
            "pub static D: crate::a::A = x; pub static D2: super::A = x; pub static D3: super::super::Inc = x;",
        ),
        ("/w/p/src/odd/name.rs", "mod e; pub static B: e::E = x;"),
        ("/w/p/src/odd/e.rs", "pub struct E;"),
        ("/w/p/src/i/c/mod.rs", "pub mod g;"),
        ("/w/p/src/i/c/g.rs", "pub static G: u8 = 0;"),
        ("/w/p/src/inc.rs", "pub struct Inc;"),
    ]);
    check(
        &p,
        &[("D", "a::A"), ("D2", "a::A"), ("D3", "crate::Inc"), ("B", "e::E"), ("G", "u8"), ("X", "local::L")],
    );
    assert_eq!(p.problems, ["/w/p/src/lib.rs: the file of module `gone` is missing"]);
}

#[test]
fn circles_end_and_are_said_once() {
    let p = program(&[
        (
            "/w/p/src/lib.rs",
            "mod a; pub use a::*; type X = Y; type Y = (X, X); static S: X = x; trait T: U {} trait U: T {} use q::r; use r::q;",
        ),
        (
            "/w/p/src/a.rs",
            "pub use super::*; #[path = \"a.rs\"] mod again; #[path = \"b/../a.rs\"] mod twice; mod down; pub struct A<T = A>(T);",
        ),
        ("/w/p/src/a/down.rs", "#[path = \"../a.rs\"] mod up; include!(\"down.rs\");"),
    ]);
    assert_eq!(p.problems.len(), 4, "{:?}", p.problems);
    assert!(p.problems.iter().all(|problem| problem.contains("a module of itself")));
    check(&p, &[("S", "(?, ?)")]);
}

#[test]
fn a_file_read_as_ever_more_modules_ends() {
    let mut sources = Vec::new();
    for level in 0..40 {
        let next = level + 1;
        let text = format!("#[path = \"f{next}.rs\"] mod a; #[path = \"f{next}.rs\"] mod b;");
        let name = if level == 0 { "lib".to_owned() } else { format!("f{level}") };
        sources.push((format!("/w/p/src/{name}.rs"), text));
    }
    sources.push(("/w/p/src/f40.rs".to_owned(), "pub struct End;".to_owned()));
    let sources: Vec<(&str, &str)> =
        sources.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let p = program(&sources);
    assert!(p.model.modules.len() < 40 * 9, "{}", p.model.modules.len());
    assert!(p.model.adts.len() > 1);
    assert!(!p.problems.is_empty());
}

#[test]
fn types_as_written() {
    let p = lib("
        use std::sync::{Arc, Mutex};
        use std::future::Future;
        type Map<V, K = String> = std::collections::HashMap<K, V>;
        type Shared<T> = Arc<Mutex<T>>;
        trait Tr { type Out; fn out(&self) -> Self::Out; fn me(&self) -> Self; }
        struct W<T, S = u8>(T, S);
        impl<T> Tr for W<T> { type Out = Option<T>; fn out(&self) -> Self::Out { x } }
        impl<T: Clone> W<T> { const N: usize = 1; fn new() -> Self { x } fn first(self: Arc<Self>) -> <Self as Tr>::Out { x } }
        impl Iterator for W<u8> { type Item = u16; fn next(&mut self) -> Option<Self::Item> { x } }
        struct S<const N: usize, T, I: Iterator<Item = T>> {
            a: Map<u8>, b: Shared<Map<Vec<T>, u8>>, c: Box<dyn Fn(u8, &str) -> T + Send>, d: fn() -> !, e: [u8; N], f: &'static [T],
            g: <W<u8> as Tr>::Out, h: I::Item, i: Box<dyn Tr<Out = u8> + Send + Sync>, j: W<T>, k: W<u8, u16>, l: Option<Box<Self>>,
            m: impl Future<Output = u8>, n: Wrap<N, T>, o: <W<u8> as Iterator>::Item, p: *const T,
        }
        struct Wrap<const N: usize, T>(T);
        fn g<T: Tr>(t: T) -> T::Out { x }
        fn h(f: impl FnOnce(u8)) -> impl Iterator<Item = u8> { x }
        async fn i<E>(e: E) -> Result<(), E> where E: Into<u8> { x }
        fn j() { }
    ");
    check(
        &p,
        &[
            ("S.a", "std::collections::HashMap<std::string::String, u8, std::hash::RandomState>"),
            (
                "S.b",
                "std::sync::Arc<std::sync::Mutex<std::collections::HashMap<u8, std::vec::Vec<T>, std::hash::RandomState>>>",
            ),
            ("S.c", "std::boxed::Box<dyn Fn(u8, &str, T)>"),
            ("S.d", "fn(!)"),
            ("S.e", "[u8; _]"),
            ("S.f", "&[T]"),
            ("S.g", "std::option::Option<u8>"),
            ("S.h", "T"),
            ("S.i", "std::boxed::Box<dyn Tr>"),
            ("S.j", "crate::W<T, u8>"),
            ("S.k", "crate::W<u8, u16>"),
            ("S.l", "std::option::Option<std::boxed::Box<crate::S<T, I>>>"),
            ("S.m", "impl std::future::Future"),
            ("S.n", "crate::Wrap<T>"),
            ("S.o", "u16"),
            ("g()", "<T as Tr>::Out"),
            ("h()", "impl std::iter::Iterator"),
            ("i()", "std::result::Result<(), E>"),
            ("j()", "()"),
            ("out()", "std::option::Option<T>"),
            ("me()", "Self"),
            ("new()", "crate::W<T, u8>"),
            ("first()", "std::option::Option<T>"),
            ("next()", "std::option::Option<u16>"),
            ("N", "usize"),
        ],
    );
}

#[test]
fn items_in_functions() {
    let p = lib("
        struct Outer; struct A;
        fn f() {
            use std::sync::Mutex as Lock;
            struct A; static X: A = x; static O: Outer = x; static K: Lock<u8> = x;
            { struct B; impl B { fn m(&self) -> A { x } } fn inner() -> B { struct C; fn innermost() -> (C, A, B) { x } x } }
        }
        fn g() -> A { x }
        impl Outer { fn method(&self) { enum Local { V } use Local::*; fn v() -> Local { x } } }
    ");
    check(
        &p,
        &[
            ("X", "::A"),
            ("O", "crate::Outer"),
            ("K", "std::sync::Mutex<u8>"),
            ("m()", "::A"),
            ("inner()", "::B"),
            ("innermost()", "(::C, ::A, ::B)"),
            ("g()", "crate::A"),
            ("v()", "::Local"),
        ],
    );
    let model = &p.model;
    let named =
        |name: &str| (0..).map(FnId).zip(&model.fns).find(|(_, f)| f.name.as_str() == name).map(|(id, _)| id);
    let (Some(f), Some(inner)) = (named("f"), named("inner")) else { panic!("functions are missing") };
    assert_eq!(model.fn_def(inner).in_fn, Some(f));
    // In the body of `f` its own `A` is meant, outside the other.
    let Some(body) = model.fn_def(f).body else { panic!("no body") };
    let mut scope = model.scope_of_fn(f);
    scope.at = body.body.lo + 1;
    assert_ne!(model.block_module(&scope), scope.module);
}

#[test]
fn uses_in_blocks() {
    let p = lib("
        pub mod m { pub enum E { A, B } pub struct S; pub fn make() -> S { x } }
        fn f() { }
        type Probe = S; type Variant = A; type Value = make; type Map = HashMap;
    ");
    let model = &p.model;
    let f = model.fns.iter().position(|f| f.name.as_str() == "f").unwrap_or_default();
    let mut scope = model.scope_of_fn(FnId(f as u32));
    let range = TextRange::new(0, 1000);
    let leaf = |path: &[&str], kind| {
        let path = path.iter().map(|name| Name::from(name)).collect();
        crate::syntax::UseLeaf { global: false, path, kind, range }
    };
    use crate::syntax::UseKind;
    scope.at = 5;
    scope.block_uses = vec![
        (range, leaf(&["m", "S"], UseKind::Name(Name::from("S")))),
        (range, leaf(&["m", "E"], UseKind::Glob)),
        (range, leaf(&["m", "make"], UseKind::Name(Name::from("make")))),
        (range, leaf(&["std", "collections", "HashMap"], UseKind::Name(Name::from("HashMap")))),
    ];
    let resolve = |alias: &str, value: bool| {
        let number = model.aliases.iter().position(|a| a.name.as_str() == alias).unwrap_or_default();
        let Some((tree, ty)) = model.written_alias(items::AliasId(number as u32)) else {
            return PathRes::Unknown;
        };
        match (&tree.arena[ty].kind, value) {
            (crate::syntax::TyKind::Path(path), true) => model.resolve_value(&scope, path, &tree.arena),
            (crate::syntax::TyKind::Path(path), false) => model.resolve_type(&scope, path, &tree.arena),
            _ => PathRes::Unknown,
        }
    };
    assert!(matches!(resolve("Probe", false), PathRes::Def(Def::Adt(_), _)));
    assert!(matches!(resolve("Variant", true), PathRes::Def(Def::Variant(_, 0), _)));
    assert!(matches!(resolve("Value", true), PathRes::Def(Def::Fn(_), _)));
    assert_eq!(resolve("Map", false), PathRes::LibPath(Name::from("std::collections::HashMap")));
}

#[test]
fn impls_are_found() {
    let p = lib("
        use std::ops::Deref;
        struct Guard<T>(T); #[derive(Clone, Copy)] struct C<T>(T); struct D;
        impl<T> Deref for Guard<T> { type Target = T; fn deref(&self) -> &T { &self.0 } }
        impl<T> Drop for Guard<T> { fn drop(&mut self) {} }
        impl Copy for D {}
        trait A { fn a(&self) {} } trait B: A { fn b(&self); }
        impl B for Guard<u8> { fn b(&self) {} } impl<T: Clone> A for T {} impl A for str {} impl A for dyn B {}
        fn f<T: Copy, U>() {}
    ");
    let model = &p.model;
    let adt = |name: &str| {
        types::AdtId(model.adts.iter().position(|a| a.name.as_str() == name).unwrap_or_default() as u32)
    };
    let guard = adt("Guard");
    let Some((_, target, id)) = model.deref_impl(guard) else { panic!("no deref") };
    assert_eq!(target, Type::Param(Name::from("T")));
    let of_u8 = Type::Adt(guard, Arc::from([Type::prim("u8")]));
    let subst = model.match_impl(id, &of_u8).unwrap_or_default();
    assert_eq!(target.substitute(&subst), Type::prim("u8"));
    assert!(model.has_drop_impl(guard).is_some() && model.has_drop_impl(adt("D")).is_none());
    assert_eq!(model.impls_for_head(TypeHead::Adt(guard)).len(), 3);
    assert_eq!(model.method_candidates(TypeHead::Adt(guard), Name::from("b")).len(), 1);
    assert_eq!(model.blanket_impls().len(), 1);
    let b = types::TraitId(1);
    assert!(model.trait_method(b, Name::from("a")).is_some());
    assert_eq!(model.impls_for_head(TypeHead::Dyn(TraitRef::Local(b))).len(), 1);
    assert_eq!(model.trait_(b).impls.len(), 1);
    let c = |arg: Type| Type::Adt(adt("C"), Arc::from([arg]));
    assert_eq!(model.is_copy(&c(Type::prim("u8"))), Some(true));
    assert_eq!(model.is_copy(&c(of_u8.clone())), Some(false));
    assert_eq!(model.is_copy(&c(Type::Unknown)), None);
    assert_eq!(model.is_copy(&Type::Adt(adt("D"), Arc::from([]))), Some(true));
    let bounds = &model.sig(FnId((model.fns.len() - 1) as u32)).generics.bounds;
    assert_eq!(model.is_copy_under(&Type::Param(Name::from("T")), bounds), Some(true));
    assert_eq!(model.is_copy_under(&Type::Param(Name::from("U")), bounds), Some(false));
}

#[test]
fn every_item_has_its_text() {
    let p = lib(
        "thread_local! { static T: u8 = 0; } const _: u8 = 1; macro_rules! m { () => {} } m! {} union U { a: u8 }",
    );
    for tree in p.model.trees.values() {
        assert!(tree.items.iter().all(|item| !matches!(item.kind, ItemKind::Mod { .. })));
    }
    check(&p, &[("T", "u8"), ("U.a", "u8")]);
}
