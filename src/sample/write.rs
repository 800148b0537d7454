//! A sample for a reader: for people side by side, as a table to be filled in, as JSON.
//!
//! The table has an empty column `judged`: `yes` for text that was told twice, `no` for text that was not, nothing for what was not read.

use std::io;

use serde::Serialize;

use super::{LIMITS, Pair, Sample, judged::JUDGED, mark::differing};
use crate::{
    error::Error,
    report::{columns, disarmed, printable, view::Occurrence},
    span::Span,
};

/// The name of the JSON format.
pub const SAMPLE_FORMAT: &str = "twicetold.sample/1";

/// The columns of the table, those that are read back first.
const COLUMNS: [&str; 13] = [
    JUDGED,
    "level",
    "distance",
    "findings",
    "similarity",
    "threshold",
    "kind",
    "words",
    "family",
    "keeper",
    "member",
    "keeper_text",
    "member_text",
];

/// Writes each pair side by side, words that differ marked, and what there is of each bin.
///
/// # Errors
///
/// What the writer gives.
pub fn human(sample: &Sample<'_>, width: usize, out: &mut dyn io::Write) -> Result<(), Error> {
    for (n, pair) in (1..).zip(&sample.pairs) {
        let Pair { bin, family, keeper, member, threshold } = pair;
        writeln!(
            out,
            "{n}/{}  {} {}[{}]: similarity {:?}, threshold {threshold:?} ({})",
            sample.pairs.len(),
            printable(&family.kind),
            bin.level,
            printable(family.fingerprint.get(..12).unwrap_or(&family.fingerprint)),
            member.similarity,
            bin.distances(),
        )?;
        let places = [sample.location(keeper), sample.location(member)];
        let names = [places[0].as_str(), places[1].as_str()];
        match (keeper.text.as_deref(), member.text.as_deref()) {
            (Some(left), Some(right)) => {
                let [ours, theirs] = differing(left, right);
                columns(names, [(left, &ours), (right, &theirs)], "~", width, out)?;
            }
            _ => columns(names, [("(no text)", &[]), ("(no text)", &[])], "~", width, out)?,
        }
        writeln!(out)?;
    }
    if sample.strata.is_empty() {
        writeln!(
            out,
            "the report has no finding that a threshold decided about: all are exact, or suppressed"
        )?;
        return Ok(());
    }
    writeln!(out, "{:<10} {:<20} {:>9} {:>9}", "level", "threshold", "findings", "drawn")?;
    for stratum in &sample.strata {
        let (bin, n) = (stratum.bin, stratum.findings);
        writeln!(out, "{:<10} {:<20} {n:>9} {:>9}", bin.level.name(), bin.distances(), stratum.drawn)?;
    }
    writeln!(
        out,
        "to say of each whether it was told twice: `-f csv=sample.csv`, fill in the column `{JUDGED}` (yes, no), \
         then `twicetold sample --judged sample.csv`"
    )?;
    Ok(())
}

/// Writes a row for each pair, with an empty column to be filled in.
///
/// # Errors
///
/// What the writer gives.
pub fn csv(sample: &Sample<'_>, raw: bool, out: &mut dyn io::Write) -> Result<(), Error> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(COLUMNS).map_err(write_error)?;
    for pair in &sample.pairs {
        let Pair { bin, family, keeper, member, threshold } = pair;
        let findings =
            sample.strata.iter().find(|stratum| stratum.bin == *bin).map_or(0, |stratum| stratum.findings);
        let text = |place: &Occurrence<'_>| place.text.as_deref().unwrap_or("").to_owned();
        let row: [String; 13] = [
            String::new(),
            bin.level.name().to_owned(),
            bin.distances(),
            findings.to_string(),
            format!("{:?}", member.similarity),
            format!("{threshold:?}"),
            family.kind.to_string(),
            family.words.to_string(),
            family.fingerprint.clone(),
            sample.location(keeper),
            sample.location(member),
            text(keeper),
            text(member),
        ];
        let row = row.map(|field| if raw { field } else { disarmed(field.into()).into_owned() });
        writer.write_record(&row).map_err(write_error)?;
    }
    writer.flush()?;
    Ok(())
}

fn write_error(error: csv::Error) -> Error {
    let message = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Error::Write(error),
        _ => Error::Render { format: "csv", message },
    }
}

#[derive(Serialize)]
struct Whole<'s> {
    schema: &'static str,
    seed: u64,
    bins: Vec<BinView>,
    pairs: Vec<PairView<'s>>,
}

/// One bin: its distances from the threshold, what there is and what was drawn.
#[derive(Serialize)]
struct BinView {
    level: &'static str,
    from: f64,
    to: Option<f64>,
    findings: usize,
    drawn: usize,
}

#[derive(Serialize)]
struct PairView<'s> {
    level: &'static str,
    kind: &'s str,
    family: &'s str,
    similarity: f64,
    threshold: f64,
    keeper: PlaceView<'s>,
    member: PlaceView<'s>,
}

/// One place; `differs` are the bytes of `text` that the other side has not.
#[derive(Serialize)]
struct PlaceView<'s> {
    path: &'s str,
    record: Option<u64>,
    start: u32,
    end: u32,
    line: u32,
    column: u32,
    text: Option<&'s str>,
    differs: Vec<(u32, u32)>,
}

/// Writes one object.
///
/// # Errors
///
/// What the writer gives.
pub fn json(sample: &Sample<'_>, out: &mut dyn io::Write) -> Result<(), Error> {
    let above = |at: usize| LIMITS.get(at).map(|limit| f64::from(*limit) / 1e6);
    let bins = sample.strata.iter().map(|stratum| BinView {
        level: stratum.bin.level.name(),
        from: above(stratum.bin.distance).unwrap_or(0.0),
        to: above(stratum.bin.distance + 1),
        findings: stratum.findings,
        drawn: stratum.drawn,
    });
    let pairs = sample.pairs.iter().map(|pair| {
        let [ours, theirs] = match (&pair.keeper.text, &pair.member.text) {
            (Some(left), Some(right)) => differing(left, right),
            _ => [Vec::new(), Vec::new()],
        };
        PairView {
            level: pair.bin.level.name(),
            kind: &pair.family.kind,
            family: &pair.family.fingerprint,
            similarity: pair.member.similarity,
            threshold: pair.threshold,
            keeper: place(sample, pair.keeper, &ours),
            member: place(sample, pair.member, &theirs),
        }
    });
    let whole =
        Whole { schema: SAMPLE_FORMAT, seed: sample.seed, bins: bins.collect(), pairs: pairs.collect() };
    serde_json::to_writer_pretty(&mut *out, &whole).map_err(|error| match error.is_io() {
        true => Error::Write(error.into()),
        false => Error::Render { format: "json", message: error.to_string() },
    })?;
    writeln!(out)?;
    Ok(())
}

fn place<'s>(sample: &'s Sample<'_>, place: &'s Occurrence<'_>, differs: &[Span]) -> PlaceView<'s> {
    let document = sample.documents.get(&place.document);
    PlaceView {
        path: document.map_or("", |document| &document.path),
        record: document.and_then(|document| document.record),
        start: place.start,
        end: place.end,
        line: place.line,
        column: place.column,
        text: place.text.as_deref(),
        differs: differs.iter().map(|span| (span.start, span.end)).collect(),
    }
}
