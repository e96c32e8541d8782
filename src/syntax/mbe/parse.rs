//! Reads definitions.

use super::super::tree::Name;
use super::{Fragment, Node, Operator, Rule, Rules};
use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use std::iter::Peekable;

/// Larger definitions are not read.
const MAX_NODES: usize = 100_000;
/// How deep delimiters of a definition may nest.
const MAX_NESTING: u32 = 100;

/// Operators of several characters, longest first: each is one token to a matcher.
const OPERATORS: &[&str] = &[
    "<<=", ">>=", "...", "..=", "::", "->", "=>", "==", "!=", "<=", ">=", "&&", "||", "+=", "-=", "*=", "/=",
    "%=", "^=", "&=", "|=", "<<", ">>", "..", "<-", "!", "#", "$", "%", "&", "*", "+", ",", "-", ".", "/",
    ":", ";", "<", "=", ">", "?", "@", "^", "|", "~",
];

/// The longest operator that a run of punctuation, each joined to the next, begins with.
pub(super) fn operator(run: &str) -> Option<&'static str> {
    OPERATORS.iter().copied().find(|operator| run.starts_with(operator))
}

/// What is being read: a matcher or what is written out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Matcher,
    Body,
}

type Tokens = Peekable<proc_macro2::token_stream::IntoIter>;

struct Reader {
    n_nodes: usize,
    depth: u32,
}

/// Reads `(matcher) => { body }; …`.
pub(super) fn rules(tokens: TokenStream) -> Option<Rules> {
    let mut tokens = tokens.into_iter().peekable();
    let mut reader = Reader { n_nodes: 0, depth: 0 };
    let mut rules = Vec::new();
    while tokens.peek().is_some() {
        let Some(TokenTree::Group(matcher)) = tokens.next() else { return None };
        for wanted in ['=', '>'] {
            match tokens.next() {
                Some(TokenTree::Punct(punct)) if punct.as_char() == wanted => {}
                _ => return None,
            }
        }
        let Some(TokenTree::Group(body)) = tokens.next() else { return None };
        rules.push(Rule {
            matcher: reader.nodes(matcher.stream(), Side::Matcher)?,
            body: reader.nodes(body.stream(), Side::Body)?,
        });
        match tokens.next() {
            None => break,
            Some(TokenTree::Punct(punct)) if punct.as_char() == ';' => {}
            Some(_) => return None,
        }
    }
    Some(Rules(rules))
}

impl Reader {
    fn nodes(&mut self, tokens: TokenStream, side: Side) -> Option<Vec<Node>> {
        if self.depth >= MAX_NESTING {
            return None;
        }
        self.depth += 1;
        let mut tokens = tokens.into_iter().peekable();
        let mut out = Vec::new();
        while let Some(token) = tokens.next() {
            self.n_nodes += 1;
            if self.n_nodes > MAX_NODES {
                return None;
            }
            out.push(self.node(token, &mut tokens, side)?);
        }
        self.depth -= 1;
        Some(out)
    }

    fn node(&mut self, token: TokenTree, tokens: &mut Tokens, side: Side) -> Option<Node> {
        match token {
            TokenTree::Group(group) => {
                Some(Node::Group(group.delimiter(), self.nodes(group.stream(), side)?))
            }
            TokenTree::Punct(punct) if punct.as_char() == '$' => self.dollar(tokens, side),
            token => plain_node(token, tokens),
        }
    }

    /// What stands after a `$`.
    fn dollar(&mut self, tokens: &mut Tokens, side: Side) -> Option<Node> {
        match tokens.next()? {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                let nodes = self.nodes(group.stream(), side)?;
                let (separator, operator) = repetition(tokens)?;
                Some(Node::Repeat { nodes, separator, operator })
            }
            TokenTree::Ident(ident) if ident == "crate" => Some(Node::Crate),
            TokenTree::Ident(ident) => {
                let name = Name::from(&ident.to_string());
                if side == Side::Body {
                    return Some(Node::Variable(name));
                }
                match tokens.next()? {
                    TokenTree::Punct(punct) if punct.as_char() == ':' => {}
                    _ => return None,
                }
                let TokenTree::Ident(kind) = tokens.next()? else { return None };
                Some(Node::Fragment(name, fragment(&kind.to_string())?))
            }
            // `$$`, `${count(x)}`.
            TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
        }
    }
}

/// What stands after the parentheses of a repetition.
fn repetition(tokens: &mut Tokens) -> Option<(Option<Box<Node>>, Operator)> {
    let first = tokens.next()?;
    if let Some(operator) = repetition_operator(&first) {
        return Some((None, operator));
    }
    let separator = plain_node(first, tokens)?;
    let operator = repetition_operator(&tokens.next()?)?;
    Some((Some(Box::new(separator)), operator))
}

fn repetition_operator(token: &TokenTree) -> Option<Operator> {
    let TokenTree::Punct(punct) = token else { return None };
    match punct.as_char() {
        '*' => Some(Operator::Any),
        '+' => Some(Operator::Some),
        '?' => Some(Operator::Maybe),
        _ => None,
    }
}

/// A token that is no `$` and no group; an operator takes the rest of its characters.
fn plain_node(token: TokenTree, tokens: &mut Tokens) -> Option<Node> {
    match token {
        TokenTree::Ident(ident) => Some(Node::Ident(ident.to_string())),
        TokenTree::Literal(literal) => Some(Node::Literal(literal.to_string())),
        TokenTree::Group(_) => None,
        TokenTree::Punct(punct) if punct.as_char() == '\'' => Some(Node::Tick),
        TokenTree::Punct(punct) => {
            let mut run = String::from(punct.as_char());
            let mut joint = punct.spacing() == Spacing::Joint;
            while joint && let Some(TokenTree::Punct(next)) = tokens.peek() {
                let longer = format!("{run}{}", next.as_char());
                if operator(&longer) != Some(longer.as_str()) {
                    // `..=` goes over `..`, which is one as well; no prefix of an operator is none.
                    break;
                }
                joint = next.spacing() == Spacing::Joint;
                run = longer;
                tokens.next();
            }
            operator(&run).map(Node::Punct)
        }
    }
}

fn fragment(kind: &str) -> Option<Fragment> {
    Some(match kind {
        "block" => Fragment::Block,
        "expr" | "expr_2021" => Fragment::Expr,
        "ident" => Fragment::Ident,
        "item" => Fragment::Item,
        "lifetime" => Fragment::Lifetime,
        "literal" => Fragment::Literal,
        "meta" => Fragment::Meta,
        "pat" => Fragment::Pat,
        "pat_param" => Fragment::PatParam,
        "path" => Fragment::Path,
        "stmt" => Fragment::Stmt,
        "tt" => Fragment::Tt,
        "ty" => Fragment::Ty,
        "vis" => Fragment::Vis,
        _ => return None,
    })
}
