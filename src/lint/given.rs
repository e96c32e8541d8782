//! Where a guard goes on living: in the function that a call gives it to.

use super::pass::{GuardLife, Pass};
use crate::facts::Call;
use crate::source::Span;

impl<'a> GuardLife<'a> {
    /// The lives that the guard goes on to have in `async` functions that calls give it to, each with its call. Under-approximates: a
    /// call that may be one of several functions gives it to none.
    pub fn given_to_futures(&self, pass: &Pass<'a>) -> Vec<(Span, GuardLife<'a>)> {
        let calls = self.view.facts.calls.iter();
        calls.flat_map(|call| self.lives_in(pass, call).into_iter().map(|life| (call.span, life))).collect()
    }

    fn lives_in(&self, pass: &Pass<'a>, call: &Call) -> Vec<GuardLife<'a>> {
        let ([callee], given) = (call.callees.as_slice(), &call.passed) else { return Vec::new() };
        let params: Vec<u32> =
            given.iter().filter(|(_, guards)| guards.contains(&self.id)).map(|(n, _)| *n).collect();
        if params.is_empty() || !pass.items().fn_def(*callee).is_async {
            return Vec::new();
        }
        let is_given = |it: &GuardLife<'a>| it.guard.param.is_some_and(|n| params.contains(&n));
        pass.guards_of(*callee).filter(is_given).collect()
    }
}
