//! Writes out a rule's body.

use super::matcher::{Binding, Bindings, invisible};
use super::{CRATE_MARK, Fragment, Node, Writing, Written, marked};
use crate::syntax::tree::Name;
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use rustc_hash::FxHashSet;

/// Words that name no variable, or mean something to a parser in some place.
const WORDS: &[&str] = &[
    "_",
    "as",
    "async",
    "auto",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "default",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "macro_rules",
    "match",
    "mod",
    "move",
    "mut",
    "priv",
    "pub",
    "raw",
    "ref",
    "return",
    "safe",
    "self",
    "Self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "union",
    "unsafe",
    "use",
    "where",
    "while",
    "yield",
];

/// Writes out a body with what its names stand for.
pub(super) fn write(body: &[Node], bindings: &Bindings, writing: &Writing<'_>) -> Option<Written> {
    let mut writer = Writer { writing, left: writing.limit, marked: FxHashSet::default() };
    let mut out = Vec::new();
    writer.nodes(body, bindings, &mut out)?;
    Some(Written {
        tokens: out.into_iter().collect(),
        n_tokens: writing.limit - writer.left,
        marked: writer.marked,
    })
}

struct Writer<'a> {
    writing: &'a Writing<'a>,
    /// How many more tokens may be written.
    left: usize,
    marked: FxHashSet<String>,
}

impl Writer<'_> {
    fn spend(&mut self, n: usize) -> Option<()> {
        self.left = self.left.checked_sub(n)?;
        Some(())
    }

    fn nodes(&mut self, nodes: &[Node], bindings: &Bindings, out: &mut Vec<TokenTree>) -> Option<()> {
        for (at, node) in nodes.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|at| nodes.get(at));
            self.node(node, before, nodes.get(at + 1), bindings, out)?;
        }
        Some(())
    }

    fn node(
        &mut self,
        node: &Node,
        before: Option<&Node>,
        after: Option<&Node>,
        bindings: &Bindings,
        out: &mut Vec<TokenTree>,
    ) -> Option<()> {
        let at = self.writing.at;
        self.spend(1)?;
        match node {
            Node::Ident(text) => out.push(self.ident(text, before, after)),
            Node::Punct(text) => puncts(text, at, out),
            Node::Tick => out.push(TokenTree::Punct(placed(Punct::new('\'', Spacing::Joint), at))),
            Node::Literal(text) => {
                let mut literal: Literal = text.parse().ok()?;
                literal.set_span(at);
                out.push(TokenTree::Literal(literal));
            }
            Node::Group(delimiter, nodes) => {
                let mut inside = Vec::new();
                self.nodes(nodes, bindings, &mut inside)?;
                let mut group = Group::new(*delimiter, inside.into_iter().collect());
                group.set_span(at);
                out.push(TokenTree::Group(group));
            }
            Node::Variable(name) => match bindings.get(name) {
                Some(Binding::Leaf(kind, tokens)) => self.fragment(*kind, tokens, after, out)?,
                Some(Binding::Turns(_)) => return None,
                // Of a macro that this one defines.
                None => {
                    puncts("$", at, out);
                    out.push(TokenTree::Ident(Ident::new(name, at)));
                }
            },
            Node::Crate => {
                let name = format!("crate{CRATE_MARK}{}", self.writing.krate);
                out.push(TokenTree::Ident(Ident::new(&name, at)));
            }
            Node::Repeat { nodes, separator, .. } => {
                self.repeat(nodes, separator.as_deref(), bindings, out)?
            }
            Node::Fragment(..) => return None,
        }
        Some(())
    }

    fn repeat(
        &mut self,
        nodes: &[Node],
        separator: Option<&Node>,
        bindings: &Bindings,
        out: &mut Vec<TokenTree>,
    ) -> Option<()> {
        let mut names = Vec::new();
        variables(nodes, &mut names);
        let mut turns: Option<usize> = None;
        let mut repeated: Vec<(Name, &[Binding])> = Vec::new();
        for name in names {
            if let Some(Binding::Turns(list)) = bindings.get(&name) {
                // Names that repeat together must do so equally often.
                if turns.is_some_and(|turns| turns != list.len()) {
                    return None;
                }
                turns = Some(list.len());
                repeated.push((name, list));
            }
        }
        let mut inner = bindings.clone();
        for turn in 0..turns? {
            for (name, list) in &repeated {
                inner.insert(*name, list.get(turn)?.clone());
            }
            if turn > 0
                && let Some(separator) = separator
            {
                self.node(separator, None, None, bindings, out)?;
            }
            self.nodes(nodes, &inner, out)?;
        }
        Some(())
    }

    /// The tokens that a fragment stands for, held together where their neighbours could tear them apart.
    fn fragment(
        &mut self,
        kind: Fragment,
        tokens: &TokenStream,
        after: Option<&Node>,
        out: &mut Vec<TokenTree>,
    ) -> Option<()> {
        let list: Vec<TokenTree> = tokens.clone().into_iter().collect();
        self.spend(list.iter().map(weight).sum())?;
        let is_path = list.iter().all(is_path_token);
        match kind {
            // `$t::new()`: of a type, whatever it is.
            Fragment::Ty if matches!(after, Some(Node::Punct("::"))) => {
                puncts("<", self.writing.at, out);
                out.extend(list);
                puncts(">", self.writing.at, out);
            }
            Fragment::Expr if !is_path && list.len() > 1 => out.push(invisible(tokens.clone())),
            Fragment::Ty if needs_group(&list) => out.push(invisible(tokens.clone())),
            Fragment::Pat if list.iter().any(|token| is_punct(token, '|')) => {
                out.push(TokenTree::Group(Group::new(Delimiter::Parenthesis, tokens.clone())));
            }
            _ => out.extend(list),
        }
        Some(())
    }

    /// An identifier of the definition. One that may name a variable is marked, if the same word stands elsewhere in the body.
    fn ident(&mut self, text: &str, before: Option<&Node>, after: Option<&Node>) -> TokenTree {
        let Writing { at, number, local, taken, .. } = *self.writing;
        let of_item = matches!(before, Some(Node::Punct("." | "::") | Node::Tick))
            || matches!(after, Some(Node::Punct("::" | "!")));
        if !of_item && taken.contains(text) && !WORDS.contains(&text) && !text.starts_with("r#") {
            self.marked.insert(text.to_owned());
            return TokenTree::Ident(Ident::new(&marked(text, number, local), at));
        }
        let ident = match text.strip_prefix("r#") {
            Some(raw) => Ident::new_raw(raw, at),
            None => Ident::new(text, at),
        };
        TokenTree::Ident(ident)
    }
}

/// The names in a part of a body.
fn variables(nodes: &[Node], out: &mut Vec<Name>) {
    for node in nodes {
        match node {
            Node::Variable(name) => out.push(*name),
            Node::Group(_, nodes) | Node::Repeat { nodes, .. } => variables(nodes, out),
            _ => {}
        }
    }
}

fn placed(mut punct: Punct, at: Span) -> Punct {
    punct.set_span(at);
    punct
}

fn puncts(text: &str, at: Span, out: &mut Vec<TokenTree>) {
    let n = text.chars().count();
    for (place, c) in text.chars().enumerate() {
        let spacing = if place + 1 < n { Spacing::Joint } else { Spacing::Alone };
        out.push(TokenTree::Punct(placed(Punct::new(c, spacing), at)));
    }
}

fn weight(token: &TokenTree) -> usize {
    match token {
        TokenTree::Group(group) => 1 + group.stream().into_iter().map(|token| weight(&token)).sum::<usize>(),
        TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => 1,
    }
}

fn is_punct(token: &TokenTree, c: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == c)
}

fn is_path_token(token: &TokenTree) -> bool {
    match token {
        // `return x`, `move || x`.
        TokenTree::Ident(ident) => {
            let text = ident.to_string();
            !WORDS.contains(&text.as_str()) || matches!(text.as_str(), "self" | "Self" | "crate" | "super")
        }
        TokenTree::Punct(punct) => punct.as_char() == ':',
        TokenTree::Group(_) | TokenTree::Literal(_) => false,
    }
}

/// A type with a `+` at its top.
fn needs_group(tokens: &[TokenTree]) -> bool {
    tokens.iter().any(|token| is_punct(token, '+'))
}
