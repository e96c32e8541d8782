//! Items in macros that we know: `lazy_static!`, `thread_local!`, `task_local!`, `cfg_if!`, `include!`, and in macros that
//! wrap plain items: `pin_project! { struct S { .. } }`, `cfg_rt! { mod rt; }`.

use super::attrs::{Predicate, cfg_from, predicate};
use super::items::{Items, Place};
use super::tree::{BodyKind, BodySource, Cfg, ItemIdx, ItemKind, Name, StaticKind};
use proc_macro2::{Span, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, LitStr, Macro, MacroDelimiter, Token, Type, Visibility};

/// Whether a macro declares statics, by its name.
pub(super) fn declares_statics(mac: &Macro) -> bool {
    static_kind(mac).is_some()
}

fn static_kind(mac: &Macro) -> Option<StaticKind> {
    match mac.path.segments.last()?.ident.to_string().as_str() {
        "lazy_static" => Some(StaticKind::LazyStatic),
        "thread_local" => Some(StaticKind::ThreadLocal),
        "task_local" => Some(StaticKind::TaskLocal),
        _ => None,
    }
}

/// The statics that a macro declares, and of which kind they are; none where its text cannot be read.
pub(super) fn statics_of(mac: &Macro) -> Option<(StaticKind, Vec<MacroStatic>)> {
    let kind = static_kind(mac)?;
    Some((kind, read_statics.parse2(mac.tokens.clone()).unwrap_or_default()))
}

/// One static of such a macro.
pub(super) struct MacroStatic {
    attrs: Vec<Attribute>,
    vis: Visibility,
    static_span: Span,
    pub name: syn::Ident,
    pub ty: Type,
    /// First and last token of the initialiser.
    init: Option<(Span, Span)>,
    end: Span,
}

fn read_statics(input: ParseStream<'_>) -> syn::Result<Vec<MacroStatic>> {
    let mut out = Vec::new();
    while !input.is_empty() {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis: Visibility = input.parse()?;
        let static_token: Token![static] = input.parse()?;
        input.parse::<Option<Token![ref]>>()?;
        input.parse::<Option<Token![mut]>>()?;
        let name: syn::Ident = input.parse()?;
        input.parse::<Token![:]>()?;
        let ty: Type = input.parse()?;
        let mut end = name.span();
        let mut init = None;
        if input.parse::<Option<Token![=]>>()?.is_some() {
            // thread_local!'s `const { .. }` is a block expression like any other.
            while !input.is_empty() && !input.peek(Token![;]) {
                let token: TokenTree = input.parse()?;
                end = close(&token);
                init = Some((init.map_or(open(&token), |(first, _)| first), end));
            }
        }
        if let Some(semi) = input.parse::<Option<Token![;]>>()? {
            end = semi.spans[0];
        }
        out.push(MacroStatic { attrs, vis, static_span: static_token.span, name, ty, init, end });
    }
    Ok(out)
}

fn open(token: &TokenTree) -> Span {
    match token {
        TokenTree::Group(group) => group.span_open(),
        TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => token.span(),
    }
}

fn close(token: &TokenTree) -> Span {
    match token {
        TokenTree::Group(group) => group.span_close(),
        TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => token.span(),
    }
}

/// How many macros may stand around items: each level reads all tokens inside again.
const MAX_WRAPPERS: u32 = 4;

fn read_items(input: ParseStream<'_>) -> syn::Result<Vec<syn::Item>> {
    input.call(Attribute::parse_inner)?;
    let mut items = Vec::new();
    while !input.is_empty() {
        items.push(input.parse()?);
    }
    Ok(items)
}

/// A branch of `cfg_if!`: its own condition, or none for the last `else`.
pub(super) struct Branch<T> {
    pub condition: Option<Predicate>,
    pub content: T,
    pub braces: Span,
}

/// Reads `if #[cfg(..)] { .. } else if .. { .. } else { .. }`.
pub(super) fn read_cfg_if<T>(
    input: ParseStream<'_>,
    content: impl Fn(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Vec<Branch<T>>> {
    let mut out = Vec::new();
    loop {
        let mut condition = None;
        if input.peek(Token![if]) {
            input.parse::<Token![if]>()?;
            let attrs = input.call(Attribute::parse_outer)?;
            condition = attrs.first().and_then(predicate).or(Some(Predicate::Any(Vec::new())));
        }
        let inside;
        let brace = syn::braced!(inside in input);
        let is_last = condition.is_none();
        out.push(Branch { condition, content: content(&inside)?, braces: brace.span.join() });
        if is_last || input.is_empty() {
            return Ok(out);
        }
        input.parse::<Token![else]>()?;
    }
}

/// The full condition of each branch: its own, and that those before do not hold.
pub(super) fn branch_cfgs<T>(branches: &[Branch<T>]) -> Vec<(Cfg, bool)> {
    let mut before = Vec::new();
    let mut out = Vec::new();
    for branch in branches {
        let mut literals = before.clone();
        let mut test = false;
        if let Some(condition) = &branch.condition {
            condition.literals(true, &mut literals);
            condition.literals(false, &mut before);
            test = condition.is_test();
        }
        out.push((cfg_from(literals), test));
    }
    out
}

impl Items<'_> {
    /// A macro as an item.
    pub fn macro_item(&mut self, item: &syn::ItemMacro, place: Place, out: &mut Vec<ItemIdx>) {
        if let Some(name) = &item.ident
            && item.mac.path.is_ident("macro_rules")
        {
            let (mut head, _) = self.macro_head(&item.mac, &item.attrs, item.semi_token.as_ref());
            head.name_range = self.at(name.span());
            head.name = self.lower.name_at(name, head.name_range);
            let exported = item.attrs.iter().any(|attr| attr.path().is_ident("macro_export"));
            let rules = self.inside(&item.mac);
            out.push(self.add(ItemKind::MacroRules { exported, rules }, head, place));
            return;
        }
        self.macro_items(&item.mac, &item.attrs, item.ident.as_ref(), item.semi_token.as_ref(), place, out);
    }

    /// The items of a macro call, or the call itself.
    pub fn macro_items(
        &mut self,
        mac: &Macro,
        attrs: &[Attribute],
        ident: Option<&syn::Ident>,
        semi: Option<&Token![;]>,
        place: Place,
        out: &mut Vec<ItemIdx>,
    ) {
        let known = if ident.is_some() {
            None
        } else if let Some(kind) = static_kind(mac) {
            self.statics(mac, kind, place)
        } else if mac.path.segments.last().is_some_and(|last| last.ident == "cfg_if") {
            self.cfg_if(mac, place)
        } else if mac.path.segments.last().is_some_and(|last| last.ident == "include") {
            self.include(mac, attrs, semi, place)
        } else {
            self.wrapped(mac, place)
        };
        match known {
            Some(items) => out.extend(items),
            None => out.push(self.unknown_macro(mac, attrs, semi, place)),
        }
    }

    fn statics(&mut self, mac: &Macro, kind: StaticKind, place: Place) -> Option<Vec<ItemIdx>> {
        let statics = read_statics.parse2(mac.tokens.clone()).ok()?;
        let mut out = Vec::new();
        for item in &statics {
            let range = self.start(&item.attrs, &item.vis, self.at(item.static_span)).join(self.at(item.end));
            let head = self.head(&item.name, range, &item.vis, &item.attrs);
            let ty = self.lower.ty(&item.ty);
            let init = item.init.as_ref().and_then(|(first, last)| {
                if let Some((rewritten, _)) = self.rewritten {
                    return self.written_expr(rewritten.place(*first).join(rewritten.place(*last)));
                }
                let body = self.at(*first).join(self.at(*last));
                self.record_words(body);
                Some(BodySource { item: body, body, kind: BodyKind::Expr, written: None })
            });
            out.push(self.add(ItemKind::Static { ty, mutable: false, kind, init }, head, place));
        }
        Some(out)
    }

    fn cfg_if(&mut self, mac: &Macro, place: Place) -> Option<Vec<ItemIdx>> {
        let branches =
            (|input: ParseStream<'_>| read_cfg_if(input, read_items)).parse2(mac.tokens.clone()).ok()?;
        let mut out = Vec::new();
        for (branch, (cfg, test)) in branches.iter().zip(branch_cfgs(&branches)) {
            for id in self.all(&branch.content, place) {
                if let Some(item) = self.items.get_mut(id.0 as usize) {
                    item.attrs.test |= test;
                    let literals = item.attrs.cfg.literals.iter().chain(&cfg.literals).copied().collect();
                    item.attrs.cfg = cfg_from(literals);
                }
                out.push(id);
            }
        }
        Some(out)
    }

    /// The items that a macro's braces hold, when it is one that passes items on, under a condition or with impls added.
    fn wrapped(&mut self, mac: &Macro, place: Place) -> Option<Vec<ItemIdx>> {
        if !matches!(mac.delimiter, MacroDelimiter::Brace(_)) || self.in_macro >= MAX_WRAPPERS {
            return None;
        }
        let name = mac.path.segments.last()?.ident.to_string();
        let wraps = matches!(name.as_str(), "pin_project" | "feature")
            || name.starts_with("cfg_")
            || name.starts_with("if_");
        if !wraps {
            return None;
        }
        let items = read_items.parse2(mac.tokens.clone()).ok()?;
        let opaque = |item: &syn::Item| matches!(item, syn::Item::Verbatim(_));
        if items.is_empty() || items.iter().any(opaque) {
            return None;
        }
        self.in_macro += 1;
        let out = self.all(&items, place);
        self.in_macro -= 1;
        for id in &out {
            // The file of a module may be missing: the macro stands for a condition that we do not see.
            if let Some(item) = self.items.get_mut(id.0 as usize)
                && matches!(item.kind, ItemKind::Mod { items: None })
            {
                item.attrs.others.push(Name::from(&name));
            }
        }
        Some(out)
    }

    fn include(
        &mut self,
        mac: &Macro,
        attrs: &[Attribute],
        semi: Option<&Token![;]>,
        place: Place,
    ) -> Option<Vec<ItemIdx>> {
        let path: LitStr = mac.parse_body().ok()?;
        let (head, _) = self.macro_head(mac, attrs, semi);
        Some(vec![self.add(ItemKind::Include { path: Name::from(&path.value()) }, head, place)])
    }
}
