//! Which value a key is: two operations are about one entry when their keys are one value.

use super::{Def, Defs, pointer_local, whole_local};
use crate::facts::path::{Key, LockPath, NO_LOCAL, Root};
use crate::model::body::{LocalId, Operand, Place, Rvalue};
use crate::model::types::Type;
use crate::model::typing::{Callee, Res};
use crate::syntax::Lit;

/// Which value a key is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeyValue {
    /// A literal, as written.
    Literal(String),
    /// What stands in a place.
    Place(LockPath),
    /// A tuple, struct or variant of known values: in what form, and the values.
    Built(String, Vec<KeyValue>),
    /// Not known.
    Unknown,
}

impl KeyValue {
    /// The same seen from a caller, which passes these places and values.
    pub fn in_caller(&self, paths: &[Option<LockPath>], values: &[KeyValue]) -> KeyValue {
        match self {
            KeyValue::Place(path) => match (&path.root, path.steps.is_empty()) {
                (Root::Param(n), true) => values.get(*n as usize).cloned().unwrap_or(KeyValue::Unknown),
                _ => path.in_caller(paths).map_or(KeyValue::Unknown, KeyValue::Place),
            },
            KeyValue::Built(form, parts) => {
                KeyValue::built(form.clone(), parts.iter().map(|it| it.in_caller(paths, values)).collect())
            }
            KeyValue::Literal(_) | KeyValue::Unknown => self.clone(),
        }
    }

    /// A value that is built of others, when each of them is known.
    pub(in crate::facts) fn built(form: String, parts: Vec<KeyValue>) -> KeyValue {
        if parts.is_empty() || parts.contains(&KeyValue::Unknown) {
            KeyValue::Unknown
        } else {
            KeyValue::Built(form, parts)
        }
    }

    /// Whether both are known, and one value.
    pub(in crate::facts) fn is_same(&self, other: &KeyValue) -> bool {
        *self != KeyValue::Unknown && self == other
    }
}

impl<'a> Defs<'a> {
    /// What a key operand says of the element.
    pub(super) fn key(&self, operand: &Operand, holder: LocalId) -> Key {
        match self.value_through(operand, &|_, _| true) {
            KeyValue::Literal(text) => Key::Literal(text),
            KeyValue::Place(path) => Key::Value(Box::new(path)),
            KeyValue::Built(..) | KeyValue::Unknown => Key::Other(holder.0),
        }
    }

    pub(super) fn key_of_local(&self, local: LocalId) -> Key {
        match self.def(local) {
            Def::Many => Key::Other(NO_LOCAL),
            _ => Key::Value(Box::new(self.local_path(local))),
        }
    }

    /// Which value an operand is, through references, copies and conversions of one argument.
    pub fn key_value(&self, operand: &Operand) -> KeyValue {
        self.built_key(operand).unwrap_or_else(|| self.value_through(operand, &|_, _| true))
    }

    /// Which value an operand is, through references, copies, and those calls of one argument that give the same value in the
    /// same type (`clone`, `to_owned`).
    pub fn same_value(&self, operand: &Operand) -> KeyValue {
        let ty = |place: &Place| self.model.place_ty_in(self.body, place).peel_refs().clone();
        let same_type = |dest: &Type, arg: &Operand| match arg {
            Operand::Copy(place) | Operand::Move(place) => {
                let arg = self.pointee(arg).map_or_else(|| ty(place), &ty);
                !matches!(dest, Type::Prim(_)) || arg == *dest
            }
            Operand::Lit(_) | Operand::Item(_) | Operand::Unit => true,
        };
        self.value_through(operand, &same_type)
    }

    /// Follows calls of one argument that fit, by the type of the result and the argument.
    fn value_through(&self, operand: &Operand, fits: &dyn Fn(&Type, &Operand) -> bool) -> KeyValue {
        let result =
            |local: LocalId| self.body.locals.get(local.0 as usize).map_or(&Type::Unknown, |it| &it.ty);
        let mut operand = operand;
        for _ in 0..16 {
            let place = match operand {
                Operand::Lit(lit) => return KeyValue::Literal(literal(lit)),
                Operand::Item(Res::Static(id)) => return KeyValue::Place(LockPath::root(Root::Static(*id))),
                Operand::Item(_) | Operand::Unit => return KeyValue::Unknown,
                Operand::Copy(place) | Operand::Move(place) => place,
            };
            let Some(local) = whole_local(place).or_else(|| pointer_local(place)) else {
                return self.stable(place);
            };
            match self.def(local) {
                Def::Assign(Rvalue::Use(inner) | Rvalue::Cast(inner)) => operand = inner,
                Def::Assign(Rvalue::Ref(_, inner) | Rvalue::LibDeref(_, inner)) => {
                    let Some(base) = whole_local(inner).or_else(|| pointer_local(inner)) else {
                        return self.stable(inner);
                    };
                    match self.def(base) {
                        Def::Assign(Rvalue::Use(value) | Rvalue::Cast(value)) => operand = value,
                        Def::Assign(Rvalue::Ref(..) | Rvalue::LibDeref(..)) | Def::Call(..) => {
                            match self.through(base) {
                                Some(next) => operand = next,
                                None => return self.stable(inner),
                            }
                        }
                        Def::Many => return KeyValue::Unknown,
                        _ => return self.stable(inner),
                    }
                }
                Def::Call(Callee::Api(_), [only], _) if fits(result(local), only) => operand = only,
                // Given a value more than once: it need not be the same one at both places.
                Def::Many => return KeyValue::Unknown,
                Def::Call(..) | Def::Await(_) => return self.stable(place),
                Def::None | Def::Assign(_) => return self.stable(place),
            }
        }
        KeyValue::Unknown
    }

    /// The operand that a local is another form of.
    pub(in crate::facts) fn through(&self, local: LocalId) -> Option<&'a Operand> {
        match self.def(local) {
            Def::Call(Callee::Api(_), [only], _) => Some(only),
            Def::Assign(Rvalue::Use(it)) => Some(it),
            _ => None,
        }
    }

    fn stable(&self, place: &Place) -> KeyValue {
        let path = self.path(place);
        if path.is_stable() { KeyValue::Place(path) } else { KeyValue::Unknown }
    }
}

fn literal(lit: &Lit) -> String {
    match lit {
        Lit::Str(text) => format!("{text:?}"),
        Lit::Int(Some(n), _) => n.to_string(),
        Lit::Bool(it) => it.to_string(),
        Lit::Char(it) => format!("{it:?}"),
        Lit::Byte(it) => it.to_string(),
        Lit::Int(None, _) | Lit::ByteStr | Lit::CStr | Lit::Float(_) => String::from("?"),
    }
}
