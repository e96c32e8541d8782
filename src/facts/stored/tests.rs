//! Each form is read back as what was written.

use super::form::*;
use super::read::Reader;
use super::world::World;
use super::write::{Writer, file_name};
use crate::facts::defs::KeyValue;
use crate::facts::event::{
    Acquisition, Callback, MapOp, Point, ReadsBy, RunBy, Trace, TraceStep, Under, What,
};
use crate::facts::knowledge::{self, Mode, Reads, WaitKind, Writes};
use crate::facts::lock_class::{ClassRoot, Classed, LockClass};
use crate::facts::needs::{Need, Value};
use crate::facts::path::{Key, LockPath, PathStep, Root};
use crate::facts::state::GuardId;
use crate::facts::summary::{Effect, MapEffect, Returned};
use crate::model::body::{AwaitKind, BlockIdx, BodyOwner, LocalId};
use crate::model::items::{CrateId, StaticId};
use crate::model::types::{
    AdtId, Bound, ClosureId, FnId, FnKind, Mutability, OpaqueKind, TraitId, TraitRef, Type,
};
use crate::model::{Model, build};
use crate::source::{FileId, Files, Package, Span, TextRange, Workspace};
use crate::syntax::{Cfg, Name};
use rustc_hash::FxHashMap;
use std::fmt::Debug;
use std::path::PathBuf;
use std::sync::Arc;

const TEXT: &str = "pub static S: u8 = 0;\npub struct A;\npub trait T {}\npub fn f() {}\n\
    macro_rules! two { ($x:ident) => { pub fn $x() {} pub mod m { pub fn $x() {} } } }\ntwo!(g);\n";

fn files_and_model() -> (Files, Model) {
    let root = PathBuf::from("/w/src/lib.rs");
    let files = Files::in_memory();
    files.insert(&root, TEXT.to_owned());
    let package = Package { version: Some("1.0.0".to_owned()), ..Package::of_library("p", "/w") };
    let workspace = Workspace { root: PathBuf::from("/w"), packages: vec![package], ..Workspace::default() };
    let (model, problems) = build(&workspace, &files, Arc::new(knowledge::load_builtin().1));
    assert!(problems.is_empty(), "{problems:?}");
    (files, model)
}

/// What a value is after it was written to a text and read from it; `None` when it has no form.
fn again<T, F>(
    value: &T,
    write: impl Fn(&mut Writer<'_>, &T) -> Option<F>,
    read: impl Fn(&Reader<'_>, &F) -> Option<T>,
) -> Option<T>
where
    F: serde::Serialize + serde::de::DeserializeOwned,
{
    let (files, model) = files_and_model();
    let world = World::new(&model, &files, "none".to_owned());
    let mut writer = Writer::new(&world, CrateId(0), &FxHashMap::default()).unwrap();
    let text = serde_json::to_string(&write(&mut writer, value)?).unwrap();
    let form =
        serde_json::from_str::<FactsForm>(&serde_json::to_string(&writer.into_form()).unwrap()).unwrap();
    let here: Vec<Option<FileId>> = vec![Some(FileId(0))];
    let reader = Reader::new(&form, &world, &here);
    Some(read(&reader, &serde_json::from_str(&text).unwrap()).unwrap())
}

#[track_caller]
fn assert_same<T: Debug>(value: &T, again: Option<T>) {
    assert_eq!(format!("{:?}", again.unwrap()), format!("{value:?}"));
}

#[track_caller]
fn assert_ty(ty: &Type) {
    assert_same(ty, again(ty, |to, it| to.ty(it), |from, it| from.ty(it)));
}

#[track_caller]
fn assert_effect(what: What) {
    let effect = effect(what);
    assert_same(&effect, again(&effect, |to, it| to.effect(it), |from, it| from.effect(it)));
}

fn name(text: &str) -> Name {
    Name::from(text)
}

fn span(lo: u32) -> Span {
    TextRange::new(lo, lo + 2).of(FileId(0))
}

fn path(root: Root) -> LockPath {
    let key = LockPath::root(Root::Param(1)).then(PathStep::Field(name("id")));
    let steps = vec![
        PathStep::Field(name("table")),
        PathStep::Guarded,
        PathStep::Key(Key::Literal("\"a\"".to_owned())),
        PathStep::Key(Key::Value(Box::new(key))),
        PathStep::Key(Key::Other(7)),
    ];
    LockPath { root, steps }
}

fn acquisition(root: ClassRoot) -> Acquisition {
    let class = LockClass { root, fields: vec![name("table")] };
    Acquisition {
        path: Some(path(Root::Param(0))),
        mode: Mode::Exclusive,
        wait: WaitKind::Async,
        shard: true,
        lock: Type::Adt(AdtId(0), Arc::from([])),
        on_map: true,
        try_: false,
        passes_writers: true,
        reentrant: false,
        momentary: true,
        lazy_fill: false,
        class: Some(Classed {
            declared: Some(class.clone()),
            class,
            by_handle: true,
            exclusive: false,
            field: Some((AdtId(0), name("x"))),
        }),
        reads_by: Some(ReadsBy { from: name("write"), to: name("read") }),
    }
}

fn needs() -> Vec<Need> {
    vec![
        Need { param: 0, value: Value::Variant(name("Full")), holds: true },
        Need { param: 1, value: Value::Bool(false), holds: false },
    ]
}

fn effect(what: What) -> Effect {
    let step = |by| TraceStep { span: span(4), name: name("f"), by };
    Effect {
        what,
        span: span(3),
        surely: true,
        cfg: Cfg { literals: vec![(name("unix"), true), (name("test"), false)] },
        trace: Trace {
            steps: vec![step(RunBy::Call), step(RunBy::Await), step(RunBy::LastOwner)],
            n_more: 3,
        },
        needs: needs(),
        held_params: vec![0, 2],
        in_future: true,
    }
}

#[test]
fn types() {
    let one: Arc<[Type]> = Arc::from([Type::prim("u8")]);
    let inner = Arc::new(Type::Never);
    let bound = |trait_| Bound {
        trait_,
        args: one.clone(),
        assoc: Arc::from([(name("Item"), Type::Param(name("T")))]),
    };
    let bounds: Arc<[Bound]> =
        Arc::from([bound(TraitRef::Local(TraitId(0))), bound(TraitRef::Lib(name("std::fmt::Debug")))]);
    for ty in [
        Type::Unknown,
        Type::prim("str"),
        Type::Never,
        Type::Adt(AdtId(0), one.clone()),
        Type::Lib(name("std::sync::Mutex"), one.clone()),
        Type::Ref(Mutability::Mut, inner.clone()),
        Type::Ptr(Mutability::Shared, inner.clone()),
        Type::Tuple(one.clone()),
        Type::Array(inner.clone()),
        Type::Slice(inner.clone()),
        Type::Fn(FnKind::Pointer, one.clone()),
        Type::Fn(FnKind::Impl, one.clone()),
        Type::Fn(FnKind::Dyn, one.clone()),
        Type::FnItem(FnId(0)),
        Type::Closure(ClosureId(4), one.clone()),
        Type::Future(None, inner.clone()),
        Type::Future(Some(ClosureId(5)), inner.clone()),
        Type::Param(name("T")),
        Type::Opaque(OpaqueKind::Dyn, bounds.clone()),
        Type::Opaque(OpaqueKind::Impl, bounds),
        Type::Assoc(inner.clone(), Some(TraitRef::Local(TraitId(0))), name("Out")),
        Type::Assoc(inner, None, name("Out")),
    ] {
        assert_ty(&ty);
    }
}

#[test]
fn effects() {
    let (f, local) = (BodyOwner::Fn(FnId(0)), LocalId(3));
    for root in [
        ClassRoot::Type(AdtId(0)),
        ClassRoot::Static(StaticId(0)),
        ClassRoot::Lib(name("lib::S")),
        ClassRoot::Local(f, None, local),
        ClassRoot::Local(f, Some(ClosureId(1)), local),
    ] {
        assert_effect(What::Acquire(acquisition(root)));
    }
    assert_effect(What::Acquire(Acquisition {
        path: None,
        class: None,
        reads_by: None,
        ..acquisition(ClassRoot::Type(AdtId(0)))
    }));
    for root in [
        Root::Param(2),
        Root::Static(StaticId(0)),
        Root::Lib(name("lib::S")),
        Root::Local(None, local),
        Root::Local(Some(ClosureId(2)), local),
        Root::Fresh(9),
    ] {
        assert_effect(What::Block(name("sleeping"), Some(path(root))));
    }
    assert_effect(What::Block(name("sleeping"), None));
    let under = Under {
        acquisition: acquisition(ClassRoot::Type(AdtId(0))),
        span: span(5),
        holder: FnId(0),
        surely: true,
        given: Some(1),
    };
    let args = vec![None, Some(path(Root::Param(0)))];
    assert_effect(What::Callback(Box::new(Callback {
        param: Some(1),
        args,
        passed: vec![(1, GuardId(2))],
        under: vec![under],
    })));
}

#[test]
fn results() {
    let returned = Returned {
        path: Some(path(Root::Param(0))),
        parts: vec![(name("a"), path(Root::Static(StaticId(0))))],
        guards: vec![(acquisition(ClassRoot::Type(AdtId(0))), needs())],
        params: vec![0, 1],
        settled: true,
    };
    assert_same(&returned, again(&returned, |to, it| to.returned(it), |from, it| from.returned(it)));
    let nothing = Returned::default();
    assert_same(&nothing, again(&nothing, |to, it| to.returned(it), |from, it| from.returned(it)));
}

#[test]
fn map_effects() {
    let keys = [
        None,
        Some(KeyValue::Unknown),
        Some(KeyValue::Literal("1".to_owned())),
        Some(KeyValue::Place(path(Root::Param(0)))),
        Some(KeyValue::Built("Day".to_owned(), vec![KeyValue::Place(path(Root::Param(1)))])),
    ];
    let reads = [None, Some(Reads::Key), Some(Reads::Len), Some(Reads::All)];
    let writes = [Writes::Insert, Writes::Remove, Writes::Update, Writes::Entry, Writes::Clear, Writes::All];
    let pairs = keys.iter().cycle().zip(reads.iter().cycle()).zip(writes);
    for ((key, reads), write) in pairs {
        let op = MapOp {
            point: Point { block: BlockIdx(0), step: 0 },
            span: span(1),
            call: span(1),
            path: Some(path(Root::Param(0))),
            map: Type::Unknown,
            reads: *reads,
            writes: reads.is_some().then_some(write),
            answers: true,
            key: key.clone(),
            under: Vec::new(),
            shard: false,
            picks: true,
            value_arg: None,
            value_place: None,
            rechecks: true,
            in_callee: false,
            one_thread: reads.is_some(),
            inner: key.as_ref().map(|_| span(3)),
            cfg: Cfg::default(),
        };
        let effect = MapEffect { op, answers_caller: true, value_param: Some(1) };
        assert_same(&effect, again(&effect, |to, it| to.map_effect(it), |from, it| from.map_effect(it)));
    }
}

#[test]
fn what_has_no_form_is_left_out_whole() {
    let infer = Type::Tuple(Arc::from([Type::Infer(0)]));
    assert!(again(&infer, |to, it| to.ty(it), |from, it| from.ty(it)).is_none());
    let awaits = effect(What::Await(AwaitKind::Await));
    assert!(again(&awaits, |to, it| to.effect(it), |from, it| from.effect(it)).is_none());
    let of_initialiser = ClassRoot::Local(BodyOwner::Static(StaticId(0)), None, LocalId(1));
    let taken = effect(What::Acquire(acquisition(of_initialiser)));
    assert!(again(&taken, |to, it| to.effect(it), |from, it| from.effect(it)).is_none());
    let elsewhere =
        Effect { span: TextRange::new(0, 1).of(FileId(8)), ..effect(What::Block(name("w"), None)) };
    assert!(again(&elsewhere, |to, it| to.effect(it), |from, it| from.effect(it)).is_none());
}

#[test]
fn functions_that_share_an_offset_have_no_form() {
    let (files, model) = files_and_model();
    let world = World::new(&model, &files, String::new());
    let mut writer = Writer::new(&world, CrateId(0), &FxHashMap::default()).unwrap();
    let forms: Vec<(&str, bool)> =
        model.fns.iter().zip(0..).map(|(it, n)| (it.name.as_str(), writer.func(FnId(n)).is_some())).collect();
    assert_eq!(forms, [("f", true), ("g", false), ("g", false)]);
}

#[test]
fn names_of_files_lead_to_no_other_folder() {
    assert_eq!(file_name("a-b_c", Some("1.0.0-rc.1+x")), "a-b_c-1.0.0-rc.1+x.facts.json");
    assert_eq!(file_name("../../a", None), ".._.._a-0.0.0.facts.json");
}
