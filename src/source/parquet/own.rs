//! Tables of our own: rows of JSON cells go into a Parquet file, and come out of one.

use std::{
    fs::File,
    io::{self, Write},
    sync::Arc,
};

use parquet::schema::parser::parse_message_type;
use serde_json::Value as Json;

use super::{
    rows::{Lines, Of},
    sound,
    write::{Shape, Writer, unwritable},
};

/// A row group of so many bytes, packed, is enough,
const GROUP_BYTES: usize = 32 << 20;
/// and one of so many rows,
const GROUP_ROWS: usize = 100_000;
/// and one whose cells take so much: the same over and over packs well, and what expands too far is not believed when it is read.
const GROUP_CELLS: usize = 32 << 20;

/// Writes a table.
pub(crate) struct OwnWriter<'w> {
    writer: Writer<'w>,
    rows: usize,
    cells: usize,
}

impl<'w> OwnWriter<'w> {
    /// Begins a file of a schema, packed with zstd.
    pub(crate) fn new(schema: &str, out: Box<dyn Write + 'w>) -> io::Result<Self> {
        let schema = unwritable(sound(|| parse_message_type(schema)))?;
        Ok(Self { writer: Writer::new(Shape::new(Arc::new(schema)), out)?, rows: 0, cells: 0 })
    }

    /// Writes a row, its cells as `cells` says.
    pub(crate) fn row(&mut self, cells: &[Json]) -> io::Result<()> {
        let is_full = self.rows == GROUP_ROWS || GROUP_CELLS < self.cells;
        if self.rows == 0 || is_full || GROUP_BYTES < self.writer.group_bytes() {
            self.writer.begin_group()?;
            (self.rows, self.cells) = (0, 0);
        }
        self.rows += 1;
        self.cells += cells.iter().map(|cell| cell.as_str().map_or(8, str::len)).sum::<usize>();
        self.writer.row(cells)
    }

    /// Ends the file.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.writer.finish()?.flush()
    }
}

/// Reads a table.
pub(crate) struct OwnReader {
    lines: Lines,
    line: Vec<u8>,
}

impl OwnReader {
    /// Opens a file.
    pub(crate) fn open(file: File) -> io::Result<Self> {
        Ok(Self { lines: Lines::open(file, None)?, line: Vec::new() })
    }

    /// The names of its columns.
    pub(crate) fn columns(&self) -> Vec<String> {
        self.lines.shape().columns()
    }

    /// The next row.
    pub(crate) fn row(&mut self) -> io::Result<Option<Vec<Json>>> {
        loop {
            self.line.clear();
            match self.lines.next(&mut self.line)? {
                None => return Ok(None),
                Some(Of::Head) => {}
                Some(Of::Row(..)) => return Ok(Some(serde_json::from_slice(&self.line)?)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_text_over_and_over_is_believed_when_it_is_read_again() {
        let text = "The harbour master closed the outer basin at noon. ".repeat(20_000);
        let mut file = tempfile::tempfile().unwrap();
        let schema = "message table { required binary text (STRING); }";
        let mut writer = OwnWriter::new(schema, Box::new(file.try_clone().unwrap())).unwrap();
        for _ in 0..80 {
            writer.row(&[Json::String(text.clone())]).unwrap();
        }
        writer.finish().unwrap();
        io::Seek::rewind(&mut file).unwrap();
        assert!(file.metadata().unwrap().len() < 80 * text.len() as u64 / 200, "it is packed that well");
        let mut reader = OwnReader::open(file).unwrap();
        let mut rows = 0;
        while let Some(cells) = reader.row().unwrap() {
            assert_eq!(cells, [Json::String(text.clone())]);
            rows += 1;
        }
        assert_eq!(rows, 80);
    }
}
