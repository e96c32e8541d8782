//! A lint's page on a terminal.

use super::Paint;

const BOLD: &str = "\x1b[1m";
const CODE: &str = "\x1b[36m";
const END: &str = "\x1b[0m";

/// Puts colours on a page written in Markdown; every letter of it stays.
pub fn page(text: &str, paint: Paint) -> String {
    if paint == Paint::Plain {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut in_code = false;
    for line in text.split_inclusive('\n') {
        let words = line.trim_end_matches(['\n', '\r']);
        let end = line.get(words.len()..).unwrap_or_default();
        let fence = words.trim_start().starts_with("```");
        if in_code || fence {
            out.push_str(&format!("{CODE}{words}{END}{end}"));
            in_code ^= fence;
        } else if words.starts_with('#') {
            out.push_str(&format!("{BOLD}{words}{END}{end}"));
        } else {
            out.push_str(&format!("{}{end}", inline(words)));
        }
    }
    out
}

/// Words between two backticks are code; a backtick alone is a letter.
fn inline(line: &str) -> String {
    let parts: Vec<&str> = line.split('`').collect();
    let mut out = String::new();
    for (n, part) in parts.iter().enumerate() {
        let closed = n % 2 == 1 && n + 1 < parts.len();
        match (n, closed) {
            (0, _) => out.push_str(part),
            (_, true) => out.push_str(&format!("{CODE}`{part}`{END}")),
            // What closes a pair is written with it.
            (_, false) if n % 2 == 0 => out.push_str(part),
            (_, false) => out.push_str(&format!("`{part}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_and_code() {
        let text = "# a\nb `c` d\n```rust\nlet x;\n```\nodd ` one\n";
        let expected = "\x1b[1m# a\x1b[0m\nb \x1b[36m`c`\x1b[0m d\n\x1b[36m```rust\x1b[0m\n\x1b[36mlet x;\x1b[0m\n\x1b[36m```\x1b[0m\nodd ` one\n";
        assert_eq!(page(text, Paint::Ansi), expected);
        assert_eq!(page(text, Paint::Plain), text);
    }
}
