//! The words of a body, each once.

use super::frames::{Frame, FrameKind};
use super::{NONE, Scanner};
use crate::syntax::keywords::{Keyword, keyword};
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::tree::MUT_POINTER;

/// What a word is used as.
#[derive(Clone, Copy)]
enum Role {
    Ident,
    Method,
    Macro,
}

impl<'a> Scanner<'a> {
    /// An identifier that is no keyword.
    pub(super) fn word(&mut self, token: Token, word: &'a [u8]) {
        match word {
            b"macro_rules" | b"thread_local" | b"lazy_static" | b"task_local" if self.next_byte_is(b'!') => {
                self.mark_items(None)
            }
            b"union" if self.frames.last().is_some_and(|frame| frame.kind == FrameKind::Items) => {
                if let Some(frame) = self.frames.last_mut()
                    && frame.keyword.is_none()
                {
                    frame.keyword = Some(Keyword::Struct);
                }
            }
            b"union" => {
                let mut ahead = self.lexer.clone();
                let name = ahead.next_code();
                let after = ahead.next_code();
                let declares = matches!(after.kind, Kind::Open(b'{') | Kind::Punct(b'<'));
                if name.kind == Kind::Ident && keyword(self.slice(name)).is_none() && declares {
                    self.mark_items(Some(Keyword::Struct));
                }
            }
            b"_" => return,
            _ => {}
        }
        if !self.is_in_body() {
            return;
        }
        let text = self.text.get(token.lo..token.hi).unwrap_or_default();
        let text = text.strip_prefix("r#").unwrap_or(text);
        let role = if self.is_after_dot() && self.next_is_call() {
            Role::Method
        } else if self.next_is_bang() {
            Role::Macro
        } else {
            Role::Ident
        };
        self.record(text, role);
    }

    /// The keyword `mut`: in `as *mut T` it makes a pointer that may be written through.
    pub(super) fn mut_word(&mut self) {
        if self.prev.kind == Kind::Punct(b'*') && self.is_in_body() {
            self.record(MUT_POINTER, Role::Ident);
        }
    }

    /// A literal: after a dot it is the number of a tuple field, or two of them (`pair.0.1`).
    pub(super) fn tuple_index(&mut self, token: Token) {
        if !self.is_after_dot() || !self.is_in_body() {
            return;
        }
        let text = self.text.get(token.lo..token.hi).unwrap_or_default();
        for number in text.split('.') {
            if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
                self.record(number, Role::Ident);
            }
        }
    }

    fn is_in_body(&self) -> bool {
        self.body != NONE
            && self.records_words()
            && !matches!(self.frames.last(), Some(Frame { kind: FrameKind::Attribute { .. }, .. }))
    }

    /// Whether the token at hand follows a dot that is not part of `..`.
    fn is_after_dot(&self) -> bool {
        self.prev.kind == Kind::Punct(b'.')
            && !(self.prev2.kind == Kind::Punct(b'.') && self.prev2.hi == self.prev.lo)
    }

    fn record(&mut self, text: &'a str, role: Role) {
        let number = self.number(text);
        let (Some(body), Some(seen)) =
            (self.out.bodies.get_mut(self.body as usize), self.seen.get_mut(number as usize))
        else {
            return;
        };
        let (list, stamp) = match role {
            Role::Ident => (&mut body.idents, &mut seen.0),
            Role::Method => (&mut body.methods, &mut seen.1),
            Role::Macro => (&mut body.macros, &mut seen.2),
        };
        if *stamp != self.body {
            *stamp = self.body;
            list.push(number);
        }
    }

    pub(super) fn number(&mut self, text: &'a str) -> u32 {
        let next = self.out.names.len() as u32;
        let number = *self.numbers.entry(text).or_insert(next);
        if number == next {
            self.out.names.push(text);
            self.seen.push((NONE, NONE, NONE));
        }
        number
    }

    pub(super) fn next_byte_is(&self, byte: u8) -> bool {
        let next = self.lexer.clone().next_code();
        next.kind == Kind::Punct(byte)
    }

    /// Whether a `!` comes next that is not part of `!=`.
    fn next_is_bang(&self) -> bool {
        let rest = self.text.as_bytes().get(self.lexer.pos()..).unwrap_or_default();
        let mut rest = rest.iter().skip_while(|it| it.is_ascii_whitespace());
        rest.next() == Some(&b'!') && rest.next() != Some(&b'=')
    }

    /// Whether `(` or `::<` comes next.
    pub(super) fn next_is_call(&self) -> bool {
        match self.text.as_bytes().get(self.lexer.pos()) {
            Some(b'(') => true,
            Some(b':' | b' ' | b'\n' | b'\t' | b'\r' | b'/') => {
                let mut ahead = self.lexer.clone();
                match ahead.next_code().kind {
                    Kind::Open(b'(') => true,
                    Kind::Punct(b':') => {
                        ahead.next_code().kind == Kind::Punct(b':')
                            && ahead.next_code().kind == Kind::Punct(b'<')
                    }
                    _ => false,
                }
            }
            _ => false,
        }
    }
}
