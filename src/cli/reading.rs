//! Which inputs a command was given, and the reading of single documents by name.

use std::{
    ffi::OsStr,
    fs::File,
    io,
    path::{Path, PathBuf},
};

use clap::ArgMatches;
use twicetold::{Document, Problem, ProblemKind};

use super::{
    engine::{self, Input, Item, Options},
    message::{Failure, Message},
};

/// The paths a command was given: as words, in a list, or else the current folder.
///
/// Stdin is read only when it is asked for, with `-`: whether it is a terminal says little about
/// what the user wants when a program is started by another.
pub(crate) fn named(matches: &ArgMatches) -> Result<Vec<PathBuf>, Failure> {
    let given = matches.try_get_many::<PathBuf>("paths").ok().flatten();
    let mut paths: Vec<PathBuf> = given.into_iter().flatten().cloned().collect();
    let list = super::args::path(matches, "files-from");
    let dashes = paths.iter().chain(&list).filter(|path| is_stdin(path)).count();
    if 1 < dashes {
        let message = Message::new("stdin can be read only once").at("-");
        return Err(message.help("name `-` once").into());
    }
    match list {
        Some(list) if is_stdin(&list) => paths.extend(engine::files_from(io::stdin().lock())?),
        Some(list) => {
            let file = File::open(&list).map_err(|error| {
                let message = Message::new(format!("cannot read the list of files: {error}"));
                message.at(list.display().to_string()).help("check the path given to --files-from")
            })?;
            paths.extend(engine::files_from(file)?);
        }
        None if paths.is_empty() => paths.push(PathBuf::from(".")),
        None => {}
    }
    Ok(paths)
}

/// Whether a path means stdin.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Reads two documents by name, with reports' names that tell them apart.
pub(crate) fn two(left: &Path, right: &Path, options: &Options) -> Result<(Document, Document), Failure> {
    let (left, right) = (Name::of(left), Name::of(right));
    if left.path == right.path {
        if is_stdin(&left.path) {
            return Err(Message::new("stdin can be read only once").at("-").help("name a file for B").into());
        }
        let documents = read(vec![left.path.clone()], options)?;
        return Ok((left.pick(&documents)?, right.pick(&documents)?));
    }
    let documents = read(vec![left.path.clone(), right.path.clone()], options)?;
    // No problem was met, so the documents of the first input come first and share its path.
    let first = documents.first().map(|document| document.path.clone());
    let (ours, theirs): (Vec<Document>, Vec<Document>) =
        documents.into_iter().partition(|document| Some(&document.path) == first.as_ref());
    Ok((left.pick(&ours)?, right.pick(&theirs)?))
}

/// Reads one document by name.
pub(crate) fn one(name: &Path, options: &Options) -> Result<Document, Failure> {
    let name = Name::of(name);
    let documents = read(vec![name.path.clone()], options)?;
    name.pick(&documents)
}

/// A file, or one record of it: `corpus.jsonl#3`.
struct Name {
    path: PathBuf,
    record: Option<u64>,
}

impl Name {
    fn of(name: &Path) -> Self {
        let whole = Self { path: name.to_path_buf(), record: None };
        if name.exists() {
            return whole;
        }
        let split = name.to_str().and_then(|text| text.rsplit_once('#'));
        match split.and_then(|(path, record)| Some((path, record.parse().ok()?))) {
            Some((path, record)) => Self { path: PathBuf::from(path), record: Some(record) },
            None => whole,
        }
    }

    fn pick(&self, documents: &[Document]) -> Result<Document, Failure> {
        let shown = self.path.display().to_string();
        let found = match self.record {
            Some(record) => documents.iter().find(|document| document.record == Some(record)),
            None if documents.len() <= 1 => documents.first(),
            None => {
                let what = format!("there are {} documents, where one is compared", documents.len());
                let help = format!("name one of them, such as {shown}#1");
                return Err(Message::new(what).at(shown).help(help).into());
            }
        };
        found.cloned().ok_or_else(|| {
            let what = match self.record {
                Some(record) => format!("there is no record {record}"),
                None => "there is no document".to_owned(),
            };
            Message::new(what).at(shown).help("see what is read with `twicetold inputs`").into()
        })
    }
}

fn read(paths: Vec<PathBuf>, options: &Options) -> Result<Vec<Document>, Failure> {
    let mut documents = Vec::new();
    for path in paths.iter().filter(|path| !is_stdin(path)) {
        if path.is_dir() {
            let message = Message::new("a folder, where one document is compared");
            return Err(message.at(path.display().to_string()).help("name a file in it").into());
        }
    }
    for item in engine::open(paths.into_iter().map(Input::from).collect(), options)? {
        match item {
            Item::Document(document) => documents.push(document),
            Item::Problem(problem) if problem.kind == ProblemKind::NoArticle => {}
            Item::Problem(problem) => return Err(problem_message(&problem).into()),
        }
    }
    Ok(documents)
}

/// A problem with input, as a message.
pub(crate) fn problem_message(problem: &Problem) -> Message {
    let mut place = problem.path.clone();
    if let Some(line) = problem.line {
        place.push_str(&format!(":{line}"));
    }
    if let Some(record) = problem.record {
        place.push_str(&format!(" (record {record})"));
    }
    Message::new(format!("{}: {}", problem.kind.name(), problem.message)).at(place)
}

/// A file's text as lines; `-` is stdin.
pub(crate) fn lines_of(path: &Path) -> io::Result<Vec<u8>> {
    use io::Read as _;
    let mut bytes = Vec::new();
    if path.as_os_str() == OsStr::new("-") {
        io::stdin().lock().read_to_end(&mut bytes)?;
    } else {
        File::open(path)?.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}
