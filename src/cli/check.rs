//! `twicetold check`: the gate for incoming documents.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use clap::{Arg, ArgAction, ArgMatches, Command, builder::PossibleValuesParser, value_parser};
use twicetold::{
    DocId,
    archive::Archive,
    gate::Limits,
    settings::{FailOn, Group},
};

use super::{
    Session, archive, args,
    engine::{self, Against, Checked, Input},
    gate::{self, Gate, Unused},
    layers::{self, Resolved},
    message::{Failure, Message},
    outcome::Done,
    progress::Bar,
    reading,
    writing::{self, Reports},
};

/// What a check does unless it is told otherwise.
const STRICT: [(&str, &str); 2] = [("fail-on", "any"), ("on-input-error", "fail")];

/// What it takes.
pub(crate) fn command() -> Command {
    Command::new("check")
        .about("Checks incoming documents: against each other, an archive, and other documents.")
        .arg(args::paths())
        .args(against_flags())
        .arg(
            Arg::new("add")
                .long("add")
                .value_name("WHICH")
                .help("Once the report is written, add documents to the archive: those that pass (passing, also without a value) or all.")
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("passing")
                .value_parser(PossibleValuesParser::new(["passing", "all"]))
                .hide_possible_values(true)
                .requires("index")
                .help_heading(Group::Run.heading()),
        )
        .arg(archive::lock_timeout())
        .args(args::settings(&Group::ALL))
        .arg(gate::today())
        .arg(args::files_from())
        .args(args::report())
}

/// What incoming documents are compared with beside each other.
pub(crate) fn against_flags() -> [Arg; 2] {
    let input = Group::Input.heading();
    [
        Arg::new("index")
            .long("index")
            .value_name("ARCHIVE")
            .help("Check against this archive, made by `twicetold index create`.")
            .value_parser(value_parser!(PathBuf))
            .help_heading(input),
        Arg::new("against")
            .long("against")
            .value_name("PATH")
            .help("Check against these files and folders; may be given again.")
            .action(ArgAction::Append)
            .value_parser(value_parser!(PathBuf))
            .help_heading(input),
    ]
}

/// What it does.
pub(crate) fn run(matches: &ArgMatches, session: &Session) -> Result<Done, Failure> {
    let path = archive::of_flag(matches);
    let mut archive = path.as_deref().map(|path| archive::open(path, matches)).transpose()?;
    let resolved = match &archive {
        Some(archive) => archive::resolve(matches, session, archive, &STRICT)?,
        None => {
            let base = STRICT.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
            layers::resolve_over(base, matches, session)?
        }
    };
    let (checked, done) = checked(matches, session, &resolved, archive.as_ref(), path.as_deref())?;
    if let (Some(which), Some(archive)) = (args::text(matches, "add"), &mut archive) {
        let limits = Limits::of(&resolved.settings);
        let failed = if which == "all" { BTreeSet::new() } else { limits.failing(&checked.findings) };
        let passing = (checked.findings.n_known..).zip(&checked.incoming);
        let chosen = passing
            .filter(|(id, _)| !failed.contains(&DocId::from_packed(*id)))
            .map(|(_, document)| document);
        let added = engine::add_documents(archive, chosen)?;
        let left = failed.len();
        session.voice.note(&Message::new(format!(
            "{} documents added to the archive, {} known, {left} left out",
            added.added, added.known
        )));
    }
    Ok(done)
}

/// `twicetold index query`: the same without a gate.
pub(crate) fn against_archive(path: &Path, matches: &ArgMatches, session: &Session) -> Result<Done, Failure> {
    let archive = archive::open(path, matches)?;
    let mut resolved = archive::resolve(matches, session, &archive, &[])?;
    resolved.settings.fail_on = FailOn::None;
    let (_, done) = checked(matches, session, &resolved, Some(&archive), Some(path))?;
    Ok(done)
}

fn checked(
    matches: &ArgMatches,
    session: &Session,
    resolved: &Resolved,
    archive: Option<&Archive>,
    path: Option<&Path>,
) -> Result<(Checked, Done), Failure> {
    let paths = reading::named(matches)?;
    let against: Vec<PathBuf> =
        matches.try_get_many::<PathBuf>("against").ok().flatten().into_iter().flatten().cloned().collect();
    let mut all = paths.clone();
    all.extend(against.iter().cloned());
    all.iter().try_for_each(|path| writing::must_exist(path))?;
    let reports = Reports::open(matches, &all)?;
    let mut excluded = reports.paths();
    excluded.extend(path.map(Path::to_owned));
    let mut gate = Gate::open(matches, resolved, Unused::Note, session)?;
    excluded.extend(gate.files().iter().cloned());
    let options = resolved.options(excluded);
    let inputs = |paths: Vec<PathBuf>| paths.into_iter().map(Input::from).collect();
    let bar = Bar::new(session.progress);
    let run = resolved.run(&bar);
    let mut checked = engine::check(
        inputs(paths),
        Against { archive, inputs: inputs(against) },
        &options,
        &resolved.plan,
        &run,
    )?;
    drop(bar);
    let stored = match archive {
        Some(archive) if gate.asks_share_of_documents() => archive.stats()?.documents,
        _ => 0,
    };
    gate.judge(&mut checked.findings, stored, session);
    reports.write(&checked.findings)?;
    let done = writing::judge(&checked.findings, &resolved.settings, session);
    Ok((checked, done))
}
