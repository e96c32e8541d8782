//! Where findings are written to, in which formats and colours.

use super::args::{Color, Format, FormatFile, OutputArgs};
use crate::render::{self, Frame, Origins, Paint};
use std::env;
use std::fs;
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
    /// Writes to stdout and to the files that were asked for.
    pub fn write(&self, args: &OutputArgs) -> io::Result<()> {
        for FormatFile { format, file } in &args.output {
            let said =
                |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", file.display()));
            fs::write(file, self.text(*format, Paint::Plain)).map_err(said)?;
        }
        let text = self.text(stdout_format(args), paint(args.color));
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()
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
