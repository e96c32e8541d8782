//! Matches a call's tokens.

use super::super::tree::Name;
use super::parse::operator;
use super::{Fragment, Node, Operator, plain};
use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenStream, TokenTree};
use rustc_hash::FxHashMap;
use syn::buffer::Cursor;
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Expr, Item, Lifetime, Lit, Pat, Token, Type, Visibility};

/// What a name of a matcher stands for.
#[derive(Debug, Clone)]
pub(super) enum Binding {
    /// Tokens of one fragment.
    Leaf(Fragment, TokenStream),
    /// What it stands for in each turn of a repetition.
    Turns(Vec<Binding>),
}

pub(super) type Bindings = FxHashMap<Name, Binding>;

/// Matches all tokens of a call.
pub(super) fn matches(matcher: &[Node], args: &TokenStream) -> Option<Bindings> {
    let mut bindings = Bindings::default();
    let parse = |input: ParseStream<'_>| {
        sequence(matcher, input, &mut bindings)?;
        if input.is_empty() { Ok(()) } else { Err(input.error("more than the matcher takes")) }
    };
    parse.parse2(args.clone()).ok()?;
    Some(bindings)
}

fn sequence(nodes: &[Node], input: ParseStream<'_>, out: &mut Bindings) -> syn::Result<()> {
    nodes.iter().try_for_each(|node| one(node, input, out))
}

fn one(node: &Node, input: ParseStream<'_>, out: &mut Bindings) -> syn::Result<()> {
    match node {
        Node::Fragment(name, kind) => {
            let tokens = fragment(*kind, input)?;
            out.insert(*name, Binding::Leaf(*kind, tokens));
            Ok(())
        }
        Node::Group(delimiter, nodes) => {
            let group = input.step(|cursor| match cursor.any_group() {
                Some((inside, found, _, rest)) if found == *delimiter => Ok((inside.token_stream(), rest)),
                _ => Err(cursor.error("another delimiter")),
            })?;
            out.extend(matches(nodes, &group).ok_or_else(|| input.error("the group differs"))?);
            Ok(())
        }
        Node::Repeat { nodes, separator, operator } => {
            repeat(nodes, separator.as_deref(), *operator, input, out)
        }
        Node::Ident(_) | Node::Punct(_) | Node::Tick | Node::Literal(_) => token(node, input),
        Node::Variable(_) | Node::Crate => Err(input.error("not of a matcher")),
    }
}

/// As many turns as fit.
fn repeat(
    nodes: &[Node],
    separator: Option<&Node>,
    operator: Operator,
    input: ParseStream<'_>,
    out: &mut Bindings,
) -> syn::Result<()> {
    let mut names = Vec::new();
    names_of(nodes, &mut names);
    let mut turns: Vec<Bindings> = Vec::new();
    let most = if operator == Operator::Maybe { 1 } else { usize::MAX };
    while !input.is_empty() && turns.len() < most {
        let ahead = input.fork();
        let mut turn = Bindings::default();
        let separated = match separator {
            Some(separator) if !turns.is_empty() => token(separator, &ahead).is_ok(),
            _ => true,
        };
        if !separated || sequence(nodes, &ahead, &mut turn).is_err() || ahead.cursor() == input.cursor() {
            break;
        }
        input.advance_to(&ahead);
        turns.push(turn);
    }
    if operator == Operator::Some && turns.is_empty() {
        return Err(input.error("no turn of a repetition"));
    }
    for name in names {
        let found = turns.iter_mut().filter_map(|turn| turn.remove(&name)).collect();
        out.insert(name, Binding::Turns(found));
    }
    Ok(())
}

/// The names that a part of a matcher binds.
fn names_of(nodes: &[Node], out: &mut Vec<Name>) {
    for node in nodes {
        match node {
            Node::Fragment(name, _) => out.push(*name),
            Node::Group(_, nodes) | Node::Repeat { nodes, .. } => names_of(nodes, out),
            _ => {}
        }
    }
}

/// One token that must be as in the definition.
fn token(node: &Node, input: ParseStream<'_>) -> syn::Result<()> {
    let differs = || input.error("another token");
    match node {
        Node::Ident(wanted) => {
            let ident = input.call(Ident::parse_any).map_err(|_| differs())?;
            if plain(&ident.to_string()) == wanted { Ok(()) } else { Err(differs()) }
        }
        Node::Literal(wanted) => match input.parse::<proc_macro2::Literal>() {
            Ok(literal) if literal.to_string() == *wanted => Ok(()),
            // `true` and `false` are identifiers here; a literal given as an expression is not compared.
            _ => Err(differs()),
        },
        Node::Punct(wanted) => input.step(|cursor| match punct(*cursor) {
            Some((found, rest)) if found == *wanted => Ok(((), rest)),
            _ => Err(cursor.error("another operator")),
        }),
        Node::Tick => input.step(|cursor| match cursor.token_tree() {
            Some((TokenTree::Punct(punct), rest)) if punct.as_char() == '\'' => Ok(((), rest)),
            _ => Err(cursor.error("no lifetime")),
        }),
        Node::Group(..) | Node::Fragment(..) | Node::Variable(_) | Node::Crate | Node::Repeat { .. } => {
            Err(differs())
        }
    }
}

/// The operator that stands at a cursor, whole.
fn punct(cursor: Cursor<'_>) -> Option<(&'static str, Cursor<'_>)> {
    let mut run = String::new();
    let mut at = cursor;
    while run.len() < 3 {
        let Some((TokenTree::Punct(punct), rest)) = at.token_tree() else { break };
        if punct.as_char() == '\'' {
            break;
        }
        run.push(punct.as_char());
        at = rest;
        if punct.spacing() == Spacing::Alone {
            break;
        }
    }
    let found = operator(&run)?;
    let mut rest = cursor;
    for _ in 0..found.len() {
        rest = rest.token_tree()?.1;
    }
    Some((found, rest))
}

/// Reads one fragment; its tokens as they are to be written.
fn fragment(kind: Fragment, input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let ahead = input.fork();
    match kind {
        Fragment::Tt => tt(&ahead)?,
        Fragment::Ident => {
            if ahead.call(Ident::parse_any)? == "_" {
                return Err(input.error("`_` is no identifier"));
            }
        }
        Fragment::Lifetime => drop(ahead.parse::<Lifetime>()?),
        Fragment::Literal => {
            ahead.parse::<Option<Token![-]>>()?;
            ahead.parse::<Lit>()?;
        }
        Fragment::Expr => {
            // These begin no expression, and what comes after them is matched as it stands.
            if ahead.peek(Token![let]) || ahead.peek(Token![=>]) {
                return Err(input.error("no expression"));
            }
            ahead.parse::<Expr>()?;
        }
        Fragment::Ty => drop(ahead.parse::<Type>()?),
        Fragment::Path => drop(ahead.parse::<syn::TypePath>()?),
        Fragment::Pat => drop(Pat::parse_multi_with_leading_vert(&ahead)?),
        Fragment::PatParam => drop(Pat::parse_single(&ahead)?),
        Fragment::Block => drop(ahead.parse::<syn::Block>()?),
        Fragment::Item => drop(ahead.parse::<Item>()?),
        Fragment::Vis => drop(ahead.parse::<Visibility>()?),
        Fragment::Meta => meta(&ahead)?,
        Fragment::Stmt => stmt(&ahead)?,
    }
    let tokens = between(input.cursor(), ahead.cursor()).ok_or_else(|| input.error("part of a fragment"))?;
    input.advance_to(&ahead);
    Ok(tokens)
}

/// The tokens from one cursor to another of the same buffer; `None` when the other stands inside a token of this level.
fn between(mut from: Cursor<'_>, to: Cursor<'_>) -> Option<TokenStream> {
    let mut out = TokenStream::new();
    while from != to {
        let (token, rest) = from.token_tree()?;
        out.extend([token]);
        from = rest;
    }
    Some(out)
}

/// One token tree as rustc counts them: an operator or a lifetime is one.
fn tt(input: ParseStream<'_>) -> syn::Result<()> {
    if input.peek(Lifetime) {
        input.parse::<Lifetime>()?;
        return Ok(());
    }
    input.step(|cursor| match (punct(*cursor), cursor.token_tree()) {
        (Some((_, rest)), _) | (None, Some((_, rest))) => Ok(((), rest)),
        (None, None) => Err(cursor.error("no token")),
    })
}

/// What stands in the brackets of an attribute.
fn meta(input: ParseStream<'_>) -> syn::Result<()> {
    input.call(syn::Path::parse_mod_style)?;
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        input.parse::<Expr>()?;
    } else if input.cursor().any_group().is_some() {
        input.parse::<Group>()?;
    }
    Ok(())
}

/// A statement without its semicolon.
fn stmt(input: ParseStream<'_>) -> syn::Result<()> {
    if input.peek(Token![let]) {
        input.parse::<Token![let]>()?;
        Pat::parse_single(input)?;
        if input.parse::<Option<Token![:]>>()?.is_some() {
            input.parse::<Type>()?;
        }
        if input.parse::<Option<Token![=]>>()?.is_some() {
            input.parse::<Expr>()?;
            if input.parse::<Option<Token![else]>>()?.is_some() {
                input.parse::<syn::Block>()?;
            }
        }
        return Ok(());
    }
    let ahead = input.fork();
    if let Ok(item) = Item::parse(&ahead)
        && !matches!(item, Item::Macro(_) | Item::Verbatim(_))
    {
        input.advance_to(&ahead);
        return Ok(());
    }
    input.parse::<Expr>().map(drop)
}

/// A delimiter's group around tokens that must stay together.
pub(super) fn invisible(tokens: TokenStream) -> TokenTree {
    TokenTree::Group(Group::new(Delimiter::None, tokens))
}
