//! What is said on stderr: errors, warnings and notes, each with what, where, and what to do next.
//!
//! Nothing here decides anything; a [`Failure`] is carried up to `cli::run`, said once, and turned
//! into an exit code by [`outcome`](super::outcome).

use std::{fmt::Write as _, io::Write as _};

use anstyle::{AnsiColor, Style};

use super::outcome::Class;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const NOTE: Style = AnsiColor::Cyan.on_default().bold();
const FRAME: Style = AnsiColor::Blue.on_default().bold();

/// One thing that went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    what: String,
    place: Option<String>,
    quote: Option<Quote>,
    help: Option<String>,
}

/// A line of a file with the part that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quote {
    /// Number of the line, from 1.
    pub(crate) line: usize,
    /// The line itself.
    pub(crate) text: String,
    /// Columns before the part.
    pub(crate) before: usize,
    /// Columns of the part.
    pub(crate) length: usize,
}

impl Message {
    /// A message that says what is wrong.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), place: None, quote: None, help: None }
    }

    /// Adds where: a file, a line of it, a flag.
    pub(crate) fn at(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// Adds the line that is wrong.
    pub(crate) fn quoting(mut self, quote: Quote) -> Self {
        self.quote = Some(quote);
        self
    }

    /// Adds what to do next.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn lay_out(&self, label: &str, style: Style) -> String {
        let mut out = format!("{style}{label}{style:#}: {}\n", printable(&self.what));
        if let Some(place) = &self.place {
            let _ = writeln!(out, "  {FRAME}-->{FRAME:#} {}", printable(place));
        }
        if let Some(quote) = &self.quote {
            let number = quote.line.to_string();
            let margin = " ".repeat(number.len());
            // Tabs would move the mark away from what it marks.
            let line = printable(&quote.text.replace('\t', " "));
            let mark = format!("{}{}", " ".repeat(quote.before), "^".repeat(quote.length.max(1)));
            let _ = writeln!(out, " {margin} {FRAME}|{FRAME:#}");
            let _ = writeln!(out, " {FRAME}{number} |{FRAME:#} {line}");
            let _ = writeln!(out, " {margin} {FRAME}|{FRAME:#} {style}{mark}{style:#}");
        }
        if let Some(help) = &self.help {
            let _ = writeln!(out, "  {NOTE}help{NOTE:#}: {}", printable(help));
        }
        out
    }
}

/// Replaces control characters, so that a file's name or content cannot steer the terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

/// Why a command could not be carried out: one message or several, and their class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// What sort of error it is.
    pub(crate) class: Class,
    /// What there is to say, in order.
    pub(crate) messages: Vec<Message>,
}

impl Failure {
    /// The same without its layout, for a line of a report.
    pub(crate) fn in_one_line(&self) -> String {
        let line = |message: &Message| match &message.place {
            Some(place) => format!("{place}: {}", message.what),
            None => message.what.clone(),
        };
        self.messages.iter().map(line).collect::<Vec<_>>().join("; ")
    }
}

impl From<Message> for Failure {
    fn from(message: Message) -> Self {
        Self { class: Class::Usage, messages: vec![message] }
    }
}

impl From<Vec<Message>> for Failure {
    fn from(messages: Vec<Message>) -> Self {
        Self { class: Class::Usage, messages }
    }
}

impl From<twicetold::Error> for Failure {
    fn from(error: twicetold::Error) -> Self {
        use twicetold::Error as E;
        let message = match &error {
            E::Setting { name, message } => {
                Message::new(message.clone()).at(name.clone()).help("see `twicetold config show`")
            }
            E::Io { path, source } => Message::new(source.to_string())
                .at(path.display().to_string())
                .help("check the path and its permissions"),
            E::Write(_) => Message::new(error.to_string()).help("check the disk's free space"),
            E::Render { .. } => Message::new(error.to_string()).help("try another format with --format"),
            E::Archive { path, message, .. } => {
                let (what, help) = message.split_once("; ").unwrap_or((message, ""));
                let message = Message::new(what).at(path.display().to_string());
                let message = if help.is_empty() { message } else { message.help(help) };
                return Self { class: Class::Archive, messages: vec![message] };
            }
            E::Rewrite { path, message } => Message::new(message.clone()).at(path.clone()),
            E::TooMany { .. } => Message::new(error.to_string()),
            _ => Message::new(error.to_string()),
        };
        message.into()
    }
}

/// Says things on stderr, as loudly as was asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Voice {
    /// Errors only.
    pub(crate) quiet: bool,
    /// Notes too.
    pub(crate) verbose: bool,
}

impl Voice {
    /// Says an error, always.
    pub(crate) fn error(self, message: &Message) {
        say(&message.lay_out("error", ERROR));
    }

    /// Says a warning, unless quiet.
    pub(crate) fn warning(self, message: &Message) {
        if !self.quiet {
            say(&message.lay_out("warning", WARNING));
        }
    }

    /// Says a note, when asked to say much.
    pub(crate) fn note(self, message: &Message) {
        if self.verbose && !self.quiet {
            say(&message.lay_out("note", NOTE));
        }
    }
}

fn say(text: &str) {
    // When stderr is closed there is nobody to tell.
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_what_where_and_what_next() {
        let quote = Quote { line: 12, text: "\tlanes = 0".to_owned(), before: 9, length: 1 };
        let message = Message::new("0 is too few").at("a.toml:12:10").quoting(quote).help("give more");
        let shown = anstream::adapter::strip_str(&message.lay_out("error", ERROR)).to_string();
        let expected = "error: 0 is too few\n  --> a.toml:12:10\n    |\n 12 |  lanes = 0\n    |          ^\n  help: give more\n";
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        let shown = Message::new("no such file").at("a\u{1b}[2Jb").lay_out("error", Style::new());
        assert!(!shown.contains("\u{1b}[2J"), "{shown:?}");
    }
}
