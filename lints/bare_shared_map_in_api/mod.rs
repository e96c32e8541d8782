//! A raw shared map in a public interface.

use hazmap::prelude::*;

/// A public function, method or field takes, returns or shows a map together with its lock.
pub static BARE_SHARED_MAP_IN_API: Lint = Lint {
    name: "bare_shared_map_in_api",
    group: Group::Restriction,
    level: Level::Allow,
    class: Some(Class::Restriction),
    reach: Reach::Body,
    since: "0.1.0",
    summary: "a public interface shows a shared map and its lock",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    let model = pass.items();
    for adt in pass.public_adts() {
        for field in adt.variants.iter().flat_map(|it| &it.fields) {
            if (field.vis == Vis::Public || adt.is_enum()) && pass.roles().shows_shared_map(&field.ty) {
                pass.report_item(adt.test, diagnostic(field.ty_span));
            }
        }
    }
    for (id, def) in pass.public_fns() {
        for (ty, span) in model.written_types(id) {
            if pass.roles().shows_shared_map(&ty) {
                pass.report_item(def.test, diagnostic(span));
            }
        }
    }
}

fn diagnostic(span: Span) -> Diagnostic {
    Diagnostic::new(&BARE_SHARED_MAP_IN_API, span, "a public interface shows a shared map and its lock")
        .note("whoever has it can take the lock, keep it, and write anything: no rule about the map can be kept in one place")
        .help("wrap it in a type that owns the lock and offers the operations")
}
