//! Which bytes of a piece stand for which bytes of the text in it.
//!
//! The text is followed through its escapes (JSON) and doubled quotes (CSV). Then the piece is read again without the
//! bytes that were found, and counts only if it is the same record with the rest of the text.

use std::{ops::Range, path::Path, sync::Arc};

use csv_core::ReadRecordResult;

use super::{Of, Original, Piece};
use crate::{
    source::{
        Format,
        csv::{self, Csv},
        encoding,
        fields::Values,
        format, jsonl,
        unpack::{self, HEAD_BYTES, Packing},
    },
    span::Span,
};

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

impl Original {
    /// The bytes of a piece that hold these spans of its record's text, ascending and apart: without them, the file
    /// is read as it was but for the spans. The spans are ascending, apart and end between characters.
    ///
    /// None when the text does not stand there as it did, or cannot be without the spans: when something else would
    /// be made of what is left (a page of a text, another field of a text that is blank, a blank line of a row).
    pub fn ranges(&self, piece: &Piece<'_>, text: &str, spans: &[Span]) -> Option<Vec<Range<usize>>> {
        let left = without(text, spans)?;
        match (self.format, piece.of) {
            (Format::Text | Format::Markdown, Of::Article) => {
                self.of_article(piece.bytes, text, spans, &left)
            }
            (Format::Jsonl, Of::Record(_)) => self.of_line(piece.bytes, text, spans, &left),
            (Format::Csv, Of::Record(_)) => self.of_row(piece.bytes, piece.text?, text, spans, &left),
            (Format::Parquet, Of::Record(_)) => of_cells(piece.bytes, piece.text?, text, spans),
            _ => None,
        }
    }

    fn of_article(&self, bytes: &[u8], text: &str, spans: &[Span], left: &str) -> Option<Vec<Range<usize>>> {
        if bytes != text.as_bytes() {
            return None;
        }
        // What a file begins with may say that it is something else.
        let mark = self.choice.mark_bytes;
        let mut head = MARK.get(..mark)?.to_vec();
        head.extend_from_slice(left.as_bytes().get(..HEAD_BYTES - mark).unwrap_or(left.as_bytes()));
        let whole = head.len() < HEAD_BYTES;
        let choice = encoding::settle(&head, whole, self.reading.encoding).ok()?;
        if unpack::layer(&head).is_some() || !choice.is_utf8() || choice.mark_bytes != mark {
            return None;
        }
        let path = self.real.as_deref().map(|real| match self.packing {
            Some(_) => Packing::without_ending(real),
            None => Path::to_owned(real),
        });
        let super::Reading { format, wanted, fields, .. } = &*self.reading;
        let (format, _) = format::settle(*format, path.as_deref(), head.get(mark..)?, whole, wanted, fields);
        (format == self.format)
            .then(|| spans.iter().map(|span| span.range()).filter(|r| !r.is_empty()).collect())
    }

    fn of_line(&self, bytes: &[u8], text: &str, spans: &[Span], left: &str) -> Option<Vec<Range<usize>>> {
        let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let wanted = &self.reading.wanted;
        let before = jsonl::record(line, 0, wanted, &mut Vec::new()).ok()?;
        if before.text != text {
            return None;
        }
        let mut at = 0;
        // Whichever string holds the text: if the record's text is shorter without its bytes, and nothing else is,
        // then it is the right one.
        while let Some(string) = next_string(line, &mut at) {
            let Some(ranges) = of_string(line, string, text, spans) else { continue };
            let shorter = cut(line, &ranges);
            let after = jsonl::record(&shorter, 0, wanted, &mut Vec::new());
            if after.is_ok_and(|after| is_but_for(&before, &after, left)) {
                return Some(ranges);
            }
        }
        None
    }

    fn of_row(
        &self,
        row: &[u8],
        column: usize,
        text: &str,
        spans: &[Span],
        left: &str,
    ) -> Option<Vec<Range<usize>>> {
        let mut before = self.cells(row)?;
        let ranges = of_cell(row, self.delimiter, column, text, spans)?;
        let after = self.cells(&cut(row, &ranges))?;
        *before.get_mut(column)? = left.as_bytes().to_owned();
        (before == after).then_some(ranges)
    }

    /// The cells of bytes that are one row.
    fn cells(&self, row: &[u8]) -> Option<Vec<Vec<u8>>> {
        let (file, fields) = (Arc::clone(&self.file), Arc::clone(&self.reading.fields));
        let mut rows = Csv::new(row, self.delimiter, file, fields, self.reading.cap);
        let whole = rows.pass().ok()??;
        let cells = rows.cells().map(<[u8]>::to_vec).collect();
        (whole && rows.pass().ok()?.is_none()).then_some(cells)
    }
}

/// A text without these spans; none when they are not spans of it.
fn without(text: &str, spans: &[Span]) -> Option<String> {
    let mut left = String::with_capacity(text.len());
    let mut from = 0;
    for span in spans {
        left.push_str(text.get(from..span.start as usize)?);
        text.get(span.range())?;
        from = span.end as usize;
    }
    left.push_str(text.get(from..)?);
    Some(left)
}

/// Bytes without these ranges of them.
fn cut(bytes: &[u8], ranges: &[Range<usize>]) -> Vec<u8> {
    let mut left = Vec::with_capacity(bytes.len());
    let mut from = 0;
    for range in ranges {
        left.extend_from_slice(bytes.get(from..range.start).unwrap_or_default());
        from = range.end;
    }
    left.extend_from_slice(bytes.get(from..).unwrap_or_default());
    left
}

/// Whether a record is what it was but for its text. Another value that was read from the same string went with it.
fn is_but_for(before: &Values<'_>, after: &Values<'_>, left: &str) -> bool {
    let others = |values: &Values<'_>| -> [Option<String>; 5] {
        let Values { text: _, id, title, date, source, url } = values;
        [id, title, date, source, url].map(|value| value.as_deref().map(str::to_owned))
    };
    let same = |(a, b): (Option<String>, Option<String>)| {
        a == b || a.as_deref() == Some(&*before.text) && b.as_deref() == Some(left)
    };
    after.text == left && others(before).into_iter().zip(others(after)).all(same)
}

/// Follows a text through the bytes it is written in.
struct Tracer<'t> {
    text: &'t [u8],
    /// How much of the text was met.
    at: usize,
    spans: std::iter::Peekable<std::slice::Iter<'t, Span>>,
    found: Vec<Range<usize>>,
}

impl<'t> Tracer<'t> {
    fn new(text: &'t str, spans: &'t [Span]) -> Self {
        Self { text: text.as_bytes(), at: 0, spans: spans.iter().peekable(), found: Vec::new() }
    }

    /// The bytes `raw` stand for `means`: for each other where they are as long, else all for all. None when
    /// the text goes on in another way.
    fn meet(&mut self, raw: Range<usize>, means: &[u8]) -> Option<()> {
        let end = self.at + means.len();
        if self.text.get(self.at..end)? != means {
            return None;
        }
        while let Some(span) = self.spans.peek() {
            let (from, to) = ((span.start as usize).max(self.at), (span.end as usize).min(end));
            if from < to {
                let here = if raw.len() == means.len() {
                    raw.start + (from - self.at)..raw.start + (to - self.at)
                } else {
                    raw.clone()
                };
                match self.found.last_mut().filter(|last| last.end == here.start) {
                    Some(last) => last.end = here.end,
                    None => self.found.push(here),
                }
            }
            if end < span.end as usize {
                break;
            }
            self.spans.next();
        }
        self.at = end;
        Some(())
    }

    fn end(self) -> Option<Vec<Range<usize>>> {
        (self.at == self.text.len()).then_some(self.found)
    }
}

/// The next string of a sound JSON record that is no key, without its quotes.
fn next_string(line: &[u8], at: &mut usize) -> Option<Range<usize>> {
    loop {
        let start = *at + memchr::memchr(b'"', line.get(*at..)?)? + 1;
        let mut end = start;
        loop {
            end += memchr::memchr2(b'"', b'\\', line.get(end..)?)?;
            if line.get(end) == Some(&b'"') {
                break;
            }
            end += 2;
        }
        *at = end + 1;
        if !line.get(*at..)?.trim_ascii_start().starts_with(b":") {
            return Some(start..end);
        }
    }
}

/// The bytes of a JSON string that hold these spans, if it is this text.
fn of_string(line: &[u8], string: Range<usize>, text: &str, spans: &[Span]) -> Option<Vec<Range<usize>>> {
    // No way of writing a text is shorter than the text.
    if string.len() < text.len() {
        return None;
    }
    let mut tracer = Tracer::new(text, spans);
    let (mut at, end) = (string.start, string.end);
    while at < end {
        let rest = line.get(at..end)?;
        let plain = memchr::memchr(b'\\', rest).unwrap_or(rest.len());
        tracer.meet(at..at + plain, rest.get(..plain)?)?;
        at += plain;
        if let Some(escape) = rest.get(plain..).filter(|escape| !escape.is_empty()) {
            let (length, character) = unescape(escape)?;
            tracer.meet(at..at + length, character.encode_utf8(&mut [0; 4]).as_bytes())?;
            at += length;
        }
    }
    tracer.end()
}

/// The bytes of a line of a Parquet file that hold these spans, if the string that begins there is this text.
fn of_cells(line: &[u8], start: usize, text: &str, spans: &[Span]) -> Option<Vec<Range<usize>>> {
    let string = next_string(line, &mut start.checked_sub(1)?)?;
    of_string(line, string, text, spans)
}

/// The character that an escape stands for, and the escape's length.
fn unescape(escape: &[u8]) -> Option<(usize, char)> {
    let simple = match escape.get(1)? {
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let high = unit(escape)?;
            if let Some(character) = char::from_u32(high) {
                return Some((6, character));
            }
            let low = unit(escape.get(6..).filter(|low| low.starts_with(b"\\u"))?)?;
            let pair = [u16::try_from(high).ok()?, u16::try_from(low).ok()?];
            return Some((12, char::decode_utf16(pair).next()?.ok()?));
        }
        other => char::from(*other),
    };
    Some((2, simple))
}

fn unit(escape: &[u8]) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(escape.get(2..6)?).ok()?, 16).ok()
}

/// The bytes of a row that hold these spans, if its cell in this column is this text.
///
/// The parser is asked byte by byte whether it takes the byte for one of the cell.
fn of_cell(
    row: &[u8],
    delimiter: u8,
    column: usize,
    text: &str,
    spans: &[Span],
) -> Option<Vec<Range<usize>>> {
    let mut core = csv::builder(delimiter).build();
    let mut tracer = Tracer::new(text, spans);
    let (mut cell, mut quote, mut at) = (0, None, 0);
    while let Some(byte) = row.get(at..=at) {
        let (result, read, written, ended) = core.read_record(byte, &mut [0; 4], &mut [0; 4]);
        if cell == column {
            if 0 < written {
                // The first of two quotes is part of the second one.
                let start = if byte == b"\"" { quote.take().unwrap_or(at) } else { at };
                tracer.meet(start..at + 1, byte)?;
                quote = None;
            } else {
                quote = (byte == b"\"").then_some(at);
            }
        }
        at += read;
        cell += ended;
        if column < cell || result == ReadRecordResult::Record || read == 0 {
            break;
        }
    }
    tracer.end()
}
