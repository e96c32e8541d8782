//! Patterns: the tests they make and the variables they bind.

use super::{Builder, Var};
use crate::model::body::{
    BlockIdx, IndexBy, Lives, LocalId, LocalKind, Place, Proj, Rvalue, StepKind, SwitchWhy, Terminator, Test,
};
use crate::model::types::Type;
use crate::model::typing::{BindMode, Res};
use crate::source::TextRange;
use crate::syntax::{Name, PatId, PatKind};
use rustc_hash::FxHashMap;

/// Alternatives of one pattern beyond which it is only said that it may match.
const MAX_ALTERNATIVES: usize = 32;

/// Alternatives beyond which an arm's guard is not asked for each anew.
const MAX_GUARDED: usize = 8;

/// One way in which a pattern can match.
#[derive(Debug, Clone, Default)]
pub(super) struct Alternative {
    tests: Vec<Test>,
    binds: Vec<(PatId, Place)>,
}

impl Builder<'_> {
    /// The name that a pattern is, when it is nothing but a variable bound by value.
    pub(super) fn plain_binding(&self, pat: PatId) -> Option<(Name, bool)> {
        match &self.tree.arena[pat].kind {
            PatKind::Bind { by_ref: false, name, mutable, sub: None } => {
                let bound = self.typing.bindings.get(&pat)?;
                (bound.mode == BindMode::Value && !self.typing.pat_derefs.contains_key(&pat))
                    .then_some((*name, *mutable))
            }
            _ => None,
        }
    }

    /// Binds a pattern that cannot fail to what stands in `place`; its variables are dropped with `scope`.
    pub(super) fn bind_irrefutable(&mut self, pat: PatId, place: Place, scope: usize) {
        let alternatives = self.alternatives(pat, place);
        let mut known = FxHashMap::default();
        if let [only] = alternatives.as_slice() {
            return self.bind(&only.binds, scope, &mut known);
        }
        // `let (Ok(x) | Err(x)) = r;`
        let never = self.new_block();
        let range = self.tree.arena[pat].range;
        self.each_alternative(&alternatives, SwitchWhy::Match, range, never, |cx, binds| {
            cx.bind(binds, scope, &mut known)
        });
        let bound = std::mem::replace(&mut self.current, never);
        self.end(Terminator::Unreachable);
        self.current = bound;
    }

    /// Tests a pattern against a place; control goes on here when it matches, with the variables bound, and to `fail` else.
    pub(super) fn test_and_bind(
        &mut self,
        pat: PatId,
        place: Place,
        scope: usize,
        why: SwitchWhy,
        range: TextRange,
        fail: BlockIdx,
    ) {
        let alternatives = self.alternatives(pat, place);
        let mut known = FxHashMap::default();
        self.each_alternative(&alternatives, why, range, fail, |cx, binds| cx.bind(binds, scope, &mut known));
    }

    /// As [`Self::test_and_bind`], for an arm with a guard, which `guard` lowers (control goes to the block it is given when it says no).
    ///
    /// While the guard runs, a variable bound by value is another name of the matched place, since it is moved only when the guard
    /// has said yes. Each alternative asks the guard anew: `(Some(x), _) | (_, Some(x)) if c(x)` may ask it twice.
    pub(super) fn test_with_guard(
        &mut self,
        pat: PatId,
        place: Place,
        scope: usize,
        range: TextRange,
        fail: BlockIdx,
        mut guard: impl FnMut(&mut Self, BlockIdx),
    ) {
        let alternatives = self.alternatives(pat, place);
        let names: Vec<(Name, PatId)> = alternatives
            .iter()
            .flat_map(|it| &it.binds)
            .filter_map(|&(pat, _)| Some((self.bound_name(pat)?, pat)))
            .collect();
        let mut known = FxHashMap::default();
        let once = names.is_empty() && exclude_each_other(&alternatives);
        if once || alternatives.len() > MAX_GUARDED {
            let refused = self.new_block();
            self.each_alternative(&alternatives, SwitchWhy::Match, range, refused, |cx, binds| {
                cx.bind(binds, scope, &mut known)
            });
            guard(self, refused);
            let matched = std::mem::replace(&mut self.current, refused);
            self.exit_to(scope, fail);
            self.current = matched;
            return;
        }
        let matched = self.new_block();
        for alternative in alternatives {
            let refused = self.new_block();
            self.tests(&alternative.tests, SwitchWhy::Match, range, refused);
            let (by_value, by_ref): (Vec<_>, Vec<_>) = alternative.binds.into_iter().partition(|(pat, _)| {
                self.typing.bindings.get(pat).is_some_and(|it| it.mode == BindMode::Value)
            });
            self.bind(&by_ref, scope, &mut known);
            for (pat, place) in &by_value {
                let name = self.bound_name(*pat);
                // The guard names the variable of one alternative and means that of each.
                for &(_, same) in names.iter().filter(|(it, _)| Some(*it) == name) {
                    self.vars.insert(Var::Pat(same), place.clone());
                }
            }
            guard(self, refused);
            self.bind(&by_value, scope, &mut known);
            self.goto(matched);
            self.current = refused;
            self.unwind_to(scope);
        }
        self.goto(fail);
        for (name, pat) in names {
            if let Some(var) = known.get(&name) {
                self.vars.insert(Var::Pat(pat), Place::local(*var));
            }
        }
        self.current = matched;
    }

    fn bound_name(&self, pat: PatId) -> Option<Name> {
        match &self.tree.arena[pat].kind {
            PatKind::Bind { name, .. } => Some(*name),
            _ => None,
        }
    }

    fn each_alternative(
        &mut self,
        alternatives: &[Alternative],
        why: SwitchWhy,
        range: TextRange,
        fail: BlockIdx,
        mut matched: impl FnMut(&mut Self, &[(PatId, Place)]),
    ) {
        if let [only] = alternatives {
            self.tests(&only.tests, why, range, fail);
            matched(self, &only.binds);
            return;
        }
        let success = self.new_block();
        for (n, alternative) in alternatives.iter().enumerate() {
            let next = if n + 1 == alternatives.len() { fail } else { self.new_block() };
            self.tests(&alternative.tests, why, range, next);
            matched(self, &alternative.binds);
            self.goto(success);
            self.current = next;
        }
        self.current = success;
    }

    /// Goes on when all tests hold, else to `fail`.
    fn tests(&mut self, tests: &[Test], why: SwitchWhy, range: TextRange, fail: BlockIdx) {
        for test in tests {
            self.branch(test.clone(), why, range, fail);
        }
    }

    /// Goes on when the test holds, else to `fail`.
    pub(super) fn branch(&mut self, test: Test, why: SwitchWhy, range: TextRange, fail: BlockIdx) {
        let ok = self.new_block();
        self.end(Terminator::Switch { why, range, tests: vec![(test, ok)], otherwise: Some(fail) });
        self.current = ok;
    }

    /// Makes variables for bindings, by name: the alternatives of an or-pattern share them.
    fn bind(&mut self, binds: &[(PatId, Place)], scope: usize, known: &mut FxHashMap<Name, LocalId>) {
        for (pat, place) in binds {
            let Some(binding) = self.typing.bindings.get(pat).cloned() else { continue };
            let PatKind::Bind { name, .. } = &self.tree.arena[*pat].kind else { continue };
            let (name, range) = (*name, self.tree.arena[*pat].range);
            let var = match known.get(&name) {
                Some(var) => *var,
                None => {
                    let var = self.variable(name, binding.ty.clone(), range, scope);
                    known.insert(name, var);
                    var
                }
            };
            self.vars.insert(Var::Pat(*pat), Place::local(var));
            let value = match binding.mode {
                BindMode::Value => Rvalue::Use(self.consume(place.clone(), &binding.ty)),
                BindMode::Ref(mutability) => Rvalue::Ref(mutability, place.clone()),
            };
            self.push(StepKind::Live(var), range);
            self.assign(Place::local(var), value, range);
        }
    }

    /// A variable that is dropped with `scope`.
    pub(super) fn variable(&mut self, name: Name, ty: Type, range: TextRange, scope: usize) -> LocalId {
        let var = self.new_local(Some(name), ty, range, LocalKind::Variable, Lives::Scope);
        self.schedule(scope, var);
        var
    }

    /// Declares the variables of `let pat;`, which get their values later.
    pub(super) fn declare(&mut self, pat: PatId, scope: usize) {
        let Some(alternative) = self.alternatives(pat, Place::local(LocalId(0))).into_iter().next() else {
            return;
        };
        for (pat, _) in alternative.binds {
            let Some(binding) = self.typing.bindings.get(&pat).cloned() else { continue };
            let PatKind::Bind { name, .. } = &self.tree.arena[pat].kind else { continue };
            let (name, range) = (*name, self.tree.arena[pat].range);
            let var = self.variable(name, binding.ty, range, scope);
            self.vars.insert(Var::Pat(pat), Place::local(var));
            self.deferred.push(var);
            self.push(StepKind::Live(var), range);
        }
    }

    fn alternatives(&self, pat: PatId, place: Place) -> Vec<Alternative> {
        let mut all = vec![Alternative::default()];
        self.collect(pat, place, &mut all);
        if all.len() > MAX_ALTERNATIVES {
            // Under-approximates: what a pattern of very many alternatives binds and proves is not followed.
            all = vec![Alternative { tests: vec![Test::Maybe], binds: Vec::new() }];
        }
        all
    }

    fn collect(&self, pat: PatId, mut place: Place, all: &mut Vec<Alternative>) {
        if all.len() > MAX_ALTERNATIVES {
            return;
        }
        for _ in 0..self.typing.pat_derefs.get(&pat).copied().unwrap_or(0) {
            place.proj.push(Proj::Deref);
        }
        let res = self.typing.pat_paths.get(&pat);
        match &self.tree.arena[pat].kind {
            PatKind::Wild | PatKind::Rest => {}
            PatKind::Bind { sub, .. } => {
                if let Some(res) = res {
                    add_tests(all, self.path_tests(res, &place));
                    return;
                }
                for it in all.iter_mut() {
                    it.binds.push((pat, place.clone()));
                }
                if let Some(sub) = sub {
                    self.collect(*sub, place, all);
                }
            }
            PatKind::Path(_) => add_tests(all, self.path_tests(res.unwrap_or(&Res::Unknown), &place)),
            PatKind::TupleStruct(path, pats) => {
                let res = res.cloned().unwrap_or(Res::Unknown);
                add_tests(all, self.path_tests(&res, &place));
                let written = path.segments.last().map(|it| it.name).unwrap_or_default();
                let inner = self.inside(&res, written, place);
                let arity = self.arity(&res).unwrap_or(pats.len());
                self.collect_positions(pats, arity, &inner, all);
            }
            PatKind::Struct { path, fields, .. } => {
                let res = res.cloned().unwrap_or(Res::Unknown);
                add_tests(all, self.path_tests(&res, &place));
                let written = path.segments.last().map(|it| it.name).unwrap_or_default();
                let inner = self.inside(&res, written, place);
                for (name, pat) in fields {
                    self.collect(*pat, inner.clone().then(Proj::Field(*name)), all);
                }
            }
            PatKind::Tuple(pats) => {
                let arity = match self.pat_ty(pat) {
                    Type::Tuple(parts) => parts.len(),
                    _ => pats.len(),
                };
                self.collect_positions(pats, arity, &place, all);
            }
            PatKind::Slice(pats) => self.collect_slice(pat, pats, &place, all),
            PatKind::Ref(inner) => self.collect(*inner, place.then(Proj::Deref), all),
            PatKind::Or(pats) => {
                let mut joined = Vec::new();
                for &it in pats {
                    let mut branch = all.clone();
                    self.collect(it, place.clone(), &mut branch);
                    joined.extend(branch);
                    if joined.len() > MAX_ALTERNATIVES {
                        break;
                    }
                }
                *all = joined;
            }
            PatKind::Lit(lit) => add_tests(all, vec![Test::Equals(place, lit.clone())]),
            PatKind::Range => add_tests(all, vec![Test::Within(place)]),
            PatKind::Other => add_tests(all, vec![Test::Maybe]),
        }
    }

    /// `(a, .., z)`: positions before the `..` count from the start, those after it from the end.
    fn collect_positions(&self, pats: &[PatId], arity: usize, place: &Place, all: &mut Vec<Alternative>) {
        let rest = pats.iter().position(|&it| matches!(self.tree.arena[it].kind, PatKind::Rest));
        for (n, &pat) in pats.iter().enumerate() {
            let position = match rest {
                Some(rest) if n > rest => (arity + n).saturating_sub(pats.len()),
                _ => n,
            };
            self.collect(pat, place.clone().then(Proj::Field(Name::from(&position.to_string()))), all);
        }
    }

    fn collect_slice(&self, pat: PatId, pats: &[PatId], place: &Place, all: &mut Vec<Alternative>) {
        if !matches!(self.pat_ty(pat), Type::Array(_)) {
            add_tests(all, vec![Test::Maybe]);
        }
        let mut after_rest = false;
        for (n, &pat) in pats.iter().enumerate() {
            let is_rest = match &self.tree.arena[pat].kind {
                PatKind::Rest => true,
                PatKind::Bind { sub: Some(sub), .. } => matches!(self.tree.arena[*sub].kind, PatKind::Rest),
                _ => false,
            };
            after_rest |= is_rest;
            let by = if after_rest { IndexBy::Other } else { IndexBy::Literal(n as i128) };
            self.collect(pat, place.clone().then(Proj::Index(by)), all);
        }
    }

    fn path_tests(&self, res: &Res, place: &Place) -> Vec<Test> {
        match res {
            Res::Variant(adt, index) => {
                let adt = self.model.adt(*adt);
                match adt.variants.get(*index as usize) {
                    Some(variant) if adt.variants.len() > 1 => {
                        vec![Test::Variant(place.clone(), variant.name)]
                    }
                    _ => Vec::new(),
                }
            }
            Res::LibVariant(_, name) => vec![Test::Variant(place.clone(), *name)],
            Res::Struct(_) | Res::LibStruct(_) => Vec::new(),
            Res::Static(_) => vec![Test::Within(place.clone())],
            Res::Local(_) | Res::SelfValue | Res::Lib(_) | Res::Fn(_) | Res::Api(_) | Res::Unknown => {
                vec![Test::Maybe]
            }
        }
    }

    /// The place whose fields a struct-like pattern names.
    fn inside(&self, res: &Res, written: Name, place: Place) -> Place {
        match res {
            Res::Struct(_) | Res::LibStruct(_) => place,
            Res::Variant(adt, index) => {
                let name = self.model.adt(*adt).variants.get(*index as usize).map_or(written, |it| it.name);
                place.then(Proj::Variant(name))
            }
            Res::LibVariant(_, name) => place.then(Proj::Variant(*name)),
            Res::Local(_)
            | Res::SelfValue
            | Res::Static(_)
            | Res::Lib(_)
            | Res::Fn(_)
            | Res::Api(_)
            | Res::Unknown => place.then(Proj::Variant(written)),
        }
    }

    fn arity(&self, res: &Res) -> Option<usize> {
        match res {
            Res::Variant(adt, index) => {
                Some(self.model.adt(*adt).variants.get(*index as usize)?.fields.len())
            }
            Res::Struct(adt) => Some(self.model.adt(*adt).variants.first()?.fields.len()),
            Res::LibVariant(path, name) => {
                let ty = self.model.library.types.get(path)?;
                Some(ty.variants.iter().find(|(it, _)| it == name)?.1.len())
            }
            _ => None,
        }
    }
}

/// Whether no value can match two of the alternatives, as `1 | 2`.
fn exclude_each_other(alternatives: &[Alternative]) -> bool {
    let differ = |a: &Test, b: &Test| match (a, b) {
        (Test::Variant(p, a), Test::Variant(q, b)) => p == q && a != b,
        (Test::Equals(p, a), Test::Equals(q, b)) => p == q && a != b,
        _ => false,
    };
    alternatives.iter().enumerate().all(|(n, a)| {
        alternatives.iter().skip(n + 1).all(|b| a.tests.iter().any(|a| b.tests.iter().any(|b| differ(a, b))))
    })
}

fn add_tests(all: &mut [Alternative], tests: Vec<Test>) {
    for it in all.iter_mut() {
        it.tests.extend(tests.iter().cloned());
    }
}
