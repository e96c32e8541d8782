use super::{Rules, Writing, plain};
use proc_macro2::TokenStream;
use rustc_hash::FxHashSet;

/// What a call stands for, in one spelling.
fn expand_taken(rules: &str, args: &str, taken: &[&str]) -> Option<String> {
    let rules = Rules::parse(rules)?;
    let args: TokenStream = args.parse().ok()?;
    let taken: FxHashSet<String> = taken.iter().map(|it| (*it).to_owned()).collect();
    let at = proc_macro2::Span::call_site();
    let writing = Writing { at, krate: 7, number: 3, local: false, taken: &taken, limit: 1000 };
    Some(rules.expand(&args, &writing)?.tokens.to_string())
}

fn expand(rules: &str, args: &str) -> Option<String> {
    expand_taken(rules, args, &[])
}

/// Checks that a call stands for these tokens.
fn same(rules: &str, args: &str, wanted: &str) {
    let wanted: TokenStream = wanted.parse().expect("tokens");
    let bare = |text: &str| text.replace([' ', '\u{ab}', '\u{bb}'], "");
    let found = expand(rules, args).map(|text| bare(&text));
    assert_eq!(found, Some(bare(&wanted.to_string())), "{rules} of {args}");
}

#[test]
fn the_first_rule_that_fits_is_taken() {
    let rules =
        "() => { none }; ($x:ident) => { name $x }; ($x:literal) => { lit $x }; ($($x:tt)*) => { other }";
    same(rules, "", "none");
    same(rules, "a", "name a");
    same(rules, "-1", "lit -1");
    same(rules, "a b", "other");
}

#[test]
fn expressions_are_the_longest() {
    let rules = "($a:expr, $b:expr) => { f($a; $b) }";
    same(rules, "x, y", "f(x; y)");
    // Held together by a group that cannot be seen.
    same(rules, "x + 1, g::<A, B>(2)", "f(x + 1; g::<A, B>(2))");
    assert_eq!(expand(rules, "x y"), None);
    assert_eq!(expand(rules, "x, y, z"), None);
}

#[test]
fn repetitions_nest() {
    let rules = "($($name:ident: [$($x:expr),* $(,)?]);* $(;)?) => { $(let $name = ($($x,)*);)* }";
    same(rules, "a: [1, 2,]; b: []", "let a = (1, 2,); let b = ();");
    same(rules, "a: [1];", "let a = (1,);");
    same("($($x:ident)=>+) => { $($x)&&* }", "a => b => c", "a && b && c");
    assert_eq!(expand("($($x:ident),+) => { $($x)* }", ""), None);
}

#[test]
fn what_repeats_together_repeats_equally_often() {
    let rules = "($($a:ident),*; $($b:ident),*) => { $($a $b)* }";
    same(rules, "a, b; c, d", "a c b d");
    assert_eq!(expand(rules, "a, b; c"), None);
    same("($t:ident: $($b:ident),*) => { $($t.$b;)* }", "x: a, b", "x.a; x.b;");
}

#[test]
fn fragments() {
    same("($t:ty) => { x: $t }", "Vec<HashMap<u8, u8>>", "x: Vec<HashMap<u8, u8>>");
    same("($t:ty) => { $t::new() }", "Vec<u8>", "<Vec<u8>>::new()");
    same("($p:path) => { $p }", "a::b::C", "a::b::C");
    same("($p:pat => $e:expr) => { $e is $p }", "Some(x) => y", "y is Some(x)");
    same("($p:pat) => { $p }", "A | B", "(A | B)");
    same("($b:block) => { loop $b }", "{ a; }", "loop { a; }");
    same("($v:vis fn $n:ident) => { $v struct $n; }", "fn f", "struct f;");
    same("($v:vis fn $n:ident) => { $v struct $n; }", "pub(crate) fn f", "pub(crate) struct f;");
    same("($(#[$m:meta])* $n:ident) => { $(#[$m])* $n }", "#[a(b)] #[c = \"d\"] n", "#[a(b)] #[c = \"d\"] n");
    same("($l:lifetime $b:expr) => { $l: loop { $b } }", "'a x", "'a: loop { x }");
    same("($s:stmt;) => { $s; }", "let a: u8 = 1;", "let a: u8 = 1;");
    same("($i:item) => { $i }", "fn f() -> u8 { 1 }", "fn f() -> u8 { 1 }");
}

#[test]
fn operators_are_single_tokens() {
    let rules = "($($t:tt)*) => { $([$t])* }";
    same(rules, "a :: b => 'c ..= (d e)", "[a][::][b][=>]['c][..=][(d e)]");
    assert_eq!(expand("(= $x:ident) => { $x }", "== a"), None);
    same("(== $x:ident) => { $x }", "== a", "a");
}

#[test]
fn names_of_the_definition_are_marked_where_they_could_meet_others() {
    let rules = "($e:expr) => {{ let x = $e; let y = x.x; f(x, y, S { x: 1 }, x::x, x!()) }}";
    let written = expand_taken(rules, "x", &["x", "let", "f"]).expect("it expands");
    // The variable is marked, the argument, fields after a dot, paths and macros are not.
    assert_eq!(written.matches("xǃ3").count(), 4, "{written}");
    assert!(
        written.contains("= x ;") && written.contains(". x ;") && written.contains("x :: x"),
        "{written}"
    );
    assert_eq!(plain("xǃ3"), "x");
    assert_eq!(plain("x"), "x");
}

#[test]
fn the_definition_s_crate_is_named() {
    same("($e:expr) => { $crate::f($e) }", "1", "crateǁ7::f(1)");
    assert_eq!(super::crate_name("crateǁ7").as_deref(), Some("$crate7"));
}

#[test]
fn what_is_not_understood_is_not_guessed() {
    assert!(Rules::parse("($x:unheard) => {}").is_none());
    assert!(Rules::parse("($($x:ident)*) => { ${count($x)} }").is_none());
    assert!(Rules::parse("($$x) => {}").is_none());
    assert!(Rules::parse("$x => {}").is_none());
    assert!(Rules::parse("() => {} () => {}").is_none());
    // A name that repeats, used where it does not.
    assert_eq!(expand("($($x:ident)*) => { $x }", "a"), None);
}

#[test]
fn the_output_is_bounded() {
    let rules = "($($x:tt)*) => { $($x $x $x $x)* }";
    assert!(expand(rules, &"a ".repeat(100)).is_some());
    assert_eq!(expand(rules, &"a ".repeat(400)), None);
}
