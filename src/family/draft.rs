//! A family before its text is looked at: places in words.

use super::Kind;
use crate::{
    id::DocId,
    settings::Level,
    span::WordRange,
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
    /// Its places, by document and then by words.
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
            let doubled = kept.last().filter(|(last, _)| {
                let shared = last.words.overlap(place.words);
                last.document == place.document && last.words.len().min(place.words.len()) < 2 * shared
            });
            match doubled {
                Some((_, true)) => {}
                Some(_) if is_keeper => {
                    kept.pop();
                    kept.push((place, true));
                }
                Some(_) => {}
                None => kept.push((place, is_keeper)),
            }
        }
        let keeper = kept.iter().position(|(_, is_keeper)| *is_keeper)?;
        let places: Vec<Place> = kept.into_iter().map(|(place, _)| place).collect();
        (1 < places.len()).then_some(Self { level, kind, keeper, places })
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
