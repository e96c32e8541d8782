//! Impls by what they are for.

use super::Model;
use super::items::{ImplId, StaticId, Trait};
use super::scope::TypeHead;
use super::types::{FnId, TraitId, TraitRef, Type};
use crate::syntax::Name;
use rustc_hash::FxHashMap;

/// The key of an impl's member: the head of the type it is for, and its name.
pub(super) type MemberKey = (TypeHead, Name);

/// Impls and their members, by the head of the self type.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Impl headers are resolved: associated types can be reduced.
    pub(super) ready: bool,
    pub(super) by_head: FxHashMap<TypeHead, Vec<ImplId>>,
    pub(super) blanket: Vec<ImplId>,
    pub(super) fns: FxHashMap<MemberKey, Vec<(ImplId, FnId)>>,
    pub(super) consts: FxHashMap<MemberKey, Vec<(ImplId, StaticId)>>,
    /// Impls of traits, by trait and head.
    pub(super) of_trait: FxHashMap<(TraitRef, TypeHead), Vec<ImplId>>,
    /// The blanket impls of a trait.
    pub(super) blanket_of_trait: FxHashMap<TraitRef, Vec<ImplId>>,
    /// The impls with associated types of this name, by head; see [`by_assoc_type`].
    pub(super) assoc_types: FxHashMap<MemberKey, Vec<ImplId>>,
    /// The blanket impls of traits of the analysed code, by the functions and consts of the trait.
    pub(super) blanket_by_member: FxHashMap<Name, Vec<ImplId>>,
    /// The traits of the analysed code, by their functions and consts.
    pub(super) traits_by_member: FxHashMap<Name, Vec<TraitId>>,
}

impl Index {
    pub(super) fn new(model: &Model) -> Index {
        let mut index = Index { ready: true, ..Index::default() };
        for (impl_, number) in model.impls.iter().zip(0..) {
            let id = ImplId(number);
            if impl_.negative {
                continue;
            }
            let Some(head) = TypeHead::of(&impl_.self_ty) else {
                if matches!(impl_.self_ty, Type::Param(_)) {
                    index.blanket.push(id);
                    index.add_blanket(model, id);
                }
                continue;
            };
            index.by_head.entry(head).or_default().push(id);
            for (name, function) in &impl_.fns {
                index.fns.entry((head, *name)).or_default().push((id, *function));
            }
            for (name, constant) in &impl_.consts {
                index.consts.entry((head, *name)).or_default().push((id, *constant));
            }
            if let Some((trait_, _)) = impl_.trait_ {
                index.of_trait.entry((trait_, head)).or_default().push(id);
            }
        }
        for (trait_, number) in model.traits.iter().zip(0..) {
            for name in members(trait_) {
                push_new(index.traits_by_member.entry(name).or_default(), TraitId(number));
            }
        }
        index.sort_tests_last(model);
        index
    }

    fn add_blanket(&mut self, model: &Model, id: ImplId) {
        let Some((trait_, _)) = model.impl_(id).trait_ else { return };
        self.blanket_of_trait.entry(trait_).or_default().push(id);
        if let TraitRef::Local(trait_) = trait_ {
            for name in members(model.trait_(trait_)) {
                push_new(self.blanket_by_member.entry(name).or_default(), id);
            }
        }
    }

    /// What test code implements comes after what is always there, so that it is taken only where nothing else is.
    fn sort_tests_last(&mut self, model: &Model) {
        let is_test = |id: ImplId| model.impl_(id).test;
        self.by_head.values_mut().for_each(|ids| ids.sort_by_key(|id| is_test(*id)));
        self.fns.values_mut().for_each(|ids| ids.sort_by_key(|(id, _)| is_test(*id)));
        self.consts.values_mut().for_each(|ids| ids.sort_by_key(|(id, _)| is_test(*id)));
        self.of_trait.values_mut().for_each(|ids| ids.sort_by_key(|id| is_test(*id)));
        self.blanket_of_trait.values_mut().for_each(|ids| ids.sort_by_key(|id| is_test(*id)));
        self.blanket_by_member.values_mut().for_each(|ids| ids.sort_by_key(|id| is_test(*id)));
        self.blanket.sort_by_key(|id| is_test(*id));
    }
}

/// The impls by their associated types, those in test code last. Impls have them later than the index is made.
pub(super) fn by_assoc_type(model: &Model) -> FxHashMap<MemberKey, Vec<ImplId>> {
    let mut found: FxHashMap<MemberKey, Vec<ImplId>> = FxHashMap::default();
    for (head, ids) in &model.index.by_head {
        for id in ids {
            for (name, _) in &model.impl_(*id).assoc_types {
                push_new(found.entry((*head, *name)).or_default(), *id);
            }
        }
    }
    found
}

/// The names of a trait's functions and consts.
fn members(trait_: &Trait) -> impl Iterator<Item = Name> + '_ {
    trait_.fns.iter().map(|(name, _)| *name).chain(trait_.consts.iter().map(|(name, _)| *name))
}

/// Something may have a member twice, under two conditions: it is listed once.
fn push_new<T: PartialEq>(list: &mut Vec<T>, new: T) {
    if list.last() != Some(&new) {
        list.push(new);
    }
}
