//! Keys that are built where they are used: `map.contains_key(&(user, day))`, then `map.insert((user, day), ..)`. They name one entry when
//! they are built alike, of the same values.

use super::{Def, Defs, KeyValue, pointer_local, whole_local};
use crate::model::body::{Aggregate, Operand, Rvalue};
use crate::model::typing::Res;

/// References, copies and clones through which a key is followed to where it is built.
const MAX_STEPS: usize = 8;

impl Defs<'_> {
    /// The parts of a key that is a tuple or struct made in the body, where all of them are known.
    pub(super) fn built_key(&self, operand: &Operand) -> Option<KeyValue> {
        let mut operand = operand;
        for _ in 0..MAX_STEPS {
            let (Operand::Copy(place) | Operand::Move(place)) = operand else { return None };
            let local = whole_local(place).or_else(|| pointer_local(place))?;
            let local = match self.def(local) {
                Def::Assign(Rvalue::Ref(_, from)) => whole_local(from).or_else(|| pointer_local(from))?,
                _ => local,
            };
            if let Def::Assign(Rvalue::Aggregate(kind, parts)) = self.def(local) {
                return self.built(kind, parts);
            }
            operand = self.through(local)?;
        }
        None
    }

    fn built(&self, kind: &Aggregate, parts: &[Operand]) -> Option<KeyValue> {
        let form = match kind {
            Aggregate::Tuple => String::new(),
            Aggregate::Adt(res, fields) => {
                let fields: Vec<&str> = fields.iter().map(|it| it.as_str()).collect();
                format!("{} {}", self.variant_name(res)?, fields.join(" "))
            }
            Aggregate::Array | Aggregate::Range => return None,
        };
        let parts: Vec<KeyValue> = parts.iter().map(|it| self.key_value(it)).collect();
        Some(KeyValue::built(form, parts)).filter(|it| *it != KeyValue::Unknown)
    }

    /// The name of a struct or variant. Keys of one map are of one type, so that it need not say which.
    fn variant_name(&self, res: &Res) -> Option<String> {
        Some(match res {
            Res::Struct(id) => self.model().adt(*id).name.to_string(),
            Res::Variant(id, n) => self.model().adt(*id).variants.get(*n as usize)?.name.to_string(),
            Res::LibVariant(_, name) | Res::LibStruct(name) => name.to_string(),
            _ => return None,
        })
    }
}
