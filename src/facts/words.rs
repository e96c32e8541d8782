//! How places and locks are named in messages.

use super::BodyFacts;
use super::path::{Key, LockPath, PathStep, Root};
use crate::model::Model;
use crate::model::body::LocalId;
use crate::model::types::ClosureId;

/// A path in words: `self.peers`, `CACHE`, `state.inner[..]`.
pub fn path_words(model: &Model, body: Option<&BodyFacts>, path: &LockPath) -> String {
    let mut words = match &path.root {
        Root::Param(n) => {
            local_name(body, None, LocalId(n + 1)).unwrap_or_else(|| String::from("the argument"))
        }
        Root::Static(id) => model.static_(*id).name.to_string(),
        Root::Lib(name) => name.to_string(),
        Root::Local(closure, local) => {
            local_name(body, *closure, *local).unwrap_or_else(|| String::from("the map"))
        }
        Root::Fresh(_) => String::from("the map"),
    };
    for step in &path.steps {
        match step {
            PathStep::Field(name) => {
                words.push('.');
                words.push_str(name);
            }
            PathStep::Key(Key::Literal(text)) => words.push_str(&format!("[{text}]")),
            PathStep::Key(Key::Value(_) | Key::Other(_)) => words.push_str("[..]"),
            PathStep::Guarded => {}
        }
    }
    words
}

fn local_name(body: Option<&BodyFacts>, closure: Option<ClosureId>, local: LocalId) -> Option<String> {
    body?.local(closure, local)?.name.map(|it| it.to_string())
}
