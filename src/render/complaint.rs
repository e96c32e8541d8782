//! Why nothing was looked at, in the form in which rustc says what is about no line.

use super::json::{Message, child};
use super::{Paint, visible};
use codespan_reporting::diagnostic::{Diagnostic, Severity};
use codespan_reporting::files::SimpleFiles;
use codespan_reporting::term::termcolor::{Ansi, NoColor, WriteColor};
use codespan_reporting::term::{self, Config, StylesWriter};

/// What is wrong, and what to do about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Complaint {
    /// What is wrong.
    pub message: String,
    /// What follows from it.
    pub notes: Vec<String>,
    /// What to do.
    pub helps: Vec<String>,
    /// It fails the crate.
    pub fails: bool,
}

impl Complaint {
    /// One of words in which lines that begin with `help: ` say what to do.
    pub fn of(words: &str, fails: bool) -> Complaint {
        let help = |line: &str| line.strip_prefix("help: ").map(str::to_owned);
        let lines = || words.lines().filter(|line| !line.trim().is_empty());
        let message = lines().filter(|line| help(line).is_none()).collect::<Vec<_>>().join("\n");
        Complaint { message, notes: Vec::new(), helps: lines().filter_map(help).collect(), fails }
    }

    /// Adds what follows from it.
    pub fn note(mut self, words: &str) -> Complaint {
        self.notes.push(words.to_owned());
        self
    }

    /// As people read it.
    pub fn text(&self, paint: Paint) -> String {
        let bytes = match paint {
            Paint::Plain => self.emit(NoColor::new(Vec::new())).into_inner(),
            Paint::Ansi => self.emit(Ansi::new(Vec::new())).into_inner(),
        };
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn emit<W: WriteColor>(&self, mut out: W) -> W {
        let severity = if self.fails { Severity::Error } else { Severity::Warning };
        let notes = self.notes.iter().map(|it| format!("note: {}", visible(it)));
        let helps = self.helps.iter().map(|it| format!("help: {}", visible(it)));
        let diagnostic = Diagnostic::<usize>::new(severity)
            .with_message(visible(&self.message))
            .with_notes(notes.chain(helps).collect());
        let styles = term::Styles::default();
        let mut writer = StylesWriter::new(&mut out, &styles);
        let no_files = SimpleFiles::<String, String>::new();
        // Writing to memory cannot fail, and no file is asked for.
        let _ = term::emit_to_write_style(&mut writer, &Config::default(), &no_files, &diagnostic);
        out
    }

    /// As `rustc --error-format json` writes it, on one line.
    pub fn rustc_json(&self, paint: Paint) -> String {
        let notes = self.notes.iter().map(|it| child("note", it, Vec::new()));
        let helps = self.helps.iter().map(|it| child("help", it, Vec::new()));
        let message = Message {
            message_type: Some("diagnostic"),
            message: self.message.clone(),
            code: None,
            level: if self.fails { "error" } else { "warning" },
            spans: Vec::new(),
            children: notes.chain(helps).collect(),
            rendered: Some(self.text(paint)),
        };
        serde_json::to_string(&message).unwrap_or_default() + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_do_stands_apart() {
        let complaint = Complaint::of("a.toml:1: no key `b`\n\nhelp: did you mean `c`?\n", false);
        let text = complaint.note("nothing was looked at").text(Paint::Plain);
        assert_eq!(
            text,
            "warning: a.toml:1: no key `b`\n = note: nothing was looked at\n = help: did you mean `c`?\n\n"
        );
    }
}
