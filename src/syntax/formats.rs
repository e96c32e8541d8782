//! Arguments of formatting macros: positional, named, captured inline; and the fields of tracing and log macros.

use super::lower::Lower;
use super::tree::{ExprId, ExprKind, Name, Path, Segment, ShownBy};
use crate::source::TextRange;
use proc_macro2::TokenTree;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Expr, ExprLit, Lit, LitStr, Token};

/// One thing in the arguments of a tracing or log macro.
pub(super) enum LogPart {
    /// A value, and how its sigil says that it is shown.
    Value(Box<Expr>, Option<ShownBy>),
    Format(LitStr),
}

impl Lower<'_> {
    /// The arguments after a format string, which is the first of `exprs`, and what it captures.
    pub fn format_args(&mut self, exprs: &[Expr]) -> Vec<ExprId> {
        let mut args = Vec::new();
        let mut named = Vec::new();
        for expr in exprs.iter().skip(1) {
            args.push(self.format_arg(expr, &mut named));
        }
        match exprs.first() {
            None => {}
            Some(Expr::Lit(ExprLit { lit: Lit::Str(format), .. })) => {
                let positional = args.clone();
                self.captures(format, &mut named, &mut args);
                self.note_shown(&format.value(), &positional, &named);
            }
            Some(Expr::Macro(_)) => {}
            // `panic!(message)` of older editions, `ensure!(cond, error)`.
            Some(other) => {
                let id = self.expr(other);
                args.insert(0, id);
            }
        }
        args
    }

    fn format_arg(&mut self, expr: &Expr, named: &mut Vec<(Name, ExprId)>) -> ExprId {
        if let Expr::Assign(assign) = expr
            && let Expr::Path(path) = &*assign.left
            && let Some(ident) = path.path.get_ident()
        {
            let (name, value) = (self.name(ident), self.expr(&assign.right));
            named.push((name, value));
            return value;
        }
        self.expr(expr)
    }

    /// Adds what a format string captures that is not in `named`, to that list too.
    pub fn captures(&mut self, format: &LitStr, named: &mut Vec<(Name, ExprId)>, args: &mut Vec<ExprId>) {
        let whole = self.at(format.span());
        let source = self.text.get(whole.lo as usize..whole.hi as usize).unwrap_or_default();
        let value = format.value();
        let shift = verbatim_start(source, &value);
        for (at, name) in capture_names(&value) {
            if named.iter().any(|(known, _)| known.as_str() == name) {
                continue;
            }
            let range = match shift {
                Some(shift) => {
                    let lo = whole.lo + (shift + at) as u32;
                    TextRange::new(lo, lo + name.len() as u32)
                }
                None => whole,
            };
            let captured = self.captured(name, whole);
            let arg = self.push_name(captured.as_str(), range);
            named.push((Name::from(name), arg));
            args.push(arg);
        }
    }

    /// Notes which of the arguments the format string shows, and how.
    fn note_shown(&mut self, format: &str, positional: &[ExprId], named: &[(Name, ExprId)]) {
        for (what, by) in placeholders(format) {
            let arg = match what {
                Shown::Argument(n) => positional.get(n).copied(),
                Shown::Named(name) => {
                    named.iter().find(|(known, _)| known.as_str() == name).map(|(_, id)| *id)
                }
            };
            self.arena.shown.extend(arg.map(|arg| (arg, by)));
        }
    }

    /// A path of one name.
    pub fn push_name(&mut self, name: &str, range: TextRange) -> ExprId {
        let segment = Segment { name: Name::from(name), args: None, range };
        let path = Path { global: false, qself: None, segments: vec![segment], range };
        self.push(ExprKind::Path(path), range)
    }

    /// The values in the arguments of a tracing or log macro.
    pub fn log_args(&mut self, parts: &[LogPart]) -> Vec<ExprId> {
        let mut args = Vec::new();
        let mut named = Vec::new();
        let mut formats = Vec::new();
        for part in parts {
            match part {
                LogPart::Value(expr, by) => {
                    let arg = self.format_arg(expr, &mut named);
                    self.arena.shown.extend(by.map(|by| (arg, by)));
                    args.push(arg);
                }
                // What comes after the message are its arguments.
                LogPart::Format(format) => formats.push((format, args.len())),
            }
        }
        let values = args.clone();
        for (format, first) in formats {
            self.captures(format, &mut named, &mut args);
            self.note_shown(&format.value(), values.get(first..).unwrap_or(&[]), &named);
        }
        args
    }
}

/// Where in the literal's source its value starts, if it stands there letter for letter.
fn verbatim_start(source: &str, value: &str) -> Option<usize> {
    let start = source.find('"')? + 1;
    source.get(start..)?.starts_with(value).then_some(start)
}

/// Names that a format string captures, with their offsets.
fn capture_names(format: &str) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(open) = format.get(from..).and_then(|rest| rest.find('{')) {
        let start = from + open + 1;
        if format.get(start..).is_some_and(|rest| rest.starts_with('{')) {
            from = start + 1;
            continue;
        }
        let Some(len) = format.get(start..).and_then(|rest| rest.find('}')) else { break };
        let inside = format.get(start..start + len).unwrap_or_default();
        let (name, spec) = inside.split_once(':').map_or((inside, ""), |(name, spec)| (name, spec));
        if is_name(name.trim()) {
            let at = start + (name.len() - name.trim_start().len());
            out.push((at, name.trim()));
        }
        let spec_at = start + name.len() + 1;
        for (dollar, _) in spec.match_indices('$') {
            let before = spec.get(..dollar).unwrap_or_default();
            let name_at = before.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
            // A fill character of several bytes may stand before the name.
            let Some(name) = before.get(name_at..) else { continue };
            if is_name(name) {
                out.push((spec_at + name_at, name));
            }
        }
        from = start + len + 1;
    }
    out
}

/// What a placeholder of a format string stands for.
#[derive(Debug, PartialEq)]
enum Shown<'a> {
    /// An argument, by number.
    Argument(usize),
    /// A named argument or a captured variable.
    Named(&'a str),
}

/// The placeholders of a format string that show something with `Display` or `Debug`.
fn placeholders(format: &str) -> Vec<(Shown<'_>, ShownBy)> {
    let mut out = Vec::new();
    let mut next = 0;
    let mut rest = format;
    while let Some(open) = rest.find('{') {
        rest = rest.get(open + 1..).unwrap_or_default();
        if let Some(after) = rest.strip_prefix('{') {
            rest = after;
            continue;
        }
        let Some(close) = rest.find('}') else { break };
        let inside = rest.get(..close).unwrap_or_default();
        rest = rest.get(close + 1..).unwrap_or_default();
        let (name, spec) = inside.split_once(':').map_or((inside, ""), |(name, spec)| (name, spec.trim()));
        // `{:.*}` takes the precision from an argument before that which it shows.
        next += usize::from(spec.contains(".*"));
        let what = match name.trim() {
            "" => {
                next += 1;
                Shown::Argument(next - 1)
            }
            name => name.parse().map_or(Shown::Named(name), Shown::Argument),
        };
        let by = match spec.chars().last() {
            Some('?') => ShownBy::Debug,
            Some('x' | 'X' | 'o' | 'b' | 'e' | 'E' | 'p') => continue,
            _ => ShownBy::Display,
        };
        out.push((what, by));
    }
    out
}

fn is_name(text: &str) -> bool {
    text.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Reads `target: "x", field = ?value, %other, "message {}", argument`, also with `;` between fields and message; and slog's
/// `logger, "message {}", argument; "key" => %value`.
pub(super) fn read_log(input: ParseStream<'_>) -> syn::Result<Vec<LogPart>> {
    let mut out = Vec::new();
    while !input.is_empty() {
        if input.peek(Token![,]) || input.peek(Token![;]) {
            input.parse::<TokenTree>()?;
            continue;
        }
        if input.peek(syn::token::Brace) {
            // `{ fields }` before the message, or `{ CONSTANT } = value`.
            let inside;
            syn::braced!(inside in input);
            if input.peek(Token![=]) {
                inside.parse::<Expr>()?;
                input.parse::<Token![=]>()?;
                sigil(input)?;
                out.push(LogPart::Value(Box::new(input.parse()?), None));
            } else {
                out.extend(read_log(&inside)?);
            }
            continue;
        }
        // `%value`, `?value`; `key = %value`.
        let short = sigil(input)?;
        skip_key(input)?;
        let by = sigil(input)?.or(short);
        if input.is_empty() || input.peek(Token![,]) {
            continue;
        }
        let alone = input.peek2(Token![,]) || input.peek2(Token![;]) || is_last(input);
        if input.peek(LitStr) && alone {
            out.push(LogPart::Format(input.parse()?));
        } else {
            out.push(LogPart::Value(Box::new(input.parse()?), by));
        }
    }
    Ok(out)
}

fn is_last(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.parse::<TokenTree>().is_ok() && ahead.is_empty()
}

/// Skips `?` or `%`, and says how it shows the value. slog's `#` before it only asks for another layout.
fn sigil(input: ParseStream<'_>) -> syn::Result<Option<ShownBy>> {
    if input.peek(Token![#]) {
        input.parse::<TokenTree>()?;
    }
    let by = match (input.peek(Token![?]), input.peek(Token![%])) {
        (true, _) => ShownBy::Debug,
        (_, true) => ShownBy::Display,
        _ => return Ok(None),
    };
    input.parse::<TokenTree>()?;
    Ok(Some(by))
}

/// Skips `name.sub =`, `"name" =`, `"name" =>`, `name:?=` or `target:`, if one stands here.
fn skip_key(input: ParseStream<'_>) -> syn::Result<()> {
    let ahead = input.fork();
    if ahead.peek(LitStr) {
        ahead.parse::<LitStr>()?;
    } else if ahead.peek(syn::Ident::peek_any) {
        ahead.call(syn::Ident::parse_any)?;
        while ahead.peek(Token![.]) && ahead.peek2(syn::Ident::peek_any) {
            ahead.parse::<Token![.]>()?;
            ahead.call(syn::Ident::parse_any)?;
        }
    } else {
        return Ok(());
    }
    if ahead.peek(Token![=>]) {
        ahead.parse::<Token![=>]>()?;
    } else if ahead.peek(Token![=]) && !ahead.peek(Token![==]) {
        ahead.parse::<Token![=]>()?;
    } else if ahead.peek(Token![:]) && !ahead.peek(Token![::]) {
        ahead.parse::<Token![:]>()?;
        // `key:? = value`, `key:display = value`.
        let modifier = ahead.fork();
        if modifier.parse::<TokenTree>().is_ok() && modifier.peek(Token![=]) && !modifier.peek(Token![==]) {
            ahead.parse::<TokenTree>()?;
            ahead.parse::<Token![=]>()?;
        }
    } else {
        return Ok(());
    }
    syn::parse::discouraged::Speculative::advance_to(input, &ahead);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_format_strings() {
        let names = |format| capture_names(format).into_iter().map(|(_, name)| name).collect::<Vec<_>>();
        assert_eq!(
            names("{} {0} {{no}} {a} {b:?} {c:>width$.prec$} {:1$}"),
            ["a", "b", "c", "width", "prec"]
        );
        assert_eq!(names("{"), Vec::<&str>::new());
        assert_eq!(names("{é:ß>w$}"), ["é", "w"]);
    }

    #[test]
    fn what_format_strings_show() {
        use Shown::{Argument, Named};
        use ShownBy::{Debug, Display};
        assert_eq!(
            placeholders("{} {{no}} {a} {b:?} {:#?} {0} {:x} {c:>8}"),
            [
                (Argument(0), Display),
                (Named("a"), Display),
                (Named("b"), Debug),
                (Argument(1), Debug),
                (Argument(0), Display),
                (Named("c"), Display),
            ]
        );
        assert_eq!(placeholders("{:.*} {"), [(Argument(1), Display)]);
    }
}
