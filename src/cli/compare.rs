//! `twicetold compare`: two documents and what they share, or many pairs in one run.

use std::path::PathBuf;

use clap::{ArgMatches, Command};
use twicetold::settings::Group;

use super::{
    Session, args,
    engine::{self, Article},
    layers,
    message::Failure,
    outcome::Done,
    pairs,
    progress::Bar,
    reading,
    writing::{self, Reports},
};

/// What it takes.
pub(crate) fn command() -> Command {
    let [left, right] = args::two();
    Command::new("compare")
        .about("Shows what two documents share, side by side.")
        .arg(left.required(false).required_unless_present("pairs").requires("right"))
        .arg(right.required(false))
        .args(args::settings(&Group::ALL))
        .arg(
            args::file(
                "pairs",
                "Compare many pairs: two paths a line with a tab between; one line of JSON for each.",
            )
            .conflicts_with_all(["left", "right"])
            .help_heading(Group::Input.heading()),
        )
        .args(args::report())
}

/// What it does.
pub(crate) fn run(matches: &ArgMatches, session: &Session) -> Result<Done, Failure> {
    let resolved = layers::resolve(matches, session)?;
    if let Some(list) = args::path(matches, "pairs") {
        return pairs::run(&list, matches, &resolved, session);
    }
    let side = |name: &str| args::path(matches, name).unwrap_or_else(|| PathBuf::from("-"));
    let (left, right) = (side("left"), side("right"));
    let reports = Reports::open(matches, &[left.clone(), right.clone()])?;
    let options = resolved.options(reports.paths());
    let (left, right) = reading::two(&left, &right, &options)?;
    let bar = Bar::new(session.progress);
    let run = resolved.run(&bar);
    let findings = engine::compare(left.clone(), right.clone(), &resolved.plan, &run)?;
    drop(bar);
    if resolved.plan.level.passage {
        let (left, right) = (Article::new(left), Article::new(right));
        let shared = engine::shared_passages(&left, &right, &resolved.plan.passage)?;
        reports.write_with(&findings, |style, out| {
            engine::side_by_side(&left.document, &right.document, &shared, style, out)?;
            twicetold::report::whole_documents(&findings, out)
        })?;
    } else {
        reports.write(&findings)?;
    }
    Ok(writing::judge(&findings, &resolved.settings, session))
}
