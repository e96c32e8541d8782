//! Which method a method call calls: candidates are tried on the receiver, on a reference to it, and on what it dereferences to.

use super::Infer;
use super::bounds::Has;
use super::item::{Item, Meaning};
use super::table::VarKind;
use crate::model::Subst;
use crate::model::items::{Def, ImplId, SelfKind};
use crate::model::library::{ApiId, Library};
use crate::model::scope::{PathRes, TypeHead};
use crate::model::types::{FnId, Mutability, OpaqueKind, TraitId, TraitRef, Type};
use crate::model::typing::{Adjust, Callee, Deref};
use crate::source::TextRange;
use crate::syntax::{Name, Segment};

/// What probing for a method gives.
pub(super) enum Probe {
    /// The method, its receiver being the first parameter.
    Found(Box<Item>, Adjust),
    /// One of several impls of one trait, whose arguments differ: the arguments of the call decide.
    Choice(Vec<Candidate>, Type, Adjust),
    /// The receiver is a variable.
    Later,
    /// There is none that we know.
    No,
}

/// Whether a candidate could not be decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Undecided {
    No,
    /// Nothing is known of the type.
    Unknown,
    /// The type is a variable.
    Later,
}

/// A method that might be meant.
#[derive(Debug, Clone)]
pub(super) enum Candidate {
    /// Of an impl of the analysed code.
    Impl(ImplId, FnId),
    /// Of a trait of the analysed code, for a type that is known to have it by a bound.
    Bound { of: Type, trait_: TraitId, args: Vec<Type>, dynamic: bool },
    /// Of a trait of the analysed code, through an impl that leaves the trait's body as it is.
    Default(ImplId, TraitId),
    /// Of a library's type.
    Api(ApiId),
    /// Of a library's trait, for whatever has it.
    LibTrait(Name, ApiId),
}

/// A type that the receiver is, or dereferences to.
struct Step {
    ty: Type,
    /// How many dereferences lead here.
    derefs: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Trait(TraitRef),
    Rows(Name),
}

/// What a list of candidates comes to.
enum Fit {
    One(Box<Item>),
    Several(Vec<Candidate>),
}

#[derive(Clone, Copy)]
enum Form {
    Value,
    Ref(Mutability),
}

impl Infer<'_> {
    /// Looks for a method.
    pub fn probe(&mut self, recv: &Type, name: Name, turbofish: &[Type]) -> Probe {
        let derefs = self.autoderef(recv);
        let (steps, open) = self.steps(recv, &derefs);
        let (inherent, mut of_traits) = self.candidates(&steps, name);
        // A trait that is not in scope is meant only if nothing else is: it may have been imported under another name. That it is there for
        // whatever has some other trait says nothing: the type may have a method that cannot be seen.
        let mut out_of_scope = Vec::new();
        of_traits.retain(|candidate| {
            let visible = self.is_visible(candidate);
            if !visible && !self.is_blanket(candidate) {
                out_of_scope.push(candidate.clone());
            }
            visible
        });
        for (lenient, visible) in [(false, true), (true, true), (false, false)] {
            if !visible && out_of_scope.is_empty() {
                break;
            }
            let of_traits = if visible { &of_traits } else { &out_of_scope };
            for step in &steps {
                for form in [Form::Value, Form::Ref(Mutability::Shared), Form::Ref(Mutability::Mut)] {
                    let self_ty = match form {
                        Form::Value => step.ty.clone(),
                        Form::Ref(m) => Type::reference(m, step.ty.clone()),
                    };
                    let found = match self.try_all(&inherent, &self_ty, name, turbofish, lenient) {
                        Some(found) => Some(found),
                        None => self.try_all(of_traits, &self_ty, name, turbofish, lenient),
                    };
                    let Some(found) = found else {
                        match std::mem::replace(&mut self.undecided, Undecided::No) {
                            Undecided::No => continue,
                            Undecided::Unknown => return Probe::No,
                            Undecided::Later => return Probe::Later,
                        }
                    };
                    self.undecided = Undecided::No;
                    let taken = derefs.get(..step.derefs).map(<[Deref]>::to_vec).unwrap_or_default();
                    let autoref = if let Form::Ref(m) = form { Some(m) } else { None };
                    let adjust = Adjust { derefs: taken, autoref };
                    return match found {
                        Fit::One(item) => Probe::Found(item, adjust),
                        Fit::Several(list) => Probe::Choice(list, self_ty, adjust),
                    };
                }
            }
            // What is behind a variable could still have the method itself.
            if open {
                return Probe::Later;
            }
        }
        Probe::No
    }

    /// Whether a candidate's trait can be named here, as far as that can be seen.
    fn is_visible(&mut self, candidate: &Candidate) -> bool {
        let Some(trait_) = self.trait_from_elsewhere(candidate) else { return true };
        if let Some(visible) = self.visible_traits.get(&trait_) {
            return *visible;
        }
        let name = match trait_ {
            TraitRef::Lib(path) => Name::from(path.as_str().rsplit("::").next().unwrap_or("")),
            TraitRef::Local(id) => self.model.trait_(id).name,
        };
        let segment = Segment { name, args: None, range: TextRange::default() };
        let named = crate::syntax::Path {
            global: false,
            qself: None,
            segments: vec![segment],
            range: TextRange::default(),
        };
        let visible = match self.model.resolve_type(&self.scope, &named, self.arena) {
            PathRes::LibPath(found) | PathRes::Def(Def::LibPath(found), _) => trait_ == TraitRef::Lib(found),
            PathRes::Def(Def::Trait(found), _) => trait_ == TraitRef::Local(found),
            PathRes::Def(..) | PathRes::Assoc { .. } | PathRes::Unknown => false,
        };
        self.visible_traits.insert(trait_, visible);
        visible
    }

    /// Whether a candidate comes from an impl for all types that its bounds allow.
    fn is_blanket(&self, candidate: &Candidate) -> bool {
        match candidate {
            Candidate::Impl(imp, _) | Candidate::Default(imp, _) => {
                matches!(self.model.impl_(*imp).self_ty, Type::Param(_))
            }
            Candidate::Bound { .. } | Candidate::Api(_) | Candidate::LibTrait(..) => false,
        }
    }

    /// The trait of a library or of another crate that a candidate is of. Of those of its own crate code uses what there is, but for what is
    /// there for all types.
    fn trait_from_elsewhere(&self, candidate: &Candidate) -> Option<TraitRef> {
        match candidate {
            Candidate::LibTrait(path, _) => Some(TraitRef::Lib(*path)),
            Candidate::Impl(imp, _) | Candidate::Default(imp, _) => {
                let Some((TraitRef::Local(id), _)) = self.model.impl_(*imp).trait_ else { return None };
                let krate = self.model.crate_of(self.scope.module);
                let is_own = self.model.crate_of(self.model.trait_(id).module) == krate;
                (!is_own || self.is_blanket(candidate)).then_some(TraitRef::Local(id))
            }
            Candidate::Bound { .. } | Candidate::Api(_) => None,
        }
    }

    /// The receiver's type and those that it dereferences to, as far as they are known, and whether a variable is at the end.
    fn steps(&mut self, recv: &Type, derefs: &[Deref]) -> (Vec<Step>, bool) {
        let mut steps = Vec::new();
        let types = std::iter::once(recv).chain(derefs.iter().map(|step| &step.to));
        for (n, ty) in types.enumerate() {
            let ty = self.shallow(ty);
            match &ty {
                Type::Unknown => return (steps, false),
                Type::Infer(var) if matches!(self.table.kind(*var), VarKind::General | VarKind::Pending) => {
                    return (steps, true);
                }
                _ => {}
            }
            steps.push(Step { ty, derefs: n });
        }
        if let Some(Step { ty: Type::Array(elem), derefs }) = steps.last() {
            let unsized_ = Step { ty: Type::Slice(elem.clone()), derefs: *derefs };
            steps.push(unsized_);
        }
        (steps, false)
    }

    /// Inherent candidates (bounds count as such), and those of traits.
    fn candidates(&mut self, steps: &[Step], name: Name) -> (Vec<Candidate>, Vec<Candidate>) {
        let (mut inherent, mut of_traits) = (Vec::new(), Vec::new());
        let model = self.model;
        for step in steps {
            self.bound_candidates(&step.ty, name, &mut inherent);
            let Some(head) = TypeHead::of(&step.ty) else {
                self.api_candidates(&step.ty, name, &mut inherent);
                continue;
            };
            let mut local = model.method_candidates(head, name);
            self.prefer_program(&mut local);
            for (imp, f) in local {
                let list = if model.impl_(imp).trait_.is_none() { &mut inherent } else { &mut of_traits };
                list.push(Candidate::Impl(imp, f));
            }
            self.api_candidates(&step.ty, name, &mut inherent);
            self.default_candidates(&model.trait_impls_with(head, name), name, &mut of_traits);
        }
        self.default_candidates(model.blanket_impls_with(name), name, &mut of_traits);
        // What a type is known to have comes before what all types of libraries are taken to have: an iterator's `max` before `Ord`'s.
        let (guessed, known): (Vec<_>, Vec<_>) =
            self.traits_by_method(name).iter().copied().partition(|(trait_, _)| self.common(*trait_));
        let of_libraries = known.into_iter().chain(guessed);
        of_traits.extend(of_libraries.map(|(trait_, api)| Candidate::LibTrait(trait_, api)));
        (inherent, of_traits)
    }

    fn bound_candidates(&mut self, ty: &Type, name: Name, list: &mut Vec<Candidate>) {
        let dynamic = matches!(ty, Type::Opaque(OpaqueKind::Dyn, _));
        for bound in self.bounds_of(ty) {
            match bound.trait_ {
                TraitRef::Local(trait_) => {
                    if self.model.trait_(trait_).fns.iter().any(|(n, _)| *n == name) {
                        list.push(Candidate::Bound {
                            of: ty.clone(),
                            trait_,
                            args: bound.args.to_vec(),
                            dynamic,
                        });
                    }
                }
                TraitRef::Lib(path) => {
                    if let Some(api) = self.lib.trait_methods.get(&(path, name)) {
                        list.push(Candidate::LibTrait(path, *api));
                    }
                }
            }
        }
    }

    fn api_candidates(&mut self, ty: &Type, name: Name, list: &mut Vec<Candidate>) {
        let head = match ty {
            Type::Infer(var) if self.table.kind(*var) == VarKind::Int => Name::from("i32"),
            Type::Infer(var) if self.table.kind(*var) == VarKind::Float => Name::from("f64"),
            _ => match Library::head(ty) {
                Some(head) => head,
                None => return,
            },
        };
        list.extend(self.lib.methods_of(head, name).iter().map(|api| Candidate::Api(*api)));
    }

    fn default_candidates(&mut self, impls: &[ImplId], name: Name, list: &mut Vec<Candidate>) {
        let model = self.model;
        for id in impls {
            let imp = model.impl_(*id);
            let Some((TraitRef::Local(trait_), _)) = &imp.trait_ else { continue };
            if !imp.negative && model.trait_(*trait_).fns.iter().any(|(n, _)| *n == name) {
                match imp.fns.iter().find(|(n, _)| *n == name) {
                    // Impls for a head were found by the index already; those for every type were not.
                    Some((_, f)) if TypeHead::of(&imp.self_ty).is_none() => {
                        list.push(Candidate::Impl(*id, *f))
                    }
                    Some(_) => {}
                    None => list.push(Candidate::Default(*id, *trait_)),
                }
            }
        }
    }

    /// The first candidate that fits, or several impls of one trait that do.
    fn try_all(
        &mut self,
        list: &[Candidate],
        self_ty: &Type,
        name: Name,
        turbofish: &[Type],
        lenient: bool,
    ) -> Option<Fit> {
        for (i, candidate) in list.iter().enumerate() {
            if lenient && !matches!(candidate, Candidate::LibTrait(..)) {
                continue;
            }
            let group = self.group_of(candidate);
            let others = list.get(i + 1..).unwrap_or(&[]);
            if group.is_some()
                && others.iter().any(|other| self.group_of(other) == group && self.differ(candidate, other))
                && self.fits(candidate, self_ty, name)
            {
                let mut fitting = vec![candidate.clone()];
                for other in others {
                    if self.group_of(other) == group
                        && self.differ(candidate, other)
                        && self.fits(other, self_ty, name)
                    {
                        fitting.push(other.clone());
                    }
                }
                if fitting.len() > 1 {
                    return Some(Fit::Several(fitting));
                }
            }
            if let Some(item) = self.try_one(candidate, self_ty, name, turbofish, lenient) {
                return Some(Fit::One(Box::new(item)));
            }
        }
        None
    }

    /// The candidate among several that takes arguments of these types (none: not read yet).
    pub fn choose(
        &mut self,
        list: &[Candidate],
        self_ty: &Type,
        name: Name,
        turbofish: &[Type],
        args: &[Option<Type>],
    ) -> Option<Item> {
        let mut fitting = list.iter().filter(|candidate| {
            let attempt = self.attempt_start();
            let fits = self.try_one(candidate, self_ty, name, &[], false).is_some_and(|item| {
                let params = item.params.get(1..).unwrap_or(&[]);
                args.iter()
                    .zip(params)
                    .all(|(ty, param)| ty.as_ref().is_none_or(|ty| self.table.unify(ty, param)))
            });
            self.forget(attempt);
            fits
        });
        let (first, second) = (fitting.next()?, fitting.next());
        // Of rows the first is the common one; of impls we can't know.
        if second.is_some() && !matches!(first, Candidate::Api(_)) {
            return None;
        }
        self.try_one(first, self_ty, name, turbofish, false)
    }

    /// What a candidate may have several of, for different arguments: impls of one trait, rows of one method.
    fn group_of(&self, candidate: &Candidate) -> Option<Group> {
        match candidate {
            Candidate::Impl(imp, _) => match &self.model.impl_(*imp).trait_ {
                Some((trait_, args)) if !args.is_empty() => Some(Group::Trait(*trait_)),
                Some(_) | None => None,
            },
            Candidate::Default(_, trait_) => (!self.model.trait_(*trait_).generics.params.is_empty())
                .then_some(Group::Trait(TraitRef::Local(*trait_))),
            Candidate::Api(api) => self.lib.apis.get(api.0 as usize).map(|api| Group::Rows(api.path)),
            Candidate::Bound { .. } | Candidate::LibTrait(..) => None,
        }
    }

    /// Whether the arguments of two rows of one method can tell them apart.
    fn differ(&self, a: &Candidate, b: &Candidate) -> bool {
        match (a, b) {
            (Candidate::Api(a), Candidate::Api(b)) => {
                let args = |id: &ApiId| self.lib.apis.get(id.0 as usize).map(|api| &api.args);
                args(a) != args(b)
            }
            _ => true,
        }
    }

    fn fits(&mut self, candidate: &Candidate, self_ty: &Type, name: Name) -> bool {
        let attempt = self.attempt_start();
        let fits = self.try_one(candidate, self_ty, name, &[], false).is_some();
        self.forget(attempt);
        fits
    }

    fn try_one(
        &mut self,
        candidate: &Candidate,
        self_ty: &Type,
        name: Name,
        turbofish: &[Type],
        lenient: bool,
    ) -> Option<Item> {
        if !self.form_fits(candidate, self_ty, name) {
            return None;
        }
        let attempt = self.attempt_start();
        let item = self.instantiate(candidate, self_ty, name, turbofish, lenient);
        if item.is_none() {
            self.forget(attempt);
        }
        item
    }

    /// Whether a candidate takes its receiver in this form; cheap, and false for most.
    fn form_fits(&self, candidate: &Candidate, self_ty: &Type, name: Name) -> bool {
        let of_fn = |f: FnId| self.model.fn_def(f).self_param;
        let kind = match candidate {
            Candidate::Impl(_, f) => of_fn(*f),
            Candidate::Bound { trait_, .. } | Candidate::Default(_, trait_) => {
                self.model.trait_(*trait_).fns.iter().find(|(n, _)| *n == name).and_then(|(_, f)| of_fn(*f))
            }
            Candidate::Api(api) | Candidate::LibTrait(_, api) => {
                self.lib.apis.get(api.0 as usize).and_then(|api| api.recv)
            }
        };
        match (kind, self_ty) {
            (None, _) => false,
            (Some(SelfKind::Ref), Type::Ref(Mutability::Shared, _))
            | (Some(SelfKind::RefMut), Type::Ref(Mutability::Mut, _)) => true,
            (Some(SelfKind::Ref | SelfKind::RefMut), _) => false,
            (Some(SelfKind::Value | SelfKind::Typed), _) => true,
        }
    }

    fn instantiate(
        &mut self,
        candidate: &Candidate,
        self_ty: &Type,
        name: Name,
        turbofish: &[Type],
        lenient: bool,
    ) -> Option<Item> {
        match candidate {
            Candidate::Impl(imp, f) => {
                let imp = self.model.impl_(*imp);
                let subst = self.fresh_subst(&imp.generics.params);
                let item = self.fn_item(*f, turbofish, subst.clone());
                self.receiver_fits(&item, self_ty)?;
                // The code compiles, so the bounds of an impl for this very type hold; macros may hide why. Of an impl for every type
                // they say which types are meant, and of one for a library's wrapper what it wraps.
                let for_all = TypeHead::of(imp.self_ty.peel_refs()).is_none()
                    || self.wraps_library_type(imp.self_ty.peel_refs(), &subst);
                (!for_all || self.bounds_hold(&imp.generics.bounds, &subst)).then_some(item)
            }
            Candidate::Bound { of, trait_, args, dynamic } => {
                let Meaning::Item(mut item) = self.trait_item(of, *trait_, args, name, turbofish) else {
                    return None;
                };
                if let Callee::TraitFn { dynamic: slot, .. } = &mut item.callee {
                    *slot = *dynamic;
                }
                self.receiver_fits(&item, self_ty)?;
                Some(item)
            }
            Candidate::Default(imp, trait_) => {
                let imp = self.model.impl_(*imp);
                let subst = self.fresh_subst(&imp.generics.params);
                let of = imp.self_ty.substitute(&subst);
                let args: Vec<Type> = imp
                    .trait_
                    .iter()
                    .flat_map(|(_, args)| args.iter())
                    .map(|ty| self.inst(ty, &subst))
                    .collect();
                let Meaning::Item(item) = self.trait_item(&of, *trait_, &args, name, turbofish) else {
                    return None;
                };
                self.receiver_fits(&item, self_ty)?;
                self.bounds_hold(&imp.generics.bounds, &subst).then_some(item)
            }
            Candidate::Api(api) => {
                let (of, item) = self.api_item(*api, turbofish)?;
                self.receiver_fits(&item, self_ty)?;
                // A row for all integers leaves `Self` open.
                let family =
                    matches!(self.lib.apis.get(api.0 as usize)?.self_ty, Some(Type::Param(_)) | None);
                (!family || self.is_number(&self.shallow(&of))).then_some(item)
            }
            Candidate::LibTrait(trait_, api) => {
                let (of, item) = self.api_item(*api, turbofish)?;
                self.receiver_fits(&item, self_ty)?;
                let of = self.shallow(&of);
                let known = match &of {
                    Type::Unknown => false,
                    Type::Infer(var) => matches!(self.table.kind(*var), VarKind::Int | VarKind::Float),
                    _ => true,
                };
                if !known {
                    // It could be this one (`x.clone()` of a `&_`): what comes after is not meant for sure.
                    self.undecided = if of == Type::Unknown { Undecided::Unknown } else { Undecided::Later };
                    return None;
                }
                match self.has(&of, TraitRef::Lib(*trait_)) {
                    Has::Yes => Some(item),
                    // A library's type that leads nowhere else has what all types have; a guard or a lazy value mostly has not.
                    Has::Unknown
                        if self.common(*trait_)
                            && (lenient || matches!(of, Type::Lib(..)) && self.deref_step(&of).is_none()) =>
                    {
                        Some(item)
                    }
                    Has::Unknown | Has::No => None,
                }
            }
        }
    }

    /// Whether an impl for a wrapper of anything (`impl<T: Store> Store for Arc<T>`) is asked about one of a library's types, of which all
    /// impls of the analysed code's traits are seen.
    fn wraps_library_type(&self, impl_ty: &Type, subst: &Subst) -> bool {
        let Type::Lib(_, args) = impl_ty else { return false };
        let wrapped =
            args.iter().filter_map(|it| if let Type::Param(name) = it { subst.get(*name) } else { None });
        wrapped.into_iter().any(|it| matches!(self.shallow(it), Type::Lib(..) | Type::Prim(_)))
    }

    fn receiver_fits(&mut self, item: &Item, self_ty: &Type) -> Option<()> {
        let recv = item.params.first()?.clone();
        self.table.unify(&recv, self_ty).then_some(())
    }
}
