//! What happens on Ctrl-C and on a request to end: unfinished files go, then the process.
//!
//! Outputs are written to temporary files that are listed here from before they exist until after
//! they are renamed. A signal finds them in the list, removes them and ends the process at once, so
//! nothing half-written stays, whatever the other threads are doing.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use tempfile::{NamedTempFile, TempDir};

static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file that is complete or not there.
#[derive(Debug)]
pub(crate) struct Unfinished {
    file: Option<NamedTempFile>,
    target: PathBuf,
}

impl Unfinished {
    /// Makes an empty temporary file in the folder of `target`.
    pub(crate) fn new(target: &Path) -> io::Result<Self> {
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        // The list stays locked meanwhile: a signal cannot come between making and listing.
        let mut list = unfinished();
        let file = builder().tempfile_in(folder)?;
        list.push(file.path().to_path_buf());
        drop(list);
        Ok(Self { file: Some(file), target: target.to_path_buf() })
    }

    /// Where the bytes are until the file is finished.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.file.as_ref().map(NamedTempFile::path)
    }

    /// Where to write.
    pub(crate) fn writer(&mut self) -> io::Result<&mut fs::File> {
        self.file.as_mut().map(NamedTempFile::as_file_mut).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Puts the file in its place, with the rights of the one it replaces; only a file is replaced.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        if let (Some(file), Ok(there)) = (&self.file, fs::symlink_metadata(&self.target)) {
            // A rename would put a file in the place of a device, for everyone on the machine.
            if !there.is_file() {
                return Err(io::Error::other("there is something that is no file"));
            }
            file.as_file().set_permissions(there.permissions())?;
        }
        let Some(file) = self.file.take() else { return Ok(()) };
        let mut list = unfinished();
        let path = file.path().to_path_buf();
        let result = file.persist(&self.target).map(drop).map_err(|error| error.error);
        list.retain(|listed| *listed != path);
        result
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            let path = file.path().to_path_buf();
            drop(file);
            unfinished().retain(|listed| *listed != path);
        }
    }
}

/// A folder that is complete or not there.
#[derive(Debug)]
pub(crate) struct UnfinishedFolder {
    folder: Option<TempDir>,
    target: PathBuf,
}

impl UnfinishedFolder {
    /// Makes an empty temporary folder beside `target`.
    pub(crate) fn new(target: &Path) -> io::Result<Self> {
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let mut list = unfinished();
        let folder = folders().tempdir_in(parent)?;
        list.push(folder.path().to_path_buf());
        drop(list);
        Ok(Self { folder: Some(folder), target: target.to_path_buf() })
    }

    /// Where its files are until it is finished.
    pub(crate) fn path(&self) -> io::Result<&Path> {
        self.folder.as_ref().map(TempDir::path).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Puts the folder in its place, where nothing or an empty folder may be.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        if self.target.is_dir() {
            // Only an empty one goes.
            fs::remove_dir(&self.target)?;
        }
        let Some(folder) = self.folder.take() else { return Ok(()) };
        let mut list = unfinished();
        let path = folder.keep();
        list.retain(|listed| *listed != path);
        let done = fs::rename(&path, &self.target);
        if done.is_err() {
            let _ = fs::remove_dir_all(&path);
        }
        done
    }
}

impl Drop for UnfinishedFolder {
    fn drop(&mut self) {
        if let Some(folder) = self.folder.take() {
            let path = folder.path().to_path_buf();
            drop(folder);
            unfinished().retain(|listed| *listed != path);
        }
    }
}

/// The same for folders.
fn folders() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".twicetold-").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
    builder
}

/// A builder of files with the rights of any new file: temporary ones are private, a report is not.
fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".twicetold-").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder
}

/// Ends the process with `code`; the list stays locked, so no output is finished meanwhile.
fn end(code: i32) -> ! {
    let list = unfinished();
    for path in list.iter() {
        let _ = fs::remove_file(path).or_else(|_| fs::remove_dir_all(path));
    }
    std::process::exit(code)
}

/// Starts to watch for signals. Without the means to, signals do what they do to any process.
#[cfg(unix)]
pub(crate) fn watch() {
    use signal_hook::{
        consts::{SIGINT, SIGTERM, SIGXFSZ},
        iterator::Signals,
    };
    // A file over the user's limit is then an error to be told, not the end before cleaning up.
    let _ = signal_hook::flag::register(SIGXFSZ, std::sync::Arc::default());
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
    let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        if let Some(signal) = signals.forever().next() {
            end(128 + signal);
        }
    });
}

/// Starts to watch for Ctrl-C.
#[cfg(windows)]
pub(crate) fn watch() {
    let _ = ctrlc::set_handler(|| end(130));
}

/// There are no signals to watch for here.
#[cfg(not(any(unix, windows)))]
pub(crate) fn watch() {}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_a_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("socket");
        let _socket = std::os::unix::net::UnixListener::bind(&target).unwrap();
        assert!(Unfinished::new(&target).unwrap().finish().is_err());
        assert!(!target.symlink_metadata().unwrap().is_file());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
