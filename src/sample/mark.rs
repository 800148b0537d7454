//! What differs between two texts: both go in, the bytes of the words that the other has not there come out.

use crate::{
    budget::Budget,
    passage,
    span::Span,
    words::{self, Words},
};

/// Steps that one pair may take; what they do not reach is marked.
const STEPS: u64 = 20_000_000;

/// The bytes of both that differ, in runs from word to word, ascending. Words are aligned in order, from end to end.
pub(super) fn differing(left: &str, right: &str) -> [Vec<Span>; 2] {
    let [a, b] = [left, right].map(|text| words::words(text, &[]));
    let blocks = passage::align(&a.hashes, &b.hashes, &mut Budget::new(STEPS));
    let ours = blocks.iter().map(|block| (block.left as usize, block.len as usize));
    let theirs = blocks.iter().map(|block| (block.right as usize, block.len as usize));
    [between(&a, ours), between(&b, theirs)]
}

/// The bytes of the words in none of the blocks, which are given by their first word and their length.
fn between(words: &Words, blocks: impl Iterator<Item = (usize, usize)>) -> Vec<Span> {
    let mut marked = Vec::new();
    let mut from = 0;
    for (start, len) in blocks.chain([(words.len(), 0)]) {
        if let Some(&[first, ..]) = words.spans.get(from..start)
            && let Some(last) = words.spans.get(start - 1)
        {
            marked.push(Span::new(first.start, last.end));
        }
        from = start + len;
    }
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_the_other_has_not_are_marked() {
        let (left, right) = ("The old grey cat slept.", "The grey cat slept on — well.");
        let shown = |text: &str, spans: &[Span]| -> Vec<String> {
            spans.iter().map(|span| span.of(text).to_owned()).collect()
        };
        let [ours, theirs] = differing(left, right);
        assert_eq!(shown(left, &ours), ["old"]);
        assert_eq!(shown(right, &theirs), ["on — well"]);
        assert_eq!(differing("The cat", "the CAT!"), [vec![], vec![]]);
        assert_eq!(differing("", "a b").map(|spans| spans.len()), [0, 1]);
    }
}
