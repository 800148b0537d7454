//! Families in words -> families in bytes: limits, names, order. Where a family claims equal words, the words
//! themselves are compared once more here, so that no hash decides alone.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::{Article, limits, units::Alike};
use crate::{
    family::{Draft, Family, Occurrence, Place},
    hash,
    report::Pair,
    settings::Level,
    span::{Span, WordRange},
    words,
};

/// The families, worst first: redundant words, then name.
pub(super) fn families(articles: &[Article], drafts: &[Draft]) -> Vec<Family> {
    let mut families: Vec<Family> = drafts.par_iter().filter_map(|draft| family(articles, draft)).collect();
    families.par_sort_by_key(|family| {
        let words = family.occurrences.get(family.keeper).map_or(0, |keeper| u64::from(keeper.words));
        let first = family.occurrences.first().map(|first| (first.document, first.span));
        (Reverse(words * (family.occurrences.len() as u64 - 1)), family.fingerprint, first)
    });
    families
}

fn family(articles: &[Article], draft: &Draft) -> Option<Family> {
    let keeper_place = draft.places.get(draft.keeper)?;
    let mut spans: Vec<(&str, Span)> = Vec::with_capacity(draft.places.len());
    for place in &draft.places {
        let article = articles.get(place.document.index())?;
        let unit = article.unit_span(draft.level, place.words);
        spans.push((article.document.text.as_str(), unit.unwrap_or_else(|| article.word_span(place.words))));
    }
    if draft.level == Level::Passage {
        limits::grow(&mut spans);
    }
    let keeper_article = articles.get(keeper_place.document.index())?;
    let keeper_words = spelled(keeper_article, keeper_place.words);
    let keeper_text = keeper_words.join(" ");
    let mut occurrences = Vec::with_capacity(draft.places.len());
    let mut keeper = 0;
    for (index, (place, (_, span))) in draft.places.iter().zip(&spans).enumerate() {
        let article = articles.get(place.document.index())?;
        if index == draft.keeper {
            keeper = occurrences.len();
        } else if place.same
            && !spells(article, place.words, keeper_article, keeper_place.words, &keeper_words)
        {
            continue;
        }
        occurrences.push(Occurrence {
            document: place.document,
            span: *span,
            words: place.words.len(),
            score: draft.score(place),
            same: place.same,
            shared_words: shared_words(articles, draft, place),
        });
    }
    let fingerprint = hash::fingerprint(draft.level.name(), &keeper_text);
    (1 < occurrences.len()).then_some(Family {
        fingerprint,
        level: draft.level,
        kind: draft.kind,
        keeper,
        occurrences,
    })
}

/// The normalised words of a range, spelled out. A word of ASCII is its own bytes in lower case; for any other the
/// rule is asked, with the chunk the word stands in, which is all that a word depends on.
fn spelled(article: &Article, range: WordRange) -> Vec<String> {
    let text = article.document.text.as_str();
    let spans = article.words.spans.get(range.native()).unwrap_or_default();
    let mut chunk: (Span, Vec<(String, Span)>) = (Span::default(), Vec::new());
    let mut spell = |span: &Span| {
        let bytes = span.of(text);
        if bytes.is_ascii() {
            return bytes.to_ascii_lowercase();
        }
        if !chunk.0.contains(*span) {
            let around = words::chunk_around(text, *span, article.document.layout.gaps());
            chunk = (around, words::normalised(around.of(text), &[]));
        }
        let offset = chunk.0.start;
        let found = chunk.1.iter().find(|(_, at)| at.start + offset == span.start);
        found.map_or_else(String::new, |(word, _)| word.clone())
    };
    spans.iter().map(&mut spell).collect()
}

/// Whether a range spells the keeper's words; equal bytes need no second look.
fn spells(article: &Article, range: WordRange, keeper: &Article, kept: WordRange, words: &[String]) -> bool {
    let bytes = article.word_span(range).of(&article.document.text);
    let same_bytes = bytes == keeper.word_span(kept).of(&keeper.document.text);
    same_bytes && article.document.layout.gaps().is_empty() && keeper.document.layout.gaps().is_empty()
        || spelled(article, range) == words
}

/// Words an occurrence has in common with the keeper, each as often as both have it; for passages those that
/// the alignment matched.
fn shared_words(articles: &[Article], draft: &Draft, place: &Place) -> u32 {
    if place.same {
        return place.words.len();
    }
    if draft.level == Level::Passage {
        return place.overlap.shared;
    }
    let sorted = |place: &Place| {
        let mut hashes =
            articles.get(place.document.index()).map_or_else(Vec::new, |a| a.hashes(place.words).to_vec());
        hashes.sort_unstable();
        hashes
    };
    let Some(keeper) = draft.places.get(draft.keeper) else { return 0 };
    let (left, right) = (sorted(keeper), sorted(place));
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while let (Some(x), Some(y)) = (left.get(i), right.get(j)) {
        shared += u32::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    shared
}

/// Words that stand in a place other than its family's keeper, each counted once.
pub(super) fn duplicated_words(articles: &[Article], drafts: &[Draft]) -> u64 {
    let mut ranges: Vec<(u32, WordRange)> = drafts
        .iter()
        .flat_map(|draft| draft.places.iter().enumerate().filter(|(index, _)| *index != draft.keeper))
        .map(|(_, place)| (place.document.get(), place.words))
        .collect();
    ranges.par_sort_unstable();
    debug_assert!(ranges.last().is_none_or(|(document, _)| (*document as usize) < articles.len()));
    let mut total = 0;
    let mut reached = (u32::MAX, 0);
    for (document, words) in ranges {
        let from = if reached.0 == document { words.start.max(reached.1) } else { words.start };
        total += u64::from(words.end.saturating_sub(from));
        let before = if reached.0 == document { reached.1 } else { 0 };
        reached = (document, before.max(words.end));
    }
    total
}

/// A verified pair of units, in bytes.
pub(super) fn pair(articles: &[Article], level: Level, pair: &Alike) -> Option<Pair> {
    let span = |unit: &super::units::Unit| {
        let article = articles.get(unit.document.index())?;
        Some((unit.document, article.unit_span(level, unit.words)?))
    };
    Some(Pair {
        level,
        left: span(&pair.left)?,
        right: span(&pair.right)?,
        score: pair.overlap.jaccard(),
        same: pair.same,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Layout};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn words_are_spelled_as_the_rule_says(
            text in "[ a-cA-C.'’\\-_éÉﬁ\u{301}\u{ad}中สั/:@]{0,40}",
            cuts in prop::collection::vec(0_usize..40, 0..4),
        ) {
            let mut bounds: Vec<u32> = cuts.iter().map(|at| text.floor_char_boundary(*at)).filter_map(|at| u32::try_from(at).ok()).collect();
            bounds.sort_unstable();
            bounds.dedup();
            let gaps: Vec<Span> = bounds.chunks_exact(2).map(|pair| Span::new(pair[0], pair[1])).collect();
            let expected: Vec<String> = words::normalised(&text, &gaps).into_iter().map(|(word, _)| word).collect();
            let layout = Layout::Blocks { paragraphs: Vec::new(), gaps };
            let article = Article::new(Document { text, layout, ..Document::default() });
            prop_assert_eq!(spelled(&article, article.all()), expected);
        }
    }
}
