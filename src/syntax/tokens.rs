//! A small, fast tokenizer of our own: it knows just enough of Rust's lexical grammar never to take the inside of a string, a
//! character or a comment for code.
//!
//! syn lexes as well, but it needs ten times as long, refuses a file for one bad token, and drops comments.

use crate::source::TextRange;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// An identifier or keyword, `r#name` and `_` included.
    Ident,
    /// `'a`.
    Lifetime,
    /// Any literal.
    Literal,
    /// One byte of punctuation.
    Punct(u8),
    /// `(`, `[` or `{`.
    Open(u8),
    /// `)`, `]` or `}`.
    Close(u8),
    /// `// …` without the line break.
    LineComment,
    /// `/* … */`, nested ones included.
    BlockComment,
    /// A byte that no token starts with.
    Unknown,
    /// A string or comment that never ends; it reaches to the end of the text.
    Unterminated,
    /// The end of the text.
    End,
}

/// A token with its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Offset of its first byte.
    pub lo: usize,
    /// Offset after its last byte.
    pub hi: usize,
}

/// Reads tokens off a text.
#[derive(Clone, Debug)]
pub struct Lexer<'a> {
    bytes: &'a [u8],
    pos: usize,
}

/// Classes of first bytes, so that the main switch is one table look-up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Word,
    Digit,
    Open,
    Close,
    Quote,
    Apostrophe,
    Slash,
    Punct,
    High,
    Bad,
}

const CLASSES: [Class; 256] = {
    let mut table = [Class::Bad; 256];
    let mut b = 0;
    while b < 256 {
        table[b] = match b as u8 {
            b' ' | b'\n' | b'\t' | b'\r' | 0x0b | 0x0c => Class::Space,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => Class::Word,
            b'0'..=b'9' => Class::Digit,
            b'(' | b'[' | b'{' => Class::Open,
            b')' | b']' | b'}' => Class::Close,
            b'"' => Class::Quote,
            b'\'' => Class::Apostrophe,
            b'/' => Class::Slash,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'*' | b'+' | b',' | b'-' | b'.' | b':' | b';' | b'<'
            | b'=' | b'>' | b'?' | b'@' | b'^' | b'|' | b'~' => Class::Punct,
            0x80..=0xff => Class::High,
            _ => Class::Bad,
        };
        b += 1;
    }
    table
};

const fn is_word(b: u8) -> bool {
    matches!(b, b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'0'..=b'9' | 0x80..=0xff)
}

const WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 256 {
        table[b] = is_word(b as u8);
        b += 1;
    }
    table
};

impl<'a> Lexer<'a> {
    /// Starts at `pos` of a text and ends at `end`.
    pub fn new(text: &'a str, pos: usize, end: usize) -> Self {
        let end = end.min(text.len());
        Lexer { bytes: text.as_bytes().get(..end).unwrap_or_default(), pos: pos.min(end) }
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// Where the next token is looked for.
    pub fn pos(&self) -> usize {
        self.pos
    }

    /// Reads the next token, comments included.
    pub fn next_token(&mut self) -> Token {
        loop {
            let lo = self.pos;
            let Some(&first) = self.bytes.get(lo) else {
                return Token { kind: Kind::End, lo, hi: lo };
            };
            let kind = match CLASSES[first as usize] {
                Class::Space => {
                    self.skip_spaces();
                    continue;
                }
                Class::Word => self.word(first),
                Class::Digit => self.number(),
                Class::Open => {
                    self.pos += 1;
                    Kind::Open(first)
                }
                Class::Close => {
                    self.pos += 1;
                    Kind::Close(first)
                }
                Class::Quote => {
                    self.pos += 1;
                    self.string()
                }
                Class::Apostrophe => self.apostrophe(),
                Class::Slash => self.slash(),
                Class::Punct => {
                    self.pos += 1;
                    Kind::Punct(first)
                }
                Class::High => match self.high() {
                    Some(kind) => kind,
                    None => continue,
                },
                Class::Bad => {
                    self.pos += 1;
                    Kind::Unknown
                }
            };
            return Token { kind, lo, hi: self.pos };
        }
    }

    /// Reads the next token that is not a comment.
    pub fn next_code(&mut self) -> Token {
        loop {
            let token = self.next_token();
            if !matches!(token.kind, Kind::LineComment | Kind::BlockComment) {
                return token;
            }
        }
    }

    fn skip_spaces(&mut self) {
        while matches!(self.byte(self.pos), b' ' | b'\n' | b'\t' | b'\r' | 0x0b | 0x0c) {
            self.pos += 1;
        }
    }

    fn skip_word(&mut self) {
        while WORD[self.byte(self.pos) as usize] {
            self.pos += 1;
        }
    }

    /// An identifier, or a string literal with a prefix.
    fn word(&mut self, first: u8) -> Kind {
        if matches!(first, b'r' | b'b' | b'c')
            && let Some(kind) = self.prefixed(first)
        {
            return kind;
        }
        self.skip_word();
        Kind::Ident
    }

    fn prefixed(&mut self, first: u8) -> Option<Kind> {
        let second = self.byte(self.pos + 1);
        match (first, second) {
            (b'b' | b'c', b'"') => {
                self.pos += 2;
                Some(self.string())
            }
            (b'b', b'\'') => {
                self.pos += 1;
                Some(self.byte_char())
            }
            (b'b' | b'c', b'r') => self.raw_string(self.pos + 2),
            (b'r', b'"') => self.raw_string(self.pos + 1),
            (b'r', b'#') => {
                if let Some(kind) = self.raw_string(self.pos + 1) {
                    return Some(kind);
                }
                let third = self.byte(self.pos + 2);
                if WORD[third as usize] && !third.is_ascii_digit() {
                    self.pos += 2;
                    self.skip_word();
                    return Some(Kind::Ident);
                }
                None
            }
            _ => None,
        }
    }

    /// A raw string whose hashes (or quote) start at `at`, if there is one.
    fn raw_string(&mut self, at: usize) -> Option<Kind> {
        let mut open = at;
        while self.byte(open) == b'#' {
            open += 1;
        }
        if self.byte(open) != b'"' {
            return None;
        }
        let hashes = open - at;
        let mut pos = open + 1;
        while pos < self.bytes.len() {
            if self.byte(pos) == b'"' {
                let tail = self.bytes.get(pos + 1..pos + 1 + hashes);
                if tail.is_some_and(|tail| tail.iter().all(|&b| b == b'#')) {
                    self.pos = pos + 1 + hashes;
                    self.skip_word();
                    return Some(Kind::Literal);
                }
            }
            pos += 1;
        }
        self.pos = self.bytes.len();
        Some(Kind::Unterminated)
    }

    /// The rest of a string after its opening quote.
    fn string(&mut self) -> Kind {
        loop {
            match self.bytes.get(self.pos) {
                None => return Kind::Unterminated,
                Some(b'"') => {
                    self.pos += 1;
                    self.skip_word();
                    return Kind::Literal;
                }
                Some(b'\\') => self.pos = (self.pos + 2).min(self.bytes.len()),
                Some(_) => self.pos += 1,
            }
        }
    }

    /// `'x'` after a `b`; `self.pos` is at the apostrophe.
    fn byte_char(&mut self) -> Kind {
        let mut pos = self.pos + 1;
        if self.byte(pos) == b'\\' {
            pos += 1;
        }
        pos += 1;
        while pos < self.bytes.len() && !matches!(self.byte(pos), b'\'' | b'\n') {
            pos += 1;
        }
        if self.byte(pos) == b'\'' {
            self.pos = pos + 1;
            self.skip_word();
            Kind::Literal
        } else {
            self.pos += 1;
            Kind::Unknown
        }
    }

    /// A character literal or a lifetime.
    fn apostrophe(&mut self) -> Kind {
        let start = self.pos + 1;
        if self.byte(start) == b'\\' {
            let mut pos = start + 2;
            while pos < self.bytes.len() && !matches!(self.byte(pos), b'\'' | b'\n') {
                pos += 1;
            }
            if self.byte(pos) == b'\'' {
                self.pos = pos + 1;
                self.skip_word();
                return Kind::Literal;
            }
            self.pos = start;
            return Kind::Unknown;
        }
        let width = char_width(self.byte(start));
        if start < self.bytes.len() && self.byte(start + width) == b'\'' && self.byte(start) != b'\'' {
            self.pos = start + width + 1;
            self.skip_word();
            return Kind::Literal;
        }
        let first = self.byte(start);
        if WORD[first as usize] && !first.is_ascii_digit() {
            self.pos = start;
            self.skip_word();
            if self.pos == start + 1 && first == b'r' && self.byte(self.pos) == b'#' {
                self.pos += 1;
                self.skip_word();
            }
            return Kind::Lifetime;
        }
        self.pos = start;
        Kind::Unknown
    }

    fn number(&mut self) -> Kind {
        self.number_part();
        // `1.5` and `1.` are numbers, `1..2`, `1.max(2)` and the `x.0` before `.lock()` are not.
        if self.byte(self.pos) == b'.' {
            let after = self.byte(self.pos + 1);
            if after.is_ascii_digit() {
                self.pos += 1;
                self.number_part();
            } else if after != b'.' && !WORD[after as usize] {
                self.pos += 1;
            }
        }
        Kind::Literal
    }

    /// Digits, letters and the sign of an exponent.
    fn number_part(&mut self) {
        let start = self.pos;
        self.skip_word();
        let hex = self.byte(start) == b'0' && matches!(self.byte(start + 1), b'x' | b'X');
        let exponent = !hex && self.pos > start && matches!(self.byte(self.pos - 1), b'e' | b'E');
        if exponent && matches!(self.byte(self.pos), b'+' | b'-') && self.byte(self.pos + 1).is_ascii_digit()
        {
            self.pos += 1;
            self.skip_word();
        }
    }

    fn slash(&mut self) -> Kind {
        match self.byte(self.pos + 1) {
            b'/' => {
                let rest = self.bytes.get(self.pos..).unwrap_or_default();
                self.pos += rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
                Kind::LineComment
            }
            b'*' => self.block_comment(),
            _ => {
                self.pos += 1;
                Kind::Punct(b'/')
            }
        }
    }

    fn block_comment(&mut self) -> Kind {
        let mut depth = 0_usize;
        while self.pos < self.bytes.len() {
            match (self.byte(self.pos), self.byte(self.pos + 1)) {
                (b'/', b'*') => {
                    depth += 1;
                    self.pos += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    self.pos += 2;
                    if depth == 0 {
                        return Kind::BlockComment;
                    }
                }
                _ => self.pos += 1,
            }
        }
        self.pos = self.bytes.len();
        Kind::Unterminated
    }

    /// A byte outside ASCII: white space (`None`), an identifier, or something unknown.
    fn high(&mut self) -> Option<Kind> {
        let width = char_width(self.byte(self.pos));
        let end = (self.pos + width).min(self.bytes.len());
        let text = self.bytes.get(self.pos..end).and_then(|bytes| std::str::from_utf8(bytes).ok());
        match text.and_then(|text| text.chars().next()) {
            Some(c) if c.is_whitespace() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{feff}') => {
                self.pos = end;
                None
            }
            Some(c) if c.is_alphabetic() => {
                self.skip_word();
                Some(Kind::Ident)
            }
            _ => {
                self.pos = end;
                Some(Kind::Unknown)
            }
        }
    }
}

/// How many bytes the character has that starts with `first`.
fn char_width(first: u8) -> usize {
    match first {
        0..=0xbf => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xff => 4,
    }
}

/// The closing delimiter for an opening one.
pub fn closer(open: u8) -> u8 {
    match open {
        b'(' => b')',
        b'[' => b']',
        _ => b'}',
    }
}

/// How many bytes a BOM and a shebang line take at the start of a text.
pub fn preamble(text: &str) -> usize {
    let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let rest = text.get(bom..).unwrap_or_default();
    let Some(after) = rest.strip_prefix("#!") else {
        return bom;
    };
    // `#![attr]` starts with the same two bytes.
    let mut lexer = Lexer::new(after, 0, after.len());
    if lexer.next_code().kind == Kind::Open(b'[') {
        return bom;
    }
    bom + rest.find('\n').unwrap_or(rest.len())
}

/// The literals and comments that reach over a line's end, in order.
pub fn over_lines(text: &str) -> Vec<TextRange> {
    let mut lexer = Lexer::new(text, preamble(text), text.len());
    let mut found = Vec::new();
    loop {
        let token = lexer.next_token();
        if token.kind == Kind::End {
            return found;
        }
        if text.get(token.lo..token.hi).is_some_and(|it| it.contains('\n')) {
            found.push(TextRange::new(token.lo as u32, token.hi as u32));
        }
    }
}

/// Counts the tokens of a text, comments left out.
pub fn count_tokens(text: &str) -> usize {
    let mut lexer = Lexer::new(text, preamble(text), text.len());
    let mut n = 0;
    while lexer.next_code().kind != Kind::End {
        n += 1;
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reaches_over_lines() {
        let text = "a(\"x\"); // b\nlet c = r#\"\n\"#; /* d\n e */ 'f'";
        let found: Vec<&str> =
            over_lines(text).iter().map(|it| &text[it.lo as usize..it.hi as usize]).collect();
        assert_eq!(found, ["r#\"\n\"#", "/* d\n e */"]);
    }

    fn kinds(text: &str) -> Vec<(Kind, &str)> {
        let mut lexer = Lexer::new(text, 0, text.len());
        let mut out = Vec::new();
        loop {
            let token = lexer.next_token();
            if token.kind == Kind::End {
                return out;
            }
            out.push((token.kind, &text[token.lo..token.hi]));
        }
    }

    fn literals(text: &str) -> Vec<&str> {
        kinds(text).into_iter().filter(|(kind, _)| *kind == Kind::Literal).map(|(_, text)| text).collect()
    }

    #[test]
    fn strings_of_every_kind() {
        let text = r####"a("x\"y", r"\", r#"a"b"#, br##"c"#d"##, b"z", c"c", cr"r", b'\'', '"', '\\', 'é', '\u{1F600}')"####;
        assert_eq!(
            literals(text),
            [
                r#""x\"y""#,
                r#"r"\""#,
                r###"r#"a"b"#"###,
                r###"br##"c"#d"##"###,
                r#"b"z""#,
                r#"c"c""#,
                r#"cr"r""#,
                r"b'\''",
                "'\"'",
                r"'\\'",
                "'é'",
                r"'\u{1F600}'"
            ]
        );
    }

    #[test]
    fn lifetimes_are_not_characters() {
        let text = "fn f<'a>(x: &'a str, c: char) { 'l: loop { break 'l } ; 'x'; '('; b'('; 'r#b }";
        let lifetimes: Vec<_> =
            kinds(text).into_iter().filter(|(kind, _)| *kind == Kind::Lifetime).map(|(_, t)| t).collect();
        assert_eq!(lifetimes, ["'a", "'a", "'l", "'l", "'r#b"]);
        assert_eq!(literals(text), ["'x'", "'('", "b'('"]);
    }

    #[test]
    fn numbers_leave_methods_and_ranges_alone() {
        let text = "1..2 1.max(2) 1.5e-3 1. 0x1e+1 x.0.lock() x.0.1.lock() 1e5";
        let found: Vec<_> = kinds(text).into_iter().map(|(_, text)| text).collect();
        let expected = [
            "1", ".", ".", "2", "1", ".", "max", "(", "2", ")", "1.5e-3", "1.", "0x1e", "+", "1", "x", ".",
            "0", ".", "lock", "(", ")", "x", ".", "0.1", ".", "lock", "(", ")", "1e5",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn comments_nest_and_raw_identifiers_are_one_token() {
        let found = kinds("a /* x /* y */ z */ r#fn // end");
        assert_eq!(
            found,
            [
                (Kind::Ident, "a"),
                (Kind::BlockComment, "/* x /* y */ z */"),
                (Kind::Ident, "r#fn"),
                (Kind::LineComment, "// end")
            ]
        );
    }

    #[test]
    fn the_unterminated_reaches_to_the_end() {
        for text in ["\"abc", "/* abc", "r##\"abc\"#", "b\"\\"] {
            assert_eq!(kinds(text), [(Kind::Unterminated, text)]);
        }
    }

    #[test]
    fn preambles() {
        assert_eq!(preamble("#!/usr/bin/env x\nfn f() {}"), 16);
        assert_eq!(preamble("#![allow(x)]"), 0);
        assert_eq!(preamble("#! [allow(x)]"), 0);
        assert_eq!(preamble("\u{feff}#!/x\n"), 7);
        assert_eq!(preamble("\u{feff}fn"), 3);
    }
}
