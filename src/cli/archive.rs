//! An archive as commands meet it: opening it, and its settings beside the user's.

use std::{path::Path, path::PathBuf, time::Duration};

use clap::{Arg, ArgMatches, value_parser};
use twicetold::{archive::Archive, settings::Group};

use super::{
    Session, args,
    layers::{self, Resolved},
    message::Failure,
};

/// Seconds that a writer waits for another one.
const LOCK_TIMEOUT: &str = "30";

/// Which archive.
pub(crate) fn name() -> Arg {
    Arg::new("archive")
        .value_name("ARCHIVE")
        .help("The archive: one file.")
        .value_parser(value_parser!(PathBuf))
        .required(true)
}

/// How long to wait for another writer.
pub(crate) fn lock_timeout() -> Arg {
    Arg::new("lock-timeout")
        .long("lock-timeout")
        .value_name("SECONDS")
        .help(format!(
            "How long to wait while another process writes to the archive. [default: {LOCK_TIMEOUT}]"
        ))
        .value_parser(value_parser!(u64))
        .help_heading(Group::Run.heading())
}

/// Opens the archive of that name.
pub(crate) fn open(path: &Path, matches: &ArgMatches) -> Result<Archive, Failure> {
    let seconds = matches.try_get_one::<u64>("lock-timeout").ok().flatten().copied();
    let seconds = seconds.or_else(|| LOCK_TIMEOUT.parse().ok()).unwrap_or_default();
    Ok(Archive::open(path, Duration::from_secs(seconds))?)
}

/// Works out the settings of a command that uses an archive: what the user does not say is the archive's, and what
/// is said otherwise is refused.
pub(crate) fn resolve(
    matches: &ArgMatches,
    session: &Session,
    archive: &Archive,
    base: &[(&'static str, &str)],
) -> Result<Resolved, Failure> {
    resolve_but(&[], matches, session, archive, base)
}

/// The same for a command that is `free` in some settings, which lookups do not depend on.
pub(crate) fn resolve_but(
    free: &[&str],
    matches: &ArgMatches,
    session: &Session,
    archive: &Archive,
    base: &[(&'static str, &str)],
) -> Result<Resolved, Failure> {
    let own = archive.layers().chain(base.iter().copied());
    let base: Vec<(&'static str, String)> = own.map(|(name, value)| (name, value.to_owned())).collect();
    let resolved = layers::resolve_over(base, matches, session)?;
    archive.must_agree_but(free, &resolved.settings)?;
    Ok(resolved)
}

/// The archive that a flag names.
pub(crate) fn of_flag(matches: &ArgMatches) -> Option<PathBuf> {
    args::path(matches, "index")
}
