//! A family before its text is looked at: places in words.

use super::{Class, Family, Kind, Occurrence, State};
use crate::{
    hash::Digest,
    id::DocId,
    settings::Level,
    span::{Span, WordRange},
    verify::{Overlap, Score},
};

/// One place of a repeated text, in words of its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The document.
    pub document: DocId,
    /// Its words there.
    pub words: WordRange,
    /// What it shares with the keeper: words for passages, shingles for units.
    pub overlap: Overlap,
    /// Whether its words are the keeper's.
    pub same: bool,
}

/// A family whose places are known, before bytes, names and order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The level it was found at.
    pub level: Level,
    /// What makes its members alike.
    pub kind: Kind,
    /// Which place is the one to keep.
    pub keeper: usize,
    /// Its places, by document and then by words: in a document both their starts and their ends ascend.
    pub places: Vec<Place>,
}

impl Draft {
    /// Puts the places in order, keeps track of the keeper, and drops places that lie mostly inside another
    /// place of the same family (they would count the same words twice). None when fewer than two are left.
    pub fn new(level: Level, kind: Kind, keeper: Place, members: Vec<Place>) -> Option<Self> {
        let mut places: Vec<(Place, bool)> = members.into_iter().map(|place| (place, false)).collect();
        places.push((keeper, true));
        // Longer before shorter at one start, the keeper before any other.
        places.sort_by_key(|(place, is_keeper)| {
            (place.document, place.words.start, std::cmp::Reverse(place.words.end), !is_keeper)
        });
        let mut kept: Vec<(Place, bool)> = Vec::with_capacity(places.len());
        for (place, is_keeper) in places {
            // A keeper may stand in the way of several places that did not stand in each other's.
            let free = loop {
                let doubled = kept.last().is_some_and(|(last, _)| {
                    let shared = last.words.overlap(place.words);
                    last.document == place.document && last.words.len().min(place.words.len()) < 2 * shared
                });
                match doubled {
                    false => break true,
                    true if is_keeper => kept.pop(),
                    true => break false,
                };
            };
            if free {
                kept.push((place, is_keeper));
            }
        }
        let keeper = kept.iter().position(|(_, is_keeper)| *is_keeper)?;
        let places: Vec<Place> = kept.into_iter().map(|(place, _)| place).collect();
        (1 < places.len()).then_some(Self { level, kind, keeper, places })
    }

    /// What is told of a place, once its bytes are known.
    pub fn occurrence(&self, place: &Place, span: Span, shared_words: u32) -> Occurrence {
        Occurrence {
            document: place.document,
            span,
            first_word: place.words.start,
            words: place.words.len(),
            score: self.score(place),
            same: place.same,
            shared_words,
        }
    }

    /// The family of what is told of its places; none where fewer than two are left.
    pub fn family(
        &self,
        fingerprint: Digest,
        class: Option<Class>,
        keeper: usize,
        occurrences: Vec<Occurrence>,
    ) -> Option<Family> {
        (1 < occurrences.len()).then_some(Family {
            fingerprint,
            level: self.level,
            kind: self.kind,
            class,
            state: State::New,
            keeper,
            occurrences,
        })
    }

    /// How alike a place is to the keeper.
    pub fn score(&self, place: &Place) -> Score {
        match (place.same, self.level, self.kind) {
            (true, ..) => Score::SAME,
            (_, Level::Passage, _) => place.overlap.of_longer(),
            (_, _, Kind::Contained) => place.overlap.containment(),
            _ => place.overlap.jaccard(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn place(document: u32, start: u32, len: u32) -> Place {
        let words = WordRange { start, end: start + len };
        let overlap = Overlap { shared: len, left: len, right: len };
        Place { document: DocId::from_packed(document), words, overlap, same: true }
    }

    #[test]
    fn a_keeper_displaces_every_place_it_lies_in() {
        // The second place is dropped for the keeper, which lies inside the first one too.
        let members = vec![place(0, 0, 100), place(0, 95, 11), place(1, 0, 3)];
        let draft = Draft::new(Level::Passage, Kind::Exact, place(0, 96, 3), members).unwrap();
        assert_eq!(draft.places, [place(0, 96, 3), place(1, 0, 3)]);
        assert_eq!(draft.keeper, 0);
    }

    proptest! {
        #[test]
        fn starts_and_ends_ascend(spots in prop::collection::vec((0_u32..2, 0_u32..60, 1_u32..40), 2..30)) {
            let mut places: Vec<Place> = spots.iter().map(|(document, start, len)| place(*document, *start, *len)).collect();
            let keeper = places.swap_remove(0);
            if let Some(draft) = Draft::new(Level::Passage, Kind::Exact, keeper, places) {
                prop_assert_eq!(draft.places.get(draft.keeper), Some(&keeper));
                for pair in draft.places.windows(2) {
                    let apart = pair[0].document < pair[1].document;
                    let (before, after) = (pair[0].words, pair[1].words);
                    prop_assert!(apart || before.start < after.start && before.end < after.end);
                }
            }
        }
    }
}
