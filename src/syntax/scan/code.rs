//! Token by token: which nest, which end a statement, which begin an item.

use super::frames::{FrameKind, Init, MacroHead, MacroName};
use super::{Excess, MAX_LADDER, MAX_PREFIX, NONE, Scanner};
use crate::syntax::keywords::{Keyword, keyword, starts_item};
use crate::syntax::tokens::{Kind, Token};

impl Scanner<'_> {
    pub(super) fn starts_item_in_first_column(&self, token: Token) -> bool {
        let first_column = token.lo == 0 || self.text.as_bytes().get(token.lo - 1) == Some(&b'\n');
        first_column
            && match token.kind {
                Kind::Ident => starts_item(self.slice(token)),
                Kind::Punct(b'#') => true,
                _ => false,
            }
    }

    pub(super) fn code(&mut self, token: Token) {
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.kind == FrameKind::Items && frame.piece == NONE {
            match token.kind {
                Kind::Punct(b';') => {
                    self.cut(token.lo, token.hi, " ");
                    return;
                }
                Kind::Close(_) => {}
                _ => self.start_piece(token.lo as u32),
            }
        }
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.init == Init::Awaited {
            frame.init = Init::Inside;
            frame.outer_body = self.body;
            self.open_body(token.lo as u32);
        }
        if let Some(frame) = self.frames.last_mut()
            && frame.awaits_statement
        {
            frame.awaits_statement = false;
            frame.statement = token.lo as u32;
        }
        match token.kind {
            Kind::Ident => self.ident(token),
            Kind::Literal => {
                self.operand(token.kind);
                self.tuple_index(token);
            }
            Kind::Lifetime | Kind::Unknown => self.operand(token.kind),
            Kind::Punct(byte) => self.punct(token, byte),
            Kind::Open(byte) => self.open(token, byte),
            Kind::Close(byte) => self.close(token, byte),
            Kind::LineComment | Kind::BlockComment | Kind::Unterminated | Kind::End => {}
        }
        if !matches!(token.kind, Kind::Ident) {
            self.prev_is_name = false;
        }
        if !matches!(token.kind, Kind::Ident | Kind::Punct(b'!')) {
            self.head = MacroHead::No;
        }
    }

    pub(super) fn operand(&mut self, kind: Kind) {
        if kind != Kind::Lifetime {
            self.prefix = 0;
        }
        if let Some(frame) = self.frames.last_mut()
            && frame.after_brace
        {
            frame.after_brace = false;
            frame.next_statement();
        }
    }

    pub(super) fn ident(&mut self, token: Token) {
        let word = self.slice(token);
        let keyword = if word.first().is_some_and(u8::is_ascii_lowercase) || word == b"Self" {
            keyword(word)
        } else {
            None
        };
        match keyword {
            Some(Keyword::Else) => self.else_word(),
            Some(Keyword::Nesting) => {
                if word == b"mut" {
                    self.mut_word();
                }
                self.operand(Kind::Lifetime);
                if let Some(frame) = self.frames.last_mut() {
                    frame.count += 1;
                }
            }
            Some(keyword) => {
                self.operand(Kind::Ident);
                self.item_keyword(keyword);
            }
            None => {
                self.operand(Kind::Ident);
                self.word(token, word);
            }
        }
        self.head = match self.head {
            MacroHead::Bang(_) if self.prev.kind == Kind::Punct(b'!') => MacroHead::Named,
            _ => MacroHead::No,
        };
        self.prev_is_name = matches!(keyword, None | Some(Keyword::Try));
    }

    pub(super) fn else_word(&mut self) {
        self.prefix = 0;
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.after_brace {
            frame.after_brace = false;
            let ladder = frame.ladder + 1;
            frame.next_element();
            frame.ladder = ladder;
            if ladder > MAX_LADDER {
                self.worst = Some(Excess::Ladder);
            }
        } else {
            frame.count += 1;
        }
    }

    /// A keyword that may begin an item.
    pub(super) fn item_keyword(&mut self, keyword: Keyword) {
        let after_star = self.prev.kind == Kind::Punct(b'*');
        let Some(frame) = self.frames.last_mut() else { return };
        match frame.kind {
            FrameKind::Items => match keyword {
                Keyword::Fn => {
                    if self.lexer.clone().next_code().kind == Kind::Ident && self.names_no_type() {
                        self.pend_fn();
                    }
                }
                Keyword::Plain | Keyword::Try | Keyword::Else | Keyword::Nesting => {}
                Keyword::Macro => frame.macro_pending = true,
                _ => {
                    if frame.keyword.is_none() {
                        frame.keyword = Some(keyword);
                    }
                }
            },
            FrameKind::Code => {
                let mut ahead = self.lexer.clone();
                let next = ahead.next_code();
                let next_is_name = next.kind == Kind::Ident;
                match keyword {
                    Keyword::Fn if next_is_name => {
                        self.mark_items(Some(keyword));
                        self.pend_fn();
                    }
                    Keyword::Macro if next_is_name => {
                        frame.macro_pending = true;
                        self.mark_items(Some(keyword));
                    }
                    Keyword::Struct
                    | Keyword::Enum
                    | Keyword::Trait
                    | Keyword::Mod
                    | Keyword::Impl
                    | Keyword::Type
                        if self.head == MacroHead::No =>
                    {
                        self.mark_items(Some(keyword));
                    }
                    // What a `use` names holds for the items beside it.
                    Keyword::Use if self.head == MacroHead::No => self.keep_item(Some(keyword)),
                    Keyword::Static
                        if next_is_name && self.slice(next) != b"move" && self.slice(next) != b"async" =>
                    {
                        self.mark_items(Some(keyword));
                    }
                    Keyword::Extern if self.slice(next) == b"crate" => self.mark_items(Some(keyword)),
                    Keyword::Const if next_is_name && !after_star => {
                        let colon = ahead.next_code();
                        let after = ahead.next_code();
                        let path = after.kind == Kind::Punct(b':') && after.lo == colon.hi;
                        if colon.kind == Kind::Punct(b':') && !path && self.slice(self.prev) != b"raw" {
                            self.mark_items(Some(keyword));
                        }
                    }
                    _ => {}
                }
            }
            FrameKind::Group | FrameKind::Macro { .. } | FrameKind::CfgIf | FrameKind::Attribute { .. } => {}
        }
        // `const` and `impl` nest as well: `*const *const T`, `-> impl Fn() -> impl …`.
        if matches!(keyword, Keyword::Const | Keyword::Impl)
            && let Some(frame) = self.frames.last_mut()
        {
            frame.count += 1;
        }
    }

    /// Whether `fn` here begins a function: in `impl Trait for fn(A)` the item is an `impl`.
    pub(super) fn names_no_type(&self) -> bool {
        self.frames.last().is_some_and(|frame| {
            matches!(frame.keyword, None | Some(Keyword::Const | Keyword::Extern | Keyword::Fn))
        })
    }

    pub(super) fn pend_fn(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.fn_pending = true;
            frame.fn_angle = 0;
            frame.keyword = Some(Keyword::Fn);
        }
    }

    pub(super) fn punct(&mut self, token: Token, byte: u8) {
        let joined = self.prev.hi == token.lo;
        let prev = match self.prev.kind {
            Kind::Punct(byte) if joined => byte,
            _ => 0,
        };
        if byte == b'!' && self.prev_is_name {
            self.head = MacroHead::Bang(match self.slice(self.prev) {
                b"cfg_if" => MacroName::CfgIf,
                b"include" | b"lazy_static" | b"thread_local" | b"task_local" => MacroName::Read,
                // Macros that pass plain items on.
                b"pin_project" | b"feature" => MacroName::Read,
                name if name.starts_with(b"cfg_") || name.starts_with(b"if_") => MacroName::Read,
                _ => MacroName::Other,
            });
        } else {
            self.head = MacroHead::No;
        }
        if matches!(byte, b'!' | b'-' | b'*' | b'&' | b'<' | b'|') {
            self.prefix += 1;
            if self.prefix > MAX_PREFIX {
                self.worst = Some(Excess::Prefix);
            }
        } else {
            self.prefix = 0;
        }
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.after_brace {
            frame.after_brace = false;
            if byte == b'#' {
                frame.next_statement();
            }
        }
        match byte {
            b';' => {
                frame.fn_pending = false;
                frame.macro_pending = false;
                frame.awaits_statement = true;
                if frame.kind == FrameKind::Items {
                    self.end_piece(token.hi as u32, false);
                } else {
                    frame.next_statement();
                    if frame.is_local_item {
                        self.end_local_item(token.hi as u32);
                    }
                }
            }
            b',' => {
                if frame.kind != FrameKind::Items {
                    frame.next_element();
                }
            }
            b':' if prev == b':' => frame.count += 1,
            b':' | b'#' | b'$' => {}
            b'.' if prev == b'.' => {}
            b'<' => {
                frame.fn_angle += 1;
                // After a number it is an operator for certain.
                if self.prev.kind == Kind::Literal || (prev == b'<' && self.prev2.kind == Kind::Literal) {
                    frame.count += 1;
                } else {
                    frame.angle += 1;
                }
            }
            b'>' => {
                if !matches!(prev, b'-' | b'=') {
                    frame.best = frame.depth();
                    frame.fn_angle = frame.fn_angle.saturating_sub(1);
                    frame.angle = frame.angle.saturating_sub(1);
                }
            }
            b'=' => {
                let starts_init = frame.kind == FrameKind::Items
                    && frame.init == Init::Before
                    && frame.angle == 0
                    && matches!(frame.keyword, Some(Keyword::Static | Keyword::Const));
                if starts_init {
                    frame.init = Init::Awaited;
                }
                if prev == 0 {
                    frame.count += 1;
                }
            }
            _ => frame.count += 1,
        }
    }
}
