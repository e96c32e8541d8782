//! Blocks, statements, branches and loops.

use super::scope::Breakable;
use super::{Builder, Var};
use crate::model::body::{
    AwaitKind, BlockIdx, Lives, LocalId, LocalKind, Operand, Place, Rvalue, StepKind, SwitchWhy, Terminator,
    Test,
};
use crate::model::drops;
use crate::model::types::{FnId, Mutability, Type};
use crate::model::typing::BindMode;
use crate::source::TextRange;
use crate::syntax::{
    Arm, BinOp, BlockId, BlockMode, Cfg, ExprId, ExprKind, Lit, Name, PatId, SelectBranch, Stmt, StmtKind,
    UnOp,
};

impl Builder<'_> {
    /// A block: its variables die at its end, its tail's temporaries by the edition's rule.
    pub(super) fn block(&mut self, dest: Place, block: BlockId) {
        let tree = self.tree;
        let edition = self.edition_by(tree.editions.blocks.get(&block));
        let scope = self.push_scope(Lives::Scope);
        let block = &tree.arena[block];
        for stmt in &block.stmts {
            self.statement(stmt, scope);
        }
        if let Some(tail) = block.tail {
            if drops::tail_ends_with_block(edition) {
                self.terminating(Lives::Tail, |cx| cx.into(dest, tail));
            } else {
                let lives = if self.temp_lives == Lives::Statement { Lives::Tail } else { self.temp_lives };
                let saved = self.enter_temps(self.temp_scope, lives);
                self.into(dest, tail);
                self.leave_temps(saved);
            }
        }
        self.pop_scope();
    }

    /// The edition whose rules hold: that of the macro that wrote something, or the body's own.
    fn edition_by(&self, written: Option<&bool>) -> u16 {
        match written {
            Some(true) => 2024,
            Some(false) => self.edition.min(2021),
            None => self.edition,
        }
    }

    fn statement(&mut self, stmt: &Stmt, scope: usize) {
        if stmt.cfg.is_always() {
            return self.plain_statement(stmt, scope);
        }
        // `#[cfg(..)] stmt`: there in some builds only.
        let outer = self.enter_cfg(&stmt.cfg);
        let after = self.new_block();
        self.branch(Test::Maybe, SwitchWhy::Cfg, stmt.range, after);
        self.plain_statement(stmt, scope);
        self.goto(after);
        self.current = after;
        self.cfg = outer;
    }

    /// Adds a condition to those of the steps that follow; gives the one to restore.
    fn enter_cfg(&mut self, cfg: &Cfg) -> Cfg {
        let outer = self.cfg.clone();
        self.cfg = outer.and(cfg);
        outer
    }

    fn plain_statement(&mut self, stmt: &Stmt, scope: usize) {
        match &stmt.kind {
            StmtKind::Expr(expr) => self.terminating(Lives::Statement, |cx| cx.discard(*expr)),
            StmtKind::Let { pat, init: None, .. } => self.declare(*pat, scope),
            StmtKind::Let { pat, init: Some(init), els: None, .. } => self.let_statement(*pat, *init, scope),
            StmtKind::Let { pat, init: Some(init), els: Some(els), .. } => {
                self.let_else(*pat, *init, *els, scope);
            }
        }
    }

    fn let_statement(&mut self, pat: PatId, init: ExprId, scope: usize) {
        self.extend_temporaries(pat, init, scope);
        if let Some((name, _)) = self.plain_binding(pat) {
            let range = self.tree.arena[pat].range;
            let ty = self.typing.bindings.get(&pat).map_or(Type::Unknown, |it| it.ty.clone());
            // The variable comes to life, and is dropped, only once the initialiser has run.
            let var = self.new_local(Some(name), ty, range, LocalKind::Variable, Lives::Scope);
            self.push(StepKind::Live(var), range);
            let statement = self.push_scope(Lives::Statement);
            let saved = self.enter_temps(statement, Lives::Statement);
            self.into(Place::local(var), init);
            self.leave_temps(saved);
            self.schedule(scope, var);
            self.pop_scope();
            self.vars.insert(Var::Pat(pat), Place::local(var));
            return;
        }
        let statement = self.push_scope(Lives::Statement);
        let saved = self.enter_temps(statement, Lives::Statement);
        let place = self.scrutinee(init);
        self.bind_irrefutable(pat, place, scope);
        self.leave_temps(saved);
        self.pop_scope();
    }

    /// `let P = init else { .. };`: all temporaries, extended ones too, end before the else-block.
    fn let_else(&mut self, pat: PatId, init: ExprId, els: BlockId, scope: usize) {
        let range = self.tree.arena[pat].range;
        self.extend_temporaries(pat, init, scope);
        let fail = self.new_block();
        let join = self.new_block();
        let statement = self.push_scope(Lives::Statement);
        let before = self.n_drops(scope);
        let saved = self.enter_temps(statement, Lives::Statement);
        let place = self.scrutinee(init);
        self.test_and_bind(pat, place, scope, SwitchWhy::LetElse, range, fail);
        self.leave_temps(saved);
        self.unwind_to(statement);
        self.goto(join);
        self.current = fail;
        self.unwind_to(statement);
        // What the pattern binds has no value here, and what is extended ends before the block.
        let after = self.take_drops(scope, before);
        for &local in after.iter().rev() {
            if self.is_temporary(local) {
                self.drop_local(local);
            }
        }
        self.scopes.truncate(statement);
        let dest = Place::local(self.temp(Type::Never, range));
        self.terminating(Lives::Statement, |cx| cx.block(dest, els));
        self.end(Terminator::Unreachable);
        self.put_drops(scope, after);
        self.current = join;
    }

    fn extend_temporaries(&mut self, pat: PatId, init: ExprId, scope: usize) {
        for expr in drops::extended(&self.tree.arena, self.typing, pat, init) {
            self.extended.entry(expr).or_insert(scope);
        }
    }

    /// The place that a pattern looks at: a place expression itself, else a temporary.
    pub(super) fn scrutinee(&mut self, expr: ExprId) -> Place {
        self.place(expr, Mutability::Shared)
    }

    /// A condition: control goes on here when it holds, to `fail` else. Variables of a `let` in it are dropped with `scope`.
    pub(super) fn condition(
        &mut self,
        cond: ExprId,
        scope: usize,
        lives: Lives,
        why: SwitchWhy,
        fail: BlockIdx,
    ) {
        let range = self.tree.arena[cond].range;
        match &self.tree.arena[cond].kind {
            ExprKind::Let { pat, expr } => {
                let (pat, expr) = (*pat, *expr);
                let saved = self.enter_temps(self.temp_scope, lives);
                let place = self.scrutinee(expr);
                self.leave_temps(saved);
                let why = match why {
                    SwitchWhy::While => SwitchWhy::WhileLet,
                    SwitchWhy::If => SwitchWhy::IfLet,
                    other => other,
                };
                self.test_and_bind(pat, place, scope, why, range, fail);
            }
            ExprKind::Lit(Lit::Bool(true)) => {}
            ExprKind::Lit(Lit::Bool(false)) => {
                self.goto(fail);
                self.current = self.new_block();
            }
            ExprKind::Binary { op: BinOp::And, lhs, rhs } => {
                let (lhs, rhs) = (*lhs, *rhs);
                self.condition(lhs, scope, lives, why, fail);
                self.condition(rhs, scope, lives, why, fail);
            }
            ExprKind::Binary { op: BinOp::Or, lhs, rhs } => {
                let (lhs, rhs) = (*lhs, *rhs);
                let (second, success) = (self.new_block(), self.new_block());
                self.condition(lhs, scope, lives, why, second);
                self.goto(success);
                self.current = second;
                self.condition(rhs, scope, lives, why, fail);
                self.goto(success);
                self.current = success;
            }
            ExprKind::Unary { op: UnOp::Not, expr } if !self.typing.overloaded.contains_key(&cond) => {
                let negated = *expr;
                let lazy = matches!(
                    self.tree.arena[negated].kind,
                    ExprKind::Binary { op: BinOp::And | BinOp::Or, .. }
                        | ExprKind::Unary { op: UnOp::Not, .. }
                );
                if lazy {
                    let holds = self.new_block();
                    self.condition(negated, scope, lives, why, holds);
                    self.goto(fail);
                    self.current = holds;
                } else {
                    let value = self.terminating(Lives::Condition, |cx| cx.bool_value(negated));
                    self.branch(Test::False(value), why, range, fail);
                }
            }
            _ => {
                let value = self.terminating(Lives::Condition, |cx| cx.bool_value(cond));
                self.branch(Test::True(value), why, range, fail);
            }
        }
    }

    /// A boolean in a local that outlives the temporaries that made it.
    fn bool_value(&mut self, expr: ExprId) -> Operand {
        let range = self.tree.arena[expr].range;
        let local = self.new_local(None, Type::prim("bool"), range, LocalKind::Temporary, Lives::Condition);
        self.into(Place::local(local), expr);
        Operand::Copy(Place::local(local))
    }

    /// `&&` and `||` as a value.
    pub(super) fn lazy_value(&mut self, dest: Place, expr: ExprId) {
        let range = self.tree.arena[expr].range;
        let (fail, join) = (self.new_block(), self.new_block());
        let scope = self.push_scope(Lives::Condition);
        self.condition(expr, scope, Lives::Condition, SwitchWhy::AndOr, fail);
        self.assign(dest.clone(), Rvalue::Use(Operand::Lit(Lit::Bool(true))), range);
        self.goto(join);
        self.current = fail;
        self.assign(dest, Rvalue::Use(Operand::Lit(Lit::Bool(false))), range);
        self.goto(join);
        self.scopes.truncate(scope);
        self.current = join;
    }

    pub(super) fn if_expr(
        &mut self,
        dest: Place,
        expr: ExprId,
        cond: ExprId,
        then: BlockId,
        els: Option<ExprId>,
    ) {
        let why = if self.tree.asserts.contains(&expr) { SwitchWhy::Assert } else { SwitchWhy::If };
        let (fail, join) = (self.new_block(), self.new_block());
        let depth = self.scopes.len();
        let saved = (self.temp_scope, self.temp_lives);
        // The variables and temporaries of a chain end together, the youngest first.
        let variables = self.push_scope(Lives::IfLet);
        let edition = self.edition_by(self.tree.editions.ifs.get(&expr));
        if drops::has_let(&self.tree.arena, cond) && drops::if_let_ends_before_else(edition) {
            self.enter_temps(variables, Lives::IfLet);
        }
        self.condition(cond, variables, Lives::IfLet, why, fail);
        self.branch_body(dest.clone(), |cx, dest| cx.block(dest, then));
        self.unwind_to(depth);
        self.goto(join);
        self.current = fail;
        self.unwind_to(depth);
        self.scopes.truncate(depth);
        self.leave_temps(saved);
        if let Some(els) = els {
            self.branch_body(dest, |cx, dest| cx.into(dest, els));
        }
        self.goto(join);
        self.current = join;
    }

    /// A branch or arm body: temporaries end with it.
    fn branch_body(&mut self, dest: Place, f: impl FnOnce(&mut Self, Place)) {
        self.terminating(Lives::Statement, |cx| f(cx, dest));
    }

    pub(super) fn match_expr(&mut self, dest: Place, scrutinee: ExprId, arms: &[Arm]) {
        let saved = self.enter_temps(self.temp_scope, Lives::Match);
        let place = self.scrutinee(scrutinee);
        self.leave_temps(saved);
        let join = self.new_block();
        for arm in arms {
            let outer = self.enter_cfg(&arm.cfg);
            let next = self.new_block();
            if !arm.cfg.is_always() {
                let range = self.tree.arena[arm.pat].range;
                self.branch(Test::Maybe, SwitchWhy::Cfg, range, next);
            }
            self.arm(dest.clone(), arm, place.clone(), next);
            self.goto(join);
            self.current = next;
            self.cfg = outer;
        }
        // Patterns are exhaustive.
        self.end(Terminator::Unreachable);
        self.current = join;
    }

    fn arm(&mut self, dest: Place, arm: &Arm, place: Place, next: BlockIdx) {
        let range = self.tree.arena[arm.pat].range;
        let scope = self.push_scope(Lives::Scope);
        match arm.guard {
            None => self.test_and_bind(arm.pat, place, scope, SwitchWhy::Match, range, next),
            Some(guard) => self.test_with_guard(arm.pat, place, scope, range, next, |cx, refused| {
                let saved = cx.enter_temps(scope, Lives::Match);
                cx.condition(guard, scope, Lives::Match, SwitchWhy::MatchGuard, refused);
                cx.leave_temps(saved);
            }),
        }
        let saved = self.enter_temps(scope, Lives::Statement);
        self.into(dest, arm.body);
        self.leave_temps(saved);
        self.pop_scope();
    }

    pub(super) fn while_expr(&mut self, label: Option<Name>, cond: ExprId, body: BlockId) {
        let (head, exit, fail) = (self.new_block(), self.new_block(), self.new_block());
        let depth = self.scopes.len();
        self.goto(head);
        self.current = head;
        let range = self.tree.arena[cond].range;
        let unit = Place::local(self.temp(Type::unit(), range));
        self.breakables.push(Breakable {
            label,
            is_loop: true,
            is_try: false,
            dest: unit.clone(),
            break_to: exit,
            continue_to: Some(head),
            depth,
            continue_depth: depth,
        });
        let turn = self.push_scope(Lives::WhileLet);
        let saved = self.enter_temps(turn, Lives::WhileLet);
        self.condition(cond, turn, Lives::WhileLet, SwitchWhy::While, fail);
        self.branch_body(unit, |cx, dest| cx.block(dest, body));
        self.exit_to(depth, head);
        self.current = fail;
        self.exit_to(depth, exit);
        self.scopes.truncate(depth);
        self.leave_temps(saved);
        self.breakables.pop();
        self.current = exit;
    }

    pub(super) fn loop_expr(&mut self, dest: Place, label: Option<Name>, body: BlockId) {
        let (head, exit) = (self.new_block(), self.new_block());
        let depth = self.scopes.len();
        self.goto(head);
        self.current = head;
        self.breakables.push(Breakable {
            label,
            is_loop: true,
            is_try: false,
            dest,
            break_to: exit,
            continue_to: Some(head),
            depth,
            continue_depth: depth,
        });
        let range = self.tree.arena[body].range;
        let unit =
            Place::local(self.new_local(None, Type::unit(), range, LocalKind::Temporary, Lives::Statement));
        self.terminating(Lives::Statement, |cx| cx.block(unit, body));
        self.goto(head);
        self.breakables.pop();
        self.current = exit;
    }

    /// `for pat in head { body }`: nothing of it outlives the loop.
    pub(super) fn for_expr(
        &mut self,
        label: Option<Name>,
        pat: PatId,
        head: ExprId,
        body: BlockId,
        is_await: bool,
    ) {
        let head_range = self.tree.arena[head].range;
        let outer = self.push_scope(Lives::For);
        let saved = self.enter_temps(outer, Lives::For);
        let operand = self.operand(head);
        let head_ty = self.ty(head);
        let lent = self.lent_iterator(&head_ty);
        let iter_ty = lent.as_ref().map_or(head_ty, |(ty, _)| ty.clone());
        let iter = self.new_local(None, iter_ty, head_range, LocalKind::Temporary, Lives::For);
        self.schedule(outer, iter);
        match lent {
            Some((_, api)) => self.lend(Place::local(iter), api, head, operand, head_range),
            None => self.assign(Place::local(iter), Rvalue::Use(operand), head_range),
        }
        let iterator = self.own_iterator(iter, outer, head, head_range);
        let (next, exit) = (self.new_block(), self.new_block());
        let depth = self.scopes.len();
        self.goto(next);
        self.current = next;
        let unit =
            Place::local(self.new_local(None, Type::unit(), head_range, LocalKind::Temporary, Lives::For));
        self.breakables.push(Breakable {
            label,
            is_loop: true,
            is_try: false,
            dest: unit.clone(),
            break_to: exit,
            continue_to: Some(next),
            depth,
            continue_depth: depth,
        });
        if is_await {
            let waited = Place::local(self.new_local(
                None,
                Type::Unknown,
                head_range,
                LocalKind::Temporary,
                Lives::For,
            ));
            let dest = Place::local(self.new_local(
                None,
                Type::Unknown,
                head_range,
                LocalKind::Temporary,
                Lives::For,
            ));
            self.push(StepKind::Await { dest, future: waited, what: AwaitKind::ForAwait }, head_range);
        }
        if let Some((iterator, func)) = iterator {
            self.call_next(iterator, func, head, head_range);
        }
        self.branch(Test::Next(Place::local(iter)), SwitchWhy::ForNext, head_range, exit);
        let turn = self.push_scope(Lives::For);
        self.enter_temps(turn, Lives::For);
        let pat_range = self.tree.arena[pat].range;
        let item = self.item_local(pat, pat_range);
        self.push(StepKind::Live(item), pat_range);
        self.assign(Place::local(item), Rvalue::NextOf(Place::local(iter)), pat_range);
        self.schedule(turn, item);
        self.bind_irrefutable(pat, Place::local(item), turn);
        self.branch_body(unit, |cx, dest| cx.block(dest, body));
        self.exit_to(depth, next);
        self.scopes.truncate(depth);
        self.breakables.pop();
        self.current = exit;
        self.leave_temps(saved);
        self.pop_scope();
    }

    /// The iterator that a `for` goes along, when its `next` is a function of the analysed code: the head itself, or what its `into_iter`
    /// makes of a reference, which lives as long as the loop. Elements are taken from the head's local all the same.
    fn own_iterator(
        &mut self,
        iter: LocalId,
        scope: usize,
        head: ExprId,
        range: TextRange,
    ) -> Option<(LocalId, FnId)> {
        let ty = self.ty(head);
        let next = |cx: &Self, ty: &Type| {
            let of = if let Type::Ref(Mutability::Mut, inner) = ty { &**inner } else { ty };
            cx.model.lib_impl_fn("std::iter::Iterator", Name::from("next"), of)
        };
        if let Some(func) = next(self, &ty) {
            return Some((iter, func));
        }
        let Type::Ref(..) = ty else { return None };
        let func = self.model.lib_impl_fn("std::iter::IntoIterator", Name::from("into_iter"), &ty)?;
        let made_ty = self.model.sig(func).ret.clone();
        let made = self.new_local(None, made_ty.clone(), range, LocalKind::Temporary, Lives::For);
        let args = vec![Operand::Copy(Place::local(iter))];
        self.call_at(Place::local(made), func, args, head, range);
        self.schedule(scope, made);
        next(self, &made_ty).map(|func| (made, func))
    }

    /// Calls `next`. What it gives is taken from the head's local: here it is dropped at once.
    fn call_next(&mut self, iterator: LocalId, func: FnId, head: ExprId, range: TextRange) {
        let given = self.model.sig(func).ret.clone();
        let given = Place::local(self.new_local(None, given, range, LocalKind::Temporary, Lives::For));
        let ty = self.locals.get(iterator.0 as usize).map(|local| local.ty.clone());
        let lent = match ty {
            Some(Type::Ref(..)) => iterator,
            _ => {
                let ty = Type::reference(Mutability::Mut, ty.unwrap_or(Type::Unknown));
                let lent = self.new_local(None, ty, range, LocalKind::Temporary, Lives::For);
                let value = Rvalue::Ref(Mutability::Mut, Place::local(iterator));
                self.assign(Place::local(lent), value, range);
                lent
            }
        };
        self.call_at(given.clone(), func, vec![Operand::Copy(Place::local(lent))], head, range);
        self.push(StepKind::Drop(given), range);
    }

    /// A local for the element that a `for` pattern takes apart.
    fn item_local(&mut self, pat: PatId, range: TextRange) -> crate::model::body::LocalId {
        let mut ty = self.pat_ty(pat);
        for _ in 0..self.typing.pat_derefs.get(&pat).copied().unwrap_or(0) {
            ty = Type::reference(Mutability::Shared, ty);
        }
        if let Some(binding) = self.typing.bindings.get(&pat)
            && binding.mode == BindMode::Value
        {
            ty = binding.ty.clone();
        }
        self.new_local(None, ty, range, LocalKind::Temporary, Lives::For)
    }

    pub(super) fn labelled_block(
        &mut self,
        dest: Place,
        label: Option<Name>,
        block: BlockId,
        mode: BlockMode,
    ) {
        let exit = self.new_block();
        let depth = self.scopes.len();
        self.breakables.push(Breakable {
            label,
            is_loop: false,
            is_try: mode == BlockMode::Try,
            dest: dest.clone(),
            break_to: exit,
            continue_to: None,
            depth,
            continue_depth: depth,
        });
        self.block(dest, block);
        self.breakables.pop();
        self.goto(exit);
        self.current = exit;
    }

    pub(super) fn break_expr(&mut self, label: Option<Name>, value: Option<ExprId>) {
        let found = self.breakables.iter().rev().find(|it| match label {
            Some(label) => it.label == Some(label),
            None => it.is_loop,
        });
        let Some(target) = found.cloned() else { return self.end(Terminator::Unreachable) };
        if let Some(value) = value {
            self.into(target.dest, value);
        }
        self.exit_to(target.depth, target.break_to);
    }

    pub(super) fn continue_expr(&mut self, label: Option<Name>) {
        let found = self
            .breakables
            .iter()
            .rev()
            .find(|it| it.continue_to.is_some() && (label.is_none() || it.label == label));
        match found.cloned() {
            Some(Breakable { continue_to: Some(head), continue_depth, .. }) => {
                self.exit_to(continue_depth, head)
            }
            _ => self.end(Terminator::Unreachable),
        }
    }

    pub(super) fn return_expr(&mut self, value: Option<ExprId>, range: TextRange) {
        let dest = Place::local(crate::model::body::LocalId(0));
        match value {
            Some(value) => self.into(dest, value),
            None => self.assign(dest, Rvalue::Use(Operand::Unit), range),
        }
        self.exit_body();
    }

    /// `select!`: the futures are made in order and awaited together; then the handler of the one that was ready runs, when the
    /// others are gone.
    pub(super) fn select_expr(
        &mut self,
        dest: Place,
        branches: &[SelectBranch],
        els: Option<ExprId>,
        range: TextRange,
    ) {
        let join = self.new_block();
        let scope = self.push_scope(Lives::Statement);
        let saved = self.enter_temps(scope, Lives::Statement);
        for branch in branches {
            if let Some(cond) = branch.cond {
                self.terminating(Lives::Condition, |cx| cx.bool_value(cond));
            }
        }
        let futures: Vec<Place> = branches.iter().map(|branch| self.value_place(branch.future)).collect();
        self.leave_temps(saved);
        let entries: Vec<BlockIdx> = branches.iter().map(|_| self.new_block()).collect();
        let els_entry = els.map(|_| self.new_block());
        let tests = entries.iter().chain(&els_entry).map(|&block| (Test::Maybe, block)).collect();
        self.end(Terminator::Switch { why: SwitchWhy::Select, range, tests, otherwise: None });
        for ((branch, future), entry) in branches.iter().zip(&futures).zip(&entries) {
            self.current = *entry;
            let out_range = self.tree.arena[branch.future].range;
            let ty = self.pat_ty(branch.pat);
            let out = self.new_local(None, ty, out_range, LocalKind::Temporary, Lives::Match);
            let awaited =
                StepKind::Await { dest: Place::local(out), future: future.clone(), what: AwaitKind::Select };
            self.push(awaited, range);
            self.unwind_to(scope);
            let handler = self.push_scope(Lives::Match);
            let saved = self.enter_temps(handler, Lives::Statement);
            self.schedule(handler, out);
            let pat_range = self.tree.arena[branch.pat].range;
            let refused = self.new_block();
            self.test_and_bind(branch.pat, Place::local(out), handler, SwitchWhy::Select, pat_range, refused);
            self.into(dest.clone(), branch.handler);
            self.leave_temps(saved);
            self.unwind_to(handler);
            self.goto(join);
            self.current = refused;
            self.unwind_to(handler);
            self.goto(join);
            self.scopes.truncate(handler);
        }
        if let (Some(els), Some(entry)) = (els, els_entry) {
            self.current = entry;
            self.unwind_to(scope);
            self.branch_body(dest, |cx, dest| cx.into(dest, els));
            self.goto(join);
        }
        self.scopes.truncate(scope);
        self.current = join;
    }

    /// `join!`: all futures are made, then awaited together.
    pub(super) fn join_expr(&mut self, dest: Place, expr: ExprId, futures: &[ExprId], is_try: bool) {
        let range = self.tree.arena[expr].range;
        self.terminating(Lives::Statement, |cx| {
            let places: Vec<Place> = futures.iter().map(|&future| cx.value_place(future)).collect();
            let outputs = places
                .into_iter()
                .map(|future| {
                    let out = Place::local(cx.temp(Type::Unknown, range));
                    cx.push(StepKind::Await { dest: out.clone(), future, what: AwaitKind::Join }, range);
                    Operand::Move(out)
                })
                .collect();
            let made = Rvalue::Aggregate(crate::model::body::Aggregate::Tuple, outputs);
            let value = if is_try { Rvalue::Unknown } else { made };
            cx.assign(dest, value, range);
        });
    }
}
