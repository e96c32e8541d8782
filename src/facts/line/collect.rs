//! Gathers what is known at a line of one function.

use super::spell::{self, Spell};
use super::{Fact, FactKind, Line, Section};
use crate::facts::event::{Acquisition, Event, Held, MapOp, Point, What};
use crate::facts::knowledge::{Mode, Reads, Writes};
use crate::facts::{BodyFacts, Facts, GuardId};
use crate::model::body::{AwaitKind, Body, Lives, Step, StepKind};
use crate::model::types::FnId;
use crate::model::typing::{Adjust, Callee, DerefKind, Res, Typing};
use crate::source::TextRange;
use crate::syntax::{BodyTree, ExprId, ExprKind, PatKind, mbe};

/// What is known at a line of one function.
pub(super) fn section(facts: &Facts<'_>, line: Line<'_>, id: FnId) -> Section {
    let mut section = Section {
        head: format!("fn {}", spell::function(facts.model, id)),
        notes: vec![seed_note(facts, id)],
        facts: Vec::new(),
    };
    if let Some((tree, typing)) = facts.typed(id) {
        let typed = Typed { facts, line, tree: &tree, typing: &typing };
        typed.collect(&mut section);
    }
    if let (Some(root), Some(body)) = (facts.body(id), facts.lowered(id)) {
        let steps = Steps { facts, line, root: &root, spell: Spell { model: facts.model, body: &body } };
        steps.collect(id, &mut section);
    }
    section.facts.sort();
    section.facts.dedup_by(|a, b| a.words == b.words);
    section
}

fn seed_note(facts: &Facts<'_>, id: FnId) -> String {
    let model = facts.model;
    let krate = facts.crate_of(id);
    let Some(words) = model.words_of(model.fn_def(id)) else {
        return "always analysed: nothing is known of its words".to_owned();
    };
    let mut found: Vec<String> = facts.seeds.found_in(krate, &words).map(|it| format!("`{it}`")).collect();
    found.dedup();
    if !found.is_empty() {
        return format!("analysed for its words {}", found.join(", "));
    }
    if facts.seeds.wants(krate, &words) {
        return "analysed for a pair of calls that check and write a map, or for a copy of one".to_owned();
    }
    if facts.seeds.wants_signature(facts.roles(), &model.sig(id).params, Some(&words)) {
        return "analysed for its signature".to_owned();
    }
    "analysed only when a caller asks: no word of it has to do with a lock, a guard or a concurrent map"
        .to_owned()
}

/// Facts from types.
struct Typed<'a> {
    facts: &'a Facts<'a>,
    line: Line<'a>,
    tree: &'a BodyTree,
    typing: &'a Typing,
}

impl Typed<'_> {
    fn collect(&self, section: &mut Section) {
        self.variables(&mut section.facts);
        for (n, expr) in self.tree.arena.exprs.iter().enumerate() {
            let id = ExprId(n as u32);
            if let ExprKind::Opaque { name, .. } = &expr.kind
                && self.line.has(expr.range)
            {
                let what = name.map_or_else(|| "something".to_owned(), |it| format!("`{it}!`"));
                section.notes.push(format!("{what} on this line is opaque"));
            }
            self.expression(id, expr.range, &mut section.facts);
            self.call(id, &mut section.facts);
        }
    }

    /// Variables by name: of those that are declared up to the line, the last.
    fn variables(&self, facts: &mut Vec<Fact>) {
        let mut seen = Vec::new();
        let mut pats: Vec<_> = self.typing.bindings.iter().collect();
        pats.sort_by_key(|(pat, _)| {
            std::cmp::Reverse(self.tree.arena.pats.get(pat.0 as usize).map(|it| it.range.lo))
        });
        for (pat, binding) in pats {
            let Some(pat) = self.tree.arena.pats.get(pat.0 as usize) else { continue };
            let PatKind::Bind { name, .. } = &pat.kind else { continue };
            // A macro's own variables are no names of the text.
            if mbe::is_marked(name) {
                continue;
            }
            if pat.range.lo >= self.line.range.hi || seen.contains(name) {
                continue;
            }
            seen.push(*name);
            let fact = Fact::new(
                FactKind::Type,
                format!("type {name}: {}", spell::ty(self.facts.model, &binding.ty)),
            );
            facts.push(if self.line.has(pat.range) { fact } else { fact.hidden() });
        }
    }

    fn ty_of(&self, id: ExprId) -> String {
        self.typing
            .exprs
            .get(id.0 as usize)
            .map_or_else(|| "?".to_owned(), |it| spell::ty(self.facts.model, it))
    }

    /// Any expression on the line can be asked for by its text.
    fn expression(&self, id: ExprId, range: TextRange, facts: &mut Vec<Fact>) {
        if !self.line.has(range) {
            return;
        }
        let text = self.line.files.text(self.line.file);
        let Some(text) = text.get(range.lo as usize..range.hi as usize).filter(|it| !it.contains('\n'))
        else {
            return;
        };
        let ty = match self.typing.paths.get(&id) {
            Some(Res::Static(it)) => spell::ty(self.facts.model, &self.facts.model.static_value_ty(*it)),
            _ => self.ty_of(id),
        };
        facts.push(Fact::new(FactKind::Type, format!("type {text}: {ty}")).hidden());
    }

    fn call(&self, id: ExprId, facts: &mut Vec<Fact>) {
        let Some(expr) = self.tree.arena.exprs.get(id.0 as usize) else { return };
        let model = self.facts.model;
        match &expr.kind {
            ExprKind::MethodCall { recv, name, name_range, .. } if self.line.has(*name_range) => {
                let through = self.typing.adjusts.get(&id).map(|it| self.through(it)).unwrap_or_default();
                facts.push(
                    Fact::new(FactKind::Receiver, format!("recv {name}: {}", self.ty_of(*recv)))
                        .with(through),
                );
                let callee = self
                    .typing
                    .callees
                    .get(&id)
                    .map_or_else(|| "unknown".to_owned(), |it| spell::callee(model, it));
                facts.push(Fact::new(FactKind::Calls, format!("calls {name}: {callee}")));
            }
            ExprKind::Call { callee: func, .. } if self.line.has(expr.range) => {
                let Some(callee) = self.typing.callees.get(&id) else { return };
                let name = match self.tree.arena.exprs.get(func.0 as usize).map(|it| &it.kind) {
                    Some(ExprKind::Path(path)) => {
                        path.segments.last().map_or_else(String::new, |it| it.name.to_string())
                    }
                    _ => "a value".to_owned(),
                };
                let fact =
                    Fact::new(FactKind::Calls, format!("calls {name}: {}", spell::callee(model, callee)));
                facts.push(if matches!(callee, Callee::Ctor(_)) { fact.hidden() } else { fact });
            }
            _ => {}
        }
    }

    /// What a method call dereferences on its way.
    fn through(&self, adjust: &Adjust) -> String {
        let steps: Vec<String> = adjust
            .derefs
            .iter()
            .filter(|it| it.kind != DerefKind::Builtin)
            .map(|it| spell::ty(self.facts.model, &it.to))
            .collect();
        if steps.is_empty() { String::new() } else { format!("dereferenced to {}", steps.join(", then ")) }
    }
}

/// Facts from steps.
struct Steps<'a> {
    facts: &'a Facts<'a>,
    line: Line<'a>,
    root: &'a BodyFacts,
    spell: Spell<'a>,
}

impl<'a> Steps<'a> {
    fn collect(&self, id: FnId, section: &mut Section) {
        for body in self.root.each() {
            for event in &body.events {
                section.facts.extend(self.event(body, event));
            }
            for op in &body.ops {
                section.facts.extend(self.touch(op));
            }
            section.facts.extend(body.decisions.iter().filter_map(|it| self.decision(body, it)));
            section.facts.extend(self.ends(body));
            if body.cut {
                section.notes.push("it went over a bound: what is said may be incomplete".to_owned());
            }
        }
        section.facts.extend(self.held());
        let name = self.facts.model.fn_def(id).span.range;
        if self.line.has(name) {
            self.returns(&mut section.facts);
        }
    }

    fn lowered(&self, of: &BodyFacts) -> Option<&'a Body> {
        fn find(body: &Body, closure: Option<crate::model::types::ClosureId>) -> Option<&Body> {
            if body.closure == closure {
                return Some(body);
            }
            body.children.iter().find_map(|it| find(it, closure))
        }
        find(self.spell.body, of.closure)
    }

    fn step(&self, of: &BodyFacts, point: Point) -> Option<&'a Step> {
        point.step_of(self.lowered(of)?)
    }

    /// Whether a step does what is written on the line. Lives begin and end where nothing is written.
    fn is_on_line(&self, step: &Step) -> bool {
        let written = match &step.kind {
            StepKind::Call { .. }
            | StepKind::Assign(..)
            | StepKind::Await { .. }
            | StepKind::Opaque { .. } => true,
            StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) => false,
        };
        written && self.line.has(step.range)
    }

    /// What is held before the first step of the line, in the outermost function or closure that has one there.
    fn held(&self) -> Vec<Fact> {
        for body in self.root.each() {
            let first = body
                .watched
                .iter()
                .filter(|it| self.step(body, it.point).is_some_and(|step| self.is_on_line(step)))
                .min_by_key(|it| it.point);
            let Some(first) = first else { continue };
            if first.before.is_empty() {
                return vec![
                    Fact::new(FactKind::Holds, "free").with("no guard is alive when the line begins"),
                ];
            }
            return first.before.iter().filter_map(|held| self.one_held(body, held)).collect();
        }
        Vec::new()
    }

    fn one_held(&self, body: &BodyFacts, held: &Held) -> Option<Fact> {
        let guard = body.guard(held.guard)?;
        let verb = if held.surely { "holds" } else { "may hold" };
        let place = match guard.param {
            Some(n) => format!(
                "guard {}",
                self.spell.place(&crate::facts::path::LockPath::root(crate::facts::path::Root::Param(n)))
            ),
            None => self.spell.known_place(guard.acquisition.path.as_ref()),
        };
        let stale = if held.stale { " of another turn" } else { "" };
        let name = guard
            .name
            .map_or_else(|| "its guard is a temporary".to_owned(), |it| format!("its guard is `{it}`"));
        let since = self.line.number_of(guard.span.range);
        let more = format!(
            "{}, since line {since}; {name}, which lives {}",
            mode_words(held.mode),
            lives_words(held.lives)
        );
        Some(Fact::new(FactKind::Holds, format!("{verb} {place}{stale}")).with(more))
    }

    fn event(&self, body: &BodyFacts, event: &Event) -> Option<Fact> {
        if event.span.file != self.line.file || !self.line.has(event.span.range) {
            return None;
        }
        let mut through: Vec<&str> = event.trace.steps.iter().map(|it| it.name.as_str()).collect();
        if event.in_closure && event.inner.is_some() && event.trace.is_empty() {
            through.push("a closure");
        }
        let within = if through.is_empty() { String::new() } else { format!(" in {}", through.join(" > ")) };
        let (kind, words) = match &event.what {
            What::Acquire(acquisition) => (FactKind::Acquires, self.acquisition(acquisition)),
            What::Await(kind) => (FactKind::Happens, await_words(*kind).to_owned()),
            What::Block(words, _) => (FactKind::Happens, format!("blocks: {words}")),
            What::Callback(_) => (FactKind::Happens, "calls back".to_owned()),
            What::Cost(_) => return None,
        };
        Some(Fact::new(kind, format!("{words}{within}")).with(self.while_held(body, event)))
    }

    fn acquisition(&self, acquisition: &Acquisition) -> String {
        let place = self.spell.known_place(acquisition.path.as_ref());
        let mut words = format!("acquires {place} {}", mode_words(acquisition.mode));
        if acquisition.momentary {
            words.push_str(" for the call");
        }
        if acquisition.try_ {
            words.push_str(" without waiting");
        }
        words
    }

    fn while_held(&self, body: &BodyFacts, event: &Event) -> String {
        let held: Vec<String> =
            event.held.iter().filter_map(|held| self.one_held(body, held)).map(|it| it.words).collect();
        if held.is_empty() { String::new() } else { format!("then: {}", held.join(", ")) }
    }

    fn touch(&self, op: &MapOp) -> Vec<Fact> {
        if !self.line.has(op.span.range) {
            return Vec::new();
        }
        let place = self.spell.known_place(op.path.as_ref());
        let map = spell::ty(self.facts.model, &op.map);
        let reads = op.reads.map(|it| format!("reads {place} {}", reads_words(it)));
        let writes = op.writes.map(|it| format!("writes {place} {}", writes_words(it)));
        reads
            .into_iter()
            .chain(writes)
            .map(|words| Fact::new(FactKind::Touches, words).with(map.clone()))
            .collect()
    }

    fn decision(&self, body: &BodyFacts, decision: &crate::facts::decision::Decision) -> Option<Fact> {
        let (check, act) = (body.ops.get(decision.check)?, body.ops.get(decision.act)?);
        if !self.line.has(act.span.range) {
            return None;
        }
        let words = format!("decided by the check on line {}", self.line.number_of(check.span.range));
        let more = if decision.fills_cache { "the miss fills a cache" } else { "" };
        Some(Fact::new(FactKind::Decides, words).with(more))
    }

    /// Guards that end on the line by what is written there.
    fn ends(&self, body: &BodyFacts) -> Vec<Fact> {
        let mut found = Vec::new();
        for watched in &body.watched {
            let Some(step) = self.step(body, watched.point).filter(|it| self.is_on_line(it)) else {
                continue;
            };
            for held in &watched.before {
                if watched.after.iter().any(|it| it.guard == held.guard) {
                    continue;
                }
                let name = self.guard_name(body, held.guard);
                found.push(match &step.kind {
                    StepKind::Call { callee: Callee::Api(_) | Callee::Fn(_), .. }
                    | StepKind::Await { .. } => Fact::new(FactKind::Drops, format!("drops {name}")),
                    _ => Fact::new(FactKind::Loses, format!("loses {name}"))
                        .with("it goes where it cannot be followed"),
                });
            }
        }
        found
    }

    fn guard_name(&self, body: &BodyFacts, id: GuardId) -> String {
        match body.guard(id) {
            Some(guard) => match guard.name {
                Some(name) => name.to_string(),
                None => format!("the guard of {}", self.spell.known_place(guard.acquisition.path.as_ref())),
            },
            None => "?".to_owned(),
        }
    }

    fn returns(&self, facts: &mut Vec<Fact>) {
        for id in &self.root.returned_guards {
            let Some(guard) = self.root.guard(*id) else { continue };
            let words = match guard.param {
                Some(_) => format!("returns guard {}", self.guard_name(self.root, *id)),
                None => {
                    format!("returns guard of {}", self.spell.known_place(guard.acquisition.path.as_ref()))
                }
            };
            facts.push(Fact::new(FactKind::Returns, words));
        }
        let own = crate::facts::path::Root::Local(None, crate::model::body::LocalId(0));
        if let Some(path) = &self.root.returned_path
            && path.root != own
        {
            facts.push(
                Fact::new(FactKind::Returns, format!("returns place {}", self.spell.place(path))).hidden(),
            );
        }
    }
}

fn mode_words(mode: Mode) -> &'static str {
    match mode {
        Mode::Shared => "shared",
        Mode::Exclusive => "exclusive",
    }
}

fn reads_words(reads: Reads) -> &'static str {
    match reads {
        Reads::Key => "key",
        Reads::Len => "len",
        Reads::All => "all",
    }
}

fn writes_words(writes: Writes) -> &'static str {
    match writes {
        Writes::Insert => "insert",
        Writes::Remove => "remove",
        Writes::Update => "update",
        Writes::Entry => "upsert",
        Writes::Clear => "clear",
        Writes::All => "all",
    }
}

fn await_words(kind: AwaitKind) -> &'static str {
    match kind {
        AwaitKind::Await => "awaits",
        AwaitKind::Select => "awaits a select",
        AwaitKind::Join => "awaits a join",
        AwaitKind::ForAwait => "awaits the next element",
        AwaitKind::Yield => "yields",
    }
}

fn lives_words(lives: Lives) -> &'static str {
    match lives {
        Lives::Scope => "to the end of its block",
        Lives::Statement => "to the end of the statement",
        Lives::Match => "to the end of the `match`",
        Lives::IfLet => "to the end of the `if let`",
        Lives::WhileLet => "to the end of each turn of the `while let`",
        Lives::For => "to the end of the `for` loop",
        Lives::Condition => "to the end of the condition",
        Lives::Tail => "as a temporary of a block's last expression",
        Lives::Extended => "to the end of the block, extended by its `let`",
    }
}
