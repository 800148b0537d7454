//! A Parquet file goes in, one article a row comes out; what cannot be read is a problem and the rest follows.
//!
//! The columns that hold a text, an id and so on are found by their names as those of a CSV header are, and
//! no others are read. A column inside a group is `group.column`. Rows come row group by row group; a fault in
//! one costs the rest of that group. A record's number is its row, from 1, over the whole file.
//!
//! To write a file again, all its columns are read (`rows`), cell by cell (`cells`), and written (`write`).
//!
//! # Guards
//!
//! The `parquet` crate trusts what a file says about itself. So a row group whose columns say that they expand more than
//! [`MOST_EXPANSION`] times, past [`EXPANDED_BYTES`], is not read, and a panic inside the crate ends the file as damage does. A Parquet
//! file begins at its end: one that comes through a pipe, packed or inside an archive is held in
//! memory first, up to [`MOST_HELD`].
//!
//! # Limits
//!
//! Lists of texts are not joined. A page that lies about its size can cost as much memory as it says, up to 2 GiB of address
//! space.

use std::{
    fs::File,
    io::Read,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use bytes::Bytes;
use parquet::{
    basic::Repetition,
    errors::ParquetError,
    file::{
        metadata::{ColumnChunkMetaData, RowGroupMetaData},
        reader::{FileReader, SerializedFileReader},
    },
    record::{
        Field, Row,
        reader::{ReaderIter, TreeBuilder},
    },
    schema::types::{SchemaDescPtr, SchemaDescriptor, Type},
};

use super::{
    Cell, Fields, Item,
    fields::{self, Role, Values},
    jsonl::too_large,
    naming::FileName,
};
use crate::error::{Problem, ProblemKind};

mod cells;
pub(super) mod own;
pub(super) mod rows;
#[cfg(test)]
mod tests;
pub(super) mod write;

/// The first bytes of a Parquet file, and its last.
pub(super) const MAGIC: &[u8] = b"PAR1";

/// The largest file that is held in memory because it cannot be read from its end.
const MOST_HELD: u64 = 256 << 20;

/// Columns that expand more than so many times,
const MOST_EXPANSION: i64 = 200;
/// to more than so many bytes, are taken for a bomb.
const EXPANDED_BYTES: i64 = 64 << 20;

/// Values fetched of a column at a time: few, since each may be an article.
const BATCH: usize = 64;

/// The articles of one file.
pub(super) struct Parquet {
    reader: Box<dyn FileReader + Send>,
    file: Arc<FileName>,
    cap: usize,
    columns: Columns,
    projection: SchemaDescPtr,
    /// The row group to be opened next.
    next_group: usize,
    rows: Option<ReaderIter>,
    /// Rows of the groups before the one at hand.
    rows_before: u64,
    row: u64,
}

/// For each role the path of its column, in the order of [`Role::ALL`].
type Columns = [Option<Vec<String>>; 6];

/// Opens a file that can be read from its end.
///
/// # Errors
///
/// Why nothing of it can be read.
pub(super) fn open(open: File, file: Arc<FileName>, fields: &Fields, cap: usize) -> Result<Parquet, Problem> {
    begin(move || Ok(Box::new(SerializedFileReader::new(open)?) as _), file, fields, cap)
}

/// Reads a file that comes as a stream to its end, and opens it.
///
/// # Errors
///
/// Why nothing of it can be read.
pub(super) fn hold(
    reader: impl Read,
    file: Arc<FileName>,
    fields: &Fields,
    cap: usize,
) -> Result<Parquet, Problem> {
    let mut bytes = Vec::new();
    if let Err(error) = reader.take(MOST_HELD + 1).read_to_end(&mut bytes) {
        return Err(file.problem(ProblemKind::Unreadable, format!("reading stopped: {error}")));
    }
    if MOST_HELD < bytes.len() as u64 {
        let message = format!(
            "a Parquet file that does not lie in a folder by itself is held in memory, and this one is over {} MiB: unpack it first",
            MOST_HELD >> 20
        );
        return Err(file.problem(ProblemKind::TooLarge, message));
    }
    let bytes = Bytes::from(bytes);
    begin(move || Ok(Box::new(SerializedFileReader::new(bytes)?) as _), file, fields, cap)
}

fn begin(
    reader: impl FnOnce() -> Result<Box<dyn FileReader + Send>, ParquetError>,
    file: Arc<FileName>,
    fields: &Fields,
    cap: usize,
) -> Result<Parquet, Problem> {
    let damaged =
        |what: String| file.problem(ProblemKind::Malformed, format!("not a sound Parquet file: {what}"));
    let reader = sound(reader).map_err(damaged)?;
    let schema = reader.metadata().file_metadata().schema_descr();
    let columns = columns(schema, fields);
    if columns.first().is_none_or(Option::is_none) {
        let names: Vec<String> = schema.columns().iter().map(|column| column.path().string()).collect();
        let message = fields::no_text(&Role::Text.names(fields), names.iter().map(String::as_str));
        return Err(file.problem(ProblemKind::NoText, message));
    }
    let projection = sound(|| project(schema, &columns)).map_err(damaged)?;
    Ok(Parquet { reader, file, cap, columns, projection, next_group: 0, rows: None, rows_before: 0, row: 0 })
}

/// The message for columns that expand too much, by what they say themselves.
fn expands<'c>(columns: impl Iterator<Item = &'c ColumnChunkMetaData>) -> Option<String> {
    let (mut packed, mut bytes) = (0_i64, 0_i64);
    for column in columns {
        packed = packed.saturating_add(column.compressed_size().max(0));
        bytes = bytes.saturating_add(column.uncompressed_size().max(0));
    }
    (EXPANDED_BYTES < bytes && packed.saturating_mul(MOST_EXPANSION) < bytes).then(|| {
        format!("a row group of {packed} bytes says it expands to {bytes}, more than {MOST_EXPANSION} times: it was not read")
    })
}

/// Does what the crate offers; an error or a panic of it comes out as words.
fn sound<T>(act: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(act)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("its reader gave up on it".to_owned()),
    }
}

/// The best column for each role.
fn columns(schema: &SchemaDescriptor, fields: &Fields) -> Columns {
    let single = |path: &[String]| {
        // A column that repeats has no value of a row.
        let mut at = schema.root_schema();
        path.iter().all(|name| {
            let found =
                at.is_group().then(|| at.get_fields().iter().find(|field| field.name() == name)).flatten();
            found.is_some_and(|field| {
                at = field;
                field.get_basic_info().repetition() != Repetition::REPEATED
            })
        })
    };
    Role::ALL.map(|role| {
        let ranked = schema.columns().iter().filter_map(|column| {
            let path = column.path();
            Some((role.rank(fields, &path.string())?, path.parts().to_vec()))
        });
        ranked.filter(|(_, path)| single(path)).min_by_key(|(rank, _)| *rank).map(|(_, path)| path)
    })
}

/// The part of the schema that holds the columns; a group comes whole.
fn project(schema: &SchemaDescriptor, columns: &Columns) -> Result<SchemaDescPtr, ParquetError> {
    let root = schema.root_schema();
    let wanted =
        |name: &str| columns.iter().flatten().any(|path| path.first().is_some_and(|first| first == name));
    let fields = root.get_fields().iter().filter(|field| wanted(field.name())).cloned().collect();
    let part = Type::group_type_builder(root.name()).with_fields(fields).build()?;
    Ok(Arc::new(SchemaDescriptor::new(Arc::new(part))))
}

impl Parquet {
    /// Whether these are the first columns, each with a comma behind it.
    pub(super) fn begins_with(&self, columns: &str) -> bool {
        let schema = self.reader.metadata().file_metadata().schema_descr();
        let names: String =
            schema.columns().iter().flat_map(|column| [column.path().string(), ",".to_owned()]).collect();
        names.starts_with(columns)
    }

    /// Opens the next row group; none when there are no more.
    fn open_group(&mut self) -> Option<Result<(), Problem>> {
        let metadata = self.reader.metadata();
        let group = metadata.row_groups().get(self.next_group)?;
        self.rows_before += self
            .next_group
            .checked_sub(1)
            .and_then(|before| metadata.row_groups().get(before))
            .map_or(0, |before| u64::try_from(before.num_rows()).unwrap_or(0));
        self.row = self.rows_before;
        let at = self.next_group;
        self.next_group += 1;
        if let Some(message) = self.bomb(group) {
            return Some(Err(self.file.problem_at(ProblemKind::TooLarge, Some(self.row + 1), None, message)));
        }
        let rows = sound(|| {
            let group = self.reader.get_row_group(at)?;
            TreeBuilder::new().with_batch_size(BATCH).as_iter(Arc::clone(&self.projection), &*group)
        });
        Some(match rows {
            Ok(rows) => {
                self.rows = Some(rows);
                Ok(())
            }
            Err(what) => Err(self.damaged(&what)),
        })
    }

    /// The message for a row group that would expand too much, by what it says itself.
    fn bomb(&self, group: &RowGroupMetaData) -> Option<String> {
        let read =
            |path: &&[String]| self.columns.iter().flatten().any(|column| column.first() == path.first());
        expands(group.columns().iter().filter(|column| read(&column.column_path().parts())))
    }

    /// The problem with a row group that cannot be read on.
    fn damaged(&self, what: &str) -> Problem {
        let message = format!("damaged: {what}; row group {} was not read from this row on", self.next_group);
        self.file.problem_at(ProblemKind::Malformed, Some(self.row + 1), None, message)
    }

    fn item(&self, row: &Row) -> Result<Item, Problem> {
        let problem = |kind, message| self.file.problem_at(kind, Some(self.row), None, message);
        let mut values = Values::default();
        let mut bytes = 0;
        for (role, path) in Role::ALL.iter().zip(&self.columns) {
            let Some(field) = path.as_deref().and_then(|path| value(row, path)) else { continue };
            let Some(value) = printed(field) else {
                match (role, field) {
                    (Role::Text, Field::Null) => {
                        return Err(problem(ProblemKind::NoText, "no text: the value is null".to_owned()));
                    }
                    (Role::Text, Field::Bytes(_)) => {
                        return Err(problem(ProblemKind::Encoding, "the text is not UTF-8".to_owned()));
                    }
                    (Role::Text, _) => {
                        return Err(problem(ProblemKind::NoText, "no text: the value is none".to_owned()));
                    }
                    _ => continue,
                }
            };
            bytes += value.len();
            if self.cap < bytes {
                return Err(problem(ProblemKind::TooLarge, too_large("a row", bytes as u64, self.cap)));
            }
            match role {
                Role::Text => values.text = value.into(),
                Role::Id => values.id = Some(value.into()),
                Role::Title => values.title = Some(value.into()),
                Role::Date => values.date = Some(value.into()),
                Role::Source => values.source = Some(value.into()),
                Role::Url => values.url = Some(value.into()),
            }
        }
        Ok(Item::Document(values.document(&self.file, self.row)))
    }
}

impl Iterator for Parquet {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            let Some(rows) = &mut self.rows else {
                match self.open_group()? {
                    Ok(()) => continue,
                    Err(problem) => return Some(Item::Problem(problem)),
                }
            };
            match sound(|| rows.next().transpose()) {
                Ok(None) => self.rows = None,
                Ok(Some(row)) => {
                    self.row += 1;
                    return Some(self.item(&row).unwrap_or_else(Item::Problem));
                }
                Err(what) => {
                    self.rows = None;
                    return Some(Item::Problem(self.damaged(&what)));
                }
            }
        }
    }
}

/// The value of a row at a path.
fn value<'r>(row: &'r Row, path: &[String]) -> Option<&'r Field> {
    let (first, rest) = path.split_first()?;
    let field = row.get_column_iter().find(|(name, _)| *name == first).map(|(_, field)| field)?;
    match (rest, field) {
        ([], field) => Some(field),
        (rest, Field::Group(row)) => value(row, rest),
        _ => None,
    }
}

/// A value as text; none for what is no text, number or date.
fn printed(field: &Field) -> Option<String> {
    match field {
        Field::Str(text) => Some(text.clone()),
        Field::Bytes(bytes) => Cell::Bytes(bytes.data()).printed(),
        Field::TimestampMillis(millis) => Cell::Moment(i128::from(*millis) * 1_000_000).printed(),
        Field::TimestampMicros(micros) => Cell::Moment(i128::from(*micros) * 1000).printed(),
        Field::Date(days) => Cell::Day(i64::from(*days)).printed(),
        Field::Byte(_)
        | Field::Short(_)
        | Field::Int(_)
        | Field::Long(_)
        | Field::UByte(_)
        | Field::UShort(_)
        | Field::UInt(_)
        | Field::ULong(_) => Some(field.to_string()),
        _ => None,
    }
}
