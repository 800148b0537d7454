//! The files that `twicetold dedup` reads and writes: where they may lie, and how they become whole.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use twicetold::{
    Error,
    dedup::{Inputs, Outputs, inside},
};

use crate::cli::{
    interrupt::UnfinishedFolder,
    message::{Failure, Message, printable},
    outputs::{self, Sink},
};

/// `OUT.ledger.jsonl` for `OUT`.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    // Without the `/` that a shell may have put behind a folder's name.
    let mut name = path.components().collect::<PathBuf>().into_os_string();
    name.push(ending);
    name.into()
}

/// Whether a name means stdout.
pub(super) fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Refuses to write where inputs lie, or over what is there.
pub(super) fn must_be_free(path: &Path, inputs: &[PathBuf]) -> Result<(), Failure> {
    if is_stdout(path) {
        return Ok(());
    }
    let there = outputs::place(path);
    let refused =
        |what: &str, help: &str| Err(Message::new(what).at(path.display().to_string()).help(help).into());
    if inputs.iter().any(|input| there.starts_with(outputs::place(input))) {
        return refused("the result would lie in what it is made of", "name another place");
    }
    let empty = fs::read_dir(&there).is_ok_and(|mut entries| entries.next().is_none());
    if there.symlink_metadata().is_ok() && !empty {
        return refused("there is something already", "name another place, or take it away first");
    }
    Ok(())
}

/// Files of a result that is being written.
pub(super) enum Written {
    File(Option<Sink>),
    Folder(UnfinishedFolder),
}

impl Written {
    pub(super) fn new(out: &Path, single: bool) -> Result<Self, Failure> {
        if is_stdout(out) {
            return Ok(Self::File(Some(Sink::stdout())));
        }
        if single {
            return Ok(Self::File(Some(Sink::open(Some(out))?)));
        }
        UnfinishedFolder::new(&outputs::place(out))
            .map(Self::Folder)
            .map_err(|error| cannot_write(out, &error))
    }

    /// Whether whoever read it went away, which is no error.
    pub(super) const fn is_gone(&self) -> bool {
        matches!(self, Self::File(Some(sink)) if sink.is_gone())
    }

    pub(super) fn finish(self, out: &Path) -> Result<(), Failure> {
        match self {
            Self::File(Some(sink)) => sink.finish(),
            Self::File(None) => Ok(()),
            Self::Folder(folder) => folder.finish().map_err(|error| cannot_write(out, &error)),
        }
    }
}

impl Outputs for Written {
    fn file(&mut self, path: &str) -> Result<Box<dyn Write + '_>, Error> {
        match self {
            Self::File(Some(sink)) => Ok(Box::new(BufWriter::new(sink))),
            Self::File(None) => Ok(Box::new(io::sink())),
            Self::Folder(folder) => {
                let inside = inside(path)?;
                let told = |source| Error::Io { path: path.into(), source };
                let real = folder.path().map_err(told)?.join(inside);
                if let Some(parent) = real.parent() {
                    fs::create_dir_all(parent).map_err(told)?;
                }
                Ok(Box::new(BufWriter::new(File::create_new(real).map_err(told)?)))
            }
        }
    }
}

/// The result of a dry run.
pub(super) struct Nowhere;

impl Outputs for Nowhere {
    fn file(&mut self, _: &str) -> Result<Box<dyn Write + '_>, Error> {
        Ok(Box::new(io::sink()))
    }
}

/// Files of a result that is read again.
pub(super) struct Results<'r> {
    pub(super) path: &'r Path,
    pub(super) single: bool,
}

impl Inputs for Results<'_> {
    fn file(&mut self, path: &str) -> Result<File, Error> {
        let real = if self.single { self.path.to_owned() } else { self.path.join(inside(path)?) };
        File::open(&real).map_err(|source| Error::Io { path: real, source })
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    let message = Message::new(format!("cannot write: {error}")).at(printable(&path.display().to_string()));
    message.help("check the folder, its permissions and the free space").into()
}
