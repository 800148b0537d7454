//! The unpacked bytes of a file, in pieces: its records, and what stands between them.

use std::{
    cell::RefCell,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    sync::Arc,
};

use super::Original;
use crate::{
    error::Error,
    source::{
        Format,
        csv::Csv,
        lines::{self, Blocks, Step},
        unpack::{self, Bytes},
    },
};

pub(super) const NOT_AGAIN: &str = "it cannot be read by itself a second time";

/// How much is asked of a file at once.
const BUFFER_BYTES: usize = 256 << 10;

/// Some bytes of a file.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'p> {
    /// The bytes.
    pub bytes: &'p [u8],
    /// What they are.
    pub of: Of,
    /// The column of the text, in a row of a table; in a line of a Parquet file, where its text begins.
    pub(super) text: Option<usize>,
}

/// What a piece of a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The record of this number, from 1, with its line end; one that could not be read has its number too.
    Record(u64),
    /// The text of a file that is one article.
    Article,
    /// Nothing that is read: a byte order mark, a header, blank lines, what is over the cap, or bytes of a
    /// file that is not cut.
    Rest,
}

/// Whoever takes pieces.
type Take<'t> = dyn FnMut(Piece<'_>) -> Result<(), Error> + 't;

/// Hands pieces on until one is refused.
pub(super) struct Out<'t> {
    take: &'t mut Take<'t>,
    pub(super) refused: Option<Error>,
}

impl Out<'_> {
    pub(super) fn give(&mut self, bytes: &[u8], of: Of, text: Option<usize>) {
        if self.refused.is_none()
            && (!bytes.is_empty() || of == Of::Article)
            && let Err(error) = (self.take)(Piece { bytes, of, text })
        {
            self.refused = Some(error);
        }
    }

    fn check(&mut self) -> Result<(), Error> {
        self.refused.take().map_or(Ok(()), Err)
    }
}

impl Original {
    /// Reads the file again and gives its unpacked bytes in pieces: one after another they are the unpacked file.
    ///
    /// Each document of the file has one piece. Other formats than JSONL, CSV, Parquet and files that are one article, and
    /// other encodings than UTF-8, come as [`Of::Rest`] alone. A Parquet file comes as lines of JSON, which hold all that its rows do
    /// (`table`); [`pack`](Self::pack) makes a file of them.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when it cannot be read (to its end: what stands before a damage was given by then), for
    /// standard input and for a member of an archive; and what `take` gives.
    pub fn pieces(&self, take: &mut dyn FnMut(Piece<'_>) -> Result<(), Error>) -> Result<(), Error> {
        // One lifetime for the reference and what it refers to.
        let mut take = |piece: Piece<'_>| take(piece);
        let out = &RefCell::new(Out { take: &mut take, refused: None });
        if self.format == Format::Parquet {
            let cut = self.table(out);
            out.borrow_mut().check()?;
            return cut.map_err(|error| self.cannot(error));
        }
        let mut stream = self.reopen().map_err(|error| self.cannot(error))?;
        let mut mark = Vec::new();
        let length = self.choice.mark_bytes as u64;
        stream.by_ref().take(length).read_to_end(&mut mark).map_err(|error| self.cannot(error))?;
        out.borrow_mut().give(&mark, Of::Rest, None);
        let cut = match self.format {
            Format::Jsonl if self.choice.is_utf8() => self.lines(stream, out),
            Format::Csv if self.choice.is_utf8() => self.rows(stream, out),
            _ if self.is_article() => self.article(stream, out),
            _ => rest(stream, out),
        };
        out.borrow_mut().check()?;
        cut.map_err(|error| self.cannot(error))
    }

    /// Reads the file again and gives its bytes as they lie, packed or not.
    ///
    /// # Errors
    ///
    /// As [`pieces`](Self::pieces).
    pub fn raw(&self, take: &mut dyn FnMut(&[u8]) -> Result<(), Error>) -> Result<(), Error> {
        let mut file = match &self.real {
            Some(real) if !self.member => File::open(real),
            _ => Err(io::Error::new(io::ErrorKind::Unsupported, NOT_AGAIN)),
        }
        .map_err(|error| self.cannot(error))?;
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            let read = file.read(&mut buffer).map_err(|error| self.cannot(error))?;
            let bytes = buffer.get(..read).unwrap_or_default();
            if bytes.is_empty() {
                return Ok(());
            }
            take(bytes)?;
        }
    }

    fn reopen(&self) -> io::Result<Bytes> {
        match &self.real {
            Some(real) if !self.member => unpack::open(real, self.packing),
            _ => Err(io::Error::new(io::ErrorKind::Unsupported, NOT_AGAIN)),
        }
    }

    fn lines(&self, stream: Bytes, out: &RefCell<Out<'_>>) -> io::Result<()> {
        let (offset, cap) = (self.choice.mark_bytes as u64, self.reading.cap);
        let wanted = Arc::clone(&self.reading.wanted);
        let blocks = Blocks::new(stream, offset, Arc::clone(&self.file), None, wanted, cap);
        for step in blocks.passing(|bytes| out.borrow_mut().give(bytes, Of::Rest, None)) {
            let mut out = out.borrow_mut();
            match step {
                Step::Block(block) => {
                    let mut record = block.record;
                    for (start, line) in lines::lines(&block.bytes) {
                        let end = (start + line.len() + 1).min(block.bytes.len());
                        let counts = lines::is_record(line, cap);
                        record += u64::from(counts);
                        let of = if counts && line.len() <= cap { Of::Record(record) } else { Of::Rest };
                        out.give(block.bytes.get(start..end).unwrap_or_default(), of, None);
                    }
                }
                // A line over the cap, which was given as it was passed over.
                Step::Problem(problem) if problem.record.is_some() => {}
                Step::Problem(problem) => return Err(io::Error::other(problem.message)),
            }
            if out.refused.is_some() {
                break;
            }
        }
        Ok(())
    }

    fn rows(&self, stream: Bytes, out: &RefCell<Out<'_>>) -> io::Result<()> {
        let cap = self.reading.cap;
        let stream = Kept::new(BufReader::with_capacity(BUFFER_BYTES, stream), most_of_a_row(cap), out);
        let fields = Arc::clone(&self.reading.fields);
        let mut rows = Csv::new(stream, self.delimiter, Arc::clone(&self.file), fields, cap);
        if rows.pass()?.is_none() {
            return Ok(());
        }
        let column = rows.text_column();
        rows.reader().row_ends(Of::Rest, None)?;
        let mut record = 0;
        while let Some(whole) = rows.pass()? {
            record += 1;
            rows.reader().row_ends(if whole { Of::Record(record) } else { Of::Rest }, column)?;
        }
        Ok(())
    }

    fn article(&self, mut stream: Bytes, out: &RefCell<Out<'_>>) -> io::Result<()> {
        let most = (self.reading.cap as u64).saturating_mul(self.choice.encoding.unit_bytes() as u64);
        let mut bytes = Vec::new();
        stream.by_ref().take(most).read_to_end(&mut bytes)?;
        out.borrow_mut().give(&bytes, Of::Article, None);
        // It has grown since it was found to be under the cap.
        rest(stream, out)
    }
}

/// Bytes as they come.
fn rest(stream: Bytes, out: &RefCell<Out<'_>>) -> io::Result<()> {
    let mut stream = BufReader::with_capacity(BUFFER_BYTES, stream);
    loop {
        let read = match stream.fill_buf() {
            Ok(bytes) => {
                let mut out = out.borrow_mut();
                out.give(bytes, Of::Rest, None);
                if bytes.is_empty() || out.refused.is_some() {
                    return Ok(());
                }
                bytes.len()
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => 0,
            Err(error) => return Err(error),
        };
        stream.consume(read);
    }
}

/// No row within the cap is longer: each byte of it can be a quote, which is written twice, and each of the most
/// columns there may be has two more and a delimiter.
const fn most_of_a_row(cap: usize) -> usize {
    cap.saturating_mul(2).saturating_add(16 << 10)
}

/// A stream that keeps what was consumed of it since the last row ended.
struct Kept<'o, 't> {
    stream: BufReader<Bytes>,
    /// The row at hand; line ends before it are no part of it.
    row: Vec<u8>,
    most: usize,
    /// Whether the beginning of the row was given away, since it is over the cap for certain.
    spilled: bool,
    out: &'o RefCell<Out<'t>>,
}

impl<'o, 't> Kept<'o, 't> {
    const fn new(stream: BufReader<Bytes>, most: usize, out: &'o RefCell<Out<'t>>) -> Self {
        Self { stream, row: Vec::new(), most, spilled: false, out }
    }

    /// Gives the row at hand.
    fn row_ends(&mut self, of: Of, column: Option<usize>) -> io::Result<()> {
        if self.row.last() == Some(&b'\r') && next_is_feed(&mut self.stream)? {
            self.row.push(b'\n');
            self.stream.consume(1);
        }
        self.out.borrow_mut().give(&self.row, of, column);
        self.row.clear();
        self.spilled = false;
        Ok(())
    }
}

/// Whether a line feed comes next.
fn next_is_feed(stream: &mut impl BufRead) -> io::Result<bool> {
    loop {
        match stream.fill_buf() {
            Ok(bytes) => return Ok(bytes.first() == Some(&b'\n')),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

impl Read for Kept<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Kept<'_, '_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.out.borrow().refused.is_some() {
            return Err(io::Error::other("nobody takes what is read"));
        }
        self.stream.fill_buf()
    }

    fn consume(&mut self, read: usize) {
        let bytes = self.stream.buffer().get(..read).unwrap_or_default();
        let begun = self.spilled || !self.row.is_empty();
        let is_end = |byte: &&u8| matches!(**byte, b'\n' | b'\r');
        let blank = if begun { 0 } else { bytes.iter().take_while(is_end).count() };
        let (blank, bytes) = bytes.split_at(blank);
        self.out.borrow_mut().give(blank, Of::Rest, None);
        self.row.extend_from_slice(bytes);
        self.stream.consume(read);
        if self.most < self.row.len() {
            self.out.borrow_mut().give(&self.row, Of::Rest, None);
            self.row.clear();
            self.spilled = true;
        }
    }
}
