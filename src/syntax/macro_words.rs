//! The words of macro definitions, for deciding which bodies are lowered.

use super::keywords::keyword;
use super::scan::Call;
use super::tokens::{Kind, Lexer, Token};
use super::tree::Name;

/// What the tokenizer saw in what a macro's definition writes: its matchers, and what stands in for arguments, are left out.
#[derive(Debug, Clone, Default)]
pub struct MacroWords {
    /// Names called as methods.
    pub methods: Vec<Name>,
    /// Those of them that are called with no arguments, or perhaps so.
    pub bare_methods: Vec<Name>,
    /// Names called as macros.
    pub macros: Vec<Name>,
    /// All other identifiers.
    pub idents: Vec<Name>,
    /// It calls a method whose name the call gives: `.$name(..)`.
    pub calls_given: bool,
    /// It calls a macro whose name the call gives: `$name!(..)`.
    pub calls_given_macro: bool,
}

impl MacroWords {
    /// Reads the words of a definition: of what stands between its outer delimiters.
    pub fn of(text: &str) -> MacroWords {
        let mut reader = Reader { text, words: MacroWords::default() };
        if !reader.rules() {
            // No list of rules: `macro m($x:expr) { .. }`.
            let whole = Lexer::new(text, 0, text.len());
            reader.group(whole);
        }
        reader.words.sort();
        reader.words
    }

    /// Those of several definitions together.
    pub fn union<'w>(all: impl IntoIterator<Item = &'w MacroWords>) -> MacroWords {
        let mut out = MacroWords::default();
        for words in all {
            out.methods.extend(&words.methods);
            out.bare_methods.extend(&words.bare_methods);
            out.macros.extend(&words.macros);
            out.idents.extend(&words.idents);
            out.calls_given |= words.calls_given;
            out.calls_given_macro |= words.calls_given_macro;
        }
        out.sort();
        out
    }

    fn sort(&mut self) {
        for list in [&mut self.methods, &mut self.bare_methods, &mut self.macros, &mut self.idents] {
            list.sort_unstable();
            list.dedup();
            list.shrink_to_fit();
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    words: MacroWords,
}

impl<'t> Reader<'t> {
    /// Reads what the rules write, each after its `=>`; `false` when there is no such arrow.
    fn rules(&mut self) -> bool {
        let mut lexer = Lexer::new(self.text, 0, self.text.len());
        let (mut prev, mut is_written, mut any) = (Kind::End, false, false);
        loop {
            let token = lexer.next_code();
            match token.kind {
                Kind::End => return any,
                Kind::Punct(b'>') if prev == Kind::Punct(b'=') => (is_written, any) = (true, true),
                Kind::Open(_) if is_written => {
                    lexer = self.group(lexer);
                    is_written = false;
                }
                Kind::Open(_) => skip(&mut lexer),
                _ => {}
            }
            prev = token.kind;
        }
    }

    /// Reads to the delimiter that closes the group, or to the end.
    fn group(&mut self, mut lexer: Lexer<'t>) -> Lexer<'t> {
        let (mut depth, mut prev) = (0_u32, Kind::End);
        loop {
            let token = lexer.next_code();
            match token.kind {
                Kind::End => return lexer,
                Kind::Open(_) => depth += 1,
                Kind::Close(_) if depth == 0 => return lexer,
                Kind::Close(_) => depth -= 1,
                Kind::Ident => self.word(token, prev, lexer.clone()),
                Kind::Punct(b'$') if prev == Kind::Punct(b'.') => self.words.calls_given = true,
                _ => {}
            }
            prev = token.kind;
        }
    }

    fn word(&mut self, token: Token, prev: Kind, mut ahead: Lexer<'_>) {
        let word = self.text.get(token.lo..token.hi).unwrap_or_default();
        let next = ahead.next_code().kind;
        let is_macro = next == Kind::Punct(b'!') && ahead.next_code().kind != Kind::Punct(b'=');
        if prev == Kind::Punct(b'$') {
            // An argument, whose words stand at the call.
            self.words.calls_given_macro |= is_macro;
            return;
        }
        if keyword(word.as_bytes()).is_some() {
            return;
        }
        let call = match next {
            Kind::Open(b'(') => Some(Call::of(ahead.next_code().kind)),
            Kind::Punct(b':') => Some(Call::Bare),
            _ => None,
        };
        let name = Name::from(word.strip_prefix("r#").unwrap_or(word));
        let words = &mut self.words;
        match call {
            _ if is_macro => words.macros.push(name),
            Some(call) if prev == Kind::Punct(b'.') => {
                words.methods.push(name);
                words.bare_methods.extend((call == Call::Bare).then_some(name));
            }
            _ => words.idents.push(name),
        }
    }
}

/// Goes past the delimiter that closes the group.
fn skip(lexer: &mut Lexer<'_>) {
    let mut depth = 0_u32;
    loop {
        match lexer.next_code().kind {
            Kind::End => return,
            Kind::Open(_) => depth += 1,
            Kind::Close(_) if depth == 0 => return,
            Kind::Close(_) => depth -= 1,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[Name]) -> Vec<&str> {
        list.iter().map(Name::as_str).collect()
    }

    #[test]
    fn methods_and_given_names() {
        let words = MacroWords::of("($m:expr, $f:ident) => { $m.lock().unwrap().$f(helper) };");
        assert_eq!(names(&words.methods), ["lock", "unwrap"]);
        assert!(words.calls_given && !words.calls_given_macro);
        assert_eq!(names(&words.idents), ["helper"]);
    }

    #[test]
    fn a_call_with_given_arguments_may_have_none() {
        let words =
            MacroWords::of("($m:expr, $($k:tt)*) => { $m.read(&mut 1); $m.with::<u8>(f).write($($k)*) };");
        assert_eq!(names(&words.methods), ["read", "with", "write"]);
        assert_eq!(names(&words.bare_methods), ["with", "write"]);
    }

    #[test]
    fn matchers_are_not_written() {
        let words = MacroWords::of(
            "(read $m:expr; $($k:ident => $v:expr),*) => {{ $(inner!($m, $k);)* $m.get(1) }}; (@write [$t:tt]) => [$t!(a != b)];",
        );
        assert_eq!(names(&words.macros), ["inner"]);
        assert_eq!(names(&words.methods), ["get"]);
        assert_eq!(names(&words.idents), ["a", "b"]);
        assert!(words.calls_given_macro && !words.calls_given);
    }

    #[test]
    fn a_definition_without_rules_is_read_whole() {
        let words = MacroWords::of("($m:expr) { $m.read() }");
        assert_eq!(names(&words.methods), ["read"]);
    }
}
