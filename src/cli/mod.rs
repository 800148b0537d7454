//! The command line: words go in, an [`Outcome`] comes out.
//!
//! One file a command, each with what it takes (`command`) and what it does (`run`). The work is
//! the library's; only [`engine`] names the parts of it that do the work. Nothing here decides what
//! is found, and nothing but [`outcome`] chooses an exit code.

#[cfg(feature = "archive")]
mod archive;
mod args;
mod baseline;
#[cfg(feature = "archive")]
mod check;
mod compare;
mod completions;
mod config;
mod dedup;
mod engine;
mod estimate;
mod explain;
mod flags;
mod gate;
mod held;
#[cfg(feature = "archive")]
mod index;
mod inputs;
pub(crate) mod interrupt;
mod layers;
mod man;
mod message;
mod outcome;
mod outputs;
mod pairs;
mod progress;
mod reading;
mod report;
mod sample;
mod scan;
mod schema;
mod writing;

use std::{ffi::OsString, path::PathBuf};

use clap::{ArgMatches, ColorChoice, Command};

use message::{Failure, Message, Voice};
pub(crate) use outcome::Outcome;
use outcome::{Class, Done};

/// One command: what it takes and what it does.
struct Entry {
    command: fn() -> Command,
    run: fn(&ArgMatches, &Session) -> Result<Done, Failure>,
}

/// Every command, in the order help shows them.
const COMMANDS: &[Entry] = &[
    Entry { command: scan::command, run: scan::run },
    #[cfg(feature = "archive")]
    Entry { command: check::command, run: check::run },
    Entry { command: dedup::command, run: dedup::run },
    Entry { command: baseline::command, run: baseline::run },
    Entry { command: compare::command, run: compare::run },
    Entry { command: report::command, run: report::run },
    Entry { command: sample::command, run: sample::run },
    Entry { command: estimate::command, run: estimate::run },
    Entry { command: explain::command, run: explain::run },
    #[cfg(feature = "archive")]
    Entry { command: index::command, run: index::run },
    Entry { command: inputs::command, run: inputs::run },
    Entry { command: config::command, run: config::run },
    Entry { command: schema::command, run: schema::run },
    Entry { command: completions::command, run: completions::run },
    Entry { command: man::command, run: man::run },
];

/// What every command knows besides its own arguments.
#[derive(Debug)]
struct Session {
    /// How loudly to speak.
    voice: Voice,
    /// How progress is shown.
    progress: progress::Shown,
    /// The configuration file named by the user.
    config: Option<PathBuf>,
    /// Whether to leave configuration files alone.
    isolated: bool,
}

/// Runs the command that the words ask for.
pub(crate) fn run(words: impl Iterator<Item = OsString>) -> Outcome {
    let words: Vec<OsString> = words.collect();
    let color = args::color(&words);
    match color {
        ColorChoice::Always => anstream::ColorChoice::Always.write_global(),
        ColorChoice::Never => anstream::ColorChoice::Never.write_global(),
        ColorChoice::Auto => {}
    }
    let matches = match args::command().color(color).try_get_matches_from(words) {
        Ok(matches) => matches,
        Err(error) => {
            // Help and the version come this way too. Nobody listening is no error.
            let _ = error.print();
            return match error.exit_code() {
                0 => Outcome::Done(Done::default()),
                _ => Outcome::Failed(Class::Usage),
            };
        }
    };
    let Some((name, matches)) = matches.subcommand() else { return Outcome::Failed(Class::Usage) };
    let session = Session {
        voice: Voice { quiet: args::is_on(matches, "quiet"), verbose: args::is_on(matches, "verbose") },
        progress: match args::text(matches, "progress") {
            // Who asks for lines gets them, however quiet all else is to be.
            Some("json") => progress::Shown::Json,
            Some("never") => progress::Shown::Never,
            _ if args::is_on(matches, "quiet") => progress::Shown::Never,
            _ => progress::Shown::Bar,
        },
        config: args::path(matches, "config"),
        isolated: args::is_on(matches, "isolated"),
    };
    let entry = COMMANDS.iter().find(|entry| (entry.command)().get_name() == name);
    match entry.map(|entry| (entry.run)(matches, &session)) {
        Some(Ok(done)) => Outcome::Done(done),
        Some(Err(failure)) => {
            failure.messages.iter().for_each(|message| session.voice.error(message));
            Outcome::Failed(failure.class)
        }
        None => Outcome::Failed(Class::Usage),
    }
}

/// What to say when this program itself is wrong: the panic has been printed.
pub(crate) fn internal_error() -> Outcome {
    let help = "this is a bug: please report it with the message above and what you ran";
    Voice::default().error(&Message::new("internal error: nothing can be concluded").help(help));
    Outcome::Failed(Class::Usage)
}

/// The name most like `word`, when one is like enough to be what was meant.
fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase().replace('_', "-");
    let scored = names.into_iter().map(|name| (strsim::damerau_levenshtein(&word, name), name));
    let best = scored.min_by_key(|(distance, _)| *distance)?;
    let limit = (best.1.len().max(word.len()) / 3).max(1);
    (best.0 <= limit).then_some(best.1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use twicetold::settings::{Door, OPTIONS};

    #[test]
    fn the_command_line_is_sound() {
        args::command().debug_assert();
    }

    #[test]
    fn every_setting_with_a_flag_is_a_flag_a_key_and_in_the_schema() {
        let scan = args::command().find_subcommand("scan").unwrap().clone();
        let schema = config::schema::schema();
        for opt in OPTIONS {
            let flag = scan.get_arguments().any(|arg| arg.get_long() == Some(opt.name));
            assert_eq!(flag, opt.door == Door::Both, "{}", opt.name);
            assert!(config::read::is_key(opt.name), "{}", opt.name);
            let pointer = format!("/properties/{}", opt.name.replace('.', "/properties/"));
            assert!(schema.pointer(&pointer).is_some(), "{pointer}");
        }
    }

    #[test]
    fn every_help_text_is_a_sentence() {
        fn check(command: &Command) {
            for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
                let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
                let sentence = help.split(" [default: ").next().unwrap_or_default().trim();
                assert!(sentence.ends_with('.'), "{} --{}: {help}", command.get_name(), arg.get_id());
            }
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(about.ends_with('.'), "{}: {about}", command.get_name());
            command.get_subcommands().for_each(check);
        }
        check(&args::command());
        for opt in OPTIONS {
            assert!(opt.help.ends_with('.'), "{}", opt.name);
        }
    }

    #[test]
    fn a_slip_is_recognised_and_a_stranger_is_not() {
        let names = ["threshold", "min-words", "lanes"];
        assert_eq!(nearest("treshold", names), Some("threshold"));
        assert_eq!(nearest("min_words", names), Some("min-words"));
        assert_eq!(nearest("Lane", names), Some("lanes"));
        assert_eq!(nearest("colour", names), None);
    }
}
