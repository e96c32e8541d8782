//! All lints as one page of HTML: searchable, with anchors, readable from the disk without a network.

use crate::lint::{Class, Group, Lint};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use std::fmt::Write as _;

const STYLE: &str = include_str!("site.css");
const SCRIPT: &str = include_str!("site.js");

/// Renders the page of all lints, from their own pages.
pub fn site(lints: &[&'static Lint]) -> String {
    let mut out = String::new();
    // Nothing is loaded from anywhere, and a browser is told so.
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n\
         <title>hazmap: lints</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n\
         <h1>hazmap {}</h1>\n<p>Hazardous shared maps in Rust: <output id=\"count\">{}</output> lints.</p>\n",
        env!("CARGO_PKG_VERSION"),
        lints.len()
    );
    out.push_str("<form id=\"filters\" role=\"search\">\n<input id=\"text\" type=\"search\" placeholder=\"Search\" aria-label=\"Search\" autofocus>\n");
    select(&mut out, "group", Group::ALL.iter().map(|group| group.name()));
    select(&mut out, "level", ["deny", "warn", "allow"].into_iter());
    select(&mut out, "class", Class::ALL.iter().map(|class| class.name()));
    out.push_str("</form>\n</header>\n<main>\n");
    for group in Group::ALL {
        for lint in lints.iter().filter(|lint| lint.group == group) {
            article(&mut out, lint);
        }
    }
    let _ = write!(
        out,
        "<p id=\"nothing\" hidden>No lint fits.</p>\n</main>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n"
    );
    out
}

fn select<'n>(out: &mut String, what: &str, names: impl Iterator<Item = &'n str>) {
    let _ = write!(out, "<select id=\"{what}\" aria-label=\"{what}\"><option value=\"\">any {what}</option>");
    for name in names {
        let _ = write!(out, "<option>{name}</option>");
    }
    out.push_str("</select>\n");
}

fn article(out: &mut String, lint: &Lint) {
    let (name, group, level) = (lint.name, lint.group.name(), lint.level.name());
    let class = lint.class.map_or("", Class::name);
    let _ = write!(
        out,
        "<article id=\"{name}\" data-group=\"{group}\" data-level=\"{level}\" data-class=\"{class}\">\n<details>\n\
         <summary><h2>{name}</h2> <a href=\"#{name}\" aria-label=\"Link to {name}\">#</a>\
         <span class=\"badge\">{group}</span><span class=\"badge {level}\">{level}</span>"
    );
    if !class.is_empty() {
        let _ = write!(out, "<span class=\"badge\">{class}</span>");
    }
    let mut summary = String::new();
    html::push_html(&mut summary, Parser::new(lint.summary));
    let _ = write!(out, "<span class=\"since\">since {}</span>\n{summary}</summary>\n", lint.since);
    page(out, lint.docs);
    out.push_str("</details>\n</article>\n");
}

/// A lint's page without its title, which stands above it already; its headings go down one level.
fn page(out: &mut String, markdown: &str) {
    let text = markdown.split_once('\n').map_or("", |(_, rest)| rest);
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).map(|event| match event {
        Event::Start(Tag::Heading { level, id, classes, attrs }) => {
            Event::Start(Tag::Heading { level: lower(level), id, classes, attrs })
        }
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lower(level))),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type, dest_url: beside(dest_url), title, id })
        }
        // A page says what it says; it brings no markup of its own.
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        other => other,
    });
    html::push_html(out, events);
}

/// `../lock_in_loop/README.md`, another lint's page, stands on this one.
fn beside(url: CowStr<'_>) -> CowStr<'_> {
    let lint = url.strip_prefix("../").and_then(|it| it.strip_suffix("/README.md"));
    lint.map(|lint| format!("#{lint}").into()).unwrap_or(url)
}

fn lower(level: HeadingLevel) -> HeadingLevel {
    HeadingLevel::try_from(level as usize + 1).unwrap_or(level)
}
