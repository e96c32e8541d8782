//! Functions that may run what they are given under a lock.

use super::Seeds;
use super::words::{LibraryNames, called_by, owner, pointed_at};
use crate::facts::roles::Roles;
use crate::model::Model;
use crate::model::items::FnDef;
use crate::model::types::{AdtId, FnId, Type};
use crate::model::words::Words;
use crate::syntax::Name;

/// Functions through which something callable is handed on to the one that runs it.
const MAX_HANDED_ON: usize = 3;

impl Seeds {
    /// Functions that may run what they are given under a lock: those with something callable among their parameters that are
    /// seeds themselves, or hand it on to one. What is given runs under that lock, whatever words the giver has. Gives the methods that
    /// are named as libraries' functions are: only a way to a value of the type makes a body a seed by them.
    pub(super) fn add_runners(&mut self, roles: Roles<'_>, library: &LibraryNames) -> Vec<(AdtId, Name)> {
        let model = roles.model;
        let mut common = Vec::new();
        let takes_callable = |n: &usize| takes_callable(model, FnId(*n as u32));
        let mut open: Vec<usize> = (0..model.fns.len()).filter(takes_callable).collect();
        for _ in 0..MAX_HANDED_ON {
            let is_runner = |n: &usize| {
                let Some(def) = model.fns.get(*n) else { return false };
                let krate = model.crate_of(def.module);
                krate.zip(model.words_of(def)).is_some_and(|(krate, words)| {
                    self.is_seed(krate, &words) || hands_on_to(roles, &common, def, &words)
                })
            };
            let (runners, rest): (Vec<usize>, Vec<usize>) = open.into_iter().partition(is_runner);
            for n in &runners {
                let Some(def) = model.fns.get(*n) else { continue };
                let name = called_by(model, FnId(*n as u32));
                // A name that libraries' functions have as well would make every body a seed.
                if library.all.contains(&name) {
                    common.extend(owner(model, def).map(|it| (it, name)));
                } else {
                    self.add(model, def.module, def.vis, name, def.self_param.is_some());
                }
            }
            open = rest;
            if runners.is_empty() {
                break;
            }
        }
        common
    }
}

/// Whether a method may call one of these on a field of its type.
fn hands_on_to(roles: Roles<'_>, runners: &[(AdtId, Name)], def: &FnDef, words: &Words<'_>) -> bool {
    let named =
        |of: AdtId| runners.iter().any(|(adt, name)| *adt == of && words.methods().any(|it| it == name));
    owner(roles.model, def).is_some_and(|own| {
        let fields = roles.model.adt(own).variants.iter().flat_map(|it| &it.fields);
        fields.filter_map(|it| pointed_at(roles, &it.ty)).any(named)
    })
}

/// Whether a function of the analysed code has a parameter that can be called.
pub(in crate::facts) fn takes_callable(model: &Model, id: FnId) -> bool {
    let sig = model.sig(id);
    let is_bound = |ty: &Type| {
        sig.generics.bounds.iter().any(|(of, bound)| of == ty && bound.trait_.call_trait().is_some())
    };
    sig.params.iter().any(|ty| match ty.peel_refs() {
        Type::Fn(..) => true,
        Type::Lib(_, args) => matches!(args.first(), Some(Type::Fn(..))),
        ty @ Type::Param(_) => is_bound(ty),
        _ => false,
    })
}
