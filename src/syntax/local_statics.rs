//! Statics that a macro declares among its statements: `{ thread_local! { static CACHE: .. } CACHE.with(..) }`.
//!
//! The items of bodies are known before any body is read, those that macros write into bodies are not. Such a static stands for a
//! variable of the block that is of its type and is never initialised: its initialiser runs elsewhere, and nothing drops it.
//! Under-approximates: two runs of the block have two variables and one static.

use super::lower::Lower;
use super::macro_items::{MacroStatic, declares_statics, statics_of};
use super::tree::{
    Block, Cfg, GenericArgs, PatKind, Path, Segment, StaticKind, Stmt, StmtKind, TyId, TyKind,
};
use crate::source::TextRange;
use syn::Macro;

impl Lower<'_> {
    /// Whether what is lowered was written by a macro that the body calls.
    fn is_expanding(&self) -> bool {
        !self.expansion.stack.is_empty()
    }

    /// A `static` among statements.
    pub fn local_static(&mut self, item: &syn::ItemStatic, out: &mut Block) {
        if self.is_expanding() {
            let ty = self.ty(&item.ty);
            self.declare(&item.ident, ty, out);
        }
    }

    /// A macro among statements that declares statics; `false` when it is none.
    pub fn macro_statics(&mut self, mac: &Macro, out: &mut Block) -> bool {
        if !self.is_expanding() {
            return declares_statics(mac);
        }
        let Some((kind, statics)) = statics_of(mac) else { return false };
        for MacroStatic { name, ty, .. } in &statics {
            let inner = self.ty(ty);
            let ty = self.wrapped_ty(kind, inner);
            self.declare(name, ty, out);
        }
        true
    }

    fn declare(&mut self, ident: &syn::Ident, ty: TyId, out: &mut Block) {
        let range = self.at(ident.span());
        let name = self.variable(ident, range);
        let pat = self.push_pat(PatKind::Bind { by_ref: false, mutable: false, name, sub: None }, range);
        let kind = StmtKind::Let { pat, ty: Some(ty), init: None, els: None };
        out.stmts.push(Stmt { kind, range, cfg: Cfg::default() });
    }

    /// The type that code sees of a static of this kind.
    fn wrapped_ty(&mut self, kind: StaticKind, inner: TyId) -> TyId {
        let Some(wrapper) = kind.wrapper() else { return inner };
        let range: TextRange = self.arena[inner].range;
        let plain = |name: &str| Segment { name: name.into(), args: None, range };
        let mut segments: Vec<Segment> = wrapper.split("::").map(plain).collect();
        if let Some(last) = segments.last_mut() {
            last.args = Some(Box::new(GenericArgs { tys: vec![inner], ..GenericArgs::default() }));
        }
        self.push_ty(TyKind::Path(Path { global: true, qself: None, segments, range }), range)
    }
}
