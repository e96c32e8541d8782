//! A thread's own map on both sides of an await.

use hazmap::prelude::*;

/// A `thread_local!` map is used before and after a suspension, after which the task may run on another thread.
pub static THREAD_LOCAL_MAP_IN_ASYNC: Lint = Lint {
    name: "thread_local_map_in_async",
    group: Group::Race,
    level: Level::Warn,
    class: None,
    reach: Reach::Crate,
    since: "0.1.0",
    summary: "a thread's own map is used on both sides of an await",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for (view, split) in pass.split_uses() {
        let message = format!("`{}` may be another map here than before the await", split.key);
        pass.report_in(
            view,
            Diagnostic::new(&THREAD_LOCAL_MAP_IN_ASYNC, split.after, message)
                .label(split.after, "used again here")
                .label(split.suspended, "the task is suspended here and may go on on another thread")
                .label(split.before, "used here first")
                .note("each thread has a map of its own: what was put into one is not found in the other")
                .help("finish with the map before the await, or keep it in the task (`task_local!`, a field, an argument)"),
        );
    }
}
