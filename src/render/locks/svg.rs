//! The order of locks as a picture that a page holds: an SVG whose edges and nodes carry their numbers, so that a script finds them.

use super::data::{Edge, Order};
use super::layout::{Layout, Size, Spot, layout};
use crate::render::markup::escaped;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The width of a letter of the monospaced font that names are written in.
const LETTER: f64 = 7.9;
const HEIGHT: f64 = 30.0;
/// Room around the picture: lines have a width, and arrows a head.
const MARGIN: f64 = 8.0;

/// How far a straight line bows.
const BOW: f64 = 8.0;

/// Edges up to which all of them are drawn.
const ALL: usize = 60;

/// The edges that a picture shows: all of a small graph; of a large one those of cycles, and those between locks of maps.
pub(super) fn drawn(order: &Order) -> Vec<usize> {
    let on_map = |n: usize| order.locks.get(n).is_some_and(|it| it.on_map);
    let matters = |edge: &Edge| !edge.cycles.is_empty() || (on_map(edge.from) && on_map(edge.to));
    let is_small = order.edges.len() <= ALL;
    (0..order.edges.len()).filter(|n| is_small || order.edges.get(*n).is_some_and(matters)).collect()
}

/// Draws some of the edges, by their numbers, and their locks; nothing when there are none.
pub(super) fn svg(order: &Order, drawn: &[usize]) -> String {
    let edges: Vec<&Edge> = drawn.iter().filter_map(|n| order.edges.get(*n)).collect();
    if edges.is_empty() {
        return String::new();
    }
    let locks: Vec<usize> =
        edges.iter().flat_map(|it| [it.from, it.to]).collect::<BTreeSet<_>>().into_iter().collect();
    let size = |n: &usize| {
        let letters = order.locks.get(*n).map_or(0, |it| it.name.chars().count());
        Size { width: letters as f64 * LETTER + 22.0, height: HEIGHT }
    };
    let sizes: Vec<Size> = locks.iter().map(size).collect();
    let at = |lock: usize| locks.binary_search(&lock).unwrap_or(0);
    let ends: Vec<(usize, usize)> = edges.iter().map(|it| (at(it.from), at(it.to))).collect();
    let in_cycle = |n: usize| edges.get(n).is_some_and(|it| !it.cycles.is_empty());
    let layout = layout(&sizes, &ends, &in_cycle);
    let (width, height) = (layout.width + 2.0 * MARGIN, layout.height + 2.0 * MARGIN);
    let mut out = format!(
        "<svg viewBox=\"{} {} {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" role=\"group\" aria-label=\"Order of locks\">\n",
        -MARGIN, -MARGIN
    );
    for (name, class) in [("arrow", ""), ("arrow-red", " class=\"cycle\"")] {
        let _ = writeln!(
            out,
            "<marker id=\"{name}\"{class} viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker>"
        );
    }
    // What is in a cycle is drawn last, over the rest.
    let (red, plain): (Vec<usize>, Vec<usize>) = (0..edges.len()).partition(|n| in_cycle(*n));
    for n in plain.into_iter().chain(red) {
        let (Some(number), Some(edge), Some((from, to))) = (drawn.get(n), edges.get(n), ends.get(n)) else {
            continue;
        };
        self::edge(&mut out, order, (*number, edge), &path(&layout, &sizes, n, *from, *to));
    }
    for ((n, at), size) in locks.iter().zip(&layout.nodes).zip(&sizes) {
        let Some(lock) = order.locks.get(*n) else { continue };
        let class = if lock.on_map { "node map" } else { "node" };
        let _ = writeln!(
            out,
            "<g class=\"{class}\" data-lock=\"{n}\"><title>{}</title><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{HEIGHT}\" rx=\"5\"/><text x=\"{:.1}\" y=\"{:.1}\">{}</text></g>",
            escaped(&lock.path),
            at.x - size.width / 2.0,
            at.y - HEIGHT / 2.0,
            size.width,
            at.x,
            at.y + 4.5,
            escaped(&lock.name)
        );
    }
    out.push_str("</svg>\n");
    out
}

fn edge(out: &mut String, order: &Order, (n, edge): (usize, &Edge), path: &str) {
    let name = |n: usize| order.locks.get(n).map_or("", |it| it.name.as_str());
    let in_cycle = !edge.cycles.is_empty();
    let (class, arrow) = if in_cycle { ("edge cycle", "arrow-red") } else { ("edge", "arrow") };
    let words = format!("{} is taken while {} is held", name(edge.to), name(edge.from));
    let more = if in_cycle { ", and elsewhere the other way round" } else { "" };
    let words = escaped(&format!("{words}{more}"));
    // The wide line that nobody sees is for the mouse.
    let _ = writeln!(
        out,
        "<g class=\"{class}\" data-edge=\"{n}\" tabindex=\"0\" role=\"button\" aria-label=\"{words}\"><title>{words}</title><path class=\"hit\" d=\"{path}\"/><path d=\"{path}\" marker-end=\"url(#{arrow})\"/></g>"
    );
}

/// The way of an edge, from the side of one node to that of the other, through its bends.
fn path(layout: &Layout, sizes: &[Size], n: usize, from: usize, to: usize) -> String {
    let (Some(&a), Some(&b)) = (layout.nodes.get(from), layout.nodes.get(to)) else { return String::new() };
    let half = |n: usize| sizes.get(n).map_or(0.0, |it| it.width) / 2.0;
    let forwards = if b.x > a.x { 1.0 } else { -1.0 };
    // The way there and the way back do not lie on each other.
    let shift = 5.0 * forwards;
    let start = Spot { x: a.x + half(from) * forwards, y: a.y - shift };
    let end = Spot { x: b.x - half(to) * forwards, y: b.y - shift };
    let bends = layout.bends.get(n).map(Vec::as_slice).unwrap_or_default();
    let mut path = format!("M{:.1} {:.1}", start.x, start.y);
    let mut last = start;
    // A straight line bows a little: the way there to one side, the way back to the other.
    let bow = if bends.is_empty() && (start.y - end.y).abs() < BOW { BOW * forwards } else { 0.0 };
    for spot in bends.iter().copied().chain([end]) {
        let middle = (last.x + spot.x) / 2.0;
        let (from, to) = (last.y - bow, spot.y - bow);
        let _ = write!(path, "C{middle:.1} {from:.1} {middle:.1} {to:.1} {:.1} {:.1}", spot.x, spot.y);
        last = spot;
    }
    path
}
