//! Where the locks of a graph stand in a picture: in layers from left to right, after Sugiyama, Tagawa and Toda ("Methods for visual
//! understanding of hierarchical system structures", 1981).
//!
//! Edges that go back are turned for the while, a lock stands one layer behind the last that leads to it, edges over several layers get
//! bends in the layers between, and a few sweeps order each layer by the middle of its neighbours. Parts that nothing connects are laid
//! out one by one and stand below each other.

use petgraph::unionfind::UnionFind;
use std::collections::BTreeSet;

/// Room between layers, for the edges.
const LAYER_GAP: f64 = 90.0;
/// Room between two nodes of a layer.
const NODE_GAP: f64 = 18.0;
/// Room beside a bend.
const BEND_GAP: f64 = 7.0;
/// Room between parts that nothing connects.
const PART_GAP: f64 = 26.0;
/// Sweeps over the layers.
const SWEEPS: usize = 8;

/// How large a node is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub width: f64,
    pub height: f64,
}

/// A point of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spot {
    pub x: f64,
    pub y: f64,
}

/// Where all stands.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// The middle of each node.
    pub nodes: Vec<Spot>,
    /// The points between its ends that each edge goes through, from where it starts.
    pub bends: Vec<Vec<Spot>>,
    pub width: f64,
    pub height: f64,
}

/// Lays a graph out. `edges` are pairs of places in `sizes`; of an edge to itself nothing is drawn. Parts with an edge that `matters`, by
/// its place, come first.
pub(super) fn layout(sizes: &[Size], edges: &[(usize, usize)], matters: &dyn Fn(usize) -> bool) -> Layout {
    let mut all = Layout {
        nodes: vec![Spot { x: 0.0, y: 0.0 }; sizes.len()],
        bends: vec![Vec::new(); edges.len()],
        ..Layout::default()
    };
    for members in parts(sizes.len(), edges, matters) {
        let top = if all.height > 0.0 { all.height + PART_GAP } else { 0.0 };
        let part = Part::new(sizes, edges, &members);
        part.place(&mut all, top);
    }
    all
}

/// Nodes that edges connect, in the order of their first nodes: first the parts that matter, then the largest ones.
fn parts(n: usize, edges: &[(usize, usize)], matters: &dyn Fn(usize) -> bool) -> Vec<Vec<usize>> {
    let mut union = UnionFind::<usize>::new(n);
    for (from, to) in edges {
        union.union(*from, *to);
    }
    let mut parts: Vec<Vec<usize>> = vec![Vec::new(); n];
    for node in 0..n {
        if let Some(part) = parts.get_mut(union.find(node)) {
            part.push(node);
        }
    }
    parts.retain(|it| !it.is_empty());
    let in_front: BTreeSet<usize> =
        edges.iter().enumerate().filter(|(n, _)| matters(*n)).map(|(_, (from, _))| *from).collect();
    let is_behind = |part: &Vec<usize>| !part.iter().any(|it| in_front.contains(it));
    parts.sort_by_key(|it| (is_behind(it), std::cmp::Reverse(it.len()), it.first().copied()));
    parts
}

/// What stands in a layer: a node, or a bend of an edge.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Node(usize),
    /// Of this edge.
    Bend(usize),
}

/// A part of the graph with its layers.
struct Part {
    kinds: Vec<Kind>,
    sizes: Vec<Size>,
    /// Neighbours in the layer before and in the one behind.
    before: Vec<Vec<usize>>,
    behind: Vec<Vec<usize>>,
    layers: Vec<Vec<usize>>,
    /// Edges that were turned.
    turned: BTreeSet<usize>,
}

impl Part {
    fn new(sizes: &[Size], edges: &[(usize, usize)], members: &[usize]) -> Part {
        let own: Vec<(usize, (usize, usize))> = edges
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, (from, to))| from != to && members.contains(from))
            .collect();
        let turned = turned(&own);
        let forward = |(n, (from, to)): (usize, (usize, usize))| {
            if turned.contains(&n) { (n, to, from) } else { (n, from, to) }
        };
        let forward: Vec<(usize, usize, usize)> = own.into_iter().map(forward).collect();
        let depth = depths(members, &forward);
        let mut part = Part {
            kinds: Vec::new(),
            sizes: Vec::new(),
            before: Vec::new(),
            behind: Vec::new(),
            layers: vec![Vec::new(); depth.iter().map(|(_, it)| it + 1).max().unwrap_or(0)],
            turned,
        };
        let layer_of = |node: usize| depth.iter().find(|it| it.0 == node).map_or(0, |it| it.1);
        let mut places: Vec<(usize, usize)> = Vec::new();
        for node in members {
            let size = sizes.get(*node).copied().unwrap_or(Size { width: 0.0, height: 0.0 });
            places.push((*node, part.add(Kind::Node(*node), size, layer_of(*node))));
        }
        let place_of = |node: usize| places.iter().find(|it| it.0 == node).map_or(0, |it| it.1);
        for (edge, from, to) in forward {
            let mut last = place_of(from);
            for layer in layer_of(from) + 1..layer_of(to) {
                let bend = part.add(Kind::Bend(edge), Size { width: 0.0, height: 0.0 }, layer);
                part.connect(last, bend);
                last = bend;
            }
            part.connect(last, place_of(to));
        }
        part.order();
        part
    }

    fn add(&mut self, kind: Kind, size: Size, layer: usize) -> usize {
        let place = self.kinds.len();
        self.kinds.push(kind);
        self.sizes.push(size);
        self.before.push(Vec::new());
        self.behind.push(Vec::new());
        if let Some(layer) = self.layers.get_mut(layer) {
            layer.push(place);
        }
        place
    }

    fn connect(&mut self, from: usize, to: usize) {
        if let (Some(behind), Some(before)) = (self.behind.get_mut(from), self.before.get_mut(to)) {
            behind.push(to);
            before.push(from);
        }
    }

    /// Orders each layer by the middle of its neighbours, forwards and backwards in turn.
    fn order(&mut self) {
        for sweep in 0..SWEEPS {
            let forwards = sweep % 2 == 0;
            let neighbours = if forwards { &self.before } else { &self.behind };
            let order: Vec<usize> = if forwards {
                (1..self.layers.len()).collect()
            } else {
                (0..self.layers.len().saturating_sub(1)).rev().collect()
            };
            for n in order {
                let beside = if forwards { n - 1 } else { n + 1 };
                let fixed = self.layers.get(beside).cloned().unwrap_or_default();
                let rank = |it: usize| fixed.iter().position(|other| *other == it).unwrap_or(0) as f64;
                let Some(layer) = self.layers.get_mut(n) else { continue };
                let keys: Vec<(f64, usize)> = layer
                    .iter()
                    .enumerate()
                    .map(|(at, it)| {
                        let around = neighbours.get(*it).map(Vec::as_slice).unwrap_or_default();
                        (mean(around.iter().map(|it| rank(*it))).unwrap_or(at as f64), *it)
                    })
                    .collect();
                let mut keys = keys;
                keys.sort_by(|a, b| a.0.total_cmp(&b.0));
                *layer = keys.into_iter().map(|(_, it)| it).collect();
            }
        }
    }

    /// The middles of what stands in each layer: near the middle of its neighbours, in order, and apart.
    fn heights(&self) -> Vec<f64> {
        let mut y = vec![0.0; self.kinds.len()];
        let height = |it: usize| self.sizes.get(it).map_or(0.0, |it| it.height);
        let is_node = |it: usize| matches!(self.kinds.get(it), Some(Kind::Node(_)));
        let apart = |a: usize, b: usize| {
            let gap = if is_node(a) && is_node(b) { NODE_GAP } else { BEND_GAP };
            (height(a) + height(b)) / 2.0 + gap
        };
        for layer in &self.layers {
            let mut at = 0.0;
            for (n, it) in layer.iter().enumerate() {
                at += if n == 0 {
                    height(*it) / 2.0
                } else {
                    layer.get(n - 1).map_or(0.0, |last| apart(*last, *it))
                };
                set(&mut y, *it, at);
            }
        }
        for sweep in 0..SWEEPS {
            let neighbours = if sweep % 2 == 0 { &self.before } else { &self.behind };
            for layer in &self.layers {
                let wish = |it: usize| {
                    let around = neighbours.get(it).map(Vec::as_slice).unwrap_or_default();
                    mean(around.iter().filter_map(|it| y.get(*it).copied())).unwrap_or(get(&y, it))
                };
                let wishes: Vec<f64> = layer.iter().map(|it| wish(*it)).collect();
                let placed = spread(&wishes, |n| match (layer.get(n), layer.get(n + 1)) {
                    (Some(a), Some(b)) => apart(*a, *b),
                    _ => 0.0,
                });
                layer.iter().zip(placed).for_each(|(it, at)| set(&mut y, *it, at));
            }
        }
        y
    }

    fn place(&self, all: &mut Layout, top: f64) {
        let y = self.heights();
        let half = |it: usize| self.sizes.get(it).map_or(0.0, |it| it.height) / 2.0;
        let highest = (0..self.kinds.len()).map(|it| get(&y, it) - half(it)).fold(f64::INFINITY, f64::min);
        let highest = if highest.is_finite() { highest } else { 0.0 };
        let mut left = 0.0;
        for layer in &self.layers {
            let widths = layer.iter().filter_map(|it| self.sizes.get(*it)).map(|it| it.width);
            let width = widths.fold(0.0, f64::max);
            for it in layer {
                let spot = Spot { x: left + width / 2.0, y: get(&y, *it) - highest + top };
                all.height = all.height.max(spot.y + half(*it));
                match self.kinds.get(*it) {
                    Some(Kind::Node(n)) => {
                        if let Some(node) = all.nodes.get_mut(*n) {
                            *node = spot;
                        }
                    }
                    Some(Kind::Bend(edge)) => {
                        if let Some(bends) = all.bends.get_mut(*edge) {
                            bends.push(spot);
                        }
                    }
                    None => {}
                }
            }
            left += width + LAYER_GAP;
        }
        all.width = all.width.max(left - LAYER_GAP);
        for edge in &self.turned {
            if let Some(bends) = all.bends.get_mut(*edge) {
                bends.reverse();
            }
        }
    }
}

fn get(y: &[f64], it: usize) -> f64 {
    y.get(it).copied().unwrap_or(0.0)
}

fn set(y: &mut [f64], it: usize, at: f64) {
    if let Some(y) = y.get_mut(it) {
        *y = at;
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, n) = values.fold((0.0, 0usize), |(sum, n), it| (sum + it, n + 1));
    (n > 0).then(|| sum / n as f64)
}

/// Places as near to what is wished as the order and the room between two allow: pushed down, then up again by half of what that moved
/// them.
fn spread(wishes: &[f64], apart: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut down = wishes.to_vec();
    for n in 1..down.len() {
        let least = get(&down, n - 1) + apart(n - 1);
        let at = get(&down, n).max(least);
        set(&mut down, n, at);
    }
    let moved = mean(down.iter().zip(wishes).map(|(at, wish)| at - wish)).unwrap_or(0.0);
    down.iter().map(|at| at - moved).collect()
}

/// The edges to turn so that no circle is left: those that lead back to a node on the way to them, in a search that goes deep first.
fn turned(edges: &[(usize, (usize, usize))]) -> BTreeSet<usize> {
    let mut search = Search { edges, way: Vec::new(), done: BTreeSet::new(), back: BTreeSet::new() };
    for (_, (from, _)) in edges {
        search.go(*from);
    }
    search.back
}

struct Search<'e> {
    edges: &'e [(usize, (usize, usize))],
    /// Nodes that the search stands on, each with the place of the edge that is looked at next.
    way: Vec<(usize, usize)>,
    done: BTreeSet<usize>,
    back: BTreeSet<usize>,
}

impl Search<'_> {
    fn go(&mut self, start: usize) {
        self.way.push((start, 0));
        while let Some((node, next)) = self.way.last_mut() {
            let node = *node;
            let Some((edge, (from, to))) = self.edges.get(*next).copied() else {
                self.done.insert(node);
                self.way.pop();
                continue;
            };
            *next += 1;
            if from != node || self.done.contains(&node) {
                continue;
            }
            if self.way.iter().any(|it| it.0 == to) {
                self.back.insert(edge);
            } else if !self.done.contains(&to) {
                self.way.push((to, 0));
            }
        }
    }
}

/// The layer of each node: one behind the last that leads to it.
fn depths(members: &[usize], edges: &[(usize, usize, usize)]) -> Vec<(usize, usize)> {
    let mut depth: Vec<(usize, usize)> = members.iter().map(|node| (*node, 0)).collect();
    // No circle is left: as many rounds as there are nodes are enough.
    for _ in 0..members.len() {
        let mut changed = false;
        for (_, from, to) in edges {
            let least = depth.iter().find(|it| it.0 == *from).map_or(0, |it| it.1) + 1;
            if let Some(it) = depth.iter_mut().find(|it| it.0 == *to && it.1 < least) {
                it.1 = least;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    depth
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size { width: 100.0, height: 30.0 };

    #[test]
    fn a_chain_goes_to_the_right_and_a_long_edge_bends() {
        let found = layout(&[SIZE; 3], &[(0, 1), (1, 2), (0, 2)], &|_| false);
        let x: Vec<f64> = found.nodes.iter().map(|it| it.x).collect();
        assert!(x[0] < x[1] && x[1] < x[2], "{x:?}");
        assert_eq!((found.bends[0].len(), found.bends[1].len(), found.bends[2].len()), (0, 0, 1));
        assert!((found.bends[2][0].y - found.nodes[1].y).abs() >= SIZE.height / 2.0, "{found:?}");
    }

    #[test]
    fn circles_and_parts_have_places() {
        let found = layout(&[SIZE; 5], &[(0, 1), (1, 0), (2, 2), (3, 4)], &|_| false);
        assert!(found.nodes[0].x != found.nodes[1].x);
        for (a, one) in found.nodes.iter().enumerate() {
            for other in &found.nodes[..a] {
                let apart = (one.x - other.x).abs() >= SIZE.width || (one.y - other.y).abs() >= SIZE.height;
                assert!(apart, "{found:?}");
            }
            assert!(one.x >= SIZE.width / 2.0 && one.y >= SIZE.height / 2.0, "{found:?}");
            assert!(one.x <= found.width && one.y <= found.height, "{found:?}");
        }
    }

    #[test]
    fn a_part_that_matters_stands_before_a_larger_one() {
        let top = |matters: &dyn Fn(usize) -> bool| {
            let found = layout(&[SIZE; 5], &[(0, 1), (1, 2), (3, 4)], matters);
            if found.nodes[0].y < found.nodes[3].y { 0 } else { 3 }
        };
        assert_eq!((top(&|_| false), top(&|edge| edge == 2)), (0, 3));
    }

    #[test]
    fn nothing_is_laid_out_as_nothing() {
        let found = layout(&[], &[], &|_| false);
        assert_eq!((found.width, found.height), (0.0, 0.0));
    }
}
