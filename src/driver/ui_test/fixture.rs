//! Reading a fixture: options, files, annotations.

use crate::lint::ScopeFilter;
use crate::source::Edition;

/// A fixture, read.
#[derive(Debug)]
pub struct Fixture {
    /// The edition of crates that say none.
    pub edition: Edition,
    /// Lints and groups that are on beside the default ones.
    pub enable: Vec<String>,
    /// Which locks are looked at.
    pub scope: ScopeFilter,
    /// Nothing is to be found.
    pub check_pass: bool,
    /// Libraries, with versions where they matter.
    pub deps: Vec<String>,
    /// Its files.
    pub files: Vec<FixtureFile>,
    /// What is to be found.
    pub expectations: Vec<Expectation>,
    /// What is to be known.
    pub statements: Vec<Statement>,
}

/// One file of a fixture.
#[derive(Debug, Default)]
pub struct FixtureFile {
    /// Its path, without a slash at its start.
    pub path: String,
    /// Its text.
    pub text: String,
    /// How many lines of the fixture stand before it.
    pub lines_before: u32,
    /// The crate whose root it is.
    pub krate: Option<String>,
    /// That crate's edition.
    pub edition: Option<Edition>,
    /// That crate's dependencies: other crates of the fixture, or libraries (`dashmap`, `dashmap@5.5`).
    pub deps: Vec<String>,
}

/// One annotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// The file, by its place in [`Fixture::files`].
    pub file: usize,
    /// The line in that file, from 1.
    pub line: u32,
    /// The lint.
    pub lint: String,
    /// What is expected.
    pub kind: Kind,
}

/// One fact that a fixture states of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The file, by its place in [`Fixture::files`].
    pub file: usize,
    /// The line in that file, from 1.
    pub line: u32,
    /// The fact as written.
    pub words: String,
}

/// What an annotation expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A finding, whose words contain these.
    Finding(Option<String>),
    /// A finding that is wrong.
    FalsePositive,
    /// No finding, where there should be one.
    Missed,
}

impl Fixture {
    /// Reads a fixture and checks that it expects something. Mistakes are returned, a sentence each.
    pub fn parse(name: &str, text: &str) -> Result<Fixture, Vec<String>> {
        let fixture = Fixture::parse_unchecked(name, text)?;
        if fixture.expectations.is_empty() && fixture.statements.is_empty() && !fixture.check_pass {
            return Err(vec!["it holds neither an annotation nor `//@ check-pass`".to_owned()]);
        }
        if fixture.check_pass && fixture.expectations.iter().any(|it| it.kind != Kind::Missed) {
            return Err(vec!["it says `//@ check-pass`, but expects findings".to_owned()]);
        }
        Ok(fixture)
    }

    /// Whether it only states facts: lints are then not asked.
    pub fn states_only(&self) -> bool {
        !self.statements.is_empty() && self.expectations.is_empty() && !self.check_pass
    }

    /// Reads a fixture that may expect nothing.
    pub fn parse_unchecked(name: &str, text: &str) -> Result<Fixture, Vec<String>> {
        let mut reader = Reader {
            fixture: Fixture {
                edition: Edition::E2024,
                enable: Vec::new(),
                scope: ScopeFilter::Maps,
                check_pass: false,
                deps: Vec::new(),
                files: Vec::new(),
                expectations: Vec::new(),
                statements: Vec::new(),
            },
            wrong: Vec::new(),
            previous: None,
        };
        reader.read(name, text);
        if reader.wrong.is_empty() { Ok(reader.fixture) } else { Err(reader.wrong) }
    }
}

struct Reader {
    fixture: Fixture,
    wrong: Vec<String>,
    /// File and line of the previous annotation, for `//~|`.
    previous: Option<(usize, u32)>,
}

impl Reader {
    fn read(&mut self, name: &str, text: &str) {
        let has_headers = text.lines().any(|line| line.starts_with("//- "));
        if !has_headers {
            let krate = Some("fixture".to_owned());
            self.fixture.files.push(FixtureFile { path: name.to_owned(), krate, ..FixtureFile::default() });
        }
        for (line, number) in text.split_inclusive('\n').zip(1..) {
            let trimmed = line.trim();
            if let Some(option) = trimmed.strip_prefix("//@") {
                self.option(number, option.trim());
            }
            if let Some(header) = line.strip_prefix("//- ") {
                let file = self.header(number, header.trim());
                self.fixture.files.push(file);
                continue;
            }
            let Some(file) = self.fixture.files.last_mut() else { continue };
            file.text.push_str(line);
            let in_file = number - file.lines_before;
            if let Some((_, annotation)) = trimmed.split_once("//~") {
                self.annotation(number, in_file, annotation);
            }
            if let Some((_, statements)) = trimmed.split_once("//?") {
                self.statements(number, in_file, statements);
            }
        }
    }

    fn option(&mut self, number: u32, option: &str) {
        let (key, value) = option.split_once(':').map_or((option, ""), |(key, value)| (key, value.trim()));
        match (key, value) {
            ("edition", year) => match Edition::from_year(year) {
                Some(edition) => self.fixture.edition = edition,
                None => self.wrong(number, format!("`{year}` is no edition")),
            },
            ("enable", names) => self.fixture.enable.extend(words(names)),
            ("deps", names) => self.fixture.deps.extend(words(names)),
            ("scope", "all") => self.fixture.scope = ScopeFilter::All,
            ("scope", "maps") => self.fixture.scope = ScopeFilter::Maps,
            ("check-pass", "") => self.fixture.check_pass = true,
            _ => self.wrong(number, format!("`//@ {option}` is no option")),
        }
    }

    /// `/app/src/lib.rs crate:app edition:2021 deps:other,dashmap@5.5`
    fn header(&mut self, number: u32, header: &str) -> FixtureFile {
        let mut parts = header.split_whitespace();
        let path = parts.next().unwrap_or_default().trim_start_matches('/').to_owned();
        let mut file = FixtureFile { path, lines_before: number, ..FixtureFile::default() };
        for part in parts {
            match part.split_once(':') {
                Some(("crate", name)) => file.krate = Some(name.to_owned()),
                Some(("deps", names)) => file.deps = words(names).collect(),
                Some(("edition", year)) if Edition::from_year(year).is_some() => {
                    file.edition = Edition::from_year(year);
                }
                _ => self.wrong(number, format!("`{part}` is not understood in a file's header")),
            }
        }
        file
    }

    fn annotation(&mut self, number: u32, in_file: u32, annotation: &str) {
        let file = self.fixture.files.len().saturating_sub(1);
        let up = annotation.chars().take_while(|c| *c == '^').count();
        let (line, rest) = match annotation.strip_prefix('|') {
            Some(rest) => match self.previous {
                Some((of, line)) if of == file => (line, rest),
                _ => return self.wrong(number, "`//~|` has no annotation above it".to_owned()),
            },
            None => {
                let up_lines = u32::try_from(up).unwrap_or(u32::MAX);
                (in_file.saturating_sub(up_lines), annotation.get(up..).unwrap_or_default())
            }
        };
        if line == 0 {
            return self.wrong(number, "the annotation points above its file".to_owned());
        }
        self.previous = Some((file, line));
        match expected(rest.trim()) {
            Ok(expected) => {
                let make = |(lint, kind)| Expectation { file, line, lint, kind };
                self.fixture.expectations.extend(expected.into_iter().map(make));
            }
            Err(words) => self.wrong(number, words),
        }
    }

    /// `//? holds a; type b: u8`, `//?^ free`
    fn statements(&mut self, number: u32, in_file: u32, text: &str) {
        let file = self.fixture.files.len().saturating_sub(1);
        let rest = text.trim_start_matches('^');
        let up = u32::try_from(text.len() - rest.len()).unwrap_or(u32::MAX);
        let line = in_file.saturating_sub(up);
        if line == 0 {
            return self.wrong(number, "the statement points above its file".to_owned());
        }
        for words in rest.split(';').map(|it| it.split(" (wrong: ").next().unwrap_or_default().trim()) {
            if words.is_empty() {
                self.wrong(number, "an empty statement".to_owned());
            } else {
                self.fixture.statements.push(Statement { file, line, words: words.to_owned() });
            }
        }
    }

    fn wrong(&mut self, number: u32, words: String) {
        self.wrong.push(format!("line {number}: {words}"));
    }
}

fn words(list: &str) -> impl Iterator<Item = String> + '_ {
    list.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned)
}

/// Reads what stands behind `//~` and its carets.
fn expected(text: &str) -> Result<Vec<(String, Kind)>, String> {
    if let Some(missed) = text.strip_prefix("missed ") {
        return match missed.split_once(':') {
            Some((lint, why)) if is_name(lint.trim()) && !why.trim().is_empty() => {
                Ok(vec![(lint.trim().to_owned(), Kind::Missed)])
            }
            _ => Err("write `//~ missed lint: why`".to_owned()),
        };
    }
    if let Some((lint, why)) = text.split_once("(false positive") {
        let why = why.strip_prefix(':').and_then(|why| why.strip_suffix(')')).map(str::trim);
        return match why {
            Some(why) if is_name(lint.trim()) && !why.is_empty() => {
                Ok(vec![(lint.trim().to_owned(), Kind::FalsePositive)])
            }
            _ => Err("write `//~ lint (false positive: why)`".to_owned()),
        };
    }
    let (lints, message) = match text.split_once(':') {
        Some((lint, words)) => (lint, Some(words.trim().to_owned())),
        None => (text, None),
    };
    let names: Vec<&str> = lints.split(',').map(str::trim).collect();
    if names.iter().any(|name| !is_name(name)) || (message.is_some() && names.len() > 1) {
        return Err(format!(
            "`{text}` is no annotation: write a lint, several with commas, or `lint: words`"
        ));
    }
    Ok(names.into_iter().map(|name| (name.to_owned(), Kind::Finding(message.clone()))).collect())
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expectations(text: &str) -> Vec<(usize, u32, String, Kind)> {
        let fixture = Fixture::parse("x.rs", text).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        fixture.expectations.into_iter().map(|it| (it.file, it.line, it.lint, it.kind)).collect()
    }

    #[test]
    fn annotations_point_at_lines() {
        let text = "a //~ one, two\nb\n//~^ three: words here\n//~| four\nc //~ missed five: no types\n//~^ six (false positive: drop)\n";
        let plain = Kind::Finding(None);
        let expected = [
            (0, 1, "one", plain.clone()),
            (0, 1, "two", plain.clone()),
            (0, 2, "three", Kind::Finding(Some("words here".to_owned()))),
            (0, 2, "four", plain),
            (0, 5, "five", Kind::Missed),
            (0, 5, "six", Kind::FalsePositive),
        ];
        assert_eq!(
            expectations(text),
            expected.map(|(file, line, lint, kind)| (file, line, lint.to_owned(), kind))
        );
    }

    #[test]
    fn files_have_their_own_lines() {
        let text = "//@ edition: 2021\n//- /a/src/lib.rs crate:a edition:2018 deps:b,dashmap@5.5\nx\ny //~ one\n//- /b/src/lib.rs crate:b\n//~^^ one\nz //~ two\n";
        let Err(wrong) = Fixture::parse("x.rs", text) else { panic!("carets may not leave the file") };
        assert_eq!(wrong, ["line 6: the annotation points above its file"]);
        let text = text.replace("//~^^ one\n", "");
        let fixture = Fixture::parse("x.rs", &text).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let lines: Vec<_> = fixture.expectations.iter().map(|it| (it.file, it.line)).collect();
        assert_eq!(lines, [(0, 2), (1, 1)]);
        let [a, b] = fixture.files.as_slice() else { panic!("{:?}", fixture.files) };
        assert_eq!(
            (a.path.as_str(), a.text.as_str(), a.edition),
            ("a/src/lib.rs", "x\ny //~ one\n", Some(Edition::E2018))
        );
        assert_eq!(
            (a.deps.as_slice(), b.krate.as_deref()),
            (["b".to_owned(), "dashmap@5.5".to_owned()].as_slice(), Some("b"))
        );
    }

    #[test]
    fn mistakes_are_said() {
        for text in [
            "fn a() {}\n",
            "//@ check-pass\na //~ one\n",
            "//@ editon: 2021\n//~ one\n",
            "//~| one\n",
            "//~^ one\n",
            "//~ One\n",
            "//~ missed one\n",
            "//~ one (false positive)\n",
            "//~ a, b: words\n",
            "//- /a.rs krate:a\n//~ one\n",
        ] {
            assert!(Fixture::parse("x.rs", text).is_err(), "{text}");
        }
    }
}
