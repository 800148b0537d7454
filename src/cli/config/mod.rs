//! `twicetold config`: write a configuration file, show what is in force, check a file.

pub(crate) mod allow;
pub(crate) mod file;
mod init;
pub(crate) mod read;
pub(crate) mod schema;
mod show;

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};
use twicetold::settings::Group;

use super::{
    Session, args, layers,
    message::{Failure, Message},
    outcome::Done,
    outputs::Sink,
};
use file::ConfigFile;

/// What it takes.
pub(crate) fn command() -> Command {
    let path = |help: &'static str| {
        Arg::new("file").value_name("FILE").help(help).value_parser(value_parser!(PathBuf))
    };
    Command::new("config")
        .about("Writes, shows or checks the configuration file.")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("init")
                .about("Writes a file with every setting and its default, all commented out.")
                .arg(path("Where to write; `-` is stdout. [default: twicetold.toml]")),
        )
        .subcommand(
            Command::new("show")
                .about("Shows every setting in force and where it comes from.")
                .args(args::settings(&Group::ALL)),
        )
        .subcommand(
            Command::new("check")
                .about("Says what is wrong with a configuration file.")
                .arg(path("The file; without one, the one that would be used here.")),
        )
}

/// What it does.
pub(crate) fn run(matches: &ArgMatches, session: &Session) -> Result<Done, Failure> {
    match matches.subcommand() {
        Some(("init", matches)) => init::run(args::path(matches, "file")),
        Some(("show", matches)) => show::run(&layers::resolve(matches, session)?),
        Some(("check", matches)) => check(args::path(matches, "file"), session),
        _ => Ok(Done::default()),
    }
}

fn check(path: Option<PathBuf>, session: &Session) -> Result<Done, Failure> {
    let here = || std::env::current_dir().ok().and_then(|here| file::find(&here));
    let Some(path) = path.or_else(|| session.config.clone()).or_else(here) else {
        let message = Message::new(format!("there is no {} here or in a folder above", file::NAME));
        return Err(message.help("write one with `twicetold config init`").into());
    };
    let resolved = layers::resolve_file(ConfigFile::open(&path)?)?;
    let shown = resolved.config.map(|config| config.shown).unwrap_or_default();
    if !session.voice.quiet {
        Sink::stdout().fill(|out| writeln!(out, "{shown}: valid").map_err(twicetold::Error::from))?;
    }
    Ok(Done::default())
}
