//! Lines of a stream, each held only up to a cap: a longer one is passed over at reading speed.

use std::io::{self, BufRead};

/// A line that was read into the buffer, or was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// The buffer holds the line, without its line feed.
    Whole,
    /// The line is longer than the cap; the buffer is empty.
    TooLong,
    /// There are no more lines.
    End,
}

/// Reads one line into `buffer`, which is cleared first.
///
/// Returns what was read and how many bytes of the stream that was. Memory stays within twice
/// `cap`, however long the line.
///
/// # Errors
///
/// What the reader said.
pub(super) fn next(reader: &mut impl BufRead, cap: usize, buffer: &mut Vec<u8>) -> io::Result<(Line, u64)> {
    // A buffer that once held a huge line need not stay huge.
    if KEEP_BYTES < buffer.capacity() && buffer.len() < KEEP_BYTES / 4 {
        buffer.shrink_to(KEEP_BYTES);
    }
    buffer.clear();
    let mut read = 0_u64;
    let mut over = false;
    loop {
        let chunk = match reader.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if chunk.is_empty() {
            let line = match (read, over) {
                (0, _) => Line::End,
                (_, true) => Line::TooLong,
                (_, false) => Line::Whole,
            };
            return Ok((line, read));
        }
        let end = memchr::memchr(b'\n', chunk);
        let part = end.and_then(|end| chunk.get(..end)).unwrap_or(chunk);
        if !over && cap - buffer.len() < part.len() {
            over = true;
            *buffer = Vec::new();
        }
        if !over {
            buffer.extend_from_slice(part);
        }
        let used = part.len() + usize::from(end.is_some());
        reader.consume(used);
        read += used as u64;
        if end.is_some() {
            return Ok((if over { Line::TooLong } else { Line::Whole }, read));
        }
    }
}

/// Buffers above this size are given back after a line that did not need them.
const KEEP_BYTES: usize = 1 << 20;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lines_are_those_of_split(bytes in "[ab\n]{0,60}", cap in 0_usize..8, chunk in 1_usize..9) {
            let mut reader = io::BufReader::with_capacity(chunk, bytes.as_bytes());
            let mut buffer = Vec::new();
            let mut got = Vec::new();
            let mut total = 0;
            loop {
                let (line, read) = next(&mut reader, cap, &mut buffer).unwrap();
                total += read;
                match line {
                    Line::Whole => got.push(Some(String::from_utf8(buffer.clone()).unwrap())),
                    Line::TooLong => got.push(None),
                    Line::End => break,
                }
            }
            let body = bytes.strip_suffix('\n').unwrap_or(&bytes);
            let want: Vec<_> = body.split('\n').map(|l| (l.len() <= cap).then(|| l.to_owned())).collect();
            prop_assert_eq!(total, bytes.len() as u64);
            prop_assert_eq!(got, if bytes.is_empty() { vec![] } else { want });
        }
    }
}
