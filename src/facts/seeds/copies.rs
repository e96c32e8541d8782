//! Words by which maps, handles to them and what is in them are copied.

use super::Seeds;
use super::words::is_named_in;
use crate::facts::knowledge::{Effects, MapKind};
use crate::facts::roles::Roles;
use crate::model::items::CrateId;
use crate::model::library::Api;
use crate::model::types::{AdtId, Mutability, Type};
use crate::model::words::Words;
use crate::syntax::Name;
use rustc_hash::FxHashSet;

impl Seeds {
    /// Whether the words name a function by which a handle is parted from its other owners.
    pub fn may_part(&self, words: &Words<'_>) -> bool {
        words.idents().any(|it| self.parting.contains(it))
    }

    /// Whether the words clone something and name a type whose clones share a map, and a method of it that writes the map.
    pub fn copies_named_type(&self, roles: Roles<'_>, words: &Words<'_>) -> bool {
        let writes = |adt: &&AdtId| {
            let acts = self.pairs.by_type.get(*adt).map(|it| &it.acts);
            acts.is_some_and(|acts| words.methods().any(|it| acts.contains(it)))
        };
        let mut named = words.idents().filter_map(|it| self.own_types.get(it)).flatten();
        named.any(|it| writes(&it) && self.clones_type(roles, *it, words))
    }

    /// Whether a type derives `Clone` and the words clone something.
    pub(super) fn clones_type(&self, roles: Roles<'_>, adt: AdtId, words: &Words<'_>) -> bool {
        let derived = roles.model.adt(adt).derives.iter().any(|it| it.as_str() == "Clone");
        derived && words.methods().any(|it| self.cloning.contains(it))
    }

    /// Whether the words copy something, and name a plain map or a function that writes a shared one: what becomes of the copy is
    /// looked at.
    pub(super) fn may_copy(&self, krate: CrateId, words: &Words<'_>) -> bool {
        if self.may_part(words) || self.calls_a_parting(krate, words) {
            return true;
        }
        // `Arc::clone(&it)` is no method call.
        let clones = words.all().any(|it| self.cloning.contains(it));
        if !clones && !words.methods().any(|it| self.copying.contains(it)) {
            return false;
        }
        let acts = self.pairs.by_crate.methods.get(&krate).map(|it| &it.acts);
        if words.idents().any(|it| self.writers.contains(&(krate, *it))) {
            return true;
        }
        words.methods().any(|it| acts.is_some_and(|acts| acts.contains(it)))
            || self.copies_from_plain_map(words)
                && words.idents().any(|it| is_named_in(&self.plain_maps, &self.reach, krate, *it, |_| true))
    }

    /// Whether the words may copy something out of a plain map, or a whole one to another thread or to be changed. Under-approximates:
    /// `clone` alone is in every third body.
    fn copies_from_plain_map(&self, words: &Words<'_>) -> bool {
        let has = |names: &FxHashSet<Name>| words.methods().any(|it| names.contains(it));
        let spawns = || words.all().any(|it| self.spawning.contains(it));
        has(&self.copying)
            || words.mut_inits().any(|it| self.cloning.contains(it))
            || has(&self.cloning) && spawns()
    }

    /// Whether a signature and the words of a body say that it may copy a map, or something in one, that it is given.
    pub(super) fn may_copy_param(
        &self,
        roles: Roles<'_>,
        params: &[Type],
        words: Option<&Words<'_>>,
    ) -> bool {
        words.is_none_or(|it| self.copies_from_plain_map(it))
            && params.iter().any(|it| is_plain_map(roles, it))
    }
}

/// Whether a function gives a mutable reference to what a handle leads to, and makes it the handle's own for that.
pub(in crate::facts) fn parts_owners(roles: Roles<'_>, api: &Api, effects: &Effects) -> bool {
    let Some(Type::Ref(Mutability::Mut, handle)) = api.args.first() else { return false };
    let handle = match (handle.as_ref(), &api.self_ty) {
        (Type::Param(_), Some(own)) => own,
        (other, _) => other,
    };
    api.recv.is_none()
        && effects.same.is_some()
        && matches!(api.ret, Type::Ref(Mutability::Mut, _))
        && roles.is_handle(handle)
}

/// Whether a function makes values of references: `Option<&T>` to `Option<T>`.
pub(super) fn gives_values(api: &Api) -> bool {
    let lends =
        |ty: &Type| matches!(ty, Type::Lib(_, args) if args.iter().any(|it| matches!(it, Type::Ref(..))));
    api.self_ty.as_ref().is_some_and(lends) && !lends(&api.ret)
}

/// Whether the type is a map that does not lock itself, or a reference, handle or lock of one.
pub(super) fn is_plain_map(roles: Roles<'_>, ty: &Type) -> bool {
    match ty {
        Type::Ref(_, inner) => is_plain_map(roles, inner),
        Type::Lib(_, args) => match roles.map_kind(ty) {
            Some(kind) => kind != MapKind::Concurrent,
            // What another map can be put into at any time (`ArcSwap`) leads to one as well.
            None => {
                (roles.is_handle(ty) || roles.is_resource(ty))
                    && args.first().is_some_and(|it| is_plain_map(roles, it))
            }
        },
        _ => false,
    }
}
