//! Our own directives: `// hazmap: allow(lint, reason = "…")`, `// hazmap: allow-file(..)`, `#[cfg_attr(hazmap, allow(hazmap::lint))]`.

use super::keywords::starts_item;
use super::scan::Note;
use super::tokens::{self, Kind, Lexer, Token, closer};
use super::tree::{Covers, Directive, Name, Problem};
use crate::source::TextRange;

const COMMENT_HELP: &str =
    "write `// hazmap: allow(lint, reason = \"…\")` or `// hazmap: allow-file(lint, reason = \"…\")`";

const ATTRIBUTE_HELP: &str = "write `#[cfg_attr(hazmap, allow(hazmap::lint, reason = \"…\"))]`, or a comment: \
     `// hazmap: allow(lint, reason = \"…\")`";

/// The words that set a lint's level in an attribute.
const LEVELS: [&str; 5] = ["allow", "expect", "warn", "deny", "forbid"];

/// Whether an attribute, told by the text between its brackets, may be a directive: it is conditional on us, or names one of our lints.
pub(super) fn is_about_us(attribute: &str) -> bool {
    let word_end = attribute.find(|it: char| it != '_' && !it.is_alphanumeric()).unwrap_or(attribute.len());
    let (word, rest) = attribute.split_at(word_end);
    let Some(arguments) = rest.trim_start().strip_prefix('(') else { return false };
    match word {
        "cfg_attr" => arguments.trim_start().starts_with("hazmap"),
        _ => LEVELS.contains(&word) && arguments.contains("hazmap::"),
    }
}

/// Reads directives; those that cannot be read are added to the problems.
pub(super) fn directives(
    text: &str,
    notes: &[Note],
    mut problems: Vec<Problem>,
) -> (Vec<Directive>, Vec<Problem>) {
    let mut out = Vec::new();
    let over_lines = if notes.is_empty() { Vec::new() } else { tokens::over_lines(text) };
    for note in notes {
        let found = match note.is_attribute {
            true => attribute(text, note.range),
            false => comment(text, note.range, &over_lines).map(Some),
        };
        match found {
            Ok(Some(directive)) => out.push(directive),
            Ok(None) => {}
            Err(message) => problems.push(Problem {
                message: format!("malformed directive: {message}"),
                range: Some(note.range),
                help: Some(if note.is_attribute { ATTRIBUTE_HELP } else { COMMENT_HELP }.to_owned()),
            }),
        }
    }
    (out, problems)
}

/// What stands in the parentheses of `allow(..)`.
struct Allowance {
    lints: Vec<(Name, TextRange)>,
    reason: Option<Name>,
}

fn comment(text: &str, range: TextRange, over_lines: &[TextRange]) -> Result<Directive, String> {
    let block = text.get(range.lo as usize..).is_some_and(|rest| rest.starts_with("/*"));
    let end = if block { range.hi as usize - 2 } else { range.hi as usize };
    let mut words = Words::new(text, range.lo as usize + 2, end);
    // `hazmap` and `:` are there: the scanner looked.
    words.next();
    words.next();
    let mut verb = words.next_text().to_owned();
    while matches!(words.peek_text(), "-" | "file") {
        verb.push_str(words.next_text());
    }
    let whole_file = match verb.as_str() {
        "allow" => false,
        "allow-file" => true,
        "" => return Err("nothing follows `hazmap:`".to_owned()),
        other if LEVELS.contains(&other) => return Err(only_allow(other)),
        other => return Err(format!("unknown word `{other}`")),
    };
    let mut allowance = words.allowance()?;
    if words.peek_text() == ":" {
        words.next();
        let rest = text.get(words.pos()..end).unwrap_or_default().trim();
        if allowance.reason.is_none() && !rest.is_empty() {
            allowance.reason = Some(Name::from(rest));
        }
    } else if !words.peek_text().is_empty() {
        return Err(format!("unexpected `{}` after the closing parenthesis", words.peek_text()));
    }
    let covers =
        if whole_file { Covers::File } else { Covers::Range(covered_by_comment(text, range, over_lines)) };
    Ok(Directive { lints: allowance.lints, reason: allowance.reason, range, covers })
}

/// `[cfg_attr(hazmap, allow(hazmap::lint, reason = ".."))]`; `None` for other attributes conditional on us.
fn attribute(text: &str, range: TextRange) -> Result<Option<Directive>, String> {
    let (lo, hi) = (range.lo as usize, range.hi as usize);
    let mut words = Words::new(text, lo + 1, hi.saturating_sub(1));
    if LEVELS.contains(&words.peek_text()) {
        return Err("rustc knows no tool `hazmap`, so that this does not compile".to_owned());
    }
    for expected in ["cfg_attr", "(", "hazmap", ","] {
        if words.next_text() != expected {
            return Ok(None);
        }
    }
    match words.next_text() {
        "allow" => {}
        word if LEVELS.contains(&word) && text.get(lo..hi).is_some_and(|it| it.contains("hazmap::")) => {
            return Err(only_allow(word));
        }
        _ => return Ok(None),
    }
    let allowance = words.allowance()?;
    let before = text.get(..lo).unwrap_or_default();
    let covers = if before.ends_with('!') {
        match enclosing(text, hi) {
            Some(range) if is_nested(text, lo) => Covers::Range(range),
            Some(_) | None => Covers::File,
        }
    } else {
        Covers::Range(statement_from(text, hi).map_or(range, |covered| range.join(covered)))
    };
    Ok(Some(Directive { lints: allowance.lints, reason: allowance.reason, range, covers }))
}

/// Why another level than `allow` is not taken.
fn only_allow(word: &str) -> String {
    match word {
        "expect" => "`expect` is spelt `allow` here: one that permits nothing is reported".to_owned(),
        _ => format!("`{word}` is for the command line and the configuration: code can only `allow`"),
    }
}

/// Tokens of a directive.
struct Words<'t> {
    text: &'t str,
    lexer: Lexer<'t>,
}

impl<'t> Words<'t> {
    fn new(text: &'t str, lo: usize, hi: usize) -> Self {
        Words { text, lexer: Lexer::new(text, lo, hi) }
    }

    fn pos(&self) -> usize {
        self.lexer.pos()
    }

    fn next(&mut self) -> Token {
        self.lexer.next_code()
    }

    fn text_of(&self, token: Token) -> &'t str {
        self.text.get(token.lo..token.hi).unwrap_or_default()
    }

    fn next_text(&mut self) -> &'t str {
        let token = self.next();
        self.text_of(token)
    }

    fn peek_text(&self) -> &'t str {
        let token = self.lexer.clone().next_code();
        self.text_of(token)
    }

    /// `(lint, hazmap::lint, reason = "…")`.
    fn allowance(&mut self) -> Result<Allowance, String> {
        if self.next_text() != "(" {
            return Err("expected `(` after `allow`".to_owned());
        }
        let mut out = Allowance { lints: Vec::new(), reason: None };
        loop {
            let token = self.next();
            match (token.kind, self.text_of(token)) {
                (Kind::Close(b')'), _) => break,
                (Kind::Punct(b','), _) => {}
                (Kind::Ident, "reason") if self.peek_text() == "=" => {
                    self.next();
                    let value = self.next();
                    let value = self.text_of(value);
                    let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
                    out.reason = Some(Name::from(value.ok_or("a reason is a string in quotes")?));
                }
                (Kind::Ident, "hazmap") if self.peek_text() == ":" => {
                    self.next();
                    self.next();
                }
                (Kind::Ident, name) => {
                    out.lints.push((Name::from(name), TextRange::new(token.lo as u32, token.hi as u32)))
                }
                (Kind::End, _) => return Err("the closing parenthesis is missing".to_owned()),
                (_, other) => return Err(format!("unexpected `{other}`")),
            }
        }
        if out.lints.is_empty() {
            return Err("no lint is named".to_owned());
        }
        Ok(out)
    }
}

/// On a line with code: that line, and the statement that begins on it. On a line of its own: the next statement or item.
fn covered_by_comment(text: &str, range: TextRange, over_lines: &[TextRange]) -> TextRange {
    let line = text.get(..range.lo as usize).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    // A line that begins inside a string is code behind it.
    let around = over_lines.iter().find(|it| (it.lo as usize) < line && line < it.hi as usize);
    let line = around.map_or(line, |it| (it.hi as usize).min(range.lo as usize));
    let first = Lexer::new(text, line, range.lo as usize).next_code();
    if first.kind == Kind::End {
        return statement_from(text, range.hi as usize).map_or(range, |covered| range.join(covered));
    }
    let own_line = TextRange::new(line as u32, range.hi);
    let before = text.get(line..range.lo as usize).unwrap_or_default().trim_end();
    // A line that opens a block speaks for itself, not for the block.
    if before.ends_with('{') || before.ends_with('}') {
        return own_line;
    }
    statement_from(text, first.lo).map_or(own_line, |statement| own_line.join(statement))
}

/// The statement, item, arm or field that begins at or after `from`, attributes included.
pub(super) fn statement_from(text: &str, from: usize) -> Option<TextRange> {
    let mut lexer = Lexer::new(text, from, text.len());
    let mut lo = None;
    let mut open: Vec<u8> = Vec::new();
    let mut hi = from;
    let mut is_item = false;
    let mut ends_at_semicolon = false;
    let mut prev = Kind::End;
    loop {
        let token = lexer.next_code();
        let word = text.get(token.lo..token.hi).unwrap_or_default().as_bytes();
        if lo.is_none() && !matches!(token.kind, Kind::Close(_) | Kind::End) {
            lo = Some(token.lo);
        }
        match token.kind {
            Kind::End | Kind::Unterminated => break,
            Kind::Open(byte) => open.push(closer(byte)),
            Kind::Close(byte) => {
                if open.is_empty() {
                    break;
                }
                // Delimiters that do not match are another's problem.
                open.pop();
                let attribute = byte == b']' && open.is_empty() && hi_is_attribute(text, lo, token.hi);
                if byte == b'}'
                    && open.is_empty()
                    && !attribute
                    && !ends_at_semicolon
                    && !goes_on(text, token.hi, is_item)
                {
                    hi = token.hi;
                    break;
                }
            }
            Kind::Punct(b';') if open.is_empty() => {
                hi = token.hi;
                break;
            }
            Kind::Punct(b',') if open.is_empty() && !is_item && !ends_at_semicolon => {
                hi = token.hi;
                break;
            }
            Kind::Ident if open.is_empty() => {
                let at_start = matches!(prev, Kind::End | Kind::Close(b']')) || is_item;
                if at_start && starts_item(word) {
                    is_item = true;
                }
                // `const fn` is an item with a body, `const X` one with a semicolon.
                if at_start
                    && matches!(word, b"let" | b"use" | b"static" | b"const" | b"type")
                    && !is_impl_like(text, lo, token.lo)
                {
                    ends_at_semicolon = true;
                }
                if matches!(word, b"fn" | b"unsafe" | b"extern") {
                    ends_at_semicolon = false;
                }
            }
            Kind::Ident
            | Kind::Lifetime
            | Kind::Literal
            | Kind::Punct(_)
            | Kind::LineComment
            | Kind::BlockComment
            | Kind::Unknown => {}
        }
        hi = token.hi;
        prev = token.kind;
    }
    lo.filter(|&lo| lo < hi).map(|lo| TextRange::new(lo as u32, hi as u32))
}

/// Whether what was read so far is attributes only.
fn hi_is_attribute(text: &str, lo: Option<usize>, hi: usize) -> bool {
    lo.and_then(|lo| text.get(lo..hi)).is_some_and(|text| text.starts_with('#'))
}

/// Whether an `impl` or `fn` came before: then a `type` or `const` is part of its head.
fn is_impl_like(text: &str, lo: Option<usize>, hi: usize) -> bool {
    let head = lo.and_then(|lo| text.get(lo..hi)).unwrap_or_default();
    let mut lexer = Lexer::new(head, 0, head.len());
    loop {
        let token = lexer.next_code();
        match (token.kind, head.get(token.lo..token.hi).unwrap_or_default()) {
            (Kind::End, _) => return false,
            (Kind::Ident, "impl" | "fn" | "struct" | "enum" | "trait" | "mod") => return true,
            _ => {}
        }
    }
}

/// Whether a statement goes on after a closing brace.
fn goes_on(text: &str, hi: usize, is_item: bool) -> bool {
    let mut lexer = Lexer::new(text, hi, text.len());
    let next = lexer.next_code();
    let word = text.get(next.lo..next.hi).unwrap_or_default();
    match next.kind {
        Kind::Punct(b'.' | b'?' | b'>') => true,
        Kind::Punct(b';' | b',') => !is_item,
        Kind::Punct(b'=' | b'+' | b'<' | b'/' | b'%' | b'^') => !is_item,
        Kind::Ident => word == "else" || word == "as",
        Kind::Punct(_)
        | Kind::Open(_)
        | Kind::Close(_)
        | Kind::Lifetime
        | Kind::Literal
        | Kind::LineComment
        | Kind::BlockComment
        | Kind::Unknown
        | Kind::Unterminated
        | Kind::End => false,
    }
}

/// Whether any delimiter is open at `at`.
fn is_nested(text: &str, at: usize) -> bool {
    let mut lexer = Lexer::new(text, super::tokens::preamble(text), at);
    let mut depth = 0_i64;
    loop {
        match lexer.next_code().kind {
            Kind::End | Kind::Unterminated => return depth > 0,
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => depth -= 1,
            _ => {}
        }
    }
}

/// From `from` to the end of the block that it stands in.
fn enclosing(text: &str, from: usize) -> Option<TextRange> {
    let mut lexer = Lexer::new(text, from, text.len());
    let mut depth = 0_i64;
    loop {
        let token = lexer.next_code();
        match token.kind {
            Kind::End | Kind::Unterminated => return None,
            Kind::Open(_) => depth += 1,
            Kind::Close(_) if depth == 0 => return Some(TextRange::new(from as u32, token.lo as u32)),
            Kind::Close(_) => depth -= 1,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_file;
    use super::*;

    /// The text that the only directive covers, the names and the reason.
    fn covered(text: &str) -> (String, Vec<String>, Option<String>) {
        let tree = parse_file(text);
        assert_eq!(tree.problems.len(), 0, "{:?}", tree.problems);
        assert_eq!(tree.directives.len(), 1, "{text}");
        let directive = &tree.directives[0];
        let part = match directive.covers {
            Covers::File => "FILE".to_owned(),
            Covers::Range(range) => text[range.lo as usize..range.hi as usize].to_owned(),
        };
        let lints = directive.lints.iter().map(|(name, _)| name.to_string()).collect();
        (part, lints, directive.reason.map(|reason| reason.to_string()))
    }

    #[test]
    fn comments_before_statements_and_items() {
        let (part, lints, reason) = covered(
            "fn f() {\n    // hazmap: allow(a, hazmap::b, reason = \"because\")\n    let x = match y { _ => 1 };\n    z();\n}\n",
        );
        assert!(part.ends_with("let x = match y { _ => 1 };"), "{part}");
        assert_eq!(lints, ["a", "b"]);
        assert_eq!(reason.as_deref(), Some("because"));
        let (part, ..) =
            covered("// hazmap: allow(a)\n#[inline]\npub fn f<A, B>(x: A) -> B { g(); }\nfn g() {}\n");
        assert!(part.ends_with("{ g(); }"), "{part}");
        let (part, ..) = covered("fn f() { \n// hazmap: allow(a)\nif x { a() } else { b() }\n c() }\n");
        assert!(part.ends_with("else { b() }"), "{part}");
        let (part, ..) = covered("struct S {\n// hazmap: allow(a)\nx: u8,\ny: u8 }\n");
        assert!(part.ends_with("x: u8,"), "{part}");
        let (part, ..) =
            covered("// hazmap: allow(a)\nimpl<K, V> S<K, V> { const X: u8 = 1; fn f() {} }\nstruct T;\n");
        assert!(part.ends_with("fn f() {} }"), "{part}");
    }

    #[test]
    fn comments_at_the_end_of_a_line() {
        let (part, _, reason) =
            covered("fn f() {\n    a.lock(); // hazmap: allow(a): old style\n    b();\n}\n");
        assert_eq!(part.trim(), "a.lock(); // hazmap: allow(a): old style");
        assert_eq!(reason.as_deref(), Some("old style"));
        let (part, ..) = covered("fn f() {\n    let x = g( // hazmap: allow(a)\n        1);\n    b();\n}\n");
        assert!(part.ends_with("1);"), "{part}");
        let (part, ..) = covered("fn f() {\n    for x in y { // hazmap: allow(a)\n        1;\n    }\n}\n");
        assert!(part.ends_with("allow(a)"), "{part}");
    }

    #[test]
    fn whole_files_and_attributes() {
        assert_eq!(covered("// hazmap: allow-file(a)\nfn f() {}\n").0, "FILE");
        assert_eq!(covered("#![cfg_attr(hazmap, allow(hazmap::a))]\nfn f() {}\n").0, "FILE");
        let (part, lints, reason) =
            covered("#[cfg_attr(hazmap, allow(hazmap::a, reason = \"r\"))]\nfn f() { x }\nfn g() {}\n");
        assert!(part.ends_with("fn f() { x }"), "{part}");
        assert_eq!((lints, reason.as_deref()), (vec!["a".to_owned()], Some("r")));
        let (part, ..) = covered("fn f() {\n#[cfg_attr(hazmap, allow(hazmap::a))]\nlet x = 1;\nlet y = 2; }");
        assert!(part.ends_with("let x = 1;"), "{part}");
    }

    #[test]
    fn malformed_ones_are_problems() {
        for text in ["allow a", "allow()", "allow(a", "deny(a)", "", "allow(a, reason = x)", "allow(a) b"] {
            let tree = parse_file(&format!("// hazmap: {text}\nfn f() {{}}\n"));
            assert_eq!((tree.problems.len(), tree.directives.len()), (1, 0), "{text}");
        }
    }
}
