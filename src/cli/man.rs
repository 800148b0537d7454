//! `twicetold man`: manual pages.

use clap::{Arg, ArgMatches, Command};

use super::{
    Session, args,
    message::{Failure, Message},
    nearest,
    outcome::Done,
    outputs::Sink,
};

/// What it takes.
pub(crate) fn command() -> Command {
    Command::new("man").about("Prints the manual page of twicetold or of one of its commands.").arg(
        Arg::new("of").value_name("COMMAND").help("The command; without one, the page of twicetold itself."),
    )
}

/// What it does.
pub(crate) fn run(matches: &ArgMatches, _: &Session) -> Result<Done, Failure> {
    let mut whole = args::command();
    whole.build();
    let page = match args::text(matches, "of") {
        None => whole,
        Some(name) => {
            let Some(command) = whole.find_subcommand(name) else {
                let message = Message::new(format!("there is no command `{name}`")).at("twicetold man");
                let names = whole.get_subcommands().map(Command::get_name);
                return Err(match nearest(name, names) {
                    Some(near) => message.help(format!("did you mean `{near}`?")),
                    None => message.help("`twicetold --help` lists the commands"),
                }
                .into());
            };
            let title = format!("twicetold-{name}");
            command.clone().name(title.clone()).display_name(title)
        }
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text).map_err(twicetold::Error::from)?;
    Sink::stdout().fill(|out| out.write_all(&text).map_err(twicetold::Error::from))?;
    Ok(Done::default())
}
