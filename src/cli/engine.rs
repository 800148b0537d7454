//! The parts of the library that do the work, by the names the commands use: the one place to look
//! for what the command line needs of it.

use std::path::PathBuf;

use twicetold::{Settings, settings::InputFormat};

pub(crate) use twicetold::{
    pipeline::{
        Article, Explanation, LevelExplanation, Progress, Run, compare, explain, scan, shared_passages,
    },
    report::{Format, SCHEMA, Style, render},
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
