//! `twicetold explain`: why two documents do, or do not, match.

use std::{fmt::Write as _, path::PathBuf};

use clap::{ArgMatches, Command};
use twicetold::{Span, family::Kind, settings::Group};

use super::{
    Session, args,
    engine::{self, Explanation, LevelExplanation},
    layers,
    message::{Failure, printable},
    outcome::Done,
    outputs::Sink,
    reading,
};

/// So many characters of a text are shown.
const SHOWN: usize = 90;

/// What it takes.
pub(crate) fn command() -> Command {
    Command::new("explain")
        .about("Says why two documents do, or do not, match.")
        .args(args::two())
        .args(args::settings(&[Group::Find, Group::Input]))
}

/// What it does.
pub(crate) fn run(matches: &ArgMatches, session: &Session) -> Result<Done, Failure> {
    let resolved = layers::resolve(matches, session)?;
    let options = resolved.options(Vec::new());
    let side = |name: &str| args::path(matches, name).unwrap_or_else(|| PathBuf::from("-"));
    let (left, right) = reading::two(&side("left"), &side("right"), &options)?;
    let texts = (left.text.clone(), right.text.clone());
    let names = format!("A  {}\nB  {}\n", printable(&left.name), printable(&right.name));
    let explanation = engine::explain(left, right, &resolved.plan)?;
    let text = names + &lay_out(&explanation, (&texts.0, &texts.1));
    Sink::stdout().fill(|out| out.write_all(text.as_bytes()).map_err(twicetold::Error::from))?;
    Ok(Done::default())
}

fn lay_out(explanation: &Explanation, texts: (&str, &str)) -> String {
    let mut out = String::new();
    for level in &explanation.levels {
        out.push('\n');
        lay_out_level(&mut out, level, texts);
    }
    let _ = writeln!(out, "\npassages: {}", explanation.passages.len());
    for passage in &explanation.passages {
        let exact = passage.kind == Kind::Exact;
        let similarity = passage.score.printed(exact);
        let _ = writeln!(
            out,
            "  {}, similarity {similarity}",
            places(passage.left, passage.right, passage.kind.name())
        );
        let _ = writeln!(out, "    A  {}", excerpt(passage.left.of(texts.0)));
        if !exact {
            let _ = writeln!(out, "    B  {}", excerpt(passage.right.of(texts.1)));
        }
    }
    if !explanation.short.is_empty() {
        out.push_str("\nequal words that are too few to report\n");
    }
    for run in &explanation.short {
        let reason = format!("{} words, {} are needed", run.words, run.floor);
        let _ = writeln!(out, "  {}", places(run.left, run.right, &reason));
        let _ = writeln!(out, "    {}", excerpt(run.left.of(texts.0)));
    }
    out
}

fn lay_out_level(out: &mut String, level: &LevelExplanation, texts: (&str, &str)) {
    let name = level.level;
    let Some((left, right)) = level.units else {
        let _ =
            writeln!(out, "{name}: nothing to compare, A or B has no {name} of {} words", level.min_words);
        return;
    };
    let overlap = level.overlap;
    let score = overlap.jaccard();
    let similarity = score.printed(level.same);
    let verdict = match (level.meets, level.contained) {
        (true, _) => format!("alike: {similarity} is at or above the threshold of {}", level.threshold),
        (false, true) => format!("contained: the smaller stands in the larger; alike only {similarity}"),
        (false, false) => format!("not alike: {similarity} is below the threshold of {}", level.threshold),
    };
    let _ = writeln!(out, "{name}: {verdict}");
    if name != twicetold::Level::Document {
        let _ = writeln!(out, "  the two most alike");
        let _ = writeln!(out, "    A {left}  {}", excerpt(left.of(texts.0)));
        let _ = writeln!(out, "    B {right}  {}", excerpt(right.of(texts.1)));
    }
    let (a, b) = level.words;
    let _ = writeln!(
        out,
        "  shingles of {} words: {} in A ({a} words), {} in B ({b} words), {} in both",
        level.shingle, overlap.left, overlap.right, overlap.shared
    );
    if level.exact_join {
        let _ =
            writeln!(out, "  units as short as these are joined exactly: no pair at the threshold is missed");
        return;
    }
    let _ = writeln!(
        out,
        "  bands: {} of {} agree ({} rows each); of pairs as alike as these, {:.2} % are found by bands",
        level.shared_bands,
        level.cut.bands,
        level.cut.rows,
        level.chance * 100.0
    );
}

fn places(left: Span, right: Span, what: &str) -> String {
    format!("A {left} ~ B {right}: {what}")
}

/// The beginning of a text in one line.
fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = line.chars().take(SHOWN).collect();
    let more = if cut.len() < line.len() { "…" } else { "" };
    format!("“{}{more}”", printable(&cut))
}
