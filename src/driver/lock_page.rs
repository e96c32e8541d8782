//! From what a run knows of locks, and what it found, to the data of a report: places as files and lines, and what each drawing shows.

mod excerpts;
mod marks;
mod order;

use super::survey::{Life, Site, SiteKind, Survey};
use crate::facts::knowledge::WaitKind;
use crate::lint::{Certainty, Finding, Level, Silenced, SilencedBy};
use crate::render::Origins;
use crate::render::locks::data::{self, Bar, Map, Mark, Place, Report};
use crate::source::{Files, Span, relative};
use excerpts::{Drawn, Sources};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Lives that a finding is drawn with.
const MAX_LIVES: usize = 4;

/// What a report is made of.
pub struct Scene<'a> {
    /// What is known of locks.
    pub survey: &'a Survey,
    /// What is shown.
    pub findings: &'a [Finding],
    /// What is not, and why.
    pub silenced: &'a [Silenced],
    /// The texts.
    pub files: &'a Files,
    /// To which packages files belong.
    pub origins: &'a Origins,
    /// Paths are told from this folder.
    pub base: &'a Path,
}

/// Makes the data of a report. Test code is in it as far as findings are about it.
pub fn report(scene: &Scene<'_>) -> Report {
    let mut maker = Maker::new(scene);
    let maps = scene.survey.maps.iter().enumerate().filter(|(_, map)| !map.test);
    for (n, map) in maps {
        maker.maps.insert(n, maker.report.maps.len());
        let map = maker.map(map);
        maker.report.maps.push(map);
    }
    for (n, life) in scene.survey.lives.iter().enumerate() {
        if !life.test && life.map.is_some_and(|it| maker.maps.contains_key(&it)) {
            maker.life(n);
        }
    }
    maker.longest_first();
    maker.order();
    for finding in scene.findings {
        maker.finding(finding, None);
    }
    for it in scene.silenced {
        maker.finding(&it.finding, Some(silenced_words(&it.by)));
    }
    maker.report.sources = maker.sources.lines;
    maker.report
}

fn silenced_words(by: &SilencedBy) -> String {
    match by {
        SilencedBy::Permission(Some(reason)) => format!("permitted: {reason}"),
        SilencedBy::Permission(None) => "permitted".to_owned(),
        SilencedBy::Baseline => "the baseline knows it".to_owned(),
        SilencedBy::OldCode => "it stands in old code".to_owned(),
    }
}

struct Maker<'a> {
    scene: &'a Scene<'a>,
    report: Report,
    sources: Sources,
    /// Places in the report, by numbers in the survey.
    maps: BTreeMap<usize, usize>,
    lives: BTreeMap<usize, usize>,
    /// Lives by where their guards are taken, and by what runs under them.
    taken: FxHashMap<Span, Vec<usize>>,
    under: FxHashMap<Span, Vec<usize>>,
    /// Maps by where they are declared or used.
    touched: FxHashMap<Span, Vec<usize>>,
}

impl<'a> Maker<'a> {
    fn new(scene: &'a Scene<'a>) -> Maker<'a> {
        let mut taken: FxHashMap<Span, Vec<usize>> = FxHashMap::default();
        let mut under: FxHashMap<Span, Vec<usize>> = FxHashMap::default();
        for (n, life) in scene.survey.lives.iter().enumerate() {
            taken.entry(life.taken).or_default().push(n);
            for it in &life.under {
                under.entry(it.span).or_default().push(n);
            }
        }
        let mut touched: FxHashMap<Span, Vec<usize>> = FxHashMap::default();
        for (n, map) in scene.survey.maps.iter().enumerate() {
            for span in map.sites.iter().map(|it| it.span).chain([map.span]) {
                touched.entry(span).or_default().push(n);
            }
        }
        let tool = format!("hazmap {}", env!("CARGO_PKG_VERSION"));
        Maker {
            scene,
            report: Report { version: data::VERSION, tool, ..Report::default() },
            sources: Sources::new(scene.files, scene.base),
            maps: BTreeMap::new(),
            lives: BTreeMap::new(),
            taken,
            under,
            touched,
        }
    }

    fn place(&self, span: Span) -> Place {
        let files = self.scene.files;
        let (text, lines) = (files.text(span.file), files.line_index(span.file));
        Place {
            path: relative(self.scene.base, &files.path(span.file)),
            line: lines.line(span.range.lo),
            column: lines.char_column(&text, span.range.lo).saturating_add(1),
        }
    }

    fn package(&self, span: Span) -> String {
        let path = self.scene.files.path(span.file);
        self.scene.origins.package_name(&path).unwrap_or_default().to_owned()
    }

    fn map(&self, map: &super::survey::Map) -> Map {
        let sites: Vec<&Site> = map.sites.iter().filter(|it| !it.test).collect();
        let count = |kind| sites.iter().filter(|it| it.kind == kind).count();
        Map {
            name: map.name.clone(),
            path: map.path.clone(),
            package: self.package(map.span),
            ty: map.ty.clone(),
            inside: map.inside.clone(),
            at: self.place(map.span),
            variable: map.variable,
            owners: map.owners.clone(),
            reads: count(SiteKind::Read),
            writes: count(SiteKind::Write),
            iterates: count(SiteKind::Iterate),
            sites: sites
                .iter()
                .map(|it| data::Site { at: self.place(it.span), kind: site_word(it.kind) })
                .collect(),
            lives: Vec::new(),
        }
    }

    /// The place of a life in the report: put there when it is first asked for.
    fn life(&mut self, n: usize) -> Option<usize> {
        if let Some(known) = self.lives.get(&n) {
            return Some(*known);
        }
        let life = self.scene.survey.lives.get(n)?;
        let at = self.place(life.taken);
        let bars: Vec<Bar> = bars(life);
        let mark = |it: &super::survey::Under| Mark {
            at: self.place(it.span),
            kind: marks::kind_word(it.kind),
            hazard: marks::is_hazard(it.kind, life),
            words: if it.surely { it.words.clone() } else { format!("{}, on some path", it.words) },
        };
        let under: Vec<Mark> = life.under.iter().map(mark).collect();
        let map = life.map.and_then(|it| self.maps.get(&it)).copied();
        let mut drawn = Drawn::default();
        drawn.bars(&at.path, &bars);
        drawn.mark(&at);
        under.iter().for_each(|it| drawn.mark(&it.at));
        let excerpt = drawn.excerpts(&at.path, self.scene.files, &mut self.sources).into_iter().next();
        let made = data::Life {
            map,
            lock: life.lock.clone(),
            package: self.package(life.taken),
            function: life.function.clone(),
            guard: life.name.clone(),
            mode: if life.exclusive { "write" } else { "read" },
            waits: match life.wait {
                WaitKind::Sync => "thread",
                WaitKind::Async => "task",
                WaitKind::Cell => "borrow",
            },
            why: life.why.clone(),
            lines: bars.iter().map(|it| it.to + 1 - it.from).sum(),
            bars,
            under,
            excerpt: excerpt.unwrap_or_default(),
            at,
        };
        let place = self.report.lives.len();
        self.lives.insert(n, place);
        if let Some(map) = map.filter(|_| !life.test).and_then(|it| self.report.maps.get_mut(it)) {
            map.lives.push(place);
        }
        self.report.lives.push(made);
        Some(place)
    }

    fn longest_first(&mut self) {
        let lives = &self.report.lives;
        let length = |n: &usize| lives.get(*n).map_or((0, 0), |it| (it.lines, it.under.len()));
        for map in &mut self.report.maps {
            map.lives.sort_by_key(|it| (std::cmp::Reverse(length(it)), *it));
        }
    }

    fn finding(&mut self, finding: &Finding, silenced: Option<String>) {
        let found = &finding.diagnostic;
        let spans: Vec<Span> = found.span.into_iter().chain(found.labels.iter().map(|it| it.span)).collect();
        let of_finding = self.lives_of(&spans);
        let lives: Vec<usize> = of_finding.iter().filter_map(|n| self.life(*n)).collect();
        let cycle = order::cycle_of(finding, self.scene.survey);
        let marks = self.marks(finding, &of_finding, cycle);
        let at = found.span.map(|span| self.place(span));
        let mut drawn = Drawn::default();
        for life in of_finding.iter().filter_map(|n| self.scene.survey.lives.get(*n)) {
            drawn.bars(&self.place(life.taken).path, &bars(life));
        }
        marks.iter().for_each(|it| drawn.mark(&it.at));
        let first = at.as_ref().map(|it| it.path.clone()).unwrap_or_default();
        let made = data::Finding {
            id: finding.fingerprint.clone(),
            lint: found.lint.name.to_owned(),
            level: level_word(finding.level),
            certainty: match found.certainty {
                Certainty::Definite => "definite",
                Certainty::Possible => "possible",
            },
            message: found.message.clone(),
            package: found.span.map(|span| self.package(span)).unwrap_or_default(),
            item: found.item.clone(),
            maps: self.maps_of(&spans, &of_finding),
            lives,
            cycle,
            marks,
            notes: found.notes.clone(),
            helps: found.helps.clone(),
            silenced,
            excerpts: drawn.excerpts(&first, self.scene.files, &mut self.sources),
            at,
        };
        self.report.findings.push(made);
    }

    /// The lives that a finding is about: of guards that it tells of; else those under which it happens.
    fn lives_of(&self, spans: &[Span]) -> Vec<usize> {
        let of = |index: &FxHashMap<Span, Vec<usize>>| -> Vec<usize> {
            let mut all: Vec<usize> =
                spans.iter().filter_map(|span| index.get(span)).flatten().copied().collect();
            all.sort_unstable();
            all.dedup();
            all.truncate(MAX_LIVES);
            all
        };
        let told = of(&self.taken);
        if told.is_empty() { of(&self.under) } else { told }
    }

    fn maps_of(&self, spans: &[Span], lives: &[usize]) -> Vec<usize> {
        let touched = spans.iter().filter_map(|span| self.touched.get(span)).flatten().copied();
        let held = lives.iter().filter_map(|n| self.scene.survey.lives.get(*n)?.map);
        let all: BTreeSet<usize> = touched.chain(held).filter_map(|n| self.maps.get(&n)).copied().collect();
        all.into_iter().collect()
    }

    /// The places of a finding with its words, and what else of weight runs under its guards.
    fn marks(&self, finding: &Finding, lives: &[usize], cycle: Option<usize>) -> Vec<Mark> {
        let survey = self.scene.survey;
        let lives: Vec<&Life> = lives.iter().filter_map(|n| survey.lives.get(*n)).collect();
        let cycle = cycle.and_then(|it| survey.cycles.get(it)).map(Vec::as_slice).unwrap_or_default();
        let made = |it: marks::Marked| Mark {
            at: self.place(it.span),
            kind: it.kind,
            hazard: it.hazard,
            words: it.words,
        };
        marks::of_finding(finding, &lives, cycle).into_iter().map(made).collect()
    }
}

fn bars(life: &Life) -> Vec<Bar> {
    life.stretches.iter().map(|it| Bar { from: it.from, to: it.to, surely: it.surely }).collect()
}

fn level_word(level: Level) -> &'static str {
    if level.fails() { "error" } else { "warning" }
}

fn site_word(kind: SiteKind) -> &'static str {
    match kind {
        SiteKind::Read => "read",
        SiteKind::Write => "write",
        SiteKind::Iterate => "iterate",
    }
}
