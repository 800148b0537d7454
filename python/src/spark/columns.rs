//! Columns of a batch by name, and rows that become a batch.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Int32Array, Int64Array, RecordBatch, StringArray,
    builder::{BinaryBuilder, BooleanBuilder, Float64Builder, Int32Builder, Int64Builder, StringBuilder},
};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use pyo3::{PyErr, exceptions::PyValueError};

/// What a step says that cannot go on.
pub(crate) type Fault = ArrowError;

/// Something that went wrong on the way.
pub(crate) fn fault(error: impl std::fmt::Display) -> Fault {
    Fault::ComputeError(error.to_string())
}

/// An error as Python sees it.
pub(crate) fn raised(fault: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(fault.to_string())
}

fn column<'b, A: 'static>(batch: &'b RecordBatch, name: &str, kind: &str) -> Result<&'b A, Fault> {
    let column = batch
        .column_by_name(name)
        .ok_or_else(|| ArrowError::SchemaError(format!("there is no column `{name}`")))?;
    column.as_any().downcast_ref().ok_or_else(|| {
        ArrowError::SchemaError(format!("column `{name}` is {}, it should be {kind}", column.data_type()))
    })
}

pub(crate) fn longs<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b Int64Array, Fault> {
    column(batch, name, "64-bit whole numbers")
}

pub(crate) fn ints<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b Int32Array, Fault> {
    column(batch, name, "32-bit whole numbers")
}

pub(crate) fn texts<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b StringArray, Fault> {
    column(batch, name, "text")
}

pub(crate) fn bytes<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b BinaryArray, Fault> {
    column(batch, name, "bytes")
}

pub(crate) fn flags<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b BooleanArray, Fault> {
    column(batch, name, "true or false")
}

/// A name or a count that may not be negative.
pub(crate) fn whole(n: i64) -> Result<u64, Fault> {
    u64::try_from(n).map_err(|_| ArrowError::ComputeError(format!("{n} is no name of a unit")))
}

/// The same, of 32 bits.
pub(crate) fn small(n: i64) -> Result<u32, Fault> {
    u32::try_from(n).map_err(|_| ArrowError::ComputeError(format!("{n} does not fit in 32 bits")))
}

/// A number for Spark, which has no unsigned ones.
pub(crate) fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A count for Spark.
pub(crate) fn int(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

/// One column that grows.
pub(crate) enum Grown {
    Long(Int64Builder),
    Int(Int32Builder),
    Flag(BooleanBuilder),
    Text(StringBuilder),
    Bytes(BinaryBuilder),
    Real(Float64Builder),
}

/// Rows that become a batch.
pub(crate) struct Rows {
    names: &'static [(&'static str, DataType)],
    columns: Vec<Grown>,
    n: usize,
}

/// One cell.
pub(crate) enum Cell<'c> {
    None,
    Long(i64),
    Int(i32),
    Flag(bool),
    Text(&'c str),
    Bytes(&'c [u8]),
    Real(f64),
}

impl Rows {
    pub(crate) fn new(names: &'static [(&'static str, DataType)]) -> Self {
        let grown = |(_, kind): &(&str, DataType)| match kind {
            DataType::Int64 => Grown::Long(Int64Builder::new()),
            DataType::Int32 => Grown::Int(Int32Builder::new()),
            DataType::Boolean => Grown::Flag(BooleanBuilder::new()),
            DataType::Binary => Grown::Bytes(BinaryBuilder::new()),
            DataType::Float64 => Grown::Real(Float64Builder::new()),
            _ => Grown::Text(StringBuilder::new()),
        };
        Self { names, columns: names.iter().map(grown).collect(), n: 0 }
    }

    pub(crate) const fn len(&self) -> usize {
        self.n
    }

    /// Adds a row of cells of the columns' kinds; columns behind the last cell stay empty.
    pub(crate) fn push(&mut self, cells: &[Cell<'_>]) {
        self.n += 1;
        for (n, column) in self.columns.iter_mut().enumerate() {
            match (column, cells.get(n).unwrap_or(&Cell::None)) {
                (Grown::Long(column), Cell::Long(n)) => column.append_value(*n),
                (Grown::Long(column), _) => column.append_null(),
                (Grown::Int(column), Cell::Int(n)) => column.append_value(*n),
                (Grown::Int(column), _) => column.append_null(),
                (Grown::Flag(column), Cell::Flag(flag)) => column.append_value(*flag),
                (Grown::Flag(column), _) => column.append_null(),
                (Grown::Text(column), Cell::Text(text)) => column.append_value(text),
                (Grown::Text(column), _) => column.append_null(),
                (Grown::Bytes(column), Cell::Bytes(bytes)) => column.append_value(bytes),
                (Grown::Bytes(column), _) => column.append_null(),
                (Grown::Real(column), Cell::Real(n)) => column.append_value(*n),
                (Grown::Real(column), _) => column.append_null(),
            }
        }
    }

    /// All rows so far; none are left.
    pub(crate) fn take(&mut self) -> Result<RecordBatch, Fault> {
        self.n = 0;
        let arrays: Vec<ArrayRef> = self
            .columns
            .iter_mut()
            .map(|column| -> ArrayRef {
                match column {
                    Grown::Long(column) => Arc::new(column.finish()),
                    Grown::Int(column) => Arc::new(column.finish()),
                    Grown::Flag(column) => Arc::new(column.finish()),
                    Grown::Text(column) => Arc::new(column.finish()),
                    Grown::Bytes(column) => Arc::new(column.finish()),
                    Grown::Real(column) => Arc::new(column.finish()),
                }
            })
            .collect();
        let fields: Vec<Field> =
            self.names.iter().map(|(name, kind)| Field::new(*name, kind.clone(), true)).collect();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
    }
}
