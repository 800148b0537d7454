//! `twicetold index`: the archive of what was seen before.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use twicetold::{
    Document, Problem,
    archive::{Archive, Stored},
    settings::Group,
};

use super::{
    Session, archive, args,
    engine::{self, Input},
    layers::{self, Resolved},
    message::{Failure, Message, printable},
    outcome::Done,
    outputs::Sink,
    progress::Bar,
    reading, writing,
};

/// The settings that matter where documents are added and nothing is judged.
const ADDING: [Group; 3] = [Group::Find, Group::Input, Group::Run];

/// What it takes.
pub(crate) fn command() -> Command {
    let sub = |name: &'static str, about: &'static str| {
        Command::new(name).about(about).arg(archive::name()).arg(archive::lock_timeout())
    };
    let reading = |command: Command, paths: Arg, groups: &[Group]| {
        command.arg(paths).args(args::settings(groups)).arg(args::files_from())
    };
    let paths = || args::paths().help("Files and folders to read; `-` is stdin.");
    Command::new("index")
        .about("Keeps an archive of documents, to check incoming ones against.")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([
            reading(
                sub("create", "Makes an archive with the settings of this command, and adds documents."),
                paths(),
                &ADDING,
            )
            .arg(no_text()),
            reading(
                sub("add", "Adds documents in one change; one that is there already is not added again."),
                paths().num_args(1..).required(true),
                &ADDING,
            )
            // Said when the archive was made; here it is only told that, where it was not said then.
            .arg(no_text().hide(true)),
            sub("remove", "Removes documents in one change.")
                .arg(
                    Arg::new("name")
                        .long("name")
                        .value_name("NAME")
                        .help("Documents of this name; may be given again.")
                        .action(ArgAction::Append),
                )
                .arg(
                    Arg::new("before")
                        .long("before")
                        .value_name("DATE")
                        .help("Documents that are dated before this day."),
                ),
            reading(
                sub("query", "Finds what documents repeat of the archive; never fails on findings."),
                paths().num_args(1..).required(true),
                &Group::ALL,
            )
            .args(args::report()),
            sub("list", "Lists the documents: number, date, words and name, separated by tabs."),
            sub("stats", "Shows what it holds."),
            sub("verify", "Reads all of it and compares it with its checksums and counts."),
            sub("compact", "Makes it as small as it can be, without what was removed."),
            sub("export", "Writes the documents as JSON lines.").arg(
                Arg::new("output")
                    .short('o')
                    .long("output")
                    .value_name("FILE")
                    .help("Write into this file instead of stdout.")
                    .value_parser(value_parser!(PathBuf)),
            ),
        ])
}

/// Whether an archive keeps texts.
fn no_text() -> Arg {
    args::switch(
        "no-text",
        "Keep no texts, only a hash of each word and where it stood: the same is found, but reports quote nothing of the archive and \
         nothing can be exported. Hashes of words can be guessed with a dictionary: it is no encryption. Names, titles, dates, \
         sources and addresses are kept as they are.",
    )
    .help_heading(Group::Output.heading())
}

/// What it does.
pub(crate) fn run(matches: &ArgMatches, session: &Session) -> Result<Done, Failure> {
    let Some((name, matches)) = matches.subcommand() else { return Ok(Done::default()) };
    let Some(path) = matches.get_one::<PathBuf>("archive") else { return Ok(Done::default()) };
    match name {
        "create" => {
            let resolved = layers::resolve(matches, session)?;
            let paths = named(matches)?;
            let settings = twicetold::archive::settings(&resolved.settings);
            let mut archive = match args::is_on(matches, "no-text") {
                true => Archive::create_without_texts(path, &settings)?,
                false => Archive::create(path, &settings)?,
            };
            if paths.is_empty() {
                Ok(Done::default())
            } else {
                add(&mut archive, path, paths, &resolved, session)
            }
        }
        "add" => {
            let mut archive = archive::open(path, matches)?;
            let resolved = archive::resolve(matches, session, &archive, &[])?;
            if args::is_on(matches, "no-text") {
                archive.must_keep_no_texts()?;
            }
            add(&mut archive, path, named(matches)?, &resolved, session)
        }
        "query" => super::check::against_archive(path, matches, session),
        "remove" => remove(&mut archive::open(path, matches)?, matches, session),
        "list" => list(&archive::open(path, matches)?),
        "stats" => stats(&archive::open(path, matches)?),
        "verify" => {
            let archive = archive::open(path, matches)?;
            engine::verify(&archive)?;
            say(&format!(
                "{}: sound, {} documents\n",
                printable(&path.display().to_string()),
                archive.stats()?.documents
            ))
        }
        "compact" => {
            archive::open(path, matches)?.compact()?;
            Ok(Done::default())
        }
        _ => export(&archive::open(path, matches)?, args::path(matches, "output").as_deref()),
    }
}

/// The paths that were named; none is none, and not the current folder.
fn named(matches: &ArgMatches) -> Result<Vec<PathBuf>, Failure> {
    let any = matches.get_many::<PathBuf>("paths").is_some() || args::path(matches, "files-from").is_some();
    let paths = if any { reading::named(matches)? } else { Vec::new() };
    paths.iter().try_for_each(|path| writing::must_exist(path))?;
    Ok(paths)
}

fn add(
    archive: &mut Archive,
    path: &Path,
    paths: Vec<PathBuf>,
    resolved: &Resolved,
    session: &Session,
) -> Result<Done, Failure> {
    let options = resolved.options(vec![path.to_owned()]);
    let bar = Bar::new(session.progress);
    let run = resolved.run(&bar);
    let (added, problems) =
        engine::add(archive, paths.into_iter().map(Input::from).collect(), &options, &run)?;
    drop(bar);
    writing::tell(&problems, session);
    let known =
        if added.known == 0 { String::new() } else { format!(", {} were there already", added.known) };
    say(&format!("{} documents added{known}\n", added.added))?;
    Ok(Done { gate: false, unread: resolved.settings.on_input_error_fail && problems.iter().any(unread) })
}

fn unread(problem: &Problem) -> bool {
    problem.kind.is_unread()
}

fn remove(archive: &mut Archive, matches: &ArgMatches, session: &Session) -> Result<Done, Failure> {
    let names: Vec<&String> = matches.get_many::<String>("name").into_iter().flatten().collect();
    let before = args::text(matches, "before").map(|date| {
        twicetold::source::seconds(date).ok_or_else(|| {
            let message = Message::new(format!("`{date}` cannot be read as a date"));
            Failure::from(message.at("--before").help("write it as 2024-05-01"))
        })
    });
    let before = before.transpose()?;
    if names.is_empty() && before.is_none() {
        let message = Message::new("nothing says which documents to remove");
        return Err(message.at("index remove").help("give --name NAME or --before DATE").into());
    }
    let chosen = |stored: &Stored| {
        names.contains(&&stored.document.name)
            || before.is_some_and(|before| stored.document.time.is_some_and(|time| time < before))
    };
    let removed = archive.remove(chosen)?;
    if removed == 0 {
        session.voice.warning(
            &Message::new("no document of the archive was meant").help("`twicetold index list` lists them"),
        );
    }
    say(&format!("{removed} documents removed\n"))
}

fn list(archive: &Archive) -> Result<Done, Failure> {
    Sink::open(None)?.fill(|out| {
        archive.each(|stored| {
            let Stored { id, document, words, .. } = &stored;
            let date = printable(document.date.as_deref().unwrap_or("-")).replace(['\t', '\n'], " ");
            let name = printable(&document.name).replace(['\t', '\n'], " ");
            writeln!(out, "{}\t{date}\t{words}\t{name}", id.get())?;
            Ok(())
        })
    })?;
    Ok(Done::default())
}

fn stats(archive: &Archive) -> Result<Done, Failure> {
    let stats = archive.stats()?;
    let rows = [
        ("documents", stats.documents),
        ("removed", stats.removed),
        ("changes", stats.state),
        ("bytes", stats.bytes),
        ("runs", stats.runs),
        ("blocks", stats.blocks),
        ("windows", stats.entries),
    ];
    let mut text: String = rows.iter().map(|(name, value)| format!("{name:10}{value:>16}\n")).collect();
    let kept = if archive.keeps_texts() { "kept" } else { "not kept" };
    text.push_str(&format!("{:10}{kept:>16}\n", "texts"));
    say(&text)
}

fn export(archive: &Archive, output: Option<&Path>) -> Result<Done, Failure> {
    archive.must_keep_texts()?;
    Sink::open(output)?.fill(|out| {
        archive.each(|stored| {
            writeln!(out, "{}", record(&stored.document))?;
            Ok(())
        })
    })?;
    Ok(Done::default())
}

/// A document as a line that can be read again.
fn record(document: &Document) -> serde_json::Value {
    let mut object = serde_json::Map::new();
    object.insert("id".to_owned(), document.name.clone().into());
    for (key, value) in [
        ("title", &document.title),
        ("date", &document.date),
        ("source", &document.source),
        ("url", &document.url),
    ] {
        if let Some(value) = value {
            object.insert(key.to_owned(), value.clone().into());
        }
    }
    object.insert("text".to_owned(), document.text.clone().into());
    object.into()
}

fn say(text: &str) -> Result<Done, Failure> {
    Sink::open(None)?.fill(|out| {
        out.write_all(text.as_bytes())?;
        Ok::<(), twicetold::Error>(())
    })?;
    Ok(Done::default())
}
