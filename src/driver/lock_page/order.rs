//! The order of locks as a graph: its nodes, edges and cycles, and which cycle a finding is about.

use super::excerpts::Drawn;
use super::{Maker, bars};
use crate::driver::survey::{OrderSite, Survey};
use crate::lint::Finding;
use crate::render::locks::data::{self, Cycle, Edge, Lock, Mark, Order};
use std::collections::BTreeMap;

impl Maker<'_> {
    /// Makes the graph.
    pub(super) fn order(&mut self) {
        let survey = self.scene.survey;
        let cycles = survey.cycles.iter().flatten();
        let sites: Vec<&OrderSite> = survey.order.iter().chain(cycles).collect();
        let mut locks: BTreeMap<&str, Lock> = BTreeMap::new();
        for name in sites.iter().flat_map(|it| [&it.from, &it.to]) {
            let lock = || Lock {
                name: name.name.clone(),
                path: name.path.clone(),
                on_map: false,
                map: None,
                package: name.declared.map(|span| self.package(span)).unwrap_or_default(),
            };
            let map = name.map.and_then(|it| self.maps.get(&it)).copied();
            let lock = locks.entry(&name.path).or_insert_with(lock);
            lock.on_map |= name.on_map;
            lock.map = lock.map.or(map);
        }
        let places: BTreeMap<&str, usize> = locks.keys().copied().zip(0..).collect();
        let ends = |it: &OrderSite| -> Option<(usize, usize)> {
            Some((*places.get(it.from.path.as_str())?, *places.get(it.to.path.as_str())?))
        };
        let mut edges: BTreeMap<(usize, usize), Edge> = BTreeMap::new();
        for site in &survey.order {
            let Some((ends, made)) = ends(site).and_then(|it| Some((it, self.order_site(site, it)?))) else {
                continue;
            };
            edges.entry(ends).or_insert_with(|| new_edge(ends)).sites.push(made);
        }
        let mut made = Vec::new();
        for (n, cycle) in survey.cycles.iter().enumerate() {
            let paths: Vec<data::OrderSite> =
                cycle.iter().filter_map(|site| self.order_site(site, ends(site)?)).collect();
            for path in &paths {
                let ends = (path.from, path.to);
                edges.entry(ends).or_insert_with(|| new_edge(ends)).cycles.push(n);
            }
            made.push(Cycle { paths });
        }
        let locks = locks.into_values().collect();
        self.report.order = Order { locks, edges: edges.into_values().collect(), cycles: made };
    }

    fn order_site(&mut self, site: &OrderSite, (from, to): (usize, usize)) -> Option<data::OrderSite> {
        let life = self.life(site.life)?;
        let bars = bars(self.scene.survey.lives.get(site.life)?);
        let at = self.report.lives.get(life)?.at.clone();
        let mut way: Vec<Mark> = Vec::new();
        way.extend(site.given.map(|span| Mark {
            at: self.place(span),
            kind: "call",
            hazard: false,
            words: "the locks are given here".to_owned(),
        }));
        if site.inner.is_some() {
            let calls = site.calls.iter().map(|(span, name)| Mark {
                at: self.place(*span),
                kind: "call",
                hazard: false,
                words: format!("calls `{name}`"),
            });
            way.extend(calls);
        }
        way.push(Mark {
            at: self.place(site.taken()),
            kind: "lock",
            hazard: true,
            words: format!("`{}` is taken here", site.to.name),
        });
        let mut drawn = Drawn::default();
        drawn.bars(&at.path, &bars);
        drawn.mark(&at);
        way.iter().for_each(|it| drawn.mark(&it.at));
        let excerpts = drawn.excerpts(&at.path, self.scene.files, &mut self.sources);
        Some(data::OrderSite { from, to, life, way, surely: site.surely, excerpts })
    }
}

/// The cycle that a finding is about: it stands where the first of its locks is taken second, and tells of both locks of each path. Of
/// several the longest, as a shorter one may be a part of it.
pub(super) fn cycle_of(finding: &Finding, survey: &Survey) -> Option<usize> {
    let found = &finding.diagnostic;
    let tells = |span| found.span == Some(span) || found.labels.iter().any(|it| it.span == span);
    let told = |site: &OrderSite| {
        tells(site.taken()) && survey.lives.get(site.life).is_some_and(|life| tells(life.taken))
    };
    let is_about = |cycle: &[OrderSite]| {
        cycle.first().is_some_and(|it| Some(it.span) == found.span) && cycle.iter().all(told)
    };
    let about = survey.cycles.iter().enumerate().filter(|(_, cycle)| is_about(cycle));
    about.max_by_key(|(_, cycle)| cycle.len()).map(|(n, _)| n)
}

fn new_edge((from, to): (usize, usize)) -> Edge {
    Edge { from, to, cycles: Vec::new(), sites: Vec::new() }
}
