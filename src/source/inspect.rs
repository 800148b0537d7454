//! A dry run: what would be read and how, and what would not, and why.

use super::{
    Decided, Format, Input, Options, Settled,
    naming::FileName,
    rules::{Listing, Skip},
    stream::{Event, Stream},
};
use crate::error::{Error, Problem};

/// One file, as it would be read or why it would not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The file as reports name it; for what the user left out, a folder stands for all in it.
    pub path: String,
    /// The file as the user can open it from here.
    pub shown: String,
    /// What it is read as; none when it is not read.
    pub format: Option<Format>,
    /// What settled that.
    pub decided: Option<Decided>,
    /// Its encoding, by its name in the Encoding Standard; none when it is not read.
    pub encoding: Option<&'static str>,
    /// What settled that.
    pub settled: Option<Settled>,
    /// Its size; none for standard input and for what is not read.
    pub bytes: Option<u64>,
    /// How many articles it gives.
    pub n_records: u64,
    /// What is wrong with it or with records of it.
    pub problems: Vec<Problem>,
    /// Why it is not read, when it is not.
    pub skipped: Option<Skip>,
}

/// Reads the inputs as [`open`](super::open) would and comes back with what was met, in order.
///
/// Unlike `open` it lists what the user left out, too. It reads every file to its end, since
/// only that tells how many records there are; memory grows with the number of files and problems.
///
/// # Errors
///
/// Those of [`open`](super::open).
pub fn inspect(inputs: Vec<Input>, options: &Options) -> Result<Vec<Entry>, Error> {
    let mut entries: Vec<Entry> = Vec::new();
    for event in Stream::new(inputs, options, Listing::All)? {
        match event {
            Event::Begin(begin) => entries.push(Entry {
                format: Some(begin.format),
                decided: Some(begin.decided),
                encoding: Some(begin.choice.encoding.name()),
                settled: Some(begin.choice.settled),
                bytes: begin.bytes,
                ..Entry::named(&begin.file)
            }),
            Event::Skipped(file, skip) => {
                entries.push(Entry { skipped: Some(skip), ..Entry::named(&file) });
            }
            Event::Raw(raw) => {
                let Some(entry) = entries.last_mut() else { continue };
                raw.each(|record, _| match record {
                    Ok(_) => entry.n_records += 1,
                    Err(problem) => entry.problems.push(problem),
                });
            }
        }
    }
    for entry in &mut entries {
        // A file that is one article and could not be read is found out only by reading it.
        if let (0, [problem], Some(Format::Text | Format::Markdown | Format::Html)) =
            (entry.n_records, entry.problems.as_slice(), entry.format)
        {
            let skipped = Some(Skip::Problem(problem.kind));
            *entry = Entry {
                path: std::mem::take(&mut entry.path),
                shown: std::mem::take(&mut entry.shown),
                problems: std::mem::take(&mut entry.problems),
                skipped,
                ..Entry::default()
            };
        }
    }
    Ok(entries)
}

impl Entry {
    fn named(file: &FileName) -> Self {
        Self { path: file.path.clone(), shown: file.shown.clone(), ..Self::default() }
    }
}
