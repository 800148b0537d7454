//! The parts of the library that do the work, by the names the commands use: the one place to look
//! for what the command line needs of it.

use std::path::PathBuf;

use twicetold::Settings;

pub(crate) use twicetold::{
    pipeline::{
        Article, Estimate, Explanation, LevelEstimate, LevelExplanation, Progress, Run, Tried, compare,
        estimate, explain, scan, scan_documents, shared_passages, subset,
    },
    report::{Format, Report, SCHEMA, Style, render, render_again, side_by_side},
    source::{Entry, Input, Item, Options, files_from, inspect, open},
};

#[cfg(feature = "archive")]
pub(crate) use twicetold::pipeline::{Against, Checked, add, add_documents, check, verify};

/// How the settings say input is to be read; `exclude` is what is no input though it lies there.
pub(crate) fn options(settings: &Settings, exclude: Vec<PathBuf>) -> Options {
    Options { exclude, ..Options::of(settings) }
}
