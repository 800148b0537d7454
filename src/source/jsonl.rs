//! JSONL goes in, one article a line comes out; a bad line is a problem and the next one follows.

use std::{io::BufRead, sync::Arc};

use super::{
    Item,
    json::{Unusable, Wanted},
    lines::{self, Line},
    naming::FileName,
    sniff,
};
use crate::error::{Problem, ProblemKind};

/// The records of one JSONL stream.
pub(super) struct Jsonl<R> {
    reader: R,
    file: Arc<FileName>,
    wanted: Arc<Wanted>,
    cap: usize,
    buffer: Vec<u8>,
    /// Bytes of the file before the next line.
    offset: u64,
    /// The last line read, from 1.
    line: u64,
    /// The last record read, from 1.
    record: u64,
    done: bool,
}

impl<R: BufRead> Jsonl<R> {
    /// Reads from `reader`, which stands `offset` bytes into `file`.
    pub(super) fn new(reader: R, offset: u64, file: Arc<FileName>, wanted: Arc<Wanted>, cap: usize) -> Self {
        Self { reader, file, wanted, cap, buffer: Vec::new(), offset, line: 0, record: 0, done: false }
    }

    fn problem(&self, kind: ProblemKind, message: impl Into<String>) -> Problem {
        self.file.problem_at(kind, Some(self.record), Some(self.line), message)
    }

    /// Makes an item of the line in the buffer, which began at `start` in the file.
    fn item(&self, start: u64) -> Item {
        if let Some(at) = sniff::invalid_at(&self.buffer) {
            return Item::Problem(self.problem(ProblemKind::Encoding, sniff::not_utf8(start + at as u64)));
        }
        let line = std::str::from_utf8(&self.buffer).unwrap_or_default();
        match self.wanted.read(line) {
            Ok(values) => Item::Document(values.document(&self.file, self.record)),
            Err(Unusable::Malformed { column, what, .. }) => {
                let message = format!("not a JSON record: {what} (column {column})");
                Item::Problem(self.problem(ProblemKind::Malformed, message))
            }
            Err(Unusable::NoText { what }) => Item::Problem(self.problem(ProblemKind::NoText, what)),
        }
    }
}

impl<R: BufRead> Iterator for Jsonl<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while !self.done {
            let start = self.offset;
            let (line, read) = match lines::next(&mut self.reader, self.cap, &mut self.buffer) {
                Ok(read) => read,
                Err(error) => {
                    self.done = true;
                    let line = Some(self.line + 1);
                    let message = format!("reading stopped here: {error}");
                    let problem = self.file.problem_at(ProblemKind::Unreadable, None, line, message);
                    return Some(Item::Problem(problem));
                }
            };
            self.offset += read;
            match line {
                Line::End => self.done = true,
                Line::TooLong => {
                    self.line += 1;
                    self.record += 1;
                    let message = too_large("a line", read, self.cap);
                    return Some(Item::Problem(self.problem(ProblemKind::TooLarge, message)));
                }
                Line::Whole => {
                    self.line += 1;
                    if !self.buffer.trim_ascii().is_empty() {
                        self.record += 1;
                        return Some(self.item(start));
                    }
                }
            }
        }
        None
    }
}

/// The message for something over the cap.
pub(super) fn too_large(what: &str, bytes: u64, cap: usize) -> String {
    format!("{what} of {bytes} bytes, over the limit of {cap}: raise --max-record-size to have it read")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;
    use crate::source::Fields;

    fn read(bytes: &[u8], cap: usize) -> Vec<Item> {
        let file = Arc::new(FileName { path: "n.jsonl".to_owned(), shown: "n.jsonl".to_owned() });
        Jsonl::new(bytes, 0, file, Arc::new(Wanted::new(&Fields::default())), cap).collect()
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
    fn a_bad_line_does_not_stop_the_next() {
        let input = b"{\"id\":\"a\",\"text\":\"one\"}\r\n\n  \n{bad}\n{\"text\":\"t\xFF\"}\n{\"x\":1}\n{\"text\":\"last\"}";
        assert_eq!(
            brief(&read(input, 1000)),
            ["a=one", "malformed@2/4", "encoding@3/5", "no-text@4/6", "n.jsonl#5=last"]
        );
    }

    #[test]
    fn the_offset_of_a_bad_byte_is_that_of_the_file() {
        let items = read(b"{\"text\":\"a\"}\n{\"text\":\"\xE9\"}\n", 1000);
        let Some(Item::Problem(problem)) = items.get(1) else { unreachable!() };
        assert!(problem.message.starts_with("byte 22 "), "{}", problem.message);
    }

    #[test]
    fn a_line_over_the_cap_is_passed_over() {
        let input = format!("{{\"text\":\"{}\"}}\n{{\"text\":\"b\"}}\n", "a".repeat(100));
        assert_eq!(brief(&read(input.as_bytes(), 50)), ["too-large@1/1", "n.jsonl#2=b"]);
        assert_eq!(brief(&read(input.as_bytes(), 111)).len(), 2);
        assert!(brief(&read(input.as_bytes(), 111))[0].starts_with("n.jsonl#1="));
    }
}
