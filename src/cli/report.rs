//! `twicetold report`: a report that was kept as JSON, rendered again without scanning.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::{Arg, ArgMatches, Command, value_parser};

use super::{
    Session, args,
    engine::Report,
    message::{Failure, Message},
    outcome::Done,
    reading,
    writing::Reports,
};

/// What it takes.
pub(crate) fn command() -> Command {
    Command::new("report")
        .about("Renders a report again, in other formats, without scanning.")
        .arg(argument())
        .args(args::report())
}

/// The report to read.
pub(crate) fn argument() -> Arg {
    Arg::new("report")
        .value_name("REPORT.json")
        .help("The report, as `--format json=REPORT.json` wrote it; `-` is stdin.")
        .value_parser(value_parser!(PathBuf))
        .required(true)
}

/// What it does. Whether the findings reach a gate was said when they were found.
pub(crate) fn run(matches: &ArgMatches, _: &Session) -> Result<Done, Failure> {
    let path = args::path(matches, "report").unwrap_or_else(|| PathBuf::from("-"));
    let json = read(&path)?;
    let report = Report::parse(&json)?;
    Reports::open(matches, &[path])?.write_again(&report)?;
    Ok(Done::default())
}

/// Reads the text of a report.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    let stdin = || io::read_to_string(io::stdin().lock());
    let text = if reading::is_stdin(path) { stdin() } else { fs::read_to_string(path) };
    text.map_err(|error| {
        let message = Message::new(format!("cannot read the report: {error}")).at(path.display().to_string());
        message.help("name a file that `--format json=FILE` wrote").into()
    })
}
