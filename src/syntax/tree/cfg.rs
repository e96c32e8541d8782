//! Conditions on the build.

use super::Name;

/// A condition on the build: a conjunction of literals, e.g. `unix`, `!feature = "x"`. Parts that are no conjunction are kept as their
/// text, `any(a, b)`: only [`Build`](crate::syntax::Build) looks into them.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cfg {
    /// `(literal text, holds)`; sorted.
    pub literals: Vec<(Name, bool)>,
}

impl Cfg {
    /// Whether it is no condition, or one too rich to count as one where no build is known.
    pub fn is_always(&self) -> bool {
        self.literals.iter().all(|(literal, _)| literal.ends_with(')'))
    }

    /// Both together.
    pub fn and(&self, other: &Cfg) -> Cfg {
        let mut literals: Vec<_> = self.literals.iter().chain(&other.literals).copied().collect();
        literals.sort();
        literals.dedup();
        Cfg { literals }
    }

    /// Whether one build can satisfy both: no literal with its negation, not two operating systems at once.
    pub fn is_compatible(&self, other: &Cfg) -> bool {
        let all = || self.literals.iter().chain(&other.literals);
        all().all(|(literal, holds)| all().all(|(it, other)| !excludes((*literal, *holds), (*it, *other))))
    }
}

fn excludes(a: (Name, bool), b: (Name, bool)) -> bool {
    if a.0 == b.0 {
        return a.1 != b.1;
    }
    if !(a.1 && b.1) {
        return false;
    }
    let family = |it: Name| matches!(it.as_str(), "unix" | "windows");
    let os = |it: Name| it.starts_with("target_os");
    (family(a.0) && family(b.0)) || (os(a.0) && os(b.0))
}
