//! Arrow becomes rows: an array of a table's rows, or of texts alone, and for each role of an article its column there.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, ArrowPrimitiveType,
    cast::AsArray,
    types::{
        Date32Type, Date64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
        TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
        UInt32Type, UInt64Type,
    },
};
use arrow_schema::{ArrowError, DataType, Field, TimeUnit};
use pyo3_arrow::ffi::ArrayReader;
use twicetold::{
    Error, Problem, ProblemKind,
    source::{Cell, Cells, Given, Item},
};

use crate::work::Heed;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// Where the column of each role stands: from field to field inside a table.
#[derive(Clone, Debug)]
pub(crate) struct Layout([Option<Vec<usize>>; 6]);

impl Layout {
    /// Finds the columns by their names. An array that is no table is the texts.
    pub(crate) fn of(field: &Field, given: &Given) -> Result<Self, Error> {
        let DataType::Struct(fields) = field.data_type() else {
            return Ok(Self([Some(Vec::new()), None, None, None, None, None]));
        };
        let mut leaves = Vec::new();
        for (at, field) in fields.iter().enumerate() {
            descend(field, field.name().clone(), vec![at], &mut leaves);
        }
        let columns = given.columns(leaves.iter().map(|(name, _)| name.as_str()))?;
        let path = |at: Option<usize>| Some(leaves.get(at?)?.1.clone());
        Ok(Self(columns.map(path)))
    }

    /// The columns of these rows.
    pub(crate) fn of_rows(&self, rows: &ArrayRef) -> Result<Batch, ArrowError> {
        let mut columns = [const { None }; 6];
        for (slot, path) in columns.iter_mut().zip(&self.0) {
            if let Some(path) = path {
                *slot = Some(Column::of(rows, path)?);
            }
        }
        Ok(Batch { rows: rows.len(), columns })
    }

    /// The column of the texts of these rows, as texts that can be looked into.
    pub(crate) fn texts(&self, rows: &ArrayRef) -> Result<Column, ArrowError> {
        let [Some(path), ..] = &self.0 else {
            return Err(ArrowError::SchemaError("there is no column of texts".to_owned()));
        };
        let column = Column::of(rows, path)?;
        match column.values.data_type() {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => Ok(column),
            other => Err(ArrowError::SchemaError(format!("the column of the texts holds {other}, no text"))),
        }
    }
}

/// Every column inside a field, with its name; a column that repeats has no value of a row.
fn descend(field: &Field, name: String, path: Vec<usize>, leaves: &mut Vec<(String, Vec<usize>)>) {
    let DataType::Struct(inside) = field.data_type() else {
        return leaves.push((name, path));
    };
    for (at, field) in inside.iter().enumerate() {
        let below = path.iter().copied().chain([at]).collect();
        descend(field, format!("{name}.{}", field.name()), below, leaves);
    }
}

/// One column: its values, and the groups it stands in, which may be null themselves.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    values: ArrayRef,
    groups: Vec<ArrayRef>,
}

impl Column {
    fn of(rows: &ArrayRef, path: &[usize]) -> Result<Self, ArrowError> {
        let mut groups: Vec<ArrayRef> = Vec::new();
        let mut values = Arc::clone(rows);
        for at in path {
            let group = values.as_struct_opt().and_then(|group| group.columns().get(*at)).cloned();
            let inside = group.ok_or_else(|| ArrowError::SchemaError("a batch lacks a column".to_owned()))?;
            groups.push(std::mem::replace(&mut values, inside));
        }
        groups.retain(|group| 0 < group.null_count());
        let values = match values.data_type() {
            DataType::Dictionary(_, value) => arrow_cast::cast(&values, value)?,
            DataType::RunEndEncoded(_, value) => arrow_cast::cast(&values, value.data_type())?,
            _ => values,
        };
        Ok(Self { values, groups })
    }

    /// How many rows.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// The text of a row, of a column of texts.
    pub(crate) fn text(&self, row: usize) -> Option<&str> {
        match self.cell(row) {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }

    fn cell(&self, row: usize) -> Cell<'_> {
        let values = self.values.as_ref();
        if values.len() <= row || values.is_null(row) || self.groups.iter().any(|group| group.is_null(row)) {
            return Cell::Null;
        }
        let moment = |units: i64, nanos: i128| Cell::Moment(i128::from(units) * nanos);
        match values.data_type() {
            DataType::Null => Cell::Null,
            DataType::Utf8 => {
                values.as_string_opt::<i32>().map_or(Cell::Other, |of| Cell::Text(of.value(row)))
            }
            DataType::LargeUtf8 => {
                values.as_string_opt::<i64>().map_or(Cell::Other, |of| Cell::Text(of.value(row)))
            }
            DataType::Utf8View => {
                values.as_string_view_opt().map_or(Cell::Other, |of| Cell::Text(of.value(row)))
            }
            DataType::Binary => {
                values.as_binary_opt::<i32>().map_or(Cell::Other, |of| Cell::Bytes(of.value(row)))
            }
            DataType::LargeBinary => {
                values.as_binary_opt::<i64>().map_or(Cell::Other, |of| Cell::Bytes(of.value(row)))
            }
            DataType::BinaryView => {
                values.as_binary_view_opt().map_or(Cell::Other, |of| Cell::Bytes(of.value(row)))
            }
            DataType::Int8 => whole::<Int8Type>(values, row),
            DataType::Int16 => whole::<Int16Type>(values, row),
            DataType::Int32 => whole::<Int32Type>(values, row),
            DataType::Int64 => whole::<Int64Type>(values, row),
            DataType::UInt8 => whole::<UInt8Type>(values, row),
            DataType::UInt16 => whole::<UInt16Type>(values, row),
            DataType::UInt32 => whole::<UInt32Type>(values, row),
            DataType::UInt64 => whole::<UInt64Type>(values, row),
            DataType::Date32 => {
                number::<Date32Type>(values, row).map_or(Cell::Other, |days| Cell::Day(i64::from(days)))
            }
            DataType::Date64 => number::<Date64Type>(values, row)
                .map_or(Cell::Other, |millis| Cell::Day(millis.div_euclid(DAY))),
            DataType::Timestamp(TimeUnit::Second, _) => number::<TimestampSecondType>(values, row)
                .map_or(Cell::Other, |units| moment(units, 1_000_000_000)),
            DataType::Timestamp(TimeUnit::Millisecond, _) => number::<TimestampMillisecondType>(values, row)
                .map_or(Cell::Other, |units| moment(units, 1_000_000)),
            DataType::Timestamp(TimeUnit::Microsecond, _) => number::<TimestampMicrosecondType>(values, row)
                .map_or(Cell::Other, |units| moment(units, 1000)),
            DataType::Timestamp(TimeUnit::Nanosecond, _) => {
                number::<TimestampNanosecondType>(values, row).map_or(Cell::Other, |units| moment(units, 1))
            }
            _ => Cell::Other,
        }
    }
}

fn number<T: ArrowPrimitiveType>(values: &dyn Array, row: usize) -> Option<T::Native> {
    values.as_primitive_opt::<T>().map(|of| of.value(row))
}

fn whole<T: ArrowPrimitiveType<Native: Into<i128>>>(values: &dyn Array, row: usize) -> Cell<'_> {
    number::<T>(values, row).map_or(Cell::Other, |number| Cell::Whole(number.into()))
}

/// Some rows, by role.
#[derive(Debug)]
pub(crate) struct Batch {
    rows: usize,
    columns: [Option<Column>; 6],
}

impl Batch {
    fn cells(&self, row: usize) -> Cells<'_> {
        self.columns.each_ref().map(|column| column.as_ref().map(|column| column.cell(row)))
    }
}

/// Rows of a stream, read as they are asked for. A stream that fails makes the work stop.
pub(crate) struct Rows {
    reader: Box<dyn ArrayReader + Send>,
    layout: Layout,
    given: Given,
    heed: Arc<Heed>,
    batch: Option<(Batch, usize)>,
    is_over: bool,
}

impl Rows {
    pub(crate) fn new(
        reader: Box<dyn ArrayReader + Send>,
        layout: Layout,
        given: Given,
        heed: Arc<Heed>,
    ) -> Self {
        Self { reader, layout, given, heed, batch: None, is_over: false }
    }
}

impl Iterator for Rows {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while !self.is_over {
            if let Some((batch, row)) = &mut self.batch
                && *row < batch.rows
            {
                *row += 1;
                return Some(self.given.row(&batch.cells(*row - 1)));
            }
            match self.reader.next()?.and_then(|rows| self.layout.of_rows(&rows)) {
                Ok(batch) => self.batch = Some((batch, 0)),
                Err(error) => {
                    self.heed.give_up(error.to_string());
                    self.is_over = true;
                    // Something is still to come: where it is taken, the work looks up and stops, before anything is kept of it.
                    return Some(Item::Problem(Problem {
                        path: String::new(),
                        record: None,
                        line: None,
                        kind: ProblemKind::Unreadable,
                        message: error.to_string(),
                    }));
                }
            }
        }
        None
    }
}
