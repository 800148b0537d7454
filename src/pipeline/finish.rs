//! Families in words -> families in bytes: limits, names, order. Where a family claims equal words, the words
//! themselves are compared once more here, so that no hash decides alone; but for documents of an archive without texts, of
//! which there is nothing but hashes.

use std::{borrow::Cow, cmp::Reverse};

use rayon::prelude::*;

use super::{Article, limits, units::Alike};
use crate::{
    document::Document,
    family::{self, Class, Draft, Family, Place},
    hash,
    id::DocId,
    report::Pair,
    settings::{ClassPlan, Level},
    span::{Span, WordRange},
    words,
};

/// Where documents and their words are had from.
pub(super) trait Library: Sync {
    /// A document that occurs in a draft or a pair.
    fn document(&self, id: DocId) -> Option<Cow<'_, Document>>;
    /// The same with its words.
    fn article(&self, id: DocId) -> Option<Opened<'_>>;
    /// The bytes of a paragraph or a sentence, where they are known without its article.
    fn unit_span(&self, _: Level, _: DocId, _: WordRange) -> Option<Span> {
        None
    }
}

/// An article at hand, or one whose words were read for the occasion.
pub(super) enum Opened<'a> {
    Held(&'a Article),
    Made(Box<Article>),
}

impl std::ops::Deref for Opened<'_> {
    type Target = Article;

    fn deref(&self) -> &Article {
        match self {
            Self::Held(article) => article,
            Self::Made(article) => article,
        }
    }
}

impl Library for [Article] {
    fn document(&self, id: DocId) -> Option<Cow<'_, Document>> {
        self.get(id.index()).map(|article| Cow::Borrowed(&article.document))
    }

    fn article(&self, id: DocId) -> Option<Opened<'_>> {
        self.get(id.index()).map(Opened::Held)
    }
}

/// The families, worst first: redundant words, then name.
///
/// `words` gives a document's number of words.
pub(super) fn families(
    articles: &(impl Library + ?Sized),
    drafts: &[Draft],
    plan: &ClassPlan,
    words: impl Fn(DocId) -> u32,
) -> Vec<Family> {
    let classes = family::classes(drafts, plan, words);
    let classed = drafts.par_iter().zip(&classes);
    let mut families: Vec<Family> =
        classed.filter_map(|(draft, class)| family(articles, draft, *class)).collect();
    sort(&mut families);
    families
}

/// Worst first.
pub(super) fn sort(families: &mut [Family]) {
    families.par_sort_by_key(|family| {
        let words = family.occurrences.get(family.keeper).map_or(0, |keeper| u64::from(keeper.words));
        let first = family.occurrences.first().map(|first| (first.document, first.span));
        (Reverse(words * (family.occurrences.len() as u64 - 1)), family.fingerprint, first)
    });
}

fn family(articles: &(impl Library + ?Sized), draft: &Draft, class: Option<Class>) -> Option<Family> {
    let keeper_place = draft.places.get(draft.keeper)?;
    let spans = spans(articles, draft);
    let keeper_article = &*articles.article(keeper_place.document)?;
    let keeper_hashes = keeper_article.hashes(keeper_place.words);
    let copy = if keeper_article.document.withheld { copy(articles, draft, keeper_hashes) } else { None };
    let spoken = match &copy {
        Some((article, range)) => Some(Spoken::of(article, *range)),
        None if keeper_article.document.withheld => None,
        None => Some(Spoken::of(keeper_article, keeper_place.words)),
    };
    let keeper_sorted = sorted(keeper_hashes);
    let mut occurrences = Vec::with_capacity(draft.places.len());
    let mut keeper = 0;
    for (index, (place, span)) in draft.places.iter().zip(&spans).enumerate() {
        // What is told of the others is true without one whose document changed.
        let Some(span) = span else { continue };
        let mut shared_words = place.words.len();
        if index == draft.keeper {
            keeper = occurrences.len();
        } else {
            let Some(article) = articles.article(place.document) else { continue };
            let article = &*article;
            if place.same && !spells(article, place.words, keeper_hashes, spoken.as_ref()) {
                continue;
            }
            shared_words = match (place.same, draft.level) {
                (true, _) => place.words.len(),
                (_, Level::Passage) => place.overlap.shared,
                _ => shared(&keeper_sorted, &sorted(article.hashes(place.words))),
            };
        }
        occurrences.push(draft.occurrence(place, *span, shared_words));
    }
    let label = draft.level.name();
    let fingerprint = match &spoken {
        Some(spoken) => hash::fingerprint(label, &spoken.words.text),
        None => hash::fingerprint_of_hashes(label, keeper_hashes),
    };
    draft.family(fingerprint, class, keeper, occurrences)
}

/// The bytes of all places of a family; none of a place whose document cannot be had any more.
fn spans(articles: &(impl Library + ?Sized), draft: &Draft) -> Vec<Option<Span>> {
    let of = |place: &Place| span(articles, draft.level, place.document, place.words);
    let spans: Vec<Option<Span>> = draft.places.iter().map(of).collect();
    if draft.level != Level::Passage {
        return spans;
    }
    // Of each text no more than the marks that limits may grow over, so that no more of a corpus is held than that.
    let around = |(place, span): (&Place, &Option<Span>)| {
        let document = articles.document(place.document)?;
        Some(limits::around(&document.text, (*span)?))
    };
    let around: Vec<Option<(String, Span)>> = draft.places.iter().zip(&spans).map(around).collect();
    limits::grown(&spans, &around)
}

/// The words of the keeper, as a place spells them that has its text.
struct Spoken<'a> {
    article: &'a Article,
    range: WordRange,
    words: Spelled,
}

impl<'a> Spoken<'a> {
    fn of(article: &'a Article, range: WordRange) -> Self {
        Self { article, range, words: spelled(article, range) }
    }
}

/// The first copy of the keeper's words that has its text.
fn copy<'a>(
    articles: &'a (impl Library + ?Sized),
    draft: &Draft,
    hashes: &[u64],
) -> Option<(Opened<'a>, WordRange)> {
    draft.places.iter().filter(|place| place.same).find_map(|place| {
        articles.document(place.document).filter(|document| !document.withheld)?;
        let article = articles.article(place.document)?;
        (article.hashes(place.words) == hashes).then_some((article, place.words))
    })
}

/// Words, spelled: one after the other with a blank between, and where each ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Spelled {
    text: String,
    ends: Vec<usize>,
}

/// The normalised words of a range, spelled out. A word of ASCII is its own bytes in lower case; for any other the
/// rule is asked, with the chunk the word stands in, which is all that a word depends on.
fn spelled(article: &Article, range: WordRange) -> Spelled {
    let text = article.document.text.as_str();
    let spans = article.words.spans.get(range.native()).unwrap_or_default();
    let mut chunk: (Span, Vec<(String, Span)>) = (Span::default(), Vec::new());
    let bytes = article.word_span(range).range().len();
    let mut out = Spelled { text: String::with_capacity(bytes + 1), ends: Vec::with_capacity(spans.len()) };
    for span in spans {
        if !out.ends.is_empty() {
            out.text.push(' ');
        }
        let bytes = span.of(text);
        if bytes.is_ascii() {
            let start = out.text.len();
            out.text.push_str(bytes);
            if let Some(word) = out.text.get_mut(start..) {
                word.make_ascii_lowercase();
            }
        } else {
            if !chunk.0.contains(*span) {
                let around = words::chunk_around(text, *span, article.document.layout.gaps());
                chunk = (around, words::normalised(around.of(text), &[]));
            }
            let offset = chunk.0.start;
            let found = chunk.1.iter().find(|(_, at)| at.start + offset == span.start);
            out.text.push_str(found.map_or("", |(word, _)| word));
        }
        out.ends.push(out.text.len());
    }
    out
}

/// Whether a range spells the keeper's words; equal bytes need no second look. Where one of the two has no text, equal hashes
/// are all that can be asked for.
fn spells(article: &Article, range: WordRange, keeper: &[u64], spoken: Option<&Spoken<'_>>) -> bool {
    let (document, Some(spoken)) = (&article.document, spoken) else {
        return article.hashes(range) == keeper;
    };
    if document.withheld {
        return article.hashes(range) == keeper;
    }
    let bytes = article.word_span(range).of(&document.text);
    let other = &spoken.article.document;
    let same_bytes = bytes == spoken.article.word_span(spoken.range).of(&other.text);
    same_bytes && document.layout.gaps().is_empty() && other.layout.gaps().is_empty()
        || spelled(article, range) == spoken.words
}

/// The bytes of a place: a unit's limits where it is one, else from its first word to its last.
fn span(articles: &(impl Library + ?Sized), level: Level, document: DocId, words: WordRange) -> Option<Span> {
    if level == Level::Document {
        return Some(Span::from_range(0, articles.document(document)?.text.len()));
    }
    if let Some(span) = articles.unit_span(level, document, words) {
        return Some(span);
    }
    let article = articles.article(document)?;
    Some(article.unit_span(level, words).unwrap_or_else(|| article.word_span(words)))
}

pub(super) fn sorted(hashes: &[u64]) -> Vec<u64> {
    let mut hashes = hashes.to_vec();
    hashes.sort_unstable();
    hashes
}

/// Words that two units have in common, each as often as both have it.
pub(super) fn shared(left: &[u64], right: &[u64]) -> u32 {
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while let (Some(x), Some(y)) = (left.get(i), right.get(j)) {
        shared += u32::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    shared
}

/// A verified pair of units, in bytes.
pub(super) fn pair(articles: &(impl Library + ?Sized), level: Level, pair: &Alike) -> Option<Pair> {
    let span =
        |unit: &super::units::Unit| Some((unit.document, span(articles, level, unit.document, unit.words)?));
    Some(Pair {
        level,
        left: span(&pair.left)?,
        right: span(&pair.right)?,
        score: pair.overlap.jaccard(),
        same: pair.same,
    })
}

/// The documents that occur in a family or a pair, ascending.
pub(super) fn occurring(families: &[Family], pairs: &[Pair]) -> Vec<DocId> {
    let placed = families.iter().flat_map(|family| &family.occurrences).map(|place| place.document);
    let mut ids: Vec<DocId> =
        placed.chain(pairs.iter().flat_map(|pair| [pair.left.0, pair.right.0])).collect();
    ids.par_sort_unstable();
    ids.dedup();
    ids
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
            let got = spelled(&article, article.all());
            let starts = std::iter::once(0).chain(got.ends.iter().map(|end| end + 1));
            let words: Vec<&str> = starts.zip(&got.ends).map(|(start, end)| &got.text[start..*end]).collect();
            prop_assert_eq!(words, expected);
        }
    }
}
