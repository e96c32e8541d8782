//! Which crates the code of each crate can name things of.
//!
//! Over-approximates: a crate sees all that the crates see which it depends on, since they may pass it on (`pub use`, results, fields,
//! what macros write).

use super::items::{CrateId, ExternCrate};
use crate::syntax::Name;
use rayon::prelude::*;

/// By crate: itself and all the analysed crates that it depends on, through others too.
#[derive(Debug, Default)]
pub struct Dependencies(Vec<Bits>);

impl Dependencies {
    /// Follows the dependencies of all crates, given what each names others by.
    pub fn new(externs: &[&[(Name, ExternCrate)]]) -> Dependencies {
        Dependencies((0..externs.len()).into_par_iter().map(|n| reached(externs, n)).collect())
    }

    /// Whether code of one crate can name what another makes public.
    pub fn sees(&self, from: CrateId, to: CrateId) -> bool {
        self.0.get(from.0 as usize).is_some_and(|it| it.has(to.0 as usize))
    }
}

/// A set of crates.
#[derive(Debug)]
struct Bits(Vec<u64>);

impl Bits {
    fn has(&self, n: usize) -> bool {
        self.0.get(n / 64).is_some_and(|word| word >> (n % 64) & 1 == 1)
    }

    /// Adds a number; `false` when it was there.
    fn add(&mut self, n: usize) -> bool {
        let Some(word) = self.0.get_mut(n / 64) else { return false };
        let is_new = *word >> (n % 64) & 1 == 0;
        *word |= 1 << (n % 64);
        is_new
    }
}

fn reached(externs: &[&[(Name, ExternCrate)]], krate: usize) -> Bits {
    let mut seen = Bits(vec![0; externs.len().div_ceil(64)]);
    let mut todo = vec![krate];
    while let Some(at) = todo.pop() {
        if !seen.add(at) {
            continue;
        }
        let externs = externs.get(at).copied().unwrap_or_default();
        todo.extend(externs.iter().filter_map(|(_, meaning)| match meaning {
            ExternCrate::Local(id) => Some(id.0 as usize),
            ExternCrate::Lib(_) => None,
        }));
    }
    seen
}
