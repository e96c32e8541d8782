//! Reads a configuration, with the line of each mistake and the word that was meant.

use crate::driver::names::nearest_word;
use crate::source::{FileId, Files, Span, TextRange};
use serde::de::DeserializeOwned;
use std::fmt;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// A document that holds a configuration.
#[derive(Clone, Debug)]
pub struct Document {
    /// The file.
    pub file: FileId,
    /// What it is called.
    pub name: String,
    /// Its text.
    pub text: String,
    /// The keys that lead to the configuration; empty when the whole file is one.
    pub at: &'static [&'static str],
}

/// Why a configuration cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigError {
    /// The file, and the line where there is one.
    pub at: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.message)?;
        match &self.help {
            Some(help) => write!(f, "\nhelp: {help}"),
            None => Ok(()),
        }
    }
}

impl Document {
    /// Opens a file of the run.
    pub fn open(files: &Files, file: FileId, at: &'static [&'static str]) -> Document {
        Document { file, name: files.display(file), text: files.text(file).to_string(), at }
    }

    /// Reads the configuration; `None` when the document holds none.
    pub fn read<T: DeserializeOwned>(&self) -> Result<Option<T>, ConfigError> {
        let table = DeTable::parse(&self.text).map_err(|error| self.unreadable(&error))?;
        let span = table.span();
        let mut value = Spanned::new(span, DeValue::Table(table.into_inner()));
        for key in self.at {
            let DeValue::Table(mut inner) = value.into_inner() else { return Ok(None) };
            match inner.remove(*key) {
                Some(next) => value = next,
                None => return Ok(None),
            }
        }
        let read = T::deserialize(ValueDeserializer::from(value));
        read.map(Some).map_err(|error| self.unreadable(&error))
    }

    /// A mistake at a place of the document.
    pub fn wrong(&self, at: Range<usize>, message: impl Into<String>) -> ConfigError {
        ConfigError { at: self.line_at(&at), message: message.into(), help: None }
    }

    /// `hazmap.toml:3`.
    pub fn line_at(&self, at: &Range<usize>) -> String {
        let before = self.text.as_bytes().get(..at.start).unwrap_or_default();
        format!("{}:{}", self.name, 1 + before.iter().filter(|byte| **byte == b'\n').count())
    }

    /// A place of the document among all files.
    pub fn span(&self, at: Range<usize>) -> Span {
        let cut = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        TextRange::new(cut(at.start), cut(at.end)).of(self.file)
    }

    fn unreadable(&self, error: &toml::de::Error) -> ConfigError {
        let (message, help) = reworded(error.message());
        match error.span() {
            Some(span) => ConfigError { help, ..self.wrong(span, message) },
            None => ConfigError { at: self.name.clone(), message, help },
        }
    }
}

/// Shortens "unknown field `scpe`, expected one of `scope`, …" to the key, and guesses which was meant; says of a value of the wrong
/// type which one is wanted.
fn reworded(message: &str) -> (String, Option<String>) {
    // What the reader of TOML says of a number where the words of an enumeration are wanted.
    if message.trim_end() == "wanted string or table" {
        return ("a word in quotes is wanted here".to_owned(), None);
    }
    if let Some(found) = message
        .trim_end()
        .strip_prefix("invalid type: ")
        .and_then(|it| it.strip_suffix(", expected a sequence"))
    {
        let list = found.strip_prefix("string ").map(|it| format!("write it as `[{it}]`"));
        return (format!("a list is wanted here, not {found}"), list);
    }
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let what = [("unknown field", "unknown key"), ("unknown variant", "unknown value")];
    let found = what.iter().find(|(theirs, _)| message.starts_with(theirs));
    let (Some((_, ours)), Some((wrong, known))) = (found, quoted.split_first()) else {
        return (message.trim_end().to_owned(), None);
    };
    let help = match nearest_word(wrong, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it can be one of `{}`", known.join("`, `")),
    };
    (format!("{ours} `{wrong}`"), Some(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_words_are_guessed() {
        let (message, help) = reworded("unknown field `scpe`, expected one of `scope`, `lints`");
        assert_eq!(
            (message.as_str(), help.as_deref()),
            ("unknown key `scpe`", Some("did you mean `scope`?"))
        );
        let (message, help) = reworded("unknown variant `zzz`, expected `maps` or `all`");
        assert_eq!(message, "unknown value `zzz`");
        assert_eq!(help.as_deref(), Some("it can be one of `maps`, `all`"));
        let (message, help) = reworded("invalid type: string \"a\", expected a sequence\n");
        assert_eq!(message, "a list is wanted here, not string \"a\"");
        assert_eq!(help.as_deref(), Some("write it as `[\"a\"]`"));
        assert_eq!(reworded("missing field `paths`\n"), ("missing field `paths`".to_owned(), None));
    }
}
