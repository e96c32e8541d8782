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
    /// A method that is called with no arguments, or perhaps so.
    BareMethod,
    /// A method that is called in what a `let mut` gives its variable.
    MutInit,
    Macro,
}

/// How many roles there are.
pub(super) const N_ROLES: usize = 5;

/// A call of a method, as far as its first tokens tell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::syntax) enum Call {
    /// With no arguments, or perhaps so: what stands between the parentheses is not looked for (`.get::<T>(..)`), or a macro's
    /// arguments may be nothing (`.get($($key),*)`).
    Bare,
    /// With arguments.
    Full,
}

impl Call {
    /// The call by the first token between its parentheses.
    pub(in crate::syntax) fn of(first: Kind) -> Call {
        match first {
            Kind::Close(_) | Kind::Punct(b'$') | Kind::End => Call::Bare,
            _ => Call::Full,
        }
    }
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
        let call = if self.is_after_dot() { self.next_call() } else { None };
        match call {
            Some(call) => {
                self.record(text, Role::Method);
                if call == Call::Bare {
                    self.record(text, Role::BareMethod);
                }
                if self.fills_mut_variable() {
                    self.record(text, Role::MutInit);
                }
            }
            None if self.next_is_bang() => self.record(text, Role::Macro),
            None => {
                self.record(text, Role::Ident);
                if self.ends_called_path() && self.fills_mut_variable() {
                    self.record(text, Role::MutInit);
                }
            }
        }
    }

    /// Whether the word at hand ends a path that is called: `HashMap::clone(&rows)`.
    fn ends_called_path(&self) -> bool {
        self.prev.kind == Kind::Punct(b':')
            && self.prev2.kind == Kind::Punct(b':')
            && self.next_call().is_some()
    }

    /// Whether the statement at hand is a `let mut`.
    fn fills_mut_variable(&self) -> bool {
        let statement = self.frames.last().map(|it| it.statement as usize);
        let text = statement.and_then(|lo| self.text.as_bytes().get(lo..)).unwrap_or_default();
        let after = text.strip_prefix(b"let").unwrap_or_default();
        let word = after.trim_ascii_start();
        word.len() < after.len()
            && word.strip_prefix(b"mut").and_then(<[u8]>::first).is_some_and(u8::is_ascii_whitespace)
    }

    /// The keyword `mut`: in `as *mut T` it makes a pointer that may be written through. As a type alone it makes none.
    pub(super) fn mut_word(&mut self) {
        let is_cast = || self.prev2.kind == Kind::Ident && self.slice(self.prev2) == b"as";
        if self.prev.kind == Kind::Punct(b'*') && is_cast() && self.is_in_body() {
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
        let list = match role {
            Role::Ident => &mut body.idents,
            Role::Method => &mut body.methods,
            Role::BareMethod => &mut body.bare_methods,
            Role::MutInit => &mut body.mut_inits,
            Role::Macro => &mut body.macros,
        };
        if let Some(stamp) = seen.get_mut(role as usize)
            && *stamp != self.body
        {
            *stamp = self.body;
            list.push(number);
        }
    }

    pub(super) fn number(&mut self, text: &'a str) -> u32 {
        let next = self.out.names.len() as u32;
        let number = *self.numbers.entry(text).or_insert(next);
        if number == next {
            self.out.names.push(text);
            self.seen.push([NONE; N_ROLES]);
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

    /// The call that comes next: `(` or `::<`.
    fn next_call(&self) -> Option<Call> {
        if !matches!(
            self.text.as_bytes().get(self.lexer.pos())?,
            b'(' | b':' | b' ' | b'\n' | b'\t' | b'\r' | b'/'
        ) {
            return None;
        }
        let mut ahead = self.lexer.clone();
        match ahead.next_code().kind {
            Kind::Open(b'(') => Some(Call::of(ahead.next_code().kind)),
            Kind::Punct(b':') => {
                let is_turbofish = ahead.next_code().kind == Kind::Punct(b':')
                    && ahead.next_code().kind == Kind::Punct(b'<');
                is_turbofish.then_some(Call::Bare)
            }
            _ => None,
        }
    }
}
