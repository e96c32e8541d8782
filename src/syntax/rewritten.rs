//! Items that a macro call stands for: the text that the macro wrote, and where each of its tokens stands in the file.
//!
//! Trees of syn cannot be kept, and bodies are parsed on demand: so the expansion is kept as text.

use super::condense::{OffsetMap, range_of_tokens};
use super::expand::{FoundMacro, MAX_NESTING, collect, is_measured, nesting};
use super::files::words_of;
use super::items::{Items, Place};
use super::mbe::{self, Writing};
use super::scan::{Mode, scan};
use super::tree::{BodyKind, BodySource, BodyWords, FileTree, ItemIdx, ItemKind, Name, WrittenBody};
use crate::source::TextRange;
use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;
use rustc_hash::FxHashSet;
use std::fmt::Write as _;
use syn::parse::{Parse, ParseStream, Parser};

/// Expansions of items number their variables from here, those in bodies from 0.
const FIRST_NUMBER: u32 = 1 << 20;
/// Longer arguments of an item macro are not expanded.
const MAX_ARGS: usize = 1 << 20;
/// The most tokens that the item macros of one file write.
const MAX_WRITTEN: usize = 2_000_000;
/// Stands before the arguments of a call while they are read.
const OWN: &str = "own";

/// A text that a macro wrote.
#[derive(Debug, Default)]
pub struct Rewritten {
    text: String,
    /// Where each token starts, and what stands for it in the file.
    tokens: Vec<(u32, TextRange)>,
    /// Parentheses that stand for delimiters that cannot be seen.
    invisible: Vec<u32>,
    /// The call's name, where all stands that the macro wrote, and whether the macro is of edition 2024.
    pub(super) written_at: (TextRange, bool),
}

/// A part of such a text, to be read.
pub(super) struct Part<'a> {
    pub text: &'a str,
    pub tokens: TokenStream,
    pub map: OffsetMap,
}

/// Where an item macro is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Container {
    Module,
    Impl,
    Trait,
}

impl Rewritten {
    /// Writes tokens down. `place` says where each stands in the file.
    fn new(
        tokens: &TokenStream,
        written_at: (TextRange, bool),
        place: &dyn Fn(Span) -> TextRange,
    ) -> Rewritten {
        let mut out = Rewritten { written_at, ..Rewritten::default() };
        out.write(tokens, place);
        out
    }

    fn write(&mut self, tokens: &TokenStream, place: &dyn Fn(Span) -> TextRange) {
        for token in tokens.clone() {
            match token {
                TokenTree::Group(group) => self.group(&group, place),
                TokenTree::Punct(punct) => {
                    self.token(place(punct.span()), punct.as_char(), punct.spacing() == Spacing::Joint);
                }
                TokenTree::Ident(ident) => self.token(place(ident.span()), &ident, false),
                TokenTree::Literal(literal) => self.token(place(literal.span()), &literal, false),
            }
        }
    }

    fn group(&mut self, group: &Group, place: &dyn Fn(Span) -> TextRange) {
        let (open, close) = match group.delimiter() {
            Delimiter::Brace => ('{', '}'),
            Delimiter::Bracket => ('[', ']'),
            Delimiter::Parenthesis => ('(', ')'),
            Delimiter::None => {
                self.invisible.push(self.text.len() as u32);
                ('(', ')')
            }
        };
        self.token(place(group.span_open()), open, false);
        self.write(&group.stream(), place);
        self.token(place(group.span_close()), close, false);
    }

    fn token(&mut self, place: TextRange, text: impl std::fmt::Display, is_joint: bool) {
        self.tokens.push((self.text.len() as u32, place));
        // Writing to a string cannot fail.
        let _ = write!(self.text, "{text}{}", if is_joint { "" } else { " " });
    }

    /// Where a token read from the text stands in it.
    pub(super) fn place(&self, span: Span) -> TextRange {
        let range = span.byte_range();
        TextRange::new(range.start as u32, range.end as u32)
    }

    /// Reads a part.
    pub(super) fn part(&self, range: TextRange) -> Option<Part<'_>> {
        let text = self.text.get(range.lo as usize..range.hi as usize)?;
        let tokens: TokenStream = text.parse().ok()?;
        let first = self.tokens.partition_point(|(start, _)| *start < range.lo);
        let end = self.tokens.partition_point(|(start, _)| *start < range.hi);
        let own = self.tokens.get(first..end).unwrap_or_default().iter();
        let map = OffsetMap::of_tokens(own.map(|&(start, place)| (start - range.lo, place)).collect());
        let tokens = if self.invisible.is_empty() { tokens } else { self.hide(tokens, range.lo) };
        Some(Part { text, tokens, map })
    }

    /// Makes delimiters that cannot be seen of the parentheses that stand for them.
    fn hide(&self, tokens: TokenStream, shift: u32) -> TokenStream {
        let hidden = tokens.into_iter().map(|token| match token {
            TokenTree::Group(group) => {
                let at = group.span_open().byte_range().start as u32 + shift;
                let is_hidden = self.invisible.binary_search(&at).is_ok();
                let delimiter = if is_hidden { Delimiter::None } else { group.delimiter() };
                let span = group.span();
                let mut made = Group::new(delimiter, self.hide(group.stream(), shift));
                // The span of the whole: the delimiters' own cannot be given.
                made.set_span(span);
                TokenTree::Group(made)
            }
            token => token,
        });
        hidden.collect()
    }
}

impl Items<'_> {
    /// Records the body of a function that a macro wrote.
    pub(super) fn written_fn(&mut self, sig: &syn::Signature, block: &syn::Block) -> Option<u32> {
        let (rewritten, _) = self.rewritten?;
        let mut item = rewritten.place(sig.fn_token.span);
        let qualifiers = [
            sig.constness.as_ref().map(|token| token.span),
            sig.asyncness.as_ref().map(|token| token.span),
            sig.abi.as_ref().map(|abi| abi.extern_token.span),
            match &sig.safety {
                syn::Safety::Safe(token) => Some(token.span),
                syn::Safety::Unsafe(token) => Some(token.span),
                syn::Safety::Default => None,
            },
        ];
        for span in qualifiers.into_iter().flatten() {
            item = item.join(rewritten.place(span));
        }
        let span = block.brace_token.span;
        let body = rewritten.place(span.open()).join(rewritten.place(span.close()));
        self.written_body(item.join(body), body)
    }

    /// Records an initialiser that a macro wrote.
    pub(super) fn written_expr(&mut self, range: TextRange) -> Option<BodySource> {
        let (rewritten, _) = self.rewritten?;
        let inside = rewritten.text.get(range.lo as usize..range.hi as usize)?;
        let lo = range.lo + (inside.len() - inside.trim_start().len()) as u32;
        let body = TextRange::new(lo, lo + inside.trim().len() as u32);
        if body.lo == body.hi {
            return None;
        }
        let place = range_of_tokens(&rewritten.tokens, body.lo, body.hi);
        let written = self.written_body(body, body);
        Some(BodySource { item: place, body: place, kind: BodyKind::Expr, written })
    }

    fn written_body(&mut self, item: TextRange, body: TextRange) -> Option<u32> {
        let (rewritten, number) = self.rewritten?;
        let mut words = words_of(scan(&rewritten.text, body, Mode::Words)).unwrap_or_default();
        unmark(&mut words);
        self.written_bodies.push(WrittenBody { rewritten: number, item, body, words });
        u32::try_from(self.written_bodies.len() - 1).ok()
    }
}

/// Takes the marks off names.
fn unmark(words: &mut BodyWords) {
    let methods = [&mut words.methods, &mut words.bare_methods, &mut words.mut_inits];
    for list in methods.into_iter().chain([&mut words.macros, &mut words.idents]) {
        for name in list.iter_mut() {
            if mbe::is_marked(name) {
                *name = Name::from(mbe::plain(name));
            }
        }
        list.sort_unstable();
        list.dedup();
    }
}

/// Finds the definition that a macro call among the items of a file means.
pub type FindItemMacro<'a> = dyn Fn(&[Name], bool, u32) -> Option<FoundMacro> + 'a;

/// What became of the macro calls among the items of a file.
#[derive(Debug, Default, Clone, Copy)]
pub struct ItemCalls {
    /// They were expanded.
    pub n_expanded: u32,
    /// Their definition is known, but they could not be.
    pub n_refused: u32,
}

impl ItemCalls {
    /// Both together.
    pub fn plus(self, other: ItemCalls) -> ItemCalls {
        ItemCalls {
            n_expanded: self.n_expanded + other.n_expanded,
            n_refused: self.n_refused + other.n_refused,
        }
    }
}

impl FileTree {
    /// Whether a macro call stands among its items.
    pub fn has_macro_calls(&self) -> bool {
        self.items.iter().any(|item| matches!(item.kind, ItemKind::MacroCall { .. }))
    }
}

/// Puts what macro calls among the items of a file stand for in their place.
pub fn expand_items(tree: &mut FileTree, text: &str, find: &FindItemMacro<'_>) -> ItemCalls {
    let mut calls = ItemCalls::default();
    let mut written = 0;
    let roots =
        expand_list(tree, &tree.roots.clone(), Container::Module, text, find, &mut calls, &mut written);
    if let Some(roots) = roots {
        tree.roots = roots;
    }
    let mut at = 0;
    // Items that are added are looked at as well.
    while at < tree.items.len() {
        let (list, container) = match tree.items.get(at).map(|item| &item.kind) {
            Some(ItemKind::Mod { items: Some(items) }) => (items.clone(), Container::Module),
            Some(ItemKind::Impl { items, .. }) => (items.clone(), Container::Impl),
            Some(ItemKind::Trait { items, .. }) => (items.clone(), Container::Trait),
            _ => (Vec::new(), Container::Module),
        };
        if let Some(list) = expand_list(tree, &list, container, text, find, &mut calls, &mut written)
            && let Some(item) = tree.items.get_mut(at)
        {
            match &mut item.kind {
                ItemKind::Mod { items } => *items = Some(list),
                ItemKind::Impl { items, .. } | ItemKind::Trait { items, .. } => *items = list,
                _ => {}
            }
        }
        at += 1;
    }
    super::invalidate_spans();
    calls
}

/// The list with what calls in it stand for; `None` when there are none.
fn expand_list(
    tree: &mut FileTree,
    list: &[ItemIdx],
    container: Container,
    text: &str,
    find: &FindItemMacro<'_>,
    calls: &mut ItemCalls,
    written: &mut usize,
) -> Option<Vec<ItemIdx>> {
    let is_call = |id: &ItemIdx| {
        matches!(tree.items.get(id.0 as usize).map(|item| &item.kind), Some(ItemKind::MacroCall { .. }))
    };
    if !list.iter().any(is_call) {
        return None;
    }
    let mut out = Vec::with_capacity(list.len());
    for id in list {
        let Some(item) = tree.items.get(id.0 as usize) else { continue };
        let ItemKind::MacroCall { path, args: Some(args) } = &item.kind else {
            out.push(*id);
            continue;
        };
        let (path, args, name_range) = (*path, *args, item.name_range);
        let place = Place { in_fn: item.in_fn, block: item.block };
        let cfg = item.attrs.clone();
        let mut call = ItemCall { tree, text, find, calls, written, name_range, container, place };
        match call.expand(path, args) {
            Some(made) => {
                for id in &made {
                    if let Some(item) = call.tree.items.get_mut(id.0 as usize) {
                        item.attrs.cfg = item.attrs.cfg.and(&cfg.cfg);
                        item.attrs.test |= cfg.test;
                    }
                }
                out.extend(made);
            }
            None => out.push(*id),
        }
    }
    Some(out)
}

/// One call among items.
struct ItemCall<'a, 'f> {
    tree: &'a mut FileTree,
    text: &'a str,
    find: &'a FindItemMacro<'f>,
    calls: &'a mut ItemCalls,
    written: &'a mut usize,
    name_range: TextRange,
    container: Container,
    place: Place,
}

impl ItemCall<'_, '_> {
    fn expand(&mut self, path: Name, args: TextRange) -> Option<Vec<ItemIdx>> {
        let (global, segments) = split(path);
        let found = (self.find)(&segments, global, self.name_range.lo)?;
        let made = self.expand_found(&found, args);
        match made {
            Some(_) => self.calls.n_expanded += 1,
            None => self.calls.n_refused += 1,
        }
        made
    }

    fn expand_found(&mut self, found: &FoundMacro, args: TextRange) -> Option<Vec<ItemIdx>> {
        let source = self.text.get(args.lo as usize..args.hi as usize)?;
        if source.len() > MAX_ARGS || scan(self.text, args, Mode::Expr).excess.is_some() {
            return None;
        }
        // A token before the arguments: its span is that of what the macro writes.
        let tokens: TokenStream = format!("{OWN} {source}").parse().ok()?;
        let mut tokens = tokens.into_iter();
        let at = tokens.next()?.span();
        let tokens: TokenStream = tokens.collect();
        let shift = OWN.len() + 1;
        let name_range = self.name_range;
        let place = move |span: Span| {
            let range = span.byte_range();
            let offset = |at: usize| Some(args.lo + u32::try_from(at.checked_sub(shift)?).ok()?);
            match (offset(range.start), offset(range.end)) {
                (Some(lo), Some(hi)) => TextRange::new(lo, hi),
                _ => name_range,
            }
        };
        let mut taken = FxHashSet::default();
        collect(&tokens, &mut taken);
        let mut writer =
            Writer { find: self.find, at, at_byte: name_range.lo, taken, n_written: 0, number: FIRST_NUMBER };
        let written = writer.write_out(&tokens, found)?;
        let written = writer.flatten(self.container, written, 1)?;
        *self.written += writer.n_written;
        if *self.written > MAX_WRITTEN {
            return None;
        }
        let rewritten = Rewritten::new(&written, (name_range, !found.old_edition), &place);
        self.add(rewritten)
    }

    /// Lowers the items of a text into the tree.
    fn add(&mut self, rewritten: Rewritten) -> Option<Vec<ItemIdx>> {
        let whole = TextRange::new(0, rewritten.text.len() as u32);
        let Part { tokens, map, .. } = rewritten.part(whole)?;
        let number = u32::try_from(self.tree.rewritten.len()).ok()?;
        let parsed = read(self.container, tokens)?;
        let mut items = Items::new(self.text, &map);
        items.lower.written_at = Some(rewritten.written_at);
        items.lower.arena = std::mem::take(&mut self.tree.arena);
        items.items = std::mem::take(&mut self.tree.items);
        items.local_items = std::mem::take(&mut self.tree.local_items);
        items.written_bodies = std::mem::take(&mut self.tree.written_bodies);
        items.rewritten = Some((&rewritten, number));
        let made = match &parsed {
            Parsed::Module(list) => items.all(list, self.place),
            Parsed::Impl(list) => {
                list.iter().filter_map(|item| items.impl_member(item, self.place)).collect()
            }
            Parsed::Trait(list) => {
                list.iter().filter_map(|item| items.trait_member(item, self.place)).collect()
            }
        };
        let has_files = made.iter().any(|id| {
            let kind = items.items.get(id.0 as usize).map(|item| &item.kind);
            matches!(kind, Some(ItemKind::Mod { items: None } | ItemKind::Include { .. }))
        });
        let Items { lower, items, local_items, written_bodies, .. } = items;
        self.tree.arena = lower.arena;
        self.tree.items = items;
        self.tree.local_items = local_items;
        self.tree.written_bodies = written_bodies;
        self.tree.rewritten.push(rewritten);
        // Files are found before macros are expanded: a module that a macro declares cannot be read.
        (!has_files).then_some(made)
    }
}

/// Writes out a call and the calls of items in what it writes.
struct Writer<'a, 'f> {
    find: &'a FindItemMacro<'f>,
    /// Where the definitions' own tokens stand.
    at: Span,
    at_byte: u32,
    taken: FxHashSet<String>,
    n_written: usize,
    number: u32,
}

impl Writer<'_, '_> {
    fn write_out(&mut self, args: &TokenStream, found: &FoundMacro) -> Option<TokenStream> {
        let writing = Writing {
            at: self.at,
            krate: found.krate,
            number: self.number,
            local: found.local,
            taken: &self.taken,
            limit: mbe::MAX_TOKENS.saturating_sub(self.n_written),
        };
        let written = found.rules.as_ref()?.expand(args, &writing)?;
        self.n_written += written.n_tokens;
        self.number += 1;
        let is_shallow = nesting(&written.tokens) <= MAX_NESTING && is_measured(&written);
        collect(&written.tokens, &mut self.taken);
        is_shallow.then_some(written.tokens)
    }

    /// Writes out the calls among these items that can be; others stay. `None` when the tokens are no items, or a bound is reached.
    fn flatten(&mut self, container: Container, tokens: TokenStream, depth: u32) -> Option<TokenStream> {
        let parsed = read(container, tokens.clone())?;
        if !parsed.has_calls() {
            return Some(tokens);
        }
        let mut out = TokenStream::new();
        match parsed {
            Parsed::Module(list) => {
                for item in list {
                    match &item {
                        syn::Item::Macro(call) if call.ident.is_none() => {
                            self.call(container, &call.mac, &item, depth, &mut out)?;
                        }
                        _ => item.to_tokens(&mut out),
                    }
                }
            }
            Parsed::Impl(list) => {
                for item in list {
                    match &item {
                        syn::ImplItem::Macro(call) => {
                            self.call(container, &call.mac, &item, depth, &mut out)?
                        }
                        _ => item.to_tokens(&mut out),
                    }
                }
            }
            Parsed::Trait(list) => {
                for item in list {
                    match &item {
                        syn::TraitItem::Macro(call) => {
                            self.call(container, &call.mac, &item, depth, &mut out)?
                        }
                        _ => item.to_tokens(&mut out),
                    }
                }
            }
        }
        Some(out)
    }

    fn call(
        &mut self,
        container: Container,
        mac: &syn::Macro,
        item: &dyn ToTokens,
        depth: u32,
        out: &mut TokenStream,
    ) -> Option<()> {
        let names: Vec<Name> = mac.path.segments.iter().map(|segment| plain_name(&segment.ident)).collect();
        let Some(found) = (self.find)(&names, mac.path.leading_colon.is_some(), self.at_byte) else {
            item.to_tokens(out);
            return Some(());
        };
        if depth >= mbe::MAX_DEPTH {
            return None;
        }
        let written = self.write_out(&mac.tokens, &found)?;
        out.extend(self.flatten(container, written, depth + 1)?);
        Some(())
    }
}

fn plain_name(ident: &Ident) -> Name {
    let text = ident.to_string();
    match mbe::crate_name(&text) {
        Some(krate) => Name::from(&krate),
        None => Name::from(mbe::plain(text.strip_prefix("r#").unwrap_or(&text))),
    }
}

/// Items of one kind of container.
enum Parsed {
    Module(Vec<syn::Item>),
    Impl(Vec<syn::ImplItem>),
    Trait(Vec<syn::TraitItem>),
}

impl Parsed {
    fn has_calls(&self) -> bool {
        match self {
            Parsed::Module(list) => {
                list.iter().any(|it| matches!(it, syn::Item::Macro(call) if call.ident.is_none()))
            }
            Parsed::Impl(list) => list.iter().any(|it| matches!(it, syn::ImplItem::Macro(_))),
            Parsed::Trait(list) => list.iter().any(|it| matches!(it, syn::TraitItem::Macro(_))),
        }
    }
}

fn read(container: Container, tokens: TokenStream) -> Option<Parsed> {
    match container {
        Container::Module => list(tokens).map(Parsed::Module),
        Container::Impl => list(tokens).map(Parsed::Impl),
        Container::Trait => list(tokens).map(Parsed::Trait),
    }
}

/// All items of the tokens.
fn list<T: Parse>(tokens: TokenStream) -> Option<Vec<T>> {
    let parse = |input: ParseStream<'_>| {
        let mut out = Vec::new();
        while !input.is_empty() {
            // `m!();` in a macro leaves a semicolon.
            if input.parse::<Option<syn::Token![;]>>()?.is_none() {
                out.push(input.parse()?);
            }
        }
        Ok(out)
    };
    parse.parse2(tokens).ok()
}

/// The path of a call, as the tree keeps it.
fn split(path: Name) -> (bool, Vec<Name>) {
    let text = path.as_str();
    let rest = text.strip_prefix("::").unwrap_or(text);
    (rest.len() < text.len(), rest.split("::").map(|name| Name::from(name.trim())).collect())
}
