//! One list without repetition: what a bigger finding explains is folded into it.
//!
//! A family explains another when every place of the other lies inside a *different* place of it. A
//! sentence found in two copies of a paragraph is explained by the paragraph; a sentence that stands
//! twice in one copy is not, nor one that stands in a third article too. Limits may differ by
//! [`SLACK`] words, so that a passage and the unit it all but fills are one finding: of two families that
//! explain each other the larger unit is kept, and of equal levels the longer text. A unit is not
//! explained by a family of a lesser level that is no longer than it is.
//!
//! A contained family says that most of one unit stands in another. Where findings with exact
//! limits show the same text in the same two places, they say it better, and it is folded.

use super::{Draft, Kind, Place};
use crate::{id::DocId, settings::Level, span::WordRange};

/// By how many words a place may stick out of the one that explains it, at each end.
const SLACK: u32 = 2;
/// How many places that hold a place are looked at.
const HOLDERS: usize = 256;
/// Of how many hundredths of a contained unit other findings must show the same partner.
const SHOWN: u64 = 70;

/// Drops the families that others explain, and keeps the order of the rest.
pub fn fold(drafts: Vec<Draft>) -> Vec<Draft> {
    let index = Index::new(&drafts);
    let keep: Vec<bool> = (0..drafts.len())
        .map(|number| !index.is_explained(number) && !index.is_shown_otherwise(number))
        .collect();
    drafts.into_iter().zip(keep).filter(|(_, keep)| *keep).map(|(draft, _)| draft).collect()
}

/// Every place of every family, by document.
struct Index<'a> {
    drafts: &'a [Draft],
    /// The documents that have a place, ascending.
    documents: Vec<DocId>,
    /// The same long.
    lanes: Vec<Lane>,
}

#[derive(Clone, Copy)]
struct Entry {
    words: WordRange,
    draft: usize,
}

impl<'a> Index<'a> {
    fn new(drafts: &'a [Draft]) -> Self {
        let entry = |(number, draft): (usize, &'a Draft)| {
            let entry = move |place: &Place| (place.document, Entry { words: place.words, draft: number });
            draft.places.iter().map(entry)
        };
        let mut entries: Vec<(DocId, Entry)> = drafts.iter().enumerate().flat_map(entry).collect();
        entries.sort_unstable_by_key(|(document, entry)| (*document, entry.draft, entry.words));
        let of_documents = || entries.chunk_by(|a, b| a.0 == b.0);
        let lane = |entries: &[(DocId, Entry)]| Lane::new(entries.iter().map(|(_, entry)| *entry).collect());
        Self {
            drafts,
            documents: of_documents().filter_map(|of| of.first()).map(|(document, _)| *document).collect(),
            lanes: of_documents().map(lane).collect(),
        }
    }

    fn lane(&self, document: DocId) -> Option<&Lane> {
        self.lanes.get(self.documents.binary_search(&document).ok()?)
    }

    /// Whether another family explains this one (and is the better of the two, if both do).
    fn is_explained(&self, number: usize) -> bool {
        let Some(draft) = self.drafts.get(number) else { return false };
        let Some(first) = draft.places.first() else { return false };
        let mut holders = self.holders(first.document, first.words);
        holders.sort_unstable();
        holders.dedup();
        holders.into_iter().filter(|other| *other != number).any(|other| {
            self.drafts.get(other).is_some_and(|bigger| {
                let may = bigger.kind != Kind::Contained || draft.kind == Kind::Contained;
                may && !belittles(bigger, draft)
                    && explains(bigger, draft)
                    && (!explains(draft, bigger) || rank(bigger, other) < rank(draft, number))
            })
        })
    }

    /// The families with a place that holds these words.
    fn holders(&self, document: DocId, words: WordRange) -> Vec<usize> {
        let Some(lane) = self.lane(document) else { return Vec::new() };
        lane.holding(words.start + SLACK, words.end.saturating_sub(SLACK))
    }

    /// Whether a contained family says nothing that families with exact limits do not say.
    fn is_shown_otherwise(&self, number: usize) -> bool {
        let Some(draft) = self.drafts.get(number).filter(|draft| draft.kind == Kind::Contained) else {
            return false;
        };
        let Some(keeper) = draft.places.get(draft.keeper) else { return false };
        draft.places.iter().filter(|place| *place != keeper).all(|place| {
            let covered = self.covered(place, keeper);
            u64::from(place.words.len()) * SHOWN <= u64::from(covered) * 100
        })
    }

    /// Of how many words of a place some family with limits of its own shows a copy inside `partner`.
    fn covered(&self, place: &Place, partner: &Place) -> u32 {
        let Some(lane) = self.lane(place.document) else { return 0 };
        let mut covered = 0;
        let mut end = place.words.start;
        for entry in lane.touching(place.words) {
            let Some(draft) = self.drafts.get(entry.draft).filter(|draft| draft.kind != Kind::Contained)
            else {
                continue;
            };
            let copied = reaching(draft, partner.document, sharing(partner.words)).any(|(_, other)| {
                let itself = other.document == place.document && other.words == entry.words;
                let inside = other.words.len() < 2 * other.words.overlap(partner.words);
                !itself && (inside || other.words.contains(partner.words))
            });
            let part =
                WordRange { start: entry.words.start.max(end), end: entry.words.end.min(place.words.end) };
            if copied && !part.is_empty() {
                covered += part.len();
                end = part.end;
            }
        }
        covered
    }
}

/// Whether to fold `draft` would hide whole units behind a lesser level: two copies of an article are not
/// explained by a passage that these two share with a third, unless that passage is much longer than
/// they are. A paragraph or sentence may be folded into an exact passage of its size, which says more.
fn belittles(bigger: &Draft, draft: &Draft) -> bool {
    let is_lesser = draft.level < bigger.level;
    let says_more = bigger.kind == Kind::Exact && draft.level != Level::Document;
    is_lesser
        && !says_more
        && draft.places.iter().any(|inner| {
            let shares = sharing(inner.words);
            reaching(bigger, inner.document, shares).any(|(_, outer)| {
                0 < outer.words.overlap(inner.words) && outer.words.len() <= inner.words.len() + 2 * SLACK
            })
        })
}

/// Whether each place of `smaller` lies inside a different place of `bigger`. Near-linear in the places of
/// the smaller one, also where all of them stand in one document.
fn explains(bigger: &Draft, smaller: &Draft) -> bool {
    if bigger.places.len() < smaller.places.len() {
        return false;
    }
    // Positions in `bigger.places`, ascending.
    let mut used: Vec<usize> = Vec::new();
    smaller.places.iter().all(|inner| {
        let near = WordRange { start: inner.words.start + SLACK, end: inner.words.end.saturating_sub(SLACK) };
        let held = reaching(bigger, inner.document, near).find_map(|(at, outer)| {
            // A slack of two words at each end must not swallow a place of a few words.
            let most = inner.words.len() < 2 * outer.words.overlap(inner.words);
            let free = used.binary_search(&at).err().filter(|_| most)?;
            Some((free, at))
        });
        if let Some((free, at)) = held {
            used.insert(free, at);
        }
        held.is_some()
    })
}

/// The places of one document that begin at or before the start of `words` and end at or after its end,
/// with their positions. Starts and ends both ascend among the places of a draft, so these stand together.
fn reaching(draft: &Draft, document: DocId, words: WordRange) -> impl Iterator<Item = (usize, &Place)> {
    let from =
        draft.places.partition_point(|place| (place.document, place.words.end) < (document, words.end));
    (from..)
        .zip(draft.places.get(from..).unwrap_or_default())
        .take_while(move |(_, place)| place.document == document && place.words.start <= words.start)
}

/// What [`reaching`] is asked for places that share words with these: they end after the start of these and begin
/// before their end.
fn sharing(words: WordRange) -> WordRange {
    WordRange { start: words.end, end: words.start + 1 }
}

/// Of two families that explain each other the one with the smaller rank is kept.
fn rank(draft: &Draft, number: usize) -> (bool, Level, std::cmp::Reverse<u32>, usize) {
    let length = draft.places.get(draft.keeper).map_or(0, |keeper| keeper.words.len());
    (draft.kind == Kind::Contained, draft.level, std::cmp::Reverse(length), number)
}

/// The places in one document: ascending by start, with a tree of the largest ends above them, so that the
/// ones that hold a place are found without looking at the others.
struct Lane {
    entries: Vec<Entry>,
    /// Implicit binary tree: `ends[size + i]` is the end of entry `i`, above it the larger of two.
    ends: Vec<u32>,
    size: usize,
}

impl Lane {
    fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort_by_key(|entry| (entry.words, entry.draft));
        let size = entries.len().next_power_of_two();
        let mut ends = vec![0; 2 * size];
        for (slot, entry) in ends.iter_mut().skip(size).zip(&entries) {
            *slot = entry.words.end;
        }
        for node in (1..size).rev() {
            let end = |n: usize| ends.get(n).copied().unwrap_or(0);
            let largest = end(2 * node).max(end(2 * node + 1));
            if let Some(slot) = ends.get_mut(node) {
                *slot = largest;
            }
        }
        Self { entries, ends, size }
    }

    /// Families with a place that begins at or before `start` and ends at or after `end`, nearest starts first.
    fn holding(&self, start: u32, end: u32) -> Vec<usize> {
        let bound = self.entries.partition_point(|entry| entry.words.start <= start);
        let mut found = Vec::new();
        // (node, first entry below it, entries below it)
        let mut todo = vec![(1, 0, self.size)];
        while let Some((node, from, len)) = todo.pop() {
            let reaches = self.ends.get(node).is_some_and(|largest| end <= *largest);
            if bound <= from || !reaches || HOLDERS <= found.len() {
                continue;
            }
            if len == 1 {
                found.extend(self.entries.get(from).map(|entry| entry.draft));
            } else {
                todo.push((2 * node, from, len / 2));
                todo.push((2 * node + 1, from + len / 2, len / 2));
            }
        }
        found
    }

    /// Places that share words with these, ascending.
    fn touching(&self, words: WordRange) -> Vec<Entry> {
        let bound = self.entries.partition_point(|entry| entry.words.start < words.end);
        let mut found = Vec::new();
        let mut todo = vec![(1, 0, self.size)];
        while let Some((node, from, len)) = todo.pop() {
            let reaches = self.ends.get(node).is_some_and(|largest| words.start < *largest);
            if bound <= from || !reaches || HOLDERS <= found.len() {
                continue;
            }
            if len == 1 {
                found.extend(self.entries.get(from));
            } else {
                todo.push((2 * node + 1, from + len / 2, len / 2));
                todo.push((2 * node, from, len / 2));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::verify::Overlap;

    fn place(document: u32, start: u32, end: u32) -> Place {
        let words = WordRange { start, end };
        let overlap = Overlap { shared: words.len(), left: words.len(), right: words.len() };
        Place { document: DocId::from_packed(document), words, overlap, same: true }
    }

    fn draft(level: Level, kind: Kind, places: &[Place]) -> Draft {
        Draft::new(level, kind, places[0], places[1..].to_vec()).unwrap()
    }

    fn levels(drafts: Vec<Draft>) -> Vec<Level> {
        fold(drafts).iter().map(|draft| draft.level).collect()
    }

    #[test]
    fn a_sentence_in_both_copies_of_a_paragraph_is_explained() {
        let paragraph = draft(Level::Paragraph, Kind::Near, &[place(0, 10, 60), place(1, 0, 50)]);
        let sentence = draft(Level::Sentence, Kind::Exact, &[place(0, 20, 30), place(1, 10, 20)]);
        assert_eq!(levels(vec![sentence, paragraph]), [Level::Paragraph]);
    }

    #[test]
    fn what_stands_twice_in_one_copy_or_in_a_third_article_is_not() {
        let document = draft(Level::Document, Kind::Exact, &[place(0, 0, 90), place(1, 0, 90)]);
        let twice = draft(Level::Sentence, Kind::Exact, &[place(0, 20, 30), place(0, 40, 50)]);
        let third =
            draft(Level::Sentence, Kind::Exact, &[place(0, 60, 70), place(1, 60, 70), place(2, 0, 10)]);
        assert_eq!(levels(vec![document, twice, third]).len(), 3);
    }

    #[test]
    fn copies_of_an_article_are_not_hidden_by_a_passage_of_three() {
        let two = [place(0, 0, 90), place(1, 0, 90)];
        let document = draft(Level::Document, Kind::Exact, &two);
        let passage = draft(Level::Passage, Kind::Near, &[two[0], two[1], place(2, 5, 95)]);
        assert_eq!(levels(vec![passage, document]), [Level::Passage, Level::Document]);
        let sentence = draft(Level::Sentence, Kind::Near, &[place(0, 10, 20), place(1, 10, 20)]);
        let longer = draft(Level::Passage, Kind::Near, &[place(0, 5, 60), place(1, 5, 60)]);
        assert_eq!(levels(vec![sentence, longer]), [Level::Passage]);
    }

    #[test]
    fn of_equal_findings_the_larger_unit_stays() {
        let places = [place(0, 0, 20), place(0, 20, 40)];
        let passage = draft(Level::Passage, Kind::Exact, &[place(0, 0, 19), place(0, 20, 39)]);
        let drafts = vec![
            passage,
            draft(Level::Sentence, Kind::Near, &places),
            draft(Level::Paragraph, Kind::Near, &places),
        ];
        assert_eq!(levels(drafts), [Level::Paragraph]);
    }

    #[test]
    fn containment_yields_to_exact_limits_only() {
        let contained = draft(Level::Paragraph, Kind::Contained, &[place(0, 0, 60), place(1, 0, 30)]);
        let passage = draft(Level::Passage, Kind::Exact, &[place(0, 20, 48), place(1, 1, 29)]);
        let other = draft(Level::Passage, Kind::Exact, &[place(1, 0, 30), place(2, 0, 30)]);
        assert_eq!(levels(vec![contained.clone(), passage]), [Level::Passage]);
        assert_eq!(levels(vec![contained, other]).len(), 2);
    }
}
