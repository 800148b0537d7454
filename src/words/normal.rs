//! One chunk of text in, its normalised characters out, each with the bytes that gave it.
//!
//! The first half of the reference path. It knows nothing of words.
//!
//! The form is NFKC of the lower-cased and folded NFKD, in one walk: characters are dropped,
//! decomposed, folded and lower-cased one by one, then put in canonical order and composed. Each
//! character carries its source bytes through all of it, so nothing has to be aligned afterwards.
//! Decomposing first makes it idempotent: no lower-case or folded character decomposes further.

use unicode_normalization::char::{canonical_combining_class, compose, decompose_compatible};

use super::chars::{fold, is_compound, is_dropped, is_mark, is_stackable};

/// More of the stackable marks than this on one base is Zalgo. Polytonic Greek needs three
/// (breathing, accent, iota subscript), Vietnamese and Yoruba two.
const MOST_MARKS: u32 = 3;

/// One normalised character and the source bytes it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) c: char,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Normalises `chunk`, which starts at byte `base` of its text, into `out`.
pub(super) fn normalise(chunk: &str, base: u32, out: &mut Vec<Piece>) {
    out.clear();
    decompose(chunk, base, out);
    calm(out);
    order(out);
    join(out);
}

fn decompose(chunk: &str, base: u32, out: &mut Vec<Piece>) {
    let mut start = base;
    for c in chunk.chars() {
        let end = start.saturating_add(u32::try_from(c.len_utf8()).unwrap_or(0));
        let mut put = |c| out.push(Piece { c, start, end });
        if c.is_ascii() {
            put(c.to_ascii_lowercase());
        } else if is_compound(c) {
            put(c);
        } else if !is_dropped(c) {
            decompose_compatible(fold(c), |d| {
                if !is_dropped(d) {
                    fold(d).to_lowercase().for_each(|l| put(fold(l)));
                }
            });
        }
        start = end;
    }
}

/// The Zalgo guard: one base with too many stackable marks costs the chunk all of them.
fn calm(pieces: &mut Vec<Piece>) {
    let mut marks = 0;
    let mut is_zalgo = false;
    for piece in pieces.iter() {
        if is_stackable(piece.c) {
            marks += 1;
            is_zalgo |= marks > MOST_MARKS;
        } else if !is_mark(piece.c) {
            marks = 0;
        }
    }
    if is_zalgo {
        pieces.retain(|piece| !is_stackable(piece.c));
    }
}

/// Canonical order: each run of marks sorted by combining class, equals in their order.
fn order(pieces: &mut [Piece]) {
    let is_starter = |piece: &Piece| piece.c < '\u{300}' || canonical_combining_class(piece.c) == 0;
    for run in pieces.split_mut(is_starter).filter(|run| run.len() > 1) {
        run.sort_by_key(|piece| canonical_combining_class(piece.c));
    }
}

/// Canonical composition, in place.
fn join(pieces: &mut Vec<Piece>) {
    let mut starter: Option<usize> = None;
    let mut last_class = 0;
    let mut kept = 0_usize;
    for read in 0..pieces.len() {
        let Some(&piece) = pieces.get(read) else { break };
        let class = if piece.c < '\u{300}' { 0 } else { canonical_combining_class(piece.c) };
        if let Some(at) = starter {
            let is_next = kept == at + 1;
            let is_free = is_next || (last_class != 0 && last_class < class);
            if let Some(base) = pieces.get_mut(at).filter(|_| is_free && piece.c >= '\u{300}')
                && let Some(joined) = compose(base.c, piece.c)
            {
                base.c = joined;
                base.start = base.start.min(piece.start);
                base.end = base.end.max(piece.end);
                continue;
            }
        }
        if class == 0 {
            starter = Some(kept);
        }
        last_class = class;
        if let Some(slot) = pieces.get_mut(kept) {
            *slot = piece;
        }
        kept += 1;
    }
    pieces.truncate(kept);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    fn run(text: &str) -> String {
        let mut out = Vec::new();
        normalise(text, 0, &mut out);
        out.iter().map(|piece| piece.c).collect()
    }

    /// The slow, obvious way, for texts without Zalgo.
    fn obvious(text: &str) -> String {
        let kept: String = text.chars().filter(|&c| !is_dropped(c)).map(fold).collect();
        let flat: String = kept.nfkc().filter(|&c| !is_dropped(c)).collect();
        let lower: String = flat.chars().flat_map(|c| fold(c).to_lowercase()).map(fold).collect();
        lower.nfkc().collect()
    }

    #[test]
    fn every_character_alone_agrees_with_the_library_and_is_stable() {
        for c in '\0'..=char::MAX {
            let once = run(&c.to_string());
            assert_eq!(run(&once), once, "{:?} {:x}", c, c as u32);
            if !is_compound(c) {
                assert_eq!(once, obvious(&c.to_string()), "{:?} {:x}", c, c as u32);
            }
        }
    }

    fn no_compound(text: &str) -> bool {
        let mut marks = 0;
        let calm = text.nfkd().all(|c| {
            marks = if is_mark(c) { marks + 1 } else { 0 };
            marks <= MOST_MARKS
        });
        calm && !text.chars().any(is_compound)
    }

    proptest! {
        #[test]
        fn any_text_agrees_with_the_library(text in "[\\PC\u{300}-\u{328}\u{1100}-\u{11ff}\u{ff66}-\u{ffdc}\u{900}-\u{9ff}a-zA-Z]{0,12}") {
            prop_assume!(no_compound(&text));
            prop_assert_eq!(run(&text), obvious(&text));
        }

        #[test]
        fn sources_lie_in_the_text(text in "\\PC{0,12}") {
            let mut out = Vec::new();
            normalise(&text, 0, &mut out);
            for piece in out {
                prop_assert!(text.get(piece.start as usize..piece.end as usize).is_some_and(|s| !s.is_empty()));
            }
        }
    }
}
