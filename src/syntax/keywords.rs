//! The keywords that shape a file: which ones start an item, and which ones nest.

/// A keyword, as far as the scanner tells them apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Keyword {
    Fn,
    Struct,
    Enum,
    Trait,
    Mod,
    Impl,
    Type,
    Static,
    Const,
    Use,
    Extern,
    Macro,
    Else,
    /// `try`, which was a macro's name once.
    Try,
    /// What can stand before an operand, so that a run of them nests: `return`, `if`, `mut`, `move`, …
    Nesting,
    /// The others.
    Plain,
}

/// The keyword that `word` is.
pub(super) fn keyword(word: &[u8]) -> Option<Keyword> {
    if word.len() < 2 || word.len() > 8 {
        return None;
    }
    Some(match word {
        b"fn" => Keyword::Fn,
        b"struct" => Keyword::Struct,
        b"enum" => Keyword::Enum,
        b"trait" => Keyword::Trait,
        b"mod" => Keyword::Mod,
        b"impl" => Keyword::Impl,
        b"type" => Keyword::Type,
        b"static" => Keyword::Static,
        b"const" => Keyword::Const,
        b"use" => Keyword::Use,
        b"extern" => Keyword::Extern,
        b"macro" => Keyword::Macro,
        b"else" => Keyword::Else,
        b"try" => Keyword::Try,
        b"if" | b"as" | b"in" | b"for" | b"mut" | b"ref" | b"let" | b"dyn" | b"box" | b"move" | b"loop" | b"break" | b"while"
        | b"match" | b"yield" | b"async" | b"unsafe" | b"return" | b"become" => Keyword::Nesting,
        b"self" | b"Self" | b"super" | b"crate" | b"pub" | b"where" | b"true" | b"false" | b"await" | b"continue" => Keyword::Plain,
        _ => return None,
    })
}

/// Whether an item can start with `word`.
pub(super) fn starts_item(word: &[u8]) -> bool {
    matches!(word, b"pub" | b"unsafe" | b"async" | b"macro_rules")
        || matches!(
            keyword(word),
            Some(
                Keyword::Fn
                    | Keyword::Struct
                    | Keyword::Enum
                    | Keyword::Trait
                    | Keyword::Mod
                    | Keyword::Impl
                    | Keyword::Type
                    | Keyword::Static
                    | Keyword::Const
                    | Keyword::Use
                    | Keyword::Extern
                    | Keyword::Macro
            )
        )
}
