//! From what was typed to what it means: flags and the configuration file become settings and a plan.
//!
//! Layers in order: the defaults, the profile's values, the configuration file, the flags. Each
//! knows where it came from, so that a value that cannot be used is shown where it was written.

use std::{
    ops::Range,
    path::{Path, PathBuf},
};

use clap::ArgMatches;
use twicetold::{Error, Plan, Settings, machine};

use super::{
    Session,
    config::file::{self, ConfigFile},
    engine::{self, Options, Progress, Run},
    flags,
    message::{Failure, Message},
};

/// One value with where it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layer {
    /// The setting.
    pub(crate) name: &'static str,
    /// The value as typed.
    pub(crate) value: String,
    /// Where in the configuration file; none for a flag.
    pub(crate) span: Option<Range<usize>>,
}

/// Everything a command was told, checked.
#[derive(Debug)]
pub(crate) struct Resolved {
    /// The settings.
    pub(crate) settings: Settings,
    /// What follows from them.
    pub(crate) plan: Plan,
    /// Where they came from, the last winning.
    pub(crate) layers: Vec<Layer>,
    /// The configuration file, if one was used.
    pub(crate) config: Option<ConfigFile>,
}

impl Resolved {
    /// How to read input; what is written, and the configuration, are no input.
    pub(crate) fn options(&self, written: Vec<PathBuf>) -> Options {
        let config = self.config.as_ref().map(|config| config.path.clone());
        engine::options(&self.settings, written.into_iter().chain(config).collect())
    }

    /// How to carry a run out.
    pub(crate) fn run<'a>(&'a self, progress: &'a dyn Progress) -> Run<'a> {
        let Settings { threads, memory_limit, temp_dir, .. } = &self.settings;
        let memory = if *memory_limit == 0 { machine::memory() / 4 * 3 } else { *memory_limit };
        let temp_dir = (!temp_dir.is_empty()).then(|| Path::new(temp_dir));
        Run { threads: *threads, progress, memory, temp_dir, resume: None }
    }
}

/// Works out the settings of a command.
pub(crate) fn resolve(matches: &ArgMatches, session: &Session) -> Result<Resolved, Failure> {
    resolve_over(Vec::new(), matches, session)
}

/// The same over values that hold unless the user says otherwise.
pub(crate) fn resolve_over(
    base: Vec<(&'static str, String)>,
    matches: &ArgMatches,
    session: &Session,
) -> Result<Resolved, Failure> {
    let config = config(session)?;
    let mut layers: Vec<Layer> =
        base.into_iter().map(|(name, value)| Layer { name, value, span: None }).collect();
    layers.extend(of_file(config.as_ref()));
    let flags = flags::given(matches).into_iter();
    layers.extend(flags.map(|(name, value)| Layer { name, value, span: None }));
    resolve_layers(layers, config)
}

/// Works out what a configuration file says by itself.
pub(crate) fn resolve_file(config: ConfigFile) -> Result<Resolved, Failure> {
    resolve_layers(of_file(Some(&config)), Some(config))
}

fn resolve_layers(layers: Vec<Layer>, config: Option<ConfigFile>) -> Result<Resolved, Failure> {
    let pairs = layers.iter().map(|layer| (layer.name, layer.value.as_str()));
    let checked = Settings::from_layers(pairs).and_then(|settings| Ok((settings.plan()?, settings)));
    match checked {
        Ok((plan, settings)) => Ok(Resolved { settings, plan, layers, config }),
        Err(Error::Setting { name, message }) => Err(place(&name, &message, &layers, config.as_ref()).into()),
        Err(other) => Err(other.into()),
    }
}

fn config(session: &Session) -> Result<Option<ConfigFile>, Failure> {
    if session.isolated {
        return Ok(None);
    }
    let here = || std::env::current_dir().ok().and_then(|here| file::find(&here));
    let Some(path) = session.config.clone().or_else(here) else { return Ok(None) };
    let config = ConfigFile::open(&path)?;
    session.voice.note(&Message::new("settings are read from a configuration file").at(&config.shown));
    Ok(Some(config))
}

fn of_file(config: Option<&ConfigFile>) -> Vec<Layer> {
    let entries = config.map(|config| config.entries.iter()).into_iter().flatten();
    entries
        .map(|entry| Layer { name: entry.name, value: entry.value.clone(), span: Some(entry.span.clone()) })
        .collect()
}

/// Says of a value that cannot be used where it was given. A value that only does not go together
/// with another may be a default: then there is no place but its name.
fn place(name: &str, message: &str, layers: &[Layer], config: Option<&ConfigFile>) -> Message {
    let given = layers.iter().rev().find(|layer| layer.name == name);
    let message = Message::new(format!("`{name}`: {message}"));
    match (given.map(|layer| (layer, &layer.span)), config) {
        (Some((_, Some(span))), Some(config)) => {
            config.locate(message, span.clone()).help("`twicetold config init -` shows every default")
        }
        (Some((layer, _)), _) => {
            message.at(format!("--{name} {}", layer.value)).help("see `--help` for what it takes")
        }
        (None, _) => message.at("a default").help("`twicetold config show` shows what is in force"),
    }
}
