//! `twicetold dedup`: the inputs without what is told again, and back.

use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter, Read, Write},
    path::{Component, Path, PathBuf},
};

use clap::{Arg, ArgMatches, Command, value_parser};
use twicetold::{
    Error, Level,
    dedup::{self, Inputs, Left, Outputs, ledger::Totals},
    report::Findings,
    settings::Group,
    source,
};

use super::{
    Session, args,
    engine::{self, Input},
    gate::{self, Gate, Unused},
    interrupt::UnfinishedFolder,
    layers,
    message::{Failure, Message, printable},
    outcome::Done,
    outputs::{self, Sink},
    progress::Bar,
    reading, writing,
};

/// What it does unless it is told otherwise: parts of documents are cut for the asking only.
const CAREFUL: [(&str, &str); 1] = [("level", "document")];

/// Settings that say what fails: nothing does.
const FAILING: [&str; 5] = ["fail-on", "fail-level", "fail-kind", "max-findings", "max-duplicated"];

/// What it takes.
pub(crate) fn command() -> Command {
    let output = Group::Output.heading();
    Command::new("dedup")
        .about("Writes the inputs without what they tell again, and a ledger that brings it back.")
        .long_about("Writes the inputs without what they tell again, in their own format and order, and a ledger of what went, that brings it back.\n\nAt `--level document` (the default) documents go; with `paragraph`, `sentence` or `passage` repeated text is cut out of documents, whole sentences only, and the keeper's stays. The inputs are never changed.")
        .arg(args::paths())
        .arg(
            Arg::new("output")
                .short('o')
                .long("output")
                .value_name("OUT")
                .help("Where the result goes: a file for one file, else a folder that is not there yet or empty.")
                .value_parser(value_parser!(PathBuf))
                .required_unless_present("dry-run")
                .help_heading(output),
        )
        .arg(args::file("ledger", "Write the ledger into this file. [default: OUT.ledger.jsonl]").help_heading(output))
        .arg(args::switch("dry-run", "Write nothing; say what would go.").help_heading(output))
        .arg(
            args::file("restore", "Write what OUT was made of, by this ledger: `dedup --restore LEDGER OUT -o BACK`.")
                .value_name("LEDGER")
                .conflicts_with_all(["ledger", "dry-run", "files-from"])
                .help_heading(output),
        )
        .args(against())
        .args(args::settings(&Group::ALL).into_iter().filter(|arg| !FAILING.contains(&arg.get_id().as_str())))
        .arg(gate::today())
        .arg(args::files_from())
}

#[cfg(feature = "archive")]
fn against() -> Vec<Arg> {
    super::check::against_flags().into_iter().chain([super::archive::lock_timeout()]).collect()
}

#[cfg(not(feature = "archive"))]
fn against() -> Vec<Arg> {
    Vec::new()
}

/// What it does.
pub(crate) fn run(matches: &ArgMatches, session: &Session) -> Result<Done, Failure> {
    let out = args::path(matches, "output");
    if let Some(ledger) = args::path(matches, "restore") {
        let result = reading::named(matches)?;
        return match (&result[..], out) {
            ([result], Some(out)) => restore(&ledger, result, &out, session),
            _ => Err(Message::new("restoring wants one result")
                .at("--restore")
                .help("twicetold dedup --restore LEDGER OUT -o BACK")
                .into()),
        };
    }
    let paths = reading::named(matches)?;
    paths.iter().try_for_each(|path| writing::must_exist(path))?;
    if paths.iter().any(|path| reading::is_stdin(path)) {
        let message = Message::new("standard input is read twice here, which it cannot be").at("-");
        return Err(message.help("put it into a file first").into());
    }
    let single = matches!(&paths[..], [path] if path.is_file());
    let ledger =
        args::path(matches, "ledger").or_else(|| out.as_deref().map(|out| beside(out, ".ledger.jsonl")));
    for written in [&out, &ledger].into_iter().flatten() {
        must_be_free(written, &paths)?;
    }
    let (mut gate, resolved, found, stored) =
        found(matches, session, &paths, [&out, &ledger].into_iter().flatten().cloned().collect())?;
    let mut findings = found;
    gate.judge(&mut findings, stored, session);
    let plan = dedup::plan(&findings);
    let originals = source::originals(
        paths.iter().cloned().map(Input::from).collect(),
        &resolved.options([&out, &ledger].into_iter().flatten().cloned().collect()),
    )?;
    let (totals, problems) = match (&out, &ledger) {
        (Some(out), Some(ledger)) if !args::is_on(matches, "dry-run") => {
            let mut written = Written::new(out, single)?;
            let mut ledger = Sink::open(Some(ledger))?;
            let done = dedup::write(
                &findings,
                &plan,
                originals,
                single,
                &mut written,
                &mut BufWriter::new(&mut ledger),
            )?;
            ledger.finish()?;
            written.finish(out)?;
            done
        }
        _ => dedup::write(&findings, &plan, originals, single, &mut Nowhere, &mut io::sink())?,
    };
    findings.problems.extend(problems);
    let text = summary(&totals, &plan.left, &findings, args::is_on(matches, "dry-run"));
    Sink::open(None)?.fill(|to| to.write_all(text.as_bytes()).map_err(Error::from))?;
    let mut done = writing::judge(&findings, &resolved.settings, session);
    done.gate = false;
    Ok(done)
}

#[cfg(feature = "archive")]
fn found(
    matches: &ArgMatches,
    session: &Session,
    paths: &[PathBuf],
    written: Vec<PathBuf>,
) -> Result<(Gate, layers::Resolved, Findings, u64), Failure> {
    let index = super::archive::of_flag(matches);
    let archive = index.as_deref().map(|path| super::archive::open(path, matches)).transpose()?;
    let resolved = match &archive {
        Some(archive) => super::archive::resolve_but(&["level"], matches, session, archive, &CAREFUL)?,
        None => layers::resolve_over(careful(), matches, session)?,
    };
    let against: Vec<PathBuf> =
        matches.get_many::<PathBuf>("against").into_iter().flatten().cloned().collect();
    against.iter().try_for_each(|path| writing::must_exist(path))?;
    let gate = Gate::open(matches, &resolved, Unused::Note, session)?;
    let mut excluded = written;
    excluded.extend(index);
    excluded.extend(gate.files().iter().cloned());
    let options = resolved.options(excluded);
    let inputs = |paths: &[PathBuf]| paths.iter().cloned().map(Input::from).collect();
    let bar = Bar::new(session.progress);
    let run = resolved.run(&bar);
    let findings = if archive.is_none() && against.is_empty() {
        engine::scan(inputs(paths), &options, &resolved.plan, &run)?
    } else {
        let beside = engine::Against { archive: archive.as_ref(), inputs: inputs(&against) };
        engine::check(inputs(paths), beside, &options, &resolved.plan, &run)?.findings
    };
    let stored = match &archive {
        Some(archive) if gate.asks_share_of_documents() => archive.stats()?.documents,
        _ => 0,
    };
    Ok((gate, resolved, findings, stored))
}

#[cfg(not(feature = "archive"))]
fn found(
    matches: &ArgMatches,
    session: &Session,
    paths: &[PathBuf],
    written: Vec<PathBuf>,
) -> Result<(Gate, layers::Resolved, Findings, u64), Failure> {
    let resolved = layers::resolve_over(careful(), matches, session)?;
    let gate = Gate::open(matches, &resolved, Unused::Note, session)?;
    let mut excluded = written;
    excluded.extend(gate.files().iter().cloned());
    let options = resolved.options(excluded);
    let bar = Bar::new(session.progress);
    let run = resolved.run(&bar);
    let inputs = paths.iter().cloned().map(Input::from).collect();
    let findings = engine::scan(inputs, &options, &resolved.plan, &run)?;
    Ok((gate, resolved, findings, 0))
}

fn careful() -> Vec<(&'static str, String)> {
    CAREFUL.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

/// `OUT.ledger.jsonl` for `OUT`.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Refuses to write where inputs lie, or over what is there.
fn must_be_free(path: &Path, inputs: &[PathBuf]) -> Result<(), Failure> {
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
enum Written {
    File(Option<Sink>),
    Folder(UnfinishedFolder),
}

impl Written {
    fn new(out: &Path, single: bool) -> Result<Self, Failure> {
        if single {
            return Ok(Self::File(Some(Sink::open(Some(out))?)));
        }
        UnfinishedFolder::new(&outputs::place(out))
            .map(Self::Folder)
            .map_err(|error| cannot_write(out, &error))
    }

    fn finish(self, out: &Path) -> Result<(), Failure> {
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

/// A path of a report as one below a folder; one that leads out of it is refused.
fn inside(path: &str) -> Result<PathBuf, Error> {
    let inside: PathBuf = Path::new(path).components().filter(|part| *part != Component::CurDir).collect();
    let below = inside.components().all(|part| matches!(part, Component::Normal(_)));
    if below && !inside.as_os_str().is_empty() {
        return Ok(inside);
    }
    let message = "it lies outside of the folders that were named: name a folder that has it".to_owned();
    Err(Error::Rewrite { path: path.to_owned(), message })
}

/// The result of a dry run.
struct Nowhere;

impl Outputs for Nowhere {
    fn file(&mut self, _: &str) -> Result<Box<dyn Write + '_>, Error> {
        Ok(Box::new(io::sink()))
    }
}

/// Files of a result that is read again.
struct Results<'r> {
    path: &'r Path,
    single: bool,
}

impl Inputs for Results<'_> {
    fn file(&mut self, path: &str) -> Result<Box<dyn Read + Send>, Error> {
        let real = if self.single { self.path.to_owned() } else { self.path.join(inside(path)?) };
        match File::open(&real) {
            Ok(file) => Ok(Box::new(BufReader::new(file))),
            Err(source) => Err(Error::Io { path: real, source }),
        }
    }
}

fn restore(ledger: &Path, result: &Path, out: &Path, _: &Session) -> Result<Done, Failure> {
    let open = || {
        File::open(ledger).map(BufReader::new).map_err(|source| Error::Io { path: ledger.to_owned(), source })
    };
    let single = dedup::is_single(&mut open()?)?;
    // A result of which everything went is not there.
    if !single {
        writing::must_exist(result)?;
    }
    must_be_free(out, &[result.to_owned()])?;
    let mut written = Written::new(out, single)?;
    let totals = dedup::restore(&mut open()?, &mut Results { path: result, single }, &mut written)?;
    written.finish(out)?;
    let text = format!("{} files restored, {} documents\n", totals.files, totals.documents);
    Sink::open(None)?.fill(|to| to.write_all(text.as_bytes()).map_err(Error::from))?;
    Ok(Done::default())
}

/// What went, and what did not, in words.
fn summary(totals: &Totals, left: &Left, findings: &Findings, dry: bool) -> String {
    let verb = if dry { "would be taken out" } else { "taken out" };
    let mut text = format!(
        "{} of {} documents {verb}, {} pieces of text cut out of others, {} bytes in all\n",
        totals.removed_documents, totals.documents, totals.removed_spans, totals.removed_bytes
    );
    let reasons = [
        (left.keeper_gone, "what they repeat goes itself"),
        (left.keeps_others, "others are taken out for them"),
        (left.larger, "only a part of them is told elsewhere"),
        (left.excused, "allowed, or stock phrases"),
        (left.no_sentence, "no whole sentence lies in them"),
        (left.marked_sentences, "sentences that share marks with what stays"),
    ];
    for (n, why) in reasons.into_iter().filter(|(n, _)| 0 < *n) {
        text.push_str(&format!("{n} places left: {why}\n"));
    }
    let levels = Level::ALL.into_iter().filter(|level| *findings.plan.level.get(*level)).map(Level::name);
    text.push_str(&format!("level: {}\n", levels.collect::<Vec<_>>().join(", ")));
    text
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    let message = Message::new(format!("cannot write: {error}")).at(printable(&path.display().to_string()));
    message.help("check the folder, its permissions and the free space").into()
}
