//! Lock classes: which locks are one and the same for the order in which they are taken.
//!
//! A class is the type that a path starts at and the fields from there, or a static (RacerD and Infer's Starvation name locks the
//! same way). What stands behind a shared handle has its own life, so that a path starts anew there: `self.books.table`, `books` an
//! `Arc<Books>`, is `Books.table`.

use super::BodyFacts;
use super::event::{Acquisition, What};
use super::path::{LockPath, PathStep, Root};
use super::roles::Roles;
use crate::model::Model;
use crate::model::body::{BodyOwner, LocalId};
use crate::model::items::StaticId;
use crate::model::types::{AdtId, Bound, ClosureId, Mutability, TraitRef, Type};
use crate::syntax::Name;
use rustc_hash::FxHashMap;

/// All locks that share the type of their root and the fields from there.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LockClass {
    /// Where it starts.
    pub root: ClassRoot,
    /// The fields from there; an element of a collection is `[]`.
    pub fields: Vec<Name>,
}

/// Where a lock class starts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ClassRoot {
    /// A type.
    Type(AdtId),
    /// A static of the analysed code.
    Static(StaticId),
    /// A static of a library.
    Lib(Name),
    /// A variable or parameter of a function that is a lock itself.
    Local(BodyOwner, Option<ClosureId>, LocalId),
}

/// The class of a lock, and how one comes to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Classed {
    /// The class.
    pub class: LockClass,
    /// Through a shared handle or a reference that is a field and always there.
    pub by_handle: bool,
    /// By an exclusive reference or from its owner: nobody else can have it locked.
    pub exclusive: bool,
    /// The type that declares the lock, and the field: of two classes with the same one, either may be the other's lock.
    pub field: Option<(AdtId, Name)>,
    /// The class that starts at that type, where each value of it has locks of the same types.
    pub declared: Option<LockClass>,
}

impl Classed {
    /// Whether the two are never one lock, though they may be of one type: they stand in different fields of the type that both start at.
    pub(super) fn is_apart_from(&self, other: &Classed) -> bool {
        let (class, other) = (&self.class, &other.class);
        let is_type = matches!(class.root, ClassRoot::Type(_));
        is_type
            && class.root == other.root
            && class.fields.len() == other.fields.len()
            && class.fields != other.fields
    }

    /// Whether it is a lock of one function, of which another knows nothing.
    fn is_local(&self) -> bool {
        matches!(self.class.root, ClassRoot::Local(..))
    }
}

impl LockClass {
    /// The class in words: `Books.table`, `CACHE`, `waiting`.
    pub fn words(&self, model: &Model, body: &BodyFacts) -> String {
        let mut words = match &self.root {
            ClassRoot::Type(id) => model.adt(*id).name.to_string(),
            ClassRoot::Static(id) => model.static_(*id).name.to_string(),
            ClassRoot::Lib(path) => path.to_string(),
            ClassRoot::Local(_, closure, local) => body
                .local(*closure, *local)
                .and_then(|it| it.name)
                .map_or("the lock".to_owned(), |it| it.to_string()),
        };
        for field in &self.fields {
            if field.as_str() != ELEMENT {
                words.push('.');
            }
            words.push_str(field);
        }
        words
    }
}

const ELEMENT: &str = "[]";

/// Gives the acquisitions of a body, and of the closures in it, their classes.
pub(super) fn classify(roles: Roles<'_>, body: &mut BodyFacts) {
    let mut classes: FxHashMap<Option<ClosureId>, Vec<Option<Classed>>> = FxHashMap::default();
    for part in body.each() {
        let of_part = acquisitions(part).map(|it| class_of(roles, body, it.path.as_ref()?)).collect();
        classes.insert(part.closure, of_part);
    }
    put(body, &mut classes);
}

fn put(body: &mut BodyFacts, classes: &mut FxHashMap<Option<ClosureId>, Vec<Option<Classed>>>) {
    let found = classes.remove(&body.closure).unwrap_or_default();
    for (acquisition, class) in acquisitions_mut(body).zip(found) {
        acquisition.class = class;
    }
    for child in &mut body.children {
        put(child, classes);
    }
}

/// What a callee does has the classes that it has from the caller, where the caller knows the places; else those from the callee.
pub(super) fn reclassify(roles: Roles<'_>, root: &BodyFacts, what: &mut What) {
    let taken: Vec<&mut Acquisition> = match what {
        What::Acquire(taken) => vec![taken],
        What::Callback(call) => call.under.iter_mut().map(|it| &mut it.acquisition).collect(),
        What::Await(_) | What::Block(..) | What::Cost(_) => Vec::new(),
    };
    for acquisition in taken {
        match &acquisition.path {
            Some(path) => acquisition.class = class_of(roles, root, path),
            None => acquisition.class = acquisition.class.take().filter(|it| !it.is_local()),
        }
    }
}

/// The class of a place that is locked, from where a body stands. `root` is the outermost body around it.
pub(super) fn class_of(roles: Roles<'_>, root: &BodyFacts, path: &LockPath) -> Option<Classed> {
    let (start, ty) = match &path.root {
        Root::Param(n) => {
            let local = LocalId(n + 1);
            (ClassRoot::Local(root.owner, None, local), root.local(None, local)?.ty.clone())
        }
        Root::Local(closure, local) => {
            let ty = root.local(*closure, *local)?.ty.clone();
            (ClassRoot::Local(root.owner, *closure, *local), ty)
        }
        Root::Static(id) => (ClassRoot::Static(*id), roles.model.static_value_ty(*id)),
        Root::Lib(name) => (ClassRoot::Lib(*name), Type::Unknown),
        Root::Fresh(_) => return None,
    };
    let owned = !matches!(start, ClassRoot::Static(_) | ClassRoot::Lib(_));
    let mut walk = Walk {
        roles,
        class: LockClass { root: start, fields: Vec::new() },
        by_handle: false,
        field: None,
        in_field: false,
        may_be_empty: false,
        exclusive: owned,
        owner: root.owner,
        ty,
    };
    let mut steps = path.steps.as_slice();
    while let [PathStep::Field(name), rest @ ..] = steps
        && walk.unwrap(*name)
    {
        steps = rest;
    }
    walk.peel(true);
    for step in steps {
        walk.step(step)?;
    }
    // Who owns a handle does not own the lock behind it.
    walk.peel(false);
    // A parameter that is a lock is any lock of the caller's.
    let declared = walk.declared();
    Some(Classed {
        class: walk.class,
        by_handle: walk.by_handle && !walk.may_be_empty,
        exclusive: walk.exclusive,
        field: walk.field,
        declared,
    })
}

/// A path on the way from its root.
struct Walk<'a> {
    roles: Roles<'a>,
    /// The function in which it stands.
    owner: BodyOwner,
    class: LockClass,
    by_handle: bool,
    exclusive: bool,
    field: Option<(AdtId, Name)>,
    /// It has gone into a field.
    in_field: bool,
    /// It has gone through an `Option` or `Result`.
    may_be_empty: bool,
    ty: Type,
}

impl Walk<'_> {
    /// Goes through references and handles to what they lead to.
    fn peel(&mut self, at_root: bool) {
        for _ in 0..8 {
            let inner = match &self.ty {
                Type::Ref(mutability, inner) => {
                    self.exclusive &= *mutability == Mutability::Mut;
                    (inner.as_ref().clone(), !at_root)
                }
                Type::Lib(_, args) if self.roles.is_handle(&self.ty) => {
                    self.exclusive = false;
                    match args.first() {
                        Some(inner) => (inner.clone(), !at_root),
                        None => return,
                    }
                }
                // A path goes through what a pattern takes out of a field without a step.
                Type::Lib(path, args) if self.in_field && is_wrapper_type(path) => match args.first() {
                    Some(inner) => {
                        self.may_be_empty = true;
                        (inner.clone(), false)
                    }
                    None => return,
                },
                Type::Lib(_, args) if self.roles.owns_its_target(&self.ty) => match args.first() {
                    Some(inner) => (inner.clone(), false),
                    None => return,
                },
                _ => return,
            };
            self.ty = inner.0;
            if inner.1
                && let Type::Adt(id, _) = &self.ty
            {
                self.by_handle = true;
                self.class = LockClass { root: ClassRoot::Type(*id), fields: Vec::new() };
            }
        }
    }

    /// Goes into the field by which a pattern opens a handle of a library: `State(shop): State<Arc<Shop>>`.
    fn unwrap(&mut self, field: Name) -> bool {
        let opened = match &self.ty {
            ty @ Type::Lib(..) if self.roles.is_handle(ty) => self.roles.model.field_ty(ty, None, field),
            _ => return false,
        };
        let is_known = opened != Type::Unknown;
        if is_known {
            self.exclusive = false;
            self.ty = opened;
        }
        is_known
    }

    /// What a trait's accessor gives out, of a value of which the trait alone is known: `cx.shop()`, `cx` an `impl HasShop`.
    fn given_by_accessor(&self, step: Name) -> Option<Type> {
        let name = Name::from(step.strip_suffix("()")?);
        let model = self.roles.model;
        let by = |bound: &Bound| match bound.trait_ {
            TraitRef::Local(id) => model.trait_(id).fns.iter().find(|(it, _)| *it == name).map(|(_, id)| *id),
            TraitRef::Lib(_) => None,
        };
        let accessor = match (&self.ty, self.owner) {
            (Type::Opaque(_, bounds), _) => bounds.iter().find_map(by),
            (Type::Param(_), BodyOwner::Fn(id)) => {
                let bounds = model.sig(id).generics.bounds.iter();
                bounds.filter(|(ty, _)| *ty == self.ty).find_map(|(_, bound)| by(bound))
            }
            _ => None,
        };
        accessor.map(|it| model.sig(it).ret.clone())
    }

    /// Goes into what stands at the place of a whole static, for a field of it: what is in a `OnceLock`.
    fn enter(&mut self, field: Name) {
        if !matches!(self.class.root, ClassRoot::Static(_)) || !self.class.fields.is_empty() {
            return;
        }
        for _ in 0..4 {
            let Type::Lib(_, args) = &self.ty else { return };
            let has_place = self.roles.lock_of(&self.ty).is_some() || self.roles.map_kind(&self.ty).is_some();
            let Some(inner) = args.first().filter(|_| !has_place).cloned() else { return };
            if self.roles.model.field_ty(&self.ty, None, field) != Type::Unknown {
                return;
            }
            self.ty = inner;
            self.peel(false);
        }
    }

    /// The class that starts at the type which declares the lock, unless that is generic: its locks may be of different things then.
    fn declared(&self) -> Option<LockClass> {
        let (adt, name) = self.field?;
        let is_one =
            self.class.fields.last() == Some(&name) && self.roles.model.adt(adt).generics.params.is_empty();
        is_one.then(|| LockClass { root: ClassRoot::Type(adt), fields: vec![name] })
    }

    fn step(&mut self, step: &PathStep) -> Option<()> {
        match step {
            PathStep::Field(name) => {
                self.peel(false);
                if let Some(given) = self.given_by_accessor(*name) {
                    self.class.fields.push(*name);
                    self.ty = given;
                    return Some(());
                }
                self.enter(*name);
                if let (Type::Adt(id, _), true) = (&self.ty, self.class.fields.is_empty()) {
                    self.class.root = ClassRoot::Type(*id);
                }
                if let Type::Adt(id, _) = &self.ty {
                    self.field = Some((*id, *name));
                }
                self.class.fields.push(*name);
                self.in_field = true;
                self.ty = match self.roles.model.field_ty(&self.ty, None, *name) {
                    Type::Unknown => return None,
                    ty => ty,
                };
            }
            PathStep::Guarded => {
                self.peel(false);
                // Who has the guard for writing has what is in it to himself; of a guard for reading that cannot be said.
                self.ty = self.roles.lock_of(&self.ty).map_or(Type::Unknown, |(_, inner)| inner);
                self.exclusive = false;
            }
            PathStep::Key(_) => {
                self.peel(false);
                self.class.fields.push(Name::from(ELEMENT));
                self.ty = match &self.ty {
                    Type::Lib(_, args) => args.get(1).or(args.first()).cloned().unwrap_or(Type::Unknown),
                    Type::Array(inner) | Type::Slice(inner) => inner.as_ref().clone(),
                    _ => Type::Unknown,
                };
            }
        }
        Some(())
    }
}

/// Whether the type holds its first argument by a variant alone that paths go through.
fn is_wrapper_type(path: &Name) -> bool {
    matches!(path.as_str(), "std::option::Option" | "std::result::Result")
}

/// The acquisitions of a body, in the order of [`acquisitions_mut`].
pub(super) fn acquisitions(body: &BodyFacts) -> impl Iterator<Item = &Acquisition> {
    let events = body.events.iter().filter_map(|it| match &it.what {
        What::Acquire(taken) => Some(taken),
        What::Await(_) | What::Block(..) | What::Callback(_) | What::Cost(_) => None,
    });
    body.guards.iter().map(|it| &it.acquisition).chain(events)
}

fn acquisitions_mut(body: &mut BodyFacts) -> impl Iterator<Item = &mut Acquisition> {
    let events = body.events.iter_mut().filter_map(|it| match &mut it.what {
        What::Acquire(taken) => Some(taken),
        What::Await(_) | What::Block(..) | What::Callback(_) | What::Cost(_) => None,
    });
    body.guards.iter_mut().map(|it| &mut it.acquisition).chain(events)
}
