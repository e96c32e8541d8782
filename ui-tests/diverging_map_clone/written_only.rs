//! Copies that are only written: in closures that borrow them, in values that they are put into, in closures without a scope of threads.

use dashmap::DashMap;
use std::thread;

pub fn bad_borrowed_in_a_scope(lines: &[String]) -> usize {
    let longest: DashMap<usize, String> = DashMap::new();
    let sink = longest.clone(); //~ diverging_map_clone
    rayon::scope(|scope| {
        scope.spawn(|_| {
            for line in lines {
                sink.insert(line.len(), line.clone());
            }
        });
    });
    longest.len()
}

pub fn bad_run_here(lines: &[String]) -> usize {
    let longest: DashMap<usize, String> = DashMap::new();
    let sink = longest.clone(); //~ diverging_map_clone
    lines.iter().for_each(|line| {
        sink.insert(line.len(), line.clone());
    });
    longest.len()
}

pub fn good_borrowed_original(lines: &[String]) -> usize {
    let longest: DashMap<usize, String> = DashMap::new();
    rayon::scope(|scope| {
        scope.spawn(|_| {
            for line in lines {
                longest.insert(line.len(), line.clone());
            }
        });
    });
    longest.len()
}

// The copy is what counts in the end.
pub fn good_read_afterwards(lines: &[String], longest: &DashMap<usize, String>) -> usize {
    let guess = longest.clone();
    rayon::scope(|scope| {
        scope.spawn(|_| {
            for line in lines {
                guess.insert(line.len(), line.clone());
            }
        });
    });
    guess.len() - longest.len()
}

// What `insert` says of the copy is asked.
pub fn good_asked(lines: &[String], longest: &DashMap<usize, String>) -> usize {
    let seen = longest.clone();
    let new = lines.iter().filter(|it| seen.insert(it.len(), String::new()).is_none()).count();
    new + longest.len()
}

fn show(map: &DashMap<usize, String>) -> usize {
    map.len()
}

// The closure shows it to somebody.
pub fn good_shown(lines: &[String], longest: &DashMap<usize, String>) -> usize {
    let guess = longest.clone();
    lines.iter().for_each(|line| {
        guess.insert(line.len(), line.clone());
        show(&guess);
    });
    longest.len()
}

pub struct Routes {
    ports: DashMap<String, u16>,
}

pub struct Prober {
    ports: DashMap<String, u16>,
}

impl Prober {
    fn lost(&self, host: &str) {
        self.ports.remove(host);
    }

    fn lost_and_told(&self, host: &str) {
        self.ports.remove(host);
        tell(self);
    }
}

fn tell(prober: &Prober) {
    println!("{} hosts left", prober.ports.len());
}

impl Routes {
    pub fn bad_in_another_value(&self, host: &str) -> bool {
        let prober = Prober { ports: self.ports.clone() }; //~ diverging_map_clone
        prober.lost(host);
        self.ports.contains_key(host)
    }

    pub fn good_given_out(&self, host: &str) -> Prober {
        let prober = Prober { ports: self.ports.clone() };
        prober.lost(host);
        prober
    }

    pub fn good_looked_into(&self, host: &str) -> usize {
        let prober = Prober { ports: self.ports.clone() };
        prober.lost(host);
        self.ports.len() - prober.ports.len()
    }

    // The method gives its value on: what is done with it there is not seen.
    pub fn good_told(&self, host: &str) -> usize {
        let prober = Prober { ports: self.ports.clone() };
        prober.lost_and_told(host);
        self.ports.len()
    }
}

#[derive(Clone, Default)]
pub struct Tally {
    by_kind: DashMap<&'static str, u64>,
}

impl Tally {
    fn count(&self, kind: &'static str) {
        *self.by_kind.entry(kind).or_insert(0) += 1;
    }
}

pub fn bad_made_in_a_closure(tally: &Tally, n_workers: u32) -> usize {
    let workers: Vec<_> = (0..n_workers)
        .map(|_| {
            let tally = tally.clone(); //~ diverging_map_clone
            thread::spawn(move || tally.count("started"))
        })
        .collect();
    for worker in workers {
        worker.join().unwrap();
    }
    tally.by_kind.len()
}

// Each closure's own map: nobody else has it.
pub fn good_own_in_a_closure(n_workers: u32) {
    let start = |tally: Tally| {
        let copy = tally.clone();
        thread::spawn(move || copy.count("started"));
    };
    (0..n_workers).for_each(|_| start(Tally::default()));
}
