//! Items: those of a file as pieces, and those among statements, of whose surroundings syn sees only the braces.

use super::frames::{Frame, FrameKind, Init};
use super::{Cut, Fault, Mode, NONE, Piece, PieceKind, Scanner};
use crate::source::TextRange;
use crate::syntax::keywords::Keyword;

impl Scanner<'_> {
    pub(super) fn start_piece(&mut self, lo: u32) {
        let parent = self.frames.iter().rev().skip(1).map(|frame| frame.piece).find(|&piece| piece != NONE);
        let piece = Piece {
            range: TextRange::new(lo, lo),
            parent,
            kind: PieceKind::Other,
            fault: None,
            tokens_at_start: self.tokens.saturating_sub(1),
        };
        if let Some(frame) = self.frames.last_mut() {
            frame.piece = self.out.pieces.len() as u32;
            self.out.pieces.push(piece);
        }
    }

    /// Ends the item at hand of the last frame, if there is one.
    pub(super) fn end_piece(&mut self, hi: u32, broken: bool) {
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.piece == NONE {
            return;
        }
        let number = std::mem::replace(&mut frame.piece, NONE);
        let own = frame.depth();
        frame.best = 0;
        frame.count = 0;
        frame.angle = 0;
        frame.child = 0;
        frame.ladder = 0;
        frame.after_brace = false;
        frame.fn_pending = false;
        frame.macro_pending = false;
        let keyword = frame.keyword.take();
        if std::mem::replace(&mut frame.init, Init::Before) == Init::Inside {
            let body = std::mem::replace(&mut self.body, frame.outer_body);
            if let Some(body) = self.out.bodies.get_mut(body as usize) {
                body.hi = hi;
            }
        }
        let tokens_at_start = self.out.pieces.get(number as usize).map_or(0, |piece| piece.tokens_at_start);
        let excess = self.excess(own, self.tokens.saturating_sub(tokens_at_start));
        let Some(piece) = self.out.pieces.get_mut(number as usize) else { return };
        piece.range.hi = hi;
        if piece.kind == PieceKind::Other {
            piece.kind = keyword.map_or(PieceKind::Other, piece_kind);
        }
        if let Some(excess) = excess {
            piece.fault = Some(Fault::Excess(excess));
        } else if broken && piece.fault.is_none() {
            piece.fault = Some(Fault::Unbalanced);
        }
        // In a function's own text there is one item, and its excess is the answer.
        if piece.fault.is_some() && self.mode != Mode::Fn {
            let (range, tokens) = (piece.range, piece.tokens_at_start);
            self.cut_over(range.lo, range.hi, " ");
            self.tokens = tokens;
        } else {
            if self.mode == Mode::Fn {
                self.worst = excess;
            }
            if let Some(frame) = self.frames.last_mut() {
                frame.items = frame.items.max(own);
            }
        }
    }

    /// An item other than `use` begins in a body.
    pub(super) fn mark_items(&mut self, keyword: Option<Keyword>) {
        if let Some(body) = self.out.bodies.get_mut(self.body as usize) {
            body.has_items = true;
        }
        self.keep_item(keyword);
    }

    /// Has syn see an item of a body, with the braces around it, and nothing of the statements before.
    pub(super) fn keep_item(&mut self, keyword: Option<Keyword>) {
        let Some(last) = self.frames.len().checked_sub(1) else { return };
        let Some(root) =
            self.frames.iter().rposition(|frame| frame.body != NONE || frame.kind != FrameKind::Code)
        else {
            return;
        };
        let Some(chain) = self.frames.get(root..) else { return };
        // Inside a local `impl` or `mod`, or in a text whose body is read in full.
        let inside_item = chain.iter().any(|frame| frame.is_local_item);
        if inside_item || chain.first().is_none_or(|frame| frame.body == NONE || self.is_root_body(frame)) {
            return;
        }
        for at in root..=last {
            let Some(frame) = self.frames.get_mut(at) else { return };
            let is_new = !frame.is_kept && (frame.close == b'}' || at == root);
            let lo = frame.lo;
            if is_new {
                frame.is_kept = true;
                if at > root {
                    self.drop_statements(root, lo, lo + 1);
                } else {
                    frame.kept = lo + 1;
                }
            }
        }
        let Some(frame) = self.frames.get_mut(last) else { return };
        frame.is_local_item = true;
        frame.keyword = keyword;
        let statement = frame.statement;
        self.drop_statements(root, statement, statement);
    }

    pub(super) fn is_root_body(&self, frame: &Frame) -> bool {
        self.mode == Mode::Fn && frame.outer_body == NONE
    }

    /// Cuts what stands between the last thing kept of the body at `root` and `to`, and goes on at `next`.
    pub(super) fn drop_statements(&mut self, root: usize, to: u32, next: u32) {
        let Some(frame) = self.frames.get_mut(root) else { return };
        let from = std::mem::replace(&mut frame.kept, next);
        self.cut_over(from, to, " ");
    }

    /// Cuts a stretch, in place of the cuts in it.
    pub(super) fn cut_over(&mut self, from: u32, to: u32, fill: &'static str) {
        if from < to {
            let first = self.out.cuts.partition_point(|cut| cut.range.lo < from);
            let last = self.out.cuts.partition_point(|cut| cut.range.lo < to).max(first);
            let cut = Cut { range: TextRange::new(from, to), fill };
            self.out.cuts.splice(first..last, [cut]);
        }
    }

    /// A local item of the last frame ends at `hi`.
    pub(super) fn end_local_item(&mut self, hi: u32) {
        if let Some(frame) = self.frames.last_mut() {
            frame.is_local_item = false;
            frame.keyword = None;
        }
        let root = self.frames.iter_mut().rev().find(|frame| frame.body != NONE);
        if let Some(root) = root {
            root.kept = root.kept.max(hi);
        }
    }
}

pub(super) fn piece_kind(keyword: Keyword) -> PieceKind {
    match keyword {
        Keyword::Mod => PieceKind::Mod,
        Keyword::Impl => PieceKind::Impl,
        Keyword::Trait => PieceKind::Trait,
        Keyword::Extern => PieceKind::Extern,
        Keyword::Fn
        | Keyword::Struct
        | Keyword::Enum
        | Keyword::Type
        | Keyword::Static
        | Keyword::Const
        | Keyword::Use
        | Keyword::Macro
        | Keyword::Else
        | Keyword::Try
        | Keyword::Nesting
        | Keyword::Plain => PieceKind::Other,
    }
}
