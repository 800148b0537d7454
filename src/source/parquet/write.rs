//! Lines go in, as [`Lines`](super::rows::Lines) gives them, a Parquet file comes out.
//!
//! Columns are encoded as rows come, each into memory of its own, since in the file they stand one after another: what is held is
//! one row group as it is packed. Pages are laid out anew; what a page holds is not part of a row.

use std::{
    io::{self, Write},
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use parquet::{
    basic::{Compression, Type as Physical},
    column::{
        page::{CompressedPage, PageWriteSpec, PageWriter},
        writer::{ColumnCloseResult, ColumnWriterImpl, get_column_writer, get_typed_column_writer},
    },
    data_type::{
        BoolType, ByteArrayType, DataType, DoubleType, FixedLenByteArrayType, FloatType, Int32Type,
        Int64Type, Int96Type,
    },
    errors::ParquetError,
    file::{
        metadata::{KeyValue, ParquetMetaData},
        properties::{WriterProperties, WriterPropertiesPtr},
        writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite},
    },
    schema::types::{ColumnDescPtr, SchemaDescPtr, SchemaDescriptor, TypePtr},
};
use serde_json::Value as Json;

use super::{
    cells::{Cells, Value},
    rows::depth,
    sound,
};

/// So many bytes of a column are encoded at a time.
const BATCH_BYTES: usize = 1 << 20;
/// And at most so many rows, so that many small columns wait for little.
const BATCH_ROWS: usize = 1024;

/// What a file is beside its rows.
#[derive(Clone, Debug)]
pub(in crate::source) struct Shape {
    schema: TypePtr,
    descriptor: SchemaDescPtr,
    properties: WriterPropertiesPtr,
}

impl Shape {
    /// A file of a schema of our own, packed with zstd.
    pub(super) fn new(schema: TypePtr) -> Self {
        let compression = Compression::ZSTD(parquet::basic::ZstdLevel::default());
        let properties = WriterProperties::builder().set_compression(compression).build();
        let descriptor = Arc::new(SchemaDescriptor::new(Arc::clone(&schema)));
        Self { schema, descriptor, properties: Arc::new(properties) }
    }

    /// That of a file: its schema and metadata, how each column is packed, whether it has a dictionary and a filter, and by
    /// what rows are sorted. Where row groups differ in that, the first one says it.
    pub(super) fn of(metadata: &ParquetMetaData) -> Self {
        let file = metadata.file_metadata();
        let pairs: Option<Vec<KeyValue>> = file.key_value_metadata().cloned();
        let mut builder = WriterProperties::builder().set_key_value_metadata(pairs);
        if let Some(group) = metadata.row_groups().first() {
            builder = builder.set_sorting_columns(group.sorting_columns().cloned());
            for column in group.columns() {
                let path = column.column_path();
                builder = builder
                    .set_column_compression(path.clone(), column.compression())
                    .set_column_dictionary_enabled(path.clone(), column.dictionary_page_offset().is_some())
                    .set_column_bloom_filter_enabled(path.clone(), column.bloom_filter_offset().is_some());
            }
        }
        let descriptor = file.schema_descr_ptr();
        Self { schema: descriptor.root_schema_ptr(), descriptor, properties: Arc::new(builder.build()) }
    }

    /// The names of the columns.
    pub(super) fn columns(&self) -> Vec<String> {
        self.descriptor.columns().iter().map(|column| column.path().string()).collect()
    }

    /// How each column is packed, by name.
    pub(super) fn compression(&self) -> Vec<String> {
        let name = |column: &ColumnDescPtr| {
            let packed = self.properties.compression(column.path()).to_string();
            packed.split('(').next().unwrap_or_default().to_owned()
        };
        self.descriptor.columns().iter().map(name).collect()
    }
}

/// Makes a file of lines.
pub(in crate::source) struct Writer<'w> {
    out: Box<dyn Write + 'w>,
    /// What the file's writer wrote, until it goes to `out`.
    ready: Shared,
    file: SerializedFileWriter<Shared>,
    shape: Shape,
    /// The row group at hand.
    columns: Option<Vec<Box<dyn Column>>>,
    /// A line that has not ended.
    line: Vec<u8>,
}

impl<'w> Writer<'w> {
    /// Begins a file.
    ///
    /// # Errors
    ///
    /// When the shape is none that can be written.
    pub(in crate::source) fn new(shape: Shape, out: Box<dyn Write + 'w>) -> io::Result<Self> {
        let ready = Shared::default();
        let (to, schema) = (ready.clone(), Arc::clone(&shape.schema));
        let properties = Arc::clone(&shape.properties);
        let file = unwritable(sound(move || SerializedFileWriter::new(to, schema, properties)))?;
        Ok(Self { out, ready, file, shape, columns: None, line: Vec::new() })
    }

    /// Ends the file and gives back what it was written into.
    ///
    /// # Errors
    ///
    /// Those of writing, and when the lines do not end as lines do.
    pub(in crate::source) fn finish(mut self) -> io::Result<Box<dyn Write + 'w>> {
        if !self.line.is_empty() {
            return Err(no_line());
        }
        self.end_group()?;
        unwritable(sound(|| self.file.finish()))?;
        self.drain()?;
        Ok(self.out)
    }

    /// Begins a row group.
    pub(super) fn begin_group(&mut self) -> io::Result<()> {
        self.end_group()?;
        let Shape { descriptor, properties, .. } = &self.shape;
        let columns = descriptor.columns().iter();
        self.columns = Some(columns.map(|leaf| column(leaf, properties)).collect());
        Ok(())
    }

    /// Writes a row.
    pub(super) fn row(&mut self, cells: &[Json]) -> io::Result<()> {
        let columns =
            self.columns.as_mut().filter(|columns| columns.len() == cells.len()).ok_or_else(no_line)?;
        for (column, cell) in columns.iter_mut().zip(cells) {
            column.take(cell).ok_or_else(no_line)?;
            unwritable(sound(|| column.flush(false)))?;
        }
        Ok(())
    }

    /// About how many bytes of the row group at hand there are, packed.
    pub(super) fn group_bytes(&self) -> usize {
        self.columns.iter().flatten().map(|column| column.bytes()).sum()
    }

    fn end_group(&mut self) -> io::Result<()> {
        let Some(columns) = self.columns.take() else { return Ok(()) };
        unwritable(sound(|| {
            let mut group = self.file.next_row_group()?;
            for column in columns {
                let (bytes, close) = column.close()?;
                group.append_column(&bytes, close)?;
            }
            group.close().map(drop)
        }))?;
        unwritable(sound(|| self.file.flush().map_err(ParquetError::from)))?;
        self.drain()
    }

    fn drain(&mut self) -> io::Result<()> {
        let bytes = mem::take(&mut *self.ready.0.lock().unwrap_or_else(PoisonError::into_inner));
        self.out.write_all(&bytes)
    }

    fn take_line(&mut self, line: &[u8]) -> io::Result<()> {
        match line.first() {
            // The shape came from the file.
            Some(b'{') if line.starts_with(b"{\"group\":") => self.begin_group(),
            Some(b'{') => Ok(()),
            _ => {
                let cells: Vec<Json> = serde_json::from_slice(line).map_err(|_| no_line())?;
                self.row(&cells)
            }
        }
    }
}

impl Write for Writer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (part, after) = rest.split_at(end);
            rest = after.get(1..).unwrap_or_default();
            if self.line.is_empty() {
                self.take_line(part)?;
            } else {
                let mut line = mem::take(&mut self.line);
                line.extend_from_slice(part);
                self.take_line(&line)?;
            }
        }
        self.line.extend_from_slice(rest);
        Ok(bytes.len())
    }

    /// What is written of a row group comes when it ends.
    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn no_line() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "this is no row of the Parquet file it was taken from")
}

pub(super) fn unwritable<T>(done: Result<T, String>) -> io::Result<T> {
    done.map_err(|what| io::Error::other(format!("the Parquet file cannot be written: {what}")))
}

/// Bytes that two have a hand on.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The pages of a column, one after another in memory.
struct Pages(Shared);

impl PageWriter for Pages {
    fn write_page(&mut self, page: CompressedPage) -> Result<PageWriteSpec, ParquetError> {
        let mut bytes = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let offset = bytes.len() as u64;
        let mut sink = TrackedWrite::new(&mut *bytes);
        let mut spec = SerializedPageWriter::new(&mut sink).write_page(page)?;
        sink.flush()?;
        spec.offset += offset;
        Ok(spec)
    }

    fn close(&mut self) -> Result<(), ParquetError> {
        Ok(())
    }
}

/// A column of the row group at hand.
trait Column {
    /// Takes the next row's cell in; none when it is no cell of this column.
    fn take(&mut self, cell: &Json) -> Option<()>;

    /// Encodes what was taken in, when it is enough to be worth it.
    fn flush(&mut self, all: bool) -> Result<(), ParquetError>;

    /// How many bytes there are.
    fn bytes(&self) -> usize;

    /// The column as it stands in the file.
    fn close(self: Box<Self>) -> Result<(bytes::Bytes, ColumnCloseResult), ParquetError>;
}

struct Typed<T: DataType> {
    writer: ColumnWriterImpl<'static, T>,
    pages: Shared,
    cells: Cells<T::T>,
    /// Rows that wait, and about how many bytes they are.
    rows: usize,
    waiting: usize,
}

impl<T: DataType> Column for Typed<T>
where
    T::T: Value,
{
    fn take(&mut self, cell: &Json) -> Option<()> {
        let before = self.cells.values.len();
        self.cells.take(cell)?;
        self.rows += 1;
        let new = self.cells.values.get(before..).unwrap_or_default();
        self.waiting += new.iter().map(|value| size_of::<T::T>() + value.heap()).sum::<usize>();
        Some(())
    }

    fn flush(&mut self, all: bool) -> Result<(), ParquetError> {
        if self.rows == 0 || !all && self.rows < BATCH_ROWS && self.waiting < BATCH_BYTES {
            return Ok(());
        }
        let Cells { depth, definitions, repetitions, values, .. } = &self.cells;
        let definitions = (0 < depth.definition).then_some(&definitions[..]);
        let repetitions = (0 < depth.repetition).then_some(&repetitions[..]);
        self.writer.write_batch(values, definitions, repetitions)?;
        self.cells.clear();
        (self.rows, self.waiting) = (0, 0);
        Ok(())
    }

    fn bytes(&self) -> usize {
        self.waiting + self.pages.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn close(mut self: Box<Self>) -> Result<(bytes::Bytes, ColumnCloseResult), ParquetError> {
        self.flush(true)?;
        let Self { writer, pages, .. } = *self;
        let closed = writer.close()?;
        let bytes = mem::take(&mut *pages.0.lock().unwrap_or_else(PoisonError::into_inner));
        Ok((bytes.into(), closed))
    }
}

fn column(leaf: &ColumnDescPtr, properties: &WriterPropertiesPtr) -> Box<dyn Column> {
    fn typed<T: DataType>(leaf: &ColumnDescPtr, properties: &WriterPropertiesPtr) -> Box<dyn Column>
    where
        T::T: Value,
    {
        let pages = Shared::default();
        let to = Box::new(Pages(pages.clone()));
        let writer = get_typed_column_writer(get_column_writer(Arc::clone(leaf), Arc::clone(properties), to));
        Box::new(Typed::<T> { writer, pages, cells: Cells::new(depth(leaf)), rows: 0, waiting: 0 })
    }
    match leaf.physical_type() {
        Physical::BOOLEAN => typed::<BoolType>(leaf, properties),
        Physical::INT32 => typed::<Int32Type>(leaf, properties),
        Physical::INT64 => typed::<Int64Type>(leaf, properties),
        Physical::INT96 => typed::<Int96Type>(leaf, properties),
        Physical::FLOAT => typed::<FloatType>(leaf, properties),
        Physical::DOUBLE => typed::<DoubleType>(leaf, properties),
        Physical::BYTE_ARRAY => typed::<ByteArrayType>(leaf, properties),
        Physical::FIXED_LEN_BYTE_ARRAY => typed::<FixedLenByteArrayType>(leaf, properties),
    }
}
