//! Dates that are there and cannot be read: where they decide what is kept, each file with such is told once.

use crate::error::{Problem, ProblemKind};

/// Dates that could not be read, file by file, in input order.
#[derive(Debug, Default)]
pub(super) struct Unread(Vec<File>);

#[derive(Debug)]
struct File {
    path: String,
    record: Option<u64>,
    first: String,
    count: u64,
}

/// No more of a date is quoted.
const SHOWN_CHARS: usize = 40;

impl Unread {
    /// Takes a document's date in, if there is one and no time was made of it.
    pub(super) fn see(&mut self, path: &str, record: Option<u64>, date: Option<&str>, time: Option<i64>) {
        let Some(date) = date.filter(|date| time.is_none() && !date.trim().is_empty()) else { return };
        match self.0.last_mut() {
            Some(file) if file.path == path => file.count += 1,
            _ => {
                let first: String = date.trim().chars().take(SHOWN_CHARS).collect();
                self.0.push(File { path: path.to_owned(), record, first, count: 1 });
            }
        }
    }

    /// Takes over what was seen behind this.
    pub(super) fn append(&mut self, more: Self) {
        for file in more.0 {
            match self.0.last_mut() {
                Some(last) if last.path == file.path => last.count += file.count,
                _ => self.0.push(file),
            }
        }
    }

    /// For each file its path, the record of the first date that could not be read, that date, and how many there are.
    pub(super) fn parts(&self) -> impl Iterator<Item = (&str, Option<u64>, &str, u64)> {
        self.0.iter().map(|file| (file.path.as_str(), file.record, file.first.as_str(), file.count))
    }

    /// Takes back [`parts`](Self::parts).
    pub(super) fn of_parts(parts: Vec<(String, Option<u64>, String, u64)>) -> Self {
        let file = |(path, record, first, count)| File { path, record, first, count };
        Self(parts.into_iter().map(file).collect())
    }

    /// One note for each file.
    pub(super) fn problems(self) -> impl Iterator<Item = Problem> {
        self.0.into_iter().map(|file| Problem {
            message: format!(
                "dates here that cannot be read: {}, the first is {:?}; where dates decide what is kept, articles without one come last",
                file.count, file.first,
            ),
            path: file.path,
            record: file.record,
            line: None,
            kind: ProblemKind::Date,
        })
    }
}
