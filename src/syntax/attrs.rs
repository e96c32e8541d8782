//! Attributes: build conditions, test marks, derives.

use super::lower::Lower;
use super::tree::{Attrs, Cfg, Name};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, Lit, LitStr, Meta, Token, token};

/// Attributes that make a function a test, by their last name. So do those that end with `_test` (`wasm_bindgen_test`, `async_test`).
const TEST_ATTRIBUTES: &[&str] =
    &["test", "bench", "rstest", "test_case", "proptest", "quickcheck", "gtest", "test_matrix"];
/// Features that are there for tests.
const TEST_FEATURES: &[&str] =
    &["test", "tests", "testing", "test-util", "test-utils", "test_util", "test_utils", "bench"];

/// A condition as written.
#[derive(Clone, Debug)]
pub(super) enum Predicate {
    Literal {
        text: String,
        is_test: bool,
    },
    All(Vec<Predicate>),
    Any(Vec<Predicate>),
    Not(Box<Predicate>),
    /// `version(..)`, `accessible(..)`, `target(..)`: what we cannot say.
    Unknown,
}

impl Predicate {
    /// Reads what stands in the parentheses of `cfg(..)`.
    pub fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(syn::LitBool) {
            let value: syn::LitBool = input.parse()?;
            return Ok(Predicate::Literal { text: value.value.to_string(), is_test: false });
        }
        let path = input.call(syn::Path::parse_mod_style)?;
        let name = path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        if input.peek(token::Paren) {
            let content;
            syn::parenthesized!(content in input);
            let mut parts = Vec::new();
            while !content.is_empty() {
                parts.push(Predicate::parse(&content)?);
                if !content.is_empty() {
                    content.parse::<Token![,]>()?;
                }
            }
            return match name.as_str() {
                "all" => Ok(Predicate::All(parts)),
                "any" => Ok(Predicate::Any(parts)),
                "not" => match parts.pop() {
                    Some(part) => Ok(Predicate::Not(Box::new(part))),
                    None => Err(input.error("`not` of nothing")),
                },
                _ => Ok(Predicate::Unknown),
            };
        }
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            let value: LitStr = input.parse()?;
            let value = value.value();
            let is_test = name == "feature" && TEST_FEATURES.contains(&value.as_str());
            return Ok(Predicate::Literal { text: format!("{name} = \"{value}\""), is_test });
        }
        let is_test = name == "test" || name == "doctest";
        Ok(Predicate::Literal { text: name, is_test })
    }

    /// Adds the literals that hold when the condition is as `holds` says. A part that is no conjunction stays whole, as its text.
    pub fn literals(&self, holds: bool, out: &mut Vec<(Name, bool)>) {
        match self {
            Predicate::Literal { text, .. } => out.push((Name::from(text), holds)),
            Predicate::Not(inner) => inner.literals(!holds, out),
            Predicate::All(parts) if holds || parts.len() == 1 => {
                parts.iter().for_each(|part| part.literals(holds, out))
            }
            Predicate::Any(parts) if !holds || parts.len() == 1 => {
                parts.iter().for_each(|part| part.literals(holds, out))
            }
            Predicate::All(_) | Predicate::Any(_) => out.push((Name::from(&self.text()), holds)),
            Predicate::Unknown => {}
        }
    }

    /// As it would be written.
    fn text(&self) -> String {
        let list = |word: &str, parts: &[Predicate]| {
            format!("{word}({})", parts.iter().map(Predicate::text).collect::<Vec<_>>().join(", "))
        };
        match self {
            Predicate::Literal { text, .. } => text.clone(),
            Predicate::All(parts) => list("all", parts),
            Predicate::Any(parts) => list("any", parts),
            Predicate::Not(inner) => format!("not({})", inner.text()),
            Predicate::Unknown => "unknown()".to_owned(),
        }
    }

    /// Whether it holds where it is known which literals do; `None` where that does not tell.
    pub fn holds(&self, is_set: &dyn Fn(&str) -> bool) -> Option<bool> {
        let any = |parts: &[Predicate], wanted: bool| {
            let found: Vec<Option<bool>> = parts.iter().map(|part| part.holds(is_set)).collect();
            match found.contains(&Some(wanted)) {
                true => Some(wanted),
                false if found.contains(&None) => None,
                false => Some(!wanted),
            }
        };
        match self {
            Predicate::Literal { text, .. } if matches!(text.as_str(), "true" | "false") => {
                Some(text == "true")
            }
            Predicate::Literal { text, .. } => Some(is_set(text)),
            Predicate::All(parts) => any(parts, false),
            Predicate::Any(parts) => any(parts, true),
            Predicate::Not(inner) => inner.holds(is_set).map(|holds| !holds),
            Predicate::Unknown => None,
        }
    }

    /// Whether it is a condition for test code.
    pub fn is_test(&self) -> bool {
        match self {
            Predicate::Literal { is_test, .. } => *is_test,
            Predicate::All(parts) | Predicate::Any(parts) => parts.iter().any(Predicate::is_test),
            Predicate::Not(_) | Predicate::Unknown => false,
        }
    }
}

/// A sorted condition without doubles.
pub(super) fn cfg_from(mut literals: Vec<(Name, bool)>) -> Cfg {
    literals.sort();
    literals.dedup();
    Cfg { literals }
}

/// The condition in a `#[cfg(..)]`.
pub(super) fn predicate(attr: &Attribute) -> Option<Predicate> {
    let Meta::List(list) = &attr.meta else { return None };
    if !list.path.is_ident("cfg") {
        return None;
    }
    Predicate::parse.parse2(list.tokens.clone()).ok()
}

/// The build condition that attributes state.
pub(super) fn cfg_of(attrs: &[Attribute]) -> Cfg {
    let mut literals = Vec::new();
    for predicate in attrs.iter().filter_map(predicate) {
        predicate.literals(true, &mut literals);
    }
    cfg_from(literals)
}

impl Lower<'_> {
    /// What the attributes of an item say.
    pub fn attrs(&self, attrs: &[Attribute]) -> Attrs {
        let mut out = Attrs { cfg: cfg_of(attrs), ..Attrs::default() };
        for attr in attrs {
            if let Some(predicate) = predicate(attr) {
                out.test |= predicate.is_test();
            } else {
                self.meta(&attr.meta, &mut out);
            }
        }
        out
    }

    fn meta(&self, meta: &Meta, out: &mut Attrs) {
        let path = meta.path();
        let name = path_text(path);
        match name.as_str() {
            "derive" => out.derives.extend(derives(meta)),
            "macro_use" => out.macro_use = true,
            "path" => {
                if let Some(value) = string_value(meta)
                    && out.path.is_none()
                {
                    out.path = Some(Name::from(&value));
                }
            }
            "cfg_attr" => {
                for meta in conditional_metas(meta) {
                    self.meta(&meta, out);
                }
            }
            "doc" => {}
            _ => {
                let last = path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
                out.test |= TEST_ATTRIBUTES.contains(&last.as_str()) || last.ends_with("_test");
                out.others.push(Name::from(&name));
            }
        }
    }
}

/// `a::b` of a path without arguments.
pub(super) fn path_text(path: &syn::Path) -> String {
    let mut out = String::new();
    for segment in &path.segments {
        if !out.is_empty() {
            out.push_str("::");
        }
        let text = segment.ident.to_string();
        out.push_str(text.strip_prefix("r#").unwrap_or(&text));
    }
    out
}

fn derives(meta: &Meta) -> Vec<Name> {
    let Meta::List(list) = meta else { return Vec::new() };
    let paths =
        syn::punctuated::Punctuated::<syn::Path, Token![,]>::parse_terminated.parse2(list.tokens.clone());
    let last = |path: &syn::Path| path.segments.last().map(|segment| Name::from(&segment.ident.to_string()));
    paths.map(|paths| paths.iter().filter_map(last).collect()).unwrap_or_default()
}

fn string_value(meta: &Meta) -> Option<String> {
    let Meta::NameValue(pair) = meta else { return None };
    match &pair.value {
        Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// The attributes in `cfg_attr(condition, attributes..)`.
fn conditional_metas(meta: &Meta) -> Vec<Meta> {
    let Meta::List(list) = meta else { return Vec::new() };
    let read = |input: ParseStream<'_>| -> syn::Result<Vec<Meta>> {
        Predicate::parse(input)?;
        let mut out = Vec::new();
        while input.parse::<Option<Token![,]>>()?.is_some() {
            if input.is_empty() {
                break;
            }
            // Allowances are lints' business; an unsafe attribute has a wrapper that is no `Meta`.
            if input.peek(Token![unsafe]) {
                input.parse::<Token![unsafe]>()?;
                input.parse::<proc_macro2::Group>()?;
                continue;
            }
            out.push(input.parse()?);
        }
        Ok(out)
    };
    let metas = read.parse2(list.tokens.clone()).unwrap_or_default();
    let condition_on_us = list.tokens.clone().into_iter().next().is_some_and(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => ident == "hazmap",
        _ => false,
    });
    if condition_on_us { Vec::new() } else { metas }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cfg(text: &str) -> Vec<(String, bool)> {
        let item: syn::ItemStruct = syn::parse_str(&format!("{text} struct S;")).unwrap();
        cfg_of(&item.attrs).literals.into_iter().map(|(name, holds)| (name.to_string(), holds)).collect()
    }

    fn is_test(text: &str) -> bool {
        let item: syn::ItemFn = syn::parse_str(&format!("{text} fn f() {{}}")).unwrap();
        let map = super::super::condense::OffsetMap::default();
        Lower::new("", &map).attrs(&item.attrs).test
    }

    #[test]
    fn conjunctions_are_taken_apart_and_the_rest_stays_whole() {
        assert_eq!(cfg("#[cfg(unix)]"), [("unix".into(), true)]);
        assert_eq!(cfg("#[cfg(not(windows))]"), [("windows".into(), false)]);
        assert_eq!(
            cfg("#[cfg(all(unix, feature = \"x\"))]"),
            [("feature = \"x\"".into(), true), ("unix".into(), true)]
        );
        assert_eq!(cfg("#[cfg(not(any(a, b)))]"), [("a".into(), false), ("b".into(), false)]);
        assert_eq!(cfg("#[cfg(any(a, b))] #[cfg(c)]"), [("any(a, b)".into(), true), ("c".into(), true)]);
        assert_eq!(
            cfg("#[cfg(all(a, any(b, not(c))))]"),
            [("a".into(), true), ("any(b, not(c))".into(), true)]
        );
        assert_eq!(cfg("#[cfg(not(all(a, b)))]"), [("all(a, b)".into(), false)]);
        assert_eq!(cfg("#[cfg(version(\"1.80\"))]"), []);
    }

    #[test]
    fn test_code_is_known() {
        for text in [
            "#[test]",
            "#[tokio::test(flavor = \"x\")]",
            "#[cfg(test)]",
            "#[cfg(any(test, feature = \"y\"))]",
            "#[rstest]",
            "#[matrix_sdk_test::async_test]",
        ] {
            assert!(is_test(text), "{text}");
        }
        assert!(is_test("#[cfg(feature = \"test-utils\")]"));
        assert!(!is_test("#[cfg(not(test))]"));
        assert!(!is_test("#[inline]"));
        assert!(!is_test("#[latest]"));
    }
}
