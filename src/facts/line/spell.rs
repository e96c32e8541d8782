//! Types, functions and places spelled exactly: two that differ never read the same.

use crate::facts::path::{Key, LockPath, PathStep, Root};
use crate::model::Model;
use crate::model::body::{Body, LocalId};
use crate::model::items::{FnOwner, ModuleId};
use crate::model::types::{Bound, ClosureId, FnId, FnKind, Mutability, OpaqueKind, TraitRef, Type};
use crate::model::typing::{Callee, Res};

/// Spells what belongs to one function.
#[derive(Clone, Copy)]
pub struct Spell<'a> {
    /// The program.
    pub model: &'a Model,
    /// The function's steps, for the names of its variables.
    pub body: &'a Body,
}

impl Spell<'_> {
    /// A place: `self.peers`, `app::CACHE`, `state.*.inner[k]`. `.*` is what a lock guards, `#2` the second variable of a name.
    pub fn place(self, path: &LockPath) -> String {
        let mut words = match &path.root {
            Root::Param(n) => self.local(None, LocalId(n + 1)),
            Root::Static(id) => {
                let it = self.model.static_(*id);
                in_module(self.model, it.module, it.name.as_str())
            }
            Root::Lib(name) => name.to_string(),
            Root::Local(closure, local) => self.local(*closure, *local),
            Root::Fresh(_) => "a new value".to_owned(),
        };
        for step in &path.steps {
            match step {
                PathStep::Field(name) => {
                    words.push('.');
                    words.push_str(name);
                }
                PathStep::Guarded => words.push_str(".*"),
                PathStep::Key(key) => words.push_str(&format!("[{}]", self.key(key))),
            }
        }
        words
    }

    /// A place that may not be known.
    pub fn known_place(self, path: Option<&LockPath>) -> String {
        path.map_or_else(|| "?".to_owned(), |path| self.place(path))
    }

    fn key(self, key: &Key) -> String {
        match key {
            Key::Literal(text) => text.clone(),
            Key::Value(path) => self.place(path),
            Key::Other(_) => "?".to_owned(),
        }
    }

    fn local(self, closure: Option<ClosureId>, local: LocalId) -> String {
        let Some(body) = find_body(self.body, closure) else { return "?".to_owned() };
        let Some(name) = body.locals.get(local.0 as usize).and_then(|it| it.name) else {
            return "a temporary".to_owned();
        };
        let earlier = body.locals.iter().take(local.0 as usize).filter(|it| it.name == Some(name)).count();
        if earlier == 0 { name.to_string() } else { format!("{name}#{}", earlier + 1) }
    }
}

/// The body of a closure in a body.
fn find_body(body: &Body, closure: Option<ClosureId>) -> Option<&Body> {
    if body.closure == closure {
        return Some(body);
    }
    body.children.iter().find_map(|child| find_body(child, closure))
}

/// The path of an item: `app::peers::Peers`. Blocks that hold items leave no trace.
pub fn in_module(model: &Model, module: ModuleId, name: &str) -> String {
    let mut parts = vec![name.to_owned()];
    let mut next = Some(module);
    while let Some(module) = next.and_then(|it| model.modules.get(it.0 as usize)) {
        match module.parent {
            Some(_) if module.anonymous => {}
            Some(_) => parts.push(module.name.to_string()),
            None => parts.extend(model.crates.get(module.krate.0 as usize).map(|it| it.name.to_string())),
        }
        next = module.parent;
    }
    parts.reverse();
    parts.join("::")
}

/// The path of a function: `app::Peers::insert`, `app::f::inner`.
pub fn function(model: &Model, id: FnId) -> String {
    let def = model.fn_def(id);
    let owner = match def.owner {
        FnOwner::Free => None,
        FnOwner::Impl(id) => {
            let mut words = ty(model, model.impl_(id).self_ty.peel_refs());
            words.truncate(words.find('<').unwrap_or(words.len()));
            Some(words)
        }
        FnOwner::Trait(id) => {
            let it = model.trait_(id);
            Some(in_module(model, it.module, it.name.as_str()))
        }
    };
    match (owner, def.in_fn) {
        (Some(owner), _) => format!("{owner}::{}", def.name),
        (None, Some(outer)) => format!("{}::{}", function(model, outer), def.name),
        (None, None) => in_module(model, def.module, def.name.as_str()),
    }
}

/// What a call calls.
pub fn callee(model: &Model, callee: &Callee) -> String {
    match callee {
        Callee::Fn(id) => function(model, *id),
        Callee::TraitFn { func, dynamic, .. } => {
            let through = if *dynamic { "dyn" } else { "some" };
            format!("{through} {}", function(model, *func))
        }
        Callee::Api(id) => model.library.api(*id).path.to_string(),
        Callee::Ctor(res) => format!("constructor {}", constructor(model, res)),
        Callee::Value => "a value".to_owned(),
        Callee::Unknown(_) => "unknown".to_owned(),
    }
}

fn constructor(model: &Model, res: &Res) -> String {
    match res {
        Res::Struct(id) => {
            let it = model.adt(*id);
            in_module(model, it.module, it.name.as_str())
        }
        Res::Variant(id, n) => {
            let it = model.adt(*id);
            let variant = it.variants.get(*n as usize).map_or("?", |it| it.name.as_str());
            format!("{}::{variant}", in_module(model, it.module, it.name.as_str()))
        }
        Res::LibVariant(path, name) => format!("{path}::{name}"),
        Res::LibStruct(path) | Res::Lib(path) => path.to_string(),
        Res::Fn(id) => function(model, *id),
        Res::Api(id) => model.library.api(*id).path.to_string(),
        Res::Static(id) => {
            let it = model.static_(*id);
            in_module(model, it.module, it.name.as_str())
        }
        Res::Local(_) | Res::SelfValue | Res::Unknown => "?".to_owned(),
    }
}

/// A type with full paths; hashers are left out, what is not known is `?`.
pub fn ty(model: &Model, it: &Type) -> String {
    match it {
        Type::Unknown | Type::Infer(_) => "?".to_owned(),
        Type::Prim(name) | Type::Param(name) => name.to_string(),
        Type::Never => "!".to_owned(),
        Type::Adt(id, args) => {
            let adt = model.adt(*id);
            generic(model, &in_module(model, adt.module, adt.name.as_str()), args)
        }
        Type::Lib(path, args) => generic(model, path, args),
        Type::Ref(mutability, inner) => format!("&{}{}", mut_words(*mutability), ty(model, inner)),
        Type::Ptr(Mutability::Shared, inner) => format!("*const {}", ty(model, inner)),
        Type::Ptr(Mutability::Mut, inner) => format!("*mut {}", ty(model, inner)),
        Type::Tuple(parts) => format!("({})", list(model, parts)),
        Type::Array(inner) => format!("[{}; _]", ty(model, inner)),
        Type::Slice(inner) => format!("[{}]", ty(model, inner)),
        Type::Fn(kind, parts) => {
            let kind = match kind {
                FnKind::Pointer => "fn",
                FnKind::Impl => "impl Fn",
                FnKind::Dyn => "dyn Fn",
            };
            format!("{kind}{}", signature(model, parts))
        }
        Type::FnItem(id) => format!("fn {}", function(model, *id)),
        Type::Closure(_, parts) => format!("closure{}", signature(model, parts)),
        Type::Future(_, output) => format!("future<{}>", ty(model, output)),
        Type::Opaque(OpaqueKind::Impl, bounds) => format!("impl {}", bounds_words(model, bounds)),
        Type::Opaque(OpaqueKind::Dyn, bounds) => format!("dyn {}", bounds_words(model, bounds)),
        Type::Assoc(base, trait_, name) => match trait_ {
            Some(trait_) => format!("<{} as {}>::{name}", ty(model, base), trait_name(model, *trait_)),
            None => format!("{}::{name}", ty(model, base)),
        },
    }
}

fn mut_words(mutability: Mutability) -> &'static str {
    match mutability {
        Mutability::Shared => "",
        Mutability::Mut => "mut ",
    }
}

fn list(model: &Model, types: &[Type]) -> String {
    types.iter().map(|it| ty(model, it)).collect::<Vec<_>>().join(", ")
}

fn generic(model: &Model, name: &str, args: &[Type]) -> String {
    let is_hasher = |it: &&Type| matches!(it, Type::Lib(path, _) if path.ends_with("::RandomState"));
    let args: Vec<Type> = args.iter().filter(|it| !is_hasher(it)).cloned().collect();
    if args.is_empty() { name.to_owned() } else { format!("{name}<{}>", list(model, &args)) }
}

fn signature(model: &Model, parts: &[Type]) -> String {
    match parts.split_last() {
        Some((ret, params)) => format!("({}) -> {}", list(model, params), ty(model, ret)),
        None => "()".to_owned(),
    }
}

fn bounds_words(model: &Model, bounds: &[Bound]) -> String {
    let one = |bound: &Bound| {
        let mut parts: Vec<String> = bound.args.iter().map(|it| ty(model, it)).collect();
        parts.extend(bound.assoc.iter().map(|(name, it)| format!("{name} = {}", ty(model, it))));
        let name = trait_name(model, bound.trait_);
        if parts.is_empty() { name } else { format!("{name}<{}>", parts.join(", ")) }
    };
    bounds.iter().map(one).collect::<Vec<_>>().join(" + ")
}

fn trait_name(model: &Model, trait_: TraitRef) -> String {
    match trait_ {
        TraitRef::Local(id) => {
            let it = model.trait_(id);
            in_module(model, it.module, it.name.as_str())
        }
        TraitRef::Lib(path) => path.to_string(),
    }
}
