//! Post-dominance and control dependence of a body's blocks.
//!
//! Source: Ferrante, Ottenstein, Warren, "The Program Dependence Graph and Its Use in Optimization" (1987): a block depends on a branch
//! when one way out of the branch always leads to it and another need not. Ways that panic do not count as ways out.

use crate::model::body::{BlockIdx, Body, Terminator};

/// The control-flow graph of a body, with what post-dominance says.
pub struct Graph {
    successors: Vec<Vec<usize>>,
    /// By block: the set of blocks that every way from it to an exit passes, itself included. `None`: no way leads out.
    post_dominators: Vec<Option<Set>>,
    /// By block: reachable from the entry.
    reached: Vec<bool>,
}

type Set = Vec<u64>;

fn contains(set: &Set, n: usize) -> bool {
    set.get(n / 64).is_some_and(|word| word & (1 << (n % 64)) != 0)
}

impl Graph {
    /// Computes the graph of a body.
    pub fn new(body: &Body) -> Graph {
        let n = body.blocks.len();
        let successors: Vec<Vec<usize>> = body
            .blocks
            .iter()
            .map(|block| match &block.end {
                None | Some(Terminator::Return | Terminator::Unreachable) => Vec::new(),
                Some(Terminator::Goto(target)) => vec![target.0 as usize],
                Some(Terminator::Switch { tests, otherwise, .. }) => {
                    tests.iter().map(|(_, it)| it).chain(otherwise).map(|it| it.0 as usize).collect()
                }
            })
            .collect();
        let exits: Vec<usize> = (0..n)
            .filter(|&it| {
                matches!(body.blocks.get(it).and_then(|block| block.end.as_ref()), Some(Terminator::Return))
            })
            .collect();
        let reached = reach(&successors, 0);
        let post_dominators = post_dominators(&successors, &exits, &reached);
        Graph { successors, post_dominators, reached }
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
        let mut seen = vec![false; self.successors.len()];
        let mut work = vec![block];
        while let Some(it) = work.pop() {
            if self.depends(it, branch) {
                return true;
            }
            for other in 0..self.successors.len() {
                let candidate = BlockIdx(other as u32);
                if self.successors.get(other).is_some_and(|it| it.len() > 1)
                    && self.depends(it, candidate)
                    && let Some(slot) = seen.get_mut(other)
                    && !*slot
                {
                    *slot = true;
                    work.push(candidate);
                }
            }
        }
        false
    }

    /// Whether a path leads from one block to another (a block leads to itself only around a loop).
    pub fn leads_to(&self, from: BlockIdx, to: BlockIdx) -> bool {
        let Some(next) = self.successors.get(from.0 as usize) else { return false };
        next.iter().any(|&it| reach(&self.successors, it).get(to.0 as usize).copied().unwrap_or(false))
    }

    /// Whether a path leads to the block from the entry.
    pub fn is_reached(&self, block: BlockIdx) -> bool {
        self.reached.get(block.0 as usize).copied().unwrap_or(false)
    }
}

fn reach(successors: &[Vec<usize>], from: usize) -> Vec<bool> {
    let mut seen = vec![false; successors.len()];
    let mut work = vec![from];
    while let Some(it) = work.pop() {
        let Some(slot) = seen.get_mut(it) else { continue };
        if !*slot {
            *slot = true;
            work.extend(successors.get(it).into_iter().flatten());
        }
    }
    seen
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
        let reached = reach(&successors, 0);
        let post_dominators = post_dominators(&successors, &exits, &reached);
        Graph { successors, post_dominators, reached }
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

    #[test]
    fn a_loop_without_exit_ends() {
        let graph = graph(&[&[1], &[0]]);
        assert!(!graph.always()[1]);
    }
}
