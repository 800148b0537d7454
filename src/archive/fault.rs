//! What SQLite says, as errors of ours.

use std::path::Path;

use rusqlite::{ErrorCode, ffi::SQLITE_IOERR_SHMSIZE};

use crate::error::{ArchiveFault, Error};

/// An error about an archive.
pub(super) fn error(path: &Path, fault: ArchiveFault, message: impl Into<String>) -> Error {
    Error::Archive { path: path.to_owned(), fault, message: message.into() }
}

/// An archive that is not what was written.
pub(super) fn damaged(path: &Path, what: impl std::fmt::Display) -> Error {
    error(
        path,
        ArchiveFault::Damaged,
        format!("damaged: {what}; restore it from a copy, or make it again with `twicetold index create`"),
    )
}

/// What SQLite's refusal means.
pub(super) fn told(path: &Path, refusal: &rusqlite::Error) -> Error {
    match refusal.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => error(
            path,
            ArchiveFault::Locked,
            format!(
                "locked: {} is writing to it; wait longer with --lock-timeout, or try again",
                holder(path)
            ),
        ),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => damaged(path, refusal),
        Some(ErrorCode::CannotOpen) => error(
            path,
            ArchiveFault::Missing,
            format!(
                "cannot be opened: {refusal}; see that it and its folder can be read and written, and that so many files may be open (`ulimit -n`)"
            ),
        ),
        Some(ErrorCode::DiskFull) => error(
            path,
            ArchiveFault::Unwritable,
            "the disk is full, nothing was changed; make room and run it again",
        ),
        // The memory that readers and writers share is a file beside the archive.
        Some(ErrorCode::SystemIoFailure) if extended(refusal) == Some(SQLITE_IOERR_SHMSIZE) => error(
            path,
            ArchiveFault::Unwritable,
            "the disk is full, reading too needs 32 KiB beside the archive, nothing was changed; make room and run it again",
        ),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            error(path, ArchiveFault::Unwritable, format!("cannot be written to: {refusal}"))
        }
        Some(ErrorCode::SystemIoFailure) => {
            error(path, ArchiveFault::Unwritable, format!("cannot be read or written: {refusal}"))
        }
        // A row that is missing or of another type was written so by nobody.
        _ => damaged(path, refusal),
    }
}

/// What a refusal to give room back means, after all else was done.
pub(super) fn not_shrunk(path: &Path, refusal: &rusqlite::Error) -> Error {
    match refusal.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => error(
            path,
            ArchiveFault::Unwritable,
            "the disk is full, every document is there and the file as large as before; make as much room as it takes, also where temporary files go (TMPDIR), and run it again",
        ),
        _ => told(path, refusal),
    }
}

fn extended(refusal: &rusqlite::Error) -> Option<i32> {
    refusal.sqlite_error().map(|error| error.extended_code)
}

/// Who holds the lock, where the system tells.
fn holder(path: &Path) -> String {
    named_holder(path).unwrap_or_else(|| "another process".to_owned())
}

/// Linux lists the locks of all processes; SQLite's writer has byte 120 of the `-shm` file.
#[cfg(target_os = "linux")]
fn named_holder(path: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let mut beside = path.as_os_str().to_owned();
    beside.push("-shm");
    let inode = std::fs::metadata(beside).ok()?.ino();
    let locks = std::fs::read_to_string("/proc/locks").ok()?;
    locks.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, _, _, "WRITE", process, place, first, ..] = fields[..] else { return None };
        let here = place.rsplit(':').next().and_then(|n| n.parse().ok()) == Some(inode);
        (here && first == "120").then(|| format!("process {process}"))
    })
}

#[cfg(not(target_os = "linux"))]
fn named_holder(_: &Path) -> Option<String> {
    None
}
