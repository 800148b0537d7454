//! `twicetold dedup`: the inputs without what is told again, and back.

mod files;

use std::{
    fs::File,
    io::{self, BufWriter},
    path::{Path, PathBuf},
};

use clap::{Arg, ArgMatches, Command, value_parser};
use twicetold::{
    Error, Level,
    dedup::{
        self, Left,
        ledger::{self, LedgerFormat, Totals},
    },
    report::Findings,
    settings::Group,
    source,
};

use self::files::{Nowhere, Results, Written, beside, is_stdout, must_be_free};
use super::{
    Session, args,
    engine::{self, Input, Run},
    gate::{self, Gate, Unused},
    held::Held,
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
                .help("Where the result goes: a file for one file (`-` is stdout), else a folder that is not there yet or empty.")
                .value_parser(value_parser!(PathBuf))
                .required_unless_present("dry-run")
                .help_heading(output),
        )
        .arg(args::file("ledger", "Write the ledger into this file, as its ending says: .jsonl, .csv or .parquet. [default: OUT.ledger.jsonl]").help_heading(output))
        .arg(args::switch("dry-run", "Write nothing; say what would go.").help_heading(output))
        .arg(
            args::file("restore", "Write what OUT was made of, by this ledger: `dedup --restore LEDGER OUT -o BACK`.")
                .value_name("LEDGER")
                .conflicts_with_all(["ledger", "dry-run", "files-from"])
                .help_heading(output),
        )
        .arg(args::resume().conflicts_with("restore"))
        .args(against())
        .args(args::settings(&Group::ALL).into_iter().filter(|arg| !FAILING.contains(&arg.get_id().as_str())))
        .arg(gate::today())
        .arg(args::files_from())
}

/// What this run writes, which is no input.
fn own_files(out: &Option<PathBuf>, ledger: &Option<PathBuf>, resume: Option<&Path>) -> Vec<PathBuf> {
    let resume = resume.map(Path::to_owned);
    [out.clone(), ledger.clone(), resume].into_iter().flatten().collect()
}

/// Whether the inputs are compared with others.
fn is_compared(matches: &ArgMatches) -> bool {
    index_of(matches).is_some() || matches.try_contains_id("against").unwrap_or(false)
}

/// The archive that they are compared with.
#[cfg(feature = "archive")]
fn index_of(matches: &ArgMatches) -> Option<PathBuf> {
    super::archive::of_flag(matches)
}

#[cfg(not(feature = "archive"))]
fn index_of(_: &ArgMatches) -> Option<PathBuf> {
    None
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
    let mut paths = reading::named(matches)?;
    paths.iter().try_for_each(|path| writing::must_exist(path))?;
    let is_stdin = paths.iter().any(|path| reading::is_stdin(path));
    if is_stdin && 1 < paths.len() {
        let message = Message::new("standard input and other inputs make no one file").at("-");
        return Err(message.help("name `-` alone, or put it into a file first").into());
    }
    let single = is_stdin || matches!(&paths[..], [path] if path.is_file());
    let ledger = args::path(matches, "ledger")
        .or_else(|| out.as_deref().filter(|out| !is_stdout(out)).map(|out| beside(out, ".ledger.jsonl")));
    if out.as_deref().is_some_and(is_stdout) && !args::is_on(matches, "dry-run") {
        to_stdout_wants(single, ledger.is_some())?;
    }
    for written in [&out, &ledger].into_iter().flatten() {
        must_be_free(written, &paths)?;
    }
    if let (Some(out), Some(ledger)) = (out.as_deref().filter(|out| !is_stdout(out)), ledger.as_deref())
        // By its name too: what is not there yet has no place.
        && (ledger.starts_with(out) || outputs::place(ledger).starts_with(outputs::place(out)))
    {
        let message = Message::new("the ledger would lie in the result").at(ledger.display().to_string());
        return Err(message.help("name another place for it: beside the result, for instance").into());
    }
    let format = ledger.as_deref().map_or(Ok(LedgerFormat::default()), ledger_format)?;
    // It is read twice.
    let held = if is_stdin {
        let settings = layers::resolve_over(careful(), matches, session)?.settings;
        Some(Held::stdin(&settings.temp_dir)?)
    } else {
        None
    };
    if let Some(held) = &held {
        paths = vec![held.path().to_owned()];
    }
    let resume = args::resumed(matches);
    if resume.is_some() && (is_stdin || is_compared(matches)) {
        let message =
            Message::new("only a run over files alone can go on after it was stopped").at("--resume");
        return Err(message.help("leave it out, or `-`, `--against` and `--index`").into());
    }
    let (mut gate, resolved, found, stored) =
        found(matches, session, &paths, own_files(&out, &ledger, resume))?;
    let mut findings = found;
    gate.judge(&mut findings, stored, session);
    let plan = dedup::plan(&findings);
    // What was no input is none here.
    let mut excluded = own_files(&out, &ledger, resume);
    excluded.extend(gate.files().iter().cloned());
    excluded.extend(index_of(matches));
    let originals =
        source::originals(paths.iter().cloned().map(Input::from).collect(), &resolved.options(excluded))?;
    let (totals, problems) = match (&out, &ledger) {
        (Some(out), Some(ledger)) if !args::is_on(matches, "dry-run") => {
            let mut written = Written::new(out, single)?;
            let mut sink = Sink::open(Some(ledger))?;
            let mut ledger = ledger::Writer::new(format, Box::new(BufWriter::new(&mut sink)))?;
            let done = dedup::write(&findings, &plan, originals, single, &mut written, &mut ledger);
            if written.is_gone() {
                return Ok(Done::default());
            }
            let done = done?;
            ledger.finish()?;
            sink.finish()?;
            written.finish(out)?;
            done
        }
        _ => {
            let mut ledger = ledger::Writer::new(LedgerFormat::default(), Box::new(io::sink()))?;
            dedup::write(&findings, &plan, originals, single, &mut Nowhere, &mut ledger)?
        }
    };
    findings.problems.extend(problems);
    // After a dry run the real one is still to come.
    if !args::is_on(matches, "dry-run") {
        args::done_with(resume)?;
    }
    let text = summary(&totals, &plan.left, &findings, args::is_on(matches, "dry-run"));
    say(&text, out.as_deref())?;
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
    let run = Run { resume: args::resumed(matches), ..resolved.run(&bar) };
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
    let run = Run { resume: args::resumed(matches), ..resolved.run(&bar) };
    let inputs = paths.iter().cloned().map(Input::from).collect();
    let findings = engine::scan(inputs, &options, &resolved.plan, &run)?;
    Ok((gate, resolved, findings, 0))
}

fn careful() -> Vec<(&'static str, String)> {
    CAREFUL.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

/// Refuses to write on stdout what is no one file, or what could not be brought back.
fn to_stdout_wants(single: bool, has_ledger: bool) -> Result<(), Failure> {
    if !single {
        let message = Message::new("only one file can go to stdout").at("--output");
        return Err(message.help("name a folder").into());
    }
    if !has_ledger {
        let message = Message::new("stdout has no name that a ledger could have").at("--output");
        return Err(message.help("name the ledger: --ledger FILE").into());
    }
    Ok(())
}

/// Says what was done: on stdout, unless the result went there.
fn say(text: &str, out: Option<&Path>) -> Result<(), Failure> {
    let to = if out.is_some_and(is_stdout) { Sink::stderr() } else { Sink::stdout() };
    to.fill(|to| to.write_all(text.as_bytes()).map_err(Error::from))
}

/// How a ledger of this name is written.
fn ledger_format(path: &Path) -> Result<LedgerFormat, Failure> {
    let format = LedgerFormat::of(path).ok_or_else(|| {
        Message::new("a ledger's name ends in .jsonl, .csv or .parquet")
            .at(printable(&path.display().to_string()))
    })?;
    if format == LedgerFormat::Parquet && !cfg!(feature = "parquet") {
        let message =
            Message::new("this build does not write Parquet").at(printable(&path.display().to_string()));
        return Err(message.help("name a ledger that ends in .jsonl or .csv").into());
    }
    Ok(format)
}

fn restore(ledger: &Path, result: &Path, out: &Path, _: &Session) -> Result<Done, Failure> {
    let told = |source| Error::Io { path: ledger.to_owned(), source };
    let ledger = ledger::Reader::open(File::open(ledger).map_err(told)?)?;
    let single = ledger.is_single();
    // A result of which everything went is not there.
    if !single {
        writing::must_exist(result)?;
    }
    must_be_free(out, &[result.to_owned()])?;
    if is_stdout(out) {
        to_stdout_wants(single, true)?;
    }
    let mut written = Written::new(out, single)?;
    let totals = dedup::restore(ledger, &mut Results { path: result, single }, &mut written);
    if written.is_gone() {
        return Ok(Done::default());
    }
    let totals = totals?;
    written.finish(out)?;
    let text = format!("{} files restored, {} documents\n", totals.files, totals.documents);
    say(&text, Some(out))?;
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
        (left.new_sentences, "sentences that are new in an edited copy"),
    ];
    for (n, why) in reasons.into_iter().filter(|(n, _)| 0 < *n) {
        text.push_str(&format!("{n} places left: {why}\n"));
    }
    let levels = Level::ALL.into_iter().filter(|level| *findings.plan.level.get(*level)).map(Level::name);
    text.push_str(&format!("level: {}\n", levels.collect::<Vec<_>>().join(", ")));
    text
}
