//! Shared mutable state travels hidden in a request's or a task's context.

use hazmap::prelude::*;
use std::collections::BTreeMap;

/// A handle to a mutable map goes into a per-request or per-task store and is changed by whoever takes it out.
pub static MUTABLE_MAP_IN_TYPE_STORE: Lint = Lint {
    name: "mutable_map_in_type_store",
    group: Group::Store,
    level: Level::Warn,
    class: None,
    reach: Reach::Workspace,
    since: "0.1.0",
    summary: "a mutable map travels in a type store and is changed where it comes out",
    docs: include_str!("README.md"),
    run,
};

/// Which store, and the type by which it keeps a value.
type Kept<'a> = (Name, &'a Type);

fn run(pass: &Pass<'_>) {
    let changed = changed(pass);
    for it in pass.stored() {
        // A type of one's own in the application's store is explicit state.
        let explicit = it.op.store.state && !pass.roles().is_bare_map(&it.op.ty);
        if it.op.way == Way::In
            && !explicit
            && let Some(at) = changed.get(&(it.op.store.name, &it.op.ty))
        {
            pass.report_in(it.view, diagnostic(it.op.span, *at));
        }
    }
    for (it, write) in pass.changed_task_locals() {
        pass.report_item(it.test, diagnostic(it.span, write.span));
    }
}

/// Where values that are taken out are changed: the first place by store and type.
fn changed<'a>(pass: &Pass<'a>) -> BTreeMap<Kept<'a>, Span> {
    let mut changed: BTreeMap<Kept<'a>, Span> = BTreeMap::new();
    for it in pass.stored_by_calls() {
        if it.op.way == Way::Out
            && let Some(change) = it.change_inside(pass.roles())
        {
            let at = changed.entry((it.op.store.name, &it.op.ty)).or_insert(change);
            *at = (*at).min(change);
        }
    }
    changed
}

fn diagnostic(span: Span, changed: Span) -> Diagnostic {
    Diagnostic::new(&MUTABLE_MAP_IN_TYPE_STORE, span, "a mutable map travels hidden in a type store")
        .label(span, "it goes in here")
        .label(changed, "and is changed here by one that takes it out")
        .note("no signature says that these functions share it: who reads, who writes and in which order cannot be seen")
        .help("pass it as state, a field or an argument, in a type that owns the lock and offers the operations")
}
