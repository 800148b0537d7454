//! `twicetold estimate`: what thresholds would give and what a run would cost, from a part of the corpus.
//!
//! The only command that measures time. What it takes is no part of a report, and nothing it extrapolates is a similarity.

mod cost;
mod json;
mod page;

use std::time::Instant;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use twicetold::{Error, Level, settings::Group};

use self::cost::Cost;
use super::{
    Session, args,
    engine::{self, Estimate, Format, Input},
    layers::{self, Resolved},
    message::{Failure, Message},
    outcome::Done,
    outputs::{self, Output, Sink},
    progress::Bar,
    reading, writing,
};

pub(crate) use json::SCHEMA;

/// So many documents are looked at unless the user says otherwise.
const DOCUMENTS: usize = 10_000;

/// Everything there is to say.
struct Told {
    resolved: Resolved,
    /// Documents of the corpus and bytes of their texts.
    corpus: (u64, u64),
    /// Problems with its input.
    problems: usize,
    estimate: Estimate,
    cost: Cost,
}

impl Told {
    /// The share of documents that was looked at.
    fn share(&self) -> f64 {
        cost::ratio(self.estimate.totals.documents, self.corpus.0.max(1))
    }
}

/// What it takes.
pub(crate) fn command() -> Command {
    Command::new("estimate")
        .about("Says what thresholds would find, and what a scan would cost, from a part of the corpus.")
        .long_about(
            "Says what thresholds would find, and what a scan would cost, from a part of the corpus.\n\n\
             Documents are kept by a hash of their names, or all when the corpus is small. Of their documents, paragraphs and sentences \
             every pair at least half alike is counted, and set beside what these settings find of it and what their curve promises. \
             Then what other thresholds would give, and how many candidates are counted for nothing. The kept documents are also scanned, \
             and what that took says what a scan of everything may take: an estimate, marked as one.\n\n\
             A part of a share s of the documents holds about s x s of the pairs between documents. Counts are those of the part.",
        )
        .arg(args::paths())
        .args(args::settings(&[Group::Find, Group::Input, Group::Run]))
        .arg(
            Arg::new("documents")
                .short('n')
                .long("documents")
                .value_name("N")
                .help(format!("Look at no more documents than this. [default: {DOCUMENTS}]"))
                .value_parser(value_parser!(u32).range(1..))
                .help_heading(Group::Run.heading()),
        )
        .arg(args::files_from())
        .arg(
            Arg::new("format")
                .short('f')
                .long("format")
                .value_name("FORMAT[=FILE]")
                .help("Write the estimate: human or json. With =FILE into a file; may be given again. [default: human]")
                .action(ArgAction::Append)
                .value_parser(outputs::parse)
                .help_heading(Group::Output.heading()),
        )
}

/// What it does.
pub(crate) fn run(matches: &ArgMatches, session: &Session) -> Result<Done, Failure> {
    let resolved = layers::resolve(matches, session)?;
    let paths = reading::named(matches)?;
    paths.iter().try_for_each(|path| writing::must_exist(path))?;
    let outputs = writing::given(matches);
    if let Some(other) = outputs.iter().find(|output| ![Format::Human, Format::Json].contains(&output.format))
    {
        let message = Message::new(format!("`{}` is no format of this", other.format.name())).at("--format");
        return Err(message.help("give human or json").into());
    }
    if Level::UNITS.iter().all(|level| !*resolved.plan.level.get(*level)) {
        let message = Message::new("passages have no pairs of units to count").at("--level");
        return Err(message.help("give document, paragraph or sentence").into());
    }
    outputs::check(&outputs, &paths)?;
    let sinks: Vec<(Output, Sink)> = outputs
        .into_iter()
        .map(|output| Sink::open(output.path.as_deref()).map(|sink| (output, sink)))
        .collect::<Result<_, Failure>>()?;
    let written = sinks.iter().flat_map(|(output, sink)| [output.path.clone(), sink.temporary()]).flatten();
    let options = resolved.options(written.collect());
    let most = matches.get_one::<u32>("documents").map_or(DOCUMENTS, |n| *n as usize);

    let bar = Bar::new(session.progress);
    let run = resolved.run(&bar);
    let inputs = paths.into_iter().map(Input::from).collect();
    let before = Instant::now();
    let subset = engine::subset(inputs, &options, most, &run)?;
    let reading = before.elapsed().as_secs_f64();
    let estimate = engine::estimate(&subset.documents, &resolved.plan, &run)?;
    let before = Instant::now();
    engine::scan_documents(subset.documents, &resolved.plan, &run)?;
    let scan = before.elapsed().as_secs_f64();
    let cost = Cost::of(&resolved.plan, &estimate.totals, &subset.totals, reading, scan).within(run.memory);
    drop(bar);
    writing::tell(&subset.problems, session);

    let corpus = (subset.totals.documents, subset.totals.bytes);
    let unread = resolved.settings.on_input_error_fail
        && subset.problems.iter().any(|problem| problem.kind.is_unread());
    let told = Told { resolved, corpus, problems: subset.problems.len(), estimate, cost };
    for (output, sink) in sinks {
        let text = if output.format == Format::Json { json::lay_out(&told) } else { page::lay_out(&told) };
        sink.fill(|out| out.write_all(text.as_bytes()).map_err(Error::from))?;
    }
    Ok(Done { gate: false, unread })
}
