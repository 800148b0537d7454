//! `twicetold scan`: every repeat within and between the documents of one corpus.

use clap::{ArgMatches, Command};
use twicetold::settings::Group;

use super::{
    Session, args,
    engine::{self, Input},
    gate::{self, Gate, Unused},
    layers,
    message::Failure,
    outcome::Done,
    progress::Bar,
    reading,
    writing::{self, Reports},
};

/// What it takes.
pub(crate) fn command() -> Command {
    Command::new("scan")
        .about("Finds every repeat within and between documents.")
        .arg(args::paths())
        .args(args::settings(&Group::ALL))
        .arg(gate::today())
        .arg(args::files_from())
        .args(args::report())
}

/// What it does.
pub(crate) fn run(matches: &ArgMatches, session: &Session) -> Result<Done, Failure> {
    let resolved = layers::resolve(matches, session)?;
    let paths = reading::named(matches)?;
    paths.iter().try_for_each(|path| writing::must_exist(path))?;
    let reports = Reports::open(matches, &paths)?;
    let mut gate = Gate::open(matches, &resolved, Unused::Warn, session)?;
    let mut excluded = reports.paths();
    excluded.extend(gate.files().iter().cloned());
    let options = resolved.options(excluded);
    let inputs = paths.into_iter().map(Input::from).collect();
    let bar = Bar::new(session.progress);
    let run = resolved.run(&bar);
    let mut findings = engine::scan(inputs, &options, &resolved.plan, &run)?;
    drop(bar);
    gate.judge(&mut findings, 0, session);
    reports.write(&findings)?;
    Ok(writing::judge(&findings, &resolved.settings, session))
}
