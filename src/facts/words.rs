//! How places and locks are named in messages.

use super::BodyFacts;
use super::path::{Key, LockPath, PathStep, Root};
use crate::model::Model;
use crate::model::body::LocalId;
use crate::model::types::ClosureId;

/// A path in words: `self.peers`, `CACHE`, `state.inner[..]`. What has no name is left out: of a field of what a call gave, the field is told.
pub fn path_words(model: &Model, body: Option<&BodyFacts>, path: &LockPath) -> String {
    let root = match &path.root {
        Root::Param(n) => {
            Some(local_name(body, None, LocalId(n + 1)).unwrap_or_else(|| String::from("the argument")))
        }
        Root::Static(id) => Some(model.static_(*id).name.to_string()),
        Root::Lib(name) => Some(name.to_string()),
        Root::Local(closure, local) => local_name(body, *closure, *local),
        Root::Fresh(_) => None,
    };
    let unnamed = if root.is_some() { 0 } else { path.steps.iter().take_while(|it| !is_named(it)).count() };
    let mut words = root.unwrap_or_default();
    for step in path.steps.iter().skip(unnamed) {
        match step {
            PathStep::Field(name) => {
                if !words.is_empty() {
                    words.push('.');
                }
                words.push_str(name);
            }
            PathStep::Key(Key::Literal(text)) => words.push_str(&format!("[{text}]")),
            PathStep::Key(Key::Value(_) | Key::Other(_)) => words.push_str("[..]"),
            PathStep::Guarded => {}
        }
    }
    if words.is_empty() { String::from("the map") } else { words }
}

/// Whether a step is a field with a name, not one of a tuple.
fn is_named(step: &PathStep) -> bool {
    matches!(step, PathStep::Field(name) if !name.starts_with(|it: char| it.is_ascii_digit()))
}

fn local_name(body: Option<&BodyFacts>, closure: Option<ClosureId>, local: LocalId) -> Option<String> {
    body?.local(closure, local)?.name.map(|it| it.to_string())
}
