//! Post-dominance and control dependence of a body's blocks.
//!
//! Source: Ferrante, Ottenstein, Warren, "The Program Dependence Graph and Its Use in Optimization" (1987): a block depends on a branch
//! when one way out of the branch always leads to it and another need not. Ways that panic do not count as ways out.

use super::event::Point;
use crate::model::body::{BlockIdx, Body, Terminator};
use std::cell::OnceCell;

/// The control-flow graph of a body, with what post-dominance says.
pub struct Graph {
    successors: Vec<Vec<usize>>,
    /// By block: the set of blocks that every way from it to an exit passes, itself included. `None`: no way leads out.
    post_dominators: Vec<Option<Set>>,
    /// By block: reachable from the entry.
    reached: Vec<bool>,
    /// By block: those that it leads to, once somebody asks.
    beyond: Vec<OnceCell<Set>>,
    /// By block: those that run only when its branch went one way, once somebody asks.
    governed: Vec<OnceCell<Set>>,
}

type Set = Vec<u64>;

/// Blocks beyond which loops are not looked for: dominators are sets, and their size goes with the square.
const MAX_LOOP_BLOCKS: usize = 2000;

/// A natural loop.
#[derive(Clone, Debug)]
pub struct Loop {
    /// The block through which each turn begins.
    pub header: BlockIdx,
    /// By block: it belongs to the loop.
    body: Vec<bool>,
    /// Blocks that every full turn passes.
    every_turn: Vec<usize>,
}

impl Loop {
    /// Whether a block belongs to the loop.
    pub fn contains(&self, block: BlockIdx) -> bool {
        self.body.get(block.0 as usize).copied().unwrap_or(false)
    }

    /// Whether every turn that is followed by another passes a block.
    pub fn always_passes(&self, block: BlockIdx) -> bool {
        self.every_turn.contains(&(block.0 as usize))
    }

    /// How many blocks it has.
    pub fn len(&self) -> usize {
        self.body.iter().filter(|it| **it).count()
    }

    /// Whether it has no blocks: never.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its blocks.
    pub fn blocks(&self) -> impl Iterator<Item = BlockIdx> + '_ {
        self.body.iter().enumerate().filter(|(_, is)| **is).map(|(n, _)| BlockIdx(n as u32))
    }
}

fn contains(set: &Set, n: usize) -> bool {
    set.get(n / 64).is_some_and(|word| word & (1 << (n % 64)) != 0)
}

impl Graph {
    /// Computes the graph of a body.
    pub fn new(body: &Body) -> Graph {
        let n = body.blocks.len();
        let successors: Vec<Vec<usize>> =
            body.blocks.iter().map(|it| it.targets().map(|to| to.0 as usize).collect()).collect();
        let exits: Vec<usize> = (0..n)
            .filter(|&it| {
                matches!(body.blocks.get(it).and_then(|block| block.end.as_ref()), Some(Terminator::Return))
            })
            .collect();
        Graph::of(successors, &exits)
    }

    fn of(successors: Vec<Vec<usize>>, exits: &[usize]) -> Graph {
        let from_entry = reach(&successors, &[0]);
        let reached: Vec<bool> = (0..successors.len()).map(|it| contains(&from_entry, it)).collect();
        let post_dominators = post_dominators(&successors, exits, &reached);
        let beyond = vec![OnceCell::new(); successors.len()];
        let governed = beyond.clone();
        Graph { successors, post_dominators, reached, beyond, governed }
    }

    /// By block: every way from it ends in a panic. A loop that never ends is none.
    pub fn doomed(body: &Body) -> Vec<bool> {
        let mut doomed: Vec<bool> =
            body.blocks.iter().map(|it| matches!(it.end, Some(Terminator::Unreachable))).collect();
        let is_doomed = |doomed: &[bool], it: BlockIdx| doomed.get(it.0 as usize).copied().unwrap_or(false);
        loop {
            let now: Vec<bool> = body
                .blocks
                .iter()
                .map(|block| match &block.end {
                    Some(Terminator::Unreachable) => true,
                    Some(Terminator::Goto(target)) => is_doomed(&doomed, *target),
                    Some(Terminator::Switch { tests, otherwise, .. }) => {
                        tests.iter().map(|(_, it)| *it).chain(*otherwise).all(|it| is_doomed(&doomed, it))
                    }
                    None | Some(Terminator::Return) => false,
                })
                .collect();
            if now == doomed {
                return now;
            }
            doomed = now;
        }
    }

    /// By block: it runs on every path that leaves the body.
    pub fn always(&self) -> Vec<bool> {
        let from_entry = self.post_dominators.first().and_then(|it| it.as_ref());
        (0..self.successors.len()).map(|it| from_entry.is_some_and(|set| contains(set, it))).collect()
    }

    /// Whether a way leads from behind one point to another that passes none of the walls.
    pub fn leads_around(&self, from: Point, to: Point, walls: &[Point]) -> bool {
        let wall_before = |block: BlockIdx, steps: std::ops::Range<u32>| {
            walls.iter().any(|it| it.block == block && steps.contains(&it.step))
        };
        if from.block == to.block && from.step < to.step && !wall_before(from.block, from.step + 1..to.step) {
            return true;
        }
        if wall_before(from.block, from.step + 1..u32::MAX) {
            return false;
        }
        let mut seen = vec![false; self.successors.len()];
        let mut open = vec![from.block.0 as usize];
        while let Some(block) = open.pop() {
            for next in self.successors.get(block).into_iter().flatten() {
                let at = BlockIdx(*next as u32);
                if at == to.block && !wall_before(at, 0..to.step) {
                    return true;
                }
                if let Some(is_seen) = seen.get_mut(*next)
                    && !std::mem::replace(is_seen, true)
                    && !wall_before(at, 0..u32::MAX)
                {
                    open.push(*next);
                }
            }
        }
        false
    }

    /// Whether every way from `from` to an exit passes `through`.
    pub fn always_after(&self, from: BlockIdx, through: BlockIdx) -> bool {
        let set = self.post_dominators.get(from.0 as usize).and_then(|it| it.as_ref());
        set.is_some_and(|it| contains(it, through.0 as usize))
    }

    /// Whether the branch that ends `branch` decides whether `block` runs.
    pub fn depends(&self, block: BlockIdx, branch: BlockIdx) -> bool {
        let (b, a) = (block.0 as usize, branch.0 as usize);
        let Some(targets) = self.successors.get(a) else { return false };
        let leads = |target: &usize| match self.post_dominators.get(*target) {
            Some(Some(set)) => contains(set, b),
            _ => false,
        };
        let strictly_after = a != b && self.always_after(branch, block);
        targets.len() > 1 && targets.iter().any(leads) && !strictly_after
    }

    /// Whether `block` runs only when the branch went one way, through any chain of branches that depend on it.
    pub fn controlled_by(&self, block: BlockIdx, branch: BlockIdx) -> bool {
        let branch = branch.0 as usize;
        let governed = || self.governed_by(branch);
        self.governed.get(branch).is_some_and(|it| contains(it.get_or_init(governed), block.0 as usize))
    }

    fn governed_by(&self, branch: usize) -> Set {
        let mut all = vec![0; self.successors.len().div_ceil(64)];
        let mut work = vec![branch];
        while let Some(it) = work.pop() {
            for (n, (known, found)) in all.iter_mut().zip(self.dependents(it)).enumerate() {
                let new = found & !*known;
                *known |= new;
                work.extend((0..64).filter(|bit| new & (1 << bit) != 0).map(|bit| n * 64 + bit));
            }
        }
        all
    }

    /// The blocks of which `depends` is true for a branch.
    fn dependents(&self, branch: usize) -> Set {
        let targets = self.successors.get(branch).filter(|it| it.len() > 1).map_or(&[][..], Vec::as_slice);
        let after = |it: usize| self.post_dominators.get(it).and_then(Option::as_ref);
        let mut set = vec![0; self.successors.len().div_ceil(64)];
        for leads in targets.iter().filter_map(|it| after(*it)) {
            set.iter_mut().zip(leads).for_each(|(word, leads)| *word |= leads);
        }
        let itself = contains(&set, branch);
        if let Some(always) = after(branch) {
            set.iter_mut().zip(always).for_each(|(word, always)| *word &= !always);
        }
        if let Some(word) = set.get_mut(branch / 64).filter(|_| itself) {
            *word |= 1 << (branch % 64);
        }
        set
    }

    /// Whether a path leads from one block to another (a block leads to itself only around a loop).
    pub fn leads_to(&self, from: BlockIdx, to: BlockIdx) -> bool {
        let from = from.0 as usize;
        let beyond = || reach(&self.successors, self.successors.get(from).map_or(&[], Vec::as_slice));
        self.beyond.get(from).is_some_and(|it| contains(it.get_or_init(beyond), to.0 as usize))
    }

    /// The natural loops: an edge back to a block that every way to its source passes, with all blocks on the way (Aho, Lam, Sethi, Ullman,
    /// "Compilers", 9.6.6). Loops with one head are one. None in bodies of more than `MAX_LOOP_BLOCKS` blocks.
    pub fn loops(&self) -> Vec<Loop> {
        let n = self.successors.len();
        if n > MAX_LOOP_BLOCKS {
            return Vec::new();
        }
        let dominators = dominators(&self.successors, &self.reached);
        let mut predecessors = vec![Vec::new(); n];
        let edges =
            self.successors.iter().enumerate().flat_map(|(from, all)| all.iter().map(move |to| (from, *to)));
        let edges: Vec<(usize, usize)> =
            edges.filter(|(from, _)| self.reached.get(*from).copied().unwrap_or(false)).collect();
        for &(from, to) in &edges {
            if let Some(slot) = predecessors.get_mut(to) {
                slot.push(from);
            }
        }
        let dominates = |a: usize, b: usize| dominators.get(b).is_some_and(|set| contains(set, a));
        let mut loops: Vec<Loop> = Vec::new();
        for &(from, to) in edges.iter().filter(|(from, to)| dominates(*to, *from)) {
            let header = BlockIdx(to as u32);
            let at = match loops.iter().position(|it| it.header == header) {
                Some(at) => at,
                None => {
                    let mut body = vec![false; n];
                    if let Some(slot) = body.get_mut(to) {
                        *slot = true;
                    }
                    loops.push(Loop { header, body, every_turn: (0..n).collect() });
                    loops.len() - 1
                }
            };
            let Some(found) = loops.get_mut(at) else { continue };
            let mut work = vec![from];
            while let Some(it) = work.pop() {
                if let Some(slot) = found.body.get_mut(it)
                    && !*slot
                {
                    *slot = true;
                    work.extend(predecessors.get(it).into_iter().flatten());
                }
            }
            found.every_turn.retain(|it| dominates(*it, from));
        }
        for found in &mut loops {
            let body = &found.body;
            found.every_turn.retain(|it| body.get(*it).copied().unwrap_or(false));
        }
        loops
    }

    /// The blocks that may come right after one.
    pub fn next(&self, block: BlockIdx) -> impl Iterator<Item = BlockIdx> + '_ {
        self.successors.get(block.0 as usize).into_iter().flatten().map(|it| BlockIdx(*it as u32))
    }

    /// Whether a path leads to the block from the entry.
    pub fn is_reached(&self, block: BlockIdx) -> bool {
        self.reached.get(block.0 as usize).copied().unwrap_or(false)
    }
}

/// The blocks that paths from some blocks pass, those included.
fn reach(successors: &[Vec<usize>], from: &[usize]) -> Set {
    let mut seen = vec![0; successors.len().div_ceil(64)];
    let mut work = from.to_vec();
    while let Some(it) = work.pop() {
        let Some(next) = successors.get(it).filter(|_| !contains(&seen, it)) else { continue };
        if let Some(word) = seen.get_mut(it / 64) {
            *word |= 1 << (it % 64);
        }
        work.extend(next);
    }
    seen
}

/// By block: the set of blocks that every way from the entry to it passes, itself included.
fn dominators(successors: &[Vec<usize>], reached: &[bool]) -> Vec<Set> {
    let n = successors.len();
    let words = n.div_ceil(64);
    let mut sets: Vec<Set> = vec![vec![u64::MAX; words]; n];
    let singleton = |it: usize| {
        let mut set = vec![0; words];
        if let Some(word) = set.get_mut(it / 64) {
            *word |= 1 << (it % 64);
        }
        set
    };
    if let Some(entry) = sets.first_mut() {
        *entry = singleton(0);
    }
    let mut changed = true;
    while changed {
        changed = false;
        for (from, targets) in successors.iter().enumerate() {
            if !reached.get(from).copied().unwrap_or(false) {
                continue;
            }
            let Some(above) = sets.get(from).cloned() else { continue };
            for &to in targets.iter().filter(|to| **to != 0) {
                let own = singleton(to);
                let Some(set) = sets.get_mut(to) else { continue };
                for ((word, above), own) in set.iter_mut().zip(&above).zip(&own) {
                    let next = *word & (above | own);
                    changed |= next != *word;
                    *word = next;
                }
            }
        }
    }
    sets
}

/// The sets of post-dominators, by iteration from the exits backwards. Blocks from which no exit is reached have none.
fn post_dominators(successors: &[Vec<usize>], exits: &[usize], reached: &[bool]) -> Vec<Option<Set>> {
    let n = successors.len();
    let words = n.div_ceil(64);
    let mut sets: Vec<Option<Set>> = vec![None; n];
    let singleton = |it: usize| {
        let mut set = vec![0u64; words];
        if let Some(word) = set.get_mut(it / 64) {
            *word |= 1 << (it % 64);
        }
        set
    };
    for &exit in exits {
        if let Some(slot) = sets.get_mut(exit) {
            *slot = Some(singleton(exit));
        }
    }
    let mut changed = true;
    while changed {
        changed = false;
        for block in (0..n).rev() {
            if exits.contains(&block) || !reached.get(block).copied().unwrap_or(false) {
                continue;
            }
            let mut joined: Option<Set> = None;
            for next in successors.get(block).into_iter().flatten() {
                let Some(Some(set)) = sets.get(*next) else { continue };
                joined = Some(match joined {
                    None => set.clone(),
                    Some(mut all) => {
                        all.iter_mut().zip(set).for_each(|(a, b)| *a &= b);
                        all
                    }
                });
            }
            let Some(mut set) = joined else { continue };
            if let Some(word) = set.get_mut(block / 64) {
                *word |= 1 << (block % 64);
            }
            let slot = sets.get_mut(block);
            if let Some(slot) = slot
                && slot.as_ref() != Some(&set)
            {
                *slot = Some(set);
                changed = true;
            }
        }
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(successors: &[&[usize]]) -> Graph {
        let successors: Vec<Vec<usize>> = successors.iter().map(|it| it.to_vec()).collect();
        let exits: Vec<usize> = (0..successors.len()).filter(|&it| successors[it].is_empty()).collect();
        Graph::of(successors, &exits)
    }

    #[test]
    fn an_early_return_decides_what_follows() {
        // 0: if c { 1: return } 2: write; 3: exit. Returns meet in 3.
        let graph = graph(&[&[1, 2], &[3], &[3], &[]]);
        assert!(graph.depends(BlockIdx(2), BlockIdx(0)));
        assert!(!graph.depends(BlockIdx(3), BlockIdx(0)));
        assert!(graph.always()[3] && !graph.always()[2]);
    }

    #[test]
    fn a_chain_of_branches_is_followed() {
        let graph = graph(&[&[1, 4], &[2, 4], &[4], &[], &[3]]);
        assert!(graph.controlled_by(BlockIdx(2), BlockIdx(0)));
        assert!(!graph.controlled_by(BlockIdx(4), BlockIdx(0)));
    }

    /// The definition: a block depends on the branch, or on one that does.
    fn is_controlled(graph: &Graph, block: u32, branch: u32, seen: &mut Vec<u32>) -> bool {
        graph.depends(BlockIdx(block), BlockIdx(branch))
            || (0..graph.successors.len() as u32).any(|between| {
                let is_new = graph.depends(BlockIdx(block), BlockIdx(between)) && !seen.contains(&between);
                if is_new {
                    seen.push(between);
                }
                is_new && is_controlled(graph, between, branch, seen)
            })
    }

    #[test]
    fn sets_of_blocks_say_what_single_questions_do() {
        let n = 6;
        let mut seed: usize = 7;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for _ in 0..300 {
            let successors = (0..n).map(|_| (0..random(4)).map(|_| random(n)).collect()).collect();
            let graph = Graph::of(successors, &[n - 1]);
            for block in 0..n as u32 {
                for branch in 0..n as u32 {
                    assert_eq!(
                        graph.controlled_by(BlockIdx(block), BlockIdx(branch)),
                        is_controlled(&graph, block, branch, &mut Vec::new()),
                        "{block} by {branch} in {:?}",
                        graph.successors
                    );
                }
            }
        }
    }

    #[test]
    fn loops_are_found_with_the_blocks_of_every_turn() {
        // 0 -> 1 (head) -> 2 -> {3, 4} -> 5 -> 1; 1 -> 6 leaves.
        let graph = graph(&[&[1], &[2, 6], &[3, 4], &[5], &[5], &[1], &[]]);
        let loops = graph.loops();
        assert_eq!(loops.len(), 1);
        assert_eq!(loops[0].blocks().map(|it| it.0).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        let every = |n| loops[0].always_passes(BlockIdx(n));
        assert!(every(1) && every(2) && every(5) && !every(3) && !every(6) && !every(0));
    }

    #[test]
    fn a_turn_that_is_cut_short_does_not_pass_the_rest() {
        // 1 is the head; 2 goes back at once or on to 3, which goes back too; 4 is an inner loop of its own.
        let graph = graph(&[&[1], &[2, 5], &[1, 3], &[4], &[4, 1], &[]]);
        let loops = graph.loops();
        assert_eq!(loops.len(), 2);
        let outer = loops.iter().find(|it| it.header == BlockIdx(1)).unwrap();
        let inner = loops.iter().find(|it| it.header == BlockIdx(4)).unwrap();
        assert!(
            outer.contains(BlockIdx(4))
                && outer.always_passes(BlockIdx(2))
                && !outer.always_passes(BlockIdx(3))
        );
        assert_eq!(inner.len(), 1);
    }

    #[test]
    fn a_loop_without_exit_ends() {
        let graph = graph(&[&[1], &[0]]);
        assert!(!graph.always()[1]);
    }
}
