//! Between our files and an editor's: addresses and positions.

use crate::source::{FileId, Files, Span};
use lsp_types::{Position, Range, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::path::{Path, PathBuf};

/// What stands in a path as it is.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b':');

/// The path of a `file:` address.
pub fn path_of(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.as_str().strip_prefix("file://")?;
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    let path = percent_decode_str(path).decode_utf8().ok()?;
    // `/c:/work` is how Windows' paths are written.
    let drive = path.strip_prefix('/').filter(|path| path.get(1..2) == Some(":"));
    Some(PathBuf::from(drive.unwrap_or(&path)))
}

/// The address of a file, with or without the part behind `#`.
pub fn uri_of(path: &Path, fragment: Option<&str>) -> Option<Uri> {
    let path = path.to_string_lossy().replace('\\', "/");
    let path = path.strip_prefix("//?/").unwrap_or(&path);
    let slash = if path.starts_with('/') { "" } else { "/" };
    let fragment = fragment.map(|name| format!("#{name}")).unwrap_or_default();
    format!("file://{slash}{}{fragment}", utf8_percent_encode(path, ENCODED)).parse().ok()
}

/// The range of a span, in lines and UTF-16 units.
pub fn range(files: &Files, span: Span) -> Range {
    Range { start: position(files, span.file, span.range.lo), end: position(files, span.file, span.range.hi) }
}

/// Where an offset stands.
pub fn position(files: &Files, file: FileId, offset: u32) -> Position {
    let text = files.text(file);
    let lines = files.line_index(file);
    let line = lines.line(offset);
    let start = lines.line_range(line).lo as usize;
    let end = text.floor_char_boundary((offset as usize).min(text.len()));
    let before = text.get(start..end).unwrap_or_default();
    let character = before.encode_utf16().count();
    Position { line: line.saturating_sub(1), character: u32::try_from(character).unwrap_or(u32::MAX) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::TextRange;

    #[test]
    fn addresses_lead_there_and_back() {
        for path in ["/w/a b/ü#1.rs", "/src/lib.rs", "/w/100%.rs"] {
            let uri = uri_of(Path::new(path), None).unwrap_or_else(|| panic!("{path}"));
            assert_eq!(path_of(&uri), Some(PathBuf::from(path)), "{uri:?}");
        }
        let windows: Option<Uri> = "file:///c%3A/w/a.rs".parse().ok();
        assert_eq!(windows.as_ref().and_then(path_of), Some(PathBuf::from("c:/w/a.rs")));
        let page = uri_of(Path::new("/d/index.html"), Some("x")).map(|uri| uri.as_str().to_owned());
        assert_eq!(page.as_deref(), Some("file:///d/index.html#x"));
    }

    #[test]
    fn columns_are_utf_16() {
        let files = Files::in_memory();
        let file = files.insert(Path::new("a.rs"), "fn f() {\n    /* 🦀é */ x();\n}\n".to_owned());
        let at = files.text(file).find("x()").unwrap_or_default() as u32;
        let range = range(&files, TextRange::new(at, at + 1).of(file));
        assert_eq!((range.start.line, range.start.character, range.end.character), (1, 14, 15));
    }
}
