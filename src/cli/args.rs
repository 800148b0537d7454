//! What can be typed: the arguments that several commands share, and the whole command.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, ColorChoice, Command, value_parser};
use twicetold::settings::Group;

use super::{engine, flags, message::Failure, outputs};

const ABOUT: &str =
    "Finds text that has been told twice: repeated documents, paragraphs, sentences and passages.";

const AFTER: &str = "\
Exit codes: 0 done; 1 a finding reached the gate (--fail-on); 2 wrong usage or settings; \
3 input could not be read (--on-input-error=fail); 4 the archive cannot be used; 130, 143 interrupted.";

/// The whole command line, for parsing, completions and manual pages.
pub(crate) fn command() -> Command {
    Command::new("twicetold")
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .after_help(AFTER)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .args_override_self(true)
        .max_term_width(110)
        .args(common())
        .subcommands(super::COMMANDS.iter().map(|entry| (entry.command)().args_override_self(true)))
}

/// What every command takes.
fn common() -> Vec<Arg> {
    let run = Group::Run.heading();
    let output = Group::Output.heading();
    vec![
        switch("quiet", "Say errors only.").short('q').help_heading(output),
        switch("verbose", "Say more: which configuration is used, and what is skipped.")
            .short('v')
            .help_heading(output),
        choice("color", "WHEN", &["auto", "always", "never"], "auto")
            .help("Use colours: auto, always or never; NO_COLOR is honoured. [default: auto]")
            .help_heading(output),
        choice("progress", "WHEN", &["auto", "never", "json"], "auto")
            .help("Show progress on stderr: auto (a bar, on a terminal), never, or json (a line of JSON now and then, for programs). [default: auto]")
            .help_heading(output),
        file("config", "Read settings from this file instead of twicetold.toml here or in a folder above.")
            .help_heading(run),
        switch("isolated", "Read no configuration file.").conflicts_with("config").help_heading(run),
    ]
    .into_iter()
    .map(|arg| arg.global(true))
    .collect()
}

/// What to read.
pub(crate) fn paths() -> Arg {
    Arg::new("paths")
        .value_name("PATHS")
        .help("Files and folders to read; `-` is stdin. Without any, the current folder.")
        .num_args(0..)
        .value_parser(value_parser!(PathBuf))
}

/// What to read, as a list in a file.
pub(crate) fn files_from() -> Arg {
    file("files-from", "Read the paths of the files from this file, one a line; `-` is stdin.")
        .help_heading(Group::Input.heading())
}

/// Where a run that is stopped leaves what it has done.
pub(crate) fn resume() -> Arg {
    file(
        "resume",
        "Keep in this folder what is done, and go on from it where a run of the same settings over the same files was stopped; it is taken away when all is written.",
    )
    .value_name("DIR")
    .help_heading(Group::Run.heading())
}

/// The folder of [`resume`], if it was asked for.
pub(crate) fn resumed(matches: &ArgMatches) -> Option<&Path> {
    matches.get_one::<PathBuf>("resume").map(PathBuf::as_path)
}

/// Takes that folder away: everything is written.
pub(crate) fn done_with(resumed: Option<&Path>) -> Result<(), Failure> {
    Ok(resumed.map_or(Ok(()), engine::forget)?)
}

/// The two documents of `compare` and `explain`.
pub(crate) fn two() -> [Arg; 2] {
    let arg = |id: &'static str, name: &'static str, help: &'static str| {
        Arg::new(id).value_name(name).help(help).value_parser(value_parser!(PathBuf)).required(true)
    };
    [
        arg("left", "A", "One document: a file, a record as FILE#N, or `-` for stdin."),
        arg("right", "B", "The other document."),
    ]
}

/// How to write what was found.
pub(crate) fn report() -> Vec<Arg> {
    let output = Group::Output.heading();
    let formats: Vec<&str> = engine::Format::ALL.iter().map(|format| format.name()).collect();
    let help = format!(
        "Write a report: {}. With =FILE into a file; may be given again. [default: human]",
        formats.join(", ")
    );
    vec![
        Arg::new("format")
            .short('f')
            .long("format")
            .value_name("FORMAT[=FILE]")
            .help(help)
            .action(ArgAction::Append)
            .value_parser(outputs::parse)
            .help_heading(output),
        switch("no-text", "Leave the texts out of the report; places stay.").help_heading(output),
        switch("csv-raw", "Write CSV cells as they are, even those a spreadsheet would run as formulas.")
            .help_heading(output),
        switch("html-full-text", "Put whole articles into an HTML report, not only the passages with some text around them.")
            .help_heading(output),
        Arg::new("path-prefix")
            .long("path-prefix")
            .value_name("FOLDER")
            .help("Put this folder before paths in markdown, sarif, junit, github and gitlab, which want them from the root of the repository.")
            .help_heading(output),
    ]
}

/// Flags for the settings of some groups, group by group.
pub(crate) fn settings(groups: &[Group]) -> Vec<Arg> {
    groups.iter().flat_map(|group| flags::of(*group)).collect()
}

/// A switch.
pub(crate) fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).help(help).action(ArgAction::SetTrue)
}

/// A flag that takes a file.
pub(crate) fn file(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name("FILE").help(help).value_parser(value_parser!(PathBuf))
}

fn choice(name: &'static str, value: &'static str, names: &[&'static str], default: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name(value)
        .value_parser(clap::builder::PossibleValuesParser::new(names.iter().copied()))
        .default_value(default)
        .hide_default_value(true)
        .hide_possible_values(true)
}

/// Whether a switch was given; also when the command has no such switch.
pub(crate) fn is_on(matches: &ArgMatches, name: &str) -> bool {
    matches.try_get_one::<bool>(name).ok().flatten().copied().unwrap_or(false)
}

/// The text of a flag.
pub(crate) fn text<'a>(matches: &'a ArgMatches, name: &str) -> Option<&'a str> {
    matches.try_get_one::<String>(name).ok().flatten().map(String::as_str)
}

/// The path of a flag.
pub(crate) fn path(matches: &ArgMatches, name: &str) -> Option<PathBuf> {
    matches.try_get_one::<PathBuf>(name).ok().flatten().cloned()
}

/// When to use colours, found before parsing: errors of parsing are coloured too.
pub(crate) fn color(words: &[std::ffi::OsString]) -> ColorChoice {
    let mut choice = ColorChoice::Auto;
    let mut words = words.iter().filter_map(|word| word.to_str()).take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        let value = match word.strip_prefix("--color") {
            Some("") => words.next(),
            Some(rest) => rest.strip_prefix('='),
            None => continue,
        };
        choice = match value {
            Some("always") => ColorChoice::Always,
            Some("never") => ColorChoice::Never,
            _ => ColorChoice::Auto,
        };
    }
    choice
}
