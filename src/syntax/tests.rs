//! Tests of the room as a whole: what a source becomes, and that nothing breaks it.

use super::*;
use crate::source::{FileId, TextRange};
use std::fmt::Write as _;

/// Runs on a stack as large as the driver's.
fn deep<R: Send + 'static>(run: impl FnOnce() -> R + Send + 'static) -> R {
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(run).unwrap();
    thread.join().unwrap()
}

fn at(text: &str, range: TextRange) -> &str {
    &text[range.lo as usize..range.hi as usize]
}

fn find<'t>(tree: &'t FileTree, name: &str) -> &'t Item {
    tree.items.iter().find(|item| item.name.as_str() == name).unwrap_or_else(|| panic!("no item {name}"))
}

fn body_source(tree: &FileTree, name: &str) -> BodySource {
    match &find(tree, name).kind {
        ItemKind::Fn(decl) => decl.body.unwrap(),
        ItemKind::Static { init, .. } | ItemKind::Const { init, .. } => init.unwrap(),
        other => panic!("{other:?} has no body"),
    }
}

/// Lowers the body of `fn f() { … }` with these statements.
fn body(stmts: &str) -> (BodyTree, String) {
    let text = format!("async fn f(&self, a: u8) {{ {stmts} }}");
    let tree = parse_file(&text);
    assert!(tree.problems.is_empty(), "{:?}", tree.problems);
    let (body, problems) = lower_body(&text, FileId(0), &body_source(&tree, "f"));
    assert!(problems.is_empty(), "{stmts}: {problems:?}");
    check_body(&text, &body);
    (body, text)
}

/// The only statement, or the tail, in a short form that shows structure.
fn shape(stmts: &str) -> String {
    let (body, _) = body(stmts);
    let mut out = String::new();
    let ExprKind::Block { block, .. } = &body.arena[body.root].kind else { panic!() };
    show_block(&body, *block, &mut out);
    out
}

fn show_block(body: &BodyTree, id: BlockId, out: &mut String) {
    out.push('{');
    for stmt in &body.arena[id].stmts {
        for (name, holds) in &stmt.cfg.literals {
            write!(out, " #{}{name}", if *holds { "" } else { "!" }).unwrap();
        }
        match &stmt.kind {
            StmtKind::Let { pat, init, els, .. } => {
                out.push_str(" let ");
                show_pat(body, *pat, out);
                if let Some(init) = init {
                    out.push_str(" = ");
                    show(body, *init, out);
                }
                if let Some(els) = els {
                    out.push_str(" else ");
                    show_block(body, *els, out);
                }
            }
            StmtKind::Expr(expr) => {
                out.push(' ');
                show(body, *expr, out);
            }
        }
        out.push(';');
    }
    if let Some(tail) = body.arena[id].tail {
        out.push(' ');
        show(body, tail, out);
    }
    out.push_str(" }");
}

fn show_path(path: &Path, out: &mut String) {
    let names: Vec<&str> = path.segments.iter().map(|segment| segment.name.as_str()).collect();
    write!(out, "{}{}", if path.global { "::" } else { "" }, names.join("::")).unwrap();
}

fn show_pat(body: &BodyTree, id: PatId, out: &mut String) {
    let list = |name: &str, pats: &[PatId], out: &mut String| {
        write!(out, "{name}(").unwrap();
        for (at, pat) in pats.iter().enumerate() {
            if at > 0 {
                out.push(' ');
            }
            show_pat(body, *pat, out);
        }
        out.push(')');
    };
    match &body.arena[id].kind {
        PatKind::Wild => out.push('_'),
        PatKind::Rest => out.push_str(".."),
        PatKind::Bind { by_ref, mutable, name, sub } => {
            let (by_ref, mutable) = (if *by_ref { "ref " } else { "" }, if *mutable { "mut " } else { "" });
            write!(out, "{by_ref}{mutable}{name}").unwrap();
            if let Some(sub) = sub {
                out.push('@');
                show_pat(body, *sub, out);
            }
        }
        PatKind::Path(path) => show_path(path, out),
        PatKind::TupleStruct(path, pats) => {
            show_path(path, out);
            list("", pats, out);
        }
        PatKind::Struct { path, fields, .. } => {
            show_path(path, out);
            let pats: Vec<PatId> = fields.iter().map(|(_, pat)| *pat).collect();
            list("", &pats, out);
        }
        PatKind::Tuple(pats) => list("", pats, out),
        PatKind::Slice(pats) => list("slice", pats, out),
        PatKind::Ref(pat) => {
            out.push('&');
            show_pat(body, *pat, out);
        }
        PatKind::Or(pats) => list("or", pats, out),
        PatKind::Lit(lit) => write!(out, "{lit:?}").unwrap(),
        PatKind::Range => out.push_str("range"),
        PatKind::Other => out.push('?'),
    }
}

fn show(body: &BodyTree, id: ExprId, out: &mut String) {
    let list = |name: &str, ids: &[ExprId], out: &mut String| {
        write!(out, "{name}(").unwrap();
        for (at, id) in ids.iter().enumerate() {
            if at > 0 {
                out.push(' ');
            }
            show(body, *id, out);
        }
        out.push(')');
    };
    match &body.arena[id].kind {
        ExprKind::Lit(Lit::Int(Some(n), _)) => write!(out, "{n}").unwrap(),
        ExprKind::Lit(Lit::Bool(b)) => write!(out, "{b}").unwrap(),
        ExprKind::Lit(lit) => write!(out, "{lit:?}").unwrap(),
        ExprKind::Path(path) => show_path(path, out),
        ExprKind::Call { callee, args } => {
            show(body, *callee, out);
            list("", args, out);
        }
        ExprKind::MethodCall { recv, name, args, .. } => {
            show(body, *recv, out);
            list(&format!(".{name}"), args, out);
        }
        ExprKind::Field { base, name, .. } => {
            show(body, *base, out);
            write!(out, ".{name}").unwrap();
        }
        ExprKind::Index { base, index } => list("index", &[*base, *index], out),
        ExprKind::Unary { op, expr } => list(&format!("{op:?}"), &[*expr], out),
        ExprKind::Binary { op, lhs, rhs } => list(&format!("{op:?}"), &[*lhs, *rhs], out),
        ExprKind::Assign { lhs, rhs } => list("assign", &[*lhs, *rhs], out),
        ExprKind::AssignOp { op, lhs, rhs } => list(&format!("{op:?}Assign"), &[*lhs, *rhs], out),
        ExprKind::Ref { mutable, raw, expr } => {
            list(
                &format!("&{}{}", if *raw { "raw" } else { "" }, if *mutable { "mut" } else { "" }),
                &[*expr],
                out,
            );
        }
        ExprKind::Cast { expr, .. } => list("cast", &[*expr], out),
        ExprKind::Range { lo, hi, inclusive } => {
            let bounds: Vec<ExprId> = [*lo, *hi].into_iter().flatten().collect();
            list(if *inclusive { "..=" } else { ".." }, &bounds, out);
        }
        ExprKind::Tuple(elems) => list("tuple", elems, out),
        ExprKind::Array(elems) => list("array", elems, out),
        ExprKind::Repeat { elem, len } => list("repeat", &[*elem, *len], out),
        ExprKind::Struct { path, fields, base } => {
            show_path(path, out);
            let mut parts: Vec<ExprId> = fields.iter().map(|(_, value)| *value).collect();
            parts.extend(base);
            list("", &parts, out);
        }
        ExprKind::Block { label, block, mode } => {
            if let Some(label) = label {
                write!(out, "'{label}").unwrap();
            }
            if *mode != BlockMode::Plain {
                write!(out, "{mode:?}").unwrap();
            }
            show_block(body, *block, out);
        }
        ExprKind::Async { block, by_move } => {
            out.push_str(if *by_move { "async move" } else { "async" });
            show_block(body, *block, out);
        }
        ExprKind::Closure { params, body: value, by_move, is_async, .. } => {
            write!(out, "{}{}|", if *is_async { "async" } else { "" }, if *by_move { "move" } else { "" })
                .unwrap();
            for (pat, _) in params {
                show_pat(body, *pat, out);
            }
            out.push('|');
            show(body, *value, out);
        }
        ExprKind::If { cond, then, els } => {
            out.push_str(if body.asserts.contains(&id) { "assert " } else { "if " });
            show(body, *cond, out);
            show_block(body, *then, out);
            if let Some(els) = els {
                out.push_str("else ");
                show(body, *els, out);
            }
        }
        ExprKind::Let { pat, expr } => {
            out.push_str("let ");
            show_pat(body, *pat, out);
            list("=", &[*expr], out);
        }
        ExprKind::Match { scrutinee, arms } => {
            out.push_str("match ");
            show(body, *scrutinee, out);
            out.push('[');
            for arm in arms {
                show_pat(body, arm.pat, out);
                if let Some(guard) = arm.guard {
                    out.push_str(" if ");
                    show(body, guard, out);
                }
                out.push_str("=>");
                show(body, arm.body, out);
                out.push(';');
            }
            out.push(']');
        }
        ExprKind::While { label, cond, body: inner } => {
            write!(out, "while{} ", label.map(|label| format!("'{label}")).unwrap_or_default()).unwrap();
            show(body, *cond, out);
            show_block(body, *inner, out);
        }
        ExprKind::Loop { label, body: inner } => {
            write!(out, "loop{}", label.map(|label| format!("'{label}")).unwrap_or_default()).unwrap();
            show_block(body, *inner, out);
        }
        ExprKind::For { pat, iter, body: inner, .. } => {
            out.push_str("for ");
            show_pat(body, *pat, out);
            list("in", &[*iter], out);
            show_block(body, *inner, out);
        }
        ExprKind::Break { label, expr } => {
            let label = label.map(|label| format!("'{label}")).unwrap_or_default();
            list(&format!("break{label}"), &expr.iter().copied().collect::<Vec<_>>(), out);
        }
        ExprKind::Continue { .. } => out.push_str("continue"),
        ExprKind::Return(expr) => list("return", &expr.iter().copied().collect::<Vec<_>>(), out),
        ExprKind::Try(expr) => list("try", &[*expr], out),
        ExprKind::Await(expr) => list("await", &[*expr], out),
        ExprKind::Yield(expr) => list("yield", &expr.iter().copied().collect::<Vec<_>>(), out),
        ExprKind::Underscore => out.push('_'),
        ExprKind::Format { kind, args } => list(&format!("{kind:?}!"), args, out),
        ExprKind::Select { branches, els } => {
            out.push_str("select[");
            for branch in branches {
                show_pat(body, branch.pat, out);
                out.push('=');
                show(body, branch.future, out);
                if let Some(cond) = branch.cond {
                    out.push_str(" if ");
                    show(body, cond, out);
                }
                out.push_str("=>");
                show(body, branch.handler, out);
                out.push(';');
            }
            if let Some(els) = els {
                out.push_str("else=>");
                show(body, *els, out);
            }
            out.push(']');
        }
        ExprKind::Join { futures, is_try } => list(if *is_try { "try_join" } else { "join" }, futures, out),
        ExprKind::Opaque { name, args, .. } => {
            list(&format!("opaque:{}", name.map(|name| name.to_string()).unwrap_or_default()), args, out);
        }
    }
}

/// Every range lies in the text, on character boundaries, and children lie in the body.
fn check_body(text: &str, body: &BodyTree) {
    let check = |range: TextRange, what: &dyn std::fmt::Debug| {
        assert!(range.lo <= range.hi, "{what:?}");
        assert!(text.get(range.lo as usize..range.hi as usize).is_some(), "{range:?} {what:?}");
    };
    for expr in &body.arena.exprs {
        check(expr.range, &expr.kind);
        assert!(
            body.range.covers(expr.range),
            "{:?} is not in {:?}: {:?}",
            expr.range,
            body.range,
            expr.kind
        );
        if let ExprKind::MethodCall { name, name_range, .. } = &expr.kind
            && name.as_str() != "write_fmt"
        {
            assert_eq!(at(text, *name_range).trim_start_matches("r#"), name.as_str());
        }
    }
    body.arena.pats.iter().for_each(|pat| check(pat.range, &pat.kind));
    body.arena.tys.iter().for_each(|ty| check(ty.range, &ty.kind));
    for block in &body.arena.blocks {
        check(block.range, &"block");
        block.stmts.iter().for_each(|stmt| check(stmt.range, &stmt.kind));
    }
}

fn check_file(text: &str, tree: &FileTree) {
    let check = |range: TextRange, what: &dyn std::fmt::Debug| {
        assert!(range.lo <= range.hi, "{what:?}");
        assert!(text.get(range.lo as usize..range.hi as usize).is_some(), "{range:?} {what:?}");
    };
    for item in &tree.items {
        check(item.range, &item.kind);
        check(item.name_range, &item.kind);
        if let ItemKind::Fn(_) = item.kind {
            assert_eq!(at(text, item.name_range).trim_start_matches("r#"), item.name.as_str());
        }
        if let ItemKind::Fn(FnDecl { body: Some(body), .. }) = &item.kind {
            let source = at(text, body.body);
            assert!(source.starts_with('{') && source.ends_with('}'), "{source}");
        }
    }
    tree.arena.tys.iter().for_each(|ty| check(ty.range, &ty.kind));
    tree.problems.iter().filter_map(|problem| problem.range).for_each(|range| check(range, &"problem"));
    for directive in &tree.directives {
        check(directive.range, directive);
        if let Covers::Range(range) = directive.covers {
            check(range, directive);
        }
    }
}

/// Lowers everything in a text; returns how many bodies there were and the problems.
fn lower_all(text: &str) -> (usize, Vec<Problem>) {
    let tree = parse_file(text);
    check_file(text, &tree);
    let mut problems = tree.problems.clone();
    let mut n = 0;
    for item in &tree.items {
        let source = match &item.kind {
            ItemKind::Fn(decl) => decl.body,
            ItemKind::Static { init, .. } | ItemKind::Const { init, .. } => *init,
            _ => None,
        };
        if let Some(source) = source {
            let (body, more) = lower_body(text, FileId(0), &source);
            check_body(text, &body);
            problems.extend(more);
            n += 1;
        }
    }
    (n, problems)
}

// ---- items --------------------------------------------------------------------------------------------------------------

#[test]
fn bodies_are_cut_and_found() {
    let text = "mod m { impl<const N: usize> S<{ N + 1 }> where [u8; { N }]: Sized { pub async fn f(&mut self, x: Foo<{ 2 }>) -> R<{ 3 }> where T: Fn() -> U, { self.a.lock().unwrap(); } } }";
    let tree = parse_file(text);
    assert!(tree.problems.is_empty(), "{:?}", tree.problems);
    let source = body_source(&tree, "f");
    assert_eq!(at(text, source.body), "{ self.a.lock().unwrap(); }");
    assert!(at(text, source.item).starts_with("async fn f("));
    let words = &tree.words[0];
    assert_eq!(words.lo, source.body.lo);
    assert_eq!(words.methods.iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["lock", "unwrap"]);
    assert_eq!(words.idents.iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["a"]);
    let ItemKind::Fn(decl) = &find(&tree, "f").kind else { panic!() };
    assert!(decl.is_async && matches!(decl.self_param, Some(SelfParam::RefMut)));
}

#[test]
fn words_tell_methods_from_fields() {
    let tree = parse_file(
        "fn f() { x.get::<u8>(1); x.len; ..lock(); a\n  .read /* c */ (); S { r#type: y.r#match() }; ..write() }",
    );
    let names = |list: &[Name]| list.iter().map(|name| name.to_string()).collect::<Vec<_>>();
    assert_eq!(names(&tree.words[0].methods), ["get", "match", "read"]);
    assert_eq!(names(&tree.words[0].idents), ["S", "a", "len", "lock", "type", "u8", "write", "x", "y"]);
}

#[test]
fn bare_methods_are_called_without_arguments() {
    let tree = parse_file(
        "fn f() { a.lock().unwrap( /* nothing */ ); file.read(&mut b)?; x.with::<T>(|it| it); y.write; z.load (o); m.load() }",
    );
    let names = |list: &[Name]| list.iter().map(|name| name.to_string()).collect::<Vec<_>>();
    assert_eq!(names(&tree.words[0].methods), ["load", "lock", "read", "unwrap", "with"]);
    assert_eq!(names(&tree.words[0].bare_methods), ["load", "lock", "unwrap", "with"]);
}

#[test]
fn calls_that_fill_a_mutable_variable() {
    let tree = parse_file(
        "fn f() { let mut a = x.first(id).clone(); let b = x.second(); if c { let  mut d = y.third(z.fourth())? ; } let mutable = q.fifth(); a.sixth(); let mut e = Map::seventh(&x); let f = Map::eighth(); }",
    );
    let names: Vec<_> = tree.words[0].mut_inits.iter().map(|name| name.to_string()).collect();
    assert_eq!(names, ["clone", "first", "seventh", "third"]);
}

#[test]
fn a_pointer_that_may_be_written_through_is_a_cast() {
    let tree = parse_file("fn f(a: *mut u8) { let b: *mut u8 = a; } fn g() { p as *const u8 as *mut u8; }");
    let casts = |n: usize| tree.words[n].idents.iter().any(|it| it.as_str() == MUT_POINTER);
    assert!(!casts(0) && casts(1));
}

#[test]
fn numbers_of_tuple_fields_are_words() {
    let tree = parse_file("fn f() { self.0.get(1); a.2.3.b; 4.5; c[6]; 7..8; x.9f32 }");
    let idents: Vec<&str> = tree.words[0].idents.iter().map(|name| name.as_str()).collect();
    assert_eq!(idents, ["0", "2", "3", "a", "b", "c", "x"]);
}

#[test]
fn macros_around_items_are_looked_through() {
    let text = "pin_project! { #[project = P] pub struct S<T> { #[pin] a: T, } }\ncfg_rt! { mod m; cfg_x! { impl A { fn f() { a.lock(); } } } }\nbitflags! { struct F: u8 { const A = 1; } }\nt! { S, T }";
    let tree = parse_file(text);
    let names: Vec<_> = tree.roots.iter().map(|id| tree.items[id.0 as usize].name.to_string()).collect();
    assert_eq!(names[..3], ["S", "m", ""]);
    let body = body_source(&tree, "f").body;
    assert_eq!(&text[body.lo as usize..body.hi as usize], "{ a.lock(); }");
    let words = tree.words.iter().find(|words| words.lo == body.lo).unwrap();
    assert_eq!(words.methods, [Name::from("lock")]);
    let opaque = |id: &&ItemIdx| matches!(tree.items[id.0 as usize].kind, ItemKind::MacroCall { .. });
    assert_eq!(tree.roots.iter().filter(opaque).count(), 2);
}

#[test]
fn local_items_know_their_block() {
    let text = "fn f() { if x { struct S; fn g() { h() } impl S { fn m(&self) {} } use a::b; }\n thread_local! { static T: u8 = 1; } let c = || { const K: u8 = 2; }; }";
    let tree = parse_file(text);
    let outer = tree.items.iter().position(|item| item.name.as_str() == "f").unwrap() as u32;
    let names: Vec<_> =
        tree.local_items.iter().map(|id| tree.items[id.0 as usize].name.to_string()).collect();
    // The nameless ones: an impl and a `use`.
    assert_eq!(names, ["S", "g", "", "", "T", "K"]);
    for id in &tree.local_items {
        let item = &tree.items[id.0 as usize];
        assert_eq!(item.in_fn, Some(ItemIdx(outer)));
        assert!(item.block.is_some_and(|block| block.covers(item.range)));
    }
    assert_eq!(find(&tree, "m").in_fn, Some(ItemIdx(outer)));
    assert!(matches!(find(&tree, "T").kind, ItemKind::Static { kind: StaticKind::ThreadLocal, .. }));
    let (body, _) = lower_body(text, FileId(0), &body_source(&tree, "f"));
    assert!(body.arena.blocks.iter().any(|block| block.uses.len() == 1));
    assert!(tree.words.iter().any(|words| words.lo == body_source(&tree, "K").body.lo));
}

#[test]
fn statics_in_macros_have_bodies() {
    let text = "lazy_static! { /// doc\n #[cfg(unix)] pub static ref A: Mutex<Map<u8, u8>> = { Mutex::new(Map::new()) }; static ref B: u8 = 1; }\nthread_local!(static C: RefCell<u8> = const { RefCell::new(1) });\ntokio::task_local! { pub static D: u8; }\nstatic E: [u8; 3] = [1, 2, 3];\nconst F: &[&str] = &[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", \"bbbbbbbbbbbbbbbb\"];";
    let tree = parse_file(text);
    assert!(tree.problems.is_empty(), "{:?}", tree.problems);
    assert_eq!(at(text, body_source(&tree, "A").body), "{ Mutex::new(Map::new()) }");
    assert_eq!(at(text, body_source(&tree, "C").body), "const { RefCell::new(1) }");
    assert_eq!(at(text, body_source(&tree, "E").body), "[1, 2, 3]");
    assert!(at(text, body_source(&tree, "F").body).ends_with("bbb\"]"));
    assert_eq!(find(&tree, "A").attrs.cfg.literals.len(), 1);
    assert_eq!(find(&tree, "A").vis, Vis::Public);
    let words = tree.words.iter().find(|words| words.lo == body_source(&tree, "A").body.lo).unwrap();
    assert!(words.idents.iter().any(|name| name.as_str() == "Mutex"));
    let (body, problems) = lower_body(text, FileId(0), &body_source(&tree, "F"));
    assert!(problems.is_empty());
    assert!(matches!(body.arena[body.root].kind, ExprKind::Ref { .. }));
    assert_eq!(lower_all(text).1.len(), 0);
}

#[test]
fn cfg_if_gives_all_branches() {
    let text = "cfg_if::cfg_if! { if #[cfg(unix)] { fn a() { x.lock(); } } else if #[cfg(feature = \"t\")] { fn b() {} } else { mod c { fn d() {} } } }";
    let tree = parse_file(text);
    let cfg = |name: &str| {
        find(&tree, name).attrs.cfg.literals.iter().map(|(n, h)| format!("{n}={h}")).collect::<Vec<_>>()
    };
    assert_eq!(cfg("a"), ["unix=true"]);
    assert_eq!(cfg("b"), ["feature = \"t\"=true", "unix=false"]);
    assert_eq!(cfg("c"), ["feature = \"t\"=false", "unix=false"]);
    assert_eq!(tree.roots.len(), 3);
    assert_eq!(tree.words.len(), 3);
    assert_eq!(lower_all(text).0, 3);
}

#[test]
fn macros_hide_functions() {
    let text =
        "macro_rules! m { ($x:ident) => { fn $x() { ( } } }\nfoo! { fn a() { b.lock() } }\nfn real() {}";
    // The stray parenthesis stands in no function of this file, but no lexer accepts it.
    let tree = parse_file(&text.replace("( }", "()}"));
    assert!(tree.problems.is_empty(), "{:?}", tree.problems);
    assert_eq!(tree.words.len(), 1);
    assert!(matches!(find(&tree, "m").kind, ItemKind::MacroRules { exported: false, .. }));
    assert!(matches!(find(&tree, "foo").kind, ItemKind::MacroCall { .. }));
    assert!(parse_file(text).items.iter().any(|item| item.name.as_str() == "real"));
}

#[test]
fn uses_flatten() {
    let tree = parse_file("use a::{self, b as c, d::*, e::{f, self as g}}; use ::h; pub use crate::i as _;");
    let mut out = Vec::new();
    for item in &tree.items {
        let ItemKind::Use(leaves) = &item.kind else { panic!() };
        for leaf in leaves {
            let path = leaf.path.iter().map(|name| name.as_str()).collect::<Vec<_>>().join("::");
            let kind = match leaf.kind {
                UseKind::Name(name) => name.to_string(),
                UseKind::Glob => "*".to_owned(),
            };
            out.push(format!("{}{path} {kind}", if leaf.global { "::" } else { "" }));
        }
    }
    assert_eq!(out, ["a a", "a::b c", "a::d *", "a::e::f f", "a::e g", "::h h", "crate::i _"]);
}

#[test]
fn generated_files_say_so() {
    for text in [
        "// @generated by x\nfn f() {}",
        "/* This file is Automatically Generated. */",
        "#![allow(x)]\n// Code; DO NOT EDIT.\n",
    ] {
        assert!(parse_file(text).generated, "{text}");
    }
    assert!(!parse_file("fn f() {}\n// do not edit\nfn g() {}").generated);
}

#[test]
fn preambles_and_line_ends_keep_offsets() {
    for text in [
        "\u{feff}fn f() { é.lock(); }",
        "#!/usr/bin/env rust\n// é\nfn f() { é.lock(); }",
        "\u{feff}#!/x\r\n#![allow(x)]\r\n/// é\r\nfn f() {\r\n // é\r\n é.lock();\r\n}\r\n",
    ] {
        let tree = parse_file(text);
        assert!(tree.problems.is_empty(), "{:?}", tree.problems);
        assert_eq!(at(text, find(&tree, "f").name_range), "f");
        let (body, _) = lower_body(text, FileId(0), &body_source(&tree, "f"));
        check_body(text, &body);
        let call = body.arena.exprs.iter().find(|e| matches!(e.kind, ExprKind::MethodCall { .. })).unwrap();
        assert_eq!(at(text, call.range), "é.lock()");
    }
    assert_eq!(parse_file("").n_lines, 0);
    assert_eq!(parse_file("\u{feff}").items.len(), 0);
    assert_eq!(parse_file("a\nb").n_lines, 2);
}

// ---- recovery -----------------------------------------------------------------------------------------------------------

fn names(tree: &FileTree) -> Vec<String> {
    tree.items.iter().map(|item| item.name.to_string()).filter(|name| !name.is_empty()).collect()
}

#[test]
fn only_the_broken_item_is_lost() {
    let tree =
        parse_file("fn a() {}\nstruct B { x y }\nimpl C { fn d() {} fn e(x: ) {} fn g() {} }\nfn h() {}\n");
    assert_eq!(names(&tree), ["a", "d", "g", "h"]);
    assert_eq!(tree.problems.len(), 2, "{:?}", tree.problems);
    let tree = parse_file("fn a() {}\nfn b() { \\ ` }\nfn c() {}\nstatic D: u8 = `;\n fn e() {}");
    assert_eq!(names(&tree), ["a", "b", "c", "e"]);
    assert_eq!(tree.problems.len(), 1, "{:?}", tree.problems);
}

#[test]
fn unbalanced_delimiters_cost_one_item() {
    let tree = parse_file("fn a() {}\nfn b() { if x {\n}\n\nfn c() { }\nstruct D;\n");
    assert_eq!(names(&tree), ["a", "c", "D"]);
    assert_eq!(tree.problems.len(), 1, "{:?}", tree.problems);
    let tree = parse_file("fn a() {}\nfn b() { ( }\nfn c() {}\n}\nfn d() {}\n");
    assert_eq!(names(&tree), ["a", "c", "d"]);
    let tree = parse_file("fn a() {}\nfn b() { \"\n}\nfn c() {}\n");
    assert_eq!(names(&tree), ["a"]);
    assert!(!tree.problems.is_empty());
}

#[test]
fn a_broken_body_is_a_problem_when_it_is_asked_for() {
    let text = "fn a() { let = ; }\nfn b() {}";
    let tree = parse_file(text);
    assert!(tree.problems.is_empty());
    let (body, problems) = lower_body(text, FileId(0), &body_source(&tree, "a"));
    assert!(matches!(body.arena[body.root].kind, ExprKind::Opaque { .. }));
    assert_eq!(problems.len(), 1);
    assert!(problems[0].range.is_some_and(|range| body.range.covers(range)), "{problems:?}");
}

#[test]
fn garbage_does_no_harm() {
    let garbage = [
        "}}}}",
        "((((",
        "fn",
        "fn f",
        "fn f(",
        "fn f() {",
        "impl",
        "mod m {",
        "#",
        "#[",
        "#![",
        "'",
        "'a",
        "b'",
        "r#",
        "r#\"",
        "/*",
        "\"",
        "static X: u8 =",
        "const",
        "use a::{",
        "x ! y {",
        "macro_rules! {",
        "lazy_static! { x }",
        "cfg_if! { if }",
        "\u{0}\u{1}\u{7f}",
        "日本語 = fn 「」",
        "<<<<>>>>",
        "fn f() -> { } }",
        "// hazmap:",
        "/* hazmap: */",
        "/*/",
        "// hazmap: allow(",
        "///",
        "/***/",
        "1.",
        "1e",
        "0x",
        "fn f<{>}() {}",
        "trait {",
        "union",
        "union U {",
        "macro m {",
        "macro m() {} fn f() {}",
        ";;;;",
        "fn f() {};;fn g() {};",
        "#![a] #![b] fn f() {} #![c] fn g() {}",
        "fn f() { #![x] }",
        "\u{202e}",
        "fn f() { 'a'b' }",
        "fn f() { b\"\\",
    ];
    for text in garbage {
        deep(move || lower_all(text));
        let inside = format!("fn a() {{}}\n{text}\nfn b() {{}}\n");
        deep(move || lower_all(&inside));
    }
}

#[test]
fn every_prefix_of_a_source_is_read() {
    let text = include_str!("scan/mod.rs");
    let cuts: Vec<usize> = (0..text.len()).step_by(997).filter(|&at| text.is_char_boundary(at)).collect();
    deep(move || cuts.into_iter().for_each(|at| drop(lower_all(&text[..at]))));
}

// ---- bounds -------------------------------------------------------------------------------------------------------------

#[test]
fn depth_is_bounded() {
    const N: usize = 50_000;
    let in_body: Vec<String> = vec![
        format!("{}1{}", "(".repeat(N), ")".repeat(N)),
        format!("{}1{}", "[".repeat(N), "]".repeat(N)),
        format!("{}{}", "{".repeat(N), "}".repeat(N)),
        "(".repeat(N),
        format!("{}x", "!".repeat(N)),
        format!("{}x", "-".repeat(N)),
        format!("{}x", "&".repeat(N)),
        format!("{}x", "& ".repeat(N)),
        format!("{}x", "&mut ".repeat(N)),
        format!("{}x", "return ".repeat(N)),
        format!("{}x", "|| ".repeat(N)),
        format!("{}x", "move |a| ".repeat(N)),
        format!("if a {{}} {}", "else if b == 1 {} ".repeat(N)),
        format!("x = if a {{}} {}", "else if b {} ".repeat(N)),
        format!("a{}", " + a".repeat(N)),
        format!("a{}", " = a".repeat(N)),
        format!("a{}", " as u8".repeat(N)),
        format!("a{}", ".b()".repeat(N)),
        format!("a{}", ".await".repeat(N)),
        format!("a{}", "?".repeat(N)),
        format!("a{}", "()".repeat(N)),
        format!("a{}", "[0]".repeat(N)),
        format!("a{}", "{}".repeat(N)),
        format!("a{}", " && b".repeat(N)),
        format!("a{}", "..b".repeat(N)),
        format!("let {}x = y;", "&".repeat(N)),
        format!("let {}x{} = y;", "(".repeat(N), ")".repeat(N)),
        format!("let {}x{} = y;", "S(".repeat(N), ")".repeat(N)),
        format!("let {}x = y;", "a @ ".repeat(N)),
        format!("let x: {}u8;", "&".repeat(N)),
        format!("let x: {}u8{};", "A<".repeat(N), ">".repeat(N)),
        format!("let x: {}u8{};", "A<B, ".repeat(N), ">".repeat(N)),
        format!("let x: {}u8;", "*const ".repeat(N)),
        format!("let x: {}u8{};", "<".repeat(N), " as T>::B".repeat(N)),
        format!("let x: {}u8;", "fn() -> ".repeat(N)),
        format!("{};", "a!(".repeat(N) + &")".repeat(N)),
        format!("println!({}x{});", "(".repeat(N), ")".repeat(N)),
        format!("use {}b;", "a::".repeat(N)),
        format!("{}{}", "if ".repeat(N), "{}"),
        format!("{}{}", "match ".repeat(N), "{}"),
        format!("{}{}", "fn g() {".repeat(N), "}".repeat(N)),
        format!("{}{}", "if x {} else {".repeat(N), "}".repeat(N)),
    ];
    let as_items: Vec<String> = vec![
        format!("type A = {}u8{};", "A<".repeat(N), ">".repeat(N)),
        format!("type A = {}u8;", "&".repeat(N)),
        format!("struct S({}u8{});", "(".repeat(N), ")".repeat(N)),
        format!("{}{}", "mod m {".repeat(N), "}".repeat(N)),
        format!("{}{}", "impl A { fn f() {".repeat(N), "}}".repeat(N)),
        format!("use {}b;", "a::".repeat(N)),
        format!("use {}b{};", "a::{".repeat(N), "}".repeat(N)),
        format!("static A: u8 = {}1;", "!".repeat(N)),
        format!("static A: u8 = {}1{};", "(".repeat(N), ")".repeat(N)),
        format!("fn f(x: {}u8) {{}}", "&".repeat(N)),
        format!("fn f({}x: u8) {{}}", "&".repeat(N)),
        format!("#[a{}{}] struct S;", "(".repeat(N), ")".repeat(N)),
        format!("#[cfg({}a{})] struct S;", "not(".repeat(N), ")".repeat(N)),
        format!("enum E {{ A = {}1 }}", "-".repeat(N)),
        format!("fn f() where {} T: U {{}}", "for<'a> ".repeat(N)),
        format!("fn f() -> {}u8 {{}}", "impl Fn() -> ".repeat(N)),
    ];
    deep(move || {
        for text in in_body {
            let text = format!("fn first() {{}}\nfn f() {{ {text} }}\nfn last() {{}}\n");
            let (_, problems) = lower_all(&text);
            let head: String = text.chars().skip(16).take(60).collect();
            assert!(!problems.is_empty() && problems.len() < 10, "{head}: {}", problems.len());
            assert!(names(&parse_file(&text)).contains(&"first".to_owned()), "{head}");
        }
        for text in as_items {
            let text = format!("fn first() {{}}\n{text}\nfn last() {{}}\n");
            let (_, problems) = lower_all(&text);
            let head: String = text.chars().skip(16).take(60).collect();
            assert!(!problems.is_empty() && problems.len() < 10, "{head}: {}", problems.len());
            assert!(names(&parse_file(&text)).contains(&"first".to_owned()), "{head}");
        }
    });
}

#[test]
fn what_is_within_the_bounds_is_read() {
    // As deep as the bounds allow: nothing overflows, nothing is lost.
    let texts: Vec<String> = vec![
        format!("{}1{}", "(".repeat(450), ")".repeat(450)),
        format!("{}1{}", "{".repeat(450), "}".repeat(450)),
        format!("{}1{}", "f(".repeat(440), ")".repeat(440)),
        format!("{}1{}", "m!(".repeat(400), ")".repeat(400)),
        format!("{}x", "!".repeat(490)),
        format!("if a {{}} {}", "else if b == 1 {} ".repeat(1990)),
        format!("a{}", " + a".repeat(5500)),
        format!("a{}", ".b".repeat(5500)),
        format!("a{}", " = a".repeat(5500)),
        format!("{}x", "return ".repeat(5500)),
        format!("{}x", "move || ".repeat(240)),
        format!("let x: {}u8{};", "A<".repeat(5500), ">".repeat(5500)),
        format!("{}{}", "if x { y } ".repeat(20_000), "z"),
        format!("[{}]", "1, ".repeat(50_000)),
        format!("[{}]", "x < y, ".repeat(3000)),
        format!("match x {{ {} }}", "A | B if a == b => { c }".repeat(10_000)),
        format!("match x {{ {} _ => 1 }}", "'a'..='z' | ".repeat(2000) + "'q' => 2,"),
        "a.b(c)[1]?; ".repeat(30_000),
    ];
    deep(move || {
        for text in texts {
            let text = format!("fn f() {{ {text} }}");
            let (n, problems) = lower_all(&text);
            assert_eq!((n, problems.len()), (1, 0), "{}: {:?}", &text[..60], problems.first());
        }
    });
}

// ---- expressions --------------------------------------------------------------------------------------------------------

#[test]
fn expressions() {
    for (source, expected) in [
        ("(a).b(c.d, &mut e)[f]?.await", "{ await(try(index(a.b(c.d &mut(e)) f))) }"),
        (
            "let (a, _) = b else { return };",
            "{ let (a _) = b else { return() };; }".replace(";;", ";").as_str().to_owned().leak(),
        ),
        ("if let Some(x) = a && b { c } else { d }", "{ if And(let Some(x)=(a) b){ c }else { d } }"),
        ("'a: loop { break 'a 1 }", "{ loop'a{ break'a(1) } }"),
        ("'a: { break 'a }", "{ 'a{ break'a() } }"),
        ("let f = async move |x: u8| x + 1;", "{ let f = asyncmove|x|Add(x 1); }"),
        ("async move { a }.await", "{ await(async move{ a }) }"),
        ("const { 1 }; unsafe { a }", "{ Const{ 1 }; { a } }"),
        ("&raw mut a; &raw const b", "{ &rawmut(a); &raw(b) }"),
        ("a..=b; ..; c..", "{ ..=(a b); ..(); ..(c) }"),
        ("S { a, b: 1, ..c }", "{ S(a 1 c) }"),
        ("(a, _) = b; *c += 1", "{ assign(tuple(a _) b); AddAssign(Deref(c) 1) }"),
        (
            "match a { Some(ref x) | y @ Z(x) if let Some(z) = b => 1, [..] => 2, &(1..=2) => 3, A::B { c, .. } => {} }",
            "{ match a[or(Some(ref x) y@Z(x)) if let Some(z)=(b)=>1;slice(..)=>2;&range=>3;A::B(c)=>{ };] }",
        ),
        ("for (k, v) in &m { k }", "{ for (k v)in(&(m)){ k } }"),
        ("while let Some(x) = a.pop() {}", "{ while let Some(x)=(a.pop()){ } }"),
        ("#[cfg(unix)] a(); #[cfg(not(unix))] { b }", "{ #unix a(); { b } }"),
        ("[1; 2]; x as u8; <T as A>::b()", "{ repeat(1 2); cast(x); A::b() }"),
        ("if a {} b", "{ if a{ }; b }"),
        ("yield a", "{ yield(a) }"),
    ] {
        assert_eq!(shape(source), expected, "{source}");
    }
}

#[test]
fn tails_keep_their_condition() {
    let (body, _) = body("#[cfg(unix)] { 1 } #[cfg(not(unix))] { 2 }");
    let ExprKind::Block { block, .. } = &body.arena[body.root].kind else { panic!() };
    assert_eq!(body.arena[*block].tail_cfg.literals.len(), 1);
}

#[test]
fn parameters() {
    let (body, _) = body("a");
    assert_eq!(body.params.len(), 1);
}

#[test]
fn macros() {
    for (source, expected) in [
        ("println!(\"{a} {} {b:?} {{c}} {n}\", x.y(), n = 1);", "{ Print!(x.y() 1 a b); }"),
        ("format!(\"{}\", a)", "{ { let res = ::std::fmt::format(Args!(a)); res } }"),
        ("write!(f, \"{}\", a)?;", "{ try(f.write_fmt(Args!(a))); }"),
        ("assert!(a.b(), \"{c}\");", "{ assert Not(a.b()){ Panic!(c); }; }"),
        (
            "assert_eq!(a, b);",
            "{ match tuple(&(a) &(b))[(left_val right_val)=>assert Not(Eq(Deref(left_val) Deref(right_val))){ Panic!(); };]; }",
        ),
        (
            "assert_ne!(a, b, \"{}\", c)",
            "{ match tuple(&(a) &(b))[(left_val right_val)=>assert Eq(Deref(left_val) Deref(right_val)){ Panic!(c); };] }",
        ),
        ("matches!(a, Some(x) | None if x)", "{ match a[or(Some(x) None) if x=>true;_=>false;] }"),
        (
            "vec![a, b]; vec![a; 2]; vec![]",
            "{ ::std::vec::Vec::from(array(a b)); ::std::vec::Vec::from(repeat(a 2)); ::std::vec::Vec::new() }",
        ),
        ("dbg!(a)", "{ match a[tmp=>tmp;] }"),
        ("std::panic!(\"x\")", "{ Panic!() }"),
        ("panic!(message)", "{ Panic!(message) }"),
        ("serde_json::json!({ \"a\": b.c(), d: [e, null, { \"f\": 1 }] })", "{ Args!(b.c() d e 1) }"),
        (
            "tracing::info!(target: \"t\", a.b = ?c, %d, e = 1, \"m {f}\", g.h());",
            "{ Print!(c d 1 g.h() f); }",
        ),
        (
            "debug!(\"{}\", a); error!(?err, \"x\"); info!(key = v; \"m\")",
            "{ Print!(a); Print!(err); Print!(v) }",
        ),
        (
            "debug!(log, \"m {}\", b; \"k\" => c.d(), \"e\" => %f, \"g\" => #?h); slog::crit!(log, \"x\")",
            "{ Print!(log b c.d() f h); Print!(log) }",
        ),
        (
            "tokio::select! { biased; Some(x) = a.b(), if c => { d } r = &mut e => f(r), else => g }",
            "{ select[Some(x)=a.b() if c=>{ d };r=&mut(e)=>f(r);else=>g] }",
        ),
        (
            "futures::select! { a = b.fuse() => c, complete => break, }",
            "{ select[a=b.fuse()=>c;else=>break()] }",
        ),
        ("select! { recv(a) -> b => c, default => d }", "{ opaque:select(a c d) }"),
        ("tokio::join!(a(), b)", "{ join(a() b) }"),
        ("try_join!(a, b)?", "{ try(try_join(a b)) }"),
        ("let p = std::pin::pin!(a.b());", "{ let p = ::std::pin::Pin(&mut(a.b())); }"),
        ("tokio::pin!(f);", "{ let mut f = f; let mut f = ::std::pin::Pin(&mut(f)); }"),
        ("stream! { yield a; }", "{ async move{ yield(a); } }"),
        ("anyhow::bail!(\"{a}\")", "{ return(::std::result::Result::Err(::anyhow::Error::msg(Args!(a)))) }"),
        (
            "ensure!(a, \"m\");",
            "{ if Not(a){ return(::std::result::Result::Err(::anyhow::Error::msg(Args!()))); }; }",
        ),
        (
            "let x = ready!(a);",
            "{ let x = match a[::std::task::Poll::Ready(t)=>t;_=>return(::std::task::Poll::Pending);]; }",
        ),
        ("foo!(a, b => c; k = d, e: f)", "{ opaque:foo(a b c d f) }"),
        ("foo! { let x = a; x.b(); }", "{ opaque:foo({ let x = a; x.b(); }) }"),
        ("foo!(<a> b </a>)", "{ opaque:foo() }"),
        ("cfg_if! { if #[cfg(unix)] { a } else { b } } c", "{ #unix { a }; #!unix { b }; c }"),
        ("cfg!(unix)", "{ opaque:cfg() }"),
        ("maplit::hashmap!{ a => b }", "{ opaque:maplit::hashmap(a b) }"),
        ("ptr::addr_of!(a.b); std::ptr::addr_of!(a.b)", "{ opaque:ptr::addr_of(a.b); &raw(a.b) }"),
        ("r#try!(a)", "{ try(a) }"),
    ] {
        assert_eq!(shape(source), expected, "{source}");
    }
}

#[test]
fn inline_captures_stand_where_they_are_written() {
    let (body, text) = body("println!(\"é {name:?}\");");
    let path = body.arena.exprs.iter().find(|e| matches!(&e.kind, ExprKind::Path(_))).unwrap();
    assert_eq!(at(&text, path.range), "name");
}

// ---- real code ----------------------------------------------------------------------------------------------------------

/// Sources of the cargo registry, when there is one: a few of each crate.
fn registry_sources() -> Vec<std::path::PathBuf> {
    let home = std::env::var("CARGO_HOME")
        .ok()
        .or_else(|| std::env::var("HOME").ok().map(|home| format!("{home}/.cargo")));
    let root = std::path::PathBuf::from(home.unwrap_or_default()).join("registry/src");
    let files = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().flatten();
    files
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|ext| ext == "rs"))
        .collect()
}

#[test]
fn spans_in_real_sources() {
    deep(|| {
        for path in registry_sources().into_iter().step_by(23).take(250) {
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            if text.len() > 200_000 {
                continue;
            }
            let (_, problems) = lower_all(&text);
            if syn::parse_file(&text).is_ok() {
                assert!(problems.is_empty(), "{}: {problems:?}", path.display());
            }
        }
    });
}
