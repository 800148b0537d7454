//! `twicetold inputs`: what would be read, and as what; what would not, and why. Or the documents themselves.

use clap::{Arg, ArgMatches, Command};
use serde_json::json;
use twicetold::{Document, settings::Group};

use super::{
    Session, args,
    engine::{self, Entry, Input, Item, Options},
    layers,
    message::{Failure, printable},
    outcome::Done,
    outputs::Sink,
    reading, writing,
};

/// What it takes.
pub(crate) fn command() -> Command {
    Command::new("inputs")
        .about("Shows what would be read and as what, and what is skipped and why.")
        .arg(args::paths())
        .args(args::settings(&[Group::Input]))
        .arg(args::files_from())
        .arg(format())
}

fn format() -> Arg {
    Arg::new("format")
        .short('f')
        .long("format")
        .value_name("FORMAT")
        .help(
            "What to write: human (what is read as what, and what is not) or jsonl (every document as it is read, \
             with its text, one a line; problems on stderr). [default: human]",
        )
        .value_parser(["human", "jsonl"])
        .hide_possible_values(true)
        .help_heading(Group::Output.heading())
}

/// What it does.
pub(crate) fn run(matches: &ArgMatches, session: &Session) -> Result<Done, Failure> {
    let resolved = layers::resolve(matches, session)?;
    let paths = reading::named(matches)?;
    paths.iter().try_for_each(|path| writing::must_exist(path))?;
    let options = resolved.options(Vec::new());
    let inputs: Vec<Input> = paths.into_iter().map(Input::from).collect();
    if args::text(matches, "format") == Some("jsonl") {
        let unread = documents(inputs, &options, session)?;
        return Ok(Done { gate: false, unread: resolved.settings.on_input_error_fail && unread });
    }
    let entries = engine::inspect(inputs, &options)?;
    Sink::stdout().fill(|out| {
        for entry in &entries {
            writeln!(out, "{}", line(entry))?;
            for problem in &entry.problems {
                let place = problem.line.map_or_else(String::new, |line| format!("line {line}: "));
                writeln!(out, "      {place}{}", printable(&problem.message))?;
            }
        }
        let read = entries.iter().filter(|entry| entry.skipped.is_none());
        let documents: u64 = entries.iter().map(|entry| entry.n_records).sum();
        let (files, skipped) = (read.clone().count(), entries.len() - read.count());
        writeln!(out, "{documents} documents in {files} files; {skipped} skipped")?;
        Ok::<(), twicetold::Error>(())
    })?;
    let problems = || entries.iter().flat_map(|entry| &entry.problems);
    Ok(Done {
        gate: false,
        unread: resolved.settings.on_input_error_fail && problems().any(|problem| problem.kind.is_unread()),
    })
}

/// Writes every document as one line; comes back with whether something was not read.
fn documents(inputs: Vec<Input>, options: &Options, session: &Session) -> Result<bool, Failure> {
    let mut unread = false;
    Sink::stdout().fill(|out| {
        for item in engine::open(inputs, options)? {
            match item {
                Item::Document(document) => writeln!(out, "{}", record(&document))?,
                Item::Problem(problem) => {
                    unread |= problem.kind.is_unread();
                    session.voice.warning(&reading::problem_message(&problem));
                }
            }
        }
        Ok::<(), twicetold::Error>(())
    })?;
    Ok(unread)
}

/// A document under the names by which one is read from JSON lines.
fn record(document: &Document) -> serde_json::Value {
    json!({
        "id": document.name,
        "path": document.path,
        "record": document.record,
        "title": document.title,
        "date": document.date,
        "source": document.source,
        "url": document.url,
        "text": document.text,
    })
}

/// One file: whether it is read, as what, and why.
fn line(entry: &Entry) -> String {
    let shown = printable(&entry.shown);
    if let Some(skip) = &entry.skipped {
        return format!("skip  {shown}: {}", printable(&skip.reason()));
    }
    let format = entry.format.map_or("text", |format| format.name());
    let decided = entry.decided.map_or("default", |decided| decided.name());
    let encoding = entry.encoding.unwrap_or("UTF-8");
    let settled = entry.settled.map_or("content", |settled| settled.name());
    let bytes = entry.bytes.map_or_else(String::new, |bytes| format!(", {bytes} bytes"));
    let documents = if entry.n_records == 1 { "document" } else { "documents" };
    format!(
        "read  {shown}: {format} (by {decided}), {encoding} (by {settled}){bytes}, {} {documents}",
        entry.n_records
    )
}
