//! crossbeam's `select! { recv(r) -> x => .., send(s, v) -> r => .., default => .. }`.

use super::macros::read_handler;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Expr, Pat, Token};

/// The operands and handlers of a choice between channels.
pub(super) struct ChannelSelect {
    pub(super) operands: Vec<Expr>,
    pub(super) handlers: Vec<Expr>,
    /// It waits until one of the channels is ready: there is no `default`, or one after a time.
    pub(super) waits: bool,
}

pub(super) fn parse(input: ParseStream<'_>) -> syn::Result<ChannelSelect> {
    let mut found = ChannelSelect { operands: Vec::new(), handlers: Vec::new(), waits: true };
    while !input.is_empty() {
        let verb: syn::Ident = input.parse()?;
        if verb != "recv" && verb != "send" && verb != "default" {
            return Err(input.error("not a channel operation"));
        }
        if input.peek(syn::token::Paren) {
            let inside;
            syn::parenthesized!(inside in input);
            found.operands.extend(Punctuated::<Expr, Token![,]>::parse_terminated(&inside)?);
        } else if verb == "default" {
            found.waits = false;
        } else {
            return Err(input.error("not a channel operation"));
        }
        if input.parse::<Option<Token![->]>>()?.is_some() {
            Pat::parse_multi_with_leading_vert(input)?;
        }
        input.parse::<Token![=>]>()?;
        found.handlers.push(read_handler(input)?);
    }
    // `default => ..` alone is a form of `futures::select!` as well.
    if found.operands.is_empty() { Err(input.error("no channel")) } else { Ok(found) }
}
