//! Flags made from the table of settings, and the layers that come back from them.

use clap::{Arg, ArgAction, ArgMatches, builder::PossibleValuesParser};
use twicetold::settings::{Door, Group, Kind, OPTIONS, Opt};

/// A flag for every setting that has one, of one group.
pub(crate) fn of(group: Group) -> Vec<Arg> {
    OPTIONS.iter().filter(|opt| opt.door == Door::Both && opt.group == group).map(flag).collect()
}

/// The settings given as flags, in the order of the table.
pub(crate) fn given(matches: &ArgMatches) -> Vec<(&'static str, String)> {
    let mut layers = Vec::new();
    for opt in OPTIONS.iter().filter(|opt| opt.door == Door::Both) {
        if let Ok(Some(values)) = matches.try_get_many::<String>(opt.name) {
            layers.extend(values.map(|value| (opt.name, value.clone())));
        }
    }
    layers
}

fn flag(opt: &'static Opt) -> Arg {
    let arg = Arg::new(opt.name).long(opt.name).help(help(opt)).help_heading(opt.group.heading());
    let arg = if opt.name == "threads" { arg.short('j') } else { arg };
    let arg = arg.action(if opt.many { ArgAction::Append } else { ArgAction::Set });
    match opt.kind {
        // A switch set in the configuration file can be taken back: --hidden=false.
        Kind::Switch => arg
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_name("false")
            .value_parser(PossibleValuesParser::new(["true", "false"]))
            .hide_possible_values(true),
        Kind::Choice(names) => arg
            .value_name(opt.value)
            .value_parser(PossibleValuesParser::new(names()))
            .hide_possible_values(true),
        _ => arg.value_name(opt.value),
    }
}

/// What help says of a setting: its sentence and its default.
fn help(opt: &Opt) -> String {
    match opt.default {
        "" => opt.help.to_owned(),
        default => format!("{} [default: {default}]", opt.help),
    }
}
