//! All lints as one page of HTML: searchable, with anchors, readable from the disk without a network.

use super::markup::{head, select};
use crate::lint::{Class, Group, Lint};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use std::collections::BTreeSet;
use std::fmt::Write as _;

const STYLE: &str = include_str!("site.css");
const SCRIPT: &str = include_str!("site.js");

/// What the remedies cost, which lints' pages lead to.
const REMEDIES: &str = include_str!("../../docs/remedies.md");
/// Its pictures, by the names that it calls them by.
const PICTURES: [(&str, &str); 2] = [
    ("remedies-100.svg", include_str!("../../docs/remedies-100.svg")),
    ("remedies-100000.svg", include_str!("../../docs/remedies-100000.svg")),
];

/// Renders the page of all lints, from their own pages.
pub fn site(lints: &[&'static Lint]) -> String {
    let mut out = String::new();
    head(&mut out, "hazmap: lints", STYLE);
    let _ = write!(
        out,
        "<body>\n<header>\n\
         <h1>hazmap {}</h1>\n<p>Hazardous shared maps in Rust: <output id=\"count\">{}</output> lints.</p>\n",
        env!("CARGO_PKG_VERSION"),
        lints.len()
    );
    out.push_str("<form id=\"filters\" role=\"search\">\n<input id=\"text\" type=\"search\" placeholder=\"Search\" aria-label=\"Search\" autofocus>\n");
    select(&mut out, "group", Group::ALL.iter().map(|group| group.name()));
    select(&mut out, "level", ["deny", "warn", "allow"]);
    select(&mut out, "class", Class::ALL.iter().map(|class| class.name()));
    let versions: BTreeSet<&str> = lints.iter().map(|lint| lint.since).collect();
    select(&mut out, "since", versions);
    out.push_str("</form>\n</header>\n<main>\n");
    for group in Group::ALL {
        for lint in lints.iter().filter(|lint| lint.group == group) {
            article(&mut out, lint);
        }
    }
    out.push_str("<p id=\"nothing\" hidden>No lint fits.</p>\n");
    out.push_str("<section id=\"remedies\">\n<details>\n<summary><h2>Remedies, measured</h2></summary>\n");
    page(&mut out, REMEDIES);
    out.push_str("</details>\n</section>\n");
    let _ = write!(out, "</main>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n");
    out
}

fn article(out: &mut String, lint: &Lint) {
    let (name, group, level) = (lint.name, lint.group.name(), lint.level.name());
    let class = lint.class.map_or("", Class::name);
    let _ = write!(
        out,
        "<article id=\"{name}\" data-group=\"{group}\" data-level=\"{level}\" data-class=\"{class}\" data-since=\"{}\">\n<details>\n\
         <summary><h2>{name}</h2> <a href=\"#{name}\" aria-label=\"Link to {name}\">#</a>\
         <span class=\"badge\">{group}</span><span class=\"badge {level}\">{level}</span>",
        lint.since
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
    let (mut unlinked, mut in_picture) = (false, false);
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).filter_map(|event| match event {
        Event::Start(Tag::Heading { level, id, classes, attrs }) => {
            Some(Event::Start(Tag::Heading { level: lower(level), id, classes, attrs }))
        }
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(lower(level)))),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let target = target(&dest_url);
            unlinked = target.is_none();
            target.map(|it| Event::Start(Tag::Link { link_type, dest_url: it.into(), title, id }))
        }
        Event::End(TagEnd::Link) if unlinked => None,
        Event::Start(Tag::Image { dest_url, .. }) => {
            in_picture = true;
            let picture = PICTURES.iter().find(|(name, _)| *name == &*dest_url);
            picture.map(|(_, svg)| Event::Html((*svg).into()))
        }
        Event::End(TagEnd::Image) => {
            in_picture = false;
            None
        }
        _ if in_picture => None,
        Event::Html(text) if text.starts_with("<!--") => None,
        // A page says what it says; it brings no markup of its own.
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        other => Some(other),
    });
    html::push_html(out, events);
}

/// Where a link of a lint's page leads from here: the other lints and the remedies stand on this page, other files of the repository do
/// not.
fn target(link: &str) -> Option<String> {
    if link.contains("://") || link.starts_with('#') {
        return Some(link.to_owned());
    }
    if link == "../../docs/remedies.md" {
        return Some(String::from("#remedies"));
    }
    let lint = link.strip_prefix("../")?.strip_suffix("/README.md")?;
    Some(format!("#{}", lint.strip_prefix("lints/").unwrap_or(lint)))
}

fn lower(level: HeadingLevel) -> HeadingLevel {
    HeadingLevel::try_from(level as usize + 1).unwrap_or(level)
}
