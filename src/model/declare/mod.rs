//! Makes the tables of modules and items from the trees, names only: no path is resolved here.

mod files;
mod local;

use files::Chain;

use super::discover::{Folder, Link, Links};
use super::externs::CratePlan;
use super::items::{
    Adt, AdtKind, Alias, AliasId, CrateId, Def, ExternCrate, FieldDef, FnDef, FnOwner, GenericsDef, Impl,
    ImplId, Module, ModuleId, SelfKind, Static, StaticId, Trait, VariantDef,
};
use super::lib_names::canonical_crate;
use super::names::{Binding, Names, Ns, Rank};
use super::types::{AdtId, FnId, TraitId, Type};
use super::{FileProblem, Model};
use crate::source::{FileId, Files, Span, TextRange};
use crate::syntax::{
    BodySource, Build, Cfg, Field, FileTree, FnDecl, Generics, Item, ItemIdx, ItemKind, Name, Shape,
    StaticKind, TyId, UseLeaf, Vis,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, OnceLock};

/// Where an item is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    pub(super) file: FileId,
    pub(super) item: ItemIdx,
}

/// Functions and consts of an impl or trait, by name.
type Members = (Vec<(Name, FnId)>, Vec<(Name, StaticId)>);

/// Where the items of the tables are written, by their ids.
#[derive(Debug, Default)]
pub(super) struct WrittenTables {
    pub(super) adts: Vec<Written>,
    pub(super) impls: Vec<Written>,
    pub(super) traits: Vec<Written>,
    pub(super) statics: Vec<Written>,
    pub(super) aliases: Vec<Written>,
}

/// A name that a `use` declares, to be resolved.
#[derive(Debug)]
pub(super) struct Import {
    pub(super) module: ModuleId,
    pub(super) leaf: UseLeaf,
    pub(super) vis: Vis,
    pub(super) rank: Rank,
}

/// Items to be declared in a module.
struct Todo<'a> {
    module: ModuleId,
    unit: u32,
    items: &'a [ItemIdx],
    folder: Folder,
    chain: Arc<Chain>,
    around: Around,
}

/// What holds for all items of a module, function or impl.
#[derive(Clone)]
struct Around {
    file: FileId,
    test: bool,
    cfg: Cfg,
    duplicate: bool,
    in_fn: Option<FnId>,
    block: Option<TextRange>,
}

impl Around {
    fn inside(&self, item: &Item) -> Around {
        Around { test: self.test || item.attrs.test, cfg: join(&self.cfg, &item.attrs.cfg), ..self.clone() }
    }
}

/// One reading of a file as (a part of) a module.
struct Unit {
    file: FileId,
    folder: Folder,
    chain: Arc<Chain>,
}

pub(super) struct Declarer<'a> {
    pub(super) model: Model,
    pub(super) imports: Vec<Import>,
    pub(super) problems: Vec<FileProblem>,
    files: &'a Files,
    trees: &'a FxHashMap<FileId, FileTree>,
    links: &'a Links,
    todo: Vec<Todo<'a>>,
    units: Vec<Unit>,
    /// Files that have been read as a module: later readings are duplicates.
    seen: FxHashSet<FileId>,
    /// How often the crate at hand reads each file.
    readings: FxHashMap<FileId, u32>,
    /// Functions by reading and item, in files that have items in functions.
    fns_with_items: FxHashMap<(u32, ItemIdx), FnId>,
    complained: FxHashSet<(FileId, TextRange)>,
    /// The build of the crate at hand, where only one is looked at.
    build: Option<Arc<Build>>,
    order: u32,
}

impl<'a> Declarer<'a> {
    pub(super) fn new(
        model: Model,
        files: &'a Files,
        trees: &'a FxHashMap<FileId, FileTree>,
        links: &'a Links,
    ) -> Self {
        Declarer {
            model,
            imports: Vec::new(),
            problems: Vec::new(),
            files,
            trees,
            links,
            todo: Vec::new(),
            units: Vec::new(),
            seen: FxHashSet::default(),
            readings: FxHashMap::default(),
            fns_with_items: FxHashMap::default(),
            complained: FxHashSet::default(),
            build: None,
            order: 0,
        }
    }

    /// Declares everything in all crates.
    pub(super) fn crates(&mut self, plans: Vec<CratePlan>) {
        // Root modules come first, numbered as the crates: paths between crates need them.
        for (plan, number) in plans.iter().zip(0..) {
            let link = Link::root(&plan.root_file);
            let file = self.to(&link).map_or(FileId(u32::MAX), |linked| linked.file);
            self.model.modules.push(Module {
                krate: CrateId(number),
                parent: None,
                name: Name::from("crate"),
                file,
                test: plan.krate.test,
                cfg: Cfg::default(),
                anonymous: false,
                duplicate: false,
            });
            self.model.names.push(Names::default());
        }
        let mut roots = Vec::new();
        for plan in plans {
            roots.push((plan.krate.root, plan.krate.test, Link::root(&plan.root_file), plan.build));
            self.model.crates.push(plan.krate);
        }
        for (root, test, link, build) in roots {
            self.build = build;
            self.krate(root, test, &link);
        }
    }

    fn krate(&mut self, root: ModuleId, test: bool, link: &Link) {
        self.readings.clear();
        self.units.clear();
        self.fns_with_items.clear();
        let Some(linked) = self.to(link) else { return };
        let around = Around {
            file: linked.file,
            test,
            cfg: Cfg::default(),
            duplicate: false,
            in_fn: None,
            block: None,
        };
        self.file(root, linked, around, None);
        self.drain();
        self.local_items();
    }

    fn drain(&mut self) {
        while let Some(todo) = self.todo.pop() {
            for idx in todo.items {
                if let Some(item) = self.item(todo.around.file, *idx) {
                    self.declare(&todo, *idx, item);
                }
            }
        }
    }

    /// An item, where the build has it.
    fn item(&self, file: FileId, idx: ItemIdx) -> Option<&'a Item> {
        let item = self.trees.get(&file)?.items.get(idx.0 as usize)?;
        self.is_built(&item.attrs.cfg).then_some(item)
    }

    fn is_built(&self, cfg: &Cfg) -> bool {
        self.build.as_ref().is_none_or(|build| !build.excludes(cfg))
    }

    /// A variant, or what a struct or union has, with the fields that the build has.
    fn variant(&self, name: Name, shape: Shape, fields: &[Field], file: FileId) -> VariantDef {
        let there = fields.iter().filter(|field| self.is_built(&field.attrs.cfg));
        let fields = there.enumerate().map(|(n, field)| FieldDef {
            // Those of a tuple are counted without the others.
            name: match (&self.build, shape) {
                (Some(_), Shape::Tuple) => Name::from(&n.to_string()),
                _ => field.name,
            },
            ty: Type::Unknown,
            vis: field.vis,
            span: field.name_range.of(file),
            ty_span: field.name_range.of(file),
            deref: field.attrs.others.iter().any(|attr| attr.as_str() == "deref"),
        });
        VariantDef { name, shape, fields: fields.collect() }
    }

    fn declare(&mut self, todo: &Todo<'a>, idx: ItemIdx, item: &'a Item) {
        self.order = self.order.saturating_add(1);
        let around = todo.around.inside(item);
        let at = Written { file: around.file, item: idx };
        let here = Here { module: todo.module, unit: todo.unit, around: &around, at, item };
        match &item.kind {
            ItemKind::Mod { items } => self.module(todo, &here, items.as_deref()),
            ItemKind::Use(leaves) => self.imports(&here, leaves),
            ItemKind::ExternCrate { krate } => self.extern_crate(&here, *krate),
            ItemKind::Struct { generics, shape, fields } => {
                let variant = self.variant(item.name, *shape, fields, around.file);
                let id = self.adt(&here, AdtKind::Struct, generics, vec![variant]);
                self.bind(&here, Ns::Types, Def::Adt(id));
                if matches!(shape, Shape::Tuple | Shape::Unit) {
                    self.bind(&here, Ns::Values, Def::Adt(id));
                }
            }
            ItemKind::Enum { generics, variants } => {
                let variants =
                    variants.iter().map(|v| self.variant(v.name, v.shape, &v.fields, around.file)).collect();
                let id = self.adt(&here, AdtKind::Enum, generics, variants);
                self.bind(&here, Ns::Types, Def::Adt(id));
            }
            ItemKind::Union { generics, fields } => {
                let variant = self.variant(item.name, Shape::Named, fields, around.file);
                let id = self.adt(&here, AdtKind::Union, generics, vec![variant]);
                self.bind(&here, Ns::Types, Def::Adt(id));
            }
            ItemKind::TypeAlias { generics, ty } => self.alias(&here, generics, *ty),
            ItemKind::Trait { generics, items, .. } => self.trait_(&here, generics, items),
            ItemKind::Impl { generics, items, negative, is_unsafe, .. } => {
                self.impl_(&here, generics, items, *negative, *is_unsafe);
            }
            ItemKind::Fn(decl) => {
                let id = self.function(&here, FnOwner::Free, decl);
                self.bind(&here, Ns::Values, Def::Fn(id));
            }
            ItemKind::Static { ty, mutable, kind, init } => {
                let made = Made { ty: *ty, mutable: *mutable, kind: Some(*kind), init: *init };
                let id = self.static_(&here, FnOwner::Free, made);
                self.bind(&here, Ns::Values, Def::Static(id));
            }
            ItemKind::Const { ty, init } => {
                let id = self.static_(&here, FnOwner::Free, Made::constant(*ty, *init));
                if item.name.as_str() != "_" {
                    self.bind(&here, Ns::Values, Def::Static(id));
                }
            }
            ItemKind::Include { path } => {
                let link = todo.folder.include(*path);
                if let Some(linked) = self.follow(todo, &here, &link) {
                    self.read(todo, &here, todo.module, linked);
                }
            }
            ItemKind::AssocType { .. }
            | ItemKind::TraitAlias
            | ItemKind::MacroRules { .. }
            | ItemKind::MacroCall { .. }
            | ItemKind::Other => {}
        }
    }

    fn module(&mut self, todo: &Todo<'a>, here: &Here<'a, '_>, inline: Option<&'a [ItemIdx]>) {
        let item = here.item;
        match inline {
            Some(items) => {
                let module = self.new_module(here, here.around.file, false);
                self.bind(here, Ns::Types, Def::Module(module));
                let folder = todo.folder.inline(item.name, item.attrs.path);
                let chain = Arc::clone(&todo.chain);
                let around = Around { in_fn: None, block: None, ..here.around.clone() };
                self.todo.push(Todo { module, unit: todo.unit, items, folder, chain, around });
            }
            None => {
                let link = todo.folder.module(item.name, item.attrs.path);
                match self.follow(todo, here, &link) {
                    Some(linked) => {
                        let module = self.new_module(here, linked.file, self.seen.contains(&linked.file));
                        self.bind(here, Ns::Types, Def::Module(module));
                        self.read(todo, here, module, linked);
                    }
                    None => {
                        let path = self.model.foreign_path(here.module, item.name);
                        self.bind_as(here, item.name, Ns::Types, path.map(Def::LibPath));
                    }
                }
            }
        }
    }

    fn new_module(&mut self, here: &Here<'a, '_>, file: FileId, duplicate: bool) -> ModuleId {
        let parent = here.module;
        let module = Module {
            krate: self.model.modules[parent.0 as usize].krate,
            parent: Some(parent),
            name: here.item.name,
            file,
            test: here.around.test,
            cfg: here.around.cfg.clone(),
            anonymous: false,
            duplicate: duplicate || here.around.duplicate,
        };
        self.push_module(module)
    }

    fn push_module(&mut self, module: Module) -> ModuleId {
        let id = ModuleId(self.model.modules.len() as u32);
        self.model.modules.push(module);
        self.model.names.push(Names::default());
        id
    }

    fn imports(&mut self, here: &Here<'a, '_>, leaves: &'a [UseLeaf]) {
        for leaf in leaves {
            self.order = self.order.saturating_add(1);
            let rank = self.rank(here);
            self.imports.push(Import { module: here.module, leaf: leaf.clone(), vis: here.item.vis, rank });
        }
    }

    fn extern_crate(&mut self, here: &Here<'a, '_>, krate: Name) {
        let own = self.model.modules[here.module.0 as usize].krate;
        let own = &self.model.crates[own.0 as usize];
        let meaning = match krate.as_str() {
            "self" => Def::Module(own.root),
            _ => match own.externs.iter().find(|(name, _)| *name == krate) {
                Some((_, ExternCrate::Local(id))) => Def::Module(ModuleId(id.0)),
                Some((_, ExternCrate::Lib(name))) => Def::LibPath(*name),
                None => Def::LibPath(canonical_crate(&self.model.library, krate)),
            },
        };
        if here.item.name.as_str() != "_" {
            self.bind(here, Ns::Types, meaning);
        }
    }

    fn adt(
        &mut self,
        here: &Here<'a, '_>,
        kind: AdtKind,
        generics: &Generics,
        variants: Vec<VariantDef>,
    ) -> AdtId {
        let id = AdtId(self.model.adts.len() as u32);
        self.model.adts.push(Adt {
            name: here.item.name,
            module: here.module,
            span: here.span(),
            vis: here.item.vis,
            kind,
            generics: params_of(generics),
            variants,
            derives: here.item.attrs.derives.clone(),
            test: here.around.test,
            cfg: here.around.cfg.clone(),
            duplicate: here.around.duplicate,
        });
        self.model.written.adts.push(here.at);
        id
    }

    fn alias(&mut self, here: &Here<'a, '_>, generics: &Generics, ty: TyId) {
        let id = AliasId(self.model.aliases.len() as u32);
        let ty_span = self.span_of_ty(here, ty);
        self.model.aliases.push(Alias {
            name: here.item.name,
            module: here.module,
            span: here.span(),
            generics: params_of(generics),
            ty: Type::Unknown,
            ty_span,
            test: here.around.test,
            cfg: here.around.cfg.clone(),
        });
        self.model.written.aliases.push(here.at);
        self.bind(here, Ns::Types, Def::Alias(id));
    }

    fn trait_(&mut self, here: &Here<'a, '_>, generics: &Generics, items: &'a [ItemIdx]) {
        let id = TraitId(self.model.traits.len() as u32);
        self.model.traits.push(Trait {
            name: here.item.name,
            module: here.module,
            generics: params_of(generics),
            supers: Vec::new(),
            fns: Vec::new(),
            consts: Vec::new(),
            assoc_types: Vec::new(),
            impls: Vec::new(),
        });
        self.model.written.traits.push(here.at);
        self.bind(here, Ns::Types, Def::Trait(id));
        let (fns, consts) = self.members(here, FnOwner::Trait(id), items);
        let trait_ = &mut self.model.traits[id.0 as usize];
        (trait_.fns, trait_.consts) = (fns, consts);
    }

    fn impl_(
        &mut self,
        here: &Here<'a, '_>,
        generics: &Generics,
        items: &'a [ItemIdx],
        negative: bool,
        is_unsafe: bool,
    ) {
        let id = ImplId(self.model.impls.len() as u32);
        self.model.impls.push(Impl {
            module: here.module,
            generics: params_of(generics),
            self_ty: Type::Unknown,
            trait_: None,
            is_unsafe,
            negative,
            fns: Vec::new(),
            consts: Vec::new(),
            assoc_types: Vec::new(),
            span: here.span(),
            test: here.around.test,
            cfg: here.around.cfg.clone(),
        });
        self.model.written.impls.push(here.at);
        let (fns, consts) = self.members(here, FnOwner::Impl(id), items);
        let impl_ = &mut self.model.impls[id.0 as usize];
        (impl_.fns, impl_.consts) = (fns, consts);
    }

    /// Declares the functions and consts of an impl or a trait.
    fn members(&mut self, here: &Here<'a, '_>, owner: FnOwner, items: &'a [ItemIdx]) -> Members {
        let (mut fns, mut consts) = (Vec::new(), Vec::new());
        for idx in items {
            let Some(item) = self.item(here.around.file, *idx) else { continue };
            let around = here.around.inside(item);
            let at = Written { file: around.file, item: *idx };
            let member = Here { module: here.module, unit: here.unit, around: &around, at, item };
            match &item.kind {
                ItemKind::Fn(decl) => fns.push((item.name, self.function(&member, owner, decl))),
                ItemKind::Const { ty, init } => {
                    consts.push((item.name, self.static_(&member, owner, Made::constant(*ty, *init))));
                }
                _ => {}
            }
        }
        (fns, consts)
    }

    fn function(&mut self, here: &Here<'a, '_>, owner: FnOwner, decl: &FnDecl) -> FnId {
        let id = FnId(self.model.fns.len() as u32);
        let attrs = &here.item.attrs;
        self.model.fns.push(FnDef {
            name: here.item.name,
            module: here.module,
            owner,
            in_fn: here.around.in_fn,
            span: here.span(),
            item: here.at.item,
            body: decl.body,
            vis: here.item.vis,
            self_param: decl.self_param.as_ref().map(SelfKind::from),
            is_async: decl.is_async,
            is_unsafe: decl.is_unsafe,
            test: here.around.test,
            cfg: here.around.cfg.clone(),
            attrs: attrs.others.clone(),
            duplicate: here.around.duplicate,
            sig: OnceLock::new(),
        });
        let has_local_items = self.trees.get(&here.at.file).is_some_and(|tree| !tree.local_items.is_empty());
        if has_local_items {
            self.fns_with_items.insert((here.unit, here.at.item), id);
        }
        id
    }

    /// Where a type of an item is written.
    fn span_of_ty(&self, here: &Here<'a, '_>, ty: TyId) -> Span {
        let ty = self.trees.get(&here.at.file).and_then(|tree| tree.arena.tys.get(ty.0 as usize));
        ty.map_or(here.span(), |ty| ty.range.of(here.at.file))
    }

    fn static_(&mut self, here: &Here<'a, '_>, owner: FnOwner, made: Made) -> StaticId {
        let id = StaticId(self.model.statics.len() as u32);
        let ty_span = self.span_of_ty(here, made.ty);
        self.model.statics.push(Static {
            name: here.item.name,
            module: here.module,
            span: here.span(),
            ty_span,
            ty: Type::Unknown,
            kind: made.kind,
            mutable: made.mutable,
            attrs: here.item.attrs.others.clone(),
            init: made.init,
            vis: here.item.vis,
            test: here.around.test,
            cfg: here.around.cfg.clone(),
            in_fn: here.around.in_fn,
            block: here.around.block,
            owner,
            duplicate: here.around.duplicate,
        });
        self.model.written.statics.push(here.at);
        id
    }

    fn rank(&self, here: &Here<'a, '_>) -> Rank {
        Rank::new(self.order, here.around.test, &here.around.cfg)
    }

    fn bind(&mut self, here: &Here<'a, '_>, ns: Ns, def: Def) {
        self.bind_as(here, here.item.name, ns, Some(def));
    }

    fn bind_as(&mut self, here: &Here<'a, '_>, name: Name, ns: Ns, def: Option<Def>) {
        let binding = Binding { def, rank: self.rank(here), vis: here.item.vis };
        self.model.names[here.module.0 as usize].bind(name, ns, binding);
    }

    /// Hands over what was made.
    pub(super) fn finish(self) -> (Model, Vec<Import>, Vec<FileProblem>) {
        (self.model, self.imports, self.problems)
    }
}

/// An item with what is around it.
struct Here<'a, 'b> {
    module: ModuleId,
    unit: u32,
    around: &'b Around,
    at: Written,
    item: &'a Item,
}

impl Here<'_, '_> {
    fn span(&self) -> Span {
        self.item.name_range.of(self.at.file)
    }
}

/// How a static or const is made.
struct Made {
    ty: TyId,
    mutable: bool,
    kind: Option<StaticKind>,
    init: Option<BodySource>,
}

impl Made {
    fn constant(ty: TyId, init: Option<BodySource>) -> Made {
        Made { ty, mutable: false, kind: None, init }
    }
}

fn params_of(generics: &Generics) -> GenericsDef {
    GenericsDef { params: generics.params.iter().map(|param| param.name).collect(), ..GenericsDef::default() }
}

/// Returns the condition that holds when both do.
fn join(a: &Cfg, b: &Cfg) -> Cfg {
    if b.literals.is_empty() {
        return a.clone();
    }
    let mut literals: Vec<(Name, bool)> = a.literals.iter().chain(&b.literals).copied().collect();
    literals.sort_unstable_by(|a, b| (a.0.as_str(), a.1).cmp(&(b.0.as_str(), b.1)));
    literals.dedup();
    Cfg { literals }
}
