//! `twicetold sample`: findings near the thresholds to be read, and what came of reading them.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command, value_parser};
use twicetold::{
    Error, Level,
    sample::{self, Wish, judged},
    settings::{Group, PerLevel},
};

use super::{
    Session, args,
    engine::{Format, Report},
    message::{Failure, Message},
    outcome::Done,
    outputs::{self, Output, Sink},
    reading, report, writing,
};

/// What it takes.
pub(crate) fn command() -> Command {
    let (find, output) = (Group::Find.heading(), Group::Output.heading());
    Command::new("sample")
        .about("Draws findings near the thresholds for a person to read, and counts the answers.")
        .long_about(
            "Draws findings near the thresholds for a person to read, and counts the answers.\n\n\
             Each finding is drawn as a pair: its keeper and one member that differs from it, side by side, words that differ \
             marked. Pairs are drawn by level and by how far their similarity is above the threshold it had to meet: 0 to 0.05, \
             0.05 to 0.1, 0.1 to 0.2, and more. Each of these gives as many as the others while it has them, so most of the reading \
             is near the thresholds. A finding is drawn once from each at most; exact and suppressed ones are not.\n\n\
             With -f csv=FILE there is a column `judged` to fill in (yes: told twice; no: not; nothing: not read). `--judged FILE` \
             then tells the precision of each level and distance, with its 95 % interval (Wilson).",
        )
        .arg(report::argument().required(false).required_unless_present("judged"))
        .arg(
            args::file("judged", "Read a table that was filled in, and tell the precision of each level and distance.")
                .conflicts_with_all(["report", "number", "seed", "level", "csv-raw"]),
        )
        .arg(
            Arg::new("number")
                .short('n')
                .long("number")
                .value_name("N")
                .help("Draw so many pairs. [default: 50]")
                .value_parser(value_parser!(u32).range(1..))
                .help_heading(find),
        )
        .arg(
            Arg::new("level")
                .long("level")
                .value_name("LEVELS")
                .help("Draw from these levels. [default: all that were looked for]")
                .value_delimiter(',')
                .value_parser(Level::parse)
                .help_heading(find),
        )
        .arg(
            Arg::new("seed")
                .long("seed")
                .value_name("N")
                .help("Draw others. [default: 1]")
                .value_parser(value_parser!(u64))
                .help_heading(find),
        )
        .arg(
            Arg::new("format")
                .short('f')
                .long("format")
                .value_name("FORMAT[=FILE]")
                .help("Write the sample: human, csv (to fill in) or json; of --judged: human or json. May be given again. [default: human]")
                .action(clap::ArgAction::Append)
                .value_parser(outputs::parse)
                .help_heading(output),
        )
        .arg(
            args::switch("csv-raw", "Write CSV cells as they are, even those a spreadsheet would run as formulas.")
                .help_heading(output),
        )
}

/// What it does.
pub(crate) fn run(matches: &ArgMatches, _: &Session) -> Result<Done, Failure> {
    if let Some(path) = args::path(matches, "judged") {
        return tell(&path, matches);
    }
    let path = args::path(matches, "report").unwrap_or_else(|| PathBuf::from("-"));
    let outputs = open(matches, &path, &[Format::Human, Format::Csv, Format::Json])?;
    let json = report::read(&path)?;
    let report = Report::parse(&json)?;
    let levels: Option<Vec<Level>> = matches.get_many("level").map(|levels| levels.copied().collect());
    let mut level = PerLevel::all(levels.is_none());
    levels.into_iter().flatten().for_each(|asked| *level.get_mut(asked) = true);
    let wish = Wish {
        pairs: *matches.get_one::<u32>("number").unwrap_or(&50) as usize,
        seed: *matches.get_one("seed").unwrap_or(&1),
        level,
    };
    let sample = sample::draw(&report, &wish);
    let raw = args::is_on(matches, "csv-raw");
    fill(outputs, |format, out| match format {
        Format::Csv => sample::write::csv(&sample, raw, out),
        Format::Json => sample::write::json(&sample, out),
        _ => sample::write::human(&sample, writing::width(), out),
    })
}

/// Counts the answers in a table.
fn tell(path: &Path, matches: &ArgMatches) -> Result<Done, Failure> {
    let outputs = open(matches, path, &[Format::Human, Format::Json])?;
    let shown = path.display().to_string();
    let table = reading::lines_of(path)
        .map_err(|error| Message::new(format!("cannot read the table: {error}")).at(shown.clone()))?;
    let bins = judged::read(&table).map_err(|error| match error {
        Error::Render { message, .. } => Failure::from(
            Message::new(message)
                .at(shown)
                .help("fill in what `twicetold sample REPORT.json -f csv=FILE` writes"),
        ),
        other => other.into(),
    })?;
    fill(outputs, |format, out| match format {
        Format::Json => judged::json(&bins, out),
        _ => judged::human(&bins, out),
    })
}

/// Opens the outputs that were asked for, of the formats there are.
fn open(matches: &ArgMatches, input: &Path, formats: &[Format]) -> Result<Vec<(Output, Sink)>, Failure> {
    let outputs = writing::given(matches);
    if let Some(other) = outputs.iter().find(|output| !formats.contains(&output.format)) {
        let names: Vec<&str> = formats.iter().map(|format| format.name()).collect();
        let message = Message::new(format!("`{}` is no format of this", other.format.name())).at("--format");
        return Err(message.help(format!("give {}", names.join(" or "))).into());
    }
    outputs::check(&outputs, &[input.to_path_buf()])?;
    outputs.into_iter().map(|output| Sink::open(output.path.as_deref()).map(|sink| (output, sink))).collect()
}

fn fill(
    outputs: Vec<(Output, Sink)>,
    write: impl Fn(Format, &mut dyn std::io::Write) -> Result<(), Error>,
) -> Result<Done, Failure> {
    for (output, sink) in outputs {
        sink.fill(|out| write(output.format, out))?;
    }
    Ok(Done::default())
}
