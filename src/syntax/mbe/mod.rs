//! Macros by example: `macro_rules!` definitions, matched against a call's tokens and written out.
//!
//! A definition is kept in a form of our own ([`Rules`]), since syn's tokens cannot cross threads. Fragments (`$e:expr`, `$t:ty`) are
//! read by syn's own parsers. The matcher is greedy and never goes back over a fragment: rustc refuses definitions and calls for
//! which that would matter. What a definition says that we do not know makes the whole definition unknown, and calls of it opaque.
//!
//! Tokens of the call's arguments keep their spans; tokens that the definition writes get the span of the call's name, so that what
//! is found in them is reported there.

mod matcher;
mod parse;
mod transcribe;

#[cfg(test)]
mod tests;

use super::tree::Name;
use proc_macro2::{Span, TokenStream};
use rustc_hash::FxHashSet;

/// Macro calls inside the expansions of others beyond this are opaque: rustc's own limit.
pub(super) const MAX_DEPTH: u32 = 128;
/// The most tokens that the macro calls of one body write.
pub(super) const MAX_TOKENS: usize = 200_000;

/// Stands before the number of an expansion in the name of a variable that a macro of a module made.
const MARK: char = 'ǃ';
/// The same, for a macro that is defined in a body: it sees variables of that body.
const LOCAL_MARK: char = 'ǂ';
/// Stands before the number of a crate in what `$crate` becomes.
const CRATE_MARK: char = 'ǁ';

/// A definition: its rules in order.
#[derive(Debug)]
pub struct Rules(Vec<Rule>);

#[derive(Debug)]
struct Rule {
    matcher: Vec<Node>,
    body: Vec<Node>,
}

/// A token of a definition.
#[derive(Debug)]
enum Node {
    /// An identifier, `r#` included.
    Ident(String),
    /// An operator, whole: `=>`, `::`.
    Punct(&'static str),
    /// `'` before a lifetime's name.
    Tick,
    Literal(String),
    Group(proc_macro2::Delimiter, Vec<Node>),
    /// `$name:kind` of a matcher.
    Fragment(Name, Fragment),
    /// `$name` of what is written out.
    Variable(Name),
    /// `$crate`.
    Crate,
    /// `$( .. ) separator operator`.
    Repeat {
        nodes: Vec<Node>,
        separator: Option<Box<Node>>,
        operator: Operator,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Any,
    Some,
    Maybe,
}

/// What a fragment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fragment {
    Block,
    Expr,
    Ident,
    Item,
    Lifetime,
    Literal,
    Meta,
    Pat,
    PatParam,
    Path,
    Stmt,
    Tt,
    Ty,
    Vis,
}

/// How a call is written out.
pub(super) struct Writing<'a> {
    /// The call's name: where tokens of the definition stand.
    pub at: Span,
    /// What `$crate` means, as a number of the caller's.
    pub krate: u32,
    /// The number of this expansion in its body.
    pub number: u32,
    /// The definition stands in the body itself.
    pub local: bool,
    /// Names that the body has elsewhere: those of the definition's own that may be variables must be told from them.
    pub taken: &'a FxHashSet<String>,
    /// How many tokens may be written.
    pub limit: usize,
}

/// What a call stands for.
pub(super) struct Written {
    pub tokens: TokenStream,
    /// How many tokens these are.
    pub n_tokens: usize,
    /// Names that were marked.
    pub marked: FxHashSet<String>,
}

impl Rules {
    /// Reads a definition: what stands between its outer delimiters. `None` when it says something that is not understood.
    pub fn parse(text: &str) -> Option<Rules> {
        let tokens: TokenStream = text.parse().ok()?;
        parse::rules(tokens)
    }

    /// Writes out a call with these arguments. `None` when no rule fits, or a bound is reached.
    pub(super) fn expand(&self, args: &TokenStream, writing: &Writing<'_>) -> Option<Written> {
        for rule in &self.0 {
            if let Some(bindings) = matcher::matches(&rule.matcher, args) {
                return transcribe::write(&rule.body, &bindings, writing);
            }
        }
        None
    }
}

/// The name without the mark of an expansion.
pub fn plain(text: &str) -> &str {
    match text.find([MARK, LOCAL_MARK]) {
        Some(at) => text.get(..at).unwrap_or(text),
        None => text,
    }
}

/// Whether the name bears the mark of an expansion.
pub fn is_marked(text: &str) -> bool {
    text.contains([MARK, LOCAL_MARK])
}

/// Whether a name with a mark may also mean a variable of the body around: its macro is defined in that body.
pub fn sees_body(text: &str) -> bool {
    text.contains(LOCAL_MARK)
}

/// What `$crate` became, as the tree spells it: `$crate7`.
pub(super) fn crate_name(text: &str) -> Option<String> {
    let number = text.strip_prefix("crate")?.strip_prefix(CRATE_MARK)?;
    Some(format!("$crate{number}"))
}

/// The name of a variable with the mark that an expansion gives it.
pub(super) fn marked(text: &str, number: u32, local: bool) -> String {
    let mark = if local { LOCAL_MARK } else { MARK };
    format!("{text}{mark}{number}")
}
