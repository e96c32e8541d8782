//! What a run knows of the workspace's shared maps beside its findings: the maps, the lives of guards, the order of locks.
//!
//! Collected from the facts that the lints have seen, and owned: the facts go with the analysis. Nothing is judged here, and nothing is
//! put in a form for anybody; `lock_page` does that when the findings are known too.

mod aliases;
mod inside;

use crate::facts::event::{Acquisition, Event, Guard, Held, MapOp, RunBy, Trace, What};
use crate::facts::knowledge::{Mode, Reads, WaitKind, Writes};
use crate::facts::line::spell;
use crate::facts::lives::{self, Stretch};
use crate::facts::lock_class::{ClassRoot, LockClass};
use crate::facts::path::{LockPath, Root};
use crate::facts::shared_maps::{self, MapId, SharedMap};
use crate::facts::{BodyFacts, Call, Facts, GuardId, words};
use crate::lint::{Analysed, HeldGuard, OrderStep, Pass};
use crate::model::Model;
use crate::model::body::BodyOwner;
use crate::model::types::{ClosureId, FnId, Type};
use crate::source::{FileId, Files, Span};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// All of it, of one workspace or several.
#[derive(Debug, Default)]
pub struct Survey {
    /// The shared maps.
    pub maps: Vec<Map>,
    /// The lives of guards.
    pub lives: Vec<Life>,
    /// Where a lock is taken while another is held.
    pub order: Vec<OrderSite>,
    /// Cycles in that order, each a list of places.
    pub cycles: Vec<Vec<OrderSite>>,
}

/// A shared map.
#[derive(Debug)]
pub struct Map {
    /// Its name as people say it: `Routes.by_town`, `CACHE`.
    pub name: String,
    /// Its path: `depot::routes::Routes.by_town`.
    pub path: String,
    /// Its type as it is written; the whole type where none is.
    pub ty: String,
    /// The ways to the maps inside, where the type shows none.
    pub inside: Vec<String>,
    /// Where it is declared; where it is first used, for a variable.
    pub span: Span,
    /// It is a variable of a function.
    pub variable: bool,
    /// Types that have it, or lead to it, in a field.
    pub owners: Vec<String>,
    /// It is test code.
    pub test: bool,
    /// Reads and writes of it.
    pub sites: Vec<Site>,
}

/// A read or a write of a map.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Site {
    /// Where.
    pub span: Span,
    /// What.
    pub kind: SiteKind,
    /// It is test code.
    pub test: bool,
}

/// What is done with a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SiteKind {
    /// One key, or the number of entries, is asked for.
    Read,
    /// Something in it is changed.
    Write,
    /// All of it is looked through.
    Iterate,
}

/// The life of a guard.
#[derive(Debug)]
pub struct Life {
    /// The map whose lock it is of, by its number in the survey.
    pub map: Option<usize>,
    /// The lock's place in words.
    pub lock: String,
    /// The function that takes it, by its path.
    pub function: String,
    /// The whole text of that function, or of the closure or async block in it.
    pub body: Span,
    /// Where it is taken.
    pub taken: Span,
    /// The variable that holds it.
    pub name: Option<String>,
    /// It is one for writing.
    pub exclusive: bool,
    /// How those who want the lock wait.
    pub wait: WaitKind,
    /// Why it lives as long as it does.
    pub why: String,
    /// The lines on which it lives.
    pub stretches: Vec<Stretch>,
    /// What runs while it lives, in the order of the text.
    pub under: Vec<Under>,
    /// It is test code.
    pub test: bool,
}

/// Something that runs while a guard lives.
#[derive(Clone, Debug)]
pub struct Under {
    /// Where, in the body of the life.
    pub span: Span,
    /// What kind of thing.
    pub kind: UnderKind,
    /// In words.
    pub words: String,
    /// It happens on every path to there, with the guard held.
    pub surely: bool,
    /// Where it really happens, when in a function that is called there.
    pub inner: Option<Span>,
}

/// Kinds of things that run while a guard lives; the earlier matter more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum UnderKind {
    /// The same lock is taken again.
    Relock,
    /// The task may be suspended.
    Await,
    /// The thread waits for something.
    Block,
    /// Something that was given from outside is called.
    Callback,
    /// Another lock is taken.
    Lock,
    /// The map is changed.
    Write,
    /// The map is looked through.
    Iterate,
    /// The map is read.
    Read,
    /// A function of the analysed code is called.
    Call,
}

/// A place where a lock is taken while another is held.
#[derive(Clone, Debug)]
pub struct OrderSite {
    /// The lock that is held.
    pub from: LockName,
    /// The lock that is taken.
    pub to: LockName,
    /// The life of the guard that is held, by its number in the survey.
    pub life: usize,
    /// The call that gives both locks to the function, where they are its parameters.
    pub given: Option<Span>,
    /// Where the other lock is taken, or the call that leads there.
    pub span: Span,
    /// The calls down to where it is taken.
    pub calls: Vec<(Span, String)>,
    /// Where it is really taken, when in a function that is called.
    pub inner: Option<Span>,
    /// It happens whenever the point is reached.
    pub surely: bool,
}

impl OrderSite {
    /// Where the other lock is really taken.
    pub fn taken(&self) -> Span {
        self.inner.unwrap_or(self.span)
    }
}

/// What a class of locks is called.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LockName {
    /// As it is known everywhere: `depot::routes::Routes.by_town`.
    pub path: String,
    /// As people say it: `Routes.by_town`.
    pub name: String,
    /// It guards a map.
    pub on_map: bool,
    /// That map, by its number in the survey.
    pub map: Option<usize>,
    /// Where its type, static or function is declared; a library's own nowhere.
    pub declared: Option<Span>,
}

impl Survey {
    /// Adds what is known of another workspace.
    pub fn append(&mut self, mut other: Survey) {
        let (maps, lives) = (self.maps.len(), self.lives.len());
        for life in &mut other.lives {
            life.map = life.map.map(|it| it + maps);
        }
        let sites = other.order.iter_mut().chain(other.cycles.iter_mut().flatten());
        sites.for_each(|site| {
            site.life += lives;
            for lock in [&mut site.from, &mut site.to] {
                lock.map = lock.map.map(|it| it + maps);
            }
        });
        self.maps.append(&mut other.maps);
        self.lives.append(&mut other.lives);
        self.order.append(&mut other.order);
        self.cycles.append(&mut other.cycles);
    }
}

/// Collects what is known of one workspace. The facts are [watching](Facts::watching).
pub fn collect(
    facts: &Facts<'_>,
    files: &Files,
    analysed: &[Analysed],
    pass: &Pass<'_>,
    is_reported: &dyn Fn(FileId) -> bool,
) -> Survey {
    let mut collector = Collector {
        facts,
        files,
        pass,
        survey: Survey::default(),
        maps: BTreeMap::new(),
        lives: FxHashMap::default(),
    };
    let declared = shared_maps::declared(facts, is_reported);
    let weak = aliases::of_weak(facts, &declared);
    for map in declared.into_iter().filter(|it| !weak.contains_key(&it.id)) {
        collector.declare(map);
    }
    for (handle, of) in weak {
        collector.alias(handle, &of);
    }
    for one in analysed {
        for part in one.facts.each() {
            collector.sites(one, part);
            collector.lives(one, part);
        }
    }
    collector.order();
    let mut survey = collector.survey;
    for map in &mut survey.maps {
        map.sites.sort();
        map.sites.dedup();
    }
    survey
}

/// A guard: of a function or static, of a closure in it, by its number.
type LifeId = (BodyOwner, Option<ClosureId>, GuardId);

struct Collector<'a> {
    facts: &'a Facts<'a>,
    files: &'a Files,
    pass: &'a Pass<'a>,
    survey: Survey,
    maps: BTreeMap<MapId, usize>,
    lives: FxHashMap<LifeId, usize>,
}

impl<'a> Collector<'a> {
    fn model(&self) -> &'a Model {
        self.facts.model
    }

    fn declare(&mut self, map: SharedMap) {
        let model = self.model();
        let ty = aliases::declared_type(model, &map.id);
        let (name, path) = match &map.id {
            MapId::Field(adt, field) => {
                let adt = model.adt(*adt);
                (
                    format!("{}.{field}", adt.name),
                    format!("{}.{field}", spell::in_module(model, adt.module, &adt.name)),
                )
            }
            MapId::Static(_) | MapId::Variable(..) => {
                (map.name.to_string(), spell::in_module(model, map.module, &map.name))
            }
        };
        self.maps.insert(map.id, self.survey.maps.len());
        self.survey.maps.push(Map {
            name,
            path,
            ty: condensed(&self.pass.text(map.ty_span)),
            inside: ty.map(|it| inside::maps_inside(self.facts, &it)).unwrap_or_default(),
            span: map.span,
            variable: false,
            owners: map.holders.iter().map(ToString::to_string).collect(),
            test: map.test,
            sites: Vec::new(),
        });
    }

    /// Takes a weak handle for the map that it leads to, and its type for one that leads there.
    fn alias(&mut self, handle: MapId, of: &MapId) {
        let Some(n) = self.maps.get(of).copied() else { return };
        if let (MapId::Field(adt, _), Some(map)) = (&handle, self.survey.maps.get_mut(n)) {
            map.owners.push(self.facts.model.adt(*adt).name.to_string());
            map.owners.sort();
            map.owners.dedup();
        }
        self.maps.insert(handle, n);
    }

    /// The number of a map; a variable is one as soon as it is used. What is declared elsewhere is none of this workspace's.
    fn map(&mut self, id: MapId, root: &BodyFacts, ty: &Type, at: Span, test: bool) -> Option<usize> {
        if let Some(known) = self.maps.get(&id) {
            return Some(*known);
        }
        let MapId::Variable(owner, closure, local) = &id else { return None };
        let name = root.local(*closure, *local)?.name?;
        let BodyOwner::Fn(func) = owner else { return None };
        let path = format!("{}::{name}", spell::function(self.model(), *func));
        let n = self.survey.maps.len();
        self.survey.maps.push(Map {
            name: name.to_string(),
            path,
            ty: spell::ty(self.model(), ty),
            inside: inside::maps_inside(self.facts, ty),
            span: at,
            variable: true,
            owners: Vec::new(),
            test,
            sites: Vec::new(),
        });
        self.maps.insert(id, n);
        Some(n)
    }

    fn sites(&mut self, one: &Analysed, part: &BodyFacts) {
        let test = self.model().fn_def(one.func).test;
        for op in &part.ops {
            let Some(id) = shared_maps::of_op(self.facts, &one.facts, part, op) else { continue };
            let span = op.inner.unwrap_or(op.span);
            let Some(map) = self.map(id, &one.facts, &op.map, op.span, test) else { continue };
            if let Some(map) = self.survey.maps.get_mut(map) {
                map.sites.push(Site { span, kind: site_kind(op), test });
            }
        }
    }

    fn lives(&mut self, one: &Analysed, part: &BodyFacts) {
        let test = self.model().fn_def(one.func).test;
        for (n, guard) in part.guards.iter().enumerate() {
            let id = GuardId(n as u8);
            let taken = &guard.acquisition;
            let class = taken.class.as_ref().filter(|_| taken.on_map);
            let map = class
                .and_then(|it| shared_maps::of_class(self.facts, it))
                .and_then(|it| self.map(it, &one.facts, &taken.lock, guard.span, test));
            let life = Life {
                map,
                lock: place(self.model(), &one.facts, taken.path.as_ref()),
                function: spell::function(self.model(), one.func),
                body: part.span,
                taken: guard.span,
                name: guard.name.map(|it| it.to_string()),
                exclusive: taken.mode == Mode::Exclusive,
                wait: taken.wait,
                why: self.why(part, guard, id),
                stretches: lives::stretches(self.files, part, id),
                under: under(self.model(), &one.facts, part, id, guard),
                test,
            };
            self.lives.insert((part.owner, part.closure, id), self.survey.lives.len());
            self.survey.lives.push(life);
        }
    }

    /// Why a guard lives: the reason of what holds it last, in the order of the text.
    fn why(&self, part: &BodyFacts, guard: &Guard, id: GuardId) -> String {
        let watched = part.watched.iter().filter_map(|it| Some((it.written?.lo, it)));
        let of_guard = watched.filter_map(|(lo, it)| {
            let held = it.before.iter().chain(&it.after).find(|it| it.guard == id)?;
            Some((lo, held))
        });
        let last = of_guard.max_by_key(|(lo, _)| *lo).map(|(_, held)| held.clone());
        let held = last.unwrap_or(Held {
            guard: id,
            surely: true,
            stale: false,
            mode: guard.acquisition.mode,
            lives: guard.lives,
            holder: None,
        });
        HeldGuard { held: &held, guard }.life_words(self.pass)
    }

    fn order(&mut self) {
        let in_scope = |it: &OrderStep<'_>| {
            self.pass.in_scope(it.taken) || self.pass.in_scope(&it.held.guard.acquisition)
        };
        let order = self.pass.lock_order();
        self.survey.order = order.iter().filter(|it| in_scope(it)).filter_map(|it| self.site(it)).collect();
        let cycles = self.pass.lock_cycles();
        let site =
            |cycle: &Vec<OrderStep<'_>>| cycle.iter().map(|it| self.site(it)).collect::<Option<Vec<_>>>();
        self.survey.cycles = cycles.iter().filter(|it| it.iter().any(in_scope)).filter_map(site).collect();
    }

    fn site(&self, step: &OrderStep<'_>) -> Option<OrderSite> {
        let part = step.critical.view.facts;
        let event = step.critical.event;
        let held = &step.held.guard.acquisition;
        Some(OrderSite {
            from: self.lock_name(&step.classes.0, held, &step.from),
            to: self.lock_name(&step.classes.1, step.taken, &step.to),
            life: *self.lives.get(&(part.owner, part.closure, step.held.held.guard))?,
            given: step.given,
            span: event.span,
            calls: event.trace.steps.iter().map(|it| (it.span, it.name.to_string())).collect(),
            inner: event.inner,
            surely: step.certainty == crate::lint::Certainty::Definite,
        })
    }

    fn lock_name(&self, class: &LockClass, taken: &Acquisition, name: &str) -> LockName {
        let path = class_path(self.model(), class, name);
        let of_class = taken.class.as_ref().filter(|_| taken.on_map);
        let map = of_class.and_then(|it| self.maps.get(&shared_maps::of_class(self.facts, it)?)).copied();
        LockName {
            path,
            name: name.to_owned(),
            on_map: taken.on_map,
            map,
            declared: declared_at(self.model(), class),
        }
    }
}

/// Where a class of locks is declared, as far as that is in the analysed code.
fn declared_at(model: &Model, class: &LockClass) -> Option<Span> {
    match &class.root {
        ClassRoot::Type(id) => Some(model.adt(*id).span),
        ClassRoot::Static(id) | ClassRoot::Local(BodyOwner::Static(id), ..) => Some(model.static_(*id).span),
        ClassRoot::Local(BodyOwner::Fn(func), ..) => Some(model.fn_def(*func).span),
        ClassRoot::Lib(_) => None,
    }
}

/// The path of a class of locks: that of the type or static that it starts at, and the fields. `name` is what it is called.
fn class_path(model: &Model, class: &LockClass, name: &str) -> String {
    let fields = class.fields.iter().map(|it| format!(".{it}")).collect::<String>();
    match &class.root {
        ClassRoot::Type(id) => {
            let adt = model.adt(*id);
            format!("{}{fields}", spell::in_module(model, adt.module, &adt.name))
        }
        ClassRoot::Static(id) => {
            let it = model.static_(*id);
            format!("{}{fields}", spell::in_module(model, it.module, &it.name))
        }
        ClassRoot::Lib(path) => format!("{path}{fields}"),
        ClassRoot::Local(BodyOwner::Fn(func), ..) => format!("{}::{name}", spell::function(model, *func)),
        ClassRoot::Local(BodyOwner::Static(_), ..) => name.to_owned(),
    }
}

/// Text on one line.
fn condensed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn place(model: &Model, root: &BodyFacts, path: Option<&LockPath>) -> String {
    path.map_or_else(|| "the lock".to_owned(), |it| words::path_words(model, Some(root), it))
}

fn site_kind(op: &MapOp) -> SiteKind {
    match (op.writes, op.reads) {
        (Some(_), _) => SiteKind::Write,
        (None, Some(Reads::All)) => SiteKind::Iterate,
        (None, Some(Reads::Key | Reads::Len) | None) => SiteKind::Read,
    }
}

/// What runs while a guard lives: of each place what matters most.
fn under(model: &Model, root: &BodyFacts, part: &BodyFacts, id: GuardId, guard: &Guard) -> Vec<Under> {
    let held_by = |held: &[Held]| held.iter().find(|it| it.guard == id).map(|it| it.surely);
    let events = part.events.iter().filter_map(|event| {
        let surely = held_by(&event.held)? && event.surely;
        guard.cfg.is_compatible(&event.cfg).then(|| of_event(model, root, guard, event, surely)).flatten()
    });
    let ops = part.ops.iter().filter(|it| it.under.contains(&id)).map(|op| of_op(model, root, op));
    let calls = part.calls.iter().filter_map(|call| Some(of_call(model, call, held_by(&call.held)?)));
    let mut all: Vec<Under> = events.chain(ops).chain(calls).filter(|it| it.span != guard.span).collect();
    all.sort_by_key(|it| (it.span, it.kind, it.inner.is_some()));
    all.dedup_by_key(|it| it.span);
    all
}

fn of_event(model: &Model, root: &BodyFacts, guard: &Guard, event: &Event, surely: bool) -> Option<Under> {
    let within = within(&event.trace);
    let (kind, words) = match &event.what {
        What::Acquire(taken) => {
            let lock = place(model, root, taken.path.as_ref());
            match (&guard.acquisition.path, &taken.path) {
                (Some(held), Some(again)) if held.same_as(again) => {
                    (UnderKind::Relock, format!("locks `{lock}` again"))
                }
                _ => (
                    UnderKind::Lock,
                    format!(
                        "locks {}",
                        if taken.path.is_some() { format!("`{lock}`") } else { "another lock".to_owned() }
                    ),
                ),
            }
        }
        What::Await(_) => (UnderKind::Await, "the task may be suspended".to_owned()),
        What::Block(words, _) => (UnderKind::Block, format!("{words} blocks the thread")),
        What::Callback(_) => (UnderKind::Callback, "calls what was given from outside".to_owned()),
        // What it costs is told of by other facts: the operations themselves.
        What::Cost(_) => return None,
    };
    Some(Under { span: event.span, kind, words: format!("{words}{within}"), surely, inner: event.inner })
}

/// The calls down to where something happens, in words.
fn within(trace: &Trace) -> String {
    let names: Vec<String> = trace
        .steps
        .iter()
        .map(|it| match it.by {
            RunBy::Call | RunBy::Await => format!("`{}`", it.name),
            RunBy::Drop | RunBy::LastOwner => "a destructor".to_owned(),
        })
        .collect();
    if names.is_empty() { String::new() } else { format!(" in {}", names.join(" > ")) }
}

fn of_op(model: &Model, root: &BodyFacts, op: &MapOp) -> Under {
    let map = match &op.path {
        Some(path) if !matches!(path.root, Root::Fresh(_)) => {
            format!("`{}`", words::path_words(model, Some(root), path))
        }
        _ => "the map".to_owned(),
    };
    let (kind, words) = match (op.writes, op.reads) {
        (Some(writes), _) => (UnderKind::Write, write_words(writes, &map)),
        (None, Some(Reads::All)) => (UnderKind::Iterate, format!("goes through all of {map}")),
        (None, Some(Reads::Len)) => (UnderKind::Read, format!("asks how many {map} has")),
        (None, Some(Reads::Key) | None) => (UnderKind::Read, format!("reads {map}")),
    };
    Under { span: op.span, kind, words, surely: true, inner: op.inner }
}

fn write_words(writes: Writes, map: &str) -> String {
    match writes {
        Writes::Insert => format!("inserts into {map}"),
        Writes::Remove => format!("removes from {map}"),
        Writes::Update => format!("changes an entry of {map}"),
        Writes::Entry => format!("changes {map} by `entry`"),
        Writes::Clear => format!("empties {map}"),
        Writes::All => format!("changes all of {map}"),
    }
}

fn of_call(model: &Model, call: &Call, surely: bool) -> Under {
    let name = |it: &FnId| format!("`{}`", model.fn_def(*it).name);
    let words = match (call.by, call.callees.as_slice()) {
        (RunBy::Drop, _) => "a destructor runs".to_owned(),
        (RunBy::LastOwner, _) => "a destructor runs, if this is the last handle".to_owned(),
        (RunBy::Call | RunBy::Await, [one]) => format!("calls {}", name(one)),
        (RunBy::Call | RunBy::Await, several) => format!("calls one of {} functions", several.len()),
    };
    Under { span: call.span, kind: UnderKind::Call, words, surely, inner: None }
}
