//! Named paths go in; the files to read come out in order, and between them what is not read.
//!
//! Folders are walked by the `ignore` crate, by the rules of `rules`, with each folder's entries
//! sorted by name.

use std::{
    collections::{HashMap, VecDeque},
    fs::{self, FileType, Metadata},
    io,
    path::{Path, PathBuf},
};

use ignore::{DirEntry, Walk};

use super::{
    Input, Options, links,
    naming::{self, FileName},
    rules::{LeftOut, Listing, Rules, Skip},
};
use crate::error::{Error, ProblemKind};

/// One thing met on the walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A regular file to read; `walked` when it was found in a folder, not named.
    File { real: PathBuf, name: FileName, bytes: u64, walked: bool },
    /// Standard input.
    Stdin,
    /// Something that cannot be read.
    Problem(FileName, ProblemKind, String),
    /// Something that need not be read.
    Skipped(FileName, Skip),
}

/// The files of the inputs, in order.
pub(super) struct Walker {
    arguments: std::vec::IntoIter<Argument>,
    folder: Option<Folder>,
    waiting: VecDeque<Found>,
    /// The files met so far, with the names they were met under.
    seen: HashMap<Key, String>,
    stdin_seen: bool,
    /// The named folders, without links; found when the first link is met.
    roots: Option<Vec<PathBuf>>,
    root_paths: Vec<PathBuf>,
    rules: Rules,
    listing: Listing,
}

enum Argument {
    Stdin,
    Path { path: PathBuf, name: String },
}

struct Folder {
    walk: Walk,
    root: PathBuf,
    /// What reports call the folder.
    name: String,
    left_out: LeftOut,
}

impl Walker {
    /// Checks the inputs.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when a named path does not exist, [`Error::Setting`] for a glob that is none.
    pub(super) fn new(inputs: Vec<Input>, options: &Options, listing: Listing) -> Result<Self, Error> {
        let rules = Rules::new(options)?;
        let mut paths = Vec::new();
        for input in &inputs {
            if let Input::Path(path) = input {
                let is_dir = match fs::metadata(path) {
                    Ok(metadata) => metadata.is_dir(),
                    Err(source) if is_missing(&source) => {
                        return Err(Error::Io { path: path.clone(), source });
                    }
                    Err(_) => false,
                };
                paths.push((path.as_path(), is_dir));
            }
        }
        let mut names = naming::report_names(&paths)?.into_iter();
        let root_paths =
            paths.iter().filter(|(_, is_dir)| *is_dir).map(|(path, _)| (*path).to_owned()).collect();
        let arguments: Vec<Argument> = inputs
            .into_iter()
            .map(|input| match input {
                Input::Stdin => Argument::Stdin,
                Input::Path(path) => Argument::Path { path, name: names.next().unwrap_or_default() },
            })
            .collect();
        Ok(Self {
            arguments: arguments.into_iter(),
            folder: None,
            waiting: VecDeque::new(),
            seen: HashMap::new(),
            stdin_seen: false,
            roots: None,
            root_paths,
            rules,
            listing,
        })
    }

    fn argument(&mut self, argument: Argument) -> Option<Found> {
        let (path, name) = match argument {
            Argument::Path { path, name } => (path, name),
            Argument::Stdin if self.stdin_seen => {
                let message = "standard input was named twice; it is read once".to_owned();
                return Some(Found::Problem(FileName::stdin(), ProblemKind::Repeated, message));
            }
            Argument::Stdin => {
                self.stdin_seen = true;
                return Some(Found::Stdin);
            }
        };
        let file = FileName { path: name, shown: naming::shown(&path) };
        if self.rules.is_own(&path) {
            return Some(Found::Skipped(file, Skip::OwnOutput));
        }
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => match self.rules.walk(&path, self.listing) {
                Ok((walk, left_out)) => {
                    self.folder = Some(Folder { walk, root: path, name: file.path, left_out });
                    None
                }
                Err(error) => Some(Found::Problem(file, ProblemKind::Unreadable, error.to_string())),
            },
            Ok(metadata) if metadata.is_file() => Some(self.file(path, file, &metadata, false)),
            Ok(metadata) => Some(not_a_file(file, metadata.file_type())),
            Err(error) => Some(Found::Problem(file, ProblemKind::Unreadable, told(&error))),
        }
    }

    /// What becomes of one entry of a folder; folders themselves are nothing.
    fn entry(&mut self, file: FileName, entry: &DirEntry) -> Option<Found> {
        let kind = entry.file_type()?;
        if kind.is_dir() {
            return None;
        }
        if kind.is_symlink() {
            if entry.depth() == 0 {
                return None;
            }
            let roots = self.roots.get_or_insert_with(|| {
                self.root_paths.iter().filter_map(|root| fs::canonicalize(root).ok()).collect()
            });
            return Some(match links::fault(entry.path(), roots) {
                None => Found::Skipped(file, Skip::Link),
                Some(why) => Found::Problem(file, ProblemKind::NotAFile, why.to_owned()),
            });
        }
        if !kind.is_file() {
            return Some(not_a_file(file, kind));
        }
        Some(match fs::symlink_metadata(entry.path()) {
            Ok(metadata) => self.file(entry.path().to_owned(), file, &metadata, true),
            Err(error) => Found::Problem(file, ProblemKind::Unreadable, told(&error)),
        })
    }

    /// A regular file, unless it was met before.
    fn file(&mut self, real: PathBuf, name: FileName, metadata: &Metadata, walked: bool) -> Found {
        if let Some(key) = key(&real, metadata) {
            if let Some(first) = self.seen.get(&key) {
                let message = format!("the same file as {}; it is read once", super::fields::quoted(first));
                return Found::Problem(name, ProblemKind::Repeated, message);
            }
            self.seen.insert(key, name.path.clone());
        }
        Found::File { real, name, bytes: metadata.len(), walked }
    }
}

impl Iterator for Walker {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            if let Some(found) = self.waiting.pop_front() {
                return Some(found);
            }
            let Some(mut folder) = self.folder.take() else {
                let argument = self.arguments.next()?;
                let found = self.argument(argument);
                self.waiting.extend(found);
                continue;
            };
            let step = folder.walk.next();
            for (path, skip) in folder.left_out.take() {
                self.waiting.push_back(Found::Skipped(folder.name(&path), skip));
            }
            match step {
                None => continue,
                Some(Ok(entry)) => {
                    let found = self.entry(folder.name(entry.path()), &entry);
                    self.waiting.extend(found);
                }
                Some(Err(error)) => {
                    let (path, kind, message) = failure(&error);
                    let file = folder.name(path.as_deref().unwrap_or(&folder.root));
                    self.waiting.push_back(Found::Problem(file, kind, message));
                }
            }
            self.folder = Some(folder);
        }
    }
}

impl Folder {
    fn name(&self, path: &Path) -> FileName {
        let rest = path.strip_prefix(&self.root).unwrap_or(path);
        let mut name = naming::below(&self.name, rest);
        if name.is_empty() {
            name.push('.');
        }
        FileName { path: name, shown: naming::shown(path) }
    }
}

/// What makes a file the same file.
#[cfg(unix)]
type Key = (u64, u64);

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere the file system may not say")]
fn key(_: &Path, metadata: &Metadata) -> Option<Key> {
    use std::os::unix::fs::MetadataExt;

    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
type Key = PathBuf;

#[cfg(not(unix))]
fn key(path: &Path, _: &Metadata) -> Option<Key> {
    fs::canonicalize(path).ok()
}

fn not_a_file(file: FileName, kind: FileType) -> Found {
    let what = special(kind);
    Found::Problem(file, ProblemKind::NotAFile, format!("{what}; it was not opened"))
}

#[cfg(unix)]
fn special(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;

    if kind.is_fifo() {
        "a FIFO (name it as `-` by way of standard input to have it read)"
    } else if kind.is_socket() {
        "a socket"
    } else if kind.is_block_device() || kind.is_char_device() {
        "a device"
    } else {
        "not a regular file"
    }
}

#[cfg(not(unix))]
fn special(_: FileType) -> &'static str {
    "not a regular file"
}

/// Whether an error says that a path names nothing.
fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidInput
    )
}

/// An I/O error in words that are the same on every machine, where there are such.
pub(super) fn told(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied: it cannot be read by this user".to_owned(),
        io::ErrorKind::NotFound => "it is gone since the folder was listed".to_owned(),
        _ => error.to_string(),
    }
}

/// What an error of the walk is about. The crate's own message is not used: it holds whole paths.
fn failure(error: &ignore::Error) -> (Option<PathBuf>, ProblemKind, String) {
    let mut path = None;
    let mut at = error;
    loop {
        match at {
            ignore::Error::WithPath { path: of, err } => {
                path = Some(of.clone());
                at = err;
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => at = err,
            ignore::Error::Loop { child, .. } => {
                let message = "a symbolic link back to a folder it stands in; it was not followed";
                return (Some(child.clone()), ProblemKind::NotAFile, message.to_owned());
            }
            ignore::Error::Io(error) => return (path, ProblemKind::Unreadable, told(error)),
            _ => return (path, ProblemKind::Unreadable, "it cannot be listed".to_owned()),
        }
    }
}
