//! The words of macro definitions, for deciding which bodies are lowered.

use super::keywords::keyword;
use super::tokens::{Kind, Lexer};
use super::tree::{BodyWords, Name};

/// What the tokenizer saw in a macro's definition.
#[derive(Debug, Clone, Default)]
pub struct MacroWords {
    /// Names called as methods.
    pub methods: Vec<Name>,
    /// All other identifiers.
    pub idents: Vec<Name>,
    /// It calls a method whose name the call gives: `.$name(..)`.
    pub calls_given: bool,
}

impl MacroWords {
    /// Reads the words of a definition.
    pub fn of(text: &str) -> MacroWords {
        let mut out = MacroWords::default();
        let mut lexer = Lexer::new(text, 0, text.len());
        let mut prev = Kind::End;
        loop {
            let token = lexer.next_code();
            let word = text.get(token.lo..token.hi).unwrap_or_default();
            match token.kind {
                Kind::End => break,
                Kind::Ident if keyword(word.as_bytes()).is_none() => {
                    let mut ahead = lexer.clone();
                    let calls = match ahead.next_code().kind {
                        Kind::Open(b'(') => true,
                        Kind::Punct(b':') => ahead.next_code().kind == Kind::Punct(b':'),
                        _ => false,
                    };
                    let name = Name::from(word.strip_prefix("r#").unwrap_or(word));
                    let is_method = calls && prev == Kind::Punct(b'.');
                    if is_method { out.methods.push(name) } else { out.idents.push(name) }
                }
                Kind::Punct(b'$') if prev == Kind::Punct(b'.') => out.calls_given = true,
                _ => {}
            }
            prev = token.kind;
        }
        out.sort();
        out
    }

    /// Adds those of another definition.
    pub fn add(&mut self, other: &MacroWords) {
        self.methods.extend(&other.methods);
        self.idents.extend(&other.idents);
        self.calls_given |= other.calls_given;
        self.sort();
    }

    /// Adds what the macro may write to the words of a body that calls it.
    pub fn write_into(&self, body: &mut BodyWords) {
        body.methods.extend(&self.methods);
        if self.calls_given {
            body.methods.extend(&body.idents);
        }
        body.idents.extend(&self.idents);
        for list in [&mut body.methods, &mut body.idents] {
            list.sort_unstable();
            list.dedup();
        }
    }

    fn sort(&mut self) {
        for list in [&mut self.methods, &mut self.idents] {
            list.sort_unstable();
            list.dedup();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_and_given_names() {
        let words = MacroWords::of("($m:expr, $f:ident) => { $m.lock().unwrap().$f(helper) };");
        assert!(["lock", "unwrap"].iter().all(|it| words.methods.contains(&Name::from(it))));
        assert!(words.calls_given);
        assert!(words.idents.contains(&Name::from("helper")));
    }
}
