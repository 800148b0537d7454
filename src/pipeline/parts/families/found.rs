//! What is known of one level of units, and the drafts of its families.

use std::collections::HashMap;

use super::{
    Known, Pair,
    lookup::{Lookup, Unknown},
};
use crate::{
    candidate::Identical,
    error::Error,
    family::Draft,
    id::{DocId, UnitId},
    pipeline::{
        article::count,
        parts::{document, first_word},
        scan::Rank,
        units::{self, Compared},
    },
    settings::{Level, Plan},
    span::WordRange,
    verify::{Match, Overlap},
};

/// What is known of one level.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) known: Vec<Known>,
    /// First copies and later ones.
    pub(super) repeats: Vec<(u64, u64)>,
    pub(super) matches: Vec<Pair>,
    pub(super) inside: Vec<Pair>,
    /// Pairs that were asked for, and what came.
    pub(super) answers: HashMap<(u64, u64), Option<Overlap>>,
}

impl Found {
    /// Puts everything in order, so that it does not matter how it came.
    pub(super) fn settle(&mut self) {
        self.known.sort_unstable_by_key(|known| known.unit);
        self.known.dedup_by_key(|known| known.unit);
        self.repeats.sort_unstable();
        let ends = |pair: &Pair| (pair.left, pair.right);
        for pairs in [&mut self.matches, &mut self.inside] {
            pairs.sort_unstable_by_key(ends);
            pairs.dedup_by_key(|pair| ends(pair));
        }
    }

    fn at(&self, unit: u64) -> Option<usize> {
        self.known.binary_search_by_key(&unit, |known| known.unit).ok()
    }

    pub(super) fn unit(&self, unit: u64) -> Option<&Known> {
        self.at(unit).and_then(|at| self.known.get(at))
    }

    /// The drafts of families, and the pairs that are not known yet.
    pub(super) fn drafts(&self, level: Level, plan: &Plan) -> Result<(Vec<Draft>, Unknown), Error> {
        UnitId::new(self.known.len())?;
        let numbered = |unit: u64| self.at(unit).map(count);
        let later =
            self.repeats.iter().filter_map(|(first, later)| Some((numbered(*later)?, numbered(*first)?)));
        let identical = Identical::of_later(count(self.known.len()), later.collect());
        let firsts: Vec<UnitId> = identical.firsts().collect();
        let text = |unit: u64| {
            let unit = UnitId::from_packed(numbered(unit)?);
            firsts.binary_search(&unit).ok().map(|at| UnitId::from_packed(count(at)))
        };
        let matches = |pairs: &[Pair]| -> Vec<Match> {
            let found = |pair: &Pair| {
                Some(Match { left: text(pair.left)?, right: text(pair.right)?, overlap: pair.overlap })
            };
            pairs.iter().filter_map(found).collect()
        };
        let names: Vec<u64> =
            firsts.iter().filter_map(|first| self.known.get(first.index()).map(|known| known.unit)).collect();
        let (matches, inside) = (matches(&self.matches), matches(&self.inside));
        let lookup = Lookup::new(&names, &matches, &inside, &self.answers);
        let of_matches: Vec<(u32, u32)> =
            matches.iter().map(|found| (found.left.get(), found.right.get())).collect();
        let compared = Compared { sets: &lookup, matches, inside, cut: 0 };
        let mut documents: Vec<(u32, Option<i64>)> =
            self.known.iter().map(|known| (document(known.unit), known.time)).collect();
        documents.dedup_by_key(|(document, _)| *document);
        let time = |n: usize| documents.get(n).and_then(|(_, time)| *time);
        let rank = Rank::new(documents.len(), time, plan.keep);
        // Documents that nothing is known of are left out of the numbers: their order is the same.
        let number = |id: DocId| documents.binary_search_by_key(&id.get(), |(document, _)| *document);
        let ranked = |id: DocId, words: WordRange| {
            rank.of(DocId::from_packed(count(number(id).unwrap_or(usize::MAX))), words)
        };
        let found = units::families(
            level,
            |id| self.known.get(id.index()).map(unit),
            &identical,
            compared,
            plan,
            ranked,
        );
        Ok((found.drafts, lookup.open(&of_matches)))
    }
}

fn unit(known: &Known) -> units::Unit {
    let start = first_word(known.unit);
    let words = WordRange { start, end: start.saturating_add(known.words) };
    units::Unit { document: DocId::from_packed(document(known.unit)), words }
}
