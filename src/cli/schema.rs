//! `twicetold schema`: the JSON Schemas of the report, of the configuration file and of estimates.

use clap::{Arg, ArgMatches, Command, builder::PossibleValuesParser};

use super::{Session, args, config, engine, estimate, message::Failure, outcome::Done, outputs::Sink};

/// What it takes.
pub(crate) fn command() -> Command {
    Command::new("schema")
        .about("Prints the JSON Schema of the report, of the configuration file or of estimates.")
        .arg(
            Arg::new("of")
                .value_name("OF")
                .help("Of what: report, config or estimate.")
                .value_parser(PossibleValuesParser::new(["report", "config", "estimate"]))
                .hide_possible_values(true)
                .required(true),
        )
}

/// What it does.
pub(crate) fn run(matches: &ArgMatches, _: &Session) -> Result<Done, Failure> {
    let text = match args::text(matches, "of") {
        Some("report") => engine::SCHEMA.trim_end().to_owned(),
        Some("estimate") => estimate::SCHEMA.trim_end().to_owned(),
        _ => format!("{:#}", config::schema::schema()),
    };
    Sink::stdout().fill(|out| writeln!(out, "{text}").map_err(twicetold::Error::from))?;
    Ok(Done::default())
}
