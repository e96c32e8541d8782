//! Typed access to TOML values, with a problem for each value of the wrong kind.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{LineIndex, LoadProblem, TextRange};

/// A table with spans.
pub(super) type Table<'i> = DeTable<'i>;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct At<T> {
    pub value: T,
    pub range: TextRange,
}

/// Reads one document and notes what is wrong with it.
pub(super) struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    problems: Vec<LoadProblem>,
}

impl<'a> Reader<'a> {
    pub fn new(path: &'a Path, text: &'a str) -> Reader<'a> {
        Reader { path, text, problems: Vec::new() }
    }

    pub fn path(&self) -> &'a Path {
        self.path
    }

    pub fn into_problems(self) -> Vec<LoadProblem> {
        self.problems
    }

    /// Parses the text.
    pub fn document(&self) -> Result<Spanned<Table<'a>>, LoadProblem> {
        DeTable::parse(self.text).map_err(|error| {
            let range = error.span().map(text_range);
            let problem = self.problem(format!("the manifest is not valid TOML: {}", error.message()), range);
            problem.help("cargo cannot read it either; the package is left out until it is mended")
        })
    }

    pub fn range<T>(&self, value: &Spanned<T>) -> TextRange {
        text_range(value.span())
    }

    /// Makes a problem at a place of this document.
    pub fn problem(&self, message: impl Into<String>, range: Option<TextRange>) -> LoadProblem {
        let line = range.map(|range| LineIndex::new(self.text).line(range.lo));
        LoadProblem { range, line, ..LoadProblem::new(self.path, message) }
    }

    pub fn string(&mut self, table: &Table<'_>, key: &str) -> Option<At<String>> {
        let value = table.get(key)?;
        match value.get_ref().as_str() {
            Some(text) => Some(At { value: text.to_owned(), range: self.range(value) }),
            None => self.wrong(key, value, "a string"),
        }
    }

    pub fn flag(&mut self, table: &Table<'_>, key: &str) -> Option<bool> {
        let value = table.get(key)?;
        value.get_ref().as_bool().or_else(|| self.wrong(key, value, "`true` or `false`"))
    }

    pub fn strings(&mut self, table: &Table<'_>, key: &str) -> Option<Vec<At<String>>> {
        let value = table.get(key)?;
        let Some(array) = value.get_ref().as_array() else {
            return self.wrong(key, value, "a list of strings");
        };
        let mut found = Vec::new();
        for item in array.iter() {
            match item.get_ref().as_str() {
                Some(text) => found.push(At { value: text.to_owned(), range: self.range(item) }),
                None => {
                    let _: Option<()> = self.wrong(key, item, "a list of strings");
                }
            }
        }
        Some(found)
    }

    pub fn table<'t, 'i>(&mut self, table: &'t Table<'i>, key: &str) -> Option<&'t Table<'i>> {
        let value = table.get(key)?;
        value.get_ref().as_table().or_else(|| self.wrong(key, value, "a table"))
    }

    pub fn tables<'t, 'i>(
        &mut self,
        table: &'t Table<'i>,
        key: &str,
    ) -> Option<Vec<(&'t Table<'i>, TextRange)>> {
        let value = table.get(key)?;
        let Some(array) = value.get_ref().as_array() else {
            return self.wrong(key, value, "a list of tables");
        };
        let mut found = Vec::new();
        for item in array.iter() {
            match item.get_ref().as_table() {
                Some(inner) => found.push((inner, self.range(item))),
                None => {
                    let _: Option<()> = self.wrong(key, item, "a list of tables");
                }
            }
        }
        Some(found)
    }

    /// Returns `metadata.hazmap` of a table, which stands in the document under one of `names`.
    pub fn hazmap_metadata(&self, table: &Table<'_>, names: &[&str]) -> Option<toml::Table> {
        table.get("metadata")?.get_ref().as_table()?.get("hazmap")?;
        // Rare, so the whole text is parsed a second time rather than values converted one by one.
        let document: toml::Table = toml::from_str(self.text).ok()?;
        let table = names.iter().find_map(|name| document.get(*name))?;
        table.get("metadata")?.get("hazmap")?.as_table().cloned()
    }

    fn wrong<T>(&mut self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) -> Option<T> {
        let found = value.get_ref().type_str();
        let message = format!("`{key}` should be {wanted}, not of type {found}; it is passed over");
        let problem = self.problem(message, Some(self.range(value)));
        self.problems.push(problem);
        None
    }
}

fn text_range(span: std::ops::Range<usize>) -> TextRange {
    let cut = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    TextRange::new(cut(span.start), cut(span.end))
}
