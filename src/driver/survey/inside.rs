//! The ways to the maps inside a lock's value, where the lock's type shows none: of `Mutex<Status>` it is `Status.by_name`.

use crate::facts::Facts;
use crate::facts::roles::Roles;
use crate::model::Model;
use crate::model::items::Adt;
use crate::model::subst::Subst;
use crate::model::types::{AdtId, Type};

/// Ways that are told.
const MAX_WAYS: usize = 4;
/// Fields of a way.
const MAX_FIELDS: usize = 6;

/// The ways to maps in the fields of types of the analysed code, the shortest first; none to a map that the type itself shows.
pub(super) fn maps_inside(facts: &Facts<'_>, ty: &Type) -> Vec<String> {
    let mut walk = Walk {
        model: facts.model,
        roles: facts.roles(),
        way: Vec::new(),
        open: Vec::new(),
        found: Vec::new(),
    };
    walk.visit(ty);
    walk.found.sort_by_key(Vec::len);
    walk.found.iter().take(MAX_WAYS).map(|way| way.join(".")).collect()
}

struct Walk<'a> {
    model: &'a Model,
    roles: Roles<'a>,
    /// The type that the way starts at, and the fields from there.
    way: Vec<String>,
    /// Types that the way goes through: none is entered twice.
    open: Vec<AdtId>,
    found: Vec<Vec<String>>,
}

impl Walk<'_> {
    fn visit(&mut self, ty: &Type) {
        if !self.roles.bears_map(ty) {
            return;
        }
        match ty {
            Type::Lib(..) if self.roles.map_kind(ty).is_some() => {
                self.found.extend((!self.way.is_empty()).then(|| self.way.clone()));
            }
            Type::Lib(_, parts) | Type::Tuple(parts) => parts.iter().for_each(|it| self.visit(it)),
            Type::Ref(_, inner) | Type::Array(inner) | Type::Slice(inner) => self.visit(inner),
            Type::Adt(id, args) if !self.open.contains(id) && self.way.len() <= MAX_FIELDS => {
                self.open.push(*id);
                self.enter(self.model.adt(*id), args);
                self.open.pop();
            }
            _ => {}
        }
    }

    fn enter(&mut self, adt: &Adt, args: &[Type]) {
        let subst = Subst::pair(&adt.generics.params, args);
        let starts = self.way.is_empty();
        if starts {
            self.way.push(adt.name.to_string());
        }
        for field in adt.variants.iter().flat_map(|it| &it.fields) {
            self.way.push(field.name.to_string());
            self.visit(&field.ty.substitute(&subst));
            self.way.pop();
        }
        if starts {
            self.way.clear();
        }
    }
}
