//! From the form of a file to summaries.

use super::form::*;
use super::world::World;
use super::{FORMAT, Refused, Stored, StoredFns, marks, maybe};
use crate::facts::defs::KeyValue;
use crate::facts::event::{Acquisition, Callback, MapOp, Point, ReadsBy, Trace, TraceStep, Under, What};
use crate::facts::lock_class::{ClassRoot, Classed, LockClass};
use crate::facts::needs::{Need, Value};
use crate::facts::path::{Key, LockPath, PathStep, Root};
use crate::facts::state::GuardId;
use crate::facts::summary::{Effect, MapEffect, Returned};
use crate::model::body::{BlockIdx, BodyOwner, LocalId};
use crate::model::items::{CrateId, StaticId};
use crate::model::types::{AdtId, Bound, ClosureId, FnId, TraitId, TraitRef, Type, Types};
use crate::source::{FileId, Span, TextRange};
use crate::syntax::{Cfg, Name};
use std::sync::Arc;

/// What a file begins with, and the library that it is about; `None` when there is none such here, or it is looked into anyway.
fn begin(text: &str, world: &World<'_>) -> Result<Option<(Head, CrateId)>, Refused> {
    let broken = |error: &serde_json::Error| Refused { why: format!("is broken: {error}"), dir: None };
    let head: Head = serde_json::from_str(text).map_err(|error| broken(&error))?;
    Ok(library(&head, world)?.map(|krate| (head, krate)))
}

impl StoredFns {
    /// Takes the functions of files over, of packages that are here and are not themselves reported on. Returns which files are refused.
    pub fn read(&mut self, texts: &[&str], world: &World<'_>) -> Vec<(usize, Refused)> {
        let mut refused = Vec::new();
        let mut begun = Vec::new();
        for (n, text) in texts.iter().enumerate() {
            match begin(text, world) {
                Ok(Some((head, krate))) => begun.push((world.with_dependencies(krate).len(), n, head, krate)),
                Ok(None) => {}
                Err(why) => refused.push((n, why)),
            }
        }
        // Libraries come before those that depend on them: these ask what became of them.
        begun.sort_by_key(|(depends_on, n, ..)| (*depends_on, *n));
        for (_, n, head, krate) in begun {
            let text = texts.get(n).copied().unwrap_or_default();
            refused.extend(self.read_one(text, &head, krate, world).err().map(|why| (n, why)));
        }
        refused.sort_by_key(|(n, _)| *n);
        refused
    }

    fn read_one(
        &mut self,
        text: &str,
        head: &Head,
        krate: CrateId,
        world: &World<'_>,
    ) -> Result<(), Refused> {
        let dir = world.model.crates.get(krate.0 as usize).map(|it| it.dir.clone());
        let refuse = |why: String| Refused { why, dir: dir.clone() };
        if head.format != FORMAT {
            let why = format!("has the format {}, and this hazmap reads {FORMAT}", head.format);
            return Err(refuse(why));
        }
        let ours = env!("CARGO_PKG_VERSION");
        if head.hazmap != ours {
            return Err(refuse(format!("was made by hazmap {}, and this is {ours}", head.hazmap)));
        }
        let form: FactsForm =
            serde_json::from_str(text).map_err(|error| refuse(format!("is broken: {error}")))?;
        let files = marks::files_here(&form, world, krate, &self.summaries).map_err(refuse)?;
        let reader = Reader::new(&form, world, &files);
        self.by_fn.extend(form.functions.iter().filter_map(|it| reader.function(it)));
        self.summaries.insert(krate, form.summaries);
        Ok(())
    }
}

/// The library that a file is about; `None` when there is no such package, or it is looked into anyway.
fn library(head: &Head, world: &World<'_>) -> Result<Option<CrateId>, Refused> {
    let all = world.libraries(&head.package);
    let krate = |id: &CrateId| world.model.crates.get(id.0 as usize);
    let here: Vec<CrateId> = all.into_iter().filter(|id| krate(id).is_some_and(|it| !it.reported)).collect();
    let is_it = |id: &&CrateId| krate(id).is_some_and(|it| it.version.as_deref() == head.version.as_deref());
    let fitting: Vec<CrateId> = here.iter().filter(is_it).copied().collect();
    match (fitting.as_slice(), here.first().and_then(krate)) {
        ([only], _) => Ok(Some(*only)),
        ([], Some(other)) => {
            let words = |version: Option<&str>| version.unwrap_or("no version").to_owned();
            let (made, now) = (words(head.version.as_deref()), words(other.version.as_deref()));
            let why = format!("is about `{}` {made}, and {now} is used here", head.package);
            Err(Refused { why, dir: Some(other.dir.clone()) })
        }
        _ => Ok(None),
    }
}

/// Gives everything its meaning back; `None` for what is not here.
pub(super) struct Reader<'r> {
    world: &'r World<'r>,
    files: &'r [Option<FileId>],
    fns: Vec<Option<FnId>>,
    statics: Vec<Option<StaticId>>,
    adts: Vec<Option<AdtId>>,
    traits: Vec<Option<TraitId>>,
}

fn nth<T: Copy>(all: &[Option<T>], n: u32) -> Option<T> {
    all.get(n as usize).copied().flatten()
}

impl<'r> Reader<'r> {
    pub(super) fn new(form: &FactsForm, world: &'r World<'r>, files: &'r [Option<FileId>]) -> Reader<'r> {
        let key = |at: &At| {
            let file = nth(files, at.0)?;
            Some((file, world.offset(file, at.1)))
        };
        let items = &form.items;
        Reader {
            world,
            files,
            fns: items.fns.iter().map(|it| world.fns.get(key(it)?)).collect(),
            statics: items.statics.iter().map(|it| world.statics.get(key(it)?)).collect(),
            adts: items.adts.iter().map(|it| world.adts.get(key(it)?)).collect(),
            traits: items.traits.iter().map(|it| world.traits.get((nth(files, it.0)?, it.1))).collect(),
        }
    }

    fn function(&self, it: &FunctionForm) -> Option<(FnId, Stored)> {
        let effects: Vec<Effect> = it.effects.iter().map(|it| self.effect(it)).collect::<Option<_>>()?;
        let all = |all: &Vec<MapEffectForm>| all.iter().map(|it| self.map_effect(it)).collect::<Option<_>>();
        let levels = |levels: &Vec<Vec<MapEffectForm>>| levels.iter().map(all).collect::<Option<_>>();
        let map_effects = maybe(it.map_effects.as_ref(), levels)?;
        let stored = Stored {
            effects: effects.into(),
            returned: it.returned.iter().map(|it| self.returned(it)).collect::<Option<_>>()?,
            map_effects,
            work_on_params: it.work_on_params.clone(),
            plain: it.plain,
        };
        Some((nth(&self.fns, it.function)?, stored))
    }

    pub(super) fn func(&self, n: u32) -> Option<FnId> {
        nth(&self.fns, n)
    }

    pub(super) fn span(&self, it: SpanForm) -> Option<Span> {
        let file = nth(self.files, it.0)?;
        let offset = |place| self.world.offset(file, place);
        Some(TextRange::new(offset(it.1), offset(it.2)).of(file))
    }

    pub(super) fn effect(&self, it: &EffectForm) -> Option<Effect> {
        let steps = it.trace.iter().map(|it| self.step(it)).collect::<Option<_>>()?;
        Some(Effect {
            what: self.what(&it.what)?,
            span: self.span(it.span)?,
            surely: it.surely,
            cfg: cfg(&it.cfg),
            trace: Trace { steps, n_more: it.n_more },
            needs: needs(&it.needs),
            held_params: it.held_params.clone(),
            in_future: it.in_future,
        })
    }

    fn step(&self, it: &StepForm) -> Option<TraceStep> {
        Some(TraceStep { span: self.span(it.span)?, name: it.name, by: it.by })
    }

    fn what(&self, it: &WhatForm) -> Option<What> {
        Some(match it {
            WhatForm::Acquire(taken) => What::Acquire(self.acquisition(taken)?),
            WhatForm::Block(words, on) => What::Block(*words, self.maybe_path(on)?),
            WhatForm::Callback { param, args, passed, under } => What::Callback(Box::new(Callback {
                param: *param,
                args: args.iter().map(|it| self.maybe_path(it)).collect::<Option<_>>()?,
                passed: passed.iter().map(|(n, guard)| (*n, GuardId(*guard))).collect(),
                under: under.iter().map(|it| self.under(it)).collect::<Option<_>>()?,
            })),
        })
    }

    fn under(&self, it: &UnderForm) -> Option<Under> {
        Some(Under {
            acquisition: self.acquisition(&it.acquisition)?,
            span: self.span(it.span)?,
            holder: self.func(it.holder)?,
            surely: it.surely,
            given: it.given,
        })
    }

    fn acquisition(&self, it: &AcquisitionForm) -> Option<Acquisition> {
        Some(Acquisition {
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
            reads_by: it.reads_by.map(|(from, to)| ReadsBy { from, to }),
        })
    }

    fn classed(&self, it: &ClassedForm) -> Option<Classed> {
        let field = maybe(it.field.as_ref(), |(adt, name)| Some((nth(&self.adts, *adt)?, *name)))?;
        let declared = maybe(it.declared.as_ref(), |it| self.class(it))?;
        let class = self.class(&it.class)?;
        Some(Classed { class, by_handle: it.by_handle, exclusive: it.exclusive, field, declared })
    }

    fn class(&self, it: &ClassForm) -> Option<LockClass> {
        let root = match &it.root {
            ClassRootForm::Type(n) => ClassRoot::Type(nth(&self.adts, *n)?),
            ClassRootForm::Static(n) => ClassRoot::Static(nth(&self.statics, *n)?),
            ClassRootForm::Lib(name) => ClassRoot::Lib(*name),
            ClassRootForm::Local(func, closure, local) => {
                ClassRoot::Local(BodyOwner::Fn(self.func(*func)?), closure.map(ClosureId), LocalId(*local))
            }
        };
        Some(LockClass { root, fields: it.fields.clone() })
    }

    /// The outer `None`: there is a path, and something in it is not here.
    fn maybe_path(&self, it: &Option<PathForm>) -> Option<Option<LockPath>> {
        maybe(it.as_ref(), |it| self.path(it))
    }

    fn path(&self, it: &PathForm) -> Option<LockPath> {
        let root = match &it.root {
            RootForm::Param(n) => Root::Param(*n),
            RootForm::Static(n) => Root::Static(nth(&self.statics, *n)?),
            RootForm::Lib(name) => Root::Lib(*name),
            RootForm::Local(closure, local) => Root::Local(closure.map(ClosureId), LocalId(*local)),
            RootForm::Fresh(n) => Root::Fresh(*n),
        };
        let steps = it.steps.iter().map(|step| {
            Some(match step {
                PathStepForm::Field(name) => PathStep::Field(*name),
                PathStepForm::Guarded => PathStep::Guarded,
                PathStepForm::Literal(text) => PathStep::Key(Key::Literal(text.clone())),
                PathStepForm::Value(path) => PathStep::Key(Key::Value(Box::new(self.path(path)?))),
                PathStepForm::Other(n) => PathStep::Key(Key::Other(*n)),
            })
        });
        Some(LockPath { root, steps: steps.collect::<Option<_>>()? })
    }

    pub(super) fn returned(&self, it: &ReturnedForm) -> Option<Returned> {
        let parts = it.parts.iter().map(|(name, path)| Some((*name, self.path(path)?)));
        let guards = it.guards.iter().map(|(taken, asked)| Some((self.acquisition(taken)?, needs(asked))));
        Some(Returned {
            path: self.maybe_path(&it.path)?,
            parts: parts.collect::<Option<_>>()?,
            guards: guards.collect::<Option<_>>()?,
            params: it.params.clone(),
            settled: it.settled,
        })
    }

    pub(super) fn map_effect(&self, it: &MapEffectForm) -> Option<MapEffect> {
        let span = self.span(it.span)?;
        let op = MapOp {
            point: Point { block: BlockIdx(0), step: 0 },
            span,
            call: span,
            path: self.maybe_path(&it.path)?,
            map: self.ty(&it.map)?,
            reads: it.reads.as_ref().map(|it| it.0),
            writes: it.writes.as_ref().map(|it| it.0),
            answers: it.answers,
            key: maybe(it.key.as_ref(), |it| self.key(it))?,
            under: Vec::new(),
            shard: it.shard,
            picks: it.picks,
            value_arg: None,
            value_place: None,
            rechecks: it.rechecks,
            in_callee: it.in_callee,
            one_thread: it.one_thread,
            inner: maybe(it.inner, |it| self.span(it))?,
            cfg: cfg(&it.cfg),
        };
        Some(MapEffect { op, answers_caller: it.answers_caller, value_param: it.value_param })
    }

    fn key(&self, it: &KeyForm) -> Option<KeyValue> {
        Some(match it {
            KeyForm::Literal(text) => KeyValue::Literal(text.clone()),
            KeyForm::Place(path) => KeyValue::Place(self.path(path)?),
            KeyForm::Built(form, parts) => {
                let parts = parts.iter().map(|it| self.key(it)).collect::<Option<_>>()?;
                KeyValue::Built(form.clone(), parts)
            }
            KeyForm::Unknown => KeyValue::Unknown,
        })
    }

    fn tys(&self, all: &[TypeForm]) -> Option<Types> {
        all.iter().map(|it| self.ty(it)).collect()
    }

    fn shared(&self, it: &TypeForm) -> Option<Arc<Type>> {
        self.ty(it).map(Arc::new)
    }

    pub(super) fn ty(&self, it: &TypeForm) -> Option<Type> {
        Some(match it {
            TypeForm::Unknown => Type::Unknown,
            TypeForm::Prim(name) => Type::Prim(*name),
            TypeForm::Never => Type::Never,
            TypeForm::Adt(n, args) => Type::Adt(nth(&self.adts, *n)?, self.tys(args)?),
            TypeForm::Lib(path, args) => Type::Lib(*path, self.tys(args)?),
            TypeForm::Ref(mutability, inner) => Type::Ref(*mutability, self.shared(inner)?),
            TypeForm::Ptr(mutability, inner) => Type::Ptr(*mutability, self.shared(inner)?),
            TypeForm::Tuple(parts) => Type::Tuple(self.tys(parts)?),
            TypeForm::Array(item) => Type::Array(self.shared(item)?),
            TypeForm::Slice(item) => Type::Slice(self.shared(item)?),
            TypeForm::Fn(kind, parts) => Type::Fn(*kind, self.tys(parts)?),
            TypeForm::FnItem(n) => Type::FnItem(self.func(*n)?),
            TypeForm::Closure(id, parts) => Type::Closure(ClosureId(*id), self.tys(parts)?),
            TypeForm::Future(id, output) => Type::Future(id.map(ClosureId), self.shared(output)?),
            TypeForm::Param(name) => Type::Param(*name),
            TypeForm::Opaque(kind, bounds) => {
                Type::Opaque(*kind, bounds.iter().map(|it| self.bound(it)).collect::<Option<_>>()?)
            }
            TypeForm::Assoc(ty, trait_, name) => {
                let trait_ = maybe(trait_.as_ref(), |it| self.trait_ref(it))?;
                Type::Assoc(self.shared(ty)?, trait_, *name)
            }
        })
    }

    fn bound(&self, it: &BoundForm) -> Option<Bound> {
        let assoc = it.assoc.iter().map(|(name, ty)| Some((*name, self.ty(ty)?)));
        let assoc: Arc<[(Name, Type)]> = assoc.collect::<Option<_>>()?;
        Some(Bound { trait_: self.trait_ref(&it.trait_)?, args: self.tys(&it.args)?, assoc })
    }

    fn trait_ref(&self, it: &TraitForm) -> Option<TraitRef> {
        Some(match it {
            TraitForm::Local(n) => TraitRef::Local(nth(&self.traits, *n)?),
            TraitForm::Lib(path) => TraitRef::Lib(*path),
        })
    }
}

fn cfg(literals: &[(Name, bool)]) -> Cfg {
    Cfg { literals: literals.to_vec() }
}

fn needs(all: &[NeedForm]) -> Vec<Need> {
    let value = |it: &NeedForm| match it.value {
        ValueForm::Variant(name) => Value::Variant(name),
        ValueForm::Bool(it) => Value::Bool(it),
    };
    all.iter().map(|it| Need { param: it.param, value: value(it), holds: it.holds }).collect()
}
