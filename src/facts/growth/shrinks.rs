//! Words by which something shrinks, said of what is no map: a list that is an entry is cleared, an option is taken. No map loses an entry
//! by that.

use super::super::Facts;
use super::super::defs::Defs;
use super::super::event::steps_of;
use super::{lets_go, moves_out};
use crate::model::body::{Body, Operand, StepKind};
use crate::model::library::ApiId;
use crate::model::subst::each_part;
use crate::model::types::{FnId, Type};
use crate::model::typing::{Callee, Res};
use crate::syntax::Name;
use rustc_hash::FxHashSet;

/// Whether all that a function says such words of is known, and is no map.
pub(super) fn only_others(facts: &Facts<'_>, id: FnId, said: &FxHashSet<Name>) -> bool {
    let mut of_others = FxHashSet::default();
    facts.lowered(id).is_some_and(|body| note(facts, &body, None, said, &mut of_others)) && of_others == *said
}

/// Notes the words that are said of other things; whether none may be said of a map.
fn note(
    facts: &Facts<'_>,
    body: &Body,
    outer: Option<&Defs<'_>>,
    said: &FxHashSet<Name>,
    of_others: &mut FxHashSet<Name>,
) -> bool {
    if body.cut {
        return false;
    }
    let nothing = |_: FnId| None;
    let defs = Defs::new(facts.model, facts.knowledge, body, outer, Vec::new(), &nothing);
    for (_, step) in steps_of(body) {
        let is_other = match &step.kind {
            StepKind::Call { callee, args, .. } => {
                let called = called(facts, callee).filter(|it| said.contains(it));
                of_others.extend(called);
                called.is_none_or(|_| is_of_other(facts, &defs, callee, args))
                    && !args.iter().any(|it| is_function(facts, it, said))
            }
            StepKind::Assign(_, value) => !value.operands().any(|it| is_function(facts, it, said)),
            StepKind::Opaque { words } => !words.iter().any(|it| said.contains(it)),
            _ => true,
        };
        if !is_other {
            return false;
        }
    }
    body.children.iter().all(|it| note(facts, it, Some(&defs), said, of_others))
}

fn called(facts: &Facts<'_>, callee: &Callee) -> Option<Name> {
    match callee {
        Callee::Api(api) => Some(facts.model.library.api(*api).name),
        Callee::Fn(id) | Callee::TraitFn { func: id, .. } => Some(facts.model.fn_def(*id).name),
        Callee::Unknown(name) => Some(*name),
        Callee::Ctor(_) | Callee::Value => None,
    }
}

/// Whether an operand is a function with such a name: who runs it, and on what, is not asked.
fn is_function(facts: &Facts<'_>, operand: &Operand, said: &FxHashSet<Name>) -> bool {
    let name = match operand {
        Operand::Item(Res::Api(api)) => facts.model.library.api(*api).name,
        Operand::Item(Res::Fn(id)) => facts.model.fn_def(*id).name,
        _ => return false,
    };
    said.contains(&name)
}

/// Whether a call is of a list or text, or takes a value out of its place in which no map is.
fn is_of_other(facts: &Facts<'_>, defs: &Defs<'_>, callee: &Callee, args: &[Operand]) -> bool {
    let (Callee::Api(api), Some(of)) = (callee, args.first()) else { return false };
    let ty = &defs.pointee_ty(of);
    let effects = facts.knowledge.effects(*api);
    if lets_go(effects) {
        return false;
    }
    is_list(facts, *api, ty) || moves_out(facts.model.library.api(*api), effects) && is_without_map(facts, ty)
}

/// Whether a function is one of a list's or text's own.
fn is_list(facts: &Facts<'_>, api: ApiId, ty: &Type) -> bool {
    let roles = facts.roles();
    let owner = facts.model.library.api(api).owner;
    roles.is_collection(ty)
        && roles.map_kind(ty).is_none()
        && matches!(ty, Type::Lib(path, _) if owner == Some(*path))
}

fn is_without_map(facts: &Facts<'_>, ty: &Type) -> bool {
    fn is_known(ty: &Type) -> bool {
        let mut known = !matches!(
            ty,
            Type::Unknown | Type::Infer(_) | Type::Param(_) | Type::Assoc(..) | Type::Opaque(..)
        );
        each_part(ty, &mut |it| known &= is_known(it));
        known
    }
    is_known(ty) && !facts.roles().bears_map(ty)
}
