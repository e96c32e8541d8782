//! Which place a call lends to the closure or function that it is given.

use super::defs::{Defs, argument};
use super::path::{Key, LockPath, PathStep, Root};
use crate::model::body::Operand;
use crate::model::library::ApiId;

impl Defs<'_> {
    /// The place into which a library function lends its closures a reference (`LocalKey::with`, `Option::map`).
    pub fn lent(&self, api: ApiId, args: &[Operand]) -> Option<LockPath> {
        let effects = self.knowledge().effects(api);
        let lender = argument(self.model(), api, args, effects.lends?)?;
        let path = self.operand_path(lender)?;
        // What differs each time is best known by the parameter's own name.
        let differs = matches!(path.steps.last(), Some(PathStep::Key(Key::Other(_))));
        if differs || self.is_own_iterator(&path) {
            return None;
        }
        Some(if effects.takes.is_some() { path.then(PathStep::Guarded) } else { path })
    }

    /// Whether a path is an iterator itself: what it gives has no place that is known.
    fn is_own_iterator(&self, path: &LockPath) -> bool {
        let Root::Local(closure, local) = path.root else { return false };
        let ty =
            self.body.locals.get(local.0 as usize).filter(|_| closure == self.body.closure).map(|it| &it.ty);
        path.steps.is_empty() && ty.is_some_and(|it| self.roles().is_iterator(it))
    }
}
