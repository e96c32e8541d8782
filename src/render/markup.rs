//! Pieces of HTML that all our pages share.

use std::fmt::{self, Write as _};

/// Begins a page, up to its `<body>`. Nothing is loaded from anywhere, and a browser is told so.
pub(super) fn head(out: &mut String, title: &str, style: &str) {
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{style}</style>\n</head>\n"
    );
}

/// Writes a list of names to choose one from, or any.
pub(super) fn select<'n>(out: &mut String, what: &str, names: impl IntoIterator<Item = &'n str>) {
    choice(out, what, names.into_iter().map(|name| (name, name)));
}

/// Writes a list of values to choose one from, or any, by what each is called.
pub(super) fn choice<'n>(
    out: &mut String,
    what: &str,
    values: impl IntoIterator<Item = (impl fmt::Display, &'n str)>,
) {
    let _ = write!(out, "<select id=\"{what}\" aria-label=\"{what}\"><option value=\"\">any {what}</option>");
    for (value, name) in values {
        let value = escaped(&value.to_string());
        let _ = write!(out, "<option value=\"{value}\">{}</option>", escaped(name));
    }
    out.push_str("</select>\n");
}

/// Text that no markup begins in.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
