//! The tokens of a row.

use super::{Names, Params};
use crate::model::types::{Bound, Type};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Token<'t> {
    Word(&'t str),
    Lifetime,
    Number,
    Arrow,
    Colons,
    Punct(u8),
    End,
}

pub(super) struct Reader<'t, 'n> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) token: Token<'t>,
    pub(super) names: &'n Names<'n>,
    pub(super) params: Params,
    pub(super) bounds: Vec<(Type, Bound)>,
    pub(super) depth: u32,
}

pub(super) type Read<T> = Result<T, String>;

impl<'t, 'n> Reader<'t, 'n> {
    pub(super) fn new(text: &'t str, names: &'n Names<'n>, params: Params) -> Self {
        let mut reader =
            Reader { text, at: 0, token: Token::End, names, params, bounds: Vec::new(), depth: 0 };
        reader.bump();
        reader
    }

    /// Moves on to the next token, which starts at or after `at`.
    pub(super) fn bump(&mut self) {
        let bytes = self.text.as_bytes();
        let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        let mut i = self.at;
        while bytes.get(i).is_some_and(u8::is_ascii_whitespace) {
            i += 1;
        }
        let start = i;
        let Some(&first) = bytes.get(i) else {
            self.at = i;
            self.token = Token::End;
            return;
        };
        i += 1;
        let next = bytes.get(i).copied();
        self.token = match (first, next) {
            (b'-', Some(b'>')) => {
                i += 1;
                Token::Arrow
            }
            (b':', Some(b':')) => {
                i += 1;
                Token::Colons
            }
            (b'\'', _) | (b'0'..=b'9', _) => {
                while bytes.get(i).copied().is_some_and(is_word) {
                    i += 1;
                }
                if first == b'\'' { Token::Lifetime } else { Token::Number }
            }
            _ if is_word(first) => {
                while bytes.get(i).copied().is_some_and(is_word) {
                    i += 1;
                }
                Token::Word(self.text.get(start..i).unwrap_or(""))
            }
            _ => Token::Punct(first),
        };
        self.at = i;
    }

    pub(super) fn error<T>(&self, what: &str) -> Read<T> {
        let rest = self.text.get(self.at..).unwrap_or("");
        let seen = match self.token {
            Token::Word(word) => format!("`{word}`"),
            Token::Lifetime => "a lifetime".to_owned(),
            Token::Number => "a number".to_owned(),
            Token::Arrow => "`->`".to_owned(),
            Token::Colons => "`::`".to_owned(),
            Token::Punct(byte) => format!("`{}`", char::from(byte)),
            Token::End => "the end".to_owned(),
        };
        Err(format!("expected {what}, found {seen} before `{rest}`"))
    }

    pub(super) fn is(&self, byte: u8) -> bool {
        self.token == Token::Punct(byte)
    }

    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.is(byte);
        if found {
            self.bump();
        }
        found
    }

    pub(super) fn expect(&mut self, byte: u8) -> Read<()> {
        if self.eat(byte) { Ok(()) } else { self.error(&format!("`{}`", char::from(byte))) }
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.token == Token::Word(word)
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.bump();
        }
        found
    }

    pub(super) fn word(&mut self) -> Read<&'t str> {
        match self.token {
            Token::Word(word) => {
                self.bump();
                Ok(word)
            }
            _ => self.error("a name"),
        }
    }

    pub(super) fn end(&self) -> Read<()> {
        if self.token == Token::End { Ok(()) } else { self.error("the end of the signature") }
    }

    /// Tries to read on; takes the reader back if `read` gives `None`.
    pub(super) fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let (at, token) = (self.at, self.token);
        let result = read(self);
        if result.is_none() {
            self.at = at;
            self.token = token;
        }
        result
    }
}
