//! Items.

use super::attrs::path_text;
use super::condense::OffsetMap;
use super::files::words_of;
use super::lower::Lower;
use super::scan::{Mode, scan};
use super::tokens::Lexer;
use super::tree::{
    Attrs, BodyKind, BodySource, BodyWords, Field, FnDecl, Item, ItemIdx, ItemKind, Name, Rewritten,
    SelfParam, Shape, StaticKind, UseKind, UseLeaf, Variant, Vis, WrittenBody,
};
use crate::source::TextRange;
use proc_macro2::Span;
use syn::visit::Visit;
use syn::{Attribute, FnArg, ForeignItem, ImplItem, ReceiverKind, TraitItem, UseTree, Visibility};

/// Lowers the items of a file.
pub(super) struct Items<'a> {
    pub lower: Lower<'a>,
    pub items: Vec<Item>,
    pub local_items: Vec<ItemIdx>,
    /// Words of initialisers in macros, which the scanner did not see as bodies.
    pub words: Vec<BodyWords>,
    /// Functions around the item at hand.
    nesting: u32,
    /// How many wrapping macros stand around the item at hand: the scanner does not look for functions in them.
    pub in_macro: u32,
    /// The text that a macro wrote, when its items are lowered, and its number.
    pub rewritten: Option<(&'a Rewritten, u32)>,
    pub written_bodies: Vec<WrittenBody>,
}

/// The function and block that an item is declared in.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    pub in_fn: Option<ItemIdx>,
    pub block: Option<TextRange>,
}

/// What all items have.
pub(super) struct Head {
    pub name: Name,
    pub name_range: TextRange,
    pub range: TextRange,
    pub vis: Vis,
    pub attrs: Attrs,
}

impl<'a> Items<'a> {
    pub fn new(text: &'a str, map: &'a OffsetMap) -> Self {
        Items {
            lower: Lower::new(text, map),
            items: Vec::new(),
            local_items: Vec::new(),
            words: Vec::new(),
            nesting: 0,
            in_macro: 0,
            rewritten: None,
            written_bodies: Vec::new(),
        }
    }

    pub fn at(&self, span: Span) -> TextRange {
        self.lower.at(span)
    }

    pub fn add(&mut self, kind: ItemKind, head: Head, place: Place) -> ItemIdx {
        let id = ItemIdx(self.items.len() as u32);
        let Head { name, name_range, range, vis, attrs } = head;
        self.items.push(Item {
            kind,
            name,
            name_range,
            range,
            vis,
            attrs,
            block: place.block,
            in_fn: place.in_fn,
        });
        id
    }

    fn set_kind(&mut self, id: ItemIdx, kind: ItemKind) {
        if let Some(item) = self.items.get_mut(id.0 as usize) {
            item.kind = kind;
        }
    }

    /// Where an item with these attributes and visibility starts whose first other token stands at `first`.
    pub fn start(&self, attrs: &[Attribute], vis: &Visibility, first: TextRange) -> TextRange {
        let mut range = first;
        match vis {
            Visibility::Public(token) => range = range.join(self.at(token.span)),
            Visibility::Restricted(vis) => range = range.join(self.at(vis.pub_token.span)),
            Visibility::Inherited => {}
        }
        let outer = attrs.iter().find(|attr| matches!(attr.style, syn::AttrStyle::Outer));
        outer.map_or(range, |attr| range.join(self.at(attr.pound_token.spans[0])))
    }

    pub fn head(&self, ident: &syn::Ident, range: TextRange, vis: &Visibility, attrs: &[Attribute]) -> Head {
        let name_range = self.at(ident.span());
        Head {
            name: self.lower.name_at(ident, name_range),
            name_range,
            range,
            vis: visibility(vis),
            attrs: self.lower.attrs(attrs),
        }
    }

    /// Lowers items in order.
    pub fn all(&mut self, items: &[syn::Item], place: Place) -> Vec<ItemIdx> {
        let mut out = Vec::new();
        for item in items {
            self.item(item, place, &mut out);
        }
        out
    }

    /// Lowers an item; some macros and foreign blocks give several.
    pub fn item(&mut self, item: &syn::Item, place: Place, out: &mut Vec<ItemIdx>) {
        match item {
            syn::Item::Const(item) => out.push(self.const_item(item, place)),
            syn::Item::Enum(item) => out.push(self.enum_item(item, place)),
            syn::Item::ExternCrate(item) => {
                let range = self.start(&item.attrs, &item.vis, self.at(item.extern_token.span));
                let range = range.join(self.at(item.semi_token.spans[0]));
                let name = item.rename.as_ref().map_or(&item.ident, |(_, rename)| rename);
                let head = self.head(name, range, &item.vis, &item.attrs);
                let krate = self.lower.name(&item.ident);
                out.push(self.add(ItemKind::ExternCrate { krate }, head, place));
            }
            syn::Item::Fn(item) => {
                let f =
                    Function { attrs: &item.attrs, vis: &item.vis, sig: &item.sig, block: Some(&item.block) };
                out.push(self.function(&f, place));
            }
            syn::Item::ForeignMod(item) => {
                item.items.iter().for_each(|item| self.foreign_item(item, place, out))
            }
            syn::Item::Impl(item) => out.push(self.impl_item(item, place)),
            syn::Item::Macro(item) => self.macro_item(item, place, out),
            syn::Item::Mod(item) => out.push(self.mod_item(item, place)),
            syn::Item::Static(item) => out.push(self.static_item(item, place)),
            syn::Item::Struct(item) => out.push(self.struct_item(item, place)),
            syn::Item::Trait(item) => out.push(self.trait_item(item, place)),
            syn::Item::TraitAlias(item) => {
                let range = self.start(&item.attrs, &item.vis, self.at(item.trait_token.span));
                let range = range.join(self.at(item.semi_token.spans[0]));
                let head = self.head(&item.ident, range, &item.vis, &item.attrs);
                out.push(self.add(ItemKind::TraitAlias, head, place));
            }
            syn::Item::Type(item) => {
                let range = self.start(&item.attrs, &item.vis, self.at(item.type_token.span));
                let range = range.join(self.at(item.semi_token.spans[0]));
                let head = self.head(&item.ident, range, &item.vis, &item.attrs);
                let generics = self.lower.generics(&item.generics);
                let ty = self.lower.ty(&item.ty);
                out.push(self.add(ItemKind::TypeAlias { generics, ty }, head, place));
            }
            syn::Item::Union(item) => {
                let range = self.start(&item.attrs, &item.vis, self.at(item.union_token.span));
                let range = range.join(self.at(item.fields.brace_token.span.close()));
                let head = self.head(&item.ident, range, &item.vis, &item.attrs);
                let generics = self.lower.generics(&item.generics);
                let fields =
                    item.fields.named.iter().enumerate().map(|(at, field)| self.field(at, field)).collect();
                out.push(self.add(ItemKind::Union { generics, fields }, head, place));
            }
            syn::Item::Use(item) => {
                let range = self.start(&item.attrs, &item.vis, self.at(item.use_token.span));
                let range = range.join(self.at(item.semi_token.spans[0]));
                let mut leaves = Vec::new();
                self.lower.use_leaves(item, &mut leaves);
                let head = self.nameless(range, visibility(&item.vis), &item.attrs);
                out.push(self.add(ItemKind::Use(leaves), head, place));
            }
            syn::Item::Verbatim(tokens) => {
                let range = self.lower.over_tokens(tokens);
                let head = self.nameless(range, Vis::Private, &[]);
                out.push(self.add(ItemKind::Other, head, place));
            }
            _ => {}
        }
    }

    pub fn nameless(&self, range: TextRange, vis: Vis, attrs: &[Attribute]) -> Head {
        Head { name: Name::from(""), name_range: range, range, vis, attrs: self.lower.attrs(attrs) }
    }

    // ---- functions ------------------------------------------------------------------------------------------------------

    fn signature_start(&self, sig: &syn::Signature) -> TextRange {
        let mut range = self.at(sig.fn_token.span);
        if let Some(token) = &sig.constness {
            range = range.join(self.at(token.span));
        }
        if let Some(token) = &sig.asyncness {
            range = range.join(self.at(token.span));
        }
        match &sig.safety {
            syn::Safety::Safe(token) => range = range.join(self.at(token.span)),
            syn::Safety::Unsafe(token) => range = range.join(self.at(token.span)),
            syn::Safety::Default => {}
        }
        if let Some(abi) = &sig.abi {
            range = range.join(self.at(abi.extern_token.span));
        }
        range
    }

    fn function(&mut self, f: &Function<'_>, place: Place) -> ItemIdx {
        let qualifiers = self.signature_start(f.sig);
        let first = self.start(f.attrs, f.vis, qualifiers);
        let body = f.block.map(|block| {
            let body = self.at(block.brace_token.span.join());
            let written = self.written_fn(f.sig, block);
            BodySource { item: qualifiers.join(body), body, kind: BodyKind::Fn, written }
        });
        let mut range = first.join(self.at(f.sig.paren_token.span.close()));
        if let Some(body) = body {
            range = range.join(body.body);
        }
        let head = self.head(&f.sig.ident, range, f.vis, f.attrs);
        let decl = self.fn_decl(f.sig, body);
        let id = self.add(ItemKind::Fn(decl), head, place);
        if let Some(body) = body
            && body.written.is_none()
            && self.in_macro > 0
        {
            self.record_words(body.body);
        }
        if let Some(block) = f.block
            && !block.stmts.is_empty()
        {
            let mut nested = Nested::default();
            nested.visit_block(block);
            self.nested(nested, Some(id));
        }
        id
    }

    fn fn_decl(&mut self, sig: &syn::Signature, body: Option<BodySource>) -> FnDecl {
        let generics = self.lower.generics(&sig.generics);
        let mut self_param = None;
        let mut params = Vec::new();
        for input in &sig.inputs {
            match input {
                FnArg::Receiver(receiver) => {
                    self_param = Some(match &receiver.kind {
                        ReceiverKind::Value => SelfParam::Value,
                        ReceiverKind::Reference(_, _, None) => SelfParam::Ref,
                        ReceiverKind::Reference(_, _, Some(_)) => SelfParam::RefMut,
                        ReceiverKind::Typed(_, ty) => SelfParam::Typed(self.lower.ty(ty)),
                        _ => SelfParam::Value,
                    });
                }
                FnArg::Typed(param) => params.push(self.lower.ty(&param.ty)),
            }
        }
        let ret = self.lower.return_ty(&sig.output);
        let is_unsafe = matches!(sig.safety, syn::Safety::Unsafe(_));
        FnDecl { generics, self_param, params, ret, is_async: sig.asyncness.is_some(), is_unsafe, body }
    }

    /// Lowers items declared in blocks.
    fn nested(&mut self, nested: Nested<'_>, in_fn: Option<ItemIdx>) {
        self.nesting += 1;
        for (stmt, block) in nested.found {
            let place = Place { in_fn, block: Some(self.at(block)) };
            let mut out = Vec::new();
            match stmt {
                syn::Stmt::Item(item) => self.item(item, place, &mut out),
                syn::Stmt::Macro(mac) => {
                    self.macro_items(&mac.mac, &mac.attrs, None, mac.semi_token.as_ref(), place, &mut out)
                }
                syn::Stmt::Local(_) | syn::Stmt::Expr(..) => {}
            }
            self.local_items.extend(out);
        }
        self.nesting -= 1;
    }

    fn foreign_item(&mut self, item: &ForeignItem, place: Place, out: &mut Vec<ItemIdx>) {
        match item {
            ForeignItem::Fn(item) => {
                let f = Function { attrs: &item.attrs, vis: &item.vis, sig: &item.sig, block: None };
                out.push(self.function(&f, place));
            }
            ForeignItem::Static(item) => {
                let range = self.start(&item.attrs, &item.vis, self.at(item.static_token.span));
                let range = range.join(self.at(item.semi_token.spans[0]));
                let head = self.head(&item.ident, range, &item.vis, &item.attrs);
                let ty = self.lower.ty(&item.ty);
                let mutable = matches!(item.mutability, syn::StaticMutability::Mut(_));
                out.push(self.add(
                    ItemKind::Static { ty, mutable, kind: StaticKind::Plain, init: None },
                    head,
                    place,
                ));
            }
            ForeignItem::Type(_) | ForeignItem::Macro(_) | ForeignItem::Verbatim(_) => {}
            _ => {}
        }
    }

    // ---- values ---------------------------------------------------------------------------------------------------------

    /// The initialiser between `=` and `;`.
    pub fn initialiser(&self, eq: TextRange, semi: TextRange) -> Option<BodySource> {
        let first = Lexer::new(self.lower.text, eq.hi as usize, semi.lo as usize).next_code();
        let inside = self.lower.text.get(first.lo..semi.lo as usize)?;
        let hi = first.lo + inside.trim_end().len();
        let body = TextRange::new(first.lo as u32, hi as u32);
        (body.lo < body.hi).then_some(BodySource { item: body, body, kind: BodyKind::Expr, written: None })
    }

    /// The initialiser of an item. The scanner knows only the words of those that stand among items.
    fn initialiser_at(&mut self, eq: Span, semi: Span) -> Option<BodySource> {
        if let Some((rewritten, _)) = self.rewritten {
            let (eq, semi) = (rewritten.place(eq), rewritten.place(semi));
            return self.written_expr(TextRange::new(eq.hi, semi.lo));
        }
        let semi = self.at(semi);
        let init = self.initialiser(self.at(eq), semi)?;
        if self.nesting > 0 {
            self.record_words(init.body);
        }
        Some(init)
    }

    /// Records the words of an initialiser.
    pub fn record_words(&mut self, body: TextRange) {
        let scanned = scan(self.lower.text, body, Mode::Words);
        self.words.extend(words_of(scanned));
    }

    fn nested_in(&mut self, expr: &syn::Expr) {
        let mut nested = Nested::default();
        nested.visit_expr(expr);
        self.nested(nested, None);
    }

    fn const_item(&mut self, item: &syn::ItemConst, place: Place) -> ItemIdx {
        let range = self.start(&item.attrs, &item.vis, self.at(item.const_token.span));
        let semi = self.at(item.semi_token.spans[0]);
        let head = self.head(&item.ident, range.join(semi), &item.vis, &item.attrs);
        let ty = self.lower.ty(&item.ty);
        let init = self.initialiser_at(item.eq_token.spans[0], item.semi_token.spans[0]);
        let id = self.add(ItemKind::Const { ty, init }, head, place);
        self.nested_in(&item.expr);
        id
    }

    fn static_item(&mut self, item: &syn::ItemStatic, place: Place) -> ItemIdx {
        let range = self.start(&item.attrs, &item.vis, self.at(item.static_token.span));
        let semi = self.at(item.semi_token.spans[0]);
        let head = self.head(&item.ident, range.join(semi), &item.vis, &item.attrs);
        let ty = self.lower.ty(&item.ty);
        let mutable = matches!(item.mutability, syn::StaticMutability::Mut(_));
        let init = self.initialiser_at(item.eq_token.spans[0], item.semi_token.spans[0]);
        let id = self.add(ItemKind::Static { ty, mutable, kind: StaticKind::Plain, init }, head, place);
        self.nested_in(&item.expr);
        id
    }

    // ---- data -----------------------------------------------------------------------------------------------------------

    fn struct_item(&mut self, item: &syn::ItemStruct, place: Place) -> ItemIdx {
        let mut range = self
            .start(&item.attrs, &item.vis, self.at(item.struct_token.span))
            .join(self.at(item.ident.span()));
        if let syn::Fields::Named(fields) = &item.fields {
            range = range.join(self.at(fields.brace_token.span.close()));
        }
        if let Some(semi) = &item.semi_token {
            range = range.join(self.at(semi.spans[0]));
        }
        let head = self.head(&item.ident, range, &item.vis, &item.attrs);
        let generics = self.lower.generics(&item.generics);
        let (shape, fields) = self.fields(&item.fields);
        self.add(ItemKind::Struct { generics, shape, fields }, head, place)
    }

    fn enum_item(&mut self, item: &syn::ItemEnum, place: Place) -> ItemIdx {
        let range = self.start(&item.attrs, &item.vis, self.at(item.enum_token.span));
        let range = range.join(self.at(item.brace_token.span.close()));
        let head = self.head(&item.ident, range, &item.vis, &item.attrs);
        let generics = self.lower.generics(&item.generics);
        let mut variants = Vec::new();
        for variant in &item.variants {
            let name_range = self.at(variant.ident.span());
            let name = self.lower.name_at(&variant.ident, name_range);
            let (shape, fields) = self.fields(&variant.fields);
            variants.push(Variant { name, shape, fields, name_range });
        }
        self.add(ItemKind::Enum { generics, variants }, head, place)
    }

    fn fields(&mut self, fields: &syn::Fields) -> (Shape, Vec<Field>) {
        let shape = match fields {
            syn::Fields::Named(_) => Shape::Named,
            syn::Fields::Unnamed(_) => Shape::Tuple,
            syn::Fields::Unit => Shape::Unit,
        };
        (shape, fields.iter().enumerate().map(|(at, field)| self.field(at, field)).collect())
    }

    fn field(&mut self, at: usize, field: &syn::Field) -> Field {
        let ty = self.lower.ty(&field.ty);
        let (name, name_range) = match &field.ident {
            Some(ident) => {
                let range = self.at(ident.span());
                (self.lower.name_at(ident, range), range)
            }
            None => (Name::from(&at.to_string()), self.lower.arena[ty].range),
        };
        Field { name, ty, vis: visibility(&field.vis), name_range, attrs: self.lower.attrs(&field.attrs) }
    }

    // ---- containers -----------------------------------------------------------------------------------------------------

    fn mod_item(&mut self, item: &syn::ItemMod, place: Place) -> ItemIdx {
        let mut range =
            self.start(&item.attrs, &item.vis, self.at(item.mod_token.span)).join(self.at(item.ident.span()));
        if let Some((brace, _)) = &item.content {
            range = range.join(self.at(brace.span.close()));
        }
        if let Some(semi) = &item.semi {
            range = range.join(self.at(semi.spans[0]));
        }
        let head = self.head(&item.ident, range, &item.vis, &item.attrs);
        let id = self.add(ItemKind::Mod { items: None }, head, place);
        if let Some((_, items)) = &item.content {
            let items = self.all(items, Place::default());
            self.set_kind(id, ItemKind::Mod { items: Some(items) });
        }
        id
    }

    fn trait_item(&mut self, item: &syn::ItemTrait, place: Place) -> ItemIdx {
        let mut first = self.at(item.trait_token.span);
        if let Some(token) = &item.unsafety {
            first = first.join(self.at(token.span));
        }
        let range = self.start(&item.attrs, &item.vis, first).join(self.at(item.brace_token.span.close()));
        let head = self.head(&item.ident, range, &item.vis, &item.attrs);
        let generics = self.lower.generics(&item.generics);
        let supers = self.lower.bounds(&item.supertraits);
        let id = self.add(ItemKind::TraitAlias, head, place);
        let items: Vec<ItemIdx> =
            item.items.iter().filter_map(|member| self.trait_member(member, place)).collect();
        self.set_kind(id, ItemKind::Trait { generics, supers, items, is_unsafe: item.unsafety.is_some() });
        id
    }

    pub(super) fn trait_member(&mut self, member: &TraitItem, place: Place) -> Option<ItemIdx> {
        let inherited = Visibility::Inherited;
        match member {
            TraitItem::Fn(item) => {
                let block = item.default.as_ref();
                let f = Function { attrs: &item.attrs, vis: &inherited, sig: &item.sig, block };
                Some(self.function(&f, place))
            }
            TraitItem::Const(item) => {
                let semi = self.at(item.semi_token.spans[0]);
                let range = self.start(&item.attrs, &inherited, self.at(item.const_token.span)).join(semi);
                let head = self.head(&item.ident, range, &inherited, &item.attrs);
                let ty = self.lower.ty(&item.ty);
                let init = item
                    .default
                    .as_ref()
                    .and_then(|(eq, _)| self.initialiser_at(eq.spans[0], item.semi_token.spans[0]));
                Some(self.add(ItemKind::Const { ty, init }, head, place))
            }
            TraitItem::Type(item) => {
                let semi = self.at(item.semi_token.spans[0]);
                let range = self.start(&item.attrs, &inherited, self.at(item.type_token.span)).join(semi);
                let head = self.head(&item.ident, range, &inherited, &item.attrs);
                let generics = self.lower.generics(&item.generics);
                let bounds = self.lower.bounds(&item.bounds);
                let ty = item.default.as_ref().map(|(_, ty)| self.lower.ty(ty));
                Some(self.add(ItemKind::AssocType { generics, bounds, ty }, head, place))
            }
            TraitItem::Macro(item) => {
                Some(self.unknown_macro(&item.mac, &item.attrs, item.semi_token.as_ref(), place))
            }
            TraitItem::Verbatim(_) => None,
            _ => None,
        }
    }

    fn impl_item(&mut self, item: &syn::ItemImpl, place: Place) -> ItemIdx {
        let mut first = self.at(item.impl_token.span);
        if let Some(token) = &item.unsafety {
            first = first.join(self.at(token.span));
        }
        if let Some(token) = &item.modifiers.defaultness {
            first = first.join(self.at(token.span));
        }
        let inherited = Visibility::Inherited;
        let range = self.start(&item.attrs, &inherited, first).join(self.at(item.brace_token.span.close()));
        let generics = self.lower.generics(&item.generics);
        let trait_ = item.trait_.as_ref().map(|(path, _)| self.lower.path(None, path));
        let self_ty = self.lower.ty(&item.self_ty);
        let mut head = self.nameless(range, Vis::Private, &item.attrs);
        head.name_range = self.lower.arena[self_ty].range;
        let id = self.add(ItemKind::TraitAlias, head, place);
        let items: Vec<ItemIdx> =
            item.items.iter().filter_map(|member| self.impl_member(member, place)).collect();
        let negative = item.modifiers.polarity.is_some();
        let is_unsafe = item.unsafety.is_some();
        self.set_kind(id, ItemKind::Impl { generics, trait_, negative, is_unsafe, self_ty, items });
        id
    }

    pub(super) fn impl_member(&mut self, member: &ImplItem, place: Place) -> Option<ItemIdx> {
        match member {
            ImplItem::Fn(item) => {
                let f =
                    Function { attrs: &item.attrs, vis: &item.vis, sig: &item.sig, block: Some(&item.block) };
                Some(self.function(&f, place))
            }
            ImplItem::Const(item) => {
                let semi = self.at(item.semi_token.spans[0]);
                let range = self.start(&item.attrs, &item.vis, self.at(item.const_token.span)).join(semi);
                let head = self.head(&item.ident, range, &item.vis, &item.attrs);
                let ty = self.lower.ty(&item.ty);
                let init = self.initialiser_at(item.eq_token.spans[0], item.semi_token.spans[0]);
                Some(self.add(ItemKind::Const { ty, init }, head, place))
            }
            ImplItem::Type(item) => {
                let semi = self.at(item.semi_token.spans[0]);
                let range = self.start(&item.attrs, &item.vis, self.at(item.type_token.span)).join(semi);
                let head = self.head(&item.ident, range, &item.vis, &item.attrs);
                let generics = self.lower.generics(&item.generics);
                let ty = Some(self.lower.ty(&item.ty));
                Some(self.add(ItemKind::AssocType { generics, bounds: Vec::new(), ty }, head, place))
            }
            ImplItem::Macro(item) => {
                Some(self.unknown_macro(&item.mac, &item.attrs, item.semi_token.as_ref(), place))
            }
            ImplItem::Verbatim(_) => None,
            _ => None,
        }
    }

    /// A macro call that stays one.
    pub fn unknown_macro(
        &mut self,
        mac: &syn::Macro,
        attrs: &[Attribute],
        semi: Option<&syn::Token![;]>,
        place: Place,
    ) -> ItemIdx {
        let (head, path) = self.macro_head(mac, attrs, semi);
        let args = self.inside(mac);
        self.add(ItemKind::MacroCall { path, args }, head, place)
    }

    /// Where a macro's arguments stand in the file; `None` in what a macro wrote.
    pub fn inside(&self, mac: &syn::Macro) -> Option<TextRange> {
        let span = mac.delimiter.span();
        let (open, close) = (self.at(span.open()), self.at(span.close()));
        self.rewritten.is_none().then(|| TextRange::new(open.hi, close.lo.max(open.hi)))
    }

    pub fn macro_head(
        &mut self,
        mac: &syn::Macro,
        attrs: &[Attribute],
        semi: Option<&syn::Token![;]>,
    ) -> (Head, Name) {
        let path = self.lower.path(None, &mac.path);
        let mut range =
            self.start(attrs, &Visibility::Inherited, path.range).join(self.at(mac.delimiter.span().close()));
        if let Some(semi) = semi {
            range = range.join(self.at(semi.spans[0]));
        }
        let mut head = self.nameless(range, Vis::Private, attrs);
        head.name_range = path.range;
        if let Some(last) = path.segments.last() {
            head.name = last.name;
        }
        (head, Name::from(&path_text(&mac.path)))
    }
}

/// A function of any container.
struct Function<'s> {
    attrs: &'s [Attribute],
    vis: &'s Visibility,
    sig: &'s syn::Signature,
    block: Option<&'s syn::Block>,
}

/// Collects the items that blocks declare, without going into those items.
#[derive(Default)]
struct Nested<'s> {
    found: Vec<(&'s syn::Stmt, Span)>,
}

impl<'s> Visit<'s> for Nested<'s> {
    fn visit_block(&mut self, block: &'s syn::Block) {
        for stmt in &block.stmts {
            match stmt {
                // `use` too: other items of the block need it. (The body's own paths get it from its tree.)
                syn::Stmt::Item(_) => self.found.push((stmt, block.brace_token.span.join())),
                syn::Stmt::Macro(mac) if super::macro_items::declares_statics(&mac.mac) => {
                    self.found.push((stmt, block.brace_token.span.join()));
                }
                syn::Stmt::Local(_) | syn::Stmt::Expr(..) | syn::Stmt::Macro(_) => self.visit_stmt(stmt),
            }
        }
    }

    fn visit_item(&mut self, _: &'s syn::Item) {}
}

pub(super) fn visibility(vis: &Visibility) -> Vis {
    match vis {
        Visibility::Public(_) => Vis::Public,
        Visibility::Restricted(vis) if vis.path.is_ident("self") => Vis::Private,
        Visibility::Restricted(_) => Vis::Crate,
        Visibility::Inherited => Vis::Private,
    }
}

impl Lower<'_> {
    /// The names that a `use` declares.
    pub fn use_leaves(&self, item: &syn::ItemUse, out: &mut Vec<UseLeaf>) {
        let mut path = Vec::new();
        self.use_tree(&item.tree, item.leading_colon.is_some(), &mut path, out);
    }

    fn use_tree(&self, tree: &UseTree, global: bool, path: &mut Vec<Name>, out: &mut Vec<UseLeaf>) {
        match tree {
            UseTree::Path(tree) => {
                path.push(self.name(&tree.ident));
                self.use_tree(&tree.tree, global, path, out);
                path.pop();
            }
            UseTree::Name(tree) => {
                let range = self.at(tree.ident.span());
                let name = self.name_at(&tree.ident, range);
                self.use_leaf(name, None, range, global, path, out);
            }
            UseTree::Rename(tree) => {
                let range = self.at(tree.ident.span());
                let name = self.name_at(&tree.ident, range);
                let rename = self.name(&tree.rename);
                let range = range.join(self.at(tree.rename.span()));
                self.use_leaf(name, Some(rename), range, global, path, out);
            }
            UseTree::Glob(tree) => {
                let range = self.at(tree.star_token.spans[0]);
                out.push(UseLeaf { global, path: path.clone(), kind: UseKind::Glob, range });
            }
            UseTree::Group(tree) => {
                for inner in &tree.items {
                    self.use_tree(inner, global, path, out);
                }
            }
        }
    }

    fn use_leaf(
        &self,
        name: Name,
        rename: Option<Name>,
        range: TextRange,
        global: bool,
        path: &[Name],
        out: &mut Vec<UseLeaf>,
    ) {
        let mut path = path.to_vec();
        // `a::{self}` is `a`; a lone `self` stays.
        if name.as_str() != "self" || path.is_empty() {
            path.push(name);
        }
        let declared = rename.or(path.last().copied()).unwrap_or(name);
        out.push(UseLeaf { global, path, kind: UseKind::Name(declared), range });
    }
}
