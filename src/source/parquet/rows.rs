//! A Parquet file as lines: what it is, its row groups, its rows with every cell of every column. The lines are to a Parquet
//! file what the unpacked bytes are to a packed one: a row can be taken out of them or put back, and
//! [`Writer`](super::write::Writer) makes a file of them again.
//!
//! ```text
//! {"schema":"message …","metadata":[["key","value"]],"compression":["SNAPPY","SNAPPY"]}
//! {"group":1}
//! ["a1","The text of the first row.",[[0,1,"tag"]]]
//! ```
//!
//! Two files with the same lines hold the same rows in the same groups, under the same schema and metadata.

use std::{
    fs::File,
    io::{self, Read},
    ops::Range,
    sync::Arc,
};

use parquet::{
    basic::Type as Physical,
    column::reader::{ColumnReader, ColumnReaderImpl, get_typed_column_reader},
    data_type::{
        BoolType, ByteArrayType, DataType, DoubleType, FixedLenByteArrayType, FloatType, Int32Type,
        Int64Type, Int96Type,
    },
    errors::ParquetError,
    file::reader::{ChunkReader, FileReader, SerializedFileReader},
    schema::{printer::print_schema, types::ColumnDescriptor},
};

use super::{
    BATCH,
    cells::{Cells, Depth, Value},
    columns, expands, sound,
    write::Shape,
};
use crate::source::Fields;

/// What a line is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source) enum Of {
    /// Of the file or of a group.
    Head,
    /// The row of this number, from 1 over the whole file, and where its text stands between the quotes.
    Row(u64, Option<Range<usize>>),
}

/// The lines of a file.
pub(in crate::source) struct Lines {
    reader: Box<dyn FileReader + Send>,
    /// The column whose texts are told.
    text: Option<usize>,
    columns: Vec<Box<dyn Column>>,
    /// The row group to be opened next; none before the head was given.
    next_group: Option<usize>,
    /// Rows of the group at hand that are read, and those of it that are still to be.
    batch: usize,
    left: u64,
    row: u64,
}

impl Lines {
    /// Opens a file. With `fields`, the place of each row's text is told.
    ///
    /// # Errors
    ///
    /// When it is no Parquet file, or one that says it expands too much.
    pub(in crate::source) fn open(file: File, fields: Option<&Fields>) -> io::Result<Self> {
        Self::of(file, fields)
    }

    fn of(file: impl ChunkReader + 'static, fields: Option<&Fields>) -> io::Result<Self> {
        let reader = wrong(sound(|| SerializedFileReader::new(file)))?;
        let schema = reader.metadata().file_metadata().schema_descr();
        let path = fields.and_then(|fields| columns(schema, fields).into_iter().next().flatten());
        let text = path.and_then(|path| schema.columns().iter().position(|leaf| leaf.path().parts() == path));
        for group in reader.metadata().row_groups() {
            if let Some(message) = expands(group.columns().iter()) {
                return Err(io::Error::new(io::ErrorKind::InvalidData, message));
            }
        }
        let reader = Box::new(reader);
        Ok(Self { reader, text, columns: Vec::new(), next_group: None, batch: 0, left: 0, row: 0 })
    }

    /// What a file must be that holds the same rows.
    pub(in crate::source) fn shape(&self) -> Shape {
        Shape::of(self.reader.metadata())
    }

    /// Writes the next line, with its end, and says what it is; none at the end.
    ///
    /// # Errors
    ///
    /// When the file is damaged.
    pub(in crate::source) fn next(&mut self, out: &mut Vec<u8>) -> io::Result<Option<Of>> {
        let Some(group) = self.next_group else {
            self.next_group = Some(0);
            self.head(out)?;
            return Ok(Some(Of::Head));
        };
        if self.batch == 0 && self.left == 0 {
            let Some(metadata) = self.reader.metadata().row_groups().get(group) else { return Ok(None) };
            self.left = u64::try_from(metadata.num_rows()).unwrap_or(0);
            self.columns = wrong(sound(|| self.open_group(group)))?;
            self.next_group = Some(group + 1);
            out.extend_from_slice(format!("{{\"group\":{}}}\n", group + 1).as_bytes());
            return Ok(Some(Of::Head));
        }
        if self.batch == 0 {
            let most = usize::try_from(self.left).unwrap_or(BATCH).min(BATCH);
            for column in &mut self.columns {
                if wrong(sound(|| column.fill(most)))? != most {
                    return Err(short());
                }
            }
            self.batch = most;
            self.left -= most as u64;
        }
        self.batch -= 1;
        self.row += 1;
        let mut text = None;
        let start = out.len();
        for (at, column) in self.columns.iter_mut().enumerate() {
            out.push(if at == 0 { b'[' } else { b',' });
            let place = column.print(out).ok_or_else(short)?;
            if Some(at) == self.text {
                text = place.map(|place| place.start - start..place.end - start);
            }
        }
        out.extend_from_slice(b"]\n");
        Ok(Some(Of::Row(self.row, text)))
    }

    fn head(&self, out: &mut Vec<u8>) -> io::Result<()> {
        let file = self.reader.metadata().file_metadata();
        let mut schema = Vec::new();
        print_schema(&mut schema, file.schema());
        let metadata: Vec<(&str, Option<&str>)> = file
            .key_value_metadata()
            .into_iter()
            .flatten()
            .map(|pair| (pair.key.as_str(), pair.value.as_deref()))
            .collect();
        let compression = self.shape().compression();
        let schema = String::from_utf8_lossy(&schema);
        let head = serde_json::json!({"schema": schema, "metadata": metadata, "compression": compression});
        serde_json::to_writer(&mut *out, &head)?;
        out.push(b'\n');
        Ok(())
    }

    fn open_group(&self, group: usize) -> Result<Vec<Box<dyn Column>>, ParquetError> {
        let group = self.reader.get_row_group(group)?;
        let schema = self.reader.metadata().file_metadata().schema_descr();
        let open = |(at, leaf)| Ok(column(leaf, group.get_column_reader(at)?));
        schema.columns().iter().map(Arc::as_ref).enumerate().map(open).collect()
    }
}

/// Words of the crate as an error of reading.
pub(super) fn wrong<T>(done: Result<T, String>) -> io::Result<T> {
    done.map_err(|what| {
        io::Error::new(io::ErrorKind::InvalidData, format!("not a sound Parquet file: {what}"))
    })
}

fn short() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "not a sound Parquet file: a column has fewer rows than it says",
    )
}

/// A column of a row group, some rows at a time.
trait Column: Send {
    /// Fetches as many rows; says how many there were.
    fn fill(&mut self, most: usize) -> Result<usize, ParquetError>;

    /// Writes the next of them, as [`Cells::print`] does.
    fn print(&mut self, out: &mut Vec<u8>) -> Option<Option<Range<usize>>>;
}

struct Typed<T: DataType> {
    reader: ColumnReaderImpl<T>,
    cells: Cells<T::T>,
}

impl<T: DataType> Column for Typed<T>
where
    T::T: Value,
{
    fn fill(&mut self, most: usize) -> Result<usize, ParquetError> {
        let cells = &mut self.cells;
        cells.clear();
        let mut rows = 0;
        while rows < most {
            let (definitions, repetitions) = (&mut cells.definitions, &mut cells.repetitions);
            let (read, ..) = self.reader.read_records(
                most - rows,
                Some(definitions),
                Some(repetitions),
                &mut cells.values,
            )?;
            if read == 0 {
                break;
            }
            rows += read;
        }
        Ok(rows)
    }

    fn print(&mut self, out: &mut Vec<u8>) -> Option<Option<Range<usize>>> {
        self.cells.print(out)
    }
}

pub(super) fn depth(leaf: &ColumnDescriptor) -> Depth {
    Depth {
        definition: leaf.max_def_level(),
        repetition: leaf.max_rep_level(),
        length: usize::try_from(leaf.type_length()).unwrap_or(0),
    }
}

fn column(leaf: &ColumnDescriptor, reader: ColumnReader) -> Box<dyn Column> {
    fn typed<T: DataType>(depth: Depth, reader: ColumnReader) -> Box<dyn Column>
    where
        T::T: Value,
    {
        Box::new(Typed::<T> { reader: get_typed_column_reader(reader), cells: Cells::new(depth) })
    }
    let depth = depth(leaf);
    match leaf.physical_type() {
        Physical::BOOLEAN => typed::<BoolType>(depth, reader),
        Physical::INT32 => typed::<Int32Type>(depth, reader),
        Physical::INT64 => typed::<Int64Type>(depth, reader),
        Physical::INT96 => typed::<Int96Type>(depth, reader),
        Physical::FLOAT => typed::<FloatType>(depth, reader),
        Physical::DOUBLE => typed::<DoubleType>(depth, reader),
        Physical::BYTE_ARRAY => typed::<ByteArrayType>(depth, reader),
        Physical::FIXED_LEN_BYTE_ARRAY => typed::<FixedLenByteArrayType>(depth, reader),
    }
}

/// The lines as a stream.
pub(in crate::source) struct Stream {
    lines: Lines,
    line: Vec<u8>,
    at: usize,
}

impl Stream {
    /// The lines of a file that is open.
    pub(in crate::source) const fn new(lines: Lines) -> Self {
        Self { lines, line: Vec::new(), at: 0 }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.line.len() {
            self.line.clear();
            self.at = 0;
            self.lines.next(&mut self.line)?;
        }
        let read = self.line.get(self.at..).unwrap_or_default().read(buffer)?;
        self.at += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests;
