//! Reads files into modules, once along each way that ends.

use super::super::FileProblem;
use super::super::discover::{Link, Linkage, Linked};
use super::super::items::ModuleId;
use super::{Around, Declarer, Here, Todo, Unit, join};
use crate::source::FileId;
use crate::syntax::{ItemKind, Problem};
use std::sync::Arc;

/// How many files deep modules may go.
const MAX_FILE_DEPTH: u32 = 128;
/// As how many modules of one crate the same file may be read. `#[path]` could double it at every level.
const MAX_MODULES_OF_FILE: u32 = 8;

/// The chain of files that led to one.
#[derive(Debug)]
pub(super) struct Chain {
    file: FileId,
    length: u32,
    parent: Option<Arc<Chain>>,
}

impl Chain {
    fn holds(&self, file: FileId) -> bool {
        let mut link = Some(self);
        while let Some(chain) = link {
            if chain.file == file {
                return true;
            }
            link = chain.parent.as_deref();
        }
        false
    }
}

impl<'a> Declarer<'a> {
    /// Reads a file's items into a module.
    pub(super) fn file(
        &mut self,
        module: ModuleId,
        linked: &Linked,
        around: Around,
        parent: Option<Arc<Chain>>,
    ) {
        let file = linked.file;
        let Some(tree) = self.trees.get(&file).filter(|tree| self.is_built(&tree.attrs.cfg)) else { return };
        *self.readings.entry(file).or_default() += 1;
        let duplicate = !self.seen.insert(file);
        if let Some(build) = self.build.as_ref().filter(|_| !duplicate) {
            self.model.builds.insert(file, Arc::clone(build));
        }
        let length = parent.as_ref().map_or(0, |chain| chain.length + 1);
        let chain = Arc::new(Chain { file, length, parent });
        let unit = self.units.len() as u32;
        self.units.push(Unit { file, folder: linked.folder.clone(), chain: Arc::clone(&chain) });
        let test = around.test || tree.attrs.test;
        let cfg = join(&around.cfg, &tree.attrs.cfg);
        let around = Around { file, test, cfg, duplicate, ..around };
        self.todo.push(Todo {
            module,
            unit,
            items: &tree.roots,
            folder: linked.folder.clone(),
            chain,
            around,
        });
    }

    pub(super) fn read(&mut self, todo: &Todo<'a>, here: &Here<'a, '_>, module: ModuleId, linked: &Linked) {
        let around = Around { in_fn: None, block: None, ..here.around.clone() };
        self.file(module, linked, around, Some(Arc::clone(&todo.chain)));
    }

    pub(super) fn to(&self, link: &Link) -> Option<&'a Linked> {
        match self.links.get(link)? {
            Linkage::To(linked) => Some(linked),
            Linkage::Missing | Linkage::Refused(_) | Linkage::Unreadable => None,
        }
    }

    /// Returns the file that a declaration links to. Where there is none, or reading it would never end, says so.
    pub(super) fn follow(&mut self, todo: &Todo<'a>, here: &Here<'a, '_>, link: &Link) -> Option<&'a Linked> {
        let links = self.links;
        match links.get(link)? {
            Linkage::To(linked) => match self.hindrance(todo, linked.file) {
                None => return Some(linked),
                Some(message) => self.complain(here, message.to_owned(), None),
            },
            // What is there in some builds only may well be missing, and so may what a build makes.
            Linkage::Missing if self.is_optional(here) => {}
            Linkage::Missing => {
                let what = match here.item.kind {
                    ItemKind::Mod { .. } => format!("the file of module `{}` is missing", here.item.name),
                    _ => "the included file is missing".to_owned(),
                };
                self.complain(here, what, Some(format!("it was looked for at {}", link.places())));
            }
            Linkage::Refused(why) => self.complain(here, why.clone(), None),
            Linkage::Unreadable => {}
        }
        None
    }

    pub(super) fn is_optional(&self, here: &Here<'a, '_>) -> bool {
        let around = here.around;
        around.test || !around.cfg.is_always() || around.in_fn.is_some() || !here.item.attrs.others.is_empty()
    }

    /// Says why a file is not read in this place, if so.
    pub(super) fn hindrance(&self, todo: &Todo<'a>, file: FileId) -> Option<&'static str> {
        if todo.chain.holds(file) {
            Some("this file is a module of itself: it is not read again")
        } else if todo.chain.length >= MAX_FILE_DEPTH {
            Some("modules are nested too deep in files: the rest is not read")
        } else if self.readings.get(&file).is_some_and(|count| *count >= MAX_MODULES_OF_FILE) {
            Some("this file is read as too many modules: it is not read again")
        } else {
            None
        }
    }

    /// Notes a problem with a declaration, once even if two crates read it.
    pub(super) fn complain(&mut self, here: &Here<'a, '_>, message: String, help: Option<String>) {
        let file = here.around.file;
        if self.complained.insert((file, here.item.range)) {
            let problem = Problem { message, range: Some(here.item.range), help };
            self.problems.push(FileProblem { path: self.files.path(file), file: Some(file), problem });
        }
    }
}
