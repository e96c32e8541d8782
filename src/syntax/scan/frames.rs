//! Open delimiters and what is known of their insides.

use super::NONE;
use crate::syntax::keywords::Keyword;

/// What the inside of a pair of delimiters is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FrameKind {
    /// Items: a file, or the braces of `mod`, `impl`, `trait`, `extern`.
    Items,
    /// Statements and expressions.
    Code,
    /// Anything else of an item: parameters, fields, …
    Group,
    /// The arguments of a macro call or the rules of a macro; syn need not see those that nobody looks into.
    Macro { is_cut: bool },
    /// `cfg_if! { … }` among items.
    CfgIf,
    /// `#[…]` and `#![…]`.
    Attribute { inner: bool },
}

/// An open delimiter.
#[derive(Debug)]
pub(super) struct Frame {
    pub kind: FrameKind,
    pub lo: u32,
    pub close: u8,
    // Depth of the element at hand, and of the deepest one before.
    pub count: u32,
    pub angle: u32,
    pub child: u32,
    pub ladder: u32,
    pub best: u32,
    /// The deepest item before the one at hand.
    pub items: u32,
    pub after_brace: bool,
    // A function or macro whose body is still to come.
    pub fn_pending: bool,
    pub fn_angle: u32,
    pub macro_pending: bool,
    // The item at hand.
    pub piece: u32,
    pub keyword: Option<Keyword>,
    pub init: Init,
    // Among statements: where the one at hand begins, and whether it is an item.
    pub statement: u32,
    pub awaits_statement: bool,
    pub is_local_item: bool,
    // The braces are kept, since items stand inside, and what stands before `kept` is decided on.
    pub is_kept: bool,
    pub kept: u32,
    // The body that this frame is, and where to go back to.
    pub body: u32,
    pub outer_body: u32,
    pub tokens_at_open: u32,
}

/// How far a static or const is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Init {
    Before,
    Awaited,
    Inside,
}

impl Frame {
    pub fn new(kind: FrameKind, lo: u32, close: u8) -> Self {
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
            statement: lo,
            awaits_statement: true,
            is_local_item: false,
            is_kept: false,
            kept: 0,
            body: NONE,
            outer_body: NONE,
            tokens_at_open: 0,
        }
    }

    pub fn depth(&self) -> u32 {
        self.best
            .max(self.count.saturating_add(self.angle).saturating_add(self.child).saturating_add(self.ladder))
    }

    pub fn depth_with_items(&self) -> u32 {
        self.depth().max(self.items)
    }

    /// Ends an element at a comma: open `<` go on.
    pub fn next_element(&mut self) {
        self.best = self.depth();
        self.count = 0;
        self.child = 0;
        self.ladder = 0;
    }

    /// Ends a statement.
    pub fn next_statement(&mut self) {
        self.next_element();
        self.angle = 0;
    }
}

/// `name ! [name]` just before a delimiter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum MacroHead {
    No,
    Bang(MacroName),
    Named,
}

/// Macros whose arguments hold items that we read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum MacroName {
    CfgIf,
    Read,
    Other,
}
