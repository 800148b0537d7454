//! Everything that can stop a run, each with what went wrong, where, and what to do next.
//!
//! Bad *input* does not stop a run: it becomes a [`Problem`] in the report.

use std::{io, path::PathBuf};

/// Why a run cannot go on. The command line turns each into an exit code.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A setting has a value that cannot be used.
    #[error("{name}: {message}")]
    Setting {
        /// The setting's name, as in flags and configuration.
        name: String,
        /// What is wrong with the value and what would be right.
        message: String,
    },
    /// A configuration file cannot be used; the message carries line, column and a suggestion.
    #[error("{message}")]
    Config {
        /// The whole message, already laid out over several lines.
        message: String,
    },
    /// A file named by the user cannot be opened, read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file as it was named.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// More things than this version can number.
    #[error("more than {limit} {what}: split the corpus and compare the parts")]
    TooMany {
        /// What there are too many of.
        what: &'static str,
        /// The largest number possible.
        limit: u64,
    },
    /// An archive cannot be used.
    #[error("{}: {message}", path.display())]
    Archive {
        /// The archive as it was named.
        path: PathBuf,
        /// What sort of trouble.
        fault: ArchiveFault,
        /// What is wrong and what to do next.
        message: String,
    },
    /// What does not fit in memory cannot be written beside it, or read again.
    #[error("temporary files in {}: {message}", folder.display())]
    Temporary {
        /// The folder.
        folder: PathBuf,
        /// What is wrong and what to do next.
        message: String,
    },
    /// A folder that keeps what a run has done cannot be used.
    #[error("work folder {}: {message}", folder.display())]
    Work {
        /// The folder.
        folder: PathBuf,
        /// What is wrong and what to do next.
        message: String,
    },
    /// A set without shingles has no sketch: there is no smallest element of nothing.
    #[error("a text without words has no sketch")]
    NoShingles,
    /// A file cannot be written again without its part, or put back.
    #[error("{path}: {message}")]
    Rewrite {
        /// The file as reports name it.
        path: String,
        /// What is wrong and what to do next.
        message: String,
    },
    /// Writing the report failed.
    #[error("writing the report: {0}")]
    Write(#[from] io::Error),
    /// A report could not be put into its format.
    #[error("rendering {format}: {message}")]
    Render {
        /// The format asked for.
        format: &'static str,
        /// What its library said.
        message: String,
    },
}

/// The sorts of trouble with an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ArchiveFault {
    /// There is none, or it cannot be opened.
    Missing,
    /// There is one already.
    Exists,
    /// Another process is writing to it.
    Locked,
    /// It is not what was written.
    Damaged,
    /// It has another format.
    Version,
    /// It was made with other settings.
    Settings,
    /// It keeps no texts, and one was asked for.
    NoTexts,
    /// It cannot be written to: no room, or no right.
    Unwritable,
}

/// One piece of input that was not read as it should have been; the run goes on without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, as reports name it.
    pub path: String,
    /// The record in it, from 1, where there are records.
    pub record: Option<u64>,
    /// The line in the file, from 1, where it is known.
    pub line: Option<u64>,
    /// What sort of problem.
    pub kind: ProblemKind,
    /// What is wrong and what to do next, in one line.
    pub message: String,
}

/// The sorts of [`Problem`]; the name is what reports print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The file cannot be opened or read.
    Unreadable,
    /// Not a regular file: a FIFO, a socket, a device, a loop of links.
    NotAFile,
    /// Bytes are not what the encoding of the file asks for.
    Encoding,
    /// The encoding of the file was guessed; it was read.
    GuessedEncoding,
    /// The bytes are not text at all.
    Binary,
    /// A record is not what its format asks for.
    Malformed,
    /// A record lacks the text field.
    NoText,
    /// A record or file is over a limit.
    TooLarge,
    /// The same file was named twice; it is read once.
    Repeated,
    /// No article stands out on a page: all its text was read.
    NoArticle,
    /// A date that is there cannot be read as one: the article counts as one without a date.
    Date,
    /// A text stands in more places of the archive than are followed.
    Frequent,
    /// A repeated text that could not be cut out without changing what stands around it: it stays.
    Uncut,
    /// A work budget ended before the work did: findings may be missing here.
    Budget,
}

impl ProblemKind {
    /// Every kind.
    pub const ALL: [Self; 14] = [
        Self::Unreadable,
        Self::NotAFile,
        Self::Encoding,
        Self::GuessedEncoding,
        Self::Binary,
        Self::Malformed,
        Self::NoText,
        Self::TooLarge,
        Self::Repeated,
        Self::NoArticle,
        Self::Date,
        Self::Frequent,
        Self::Uncut,
        Self::Budget,
    ];

    /// Whether it means that input was not read as it should have been.
    pub const fn is_unread(self) -> bool {
        !matches!(
            self,
            Self::Repeated
                | Self::NoArticle
                | Self::Date
                | Self::GuessedEncoding
                | Self::Frequent
                | Self::Uncut
        )
    }

    /// The name reports print.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::NotAFile => "not-a-file",
            Self::Encoding => "encoding",
            Self::GuessedEncoding => "guessed-encoding",
            Self::Binary => "binary",
            Self::Malformed => "malformed",
            Self::NoText => "no-text",
            Self::TooLarge => "too-large",
            Self::Repeated => "repeated",
            Self::NoArticle => "no-article",
            Self::Date => "date",
            Self::Frequent => "frequent",
            Self::Uncut => "uncut",
            Self::Budget => "budget",
        }
    }
}
