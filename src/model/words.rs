//! The words of bodies, with those of what the macros that they call may write.

use super::Model;
use super::items::FnDef;
use crate::syntax::{BodyWords, MacroWords, Name};

/// What the tokenizer saw in a body, and in the definitions of the macros that its words name.
///
/// Nothing is copied: a body that calls a macro of a thousand words shares them with all others that do.
#[derive(Debug)]
pub struct Words<'m> {
    own: &'m BodyWords,
    macros: Vec<&'m MacroWords>,
}

impl<'m> Words<'m> {
    /// Returns the names called as methods: the body's own first, sorted, then those of each macro; one may come twice.
    pub fn methods(&self) -> impl Iterator<Item = &'m Name> {
        let given = self.macros.iter().any(|it| it.calls_given).then(|| self.idents());
        self.own
            .methods
            .iter()
            .chain(self.macros.iter().flat_map(|it| &it.methods))
            .chain(given.into_iter().flatten())
    }

    /// Returns those of them that are called with no arguments, or perhaps so, in the same order.
    pub fn bare_methods(&self) -> impl Iterator<Item = &'m Name> {
        let given = self.macros.iter().any(|it| it.calls_given).then(|| self.idents());
        self.own
            .bare_methods
            .iter()
            .chain(self.macros.iter().flat_map(|it| &it.bare_methods))
            .chain(given.into_iter().flatten())
    }

    /// Returns the names that the body itself calls in what a `let mut` gives its variable, as methods or by a path.
    pub fn mut_inits(&self) -> impl Iterator<Item = &'m Name> {
        self.own.mut_inits.iter()
    }

    /// Returns all other identifiers, in the same order.
    pub fn idents(&self) -> impl Iterator<Item = &'m Name> {
        self.own.idents.iter().chain(self.macros.iter().flat_map(|it| &it.idents))
    }

    /// Returns the names of the macros that the body itself calls.
    pub fn macros(&self) -> impl Iterator<Item = &'m Name> {
        self.own.macros.iter()
    }

    /// Returns all words but the names of macros.
    pub fn all(&self) -> impl Iterator<Item = &'m Name> {
        self.idents().chain(self.methods())
    }

    /// Whether a name is among the words that are not called as methods.
    pub fn has_ident(&self, name: Name) -> bool {
        self.idents().any(|it| *it == name)
    }
}

impl Model {
    /// Returns the words of a function's body; `None` when it has no body, or one that could not be read.
    pub fn words_of(&self, def: &FnDef) -> Option<Words<'_>> {
        let body = def.body.as_ref()?;
        let tree = self.tree(def.span.file)?;
        let own = match body.written {
            Some(written) => &tree.written_bodies.get(written as usize)?.words,
            None => {
                let at = tree.words.binary_search_by_key(&body.body.lo, |it| it.lo).ok()?;
                tree.words.get(at)?
            }
        };
        let file = def.span.file;
        let called =
            |names: &'_ [Name]| names.iter().flat_map(|name| self.macros.words(file, *name)).collect();
        let mut macros: Vec<&MacroWords> = called(&own.macros);
        if macros.iter().any(|it| it.calls_given_macro) {
            macros.extend::<Vec<_>>(called(&own.idents));
        }
        Some(Words { own, macros })
    }
}
