//! What may reach a terminal or a CI log: text that others wrote goes in, harmless text comes out.
//!
//! Part of stage 8; only the human report uses it, because it is the one format that is read by
//! people and interpreted by terminals. It knows nothing of families.
//!
//! # The idea
//!
//! An article may hold escape sequences that move the cursor or set the clipboard, bidi controls that
//! show a path backwards ("Trojan Source", CVE-2021-42574), invisible characters, and lines that CI
//! systems take for commands (`::add-mask::`, `##[command]`, `##vso[…]`). None may pass. A *name*
//! (a path, a title) shows such a character as `\u{202e}`, so that it can be told from another; in a
//! quoted *text* one cell stands for it, so that underlines stay under their words.
//!
//! # Promises
//!
//! * No output holds a character for which [`is_unsafe`] says yes.
//! * No output holds `##[`, nor `##`, letters, `[`.
//! * No name begins with `::`, even after white space.
//! * The width of a [`Cell`] is at least 1.
//!
//! # Limits
//!
//! Letters of right-to-left scripts pass; a terminal that reorders them moves them off their underline.
//! A quoted line that begins with `::` is prevented by the layout: the gutter stands before it.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Whether a character must never be printed: controls, line separators, bidi controls, and what has no
/// width or shape of its own.
pub(super) const fn is_unsafe(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{ad}' | '\u{61c}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A name or message on one line, with unsafe characters written as `\u{…}`.
pub(crate) fn name(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut command = Command::default();
    let command_line = text.trim_start().starts_with("::").then(|| text.len() - text.trim_start().len());
    for (at, c) in text.char_indices() {
        if is_unsafe(c) || command.closes(c) || command_line == Some(at) {
            clean.extend(c.escape_unicode());
        } else {
            clean.push(c);
        }
    }
    clean
}

/// One user-perceived character of a quoted text, as it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// What is printed.
    pub(super) text: String,
    /// Columns of the terminal it takes; at least 1.
    pub(super) width: usize,
    /// Whether a line may be broken here and the cell left out.
    pub(super) space: bool,
    /// The byte of the text it begins at.
    pub(super) start: usize,
}

/// The cells of one line of text, lazily. `offset` is the byte the line begins at.
pub(super) fn cells(line: &str, offset: usize) -> impl Iterator<Item = Cell> {
    let mut command = Command::default();
    line.grapheme_indices(true).map(move |(at, grapheme)| cell(grapheme, offset + at, &mut command))
}

/// Characters of one cell that are printed: real clusters have at most eleven (a family of emoji), a
/// pile of accents may have thousands.
const LONGEST: usize = 12;

fn cell(grapheme: &str, start: usize, command: &mut Command) -> Cell {
    let mut text = String::with_capacity(grapheme.len());
    for c in grapheme.chars().take(LONGEST) {
        match c {
            '\t' => text.push_str("    "),
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => text.push('\u{fffd}'),
            c if is_unsafe(c) => text.push('·'),
            c if command.closes(c) => text.push('⟦'),
            c => text.push(c),
        }
    }
    if text.width() == 0 {
        // A mark without a letter would join whatever is printed before it.
        text.insert(0, '\u{25cc}');
    }
    let space = grapheme.chars().all(char::is_whitespace);
    Cell { width: text.width().max(1), text, space, start }
}

/// Watches for `##`, letters, `[`.
#[derive(Default)]
struct Command {
    hashes: u8,
}

impl Command {
    /// Whether this character would complete a command.
    fn closes(&mut self, c: char) -> bool {
        match c {
            '#' => self.hashes = (self.hashes + 1).min(2),
            '[' => return std::mem::take(&mut self.hashes) == 2,
            c if c.is_ascii_alphabetic() && self.hashes == 2 => {}
            _ => self.hashes = 0,
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_command(text: &str) -> bool {
        text.split("##")
            .skip(1)
            .any(|rest| rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).starts_with('['))
    }

    fn shown(text: &str) -> String {
        cells(text, 0).map(|cell| cell.text).collect()
    }

    proptest! {
        #[test]
        fn nothing_unsafe_passes(text in "(\\PC|[\\x00-\\x1f\\x7f-\\x9f\u{ad}\u{61c}\u{200b}-\u{206f}\u{feff}\u{301}#\\[:a🙂👨]|##(vso)?\\[|::){0,60}") {
            for out in [name(&text), shown(&text)] {
                prop_assert!(!out.chars().any(is_unsafe), "{:?}", out);
                prop_assert!(!is_command(&out), "{:?}", out);
            }
            let indented = name(&format!("  {text}"));
            prop_assert!(!indented.trim_start().starts_with("::"), "{:?}", indented);
            prop_assert!(cells(&text, 0).all(|cell| 0 < cell.width && cell.width == cell.text.width()));
        }

        #[test]
        fn any_character_at_all(text in any::<String>(), c in any::<char>()) {
            let text = format!("{text}{c}");
            prop_assert!(!name(&text).chars().any(is_unsafe));
            prop_assert!(!shown(&text).chars().any(is_unsafe));
        }

        #[test]
        fn plain_text_is_left_alone(text in "[a-zA-Z0-9 .,:;é語ש🙂-]{0,60}") {
            let text = format!("a{text}"); // `::` at the very beginning is no plain text
            prop_assert_eq!(name(&text), text.clone());
            prop_assert_eq!(shown(&text), text);
        }
    }

    #[test]
    fn what_is_replaced_can_be_seen() {
        assert_eq!(name("cod\u{202e}txt.exe\u{1b}[2J"), "cod\\u{202e}txt.exe\\u{1b}[2J");
        assert_eq!(shown("a\u{200b}b\u{1b}]0;\u{7}c\td"), "a·b\u{fffd}]0;\u{fffd}c    d");
        assert_eq!(shown("##[error]"), "##⟦error]");
        assert_eq!(name("##vso[task]"), "##vso\\u{5b}task]");
        assert_eq!(shown("\u{301}x"), "\u{25cc}\u{301}x");
    }
}
