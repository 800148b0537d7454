//! `twicetold inputs`: what would be read, and as what; what would not, and why.

use clap::{ArgMatches, Command};
use twicetold::settings::Group;

use super::{
    Session, args,
    engine::{self, Entry, Input},
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
}

/// What it does.
pub(crate) fn run(matches: &ArgMatches, session: &Session) -> Result<Done, Failure> {
    let resolved = layers::resolve(matches, session)?;
    let paths = reading::named(matches)?;
    paths.iter().try_for_each(|path| writing::must_exist(path))?;
    let options = resolved.options(Vec::new());
    let entries = engine::inspect(paths.into_iter().map(Input::from).collect(), &options)?;
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
        unread: resolved.settings.on_input_error_fail && problems().any(reading::is_unread),
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
