//! `twicetold config show`: every setting in force, as TOML, with where it comes from.

use twicetold::settings::{Group, OPTIONS, Opt, PROFILES};

use super::init::lines;
use crate::cli::{layers::Resolved, message::Failure, outcome::Done, outputs::Sink};

/// Prints the settings.
pub(crate) fn run(resolved: &Resolved) -> Result<Done, Failure> {
    Sink::stdout().fill(|out| {
        let mut first = true;
        for group in Group::ALL.into_iter().filter(|group| OPTIONS.iter().any(|opt| opt.group == *group)) {
            if !first {
                writeln!(out)?;
            }
            first = false;
            writeln!(out, "# {}", group.heading())?;
            for opt in OPTIONS.iter().filter(|opt| opt.group == group) {
                for (key, value) in lines(opt, &(opt.get)(&resolved.settings)) {
                    let part = key.strip_prefix(opt.name).and_then(|rest| rest.strip_prefix('.'));
                    writeln!(out, "{key} = {value}  # {}", origin(resolved, opt, part))?;
                }
            }
        }
        Ok::<(), twicetold::Error>(())
    })?;
    Ok(Done::default())
}

/// Where a setting, or one part of it, comes from.
fn origin(resolved: &Resolved, opt: &Opt, part: Option<&str>) -> String {
    let given = resolved.layers.iter().rev().find(|l| l.name == opt.name && covers(&l.value, part));
    if let Some(layer) = given {
        return match (&layer.span, &resolved.config) {
            (Some(span), Some(config)) => format!("{}:{}", config.shown, config.line(span.start)),
            _ => "flag".to_owned(),
        };
    }
    let profile = resolved.settings.profile;
    let values = PROFILES.iter().filter(|(name, _)| *name == profile).flat_map(|(_, values)| values.iter());
    match values.into_iter().any(|(name, value)| *name == opt.name && covers(value, part)) {
        true => format!("profile {profile}"),
        false => "default".to_owned(),
    }
}

/// Whether a value as typed says something about a part; a bare value holds for every part.
fn covers(value: &str, part: Option<&str>) -> bool {
    let Some(part) = part else { return true };
    value.split(',').any(|piece| piece.split_once('=').is_none_or(|(name, _)| name.trim() == part))
}
