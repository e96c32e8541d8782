//! `cargo hazmap config`: what is in force, as a configuration again, with whence each part comes.

use super::Config;
use crate::driver::levels::{Layer, Levels, Origin, Paths, Setting};
use crate::lint::{Group, Lint};
use std::fmt::Write as _;

/// Writes the configuration in force. It can be read as one again.
pub fn show(config: &Config, levels: &Levels, lints: &[&'static Lint]) -> String {
    let mut out = match &config.name {
        Some(name) => format!("# configuration: {name}\n"),
        None => "# no configuration: hazmap.toml in the workspace's root would be one\n".to_owned(),
    };
    let (test_code, test_code_origin) = levels.test_code();
    line(&mut out, &format!("scope = \"{}\"", config.scope.value.name()), &config.scope.origin);
    line(&mut out, &format!("test-code = \"{}\"", test_code.name()), &test_code_origin);
    let generated = &config.include_generated;
    line(&mut out, &format!("include-generated = {}", generated.value), &generated.origin);
    line(&mut out, &format!("deps = {}", config.deps.value), &config.deps.origin);
    if config.excluded.patterns.is_empty() {
        line(&mut out, "exclude = []", &Origin::Default);
    } else {
        out.push_str("exclude = [\n");
        for (pattern, origin) in &config.excluded.patterns {
            line(&mut out, &format!("  {pattern:?},"), origin);
        }
        out.push_str("]\n");
    }
    if let Some(baseline) = &config.baseline {
        line(&mut out, &format!("baseline = {:?}", baseline.value), &baseline.origin);
    }
    out.push_str("\n[lints]\n");
    for group in Group::ALL {
        for lint in lints.iter().filter(|lint| lint.group == group) {
            let level = levels.level(lint, None).name();
            line(&mut out, &format!("{} = \"{level}\"", lint.name), &levels.origin(lint));
        }
    }
    for layer in &config.layers {
        layer_in_some_files(&mut out, layer);
    }
    let _ = write!(
        out,
        "\n[lint-options]\nblocking_while_guard_held.max-calls = {}\nwhole_map_clone_under_guard.cheap-entry-bytes = {}\n",
        config.knobs.max_blocking_calls, config.knobs.cheap_entry_bytes
    );
    for rows in &config.rows {
        let _ = writeln!(out, "\n# rows about libraries: {}", rows.origin);
    }
    out
}

fn line(out: &mut String, text: &str, origin: &Origin) {
    let whence = match origin {
        Origin::Default => "default",
        Origin::CommandLine => "command line",
        Origin::File { at, .. } => at,
    };
    let _ = writeln!(out, "{text:<44} # {whence}");
}

/// Settings that hold in some files only, as an override.
fn layer_in_some_files(out: &mut String, layer: &Layer) {
    let paths = match &layer.paths {
        Paths::All => return,
        Paths::Under(folders) => folders.iter().map(|it| format!("{}/**", it.display())).collect(),
        Paths::Fitting(globs) => globs.patterns().to_vec(),
    };
    let _ = writeln!(out, "\n[[override]]\npaths = {paths:?}");
    if let Some((profile, origin)) = &layer.test_code {
        line(out, &format!("test-code = \"{}\"", profile.name()), origin);
    }
    if !layer.settings.is_empty() {
        out.push_str("[override.lints]\n");
    }
    for Setting { level, name, origin } in &layer.settings {
        line(out, &format!("{name:?} = \"{}\"", level.name()), origin);
    }
}
