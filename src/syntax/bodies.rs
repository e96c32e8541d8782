//! Bodies of functions and initialisers, on demand.

use super::condense::condense;
use super::expand::FindMacro;
use super::lower::Lower;
use super::scan::{Mode, scan};
use super::tree::{
    BlockMode, BodyKind, BodySource, BodyTree, ExprId, ExprKind, FileTree, PatId, Problem, TyId, TyKind,
};
use crate::source::{FileId, TextRange};
use syn::FnArg;

/// What a body is lowered with, besides its own text.
#[derive(Default, Clone, Copy)]
pub struct BodyContext<'a> {
    /// The tree of its file: bodies that a macro wrote are kept there.
    pub tree: Option<&'a FileTree>,
    /// Finds the definitions of macros.
    pub macros: Option<&'a dyn FindMacro>,
}

/// Parses and lowers one body of a file that no macro wrote, with all macros of the analysed code opaque.
///
/// `text` is the whole file that `source` comes from. A body that cannot be read is a tree whose root is
/// [`ExprKind::Opaque`]; that one goes over a bound was already said by [`parse_file`](super::parse_file).
pub fn lower_body(text: &str, file: FileId, source: &BodySource) -> (BodyTree, Vec<Problem>) {
    lower_body_in(text, file, source, BodyContext::default())
}

/// Parses and lowers one body of a file.
pub fn lower_body_in(
    text: &str,
    file: FileId,
    source: &BodySource,
    context: BodyContext<'_>,
) -> (BodyTree, Vec<Problem>) {
    let result = match source.written {
        Some(written) => lower_written(text, file, source, written, context),
        None => lower_text(text, file, source, context),
    };
    super::invalidate_spans();
    result
}

fn lower_text(
    text: &str,
    file: FileId,
    source: &BodySource,
    context: BodyContext<'_>,
) -> (BodyTree, Vec<Problem>) {
    let (range, mode) = match source.kind {
        BodyKind::Fn => (source.item, Mode::Fn),
        BodyKind::Expr => (source.body, Mode::Expr),
    };
    let Some(body_text) = text.get(range.lo as usize..range.hi as usize) else {
        return (opaque_body(file, source), Vec::new());
    };
    let scanned = scan(text, range, mode);
    if scanned.excess.is_some() {
        return (opaque_body(file, source), Vec::new());
    }
    let condensed = condense(text, range, &scanned.cuts);
    let mut lower = Lower::new(text, &condensed.map);
    lower.body_text = body_text;
    lower.expansion.find = context.macros;
    let lowered = match source.kind {
        BodyKind::Fn => {
            syn::parse_str::<syn::ItemFn>(&condensed.text).map(|item| lower_fn(lower_ref(&mut lower), &item))
        }
        BodyKind::Expr => syn::parse_str::<syn::Expr>(&condensed.text)
            .map(|expr| (Vec::new(), lower_ref(&mut lower).expr(&expr))),
    };
    match lowered {
        Ok((params, root)) => (finish(lower, file, source, params, root), Vec::new()),
        Err(error) => {
            let at = lower.at(error.span());
            let at = if source.body.covers(at) { at } else { first_line(text, source.body) };
            let problem = Problem {
                message: format!("cannot parse this {}: {error}", subject(source.kind)),
                range: Some(at),
                help: None,
            };
            (opaque_body(file, source), vec![problem])
        }
    }
}

/// A body that a macro wrote. It was read once, as part of an item; when it cannot be read again, that is no news to the user.
fn lower_written(
    text: &str,
    file: FileId,
    source: &BodySource,
    written: u32,
    context: BodyContext<'_>,
) -> (BodyTree, Vec<Problem>) {
    let body = context.tree.and_then(|tree| {
        let body = tree.written_bodies.get(written as usize)?;
        Some((tree.rewritten.get(body.rewritten as usize)?, body))
    });
    let opaque = || (opaque_body(file, source), Vec::new());
    let Some((rewritten, body)) = body else { return opaque() };
    let range = match source.kind {
        BodyKind::Fn => body.item,
        BodyKind::Expr => body.body,
    };
    let Some(part) = rewritten.part(range) else { return opaque() };
    let mut lower = Lower::new(text, &part.map);
    lower.body_text = part.text;
    lower.written_at = Some(rewritten.written_at);
    lower.expansion.find = context.macros;
    let lowered = match source.kind {
        BodyKind::Fn => {
            syn::parse2::<syn::ItemFn>(part.tokens).map(|item| lower_fn(lower_ref(&mut lower), &item))
        }
        BodyKind::Expr => {
            syn::parse2::<syn::Expr>(part.tokens).map(|expr| (Vec::new(), lower_ref(&mut lower).expr(&expr)))
        }
    };
    match lowered {
        Ok((params, root)) => (finish(lower, file, source, params, root), Vec::new()),
        Err(_) => opaque(),
    }
}

fn finish(
    lower: Lower<'_>,
    file: FileId,
    source: &BodySource,
    params: Vec<(PatId, TyId)>,
    root: ExprId,
) -> BodyTree {
    let Lower { arena, asserts, cfgs, n_opaque, expansion, editions, .. } = lower;
    BodyTree {
        arena,
        file,
        params,
        root,
        range: source.body,
        asserts,
        cfgs,
        n_opaque,
        n_expanded: expansion.n_expanded,
        n_refused: expansion.n_refused,
        editions,
    }
}

/// Names the borrow, so that the closures above stay short.
fn lower_ref<'l, 'a>(lower: &'l mut Lower<'a>) -> &'l mut Lower<'a> {
    lower
}

fn lower_fn(lower: &mut Lower<'_>, item: &syn::ItemFn) -> (Vec<(PatId, TyId)>, ExprId) {
    let mut params = Vec::new();
    for input in &item.sig.inputs {
        if let FnArg::Typed(param) = input {
            let pat = lower.pat(&param.pat);
            let ty = lower.ty(&param.ty);
            params.push((pat, ty));
        }
    }
    let block = lower.block(&item.block);
    let range = lower.arena[block].range;
    let root = lower.push(ExprKind::Block { label: None, block, mode: BlockMode::Plain }, range);
    (params, root)
}

/// A body of which nothing is known.
fn opaque_body(file: FileId, source: &BodySource) -> BodyTree {
    let map = super::condense::OffsetMap::default();
    let mut lower = Lower::new("", &map);
    lower.push_ty(TyKind::Other, source.body);
    let root = lower.push(ExprKind::Opaque { name: None, args: Vec::new(), words: Vec::new() }, source.body);
    BodyTree {
        arena: lower.arena,
        file,
        params: Vec::new(),
        root,
        range: source.body,
        asserts: Vec::new(),
        cfgs: Vec::new(),
        n_opaque: 1,
        n_expanded: 0,
        n_refused: 0,
        editions: lower.editions,
    }
}

fn subject(kind: BodyKind) -> &'static str {
    match kind {
        BodyKind::Fn => "function",
        BodyKind::Expr => "initialiser",
    }
}

/// The part of a range in its first line.
pub(super) fn first_line(text: &str, range: TextRange) -> TextRange {
    let inside = text.get(range.lo as usize..range.hi as usize).unwrap_or_default();
    let len = inside.find('\n').unwrap_or(inside.len());
    TextRange::new(range.lo, range.lo + inside.get(..len).unwrap_or_default().trim_end().len() as u32)
}
