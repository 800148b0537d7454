//! Character encodings by the labels of the Encoding Standard, and UTF-32 with them.

use encoding_rs::Encoding as Known;

/// A character encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Known(&'static Known),
    Utf32 { big: bool },
}

impl Encoding {
    /// What text should be.
    pub const UTF_8: Self = Self(Kind::Known(encoding_rs::UTF_8));
    pub(crate) const UTF_16LE: Self = Self(Kind::Known(encoding_rs::UTF_16LE));
    pub(crate) const UTF_16BE: Self = Self(Kind::Known(encoding_rs::UTF_16BE));
    pub(crate) const UTF_32LE: Self = Self(Kind::Utf32 { big: false });
    pub(crate) const UTF_32BE: Self = Self(Kind::Utf32 { big: true });
    pub(crate) const ISO_2022_JP: Self = Self(Kind::Known(encoding_rs::ISO_2022_JP));

    /// Those that can be named, one for each of its labels that is used most.
    const ALL: [Self; 40] = {
        use encoding_rs as e;
        let of = [
            e::UTF_8,
            e::UTF_16LE,
            e::UTF_16BE,
            e::WINDOWS_1252,
            e::ISO_8859_2,
            e::ISO_8859_3,
            e::ISO_8859_4,
            e::ISO_8859_5,
            e::ISO_8859_6,
            e::ISO_8859_7,
            e::ISO_8859_8,
            e::ISO_8859_8_I,
            e::ISO_8859_10,
            e::ISO_8859_13,
            e::ISO_8859_14,
            e::ISO_8859_15,
            e::ISO_8859_16,
            e::KOI8_R,
            e::KOI8_U,
            e::MACINTOSH,
            e::X_MAC_CYRILLIC,
            e::WINDOWS_874,
            e::WINDOWS_1250,
            e::WINDOWS_1251,
            e::WINDOWS_1253,
            e::WINDOWS_1254,
            e::WINDOWS_1255,
            e::WINDOWS_1256,
            e::WINDOWS_1257,
            e::WINDOWS_1258,
            e::IBM866,
            e::GBK,
            e::GB18030,
            e::BIG5,
            e::EUC_JP,
            e::EUC_KR,
            e::SHIFT_JIS,
            e::ISO_2022_JP,
        ];
        let mut all = [Self::UTF_32LE; 40];
        let mut at = 0;
        while at < of.len() {
            all[at] = Self(Kind::Known(of[at]));
            at += 1;
        }
        all[39] = Self::UTF_32BE;
        all
    };

    /// The encoding of a label such as `utf-8`, `latin1`, `cp1251` or `sjis`, in any case.
    pub fn of_label(label: &[u8]) -> Option<Self> {
        let label = label.trim_ascii();
        if label.eq_ignore_ascii_case(b"utf-32le") || label.eq_ignore_ascii_case(b"utf-32") {
            return Some(Self::UTF_32LE);
        }
        if label.eq_ignore_ascii_case(b"utf-32be") {
            return Some(Self::UTF_32BE);
        }
        let known = Known::for_label_no_replacement(label)?;
        (known != encoding_rs::X_USER_DEFINED).then_some(Self(Kind::Known(known)))
    }

    /// The same, where somebody typed it.
    ///
    /// # Errors
    ///
    /// What might have been meant.
    pub fn parse(label: &str) -> Result<Self, String> {
        Self::of_label(label.as_bytes()).ok_or_else(|| match Self::nearest(label) {
            Some(near) => format!("`{label}` is no encoding known here: did you mean {}?", near.name()),
            None => format!(
                "`{label}` is no encoding known here: it is named like utf-8, windows-1252 or shift_jis"
            ),
        })
    }

    /// The encoding whose name is most like a label, when one is like enough.
    fn nearest(label: &str) -> Option<Self> {
        let plain = |text: &str| -> Vec<u8> {
            text.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase()).collect()
        };
        // What is written before a number by habit.
        let label = plain(label);
        let label = label.strip_prefix(b"charset").unwrap_or(&label);
        let scored =
            Self::ALL.into_iter().map(|encoding| (distance(label, &plain(encoding.name())), encoding));
        let (distance, encoding) = scored.min_by_key(|(distance, _)| *distance)?;
        (distance <= (label.len() / 3).max(1)).then_some(encoding)
    }

    /// Its name in the standard.
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Known(known) => known.name(),
            Kind::Utf32 { big: false } => "UTF-32LE",
            Kind::Utf32 { big: true } => "UTF-32BE",
        }
    }

    /// The decoder for it; none for UTF-32, of which the standard knows nothing.
    pub(crate) fn known(self) -> Result<&'static Known, Utf32> {
        match self.0 {
            Kind::Known(known) => Ok(known),
            Kind::Utf32 { big } => Err(Utf32 { big }),
        }
    }

    /// Bytes of the shortest character.
    pub(crate) fn unit_bytes(self) -> usize {
        match self.0 {
            Kind::Utf32 { .. } => 4,
            Kind::Known(_) if self == Self::UTF_16LE || self == Self::UTF_16BE => 2,
            Kind::Known(_) => 1,
        }
    }

    /// A guess by its name in the standard.
    pub(crate) const fn of_known(known: &'static Known) -> Self {
        Self(Kind::Known(known))
    }
}

/// UTF-32, with the first byte the highest or the lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Utf32 {
    pub(crate) big: bool,
}

/// How many letters must be put in, left out or exchanged to make one word of the other.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, (y, pair)) in b.iter().zip(row.windows(2)).enumerate() {
            let (above, diagonal) = (pair.get(1).copied().unwrap_or(0), pair.first().copied().unwrap_or(0));
            let left = next.get(j).copied().unwrap_or(0);
            next.push((above + 1).min(left + 1).min(diagonal + usize::from(x != y)));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_name_is_a_label_and_labels_are_many() {
        for encoding in Encoding::ALL {
            assert_eq!(Encoding::parse(encoding.name()), Ok(encoding));
        }
        for (label, name) in [
            ("latin1", "windows-1252"),
            ("UTF8", "UTF-8"),
            ("cp1251", "windows-1251"),
            ("sjis", "Shift_JIS"),
            ("gb2312", "GBK"),
            ("utf-16", "UTF-16LE"),
            ("utf-32", "UTF-32LE"),
        ] {
            assert_eq!(Encoding::parse(label).unwrap().name(), name);
        }
    }

    #[test]
    fn a_wrong_label_gets_a_suggestion() {
        for (label, meant) in [
            ("shift-jiss", "Shift_JIS"),
            ("window-1252", "windows-1252"),
            ("koi8r", "KOI8-R"),
            ("eucjp", "EUC-JP"),
        ] {
            let error = Encoding::parse(label).unwrap_err();
            assert!(error.contains(&format!("did you mean {meant}?")), "{error}");
        }
        let error = Encoding::parse("nonsense").unwrap_err();
        assert!(!error.contains("did you mean"), "{error}");
        assert!(Encoding::parse("iso-2022-kr").is_err(), "the standard knows it only to refuse it");
    }
}
