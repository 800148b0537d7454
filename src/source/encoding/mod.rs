//! Bytes of text go in; UTF-8 comes out, with how its encoding was settled and what could not be decoded.
//!
//! What speaks first: a byte order mark; what the user gave; what an XML or HTML file declares; that the bytes are
//! UTF-8; and a guess, which is told as one. Text that is mostly UTF-8 is UTF-8 with damages. Of a file that is one
//! text all bytes decide. Of records the head decides, since they are not held; a line of UTF-8 that does not fit is
//! a problem of its own further on.
//!
//! # Promises
//!
//! * **Nothing is lost in silence.** What cannot be decoded becomes U+FFFD, is counted, and told with the line of the
//!   first; the rest of the text is used.
//! * **UTF-8 is not copied**, and lines keep their numbers in every encoding.
//!
//! # Limits
//!
//! A guess needs some text: of a few words it is often wrong. Encodings of one byte that differ in few
//! characters (windows-1252 and ISO 8859-15) are not told apart, nor are those that nobody writes any more.

mod declared;
mod decode;
mod guess;

pub(super) use self::decode::{Lost, Transcoded};

use super::sniff;
use crate::{error::ProblemKind, settings::Encoding};

/// What settled a file's encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Its byte order mark.
    Mark,
    /// The user said so.
    Flag,
    /// What stands at its beginning: an XML declaration, or `<meta charset>` in HTML.
    Declared,
    /// It is UTF-8, if only because it is ASCII; or nearly all of it is.
    Valid,
    /// Nothing: it is a guess.
    Guess,
}

impl Settled {
    /// The word reports use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mark => "byte order mark",
            Self::Flag => "flag",
            Self::Declared => "declaration",
            Self::Valid => "content",
            Self::Guess => "a guess",
        }
    }
}

/// An encoding and what settled it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) encoding: Encoding,
    pub(super) settled: Settled,
    /// Bytes of a mark to be dropped.
    pub(super) mark_bytes: usize,
}

impl Choice {
    /// Text that its format says to be UTF-8.
    #[cfg(feature = "parquet")]
    pub(super) const UTF_8: Self = Self::new(Encoding::UTF_8, Settled::Valid);

    const fn new(encoding: Encoding, settled: Settled) -> Self {
        Self { encoding, settled, mark_bytes: 0 }
    }

    /// Whether the bytes are the text as they stand.
    pub(super) fn is_utf8(self) -> bool {
        self.encoding == Encoding::UTF_8
    }

    /// What is told of a guess.
    pub(super) fn guess(self) -> Option<String> {
        (self.settled == Settled::Guess)
            .then(|| format!("read as {}, a guess: say --encoding NAME to settle it", self.encoding.name()))
    }
}

/// Byte order marks; that of UTF-32 begins with that of UTF-16.
const MARKS: &[(&[u8], Encoding)] = &[
    (&[0xEF, 0xBB, 0xBF], Encoding::UTF_8),
    (&[0xFF, 0xFE, 0, 0], Encoding::UTF_32LE),
    (&[0, 0, 0xFE, 0xFF], Encoding::UTF_32BE),
    (&[0xFF, 0xFE], Encoding::UTF_16LE),
    (&[0xFE, 0xFF], Encoding::UTF_16BE),
];

/// Settles the encoding by the first bytes of a file; `whole` says that they are all.
///
/// # Errors
///
/// Why it is no text.
pub(super) fn settle(
    head: &[u8],
    whole: bool,
    given: Option<Encoding>,
) -> Result<Choice, (ProblemKind, &'static str)> {
    if let Some((mark, encoding)) = MARKS.iter().find(|(mark, _)| head.starts_with(mark)) {
        if *encoding == Encoding::UTF_8 {
            sniff::judge(head.get(mark.len()..).unwrap_or_default())?;
        }
        return Ok(Choice { mark_bytes: mark.len(), ..Choice::new(*encoding, Settled::Mark) });
    }
    sniff::is_named(head)?;
    if let Some(given) = given {
        if given.unit_bytes() == 1 {
            sniff::judge(head)?;
        }
        return Ok(Choice::new(given, Settled::Flag));
    }
    if let Some(utf16) = guess::utf16(head) {
        return Ok(Choice::new(utf16, Settled::Guess));
    }
    sniff::judge(head)?;
    if let Some(declared) = declared::find(head) {
        return Ok(Choice::new(declared, Settled::Declared));
    }
    Ok(of_content(head, whole))
}

/// The encoding of bytes that say nothing of it.
fn of_content(bytes: &[u8], whole: bool) -> Choice {
    if guess::is_iso_2022_jp(bytes) {
        return Choice::new(Encoding::ISO_2022_JP, Settled::Guess);
    }
    let valid = match std::str::from_utf8(bytes) {
        Ok(_) => true,
        // The head may end within a character.
        Err(error) => !whole && error.error_len().is_none() || is_mostly_utf8(bytes),
    };
    if valid {
        return Choice::new(Encoding::UTF_8, Settled::Valid);
    }
    Choice::new(guess::guess(bytes, whole), Settled::Guess)
}

/// Whether at least as many characters beyond ASCII are sound as there are places that are not UTF-8: in other
/// encodings, hardly one in ten places looks like UTF-8 by chance.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut sound, mut unsound) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().bytes().filter(|byte| 0xC0 <= *byte).count();
        unsound += usize::from(!chunk.invalid().is_empty());
    }
    unsound <= sound
}

/// A whole text.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) choice: Choice,
    pub(super) lost: Lost,
}

/// Decodes all bytes of a text but its mark; `choice` is what its head said.
pub(super) fn whole(bytes: Vec<u8>, choice: Choice) -> Text {
    let sound = |text, choice| Text { text, choice, lost: Lost::default() };
    let may_change = matches!(choice.settled, Settled::Valid | Settled::Declared | Settled::Guess);
    let bytes = if choice.is_utf8() {
        match String::from_utf8(bytes) {
            Ok(text) => return sound(text, choice),
            Err(error) => error.into_bytes(),
        }
    } else {
        bytes
    };
    let choice = match choice.settled {
        // What is declared as UTF-8 and is not, was declared by mistake.
        _ if may_change && choice.is_utf8() => {
            Choice { mark_bytes: choice.mark_bytes, ..of_content(&bytes, true) }
        }
        // More to guess from than the head; UTF-16 is settled by its head.
        Settled::Guess if choice.encoding.unit_bytes() == 1 => of_content(&bytes, true),
        _ => choice,
    };
    let (text, lost) = decode::all(&bytes, choice.encoding);
    Text { text, choice, lost }
}

/// The text of a head, as far as it goes.
pub(super) fn head(bytes: &[u8], encoding: Encoding) -> String {
    decode::all(bytes, encoding).0
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    fn settled(bytes: &[u8]) -> (&'static str, Settled) {
        let choice = settle(bytes, true, None).unwrap();
        (choice.encoding.name(), choice.settled)
    }

    #[test]
    fn a_mark_speaks_first_then_the_flag_then_a_declaration() {
        assert_eq!(settled(b"\xEF\xBB\xBFtext"), ("UTF-8", Settled::Mark));
        assert_eq!(settled(b"\xFF\xFEt\0"), ("UTF-16LE", Settled::Mark));
        assert_eq!(settled(b"\xFF\xFE\0\0t\0\0\0"), ("UTF-32LE", Settled::Mark));
        let declared = b"<?xml version='1.0' encoding='koi8-r'?><a>\xC1</a>";
        assert_eq!(settled(declared), ("KOI8-R", Settled::Declared));
        let given = Encoding::parse("cp1251").ok();
        assert_eq!(settle(declared, true, given).unwrap().settled, Settled::Flag);
        assert_eq!(settle(b"\xEF\xBB\xBFtext", true, given).unwrap().settled, Settled::Mark);
        assert_eq!(settled(b"ASCII"), ("UTF-8", Settled::Valid));
        assert_eq!(settled("caf\u{E9}".as_bytes()), ("UTF-8", Settled::Valid));
        assert_eq!(settled(b"un caf\xE9 cr\xE8me"), ("windows-1252", Settled::Guess));
        assert_eq!(settled(b"\x1B$B%+%\x1B(B"), ("ISO-2022-JP", Settled::Guess));
    }

    #[test]
    fn a_character_cut_by_the_head_is_no_fault() {
        let choice = settle(b"caf\xC3", false, None).unwrap();
        assert_eq!(choice.settled, Settled::Valid);
        assert_eq!(settle(b"caf\xC3", true, None).unwrap().settled, Settled::Guess);
    }

    #[test]
    fn all_bytes_of_a_text_decide() {
        let head = Choice::new(Encoding::UTF_8, Settled::Valid);
        let text = whole(b"plain, then caf\xE9 au lait, \xE0 deux".to_vec(), head);
        assert_eq!((text.text.as_str(), text.lost.count), ("plain, then caf\u{E9} au lait, \u{E0} deux", 0));
        assert_eq!(text.choice.settled, Settled::Guess);
        // Mostly UTF-8: a damage does not make the rest something else.
        let text = whole("é è ê ë\nî ".bytes().chain(*b"\xE9 caf\xC3\xA9").collect(), head);
        assert_eq!(text.text, "é è ê ë\nî \u{FFFD} café");
        assert_eq!((text.lost.count, text.lost.line, text.choice.settled), (1, 2, Settled::Valid));
    }
}
