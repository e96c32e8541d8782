//! Type stores that the analysed code defines itself: rows may speak of a crate of the workspace as well, by the paths where its
//! types are defined. Other crates then see it by its rows; in its own bodies, which are read as all others, the rows say what
//! signatures and steps cannot: what is kept by its type.

use super::knowledge::Knowledge;
use crate::model::Model;
use crate::model::items::{FnDef, FnOwner, ModuleId};
use crate::model::library::ApiId;
use crate::model::types::{FnId, Type};
use crate::syntax::Name;
use rustc_hash::FxHashMap;

/// The functions of the analysed code that put into a type store or take out of it, with their rows.
#[derive(Debug, Default)]
pub(super) struct OwnStores {
    rows: FxHashMap<FnId, ApiId>,
}

impl OwnStores {
    /// Finds the functions that rows name.
    pub(super) fn new(model: &Model, knowledge: &Knowledge) -> OwnStores {
        let is_local =
            |path: &str| model.crates.iter().any(|it| path.split("::").next() == Some(it.name.as_str()));
        let mut named: FxHashMap<(Name, Name), ApiId> = FxHashMap::default();
        for ((api, effects), n) in model.library.apis.iter().zip(&knowledge.effects).zip(0..) {
            let owner = api.owner.filter(|it| (effects.puts.is_some() || effects.gives) && is_local(it));
            named.extend(owner.map(|owner| ((owner, api.name), ApiId(n))));
        }
        if named.is_empty() {
            return OwnStores::default();
        }
        let row = |(def, n): (&FnDef, u32)| {
            let FnOwner::Impl(id) = def.owner else { return None };
            let Type::Adt(adt, _) = &model.impl_(id).self_ty else { return None };
            let adt = model.adts.get(adt.0 as usize)?;
            let path = path_of(model, adt.module, adt.name);
            Some((FnId(n), *named.get(&(path, def.name))?))
        };
        OwnStores { rows: model.fns.iter().zip(0..).filter_map(row).collect() }
    }

    /// The row of a function.
    pub(super) fn row(&self, func: FnId) -> Option<ApiId> {
        self.rows.get(&func).copied()
    }

    /// All such functions, in no order.
    pub(super) fn functions<'m>(&self, model: &'m Model) -> impl Iterator<Item = &'m FnDef> + use<'_, 'm> {
        self.rows.keys().map(|it| model.fn_def(*it))
    }
}

/// `acme::session::Session`.
fn path_of(model: &Model, module: ModuleId, name: Name) -> Name {
    let mut words = vec![name];
    let mut next = model.modules.get(module.0 as usize);
    while let Some(module) = next {
        match module.parent.and_then(|it| model.modules.get(it.0 as usize)) {
            Some(parent) => {
                words.push(module.name);
                next = Some(parent);
            }
            None => {
                words.extend(model.crates.get(module.krate.0 as usize).map(|it| it.name));
                next = None;
            }
        }
    }
    words.reverse();
    Name::from(&words.iter().map(|it| it.as_str()).collect::<Vec<_>>().join("::"))
}
