//! Where a guard goes on living: in the function that a call gives it to.

use super::pass::Pass;
use super::views::GuardLife;
use crate::facts::Call;
use crate::source::Span;

impl<'a> GuardLife<'a> {
    /// What is found in the guard's life, else in the first of those that it goes on to have in `async` functions that calls give it to: with
    /// the call that gives it away. Nothing when nothing is found.
    pub fn found_here_or_in_futures<E>(
        &self,
        pass: &Pass<'a>,
        find: impl Fn(&GuardLife<'a>) -> Vec<E>,
    ) -> Option<(Vec<E>, Option<Span>)> {
        let found_in = |life: &GuardLife<'a>| Some(find(life)).filter(|it| !it.is_empty());
        let in_futures = || {
            let mut given = self.given_to_futures(pass).into_iter();
            given.find_map(|(call, life)| Some((found_in(&life)?, Some(call))))
        };
        found_in(self).map(|it| (it, None)).or_else(in_futures)
    }

    /// The lives that the guard goes on to have in `async` functions that calls give it to, each with its call. Under-approximates: a
    /// call that may be one of several functions gives it to none.
    fn given_to_futures(&self, pass: &Pass<'a>) -> Vec<(Span, GuardLife<'a>)> {
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
