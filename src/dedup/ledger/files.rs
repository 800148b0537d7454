//! Ledgers as files: JSON lines, CSV or Parquet, with the same in each.

use std::{
    fs,
    io::{self, BufRead, BufReader, Read, Seek, Write},
    path::Path,
};

use serde_json::Value as Json;

use super::{
    LEDGER_FORMAT, Line,
    flat::{self, COLUMNS, Column, Holds},
};
use crate::error::Error;
#[cfg(feature = "parquet")]
use crate::source::{OwnReader, OwnWriter};

/// How a ledger is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LedgerFormat {
    /// A line of JSON for each.
    #[default]
    Jsonl,
    /// A row for each, below a header; what a line does not have is empty.
    Csv,
    /// The same table; what a line does not have is null.
    Parquet,
}

impl LedgerFormat {
    /// By the ending of a file's name; none when it is no ledger's.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "jsonl" => Some(Self::Jsonl),
            "csv" => Some(Self::Csv),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }
}

/// What spreadsheets would calculate gets a quote before it, and so does what begins with one: it can be taken away again.
fn disarmed(cell: &str) -> String {
    let is_armed = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']);
    format!("{}{cell}", if is_armed { "'" } else { "" })
}

/// A ledger that is written.
pub struct Writer<'w>(To<'w>);

enum To<'w> {
    Jsonl(Box<dyn Write + 'w>),
    Csv(Box<csv::Writer<Box<dyn Write + 'w>>>),
    #[cfg(feature = "parquet")]
    Parquet(Box<OwnWriter<'w>>),
}

impl<'w> Writer<'w> {
    /// Begins a ledger.
    ///
    /// # Errors
    ///
    /// When `out` does not take the beginning; of Parquet, in a build without the feature.
    pub fn new(format: LedgerFormat, out: Box<dyn Write + 'w>) -> Result<Self, Error> {
        Ok(Self(match format {
            LedgerFormat::Jsonl => To::Jsonl(out),
            LedgerFormat::Csv => {
                let mut table = csv::Writer::from_writer(out);
                table.write_record(COLUMNS.map(|column| column.name)).map_err(io::Error::from)?;
                To::Csv(Box::new(table))
            }
            #[cfg(feature = "parquet")]
            LedgerFormat::Parquet => To::Parquet(Box::new(OwnWriter::new(&schema(), out)?)),
            #[cfg(not(feature = "parquet"))]
            LedgerFormat::Parquet => return Err(no_parquet()),
        }))
    }

    /// Writes a line.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub fn line(&mut self, line: &Line<'_>) -> Result<(), Error> {
        match &mut self.0 {
            To::Jsonl(out) => {
                serde_json::to_writer(&mut *out, line).map_err(io::Error::from)?;
                out.write_all(b"\n")?;
            }
            To::Csv(table) => {
                let cells = flat::cells(line).map_err(io::Error::from)?;
                let text = |cell: &Json| match cell {
                    Json::Null => String::new(),
                    Json::String(text) => disarmed(text),
                    other => other.to_string(),
                };
                table.write_record(cells.iter().map(text)).map_err(io::Error::from)?;
            }
            #[cfg(feature = "parquet")]
            To::Parquet(table) => {
                let mut cells = flat::cells(line).map_err(io::Error::from)?;
                for (cell, column) in cells.iter_mut().zip(&COLUMNS) {
                    // As the cells of a table have it.
                    if let (Holds::Decimal, Some(number)) = (column.holds, cell.as_f64()) {
                        *cell = format!("{number:?}").into();
                    }
                }
                table.row(&cells)?;
            }
        }
        Ok(())
    }

    /// Writes what is still to be written.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub fn finish(self) -> Result<(), Error> {
        match self.0 {
            To::Jsonl(mut out) => out.flush()?,
            To::Csv(mut table) => table.flush()?,
            #[cfg(feature = "parquet")]
            To::Parquet(table) => table.finish()?,
        }
        Ok(())
    }
}

#[cfg(feature = "parquet")]
fn schema() -> String {
    let column = |column: &Column| {
        let name = column.name;
        match column.holds {
            Holds::Text => format!("optional binary {name} (UTF8);"),
            Holds::Whole => format!("optional int64 {name};"),
            Holds::Decimal => format!("optional double {name};"),
            Holds::Truth => format!("optional boolean {name};"),
        }
    };
    format!("message ledger {{ {} }}", COLUMNS.iter().map(column).collect::<Vec<_>>().join(" "))
}

#[cfg(not(feature = "parquet"))]
fn no_parquet() -> Error {
    let message = "this build does not know Parquet: build it with the feature `parquet`";
    Error::Rewrite { path: "ledger".to_owned(), message: message.to_owned() }
}

/// A ledger that is read.
pub struct Reader {
    from: Source,
    number: u64,
    is_single: bool,
}

enum Source {
    Jsonl(BufReader<fs::File>, String),
    Csv(Box<csv::Reader<BufReader<fs::File>>>, Vec<Column>, csv::StringRecord),
    #[cfg(feature = "parquet")]
    Parquet(Box<OwnReader>, Vec<Column>),
}

impl Reader {
    /// Begins to read a ledger; its first bytes say how it is written.
    ///
    /// # Errors
    ///
    /// [`Error::Rewrite`] when it is no ledger of this version.
    pub fn open(mut file: fs::File) -> Result<Self, Error> {
        let mut head = [0; 4];
        let read = Read::by_ref(&mut file).take(4).read(&mut head)?;
        file.rewind()?;
        let from = match head.get(..read) {
            Some(b"PAR1") => Self::parquet(file)?,
            Some([b'{', ..]) => Source::Jsonl(BufReader::new(file), String::new()),
            _ => {
                let mut table = csv::Reader::from_reader(BufReader::new(file));
                let columns = table.headers().ok().and_then(|names| flat::columns(names.iter()));
                Source::Csv(
                    Box::new(table),
                    columns.ok_or_else(|| wrong(1, NO_LEDGER))?,
                    csv::StringRecord::new(),
                )
            }
        };
        let mut reader = Self { from, number: 0, is_single: false };
        match reader.next()? {
            Line::Begin(begin) if begin.schema == LEDGER_FORMAT => reader.is_single = begin.single,
            Line::Begin(begin) => {
                let what = format!("the ledger is `{}`, this version reads `{LEDGER_FORMAT}`", begin.schema);
                return Err(reader.wrong(what));
            }
            _ => return Err(reader.wrong("the ledger does not begin as one does")),
        }
        Ok(reader)
    }

    #[cfg(feature = "parquet")]
    fn parquet(file: fs::File) -> Result<Source, Error> {
        let table = OwnReader::open(file).map_err(|error| wrong(1, error))?;
        let names = table.columns();
        let columns = flat::columns(names.iter().map(String::as_str)).ok_or_else(|| wrong(1, NO_LEDGER))?;
        Ok(Source::Parquet(Box::new(table), columns))
    }

    #[cfg(not(feature = "parquet"))]
    fn parquet(_: fs::File) -> Result<Source, Error> {
        Err(no_parquet())
    }

    /// Whether the result that it is of is one file, and not a folder.
    pub const fn is_single(&self) -> bool {
        self.is_single
    }

    /// The next line; after the last one an error, since [`Line::End`] says where to stop.
    ///
    /// # Errors
    ///
    /// [`Error::Rewrite`] when it is none, or there are no more.
    #[allow(clippy::should_implement_trait, reason = "it does not end")]
    pub fn next(&mut self) -> Result<Line<'static>, Error> {
        self.number += 1;
        let number = self.number;
        let none = |error: &dyn std::fmt::Display| wrong(number, format!("{NO_LINE}: {error}"));
        match &mut self.from {
            Source::Jsonl(lines, text) => {
                text.clear();
                if lines.read_line(text)? == 0 {
                    return Err(wrong(number, CUT_SHORT));
                }
                serde_json::from_str(text).map_err(|error| none(&error))
            }
            Source::Csv(table, columns, row) => {
                if !table.read_record(row).map_err(|error| none(&error))? {
                    return Err(wrong(number, CUT_SHORT));
                }
                let is_removed =
                    row.iter().zip(columns.iter()).any(|cell| cell.0 == "removed" && cell.1.name == "line");
                let is_packed =
                    row.iter().zip(columns.iter()).any(|cell| !cell.0.is_empty() && cell.1.name == "base64");
                let stands = |column: &Column| {
                    is_removed
                        && if column.name == "text" {
                            !is_packed
                        } else {
                            REMOVED_TEXTS.contains(&column.name)
                        }
                };
                let cells: Option<Vec<_>> = columns
                    .iter()
                    .zip(row.iter())
                    .map(|(column, cell)| Some((*column, value(column.holds, cell, stands(column))?)))
                    .collect();
                let cells = cells.ok_or_else(|| none(&"a cell is not what its column holds"))?;
                flat::line(cells.into_iter()).map_err(|error| none(&error))
            }
            #[cfg(feature = "parquet")]
            Source::Parquet(table, columns) => {
                let Some(cells) = table.row().map_err(|error| none(&error))? else {
                    return Err(wrong(number, CUT_SHORT));
                };
                let cells = columns.iter().zip(cells).map(|(column, cell)| match (column.holds, &cell) {
                    (Holds::Decimal, Json::String(text)) => {
                        (*column, text.parse::<f64>().map_or(Json::Null, Json::from))
                    }
                    _ => (*column, cell),
                });
                flat::line(cells).map_err(|error| none(&error))
            }
        }
    }

    pub(in crate::dedup) fn wrong(&self, what: impl std::fmt::Display) -> Error {
        wrong(self.number, what)
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("number", &self.number).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Writer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

const NO_LEDGER: &str = "this is no line of a ledger: the file does not begin as one does";
const NO_LINE: &str = "this is no line of a ledger";
const CUT_SHORT: &str = "the ledger ends before its last line: it is not whole";

/// Columns of a `removed` line that always hold a text, if an empty one.
const REMOVED_TEXTS: [&str; 7] =
    ["document_name", "document_path", "level", "kind", "family", "keeper_name", "keeper_path"];

fn wrong(number: u64, what: impl std::fmt::Display) -> Error {
    Error::Rewrite { path: format!("ledger:{number}"), message: what.to_string() }
}

/// The value of a cell of CSV; none when it is not what the column holds. An empty one is a value where one `stands` there.
fn value(holds: Holds, cell: &str, stands: bool) -> Option<Json> {
    if cell.is_empty() && !stands {
        return Some(Json::Null);
    }
    match holds {
        Holds::Text => Some(cell.strip_prefix('\'').unwrap_or(cell).into()),
        Holds::Whole => cell.parse::<u64>().ok().map(Json::from),
        Holds::Decimal => cell.parse::<f64>().ok().map(Json::from),
        Holds::Truth => cell.parse::<bool>().ok().map(Json::from),
    }
}

#[cfg(test)]
mod tests;
