//! Reads what stands between the delimiters of macros.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Pat, Token};

/// Reads the tokens of a macro, all of them.
pub(super) fn read<T>(tokens: &TokenStream, parser: impl Fn(ParseStream<'_>) -> syn::Result<T>) -> Option<T> {
    (|input: ParseStream<'_>| parser(input)).parse2(tokens.clone()).ok()
}

pub(super) fn read_exprs(tokens: &TokenStream) -> Option<Vec<Expr>> {
    let list = read(tokens, Punctuated::<Expr, Token![,]>::parse_terminated)?;
    Some(list.into_iter().collect())
}

/// Expressions with `,`, `;` or `=>` between them, some with `name:` or `name =` before.
pub(super) fn read_mixed(input: ParseStream<'_>) -> syn::Result<Vec<Expr>> {
    let mut out = Vec::new();
    while !input.is_empty() {
        if input.peek(syn::Ident) && input.peek2(Token![:]) && !input.peek2(Token![::]) {
            input.parse::<syn::Ident>()?;
            input.parse::<Token![:]>()?;
        }
        let expr: Expr = input.parse()?;
        // An expression that syn keeps as tokens would only be read again.
        if matches!(expr, Expr::Verbatim(_)) {
            return Err(input.error("not an expression"));
        }
        out.push(match expr {
            Expr::Assign(assign) if matches!(&*assign.left, Expr::Path(path) if path.path.get_ident().is_some()) => {
                *assign.right
            }
            expr => expr,
        });
        if input.is_empty() {
            break;
        }
        if input.peek(Token![=>]) {
            input.parse::<Token![=>]>()?;
        } else if input.peek(Token![;]) {
            input.parse::<Token![;]>()?;
        } else {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(out)
}

/// `expression, pattern [if guard] [,]`.
pub(super) fn read_matches(input: ParseStream<'_>) -> syn::Result<(Expr, Pat, Option<Expr>)> {
    let value: Expr = input.parse()?;
    input.parse::<Token![,]>()?;
    let pat = Pat::parse_multi_with_leading_vert(input)?;
    let guard = if input.parse::<Option<Token![if]>>()?.is_some() { Some(input.parse()?) } else { None };
    input.parse::<Option<Token![,]>>()?;
    Ok((value, pat, guard))
}

/// The expressions in a `json!` value.
pub(super) fn read_json(input: ParseStream<'_>) -> syn::Result<Vec<Expr>> {
    let mut out = Vec::new();
    read_json_value(input, &mut out)?;
    Ok(out)
}

fn read_json_value(input: ParseStream<'_>, out: &mut Vec<Expr>) -> syn::Result<()> {
    let bracket = input.peek(syn::token::Bracket);
    if bracket || input.peek(syn::token::Brace) {
        let ahead = input.fork();
        let group: proc_macro2::Group = ahead.parse()?;
        // `{ a: 1 }.x` and `[a][0]` are expressions.
        if ahead.is_empty() || ahead.peek(Token![,]) {
            syn::parse::discouraged::Speculative::advance_to(input, &ahead);
            let read = |input: ParseStream<'_>| read_json_list(input, bracket, out);
            return read.parse2(group.stream());
        }
    }
    if input.peek(syn::Ident)
        && (input.peek2(Token![,]) || input.cursor().token_tree().is_some_and(|(_, rest)| rest.eof()))
    {
        let ident = input.fork().parse::<syn::Ident>()?;
        if ident == "null" {
            input.parse::<syn::Ident>()?;
            return Ok(());
        }
    }
    out.push(input.parse()?);
    Ok(())
}

fn read_json_list(input: ParseStream<'_>, array: bool, out: &mut Vec<Expr>) -> syn::Result<()> {
    while !input.is_empty() {
        if !array {
            if input.peek(syn::Lit) {
                input.parse::<syn::Lit>()?;
            } else {
                out.push(input.parse()?);
            }
            input.parse::<Token![:]>()?;
        }
        read_json_value(input, out)?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(())
}

/// A branch of `select!` as written.
pub(super) struct RawBranch {
    pub pat: Pat,
    pub future: Expr,
    pub cond: Option<Expr>,
    pub handler: Expr,
}

pub(super) fn skip_biased(input: ParseStream<'_>) -> syn::Result<()> {
    let ahead = input.fork();
    if let Ok(ident) = ahead.parse::<syn::Ident>()
        && ident == "biased"
        && ahead.peek(Token![;])
    {
        input.parse::<syn::Ident>()?;
        input.parse::<Token![;]>()?;
    }
    Ok(())
}

pub(super) fn read_select(input: ParseStream<'_>) -> syn::Result<(Vec<RawBranch>, Option<Expr>)> {
    skip_biased(input)?;
    let mut branches = Vec::new();
    let mut els = None;
    while !input.is_empty() {
        let is_else = input.peek(Token![else]) || (input.peek(syn::Ident) && input.peek2(Token![=>]));
        if is_else {
            input.call(syn::Ident::parse_any)?;
            input.parse::<Token![=>]>()?;
            els = Some(read_handler(input)?);
            continue;
        }
        let pat = Pat::parse_multi_with_leading_vert(input)?;
        input.parse::<Token![=]>()?;
        let future: Expr = input.parse()?;
        let mut cond = None;
        if input.peek(Token![,]) {
            input.parse::<Token![,]>()?;
            input.parse::<Token![if]>()?;
            cond = Some(input.parse()?);
        }
        input.parse::<Token![=>]>()?;
        branches.push(RawBranch { pat, future, cond, handler: read_handler(input)? });
    }
    Ok((branches, els))
}

pub(in crate::syntax) fn read_handler(input: ParseStream<'_>) -> syn::Result<Expr> {
    let handler = Expr::parse_with_earlier_boundary_rule(input)?;
    input.parse::<Option<Token![,]>>()?;
    Ok(handler)
}

/// `let x = e;` …
pub(super) fn read_pin_lets(input: ParseStream<'_>) -> syn::Result<Vec<(syn::Ident, Option<Expr>)>> {
    let mut out = Vec::new();
    while !input.is_empty() {
        input.parse::<Token![let]>()?;
        input.parse::<Option<Token![mut]>>()?;
        let name: syn::Ident = input.parse()?;
        input.parse::<Token![=]>()?;
        let value: Expr = input.parse()?;
        input.parse::<Token![;]>()?;
        out.push((name, Some(value)));
    }
    Ok(out)
}
