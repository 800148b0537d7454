//! `twicetold config init`: a configuration file made from the table of settings.

use std::{
    fmt::Write as _,
    fs::OpenOptions,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use twicetold::settings::{Group, Kind, OPTIONS, Opt};

use super::{allow, file};
use crate::cli::{
    message::{Failure, Message},
    outcome::Done,
    outputs::Sink,
};

/// Writes the file; one that is there already is left alone.
pub(crate) fn run(path: Option<PathBuf>) -> Result<Done, Failure> {
    let path = path.unwrap_or_else(|| PathBuf::from(file::NAME));
    if path == Path::new("-") {
        Sink::stdout().fill(|out| out.write_all(template().as_bytes()).map_err(twicetold::Error::from))?;
        return Ok(Done::default());
    }
    let made = OpenOptions::new().write(true).create_new(true).open(&path);
    let written = made.and_then(|mut file| file.write_all(template().as_bytes()));
    written.map_err(|error| {
        let (what, help) = match error.kind() {
            io::ErrorKind::AlreadyExists => {
                ("there is a file already".to_owned(), "name another, or write to stdout with `-`")
            }
            _ => (format!("cannot write: {error}"), "check the folder and its permissions"),
        };
        Message::new(what).at(path.display().to_string()).help(help)
    })?;
    Ok(Done::default())
}

/// Every setting with its help and its default, commented out.
pub(crate) fn template() -> String {
    let mut out = String::from(
        "# Settings of twicetold for this folder and those below it.\n\
         # Every line shows a default: take away its `# ` to change it. A flag of the same name goes before.\n",
    );
    for group in Group::ALL.into_iter().filter(|group| OPTIONS.iter().any(|opt| opt.group == *group)) {
        let _ = writeln!(out, "\n## {}", group.heading());
        for opt in OPTIONS.iter().filter(|opt| opt.group == group) {
            let _ = writeln!(out, "\n## {}", opt.help);
            for (key, value) in lines(opt, opt.default) {
                let _ = writeln!(out, "# {key} = {value}");
            }
        }
    }
    out + &allow::template()
}

/// The lines of TOML that give a setting a value as typed: one, or one for each part of a map.
pub(crate) fn lines(opt: &Opt, value: &str) -> Vec<(String, String)> {
    let name = opt.name;
    let parts = || value.split(',').map(str::trim).filter(|part| !part.is_empty());
    match opt.kind {
        kind if kind.is_map() => {
            let named = parts().filter_map(|part| part.split_once('='));
            let lines: Vec<(String, String)> =
                named.map(|(key, value)| (format!("{name}.{key}"), inner(kind, value))).collect();
            if lines.is_empty() { vec![(name.to_owned(), quoted(value))] } else { lines }
        }
        Kind::Choices(_) => vec![(name.to_owned(), list(parts()))],
        Kind::Texts => vec![(name.to_owned(), list(value.lines()))],
        Kind::Switch => vec![(name.to_owned(), if value == "true" { "true" } else { "false" }.to_owned())],
        Kind::Frequency if value.ends_with('%') => vec![(name.to_owned(), quoted(value))],
        Kind::Number | Kind::Share | Kind::Frequency => vec![(name.to_owned(), value.to_owned())],
        _ => vec![(name.to_owned(), quoted(value))],
    }
}

fn inner(kind: Kind, value: &str) -> String {
    match kind {
        Kind::Numbers(_) | Kind::Shares(_) => value.to_owned(),
        _ => quoted(value),
    }
}

fn list<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = parts.map(quoted).collect();
    format!("[{}]", quoted.join(", "))
}

/// A text as TOML writes it; JSON writes it the same way.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::cli::config::read;
    use twicetold::Settings;

    #[test]
    fn the_template_says_the_defaults() {
        let plain: String = template()
            .lines()
            .filter_map(|line| line.strip_prefix("# "))
            .filter(|line| line.contains(" = "))
            .fold(String::new(), |text, line| text + line + "\n");
        let entries = read::read(&plain).unwrap();
        let layers: Vec<(&str, &str)> =
            entries.iter().map(|entry| (entry.name, entry.value.as_str())).collect();
        let settings = Settings::from_layers(layers.iter().copied()).unwrap();
        for opt in OPTIONS {
            assert!(plain.contains(opt.name), "{}", opt.name);
            assert_eq!((opt.get)(&settings), (opt.get)(&Settings::default()), "{}", opt.name);
        }
        assert!(read::read(&template()).unwrap().is_empty());
    }
}
