//! One pass of the tokenizer over a file or a body: where the bodies of functions are, which words stand in them, where items
//! begin and end, and how deep a recursive parser would have to go.
//!
//! syn recurses, and so does dropping its trees: a text that nests too deep must never reach it. The depth is estimated from
//! above, from the tokens alone: each delimiter, operator, prefix and open `<` of an element (what stands between two
//! separators) may be one level. See [`MAX_DEPTH`].

use super::keywords::{Keyword, keyword, starts_item};
use super::tokens::{Kind, Lexer, Token, closer, preamble};
use crate::source::TextRange;
use rustc_hash::FxHashMap;

/// The deepest nesting that syn is asked to read: estimated levels, where a delimiter counts [`DELIMITER`] times.
pub(super) const MAX_DEPTH: u32 = 6000;
/// What a pair of delimiters counts: recursion through one costs many times the stack of an operator.
pub(super) const DELIMITER: u32 = 12;
/// The longest `else if` ladder.
pub(super) const MAX_LADDER: u32 = 2000;
/// The longest run of prefix operators.
pub(super) const MAX_PREFIX: u32 = 500;
/// The most tokens of a body, or of the items of a file.
pub(super) const MAX_TOKENS: u32 = 4_000_000;
/// Delimiters open at one time after which a file is given up: the frames themselves would fill the memory.
const MAX_FRAMES: usize = 200_000;
/// Initialisers' groups shorter than this are not worth cutting.
const MIN_CUT: u32 = 48;

const NONE: u32 = u32::MAX;

/// Text that syn does not get to see.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    pub range: TextRange,
    /// Stands in its place.
    pub fill: &'static str,
}

/// A body of a function, or an initialiser.
#[derive(Debug)]
pub(super) struct Body {
    pub lo: u32,
    pub hi: u32,
    /// Declares items other than `use`.
    pub has_items: bool,
    /// Why it must not be parsed.
    pub excess: Option<Excess>,
    /// Names as numbers into [`Scan::names`].
    pub methods: Vec<u32>,
    pub idents: Vec<u32>,
}

/// Which bound a text goes over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Excess {
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
pub(super) struct Piece {
    pub range: TextRange,
    /// The item whose braces it stands in.
    pub parent: Option<u32>,
    pub kind: PieceKind,
    pub fault: Option<Fault>,
    cuts_at_start: u32,
    tokens_at_start: u32,
}

/// Why a piece cannot be parsed at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    Excess(Excess),
    Unbalanced,
}

/// What a piece is, as far as recovery must know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum PieceKind {
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
pub(super) struct Note {
    pub range: TextRange,
    pub is_attribute: bool,
}

/// What is scanned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
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
pub(super) struct Scan<'a> {
    pub cuts: Vec<Cut>,
    pub bodies: Vec<Body>,
    pub pieces: Vec<Piece>,
    pub notes: Vec<Note>,
    pub names: Vec<&'a str>,
    /// All delimiters matched and all strings ended.
    pub balanced: bool,
    /// The text says that it is generated.
    pub generated: bool,
    /// Over a bound as a whole; nothing else is to be trusted then.
    pub excess: Option<Excess>,
}

/// What the inside of a pair of delimiters is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum FrameKind {
    /// Items: a file, or the braces of `mod`, `impl`, `trait`, `extern`.
    Items,
    /// Statements and expressions.
    Code,
    /// Anything else of an item: parameters, fields, …
    Group,
    /// The arguments of a macro call or the rules of a macro.
    Macro { definition: bool },
    /// `cfg_if! { … }` among items.
    CfgIf,
    /// `#[…]` and `#![…]`.
    Attribute { inner: bool },
}

/// An open delimiter.
#[derive(Debug)]
struct Frame {
    kind: FrameKind,
    lo: u32,
    close: u8,
    // Depth of the element at hand, and of the deepest one before.
    count: u32,
    angle: u32,
    child: u32,
    ladder: u32,
    best: u32,
    /// The deepest item before the one at hand.
    items: u32,
    after_brace: bool,
    // A function or macro whose body is still to come.
    fn_pending: bool,
    fn_angle: u32,
    macro_pending: bool,
    // The item at hand.
    piece: u32,
    keyword: Option<Keyword>,
    init: Init,
    // The body that this frame is, and where to go back to.
    body: u32,
    outer_body: u32,
    cuts_at_open: u32,
    tokens_at_open: u32,
}

/// How far a static or const is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Init {
    Before,
    Awaited,
    Inside,
}

impl Frame {
    fn new(kind: FrameKind, lo: u32, close: u8) -> Self {
        Frame {
            kind,
            lo,
            close,
            count: 0,
            angle: 0,
            child: 0,
            ladder: 0,
            best: 0,
            items: 0,
            after_brace: false,
            fn_pending: false,
            fn_angle: 0,
            macro_pending: false,
            piece: NONE,
            keyword: None,
            init: Init::Before,
            body: NONE,
            outer_body: NONE,
            cuts_at_open: 0,
            tokens_at_open: 0,
        }
    }

    fn depth(&self) -> u32 {
        self.best.max(self.count.saturating_add(self.angle).saturating_add(self.child).saturating_add(self.ladder))
    }

    fn depth_with_items(&self) -> u32 {
        self.depth().max(self.items)
    }

    /// Ends an element at a comma: open `<` go on.
    fn next_element(&mut self) {
        self.best = self.depth();
        self.count = 0;
        self.child = 0;
        self.ladder = 0;
    }

    /// Ends a statement.
    fn next_statement(&mut self) {
        self.next_element();
        self.angle = 0;
    }
}

/// `name ! [name]` just before a delimiter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum MacroHead {
    No,
    Bang { cfg_if: bool },
    Named,
}

struct Scanner<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    mode: Mode,
    frames: Vec<Frame>,
    out: Scan<'a>,
    numbers: FxHashMap<&'a str, u32>,
    /// For each name the body in which it was last seen, as an identifier and as a method.
    seen: Vec<(u32, u32)>,
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
pub(super) fn scan(text: &str, range: TextRange, mode: Mode) -> Scan<'_> {
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

    // ---- comments -------------------------------------------------------------------------------------------------------

    fn comment(&mut self, token: Token) {
        let text = self.slice(token);
        if self.reads_file() {
            let inner = text.get(2..).unwrap_or_default().trim_ascii_start();
            if inner.starts_with(b"hazmap:") {
                self.out.notes.push(Note { range: TextRange::new(token.lo as u32, token.hi as u32), is_attribute: false });
            }
            // Only what stands before the first item speaks for the whole file.
            let before_items = token.lo < 4096 && self.out.pieces.iter().all(|piece| piece.kind == PieceKind::InnerAttribute);
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

    // ---- tokens ---------------------------------------------------------------------------------------------------------

    fn starts_item_in_first_column(&self, token: Token) -> bool {
        let first_column = token.lo == 0 || self.text.as_bytes().get(token.lo - 1) == Some(&b'\n');
        first_column
            && match token.kind {
                Kind::Ident => starts_item(self.slice(token)),
                Kind::Punct(b'#') => true,
                _ => false,
            }
    }

    fn code(&mut self, token: Token) {
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
        match token.kind {
            Kind::Ident => self.ident(token),
            Kind::Lifetime | Kind::Literal | Kind::Unknown => self.operand(token.kind),
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

    fn operand(&mut self, kind: Kind) {
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

    fn ident(&mut self, token: Token) {
        let word = self.slice(token);
        let keyword = if word.first().is_some_and(u8::is_ascii_lowercase) || word == b"Self" { keyword(word) } else { None };
        match keyword {
            Some(Keyword::Else) => self.else_word(),
            Some(Keyword::Nesting) => {
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
            MacroHead::Bang { .. } if self.prev.kind == Kind::Punct(b'!') => MacroHead::Named,
            _ => MacroHead::No,
        };
        self.prev_is_name = matches!(keyword, None | Some(Keyword::Try));
    }

    fn else_word(&mut self) {
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
    fn item_keyword(&mut self, keyword: Keyword) {
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
                        self.mark_items();
                        self.pend_fn();
                    }
                    Keyword::Macro if next_is_name => {
                        frame.macro_pending = true;
                        self.mark_items();
                    }
                    Keyword::Struct | Keyword::Enum | Keyword::Trait | Keyword::Mod | Keyword::Impl | Keyword::Type
                        if self.head == MacroHead::No =>
                    {
                        self.mark_items();
                    }
                    Keyword::Static if next_is_name && self.slice(next) != b"move" && self.slice(next) != b"async" => {
                        self.mark_items();
                    }
                    Keyword::Extern if self.slice(next) == b"crate" => self.mark_items(),
                    Keyword::Const if next_is_name && !after_star => {
                        let colon = ahead.next_code();
                        let after = ahead.next_code();
                        let path = after.kind == Kind::Punct(b':') && after.lo == colon.hi;
                        if colon.kind == Kind::Punct(b':') && !path && self.slice(self.prev) != b"raw" {
                            self.mark_items();
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
    fn names_no_type(&self) -> bool {
        self.frames
            .last()
            .is_some_and(|frame| matches!(frame.keyword, None | Some(Keyword::Const | Keyword::Extern | Keyword::Fn)))
    }

    fn pend_fn(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.fn_pending = true;
            frame.fn_angle = 0;
            frame.keyword = Some(Keyword::Fn);
        }
    }

    fn mark_items(&mut self) {
        if let Some(body) = self.out.bodies.get_mut(self.body as usize) {
            body.has_items = true;
        }
    }

    /// An identifier that is no keyword.
    fn word(&mut self, token: Token, word: &'a [u8]) {
        match word {
            b"macro_rules" | b"thread_local" | b"lazy_static" | b"task_local" if self.next_byte_is(b'!') => self.mark_items(),
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
                    self.mark_items();
                }
            }
            b"_" => return,
            _ => {}
        }
        if self.body == NONE || !self.records_words() {
            return;
        }
        if matches!(self.frames.last(), Some(Frame { kind: FrameKind::Attribute { .. }, .. })) {
            return;
        }
        let text = self.text.get(token.lo..token.hi).unwrap_or_default();
        let text = text.strip_prefix("r#").unwrap_or(text);
        let number = self.number(text);
        let is_method = self.prev.kind == Kind::Punct(b'.')
            && !(self.prev2.kind == Kind::Punct(b'.') && self.prev2.hi == self.prev.lo)
            && self.next_is_call();
        let (Some(body), Some(seen)) = (self.out.bodies.get_mut(self.body as usize), self.seen.get_mut(number as usize)) else {
            return;
        };
        let (list, stamp) = if is_method { (&mut body.methods, &mut seen.1) } else { (&mut body.idents, &mut seen.0) };
        if *stamp != self.body {
            *stamp = self.body;
            list.push(number);
        }
    }

    fn number(&mut self, text: &'a str) -> u32 {
        let next = self.out.names.len() as u32;
        let number = *self.numbers.entry(text).or_insert(next);
        if number == next {
            self.out.names.push(text);
            self.seen.push((NONE, NONE));
        }
        number
    }

    fn next_byte_is(&self, byte: u8) -> bool {
        let next = self.lexer.clone().next_code();
        next.kind == Kind::Punct(byte)
    }

    /// Whether `(` or `::<` comes next.
    fn next_is_call(&self) -> bool {
        match self.text.as_bytes().get(self.lexer.pos()) {
            Some(b'(') => true,
            Some(b':' | b' ' | b'\n' | b'\t' | b'\r' | b'/') => {
                let mut ahead = self.lexer.clone();
                match ahead.next_code().kind {
                    Kind::Open(b'(') => true,
                    Kind::Punct(b':') => {
                        ahead.next_code().kind == Kind::Punct(b':') && ahead.next_code().kind == Kind::Punct(b'<')
                    }
                    _ => false,
                }
            }
            _ => false,
        }
    }

    fn punct(&mut self, token: Token, byte: u8) {
        let joined = self.prev.hi == token.lo;
        let prev = match self.prev.kind {
            Kind::Punct(byte) if joined => byte,
            _ => 0,
        };
        if byte == b'!' && self.prev_is_name {
            self.head = MacroHead::Bang { cfg_if: self.slice(self.prev) == b"cfg_if" };
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
                if frame.kind == FrameKind::Items {
                    self.end_piece(token.hi as u32, false);
                } else {
                    frame.next_statement();
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

    // ---- delimiters -----------------------------------------------------------------------------------------------------

    fn open(&mut self, token: Token, byte: u8) {
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
            FrameKind::Macro { definition: true }
        } else {
            match (parent.kind, head) {
                (FrameKind::Macro { definition }, _) => FrameKind::Macro { definition },
                (FrameKind::Attribute { .. }, _) => FrameKind::Attribute { inner: false },
                (FrameKind::CfgIf, _) if byte == b'{' => FrameKind::Items,
                (FrameKind::CfgIf, _) => FrameKind::Macro { definition: false },
                (FrameKind::Items, MacroHead::Bang { cfg_if: true }) => FrameKind::CfgIf,
                (_, MacroHead::Bang { .. }) => FrameKind::Macro { definition: false },
                (_, MacroHead::Named) => FrameKind::Macro { definition: true },
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
        frame.cuts_at_open = self.out.cuts.len() as u32;
        frame.tokens_at_open = self.tokens;
        if starts_body {
            frame.outer_body = self.body;
            self.open_body(lo);
            frame.body = self.body;
        }
        self.frames.push(frame);
    }

    fn open_body(&mut self, lo: u32) {
        self.body = self.out.bodies.len() as u32;
        self.out.bodies.push(Body { lo, hi: lo, has_items: false, excess: None, methods: Vec::new(), idents: Vec::new() });
    }

    fn close(&mut self, token: Token, byte: u8) {
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
    fn close_all(&mut self, at: u32) {
        while self.frames.len() > 1 {
            self.spoil_piece();
            self.pop(at, at);
        }
        self.end_piece(at, true);
    }

    /// Marks the item at hand of every open frame as unbalanced.
    fn spoil_piece(&mut self) {
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
    fn pop(&mut self, lo: u32, hi: u32) {
        if self.frames.last().is_some_and(|frame| frame.kind == FrameKind::Items) {
            self.end_piece(lo, lo == hi);
        }
        let Some(frame) = self.frames.pop() else { return };
        let inside = TextRange::new(frame.lo + 1, lo);
        let mut depth = frame.depth_with_items().saturating_add(DELIMITER);
        let mut cut = None;
        if frame.body != NONE {
            let tokens = self.tokens.saturating_sub(frame.tokens_at_open);
            let excess = self.excess(depth, tokens);
            let is_root = self.mode == Mode::Fn && frame.outer_body == NONE;
            if let Some(body) = self.out.bodies.get_mut(frame.body as usize) {
                body.hi = hi;
                body.excess = excess;
                if !is_root && (!body.has_items || excess.is_some()) {
                    cut = Some(" ");
                }
            }
            if is_root {
                self.worst = excess;
            }
            self.body = frame.outer_body;
        } else if frame.kind == (FrameKind::Macro { definition: true }) {
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
            self.out.cuts.truncate(frame.cuts_at_open as usize);
            self.cut(inside.lo as usize, inside.hi as usize, fill);
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
        if frame.close == b'}' && parent.macro_pending {
            parent.macro_pending = false;
        }
        if parent.kind == FrameKind::Items && frame.close == b'}' && lo < hi {
            let goes_on = matches!(parent.keyword, Some(Keyword::Use | Keyword::Static | Keyword::Const | Keyword::Type));
            if !goes_on && parent.angle == 0 {
                self.end_piece(hi, false);
            }
        }
    }

    /// Whether a group just closed belongs to an initialiser that is cut.
    fn cuts_initialiser(&self) -> bool {
        self.frames.last().is_some_and(|parent| parent.init == Init::Inside && parent.kind == FrameKind::Items)
            && self.out.bodies.get(self.body as usize).is_some_and(|body| !body.has_items)
    }

    /// An attribute was closed; `lo` is its bracket.
    fn attribute(&mut self, lo: u32, hi: u32, inner: bool) {
        let nested = self.frames.last().is_some_and(|frame| matches!(frame.kind, FrameKind::Attribute { .. }));
        if nested {
            return;
        }
        if self.reads_file() {
            let text = self.text.get(lo as usize + 1..hi as usize).unwrap_or_default();
            if let Some(rest) = text.trim_start().strip_prefix("cfg_attr")
                && rest.trim_start().strip_prefix('(').is_some_and(|rest| rest.trim_start().starts_with("hazmap"))
            {
                self.out.notes.push(Note { range: TextRange::new(lo, hi), is_attribute: true });
            }
        }
        if inner && let Some(frame) = self.frames.last() && frame.kind == FrameKind::Items {
            if let Some(piece) = self.out.pieces.get_mut(frame.piece as usize) {
                piece.kind = PieceKind::InnerAttribute;
            }
            self.end_piece(hi, false);
        }
    }

    // ---- items ----------------------------------------------------------------------------------------------------------

    fn start_piece(&mut self, lo: u32) {
        let parent = self.frames.iter().rev().skip(1).map(|frame| frame.piece).find(|&piece| piece != NONE);
        let piece = Piece {
            range: TextRange::new(lo, lo),
            parent,
            kind: PieceKind::Other,
            fault: None,
            cuts_at_start: self.out.cuts.len() as u32,
            tokens_at_start: self.tokens.saturating_sub(1),
        };
        if let Some(frame) = self.frames.last_mut() {
            frame.piece = self.out.pieces.len() as u32;
            self.out.pieces.push(piece);
        }
    }

    /// Ends the item at hand of the last frame, if there is one.
    fn end_piece(&mut self, hi: u32, broken: bool) {
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
            let (range, cuts, tokens) = (piece.range, piece.cuts_at_start, piece.tokens_at_start);
            self.out.cuts.truncate(cuts as usize);
            self.cut(range.lo as usize, range.hi as usize, " ");
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
}

/// The kind of a delimiter that no macro and no function claims.
fn plain_frame(parent_kind: FrameKind, parent: &Frame, byte: u8) -> FrameKind {
    match parent_kind {
        FrameKind::Items => match parent.keyword {
            Some(Keyword::Mod | Keyword::Impl | Keyword::Trait | Keyword::Extern) if byte == b'{' && parent.angle == 0 => {
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

fn piece_kind(keyword: Keyword) -> PieceKind {
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

fn says_generated(comment: &[u8]) -> bool {
    let has = |needle: &[u8]| comment.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle));
    has(b"@generated") || has(b"do not edit") || has(b"automatically generated")
}
