//! The middle path: what the commonest characters outside ASCII mean, without the libraries.
//!
//! A chunk made only of these is rewritten to its normalised bytes, which the byte tables of the
//! fast path then cut. A character belongs here only when its normalised form is one character
//! whatever stands beside it; a test holds every one to the reference.

use super::chars;

/// What a character outside ASCII is to the middle path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A letter that behaves as `a` does, in lower case.
    Letter(char),
    /// Is this ASCII character after normalising.
    Ascii(u8),
    /// Parts words and is in none.
    Break,
    /// Joins letters, as U+00B7 does, and is nothing else.
    MidLetter,
    /// Joins digits, as U+060C does, and is nothing else.
    MidNumber,
    /// Leaves no trace.
    Dropped,
    /// A token of its own.
    Single,
    /// A mark on a [`Single`](Self::Single), of this combining class.
    Mark(u8),
    /// For the reference.
    Unknown,
}

/// Says what `c` is.
#[inline]
pub(super) fn kind(c: char) -> Kind {
    match c {
        // In the order of how often news has them.
        '\u{4E00}'..='\u{9FFF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{3005}'
        | '\u{3041}'..='\u{3096}'
        | '\u{30A1}'..='\u{30FA}'
        | '\u{30FC}'..='\u{30FE}' => Kind::Single,
        '\u{E38}' | '\u{E39}' => Kind::Mark(103),
        '\u{E3A}' => Kind::Mark(9),
        '\u{E48}'..='\u{E4B}' => Kind::Mark(107),
        '\u{E31}' | '\u{E34}'..='\u{E37}' | '\u{E47}' | '\u{E4C}'..='\u{E4E}' => Kind::Mark(0),
        '\u{E01}'..='\u{E30}' | '\u{E32}'..='\u{E33}' | '\u{E40}'..='\u{E46}' | '\u{E50}'..='\u{E59}' => {
            Kind::Single
        }
        '\u{621}'..='\u{63A}'
        | '\u{641}'..='\u{64A}'
        | '\u{679}'..='\u{6BF}'
        | '\u{6C1}'
        | '\u{6CC}'
        | '\u{AC00}'..='\u{D7A3}' => Kind::Letter(c),
        '\u{C0}'..='\u{DE}' if c != '×' => Kind::Letter(char::from_u32(c as u32 + 0x20).unwrap_or(c)),
        '\u{DF}'..='\u{FF}' if c != '÷' => Kind::Letter(c),
        '\u{130}' | '\u{132}'..='\u{133}' | '\u{13F}'..='\u{140}' | '\u{149}' | '\u{17F}' | '\u{3A2}' => {
            Kind::Unknown
        }
        '\u{100}'..='\u{17E}'
        | '\u{388}'..='\u{38A}'
        | '\u{38C}'
        | '\u{38E}'..='\u{3CE}'
        | '\u{400}'..='\u{481}'
        | '\u{48A}'..='\u{52F}' => {
            c.to_lowercase().next().map_or(Kind::Unknown, |lower| Kind::Letter(chars::fold(lower)))
        }
        '\u{2018}'..='\u{201B}' | '\u{B4}' => Kind::Ascii(b'\''),
        '\u{2010}'..='\u{2013}' => Kind::Ascii(b'-'),
        '\u{FF01}'..='\u{FF5E}' => {
            u8::try_from(c as u32 - 0xFEE0).map_or(Kind::Unknown, |b| Kind::Ascii(b.to_ascii_lowercase()))
        }
        '\u{A0}'..='\u{A7}'
        | '\u{A9}'
        | '\u{AB}'..='\u{AC}'
        | '\u{AE}'
        | '\u{B0}'..='\u{B1}'
        | '\u{B6}'
        | '\u{BB}'
        | '\u{BF}'
        | '×'
        | '÷'
        | '\u{61B}'
        | '\u{61F}'
        | '\u{E3F}'
        | '\u{2014}'..='\u{2015}'
        | '\u{201C}'..='\u{2023}'
        | '\u{2025}'..='\u{2026}'
        | '\u{2030}'
        | '\u{2039}'..='\u{203A}'
        | '\u{20AC}'
        | '\u{2190}'..='\u{21FF}'
        | '\u{2500}'..='\u{25FF}'
        | '\u{3000}'..='\u{3003}'
        | '\u{3008}'..='\u{3011}'
        | '\u{3014}'..='\u{301B}'
        | '\u{30FB}' => Kind::Break,
        '\u{B7}' => Kind::MidLetter,
        '\u{60C}' => Kind::MidNumber,
        '\u{AD}' | '\u{640}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{FEFF}' => {
            Kind::Dropped
        }
        _ => Kind::Unknown,
    }
}
