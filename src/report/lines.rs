//! Bytes to lines and columns: a text and a byte offset go in, what an editor would show comes out.
//!
//! Stage 8 of 8; everything before it counts in bytes. It knows nothing of documents or formats.
//!
//! # The idea
//!
//! The starts of all lines are found once a document, and so is the number of characters before
//! every [`STEP`]th byte. A look-up is then a binary search and at most two scans of `STEP` bytes,
//! however long the line is: ten thousand occurrences in one line of ten megabytes stay cheap.
//!
//! # Promises
//!
//! Lines and columns count from 1. A line ends with `\n`; a `\r` before it belongs to the line end and
//! has a column like any other character. Columns count characters (code points), not bytes and not cells
//! of a terminal. An offset inside a character counts as that character, one past the end as the end.

/// A place as editors name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
}

/// Where a byte of a text stands. For many bytes of one text make a [`LineIndex`] once.
pub fn position(text: &str, byte: u32) -> Position {
    LineIndex::new(text).position(byte)
}

/// Bytes between two counts of characters.
const STEP: usize = 1024;

/// The lines of one text.
#[derive(Debug)]
pub struct LineIndex<'a> {
    text: &'a str,
    /// The first byte of every line, ascending; the first is 0.
    starts: Vec<u32>,
    /// How many characters begin before byte `STEP * i`.
    characters: Vec<u32>,
}

impl<'a> LineIndex<'a> {
    /// Reads the text once.
    pub fn new(text: &'a str) -> Self {
        let mut starts = vec![0];
        let mut characters = Vec::with_capacity(text.len() / STEP + 1);
        let mut before = 0_usize;
        for (i, chunk) in text.as_bytes().chunks(STEP).enumerate() {
            characters.push(saturate(before));
            before += count(chunk);
            let ends = chunk.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
            starts.extend(ends.map(|(at, _)| saturate(i * STEP + at + 1)));
        }
        Self { text, starts, characters }
    }

    /// Where a byte stands.
    pub fn position(&self, byte: u32) -> Position {
        let byte = self.text.floor_char_boundary(byte as usize);
        let line = self.starts.partition_point(|start| *start as usize <= byte).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0) as usize;
        let column = self.before(byte).saturating_sub(self.before(start)) + 1;
        Position { line: saturate(line), column: saturate(column) }
    }

    /// The bytes of a line, counted from 1, without its end; none past the last line.
    pub fn line(&self, line: u32) -> Option<std::ops::Range<usize>> {
        let index = (line as usize).checked_sub(1)?;
        let start = *self.starts.get(index)? as usize;
        let end = self.starts.get(index + 1).map_or(self.text.len(), |next| *next as usize - 1);
        let content = self.text.get(start..end)?;
        let content =
            if end < self.text.len() { content.strip_suffix('\r').unwrap_or(content) } else { content };
        Some(start..start + content.len())
    }

    /// Characters that begin before a byte.
    fn before(&self, byte: usize) -> usize {
        // A text of whole steps has no count for its very end: that one is a step away from the last.
        let step = (byte / STEP).min(self.characters.len().saturating_sub(1));
        let known = self.characters.get(step).map_or(0, |n| *n as usize);
        known + self.text.as_bytes().get(step * STEP..byte).map_or(0, count)
    }
}

/// How many characters begin in these bytes.
fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

fn saturate(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    /// Character by character.
    fn slow(text: &str, byte: usize) -> Position {
        let (mut line, mut column) = (1, 1);
        for (at, c) in text.char_indices() {
            if byte < at + c.len_utf8() {
                break;
            }
            (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        Position { line, column }
    }

    proptest! {
        #[test]
        fn a_look_up_agrees_with_counting(text in "([a-zé語🙂 ]{0,60}(\r\n|\n)?){0,3}", times in 1_usize..60, at in 0.0..1.1_f64) {
            let text = text.repeat(times);
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
            let byte = (text.len() as f64 * at) as u32;
            prop_assert_eq!(position(&text, byte), slow(&text, byte as usize));
        }
    }

    #[test]
    fn the_end_of_a_text_of_whole_steps_has_a_column() {
        let text = "é".repeat(STEP / 2);
        let end = u32::try_from(STEP).unwrap();
        assert_eq!(position(&text, end), Position { line: 1, column: end / 2 + 1 });
        assert_eq!(position("", 7), Position { line: 1, column: 1 });
    }

    #[test]
    fn lines_come_without_their_ends() {
        let text = "one\r\ntwo\n\nfour\r";
        let index = LineIndex::new(text);
        let lines: Vec<&str> = (1..9).map_while(|n| index.line(n)).map(|r| &text[r]).collect();
        assert_eq!(lines, ["one", "two", "", "four\r"]);
    }
}
