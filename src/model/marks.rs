//! Which types of the analysed code have a marked library type somewhere in them.
//!
//! Marks are bits that rows give to library types ([`Library::marks`](super::library::Library::marks)); the model does not know what
//! they mean. It tells those who look for such types which ones they need not look into: most have none.

use super::Model;
use super::subst::each_part;
use super::types::{AdtId, Type};

impl Model {
    /// Returns the marks of all library types that a type is or has in it, through fields, arguments, references and pointers. No type
    /// has a mark in it that is not returned; one that is may be out of reach.
    pub fn marks(&self, ty: &Type) -> u8 {
        let own = match ty {
            Type::Lib(path, _) => self.library.marks.get(path).copied().unwrap_or_default(),
            Type::Adt(AdtId(id), _) => self.adt_marks.get(*id as usize).copied().unwrap_or_default(),
            _ => 0,
        };
        let mut all = own;
        each_part(ty, &mut |part| all |= self.marks(part));
        all
    }
}

/// Computes the marks of all structs, enums and unions, by number: a mark goes to every type with a field of a type that has it.
pub(super) fn of_adts(model: &Model) -> Vec<u8> {
    let mut marks = vec![0_u8; model.adts.len()];
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); model.adts.len()];
    for (n, adt) in model.adts.iter().enumerate() {
        for field in adt.variants.iter().flat_map(|it| &it.fields) {
            if let Some(own) = marks.get_mut(n) {
                // Those of other types are not there yet.
                *own |= model.marks(&field.ty);
            }
            adts_in(&field.ty, &mut |AdtId(used)| {
                if let Some(users) = users.get_mut(used as usize) {
                    users.push(n);
                }
            });
        }
    }
    let mut todo: Vec<usize> =
        (0..marks.len()).filter(|n| marks.get(*n).is_some_and(|it| *it != 0)).collect();
    while let Some(n) = todo.pop() {
        let own = marks.get(n).copied().unwrap_or_default();
        for &user in users.get(n).map(Vec::as_slice).unwrap_or_default() {
            if let Some(known) = marks.get_mut(user)
                && *known | own != *known
            {
                *known |= own;
                todo.push(user);
            }
        }
    }
    marks
}

fn adts_in(ty: &Type, visit: &mut dyn FnMut(AdtId)) {
    if let Type::Adt(id, _) = ty {
        visit(*id);
    }
    each_part(ty, &mut |part| adts_in(part, visit));
}
