//! What waits for a type: tried again whenever something was learnt, and a last time at the end of the body.

use super::Infer;
use super::bounds::{Got, Source, Sources};
use super::locals::Mark;
use crate::model::types::CallTrait;
use crate::model::types::{Bound, TraitRef, Type, Types};
use crate::syntax::{ExprId, Name};

/// Something that waits.
#[derive(Debug, Clone)]
pub(super) enum Work {
    /// The type has this trait: its arguments and associated types can be learnt. The number says how often several impls fitted.
    Bound(Type, Bound, u8),
    /// A variable is this associated type.
    Project { var: Type, base: Type, trait_: Option<TraitRef>, name: Name },
    /// The parts of a tuple.
    Parts(Type, Types),
    /// A method call whose receiver is a variable. Its closures are not read yet; they see the variables of the mark.
    Method(ExprId, Mark),
    /// A call of a value whose type is a variable.
    Call(ExprId),
    /// A field, index, dereference, `?` or operator of a variable.
    Expr(ExprId),
}

/// How often the work is gone through at one time.
const MAX_ROUNDS: usize = 8;

/// How often a bound is looked at that several impls fit.
const MAX_TRIES: u8 = 8;

/// How much may wait; a body that goes over it is generated code of a kind that we can do without.
const MAX_WORK: usize = 1024;

impl<'a> Infer<'a> {
    /// Tries what waits, if anything was learnt since the last time.
    pub fn try_work(&mut self) {
        for _ in 0..MAX_ROUNDS {
            let state = (self.table.generation, self.work.len());
            if self.work.is_empty() || self.tried_at == state {
                break;
            }
            self.one_round();
            self.tried_at = (state.0, self.work.len());
        }
        if self.work.len() > MAX_WORK {
            self.work.retain(|work| !matches!(work, Work::Bound(..) | Work::Project { .. }));
        }
    }

    fn one_round(&mut self) {
        let list = std::mem::take(&mut self.work);
        for work in list {
            if !self.attempt(&work) {
                self.work.push(work);
            }
        }
    }

    fn attempt(&mut self, work: &Work) -> bool {
        self.refuel();
        match work {
            Work::Bound(ty, bound, tries) => self.learn_from_bound(ty, bound, *tries),
            Work::Project { var, base, trait_, name } => match self.project(base, *trait_, *name) {
                Got::Later => false,
                Got::No => true,
                Got::Yes(ty) => {
                    self.table.settle(var, &ty);
                    true
                }
            },
            Work::Parts(ty, parts) => self.retry_parts(ty, parts),
            Work::Method(id, mark) => self.retry_method(*id, *mark),
            Work::Call(id) => self.retry_call(*id),
            Work::Expr(id) => self.retry_expr(*id),
        }
    }

    /// The last tries; what still waits then is not known.
    pub fn work_to_the_end(&mut self) {
        self.try_work();
        for work in std::mem::take(&mut self.work) {
            match work {
                Work::Method(id, mark) => self.give_up_method(id, mark),
                Work::Expr(id) => self.give_up_expr(id),
                Work::Call(_) | Work::Parts(..) | Work::Bound(..) | Work::Project { .. } => {}
            }
        }
        // Closures that were read last may have left something.
        self.try_work();
    }

    /// Learns from `ty: bound`; `false` when it has to wait.
    fn learn_from_bound(&mut self, ty: &Type, bound: &Bound, tries: u8) -> bool {
        if let Some(kind) = bound.trait_.call_trait() {
            return self.learn_from_call(ty, bound, kind);
        }
        let ty = self.shallow(ty);
        match &ty {
            Type::Unknown => return true,
            Type::Infer(_) => return false,
            _ => {}
        }
        if bound.args.is_empty() {
            return self.learn_assoc(&ty, bound);
        }
        if bound.trait_ == TraitRef::Lib(self.lang.from_iterator) {
            return self.learn_from_iterator(&ty, bound);
        }
        let list = match self.sources(&ty, bound.trait_) {
            Sources::Later => return false,
            Sources::Unknown => return true,
            Sources::Known(list) => list,
        };
        let fitting: Vec<Source<'a>> =
            list.into_iter().filter(|source| self.fits_args(source, &ty, bound)).collect();
        match fitting.as_slice() {
            [source] => {
                let found = self.apply_source(source, &ty, &names_of(bound));
                self.unify_bounds(&found, bound);
                true
            }
            [] => true,
            _ => {
                // What tells them apart mostly comes with the next arguments, or never.
                if tries < MAX_TRIES {
                    self.work.push(Work::Bound(ty.clone(), bound.clone(), tries + 1));
                }
                true
            }
        }
    }

    fn fits_args(&mut self, source: &Source<'a>, ty: &Type, bound: &Bound) -> bool {
        let attempt = self.attempt_start();
        let found = self.apply_source(source, ty, &[]);
        let fits = found.args.iter().zip(bound.args.iter()).all(|(a, b)| self.table.unify(a, b));
        self.forget(attempt);
        fits
    }

    fn unify_bounds(&mut self, found: &Bound, wanted: &Bound) {
        for (a, b) in found.args.iter().zip(wanted.args.iter()) {
            self.unify(a, b);
        }
        for (name, ty) in wanted.assoc.iter() {
            if let Some((_, found)) = found.assoc.iter().find(|(n, _)| n == name) {
                self.unify(found, ty);
            }
        }
    }

    fn learn_assoc(&mut self, ty: &Type, bound: &Bound) -> bool {
        for (name, wanted) in bound.assoc.iter() {
            match self.project(ty, Some(bound.trait_), *name) {
                Got::Yes(found) => {
                    self.unify(&found, wanted);
                }
                Got::No => {}
                Got::Later => return false,
            }
        }
        true
    }

    fn learn_from_call(&mut self, ty: &Type, bound: &Bound, kind: CallTrait) -> bool {
        let (params, ret) = match self.callable(ty) {
            Got::Yes(found) => found,
            Got::No => return true,
            Got::Later => return false,
        };
        for (found, wanted) in params.iter().zip(bound.args.iter()) {
            self.unify(found, wanted);
        }
        let Some((_, wanted)) = bound.assoc.iter().find(|(name, _)| *name == self.lang.output) else {
            return true;
        };
        let wanted = wanted.clone();
        match kind {
            CallTrait::Fn => {
                if self.shallow(&ret) != Type::Never {
                    self.coerce(&ret, &wanted);
                }
            }
            CallTrait::AsyncFn => {
                if let Got::Yes(out) = self.await_output(&ret) {
                    self.unify(&out, &wanted);
                }
            }
        }
        true
    }

    /// `Vec<T>: FromIterator<A>`: a collection takes what iterating it by value gives. Impls in rows say it for the others.
    fn learn_from_iterator(&mut self, ty: &Type, bound: &Bound) -> bool {
        let Some(item) = bound.args.first() else { return true };
        if let Sources::Known(list) = self.sources(ty, bound.trait_) {
            let fitting: Vec<Source<'a>> =
                list.into_iter().filter(|source| self.fits_args(source, ty, bound)).collect();
            if let [source] = fitting.as_slice() {
                let found = self.apply_source(source, ty, &names_of(bound));
                self.unify_bounds(&found, bound);
                return true;
            }
        }
        match ty {
            Type::Lib(path, args) if *path == self.lang.option || *path == self.lang.result => {
                self.learn_from_carrier(*path, args, item, bound)
            }
            Type::Lib(path, args) if !args.is_empty() && *path != self.lang.boxed => {
                if let Got::Yes(own) = self.into_iter_item(ty) {
                    self.unify(&own, item);
                }
                true
            }
            _ => true,
        }
    }

    /// `Option<V>: FromIterator<Option<A>>` where `V: FromIterator<A>`, and the same for `Result`.
    fn learn_from_carrier(&mut self, path: Name, args: &[Type], item: &Type, bound: &Bound) -> bool {
        let item = self.shallow(item);
        match item {
            Type::Infer(_) => false,
            Type::Lib(of, parts) if of == path => {
                if let (Some(a), Some(b)) = (args.get(1), parts.get(1)) {
                    self.unify(a, b);
                }
                if let (Some(collection), Some(part)) = (args.first(), parts.first()) {
                    let inner = Bound { trait_: bound.trait_, args: [part.clone()].into(), assoc: [].into() };
                    self.work.push(Work::Bound(collection.clone(), inner, 0));
                }
                true
            }
            _ => true,
        }
    }

    /// The parameters and the result that bounds on a variable ask of a closure.
    pub fn wanted_call(&mut self, ty: &Type) -> Option<(Vec<Type>, Option<Type>)> {
        let ty = self.shallow(ty);
        if let Type::Infer(_) = ty {
            for work in &self.work {
                let Work::Bound(of, bound, _) = work else { continue };
                let Some(kind) = bound.trait_.call_trait() else { continue };
                if self.table.shallow(of) != ty {
                    continue;
                }
                let output =
                    bound.assoc.iter().find(|(name, _)| *name == self.lang.output).map(|(_, ty)| ty.clone());
                let output = if kind == CallTrait::AsyncFn { None } else { output };
                return Some((bound.args.to_vec(), output));
            }
            return None;
        }
        match self.callable(&ty) {
            Got::Yes((params, ret)) => Some((params, Some(ret))),
            Got::No | Got::Later => None,
        }
    }
}

/// The associated types that a bound says something of.
fn names_of(bound: &Bound) -> Vec<Name> {
    bound.assoc.iter().map(|(name, _)| *name).collect()
}
