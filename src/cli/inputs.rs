//! `twicetold inputs`: what would be read, and as what; what would not, and why.

use clap::{ArgMatches, Command};
use twicetold::settings::Group;

use super::{
    Session, args,
    engine::{self, Input},
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
    let options = engine::options(&resolved.settings, Vec::new());
    let listed = engine::list(paths.into_iter().map(Input::from).collect(), &options)?;
    Sink::stdout().fill(|out| {
        for entry in &listed {
            let verb = if entry.read { "read" } else { "skip" };
            writeln!(out, "{verb}  {}  {}", printable(&entry.shown), printable(&entry.what))?;
        }
        Ok::<(), twicetold::Error>(())
    })?;
    Ok(Done::default())
}
