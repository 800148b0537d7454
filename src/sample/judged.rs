//! What a reader said of a sample: the filled-in table goes in, the precision of each bin comes out, with what chance leaves open.
//!
//! # The idea
//!
//! Of `n` findings of a bin that were read, `k` were told twice: `k / n` is their precision. How far that of all findings of the
//! bin may be from it, says the interval of Wilson at 95 %: it lies within 0 and 1, and says something for few and for `k = n` too.
//! Bins are not added up, since each was drawn with another chance.
//!
//! # Source
//!
//! E. B. Wilson, *Probable inference, the law of succession, and statistical inference*, JASA 22, 1927.

use std::{collections::BTreeMap, io};

use serde::Serialize;

use super::Bin;
use crate::{error::Error, settings::Level};

/// The column that a reader fills in.
pub const JUDGED: &str = "judged";
/// The name of the JSON format.
pub const JUDGED_FORMAT: &str = "twicetold.judged/1";
/// Standard errors to either side that hold 95 % of a normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The answers of one bin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The bin.
    pub bin: Bin,
    /// Findings in it.
    pub findings: u64,
    /// Pairs in the table.
    pub drawn: u32,
    /// Pairs with an answer.
    pub judged: u32,
    /// Pairs that were told twice.
    pub yes: u32,
}

impl Judged {
    /// The share of those that were told twice; none when nothing was read.
    pub fn precision(&self) -> Option<f64> {
        (0 < self.judged).then(|| f64::from(self.yes) / f64::from(self.judged))
    }

    /// Between what and what the share of all lies, at 95 %.
    pub fn interval(&self) -> (f64, f64) {
        wilson(self.yes, self.judged)
    }
}

/// The interval of Wilson for `yes` of `n`, at 95 %; of nothing, everything.
pub fn wilson(yes: u32, n: u32) -> (f64, f64) {
    if n == 0 {
        return (0.0, 1.0);
    }
    let (share, count, z2) = (f64::from(yes.min(n)) / f64::from(n), f64::from(n), Z * Z);
    let middle = (share + z2 / (2.0 * count)) / (1.0 + z2 / count);
    let half = Z / (1.0 + z2 / count) * (share * (1.0 - share) / count + z2 / (4.0 * count * count)).sqrt();
    // At the ends the formula gives 0 and 1, but for the last bit.
    let low = if yes == 0 { 0.0 } else { (middle - half).max(0.0) };
    let high = if n <= yes { 1.0 } else { (middle + half).min(1.0) };
    (low, high)
}

/// Reads a table that [`csv`](super::write::csv) wrote and somebody filled in, also one that a spreadsheet wrote again: with a byte order
/// mark, semicolons or tabs, columns moved or added.
///
/// # Errors
///
/// [`Error::Render`] with the line of the first row that cannot be used.
pub fn read(table: &[u8]) -> Result<Vec<Judged>, Error> {
    let table = table.strip_prefix("\u{feff}".as_bytes()).unwrap_or(table);
    let head = table.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let delimiter = [b';', b'\t'].into_iter().find(|mark| head.contains(mark)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(table);
    let headers = reader.headers().map_err(|error| wrong(1, &error.to_string()))?.clone();
    let column = |name: &str| {
        let at = headers.iter().position(|header| header.trim().eq_ignore_ascii_case(name));
        at.ok_or_else(|| {
            wrong(1, &format!("there is no column `{name}`: this is no table of `twicetold sample -f csv`"))
        })
    };
    let columns = [column(JUDGED)?, column("level")?, column("distance")?, column("findings")?];
    let mut bins: BTreeMap<Bin, Judged> = BTreeMap::new();
    for row in reader.records() {
        let row =
            row.map_err(|error| wrong(error.position().map_or(0, csv::Position::line), &error.to_string()))?;
        let line = row.position().map_or(0, csv::Position::line);
        let [answer, level, distances, findings] = columns.map(|at| row.get(at).unwrap_or_default().trim());
        let level = Level::parse(level).map_err(|message| wrong(line, &message))?;
        let bin = Bin::named(level, distances)
            .ok_or_else(|| wrong(line, &format!("`{distances}` is no distance from a threshold")))?;
        let findings = findings
            .parse()
            .map_err(|_| wrong(line, &format!("`{findings}` is not a number of findings")))?;
        let judged = bins.entry(bin).or_insert(Judged { bin, findings, drawn: 0, judged: 0, yes: 0 });
        judged.drawn += 1;
        if let Some(yes) = said(answer).map_err(|message| wrong(line, &message))? {
            judged.judged += 1;
            judged.yes += u32::from(yes);
        }
    }
    Ok(bins.into_values().collect())
}

/// What an answer means; none where there is none.
fn said(answer: &str) -> Result<Option<bool>, String> {
    match answer.to_ascii_lowercase().as_str() {
        "" => Ok(None),
        "yes" | "y" | "1" | "true" => Ok(Some(true)),
        "no" | "n" | "0" | "false" => Ok(Some(false)),
        _ => Err(format!("`{answer}` is no answer: yes, no, or nothing for what was not read")),
    }
}

fn wrong(line: u64, message: &str) -> Error {
    Error::Render { format: "csv", message: format!("line {line}: {message}") }
}

/// Writes a row for each bin.
///
/// # Errors
///
/// What the writer gives.
pub fn human(bins: &[Judged], out: &mut dyn io::Write) -> Result<(), Error> {
    writeln!(
        out,
        "{:<10} {:<20} {:>9} {:>7} {:>7} {:>7} {:>10}  95 % interval",
        "level", "threshold", "findings", "drawn", "judged", "yes", "precision"
    )?;
    for judged in bins {
        let Judged { bin, findings, drawn, judged: n, yes } = judged;
        write!(
            out,
            "{:<10} {:<20} {findings:>9} {drawn:>7} {n:>7} {yes:>7} ",
            bin.level.name(),
            bin.distances()
        )?;
        match judged.precision() {
            Some(precision) => {
                let (low, high) = judged.interval();
                writeln!(out, "{precision:>10.3}  {low:.3} to {high:.3}")?;
            }
            None => writeln!(out, "{:>10}", "-")?,
        }
    }
    writeln!(
        out,
        "precision: the share of the findings read that were told twice; an estimate for all findings of the bin"
    )?;
    Ok(())
}

#[derive(Serialize)]
struct Whole {
    schema: &'static str,
    bins: Vec<BinView>,
}

#[derive(Serialize)]
struct BinView {
    level: &'static str,
    distance: String,
    findings: u64,
    drawn: u32,
    judged: u32,
    yes: u32,
    precision: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
}

/// Writes one object.
///
/// # Errors
///
/// What the writer gives.
pub fn json(bins: &[Judged], out: &mut dyn io::Write) -> Result<(), Error> {
    let bins = bins.iter().map(|judged| {
        let (low, high) = judged.interval();
        let known = |share: f64| (0 < judged.judged).then(|| (share * 1e6).round() / 1e6);
        BinView {
            level: judged.bin.level.name(),
            distance: judged.bin.distances(),
            findings: judged.findings,
            drawn: judged.drawn,
            judged: judged.judged,
            yes: judged.yes,
            precision: judged.precision().and_then(known),
            low: known(low),
            high: known(high),
        }
    });
    let whole = Whole { schema: JUDGED_FORMAT, bins: bins.collect() };
    serde_json::to_writer_pretty(&mut *out, &whole)
        .map_err(|error| Error::Render { format: "json", message: error.to_string() })?;
    writeln!(out)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn intervals_are_wilsons() {
        // R. G. Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I, method 3.
        for ((yes, n), (low, high)) in [
            ((81, 263), (0.2553, 0.3662)),
            ((15, 148), (0.0624, 0.1605)),
            ((0, 20), (0.0, 0.1611)),
            ((1, 29), (0.0061, 0.1718)),
        ] {
            let got = wilson(yes, n);
            assert!((got.0 - low).abs() < 5e-5 && (got.1 - high).abs() < 5e-5, "{yes}/{n}: {got:?}");
            let mirrored = wilson(n - yes, n);
            assert!((got.0 + mirrored.1 - 1.0).abs() < 1e-12 && (got.1 + mirrored.0 - 1.0).abs() < 1e-12);
        }
        assert_eq!(wilson(0, 0), (0.0, 1.0));
    }

    #[test]
    fn a_table_that_a_spreadsheet_wrote_again_is_read() {
        let table = "\u{feff}note;level;Judged;distance;findings\r\nx;sentence;Yes;0.00 to 0.05 above;9\r\n\
                     \"a;\nb\";sentence;;0.00 to 0.05 above;9\r\n;sentence; n ;0.00 to 0.05 above;9\r\n\
                     ;document;1;0.20 or more above;2\r\n";
        let read = read(table.as_bytes()).unwrap();
        let bin = |level, distance| Bin { level, distance };
        assert_eq!(
            read,
            [
                Judged { bin: bin(Level::Document, 3), findings: 2, drawn: 1, judged: 1, yes: 1 },
                Judged { bin: bin(Level::Sentence, 0), findings: 9, drawn: 3, judged: 2, yes: 1 },
            ]
        );
    }

    #[test]
    fn a_table_that_cannot_be_used_says_where() {
        for (table, said) in [
            ("a,b\n1,2\n", "no column `judged`"),
            ("judged,level,distance,findings\nyes,chapter,0.00 to 0.05 above,1\n", "line 2: `chapter`"),
            ("judged,level,distance,findings\nyes,sentence,near,1\n", "line 2: `near`"),
            (
                "judged,level,distance,findings\nyes,sentence,0.00 to 0.05 above,1\nmaybe,sentence,0.00 to 0.05 above,1\n",
                "line 3: `maybe`",
            ),
        ] {
            let error = read(table.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
