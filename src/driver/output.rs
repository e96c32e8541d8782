//! Where findings are written to, in which formats and colours.

use super::args::{Color, Format, FormatFile, OutputArgs};
use super::to_file;
use crate::render::{self, Frame, Origins, Paint};
use std::env;
use std::io::{self, IsTerminal, Write};

/// All that is written about a run.
pub struct Written<'a> {
    /// What was found.
    pub frame: Frame<'a>,
    /// To which packages files belong.
    pub origins: &'a Origins,
    /// Nothing fails the run.
    pub success: bool,
}

/// The format on stdout: the one that is named, or the one of the platform that runs us.
pub fn stdout_format(args: &OutputArgs) -> Format {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| value == "true");
    args.message_format.unwrap_or_else(|| {
        if is_set("GITHUB_ACTIONS") {
            Format::Github
        } else if is_set("GITLAB_CI") {
            Format::Gitlab
        } else {
            Format::Human
        }
    })
}

impl Written<'_> {
    /// Writes to stdout and to the files that were asked for. One that cannot be written keeps the others from nothing; returns why
    /// some could not. Who reads stdout may stop before its end.
    pub fn write(&self, args: &OutputArgs) -> Vec<String> {
        let write = |it: &FormatFile| to_file::write(&it.file, &self.text(it.format, Paint::Plain)).err();
        let mut failed: Vec<String> = args.output.iter().filter_map(write).collect();
        let text = self.text(stdout_format(args), paint(args.color));
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => failed.push(error.to_string()),
            Ok(()) | Err(_) => {}
        }
        failed
    }

    fn text(&self, format: Format, paint: Paint) -> String {
        let Frame { findings, files, .. } = self.frame;
        match format {
            Format::Human => render::text(findings, files, paint),
            Format::Short => render::short(findings, files),
            Format::Json => {
                let lines = render::json(findings, files, self.origins);
                format!("{lines}{{\"reason\":\"build-finished\",\"success\":{}}}\n", self.success)
            }
            Format::Sarif => render::sarif(&self.frame),
            Format::Github => render::github(&self.frame),
            Format::Gitlab => render::gitlab(&self.frame),
            Format::Junit => render::junit(&self.frame),
            Format::Checkstyle => render::checkstyle(&self.frame),
            Format::Markdown => render::markdown(&self.frame),
        }
    }
}

/// Colours on a terminal, unless something says otherwise: the option, then cargo's variable, then `NO_COLOR`.
pub fn paint(color: Option<Color>) -> Paint {
    let by_cargo = || match env::var("CARGO_TERM_COLOR").as_deref() {
        Ok("always") => Some(Color::Always),
        Ok("never") => Some(Color::Never),
        _ => None,
    };
    let no_color = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    match color.or_else(|| if no_color { Some(Color::Never) } else { by_cargo() }) {
        Some(Color::Always) => Paint::Ansi,
        Some(Color::Never) => Paint::Plain,
        Some(Color::Auto) | None => {
            let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
            if io::stdout().is_terminal() && !no_color && !dumb { Paint::Ansi } else { Paint::Plain }
        }
    }
}
