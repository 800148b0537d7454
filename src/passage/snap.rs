//! Limits where a careful reader would put them: at sentences, when they all but lie there.
//!
//! An alignment of edited text ends at its last equal word. Where that is a word or two into the next sentence on
//! both sides (both go on with “The”), those words are let go; where a sentence begins (or ends) a word or
//! two beyond on both sides, its changed words are taken in. Exact spans keep their limits: they are maximal.

use super::{Text, judge::Spanned};
use crate::span::WordRange;

/// Moves the limits of an edited span to sentence limits close by. The blocks stay inside.
pub(super) fn snap(span: &mut Spanned, left: &Text<'_>, right: &Text<'_>, slack: u32) {
    let before = (span.left, span.right);
    let ends = |text: &Text<'_>, range: WordRange| gap_to(text.sentences, range.end, slack, |s| s.end);
    let starts = |text: &Text<'_>, range: WordRange| gap_to(text.sentences, range.start, slack, |s| s.start);
    let (a, b) = (ends(left, span.left), ends(right, span.right));
    if let (Some(over), Some(other)) = (a.behind, b.behind)
        && over == other
        && 0 < over
        && span.blocks.last().is_some_and(|block| over < block.len)
    {
        if let Some(block) = span.blocks.last_mut() {
            block.len -= over;
        }
        span.left.end -= over;
        span.right.end -= over;
    } else if let (Some(over), Some(other)) = (a.ahead, b.ahead) {
        span.left.end += over;
        span.right.end += other;
    }
    let (a, b) = (starts(left, span.left), starts(right, span.right));
    if let (Some(over), Some(other)) = (a.ahead, b.ahead)
        && over == other
        && 0 < over
        && span.blocks.first().is_some_and(|block| over < block.len)
    {
        if let Some(block) = span.blocks.first_mut() {
            block.left += over;
            block.right += over;
            block.len -= over;
        }
        span.left.start += over;
        span.right.start += over;
    } else if let (Some(over), Some(other)) = (a.behind, b.behind) {
        span.left.start -= over;
        span.right.start -= other;
    }
    debug_assert!(span.left.overlap(before.0) * 2 >= before.0.len());
}

/// How far sentence limits lie from a place, in words; none beyond the slack.
#[derive(Clone, Copy, Default)]
struct Gaps {
    /// The nearest limit at or before the place.
    behind: Option<u32>,
    /// The nearest limit at or after it.
    ahead: Option<u32>,
}

fn gap_to(sentences: &[WordRange], place: u32, slack: u32, limit: impl Fn(&WordRange) -> u32) -> Gaps {
    let at = sentences.partition_point(|sentence| limit(sentence) < place);
    let ahead = sentences.get(at).map(|s| limit(s) - place).filter(|gap| *gap <= slack);
    let exact = ahead == Some(0);
    let before = at.checked_sub(1).and_then(|at| sentences.get(at)).map(|s| place - limit(s));
    let behind = if exact { Some(0) } else { before.filter(|gap| *gap <= slack) };
    Gaps { behind, ahead }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passage::Block;

    const WORDS: [u64; 40] = [2; 40];

    fn text(sentences: &[WordRange]) -> Text<'_> {
        Text { words: &WORDS, sentences, paragraphs: &[], stems: &[] }
    }

    fn range(start: u32, end: u32) -> WordRange {
        WordRange { start, end }
    }

    fn span(left: WordRange, right: WordRange) -> Spanned {
        let head = Block { left: left.start, right: right.start, len: 4 };
        let tail = Block { left: left.end - 4, right: right.end - 4, len: 4 };
        Spanned { left, right, blocks: vec![head, tail], any_order: 0 }
    }

    #[test]
    fn a_word_of_the_next_sentence_is_let_go() {
        let (a, b) = ([range(0, 20), range(20, 40)], [range(0, 18), range(18, 40)]);
        let mut moved = span(range(0, 21), range(0, 19));
        snap(&mut moved, &text(&a), &text(&b), 2);
        assert_eq!((moved.left, moved.right), (range(0, 20), range(0, 18)));
        assert_eq!(moved.blocks.last().map(|block| (block.left, block.len)), Some((17, 3)));
    }

    #[test]
    fn a_changed_first_word_is_taken_in() {
        let (a, b) = ([range(0, 10), range(10, 30)], [range(0, 5), range(5, 25)]);
        let mut moved = span(range(11, 30), range(7, 25));
        snap(&mut moved, &text(&a), &text(&b), 2);
        assert_eq!((moved.left, moved.right), (range(10, 30), range(5, 25)));
    }

    #[test]
    fn limits_far_from_sentences_stay() {
        let (a, b) = ([range(0, 40)], [range(0, 40)]);
        let mut moved = span(range(10, 30), range(8, 28));
        snap(&mut moved, &text(&a), &text(&b), 2);
        assert_eq!((moved.left, moved.right), (range(10, 30), range(8, 28)));
        // One side only: the other text goes on.
        let (a, b) = ([range(0, 10), range(10, 29)], [range(0, 40)]);
        let mut moved = span(range(11, 30), range(7, 26));
        snap(&mut moved, &text(&a), &text(&b), 2);
        assert_eq!((moved.left, moved.right), (range(11, 30), range(7, 26)));
    }
}
