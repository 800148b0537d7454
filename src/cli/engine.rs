//! The parts of the library that do the work, by the names the commands use: the one place to look
//! for what the command line needs of it.

#![allow(dead_code)]

use std::{io::Write, path::PathBuf};

use twicetold::{Error, Settings, report::Findings, settings::InputFormat};

pub(crate) use twicetold::{
    pipeline::{
        Article, Explanation, LevelExplanation, Progress, Run, compare, explain, scan, shared_passages,
    },
    source::{Entry, Input, Item, Options, files_from, inspect, open},
};

/// How the settings say input is to be read; `exclude` is what the run writes.
pub(crate) fn options(settings: &Settings, exclude: Vec<PathBuf>) -> Options {
    use twicetold::source::{Fields, Format as Source};
    let field = &settings.field;
    Options {
        format: match settings.input_format {
            InputFormat::Auto => Source::Auto,
            InputFormat::Text => Source::Text,
            InputFormat::Markdown => Source::Markdown,
            InputFormat::Jsonl => Source::Jsonl,
            InputFormat::Csv => Source::Csv,
        },
        fields: Fields {
            text: field.text.clone(),
            id: field.id.clone(),
            title: field.title.clone(),
            date: field.date.clone(),
            source: field.source.clone(),
            url: field.url.clone(),
        },
        globs: settings.glob.clone(),
        hidden: settings.hidden,
        no_ignore: settings.no_ignore,
        max_record_bytes: settings.max_record_size,
        exclude,
    }
}

fn missing<T>() -> Result<T, Error> {
    Err(Error::Setting { name: "twicetold".to_owned(), message: "this part is not there yet".to_owned() })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Human,
    Json,
    Jsonl,
    Csv,
    Pairs,
}
impl Format {
    pub(crate) const ALL: [Self; 5] = [Self::Human, Self::Json, Self::Jsonl, Self::Csv, Self::Pairs];
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Pairs => "pairs",
        }
    }
    pub(crate) fn parse(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|f| f.name() == name).ok_or_else(String::new)
    }
}
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) color: bool,
    pub(crate) width: usize,
    pub(crate) no_text: bool,
    pub(crate) csv_raw: bool,
}
pub(crate) fn render(_: &Findings, _: Format, _: &Style, _: &mut dyn Write) -> Result<(), Error> {
    missing()
}
pub(crate) const SCHEMA: &str =
    r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"twicetold.report/1"}"#;
