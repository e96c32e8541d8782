//! Delimiters: where a body, a block of items or a macro's arguments begin and end.

use super::frames::{Frame, FrameKind, Init, MacroHead, MacroName};
use super::items::piece_kind;
use super::{Body, DELIMITER, Fault, MIN_CUT, NONE, Note, PieceKind, Scanner};
use crate::source::TextRange;
use crate::syntax::keywords::Keyword;
use crate::syntax::tokens::{Kind, Token, closer};
use crate::syntax::{clippy_allows, comments};

impl Scanner<'_> {
    pub(super) fn open(&mut self, token: Token, byte: u8) {
        self.prefix = 0;
        let lo = token.lo as u32;
        let attribute = byte == b'['
            && (self.prev.kind == Kind::Punct(b'#')
                || (self.prev.kind == Kind::Punct(b'!') && self.prev2.kind == Kind::Punct(b'#')));
        let inner = self.prev.kind == Kind::Punct(b'!');
        let head = self.head;
        let Some(parent) = self.frames.last_mut() else { return };
        if parent.after_brace {
            parent.after_brace = false;
            if byte == b'{' {
                parent.next_statement();
            }
        }
        if !attribute {
            parent.count += 1;
        }
        let mut starts_body = false;
        let kind = if attribute {
            FrameKind::Attribute { inner }
        } else if parent.macro_pending {
            FrameKind::Macro { is_cut: true }
        } else {
            match (parent.kind, head) {
                (FrameKind::Macro { is_cut }, _) => FrameKind::Macro { is_cut },
                (FrameKind::Attribute { .. }, _) => FrameKind::Attribute { inner: false },
                (FrameKind::CfgIf, _) if byte == b'{' => FrameKind::Items,
                (FrameKind::CfgIf, _) => FrameKind::Macro { is_cut: false },
                (FrameKind::Items, MacroHead::Bang(MacroName::CfgIf)) => FrameKind::CfgIf,
                (FrameKind::Items, MacroHead::Bang(MacroName::Other)) if parent.init == Init::Before => {
                    FrameKind::Macro { is_cut: true }
                }
                (_, MacroHead::Bang(_)) => FrameKind::Macro { is_cut: false },
                (_, MacroHead::Named) => FrameKind::Macro { is_cut: true },
                (kind, MacroHead::No) => {
                    if byte == b'{' && parent.fn_pending && parent.fn_angle == 0 {
                        parent.fn_pending = false;
                        starts_body = true;
                        FrameKind::Code
                    } else {
                        plain_frame(kind, parent, byte)
                    }
                }
            }
        };
        let mut frame = Frame::new(kind, lo, closer(byte));
        frame.tokens_at_open = self.tokens;
        if starts_body {
            frame.outer_body = self.body;
            self.open_body(lo);
            frame.body = self.body;
        }
        self.frames.push(frame);
    }

    pub(super) fn open_body(&mut self, lo: u32) {
        self.body = self.out.bodies.len() as u32;
        self.out.bodies.push(Body {
            lo,
            hi: lo,
            has_items: false,
            excess: None,
            methods: Vec::new(),
            bare_methods: Vec::new(),
            mut_inits: Vec::new(),
            macros: Vec::new(),
            idents: Vec::new(),
        });
    }

    pub(super) fn close(&mut self, token: Token, byte: u8) {
        self.prefix = 0;
        if self.frames.last().is_some_and(|frame| frame.close == byte) {
            self.pop(token.lo as u32, token.hi as u32);
            return;
        }
        self.out.balanced = false;
        let Some(at) = self.frames.iter().rposition(|frame| frame.close == byte) else {
            // Closes nothing: syn would refuse the whole file for it.
            self.cut(token.lo, token.hi, " ");
            return;
        };
        while self.frames.len() > at + 1 {
            self.spoil_piece();
            self.pop(token.lo as u32, token.lo as u32);
        }
        self.spoil_piece();
        self.pop(token.lo as u32, token.hi as u32);
    }

    /// Closes everything, at the end of the text or where an item must begin.
    pub(super) fn close_all(&mut self, at: u32) {
        while self.frames.len() > 1 {
            self.spoil_piece();
            self.pop(at, at);
        }
        self.end_piece(at, true);
    }

    /// Marks the item at hand of every open frame as unbalanced.
    pub(super) fn spoil_piece(&mut self) {
        for frame in &self.frames {
            if let Some(piece) = self.out.pieces.get_mut(frame.piece as usize) {
                // Those that only contain the broken one are repaired by cutting it out.
                if frame.keyword.is_none_or(|keyword| piece_kind(keyword) == PieceKind::Other) {
                    piece.fault = Some(Fault::Unbalanced);
                }
            }
        }
    }

    /// Closes the last frame; its closing delimiter, if any, stands at `lo..hi`.
    pub(super) fn pop(&mut self, lo: u32, hi: u32) {
        if self.frames.last().is_some_and(|frame| frame.kind == FrameKind::Items) {
            self.end_piece(lo, lo == hi);
        }
        let Some(frame) = self.frames.pop() else { return };
        let inside = TextRange::new(frame.lo + 1, lo);
        let mut depth = frame.depth_with_items().saturating_add(DELIMITER);
        let mut cut = None;
        if frame.is_kept && frame.body == NONE {
            let root = self.frames.iter().rposition(|frame| frame.body != NONE);
            if let Some(root) = root {
                self.drop_statements(root, lo, hi);
            }
        }
        if frame.body != NONE {
            let tokens = self.tokens.saturating_sub(frame.tokens_at_open);
            let excess = self.excess(depth, tokens);
            let is_root = self.is_root_body(&frame);
            if let Some(body) = self.out.bodies.get_mut(frame.body as usize) {
                body.hi = hi;
                body.excess = excess;
                if !is_root && (!body.has_items || excess.is_some()) {
                    cut = Some(" ");
                }
            }
            if is_root {
                self.worst = excess;
            } else if cut.is_none() && frame.is_kept {
                self.cut_over(frame.kept, lo, " ");
            }
            self.body = frame.outer_body;
        } else if frame.kind == (FrameKind::Macro { is_cut: true }) {
            if !self.frames.last().is_some_and(|parent| matches!(parent.kind, FrameKind::Macro { .. })) {
                cut = Some(" ");
            }
        } else if inside.hi.saturating_sub(inside.lo) > MIN_CUT && self.cuts_initialiser() {
            let tokens = self.tokens.saturating_sub(frame.tokens_at_open);
            let excess = self.excess(depth, tokens);
            if let Some(body) = self.out.bodies.get_mut(self.body as usize) {
                body.excess = body.excess.or(excess);
            }
            // `_` is an expression and a type, and brackets may hold either.
            cut = Some(if frame.close == b']' { "_" } else { " " });
        }
        if let Some(fill) = cut {
            self.cut_over(inside.lo, inside.hi, fill);
            self.tokens = frame.tokens_at_open;
            self.worst = None;
            depth = DELIMITER;
        }
        if let Some(parent) = self.frames.last_mut() {
            parent.child = parent.child.max(depth);
        }
        if let FrameKind::Attribute { inner } = frame.kind {
            self.attribute(frame.lo, hi, inner);
            return;
        }
        let Some(parent) = self.frames.last_mut() else { return };
        parent.after_brace = frame.close == b'}';
        parent.awaits_statement |= frame.close == b'}';
        if frame.close == b'}' && parent.macro_pending {
            parent.macro_pending = false;
        }
        if frame.close == b'}' && lo < hi {
            let goes_on = matches!(
                parent.keyword,
                Some(Keyword::Use | Keyword::Static | Keyword::Const | Keyword::Type)
            );
            if goes_on || parent.angle != 0 {
                return;
            }
            if parent.kind == FrameKind::Items {
                self.end_piece(hi, false);
            } else if parent.is_local_item {
                self.end_local_item(hi);
            }
        }
    }

    /// Whether a group just closed belongs to an initialiser that is cut.
    pub(super) fn cuts_initialiser(&self) -> bool {
        self.frames
            .last()
            .is_some_and(|parent| parent.init == Init::Inside && parent.kind == FrameKind::Items)
            && self.out.bodies.get(self.body as usize).is_some_and(|body| !body.has_items)
    }

    /// An attribute was closed; `lo` is its bracket.
    pub(super) fn attribute(&mut self, lo: u32, hi: u32, inner: bool) {
        let nested =
            self.frames.last().is_some_and(|frame| matches!(frame.kind, FrameKind::Attribute { .. }));
        if nested {
            return;
        }
        if self.reads_file() {
            let text = self.text.get(lo as usize + 1..hi as usize).unwrap_or_default();
            if clippy_allows::is_one(text.trim_start()) {
                self.out.clippy_allows.push(TextRange::new(lo, hi));
            } else if comments::is_about_us(text.trim_start()) {
                self.out.notes.push(Note { range: TextRange::new(lo, hi), is_attribute: true });
            }
        }
        if inner
            && let Some(frame) = self.frames.last()
            && frame.kind == FrameKind::Items
        {
            if let Some(piece) = self.out.pieces.get_mut(frame.piece as usize) {
                piece.kind = PieceKind::InnerAttribute;
            }
            self.end_piece(hi, false);
        }
    }
}

/// The kind of a delimiter that no macro and no function claims.
fn plain_frame(parent_kind: FrameKind, parent: &Frame, byte: u8) -> FrameKind {
    match parent_kind {
        FrameKind::Items => match parent.keyword {
            Some(Keyword::Mod | Keyword::Impl | Keyword::Trait | Keyword::Extern)
                if byte == b'{' && parent.angle == 0 =>
            {
                FrameKind::Items
            }
            Some(Keyword::Static | Keyword::Const) if parent.init == Init::Inside => FrameKind::Code,
            _ => FrameKind::Group,
        },
        // A block in an array's length or among arguments holds statements as well.
        FrameKind::Code => FrameKind::Code,
        FrameKind::Group => FrameKind::Group,
        FrameKind::Macro { .. } | FrameKind::CfgIf | FrameKind::Attribute { .. } => parent_kind,
    }
}
