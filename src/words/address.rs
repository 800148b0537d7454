//! Which runs of a chunk are one word though they hold punctuation: addresses and slugs.
//!
//! Works on normalised characters. A run is made of ASCII graphic characters except
//! `( ) [ ] { } < > " \ ^ | `` ` `` and of letters, numbers, marks of scripts with spaces and the fraction slash; its
//! core goes from its first to its last letter or number (and the marks on that). The core is one
//! word when it is
//!
//! * a URL: holds `://`, or starts with `www.`;
//! * an e-mail address: `local@domain`, the local part of letters, numbers and `._%+-`, the domain
//!   of letters, numbers and `.-` with at least one full stop;
//! * a slug: four parts or more, of letters and numbers only, joined by single `-` or `_`.

use super::{
    chars::{is_compound, is_mark, is_spaceless, is_word},
    normal::Piece,
};

/// A slug has this many parts at least: `state-of-the-art` is one, `mother-in-law` is three words.
pub(super) const SLUG_PARTS: usize = 4;

/// Whether the character can stand in a run that may be an address.
pub(super) fn is_address(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_graphic()
            && !matches!(c, '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '"' | '\\' | '^' | '|' | '`')
    } else {
        // The fraction slash stands inside `½`, whose parts must not fall into two words.
        c == '\u{2044}' || (!is_spaceless(c) && !is_compound(c) && (is_word(c) || is_mark(c)))
    }
}

/// From the first to the last character that makes words, with the marks on the last.
pub(super) fn core(run: &[Piece]) -> std::ops::Range<usize> {
    let Some(first) = run.iter().position(|p| is_word(p.c)) else { return 0..0 };
    let last = run.iter().rposition(|p| is_word(p.c)).unwrap_or(first);
    let marks = run.iter().skip(last + 1).take_while(|p| is_mark(p.c)).count();
    first..last + 1 + marks
}

/// Whether a core is one word.
pub(super) fn is_one_word(core: &[Piece]) -> bool {
    // Without one of these characters it is none of the three.
    core.iter().any(|p| matches!(p.c, '-' | '_' | '@' | '/' | '.'))
        && (is_url(core) || is_email(core) || is_slug(core))
}

fn is_url(core: &[Piece]) -> bool {
    let starts = |pattern: [char; 4]| core.len() > 4 && core.iter().zip(pattern).all(|(p, c)| p.c == c);
    starts(['w', 'w', 'w', '.']) || core.windows(3).any(|w| w.iter().map(|p| p.c).eq([':', '/', '/']))
}

fn is_email(core: &[Piece]) -> bool {
    let mut parts = core.split(|p| p.c == '@');
    let (Some(local), Some(domain), None) = (parts.next(), parts.next(), parts.next()) else { return false };
    let plain = |p: &Piece| is_word(p.c) || is_mark(p.c);
    !local.is_empty()
        && local.iter().all(|p| plain(p) || matches!(p.c, '.' | '_' | '%' | '+' | '-'))
        && domain.iter().all(|p| plain(p) || matches!(p.c, '.' | '-'))
        && domain.iter().any(|p| p.c == '.')
}

fn is_slug(core: &[Piece]) -> bool {
    let mut n_parts = 0;
    core.split(|p| matches!(p.c, '-' | '_')).all(|part| {
        n_parts += 1;
        part.first().is_some_and(|p| is_word(p.c)) && part.iter().all(|p| is_word(p.c) || is_mark(p.c))
    }) && n_parts >= SLUG_PARTS
}
