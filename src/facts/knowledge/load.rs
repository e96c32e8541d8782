//! Reads files of rows into tables.

use super::check::{self, Inherited};
use super::effects::{Effects, Mode};
use super::roles::{GuardRole, LockRole, LockShape, MapKind, RecursiveRead, StoreRole, TypeRole, WaitKind};
use super::schema::{ImplRow, RowFile, TypeRow};
use super::signature::{self, Names, Params};
use super::versions::Versions;
use super::{BUILTIN, Knowledge, KnowledgeProblem};
use crate::model::Subst;
use crate::model::library::{Api, ApiId, LibImpl, LibType, Library, TypeAlias};
use crate::model::types::{Bound, TraitRef, Type};
use crate::syntax::Name;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// Reads the rows that come with hazmap.
pub fn load_builtin() -> (Knowledge, Library) {
    let (knowledge, library, _) = load(&[], &Versions::default());
    (knowledge, library)
}

/// Reads the rows that come with hazmap and those of a user, as far as they hold for the versions in use. The user's row wins over ours.
pub fn load(extra: &[UserRows], versions: &Versions) -> (Knowledge, Library, Vec<KnowledgeProblem>) {
    read(BUILTIN, extra, versions)
}

/// Rows in a document of a user's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRows {
    /// What the document is called in problems.
    pub origin: String,
    /// Its text.
    pub text: String,
    /// The keys that lead to the list of tables of rows; empty when the document itself is one.
    pub at: Vec<&'static str>,
}

impl UserRows {
    /// A document that holds rows and nothing else.
    pub fn whole(origin: &str, text: &str) -> UserRows {
        UserRows { origin: origin.to_owned(), text: text.to_owned(), at: Vec::new() }
    }
}

/// One file, parsed.
struct Source<'a> {
    origin: &'a str,
    text: &'a str,
    rows: RowFile,
    wins: Wins,
}

/// Whether a file's rows win over those of earlier files, or unite with them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wins {
    Yes,
    No,
}

/// Reads files: those of `ours` unite, each of `theirs` wins over what came before.
pub(super) fn read(
    ours: &[(&str, &str)],
    theirs: &[UserRows],
    versions: &Versions,
) -> (Knowledge, Library, Vec<KnowledgeProblem>) {
    let mut parsed: Vec<Result<Source<'_>, KnowledgeProblem>> =
        ours.par_iter().map(|&(origin, text)| parse(origin, text, Wins::No)).collect();
    parsed.extend(theirs.iter().flat_map(parse_theirs));
    let mut problems = Vec::new();
    let mut sources = Vec::new();
    for file in parsed {
        match file {
            Ok(source) => sources.push(source),
            Err(problem) => problems.push(problem),
        }
    }

    let predeclared: FxHashMap<&str, &str> =
        sources.iter().flat_map(|s| &s.rows.predeclared).map(|path| (last(path), path.as_str())).collect();
    let mut library = Library::default();
    for source in &sources {
        declare(source, &predeclared, &mut library, &mut problems);
    }
    for source in &sources {
        declare_type_aliases(source, &predeclared, &mut library, &mut problems);
    }
    let lowered: Vec<Lowered> =
        sources.par_iter().map(|source| lower(source, &predeclared, &library, versions)).collect();

    let mut knowledge = Knowledge::default();
    for (source, lowered) in sources.iter().zip(lowered) {
        problems.extend(lowered.problems.iter().cloned());
        add(source, lowered, &mut knowledge, &mut library);
    }
    library.traits_by_method = traits_by_method(&library);
    export(&sources, &mut library);
    note_acquiring(&mut knowledge, &library);
    library.marks = knowledge.types.iter().map(|(path, role)| (*path, role.marks())).collect();
    (knowledge, library, problems)
}

fn parse<'a>(origin: &'a str, text: &'a str, wins: Wins) -> Result<Source<'a>, KnowledgeProblem> {
    let rows = toml::from_str::<RowFile>(text).map_err(|error| unreadable(origin, text, &error))?;
    Ok(Source { origin, text, rows, wins })
}

fn unreadable(origin: &str, text: &str, error: &toml::de::Error) -> KnowledgeProblem {
    let at = error.span().map_or(0, |span| span.start);
    KnowledgeProblem {
        origin: origin.to_owned(),
        line: line_of(text, at),
        message: did_you_mean(error.message()),
    }
}

/// Reads each table of rows of a user's document.
fn parse_theirs(document: &UserRows) -> Vec<Result<Source<'_>, KnowledgeProblem>> {
    let UserRows { origin, text, at } = document;
    if at.is_empty() {
        return vec![parse(origin, text, Wins::Yes)];
    }
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => return vec![Err(unreadable(origin, text, &error))],
    };
    let read = |value: Spanned<DeValue<'_>>| {
        let rows = RowFile::deserialize(ValueDeserializer::from(value));
        let rows = rows.map_err(|error| unreadable(origin, text, &error))?;
        Ok(Source { origin, text, rows, wins: Wins::Yes })
    };
    match value_at(table, at).map(Spanned::into_inner) {
        Some(DeValue::Array(rows)) => rows.into_iter().map(read).collect(),
        // Whoever reads the rest of the document says that a list was wanted.
        _ => Vec::new(),
    }
}

fn value_at<'i>(table: Spanned<DeTable<'i>>, at: &[&str]) -> Option<Spanned<DeValue<'i>>> {
    let (first, rest) = at.split_first()?;
    let mut value = table.into_inner().remove(*first)?;
    for key in rest {
        let DeValue::Table(mut inner) = value.into_inner() else { return None };
        value = inner.remove(*key)?;
    }
    Some(value)
}

fn line_of(text: &str, at: usize) -> u32 {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    1 + u32::try_from(before.iter().filter(|b| **b == b'\n').count()).unwrap_or(u32::MAX - 1)
}

/// Adds a guess to "unknown field `tkes`, expected one of `takes`, …", and shortens it.
fn did_you_mean(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let (Some(wrong), true) = (quoted.next(), message.starts_with("unknown field")) else {
        return message.to_owned();
    };
    match quoted.map(|key| (strsim::levenshtein(wrong, key), key)).min() {
        Some((n, key)) if n <= 2 => format!("unknown key `{wrong}`: did you mean `{key}`?"),
        _ => format!("unknown key `{wrong}`"),
    }
}

fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

/// What names mean in a file: its types first, then its `use` list, where `a::b as c` renames.
fn file_names(rows: &RowFile) -> FxHashMap<&str, &str> {
    let types = rows
        .types
        .iter()
        .map(|row| row.path.get_ref().as_str())
        .chain(rows.type_aliases.keys().map(|d| signature::split_declaration(d).0));
    let mut names: FxHashMap<&str, &str> = types.map(|path| (last(path), path)).collect();
    for used in &rows.uses {
        match used.split_once(" as ") {
            Some((path, name)) => names.insert(name.trim(), path.trim()),
            None => names.insert(last(used), used.as_str()),
        };
    }
    names
}

/// `"K"`, `"S = std::hash::RandomState"`.
fn split_param(param: &str) -> (&str, Option<&str>) {
    match param.split_once('=') {
        Some((name, default)) => (name.trim(), Some(default.trim())),
        None => (param.trim(), None),
    }
}

fn params_of(params: &[String]) -> Params {
    Params { names: params.iter().map(|p| Name::from(split_param(p).0)).collect(), ..Params::default() }
}

struct Problems<'a> {
    source: &'a Source<'a>,
    list: Vec<KnowledgeProblem>,
}

impl Problems<'_> {
    fn add(&mut self, at: &Spanned<String>, message: impl std::fmt::Display) {
        let row = at.get_ref();
        self.list.push(KnowledgeProblem {
            origin: self.source.origin.to_owned(),
            line: line_of(self.source.text, at.span().start),
            message: format!("`{row}`: {message}"),
        });
    }

    fn take<T>(&mut self, at: &Spanned<String>, result: Result<T, String>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(message) => {
                self.add(at, message);
                None
            }
        }
    }
}

/// Enters types with their parameters, and other names: what signatures need to be read.
fn declare(
    source: &Source<'_>,
    predeclared: &FxHashMap<&str, &str>,
    library: &mut Library,
    problems: &mut Vec<KnowledgeProblem>,
) {
    let raw = |path: Name, args: Vec<Type>| Type::Lib(path, args.into());
    let names = Names { file: file_names(&source.rows), predeclared, make_type: &raw };
    let mut list = Problems { source, list: Vec::new() };
    for row in &source.rows.types {
        let params = params_of(&row.params);
        let mut defaults = Vec::with_capacity(row.params.len());
        for param in &row.params {
            let default = split_param(param)
                .1
                .map(|text| signature::read_type(text, &names, params.clone()).map(|(ty, _)| ty));
            defaults.push(default.and_then(|result| list.take(&row.path, result)));
        }
        let path = Name::from(row.path.get_ref());
        library.types.insert(
            path,
            LibType {
                path,
                params: params.names,
                defaults,
                derefs_to: None,
                copy: row.copy,
                variants: Vec::new(),
                fields: Vec::new(),
                into_iter: [None, None, None],
                traits: Vec::new(),
                index: None,
                builtin_deref: row.builtin_deref,
                handle: row.handle,
                holds: row.holds.iter().map(|name| Name::from(name)).collect(),
            },
        );
    }
    for (path, target) in &source.rows.aliases {
        library.aliases.insert(Name::from(path), Name::from(target));
    }
    problems.append(&mut list.list);
}

fn declare_type_aliases(
    source: &Source<'_>,
    predeclared: &FxHashMap<&str, &str>,
    library: &mut Library,
    problems: &mut Vec<KnowledgeProblem>,
) {
    let mut list = Problems { source, list: Vec::new() };
    for (declaration, target) in &source.rows.type_aliases {
        let (path, params) = signature::split_declaration(declaration);
        let params: Vec<String> = params.into_iter().map(str::to_owned).collect();
        let scope = params_of(&params);
        let make = |path: Name, args: Vec<Type>| library.make_type(path, &args);
        let names = Names { file: file_names(&source.rows), predeclared, make_type: &make };
        let mut read = |text: &str| {
            list.take(target, signature::read_type(text, &names, scope.clone()).map(|(ty, _)| ty))
        };
        let defaults = params.iter().map(|param| split_param(param).1.and_then(&mut read)).collect();
        if let Some(ty) = read(target.get_ref()) {
            library
                .type_aliases
                .insert(Name::from(path), TypeAlias { params: scope.names.clone(), defaults, ty });
        }
    }
    problems.append(&mut list.list);
}

/// A file's rows, read.
#[derive(Default)]
struct Lowered {
    types: Vec<(LibType, TypeRole)>,
    apis: Vec<(Owner, Api, Effects)>,
    impls: Vec<LibImpl>,
    consts: Vec<(Name, Type)>,
    problems: Vec<KnowledgeProblem>,
}

/// Where a function is found.
#[derive(Clone, Copy)]
enum Owner {
    Type(Name),
    Trait(Name),
    Module(Name),
}

fn lower(
    source: &Source<'_>,
    predeclared: &FxHashMap<&str, &str>,
    library: &Library,
    versions: &Versions,
) -> Lowered {
    let make = |path: Name, args: Vec<Type>| {
        let path = library.aliases.get(&path).copied().unwrap_or(path);
        library.make_type(path, &args)
    };
    let names = Names { file: file_names(&source.rows), predeclared, make_type: &make };
    let mut problems = Problems { source, list: Vec::new() };
    let mut lowered = Lowered::default();
    for row in &source.rows.types {
        if let Some(declared) = library.types.get(&Name::from(row.path.get_ref())) {
            let ty = lower_type(row, declared, &names, &mut problems);
            let role = role(row, &ty, &mut problems);
            lowered.impls.extend(ty.traits.iter().map(|bound| trait_impl(&ty, bound)));
            lowered.types.push((ty, role));
        }
    }
    for row in &source.rows.impls {
        lower_impl(row, source, versions, &names, &mut lowered, &mut problems);
    }
    for (path, ty) in &source.rows.consts {
        let params = Params { self_ty: Some(Type::Param(Name::from("Self"))), ..Params::default() };
        if let Some((text, _)) = problems.take(ty, signature::read_type(ty.get_ref(), &names, params)) {
            lowered.consts.push((Name::from(path), text));
        }
    }
    lowered.problems = problems.list;
    lowered
}

fn lower_type(row: &TypeRow, declared: &LibType, names: &Names<'_>, problems: &mut Problems<'_>) -> LibType {
    let mut params = params_of(&row.params);
    params.self_ty = Some(Type::Lib(declared.path, params.names.iter().map(|p| Type::Param(*p)).collect()));
    let mut read = |text: &str| {
        problems.take(&row.path, signature::read_type(text, names, params.clone()).map(|(ty, _)| ty))
    };
    let mut ty = declared.clone();
    ty.derefs_to = row.derefs_to.as_deref().and_then(&mut read);
    ty.index = row.index.as_deref().and_then(&mut read);
    if let Some(iter) = &row.iter {
        ty.into_iter =
            [&iter.owned, &iter.shared, &iter.mutable].map(|item| item.as_deref().and_then(&mut read));
    }
    ty.fields = row.fields.iter().filter_map(|(name, ty)| Some((Name::from(name), read(ty)?))).collect();
    for (name, fields) in &row.variants {
        ty.variants
            .push((Name::from(name), fields.iter().map(|ty| read(ty).unwrap_or(Type::Unknown)).collect()));
    }
    for text in &row.traits {
        // A letter that is no parameter of the type stands for any type: `PartialEq<U>`.
        let open = Params { open: true, ..params.clone() };
        if let Some((bound, _)) = problems.take(&row.path, signature::read_bound(text, names, open)) {
            ty.traits.push(bound);
        }
    }
    let named = |path: &str, assoc: &[(Name, Type)]| Bound {
        trait_: TraitRef::Lib(Name::from(path)),
        args: [].into(),
        assoc: assoc.into(),
    };
    if row.copy {
        ty.traits.extend(["std::marker::Copy", "std::clone::Clone"].map(|path| named(path, &[])));
    }
    if let Some(target) = &ty.derefs_to {
        let target = [(Name::from("Target"), target.clone())];
        ty.traits.push(named("std::ops::Deref", &target));
        let is_read_guard = row.guard.is_some_and(|it| Mode::from(it) == Mode::Shared);
        if !row.handle && !is_read_guard {
            ty.traits.push(named("std::ops::DerefMut", &[]));
        }
    }
    ty
}

fn trait_impl(ty: &LibType, bound: &Bound) -> LibImpl {
    LibImpl {
        params: ty.params.clone(),
        bounds: Vec::new(),
        self_ty: Type::Lib(ty.path, ty.params.iter().map(|p| Type::Param(*p)).collect()),
        bound: bound.clone(),
    }
}

fn role(row: &TypeRow, ty: &LibType, problems: &mut Problems<'_>) -> TypeRole {
    let kind = row.kind.map(WaitKind::from);
    let lock = row.lock.map(|word| {
        let shape = LockShape::from(word);
        let default = if shape == LockShape::Cell { WaitKind::Cell } else { WaitKind::Sync };
        let readers_share = matches!(shape, LockShape::Cell | LockShape::Semaphore);
        let recursive_default = if readers_share { RecursiveRead::Allowed } else { RecursiveRead::Deadlocks };
        LockRole {
            shape,
            kind: kind.unwrap_or(default),
            recursive_read: row.recursive_read.map_or(recursive_default, Into::into),
            poisons: row.poisons,
            reentrant: row.reentrant,
        }
    });
    let guard = row.guard.map(|mode| GuardRole {
        mode: mode.into(),
        kind: kind.unwrap_or(WaitKind::Sync),
        upgradable: row.upgradable,
    });
    let mut holds = Vec::new();
    for name in &row.holds {
        match ty.params.iter().position(|param| param.as_str() == name).and_then(|i| u32::try_from(i).ok()) {
            Some(i) => holds.push(i),
            None => problems.add(&row.path, format_args!("`holds` names `{name}`, which is not a parameter")),
        }
    }
    if kind.is_some() && lock.is_none() && guard.is_none() && row.map.is_none() {
        problems.add(&row.path, "`kind` without `lock` or `guard`");
    }
    TypeRole {
        map: row.map.map(Into::into),
        lock,
        guard,
        handle: row.handle,
        identity: row.identity,
        lazy: row.lazy,
        heap: row.heap || row.map.is_some(),
        holds,
        bounds_itself: row.bounds_itself,
        clone_shares: row.clone_shares,
        slow_when_iterated: row.slow_when_iterated,
        waits_when_iterated: row.waits_when_iterated.as_deref().map(Name::from),
        io: row.io.as_deref().map(Name::from),
        phantom: row.phantom,
        raw_cell: row.raw_cell,
        store: store_role(row, problems),
    }
}

fn store_role(row: &TypeRow, problems: &mut Problems<'_>) -> Option<StoreRole> {
    let role = |name: &String, value| StoreRole { name: Name::from(name), value, state: row.state };
    match (&row.store, &row.store_value) {
        (Some(name), None) => Some(role(name, false)),
        (None, Some(name)) => Some(role(name, true)),
        (Some(_), Some(_)) => {
            problems.add(&row.path, "both `store` and `store_value`");
            None
        }
        (None, None) if row.state => {
            problems.add(&row.path, "`state` without `store` or `store_value`");
            None
        }
        (None, None) => None,
    }
}

fn lower_impl(
    row: &ImplRow,
    source: &Source<'_>,
    versions: &Versions,
    names: &Names<'_>,
    lowered: &mut Lowered,
    problems: &mut Problems<'_>,
) {
    let Some((owner, mut params)) = problems.take(&row.for_, owner_of(row, names)) else { return };
    let mut impl_bounds = Vec::new();
    if let Some(text) = &row.where_ {
        let open = Params { open: true, ..params.clone() };
        impl_bounds = problems.take(&row.for_, signature::read_where(text, names, open)).unwrap_or_default();
    }
    if let (Some(text), Some(self_ty)) = (&row.trait_, &params.self_ty) {
        let open = Params { open: true, ..params.clone() };
        let self_ty = self_ty.clone();
        if let Some((bound, all)) = problems.take(&row.for_, signature::read_bound(text, names, open)) {
            let imp = LibImpl { params: all.names.clone(), bounds: impl_bounds.clone(), self_ty, bound };
            match &owner {
                Owner::Type(family) if !Library::family(*family).is_empty() => {
                    lowered.impls.extend(for_each_of(*family, &imp))
                }
                Owner::Type(_) | Owner::Trait(_) | Owner::Module(_) => lowered.impls.push(imp),
            }
        }
    }
    params.open = false;
    let text =
        |own: &Option<String>, files: &Option<String>| own.as_ref().or(files.as_ref()).map(|v| Name::from(v));
    let inherited = Inherited {
        source: Name::from(
            source.rows.source.as_deref().or(source.rows.krate.as_deref()).unwrap_or(source.origin),
        ),
        since: text(&row.since, &source.rows.since),
        until: text(&row.until, &source.rows.until),
    };
    for row in &row.fns {
        let Some(read) =
            problems.take(&row.sig, signature::read_fn(row.sig.get_ref(), names, params.clone()))
        else {
            continue;
        };
        let made = check::effects(row, read.recv, read.args.len(), &read.ret, &inherited);
        let Some(effects) = problems.take(&row.sig, made) else { continue };
        let (since, until) = (effects.since.as_deref(), effects.until.as_deref());
        if !versions.may_hold(source.rows.krate.as_deref().unwrap_or_default(), since, until) {
            continue;
        }
        let (owner_path, path) = match owner {
            Owner::Type(path) | Owner::Trait(path) => {
                (Some(path), Name::from(&format!("{path}::{}", read.name)))
            }
            Owner::Module(path) => (None, Name::from(&format!("{path}::{}", read.name))),
        };
        let api = Api {
            path,
            name: read.name,
            owner: owner_path,
            params: params.names.iter().chain(&read.params).copied().collect(),
            n_outer: u32::try_from(params.names.len()).unwrap_or(u32::MAX),
            bounds: impl_bounds.iter().cloned().chain(read.bounds).collect(),
            self_ty: params.self_ty.clone(),
            recv: read.recv,
            recv_ty: read.recv_ty,
            args: read.args,
            ret: read.ret,
            is_async: read.is_async,
        };
        lowered.apis.push((owner, api, effects));
    }
}

/// One impl for each primitive of a family: an impl for the free `Self` would be one for every type there is.
fn for_each_of(family: Name, imp: &LibImpl) -> Vec<LibImpl> {
    let of = |name: &&str| {
        let prim = Type::Prim(Name::from(name));
        let subst = Subst::pair(&[Name::from("Self")], std::slice::from_ref(&prim));
        LibImpl {
            params: imp.params.iter().copied().filter(|it| it.as_str() != "Self").collect(),
            bounds: imp
                .bounds
                .iter()
                .map(|(of, bound)| (of.substitute(&subst), bound.substitute(&subst)))
                .collect(),
            self_ty: prim,
            bound: imp.bound.substitute(&subst),
        }
    };
    Library::family(family).iter().map(of).collect()
}

/// What `for` names: a type, `trait path` or `mod path`; and the parameters that it brings into scope.
fn owner_of(row: &ImplRow, names: &Names<'_>) -> Result<(Owner, Params), String> {
    let text = row.for_.get_ref().trim();
    let mut params = params_of(&row.params);
    let free = Type::Param(Name::from("Self"));
    if let Some(path) = text.strip_prefix("mod ") {
        return Ok((Owner::Module(Name::from(path.trim())), params));
    }
    if let Some(text) = text.strip_prefix("trait ") {
        params.open = true;
        let (bound, mut params) = signature::read_bound(text, names, params)?;
        let TraitRef::Lib(path) = bound.trait_ else { return Err("not a trait of a library".to_owned()) };
        params.names.insert(0, Name::from("Self"));
        params.self_ty = Some(free);
        params.of_trait = Some(path);
        return Ok((Owner::Trait(path), params));
    }
    // Families of primitives: one row for all integers.
    if matches!(text, "int" | "float") {
        params.names.push(Name::from("Self"));
        params.self_ty = Some(free);
        return Ok((Owner::Type(Name::from(text)), params));
    }
    params.open = true;
    let (ty, mut params) = signature::read_type(text, names, params)?;
    params.self_ty = Some(ty.clone());
    match (Library::head(&ty), &ty) {
        (Some(head), _) => Ok((Owner::Type(head), params)),
        // `for = "T"`, for traits with a blanket impl, and `for = "&T"`.
        (None, Type::Param(_) | Type::Ref(..)) if row.fns.is_empty() => {
            Ok((Owner::Type(Name::from("*")), params))
        }
        (None, _) => Err("a type of this form has no methods of its own".to_owned()),
    }
}

/// Enters a file's rows into the tables.
fn add(source: &Source<'_>, lowered: Lowered, knowledge: &mut Knowledge, library: &mut Library) {
    if source.wins == Wins::Yes {
        for (owner, api, _) in &lowered.apis {
            match owner {
                Owner::Type(path) => drop(library.methods.remove(&(*path, api.name))),
                Owner::Trait(path) => drop(library.trait_methods.remove(&(*path, api.name))),
                Owner::Module(_) => drop(library.fns.remove(&api.path)),
            }
        }
    }
    for (ty, role) in lowered.types {
        if role == TypeRole::default() {
            knowledge.types.remove(&ty.path);
        } else {
            knowledge.types.insert(ty.path, role);
        }
        library.types.insert(ty.path, ty);
    }
    for (owner, api, effects) in lowered.apis {
        let id = ApiId(u32::try_from(library.apis.len()).unwrap_or(u32::MAX));
        match owner {
            Owner::Type(path) => library.methods.entry((path, api.name)).or_default().push(id),
            Owner::Trait(path) => drop(library.trait_methods.insert((path, api.name), id)),
            Owner::Module(_) => drop(library.fns.insert(api.path, id)),
        }
        library.apis.push(api);
        knowledge.effects.push(effects);
    }
    for imp in lowered.impls {
        let TraitRef::Lib(trait_) = imp.bound.trait_ else { continue };
        let head = Library::impl_head(&imp.self_ty);
        let list = library.impls.entry((trait_, head)).or_default();
        // A type's `traits` and an `[[impl]]` of another file may say the same; twice would look ambiguous.
        if !list.iter().any(|other| other.bound == imp.bound && other.self_ty == imp.self_ty) {
            list.push(imp);
        }
    }
    library.consts.extend(lowered.consts);
}

/// Notes by which names locks are taken.
fn note_acquiring(knowledge: &mut Knowledge, library: &Library) {
    for (api, effects) in library.apis.iter().zip(&knowledge.effects) {
        let role = api.owner.and_then(|owner| knowledge.types.get(&owner));
        let locks_itself = role.is_some_and(|role| role.map == Some(MapKind::Concurrent));
        match (&effects.takes, locks_itself) {
            (Some(_), false) => drop(knowledge.acquiring.insert(api.name)),
            (Some(_), true) => drop(knowledge.self_locking.insert(api.name)),
            (None, _) => {}
        }
    }
}

/// The traits that have a method of each name.
fn traits_by_method(library: &Library) -> FxHashMap<Name, Vec<(Name, ApiId)>> {
    let mut found: FxHashMap<Name, Vec<(Name, ApiId)>> = FxHashMap::default();
    for ((trait_, method), api) in &library.trait_methods {
        found.entry(*method).or_default().push((*trait_, *api));
    }
    // The table is unordered; what is found must not depend on it.
    found.values_mut().for_each(|traits| traits.sort_unstable_by_key(|(trait_, _)| trait_.as_str()));
    found
}

/// Fills in what each module exports.
fn export(sources: &[Source<'_>], library: &mut Library) {
    let mut seen: FxHashSet<(Name, Name)> = FxHashSet::default();
    let mut paths: Vec<(Name, Name)> = Vec::new();
    paths.extend(library.types.keys().map(|path| (*path, *path)));
    paths.extend(library.fns.keys().map(|path| (*path, *path)));
    paths.extend(library.type_aliases.keys().map(|path| (*path, *path)));
    paths.extend(library.trait_methods.keys().map(|(path, _)| (*path, *path)));
    let traits: FxHashSet<Name> = library.impls.keys().map(|(path, _)| *path).collect();
    paths.extend(traits.into_iter().map(|path| (path, path)));
    paths.extend(library.consts.keys().map(|path| (*path, *path)));
    paths.extend(library.aliases.iter().map(|(path, target)| (*path, *target)));
    // Tables are unordered; what globs find must not depend on it.
    paths.sort_unstable_by_key(|(path, target)| (path.as_str(), target.as_str()));
    for (path, target) in paths {
        let (mut path, mut target) = (path, target);
        while let Some((module, name)) = path.as_str().rsplit_once("::") {
            if !seen.insert((Name::from(module), Name::from(name))) {
                break;
            }
            library.exports.entry(Name::from(module)).or_default().push((Name::from(name), target));
            (path, target) = (Name::from(module), Name::from(module));
        }
    }
    let prelude =
        sources.iter().flat_map(|s| &s.rows.prelude).map(|path| (Name::from(last(path)), Name::from(path)));
    library.exports.entry(Name::from("std::prelude")).or_default().extend(prelude);
}
