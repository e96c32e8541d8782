//! The pages of the lints as they are written: their sections, and the samples in them.

use hazmap::lint::Lint;

/// A ```` ```rust ```` block of a page.
pub struct Sample {
    pub text: String,
    /// The edition, where one stands behind the language (`rust,edition2021`).
    pub edition: Option<u16>,
}

/// The ```` ```rust ```` blocks of a section.
///
/// # Panics
///
/// When there is none.
pub fn samples(lint: &Lint, heading: &str) -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut open: Option<Sample> = None;
    for line in section(lint, heading).lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) if language.starts_with("rust") => {
                let edition = language.split(",edition").nth(1).and_then(|year| year.parse().ok());
                open = Some(Sample { text: String::new(), edition });
            }
            (Some(_), Some(_)) => samples.extend(open.take()),
            (Some(sample), None) => {
                sample.text.push_str(line);
                sample.text.push('\n');
            }
            (None, _) => {}
        }
    }
    assert!(!samples.is_empty(), "lints/{}/README.md: `## {heading}` holds no ```rust block", lint.name);
    samples
}

/// What stands below a heading.
///
/// # Panics
///
/// When the page does not have it.
pub fn section<'a>(lint: &'a Lint, heading: &str) -> &'a str {
    let found = sections(lint.docs).into_iter().find(|(name, _)| *name == heading);
    found.map(|(_, text)| text).unwrap_or_else(|| panic!("lints/{}/README.md: no `## {heading}`", lint.name))
}

/// The `## ` headings outside code blocks, with what stands below each.
pub fn sections(page: &str) -> Vec<(&str, &str)> {
    let mut starts = Vec::new();
    let (mut at, mut in_code) = (0, false);
    for line in page.split_inclusive('\n') {
        if line.starts_with("```") {
            in_code = !in_code;
        }
        if let (false, Some(heading)) = (in_code, line.strip_prefix("## ")) {
            starts.push((at, at + line.len(), heading.trim()));
        }
        at += line.len();
    }
    let ends: Vec<usize> = starts.iter().skip(1).map(|(start, _, _)| *start).chain([page.len()]).collect();
    starts.into_iter().zip(ends).map(|((_, body, heading), end)| (heading, &page[body..end])).collect()
}
