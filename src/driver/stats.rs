//! Figures about one run, for `--stats`.

use std::fmt;
use std::time::Duration;

/// How many files that no target reaches are named: a workspace beside the one that is looked at has hundreds.
const MAX_UNREACHED: usize = 20;

/// What a run read, understood and could not understand.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// Files read.
    pub files: u64,
    /// Files of crates from elsewhere read besides.
    pub foreign_files: u64,
    /// Lines of the files.
    pub lines: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Functions with a body.
    pub functions: u64,
    /// Bodies that were lowered.
    pub bodies_lowered: u64,
    /// Functions of which files of facts say what they do.
    pub stored_functions: u64,
    /// Bytes of all bodies.
    pub body_bytes: u64,
    /// Bytes of the bodies that were lowered.
    pub body_bytes_lowered: u64,
    /// Calls of methods that may take a lock (`lock`, `read`, `get`, `entry`, …).
    pub receivers: u64,
    /// Those whose receiver's type is known.
    pub receivers_resolved: u64,
    /// Calls of macros of the analysed code, in lowered bodies and among items, that were expanded.
    pub macros_expanded: u64,
    /// Those whose definition is there, but could not be followed: opaque.
    pub macros_refused: u64,
    /// Places where the analysis gave up, by what it met there.
    pub cuts: Vec<(String, u64)>,
    /// Files under the analysed folders that no target reaches.
    pub unreached: Vec<String>,
    /// How long each stage took.
    pub stages: Vec<(String, Duration)>,
}

impl Stats {
    /// Adds the figures of another workspace of the same run.
    pub fn add(&mut self, other: Stats) {
        self.files += other.files;
        self.foreign_files += other.foreign_files;
        self.lines += other.lines;
        self.bytes += other.bytes;
        self.functions += other.functions;
        self.bodies_lowered += other.bodies_lowered;
        self.stored_functions += other.stored_functions;
        self.body_bytes += other.body_bytes;
        self.body_bytes_lowered += other.body_bytes_lowered;
        self.receivers += other.receivers;
        self.receivers_resolved += other.receivers_resolved;
        self.macros_expanded += other.macros_expanded;
        self.macros_refused += other.macros_refused;
        self.unreached.extend(other.unreached);
        for (name, count) in other.cuts {
            match self.cuts.iter_mut().find(|(known, _)| *known == name) {
                Some((_, sum)) => *sum += count,
                None => self.cuts.push((name, count)),
            }
        }
        for (name, time) in other.stages {
            self.stage(&name, time);
        }
    }

    /// Adds to the time of a stage.
    pub fn stage(&mut self, name: &str, time: Duration) {
        match self.stages.iter_mut().find(|(known, _)| known == name) {
            Some((_, sum)) => *sum += time,
            None => self.stages.push((name.to_owned(), time)),
        }
    }
}

fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { "-".to_owned() } else { format!("{:.1} %", part as f64 * 100.0 / whole as f64) }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "files                 {}", self.files)?;
        if self.foreign_files > 0 {
            writeln!(f, "files of dependencies {}", self.foreign_files)?;
        }
        writeln!(f, "lines                 {}", self.lines)?;
        writeln!(f, "bytes                 {}", self.bytes)?;
        writeln!(f, "functions             {}", self.functions)?;
        writeln!(f, "bodies lowered        {}", self.bodies_lowered)?;
        if self.stored_functions > 0 {
            writeln!(f, "functions from facts  {}", self.stored_functions)?;
        }
        let share = percent(self.body_bytes_lowered, self.body_bytes);
        writeln!(f, "body bytes lowered    {} of {} ({share})", self.body_bytes_lowered, self.body_bytes)?;
        let share = percent(self.receivers_resolved, self.receivers);
        writeln!(f, "receivers resolved    {} of {} ({share})", self.receivers_resolved, self.receivers)?;
        let calls = self.macros_expanded + self.macros_refused;
        let share = percent(self.macros_expanded, calls);
        writeln!(f, "macro calls expanded  {} of {calls} ({share})", self.macros_expanded)?;
        for (name, count) in &self.cuts {
            writeln!(f, "cut: {name:<16} {count}")?;
        }
        for (name, time) in &self.stages {
            writeln!(f, "time: {name:<15} {:.3} s", time.as_secs_f64())?;
        }
        writeln!(f, "files no target reaches: {}", self.unreached.len())?;
        for path in self.unreached.iter().take(MAX_UNREACHED) {
            writeln!(f, "  {path}")?;
        }
        match self.unreached.len().checked_sub(MAX_UNREACHED) {
            Some(more @ 1..) => writeln!(f, "  … and {more} more"),
            Some(0) | None => Ok(()),
        }
    }
}
