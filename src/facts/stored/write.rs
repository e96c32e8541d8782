//! From summaries to the form of a file.

use super::form::*;
use super::marks::{Marked, SummaryMarks, is_of_one, summaries_mark};
use super::world::World;
use super::{FORMAT, maybe};
use crate::facts::defs::KeyValue;
use crate::facts::event::{Acquisition, Callback, TraceStep, Under, What};
use crate::facts::fixpoint::{Demanded, Summaries, levels};
use crate::facts::lock_class::{ClassRoot, Classed, LockClass};
use crate::facts::needs::{Need, Value};
use crate::facts::path::{Key, LockPath, PathStep, Root};
use crate::facts::summary::{Effect, MapEffect, Returned};
use crate::facts::{Facts, RELAY_DEPTH, RETURN_DEPTH};
use crate::model::body::BodyOwner;
use crate::model::items::{CrateId, StaticId};
use crate::model::types::{AdtId, Bound, FnId, TraitId, TraitRef, Type};
use crate::source::{FileId, Span};
use crate::syntax::{Cfg, Name};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;
use std::hash::Hash;

/// What is written of a package: the name of the file, and its text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// `<package>-<version>.facts.json`.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// What is known of the libraries that are reported on: of the functions that others can call, and of those that these call. The facts
/// must be [to be stored](Facts::to_be_stored).
pub fn write(facts: &Facts<'_>, world: &World<'_>) -> Vec<Written> {
    let model = facts.model;
    let is_asked = |id: CrateId| model.crates.get(id.0 as usize).is_some_and(|it| it.lib && it.reported);
    let callable: Vec<FnId> = (0..model.fns.len() as u32)
        .map(FnId)
        .filter(|&id| {
            let def = model.fn_def(id);
            let is_one = def.body.is_some() && !def.test && !def.duplicate;
            is_one && is_asked(facts.crate_of(id)) && facts.exports().has(model, id)
        })
        .collect();
    let (summaries, demanded) = Summaries::of_all(facts, &callable);
    let left_out = left_out(facts, &demanded);
    let mut by_crate: FxHashMap<CrateId, Vec<FnId>> = FxHashMap::default();
    for id in callable {
        by_crate.entry(facts.crate_of(id)).or_default().push(id);
    }
    let mut asked: Vec<CrateId> =
        (0..model.crates.len() as u32).map(CrateId).filter(|id| is_asked(*id)).collect();
    // What a library does is marked before those that depend on it are written.
    asked.sort_by_cached_key(|id| (world.with_dependencies(*id).len(), *id));
    let mut marks = facts.stored.summaries.clone();
    let mut written = Vec::new();
    for krate in asked {
        let is_told = |it: &FnId| facts.crate_of(*it) == krate && !left_out.contains(it);
        let fns = reached(&demanded, by_crate.remove(&krate).unwrap_or_default());
        let fns: Vec<FnId> = fns.into_iter().filter(is_told).collect();
        let form = Writer::new(world, krate, &marks).and_then(|it| it.write(facts, &summaries, &fns, krate));
        let Some(form) = form else { continue };
        let name = file_name(&form.package, form.version.as_deref());
        let Ok(text) = serde_json::to_string(&form) else { continue };
        written.push(Written { name, text });
        marks.insert(krate, form.summaries);
    }
    written
}

/// Some functions and all that they call, through others, in order: not what functions of other packages ask of them besides, which a
/// run over fewer packages would not see.
fn reached(demanded: &Demanded, from: Vec<FnId>) -> BTreeSet<FnId> {
    let mut found = BTreeSet::new();
    let mut todo = from;
    while let Some(id) = todo.pop() {
        if let Some(callees) = demanded.get(&id)
            && found.insert(id)
        {
            todo.extend(callees);
        }
    }
    found
}

/// The name of a package's file. A manifest may say anything: what cargo allows in no name leads to no other folder.
pub(super) fn file_name(package: &str, version: Option<&str>) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.+".contains(c);
    let name = format!("{package}-{}.facts.json", version.unwrap_or("0.0.0"));
    name.chars().map(|c| if allowed(c) { c } else { '_' }).collect()
}

/// Functions of which other crates decide what they do, those that call them, and those that call each other in a circle: what is found
/// of one of these depends on where the search begins.
fn left_out(facts: &Facts<'_>, demanded: &Demanded) -> FxHashSet<FnId> {
    let mut open: FxHashSet<FnId> = FxHashSet::default();
    let mut circles = Vec::new();
    for component in levels(demanded).into_iter().flatten() {
        let callees = |id: &FnId| demanded.get(id).into_iter().flatten();
        let is_open = |id: &FnId| facts.is_open(*id) || callees(id).any(|it| open.contains(it));
        if component.iter().any(is_open) {
            open.extend(component);
        } else if component.len() > 1 {
            circles.extend(component);
        }
    }
    open.extend(circles);
    open
}

/// The number of an item in its list, at whose end it is put where it is not in it yet.
fn number<K: Hash + Eq, A>(numbers: &mut FxHashMap<K, u32>, id: K, items: &mut Vec<A>, at: A) -> u32 {
    let next = items.len() as u32;
    *numbers.entry(id).or_insert_with(|| {
        items.push(at);
        next
    })
}

/// Gives everything its stored form; `None` for what has none.
pub(super) struct Writer<'w> {
    world: &'w World<'w>,
    form: FactsForm,
    files: FxHashMap<FileId, u32>,
    fns: FxHashMap<FnId, u32>,
    statics: FxHashMap<StaticId, u32>,
    adts: FxHashMap<AdtId, u32>,
    traits: FxHashMap<TraitId, u32>,
}

impl<'w> Writer<'w> {
    /// One for a library; `None` where two of those that it is made with cannot be told apart.
    pub(super) fn new(world: &'w World<'w>, krate: CrateId, known: &SummaryMarks) -> Option<Writer<'w>> {
        let of = world.model.crates.get(krate.0 as usize)?;
        let mut crates: Vec<CrateMark> = Vec::new();
        let mut files = FxHashMap::default();
        let mut n_files = 0;
        for id in world.with_dependencies(krate) {
            let Marked { mark, files: own } = world.mark(id)?;
            if crates.iter().any(|it| is_of_one(it, mark)) {
                return None;
            }
            for &file in own {
                files.entry(file).or_insert(n_files);
                n_files += 1;
            }
            crates.push(CrateMark { summaries: known.get(&id).cloned(), ..mark.clone() });
        }
        let form = FactsForm {
            format: FORMAT,
            hazmap: env!("CARGO_PKG_VERSION").to_owned(),
            package: of.package.to_string(),
            version: of.version.map(|it| it.to_string()),
            knowledge: world.knowledge.clone(),
            summaries: String::new(),
            crates,
            items: Items::default(),
            functions: Vec::new(),
        };
        Some(Writer {
            world,
            form,
            files,
            fns: FxHashMap::default(),
            statics: FxHashMap::default(),
            adts: FxHashMap::default(),
            traits: FxHashMap::default(),
        })
    }

    fn write(
        mut self,
        facts: &Facts<'_>,
        summaries: &Summaries,
        fns: &[FnId],
        krate: CrateId,
    ) -> Option<FactsForm> {
        // Functions of which nobody will look at the body.
        let mut told = FxHashSet::default();
        for id in fns {
            if let Some(function) = self.function(facts, summaries, *id) {
                if function.plain && (function.map_effects.is_some() || !facts.may_have_map_effects(*id)) {
                    told.insert(*id);
                }
                self.form.functions.push(function);
            }
        }
        self.form.summaries = summaries_mark(&self.form, &told, self.world, krate)?;
        Some(self.form)
    }

    /// All forms that were made, with the tables that they speak of.
    #[cfg(test)]
    pub(super) fn into_form(self) -> FactsForm {
        self.form
    }

    fn function(&mut self, facts: &Facts<'_>, summaries: &Summaries, id: FnId) -> Option<FunctionForm> {
        let own = facts.own(id)?;
        let function = self.func(id)?;
        let effects = summaries.of(id).iter().map(|it| self.effect(it)).collect::<Option<_>>()?;
        let first = facts.returned(id, 1);
        let depth = if first.is_none_or(|it| it.settled) { 1 } else { RETURN_DEPTH };
        let returned: Vec<Returned> = (1..=depth).filter_map(|depth| facts.returned(id, depth)).collect();
        let returned = returned.iter().map(|it| self.returned(it)).collect::<Option<_>>()?;
        // One that is not told has its body looked into, where somebody asks.
        let depth = if facts.seeds.hands_on(id) { RELAY_DEPTH } else { 0 };
        let mut within = |depth| {
            let effects = facts.map_effects_within(id, depth).iter();
            effects.map(|it| self.map_effect(it)).collect::<Option<Vec<MapEffectForm>>>()
        };
        let map_effects =
            (0..=depth).map(&mut within).collect::<Option<_>>().filter(|_| facts.may_have_map_effects(id));
        Some(FunctionForm {
            function,
            effects,
            returned,
            map_effects,
            work_on_params: own.facts.costs.work_on_params.clone(),
            plain: facts.copy_out(id).is_none()
                && !own.gives_decoded
                && own.entrusted.is_empty()
                && facts.lending(id).is_none()
                && own.facts.parts.is_empty(),
        })
    }

    fn at(&self, span: Span) -> Option<At> {
        Some(At(*self.files.get(&span.file)?, self.world.place(span.file, span.range.lo)))
    }

    pub(super) fn span(&self, span: Span) -> Option<SpanForm> {
        let place = |offset| self.world.place(span.file, offset);
        Some(SpanForm(*self.files.get(&span.file)?, place(span.range.lo), place(span.range.hi)))
    }

    pub(super) fn func(&mut self, id: FnId) -> Option<u32> {
        let span = self.world.model.fn_def(id).span;
        let at = self.at(span)?;
        self.world.fns.get((span.file, span.range.lo))?;
        Some(number(&mut self.fns, id, &mut self.form.items.fns, at))
    }

    fn static_(&mut self, id: StaticId) -> Option<u32> {
        let span = self.world.model.static_(id).span;
        let at = self.at(span)?;
        self.world.statics.get((span.file, span.range.lo))?;
        Some(number(&mut self.statics, id, &mut self.form.items.statics, at))
    }

    fn adt(&mut self, id: AdtId) -> Option<u32> {
        let span = self.world.model.adt(id).span;
        let at = self.at(span)?;
        self.world.adts.get((span.file, span.range.lo))?;
        Some(number(&mut self.adts, id, &mut self.form.items.adts, at))
    }

    fn trait_(&mut self, id: TraitId) -> Option<u32> {
        let def = self.world.model.trait_(id);
        let file = self.world.model.modules.get(def.module.0 as usize)?.file;
        self.world.traits.get((file, def.name))?;
        let at = (*self.files.get(&file)?, def.name);
        Some(number(&mut self.traits, id, &mut self.form.items.traits, at))
    }

    pub(super) fn effect(&mut self, it: &Effect) -> Option<EffectForm> {
        Some(EffectForm {
            what: self.what(&it.what)?,
            span: self.span(it.span)?,
            surely: it.surely,
            cfg: cfg(&it.cfg),
            trace: it.trace.steps.iter().map(|it| self.step(it)).collect::<Option<_>>()?,
            n_more: it.trace.n_more,
            needs: needs(&it.needs),
            held_params: it.held_params.clone(),
            in_future: it.in_future,
        })
    }

    fn step(&self, it: &TraceStep) -> Option<StepForm> {
        Some(StepForm { span: self.span(it.span)?, name: it.name, by: it.by })
    }

    fn what(&mut self, it: &What) -> Option<WhatForm> {
        Some(match it {
            What::Acquire(taken) => WhatForm::Acquire(self.acquisition(taken)?),
            What::Block(words, on) => WhatForm::Block(*words, self.maybe_path(on)?),
            What::Callback(call) => {
                let Callback { param, args, passed, under } = &**call;
                WhatForm::Callback {
                    param: *param,
                    args: args.iter().map(|it| self.maybe_path(it)).collect::<Option<_>>()?,
                    passed: passed.iter().map(|(n, guard)| (*n, guard.0)).collect(),
                    under: under.iter().map(|it| self.under(it)).collect::<Option<_>>()?,
                }
            }
            What::Await(_) | What::Cost(_) => return None,
        })
    }

    fn under(&mut self, it: &Under) -> Option<UnderForm> {
        Some(UnderForm {
            acquisition: self.acquisition(&it.acquisition)?,
            span: self.span(it.span)?,
            holder: self.func(it.holder)?,
            surely: it.surely,
            given: it.given,
        })
    }

    fn acquisition(&mut self, it: &Acquisition) -> Option<AcquisitionForm> {
        Some(AcquisitionForm {
            path: self.maybe_path(&it.path)?,
            mode: it.mode,
            wait: it.wait,
            shard: it.shard,
            lock: self.ty(&it.lock)?,
            on_map: it.on_map,
            try_: it.try_,
            passes_writers: it.passes_writers,
            reentrant: it.reentrant,
            momentary: it.momentary,
            lazy_fill: it.lazy_fill,
            class: maybe(it.class.as_ref(), |it| self.classed(it))?,
            reads_by: it.reads_by.map(|it| (it.from, it.to)),
        })
    }

    fn classed(&mut self, it: &Classed) -> Option<ClassedForm> {
        let field = maybe(it.field.as_ref(), |(adt, name)| Some((self.adt(*adt)?, *name)))?;
        let declared = maybe(it.declared.as_ref(), |it| self.class(it))?;
        let class = self.class(&it.class)?;
        Some(ClassedForm { class, by_handle: it.by_handle, exclusive: it.exclusive, field, declared })
    }

    fn class(&mut self, it: &LockClass) -> Option<ClassForm> {
        let root = match &it.root {
            ClassRoot::Type(id) => ClassRootForm::Type(self.adt(*id)?),
            ClassRoot::Static(id) => ClassRootForm::Static(self.static_(*id)?),
            ClassRoot::Lib(name) => ClassRootForm::Lib(*name),
            ClassRoot::Local(BodyOwner::Fn(id), closure, local) => {
                ClassRootForm::Local(self.func(*id)?, closure.map(|it| it.0), local.0)
            }
            ClassRoot::Local(BodyOwner::Static(_), ..) => return None,
        };
        Some(ClassForm { root, fields: it.fields.clone() })
    }

    /// The outer `None`: there is a path, and it has no form.
    fn maybe_path(&mut self, it: &Option<LockPath>) -> Option<Option<PathForm>> {
        maybe(it.as_ref(), |it| self.path(it))
    }

    fn path(&mut self, it: &LockPath) -> Option<PathForm> {
        let root = match &it.root {
            Root::Param(n) => RootForm::Param(*n),
            Root::Static(id) => RootForm::Static(self.static_(*id)?),
            Root::Lib(name) => RootForm::Lib(*name),
            Root::Local(closure, local) => RootForm::Local(closure.map(|it| it.0), local.0),
            Root::Fresh(n) => RootForm::Fresh(*n),
        };
        let steps = it.steps.iter().map(|step| {
            Some(match step {
                PathStep::Field(name) => PathStepForm::Field(*name),
                PathStep::Guarded => PathStepForm::Guarded,
                PathStep::Key(Key::Literal(text)) => PathStepForm::Literal(text.clone()),
                PathStep::Key(Key::Value(path)) => PathStepForm::Value(Box::new(self.path(path)?)),
                PathStep::Key(Key::Other(n)) => PathStepForm::Other(*n),
            })
        });
        Some(PathForm { root, steps: steps.collect::<Option<_>>()? })
    }

    pub(super) fn returned(&mut self, it: &Returned) -> Option<ReturnedForm> {
        let parts = it.parts.iter().map(|(name, path)| Some((*name, self.path(path)?)));
        let parts = parts.collect::<Option<_>>()?;
        let guards = it.guards.iter().map(|(taken, asked)| Some((self.acquisition(taken)?, needs(asked))));
        Some(ReturnedForm {
            parts,
            guards: guards.collect::<Option<_>>()?,
            path: self.maybe_path(&it.path)?,
            params: it.params.clone(),
            settled: it.settled,
        })
    }

    pub(super) fn map_effect(&mut self, it: &MapEffect) -> Option<MapEffectForm> {
        let op = &it.op;
        Some(MapEffectForm {
            span: self.span(op.span)?,
            path: self.maybe_path(&op.path)?,
            map: self.ty(&op.map)?,
            reads: op.reads.map(ReadsCell),
            writes: op.writes.map(WritesCell),
            answers: op.answers,
            key: maybe(op.key.as_ref(), |it| self.key(it))?,
            shard: op.shard,
            picks: op.picks,
            rechecks: op.rechecks,
            in_callee: op.in_callee,
            one_thread: op.one_thread,
            inner: maybe(op.inner, |it| self.span(it))?,
            cfg: cfg(&op.cfg),
            answers_caller: it.answers_caller,
            value_param: it.value_param,
        })
    }

    fn key(&mut self, it: &KeyValue) -> Option<KeyForm> {
        Some(match it {
            KeyValue::Literal(text) => KeyForm::Literal(text.clone()),
            KeyValue::Place(path) => KeyForm::Place(self.path(path)?),
            KeyValue::Built(form, parts) => {
                let parts = parts.iter().map(|it| self.key(it)).collect::<Option<_>>()?;
                KeyForm::Built(form.clone(), parts)
            }
            KeyValue::Unknown => KeyForm::Unknown,
        })
    }

    fn tys(&mut self, all: &[Type]) -> Option<Vec<TypeForm>> {
        all.iter().map(|it| self.ty(it)).collect()
    }

    fn boxed(&mut self, it: &Type) -> Option<Box<TypeForm>> {
        self.ty(it).map(Box::new)
    }

    pub(super) fn ty(&mut self, it: &Type) -> Option<TypeForm> {
        Some(match it {
            Type::Unknown => TypeForm::Unknown,
            Type::Infer(_) => return None,
            Type::Prim(name) => TypeForm::Prim(*name),
            Type::Never => TypeForm::Never,
            Type::Adt(id, args) => TypeForm::Adt(self.adt(*id)?, self.tys(args)?),
            Type::Lib(path, args) => TypeForm::Lib(*path, self.tys(args)?),
            Type::Ref(mutability, inner) => TypeForm::Ref(*mutability, self.boxed(inner)?),
            Type::Ptr(mutability, inner) => TypeForm::Ptr(*mutability, self.boxed(inner)?),
            Type::Tuple(parts) => TypeForm::Tuple(self.tys(parts)?),
            Type::Array(item) => TypeForm::Array(self.boxed(item)?),
            Type::Slice(item) => TypeForm::Slice(self.boxed(item)?),
            Type::Fn(kind, parts) => TypeForm::Fn(*kind, self.tys(parts)?),
            Type::FnItem(id) => TypeForm::FnItem(self.func(*id)?),
            Type::Closure(id, parts) => TypeForm::Closure(id.0, self.tys(parts)?),
            Type::Future(id, output) => TypeForm::Future(id.map(|it| it.0), self.boxed(output)?),
            Type::Param(name) => TypeForm::Param(*name),
            Type::Opaque(kind, bounds) => {
                let bounds = bounds.iter().map(|it| self.bound(it)).collect::<Option<_>>()?;
                TypeForm::Opaque(*kind, bounds)
            }
            Type::Assoc(ty, trait_, name) => {
                let trait_ = maybe(trait_.as_ref(), |it| self.trait_ref(*it))?;
                TypeForm::Assoc(self.boxed(ty)?, trait_, *name)
            }
        })
    }

    fn bound(&mut self, it: &Bound) -> Option<BoundForm> {
        let assoc = it.assoc.iter().map(|(name, ty)| Some((*name, self.ty(ty)?)));
        let assoc: Vec<(Name, TypeForm)> = assoc.collect::<Option<_>>()?;
        Some(BoundForm { trait_: self.trait_ref(it.trait_)?, args: self.tys(&it.args)?, assoc })
    }

    fn trait_ref(&mut self, it: TraitRef) -> Option<TraitForm> {
        Some(match it {
            TraitRef::Local(id) => TraitForm::Local(self.trait_(id)?),
            TraitRef::Lib(path) => TraitForm::Lib(path),
        })
    }
}

fn cfg(it: &Cfg) -> Vec<(Name, bool)> {
    it.literals.clone()
}

fn needs(all: &[Need]) -> Vec<NeedForm> {
    let value = |it: &Need| match it.value {
        Value::Variant(name) => ValueForm::Variant(name),
        Value::Bool(it) => ValueForm::Bool(it),
    };
    all.iter().map(|it| NeedForm { param: it.param, value: value(it), holds: it.holds }).collect()
}
