//! From findings to reports and to what the exit code will say: the end of `scan` and `compare`.

use std::{
    io,
    path::{Path, PathBuf},
};

use clap::ArgMatches;
use twicetold::{Problem, Settings, report::Findings};

use super::{
    Session, args,
    engine::{self, Format, Report, Style},
    gate,
    message::{Failure, Message},
    outcome::Done,
    outputs::{self, Output, Sink},
    reading,
};

/// So many problems are said one by one; the report has them all.
const SAID: usize = 10;
/// Columns when stdout is no terminal.
const WIDTH: usize = 100;

/// The reports to write, each with its output open.
#[derive(Debug)]
pub(crate) struct Reports {
    outputs: Vec<(Output, Sink)>,
    style: Style,
}

impl Reports {
    /// Opens the outputs a command was given, before any work is done that could be in vain.
    pub(crate) fn open(matches: &ArgMatches, inputs: &[PathBuf]) -> Result<Self, Failure> {
        let outputs = given(matches);
        outputs::check(&outputs, inputs)?;
        let sinks: Result<Vec<(Output, Sink)>, Failure> = outputs
            .into_iter()
            .map(|output| Sink::open(output.path.as_deref()).map(|sink| (output, sink)))
            .collect();
        let style = Style {
            color: false,
            width: width(),
            no_text: args::is_on(matches, "no-text"),
            csv_raw: args::is_on(matches, "csv-raw"),
            html_full_text: args::is_on(matches, "html-full-text"),
            path_prefix: args::text(matches, "path-prefix").unwrap_or_default().to_owned(),
        };
        Ok(Self { outputs: sinks?, style })
    }

    /// The files that are written, by both their names.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        self.outputs
            .iter()
            .flat_map(|(output, sink)| [output.path.clone(), sink.temporary()])
            .flatten()
            .collect()
    }

    /// Writes every report. One that cannot be written does not keep the others from it.
    pub(crate) fn write(self, findings: &Findings) -> Result<(), Failure> {
        self.write_with(findings, |style, out| engine::render(findings, Format::Human, style, out))
    }

    /// The same, with a page for people that `human` writes.
    pub(crate) fn write_with(
        self,
        findings: &Findings,
        human: impl Fn(&Style, &mut dyn io::Write) -> Result<(), twicetold::Error>,
    ) -> Result<(), Failure> {
        self.write_each(|format, style, out| match format {
            Format::Human => human(style, out),
            format => engine::render(findings, format, style, out),
        })
    }

    /// Writes a report that was read back.
    pub(crate) fn write_again(self, report: &Report<'_>) -> Result<(), Failure> {
        self.write_each(|format, style, out| engine::render_again(report, format, style, out))
    }

    fn write_each(
        self,
        write: impl Fn(Format, &Style, &mut dyn io::Write) -> Result<(), twicetold::Error>,
    ) -> Result<(), Failure> {
        let mut messages = Vec::new();
        for (output, sink) in self.outputs {
            let color = output.path.is_none() && color();
            let style = Style { color, ..self.style.clone() };
            if let Err(failure) = sink.fill(|out| write(output.format, &style, out)) {
                messages.extend(failure.messages);
            }
        }
        if messages.is_empty() { Ok(()) } else { Err(messages.into()) }
    }
}

/// Says the problems and works out what the findings mean for the exit code.
pub(crate) fn judge(findings: &Findings, settings: &Settings, session: &Session) -> Done {
    tell(&findings.problems, session);
    let unread = findings.problems.iter().filter(|problem| problem.kind.is_unread()).count();
    if settings.on_input_error_fail && 0 < unread {
        let what = format!("some input was not read: {unread} problems");
        session.voice.error(&Message::new(what).help("--on-input-error=warn lets the run pass"));
    }
    Done {
        gate: gate::fails(findings, settings, session),
        unread: settings.on_input_error_fail && 0 < unread,
    }
}

/// Says the first problems with input.
pub(crate) fn tell(problems: &[Problem], session: &Session) {
    for problem in problems.iter().take(SAID) {
        session.voice.warning(&reading::problem_message(problem));
    }
    if let Some(more @ 1..) = problems.len().checked_sub(SAID) {
        session.voice.warning(&Message::new(format!("{more} more problems: see the report")));
    }
}

/// The outputs that were asked for, or the one for people.
pub(crate) fn given(matches: &ArgMatches) -> Vec<Output> {
    match matches.get_many::<Output>("format") {
        Some(outputs) => outputs.cloned().collect(),
        None => vec![Output { format: Format::Human, path: None }],
    }
}

/// Whether stdout is to be coloured.
pub(crate) fn color() -> bool {
    anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
}

/// The columns of the terminal.
pub(crate) fn width() -> usize {
    terminal_size::terminal_size_of(io::stdout()).map_or(WIDTH, |(width, _)| usize::from(width.0))
}

/// Whether a path is there at all; said early and in the user's own words.
pub(crate) fn must_exist(path: &Path) -> Result<(), Failure> {
    if reading::is_stdin(path) || path.symlink_metadata().is_ok() {
        return Ok(());
    }
    let message = Message::new("no such file or folder").at(path.display().to_string());
    Err(message.help("check the path; `twicetold inputs` shows what would be read").into())
}
