//! What macros write, in small pieces.

use crate::source::TextRange;
use crate::syntax::lower::Lower;
use crate::syntax::tree::{
    Arm, Block, BlockId, BlockMode, Cfg, ExprId, ExprKind, Name, PatId, PatKind, Path, Segment, Stmt,
    StmtKind, UnOp,
};

impl Lower<'_> {
    /// A path from a crate's root, as macros write it.
    pub(super) fn root_path(&self, segments: &[&str], range: TextRange) -> Path {
        let segments =
            segments.iter().map(|name| Segment { name: Name::from(name), args: None, range }).collect();
        Path { global: true, qself: None, segments, range }
    }

    pub(super) fn call_path(&mut self, segments: &[&str], args: Vec<ExprId>, range: TextRange) -> ExprId {
        let path = self.root_path(segments, range);
        let callee = self.push(ExprKind::Path(path), range);
        self.push(ExprKind::Call { callee, args }, range)
    }

    pub(super) fn bind_name(&mut self, name: &str, mutable: bool, range: TextRange) -> PatId {
        self.push_pat(PatKind::Bind { by_ref: false, mutable, name: Name::from(name), sub: None }, range)
    }

    /// A block of one statement.
    pub(super) fn block_of(&mut self, expr: ExprId, range: TextRange) -> BlockId {
        let stmt = Stmt { kind: StmtKind::Expr(expr), range, cfg: Cfg::default() };
        self.push_block(Block { stmts: vec![stmt], range, ..Block::default() })
    }

    pub(super) fn plain_block(&mut self, block: BlockId) -> ExprId {
        let range = self.arena[block].range;
        self.push(ExprKind::Block { label: None, block, mode: BlockMode::Plain }, range)
    }

    pub(super) fn not(&mut self, expr: ExprId) -> ExprId {
        let range = self.range(expr);
        self.push(ExprKind::Unary { op: UnOp::Not, expr }, range)
    }

    /// `match scrutinee { first, _ => second }`.
    pub(super) fn two_arms(
        &mut self,
        scrutinee: ExprId,
        first: (PatId, Option<ExprId>, ExprId),
        second: ExprId,
        range: TextRange,
    ) -> ExprId {
        let (pat, guard, body) = first;
        let wild = self.push_pat(PatKind::Wild, range);
        let arms = vec![
            Arm { pat, guard, body, cfg: Cfg::default() },
            Arm { pat: wild, guard: None, body: second, cfg: Cfg::default() },
        ];
        self.push(ExprKind::Match { scrutinee, arms }, range)
    }
}
