//! Asks hazmap: loads the programs as a package, and runs the steps that their bodies are lowered to.

use super::programs::Batch;
use super::rustc::{MACRO_CRATES, MACROS, Run};
use super::world::{Probe, Program};
use hazmap::facts::knowledge::{self, UserRows, Versions};
use hazmap::model::body::{Body, BodyOwner};
use hazmap::model::items::FnOwner;
use hazmap::model::lower::lower_body;
use hazmap::model::run::{Machine, Stop, Value};
use hazmap::model::types::FnId;
use hazmap::model::{self, Model, infer};
use hazmap::source::{Files, LoadOptions, load};
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// The programs of a batch, resolved.
pub struct Analysis {
    model: Model,
    files: Files,
    bodies: RefCell<HashMap<BodyOwner, Option<Arc<Body>>>>,
}

/// What running the steps of a function gave along one path.
pub enum Outcome {
    /// A log, to be compared.
    Log(Vec<String>),
    /// Something that is not understood, and the log to there.
    Stopped(String, Vec<String>),
}

impl Analysis {
    /// Loads and resolves a batch.
    pub fn of(folder: &Path, batch: &Batch, edition: u16) -> Analysis {
        for (name, edition) in MACRO_CRATES {
            package(&folder.join(name), name, edition, "", "lib.rs", MACROS);
        }
        let macros = MACRO_CRATES.map(|(name, _)| format!("{name} = {{ path = \"../{name}\" }}\n")).concat();
        let folder = folder.join(format!("{edition}-{}", batch.name));
        package(&folder, &batch.name, edition, &format!("probe = \"1\"\n{macros}"), "main.rs", &batch.source);
        let workspace = load(&folder, &LoadOptions::default()).expect("the package loads");
        let files = Files::new(folder);
        let (_, library, problems) = knowledge::load(
            &[UserRows::whole("probe.toml", include_str!("probe.toml"))],
            &Versions::default(),
        );
        assert!(problems.is_empty(), "{problems:?}");
        let (model, problems) = model::build(&workspace, &files, Arc::new(library));
        assert!(problems.is_empty(), "{problems:?}");
        Analysis { model, files, bodies: RefCell::default() }
    }

    /// The function of that name at the root.
    pub fn function(&self, name: &str) -> Option<FnId> {
        let found = self
            .model
            .fns
            .iter()
            .position(|it| it.name == name && it.owner == FnOwner::Free && it.in_fn.is_none())?;
        Some(FnId(found as u32))
    }

    /// The steps of a body.
    pub fn body(&self, owner: BodyOwner) -> Option<Arc<Body>> {
        if let Some(body) = self.bodies.borrow().get(&owner) {
            return body.clone();
        }
        let (span, source) = match owner {
            BodyOwner::Fn(id) => (self.model.fn_def(id).span, self.model.fn_def(id).body),
            BodyOwner::Static(id) => (self.model.static_(id).span, self.model.static_(id).init),
        };
        let body = source.map(|source| {
            let text = self.files.text(span.file);
            let tree = self.model.body_tree(&text, span.file, &source);
            let typing = infer::infer_body(&self.model, owner, &tree);
            Arc::new(lower_body(&self.model, owner, &tree, &typing))
        });
        self.bodies.borrow_mut().insert(owner, body.clone());
        body
    }

    /// Runs a function along the path of a run.
    pub fn run(&self, function: FnId, run: &Run) -> Outcome {
        let body = |owner| self.body(owner);
        let program = Program { model: &self.model, body: &body };
        let probe = Probe::new(&program, &run.tape);
        let end = {
            let mut machine = Machine::new(&probe);
            let lock = machine.alloc(Value::unit());
            machine.call_fn(function, vec![Value::Ref(lock)]).and_then(|value| machine.drop_value(value))
        };
        let mut log = probe.into_log();
        match end {
            Ok(()) => log.push("end".to_owned()),
            Err(Stop::Cut) => log.push("cut".to_owned()),
            Err(Stop::Panic) => log.push("panic".to_owned()),
            Err(Stop::Unknown(why)) => return Outcome::Stopped(why, log),
        }
        Outcome::Log(log)
    }
}

fn package(folder: &Path, name: &str, edition: u16, dependencies: &str, root: &str, source: &str) {
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"{edition}\"\n\n[dependencies]\n{dependencies}"
    );
    std::fs::create_dir_all(folder.join("src")).expect("a folder for the package");
    std::fs::write(folder.join("Cargo.toml"), manifest).expect("the manifest is written");
    std::fs::write(folder.join("src").join(root), source).expect("the program is written");
}
