//! Standard input as a file, for commands that read what they are given twice.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use super::{
    interrupt::UnfinishedFolder,
    message::{Failure, Message},
};

/// What reports call it.
const NAME: &str = "stdin";

/// A file that goes when this goes, or when the run is interrupted.
#[derive(Debug)]
pub(crate) struct Held {
    /// Never finished, so never put anywhere.
    _folder: UnfinishedFolder,
    path: PathBuf,
}

impl Held {
    /// Reads standard input to its end into a folder of its own below the folder for temporary files, the system's where none is named, so that
    /// the name that reports use is always the same.
    pub(crate) fn stdin(temp_dir: &str) -> Result<Self, Failure> {
        let below = if temp_dir.is_empty() { std::env::temp_dir() } else { PathBuf::from(temp_dir) };
        let told = |error: io::Error| {
            let message = Message::new(format!("standard input cannot be kept: {error}"));
            Failure::from(
                message
                    .at(below.display().to_string())
                    .help("name a folder with room: --temp-dir, or put it into a file"),
            )
        };
        let folder = UnfinishedFolder::new(&below.join(NAME)).map_err(told)?;
        let path = folder.path().map_err(told)?.join(NAME);
        let mut file = File::create_new(&path).map_err(told)?;
        io::copy(&mut io::stdin().lock(), &mut file).map_err(told)?;
        Ok(Self { _folder: folder, path })
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}
