//! From a body's tree and types to steps: evaluation order, temporaries, moves and drops as rustc makes them.
//!
//! The shape follows rustc's MIR construction: an expression is lowered *into* a destination, to an *operand* or to a *place*;
//! a stack of scopes holds what is to be dropped when each is left, on whatever path.

mod call;
mod closure;
mod control;
mod deferred;
mod expr;
mod lent_loop;
mod pattern;
mod place;
mod scope;
mod values;

use super::Model;
use super::body::{
    BasicBlock, BlockIdx, Body, BodyFlavor, BodyOwner, Lives, Local, LocalId, LocalKind, Operand, Place,
    PlaceBase, Proj, Rvalue, Step, StepKind, Terminator,
};
use super::types::{ClosureId, Type};
use super::typing::Typing;
use crate::source::TextRange;
use crate::syntax::{BodyTree, Cfg, ExprId, Name, PatId, mbe};
use rustc_hash::FxHashMap;
use scope::{Breakable, Scope};

/// Steps of a body beyond which it is cut: see [`Body::cut`]. Macros make long bodies of short ones.
pub const MAX_STEPS: usize = 40_000;

/// What a name in a body is bound to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Var {
    /// The variable that a binding pattern declares.
    Pat(PatId),
    /// `self`.
    SelfValue,
}

/// Lowers a body. `tree` and `typing` are those of `owner`.
pub fn lower_body(model: &Model, owner: BodyOwner, tree: &BodyTree, typing: &Typing) -> Body {
    let (flavor, self_ty, edition) = match owner {
        BodyOwner::Fn(id) => {
            let def = model.fn_def(id);
            let flavor = if def.is_async { BodyFlavor::AsyncFn } else { BodyFlavor::Fn };
            (flavor, model.sig(id).self_ty.clone(), model.krate(def.module).edition)
        }
        BodyOwner::Static(id) => {
            (BodyFlavor::Initialiser, None, model.krate(model.static_(id).module).edition)
        }
    };
    let mut cx = Builder::new(model, tree, typing, edition, owner);
    let ret = result_ty(model, owner, typing.exprs.get(tree.root.0 as usize));
    cx.new_local(None, ret, tree.range, LocalKind::Return, Lives::Scope);
    let scope = cx.push_scope(Lives::Scope);
    if let Some(ty) = self_ty {
        let local = cx.new_local(Some(Name::from("self")), ty, tree.range, LocalKind::Param, Lives::Scope);
        cx.vars.insert(Var::SelfValue, Place::local(local));
        cx.schedule(scope, local);
    }
    let params: Vec<PatId> = tree.params.iter().map(|&(pat, _)| pat).collect();
    cx.params(&params, scope);
    cx.value(tree.root);
    cx.into_body(flavor, None, tree.range).0
}

/// The type of what a body gives. A body that leaves by `return` alone has none of its own: its signature says it.
fn result_ty(model: &Model, owner: BodyOwner, root: Option<&Type>) -> Type {
    match (root, owner) {
        (Some(Type::Never), BodyOwner::Fn(id)) => model.sig(id).ret.clone(),
        (root, _) => root.cloned().unwrap_or(Type::Unknown),
    }
}

struct Builder<'a> {
    model: &'a Model,
    tree: &'a BodyTree,
    typing: &'a Typing,
    edition: u16,
    owner: BodyOwner,
    locals: Vec<Local>,
    blocks: Vec<BasicBlock>,
    current: BlockIdx,
    scopes: Vec<Scope>,
    breakables: Vec<Breakable>,
    /// Where temporaries are dropped: an index into `scopes`.
    temp_scope: usize,
    /// What keeps them, in words.
    temp_lives: Lives,
    /// Where operands wait to be moved into what is being evaluated: the innermost expression's own scope, so that an early exit
    /// drops them before the temporaries of the statement.
    operand_scope: usize,
    /// Temporaries of these expressions live in the scope with that index.
    extended: FxHashMap<ExprId, usize>,
    vars: FxHashMap<Var, Place>,
    /// For a closure: outer variables that its body names, each with the stand-in local used while it is lowered.
    upvars: Vec<(Var, LocalId)>,
    /// Types of outer variables, for those stand-ins.
    outer_types: FxHashMap<Var, Type>,
    children: Vec<Body>,
    /// Variables that are declared without a value.
    deferred: Vec<LocalId>,
    cfg: Cfg,
    n_steps: usize,
    cut: bool,
    n_params: u32,
}

impl<'a> Builder<'a> {
    fn new(model: &'a Model, tree: &'a BodyTree, typing: &'a Typing, edition: u16, owner: BodyOwner) -> Self {
        Builder {
            model,
            tree,
            typing,
            edition,
            owner,
            locals: Vec::new(),
            blocks: vec![BasicBlock::default()],
            current: BlockIdx(0),
            scopes: Vec::new(),
            breakables: Vec::new(),
            temp_scope: 0,
            temp_lives: Lives::Statement,
            operand_scope: 0,
            extended: FxHashMap::default(),
            vars: FxHashMap::default(),
            upvars: Vec::new(),
            outer_types: FxHashMap::default(),
            children: Vec::new(),
            deferred: Vec::new(),
            cfg: Cfg::default(),
            n_steps: 0,
            cut: false,
            n_params: 0,
        }
    }

    /// Makes the parameters' locals, then binds their patterns: a value that no name takes lives as long as the call.
    fn params(&mut self, pats: &[PatId], scope: usize) {
        let locals: Vec<LocalId> = pats
            .iter()
            .map(|&pat| {
                let ty = self.pat_ty(pat);
                let range = self.tree.arena[pat].range;
                let name = self.plain_binding(pat).map(|(name, _)| name);
                let local = self.new_local(name, ty, range, LocalKind::Param, Lives::Scope);
                self.schedule(scope, local);
                local
            })
            .collect();
        self.n_params = (self.locals.len() as u32).saturating_sub(1);
        for (&pat, local) in pats.iter().zip(locals) {
            if self.plain_binding(pat).is_some() {
                self.vars.insert(Var::Pat(pat), Place::local(local));
            } else {
                self.bind_irrefutable(pat, Place::local(local), scope);
            }
        }
    }

    /// Lowers the value of the body into the return place; its temporaries end after its variables, where the edition says so.
    fn value(&mut self, root: ExprId) {
        self.terminating(Lives::Tail, |cx| cx.into(Place::local(LocalId(0)), root));
    }

    /// Ends the body. Gives the stand-ins of outer variables as well.
    fn into_body(
        mut self,
        flavor: BodyFlavor,
        closure: Option<ClosureId>,
        range: TextRange,
    ) -> (Body, Vec<(Var, LocalId)>) {
        while !self.scopes.is_empty() {
            self.pop_scope();
        }
        self.end(Terminator::Return);
        let mut body = Body {
            owner: self.owner,
            closure,
            kind: flavor,
            file: self.tree.file,
            locals: self.locals,
            n_params: self.n_params,
            blocks: self.blocks,
            captures: Vec::new(),
            children: self.children,
            range,
            cut: self.cut,
        };
        body.resolve_values();
        body.drop_only_filled(&self.deferred);
        (body, self.upvars)
    }

    fn new_local(
        &mut self,
        name: Option<Name>,
        ty: Type,
        range: TextRange,
        kind: LocalKind,
        lives: Lives,
    ) -> LocalId {
        let id = LocalId(self.locals.len() as u32);
        let name = name.map(|name| if mbe::is_marked(&name) { Name::from(mbe::plain(&name)) } else { name });
        self.locals.push(Local { name, ty, range, kind, lives });
        id
    }

    /// The value of `expr` in a temporary of `scope`, or where extension wants it. Its drop is scheduled once the value is there:
    /// what the value's own evaluation made is dropped after it.
    fn value_in(&mut self, expr: ExprId, scope: usize) -> LocalId {
        let ty = self.ty(expr);
        let range = self.tree.arena[expr].range;
        let (scope, lives) = match self.extended.get(&expr).copied() {
            Some(scope) => (scope, Lives::Extended),
            None => (scope, self.temp_lives),
        };
        let local = self.new_local(None, ty, range, LocalKind::Temporary, lives);
        self.into(Place::local(local), expr);
        self.schedule(scope, local);
        local
    }

    /// A temporary of the innermost temporary scope.
    fn temp(&mut self, ty: Type, range: TextRange) -> LocalId {
        let local = self.new_local(None, ty, range, LocalKind::Temporary, self.temp_lives);
        self.schedule(self.temp_scope, local);
        local
    }

    fn ty(&self, expr: ExprId) -> Type {
        self.typing.exprs.get(expr.0 as usize).cloned().unwrap_or(Type::Unknown)
    }

    fn pat_ty(&self, pat: PatId) -> Type {
        self.typing.pats.get(pat.0 as usize).cloned().unwrap_or(Type::Unknown)
    }

    fn new_block(&mut self) -> BlockIdx {
        self.blocks.push(BasicBlock::default());
        BlockIdx(self.blocks.len() as u32 - 1)
    }

    fn push(&mut self, kind: StepKind, range: TextRange) {
        self.n_steps += 1;
        if self.n_steps > MAX_STEPS {
            self.cut = true;
            return;
        }
        let cfg = self.cfg.clone();
        let current = self.current.0 as usize;
        if let Some(block) = self.blocks.get_mut(current) {
            block.steps.push(Step { kind, range, cfg });
        }
    }

    fn assign(&mut self, dest: Place, value: Rvalue, range: TextRange) {
        self.push(StepKind::Assign(dest, value), range);
    }

    /// Ends the current block, unless it has ended, and goes on in a block that nothing reaches.
    fn end(&mut self, terminator: Terminator) {
        let current = self.current.0 as usize;
        if let Some(block) = self.blocks.get_mut(current)
            && block.end.is_none()
        {
            block.end = Some(terminator);
        }
        self.current = self.new_block();
    }

    fn goto(&mut self, target: BlockIdx) {
        self.end(Terminator::Goto(target));
    }

    /// The place of an assigned value, used: moved, or copied when its type is `Copy`.
    fn consume(&self, place: Place, ty: &Type) -> Operand {
        if self.is_copy(ty) { Operand::Copy(place) } else { Operand::Move(place) }
    }

    fn is_copy(&self, ty: &Type) -> bool {
        self.model.is_copy(ty) == Some(true)
    }
}

impl Place {
    /// A whole local.
    pub fn local(local: LocalId) -> Place {
        Place { base: PlaceBase::Local(local), proj: Vec::new() }
    }

    /// This place with one more step.
    pub fn then(mut self, proj: Proj) -> Place {
        self.proj.push(proj);
        self
    }
}
