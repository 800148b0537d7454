//! Finds a configuration file and gives its settings and faults their places in it.

use std::{
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

use unicode_width::UnicodeWidthStr as _;

use super::{
    allow::{self, Rule},
    read::{self, Entry, Fault},
};
use crate::cli::message::{Failure, Message, Quote};

/// What a configuration file is called.
pub(crate) const NAME: &str = "twicetold.toml";

/// A configuration file that has been read and is sound by itself.
#[derive(Debug)]
pub(crate) struct ConfigFile {
    /// Its path.
    pub(crate) path: PathBuf,
    /// Its path, as messages show it.
    pub(crate) shown: String,
    /// Its settings, in the order they stand.
    pub(crate) entries: Vec<Entry>,
    /// The findings it allows.
    pub(crate) allow: Vec<Rule>,
    text: String,
}

/// The nearest configuration file, in `folder` or one above it.
pub(crate) fn find(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(NAME)).find(|path| path.is_file())
}

impl ConfigFile {
    /// Reads a file; all that is wrong with it is said at once.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let shown = short(path);
        let bytes = fs::read(path).map_err(|error| {
            let help = "check the path, or write a new file with `twicetold config init`";
            Message::new(format!("cannot read the configuration: {error}")).at(shown.clone()).help(help)
        })?;
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let sound = error.utf8_error().valid_up_to();
                let line = 1 + error.as_bytes().iter().take(sound).filter(|byte| **byte == b'\n').count();
                let message = Message::new("the configuration is not UTF-8").at(format!("{shown}:{line}"));
                return Err(message.help("save the file as UTF-8").into());
            }
        };
        match (read::read(&text), allow::read(&text)) {
            (Ok(entries), Ok(allow)) => Ok(Self { path: path.to_path_buf(), shown, entries, allow, text }),
            (entries, allow) => {
                let mut faults = entries.err().unwrap_or_default();
                faults.extend(allow.err().unwrap_or_default());
                faults.sort_by_key(|fault| fault.span.start);
                let say = |fault: Fault| {
                    let message = locate(Message::new(fault.what), &shown, &text, fault.span);
                    match fault.help {
                        Some(help) => message.help(help),
                        None => message,
                    }
                };
                Err(faults.into_iter().map(say).collect::<Vec<_>>().into())
            }
        }
    }

    /// Adds to a message that it is about these bytes of the file.
    pub(crate) fn locate(&self, message: Message, span: Range<usize>) -> Message {
        locate(message, &self.shown, &self.text, span)
    }

    /// The line of a byte, from 1.
    pub(crate) fn line(&self, byte: usize) -> usize {
        1 + self.text.bytes().take(byte).filter(|byte| *byte == b'\n').count()
    }
}

/// A path as messages show it: relative when it lies under the current folder.
fn short(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let inside = here.as_deref().and_then(|here| path.strip_prefix(here).ok());
    inside.unwrap_or(path).display().to_string()
}

fn locate(message: Message, shown: &str, text: &str, span: Range<usize>) -> Message {
    let start = floor(text, span.start);
    let head = text.get(..start).unwrap_or("");
    let number = 1 + head.matches('\n').count();
    let begin = head.rfind('\n').map_or(0, |newline| newline + 1);
    let rest = text.get(begin..).unwrap_or("");
    let line = rest.lines().next().unwrap_or("");
    let before = text.get(begin..start).unwrap_or("");
    let marked = text.get(start..floor(text, span.end)).unwrap_or("").lines().next().unwrap_or("");
    let column = 1 + before.chars().count();
    // Wide characters take two columns; a tab is shown as one space.
    let (before, length) = (before.replace('\t', " ").width(), marked.width());
    // A file may begin with a mark that shows as nothing.
    let quote = Quote { line: number, text: line.replace('\u{feff}', ""), before, length };
    message.at(format!("{shown}:{number}:{column}")).quoting(quote)
}

/// The nearest character boundary at or before a byte.
fn floor(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
