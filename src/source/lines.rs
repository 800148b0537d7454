//! Lines of a stream, in blocks that are parsed elsewhere: reading is one thread's work, parsing is not.
//!
//! A block ends at a line end, and knows which lines and records came before it, so that blocks can be
//! parsed in any order and on any thread.

use std::{
    io::Read,
    sync::{Arc, Mutex, PoisonError},
};

use super::{Place, Record, json::Wanted, jsonl, naming::FileName, unpack};
use crate::error::{Problem, ProblemKind};

/// Blocks are about as long as this, unless a line is longer: some hundred articles.
const BLOCK_BYTES: usize = 512 << 10;

/// Whole lines of one file, one record in each that is not blank.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) file: Arc<FileName>,
    /// The file's number, when a record of it can be read again.
    pub(super) number: Option<u32>,
    pub(super) wanted: Arc<Wanted>,
    pub(super) cap: usize,
    pub(super) bytes: Vec<u8>,
    /// Where the bytes go when they are done with.
    buffers: Buffers,
    /// Bytes of the file before the block.
    pub(super) offset: u64,
    /// Lines before it.
    pub(super) line: u64,
    /// Records before it.
    pub(super) record: u64,
}

/// Memory of blocks that were parsed, for those to come: fresh memory costs as much as parsing half of it.
type Buffers = Arc<Mutex<Vec<Vec<u8>>>>;

/// More than are ever under way at a time.
const MOST_BUFFERS: usize = 64;

impl Drop for Block {
    fn drop(&mut self) {
        let mut bytes = std::mem::take(&mut self.bytes);
        let mut buffers = self.buffers.lock().unwrap_or_else(PoisonError::into_inner);
        if bytes.capacity() <= 2 * BLOCK_BYTES && buffers.len() < MOST_BUFFERS {
            bytes.clear();
            buffers.push(bytes);
        }
    }
}

/// One step of reading lines.
#[derive(Debug)]
pub(super) enum Step {
    /// Lines to be parsed.
    Block(Block),
    /// A line over the cap, or the end of what could be read.
    Problem(Problem),
}

/// The blocks of one stream.
pub(super) struct Blocks<R, P = fn(&[u8])> {
    reader: R,
    /// Gets the bytes of lines that are passed over.
    passed: P,
    file: Arc<FileName>,
    number: Option<u32>,
    wanted: Arc<Wanted>,
    cap: usize,
    block_bytes: usize,
    /// What was read of the next line.
    rest: Vec<u8>,
    offset: u64,
    line: u64,
    record: u64,
    waiting: Option<Problem>,
    done: bool,
    buffers: Buffers,
}

impl<R: Read> Blocks<R> {
    /// Reads from `reader`, which stands `offset` bytes into `file`.
    pub(super) fn new(
        reader: R,
        offset: u64,
        file: Arc<FileName>,
        number: Option<u32>,
        wanted: Arc<Wanted>,
        cap: usize,
    ) -> Self {
        Self {
            reader,
            passed: |_| {},
            file,
            number,
            wanted,
            cap,
            block_bytes: BLOCK_BYTES,
            rest: Vec::new(),
            offset,
            line: 0,
            record: 0,
            waiting: None,
            done: false,
            buffers: Buffers::default(),
        }
    }

    /// The same, with someone who gets the bytes of lines that are passed over, in pieces.
    pub(super) fn passing<P: FnMut(&[u8])>(self, passed: P) -> Blocks<R, P> {
        let Self { reader, passed: _, file, number, wanted, cap, block_bytes, rest, .. } = self;
        let Self { offset, line, record, waiting, done, buffers, .. } = self;
        Blocks {
            reader,
            passed,
            file,
            number,
            wanted,
            cap,
            block_bytes,
            rest,
            offset,
            line,
            record,
            waiting,
            done,
            buffers,
        }
    }
}

impl<R: Read, P: FnMut(&[u8])> Blocks<R, P> {
    /// Cuts what was read behind byte `end` off, as a block.
    fn cut(&mut self, end: usize) -> Block {
        let spare = self.buffers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut next = spare.unwrap_or_else(|| Vec::with_capacity(self.block_bytes + self.block_bytes / 8));
        next.extend_from_slice(self.rest.get(end..).unwrap_or_default());
        let mut bytes = std::mem::replace(&mut self.rest, next);
        bytes.truncate(end);
        let block = Block {
            file: Arc::clone(&self.file),
            number: self.number,
            wanted: Arc::clone(&self.wanted),
            cap: self.cap,
            offset: self.offset,
            line: self.line,
            record: self.record,
            bytes,
            buffers: Arc::clone(&self.buffers),
        };
        self.offset += end as u64;
        for (_, line) in lines(&block.bytes) {
            self.line += 1;
            self.record += u64::from(is_record(line, self.cap));
        }
        block
    }

    /// Reads on; says whether the stream has ended, by itself or by an error.
    fn more(&mut self) -> bool {
        let wanted = self.block_bytes;
        match self.reader.by_ref().take(wanted as u64).read_to_end(&mut self.rest) {
            Ok(read) => read < wanted,
            Err(error) => {
                // Whole lines before the error count; the rest of the line it stands in does not.
                let whole = memchr::memrchr(b'\n', &self.rest).map_or(0, |at| at + 1);
                self.rest.truncate(whole);
                let before = lines(&self.rest).count() as u64;
                let message = format!("reading stopped here: {error}");
                let line = Some(self.line + before + 1);
                self.waiting = Some(self.file.problem_at(unpack::kind(&error), None, line, message));
                true
            }
        }
    }

    /// Passes over the rest of a line that is over the cap.
    fn pass_over(&mut self) -> Problem {
        let mut bytes = self.rest.len() as u64;
        (self.passed)(&self.rest);
        self.rest = Vec::new();
        loop {
            self.rest.clear();
            let ended = self.more();
            let end = memchr::memchr(b'\n', &self.rest).map(|at| at + 1);
            let part = end.unwrap_or(self.rest.len());
            bytes += part as u64;
            (self.passed)(self.rest.get(..part).unwrap_or_default());
            self.rest.drain(..part);
            self.done |= ended && self.rest.is_empty();
            if end.is_some() || ended {
                break;
            }
        }
        self.offset += bytes;
        self.line += 1;
        self.record += 1;
        let message = jsonl::too_large("a line", bytes, self.cap);
        self.file.problem_at(ProblemKind::TooLarge, Some(self.record), Some(self.line), message)
    }
}

impl<R: Read, P: FnMut(&[u8])> Iterator for Blocks<R, P> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        while !self.done {
            let ended = self.waiting.is_some() || self.more();
            if ended {
                self.done = true;
                if !self.rest.is_empty() {
                    return Some(Step::Block(self.cut(self.rest.len())));
                }
            } else if let Some(last) = memchr::memrchr(b'\n', &self.rest) {
                return Some(Step::Block(self.cut(last + 1)));
            } else if self.cap < self.rest.len() {
                return Some(Step::Problem(self.pass_over()));
            }
        }
        self.waiting.take().map(Step::Problem)
    }
}

impl Block {
    /// Parses the lines, in order.
    pub(super) fn each(&self, mut take: impl FnMut(Result<Record<'_>, Problem>, Option<Place>)) {
        let (mut line_number, mut record) = (self.line, self.record);
        let mut spare = Vec::new();
        for (start, line) in lines(&self.bytes) {
            line_number += 1;
            if !is_record(line, self.cap) {
                continue;
            }
            record += 1;
            let offset = self.offset + start as u64;
            let at =
                |kind, message| Err(self.file.problem_at(kind, Some(record), Some(line_number), message));
            if self.cap < line.len() {
                let feed = u64::from(start + line.len() < self.bytes.len());
                let message = jsonl::too_large("a line", line.len() as u64 + feed, self.cap);
                take(at(ProblemKind::TooLarge, message), None);
                continue;
            }
            match jsonl::record(line, offset, &self.wanted, &mut spare) {
                Ok(values) => {
                    let place = self.number.zip(u32::try_from(line.len()).ok());
                    let place = place.map(|(file, bytes)| Place { file, bytes, offset, record });
                    take(Ok(Record::line(&values, &self.file, record)), place);
                    values.recycle(&mut spare);
                }
                Err((kind, message)) => take(at(kind, message), None),
            }
        }
    }
}

/// Whether a line counts as a record: blank ones do not, unless they are too long to be looked at.
pub(super) fn is_record(line: &[u8], cap: usize) -> bool {
    cap < line.len() || !line.trim_ascii().is_empty()
}

/// The lines of a block without their line feeds, each with the byte it begins at.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let unfinished = (bytes.last().is_some_and(|&byte| byte != b'\n')).then_some(bytes.len());
    let mut start = 0;
    memchr::memchr_iter(b'\n', bytes).chain(unfinished).map(move |end| {
        let line = (start, bytes.get(start..end).unwrap_or_default());
        start = end + 1;
        line
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use std::io;

    use proptest::prelude::*;

    use super::*;
    use crate::source::{Fields, Item};

    fn blocks(bytes: &[u8], cap: usize, block_bytes: usize) -> Vec<Step> {
        let file = Arc::new(FileName { path: "n.jsonl".to_owned(), shown: "n.jsonl".to_owned() });
        let wanted = Arc::new(Wanted::new(&Fields::default()));
        let blocks = Blocks::new(bytes, 0, file, Some(7), wanted, cap);
        Blocks { block_bytes, ..blocks }.collect()
    }

    fn all(steps: impl IntoIterator<Item = Step>) -> Vec<(Item, Option<Place>)> {
        let mut items = Vec::new();
        for step in steps {
            match step {
                Step::Block(block) => block.each(|record, place| {
                    let item = record.map_or_else(Item::Problem, |record| Item::Document(record.document()));
                    items.push((item, place));
                }),
                Step::Problem(problem) => items.push((Item::Problem(problem), None)),
            }
        }
        items
    }

    fn items(bytes: &[u8], cap: usize, block_bytes: usize) -> Vec<(Item, Option<Place>)> {
        all(blocks(bytes, cap, block_bytes))
    }

    fn brief(items: &[(Item, Option<Place>)]) -> Vec<String> {
        items
            .iter()
            .map(|(item, _)| match item {
                Item::Document(d) => format!("{}={}", d.name, d.text),
                Item::Problem(p) => {
                    format!("{}@{}/{}", p.kind.name(), p.record.unwrap_or(0), p.line.unwrap_or(0))
                }
            })
            .collect()
    }

    proptest! {
        #[test]
        fn the_size_of_blocks_changes_nothing(
            lines in prop::collection::vec((0_u8..6, 0_usize..30), 0..12), cap in 1_usize..60, block_bytes in 1_usize..80, ended in any::<bool>(),
        ) {
            let mut bytes = String::new();
            for (kind, length) in lines {
                bytes.push_str(&match kind {
                    0 => String::new(),
                    1 => "  \r".to_owned(),
                    2 => "{bad}".to_owned(),
                    _ => format!("{{\"text\":\"{}\"}}", "é".repeat(length)),
                });
                bytes.push('\n');
            }
            if !ended {
                bytes.pop();
            }
            let whole = items(bytes.as_bytes(), cap, 1 << 20);
            prop_assert_eq!(&items(bytes.as_bytes(), cap, block_bytes), &whole);
            let wanted: Vec<&str> = bytes.split('\n').filter(|line| is_record(line.as_bytes(), cap)).collect();
            prop_assert_eq!(whole.len(), wanted.len());
            for ((item, place), line) in whole.iter().zip(wanted) {
                match item {
                    Item::Document(_) => {
                        let place = place.unwrap();
                        let start = usize::try_from(place.offset).unwrap();
                        prop_assert_eq!(&bytes[start..start + place.bytes as usize], line);
                    }
                    Item::Problem(problem) => {
                        let over = problem.kind == ProblemKind::TooLarge;
                        prop_assert_eq!(over, cap < line.len());
                    }
                }
            }
        }
    }

    #[test]
    fn a_bad_line_does_not_stop_the_next() {
        let input = b"{\"id\":\"a\",\"text\":\"one\"}\r\n\n  \n{bad}\n{\"text\":\"t\xFF\"}\n{\"x\":1}\n{\"text\":\"last\"}";
        for block_bytes in [1, 10, 1000] {
            assert_eq!(
                brief(&items(input, 1000, block_bytes)),
                ["a=one", "malformed@2/4", "encoding@3/5", "no-text@4/6", "n.jsonl#5=last"]
            );
        }
    }

    #[test]
    fn the_offset_of_a_bad_byte_is_that_of_the_file() {
        let items = items(b"{\"text\":\"a\"}\n{\"text\":\"\xE9\"}\n", 1000, 1000);
        let Some((Item::Problem(problem), _)) = items.get(1) else { unreachable!() };
        assert!(problem.message.starts_with("byte 22 "), "{}", problem.message);
    }

    #[test]
    fn a_line_over_the_cap_is_passed_over() {
        let input = format!("{{\"text\":\"{}\"}}\n{{\"text\":\"b\"}}\n", "a".repeat(100));
        for block_bytes in [1, 7, 60, 1000] {
            let read = |cap| items(input.as_bytes(), cap, block_bytes);
            assert_eq!(brief(&read(50)), ["too-large@1/1", "n.jsonl#2=b"]);
            assert_eq!(brief(&read(111)).len(), 2);
            assert!(brief(&read(111))[0].starts_with("n.jsonl#1="));
            let Item::Problem(problem) = &read(50)[0].0 else { unreachable!() };
            assert!(problem.message.contains("of 112 bytes"), "{}", problem.message);
        }
    }

    #[test]
    fn a_blank_line_over_the_cap_is_told() {
        for block_bytes in [1, 1000] {
            assert_eq!(brief(&items(b" \n    \n{}\n", 3, block_bytes)), ["too-large@1/2", "no-text@2/3"]);
        }
    }

    #[test]
    fn what_came_before_an_error_counts() {
        struct Breaks<'b>(&'b [u8]);
        impl Read for Breaks<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                if self.0.is_empty() { Err(io::Error::other("broken")) } else { self.0.read(buffer) }
            }
        }
        let file = Arc::new(FileName::stdin());
        let wanted = Arc::new(Wanted::new(&Fields::default()));
        let breaks = Breaks(b"{\"text\":\"a\"}\n\n{\"text\":\"b\"}\n{\"te");
        let all = all(Blocks::new(breaks, 0, file, None, wanted, 1000));
        assert_eq!(brief(&all), ["-#1=a", "-#2=b", "unreadable@0/4"]);
    }
}
