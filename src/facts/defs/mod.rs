//! Where each local of a body gets its value, and which lock path that value is or points to.

mod built_key;
mod key_value;
mod paths;

pub use key_value::KeyValue;

use crate::facts::branch_flags::BranchFlags;
use crate::facts::control::Graph;
use crate::facts::knowledge::{ArgRef, Knowledge};
use crate::facts::mentions::Mentions;
use crate::facts::path::LockPath;
use crate::facts::roles::Roles;
use crate::facts::summary::Returned;
use crate::model::Model;
use crate::model::body::{
    Aggregate, Body, IndexBy, LocalId, Operand, Place, PlaceBase, Proj, Rvalue, StepKind,
};
use crate::model::library::ApiId;
use crate::model::types::{ClosureId, FnId, Type};
use crate::model::typing::{Callee, Res};
use crate::source::TextRange;
use rustc_hash::FxHashMap;
use std::cell::{OnceCell, RefCell};

/// How a local gets its value.
#[derive(Clone, Copy, Debug)]
pub enum Def<'b> {
    /// Never, or by a parameter.
    None,
    /// By one assignment.
    Assign(&'b Rvalue),
    /// By one call.
    Call(&'b Callee, &'b [Operand], TextRange),
    /// By one await of that future.
    Await(&'b Place),
    /// In more than one place, or in parts.
    Many,
}

/// What a callee returns, asked of its summary.
pub type Returns<'a> = &'a dyn Fn(FnId) -> Option<Returned>;

/// Definitions and paths of one body.
pub struct Defs<'a> {
    /// The body.
    pub body: &'a Body,
    model: &'a Model,
    knowledge: &'a Knowledge,
    /// Those of the body around a closure.
    pub(super) outer: Option<&'a Defs<'a>>,
    /// What the closure's parameters are, where its caller says: paths in the outer body.
    params: Vec<Option<LockPath>>,
    returns: Returns<'a>,
    defs: Vec<Def<'a>>,
    /// The same, writes through a pointer left out: it points where it did.
    pointers: Vec<Def<'a>>,
    /// All definitions of those locals that are given a whole value in several places.
    several: FxHashMap<LocalId, Vec<Def<'a>>>,
    paths: RefCell<Vec<Memo>>,
    mentions: OnceCell<Mentions>,
    graph: OnceCell<Graph>,
    flags: OnceCell<BranchFlags>,
}

#[derive(Clone, Debug)]
enum Memo {
    Unasked,
    UnderWay,
    Known(LockPath),
}

impl<'a> Defs<'a> {
    /// Collects the definitions of a body.
    pub fn new(
        model: &'a Model,
        knowledge: &'a Knowledge,
        body: &'a Body,
        outer: Option<&'a Defs<'a>>,
        params: Vec<Option<LockPath>>,
        returns: Returns<'a>,
    ) -> Defs<'a> {
        let mut defs = vec![Def::None; body.locals.len()];
        let mut pointers = defs.clone();
        let mut add = |place: &Place, def: Def<'a>| {
            let PlaceBase::Local(local) = place.base else { return };
            let is_result = local == LocalId(0) && place.proj.is_empty();
            let enter = |slot: Option<&mut Def<'a>>| {
                if let Some(slot) = slot {
                    *slot = match slot {
                        Def::None if place.proj.is_empty() => def,
                        // `?` gives the result a value without what the callers want.
                        Def::Assign(value) if is_result && is_failure(value) => def,
                        _ if is_result && matches!(def, Def::Assign(it) if is_failure(it)) => return,
                        _ => Def::Many,
                    };
                }
            };
            enter(defs.get_mut(local.0 as usize));
            if place.proj.first() != Some(&Proj::Deref) {
                enter(pointers.get_mut(local.0 as usize));
            }
        };
        for step in body.blocks.iter().flat_map(|block| &block.steps) {
            match &step.kind {
                StepKind::Assign(dest, value) => add(dest, Def::Assign(value)),
                StepKind::Call { dest, callee, args, .. } => add(dest, Def::Call(callee, args, step.range)),
                StepKind::Await { dest, future, .. } => add(dest, Def::Await(future)),
                StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => {}
            }
        }
        for param in 1..=body.n_params as usize {
            for defs in [&mut defs, &mut pointers] {
                if let Some(slot @ Def::Assign(_) | slot @ Def::Call(..)) = defs.get_mut(param) {
                    *slot = Def::Many;
                }
            }
        }
        let several = several(body, &pointers);
        let paths = RefCell::new(vec![Memo::Unasked; body.locals.len()]);
        let mentions = OnceCell::new();
        let (graph, flags) = (OnceCell::new(), OnceCell::new());
        Defs {
            body,
            model,
            knowledge,
            outer,
            params,
            returns,
            defs,
            pointers,
            several,
            paths,
            mentions,
            graph,
            flags,
        }
    }

    /// Where the body names its locals.
    pub(super) fn mentions(&self) -> &Mentions {
        self.mentions.get_or_init(|| Mentions::of(self.body))
    }

    /// The program.
    pub fn model(&self) -> &'a Model {
        self.model
    }

    /// Those of the body around a closure.
    pub(super) fn outer(&self) -> Option<&'a Defs<'a>> {
        self.outer
    }

    /// The rows.
    pub(super) fn knowledge(&self) -> &'a Knowledge {
        self.knowledge
    }

    /// What a callee returns.
    pub(super) fn returned_by(&self, id: FnId) -> Option<Returned> {
        (self.returns)(id)
    }

    /// The body's control flow.
    pub fn graph(&self) -> &Graph {
        self.graph.get_or_init(|| Graph::new(self.body))
    }

    /// The flags that tell which way out of a branch of the body was taken.
    pub(super) fn flags(&self) -> &BranchFlags {
        self.flags.get_or_init(|| BranchFlags::of(self.body))
    }

    /// How a local gets its value.
    pub fn def(&self, local: LocalId) -> Def<'a> {
        self.defs.get(local.0 as usize).copied().unwrap_or(Def::Many)
    }

    /// The place that a reference in a local points to, when one `&place` made it.
    pub fn pointee(&self, operand: &Operand) -> Option<&'a Place> {
        let (Operand::Copy(place) | Operand::Move(place)) = operand else { return None };
        let mut local = whole_local(place)?;
        for _ in 0..16 {
            match self.def(local) {
                Def::Assign(Rvalue::Ref(_, place) | Rvalue::RawRef(place)) => return Some(place),
                Def::Assign(Rvalue::Use(Operand::Copy(place) | Operand::Move(place))) => {
                    local = whole_local(place)?
                }
                _ => return None,
            }
        }
        None
    }

    /// The body of the closure that an operand is, when it is written in this one.
    pub fn closure_body(&self, operand: &Operand) -> Option<&'a Body> {
        let id = self.closure_of(operand)?;
        self.body.children.iter().find(|it| it.closure == Some(id))
    }

    /// The closure or async block that an operand is, when its making can be seen.
    pub fn closure_of(&self, operand: &Operand) -> Option<ClosureId> {
        let (Operand::Copy(place) | Operand::Move(place)) = operand else { return None };
        let mut place = place;
        for _ in 0..16 {
            if let Some((outer, captured)) = self.captured(place) {
                return outer.closure_of(&Operand::Copy(captured.clone()));
            }
            let local = whole_local(place)?;
            match self.def(local) {
                Def::Assign(Rvalue::Closure(id, _)) => return Some(*id),
                Def::Assign(
                    Rvalue::Use(Operand::Copy(from) | Operand::Move(from)) | Rvalue::Ref(_, from),
                ) => place = from,
                Def::None => {
                    return match self.body.locals.get(local.0 as usize).map(|it| &it.ty) {
                        Some(Type::Closure(id, _)) => Some(*id),
                        _ => None,
                    };
                }
                _ => return None,
            }
        }
        None
    }

    /// The place of the body around a closure that a place of the closure is, with the definitions of that body.
    pub(super) fn captured(&self, place: &Place) -> Option<(&'a Defs<'a>, &'a Place)> {
        let is_own = self.body.closure.is_some() && place.base == PlaceBase::Local(LocalId(1));
        let (Proj::Field(name), rest) = place.proj.split_first().filter(|_| is_own)? else { return None };
        let capture = self.body.captures.get(name.as_str().parse::<usize>().ok()?)?;
        rest.iter().all(|it| *it == Proj::Deref).then_some((self.outer?, &capture.place))
    }

    /// The call that made a future, through moves.
    pub fn future_call(&self, place: &Place) -> Option<(&'a Callee, &'a [Operand], TextRange)> {
        let mut place = place;
        for _ in 0..16 {
            match self.def(whole_local(place)?) {
                Def::Call(callee, args, range) => {
                    // `Box::pin(f())`, `f().into_future()`: the same future.
                    if let Callee::Api(api) = callee
                        && let Some(same) = self.knowledge.effects(*api).same
                        && let Some(Operand::Copy(inner) | Operand::Move(inner)) =
                            argument(self.model, *api, args, same)
                    {
                        place = inner;
                        continue;
                    }
                    return Some((callee, args, range));
                }
                Def::Assign(
                    Rvalue::Use(Operand::Copy(from) | Operand::Move(from)) | Rvalue::Ref(_, from),
                ) => place = from,
                _ => return None,
            }
        }
        None
    }

    /// The async block or closure that the body gives out, boxed and pinned or not.
    pub(super) fn returned_closure(&self) -> Option<ClosureId> {
        let mut local = LocalId(0);
        for _ in 0..16 {
            let from = match self.def(local) {
                Def::Assign(Rvalue::Closure(id, _)) => return Some(*id),
                Def::Assign(Rvalue::Use(from) | Rvalue::Cast(from)) => from,
                Def::Call(Callee::Api(api), args, _) => {
                    argument(self.model, *api, args, self.knowledge.effects(*api).same?)?
                }
                _ => return None,
            };
            let (Operand::Copy(place) | Operand::Move(place)) = from else { return None };
            local = whole_local(place)?;
        }
        None
    }

    /// The type of what an operand is or points to.
    pub fn pointee_ty(&self, operand: &Operand) -> Type {
        if let Some(place) = self.pointee(operand) {
            let ty = self.model.place_ty_in(self.body, place);
            if ty != Type::Unknown {
                return ty;
            }
        }
        match operand {
            Operand::Copy(place) | Operand::Move(place) => {
                self.model.place_ty_in(self.body, place).peel_refs().clone()
            }
            Operand::Item(Res::Static(id)) => self.model.static_value_ty(*id),
            Operand::Lit(_) | Operand::Item(_) | Operand::Unit => Type::Unknown,
        }
    }

    /// Questions about types.
    pub(super) fn roles(&self) -> Roles<'a> {
        Roles { model: self.model, knowledge: self.knowledge }
    }
}

/// All definitions of the locals that have several, each of the whole.
fn several<'a>(body: &'a Body, defs: &[Def<'a>]) -> FxHashMap<LocalId, Vec<Def<'a>>> {
    let mut found: FxHashMap<LocalId, Vec<Def<'a>>> = FxHashMap::default();
    for step in body.blocks.iter().flat_map(|block| &block.steps) {
        let (dest, def) = match &step.kind {
            StepKind::Assign(dest, value) => (dest, Def::Assign(value)),
            StepKind::Call { dest, callee, args, .. } => (dest, Def::Call(callee, args, step.range)),
            StepKind::Await { dest, future, .. } => (dest, Def::Await(future)),
            StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => continue,
        };
        let PlaceBase::Local(local) = dest.base else { continue };
        if matches!(defs.get(local.0 as usize), Some(Def::Many)) && dest.proj.first() != Some(&Proj::Deref) {
            found.entry(local).or_default().push(if dest.proj.is_empty() { def } else { Def::Many });
        }
    }
    found
}

/// The local that a place is the whole of.
pub fn whole_local(place: &Place) -> Option<LocalId> {
    match place.base {
        PlaceBase::Local(local) if place.proj.is_empty() => Some(local),
        _ => None,
    }
}

/// The local that a place is the pointee of.
pub(super) fn pointer_local(place: &Place) -> Option<LocalId> {
    match place.base {
        PlaceBase::Local(local) if place.proj.iter().all(|it| *it == Proj::Deref) => Some(local),
        _ => None,
    }
}

/// Variants that wrap one value: what is in them is what they are about.
pub(super) fn is_wrapper(variant: &str) -> bool {
    matches!(
        variant,
        "Some" | "Ok" | "Err" | "Continue" | "Break" | "Ready" | "Borrowed" | "Owned" | "Present"
    )
}

/// Whether a value is `None` or an `Err`.
fn is_failure(value: &Rvalue) -> bool {
    matches!(
        value,
        Rvalue::Aggregate(Aggregate::Adt(Res::LibVariant(_, name), _), _) if matches!(name.as_str(), "None" | "Err")
    )
}

/// The operand that a projection into an aggregate means, and the steps left.
fn part<'o, 'p>(
    kind: &Aggregate,
    operands: &'o [Operand],
    proj: &'p [Proj],
) -> Option<(&'o Operand, &'p [Proj])> {
    let proj = match proj.split_first() {
        Some((Proj::Variant(_), rest)) => rest,
        _ => proj,
    };
    let (first, rest) = proj.split_first()?;
    let n = match (kind, first) {
        (Aggregate::Tuple, Proj::Field(name)) => name.as_str().parse::<usize>().ok()?,
        (Aggregate::Adt(_, names), Proj::Field(name)) => names.iter().position(|it| it == name)?,
        (Aggregate::Array, Proj::Index(IndexBy::Literal(n))) => usize::try_from(*n).ok()?,
        (Aggregate::Tuple | Aggregate::Adt(..) | Aggregate::Array | Aggregate::Range, _) => return None,
    };
    Some((operands.get(n)?, rest))
}

/// The operand that is the key in a call of a map's function.
pub fn key_argument<'o>(roles: Roles<'_>, api: ApiId, args: &'o [Operand]) -> Option<&'o Operand> {
    argument(roles.model, api, args, ArgRef::Arg(roles.knowledge.effects(api).key.unwrap_or(0)))
}

/// The operand that an argument reference of a row means in a call.
pub fn argument<'o>(model: &Model, api: ApiId, args: &'o [Operand], arg: ArgRef) -> Option<&'o Operand> {
    let has_recv = model.library.api(api).recv.is_some();
    match arg {
        ArgRef::SelfArg => args.first(),
        ArgRef::Arg(n) => args.get(n as usize + usize::from(has_recv)),
    }
}
