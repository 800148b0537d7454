//! Where the files of a `dedup` go: whole, or not there at all.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use tempfile::{NamedTempFile, TempDir};
use twicetold::{
    Error,
    dedup::{Outputs, inside},
};

use crate::work::Failed;

/// A folder to make something in.
fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// The path without what is said in its links; of what is not there yet, its folder's.
fn place(path: &Path) -> PathBuf {
    if let Ok(real) = fs::canonicalize(path) {
        return real;
    }
    let parent = fs::canonicalize(parent(path)).unwrap_or_else(|_| parent(path).to_owned());
    path.file_name().map_or_else(|| parent.clone(), |name| parent.join(name))
}

/// Refuses to write where inputs lie, or over what is there.
pub(crate) fn must_be_free(path: &Path, inputs: &[PathBuf]) -> Result<(), Failed> {
    let there = place(path);
    let refused = |what: &str| Err(Failed::Input(format!("{}: {what}", path.display())));
    if inputs.iter().any(|input| there.starts_with(place(input))) {
        return refused("the result would lie in what it is made of: name another place");
    }
    let is_empty_folder = fs::read_dir(&there).is_ok_and(|mut entries| entries.next().is_none());
    if there.symlink_metadata().is_ok() && !is_empty_folder {
        return refused("there is something already: name another place, or take it away first");
    }
    Ok(())
}

/// Refuses a ledger inside of the result.
pub(crate) fn must_be_apart(out: &Path, ledger: &Path) -> Result<(), Failed> {
    if ledger.starts_with(out) || place(ledger).starts_with(place(out)) {
        return Err(Failed::Input(format!("{}: the ledger would lie in the result", ledger.display())));
    }
    Ok(())
}

/// A file that is complete or not there.
#[derive(Debug)]
pub(crate) struct Unfinished {
    file: NamedTempFile,
    target: PathBuf,
}

impl Unfinished {
    pub(crate) fn new(target: &Path) -> Result<Self, Error> {
        let file = builder(0o666).tempfile_in(parent(target)).map_err(|error| io(target, error))?;
        Ok(Self { file, target: target.to_owned() })
    }

    pub(crate) fn writer(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    pub(crate) fn finish(self) -> Result<(), Error> {
        let Self { file, target } = self;
        file.persist_noclobber(&target).map(drop).map_err(|error| io(&target, error.error))
    }
}

/// Files of a result that is being written.
#[derive(Debug)]
pub(crate) enum Written {
    File(Unfinished),
    Folder(TempDir, PathBuf),
}

impl Written {
    pub(crate) fn new(out: &Path, single: bool) -> Result<Self, Error> {
        if single {
            return Unfinished::new(out).map(Self::File);
        }
        let folder = builder(0o777).tempdir_in(parent(out)).map_err(|error| io(out, error))?;
        Ok(Self::Folder(folder, out.to_owned()))
    }

    pub(crate) fn finish(self) -> Result<(), Error> {
        match self {
            Self::File(file) => file.finish(),
            Self::Folder(folder, out) => {
                if out.is_dir() {
                    // Only an empty one goes.
                    fs::remove_dir(&out).map_err(|error| io(&out, error))?;
                }
                fs::rename(folder.path(), &out).map_err(|error| io(&out, error))?;
                // It has another name now.
                let _gone = folder.keep();
                Ok(())
            }
        }
    }
}

impl Outputs for Written {
    fn file(&mut self, path: &str) -> Result<Box<dyn Write + '_>, Error> {
        match self {
            Self::File(file) => Ok(Box::new(BufWriter::new(file.writer()))),
            Self::Folder(folder, _) => {
                let real = folder.path().join(inside(path)?);
                let told = |error| io(&real, error);
                if let Some(parent) = real.parent() {
                    fs::create_dir_all(parent).map_err(told)?;
                }
                Ok(Box::new(BufWriter::new(File::create_new(&real).map_err(told)?)))
            }
        }
    }
}

/// The result of a dry run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nowhere;

impl Outputs for Nowhere {
    fn file(&mut self, _: &str) -> Result<Box<dyn Write + '_>, Error> {
        Ok(Box::new(io::sink()))
    }
}

/// With the rights of any new file: temporary ones are private, a result is not.
fn builder(mode: u32) -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".twicetold-").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    #[cfg(not(unix))]
    let _ = mode;
    builder
}

fn io(path: &Path, source: io::Error) -> Error {
    Error::Io { path: path.to_owned(), source }
}
