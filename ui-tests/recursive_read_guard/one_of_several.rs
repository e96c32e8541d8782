//! Locks that a method gives out by the variant of what it is called on: the same one each time.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

type Points = HashMap<u64, u64>;

pub enum Segment {
    Plain(Arc<RwLock<Points>>),
    Proxy(Arc<RwLock<Points>>),
}

impl Segment {
    fn shared(&self) -> Arc<RwLock<Points>> {
        match self {
            Segment::Plain(points) => points.clone(),
            Segment::Proxy(points) => Arc::clone(points),
        }
    }

    fn lock(&self) -> &RwLock<Points> {
        match self {
            Segment::Plain(points) | Segment::Proxy(points) => points,
        }
    }

    fn by_size(&self, other: &Segment) -> Arc<RwLock<Points>> {
        match (self, other) {
            (Segment::Plain(points), _) => points.clone(),
            (_, Segment::Plain(points)) => points.clone(),
            (Segment::Proxy(points), _) => points.clone(),
        }
    }

    fn shared_or_new(&self) -> Arc<RwLock<Points>> {
        match self {
            Segment::Plain(points) => points.clone(),
            Segment::Proxy(_) => Arc::new(RwLock::new(Points::new())),
        }
    }
}

pub struct Holder {
    segment: Segment,
    spare: Segment,
}

impl Holder {
    fn one(&self, point: u64) -> Option<u64> {
        self.segment.shared().read().unwrap().get(&point).copied()
    }

    pub fn bad_in_loop_head(&self) -> Vec<u64> {
        let mut found = Vec::new();
        for point in self.segment.shared().read().unwrap().keys() {
            found.extend(self.one(*point)); //~ recursive_read_guard
        }
        found
    }

    pub fn bad_by_reference(&self) -> usize {
        let points = self.segment.lock().read().unwrap();
        points.len() + self.segment.lock().read().unwrap().len() //~ recursive_read_guard
    }

    pub fn good_another_segment(&self) -> usize {
        let points = self.segment.shared();
        let points = points.read().unwrap();
        points.len() + self.spare.shared().read().unwrap().len()
    }

    // Whose lock it is depends on more than the segment.
    pub fn good_by_another_too(&self, other: &Segment) -> usize {
        let points = self.segment.by_size(other);
        let points = points.read().unwrap();
        let again = self.segment.by_size(&self.spare);
        let again = again.read().unwrap();
        points.len() + again.len()
    }

    // A new one may come each time.
    pub fn good_perhaps_new(&self) -> usize {
        let points = self.segment.shared_or_new();
        let points = points.read().unwrap();
        let again = self.segment.shared_or_new();
        let again = again.read().unwrap();
        points.len() + again.len()
    }
}
