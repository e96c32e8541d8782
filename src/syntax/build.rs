//! What one build has set, where that is known: which conditions then do not hold.

use super::attrs::Predicate;
use super::tree::{Arena, Block, BodyTree, Cfg, Expr, ExprKind, Lit, Name, Stmt, StmtKind};
use rustc_hash::FxHashSet;
use syn::parse::Parser;

/// The configuration of one call of the compiler.
#[derive(Debug, Default)]
pub struct Build {
    set: FxHashSet<Name>,
}

impl Build {
    /// Reads lines as `rustc --print cfg` writes them: `unix`, `feature="x"`.
    pub fn new<'l>(lines: impl IntoIterator<Item = &'l str>) -> Build {
        let literal = |line: &str| match line.split_once('=') {
            Some((name, value)) => Name::from(&format!("{} = {}", name.trim(), value.trim())),
            None => Name::from(line.trim()),
        };
        Build { set: lines.into_iter().map(literal).collect() }
    }

    /// Whether code under a condition is surely not there.
    pub fn excludes(&self, cfg: &Cfg) -> bool {
        cfg.literals.iter().any(|(literal, holds)| self.holds(*literal).is_some_and(|it| it != *holds))
    }

    /// Leaves of a condition what is not known to hold.
    fn settle(&self, cfg: &mut Cfg) {
        cfg.literals.retain(|(literal, _)| self.holds(*literal).is_none());
    }

    fn holds(&self, literal: Name) -> Option<bool> {
        if !literal.ends_with(')') && !matches!(literal.as_str(), "true" | "false") {
            return Some(self.set.contains(&literal));
        }
        let predicate = Predicate::parse.parse_str(literal.as_str()).ok()?;
        predicate.holds(&|it| self.set.contains(&Name::from(it)))
    }
}

impl BodyTree {
    /// Leaves the statements and arms that a build has, which are then there for certain, and says what `cfg!(..)` is in it.
    pub fn keep(&mut self, build: &Build) {
        let is_set = |it: &str| build.set.contains(&Name::from(it));
        for (id, condition) in &self.cfgs {
            if let (Some(expr), Some(holds)) =
                (self.arena.exprs.get_mut(id.0 as usize), condition.holds(&is_set))
            {
                expr.kind = ExprKind::Lit(Lit::Bool(holds));
            }
        }
        let Arena { exprs, blocks, .. } = &mut self.arena;
        for block in blocks {
            block.stmts.retain(|stmt| !build.excludes(&stmt.cfg));
            if block.tail.is_some() && build.excludes(&block.tail_cfg) {
                block.tail = None;
                make_tail(block, exprs);
            }
            block.stmts.iter_mut().for_each(|stmt| build.settle(&mut stmt.cfg));
            build.settle(&mut block.tail_cfg);
        }
        for expr in exprs {
            if let ExprKind::Match { arms, .. } = &mut expr.kind {
                arms.retain(|arm| !build.excludes(&arm.cfg));
                arms.iter_mut().for_each(|arm| build.settle(&mut arm.cfg));
            }
        }
    }
}

/// Of alternatives at the end of a block, as in `#[cfg(unix)] { a() } #[cfg(windows)] { b() }`, the one that is left is its value.
fn make_tail(block: &mut Block, exprs: &[Expr]) {
    let ends_open = |stmt: &mut Stmt| match stmt.kind {
        StmtKind::Expr(id) => exprs.get(id.0 as usize).is_some_and(|expr| expr.range.hi == stmt.range.hi),
        StmtKind::Let { .. } => false,
    };
    if let Some(Stmt { kind: StmtKind::Expr(id), cfg, .. }) = block.stmts.pop_if(ends_open) {
        (block.tail, block.tail_cfg) = (Some(id), cfg);
    }
}

#[cfg(test)]
mod tests {
    use super::super::attrs::cfg_of;
    use super::*;

    fn excludes(condition: &str) -> bool {
        let build = Build::new(["unix", "feature=\"disk\"", "target_os=\"linux\"", "debug_assertions"]);
        let item: syn::ItemFn = syn::parse_str(&format!("#[cfg({condition})] fn f() {{}}"))
            .unwrap_or_else(|error| panic!("{condition}: {error}"));
        build.excludes(&cfg_of(&item.attrs))
    }

    #[test]
    fn what_does_not_hold_is_excluded() {
        for condition in [
            "windows",
            "not(unix)",
            "feature = \"net\"",
            "any(windows, feature = \"net\")",
            "all(unix, any(test, miri))",
            "not(all(unix, feature = \"disk\"))",
            "any()",
            "false",
            "target_os = \"macos\"",
        ] {
            assert!(excludes(condition), "{condition}");
        }
    }

    #[test]
    fn what_holds_or_cannot_be_told_stays() {
        for condition in [
            "unix",
            "not(windows)",
            "any(windows, feature = \"disk\")",
            "all(unix, debug_assertions)",
            "all()",
            "true",
            "not(all(unix, feature = \"net\"))",
            "version(\"1.80\")",
            "any(windows, version(\"1.80\"))",
            "not(any(version(\"1.80\"), windows))",
        ] {
            assert!(!excludes(condition), "{condition}");
        }
    }
}
