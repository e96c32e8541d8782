//! Whole files: items, with recovery from what syn refuses.

use super::bodies::first_line;
use super::clippy_allows;
use super::comments::directives;
use super::condense::{OffsetMap, condense};
use super::items::{Items, Place};
use super::scan::{Cut, Fault, Mode, Piece, PieceKind, Scan, scan};
use super::tokens::preamble;
use super::tree::{BodyWords, FileTree, Name, Problem};
use crate::source::TextRange;
use syn::parse::{Parse, ParseStream};

/// Larger texts are not read: offsets are 32 bits wide, here and in proc_macro2.
const MAX_BYTES: usize = 1 << 30;
/// The most problems that are said of one file.
const MAX_PROBLEMS: usize = 5;

/// Parses the items of a file; bodies are left to [`lower_body`](super::lower_body).
pub fn parse_file(text: &str) -> FileTree {
    if text.len() > MAX_BYTES {
        let problem = Problem { message: "the file is too large".to_owned(), range: None, help: None };
        return FileTree { problems: vec![problem], ..FileTree::default() };
    }
    let whole = TextRange::new(0, text.len() as u32);
    let mut scanned = scan(text, whole, Mode::File);
    if !scanned.balanced {
        scanned = scan(text, whole, Mode::Resync);
    }
    let mut tree = FileTree {
        n_lines: count_lines(text),
        generated: scanned.generated,
        words: words_of_scan(&mut scanned),
        problems: problems(text, &scanned),
        ..FileTree::default()
    };
    tree.clippy_allows = scanned.clippy_allows.iter().flat_map(|it| clippy_allows::read(text, *it)).collect();
    (tree.directives, tree.problems) = directives(text, &scanned.notes, std::mem::take(&mut tree.problems));
    if let Some(excess) = scanned.excess {
        let message = format!("the file's items are not read: {}", excess.words());
        tree.problems.push(Problem { message, range: None, help: None });
        shorten(&mut tree.problems);
        return tree;
    }
    let (file, map) = read(text, &scanned, &mut tree.problems);
    shorten(&mut tree.problems);
    if let Some(file) = file {
        fill(&mut tree, text, &map, &file);
    }
    super::invalidate_spans();
    tree
}

fn fill(tree: &mut FileTree, text: &str, map: &OffsetMap, file: &syn::File) {
    let mut items = Items::new(text, map);
    tree.roots = items.all(&file.items, Place::default());
    tree.attrs = items.lower.attrs(&file.attrs);
    let Items { lower, mut items, local_items, words, .. } = items;
    tree.arena = lower.arena;
    // They stay to the end.
    tree.arena.tys.shrink_to_fit();
    items.shrink_to_fit();
    tree.items = items;
    tree.local_items = local_items;
    if !words.is_empty() {
        tree.words.extend(words);
        tree.words.sort_by_key(|words| words.lo);
    }
}

fn count_lines(text: &str) -> u32 {
    let breaks = text.bytes().filter(|&byte| byte == b'\n').count();
    let rest = usize::from(!text.is_empty() && !text.ends_with('\n'));
    (breaks + rest) as u32
}

/// The words of an initialiser that was scanned by itself; not those of functions inside it.
pub(super) fn words_of(mut scanned: Scan<'_>) -> Option<BodyWords> {
    words_of_scan(&mut scanned).into_iter().next()
}

/// The words of each body. Names are interned once a file, and sorted once.
fn words_of_scan(scanned: &mut Scan<'_>) -> Vec<BodyWords> {
    let mut order: Vec<u32> = (0..scanned.names.len() as u32).collect();
    let text = |number: u32| scanned.names.get(number as usize).copied().unwrap_or_default();
    order.sort_unstable_by_key(|&number| text(number));
    let mut rank = vec![0_u32; order.len()];
    let mut names = Vec::with_capacity(order.len());
    for (at, &number) in order.iter().enumerate() {
        names.push(Name::from(text(number)));
        if let Some(rank) = rank.get_mut(number as usize) {
            *rank = at as u32;
        }
    }
    let collect = |list: &mut Vec<u32>| -> Vec<Name> {
        for number in list.iter_mut() {
            *number = rank.get(*number as usize).copied().unwrap_or_default();
        }
        list.sort_unstable();
        list.dedup();
        list.iter().filter_map(|&at| names.get(at as usize).copied()).collect()
    };
    let bodies = scanned.bodies.iter_mut();
    bodies
        .map(|body| BodyWords {
            lo: body.lo,
            methods: collect(&mut body.methods),
            bare_methods: collect(&mut body.bare_methods),
            mut_inits: collect(&mut body.mut_inits),
            macros: collect(&mut body.macros),
            idents: collect(&mut body.idents),
        })
        .collect()
}

/// Cuts a long list of problems short: a template that is no Rust at all has hundreds.
fn shorten(problems: &mut Vec<Problem>) {
    let more = problems.len().saturating_sub(MAX_PROBLEMS);
    if more > 1 {
        problems.truncate(MAX_PROBLEMS);
        let message = format!("{more} more items or bodies of this file cannot be read");
        problems.push(Problem { message, range: None, help: None });
    }
}

/// What the scanner found wrong.
fn problems(text: &str, scanned: &Scan<'_>) -> Vec<Problem> {
    let mut out = Vec::new();
    for body in &scanned.bodies {
        if let Some(excess) = body.excess {
            let message = format!("this body is not analysed: {}", excess.words());
            let range = Some(first_line(text, TextRange::new(body.lo, body.hi)));
            out.push(Problem { message, range, help: None });
        }
    }
    for piece in &scanned.pieces {
        let message = match piece.fault {
            None => continue,
            Some(Fault::Excess(excess)) => format!("this item is not read: {}", excess.words()),
            Some(Fault::Unbalanced) => "this item cannot be parsed: its delimiters do not match".to_owned(),
        };
        out.push(Problem { message, range: Some(first_line(text, piece.range)), help: None });
    }
    out
}

/// Reads a file with its bodies cut out; then the whole text; then item by item.
fn read(text: &str, scanned: &Scan<'_>, problems: &mut Vec<Problem>) -> (Option<syn::File>, OffsetMap) {
    let whole = TextRange::new(preamble(text) as u32, text.len() as u32);
    let condensed = condense(text, whole, &scanned.cuts);
    let first_error = match syn::parse_str::<syn::File>(&condensed.text) {
        Ok(file) => return (Some(file), condensed.map),
        Err(error) => error,
    };
    let harmless = scanned.balanced && scanned.bodies.iter().all(|body| body.excess.is_none());
    if harmless && scanned.pieces.iter().all(|piece| piece.fault.is_none()) {
        let rest = text.get(whole.lo as usize..).unwrap_or_default();
        if let Ok(file) = syn::parse_str::<syn::File>(rest) {
            return (Some(file), OffsetMap::shifted(whole.lo));
        }
    }
    let mut recovery = Recovery { text, scanned, broken: Vec::new(), problems };
    recovery.find_broken();
    let broken = std::mem::take(&mut recovery.broken);
    let condensed = condense(text, whole, &with_cuts(&scanned.cuts, &broken));
    match syn::parse_str::<syn::File>(&condensed.text) {
        Ok(file) => (Some(file), condensed.map),
        Err(_) => {
            let message = format!("the file cannot be parsed: {first_error}");
            problems.push(Problem { message, range: None, help: None });
            (None, condensed.map)
        }
    }
}

/// Adds cuts, dropping those inside them.
fn with_cuts(cuts: &[Cut], more: &[TextRange]) -> Vec<Cut> {
    let mut out: Vec<Cut> = more.iter().map(|&range| Cut { range, fill: " " }).collect();
    out.extend(cuts.iter().copied());
    // A wider cut comes before those inside it, which `condense` then passes over.
    out.sort_by_key(|cut| (cut.range.lo, std::cmp::Reverse(cut.range.hi)));
    out
}

/// Finds the items that syn refuses.
struct Recovery<'s, 't> {
    text: &'t str,
    scanned: &'s Scan<'t>,
    broken: Vec<TextRange>,
    problems: &'s mut Vec<Problem>,
}

/// An item of any container, for trying.
struct Member(PieceKind);

impl Recovery<'_, '_> {
    fn find_broken(&mut self) {
        let pieces = &self.scanned.pieces;
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); pieces.len()];
        let mut roots = Vec::new();
        let mut header = true;
        for (at, piece) in pieces.iter().enumerate() {
            match piece.parent.and_then(|parent| children.get_mut(parent as usize)) {
                Some(siblings) => siblings.push(at),
                None if piece.kind == PieceKind::InnerAttribute => {
                    // Only at the start of a file are they allowed.
                    if !header || self.try_file_head(piece).is_err() {
                        self.broken.push(piece.range);
                    }
                }
                None => {
                    header = false;
                    roots.push(at);
                }
            }
        }
        for root in roots {
            self.check(root, PieceKind::Mod, &children);
        }
    }

    /// Checks a piece that stands in a container of kind `within`.
    fn check(&mut self, at: usize, within: PieceKind, children: &[Vec<usize>]) {
        let scanned = self.scanned;
        let Some(piece) = scanned.pieces.get(at) else { return };
        if piece.fault.is_some() || piece.kind == PieceKind::InnerAttribute {
            return;
        }
        let Err(error) = self.attempt(piece, within, &[]) else { return };
        let inner = children.get(at).map(Vec::as_slice).unwrap_or_default();
        let known = self.broken.len();
        if !inner.is_empty() && piece.kind != PieceKind::Other {
            for &child in inner {
                self.check(child, piece.kind, children);
            }
            let found = self.broken.get(known..).unwrap_or_default().to_vec();
            if self.attempt(piece, within, &found).is_ok() {
                return;
            }
        }
        self.broken.truncate(known);
        self.broken.push(piece.range);
        let range = Some(first_line(self.text, piece.range));
        self.problems.push(Problem {
            message: format!("this item cannot be parsed: {error}"),
            range,
            help: None,
        });
    }

    fn attempt(&self, piece: &Piece, within: PieceKind, without: &[TextRange]) -> syn::Result<()> {
        let text = self.condensed(piece.range, without);
        let parse = |input: ParseStream<'_>| Member(within).parse(input);
        syn::parse::Parser::parse_str(parse, &text)
    }

    fn try_file_head(&self, piece: &Piece) -> syn::Result<()> {
        syn::parse_str::<syn::File>(&self.condensed(piece.range, &[])).map(drop)
    }

    fn condensed(&self, range: TextRange, without: &[TextRange]) -> String {
        let cuts = &self.scanned.cuts;
        let from = cuts.partition_point(|cut| cut.range.lo < range.lo);
        let to = cuts.partition_point(|cut| cut.range.lo < range.hi);
        let own = cuts.get(from..to).unwrap_or_default();
        if without.is_empty() {
            return condense(self.text, range, own).text;
        }
        condense(self.text, range, &with_cuts(own, without)).text
    }
}

impl Member {
    fn parse(&self, input: ParseStream<'_>) -> syn::Result<()> {
        match self.0 {
            PieceKind::Mod | PieceKind::Other | PieceKind::InnerAttribute => {
                syn::Item::parse(input).map(drop)
            }
            PieceKind::Impl => syn::ImplItem::parse(input).map(drop),
            PieceKind::Trait => syn::TraitItem::parse(input).map(drop),
            PieceKind::Extern => syn::ForeignItem::parse(input).map(drop),
        }
    }
}
