//! Structs that hold a guard in an option, and methods that give it up.

use std::collections::BTreeMap;
use std::sync::{RwLock, RwLockWriteGuard};

type Lines = BTreeMap<u32, String>;

#[derive(Default)]
pub struct Page {
    lines: RwLock<Lines>,
}

impl Page {
    fn count(&self) -> usize {
        self.lines.read().unwrap().len()
    }
}

/// Changes lines until it is told that it is enough.
pub struct Editor<'p> {
    lines: Option<RwLockWriteGuard<'p, Lines>>,
    changed: usize,
}

impl<'p> Editor<'p> {
    fn of(page: &'p Page) -> Editor<'p> {
        Editor { lines: Some(page.lines.write().unwrap()), changed: 0 }
    }

    fn put(&mut self, n: u32, text: &str) {
        self.changed += 1;
        if let Some(lines) = &mut self.lines {
            lines.insert(n, text.to_string());
        }
    }

    fn done(&mut self) -> usize {
        drop(self.lines.take());
        self.changed
    }

    fn give_up(&mut self) {
        self.lines = None;
    }

    fn is_done(&self) -> bool {
        self.lines.is_none()
    }
}

fn close(editor: &mut Editor<'_>) {
    editor.lines = None;
}

pub fn bad_still_open(page: &Page) -> usize {
    let mut editor = Editor::of(page);
    editor.put(1, "one");
    page.count() //~ relock_while_held
}

pub fn bad_only_asked(page: &Page) -> usize {
    let mut editor = Editor::of(page);
    editor.put(1, "one");
    if editor.is_done() { 0 } else { page.count() } //~ relock_while_held
}

pub fn bad_the_other_is_done(page: &Page, other: &Page) -> usize {
    let editor = Editor::of(page);
    let mut second = Editor::of(other);
    second.done();
    page.count() + editor.changed //~ relock_while_held
}

pub fn good_done(page: &Page) -> usize {
    let mut editor = Editor::of(page);
    editor.put(1, "one");
    editor.done() + page.count()
}

pub fn good_given_up(page: &Page) -> usize {
    let mut editor = Editor::of(page);
    editor.give_up();
    page.count() + editor.changed
}

pub fn good_closed_by_a_function(page: &Page) -> usize {
    let mut editor = Editor::of(page);
    close(&mut editor);
    page.count() + editor.changed
}

pub fn good_given_up_here(page: &Page) -> usize {
    let mut editor = Editor::of(page);
    editor.lines = None;
    page.count() + editor.changed
}
