//! CSV goes in, one article a row comes out; a bad row is a problem and the next one follows.
//!
//! The parser is that of the `csv` crate (`csv-core`), driven here so that a record is held only
//! up to the cap: past it, or past the header's number of columns, the rest of the record is
//! parsed and thrown away. A quote that is never closed therefore costs no memory, and is told.

use std::{io::BufRead, sync::Arc};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::{
    Fields, Item,
    fields::{self, Role, Values, quoted},
    jsonl::too_large,
    naming::FileName,
    unpack,
};
use crate::error::{Problem, ProblemKind};

/// The most columns a table may have; one with more is hardly a table of articles.
const MAX_COLUMNS: usize = 4096;

/// Delimiters looked for in the header; the first one wins a tie.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// What the first line tells of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) delimiter: u8,
    /// Whether the line is a list of short names, one of them a name for the text.
    pub(super) names_text: bool,
}

/// Finds the delimiter: the one that sets a text column free, else the most frequent one.
pub(super) fn sniff_header(head: &[u8], fields: &Fields) -> Header {
    let head = head.trim_ascii_start();
    // A reader makes its tables when it is built, which costs more than reading a short article does:
    // one is built only for a delimiter that can stand in the first record.
    let line = head.split(|b| matches!(b, b'\n' | b'\r')).next().unwrap_or_default();
    let reach = if line.contains(&b'"') { head } else { line };
    // Of a record in one piece nothing is learnt.
    let mut best = ((false, 1), Header { delimiter: b',', names_text: false });
    for delimiter in DELIMITERS.into_iter().filter(|delimiter| reach.contains(delimiter)) {
        let cells = first_record(head, delimiter);
        let text = cells.iter().any(|cell| Role::Text.rank(fields, cell.trim()).is_some());
        let short = |cell: &String| cell.len() <= 40 && !cell.contains(['\n', '.', '?', '!']);
        let names_text = text && 2 <= cells.len() && cells.iter().all(short);
        let rank = (text && 2 <= cells.len(), cells.len());
        if best.0 < rank {
            best = (rank, Header { delimiter, names_text });
        }
    }
    best.1
}

/// The cells of the first record, as far as the head reaches.
fn first_record(head: &[u8], delimiter: u8) -> Vec<String> {
    let mut out = vec![0; head.len() + 1];
    let mut ends = vec![0; MAX_COLUMNS];
    let mut core = builder(delimiter).build();
    let (result, _, mut n_out, mut n_ends) = core.read_record(head, &mut out, &mut ends);
    if result == ReadRecordResult::InputEmpty {
        let out = out.get_mut(n_out..).unwrap_or_default();
        let ends = ends.get_mut(n_ends..).unwrap_or_default();
        let (_, _, more_out, more_ends) = core.read_record(&[], out, ends);
        (n_out, n_ends) = (n_out + more_out, n_ends + more_ends);
    }
    out.truncate(n_out);
    cells(&out, ends.get(..n_ends).unwrap_or_default())
        .map(|cell| String::from_utf8_lossy(cell).into_owned())
        .collect()
}

pub(super) fn builder(delimiter: u8) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(delimiter);
    builder
}

/// The fields of a record, from its bytes and where each field ends.
fn cells<'r>(out: &'r [u8], ends: &'r [usize]) -> impl Iterator<Item = &'r [u8]> {
    ends.iter().scan(0, |start, &end| {
        let cell = out.get(*start..end).unwrap_or_default();
        *start = end;
        Some(cell)
    })
}

/// What reading one record came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    /// The record is in the buffers.
    Whole,
    /// It is over the cap.
    TooLong,
    /// It has more fields than asked for.
    TooWide,
    /// The file ends inside a quoted field.
    Unclosed,
    /// There are no more records.
    End,
}

/// The records of one CSV stream.
pub(super) struct Csv<R> {
    core: Reader,
    reader: R,
    file: Arc<FileName>,
    fields: Arc<Fields>,
    cap: usize,
    out: Vec<u8>,
    n_out: usize,
    ends: Vec<usize>,
    n_ends: usize,
    /// Line feeds consumed so far.
    n_feeds: u64,
    /// The line on which the record at hand begins, from 1.
    line: u64,
    /// Whether the record at hand ends with the file, and not with a line feed.
    cut_short: bool,
    /// Bytes of the record at hand, as they stand in the file.
    record_bytes: u64,
    record: u64,
    columns: Option<Columns>,
    done: bool,
}

/// Which column holds what.
struct Columns {
    n_columns: usize,
    /// For each role the column, in the order of [`Role::ALL`].
    of_role: [Option<usize>; 6],
}

impl<R: BufRead> Csv<R> {
    /// Reads from `reader`, which stands at the header.
    pub(super) fn new(
        reader: R,
        delimiter: u8,
        file: Arc<FileName>,
        fields: Arc<Fields>,
        cap: usize,
    ) -> Self {
        Self {
            core: builder(delimiter).build(),
            reader,
            file,
            fields,
            cap,
            out: vec![0; 4096.min(cap + 1)],
            n_out: 0,
            ends: vec![0; MAX_COLUMNS + 1],
            n_ends: 0,
            n_feeds: 0,
            line: 0,
            cut_short: false,
            record_bytes: 0,
            record: 0,
            columns: None,
            done: false,
        }
    }

    /// Reads the next row, of which the first is the header, and makes nothing of it: whether it came whole.
    /// None at the end.
    pub(super) fn pass(&mut self) -> std::io::Result<Option<bool>> {
        Ok(match self.read()? {
            Row::End => None,
            row => Some(row == Row::Whole),
        })
    }

    /// What is read from, which stands behind the row that was passed, up to the line feed of a CRLF.
    pub(super) const fn reader(&mut self) -> &mut R {
        &mut self.reader
    }

    /// The column of the text, when the row that was passed is the header.
    pub(super) fn text_column(&self) -> Option<usize> {
        self.header().ok()?.of_role.first().copied().flatten()
    }

    /// Reads the next record into the buffers.
    fn read(&mut self) -> std::io::Result<Row> {
        (self.n_out, self.n_ends, self.record_bytes) = (0, 0, 0);
        let (mut over, mut wide, mut probed) = (false, false, false);
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let at_end = chunk.is_empty();
            if self.record_bytes == 0 {
                // Line ends before a record are not part of it, and decide on which line it begins.
                let blank = chunk.iter().take_while(|b| matches!(b, b'\n' | b'\r')).count();
                if 0 < blank {
                    self.n_feeds += count_feeds(chunk.get(..blank).unwrap_or_default());
                    self.reader.consume(blank);
                    continue;
                }
                if at_end {
                    return Ok(Row::End);
                }
                self.line = self.n_feeds + 1;
            }
            // At the end a line feed tells a finished record from an open quote, which swallows it.
            if at_end && probed {
                return Ok(if over { Row::TooLong } else { Row::Unclosed });
            }
            probed = at_end;
            let input = if at_end { b"\n".as_slice() } else { chunk };
            let out = self.out.get_mut(self.n_out..).unwrap_or_default();
            let ends = self.ends.get_mut(self.n_ends..).unwrap_or_default();
            let (result, n_in, n_out, n_ends) = self.core.read_record(input, out, ends);
            self.n_out += n_out;
            self.n_ends += n_ends;
            if !at_end {
                let used = chunk.get(..n_in).unwrap_or_default();
                self.n_feeds += count_feeds(used);
                self.cut_short = used.last().map_or(self.cut_short, |&b| b != b'\n' && b != b'\r');
                self.record_bytes += n_in as u64;
                self.reader.consume(n_in);
            }
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => {
                    probed = false;
                    if self.out.len() <= self.cap && !over && !wide {
                        let longer = (self.out.len() * 2).min(self.cap + 1);
                        self.out.resize(longer, 0);
                    } else {
                        over |= !wide;
                        self.n_out = 0;
                    }
                }
                ReadRecordResult::OutputEndsFull => {
                    probed = false;
                    wide |= !over;
                    self.n_ends = 0;
                }
                ReadRecordResult::Record | ReadRecordResult::End => {
                    return Ok(match (over, wide) {
                        (true, _) => Row::TooLong,
                        (_, true) => Row::TooWide,
                        _ => Row::Whole,
                    });
                }
            }
        }
    }

    fn problem(&self, kind: ProblemKind, message: impl Into<String>) -> Problem {
        let record = (0 < self.record).then_some(self.record);
        self.file.problem_at(kind, record, Some(self.line), message)
    }

    /// Where the record at hand lies, for messages about what was not read.
    fn extent(&self) -> String {
        // The last line of a file need not end in a line feed.
        let last = (self.n_feeds + u64::from(self.cut_short)).max(self.line);
        if last == self.line {
            return format!("line {last} was not read");
        }
        format!("lines {} to {last} were not read", self.line)
    }

    /// The problem with a record that did not come whole.
    fn fault(&self, row: Row) -> Problem {
        match row {
            Row::TooLong => {
                let size = too_large("a row", self.record_bytes, self.cap);
                let message = format!("{size}; or is a quote in it never closed? {}", self.extent());
                self.problem(ProblemKind::TooLarge, message)
            }
            Row::TooWide => match &self.columns {
                Some(columns) => {
                    let message = format!("more fields than the header's {}", columns.n_columns);
                    self.problem(ProblemKind::Malformed, message)
                }
                None => {
                    let message = format!("more than {MAX_COLUMNS} columns; the file was not read");
                    self.problem(ProblemKind::Malformed, message)
                }
            },
            _ => {
                let message = format!("a quote opened in this row is never closed; {}", self.extent());
                self.problem(ProblemKind::Malformed, message)
            }
        }
    }

    /// The cells of the row at hand.
    pub(super) fn cells(&self) -> impl Iterator<Item = &[u8]> {
        cells(
            self.out.get(..self.n_out).unwrap_or_default(),
            self.ends.get(..self.n_ends).unwrap_or_default(),
        )
    }

    /// Takes the record at hand as the header.
    fn header(&self) -> Result<Columns, Problem> {
        let mut names = Vec::with_capacity(self.n_ends);
        for cell in self.cells() {
            match std::str::from_utf8(cell) {
                Ok(name) => names.push(name.trim()),
                Err(_) => {
                    let message = "the header is not UTF-8: convert the file to UTF-8 first; it was not read";
                    return Err(self.problem(ProblemKind::Encoding, message));
                }
            }
        }
        let mut of_role = [None; 6];
        for (place, role) in of_role.iter_mut().zip(Role::ALL) {
            let ranks =
                names.iter().enumerate().filter_map(|(at, name)| Some((role.rank(&self.fields, name)?, at)));
            let Some((rank, at)) = ranks.min() else { continue };
            let same = |name: &&&str| role.rank(&self.fields, name) == Some(rank);
            if 1 < names.iter().filter(same).count() {
                let name = quoted(names.get(at).unwrap_or(&""));
                let message = format!("two columns are called {name}; the file was not read");
                return Err(self.problem(ProblemKind::Malformed, message));
            }
            *place = Some(at);
        }
        if of_role.first().is_some_and(Option::is_none) {
            let message = fields::no_text(&Role::Text.names(&self.fields), names.iter().copied());
            return Err(self.problem(ProblemKind::NoText, message));
        }
        Ok(Columns { n_columns: names.len(), of_role })
    }

    /// Makes an item of the record at hand.
    fn item(&self, columns: &Columns) -> Result<Item, Problem> {
        if self.n_ends != columns.n_columns {
            let message = format!("{} fields, where the header has {}", self.n_ends, columns.n_columns);
            return Err(self.problem(ProblemKind::Malformed, message));
        }
        let mut values = Values::default();
        let [text, id, title, date, source, url] = columns.of_role;
        for (at, cell) in self.cells().enumerate() {
            let value = std::str::from_utf8(cell).map_err(|error| {
                let byte = error.valid_up_to();
                let message =
                    format!("byte {byte} of field {} is not UTF-8: convert the file to UTF-8 first", at + 1);
                self.problem(ProblemKind::Encoding, message)
            })?;
            let at = Some(at);
            if at == text {
                values.text = value.into();
            }
            let others = [
                (id, &mut values.id),
                (title, &mut values.title),
                (date, &mut values.date),
                (source, &mut values.source),
                (url, &mut values.url),
            ];
            for (column, place) in others {
                if at == column {
                    *place = Some(value.into());
                }
            }
        }
        Ok(Item::Document(values.document(&self.file, self.record)))
    }

    /// Reads the header; nothing comes back from an empty file.
    fn begin(&mut self) -> Option<Item> {
        self.done = true;
        let problem = match self.read() {
            Err(error) => self.stopped(&error),
            Ok(Row::End) => return None,
            Ok(Row::Whole) => match self.header() {
                Ok(columns) => {
                    self.columns = Some(columns);
                    self.done = false;
                    return self.next();
                }
                Err(problem) => problem,
            },
            Ok(row) => self.fault(row),
        };
        Some(Item::Problem(problem))
    }

    fn stopped(&self, error: &std::io::Error) -> Problem {
        let message = format!("reading stopped here: {error}");
        self.file.problem_at(unpack::kind(error), None, Some(self.n_feeds + 1), message)
    }
}

impl<R: BufRead> Iterator for Csv<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        if self.done {
            return None;
        }
        let Some(columns) = self.columns.take() else { return self.begin() };
        let row = self.read();
        self.record += 1;
        let item = match row {
            Err(error) => {
                self.done = true;
                Item::Problem(self.stopped(&error))
            }
            Ok(Row::End) => {
                self.done = true;
                return None;
            }
            Ok(Row::Whole) => self.item(&columns).unwrap_or_else(Item::Problem),
            Ok(row) => {
                self.columns = Some(columns);
                return Some(Item::Problem(self.fault(row)));
            }
        };
        self.columns = Some(columns);
        Some(item)
    }
}

fn count_feeds(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    fn read_in_chunks(bytes: &[u8], cap: usize, chunk: usize) -> Vec<Item> {
        let file = Arc::new(FileName { path: "n.csv".to_owned(), shown: "n.csv".to_owned() });
        let reader = BufReader::with_capacity(chunk, bytes);
        let fields = Fields::default();
        let delimiter = sniff_header(bytes, &fields).delimiter;
        Csv::new(reader, delimiter, file, Arc::new(fields), cap).collect()
    }

    fn read(text: &str) -> Vec<String> {
        brief(&read_in_chunks(text.as_bytes(), 1000, 4096))
    }

    fn brief(items: &[Item]) -> Vec<String> {
        items
            .iter()
            .map(|item| match item {
                Item::Document(d) => format!("{}={}", d.name, d.text),
                Item::Problem(p) => {
                    format!("{}@{}/{}", p.kind.name(), p.record.unwrap_or(0), p.line.unwrap_or(0))
                }
            })
            .collect()
    }

    #[test]
    fn quotes_and_line_ends_inside_them_are_read() {
        assert_eq!(
            read("id,text\r\na,\"one, \"\"two\"\"\r\nthree\"\r\n\r\nb,four\r\nc\r\n"),
            ["a=one, \"two\"\r\nthree", "b=four", "malformed@3/6"]
        );
        assert_eq!(read("Title;TEXT\n1,5;a|b"), ["n.csv#1=a|b"]);
        assert_eq!(read("title\ttext\nx, y, z\tq\n"), ["n.csv#1=q"]);
        assert_eq!(read("text\nsolo\n"), ["n.csv#1=solo"]);
        assert_eq!(read("notes, remarks, and so on;text\n1;a\n"), ["n.csv#1=a"]);
        assert!(read("").is_empty());
        assert!(read("id,text\n").is_empty());
    }

    #[test]
    fn a_header_that_cannot_be_used_is_one_problem() {
        assert_eq!(read("id,words\n1,a\n2,b\n"), ["no-text@0/1"]);
        assert_eq!(read("text,text\na,b\n"), ["malformed@0/1"]);
        let wide = vec!["text"; 5000].join(",");
        assert_eq!(brief(&read_in_chunks(wide.as_bytes(), 1 << 20, 4096)), ["malformed@0/1"]);
    }

    #[test]
    fn a_bad_row_does_not_stop_the_next() {
        let million = format!("id,text\na,b\n{}\nc,d\n", ",".repeat(1_000_000));
        assert_eq!(
            brief(&read_in_chunks(million.as_bytes(), 1 << 24, 4096)),
            ["a=b", "malformed@2/3", "c=d"]
        );
        // So wide that, counted from where the count was begun anew, it has two fields like the header.
        let wrapped = format!("id,text\n{}\nc,d\n", ",".repeat(MAX_COLUMNS + 2));
        assert_eq!(brief(&read_in_chunks(wrapped.as_bytes(), 1 << 24, 4096)), ["malformed@1/2", "c=d"]);
        let long = format!("id,text\na,\"{}\nx\"\nc,d\n", "w".repeat(5000));
        assert_eq!(brief(&read_in_chunks(long.as_bytes(), 1000, 4096)), ["too-large@1/2", "c=d"]);
        let bytes = b"id,text\na,caf\xE9\nc,d\n";
        assert_eq!(brief(&read_in_chunks(bytes, 1000, 4096)), ["encoding@1/2", "c=d"]);
    }

    #[test]
    fn an_open_quote_is_told_with_what_it_swallowed() {
        assert_eq!(read("id,text\na,one\nb,\"two\nc,three\n"), ["a=one", "malformed@2/3"]);
        let long = format!("id,text\na,\"{}", "word\n".repeat(5000));
        let items = read_in_chunks(long.as_bytes(), 1000, 4096);
        let Some(Item::Problem(problem)) = items.first() else { unreachable!() };
        assert_eq!((items.len(), problem.kind), (1, ProblemKind::TooLarge));
        assert!(problem.message.contains("lines 2 to 5001 were not read"), "{}", problem.message);
        let items = read_in_chunks(b"id,text\na,\"one\ntwo", 1000, 4096);
        let Some(Item::Problem(problem)) = items.first() else { unreachable!() };
        assert!(problem.message.ends_with("lines 2 to 3 were not read"), "{}", problem.message);
        assert_eq!(read("id,text\na,\"closed\""), ["a=closed"]);
    }

    /// The same as [`sniff_header`], by every delimiter there is.
    fn sniffed_by_all(head: &[u8], fields: &Fields) -> Header {
        let mut best = ((false, 0), Header { delimiter: b',', names_text: false });
        for delimiter in DELIMITERS {
            let cells = first_record(head.trim_ascii_start(), delimiter);
            let text = cells.iter().any(|cell| Role::Text.rank(fields, cell.trim()).is_some());
            let short = |cell: &String| cell.len() <= 40 && !cell.contains(['\n', '.', '?', '!']);
            let names_text = text && 2 <= cells.len() && cells.iter().all(short);
            let rank = (text && 2 <= cells.len(), cells.len());
            if best.0 < rank {
                best = (rank, Header { delimiter, names_text });
            }
        }
        best.1
    }

    proptest! {
        #[test]
        fn a_delimiter_that_is_left_out_would_not_have_won(head in "[ \n]{0,2}((id|text|b\\.|\"|\"\")?[,;\t|\n\r\"]){0,12}(text)?") {
            let fields = Fields::default();
            let (ours, all) = (sniff_header(head.as_bytes(), &fields), sniffed_by_all(head.as_bytes(), &fields));
            prop_assert_eq!(ours, all);
        }

        #[test]
        fn chunks_do_not_show(text in "(id,text\n)?[a\",\n\r]{0,40}", chunk in 1_usize..9, cap in 1_usize..30) {
            let whole = read_in_chunks(text.as_bytes(), cap, 4096);
            prop_assert_eq!(whole, read_in_chunks(text.as_bytes(), cap, chunk));
        }

        #[test]
        fn what_is_written_is_read(rows in prop::collection::vec("[a-c\",\n; ]{1,12}", 1..8)) {
            let mut text = "id,text\n".to_owned();
            for (at, row) in rows.iter().enumerate() {
                text.push_str(&format!("r{at},\"{}\"\n", row.replace('"', "\"\"")));
            }
            let want: Vec<_> = rows.iter().enumerate().map(|(at, row)| format!("r{at}={row}")).collect();
            prop_assert_eq!(brief(&read_in_chunks(text.as_bytes(), 1000, 5)), want);
        }
    }
}
