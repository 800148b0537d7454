//! `twicetold completions`: what a shell needs to complete our words.

use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::Shell;

use super::{Session, args, message::Failure, outcome::Done, outputs::Sink};

/// What it takes.
pub(crate) fn command() -> Command {
    Command::new("completions").about("Prints a completion script for a shell.").arg(
        Arg::new("shell")
            .value_name("SHELL")
            .help("The shell: bash, elvish, fish, powershell or zsh.")
            .value_parser(value_parser!(Shell))
            .hide_possible_values(true)
            .required(true),
    )
}

/// What it does.
pub(crate) fn run(matches: &ArgMatches, _: &Session) -> Result<Done, Failure> {
    let shell = matches.get_one::<Shell>("shell").copied().unwrap_or(Shell::Bash);
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut args::command(), "twicetold", &mut script);
    Sink::stdout().fill(|out| out.write_all(&script).map_err(twicetold::Error::from))?;
    Ok(Done::default())
}
