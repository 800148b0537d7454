//! `twicetold baseline`: the file of findings that are known.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::{ArgMatches, Command};
use twicetold::{
    gate::{Baseline, Change},
    report::Report,
    settings::{FailOn, Group},
};

use super::{
    Session, args,
    engine::{self, Input},
    gate::{self, Gate, Unused},
    layers::{self, Resolved},
    message::{Failure, Message, printable},
    outcome::Done,
    outputs::{self, Sink},
    progress::Bar,
    reading, writing,
};

/// Digits of a fingerprint that are shown, as reports for people do.
const DIGITS: usize = 12;

/// What it takes.
pub(crate) fn command() -> Command {
    let scanning = |name: &'static str, about: &'static str| {
        Command::new(name)
            .about(about)
            .arg(args::paths())
            .arg(
                args::file("report", "Take the findings from this JSON report instead of scanning.")
                    .conflicts_with_all(["paths", "files-from"])
                    .help_heading(Group::Input.heading()),
            )
            .args(args::settings(&Group::ALL))
            .arg(gate::today())
            .arg(args::files_from())
    };
    Command::new("baseline")
        .about("Keeps the file of findings that are known, so that only new ones fail a run.")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([
            scanning("create", "Writes what is found now into a new file."),
            scanning("update", "Adds what is new to the file."),
            scanning("prune", "Takes out of the file what does not occur any more."),
            Command::new("show")
                .about("Lists what is known: fingerprint, level, occurrences and how the text begins.")
                .args(args::settings(&[Group::Gate])),
        ])
}

/// What it does.
pub(crate) fn run(matches: &ArgMatches, session: &Session) -> Result<Done, Failure> {
    let Some((name, matches)) = matches.subcommand() else { return Ok(Done::default()) };
    let mut resolved = layers::resolve(matches, session)?;
    // Findings are written down here, they do not fail.
    resolved.settings.fail_on = FailOn::None;
    let Some(path) = gate::baseline_path(&resolved) else {
        let message = Message::new("nothing says which file holds the baseline");
        return Err(message.at(format!("baseline {name}")).help("give --baseline FILE").into());
    };
    if name == "show" {
        return show(&gate::read_baseline(&path)?);
    }
    if name == "create" && path.symlink_metadata().is_ok() {
        let message = Message::new("there is a file already").at(path.display().to_string());
        let help = "`twicetold baseline update` adds to it; remove it to begin again";
        return Err(message.help(help).into());
    }
    let mut baseline = match name {
        "create" => Baseline::default(),
        _ => gate::read_baseline(&path)?,
    };
    let (found, done) = found(matches, &resolved, &path, session)?;
    let change = match name {
        "prune" => baseline.prune(&found),
        _ => baseline.update(&found),
    };
    Sink::open(Some(&path))?.fill(|out| {
        out.write_all(baseline.to_text().as_bytes())?;
        Ok::<(), twicetold::Error>(())
    })?;
    if !session.voice.quiet {
        say(name, change, baseline.entries().count(), &path)?;
    }
    Ok(done)
}

/// What is found now.
fn found(
    matches: &ArgMatches,
    resolved: &Resolved,
    baseline: &Path,
    session: &Session,
) -> Result<(Baseline, Done), Failure> {
    if let Some(path) = args::path(matches, "report") {
        let text = fs::read_to_string(&path).map_err(|error| {
            let message = Message::new(format!("cannot read the report: {error}"));
            message.at(path.display().to_string()).help("name a report that `-f json=FILE` wrote")
        })?;
        return Ok((Baseline::of(&Report::parse(&text)?), Done::default()));
    }
    let paths = reading::named(matches)?;
    paths.iter().try_for_each(|path| writing::must_exist(path))?;
    let mut gate = Gate::without_baseline(matches, resolved, Unused::Warn, session)?;
    let mut excluded: Vec<PathBuf> = gate.files().to_vec();
    excluded.extend([baseline.to_path_buf(), outputs::place(baseline)]);
    let options = resolved.options(excluded);
    let bar = Bar::new(session.progress);
    let run = resolved.run(&bar);
    let inputs = paths.into_iter().map(Input::from).collect();
    let mut findings = engine::scan(inputs, &options, &resolved.plan, &run)?;
    drop(bar);
    gate.judge(&mut findings, 0, session);
    let done = writing::judge(&findings, &resolved.settings, session);
    Ok((Baseline::of(&Report::of(&findings, false)), done))
}

fn say(name: &str, change: Change, all: usize, path: &Path) -> Result<(), Failure> {
    let Change { findings, counts } = change;
    let what = match name {
        "create" => format!("{all} findings"),
        "prune" => format!("{findings} findings taken out, {counts} with fewer occurrences; {all} findings"),
        _ => format!("{findings} findings added, {counts} with more occurrences; {all} findings"),
    };
    let path = printable(&path.display().to_string());
    Sink::stdout().fill(|out| writeln!(out, "{path}: {what}").map_err(twicetold::Error::from))
}

fn show(baseline: &Baseline) -> Result<Done, Failure> {
    Sink::stdout().fill(|out| {
        for (fingerprint, entry) in baseline.entries() {
            let digits = fingerprint.get(..DIGITS).unwrap_or(fingerprint);
            let [digits, level, excerpt] =
                [digits, &entry.level, &entry.excerpt].map(|text| printable(text).replace(['\t', '\n'], " "));
            writeln!(out, "{digits}\t{level}\t{}\t{excerpt}", entry.occurrences)?;
        }
        Ok::<(), twicetold::Error>(())
    })?;
    Ok(Done::default())
}
