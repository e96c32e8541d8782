//! Types and resolutions inside bodies.
//!
//! One pass in evaluation order over a table of variables. What a place expects is pushed down (annotations, signatures, fields),
//! closures are read after the other arguments of their call, and what waits for a type that is not there yet (a method of a variable,
//! an associated type, a bound) is kept as work (`work`) and tried again. What stays unknown is [`Type::Unknown`]: it fits everything
//! and teaches nothing, so that nothing is ever guessed from a name.

mod bounds;
mod call;
mod closure;
mod coerce;
mod expr;
mod flow;
mod fold;
mod item;
mod lang;
mod locals;
mod method;
mod operator;
mod pattern;
mod place;
mod probe;
mod project;
mod settle;
mod table;
#[cfg(test)]
mod tests;
mod work;

use super::body::BodyOwner;
use super::library::Library;
use super::scope::Scope;
use super::types::{TraitRef, Type, Types};
use super::typing::{Adjust, Callee, Res, Typing};
use super::{Model, Subst};
use crate::syntax::{Arena, BodyTree, ExprId, ExprKind, Name, PatId};
use fold::Fold;
use lang::{Lang, lang};
use locals::Locals;
use rustc_hash::FxHashMap;
use table::{Table, VarKind};
use work::Work;

/// Infers the types of one body and what its names, calls and operators mean.
pub fn infer_body(model: &Model, owner: BodyOwner, tree: &BodyTree) -> Typing {
    let scope = match owner {
        BodyOwner::Fn(f) => model.scope_of_fn(f),
        BodyOwner::Static(s) => model.scope_of_static(s),
    };
    let mut infer = Infer::new(model, tree, scope);
    infer.run(owner);
    infer.finish()
}

/// How deep expressions may nest in each other. A chain of method calls nests too, and no bound on brackets limits it.
const MAX_EXPR_DEPTH: u32 = 2500;

/// How many impls all searches of a body may look at: plenty for code as people write it.
fn fuel_of(n_exprs: usize) -> u32 {
    20_000 + u32::try_from(n_exprs).unwrap_or(u32::MAX).saturating_mul(40).min(2_000_000)
}

/// The inference of one body.
struct Infer<'a> {
    model: &'a Model,
    lib: &'a Library,
    lang: &'static Lang,
    tree: &'a BodyTree,
    arena: &'a Arena,
    scope: Scope,
    table: Table,
    out: Typing,
    locals: Locals,
    /// The type of `self`.
    self_value: Option<Type>,
    /// The functions, closures and async blocks around, innermost last.
    frames: Vec<Frame>,
    work: Vec<Work>,
    /// Uses of traits' functions whose impls are looked for at the end.
    trait_uses: Vec<settle::TraitUse>,
    /// [`Table::generation`] before, and how much was left after the work was last tried.
    tried_at: (u64, usize),
    /// Code after this point is not reached.
    diverges: bool,
    expr_depth: u32,
    /// Guards against search that leads to itself.
    search_depth: u32,
    /// Guards against associated types that lead to each other.
    reduce_depth: u32,
    /// How many impls the searches of the expression at hand may still look at.
    search_fuel: u32,
    /// How many the whole body's may, before they are cut short.
    body_fuel: u32,
    /// Set by a candidate of a method that could not be decided on.
    undecided: probe::Undecided,
    /// Whether a library's trait can be named here, as far as asked.
    visible_traits: FxHashMap<TraitRef, bool>,
}

/// A function, closure or async block whose body is being read.
struct Frame {
    /// What `return` gives.
    ret: Type,
    /// Loops and labelled blocks, innermost last.
    targets: Vec<Target>,
}

/// What a `break` can leave.
struct Target {
    label: Option<Name>,
    /// The type of the values that breaks give; `None` for `while` and `for`.
    ty: Option<Type>,
    /// A plain `break` leaves it.
    is_loop: bool,
    /// Some `break` leaves it.
    left: bool,
}

impl<'a> Infer<'a> {
    fn new(model: &'a Model, tree: &'a BodyTree, scope: Scope) -> Self {
        let arena = &tree.arena;
        let out = Typing {
            exprs: vec![Type::Unknown; arena.exprs.len()],
            pats: vec![Type::Unknown; arena.pats.len()],
            ..Typing::default()
        };
        let mut infer = Infer {
            model,
            lib: &model.library,
            lang: lang(),
            tree,
            arena,
            scope,
            table: Table::default(),
            out,
            locals: Locals::default(),
            self_value: None,
            frames: Vec::new(),
            work: Vec::new(),
            trait_uses: Vec::new(),
            tried_at: (0, 0),
            diverges: false,
            expr_depth: 0,
            search_depth: 0,
            reduce_depth: 0,
            search_fuel: 0,
            body_fuel: fuel_of(arena.exprs.len()),
            undecided: probe::Undecided::No,
            visible_traits: FxHashMap::default(),
        };
        infer.declare_block_uses();
        infer
    }

    /// Hands the `use` declarations of all blocks to the scope; each holds in its block only.
    fn declare_block_uses(&mut self) {
        for block in &self.arena.blocks {
            for leaf in &block.uses {
                self.scope.block_uses.push((block.range, leaf.clone()));
            }
        }
    }

    fn run(&mut self, owner: BodyOwner) {
        self.refuel();
        let ret = match owner {
            BodyOwner::Fn(f) => {
                let sig = self.model.sig(f);
                self.self_value = sig.self_ty.as_ref().map(|ty| self.normalize(ty));
                for (i, (pat, ty)) in self.tree.params.iter().enumerate() {
                    let ty = match sig.params.get(i) {
                        Some(ty) => self.normalize(ty),
                        None => self.lower_ty(*ty),
                    };
                    self.pattern(*pat, &ty);
                }
                self.normalize(&sig.ret)
            }
            BodyOwner::Static(s) => self.normalize(&self.model.static_(s).ty),
        };
        self.frames.push(Frame { ret: ret.clone(), targets: Vec::new() });
        self.expr_coerced(self.tree.root, &ret);
        self.frames.pop();
        self.work_to_the_end();
    }

    fn finish(mut self) -> Typing {
        self.refuel();
        self.count_receivers();
        self.settle_callees();
        self.settle_trait_uses();
        self.fill_defaults();
        let table = &self.table;
        let mut out = self.out;
        for ty in out.exprs.iter_mut().chain(out.pats.iter_mut()) {
            *ty = table.resolve(ty);
        }
        for binding in out.bindings.values_mut() {
            binding.ty = table.resolve(&binding.ty);
        }
        for adjust in out.adjusts.values_mut() {
            for step in &mut adjust.derefs {
                step.to = table.resolve(&step.to);
            }
        }
        for substs in out.call_substs.values_mut() {
            for (_, ty) in substs {
                *ty = table.resolve(ty);
            }
        }
        out.unsure_operators.sort_unstable();
        out.unsure_operators.dedup();
        out
    }

    /// Gives arguments of library types that nothing decides their defaults: `IndexMap::<u8, u8>::new()` is of the default hasher, since
    /// constructors that are given nothing for a parameter are those of its default.
    fn fill_defaults(&mut self) {
        let lib = self.lib;
        for n in 0..self.out.exprs.len() {
            let Some(Type::Lib(path, args)) = self.out.exprs.get(n).map(|ty| self.table.shallow(ty)) else {
                continue;
            };
            let Some(row) = lib.types.get(&path) else { continue };
            for (arg, default) in args.iter().zip(&row.defaults) {
                if let Some(default) = default
                    && matches!(self.table.shallow(arg), Type::Infer(_))
                {
                    let default = default.substitute(&Subst::pair(&row.params, &args));
                    self.table.unify(arg, &default);
                }
            }
        }
    }

    /// Counts receivers of the methods that maps and locks live by, for `--stats`.
    fn count_receivers(&mut self) {
        let mut counts = (0, 0);
        for (i, expr) in self.arena.exprs.iter().enumerate() {
            let ExprKind::MethodCall { recv, name, .. } = &expr.kind else { continue };
            if !matches!(
                name.as_str(),
                "lock" | "read" | "write" | "get" | "insert" | "entry" | "borrow_mut" | "borrow"
            ) {
                continue;
            }
            counts.0 += 1;
            let called = u32::try_from(i).ok().and_then(|i| self.out.callees.get(&ExprId(i)));
            let known = match called {
                None | Some(Callee::Unknown(_)) => {
                    let ty = self.ty_of(*recv);
                    let last = self.autoderef(&ty).pop().map_or(ty, |step| step.to);
                    !matches!(self.shallow(&last), Type::Unknown | Type::Infer(_))
                }
                Some(
                    Callee::Fn(_) | Callee::TraitFn { .. } | Callee::Api(_) | Callee::Ctor(_) | Callee::Value,
                ) => true,
            };
            counts.1 += u32::from(known);
        }
        self.out.n_receivers = counts;
    }

    fn fresh(&mut self) -> Type {
        self.table.fresh(VarKind::General)
    }

    fn pending(&mut self) -> Type {
        self.table.fresh(VarKind::Pending)
    }

    fn shallow(&self, ty: &Type) -> Type {
        self.table.shallow(ty)
    }

    fn unify(&mut self, a: &Type, b: &Type) -> bool {
        self.table.unify(a, b)
    }

    /// The type of an expression that was read.
    fn ty_of(&self, id: ExprId) -> Type {
        self.out.exprs.get(id.0 as usize).map_or(Type::Unknown, |ty| self.shallow(ty))
    }

    fn set_ty(&mut self, id: ExprId, ty: Type) -> Type {
        let ty = self.table.bounded(ty);
        if let Some(slot) = self.out.exprs.get_mut(id.0 as usize) {
            *slot = ty.clone();
        }
        ty
    }

    fn set_res(&mut self, id: ExprId, res: Res) {
        self.out.paths.insert(id, res);
    }

    fn set_adjust(&mut self, id: ExprId, adjust: Adjust) {
        self.out.adjusts.insert(id, adjust);
    }

    fn set_pat(&mut self, id: PatId, ty: Type) {
        if let Some(slot) = self.out.pats.get_mut(id.0 as usize) {
            *slot = ty;
        }
    }

    /// A type as written in the body; `_` becomes a variable.
    fn lower_ty(&mut self, ty: crate::syntax::TyId) -> Type {
        if let Some(node) = self.arena.tys.get(ty.0 as usize) {
            self.scope.at = node.range.lo;
        }
        let table = &mut self.table;
        let lowered =
            self.model.lower_ty_with(&self.scope, self.arena, ty, &mut || table.fresh(VarKind::General));
        self.normalize(&lowered)
    }

    /// The type with a variable in each place that a path left open: `Vec::<_>::new()`, `HashMap::new()`.
    fn open(&mut self, ty: &Type) -> Type {
        let table = &mut self.table;
        fold::fold(ty, &mut |ty| match ty {
            Type::Unknown => Fold::To(table.fresh(VarKind::General)),
            _ => Fold::Parts,
        })
        .unwrap_or_else(|| ty.clone())
    }

    /// A type's arguments as written in a path, filled up with variables to the number of its parameters.
    fn open_args(&mut self, args: &[Type], n: usize) -> Types {
        let mut list: Vec<Type> = args.iter().map(|ty| self.open(ty)).collect();
        while list.len() < n {
            list.push(self.fresh());
        }
        list.into()
    }
}
