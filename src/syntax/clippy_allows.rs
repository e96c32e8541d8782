//! Clippy's permissions to hold a guard across an await: `#[allow(clippy::await_holding_lock)]` on a function or a statement. Whoever wrote
//! one has looked at that guard. Those of whole files, modules and workspaces are of no interest: they say nothing of any guard.

use super::comments::statement_from;
use super::tokens::{Kind, Lexer};
use super::tree::{ClippyAllow, Name};
use crate::source::TextRange;

/// Clippy's lints of guards that live across an await.
const LINTS: [&str; 2] = ["await_holding_lock", "await_holding_refcell_ref"];

/// Whether an attribute, told by the text between its brackets, permits one of the lints.
pub(super) fn is_one(attribute: &str) -> bool {
    let is_permission = attribute.starts_with("allow") || attribute.starts_with("expect");
    is_permission && LINTS.iter().any(|it| attribute.contains(it))
}

/// Reads the permissions of an attribute: `range` is from its `[` to its `]`. None for an inner attribute.
pub(super) fn read(text: &str, range: TextRange) -> Vec<ClippyAllow> {
    let (lo, hi) = (range.lo as usize, range.hi as usize);
    let is_outer = text.get(..lo).is_some_and(|before| before.ends_with('#'));
    let Some(covers) = statement_from(text, hi).filter(|_| is_outer) else { return Vec::new() };
    let mut lexer = Lexer::new(text, lo, hi);
    let mut found = Vec::new();
    loop {
        let token = lexer.next_code();
        match (token.kind, text.get(token.lo..token.hi).unwrap_or_default()) {
            (Kind::End | Kind::Unterminated, _) => return found,
            (Kind::Ident, word) if LINTS.contains(&word) => {
                found.push(ClippyAllow { lint: Name::from(word), covers });
            }
            _ => {}
        }
    }
}
