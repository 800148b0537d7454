//! Where reports go: stdout, and files that are complete or not there.
//!
//! In: what `--format` said, any number of times. Out: one open sink for each, and their paths, so
//! that a run neither reads what it writes nor writes over what it reads. A reader that goes away
//! early (`twicetold scan | head`) is no error: its sink is closed and the others are still written.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read as _, Write},
    path::{Path, PathBuf},
};

use twicetold::Level;

use super::{
    engine::Format,
    interrupt::Unfinished,
    message::{Failure, Message},
};

/// One thing to write and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    /// In which format.
    pub(crate) format: Format,
    /// Into which file; none is stdout.
    pub(crate) path: Option<PathBuf>,
}

/// Reads what was given to `--format`: `json`, `csv=report.csv`.
pub(crate) fn parse(text: &str) -> Result<Output, String> {
    let (name, path) = match text.split_once('=') {
        Some((_, "")) => return Err("a file's name is missing after `=`".to_owned()),
        Some((name, "-")) => (name, None),
        Some((name, path)) => (name, Some(PathBuf::from(path))),
        None => (text, None),
    };
    let format = Format::parse(name).map_err(|wrong| {
        let near = super::nearest(name, Format::ALL.iter().map(|format| format.name()));
        match near {
            Some(near) => format!("`{name}` is not a format; did you mean `{near}`?"),
            None => wrong,
        }
    })?;
    Ok(Output { format, path })
}

/// Checks that the outputs do not get in each other's way or in the way of `inputs`.
pub(crate) fn check(outputs: &[Output], inputs: &[PathBuf]) -> Result<(), Failure> {
    if 1 < outputs.iter().filter(|output| output.path.is_none()).count() {
        let help = "write all but one to a file, such as --format json=report.json";
        return Err(Message::new("more than one format for stdout").at("--format").help(help).into());
    }
    let paths: Vec<(&Path, PathBuf)> =
        outputs.iter().filter_map(|output| output.path.as_deref()).map(|path| (path, place(path))).collect();
    for (i, (path, there)) in paths.iter().enumerate() {
        let shown = path.display();
        if paths.iter().take(i).any(|(_, other)| other == there) {
            let message = Message::new(format!("two formats for the same file `{shown}`"));
            return Err(message.at("--format").help("give each its own file").into());
        }
        if there.is_dir() {
            let message = Message::new(format!("`{shown}` is a folder"));
            return Err(message.at("--format").help("name a file in it").into());
        }
        let named = inputs.iter().any(|input| input.is_file() && place(input) == *there);
        let walked = inputs.iter().any(|input| input.is_dir() && there.starts_with(place(input)));
        if named || walked && there.is_file() && !is_report(there) {
            let message = Message::new(format!("`{shown}` is read and would be written over"));
            return Err(message.at("--format").help("name another file").into());
        }
    }
    Ok(())
}

/// How headings of a report for people begin.
const KINDS: [&str; 5] = ["exact", "near", "contained", "stock-phrase", "boilerplate"];

/// Whether a file is empty or begins as a report does: a report of an earlier run may be written over, an
/// article that lies in a folder that is scanned may not.
fn is_report(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(4096).read_to_end(&mut head));
    let text = String::from_utf8_lossy(&head);
    let first = text.lines().next().unwrap_or("");
    let is_level = |word: &str| Level::ALL.iter().any(|level| level.name() == word);
    let is_heading = || {
        let words = first.split_once('[').map(|(words, _)| words.split(' ').collect::<Vec<_>>());
        matches!(words.as_deref(), Some([kind, level]) if KINDS.contains(kind) && is_level(level))
    };
    let is_pair = || first.split('\t').count() == 4 && first.split('\t').next().is_some_and(is_level);
    read.is_ok()
        && (head.is_empty()
            || [
                "\"twicetold.report/",
                "\"twicetold.estimate/",
                "\"name\": \"twicetold\"",
                "\"check_name\": \"twicetold/",
            ]
            .iter()
            .any(|mark| text.contains(mark))
            || first == "<!doctype html>" && text.contains("<meta name=\"generator\" content=\"twicetold\">")
            || text.contains("<testsuites name=\"twicetold\"")
            || first.starts_with("## twicetold: ")
            || first == "[]"
            || first.starts_with("family,level,kind,scope,similarity,")
            || first.starts_with("no repeats found in ")
            || first.contains(" findings in ") && text.contains(" suppressed (")
            || first.starts_with("1 finding in ") && text.contains(" suppressed (")
            || is_heading()
            || is_pair())
}

/// Where a path leads, whether or not there is a file yet.
pub(crate) fn place(path: &Path) -> PathBuf {
    if let Ok(there) = path.canonicalize() {
        return there;
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_path_buf(),
    }
}

/// An open output.
#[derive(Debug)]
pub(crate) struct Sink {
    to: To,
    shown: String,
    gone: bool,
    /// What the system said when a write failed; a renderer may only say that it did.
    fault: Option<String>,
}

#[derive(Debug)]
enum To {
    Stdout(BufWriter<io::Stdout>),
    Stderr(io::Stderr),
    /// A device or a pipe, which must not be replaced by a file.
    Special(BufWriter<File>),
    File(BufWriter<Buffered>),
}

#[derive(Debug)]
struct Buffered(Unfinished);

impl Write for Buffered {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.writer()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.writer()?.flush()
    }
}

impl Sink {
    /// Stdout.
    pub(crate) fn stdout() -> Self {
        Self {
            to: To::Stdout(BufWriter::new(io::stdout())),
            shown: "stdout".to_owned(),
            gone: false,
            fault: None,
        }
    }

    /// Stderr, for what is said while stdout carries a result.
    pub(crate) fn stderr() -> Self {
        Self { to: To::Stderr(io::stderr()), shown: "stderr".to_owned(), gone: false, fault: None }
    }

    /// Opens an output; a file appears under its name only when it is finished.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else { return Ok(Self::stdout()) };
        let shown = path.display().to_string();
        let special = fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir());
        let to = if special {
            fs::OpenOptions::new().write(true).open(path).map(|file| To::Special(BufWriter::new(file)))
        } else {
            Unfinished::new(&place(path)).map(|file| To::File(BufWriter::new(Buffered(file))))
        };
        match to {
            Ok(to) => Ok(Self { to, shown, gone: false, fault: None }),
            Err(error) => Err(cannot_write(&shown, &error)),
        }
    }

    /// Writes with `write` and finishes the output.
    pub(crate) fn fill<E: Into<Failure>>(
        mut self,
        write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
    ) -> Result<(), Failure> {
        let written = write(&mut self);
        if self.gone {
            return Ok(());
        }
        match (written, &self.fault) {
            (Ok(()), _) => self.finish(),
            (Err(_), Some(fault)) => Err(cannot_write(&self.shown, fault)),
            (Err(error), None) => Err(error.into()),
        }
    }

    /// Writes the last bytes and puts the file in its place.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let flushed = self.flush();
        if self.gone {
            return Ok(());
        }
        let finished = flushed.and_then(|()| match self.to {
            To::Stdout(_) | To::Stderr(_) | To::Special(_) => Ok(()),
            To::File(file) => file.into_inner().map_err(io::IntoInnerError::into_error)?.0.finish(),
        });
        finished.map_err(|error| cannot_write(&self.shown, &error))
    }

    /// The file that holds the bytes until the output is finished.
    pub(crate) fn temporary(&self) -> Option<PathBuf> {
        match &self.to {
            To::File(file) => file.get_ref().0.path().map(Path::to_path_buf),
            To::Stdout(_) | To::Stderr(_) | To::Special(_) => None,
        }
    }

    /// Whether the reader has gone away.
    pub(crate) const fn is_gone(&self) -> bool {
        self.gone
    }

    fn inner(&mut self) -> &mut dyn Write {
        match &mut self.to {
            To::Stdout(out) => out,
            To::Stderr(out) => out,
            To::Special(file) => file,
            To::File(file) => file,
        }
    }

    fn noting<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        match &result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.gone = true,
            Err(error) if error.kind() != io::ErrorKind::Interrupted => self.fault = Some(error.to_string()),
            _ => {}
        }
        result
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.inner().write(bytes);
        self.noting(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.inner().flush();
        self.noting(result)
    }
}

fn cannot_write(shown: &str, error: impl std::fmt::Display) -> Failure {
    let help = "check the folder, its permissions and the free space";
    Message::new(format!("cannot write: {error}")).at(shown).help(help).into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_format_may_name_its_file() {
        assert_eq!(parse("json").unwrap().path, None);
        assert_eq!(parse("json=-").unwrap().path, None);
        assert_eq!(parse("csv=a=b.csv").unwrap().path, Some(PathBuf::from("a=b.csv")));
        assert!(parse("csv=").is_err());
        assert!(parse("jsn").unwrap_err().contains("did you mean `json`"));
    }

    #[test]
    fn a_file_appears_when_it_is_finished() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        let mut sink = Sink::open(Some(&path)).unwrap();
        sink.write_all(b"half").unwrap();
        assert!(!path.exists());
        drop(sink);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let sink = Sink::open(Some(&path)).unwrap();
        sink.fill(|out| out.write_all(b"whole").map_err(twicetold::Error::from)).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "whole");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
