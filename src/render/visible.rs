//! Text of the analysed code for people: what would command their terminal, or order letters otherwise than they stand, is shown instead
//! of done. rustc shows the same signs.

use std::borrow::Cow;

/// The text with a sign for each control character but tabs and the ends of lines.
pub fn visible(text: &str) -> Cow<'_, str> {
    if signs(text).zip(text.chars()).any(|((_, sign), it)| sign != it) {
        Cow::Owned(signs(text).map(|(_, it)| it).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// Where a place in the text lies in what is shown of it; both count in bytes.
pub(super) fn visible_offset(text: &str, offset: usize) -> usize {
    signs(text).take_while(|(at, _)| *at < offset).map(|(_, it)| it.len_utf8()).sum()
}

/// The characters that are shown, each with the place of what it stands for.
fn signs(text: &str) -> impl Iterator<Item = (usize, char)> {
    text.char_indices().map(move |(at, it)| {
        let ends_line = text.get(at..).is_some_and(|rest| rest.starts_with("\r\n"));
        (at, sign(it).filter(|_| !ends_line).unwrap_or(it))
    })
}

/// The sign for a character that is not shown as it is: Unicode has pictures of the old controls; for its own it has none.
fn sign(it: char) -> Option<char> {
    match it {
        '\t' | '\n' => None,
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(it)),
        '\x7f' => Some('\u{2421}'),
        // Some terminals take these for escape sequences of one character.
        '\u{80}'..='\u{9f}' => Some(char::REPLACEMENT_CHARACTER),
        // What Unicode calls `Bidi_Control`.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some(char::REPLACEMENT_CHARACTER)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commands_is_shown_and_the_rest_stays() {
        assert_eq!(visible("a\x1b[31mb\x07\x7f\u{9b}c"), "a␛[31mb␇␡\u{fffd}c");
        assert_eq!(visible("// \u{202e}x\u{2066}"), "// \u{fffd}x\u{fffd}");
        assert!(matches!(visible("\ta é 日本 👩\u{200d}🚀\n"), Cow::Borrowed(_)));
        assert_eq!(visible("a\rb\r\nc\r"), "a␍b\r\nc␍");
    }

    #[test]
    fn places_move_with_what_stands_before_them() {
        let text = "a\x1bb\r\nc";
        let shown = visible(text);
        for what in ["a", "b", "c"] {
            let at = visible_offset(text, text.find(what).unwrap());
            assert_eq!(shown.find(what), Some(at), "{what}");
        }
        assert_eq!(visible_offset(text, text.len()), shown.len());
    }
}
