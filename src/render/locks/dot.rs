//! The order of locks in the languages of other programs: Graphviz' DOT, and Mermaid.

use super::data::{Edge, Order};
use std::fmt::Write as _;

/// The graph in DOT: edges of a cycle are red, locks of no map are dashed.
pub fn dot(order: &Order) -> String {
    let mut out =
        String::from("digraph lock_order {\n  rankdir=LR;\n  node [shape=box, fontname=\"monospace\"];\n");
    for (n, lock) in order.locks.iter().enumerate() {
        let style = if lock.on_map { "" } else { ", style=dashed" };
        let _ =
            writeln!(out, "  n{n} [label={}, tooltip={}{style}];", quoted(&lock.name), quoted(&lock.path));
    }
    for edge in &order.edges {
        let color = if edge.cycles.is_empty() { "" } else { ", color=red, fontcolor=red" };
        let _ =
            writeln!(out, "  n{} -> n{} [label={}{color}];", edge.from, edge.to, quoted(&first_place(edge)));
    }
    out.push_str("}\n");
    out
}

/// A string of DOT: of `\` and `"` each gets a `\` before it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The graph in Mermaid, as Markdown on several platforms shows it.
pub fn mermaid(order: &Order) -> String {
    let mut out = String::from("flowchart LR\n");
    for (n, lock) in order.locks.iter().enumerate() {
        let (open, close) = if lock.on_map { ("[", "]") } else { ("([", "])") };
        let _ = writeln!(out, "  n{n}{open}\"{}\"{close}", escaped(&lock.name));
    }
    for edge in &order.edges {
        let _ = writeln!(out, "  n{} -->|\"{}\"| n{}", edge.from, escaped(&first_place(edge)), edge.to);
    }
    let of_cycles = order.edges.iter().enumerate().filter(|(_, edge)| !edge.cycles.is_empty());
    let red: Vec<String> = of_cycles.map(|(n, _)| n.to_string()).collect();
    if !red.is_empty() {
        let _ = writeln!(out, "  linkStyle {} stroke:red,color:red", red.join(","));
    }
    out
}

/// What stands in quotes in Mermaid: entities where a letter would end it or be markup.
fn escaped(text: &str) -> String {
    text.replace('#', "#35;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;")
}

/// `routes.rs:21`, and how many places more.
fn first_place(edge: &Edge) -> String {
    let Some(mark) = edge.sites.first().and_then(|it| it.way.first()) else { return String::new() };
    let file = mark.at.path.rsplit('/').next().unwrap_or_default();
    match edge.sites.len() {
        1 => format!("{file}:{}", mark.at.line),
        n => format!("{file}:{} +{}", mark.at.line, n - 1),
    }
}
