//! One pass of the tokenizer over a file or a body: where the bodies of functions are, which words stand in them, where items
//! begin and end, and how deep a recursive parser would have to go.
//!
//! syn recurses, and so does dropping its trees: a text that nests too deep must never reach it. The depth is estimated from
//! above, from the tokens alone: each delimiter, operator, prefix and open `<` of an element (what stands between two
//! separators) may be one level. See [`MAX_DEPTH`].

mod code;
mod delimiters;
mod frames;
mod items;
mod words;

pub(in crate::syntax) use self::words::Call;

use self::frames::{Frame, FrameKind, MacroHead};
use self::words::N_ROLES;
use super::tokens::{Kind, Lexer, Token, preamble};
use crate::source::TextRange;
use rustc_hash::FxHashMap;

/// The deepest nesting that syn is asked to read: estimated levels, where a delimiter counts [`DELIMITER`] times.
pub(in crate::syntax) const MAX_DEPTH: u32 = 6000;
/// What a pair of delimiters counts: recursion through one costs many times the stack of an operator.
pub(in crate::syntax) const DELIMITER: u32 = 12;
/// The longest `else if` ladder.
pub(in crate::syntax) const MAX_LADDER: u32 = 2000;
/// The longest run of prefix operators.
pub(in crate::syntax) const MAX_PREFIX: u32 = 500;
/// The most tokens of a body, or of the items of a file.
pub(in crate::syntax) const MAX_TOKENS: u32 = 4_000_000;
/// Delimiters open at one time after which a file is given up: the frames themselves would fill the memory.
const MAX_FRAMES: usize = 200_000;
/// Initialisers' groups shorter than this are not worth cutting.
const MIN_CUT: u32 = 48;

const NONE: u32 = u32::MAX;

/// Text that syn does not get to see.
#[derive(Clone, Copy, Debug)]
pub(in crate::syntax) struct Cut {
    pub range: TextRange,
    /// Stands in its place.
    pub fill: &'static str,
}

/// A body of a function, or an initialiser.
#[derive(Debug)]
pub(in crate::syntax) struct Body {
    pub lo: u32,
    pub hi: u32,
    /// Declares items other than `use`.
    pub has_items: bool,
    /// Why it must not be parsed.
    pub excess: Option<Excess>,
    /// Names as numbers into [`Scan::names`].
    pub methods: Vec<u32>,
    pub bare_methods: Vec<u32>,
    pub mut_inits: Vec<u32>,
    pub macros: Vec<u32>,
    pub idents: Vec<u32>,
}

/// Which bound a text goes over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::syntax) enum Excess {
    Depth,
    Ladder,
    Prefix,
    Tokens,
}

impl Excess {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Excess::Depth => "it nests too deep",
            Excess::Ladder => "its `else if` ladder is too long",
            Excess::Prefix => "its run of prefix operators is too long",
            Excess::Tokens => "it has too many tokens",
        }
    }
}

/// An item, as the tokenizer sees it.
#[derive(Debug)]
pub(in crate::syntax) struct Piece {
    pub range: TextRange,
    /// The item whose braces it stands in.
    pub parent: Option<u32>,
    pub kind: PieceKind,
    pub fault: Option<Fault>,
    tokens_at_start: u32,
}

/// Why a piece cannot be parsed at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::syntax) enum Fault {
    Excess(Excess),
    Unbalanced,
}

/// What a piece is, as far as recovery must know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::syntax) enum PieceKind {
    Mod,
    Impl,
    Trait,
    Extern,
    /// `#![…]`.
    InnerAttribute,
    Other,
}

/// A comment or attribute that speaks to us.
#[derive(Clone, Copy, Debug)]
pub(in crate::syntax) struct Note {
    pub range: TextRange,
    pub is_attribute: bool,
}

/// What is scanned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::syntax) enum Mode {
    /// A file: bodies are cut out.
    File,
    /// A file again whose delimiters do not match: an item keyword in the first column starts an item, whatever is open.
    Resync,
    /// One function: its own body is kept, those of functions inside it are cut.
    Fn,
    /// An expression.
    Expr,
    /// An expression of which only the words matter: the first body is the whole.
    Words,
}

/// What a scan found.
#[derive(Debug)]
pub(in crate::syntax) struct Scan<'a> {
    pub cuts: Vec<Cut>,
    pub bodies: Vec<Body>,
    pub pieces: Vec<Piece>,
    pub notes: Vec<Note>,
    /// Attributes that permit what clippy says of guards across awaits.
    pub clippy_allows: Vec<TextRange>,
    pub names: Vec<&'a str>,
    /// All delimiters matched and all strings ended.
    pub balanced: bool,
    /// The text says that it is generated.
    pub generated: bool,
    /// Over a bound as a whole; nothing else is to be trusted then.
    pub excess: Option<Excess>,
}

struct Scanner<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    mode: Mode,
    frames: Vec<Frame>,
    out: Scan<'a>,
    numbers: FxHashMap<&'a str, u32>,
    /// For each name the body in which it was last seen in each [role](words::Role).
    seen: Vec<[u32; N_ROLES]>,
    body: u32,
    tokens: u32,
    head: MacroHead,
    prev: Token,
    prev2: Token,
    prev_is_name: bool,
    prefix: u32,
    worst: Option<Excess>,
}

/// Scans a range of a text.
pub(in crate::syntax) fn scan(text: &str, range: TextRange, mode: Mode) -> Scan<'_> {
    let (mut lo, hi) = (range.lo as usize, range.hi as usize);
    if matches!(mode, Mode::File | Mode::Resync) {
        lo = lo.max(preamble(text));
    }
    let nothing = Token { kind: Kind::End, lo, hi: lo };
    let root = if matches!(mode, Mode::Expr | Mode::Words) { FrameKind::Code } else { FrameKind::Items };
    let mut scanner = Scanner {
        text,
        lexer: Lexer::new(text, lo, hi),
        mode,
        frames: vec![Frame::new(root, lo as u32, 0)],
        out: Scan {
            cuts: Vec::new(),
            bodies: Vec::new(),
            pieces: Vec::new(),
            notes: Vec::new(),
            clippy_allows: Vec::new(),
            names: Vec::new(),
            balanced: true,
            generated: false,
            excess: None,
        },
        numbers: FxHashMap::default(),
        seen: Vec::new(),
        body: NONE,
        tokens: 0,
        head: MacroHead::No,
        prev: nothing,
        prev2: nothing,
        prev_is_name: false,
        prefix: 0,
        worst: None,
    };
    if mode == Mode::Words {
        scanner.open_body(lo as u32);
    }
    scanner.run();
    scanner.out
}

impl<'a> Scanner<'a> {
    fn slice(&self, token: Token) -> &'a [u8] {
        self.text.as_bytes().get(token.lo..token.hi).unwrap_or_default()
    }

    fn reads_file(&self) -> bool {
        matches!(self.mode, Mode::File | Mode::Resync)
    }

    fn records_words(&self) -> bool {
        self.reads_file() || self.mode == Mode::Words
    }

    fn run(&mut self) {
        loop {
            let token = self.lexer.next_token();
            match token.kind {
                Kind::End => break,
                Kind::LineComment | Kind::BlockComment => {
                    self.comment(token);
                    continue;
                }
                Kind::Unterminated => {
                    self.out.balanced = false;
                    // To syn an open comment or string is an error in every item after it: take it away.
                    self.cut(token.lo, token.hi, " ");
                    break;
                }
                _ => {}
            }
            self.tokens = self.tokens.saturating_add(1);
            if self.mode == Mode::Resync && self.frames.len() > 1 && self.starts_item_in_first_column(token) {
                self.close_all(token.lo as u32);
            }
            self.code(token);
            if self.frames.len() > MAX_FRAMES {
                self.out.excess = Some(Excess::Depth);
                return;
            }
            self.prev2 = self.prev;
            self.prev = token;
        }
        self.finish();
    }

    fn finish(&mut self) {
        let end = self.lexer.pos() as u32;
        if self.frames.len() > 1 {
            self.out.balanced = false;
            self.close_all(end);
        }
        self.end_piece(end, false);
        let depth = self.frames.last().map_or(0, Frame::depth_with_items);
        self.out.excess = self.excess(depth, self.tokens);
    }

    /// The bound that is gone over; forgets the ladder and the run of prefixes.
    fn excess(&mut self, depth: u32, tokens: u32) -> Option<Excess> {
        let worst = self.worst.take();
        if depth > MAX_DEPTH {
            Some(Excess::Depth)
        } else if tokens > MAX_TOKENS {
            Some(Excess::Tokens)
        } else {
            worst
        }
    }

    fn comment(&mut self, token: Token) {
        let text = self.slice(token);
        if self.reads_file() {
            let inner = text.get(2..).unwrap_or_default().trim_ascii_start();
            if inner.starts_with(b"hazmap:") {
                self.out.notes.push(Note {
                    range: TextRange::new(token.lo as u32, token.hi as u32),
                    is_attribute: false,
                });
            }
            // Only what stands before the first item speaks for the whole file.
            let before_items = token.lo < 4096
                && self.out.pieces.iter().all(|piece| piece.kind == PieceKind::InnerAttribute);
            if before_items && !self.out.generated && says_generated(text) {
                self.out.generated = true;
            }
        }
        // Documentation is an attribute to syn, dear to parse and of no use here.
        self.cut(token.lo, token.hi, " ");
    }

    fn cut(&mut self, lo: usize, hi: usize, fill: &'static str) {
        if lo < hi {
            self.out.cuts.push(Cut { range: TextRange::new(lo as u32, hi as u32), fill });
        }
    }
}

fn says_generated(comment: &[u8]) -> bool {
    let has = |needle: &[u8]| comment.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle));
    has(b"@generated") || has(b"do not edit") || has(b"automatically generated")
}
